"""A rejects file of an earlier run as sources of forms: one for each file whose records stand in it.

A person has corrected what stands in the column `raw`. The records are read with the header and the delimiter of their
own file, and keep their line numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_framing import (
    MAX_RECORD_BYTES,
    NUL,
    REPEATED_HEADER,
    UNDECODABLE,
    WRONG_WIDTH,
    CsvRecords,
)
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Header, Record, RejectedRecord, SourceAccount, SourceRecord

COLUMNS = ("file", "line", "last_line", "column", "code", "message", "raw")
"""The header of a rejects file, by which it is known."""
HEADER = "header"
EXCLUDED = "excluded-"
"""How the code of a record starts that was left out on purpose."""
UNREADABLE_MARK = "\ufffd"
"""Stands in `raw` for what could not be read."""
UNREADABLE_BYTES = frozenset({NUL, UNDECODABLE})
UNENDED = "unended"
DELIMITER_WORDS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SAID_BEFORE = "the header of the file; its columns are parted by "
LARGEST = 256 * 1024 * 1024
BAD_REJECTS = "bad-rejects"

Row = list[str]
KeyT = TypeVar("KeyT")


def header_message(delimiter: str) -> str:
    """What the line of a header says, so that its records can be parted again."""
    return f"{SAID_BEFORE}{DELIMITER_WORDS[delimiter]}"


def is_rejects_file(start: bytes) -> bool:
    """Whether a file that starts so is a rejects file, be it as it was written or as a spreadsheet has saved it."""
    words = start.removeprefix(b"\xef\xbb\xbf").splitlines()[:1]
    return bool(words) and any(_names(words[0], mark) == COLUMNS for mark in DELIMITER_WORDS)


def _names(line: bytes, delimiter: str) -> tuple[str, ...]:
    return tuple(name.strip('"') for name in line.decode("ascii", "replace").split(delimiter))


@dataclass(frozen=True, slots=True)
class _RejectedText:
    """A record of a rejects file: its lines, its codes, and its text as it is now."""

    line: int
    last_line: int
    codes: frozenset[str]
    raw: str

    @property
    def still_unreadable(self) -> str:
        """The code of a text that was not mended, where that can be seen; else empty."""
        if not self.raw.strip():
            return min(self.codes - {""}, default=WRONG_WIDTH)
        return min(self.codes & UNREADABLE_BYTES, default="") if UNREADABLE_MARK in self.raw else ""


@dataclass(frozen=True, slots=True)
class RejectsSource:
    """The records of one file in a rejects file; see `Source`. They are all in memory."""

    name: str
    header: Header
    delimiter: str
    account: SourceAccount
    remarks: tuple[str, ...]
    allow_unended: bool
    _records: tuple[_RejectedText, ...]

    def records(self) -> Iterator[SourceRecord]:
        """The records as they were corrected."""
        for rejected in self._records:
            for record in self._read(rejected):
                self.account.records += 1
                self.account.in_records += record.last_line - record.line + 1
                self.account.lines += record.last_line - record.line + 1
                yield record

    def _read(self, rejected: _RejectedText) -> Iterator[Record | RejectedRecord]:
        """The records in a text. What a person has not mended stays rejected; a record may become several."""
        raw = rejected.raw.encode()
        code = rejected.still_unreadable
        if code:
            yield RejectedRecord(rejected.line, rejected.last_line, code, raw)
            return
        for record in CsvRecords(io.BytesIO(raw + b"\n"), self.delimiter, width=len(self.header.names)):
            yield self._placed(record, rejected)

    def _placed(self, record: Record | RejectedRecord, rejected: _RejectedText) -> Record | RejectedRecord:
        """A record with its lines in the file that it comes from."""
        line, last_line = rejected.line + record.line - 1, rejected.line + record.last_line - 1
        if isinstance(record, RejectedRecord):
            return RejectedRecord(line, last_line, record.code, record.raw)
        if tuple(map(str.strip, record.cells)) == tuple(map(str.strip, self.header.names)):
            return RejectedRecord(line, last_line, REPEATED_HEADER, record.raw)
        unended = UNENDED in rejected.codes and not self.allow_unended
        return Record(line, last_line, record.cells, record.raw, unended)


def open_rejects(name: str, stream: BinaryIO, settings: FileSettings) -> list[RejectsSource] | InputProblem:
    """The sources in a rejects file, or why it cannot be read. Of the settings, how it is written itself counts."""
    try:
        rows = _rows(stream.read(LARGEST + 1), settings)
    except (UnicodeDecodeError, csv.Error):
        return InputProblem(name, None, BAD_REJECTS, "the rejects file cannot be read", SAVE_AS)
    if any(len(row) != len(COLUMNS) or not (row[1].isdecimal() and row[2].isdecimal()) for row in rows):
        return InputProblem(name, None, BAD_REJECTS, "a line of the rejects file is not as it was written", MEND)
    found = [_source(file, of_file, settings) for file, of_file in _grouped(rows, lambda row: row[0])]
    sources = [source for source in found if source is not None]
    if not found or len(sources) < len(found):
        return InputProblem(name, None, BAD_REJECTS, "the rejects file lacks the line of a header", MEND)
    return sources


def _grouped(rows: Iterable[Row], key: Callable[[Row], KeyT]) -> list[tuple[KeyT, list[Row]]]:
    """The rows by their key; neither the groups nor the rows of one have to stand together."""
    groups: dict[KeyT, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [*groups.items()]


SAVE_AS = "Save it as CSV in UTF-8."
MEND = "Change the column raw alone; the line of the header and the numbers of the lines are needed."


def _rows(content: bytes, settings: FileSettings) -> list[Row]:
    """The rows below the header of a rejects file, without what keeps a spreadsheet from running a cell."""
    text = content.decode("utf-8-sig" if settings.encoding in {None, "utf-8"} else str(settings.encoding))
    delimiter = next(mark for mark in DELIMITER_WORDS if _names(text.splitlines()[0].encode(), mark) == COLUMNS)
    before = csv.field_size_limit(2 * MAX_RECORD_BYTES)
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)][1:]
    finally:
        csv.field_size_limit(before)
    return [[cell.removeprefix("'") for cell in row] for row in rows if any(row)]


def _source(file: str, rows: Sequence[Row], settings: FileSettings) -> RejectsSource | None:
    """The source of the rows of one file; None if there is not exactly one line of its header that can be read."""
    heads = [row for row in rows if row[4] == HEADER]
    delimiter = _delimiter(heads[0][5]) if len(heads) == 1 else None
    if delimiter is None:
        return None
    line, last_line, raw = int(heads[0][1]), int(heads[0][2]), heads[0][6]
    framed = next(iter(CsvRecords(io.BytesIO(raw.encode() + b"\n"), delimiter)), None)
    if not isinstance(framed, Record):
        return None
    head = last_line - line + 1
    header = Header(tuple(framed.cells), line, last_line)
    account = SourceAccount(lines=head, head=head)
    records = tuple(_records(row for row in rows if row[4] != HEADER))
    return RejectsSource(file, header, delimiter, account, (), settings.allow_unended, records)


def _delimiter(message: str) -> str | None:
    words = {word: mark for mark, word in DELIMITER_WORDS.items()}
    return words.get(message.removeprefix(SAID_BEFORE))


def _records(rows: Iterable[Row]) -> Iterator[_RejectedText]:
    """The records that are to be read again: not those that were left out on purpose."""
    for (line, last_line), of_record in sorted(_grouped(rows, lambda row: (int(row[1]), int(row[2])))):
        codes = frozenset(row[4].strip() for row in of_record)
        if not any(code.startswith(EXCLUDED) for code in codes):
            yield _RejectedText(line, last_line, codes, next((row[6] for row in of_record if row[6].strip()), ""))
