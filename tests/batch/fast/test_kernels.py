"""The parts that run as machine code do what a plain reading of the bytes does."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

import numpy as np
from numba import config, types
from numba.core import caching
from numpy.typing import NDArray
from support.row_shape import RowShape

from iop_screen.batch.fast import code_is_kept
from iop_screen.batch.fast.bits import bits_of, group_keys, mask_of, masks_by_code
from iop_screen.batch.fast.ids import FULL, SeenKeys, id_key_of, id_keys, id_sum
from iop_screen.batch.fast.kernels import SLACK, UNKNOWN_CODE, kernel, scan_lines
from iop_screen.batch.fast.lines import Cells, CodeTables, Layout, Scanner, Stop, cells_for
from iop_screen.batch.fast.row_text import RowData, RowTables, needs_care, render

SECRET = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
COMMA = ord(",")
LONGEST = 120
NOT_READ = 3
"""The column that is neither coded nor copied."""


def padded(data: bytes, slack: bytes = b'\xff,\n"' * 16) -> NDArray[np.uint8]:
    """Bytes as an array, with what must never be read as part of them behind them."""
    return np.frombuffer(bytearray(data + slack[:SLACK]), np.uint8)


def places(*rows: list[int]) -> NDArray[np.int32]:
    return np.array(rows, np.int32)


# Reading lines

CHARACTERS = ["é", "日本", "😀", "12345678901234567€", "ééééééééé"]
PIECES = st.sampled_from(
    [
        *[b"", b"a", b"ab", b"no", b"none_or_helped", b"12345678", b"123456789", b" ", b"\t", b"\x01", b"\x0b"],
        *[b"0" * 17, b"1" * 31, b"1" * 15 + b"2" + b"1" * 15, *[text.encode() for text in CHARACTERS]],
        *[b'"', b'""', b'"a"', b'"a,b"', b'"a""b"', b'"a', b'a"', b"\r", b"\0", b'"a\nb"', b'"a\r\nb"'],
        *[b"\xff", b"\xc0\xaf", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x80\x80\x80"],
        *[b"\x80", b"\xc3", b"\xf5\x80\x80\x80", b"\xe2\x82", b"x" * 130],
    ]
)
CELLS = st.one_of(PIECES, st.lists(PIECES, max_size=3).map(b"".join))
LINE_ENDS = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r", b"", b"\n\n"])
LINES = st.tuples(st.lists(CELLS, min_size=3, max_size=6), LINE_ENDS).map(lambda line: b",".join(line[0]) + line[1])
CLEAN_LINES = st.tuples(st.lists(PIECES.filter(lambda p: p.isalnum()), min_size=4, max_size=4)).map(
    lambda line: b",".join(line[0]) + b"\n"
)
FILES = st.lists(st.one_of(LINES, CLEAN_LINES, CLEAN_LINES), max_size=12).map(b"".join)


def clean_cells(line: bytes, width: int) -> list[bytes] | None:
    """The cells of a whole line, read the plain way; None if it is not clean.

    Only a cell that is neither coded nor copied may have doubled quotes.
    """
    if not line.endswith(b"\n") or len(line) > LONGEST or b"\0" in line:
        return None
    bare = line.removesuffix(b"\n").removesuffix(b"\r")
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    cells, rest = list[bytes](), bare + b","
    while rest:
        if rest.startswith(b'"'):
            text, quote, rest = rest[1:].partition(b'"')
            while len(cells) == NOT_READ and quote and rest.startswith(b'"'):
                more, quote, rest = rest[1:].partition(b'"')
                text += b'""' + more
            if not quote or not rest.startswith(b","):
                return None
            rest = rest[1:]
        else:
            text, _, rest = rest.partition(b",")
            if b'"' in text:
                return None
        if b"\r" in text or b"\n" in text:
            return None
        cells.append(text)
    return cells if len(cells) == width else None


def first_line(data: bytes) -> bytes | None:
    """The first line with its end; None if the bytes do not go that far."""
    for at, byte in enumerate(data):
        if byte == 10:
            return data[: at + 1]
        if byte == 13:
            return None if at + 1 == len(data) else data[: at + 1 + (data[at + 1] == 10)]
    return None


def read_plainly(data: bytes, width: int) -> tuple[Stop, int, list[tuple[int, list[bytes]]]]:
    """What scanning with room for everything reads, where each line starts, and why it stops where."""
    at, taken = 0, list[tuple[int, list[bytes]]]()
    while True:
        line = first_line(data[at:])
        cells = None if line is None else clean_cells(line, width)
        if line is None or cells is None:
            dirty = line is not None or len(data) - at > LONGEST
            return Stop.NOT_CLEAN if dirty else Stop.NEEDS_BYTES, at, taken
        taken.append((at, cells))
        at += len(line)


LAYOUT = Layout(COMMA, places([0, -1, 1, -1])[0], places([-1, 0, 1, -1])[0], LONGEST)


def cells_of(
    data: NDArray[np.uint8], cells: Cells, rows: int, tables: dict[tuple[int, int], bytes]
) -> list[list[bytes]]:
    """The four cells that the layout wants of each row: two by their codes and two as they stand in the bytes."""
    return [
        [tables[0, cells.codes[0, row]], tables[1, cells.codes[1, row]]]
        + [bytes(data[cells.copied_start[c, row] : cells.copied_end[c, row]]) for c in (0, 1)]
        for row in range(rows)
    ]


@settings(max_examples=300)
@given(FILES, st.sampled_from([1, 2, 50]), st.sampled_from([2, 3, 100]))
@example(b"a,b,c,d\na,b", 50, 100)
@example(b'"a","b,b","",""\r\n,,,\n', 1, 2)
@example(b"a,b,c,\xf0\x90\x80\x80\na,b,c,\xf0\x8f\xbf\xbf\n", 50, 100)
@example(b"a,b,c,d\r", 50, 100)
@example(b"x" * 130, 50, 100)
@example(b"a,b,," + b"x" * 114 + b"\na,b,," + b"x" * 115 + b"\n", 50, 100)
@example(b'a,b,c,"""d"", d"\r\na,b,c,""""\na,b,c,"d"""', 50, 100)
@example(b'a,b,c,"d""d"x\n', 50, 100)
@example(b'a,b,"c""c",d\n', 50, 100)
@example(b'a,"b""b",c,d\n', 50, 100)
def test_scanning_takes_the_lines_that_are_clean_and_no_other(content: bytes, capacity: int, unknowns: int) -> None:
    data, tables, known = padded(content), CodeTables(2), dict[tuple[int, int], bytes]()
    cells, at, row, taken = cells_for(LAYOUT, capacity, unknowns), 0, 0, list[tuple[int, list[bytes]]]()
    while True:
        done = Scanner(LAYOUT, tables, cells).scan(data, at, len(content), row)
        for index in range(done.unknowns):
            where, column, start, end = cells.unknown[:, index].tolist()
            assert cells.codes[column, where] == UNKNOWN_CODE
            text = bytes(data[start:end])
            codes = {kept: code for (of, code), kept in known.items() if of == column}
            if text not in codes:
                codes[text] = len(codes)
                known[column, codes[text]] = text
                tables.add(column, text, codes[text])
            cells.codes[column, where] = codes[text]
        at, row = done.at, done.rows
        if done.stop is Stop.ROWS_FULL:
            assert row == capacity
        if done.stop is not Stop.UNKNOWN_FULL:
            starts = cells.line_start[:row].tolist()
            taken += list(zip(starts, cells_of(data, cells, row, known), strict=True))
            row = 0
        if done.stop in (Stop.NEEDS_BYTES, Stop.NOT_CLEAN):
            break
    stop, end, lines = read_plainly(content, 4)
    assert taken == [(start, [line[0], line[2], line[1], line[2]]) for start, line in lines]
    assert (done.stop, done.at) == (stop, end)


