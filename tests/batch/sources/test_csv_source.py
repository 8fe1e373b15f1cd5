"""A file from its first byte: encoding, delimiter, what stands above the header, the header, and the end."""

from __future__ import annotations

import codecs
import io
import time
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.paths import REPOSITORY

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources import physical_lines
from iop_screen.batch.sources.csv_problems import FILE_PROBLEMS
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import Delimiter, Encoding, FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, SourceRecord
from iop_screen.cli.inputs import DELIMITERS as DELIMITER_OPTIONS
from iop_screen.report.input_problems import input_problems_text

PLAIN = "id,word,note\n1,Größe,x\n2,“said”,y\n"
CELLS = [["1", "Größe", "x"], ["2", "“said”", "y"]]
NAMES = ("id", "word", "note")


def opened(content: bytes, settings: FileSettings = FileSettings()) -> CsvSource:  # noqa: B008 - it is frozen
    source = open_csv("in.csv", io.BytesIO(content), settings)
    assert isinstance(source, CsvSource), source
    return source


def problem(content: bytes, settings: FileSettings = FileSettings(), name: str = "in.csv") -> InputProblem:  # noqa: B008
    found = open_csv(name, io.BytesIO(content), settings)
    assert isinstance(found, InputProblem), found
    return found


def read(source: CsvSource) -> list[SourceRecord]:
    """All records, while the account adds up at each of them."""
    records = []
    for record in source.records():
        assert source.account.adds_up
        assert source.account.lines == record.last_line
        records.append(record)
        assert source.account.records == len(records)
    assert source.account.adds_up
    return records


def cells(records: Iterable[SourceRecord]) -> list[list[str] | str]:
    """The cells of each record, or why it is none."""
    return [
        each.cells if isinstance(each, Record) else each.code if isinstance(each, RejectedRecord) else each.reason
        for each in records
    ]


