"""What every source of forms gives, whatever its format: a header, records in order, and an account of what it read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record. It covers the lines from `line` to `last_line`, which count from 1.

    `raw` is what was written, with its line ends, as UTF-8. `unended` says that its last cell may have been cut, mostly
    since the file ends in it without a line end; `unbegun` that the start of its first cell may be missing.
    """

    line: int
    last_line: int
    cells: list[str]
    raw: bytes
    unended: bool = False
    unbegun: bool = False


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


UNENDED = "unended"
"""The code of a record or a cell that may have been cut, since the file ends in it without a line end."""

SourceRecord = Record | RejectedRecord | ExcludedRecord


@dataclass(slots=True)
class SourceAccount:
    """What became of the physical lines of a source: `lines` = `blank` + `head` + `in_records`.

    `head` are the lines of the header and of what stands before it, without blank ones that were not to be skipped.
    `records` counts what was read below the header, rejected and excluded records too. It grows as the source is read,
    and adds up at every record.
    """

    lines: int = 0
    blank: int = 0
    head: int = 0
    in_records: int = 0
    records: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether each line is counted once."""
        return self.lines == self.blank + self.head + self.in_records


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns as they are written, the line where they stand, and the last line of the head.

    `line` is None if the file has no lines: then that of a record is its number, and `last_line` of the head is 0.
    """

    names: tuple[str, ...]
    line: int | None
    last_line: int


class Source(Protocol):
    """One file of forms."""

    @property
    def name(self) -> str:
        """The name of the file as the user gave it; `-` is standard input."""

    @property
    def header(self) -> Header:
        """The names of the columns."""

    @property
    def delimiter(self) -> str:
        """What parts the cells in the text of a record."""

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