@given(st.lists(st.binary(max_size=30).filter(lambda t: not set(t) & set(b'\0\n\r,"')), unique=True, max_size=120))
def test_a_text_is_found_only_if_it_is_the_same_to_the_last_byte(texts: list[bytes]) -> None:
    texts = [text for text in texts if is_utf8(text)]
    tables, layout = CodeTables(1), Layout(COMMA, places([0, -1])[0], places([-1, -1])[0])
    for code, text in enumerate(texts[: len(texts) // 2]):
        tables.add(0, text, code)
    content = b"".join(text + b",\n" for text in texts)
    cells = cells_for(layout, len(texts) + 1, len(texts) + 1)
    done = Scanner(layout, tables, cells).scan(padded(content), 0, len(content), 0)
    half = len(texts) // 2
    assert cells.codes[0, : done.rows].tolist() == [*range(half), *[UNKNOWN_CODE] * (len(texts) - half)]


def is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("size", [7, 8, 9, 15, 16, 17, 24, 25, 40])
def test_texts_that_differ_in_one_byte_have_their_own_codes(size: int) -> None:
    texts = [b"a" * size, *(b"a" * at + b"b" + b"a" * (size - at - 1) for at in range(size))]
    tables, layout = CodeTables(1), Layout(COMMA, places([0, -1])[0], places([-1, -1])[0])
    for code, text in enumerate(texts):
        tables.add(0, text, code)
    content = b"".join(text + b",\n" for text in texts)
    cells = cells_for(layout, 100, 100)
    done = Scanner(layout, tables, cells).scan(padded(content), 0, len(content), 0)
    assert (done.unknowns, cells.codes[0, : done.rows].tolist()) == (0, list(range(len(texts))))


def test_each_byte_and_each_beginning_of_a_character_is_read_as_python_reads_it() -> None:
    middles = (0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0)
    texts = [bytes([a, b, *rest]) for a in range(0x80, 256) for b in middles for rest in ([], [0x80], [0x80, 0xBF])]
    layout = Layout(COMMA, places([-1, -1])[0], places([-1, -1])[0])
    for text in texts:
        content = text + b",\n"
        done = Scanner(layout, CodeTables(0), cells_for(layout, 2, 0)).scan(padded(content), 0, len(content), 0)
        assert (done.rows == 1) is is_utf8(text), text


def test_a_table_takes_all_codes_a_column_can_have() -> None:
    tables, layout = CodeTables(2), Layout(COMMA, places([0, 1])[0], places([-1, -1])[0])
    for code in range(255):
        tables.add(1, b"text %d" % code, code)
        tables.add(0, b"%d" % code, 254 - code)
    content = b"".join(b"%d,text %d\n" % (code, code) for code in range(255))
    cells = cells_for(layout, 255, 2)
    Scanner(layout, tables, cells).scan(padded(content), 0, len(content), 0)
    assert cells.codes.tolist() == [list(range(254, -1, -1)), list(range(255))]
    with pytest.raises(ValueError, match="from 0 to 254"):
        tables.add(0, b"one more", 255)


# Ids

BLANKS = st.text(alphabet="\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0", max_size=3)
IDS = st.one_of(
    st.tuples(BLANKS, st.text(max_size=20), BLANKS).map("".join),
    st.tuples(BLANKS, st.text(alphabet="ab1 ", max_size=20), BLANKS).map("".join),
)


@given(st.lists(IDS, max_size=8))
def test_ids_have_the_same_key_exactly_if_python_takes_them_for_the_same(ids: list[str]) -> None:
    texts = [text.encode("utf-8", "replace") for text in ids]
    ids = [text.decode() for text in texts]
    ends = np.cumsum([len(text) for text in texts], dtype=np.int32)
    starts, out = ends - np.array([len(text) for text in texts], np.int32), np.empty(len(ids), np.uint64)
    special = id_keys(padded(b"".join(texts)), starts, ends, SECRET, out)
    assert special == [row for row, text in enumerate(ids) if not text.isascii()]
    names = [unicodedata.normalize("NFC", text.strip()) for text in ids]
    for row in special:
        assert out[row] == 0
        out[row] = id_key_of(names[row].encode(), SECRET)
    assert [key == 0 for key in out.tolist()] == [not name for name in names]
    assert len(set(out.tolist())) == len(set(names))


def test_the_key_of_an_id_is_siphash_with_the_secret() -> None:
    for size in range(1, 40):
        name = bytes(range(65, 65 + size))
        assert id_key_of(name, SECRET) == plain_siphash(name, SECRET)
        assert id_key_of(name, SECRET) != id_key_of(name, (SECRET[0], SECRET[1] + 1))


def plain_siphash(text: bytes, secret: tuple[int, int]) -> int:
    """SipHash-1-3 as its authors describe it."""
    full = (1 << 64) - 1

    def turn(word: int, by: int) -> int:
        return (word << by | word >> 64 - by) & full

    v = [
        secret[i % 2] ^ c
        for i, c in enumerate([0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573])
    ]

    def mix(rounds: int) -> None:
        for _ in range(rounds):
            v[0] = v[0] + v[1] & full
            v[2] = v[2] + v[3] & full
            v[1], v[3] = turn(v[1], 13) ^ v[0], turn(v[3], 16) ^ v[2]
            v[0] = turn(v[0], 32)
            v[2] = v[2] + v[1] & full
            v[0] = v[0] + v[3] & full
            v[1], v[3] = turn(v[1], 17) ^ v[2], turn(v[3], 21) ^ v[0]
            v[2] = turn(v[2], 32)

    whole = len(text) // 8 * 8
    last = int.from_bytes(text[whole:], "little") | len(text) % 256 << 56
    for word in [*(int.from_bytes(text[i : i + 8], "little") for i in range(0, whole, 8)), last]:
        v[3] ^= word
        mix(1)
        v[0] ^= word
    v[2] ^= 255
    mix(3)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


@given(st.lists(st.lists(st.one_of(st.integers(0, 40), st.integers(0, 2**64 - 1)), max_size=60), max_size=6))
def test_a_key_is_seen_exactly_if_it_was_there_before(lots: list[list[int]]) -> None:
    seen, before = SeenKeys(), set()
    for keys in lots:
        out, wanted = np.full(len(keys), 7, np.uint8), []
        seen.add_all(np.array(keys, np.uint64), len(keys), out)
        for key in keys:
            wanted.append(key in before)
            before |= {key} - {0}
        assert out.tolist() == wanted


def test_keys_take_at_most_sixteen_bytes_each_also_while_they_grow() -> None:
    keys = np.random.default_rng(1).integers(1, 2**64, 300_000, np.uint64)
    seen, out = SeenKeys(), np.empty(5000, np.uint8)
    for start in range(0, keys.size, 5000):
        seen.add_all(keys[start : start + 5000], 5000, out)
        assert not out.any()
        if start >= 50_000:
            assert max(seen.peak, seen.size) <= 16 * (start + 5000)
    assert seen.size >= 8 * keys.size / FULL


def test_many_keys_of_one_shard_are_all_kept() -> None:
    keys = np.array([32 * number for number in range(1, 3000)], np.uint64)
    seen, out = SeenKeys(), np.empty(keys.size, np.uint8)
    seen.add_all(keys, keys.size, out)
    assert not out.any()
    seen.add_all(keys, keys.size, out)
    assert out.all()


# Bits

LOTS = st.integers(0, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, (1 << n) - 1), max_size=20)))


