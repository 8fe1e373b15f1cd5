"""A workbook that is damaged, past a bound or made to harm is refused with a sentence, soon, and ends nothing."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.running import Run
from support.workbooks import Cell, Error, Sheet, Written, address, ods, ods_content, ods_members, xlsx, xlsx_members
from support.workbooks import zipped as archive_of

from iop_screen.batch.broken_lines import records_with_broken_ends
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources import other_process
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record, RejectedRecord
from iop_screen.batch.sources.spreadsheet import archive, reading, second_look
from iop_screen.batch.sources.spreadsheet import open as opening
from iop_screen.batch.sources.spreadsheet.open import open_spreadsheet
from iop_screen.batch.sources.spreadsheet.second_look import Merged
from iop_screen.batch.sources.spreadsheet.sheet_rows import SheetRow, records
from iop_screen.batch.sources.table_source import TableSource
from iop_screen.core.exits import CannotGoOn

MOST_SECONDS = 2.0
FORMS = [Sheet("Forms", [["id", "a"], ["x", "1"]])]
GOOD = xlsx(FORMS)
SHEET = "xl/worksheets/sheet1.xml"
both = pytest.mark.parametrize("make", [xlsx, ods])
Members = list[tuple[str, str | bytes]]
Make = Callable[[Sequence[Sheet]], bytes]


def opened(content: bytes) -> TableSource | InputProblem:
    """What comes of a workbook, and that it took this process no longer than a person waits."""
    began = time.process_time()
    found = open_spreadsheet("in.xlsx", io.BytesIO(content), FileSettings())
    assert time.process_time() - began < MOST_SECONDS
    return found


def refused(content: bytes, code: str) -> str:
    """That a workbook is refused; the sentence that says so."""
    found = opened(content)
    assert isinstance(found, InputProblem), found
    assert found.code == code, found
    assert found.hint
    return found.message


def with_member(name: str, content: str | bytes) -> bytes:
    """The good workbook with one of its files replaced, or one more."""
    members = dict(xlsx_members(FORMS))
    return archive_of([*{**members, name: content}.items()])


def with_cells(*cells: Cell) -> bytes:
    return xlsx([Sheet("Forms", [["id", "a"], ["x", *cells]])])


# The archive


def test_an_archive_has_at_most_so_many_files() -> None:
    extra: Members = [(f"xl/media/{number}.png", b"") for number in range(archive.MAX_MEMBERS)]
    assert "more than 2,000 parts" in refused(xlsx(FORMS, more=extra), "workbook-too-large")


def test_a_list_of_files_that_says_it_is_huge_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list takes more memory than the file has bytes, so its length is looked at first."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(zipfile, "ZipFile", never)
    at = GOOD.rindex(b"PK\x05\x06")
    for offset, packed in ((10, struct.pack("<H", 60_000)), (12, struct.pack("<L", 3 * 1024 * 1024))):
        content = GOOD[: at + offset] + packed + GOOD[at + offset + len(packed) :]
        refused(content, "workbook-too-large")


def test_a_list_of_files_in_the_large_format_is_looked_at_first_too() -> None:
    at = GOOD.rindex(b"PK\x05\x06")
    listed, start = struct.unpack_from("<LL", GOOD, at + 12)
    end = bytearray(GOOD[at:])
    struct.pack_into("<HHLL", end, 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)

    def large(members: int) -> bytes:
        record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, members, members, listed, start)
        return GOOD[:at] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + bytes(end)

    assert isinstance(opened(large(7)), TableSource)
    refused(large(3_000), "workbook-too-large")


def test_a_workbook_does_not_grow_past_a_bound_when_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1_000)
    refused(GOOD, "workbook-too-large")


def test_a_workbook_does_not_grow_many_times_when_it_is_unpacked() -> None:
    """Harmless: 20 MB of blanks."""
    message = refused(with_member("xl/more.xml", b" " * (20 * 1024 * 1024)), "workbook-too-large")
    assert "200 times its size" in message


def test_a_small_part_may_grow_many_times() -> None:
    assert isinstance(opened(with_member("xl/more.xml", b" " * 1024 * 1024)), TableSource)


def test_a_part_that_is_larger_than_the_archive_says_is_damaged() -> None:
    content = bytearray(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as read:
        size = read.getinfo(SHEET).file_size
    at = GOOD.index(SHEET.encode(), GOOD.rindex(SHEET.encode()) - 1) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<L", content, at + 24, size - 100)
    refused(bytes(content), "bad-workbook")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    """Two readers would take another one each."""
    for name in (SHEET, SHEET.upper(), SHEET.replace("/", "\\")):
        message = refused(xlsx(FORMS, more=[(name, "<worksheet/>")]), "bad-workbook")
        assert "two parts of the same name" in message


def test_a_part_that_is_locked_or_packed_by_an_unknown_way_is_refused() -> None:
    at = GOOD.rindex(b"PK\x01\x02")
    for offset, value, code in ((8, 1, "encrypted-workbook"), (10, 14, "bad-workbook")):
        content = bytearray(GOOD)
        struct.pack_into("<H", content, at + offset, value)
        refused(bytes(content), code)


def test_a_workbook_of_libreoffice_with_a_password_is_told() -> None:
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    members = [(name, manifest if name.startswith("META") else text) for name, text in ods_members("locked")]
    assert refused(archive_of(members), "encrypted-workbook") == "the workbook has a password"


@both
def test_a_workbook_that_was_cut_anywhere_is_damaged(make: Make) -> None:
    content = make(FORMS)
    for part in range(1, 10):
        refused(content[: len(content) * part // 10], "bad-workbook")


@both
def test_a_workbook_with_one_changed_byte_is_read_as_it_was_or_refused(make: Make) -> None:
    """Checksums find what was changed."""
    content = make(FORMS)
    for place in range(40, len(content), 97):
        found = opened(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        assert isinstance(found, InputProblem) or [record.raw for record in found.records()] == [b"x,1"]


@pytest.mark.parametrize("missing", [SHEET, "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"])
def test_a_workbook_without_a_part_is_damaged(missing: str) -> None:
    found = opened(archive_of([(name, text) for name, text in xlsx_members(FORMS) if name != missing]))
    assert isinstance(found, InputProblem)


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ([("forms.csv", "id\nx\n")], "a ZIP archive"),
        ([("word/document.xml", "<w/>"), ("[Content_Types].xml", "<t/>")], "a ZIP archive"),
        ([("xl/workbook.bin", b"\x83\1")], "binary form (XLSB)"),
        ([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<x/>")], "a ZIP archive"),
    ],
)
def test_an_archive_that_is_no_workbook_is_named(members: Members, what: str) -> None:
    assert what in refused(archive_of(members), "not-csv")


def test_macros_are_told_and_not_run() -> None:
    found = opened(with_member("xl/vbaProject.bin", b"\0" * 100))
    assert isinstance(found, TableSource)
    assert "it holds macros, which are not run" in found.remarks


# The XML of a sheet


@pytest.mark.parametrize("at", ["XFD245", "A1048577", "ZZZ3"])
def test_a_cell_that_lies_far_out_is_refused(at: str) -> None:
    row = f'<row r="{at.lstrip("ADFXZ")}"><c r="{at}"><v>1</v></c></row></sheetData>'
    sheet = dict(xlsx_members(FORMS))[SHEET]
    assert isinstance(sheet, str)
    assert at in refused(with_member(SHEET, sheet.replace("</sheetData>", row)), "workbook-too-large")


TWICE = "one of them stands there twice"
TWO_VALUES = "two values"
RAW = "as no workbook does"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ('<c r="B2" t="str"><v>danger</v></c><c r="B2" t="str"><v>no</v></c>', TWICE),
        ('<c r="C2"><v>1</v></c><c r="B2"><v>2</v></c>', TWICE),
        ('<x><c r="B2"><v>1</v></c></x><x><c r="B2"><v>2</v></c></x>', TWICE),
        ('<c r="B3"><v>1</v></c>', TWICE),
        ('<c r="B2"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c>', TWICE),
        ('<c r="B2"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c>', TWICE),
        ('<c r="B2" t="str"><v>danger</v><v>no</v></c>', TWO_VALUES),
        ('<c r="B2" t="str"><v>danger</v><f>A1</f></c>', TWO_VALUES),
        ('<c r="B2" t="inlineStr"><is><t>danger</t></is><is><t>no</t></is></c>', TWO_VALUES),
        ('<c r="B2" t="inlineStr"><is><t>danger</t></is><v>no</v></c>', TWO_VALUES),
        ('<c r="B2" t="inlineStr"><v>no</v><is><t>danger</t></is></c>', TWO_VALUES),
        ('<c r="B2" t="str"><v><![CDATA[danger]]></v></c>', RAW),
        ('<c r="B2" t="str"><v>n<![CDATA[danger]]>o</v></c>', RAW),
    ],
)
def test_a_cell_that_two_readers_may_take_for_another_answer_is_refused(cells: str, why: str) -> None:
    """The library takes the last of two without a word, and passes over text that is written in this way."""
    assert why in refused(with_cells(Written(cells)), "bad-workbook")


def test_a_text_of_its_own_cell_may_hold_any_sign() -> None:
    found = opened(with_cells(Written('<c r="B2" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>')))
    assert isinstance(found, TableSource)
    assert [record.cells for record in found.records() if isinstance(record, Record)] == [["x", "a<b"]]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('<table:table-cell office:value-type="string"><text:p>n<![CDATA[danger]]>o</text:p></table:table-cell>', RAW),
        ('<table:table-cell table:number-columns-repeated="0"><text:p>a</text:p></table:table-cell>', "no time"),
    ],
)
def test_a_cell_of_libreoffice_that_a_reader_passes_over_is_refused(cell: str, why: str) -> None:
    assert why in refused(ods([Sheet("Forms", [["id", "a"], ["x", Written(cell)]])]), "bad-workbook")


def test_a_row_of_libreoffice_that_is_there_no_time_is_refused() -> None:
    content = ods_content(FORMS).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="0">')
    assert "no time" in refused(archive_of(ods_members(content)), "bad-workbook")


def test_a_sheet_in_another_encoding_is_not_taken_for_an_empty_one() -> None:
    sheet = dict(xlsx_members(FORMS))[SHEET]
    assert isinstance(sheet, str)
    assert "UTF-8" in refused(with_member(SHEET, sheet.replace("UTF-8", "UTF-16").encode("utf-16")), "bad-workbook")


def test_a_part_that_says_much_of_itself_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_look, "MAX_PART_BYTES", 1_000_000)
    said = '<c r="B2" s="' + "0" * 1_500_000 + '"><v>1</v></c>'
    assert "says more than" in refused(with_cells(Written(said)), "workbook-too-large")


@pytest.mark.parametrize(
    "content",
    [
        with_cells(Written('<c r="B2" t="str"><v>' + "ab" * 4_000_000 + "</v></c>")),
        ods([Sheet("Forms", [["id", "a"], ["x", "ab" * 4_000_000]])]),
    ],
    ids=["xlsx", "ods"],
)
def test_no_more_of_a_long_cell_is_held_than_is_looked_at(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row with such a cell is rejected, and no more of the cell than that is put together."""
    monkeypatch.setattr(archive, "MAX_RATIO", 10_000_000)
    tracemalloc.start()
    found = opened(content)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held < len("ab" * 4_000_000) / 2
    assert isinstance(found, TableSource)
    assert [type(record) for record in found.records()] == [RejectedRecord]


