"""A workbook of Excel or LibreOffice as a source of forms: one of its sheets."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from iop_screen.batch.input_problems import InputProblem, inspect_command
from iop_screen.batch.sources.csv_problems import (
    NO_HEADER,
    TEXT_ABOVE_HEADER,
    WRONG_HEADER_ROWS,
)
from iop_screen.batch.sources.file_kinds import NOT_CSV, as_argument, file_kind
from iop_screen.batch.sources.header_rows import header_of
from iop_screen.batch.sources.likely import LOOKED_AT, likely_head
from iop_screen.batch.sources.seekable import seekable
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Header, Record, SourceAccount
from iop_screen.batch.sources.spreadsheet.archive import Archive, open_archive, whole
from iop_screen.batch.sources.spreadsheet.book import Book, SheetName
from iop_screen.batch.sources.spreadsheet.choice import chosen_sheet
from iop_screen.batch.sources.spreadsheet.ods_look import ods_book
from iop_screen.batch.sources.spreadsheet.problems import Unusable, damaged
from iop_screen.batch.sources.spreadsheet.reading import Wanted, read_rows
from iop_screen.batch.sources.spreadsheet.remarks import sheet_remarks
from iop_screen.batch.sources.spreadsheet.second_look import SheetLook
from iop_screen.batch.sources.spreadsheet.sheet_rows import SheetRow, records, sheet_rows
from iop_screen.batch.sources.spreadsheet.xlsx_look import WORKBOOK, xlsx_book
from iop_screen.batch.sources.table_source import TableRow, TableSource
from iop_screen.batch.sources.table_text import as_csv_text
from iop_screen.batch.sources.unused_settings import unused_settings
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

USED = frozenset({"skip_lines", "header_rows", "sheet"})
"""What can be said of how the forms stand in a workbook."""
HELD_CELLS = 20_000
"""The rows of a sheet with no more cells are held; those of a larger one are read again after its header."""
MIMETYPE = "mimetype"
ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
XLSB = "xl/workbook.bin"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The sheet that holds the forms, and what gives its rows from the first one on."""

    name: str
    settings: FileSettings
    book: Book
    sheet: SheetName
    look: SheetLook
    rows: Callable[[], Generator[SheetRow]]


def first_rows(name: str, stream: BinaryIO, settings: FileSettings) -> bytes | None:
    """The first rows of the sheet that holds the forms, as lines of CSV, one for each whatever its cells hold.

    None if the workbook cannot be read. One can go back in the stream.
    """
    try:
        archive = open_archive(stream)
        book = _book(archive)
        return None if book is None else head_text(_top(_sheet(name, stream, settings, archive, book)))
    except Unusable:
        return None


def open_spreadsheet(name: str, stream: BinaryIO, settings: FileSettings) -> TableSource | InputProblem:
    """Read the header of the sheet that holds the forms, or say why the workbook cannot be read as it is."""
    held = unused_settings(name, settings, "a workbook", USED) or seekable(name, stream, "a workbook")
    if isinstance(held, InputProblem):
        return held
    try:
        archive = open_archive(held)
        book = _book(archive)
        return (
            _no_workbook(name, held, archive)
            if book is None
            else _with_header(_sheet(name, held, settings, archive, book))
        )
    except Unusable as problem:
        return problem.problem(name)
    except OSError as error:
        raise CannotGoOn(f"cannot read {sanitize(name)}: {system_reason(error)}", Exit.FILE) from None


def _book(archive: Archive) -> Book | None:
    """The workbook by what is in the archive; None if it is none that can be read."""
    if MIMETYPE in archive.names and whole(archive, MIMETYPE, 2**20).startswith(ODS_MIMETYPE):
        return ods_book(archive)
    return xlsx_book(archive) if WORKBOOK in archive.names else None


def _no_workbook(name: str, stream: BinaryIO, archive: Archive) -> InputProblem:
    """That an archive is no workbook, or is one of a kind that is not read."""
    if XLSB in archive.names:
        message = "the file is a workbook of Excel in its binary form (XLSB), which is not read"
        return InputProblem(name, None, NOT_CSV, message, 'in Excel, save it as "Excel Workbook" (XLSX)')
    stream.seek(0)
    kind = file_kind(stream.read(4096))
    return damaged().problem(name) if kind is None else kind.problem(name)


