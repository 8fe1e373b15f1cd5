"""A file of separated values as a source of forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_framing import NOT_UTF_8, NUL, CsvRecords
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Header, Record, RejectedRecord, SourceAccount


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A CSV file whose header has been read; see `Source`."""

    name: str
    header: Header
    account: SourceAccount
    remarks: tuple[str, ...]
    _framed: CsvRecords

    @property
    def delimiter(self) -> str:
        """What parts the cells."""
        return self._framed.delimiter

    def records(self) -> Iterator[Record | RejectedRecord]:
        """The records below the header."""
        count = self._framed.line_count
        for record in self._framed:
            self.account.records += 1
            yield record
            self._take_over(count.lines, count.blank, count.in_records)
        self._take_over(count.lines, count.blank, count.in_records)

    def _take_over(self, lines: int, blank: int, in_records: int) -> None:
        self.account.lines, self.account.blank = lines, blank
        self.account.in_records = in_records - self.account.head


def open_csv(name: str, stream: BinaryIO, settings: FileSettings) -> CsvSource | InputProblem:
    """Read the header of a CSV file, or say why it has none that can be used."""
    framed = CsvRecords(stream, settings.delimiter or ",")
    header = next(iter(framed), None)
    if header is None:
        return InputProblem(name, None, "no-header", "the file has no header: it is empty")
    if isinstance(header, RejectedRecord):
        hint = "is it UTF-16? save it as CSV in UTF-8" if header.code in {NUL, NOT_UTF_8} else ""
        return InputProblem(name, header.line, "no-header", f"the header cannot be read: {header.code}", hint)
    head = header.last_line - header.line + 1
    names = Header(tuple(header.cells), header.line, header.last_line)
    return CsvSource(name, names, SourceAccount(head=head), (), framed)
