"""A file of separated values as a source of forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_framing import CsvRecords, repeats_header
from iop_screen.batch.sources.csv_problems import NO_HEADER, FileStart, as_delimiter, delimiter_in
from iop_screen.batch.sources.decoding import decoded, first_bytes, marked_encoding
from iop_screen.batch.sources.file_kinds import file_kind
from iop_screen.batch.sources.header_rows import header_of
from iop_screen.batch.sources.likely import START_BYTES
from iop_screen.batch.sources.physical_lines import ByteStream, StretchScan
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import (
    CleanStretch,
    Header,
    Record,
    RejectedRecord,
    SourceAccount,
    SourceRecord,
)
from iop_screen.batch.sources.unused_settings import unused_settings

TEXT_SETTINGS = frozenset({"encoding", "delimiter", "skip_lines", "header_rows", "allow_unended"})
"""What can be said of how a text is written."""


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A CSV file whose header has been read; see `Source`. `settings` has the encoding and the delimiter it is read by.

    A record that repeats a row of the header is rejected, or excluded if the settings say so.
    """

    name: str
    header: Header
    settings: FileSettings
    account: SourceAccount
    _framed: CsvRecords
    _head_remarks: tuple[str, ...]
    _head_rows: tuple[tuple[str, ...], ...]

    @property
    def delimiter(self) -> str:
        """What parts the cells."""
        return self._framed.delimiter

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was understood of the file; what is said of its end is there once all records are read."""
        last = self._framed.last
        if last is None:
            return self._head_remarks
        what = "the header" if last.line <= self.header.last_line else f"the last record (line {last.line})"
        taken = self.settings.allow_unended and isinstance(last, Record)
        meaning = "it was taken as complete" if taken else "the file may have been cut there"
        return (*self._head_remarks, f"{what} has no line end; {meaning}")

    def records(self) -> Iterator[SourceRecord]:
        """The records below the header."""
        return map(self._checked, self._framed)

    def pieces(self, scan: StretchScan[CleanStretch]) -> Iterator[SourceRecord | CleanStretch]:
        """The records below the header; clean ones as stretches of many."""
        if len(self.header.names) == 1:  # no delimiter proves that a line is a record
            yield from self.records()
            return
        for piece in self._framed.pieces(scan):
            if isinstance(piece, Record | RejectedRecord):
                yield self._checked(piece)
            else:
                yield from self._checked_parts(piece)

    def _checked_parts(self, stretch: CleanStretch) -> Iterator[SourceRecord | CleanStretch]:
        """A stretch, parted where a record repeats a row of the header."""
        done = 0
        for place in stretch.places_of(self._first_cells):
            record = stretch.record(place)
            checked = self._checked(record)
            if checked is not record:
                yield from stretch.part(done, place)
                yield checked
                done = place + 1
        yield from stretch.part(done, stretch.records)

    def _checked(self, record: Record | RejectedRecord) -> SourceRecord:
        """The record, or that it repeats a row of the header."""
        if isinstance(record, Record) and record.cells[0].strip() in self._first_cells and self._is_header(record):
            return repeats_header(record, self.settings)
        return record

    @property
    def _first_cells(self) -> set[str]:
        return {row[0] for row in self._head_rows}

    def _is_header(self, record: Record) -> bool:
        return tuple(map(str.strip, record.cells)) in self._head_rows


def open_csv(name: str, stream: ByteStream, settings: FileSettings) -> CsvSource | InputProblem:
    """Read the header of a CSV file, or say why the file cannot be read as it is."""
    start = first_bytes(stream, START_BYTES)
    kind = file_kind(start)
    if kind is not None:
        return kind.problem(name)
    unused = unused_settings(name, settings, "a CSV file", TEXT_SETTINGS)
    if unused is not None:
        return unused
    encoding = settings.encoding or marked_encoding(start) or "utf-8"
    looked = FileStart(name, start, settings, replace(settings, encoding=encoding))
    return looked.encoding_problem() or _opened(looked, decoded(stream, start, encoding))


def _opened(looked: FileStart, stream: ByteStream) -> CsvSource | InputProblem:
    """Read what stands above the header; then the header."""
    said = looked.settings
    framed = CsvRecords(stream, "", allow_unended=said.allow_unended)
    skipped = sum(framed.lines.take() is not None for _ in range(said.skip_lines))
    if skipped < said.skip_lines:
        return looked.problem(NO_HEADER, f"the file has {skipped} lines, and more are to be skipped")
    named = "" if skipped else _named_delimiter(framed)
    problem = looked.named_problem(named)
    if problem:
        return problem
    framed.delimiter = delimiter = as_delimiter(named) or said.delimiter or ","
    return _with_head(replace(looked, settings=replace(said, delimiter=delimiter)), framed, named)


def _named_delimiter(framed: CsvRecords) -> str:
    """The delimiter that the first line names; if it names none, it is to be read again."""
    line = framed.lines.take()
    named = "" if line is None else delimiter_in(line)
    if line is not None and not named:
        framed.lines.put_back([line])
    return named


def _with_head(looked: FileStart, framed: CsvRecords, named: str) -> CsvSource | InputProblem:
    """Read the header."""
    settings, account, above = looked.settings, framed.account, framed.account.lines
    rows = [*islice(_rows(framed), settings.rows)]
    problem = looked.head_problem(rows)
    if problem:
        return problem
    good = [row for row in rows if isinstance(row, Record)]
    account.head, account.in_records, account.records = above + account.in_records, 0, 0
    return CsvSource(
        name=looked.name,
        header=header_of(good, settings.names_from),
        settings=settings,
        account=account,
        _framed=framed,
        _head_remarks=(*looked.encoding_remarks(), *looked.head_remarks(named)),
        _head_rows=tuple(cells for row in good if any(cells := tuple(map(str.strip, row.cells)))),
    )


def _rows(framed: CsvRecords) -> Iterator[Record | RejectedRecord]:
    while (row := framed.row()) is not None:
        yield row