@pytest.mark.parametrize("at", ["1A", "A0", "A", "7", "AAAA1", "A-1", "\u00c41", "A99999999999"])
def test_a_cell_whose_address_is_none_is_refused(at: str) -> None:
    refused(with_cells(Written(f'<c r="{at}"><v>1</v></c>')), "bad-workbook")


@pytest.mark.parametrize("at", ["A2", "B1"])
def test_a_cell_that_stands_there_twice_or_out_of_order_is_refused(at: str) -> None:
    """One reader would take the first, and another one the last."""
    message = refused(with_cells("1", Written(f'<c r="{at}"><v>7</v></c>')), "bad-workbook")
    assert "twice" in message


@both
def test_a_sheet_spans_at_most_so_many_cells(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_look, "MAX_CELLS", 5)
    message = refused(make([Sheet("Forms", [["id", "a"], ["x", "1"], ["y", "1"]])]), "workbook-too-large")
    assert "up to the cell A3 the sheet has more than 5 cells, filled or not" in message


def test_all_sheets_of_libreoffice_together_have_at_most_so_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader unpacks them all; of Excel, it unpacks one."""
    monkeypatch.setattr(second_look, "MAX_CELLS", 7)
    sheets = [*FORMS, Sheet("Old", [["id", "a"], ["x", "1"]], hidden=True)]
    assert "the sheets of the workbook have more than 7 cells" in refused(ods(sheets), "workbook-too-large")
    assert isinstance(opened(xlsx(sheets)), TableSource)


def with_repeats(rows: str, columns: str, filled: str = "<text:p>x</text:p>") -> bytes:
    """A workbook of LibreOffice with a row and a cell that stand for so many."""
    cell = f'<table:table-cell table:number-columns-repeated="{columns}">{filled}</table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row></table:table>'
    return archive_of(ods_members(ods_content(FORMS).replace("</table:table>", row, 1)))


@pytest.mark.parametrize(
    ("rows", "columns", "code"),
    [
        ("1048576", "1", "workbook-too-large"),
        ("245", "16384", "workbook-too-large"),
        ("00000000002", "1", "bad-workbook"),
        ("-1", "1", "bad-workbook"),
        ("x", "1", "bad-workbook"),
    ],
)
def test_a_cell_that_stands_for_too_many_is_refused(rows: str, columns: str, code: str) -> None:
    refused(with_repeats(rows, columns), code)


def test_blank_rows_at_the_end_may_be_as_many_as_a_sheet_has() -> None:
    """LibreOffice writes them so."""
    found = opened(with_repeats("1048574", "16384", ""))
    assert isinstance(found, TableSource)
    assert len([*found.records()]) == 1


def test_a_sheet_has_at_most_as_many_columns_as_excel_knows() -> None:
    message = refused(with_repeats("1", "16385"), "workbook-too-large")
    assert message == "the cell XFE3 lies farther out than any cell of Excel"
    assert isinstance(opened(with_repeats("1", "16384")), TableSource)


@pytest.mark.parametrize("content", ["<a>" * 70 + "</a>" * 70, "<a>" * 70_000])
def test_parts_stand_in_parts_to_a_bound(content: str) -> None:
    """What is within a bound when a piece of the file has been read is none that could do harm."""
    refused(with_member(SHEET, f"<worksheet>{content}</worksheet>"), "workbook-too-large")


@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE worksheet [<!ENTITY a "b">]>', "<!DOCTYPE worksheet>", '<!DOCTYPE worksheet SYSTEM "file:///x">'],
)
def test_a_workbook_that_declares_anything_is_refused(declared: str) -> None:
    for name in (SHEET, "xl/workbook.xml"):
        text = dict(xlsx_members(FORMS))[name]
        assert isinstance(text, str)
        start, end = text.split("\n", 1)
        assert "declares" in refused(with_member(name, f"{start}{declared}{end}"), "bad-workbook")


@pytest.mark.parametrize("content", ["", "no XML", "<worksheet>", "<worksheet><row></worksheet>", "\0", "<a/><b/>"])
def test_a_sheet_that_is_no_xml_is_damaged(content: str) -> None:
    refused(with_member(SHEET, content), "bad-workbook")


@pytest.mark.parametrize("cell", ['<c r="{at}" t="s"><v>x</v></c>', '<c r="{at}" t="s"><v>-1</v></c>'])
def test_a_cell_that_refers_to_no_text_is_damaged(cell: str) -> None:
    """The library takes the first text of all for it."""
    refused(with_cells(Written(cell)), "bad-workbook")


def test_a_table_inside_a_table_is_damaged() -> None:
    inner = '<table:table-cell><table:table table:name="t"/></table:table-cell>'
    refused(ods([Sheet("Forms", [["id", Written(inner)]])]), "bad-workbook")


@both
def test_at_most_so_many_cells_need_a_text_of_ours(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_look, "MAX_MARKED", 2)
    assert "more than 2 cells" in refused(
        make([Sheet("Forms", [["id"], *[[Error("#N/A")]] * 3])]), "workbook-too-large"
    )


@both
def test_at_most_so_many_places_have_merged_cells(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_look, "MAX_MERGED", 1)
    content = make([Sheet("Forms", [["id", "a"], ["x", None], ["y", None]], merged=("A2:B2", "A3:B3"))])
    assert "more than 1 places have merged cells" in refused(content, "workbook-too-large")


@both
def test_a_cell_longer_than_any_of_excel_rejects_its_row(make: Make) -> None:
    content = make([Sheet("Forms", [["id", "a"], ["x", "a" * 100_001], ["y", "b" * 100_000]])])
    found = opened(content)
    assert isinstance(found, TableSource)
    kinds = [record.code if isinstance(record, RejectedRecord) else "" for record in found.records()]
    assert kinds == ["too-long", ""]


def test_a_row_longer_than_a_record_can_be_is_rejected() -> None:
    found = opened(with_cells(*["a" * 90_000] * 12))
    assert isinstance(found, TableSource)
    assert [getattr(record, "code", "") for record in found.records()] == ["too-long"]


# The process that reads


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started."""
    found: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        found.append(popen(*arguments, **options))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return found


