"""Turns bytes into records, with exact line numbers and nothing lost.

Every physical line is part of a record, or blank, or rejected with its number and the reason. What is wrong inside a
record (its width, a NUL, bytes that are not UTF-8, a cell that may hold a whole record) does not end it: if each
of its quoted cells closes as RFC 4180 says, all its lines are one record, which is rejected. So no line inside a cell
becomes a record of its own. If a quoted cell never closes, or text follows its closing quote, nobody can tell where
the record ends: it then has the lines up to the one on which that cell begins, and reading goes on with the next. So a
stray quote does not take the records after it along. A cell that goes on past 1 MiB counts as one that never closes.

Lines end with LF, CR or CRLF. A quote inside an unquoted cell is just a character. Nothing is guessed: not the
delimiter, not the encoding, not the width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from iop_screen.batch.sources import physical_lines
from iop_screen.batch.sources.physical_lines import LINE_ENDS, ByteStream, PhysicalLines, StretchScan, StretchT
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, SourceAccount

WRONG_WIDTH = "wrong-width"
TRAILING_DELIMITER = "trailing-delimiter"
NUL = "nul"
UNDECODABLE = "undecodable"
UNCLOSED_QUOTE = "unclosed-quote"
TEXT_AFTER_QUOTE = "text-after-quote"
SWALLOWED_RECORD = "swallowed-record"
RECORD_TOO_LONG = "too-long"
REPEATED_HEADER = "repeated-header"
REJECTIONS = (
    WRONG_WIDTH,
    TRAILING_DELIMITER,
    NUL,
    UNDECODABLE,
    UNCLOSED_QUOTE,
    TEXT_AFTER_QUOTE,
    SWALLOWED_RECORD,
    RECORD_TOO_LONG,
    REPEATED_HEADER,
)
"""Why a record is rejected. Framing knows no header, so the last one is for the source to find."""


@dataclass(slots=True)
class CsvRecords:
    """The records of a stream, one after another. `account` is right after each of them; it knows no head.

    Every record has `width` cells; while that is 0, the next record sets it. `last` is a record, rejected or not, that
    the stream ends in without a line end; one that was read is `unended` unless that is allowed.
    """

    stream: ByteStream
    delimiter: str
    account: SourceAccount = field(default_factory=SourceAccount)
    width: int = 0
    allow_unended: bool = False
    last: Record | RejectedRecord | None = None
    lines: PhysicalLines = field(init=False)

    def __post_init__(self) -> None:
        self.lines = PhysicalLines(self.stream, self.account)

    def __iter__(self) -> Iterator[Record | RejectedRecord]:
        while (record := self._next()) is not None:
            yield record

    def pieces(self, scan: StretchScan[StretchT]) -> Iterator[Record | RejectedRecord | StretchT]:
        """The same records, of which those that `scan` finds clean come as stretches of several. `width` must be set.

        Only what is not clean goes through the exact framing, and it goes on where that ended.
        """
        while True:
            stretch = self.lines.take_stretch(scan)
            if stretch is not None:
                self.account.in_records += stretch.records
                self.account.records += stretch.records
                yield stretch
            elif (record := self._next()) is not None:
                yield record
            else:
                return

    def _next(self) -> Record | RejectedRecord | None:
        """The next record; None is the end. Lines that are blank are counted and passed over."""
        account = self.account
        while (line := self.lines.take()) is not None:
            if line and not line.strip(b" \r\n"):
                account.blank += 1
                continue
            record = self._quoted_record(line) if b'"' in line else self._plain_record(line)
            account.in_records += record.last_line - record.line + 1
            account.records += 1
            if not self.width and isinstance(record, Record):
                self.width = len(record.cells)
            if record.raw and not record.raw.endswith(LINE_ENDS):  # a line that is too long has no bytes
                self.last = record
            return record
        return None

    def row(self) -> Record | RejectedRecord | None:
        """The next record, however many cells it has; those after it have as many. None is the end."""
        self.width = 0
        return self._next()

    def _plain_record(self, line: bytes) -> Record | RejectedRecord:
        number, code = self.account.lines, _damage(line)
        if code:
            return RejectedRecord(number, number, code, line)
        return self._of_width(number, line, line.decode("utf-8").rstrip("\r\n").split(self.delimiter))

    def _of_width(self, first: int, raw: bytes, cells: list[str]) -> Record | RejectedRecord:
        last = self.account.lines
        if self.width and len(cells) != self.width:
            return RejectedRecord(first, last, _width_code(cells, self.width), raw)
        if raw.endswith(LINE_ENDS):
            return Record(first, last, cells, raw)
        return Record(first, last, cells, raw, unended=not self.allow_unended)

    def _quoted_record(self, line: bytes) -> Record | RejectedRecord:
        """Read as many lines as the quotes ask for; those that turn out not to belong to the record are put back."""
        first, taken, size = self.account.lines, [line], len(line)
        scanner = _CellScanner(self.delimiter.encode(), self.width)
        damage, code = _damage(line), scanner.feed(line)
        while scanner.is_open and not code:
            following = self.lines.take()
            size += len(following or b"")
            if not following or size > physical_lines.MAX_RECORD_BYTES:
                self.lines.put_back([] if following is None else [following])
                code = UNCLOSED_QUOTE
            else:
                taken.append(following)
                damage, code = damage or _damage(following), scanner.feed(following)
        if code:
            kept = scanner.opened_on
            self.lines.put_back(taken[kept:])
            return RejectedRecord(first, first + kept - 1, code, b"".join(taken[:kept]))
        damage = damage or scanner.swallowed
        if damage:
            return RejectedRecord(first, self.account.lines, damage, b"".join(taken))
        return self._of_width(first, b"".join(taken), [cell.decode("utf-8") for cell in scanner.cells])


class _CellScanner:
    """Reads the cells of one record line by line, as bytes; the delimiter and the quote are ASCII.

    `opened_on` is the line of the record, from 1, on which the last quoted cell begins. `swallowed` is a code if a
    cell of several lines has so many delimiters that there may be records in it. Where one stray quote opens in a
    record and another one closes in the same column of the next, the cell between them has as many as the header.
    """

    def __init__(self, delimiter: bytes, width: int) -> None:
        self.cells: list[bytes] = []
        self.is_open = False
        self.opened_on = 0
        self.swallowed = ""
        self._delimiter, self._width = delimiter, width
        self._fed = 0
        self._parts: list[bytes] = []

    def feed(self, line: bytes) -> str:
        """Read the next line; a code if nobody can tell where the record ends, else nothing."""
        bare, position = line.rstrip(b"\r\n"), 0
        self._fed += 1
        while position <= len(bare):
            if self.is_open or bare[position : position + 1] == b'"':
                position, code = self._quoted(line, bare, position)
                if code or self.is_open:
                    return code
            else:
                position = self._unquoted(bare, position)
        return ""

    def _unquoted(self, bare: bytes, position: int) -> int:
        """Read all cells before the next quoted one; where that starts."""
        end = bare.find(self._delimiter + b'"', position)
        end = len(bare) if end < 0 else end
        self.cells += bare[position:end].split(self._delimiter)
        return end + 1

    def _quoted(self, line: bytes, bare: bytes, position: int) -> tuple[int, str]:
        """Read a quoted cell to its end or the end of the line; where the next cell starts, and a code."""
        continued = self.is_open
        if not continued:
            self.opened_on = self._fed
        start = position if continued else position + 1
        quote = _closing_quote(bare, start)
        if quote < 0:
            self._parts.append(line[start:])
            self.is_open = True
            return len(line), ""
        self._parts.append(line[start:quote])
        cell = b"".join(self._parts)
        if continued and self._width and cell.count(self._delimiter) >= self._width - 1:
            self.swallowed = SWALLOWED_RECORD
        self.cells.append(cell.replace(b'""', b'"'))
        self._parts, self.is_open = [], False
        ended = bare[quote + 1 : quote + 2] in (b"", self._delimiter)
        return quote + 2, "" if ended else TEXT_AFTER_QUOTE


def _closing_quote(bare: bytes, position: int) -> int:
    """Where the first quote stands that is not doubled; -1 if there is none."""
    while (quote := bare.find(b'"', position)) >= 0 and bare[quote + 1 : quote + 2] == b'"':
        position = quote + 2
    return quote


def repeats_header(record: Record, settings: FileSettings) -> RejectedRecord | ExcludedRecord:
    """A record that repeats a row of the header: it is rejected, or excluded if the settings say so."""
    kind = ExcludedRecord if settings.repeated_header else RejectedRecord
    return kind(record.line, record.last_line, REPEATED_HEADER, record.raw)


def _width_code(cells: Sequence[str], width: int) -> str:
    """Why a record has another width than the header: delimiters too many at its end, or something else."""
    return TRAILING_DELIMITER if len(cells) > width and not any(map(str.strip, cells[width:])) else WRONG_WIDTH


def _damage(line: bytes) -> str:
    """What is wrong with the bytes of a line; nothing if they can be read."""
    if not line:
        return RECORD_TOO_LONG
    if b"\0" in line:
        return NUL
    if not line.isascii():
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return UNDECODABLE
    return ""