def _sheet(name: str, stream: BinaryIO, settings: FileSettings, archive: Archive, book: Book) -> _Sheet:
    """Look at the sheet that holds the forms. Raises Unusable if nobody can tell which that is."""
    sheet = chosen_sheet(book, settings.sheet)
    look = book.look(sheet)
    wanted = Wanted(stream, sheet.index, sheet.name, book.room(look), archive.unpacked_bytes)

    def read() -> Generator[SheetRow]:
        with closing(read_rows(wanted)) as given:
            yield from sheet_rows(given, look)

    held = [*read()] if look.span <= HELD_CELLS else None
    return _Sheet(name, settings, book, sheet, look, read if held is None else lambda: (row for row in held))


def _top(sheet: _Sheet) -> list[SheetRow]:
    """The rows that may be the header, and some below it to compare it with."""
    top: list[SheetRow] = []
    left = sheet.settings.rows + LOOKED_AT
    with closing(sheet.rows()) as rows:
        for number, row in enumerate(rows, 1):
            top.append(row)
            left -= number > sheet.settings.skip_lines and not row.is_blank
            if not left:
                break
    return top


def _with_header(sheet: _Sheet) -> TableSource | InputProblem:
    """Read the header, which stands in the first rows that are not blank."""
    settings = sheet.settings
    top = _top(sheet)
    numbered = [*enumerate(top, 1)][settings.skip_lines :]
    head = [Record(number, number, row.texts, b"") for number, row in numbered if not row.is_blank][: settings.rows]
    problem = _head_problem(sheet, head, top)
    if problem is not None:
        return problem
    return _source(sheet, header_of(head, settings.names_from), {record.line for record in head})


def _head_problem(sheet: _Sheet, head: list[Record], top: list[SheetRow]) -> InputProblem | None:
    """What keeps the rows of the header from being used."""
    name, settings = sheet.name, sheet.settings
    if len(head) < settings.rows:
        message = f"the sheet ends inside its header, which has {settings.rows} rows" if head else "the sheet is empty"
        return InputProblem(name, None, NO_HEADER, message)
    if settings.names_from > settings.rows:
        message = f"names are to be in row {settings.names_from} of {settings.rows}"
        return InputProblem(name, None, WRONG_HEADER_ROWS, message)
    above = likely_head(head_text(top), ",")
    if above < head[0].line or settings.skip_lines or settings.rows > 1:
        return None
    message = f"the header seems to stand in row {above + 1}, below a title or the like"
    hint = f"a mapping can say it: `file: {{skip_lines: {above}}}`"
    named = () if settings.sheet is None else ("--sheet", settings.sheet)
    command = inspect_command(as_argument(name))
    command = (*command[:3], *named, *command[3:]) if command else ()
    return InputProblem(name, None, TEXT_ABOVE_HEADER, message, hint, command)


def head_text(rows: list[SheetRow]) -> bytes:
    """The first rows of a sheet as lines of CSV, one for each."""
    lines = ("" if row.is_blank else as_csv_text([" ".join(text.split()) for text in row.texts]) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _source(sheet: _Sheet, header: Header, head: set[int]) -> TableSource:
    """The source below its header."""
    look, last = sheet.look, header.last_line
    below = (column for column, row in look.last_rows.items() if row > last)
    named = (column for column, text in enumerate(header.names, 1) if text.strip())
    width = max([*below, *named], default=0)
    blank = last - max(sheet.settings.skip_lines, 0) - len(head)
    return TableSource(
        name=sheet.name,
        header=Header(header.names[:width], header.line, last),
        settings=sheet.settings,
        account=SourceAccount(lines=last, head=last - blank, blank=blank),
        remarks=tuple(sheet_remarks(sheet.book, sheet.sheet, look, last, width)),
        rows=lambda: _below(sheet, last, width),
    )


def _below(sheet: _Sheet, last: int, width: int) -> Iterator[TableRow]:
    """What stands below the header. Raises CannotGoOn if the workbook cannot be read on."""
    try:
        with closing(sheet.rows()) as rows:
            yield from records(islice(rows, last, None), last + 1, width, sheet.look.merged)
    except Unusable as problem:
        raise CannotGoOn(f"{sanitize(sheet.name)}: {problem.message}", Exit.FILE) from None