END = "sys.stdout.flush(); os._exit(0)"


def in_its_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Let this program run in place of the one that reads, which ends with it."""
    script = tmp_path / "script.py"
    script.write_text(f"import json, os, signal, sys\nput = lambda value: print(json.dumps(value))\n{program}\n{END}")
    monkeypatch.setattr(reading, "SCRIPT", script)


@pytest.mark.skipif(os.name != "posix", reason="there are no such signals")
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGABRT)", "bad-workbook"),
        ("put('Forms'); put(['id', 'a']); sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)", "bad-workbook"),
        ("sys.exit(1)", "bad-workbook"),
        ("put('Forms'); put(['id', 'a'])", "bad-workbook"),
        ("put('Forms'); put(['id', 'a']); put(2)", "bad-workbook"),
        ("put('Another'); put(['id', 'a']); put(1)", "bad-workbook"),
        ("put('Forms'); put(['id', 'a', 'b']); put(1)", "bad-workbook"),
        ("put('Forms'); put(['id', 'a']); put(['x', '1']); put(['y', '1']); put(3)", "bad-workbook"),
        ("put({'error': 'PanicException'})", "bad-workbook"),
        ("put({'error': 'PasswordError'})", "encrypted-workbook"),
        ("put({'error': 'MemoryError'})", "workbook-too-large"),
        ("sys.stdout.write('[1')", "bad-workbook"),
    ],
)
def test_a_process_that_ends_before_its_time_is_told(
    program: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    in_its_place(monkeypatch, tmp_path, program)
    refused(GOOD, code)
    assert [process.returncode is not None for process in started] == [True]


def test_a_process_that_ends_while_the_rows_are_read_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "HELD_CELLS", 0)
    rows = [["id", "a"], *[[f"P{number}", "1"] for number in range(400)]]
    in_its_place(monkeypatch, tmp_path, f"put('Forms')\nfor row in {rows[:-1]}: put(row)")
    found = opened(xlsx([Sheet("Forms", rows)]))
    assert isinstance(found, TableSource)
    with pytest.raises(CannotGoOn, match=r"^in\.xlsx: the sheet cannot be read: the process that reads it has ended"):
        list(found.records())


def test_a_process_is_ended_when_nobody_reads_on(
    monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    """After Ctrl-C, or if another file of the run cannot be read."""
    monkeypatch.setattr(opening, "HELD_CELLS", 0)
    found = opened(xlsx([Sheet("Forms", [["id", "a"], *[["x", "y" * 1_000]] * 1_000])]))
    assert isinstance(found, TableSource)
    assert [process.returncode is not None for process in started] == [True]
    records = found.rows()
    assert isinstance(records, Iterator)
    next(records)
    assert [process.returncode is not None for process in started] == [True, False]
    del records
    assert [process.returncode is not None for process in started] == [True, True]


def test_no_argument_of_the_process_says_anything_of_a_person(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Others on the machine can see arguments."""
    file = tmp_path / "Jane Doe.xlsx"
    file.write_bytes(xlsx([Sheet("Jane Doe", [["id"], ["x"]])]))
    with file.open("rb") as stream:
        assert isinstance(open_spreadsheet(str(file), stream, FileSettings()), TableSource)
    [process] = started
    assert isinstance(process.args, list)
    assert process.args[6:] == ["0"]
    assert "Jane" not in " ".join(map(str, process.args))


