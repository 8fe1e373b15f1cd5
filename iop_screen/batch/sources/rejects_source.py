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
    NUL,
    REPEATED_HEADER,
    UNDECODABLE,
    WRONG_WIDTH,
    CsvRecords,
)
from iop_screen.batch.sources.csv_problems import CP1252_HINT
from iop_screen.batch.sources.decoding import marked_encoding
from iop_screen.batch.sources.file_kinds import as_argument
from iop_screen.batch.sources.physical_lines import MAX_RECORD_BYTES, StretchScan
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import CleanStretch, Header, Record, RejectedRecord, SourceAccount, SourceRecord
from iop_screen.batch.sources.spreadsheet.problems import MERGED_CELL

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
NO_LINE = 0
"""Stands for the line of the header of a file that has no lines."""
LONGEST_NUMBER = 15
"""No file has a line whose number has more digits."""
LARGEST = 256 * 1024 * 1024
BAD_REJECTS = "bad-rejects"

Row = list[str]
KeyT = TypeVar("KeyT")


def header_message(delimiter: str) -> str:
    """What the line of a header says, so that its records can be parted again."""
    return f"{SAID_BEFORE}{DELIMITER_WORDS[delimiter]}"


def is_rejects_file(start: bytes) -> bool:
    """Whether a file that starts so is a rejects file, be it as it was written or as a spreadsheet has saved it."""
    if marked_encoding(start) == "utf-16":
        text = start[: len(start) // 2 * 2].decode("utf-16", "replace")
    else:
        text = start.decode("utf-8-sig", "replace")
    return _delimiter_of(text) is not None


def _delimiter_of(text: str) -> str | None:
    """What parts the columns of a rejects file; None if the text does not begin with its header."""
    first = text.lstrip("\ufeff").splitlines()[:1]
    return next((mark for mark in DELIMITER_WORDS if first and _names(first[0], mark) == COLUMNS), None)


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(name.strip('"') for name in line.split(delimiter))


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
        if MERGED_CELL in self.codes:  # its blank cells cannot be told from those that a person has looked at
            return MERGED_CELL
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

    def pieces(self, _scan: StretchScan[CleanStretch]) -> Iterator[SourceRecord]:
        """The same records, one by one; they are few."""
        return self.records()

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
        line, last_line = rejected.line, rejected.last_line
        if self.header.line is not None:
            line, last_line = rejected.line + record.line - 1, rejected.line + record.last_line - 1
        if isinstance(record, RejectedRecord):
            return RejectedRecord(line, last_line, record.code, record.raw)
        if tuple(map(str.strip, record.cells)) == tuple(map(str.strip, self.header.names)):
            return RejectedRecord(line, last_line, REPEATED_HEADER, record.raw)
        unended = UNENDED in rejected.codes and not self.allow_unended
        return Record(line, last_line, record.cells, record.raw, unended)


def open_rejects(name: str, stream: BinaryIO, settings: FileSettings) -> list[RejectsSource] | InputProblem:
    """The sources in a rejects file, or why it cannot be read. Of the settings, how it is written itself counts.

    A rejects file is written as UTF-8, so that is tried first. If it has been cut, its last record is `unended`.
    """
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        return InputProblem(name, None, BAD_REJECTS, "the rejects file has more than 256 MiB", "Split it in parts.")
    text = _text(content, settings)
    if text is None:
        return _not_decoded(name, settings)
    try:
        rows = _rows(text)
    except csv.Error:
        return InputProblem(name, None, BAD_REJECTS, "the rejects file cannot be read", LOOK_FOR_QUOTE)
    if any(len(row) != len(COLUMNS) or not _has_lines(row) for row in rows):
        return InputProblem(name, None, BAD_REJECTS, "a line of the rejects file is not as it was written", MEND)
    if rows and not text.endswith(("\n", "\r")) and rows[-1][4] != HEADER:
        rows[-1][4] = rows[-1][4] if rows[-1][4].startswith(EXCLUDED) else f"{rows[-1][4]};{UNENDED}"
    found = [_source(file, of_file, settings) for file, of_file in _grouped(rows, lambda row: row[0])]
    sources = [source for source in found if source is not None]
    if not found or len(sources) < len(found):
        return InputProblem(name, None, BAD_REJECTS, "the rejects file lacks the line of a header", MEND)
    return sources


def _not_decoded(name: str, settings: FileSettings) -> InputProblem:
    """That a rejects file is not in UTF-8; the option for Excel on Windows, if that was not tried."""
    message = "the rejects file is not in UTF-8"
    if settings.encoding == "cp1252":
        return InputProblem(name, None, BAD_REJECTS, message, "Save it as CSV in UTF-8.")
    options = ("--encoding", "cp1252", *(["--allow-unended"] if settings.allow_unended else []))
    command = ("iop-screen", "score", as_argument(name), *options)
    return InputProblem(name, None, BAD_REJECTS, message, f"{CP1252_HINT}.", () if name == "-" else command)


def _has_lines(row: Row) -> bool:
    """Whether the numbers of a row can be those of the lines of a record."""
    if not all(number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER for number in row[1:3]):
        return False
    if row[4] == HEADER and int(row[1]) == NO_LINE:
        return int(row[2]) == NO_LINE
    return 1 <= int(row[1]) <= int(row[2])


def _grouped(rows: Iterable[Row], key: Callable[[Row], KeyT]) -> list[tuple[KeyT, list[Row]]]:
    """The rows by their key; neither the groups nor the rows of one have to stand together."""
    groups: dict[KeyT, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [*groups.items()]


LOOK_FOR_QUOTE = "Look for a quote that is missing or not doubled, or write it again with --rejects."
MEND = "Change the column raw alone; the line of the header and the numbers of the lines are needed."


def _text(content: bytes, settings: FileSettings) -> str | None:
    """A rejects file as text, by its mark, as UTF-8, or as was said; None if it cannot be read so."""
    for encoding in ("utf-16" if marked_encoding(content) == "utf-16" else "utf-8-sig", settings.encoding or "utf-8"):
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str) -> list[Row]:
    """The rows below the header of a rejects file, without what keeps a spreadsheet from running a cell."""
    before = csv.field_size_limit(2 * MAX_RECORD_BYTES)
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter_of(text) or ",", strict=True)][1:]
    finally:
        csv.field_size_limit(before)
    return [[cell.removeprefix("'") for cell in row] for row in rows if any(row)]


