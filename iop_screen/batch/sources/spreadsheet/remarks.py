"""What should be said of a sheet that is read; no text of a cell stands in it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.batch.column_names import first_ten
from iop_screen.batch.sources.spreadsheet.book import Book, SheetName
from iop_screen.batch.sources.spreadsheet.choice import listed
from iop_screen.batch.sources.spreadsheet.second_look import SheetLook
from iop_screen.batch.sources.spreadsheet.sheet_rows import covered_rows


def sheet_remarks(book: Book, sheet: SheetName, look: SheetLook, last_of_head: int, width: int) -> Iterator[str]:
    """What was understood of a workbook, one sentence each."""
    yield f"it is {book.kind}; what is called a line of it is a row; the sheet {listed([sheet])} is read"
    others = [each for each in book.sheets if each.index != sheet.index]
    if others:
        yield f"sheets that are not read: {listed(others)}"
    yield from book.remarks
    if look.hidden_rows:
        yield f"hidden rows, which are read as all others: {look.hidden_rows:,}"
    if look.hidden_columns:
        yield f"hidden columns, which are read as all others: {look.hidden_columns:,}"
    yield from _cells(look)
    in_data = [each for each in look.merged if covered_rows([each], width) and each.last_row > last_of_head]
    if in_data:
        yield f"merged cells below the header, whose rows are rejected: {first_ten(in_data)}"


def _cells(look: SheetLook) -> Iterator[str]:
    """Where cells stand that somebody should look at."""
    if look.errors:
        yield f"cells that hold an error: {first_ten(look.errors)}"
    if look.no_values:
        yield f"formulas whose value is not in the workbook: {first_ten(look.no_values)}"
    if look.long_numbers:
        what = "numbers of more than 15 digits, the last of which may have been lost when they were typed"
        yield f"{what}: {first_ten(look.long_numbers)}"