def test_the_place_in_a_file_is_not_moved_by_the_process(tmp_path: Path) -> None:
    file = tmp_path / "in.xlsx"
    file.write_bytes(GOOD)
    with file.open("rb") as stream:
        wanted = reading.Wanted(stream, 0, "Forms", 4, len(GOOD))
        assert stream.read(2) == b"PK"
        at = os.lseek(stream.fileno(), 0, os.SEEK_CUR)
        assert [*reading.read_rows(wanted)] == [["id", "a"], ["x", "1"]]
        assert os.lseek(stream.fileno(), 0, os.SEEK_CUR) == at


def test_a_file_is_read_from_its_start_where_a_system_cannot_read_beside_its_place(tmp_path: Path) -> None:
    """As Windows cannot."""
    file = tmp_path / "in.xlsx"
    file.write_bytes(GOOD)
    program = f"import os, runpy; del os.pread; runpy.run_path({str(other_process.RUNNER)!r}, run_name='__main__')"
    with file.open("rb") as stream:
        stream.seek(1_000)
        command = [sys.executable, "-c", program, str(reading.SCRIPT), "500", "60", "0"]
        ran = subprocess.run(command, stdin=stream, capture_output=True, check=True)
    assert ran.stdout == b'"Forms"\n["id","a"]\n["x","1"]\n2\n'