@given(LOTS)
def test_a_group_key_holds_a_bit_for_each_item_of_the_group(lot: tuple[int, list[int]]) -> None:
    n, masks = lot
    out = np.full(((len(masks) + 7) // 8, n), 255, np.uint8)
    group_keys(bits_of(masks, n), n, out)
    for group, keys in enumerate(out.tolist()):
        items = masks[8 * group : 8 * group + 8]
        assert keys == [sum((item >> record & 1) << bit for bit, item in enumerate(items)) for record in range(n)]


@given(st.lists(st.integers(0, 255), max_size=80), st.sets(st.integers(0, 255)))
@example(list(range(256)), {3})
def test_masks_are_read_off_codes(codes: list[int], wanted: set[int]) -> None:
    array, table = np.array(codes, np.uint8), np.array([code in wanted for code in range(256)], np.uint8)
    assert mask_of(array, table) == sum(1 << record for record, code in enumerate(codes) if code in wanted)
    masks = {code: sum(1 << r for r, other in enumerate(codes) if other == code) for code in dict.fromkeys(codes)}
    assert masks_by_code(array, len(codes)) == masks


# Rows

TEXTS = st.sampled_from([b"", b"a", b"none", b"x" * 31, b"y" * 32, b"z" * 33, b"w" * 100, "é".encode()])
RAW_IDS = st.sampled_from(
    [b"", b"F-1", b"=1", b"a,b", b'a"b', b"-", b"0" * 50, b"+x" * 20, "é".encode(), b"a\rb", b"_a"]
)


@given(st.lists(RAW_IDS, max_size=12))
def test_a_cell_needs_care_if_it_would_be_quoted_or_does_not_begin_with_a_letter_or_digit(ids: list[bytes]) -> None:
    ends = np.cumsum([len(text) for text in ids], dtype=np.int32).reshape(1, -1)
    starts = ends - np.array([[len(text) for text in ids]], np.int32)
    marked = needs_care(padded(b"".join(ids)), starts, ends, len(ids))[0].tolist()
    for text, mark in zip(ids, marked, strict=True):
        written = io.StringIO()
        csv.writer(written, lineterminator="\r\n").writerow([text.decode(), "x"])
        begins_well = text[:1].isalnum() or not text
        assert bool(mark) is (written.getvalue() != text.decode() + ",x\r\n" or not begins_well)


@st.composite
def lots_to_write(draw: st.DrawFn) -> tuple[RowTables, RowData, list[bytes]]:
    """A shape, a lot, and the text of each record; nothing for one without a row."""
    n = draw(st.integers(0, 9))
    of_records = st.lists(st.integers(0, 255), min_size=n, max_size=n)
    groups = np.array([draw(of_records) for _ in range(3)], np.uint8).reshape(3, n)
    codes = np.array([draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))], np.int32).reshape(1, n)
    lines = np.array(draw(st.lists(st.integers(0, 2**40), min_size=n, max_size=n)), np.int64)
    ids = draw(st.lists(RAW_IDS, min_size=n, max_size=n))
    others = draw(st.lists(st.one_of(st.none(), TEXTS), min_size=n, max_size=n))
    rows = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)), np.uint8)
    tables = [
        draw(st.lists(TEXTS, min_size=256, max_size=256)) if n < 2 else [b"", b"k", b"w" * 40] * 86 for _ in "abc"
    ]
    numbers = draw(st.lists(TEXTS, min_size=5, max_size=5))
    ends = np.cumsum([len(text) for text in ids], dtype=np.int32).reshape(1, n)
    over_ends = np.cumsum([len(text or b"") for text in others], dtype=np.int32).reshape(1, n)
    over_starts = over_ends - np.array([[len(text or b"") for text in others]], np.int32).reshape(1, n)
    for record, text in enumerate(others):
        if text is None:
            over_starts[0, record] = -1
    shape = RowShape()
    shape.line()
    shape.constant(b",")
    shape.copied(0)
    shape.constant(b",")
    shape.list_start()
    shape.group(0, tables[0], separated=True)
    shape.group(1, tables[1], separated=True)
    shape.constant(b",")
    shape.list_start()
    shape.group(2, tables[2])
    shape.group(0, tables[1], separated=True)
    shape.choice(0, numbers)
    shape.constant(b"\n")
    written = []
    for r in range(n):
        other = others[r]
        kept = ids[r] if other is None else other
        one = b";".join(filter(None, [tables[0][groups[0, r]], tables[1][groups[1, r]]]))
        two = b";".join(filter(None, [tables[2][groups[2, r]], tables[1][groups[0, r]]])) + numbers[codes[0, r]]
        written.append(b",".join([b"%d" % lines[r], kept, one, two]) + b"\n" if rows[r] else b"")
    starts = ends - np.array([[len(text) for text in ids]], np.int32).reshape(1, n)
    lot = RowData(
        padded(b"".join(ids)),
        starts,
        ends,
        padded(b"".join(text or b"" for text in others)),
        over_starts,
        over_ends,
        lines,
        groups,
        codes,
        rows,
    )
    return shape.ready(), lot, written


