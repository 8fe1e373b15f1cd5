"""Workbooks that other programs wrote are scored, and their cells compared with what another program reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from iop_screen.batch.sources.opening import open_table
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record
from iop_screen.batch.sources.table_source import TableSource
from second_readers.filled import Export, Subject, scores_as_the_interview, subjects
from second_readers.people import Person, people
from second_readers.tools import Check, Fact, Finding, from_json, iop_screen, must_run, python_packages

OPENPYXL = "openpyxl==3.1.5"
ODFPY = "odfpy==1.4.1"
WRITE_XLSX = """
import json, sys
import openpyxl
given = json.load(sys.stdin)
book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Forms"
down, right = given["first"]
for row, cells in enumerate(given["rows"]):
    for column, cell in enumerate(cells):
        if cell is not None:
            sheet.cell(row + down, column + right, cell)
book.create_sheet("Lists").sheet_state = "hidden"
book["Lists"].append(["kept", "for", "menus"])
book.save(sys.argv[1])
"""
READ_XLSX = """
import json, sys
import openpyxl
sheet = openpyxl.load_workbook(sys.argv[1], data_only=True)[sys.argv[2]]
rows = [[cell for cell in row] for row in sheet.iter_rows(values_only=True)]
print(json.dumps([row for row in rows if any(cell is not None for cell in row)]))
"""
WRITE_ODS = """
import json, sys
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
given = json.load(sys.stdin)
book, sheet = OpenDocumentSpreadsheet(), Table(name="Forms")
for cells in given["rows"]:
    row = TableRow()
    for cell in cells:
        if cell is None:
            made = TableCell()
        elif isinstance(cell, str):
            made = TableCell(valuetype="string")
            made.addElement(P(text=cell))
        else:
            made = TableCell(valuetype="float", value=str(cell))
            made.addElement(P(text=str(cell)))
        row.addElement(made)
    sheet.addElement(row)
book.spreadsheet.addElement(sheet)
book.save(sys.argv[1])
"""

Cells = list[str | int | None]


def check(folder: Path) -> Iterator[Finding]:
    """What workbooks of openpyxl, odfpy and LibreOffice score as, and what openpyxl reads in ours."""
    python = python_packages(folder / "python", OPENPYXL, ODFPY)
    yield Fact(f"{OPENPYXL}, {ODFPY}")
    office = shutil.which("soffice")
    if office is None:
        yield Fact("there is no `soffice` on this machine; workbooks do not go through LibreOffice")
    for subject in subjects():
        acting = [person for person in people(subject.form) if person.acts]
        rows = _rows(subject, acting)
        at_top = _written(folder / f"{subject.name}-openpyxl.xlsx", python, WRITE_XLSX, rows)
        further = _written(folder / f"{subject.name}-openpyxl-from-C5.xlsx", python, WRITE_XLSX, rows, (5, 3))
        as_ods = _written(folder / f"{subject.name}-odfpy.ods", python, WRITE_ODS, rows)
        written = (at_top, as_ods)
        through = [] if office is None else [each for file in written for each in _through_office(office, file)]
        for file in (at_top, further, as_ods, *through):
            yield from scores_as_the_interview(subject, _export(file, acting))
        yield _same_cells(subject, at_top, "Forms", python)
        yield from _our_form(subject, folder, python)


def _rows(subject: Subject, acting: Sequence[Person]) -> list[Cells]:
    """A table as someone keeps it: an id as a number, numbers as numbers, lists with semicolons, blanks left out."""
    questions = subject.form.questions
    return [
        ["id", *(each.id for each in questions)],
        *(
            [number, *(_cell(said.get(each.id), number=each.kind == "number") for each in questions)]
            for number, said in enumerate(map(_said, acting), start=1)
        ),
    ]


def _cell(codes: tuple[str, ...] | None, *, number: bool) -> str | int | None:
    if codes is None:
        return None
    return int(codes[0]) if number and codes[0].isdigit() else ";".join(codes)


def _said(person: Person) -> dict[str, tuple[str, ...]]:
    return {act.question: act.left or act.codes for act in person.acts}


def _written(file: Path, python: Path, script: str, rows: Sequence[Cells], first: tuple[int, int] = (1, 1)) -> Path:
    must_run([python, "-c", script, file], file.parent, given=json.dumps({"rows": rows, "first": first}))
    return file


def _through_office(office: str, file: Path) -> Iterator[Path]:
    """The workbook as LibreOffice writes it again, in both formats."""
    for kind in ("xlsx", "ods"):
        out = file.parent / f"{file.stem}-{file.suffix[1:]}-office-{kind}"
        must_run([office, "--headless", "--convert-to", kind, "--outdir", out, file], file.parent)
        yield out / f"{file.stem}.{kind}"


def _export(file: Path, acting: Sequence[Person]) -> Export:
    held = {person.name: {name: _answer(codes) for name, codes in _said(person).items()} for person in acting}
    names = {str(number): person.name for number, person in enumerate(acting, start=1)}
    return Export(file.name, file, names, held)


def _answer(codes: tuple[str, ...]) -> object:
    return list(codes) if len(codes) > 1 else codes[0]


def _our_form(subject: Subject, folder: Path, python: Path) -> Iterator[Check]:
    """The workbook that this program writes, an XLSForm, as openpyxl and this program read it."""
    file = folder / f"{subject.name}-form.xlsx"
    ran = iop_screen(["form", "--to", "xlsform", "--questions", subject.file, "-o", file], folder)
    if ran.returncode:
        yield Check(f"{subject.name}: the form is written", (ran.stderr,))
        return
    for sheet in ("survey", "choices", "settings"):
        yield _same_cells(subject, file, sheet, python)


def _same_cells(subject: Subject, file: Path, sheet: str, python: Path) -> Check:
    """Whether openpyxl and this program read the same texts in the same places."""
    printed = from_json(must_run([python, "-c", READ_XLSX, file, sheet], file.parent))
    assert isinstance(printed, list)
    theirs = [["" if cell is None else str(cell) for cell in row] for row in printed]
    with file.open("rb") as stream:
        source = open_table("a spreadsheet", file.name, stream, FileSettings(sheet=sheet), subject.form.compiled)
        if not isinstance(source, TableSource):
            return Check(f"{file.name}, sheet {sheet}: opened", (str(source),))
        ours = [[*source.header.names], *([*each.cells] for each in source.records() if isinstance(each, Record))]
    wrong = [f"row {row}: {a} and {b}" for row, (a, b) in enumerate(zip(theirs, ours, strict=False), 1) if a != b]
    number = [f"{len(theirs)} rows and {len(ours)}"] if len(theirs) != len(ours) else []
    cells = sum(map(len, theirs))
    return Check(f"{file.name}, sheet {sheet}: {cells} cells are read as openpyxl reads them", (*number, *wrong))