@pytest.mark.skipif(os.name != "posix", reason="memory is not bounded there")
def test_a_sheet_that_needs_more_memory_than_its_cells_should_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harmless: one text of 100 kB in 2,000 cells, which a reader holds once for each."""
    monkeypatch.setattr(reading, "MEGABYTES", 60)
    text = "a" * 100_000
    content = xlsx([Sheet("Forms", [["id"], *[[text]] * 2_000])])
    refused(content, "bad-workbook")


def test_without_a_python_to_start_the_run_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(CannotGoOn, match=r"a second process, which reads .*, cannot be started"):
        opened(GOOD)


def test_through_a_pipe_a_workbook_is_read_too(run: Run) -> None:
    ran = run("score", "-", typed=GOOD)
    assert ran.code == 3
    assert "[no-question]" in ran.err  # its header was read


def test_addresses_are_those_of_a_sheet() -> None:
    for column, letters in ((1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")):
        assert second_look.address(1, column) == address(1, column) == f"{letters}1"
        assert second_look.column_number(letters) == column


def test_many_merged_cells_are_looked_up_and_not_searched() -> None:
    """Each row was held against each place before: with 400,000 rows, that took many minutes."""
    merged = [Merged(2 * number, 1, 2 * number + 1, 1) for number in range(1, 5_001)]
    rows = (SheetRow(["x", "1"]) for _ in range(20_000))
    began = time.process_time()
    found = [*records(rows, 1, 2, merged)]
    assert time.process_time() - began < MOST_SECONDS / 2
    assert [isinstance(each, RejectedRecord) for each in found] == [
        number % 2 == 1 and 1 < number <= 10_001 for number in range(1, 20_001)
    ]


def test_a_list_of_files_that_begins_before_the_file_is_damaged(tmp_path: Path) -> None:
    """The system says of a place before a file that it is no argument; of text in memory, Python says so itself."""
    file = tmp_path / "in.xlsx"
    end = GOOD.rfind(b"PK\x05\x06")
    file.write_bytes(GOOD[: end + 16] + struct.pack("<L", 2**32 - 1) + GOOD[end + 20 :])
    with file.open("rb") as stream:
        found = open_spreadsheet("in.xlsx", stream, FileSettings())
    assert isinstance(found, InputProblem)
    assert found.code == "bad-workbook"


@both
def test_a_row_that_is_too_long_says_nothing_of_the_rows_beside_it(make: Make) -> None:
    """In text, it may be the rest of the cell above it; a row of a sheet is no part of another."""
    source = opened(make([Sheet("Forms", [["id", "a"], ["x", "1"], ["y", "b" * 100_001], ["z", "2"]])]))
    assert isinstance(source, TableSource)
    found = [*records_with_broken_ends(source)]
    assert [(each.unended, each.unbegun) for each in found if isinstance(each, Record)] == [(False, False)] * 2
    assert len(found) == 3