UTF16_LE, UTF16_BE = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAIN.encode(), None),
        (PLAIN.encode(), "utf-8"),
        (PLAIN.encode("utf-8-sig"), None),
        (PLAIN.encode("utf-8-sig"), "utf-8"),
        (UTF16_LE + PLAIN.encode("utf-16-le"), None),
        (UTF16_BE + PLAIN.encode("utf-16-be"), None),
        (UTF16_LE + PLAIN.encode("utf-16-le"), "utf-16"),
        (PLAIN.encode("utf-16-le"), "utf-16"),
        (PLAIN.encode("utf-16-be"), "utf-16"),
        (PLAIN.encode("cp1252"), "cp1252"),
    ],
)
def test_a_file_is_decoded_as_it_says_or_as_somebody_says(
    content: bytes, encoding: Encoding | None, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However letters lie across the blocks that are read; what was written is kept as UTF-8."""
    monkeypatch.setattr(physical_lines, "BLOCK_BYTES", block)
    source = opened(content, FileSettings(encoding=encoding))
    records = read(source)
    assert source.header.names == NAMES
    assert cells(records) == CELLS
    assert [record.raw for record in records] == [line.encode() + b"\n" for line in PLAIN.splitlines()[1:]]


def test_a_long_file_in_utf_16_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(physical_lines, "BLOCK_BYTES", 1001)
    content = UTF16_LE + ("id,word\n" + "1,\U0001f600é\n" * 10_000).encode("utf-16-le")
    source = opened(content)
    assert sum(isinstance(each, Record) and each.cells == ["1", "\U0001f600é"] for each in source.records()) == 10_000
    assert source.account.adds_up


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"id,word\n1,\x81\n2,y\n", "cp1252"),
        (b"id,word\n1,a\x8d\x9db\n2,y\n", "cp1252"),
        (UTF16_LE + "id,word\n1,".encode("utf-16-le") + b"\x00\xdc" + "\n2,y\n".encode("utf-16-le"), None),
        (UTF16_BE + "id,word\n1,".encode("utf-16-be") + b"\xd8\x00" + "\n2,y\n".encode("utf-16-be"), None),
        (b"id,word\n1,\xff\n2,y\n", None),
        (b"id,word\n1,\xed\xb3\xbf\n2,y\n", None),
    ],
)
def test_what_the_encoding_does_not_have_rejects_its_record_alone(content: bytes, encoding: Encoding | None) -> None:
    records = read(opened(content, FileSettings(encoding=encoding)))
    assert cells(records) == ["undecodable", ["2", "y"]]


@pytest.mark.parametrize("encoding", [None, "utf-16"])
def test_half_a_letter_at_the_end_rejects_the_last_record(encoding: Encoding | None) -> None:
    content = UTF16_LE + "id,word\n1,x\n2,y".encode("utf-16-le")[:-1]
    assert cells(read(opened(content, FileSettings(encoding=encoding)))) == [["1", "x"], "undecodable"]


@pytest.mark.parametrize(
    ("content", "said", "option"),
    [
        (PLAIN.encode("cp1252"), None, "cp1252"),
        (b"id,gr\xf6\xdfe\n1,2\n", None, "cp1252"),
        (b"id,word\n1,\xe9\n2,x\n3,\xe9\n", None, "cp1252"),
        (PLAIN.encode("utf-16-le"), None, "utf-16"),
        (PLAIN.encode("utf-16-be"), None, "utf-16"),
        (PLAIN.encode("utf-16-le"), "cp1252", "utf-16"),
        (PLAIN.encode(), "utf-16", "utf-8"),
        (PLAIN.encode("cp1252"), "utf-16", "cp1252"),
        (PLAIN.encode("utf-8-sig"), "cp1252", "utf-8"),
        (PLAIN.encode("utf-8-sig"), "utf-16", "utf-8"),
        (UTF16_LE + PLAIN.encode("utf-16-le"), "utf-8", "utf-16"),
    ],
)
def test_a_wrong_encoding_is_named_with_the_option_that_reads_the_file(
    content: bytes, said: Encoding | None, option: Encoding
) -> None:
    found = problem(content, FileSettings(encoding=said))
    assert found.code == "wrong-encoding"
    assert found.command == ("iop-screen", "score", "in.csv", "--encoding", option)
    opened(content, FileSettings(encoding=option))


def test_a_single_bad_byte_below_a_good_header_stops_nothing() -> None:
    assert cells(read(opened(b"id,word\n1,\xe9\n2,x\n"))) == ["undecodable", ["2", "x"]]
    assert cells(read(opened(b"id,word\n1,\xe9\n2,\xe9\n", FileSettings(encoding="utf-8")))) == ["undecodable"] * 2


@pytest.mark.parametrize(
    ("content", "said", "remark"),
    [
        (PLAIN.encode("cp1252"), "cp1252", "it is read as Windows-1252 (cp1252)"),
        (PLAIN.encode(), "cp1252", "it is read as Windows-1252 (cp1252); it could be UTF-8 too"),
        (UTF16_LE + PLAIN.encode("utf-16-le"), None, "it is read as UTF-16"),
        (PLAIN.encode("utf-16-be"), "utf-16", "it is read as UTF-16, high byte first"),
        (PLAIN.encode("utf-16-le"), "utf-16", "it is read as UTF-16, low byte first"),
    ],
)
def test_another_encoding_than_utf_8_is_said(content: bytes, said: Encoding | None, remark: str) -> None:
    source = opened(content, FileSettings(encoding=said))
    assert source.remarks == (remark,)
    assert source.settings.encoding == ("utf-16" if said is None else said)


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "SEP=;\r", "\ufeffsep=;\n"])
def test_a_first_line_that_names_the_delimiter_is_no_header(line: str) -> None:
    source = opened((line + "id;word\n1;a,b\n").encode())
    assert source.header.names == ("id", "word")
    assert source.header.line == 2
    assert cells(read(source)) == [["1", "a,b"]]
    assert (source.account.lines, source.account.head) == (3, 2)
    assert source.settings.delimiter == ";"
    assert "its first line says that semicolons part its columns" in source.remarks


def test_a_first_line_that_names_another_delimiter_than_somebody_said_stops() -> None:
    found = problem(b"sep=;\nid;word\n", FileSettings(delimiter=","))
    assert found.code == "wrong-delimiter"
    assert "semicolons" in found.message
    assert "commas" in found.message
    assert found.command == ("iop-screen", "score", "in.csv", "--delimiter", ";")
    assert opened(b"sep=;\nid;word\n", FileSettings(delimiter=";")).header.names == ("id", "word")
    assert problem(b"sep=:\nid:word\n").code == "wrong-delimiter"


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
@pytest.mark.parametrize("mark", ["", '"'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_wrong_delimiter_is_named_with_the_option_that_reads_the_file(
    delimiter: Delimiter, mark: str, encoding: Encoding
) -> None:
    text = "".join(
        delimiter.join(f"{mark}{cell}{mark}" for cell in row) + "\r\n"
        for row in [["id", "größe, ungefähr" if delimiter != "," else "größe", "age"], *[["1", "x", "2"]] * 3]
    )
    now: Delimiter | None = ";" if delimiter == "," else None
    found = problem(text.encode(encoding), FileSettings(delimiter=now, encoding=encoding))
    assert found.code == "wrong-delimiter"
    assert found.command[:6] == ("iop-screen", "score", "in.csv", "--encoding", encoding, "--delimiter")
    said = DELIMITER_OPTIONS[found.command[6]]
    assert said == delimiter
    assert len(opened(text.encode(encoding), FileSettings(delimiter=said, encoding=encoding)).header.names) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"id;age;x\n",
        b"id;age\n1;2\n",
        b'"id";"age"\n',
        b"id;size\n1;1,75\n2;1,80\n",
        b"id;how, exactly?;age\n1;x;2\n2;y;3\n",
    ],
)
def test_semicolons_are_found_however_short_the_file_is(content: bytes) -> None:
    assert problem(content).command[-1] == ";"


@pytest.mark.parametrize(
    "content",
    [
        b"concerns\nsubstances;eating\nsubstances;other\n",
        b"id,concerns\n1,substances;eating\n2,substances;other\n",
        b'id,"really; truly?"\n1,"a;b"\n2,"a;b"\n',
        b"only\n1\n2\n",
        b"id,a;b\n1,x\n",
        b"id,x;y\n1,2;z\n1,2,3;z\n1,2,3;z\n",
    ],
)
def test_other_delimiters_inside_cells_are_no_mistake(content: bytes) -> None:
    read(opened(content))


def test_lines_above_the_header_may_hold_anything() -> None:
    source = opened(b'"open\n\x00\xff,,\n\nid,word\n1,x\n', FileSettings(skip_lines=3))
    assert (source.header.names, source.header.line) == (("id", "word"), 4)
    assert cells(read(source)) == [["1", "x"]]
    assert (source.account.lines, source.account.head, source.account.blank) == (5, 4, 0)
    assert "lines that are skipped above the header: 3" in source.remarks


@pytest.mark.parametrize("content", [b"", b"a\nb\n"])
def test_a_file_that_is_shorter_than_what_is_skipped_has_no_header(content: bytes) -> None:
    assert problem(content, FileSettings(skip_lines=3)).code == "no-header"


THREE_ROWS = b'Q1,,"Q3\nlong"\nWhich?,Why?,\n{x},,z\n1,2,3\n'


@pytest.mark.parametrize(
    ("names_from", "names", "line"),
    [
        (1, ("Q1", "", "Q3\nlong"), 1),
        (2, ("Which?", "Why?", ""), 3),
        (3, ("{x}", "", "z"), 4),
        (0, ("Q1 / Which? / {x}", "Q1 / Why?", "Q3\nlong / z"), 1),
    ],
)
def test_a_header_may_have_several_rows(names_from: int, names: tuple[str, ...], line: int) -> None:
    source = opened(THREE_ROWS, FileSettings(header_rows=3, names_from=names_from))
    assert (source.header.names, source.header.line, source.header.last_line) == (names, line, 4)
    assert cells(read(source)) == [["1", "2", "3"]]
    assert (source.account.head, source.account.in_records, source.account.records) == (4, 1, 1)


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        (b"a,b\nc\n1,2\n", FileSettings(header_rows=2), "wrong-header-rows"),
        (b"a,b\nc,d,e\n1,2\n", FileSettings(header_rows=2), "wrong-header-rows"),
        (b"a,b\nc,d\n", FileSettings(header_rows=2, names_from=3), "wrong-header-rows"),
        (b"a,b\n", FileSettings(header_rows=2), "no-header"),
        (b'a,b\n"c,d\n', FileSettings(header_rows=2), "no-header"),
        (b"", FileSettings(), "no-header"),
        (b"\n \n", FileSettings(), "no-header"),
        (b"\xef\xbb\xbf", FileSettings(), "no-header"),
        (b'a,"b\n1,2\n', FileSettings(), "no-header"),
        (b"a,\x00b\n1,2\n", FileSettings(), "no-header"),
        (b"a,\xff\n1,2\n", FileSettings(encoding="utf-8"), "no-header"),
        (b"a," + b"b" * 1024 * 1024 + b"\n1,2\n", FileSettings(), "no-header"),
    ],
)
def test_a_header_that_cannot_be_used_is_said(content: bytes, said: FileSettings, code: str) -> None:
    assert problem(content, said).code == code


@pytest.mark.parametrize(
    "content",
    [
        b"Export of 3 May\nid,word,note\n1,2,3\n4,5,6\n",
        b"Export of 3 May\n\nid,word,note\n1,2,3\n4,5,6\n",
        b"Export,,\nid,word,note\n1,2,3\n4,5,6\n",
        b"From:,Jo\nTo:,Al\nid,word,note,when\n1,2,3,4\n4,5,6,7\n",
    ],
)
def test_a_title_above_the_header_is_said_with_what_a_mapping_can_say(content: bytes) -> None:
    found = problem(content)
    above = content[: content.index(b"id,")].count(b"\n")
    assert found.code == "text-above-header"
    assert f"line {above + 1}," in found.message
    assert f"skip_lines: {above}" in found.hint
    assert found.command[:2] == ("iop-screen", "inspect")
    assert opened(content, FileSettings(skip_lines=above)).header.names[:3] == NAMES


def test_too_many_columns_are_refused_at_once() -> None:
    started = time.process_time()
    for row in (b"q," * 99_999 + b"q", b'"q",' * 99_999 + b"q", b"q" * 100 + b";q" * 99_999):
        assert problem(row + b"\n" + row + b"\n").code in {"too-many-columns", "wrong-delimiter"}
    refused = problem(b"q," * 99_999 + b"q\n")
    assert refused.code == "too-many-columns"
    assert refused.message.endswith(": " + ", ".join(["'q'"] * 10) + " and 99,990 more")
    assert time.process_time() - started < 2
    assert len(opened(b"q," * 16_383 + b"q\n").header.names) == 16_384


@pytest.mark.parametrize("leave_out", [False, True])
@pytest.mark.parametrize("repeated", [b"id,word\n", b' id ,"word"\n'])
def test_a_record_that_repeats_the_header_is_no_person(leave_out: bool, repeated: bytes) -> None:  # noqa: FBT001
    source = opened(b"id,word\n1,x\n" + repeated + b"2,id\n", FileSettings(repeated_header=leave_out))
    records = read(source)
    kind = ExcludedRecord if leave_out else RejectedRecord
    assert records[1] == kind(3, 3, "repeated-header", repeated)
    assert cells(records) == [["1", "x"], "repeated-header", ["2", "id"]]
    assert source.account.records == 3


def test_each_row_of_a_header_of_several_rows_is_no_person_further_down() -> None:
    source = opened(THREE_ROWS + THREE_ROWS, FileSettings(header_rows=3))
    assert cells(read(source)) == [["1", "2", "3"], *["repeated-header"] * 3, ["1", "2", "3"]]


def test_a_blank_record_below_a_blank_row_of_a_header_is_not_taken_for_it() -> None:
    assert cells(read(opened(b"a,b\n,\n1,2\n,\n", FileSettings(header_rows=2)))) == [["1", "2"], ["", ""]]


@pytest.mark.parametrize(
    ("content", "allowed", "remark"),
    [
        (b"a,b\n1,2", False, "the last record (line 2) has no line end; the file may have been cut there"),
        (b"a,b\n1,2", True, "the last record (line 2) has no line end; it was taken as complete"),
        (b"a,b", False, "the header has no line end; the file may have been cut there"),
        (b"a,b\n1,2\n", False, None),
        (b"a,b\r\n1,2\r", False, None),
        (b"a,b\n1,2\n  ", False, None),
        (b"a,b\n" + b"x" * 1024 * 1024 + b"\n1,2\n", False, None),
        (b"a,b\n1", True, "the last record (line 2) has no line end; the file may have been cut there"),
    ],
)
def test_an_end_without_line_end_is_said(content: bytes, allowed: bool, remark: str | None) -> None:  # noqa: FBT001
    source = opened(content, FileSettings(allow_unended=allowed))
    read(source)
    assert source.remarks == ((remark,) if remark else ())


ROWS = [["id", "größe", "a;b"], ["1", "klein, rot", ""], ["2", "", "x"], ["3", 'so "groß"\nwie', "y;z"], ["", "w", "ü"]]


def row_texts(last: int, end: str) -> list[str]:
    """The rows as they are written, with the columns turned so that this one is the last."""
    turned = [row[last + 1 :] + row[: last + 1] for row in ROWS]
    return [",".join(map(written, row)) + end for row in turned]


def written(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",\n') else cell


@pytest.mark.slow
@pytest.mark.parametrize("last", [0, 1, 2])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_that_is_cut_anywhere_changes_no_record_unsaid(last: int, end: str, encoding: str) -> None:
    """Each record above a cut is as it was; the one that was cut is unended or rejected, or the file has no header.

    A cut at the end of a record cannot be seen, nor one between CR and LF.
    """
    rows, said = row_texts(last, end), FileSettings(encoding="cp1252" if encoding == "cp1252" else None)
    content = "".join(rows).encode(encoding)
    whole = [each.cells for each in read(opened(content, said)) if isinstance(each, Record)]
    assert len(whole) == len(ROWS) - 1
    ends = ["".join(rows[:count]) for count in range(1, len(rows) + 1)]
    unseen = {len(text.encode(encoding)) for each in ends for text in (each, each[: -len(end) + 1 or None])}
    for cut in range(len(content)):
        source = open_csv("in.csv", io.BytesIO(content[:cut]), said)
        if isinstance(source, InputProblem):
            assert cut < min(unseen)
            continue
        records = read(source)
        sound = [each.cells for each in records if isinstance(each, Record) and not each.unended]
        assert sound == whole[: len(sound)]
        remarked = any("no line end" in remark for remark in source.remarks)
        assert (len(sound) < len(records) or remarked) == (cut not in unseen)


@settings(max_examples=examples(200))
@given(
    st.binary(max_size=80), st.sampled_from([None, "utf-8", "utf-16", "cp1252"]), st.integers(0, 2), st.integers(1, 3)
)
def test_any_bytes_are_a_problem_or_a_source_that_adds_up(
    content: bytes, encoding: Encoding | None, skip: int, rows: int
) -> None:
    said = FileSettings(encoding=encoding, skip_lines=skip, header_rows=rows, names_from=rows - 1)
    source = open_csv("in.csv", io.BytesIO(content), said)
    if isinstance(source, CsvSource):
        read(source)


ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
PIECES = [
    "id",
    "gr\u00f6\u00dfe",
    ";",
    ",",
    "\t",
    "|",
    "\n",
    '"',
    " ",
    "\x00",
    "\ufeff",
    "sep=;\n",
    "1",
    "\udcff",
    "\u0100",
]
ENCODED = st.tuples(
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"])
).map(lambda pair: pair[0].encode(pair[1], "surrogatepass"))


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(
    st.binary(max_size=60) | ENCODED,
    st.sampled_from([None, "utf-8", "utf-16", "cp1252"]),
    st.sampled_from([None, ",", ";"]),
)
def test_the_next_commands_never_lead_in_circles(
    content: bytes, encoding: Encoding | None, delimiter: Delimiter | None
) -> None:
    """Whatever the file, whoever pastes each next command comes to a source, or to a problem that has none."""
    said, seen = FileSettings(encoding=encoding, delimiter=delimiter), set[FileSettings]()
    while said not in seen:
        seen.add(said)
        found = open_csv("in.csv", io.BytesIO(content), said)
        if not isinstance(found, InputProblem) or found.command[:2] != ("iop-screen", "score"):
            return
        words = iter(found.command[3:])
        options = {word: next(words) for word in words}
        said = FileSettings(
            encoding=next((each for each in ENCODINGS if each == options.get("--encoding")), None),
            delimiter=DELIMITER_OPTIONS.get(options.get("--delimiter", "")),
        )
    pytest.fail("the same settings were proposed twice")


CANARY = "Zq7canary"


@pytest.mark.parametrize(
    "content",
    [
        f"{CANARY};x\n{CANARY};y\n".encode(),
        f"{CANARY}\na,b,c\n{CANARY},2,3\n".encode(),
        f'a,"{CANARY}\n'.encode(),
        f"{CANARY}\xe9\n".encode("cp1252"),
        f"{CANARY},b\n".encode("utf-16-le"),
        f"{CANARY},b\0\n".encode(),
        b"sep=%\n" + CANARY.encode(),
        f"{CANARY}\nb,c\n".encode(),
        b"PK\3\4" + CANARY.encode(),
    ],
)
def test_no_problem_names_what_stands_in_the_file(content: bytes) -> None:
    for rows in (1, 2):
        found = open_csv("in.csv", io.BytesIO(content), FileSettings(header_rows=rows))
        assert not isinstance(found, InputProblem) or CANARY not in repr(found)


def test_the_next_command_takes_a_file_name_that_looks_like_an_option(tmp_path: Path) -> None:
    found = problem(b"id;age\n", name="-x y.csv")
    assert "iop-screen score './-x y.csv' --delimiter ';'" in input_problems_text([found])
    assert problem(b"id;age\n", name="-").command[2] == "-"
    assert problem(b"id;age\n", name=str(tmp_path)).command[2] == str(tmp_path)


def test_the_next_command_keeps_what_was_said_before() -> None:
    """Else two of them could lead to each other for ever."""
    content = "id;größe\n1;2\n".encode("cp1252")
    first = problem(content, FileSettings(delimiter=";", allow_unended=True))
    assert first.command[3:] == ("--encoding", "cp1252", "--delimiter", ";", "--allow-unended")
    second = problem(content, FileSettings(encoding="cp1252"))
    assert second.command[3:] == ("--encoding", "cp1252", "--delimiter", ";")


def test_bytes_against_the_mark_of_their_file_lead_nowhere_in_circles() -> None:
    found = problem(b"\xef\xbb\xbfid,gr\xf6\xdfe\n1,2\n")
    assert (found.code, found.command) == ("no-header", ())
    assert problem(b"id,gr\xf6\xdfe\n", FileSettings(encoding="utf-8")).command[3:] == ("--encoding", "cp1252")


def test_a_title_below_a_line_that_names_the_delimiter_is_counted_with_it() -> None:
    found = problem(b"sep=;\nIntake\nid;word;note\n1;2;3\n4;5;6\n")
    assert 'skip_lines: 2, delimiter: ";"' in found.hint


def test_every_problem_of_a_file_is_in_the_reference() -> None:
    reference = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
    for code in FILE_PROBLEMS:
        assert f"| `{code}` |" in reference
