"""Bytes to records: every line is in a record, blank, or rejected with its number and the reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.effort import examples, lines_run, peak_bytes

from iop_screen.batch.sources import physical_lines
from iop_screen.batch.sources.csv_framing import CsvRecords
from iop_screen.batch.sources.physical_lines import UTF8_BOM
from iop_screen.batch.sources.source import Record, RejectedRecord, SourceAccount
from iop_screen.core.exits import CannotGoOn

Row = tuple[int, object]
"""A line with the cells that start on it, or with the reason why they are rejected."""

LINE_END = re.compile(rb"\r\n|\r|\n")
H = b"a,b,c\n"


def read(content: bytes, delimiter: str = ",") -> tuple[list[Row], SourceAccount]:
    """What becomes of some bytes."""
    records = CsvRecords(io.BytesIO(content), delimiter)
    rows: list[Row] = [(each.line, each.cells if isinstance(each, Record) else each.code) for each in records]
    return rows, records.account


def below_header(content: bytes) -> list[Row]:
    """What becomes of some bytes that stand below the header `a,b,c`, which is line 1."""
    rows, _ = read(H + content)
    assert rows[0] == (1, ["a", "b", "c"])
    return rows[1:]


def adds_up(count: SourceAccount) -> bool:
    return count.adds_up


def physical(content: bytes) -> int:
    """How many lines there are, by the plainest count."""
    ends = len(LINE_END.findall(content))
    last = LINE_END.split(content)[-1]
    return ends + bool(last)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\n1,2\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        (b"a,b\r1,2\r", [(1, ["a", "b"]), (2, ["1", "2"])]),
        (b"a,b\r\n1,2\r\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        (b"a,b\r1,2\n3,4\r\n5,6", [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]),
        (b"a,b\n\r1,2\n", [(1, ["a", "b"]), (3, ["1", "2"])]),
        (b"a,b\r\r\n1,2\r\r\n", [(1, ["a", "b"]), (3, ["1", "2"])]),
        (b"a,b\x0b\n1,\x0c2\n", [(1, ["a", "b\x0b"]), (2, ["1", "\x0c2"])]),
        ("a,b\n1\u2028,2\x85\n".encode(), [(1, ["a", "b"]), (2, ["1\u2028", "2\x85"])]),
    ],
)
def test_lf_cr_and_crlf_end_lines_and_nothing_else_does(content: bytes, rows: list[Row]) -> None:
    assert read(content)[0] == rows


@pytest.mark.parametrize("block", range(1, 12))
def test_a_line_end_across_two_blocks_is_one_line_end(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(physical_lines, "BLOCK_BYTES", block)
    rows, count = read(b'a,b\r\n1,"x\r\ny"\r\n\r\n3,4\r')
    assert rows == [(1, ["a", "b"]), (2, ["1", "x\r\ny"]), (5, ["3", "4"])]
    assert (count.lines, count.blank, count.in_records) == (5, 1, 4)


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (UTF8_BOM + b"a,b\n", [(1, ["a", "b"])]),
        (UTF8_BOM + b'"a",b\n', [(1, ["a", "b"])]),
        (UTF8_BOM + UTF8_BOM + b"a,b\n", [(1, ["\ufeffa", "b"])]),
        (b"a,b\n" + UTF8_BOM + b"1,2\n", [(1, ["a", "b"]), (2, ["\ufeff1", "2"])]),
        (UTF8_BOM[:2] + b"a,b\n", [(1, "undecodable")]),
        (UTF8_BOM, []),
        (b"", []),
    ],
)
def test_only_a_mark_at_the_very_start_is_taken_away(content: bytes, rows: list[Row]) -> None:
    assert read(content)[0] == rows


@pytest.mark.parametrize(
    ("content", "rows", "blank"),
    [
        (b"\n\n1,2,3\n", [(4, ["1", "2", "3"])], 2),
        (b"  \n1,2,3\n \r\n", [(3, ["1", "2", "3"])], 2),
        (b"\r\r\r", [], 3),
        (b",,\n", [(2, ["", "", ""])], 0),
        (b'""\n', [(2, "wrong-width")], 0),
        (b"\t\n", [(2, "wrong-width")], 0),
        (b'1,"x\n\n\ny",3\n', [(2, ["1", "x\n\n\ny", "3"])], 0),
        (b'1,"x\n\n \n4,5,6\n', [(2, "unclosed-quote"), (5, ["4", "5", "6"])], 2),
    ],
)
def test_blank_lines_are_counted_and_are_no_records(content: bytes, rows: list[Row], blank: int) -> None:
    counted, count = read(H + content)
    assert counted[1:] == rows
    assert count.blank == blank
    assert count.records == len(rows) + 1


def test_the_header_may_stand_below_blank_lines() -> None:
    assert read(b"\n\na,b\n1,2\n")[0] == [(3, ["a", "b"]), (4, ["1", "2"])]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"1,2", "wrong-width"),
        (b"1,2,3,", "trailing-delimiter"),
        (b"1,2,3, ,", "trailing-delimiter"),
        (b"1,2,3,,4", "wrong-width"),
        (b'"1",2,3,""', "trailing-delimiter"),
        (b"1;2;3", "wrong-width"),
        (b'"1,2,3"', "wrong-width"),
        (b'1,"2"', "wrong-width"),
        (b'1,2,3,"4"', "wrong-width"),
        (b"1,\x002,3", "nul"),
        (b'1,"\x002",3', "nul"),
        (b"\x00", "nul"),
        (b"1,caf\xe9,3", "undecodable"),
        (b'1,"caf\xe9",3', "undecodable"),
        (b"1,\xed\xa0\x80,3", "undecodable"),
        (b"1,\xc0\xaf,3", "undecodable"),
        (b"1,\xe2\x82,3", "undecodable"),
        (b'1,2,"3', "unclosed-quote"),
        (b'1,2,"', "unclosed-quote"),
        (b'1,2,"3""', "unclosed-quote"),
        (b'1,"2"x,3', "text-after-quote"),
        (b'1,"2" ,3', "text-after-quote"),
        (b'1,2,"3"x', "text-after-quote"),
        (b'1,"2""x"y,3', "text-after-quote"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_bad_record_is_rejected_alone(line: bytes, code: str, end: bytes) -> None:
    rows = below_header(b"1,2,3" + end + line + end + b"4,5,6" + end + b"7,8,9")
    assert rows == [(2, [*"123"]), (3, code), (4, [*"456"]), (5, [*"789"])]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b'1,2,"3\nmore', [(2, "unclosed-quote"), (3, "wrong-width")]),
        (b'1,2,"3\n4,5\n6', [(2, "unclosed-quote"), (3, "wrong-width"), (4, "wrong-width")]),
        (b'1,2,"3\n4,5,6\n7,8,9\n', [(2, "unclosed-quote"), (3, [*"456"]), (4, [*"789"])]),
        (b'1,"2\n4,"5",6\n', [(2, "text-after-quote"), (3, [*"456"])]),
        (b'1,2,"3\n4,5,"6\n7,8,9', [(2, "text-after-quote"), (3, "unclosed-quote"), (4, [*"789"])]),
        (b'1,2,"3\nx"y\n7,8,9', [(2, "text-after-quote"), (3, "wrong-width"), (4, [*"789"])]),
        (b'1,2,"3\n4,5,6\nx"y\n7,8,9', [(2, "text-after-quote"), (3, [*"456"]), (4, "wrong-width"), (5, [*"789"])]),
        (b'1,2,"3\n\x00,5,6\n7,8,9', [(2, "unclosed-quote"), (3, "nul"), (4, [*"789"])]),
        (b'1,2,"3\n\xff,5,6\n7,8,9', [(2, "unclosed-quote"), (3, "undecodable"), (4, [*"789"])]),
    ],
)
def test_of_a_record_whose_end_nobody_can_tell_only_the_first_line_goes(content: bytes, rows: list[Row]) -> None:
    assert below_header(content) == rows


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b'1,"a\n4,5,6\nb","c\n7,8,9\n', [(2, "unclosed-quote"), (5, [*"789"])]),
        (b'1,"a\n4,5,6\nb","c"x\n7,8,9\n', [(2, "text-after-quote"), (5, [*"789"])]),
        (b'1,"a\n4,5,6\nb","c\n7,8,9\n"x\n', [(2, "text-after-quote"), (5, [*"789"]), (6, "unclosed-quote")]),
        (b'"a\nb","c\nd","e\n7,8,9\n', [(2, "unclosed-quote"), (5, [*"789"])]),
    ],
)
def test_cells_that_close_stay_in_a_record_whose_last_cell_does_not(content: bytes, rows: list[Row]) -> None:
    """It has the lines up to the one on which that cell begins."""
    assert below_header(content)[: len(rows)] == rows


@pytest.mark.parametrize(
    ("content", "code", "lines"),
    [
        (b'1,2,"3\nx",y\n', "wrong-width", 2),
        (b'1,2,3,"x\n4,5,6\n7,8,9\ny"\n', "swallowed-record", 4),
        (b'1,2,3,"x\n4,5,6,7\ny"\n', "swallowed-record", 3),
        (b'1,"2,3\n4,5",6\n', "swallowed-record", 2),
        (b'"1,2,3\n4",5,6\n', "swallowed-record", 2),
        (b'1,2,"3\n4,5,6"\n', "swallowed-record", 2),
        (b'1,"2,3\n\n4,5,6\n7,8",9\n', "swallowed-record", 4),
        (b'1,2,3,"\n"\n', "trailing-delimiter", 2),
        (b'1,"x\n4,5,6\ny"\n', "swallowed-record", 3),
        (b'1,"x\n4,5,6\ny",3\n', "swallowed-record", 3),
        (b'1,"x\n4,5,6",3\n', "swallowed-record", 2),
        (b'1,"\n4,5,6\n","\n\n7,8,9\n"\n', "swallowed-record", 6),
        (b'1,2,"3\nx\x00"\n', "nul", 2),
        (b'1,2,"3\nx\xff"\n', "undecodable", 2),
        (b'1,2\x00,"3\n4,5,6\n"\n', "nul", 3),
        (b'1,2\xff,"3\n4,5,6\n"\n', "undecodable", 3),
        (b'1,"2\n4,5,6\n\x00\xff\n4,5,6","3\n4,5,6\n"\n', "nul", 6),
    ],
)
def test_the_lines_inside_the_cells_of_a_rejected_record_are_nobody(content: bytes, code: str, lines: int) -> None:
    """They belong to it, whatever is wrong with it: none of them becomes a person."""
    records = [*CsvRecords(io.BytesIO(H + content + b"7,8,9\n"), ",")]
    assert records[1] == RejectedRecord(2, 1 + lines, code, content)
    assert records[2:] == [Record(2 + lines, 2 + lines, [*"789"], b"7,8,9\n")]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b'1,"x\n4,5\ny",3\n', [(2, ["1", "x\n4,5\ny", "3"])]),
        (b'"x,\ny",",\n","\n,"\n', [(2, ["x,\ny", ",\n", "\n,"])]),
        (b'1,"4,5,6",3\n', [(2, ["1", "4,5,6", "3"])]),
        (b'1,"4,5\ny",3\n', [(2, ["1", "4,5\ny", "3"])]),
        (b'1,"x\n4;5;6\ny",3\n', [(2, ["1", "x\n4;5;6\ny", "3"])]),
    ],
)
def test_a_cell_may_hold_lines_that_look_like_no_record(content: bytes, rows: list[Row]) -> None:
    assert below_header(content) == rows


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b'"1","2","3"', ["1", "2", "3"]),
        (b'1,"",3', ["1", "", "3"]),
        (b'"","",""', ["", "", ""]),
        (b",,", ["", "", ""]),
        (b'1,"a,b",3', ["1", "a,b", "3"]),
        (b'1,"say ""hi""",3', ["1", 'say "hi"', "3"]),
        (b'1,"""",3', ["1", '"', "3"]),
        (b'1,"""""",3', ["1", '""', "3"]),
        (b'1,2,""""', ["1", "2", '"']),
        (b'1,5" tall,3', ["1", '5" tall', "3"]),
        (b'1, "2",3', ["1", ' "2"', "3"]),
        (b'1,x"",3', ["1", 'x""', "3"]),
        (b'1,x"y,"3"', ["1", 'x"y', "3"]),
        (b" 1 ,2\t, 3", [" 1 ", "2\t", " 3"]),
        (b'1,"x\ny\r\nz\rend",3', ["1", "x\ny\r\nz\rend", "3"]),
        (b'1,"\n",3', ["1", "\n", "3"]),
        (b'"x\n","\n","y"', ["x\n", "\n", "y"]),
        (b'1,"x""\n""y",3', ["1", 'x"\n"y', "3"]),
        ('1,"d\u00e9j\u00e0\nvu",\U0001f600'.encode(), ["1", "d\u00e9j\u00e0\nvu", "\U0001f600"]),
    ],
)
def test_cells_are_read_as_they_are_written(line: bytes, cells: list[str]) -> None:
    further = 2 + physical(line)
    assert below_header(line + b"\n7,8,9\n") == [(2, cells), (further, ["7", "8", "9"])]


