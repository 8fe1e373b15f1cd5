"""A sheet of a workbook is scored as the same forms in CSV are, and nothing in it becomes blank without a word."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime

import pytest
from support.paths import REPOSITORY
from support.questionnaires import DANGER_DAYS_TIES, ready
from support.running import Run
from support.workbooks import Cell, Error, Formula, Row, Sheet, Written, ods, xlsx

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.score import open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record, RejectedRecord, Source, SourceRecord
from iop_screen.batch.sources.spreadsheet import open as opening
from iop_screen.batch.sources.spreadsheet.open import open_spreadsheet
from iop_screen.batch.sources.spreadsheet.problems import MERGED_CELL, WORKBOOK_PROBLEMS
from iop_screen.batch.sources.table_source import TableSource
from iop_screen.core.exits import CannotGoOn
from iop_screen.report.blank_forms.form import blank_form
from iop_screen.report.blank_forms.xlsform import xlsform
from iop_screen.report.score_output import csv_head, csv_segments

NOTHING_SAID = FileSettings()
Make = Callable[[Sequence[Sheet]], bytes]
both = pytest.mark.parametrize("make", [xlsx, ods])
SMALL = ready(DANGER_DAYS_TIES)
NAMES = ["id", "danger", "bad_days", "ties"]


def opened(content: bytes, settings: FileSettings = NOTHING_SAID) -> TableSource:
    source = open_spreadsheet("in.xlsx", io.BytesIO(content), settings)
    assert isinstance(source, TableSource), source
    return source


def problem(content: bytes, settings: FileSettings = NOTHING_SAID) -> InputProblem:
    found = open_spreadsheet("in.xlsx", io.BytesIO(content), settings)
    assert isinstance(found, InputProblem), found
    return found


def read(content: bytes, settings: FileSettings = NOTHING_SAID) -> list[SourceRecord]:
    return [*opened(content, settings).records()]


def one_sheet(rows: Sequence[Row]) -> list[Sheet]:
    return [Sheet("Forms", rows)]


def texts(make: Make, *cells: Cell) -> list[str]:
    """The texts of some cells that stand below each other."""
    content = make(one_sheet([["id", "cell"], *(["x", cell] for cell in cells)]))
    return [record.cells[1] for record in read(content) if isinstance(record, Record)]


# Cells


@both
def test_cells_become_the_texts_that_csv_has(make: Make) -> None:
    """All in one workbook, since each takes a process."""
    wanted: list[tuple[Cell, str]] = [
        ("yes", "yes"),
        ("  two  blanks ", "  two  blanks "),
        ("a\nb", "a\nb"),
        ("00123", "00123"),
        ("<b>&amp;\u00fc\U0001f642", "<b>&amp;\u00fc\U0001f642"),
        ("=1+1", "=1+1"),
        (7, "7"),
        (7.0, "7"),
        (-3, "-3"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-07, "0.0000001"),
        (123456789012345, "123456789012345"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2026, 11, 29), "2026-11-29"),
        (datetime(2026, 11, 29, 9, 5, 30), "2026-11-29 09:05:30"),  # noqa: DTZ001 - a workbook has no zones
        (Formula("1+1", 2.0), "2"),
        (Formula('"y"', "yes"), "yes"),
        (None, ""),
    ]
    assert texts(make, *(cell for cell, _ in wanted)) == [text for _, text in wanted]


@both
def test_an_error_and_a_formula_without_a_value_are_not_blank(make: Make) -> None:
    content = make(one_sheet([["id", "a", "b"], ["x", Error("#N/A"), None], ["y", None, Formula("A1")]]))
    source = opened(content)
    assert [record.cells for record in source.records() if isinstance(record, Record)] == [
        ["x", "#N/A", ""],
        ["y", "", "=(no value)"],
    ]
    assert "cells that hold an error: B2" in source.remarks
    assert "formulas whose value is not in the workbook: C3" in source.remarks


@both
def test_a_number_that_no_workbook_holds_is_given_as_it_is_written(make: Make) -> None:
    written = (
        '<c r="{{at}}"><v>{}</v></c>'
        if make is xlsx
        else '<table:table-cell office:value-type="float" office:value="{}"/>'
    )
    exact, lost = (Written(written.format(each)) for each in ("12345678901234567890", "1.2345678901234568E+19"))
    source = opened(make(one_sheet([["id", "x"], [exact, "a"], [lost, "b"], [123456789012345, "c"]])))
    ids = [record.cells[0] for record in source.records() if isinstance(record, Record)]
    assert ids == ["12345678901234567890", "1.2345678901234568E+19", "123456789012345"]
    assert [each.rpartition(": ")[2] for each in source.remarks if "15 digits" in each] == ["A2, A3"]


def test_cells_of_excel_that_other_programs_write_are_read() -> None:
    """Rich text, a text of its own cell, an empty text that a formula came to, a span of time, a share of a hundred."""
    wanted = {
        '<c r="{at}" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>': "a b",
        '<c r="{at}" t="str"><f>""</f><v></v></c>': "",
        '<c r="{at}" t="str"><f>A1</f></c>': "=(no value)",
        '<c r="{at}"><f>A1</f><v></v></c>': "=(no value)",
        '<c r="{at}" t="e"/>': "#ERROR",
        '<c r="{at}" t="inlineStr"><v>a</v></c>': "a",
        '<c r="{at}" s="3"><v>0.5</v></c>': "0.5",
        '<c r="{at}" s="1"><v>0.5</v></c>': "12:00:00",
        '<c r="{at}" s="1"><v>-9</v></c>': "-9",
        '<c r="{at}" t="d"><v>2026-11-29</v></c>': "2026-11-29",
        '<c r="{at}"><v>1e400</v></c>': "1e400",
        '<c r="{at}" t="b"><v>1</v></c>': "TRUE",
        '<c r="{at}" s="1"/>': "",
    }
    assert texts(xlsx, *map(Written, wanted)) == [*wanted.values()]


def test_a_number_that_is_shown_as_true_is_true() -> None:
    """LibreOffice keeps TRUE as a number with such a format."""
    styles = (
        '<numFmts count="1"><numFmt numFmtId="165" formatCode="&quot;TRUE&quot;;&quot;TRUE&quot;;&quot;FALSE&quot;"/>'
    )
    rows: list[Row] = [["x", Written(f'<c r="{{at}}" s="1"><v>{number}</v></c>')] for number in "102"]
    content = edited(
        xlsx(one_sheet([["id", "a"], *rows])),
        "xl/styles.xml",
        lambda xml: xml.replace("<fonts", f"{styles}</numFmts><fonts").replace('numFmtId="14"', 'numFmtId="165"'),
    )
    assert [record.cells[1] for record in read(content) if isinstance(record, Record)] == ["TRUE", "FALSE", "2"]
    shown = '<table:table-cell office:value-type="float" office:value="1"><text:p>TRUE</text:p></table:table-cell>'
    assert texts(ods, Written(shown), 1) == ["TRUE", "1"]


def test_the_values_of_formulas_that_nobody_has_worked_out_are_none() -> None:
    """XlsxWriter stores 0 for each formula, and says that Excel has to work all of them out."""
    content = edited(
        xlsx(one_sheet([["id", "a"], ["x", Formula("1+1", 0.0)], ["y", 5]])),
        "xl/workbook.xml",
        lambda xml: xml.replace("</sheets>", '</sheets><calcPr fullCalcOnLoad="1"/>'),
    )
    assert [record.cells[1] for record in read(content) if isinstance(record, Record)] == ["=(no value)", "5"]


@pytest.mark.parametrize(
    ("code", "text"),
    [("d-m-yyyy", "-9"), ("[h]:mm", "-9"), ('0" days"', "-9"), ("[Red]0", "-9"), ("General", "-9"), ("hh\\:mm", "-9")],
)
def test_a_number_below_nought_is_no_time_of_day(code: str, text: str) -> None:
    """The library takes each for midnight; Excel shows none."""
    style = f'<numFmts count="1"><numFmt numFmtId="165" formatCode="{code.replace(chr(34), "&quot;")}"/></numFmts>'
    content = edited(
        xlsx(one_sheet([["id", "a"], ["x", Written('<c r="{at}" s="1"><v>-9</v></c>')]])),
        "xl/styles.xml",
        lambda xml: xml.replace("<fonts", f"{style}<fonts").replace('numFmtId="14"', 'numFmtId="165"'),
    )
    assert [record.cells[1] for record in read(content) if isinstance(record, Record)] == [text]


def test_a_sheet_whose_parts_have_a_prefix_is_read() -> None:
    """As the library of Microsoft writes them."""
    plain = xlsx(one_sheet([["id", "a"], ["x", Error("#N/A")]]))
    prefixed = edited(plain, "xl/worksheets/sheet1.xml", prefixed_names)
    assert prefixed != plain
    assert [record.cells for record in read(prefixed) if isinstance(record, Record)] == [["x", "#N/A"]]


def prefixed_names(xml: str) -> str:
    for name in ("worksheet", "sheetData", "row", "c", "v"):
        xml = xml.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        xml = xml.replace(f"</{name}>", f"</x:{name}>")
    return xml.replace(" xmlns=", " xmlns:x=")


def edited(content: bytes, member: str, edit: Callable[[str], str]) -> bytes:
    """The archive with one of its files written anew."""
    from zipfile import ZipFile  # noqa: PLC0415

    from support.workbooks import zipped  # noqa: PLC0415

    with ZipFile(io.BytesIO(content)) as archive:
        members: list[tuple[str, str | bytes]] = []
        for name in archive.namelist():
            text = archive.read(name).decode()
            members.append((name, edit(text) if name == member else text))
    return zipped(members)


def test_cells_of_libreoffice_that_other_programs_write_are_read() -> None:
    """A comment is no answer; a tab and a line break are not lost; a cell may stand for several."""
    wanted = {
        '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>'
        "<text:p>yes</text:p></table:table-cell>": "yes",
        '<table:table-cell office:value-type="string"><text:p>a<text:tab/>b<text:line-break/>c</text:p>'
        "</table:table-cell>": "a\tb\nc",
        '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="3"/><text:span>b</text:span></text:p>'
        "</table:table-cell>": "a   b",
        '<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>': (
            "0.5"
        ),
        '<table:table-cell office:value-type="time" office:time-value="PT30H05M06S"><text:p>x</text:p>'
        "</table:table-cell>": "30:05:06",
        "<table:table-cell><text:p>no type</text:p></table:table-cell>": "no type",
        '<table:table-cell office:value-type="float"><text:p>5</text:p></table:table-cell>': "5",
        '<table:table-cell office:value-type="boolean" office:boolean-value="1"><text:p>TRUE</text:p>'
        "</table:table-cell>": "TRUE",
        '<table:table-cell office:value-type="date"><text:p>1/2/26</text:p></table:table-cell>': "1/2/26",
        '<table:table-cell office:value-type="new"><text:p>5</text:p></table:table-cell>': "5",
        '<table:table-cell office:value-type="string"><text:p>a</text:p><draw:frame><draw:text-box><text:p>see</text:p>'
        "</draw:text-box></draw:frame></table:table-cell>": "a",
        "<table:table-cell><draw:custom-shape><text:p>see</text:p></draw:custom-shape></table:table-cell>": "",
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="">'
        "<text:p>#DIV/0!</text:p></table:table-cell>": "#DIV/0!",
    }
    assert texts(ods, *map(Written, wanted)) == [*wanted.values()]


def test_cells_and_rows_of_libreoffice_that_stand_for_several_are_each_read() -> None:
    twice = Written('<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="3"/>')
    content = edited(
        ods(one_sheet([["id", "a", "b"], ["x", twice], ["y", Formula("A1"), "z"]])),
        "content.xml",
        lambda xml: "<table:table-row".join(
            f' table:number-rows-repeated="2"{part}' if number == 3 else part
            for number, part in enumerate(xml.split("<table:table-row"))
        ),
    )
    assert [record.cells for record in read(content) if isinstance(record, Record)] == [
        ["x", "3", "3"],
        ["y", "=(no value)", "z"],
        ["y", "=(no value)", "z"],
    ]


def test_dates_that_count_from_1904_are_told_and_read_so() -> None:
    source = opened(xlsx(one_sheet([["id", "on"], ["x", date(2026, 11, 29)]]), date1904=True))
    [record] = source.records()
    assert isinstance(record, Record)
    assert record.cells[1] == "2030-11-30"
    assert "its dates count from 1904" in source.remarks


# Rows


@both
def test_a_sheet_that_begins_at_c5_has_its_true_rows_and_columns(make: Make) -> None:
    source = opened(make([Sheet("Forms", [["id", "a"], ["x", "1"], [None], ["y", "2"]], first=(5, 3))]))
    assert (source.header.names, source.header.line) == (("", "", "id", "a"), 5)
    found = [(record.line, record.cells) for record in source.records() if isinstance(record, Record)]
    assert found == [(6, ["", "", "x", "1"]), (8, ["", "", "y", "2"])]
    account = source.account
    assert (account.lines, account.head, account.blank, account.in_records) == (8, 1, 5, 2)
    assert account.adds_up


@both
def test_a_sheet_may_begin_far_down(make: Make) -> None:
    source = opened(make([Sheet("Forms", [["id", "a"], ["x", "1"]], first=(5_000, 2))]))
    assert (source.header.line, [record.line for record in source.records()]) == (5_000, [5_001])
    assert source.account.adds_up


@both
def test_a_row_with_nothing_but_a_space_is_a_record_as_it_is_in_csv(make: Make) -> None:
    """So whoever counts the rows in which something stands finds as many records."""
    source = opened(make(one_sheet([[" "], ["id", "a"], ["x", "1"], [" "], [None], ["y", "2"]])))
    assert source.header.line == 2
    assert [record.line for record in source.records()] == [3, 4, 6]
    assert (source.account.blank, source.account.in_records) == (2, 3)


@both
def test_columns_to_the_right_without_a_name_are_left_out_only_if_nothing_stands_below(make: Make) -> None:
    rows: list[Row] = [["A long title", None, None, "that ends here"], ["id", "a"], ["x", "1"]]
    said = FileSettings(skip_lines=1)
    assert opened(make(one_sheet(rows)), said).header.names == ("id", "a")
    source = opened(make(one_sheet([*rows, ["y", "2", None, "more"]])), said)
    assert source.header.names == ("id", "a", "", "")
    assert [record.cells for record in source.records() if isinstance(record, Record)] == [
        ["x", "1", "", ""],
        ["y", "2", "", "more"],
    ]


@both
def test_a_header_may_have_several_rows(make: Make) -> None:
    rows: list[Row] = [["About you", None, "Drink"], ["id", "age", "days"], ["x", 30, 7]]
    joined = opened(make(one_sheet(rows)), FileSettings(header_rows=2, names_from=0))
    assert joined.header.names == ("About you / id", "About you / age", "Drink / days")
    second = opened(make(one_sheet(rows)), FileSettings(header_rows=2, names_from=2))
    assert (second.header.names, second.header.line, second.header.last_line) == (("id", "age", "days"), 2, 2)
    [record] = second.records()
    assert record.line == 3


@both
def test_a_row_with_a_covered_cell_is_rejected_and_its_place_told(make: Make) -> None:
    """What stands in the first cell of merged ones may be meant for all of them, or for that one."""
    rows: list[Row] = [
        ["Title", None, None],
        ["id", "a", "b"],
        ["v", "1", None],
        ["w", None, "2"],
        ["x", "1", "2"],
        ["y", "1", "2"],
        ["z", "1", "2"],
    ]
    source = opened(make([Sheet("Forms", rows, merged=("A1:C1", "B3:C3", "B5:B6"))]), FileSettings(skip_lines=1))
    found = [(each.line, each.code if isinstance(each, RejectedRecord) else "") for each in source.records()]
    assert found == [(3, "merged-cell"), (4, ""), (5, ""), (6, "merged-cell"), (7, "")]
    assert [each.rpartition(": ")[2] for each in source.remarks if "merged" in each] == ["B3:C3, B5:B6"]
    assert source.account.adds_up


@both
def test_merged_cells_of_the_header_reject_nothing(make: Make) -> None:
    content = make([Sheet("Forms", [["id", "a", None], ["x", "1", "2"]], merged=("B1:C1",))])
    source = opened(content)
    assert [*map(type, source.records())] == [Record]
    assert not any("merged" in remark for remark in source.remarks)


@both
def test_hidden_rows_are_read_and_counted(make: Make) -> None:
    content = make([Sheet("Forms", [["id"], ["x"], ["y"]], hidden_rows=frozenset({3}))])
    assert len(read(content)) == 2
    assert "hidden rows, which are read as all others: 1" in opened(content).remarks


def test_hidden_columns_are_counted() -> None:
    content = edited(
        xlsx(one_sheet([["id", "a", "b"]])),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace("<sheetData>", '<cols><col min="2" max="16384" hidden="1"/></cols><sheetData>'),
    )
    assert "hidden columns, which are read as all others: 2" in opened(content).remarks


def test_a_large_sheet_is_read_again_after_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    content = xlsx(one_sheet([["id", "a"], ["x", "1"], ["y", Error("#N/A")]]))
    held = read(content)
    monkeypatch.setattr(opening, "HELD_CELLS", 0)
    assert read(content) == held
    assert len(held) == 2


# Sheets


TWO = [Sheet("Notes", [["Call back"]]), Sheet("Forms 2026", [["id"], ["x"]])]


@both
def test_the_one_sheet_that_one_sees_and_that_holds_something_is_read(make: Make) -> None:
    sheets = [Sheet("Empty", [[None]]), Sheet("Old", [["id"]], hidden=True), Sheet("Forms", [["id"], ["x"]])]
    source = opened(make(sheets))
    assert source.remarks[0].endswith("; the sheet 'Forms' is read")
    assert source.remarks[1] == "sheets that are not read: 'Empty', 'Old' (hidden)"
    assert len([*source.records()]) == 1


def test_a_blank_form_for_odk_is_told_as_one() -> None:
    content = xlsform(blank_form(SMALL))
    assert isinstance(content, bytes)
    found = problem(content)
    assert (found.code, found.command) == ("several-sheets", ())
    assert "a blank form" in found.message
    assert "choices" in problem(xlsx([Sheet(name, [["id"], ["A"]]) for name in ("choices", "forms")])).message


@both
def test_of_several_sheets_one_has_to_be_named(make: Make) -> None:
    found = problem(make(TWO))
    assert found.code == "several-sheets"
    assert found.message == "2 sheets of the workbook hold something: 'Notes', 'Forms 2026'"
    assert found.command == ("iop-screen", "score", "in.xlsx", "--sheet", "Notes")
    assert len(read(make(TWO), FileSettings(sheet="Forms 2026"))) == 1


@both
def test_a_sheet_is_found_without_regard_to_case_unless_two_differ_by_it(make: Make) -> None:
    assert len(read(make(TWO), FileSettings(sheet=" forms  2026"))) == 1
    alike = [Sheet("forms", [["id"]]), Sheet("Forms", [["id"], ["x"]])]
    assert len(read(make(alike), FileSettings(sheet="Forms"))) == 1
    assert problem(make(alike), FileSettings(sheet="FORMS")).code == "no-such-sheet"


@both
def test_a_sheet_that_is_not_there_is_told_with_those_that_are(make: Make) -> None:
    found = problem(make(TWO), FileSettings(sheet="Sheet1"))
    assert (found.code, found.hint) == ("no-such-sheet", "it has: 'Notes', 'Forms 2026'")


@both
def test_a_hidden_sheet_is_read_only_if_it_is_named(make: Make) -> None:
    sheets = [Sheet("Forms", [["id"], ["x"]], hidden=True), Sheet("Empty", [])]
    assert problem(make(sheets)).code == "several-sheets"
    source = opened(make(sheets), FileSettings(sheet="Forms"))
    assert "the sheet 'Forms' (hidden) is read" in source.remarks[0]


def test_a_chart_that_stands_as_a_sheet_is_no_sheet() -> None:
    content = edited(
        xlsx([Sheet("Chart", []), Sheet("Forms", [["id"], ["x"]])]),
        "xl/_rels/workbook.xml.rels",
        lambda xml: xml.replace('/worksheet" Target="worksheets/sheet1', '/chartsheet" Target="worksheets/sheet1'),
    )
    assert len(read(content)) == 1
    assert problem(content, FileSettings(sheet="Chart")).code == "no-such-sheet"


@both
def test_a_workbook_in_which_nothing_stands_has_no_header(make: Make) -> None:
    found = problem(make([Sheet("A", []), Sheet("B", [[None, None]])]))
    assert (found.code, found.message) == ("no-header", "the workbook has no header: no sheet of it holds anything")


# The head


@both
def test_a_title_above_the_header_is_told_with_what_a_mapping_says(make: Make) -> None:
    rows: list[Row] = [["Intake office"], [], NAMES, ["x", "yes", 3, "job"], ["y", "no", 4, "job"]]
    found = problem(make(one_sheet(rows)), FileSettings(sheet="Forms"))
    assert found.code == "text-above-header"
    assert found.hint == "a mapping can say it: `file: {skip_lines: 2}`"
    assert found.command == (
        "iop-screen", "inspect", "in.xlsx", "--sheet", "Forms", "--write-mapping", "map.yaml",
    )  # fmt: skip
    assert opened(make(one_sheet(rows)), FileSettings(skip_lines=2)).header.names == tuple(NAMES)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (FileSettings(header_rows=4), "no-header"),
        (FileSettings(skip_lines=9), "no-header"),
        (FileSettings(header_rows=2, names_from=3), "wrong-header-rows"),
        (FileSettings(encoding="cp1252"), "unused-setting"),
        (FileSettings(delimiter=";"), "unused-setting"),
        (FileSettings(allow_unended=True), "unused-setting"),
    ],
)
def test_a_header_that_cannot_be_is_told(settings: FileSettings, code: str) -> None:
    assert problem(xlsx(one_sheet([["id"], ["x"], ["y"]])), settings).code == code


@both
def test_a_row_that_repeats_the_header_is_rejected(make: Make) -> None:
    found = read(make(one_sheet([NAMES, ["x", "yes", 3, "job"], NAMES])))
    assert [each.code if isinstance(each, RejectedRecord) else "" for each in found] == ["", "repeated-header"]


# The same as in CSV


def scored(source: Source) -> list[list[str]]:
    """The rows of results without the lines of the records."""
    scoring = open_scoring([source], SMALL, ScoreSettings())
    assert not isinstance(scoring, tuple | list)
    rows = [scoring.build.rows(csv_segments(judged, scoring.shape), judged) for judged in scoring.lots()]
    assert scoring.adds_up
    text = csv_head(SMALL, scoring.shape) + b"".join(rows).decode()
    return [row[1:] for row in csv.reader(io.StringIO(text, newline=""))]


def test_the_same_forms_score_to_the_same_rows_as_csv_and_in_both_kinds_of_workbooks() -> None:
    choice = random.Random(14).choice  # noqa: S311 - no secret
    cells = ["", " ", "yes", "No", "TRUE", "7", "8", "31", "job;kids", "A JOB", "job,kids", "Children, small",
             "Unknown", "declined", "NaN", 'a "b"', "c\nd", "\u00fc", "'=1", "id"]  # fmt: skip
    rows = [[f"P{number}", choice(cells), choice(cells), choice(cells)] for number in range(200)]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([NAMES, *rows])
    as_csv = open_csv("in.csv", io.BytesIO(stream.getvalue().encode()), NOTHING_SAID)
    assert isinstance(as_csv, CsvSource)
    wanted = scored(as_csv)
    as_numbers = [[int(cell) if cell.isdigit() else cell == "TRUE" or cell for cell in row] for row in rows]
    for make in (xlsx, ods):
        assert scored(opened(make(one_sheet([NAMES, *rows])))) == wanted
        assert scored(opened(make(one_sheet([NAMES, *as_numbers])))) == wanted
    assert {row[wanted[0].index("suggestion")] for row in wanted[1:]} == {"stay", "undetermined"}


@both
def test_an_error_in_a_cell_leaves_the_result_open(make: Make) -> None:
    content = make(one_sheet([NAMES, ["x", "no", 1, "job"], ["y", Error("#N/A"), 1, "job"], ["z", None, 1, "job"]]))
    head, *rows = scored(opened(content))
    problems = [row[head.index("problems")] for row in rows]
    assert problems == ["", "danger:unreadable", ""]
    assert [row[head.index("suggestion")] for row in rows] == ["home", "undetermined", "undetermined"]


# What the program says


def test_every_code_of_a_workbook_is_in_the_reference() -> None:
    reference = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
    section = reference.partition("### A workbook (XLSX, ODS)\n")[2].partition("\n## ")[0]
    assert [code for code in WORKBOOK_PROBLEMS if f"| `{code}` |" not in section] == []
    assert f"| `{MERGED_CELL}` |" in reference


def test_what_is_damaged_is_no_fault_of_ours(run: Run) -> None:
    ran = run("score", "-", typed=xlsx(TWO)[:-30])
    assert ran.code == 3
    assert "[bad-workbook]" in ran.err
    assert CannotGoOn.__name__ not in ran.err
