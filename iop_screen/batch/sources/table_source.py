"""A table that is no text as a source of forms: a sheet, the objects of a JSON file, the responses of a bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from iop_screen.batch.sources.csv_framing import repeats_header
from iop_screen.batch.sources.physical_lines import StretchScan
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import (
    CleanStretch,
    ExcludedRecord,
    Header,
    Record,
    RejectedRecord,
    SourceAccount,
    SourceRecord,
)
from iop_screen.batch.sources.table_text import DELIMITER


@dataclass(frozen=True, slots=True)
class BlankLines:
    """So many lines below the header that hold nothing, not even a record without answers."""

    count: int


TableRow = Record | RejectedRecord | ExcludedRecord | BlankLines


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table whose header is known; see `Source`.

    What its account calls lines are the rows of a sheet, the lines of a file, or the places of things in a list.
    `rows` gives what stands below the header, once; a Record has as many cells as the header. A record that repeats
    the header is rejected, or excluded if the settings say so.
    """

    name: str
    header: Header
    settings: FileSettings
    account: SourceAccount
    remarks: tuple[str, ...]
    rows: Callable[[], Iterator[TableRow]]

    @property
    def delimiter(self) -> str:
        """What parts the cells in the text of a record."""
        return DELIMITER

    def records(self) -> Iterator[SourceRecord]:
        """The records below the header. Raises CannotGoOn if the file cannot be read on."""
        account = self.account
        names = tuple(map(str.strip, self.header.names))
        for row in self.rows():
            if isinstance(row, BlankLines):
                account.lines += row.count
                account.blank += row.count
                continue
            account.lines += row.last_line - row.line + 1
            account.in_records += row.last_line - row.line + 1
            account.records += 1
            if isinstance(row, Record) and _is_row(row, names):
                yield repeats_header(row, self.settings)
            else:
                yield row

    def pieces(self, _scan: StretchScan[CleanStretch]) -> Iterator[SourceRecord]:
        """The same records, one by one."""
        return self.records()


def _is_row(record: Record, names: tuple[str, ...]) -> bool:
    cells = record.cells
    return bool(names) and cells[0].strip() == names[0] and tuple(map(str.strip, cells)) == names


def head_account(header: Header) -> SourceAccount:
    """The account of a table of which the header has been read, and nothing below it."""
    return SourceAccount(lines=header.last_line, head=header.last_line)