@pytest.mark.parametrize(("delimiter", "other"), [(",", ";"), (";", ","), ("\t", ",")])
def test_only_the_delimiter_parts_cells(delimiter: str, other: str) -> None:
    text = f'a{delimiter}b\n1{other}1{delimiter}"2{delimiter}2"\n'
    assert read(text.encode(), delimiter)[0] == [(1, ["a", "b"]), (2, [f"1{other}1", f"2{delimiter}2"])]


@pytest.mark.parametrize(
    ("content", "unended"),
    [
        (b"a\n1", [1, 2]),
        (b'a,b\n1,2\n1,"2\n3"', [1, 3]),
        (b"a\n1\n", [1]),
        (b"a\n1\r", [1]),
        (b"a\n1\r\n", [1]),
        (b"a\n1\n ", [1]),
        (b"a", [0, 1]),
    ],
)
@pytest.mark.parametrize("allowed", [False, True])
def test_a_last_record_without_line_end_says_so(content: bytes, unended: list[int], allowed: bool) -> None:  # noqa: FBT001
    framed = CsvRecords(io.BytesIO(content), ",", allow_unended=allowed)
    records = [record for record in framed if isinstance(record, Record)]
    assert [record.line for record in records if record.unended] == ([] if allowed else unended[1:])
    assert [framed.last.line] == unended[1:] if framed.last else len(unended) == 1
    assert adds_up(framed.account)


