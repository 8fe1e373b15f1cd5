"""Which sheet of a workbook holds the forms: the one that somebody names, or the only one that one sees with data."""

from __future__ import annotations

from collections.abc import Sequence

from iop_screen.batch.column_names import first_ten
from iop_screen.batch.sources.csv_problems import NO_HEADER
from iop_screen.batch.sources.spreadsheet.book import Book, SheetName
from iop_screen.batch.sources.spreadsheet.problems import NO_SUCH_SHEET, SEVERAL_SHEETS, Unusable
from iop_screen.core.problems import shortened

XLSFORM_SHEETS = frozenset({"survey", "choices"})
"""The sheets of a blank form for ODK and Kobo; neither has answers."""


def chosen_sheet(book: Book, named: str | None) -> SheetName:
    """The sheet of this name, or the one that holds the forms. Raises Unusable if nobody can tell which that is."""
    if named is not None:
        return _named(book, named)
    filled = [sheet for sheet in book.sheets if sheet.visible and sheet.holds_cells and book.has_data(sheet)]
    if len(filled) == 1:
        return filled[0]
    if {sheet.name for sheet in filled} >= XLSFORM_SHEETS:
        hint = "export the forms that were filled in with it, from ODK or Kobo, and score that file"
        raise Unusable(SEVERAL_SHEETS, "the workbook seems to be an XLSForm, which is a blank form", hint)
    if filled:
        raise _to_be_named(f"{len(filled)} sheets of the workbook hold something: {listed(filled)}", filled[0])
    hidden = [sheet for sheet in book.sheets if not sheet.visible and sheet.holds_cells and book.has_data(sheet)]
    if hidden:
        raise _to_be_named(f"only hidden sheets of the workbook hold something: {listed(hidden)}", hidden[0])
    raise Unusable(NO_HEADER, "the workbook has no header: no sheet of it holds anything", "")


def _named(book: Book, name: str) -> SheetName:
    """The sheet of a name: as it is written, or if there is none, without regard to case and outer blanks."""
    sheets = [sheet for sheet in book.sheets if sheet.holds_cells]
    exact = [sheet for sheet in sheets if sheet.name == name]
    alike = exact or [sheet for sheet in sheets if _plain(sheet.name) == _plain(name)]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise Unusable(NO_SUCH_SHEET, "several sheets of the workbook have that name", "give one another name")
    raise Unusable(NO_SUCH_SHEET, "the workbook has no sheet of that name", f"it has: {listed(sheets)}")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _to_be_named(message: str, first: SheetName) -> Unusable:
    command = ("iop-screen", "score", "--sheet", first.name)
    hint = "say which one with --sheet, or in a mapping: `file: {sheet: NAME}`"
    return Unusable(SEVERAL_SHEETS, message, hint, command)


def listed(sheets: Sequence[SheetName]) -> str:
    """The names of some sheets, in quotes, and which are hidden; of many, the first ones."""
    return first_ten(sheets, lambda sheet: f"{shortened(sheet.name)!r}{'' if sheet.visible else ' (hidden)'}")
