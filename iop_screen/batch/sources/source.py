"""What every source of forms gives, whatever its format: a header, records in order, and an account of what it read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from iop_screen.batch.sources.physical_lines import StretchScan


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record. It covers the lines from `line` to `last_line`, which count from 1.

    `raw` is what was written, with its line ends, as UTF-8. `unended` says that its last cell may have been cut, mostly
    since the file ends in it without a line end; `unbegun` that the start of its first cell may be missing.
    `rejected_for` is the code of what keeps it from being scored although it can be read; it is judged for danger.
    """

    line: int
    last_line: int
    cells: list[str]
    raw: bytes
    unended: bool = False
    unbegun: bool = False
    rejected_for: str = ""


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record that could not be read, and why: its lines, a code, and what was written (empty if that is too long)."""

    line: int
    last_line: int
    code: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class ExcludedRecord:
    """A record that is left out because somebody said so, and by what: its lines, the reason, and what was written."""

    line: int
    last_line: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class CleanLines:
    """Records of one line each. `line` is the number of the first, `cells` are the cells of all, one after another.

    `end` is where in its block the line after them begins; `line_end` is what ends each line.
    """

    line: int
    records: int
    end: int
    cells: list[str]
    delimiter: str
    line_end: str

    @property
    def width(self) -> int:
        """How many cells each record has."""
        return len(self.cells) // self.records

    def record(self, place: int) -> Record:
        """One of the records, from 0."""
        cells = self.cells[place * self.width : (place + 1) * self.width]
        raw = (self.delimiter.join(cells) + self.line_end).encode()
        return Record(self.line + place, self.line + place, cells, raw)

    def places_of(self, first_cells: Collection[str]) -> Iterable[int]:
        """The records whose first cell, without the blanks around it, is one of these."""
        return [at for at, cell in enumerate(self.cells[:: self.width]) if cell.strip() in first_cells]

    def part(self, start: int, stop: int) -> Iterator[CleanLines]:
        """The records from `start` up to `stop` as a stretch; nothing if there are none."""
        if start < stop:
            cells = self.cells[start * self.width : stop * self.width]
            yield CleanLines(self.line + start, stop - start, self.end, cells, self.delimiter, self.line_end)


class CleanStretch(Protocol):
    """Records of one line each that stand next to each other, in one way or another."""

    @property
    def line(self) -> int:
        """The line of the first."""

    @property
    def records(self) -> int:
        """How many there are."""

    @property
    def end(self) -> int:
        """Where in its block the line after them begins."""

    def record(self, place: int) -> Record:
        """One of the records, from 0."""

    def part(self, start: int, stop: int) -> Iterator[CleanStretch]:
        """The records from `start` up to `stop` as a stretch; nothing if there are none."""

    def places_of(self, first_cells: Collection[str]) -> Iterable[int]:
        """The records whose first cell, without the blanks around it, is one of these; perhaps some more."""


UNENDED = "unended"
"""The code of a record or a cell that may have been cut, since the file ends in it without a line end."""

SourceRecord = Record | RejectedRecord | ExcludedRecord


@dataclass(slots=True)
class SourceAccount:
    """What became of the physical lines of a source: `lines` = `blank` + `head` + `in_records`.

    `head` are the lines of the header and of what stands before it, without blank ones that were not to be skipped.
    `records` counts what was read below the header, rejected and excluded records too. It grows as the source is read,
    and adds up at every record. `stamps` counts what the records say of the form that they were filled in on; see
    `form_stamp`.
    """

    lines: int = 0
    blank: int = 0
    head: int = 0
    in_records: int = 0
    records: int = 0
    stamps: Counter[str] = field(default_factory=Counter)

    @property
    def adds_up(self) -> bool:
        """Whether each line is counted once."""
        return self.lines == self.blank + self.head + self.in_records


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns as they are written, the line where they stand, and the last line of the head.

    `line` is None if the file has no lines: then that of a record is its number, and `last_line` of the head is 0.
    `left_out` are the indexes of columns with a status, and texts by which this kind of file says that a form does not
    count; a mapping of such a column goes before it. `displays` are the words that stand beside a code in the answers,
    by the text of the cell: several, if it was used in several ways. `code_labels` are what the file says of the codes
    of a column, by its index and the code, once for all or always in the same words; they are for a person to confirm.
    `titles` are, by their index, what the file calls columns beside their names, such as the text of a question.
    """

    names: tuple[str, ...]
    line: int | None
    last_line: int
    left_out: tuple[tuple[int, frozenset[str]], ...] = ()
    displays: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    code_labels: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)


class Headed(Protocol):
    """What has columns with names: a file of forms, or a frame."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def header(self) -> Header:
        """The names of the columns."""

    @property
    def delimiter(self) -> str:
        """What parts the cells in the text of a record."""


class Source(Headed, Protocol):
    """One file of forms."""

    @property
    def name(self) -> str:
        """The name of the file as the user gave it; `-` is standard input."""

    @property
    def account(self) -> SourceAccount:
        """What has been read so far."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was understood of the file and should be said, such as its encoding; no cell is named."""

    def records(self) -> Iterator[SourceRecord]:
        """The records below the header, in their order; to be called once. Each Record has as many cells as the header.

        Raises CannotGoOn if the file cannot be read on.
        """

    def pieces(self, scan: StretchScan[CleanStretch]) -> Iterator[SourceRecord | CleanStretch]:
        """The same records, to be called in place of `records`: where `scan` finds many clean ones, as a stretch."""