@pytest.mark.parametrize("block", [1, 3, 8, 64])
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"x" * 17 + b",2,3\n", "too-long"),
        (b"x" * 200 + b"\n", "too-long"),
        (b"x" * 200 + b"\r\n", "too-long"),
        (b'"' * 200 + b"\n", "too-long"),
        (b" " * 200 + b"\n", "too-long"),
        (b"\0" * 200 + b"\n", "too-long"),
        (b"x" * 15 + b",2,3\n", None),
    ],
)
def test_a_line_over_the_bound_is_rejected_alone(
    line: bytes, code: str | None, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(physical_lines, "BLOCK_BYTES", block)
    monkeypatch.setattr(physical_lines, "MAX_RECORD_BYTES", 20)
    first: Row = (2, code or [line[:15].decode(), "2", "3"])
    assert below_header(line + b"4,5,6\n") == [first, (3, ["4", "5", "6"])]


def test_a_record_over_the_bound_is_a_quote_that_never_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(physical_lines, "MAX_RECORD_BYTES", 20)
    assert below_header(b'1,2,"x\n' + b"yyyyyy\n" * 2 + b'z"\n7,8,9\n') == [
        (2, "unclosed-quote"),
        *((line, "wrong-width") for line in (3, 4, 5)),
        (6, [*"789"]),
    ]


def test_a_line_over_the_bound_inside_a_quote_rejects_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(physical_lines, "MAX_RECORD_BYTES", 20)
    rows = below_header(b'1,2,"x\n' + b"y" * 30 + b'"\n7,8,9\n')
    assert rows == [(2, "unclosed-quote"), (3, "too-long"), (4, [*"789"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'a,"b\n', "unclosed-quote"), (b'a,"b"c\n', "text-after-quote"), (b"a\0\n", "nul"), (b"a\xff\n", "undecodable")],
)
def test_a_header_can_be_rejected_too(content: bytes, code: str) -> None:
    assert read(content)[0] == [(1, code)]


def test_an_input_that_cannot_be_read_on_is_said_in_one_line() -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(CannotGoOn, match=r"^cannot read the input: input/output error$") as stop:
        list(CsvRecords(Broken(), ","))
    assert stop.value.exit_code == 3


TEXTS = st.text(st.sampled_from('ab ",;\n\r\u00e9\U0001f600='), max_size=8)
BITS = [b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"a", b" ", b"\0", b"\xff", b"\xc3\xa9", UTF8_BOM, b"x,y\n", b'"x\n']
ANYTHING = st.binary(max_size=60) | st.lists(st.sampled_from(BITS), max_size=40).map(b"".join)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A table in which no cell of several lines has so many commas that a record may be inside."""
    width = draw(st.integers(2, 5))

    def swallows_nobody(cell: str) -> bool:
        return cell.count(",") < width - 1 or not re.search("[\r\n]", cell)

    cells = TEXTS.filter(swallows_nobody)
    return draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6))


def written(row: list[str], quoting: int, end: str) -> bytes:
    """One row as the csv module of Python writes it."""
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerow(row)  # type: ignore[arg-type]
    return text.getvalue().encode()


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(tables(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.booleans())
def test_what_a_csv_writer_writes_is_read_back(table: list[list[str]], quoting: int, marked: bool) -> None:  # noqa: FBT001
    """For any table, the cells come back as they were, each record with the line it starts on."""
    rows = [written(row, quoting, "\r\n") for row in table]
    starts = [1 + sum(map(physical, rows[:index])) for index in range(len(rows))]
    got, count = read((UTF8_BOM if marked else b"") + b"".join(rows))
    assert got == [*zip(starts, table, strict=True)]
    assert (count.lines, count.blank) == (sum(map(physical, rows)), 0)


@settings(max_examples=examples(400))
@given(ANYTHING, st.sampled_from([",", ";", "\t"]))
def test_every_line_of_any_bytes_is_accounted_for(content: bytes, delimiter: str) -> None:
    """Whatever the bytes, nothing is raised, each line counts once, and rows come in order, one to a start line."""
    rows, count = read(content, delimiter)
    assert adds_up(count)
    assert count.lines == physical(content.removeprefix(UTF8_BOM))
    assert count.records == len(rows)
    starts = [line for line, _ in rows]
    assert starts == sorted(set(starts))


@settings(max_examples=examples(300))
@given(ANYTHING, st.integers(1, 9), st.sampled_from([5, 12, 1000]))
def test_the_size_of_a_block_changes_nothing(content: bytes, block: int, bound: int) -> None:
    """The same bytes give the same records and the same count, however they are read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(physical_lines, "MAX_RECORD_BYTES", bound)
        questionnaire = read(content)
        patch.setattr(physical_lines, "BLOCK_BYTES", block)
        assert read(content) == questionnaire


@settings(max_examples=examples(300))
@given(ANYTHING)
@example(b'" "')
def test_what_is_read_python_reads_too(content: bytes) -> None:
    """Where nothing is rejected, the strict reader of Python finds the same records."""
    content = content.replace(b"\0", b"").removeprefix(UTF8_BOM)
    rows, _ = read(content)
    if not any(isinstance(what, str) for _, what in rows):
        text = io.StringIO(content.decode().removeprefix("\ufeff"), newline="")
        theirs = [row for row in csv.reader(text, strict=True) if "".join(row).strip(" ") or len(row) > 1]
        lists = [cells for _, cells in rows if isinstance(cells, list)]
        assert [cells for cells in lists if "".join(cells).strip(" ") or len(cells) > 1] == theirs


@settings(max_examples=examples(200))
@given(ANYTHING, ANYTHING)
def test_good_records_after_anything_are_read_or_belong_to_a_rejected_one(before: bytes, bad: bytes) -> None:
    """Where no quoted cell took them in, they are read as they are; else they are in a record that is not scored."""
    good = b"1,2,3\n4,5,6\n"
    content = H + before + b"\n" + bad + b"\n" + good
    records = [*CsvRecords(io.BytesIO(content), ",", width=3)]
    lines = physical(content)
    for line, cells in ((lines - 1, [*"123"]), (lines, [*"456"])):
        (owner,) = [record for record in records if record.line <= line <= record.last_line]
        assert isinstance(owner, RejectedRecord) or owner.line < line or owner.cells == cells


QUOTED_TEXTS = st.lists(st.sampled_from([*'ab ",\n\r\u00e9\x00\udcff', "\n1,2,3\n"]), max_size=8).map("".join)
CLOSED_CELLS = st.lists(QUOTED_TEXTS.map(lambda text: '"' + text.replace('"', '""') + '"'), min_size=1, max_size=5)


@pytest.mark.slow
@settings(max_examples=examples(400))
@given(CLOSED_CELLS, st.sampled_from(["\n", "\r\n"]))
def test_a_bad_record_whose_cells_close_owns_its_lines_and_no_other(cells: list[str], end: str) -> None:
    """Whatever its width, its bytes and the lines inside its cells: every other record is as it was."""
    content = (",".join(cells) + end).encode("utf-8", "surrogateescape")
    before, *found = CsvRecords(io.BytesIO(H + b"1,2,3\n" + content + b"1,2,3\n4,5,6\n"), ",")
    last = 2 + physical(content)
    assert isinstance(before, Record)
    assert [(record.line, record.last_line) for record in found] == [
        (2, 2),
        (3, last),
        (last + 1, last + 1),
        (last + 2, last + 2),
    ]
    assert found[1].raw == content
    assert [each.cells for each in found if isinstance(each, Record) and each is not found[1]] == [
        [*"123"],
        [*"123"],
        [*"456"],
    ]


@settings(max_examples=examples(300))
@given(ANYTHING, st.sampled_from([5, 12, 1000]))
def test_what_was_written_is_kept_and_the_account_adds_up_at_every_record(content: bytes, bound: int) -> None:
    """The bytes of all records and of blank lines, in order, are the file, but for lines that are too long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(physical_lines, "MAX_RECORD_BYTES", bound)
        framed = CsvRecords(io.BytesIO(content), ",")
        lines = content.removeprefix(UTF8_BOM).splitlines(keepends=True)
        for record in framed:
            assert adds_up(framed.account)
            assert framed.account.lines == record.last_line
            assert record.raw == b"".join(lines[record.line - 1 : record.last_line]) or record.raw == b""
        assert framed.account.lines == len(lines)


EXPORTED = {
    "three headers": b'Q1,Q2\r\n"How, exactly?",Why\r\n"{""ImportId"":""QID1""}",x\r\n"two\nlines",y\r\n',
    "two headers": b'RespondentID,"Which apply?",,\n,"First, that",Second,"Other\n(say which)"\n11,"First, that",,\n',
    "words quoted": b'record_id,time_1,"note"\n1,2010-01-02,"before ""x"" validation"\n2,55:02,"a\nb\n\nc"\n',
    "group paths": b'SubmissionDate,group-name,KEY\r\n"Feb 1, 2010 8:30:07 AM",,uuid:0\r\n,a;b,uuid:1',
    "semicolons": '\ufeffid;Größe;Wort\r\n1;1,75;"a;b"\r\n2;;\r\n'.encode(),
    "tabs": b'id\tword\n1\ta "b" c\n2\t"a\tb"\n\n\n3\t\n',
    "another encoding": "id,word\n1,é\n2,x\n".encode("cp1252"),
    "ragged": b"id,word\n1\n2,a,b,c\n,,\n\n3,d",
}
"""Shapes of files that survey systems and spreadsheets write."""


@pytest.mark.parametrize("name", EXPORTED)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_as_the_field_has_them_add_up(name: str, delimiter: str) -> None:
    rows, count = read(EXPORTED[name], delimiter)
    assert adds_up(count)
    assert count.records == len(rows)
    assert count.lines == physical(EXPORTED[name])


@pytest.mark.parametrize(
    ("make", "records"),
    [
        pytest.param(lambda n: H + b'1,2,"x\n' * n, lambda n: n + 1, id="each line opens a quote"),
        pytest.param(lambda n: H + b'1,2,"x\n' + b"no quote\n" * n, lambda n: n + 2, id="one quote, then plain lines"),
        pytest.param(lambda n: H + (b'1,2,"x\n' + b"y\n" * 9) * n, lambda n: 10 * n + 1, id="quotes among plain lines"),
        pytest.param(lambda n: H + b"x" * 500 * n + b"\n", lambda _: 2, id="one long line"),
        pytest.param(lambda n: H + b'"' * 50 * n + b"\n", lambda _: 2, id="many quotes on a line"),
        pytest.param(lambda n: H + b'"\n' * n, None, id="a quote on each line"),
        pytest.param(lambda n: H + b'1,2,"' + b'""\n' * n, None, id="many quotes in one cell"),
        pytest.param(lambda n: H + b"," * 100 * n + b"\n", lambda _: 2, id="many cells"),
        pytest.param(lambda n: b"\r" * n, lambda _: 0, id="only line ends"),
    ],
)
def test_a_file_four_times_as_large_takes_about_four_times_the_work(
    make: Callable[[int], bytes], records: Callable[[int], int] | None
) -> None:
    """Whatever is in it; and no more memory than some copies of the file."""
    few, many = 300, 1_200
    for count in (few, many):
        found = read(make(count))
        assert adds_up(found[1])
        assert records is None or len(found[0]) == records(count)
    less, more = make(few), make(many)
    assert lines_run(partial(consume, more)) < 6 * lines_run(partial(consume, less)) + 1_000
    assert peak_bytes(partial(consume, more)) < 20 * len(more) + 2_000_000


def consume(content: bytes) -> None:
    """Read all records of a file, and keep none."""
    for _ in CsvRecords(io.BytesIO(content), ","):
        pass