def _source(file: str, rows: Sequence[Row], settings: FileSettings) -> RejectsSource | None:
    """The source of the rows of one file; None if there is not exactly one header that can be read.

    The rejects of several rejects files of one input have it as often as there were such files.
    """
    heads = [row for place, row in enumerate(rows) if row[4] == HEADER and row not in rows[:place]]
    delimiter = _delimiter(heads[0][5]) if len(heads) == 1 else None
    if delimiter is None:
        return None
    line, last_line, raw = int(heads[0][1]), int(heads[0][2]), heads[0][6]
    framed = next(iter(CsvRecords(io.BytesIO(raw.encode() + b"\n"), delimiter)), None)
    if not isinstance(framed, Record):
        return None
    has_lines = line != NO_LINE
    head = last_line - line + 1 if has_lines else 0
    header = Header(tuple(framed.cells), line if has_lines else None, last_line)
    account = SourceAccount(lines=head, head=head)
    records = tuple(_records(row for row in rows if row[4] != HEADER))
    return RejectsSource(file, header, delimiter, account, (), settings.allow_unended, records)


def _delimiter(message: str) -> str | None:
    words = {word: mark for mark, word in DELIMITER_WORDS.items()}
    return words.get(message.removeprefix(SAID_BEFORE))


def _records(rows: Iterable[Row]) -> Iterator[_RejectedText]:
    """The records that are to be read again: not those that were left out on purpose."""
    for (line, last_line), of_lines in sorted(_grouped(rows, lambda row: (int(row[1]), int(row[2])))):
        for of_record in _by_record(of_lines):
            codes = frozenset(code.strip() for row in of_record for code in row[4].split(";"))
            if not any(code.startswith(EXCLUDED) for code in codes):
                raw = next((row[6] for row in of_record if row[6].strip()), "")
                yield _RejectedText(line, last_line, codes, raw)


def _by_record(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows of the same lines by their records: each text but the first begins another one.

    Records that were one before have the same lines, too.
    """
    records: list[list[Row]] = [[]]
    for row in rows:
        if row[6].strip() and any(before[6].strip() for before in records[-1]):
            records.append([])
        records[-1].append(row)
    return records
