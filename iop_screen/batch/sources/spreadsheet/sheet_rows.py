"""The rows of a sheet as records: the texts of its cells, with those that only a look at its XML gives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from iop_screen.batch.sources.csv_framing import RECORD_TOO_LONG
from iop_screen.batch.sources.source import Record, RejectedRecord
from iop_screen.batch.sources.spreadsheet.problems import MERGED_CELL, damaged
from iop_screen.batch.sources.spreadsheet.reading import Row
from iop_screen.batch.sources.spreadsheet.second_look import Merged, SheetLook
from iop_screen.batch.sources.table_source import BlankLines, TableRow
from iop_screen.batch.sources.table_text import table_record

TOO_LONG = "\ufffd"
"""Stands for a cell that is longer than any cell of Excel can be; its row is rejected."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The texts of a row as wide as the sheet; `is_whole` is false if one of them is too long to be read."""

    texts: list[str]
    is_whole: bool = True

    @property
    def is_blank(self) -> bool:
        """Whether nothing that one sees stands in it."""
        return not any(map(str.strip, self.texts))


def sheet_rows(rows: Iterable[Row], look: SheetLook) -> Iterator[SheetRow]:
    """All rows of a sheet up to the last one that is filled, from the first on.

    Raises Unusable if a reader finds something where nothing stands.
    """
    given = iter(rows)
    blank = SheetRow([""] * look.columns)
    for number in range(1, look.rows + 1):
        row = next(given, [])
        if not row and number not in look.texts:
            yield blank
            continue
        for column in look.booleans.get(number, ()):
            row[column - 1 : column] = [bool(cell) for cell in row[column - 1 : column]]
        yield _sheet_row(row, look.texts.get(number, {}), look.columns)
    if any(cell != "" for row in given for cell in row):
        raise _no_agreement()


def _sheet_row(row: Row, marked: dict[int, str], width: int) -> SheetRow:
    if len(row) > width and any(cell != "" for cell in row[width:]):
        raise _no_agreement()
    texts = [cell if type(cell) is str else cell_text(cell) for cell in row[:width]]
    texts += [""] * (width - len(texts))
    for column, text in marked.items():
        texts[column - 1] = text
    return SheetRow(texts, dict not in map(type, row))


def _no_agreement() -> Exception:
    return damaged("two readers do not agree on where the cells of the sheet are")


def cell_text(cell: object) -> str:
    """A cell as the text that stands for it in CSV."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return number_text(float(cell))
        case [str(text)]:
            return text
        case _:
            return TOO_LONG


def number_text(number: float) -> str:
    """A number without a point if it is whole, and never with an exponent."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return format(Decimal(repr(number)), "f")


def records(rows: Iterable[SheetRow], first: int, width: int, merged: Sequence[Merged]) -> Iterator[TableRow]:
    """The rows from the number `first` on, of which `rows` is the first, as records with so many cells.

    A row with a cell that is covered by another one, with which it is merged, is rejected.
    """
    covered = covered_rows(merged, width)
    starts = [start for start, _ in covered]
    blank = 0
    for number, row in enumerate(rows, first):
        if not any(row.texts):
            blank += 1
            continue
        if blank:
            yield BlankLines(blank)
            blank = 0
        place = bisect_right(starts, number) - 1
        yield _record(number, row, width, is_covered=place >= 0 and number <= covered[place][1])
    if blank:
        yield BlankLines(blank)


def _record(number: int, row: SheetRow, width: int, *, is_covered: bool) -> Record | RejectedRecord:
    if not row.is_whole:
        return RejectedRecord(number, number, RECORD_TOO_LONG, b"")
    record = table_record(number, row.texts[:width])
    if isinstance(record, Record) and is_covered:
        return RejectedRecord(number, number, MERGED_CELL, record.raw)
    return record


def covered_rows(merged: Iterable[Merged], width: int) -> list[tuple[int, int]]:
    """The rows, from and to, in which a cell of the first columns is covered by another; they do not overlap."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(_covered(each, width) for each in merged if each.column <= width):
        if found and start <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start <= end:
            found.append((start, end))
    return found


def _covered(merged: Merged, width: int) -> tuple[int, int]:
    """The rows in which a range covers a cell: all but the first, or all if it goes over several columns."""
    return merged.row + (min(merged.last_column, width) == merged.column), merged.last_row