@given(lots_to_write(), st.integers(0, 400))
def test_rows_are_written_as_their_segments_say_and_never_past_the_end(
    given_lot: tuple[RowTables, RowData, list[bytes]], room: int
) -> None:
    shape, lot, wanted = given_lot
    n, first, written, total = len(wanted), 0, [], 0
    while first < n:
        guarded = np.full(room + 64, 0xAB, np.uint8)
        done = render(shape, lot, first, n, guarded[:room])
        assert done.size <= room
        assert (guarded[room:] == 0xAB).all()
        text = guarded[: done.size].tobytes()
        assert text == b"".join(wanted[first : done.record])
        if done.record == first:
            assert room <= shape.longest + SLACK + 100
            room = shape.longest + SLACK + 100
        written.append(text)
        total += done.id_sum
        first = done.record
    assert b"".join(written) == b"".join(wanted)
    ids = id_sum(lot.data, lot.copied_start[0], lot.copied_end[0], lot.rows, n)
    assert total % 2**64 == ids


@pytest.mark.parametrize("size", [300, 301, 331, 332, 333, 5000])
@pytest.mark.parametrize("over", [False, True], ids=["as it stands", "by an override"])
def test_a_long_copied_cell_is_written_whole_or_not_at_all(size: int, over: bool) -> None:  # noqa: FBT001
    shape = RowShape()
    shape.constant(b"1,")
    shape.copied(0)
    shape.constant(b"\n")
    tables, text = shape.ready(), bytes(range(65, 91)) * (size // 26 + 1)
    long, start, end, none = padded(text[:size]), places([0]), places([size]), places([-1])
    lot = RowData(
        data=long,
        copied_start=start,
        copied_end=end,
        overrides=long,
        override_start=start if over else none,
        override_end=end if over else none,
        lines=np.ones(1, np.int64),
        groups=np.zeros((0, 1), np.uint8),
        codes=np.zeros((0, 1), np.int32),
        rows=np.ones(1, np.uint8),
    )
    whole = b"1," + text[:size] + b"\n"
    for more in (0, 1, size // 2, size - 1, size, size + 1, 2 * size):
        room = tables.longest + SLACK + more
        guarded = np.full(room + 2 * size, 0xAB, np.uint8)
        done = render(tables, lot, 0, 1, guarded[:room])
        assert (guarded[room:] == 0xAB).all()
        assert guarded[: done.size].tobytes() == (whole if done.record else b"")
    assert done.record == 1


def test_the_sum_over_ids_sees_an_id_that_is_not_the_same() -> None:
    rows, starts, ends = np.ones(2, np.uint8), places([0, 10])[0], places([10, 20])[0]
    right = id_sum(padded(b"F-00000001F-00000002"), starts, ends, rows, 2)
    assert id_sum(padded(b"F-00000002F-00000001"), starts, ends, rows, 2) == right
    assert id_sum(padded(b"F-00000001F-00000001"), starts, ends, rows, 2) != right
    assert id_sum(padded(b"F-00000001F-00000003"), starts, ends, rows, 2) != right
    assert id_sum(padded(b"F-10000001F-00000002"), starts, ends, rows, 2) != right


# What is kept


def test_a_kernel_runs_where_no_code_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_is_kept()
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert not code_is_kept()
    assert kernel(types.int64, returns=types.int64)(_one_more)(4) == 5


def test_a_kernel_runs_where_the_kept_code_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    assert kernel(types.int64, returns=types.int64)(_one_more)(4) == 5
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    for file in kept:
        file.write_bytes(b"")
    assert kernel(types.int64, returns=types.int64)(_one_more)(4) == 5


def _one_more(number: int) -> int:
    return number + 1


def test_nothing_that_was_read_gets_into_the_kept_code() -> None:
    def kept() -> dict[Path, bytes]:
        folder = Path(scan_lines.stats.cache_path)  # type: ignore[attr-defined]
        return {file: file.read_bytes() for file in folder.glob("kernels.*.nb*")}

    before, content, tables = kept(), b"a secret answer,b,a secret id,a secret note\n", CodeTables(2)
    tables.add(0, b"a secret answer", 0)
    scanner = Scanner(LAYOUT, tables, cells_for(LAYOUT, 5, 5))
    assert scanner.scan(padded(content), 0, len(content), 0).rows == 1
    assert before
    assert kept() == before
    assert not any(b"secret" in code for code in before.values())
