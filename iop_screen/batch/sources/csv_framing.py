"""Turns bytes into records, with exact line numbers and nothing lost.

Every physical line is part of a record, or blank, or rejected with its number and the reason. Of a record that spans
lines and cannot be read, only the first line is rejected and reading goes on with the second. So a quote that never
closes does not take the records after it along.

Lines end with LF, CR or CRLF. Quoting is that of RFC 4180; a quote inside an unquoted cell is just a character.
Nothing is guessed: not the delimiter, not the encoding, not the width.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from iop_screen.batch.sources.source import Record, RejectedRecord
from iop_screen.core.exits import CannotGoOn, Exit, system_reason

MAX_RECORD_BYTES = 1024 * 1024
BLOCK_BYTES = 256 * 1024
UTF8_BOM = b"\xef\xbb\xbf"

WRONG_WIDTH = "wrong-width"
NUL = "nul"
NOT_UTF_8 = "not-utf-8"
UNCLOSED_QUOTE = "unclosed-quote"
TEXT_AFTER_QUOTE = "text-after-quote"
SWALLOWED_RECORD = "swallowed-record"
RECORD_TOO_LONG = "too-long"
REJECTIONS = (WRONG_WIDTH, NUL, NOT_UTF_8, UNCLOSED_QUOTE, TEXT_AFTER_QUOTE, SWALLOWED_RECORD, RECORD_TOO_LONG)


@dataclass(frozen=True, slots=True)
class PhysicalLine:
    """A line of the file: its number from 1, and its bytes with the line end. One over the bound has no bytes."""

    number: int
    content: bytes
    too_long: bool = False


@dataclass(slots=True)
class LineCount:
    """What became of the physical lines: `lines` = `blank` + `in_records`; rejected lines count as in a record.

    `records` counts records, with the header and the rejected ones. `final_newline_missing` is about the last line.
    """

    lines: int = 0
    blank: int = 0
    in_records: int = 0
    records: int = 0
    final_newline_missing: bool = False


@dataclass(slots=True)
class CsvRecords:
    """The records of a stream, one after another; `line_count` is complete when they are all read.

    The first record is the header; every later one has as many cells as it.
    """

    stream: BinaryIO
    delimiter: str
    line_count: LineCount = field(default_factory=LineCount)
    width: int = 0
    _lines: Iterator[PhysicalLine] = field(init=False)
    _waiting: deque[PhysicalLine] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._lines = physical_lines(self.stream, self.line_count)

    def __iter__(self) -> Iterator[Record | RejectedRecord]:
        while (line := self._next_line()) is not None:
            if not line.content.strip(b" \r\n") and not line.too_long:
                self.line_count.blank += 1
                continue
            self.line_count.records += 1
            record = self._record(line)
            self.line_count.in_records += 1
            if isinstance(record, Record) and not self.width:
                self.width = len(record.cells)
            yield record

    def _next_line(self) -> PhysicalLine | None:
        return self._waiting.popleft() if self._waiting else next(self._lines, None)

    def _record(self, line: PhysicalLine) -> Record | RejectedRecord:
        code = _unusable(line)
        if code:
            return RejectedRecord(line.number, line.number, code, line.content)
        if b'"' in line.content:
            return self._quoted_record(line)
        return self._of_width([line], line.content.decode("utf-8").rstrip("\r\n").split(self.delimiter))

    def _of_width(self, lines: list[PhysicalLine], cells: list[str]) -> Record | RejectedRecord:
        first, last = lines[0].number, lines[-1].number
        raw = lines[0].content if len(lines) == 1 else b"".join(line.content for line in lines)
        if self.width and len(cells) != self.width:
            return RejectedRecord(first, last, WRONG_WIDTH, raw)
        return Record(first, last, cells, raw, unended=not raw.endswith((b"\n", b"\r")))

    def _quoted_record(self, first: PhysicalLine) -> Record | RejectedRecord:
        """Read as many lines as the quotes ask for; put all but the first back if they give no record."""
        scanner = _CellScanner(self.delimiter.encode(), self.width)
        taken, size = [first], len(first.content)
        code = scanner.feed(first.content)
        while not code and scanner.is_open and (line := self._next_line()) is not None:
            taken.append(line)
            size += len(line.content)
            if size > MAX_RECORD_BYTES:
                code = UNCLOSED_QUOTE
            elif self.width and len(scanner.cells) >= self.width:
                code = WRONG_WIDTH
            else:
                code = _unusable(line) or scanner.feed(line.content)
        if not code and not scanner.is_open:
            record = self._of_width(taken, [cell.decode("utf-8") for cell in scanner.cells])
            if isinstance(record, Record):
                self.line_count.in_records += len(taken) - 1
                return record
            code = record.code
        self._waiting.extendleft(reversed(taken[1:]))
        return RejectedRecord(first.number, first.number, code or UNCLOSED_QUOTE, first.content)


class _CellScanner:
    """Reads the cells of one record line by line, as bytes; the delimiter and the quote are ASCII."""

    def __init__(self, delimiter: bytes, width: int) -> None:
        self.delimiter, self.width = delimiter, width
        self.cells: list[bytes] = []
        self.is_open = False
        self._parts: list[bytes] = []

    def feed(self, line: bytes) -> str:
        """Read the next line; a code if the record cannot be read, empty if nothing is wrong so far."""
        bare, position = line.rstrip(b"\r\n"), 0
        while position <= len(bare):
            if self.is_open or bare[position : position + 1] == b'"':
                position, code = self._quoted(line, bare, position if self.is_open else position + 1)
                if code or self.is_open:
                    return code
            else:
                position = self._unquoted(bare, position)
        return ""

    def _unquoted(self, bare: bytes, position: int) -> int:
        end = bare.find(self.delimiter, position)
        end = len(bare) if end < 0 else end
        self.cells.append(bare[position:end])
        return end + 1

    def _quoted(self, line: bytes, bare: bytes, position: int) -> tuple[int, str]:
        """Read inside a quoted cell to its end or the end of the line; where the next cell starts, and a code."""
        start = position
        while (quote := bare.find(b'"', position)) >= 0 and bare[quote + 1 : quote + 2] == b'"':
            position = quote + 2
        continued = self.is_open
        if quote < 0:
            self._parts.append(line[start:])
            self.is_open = True
            return len(line), self._swallowed(bare) if continued else ""
        self._parts.append(line[start:quote])
        cell = b"".join(self._parts).replace(b'""', b'"')
        self._parts, self.is_open = [], False
        self.cells.append(cell)
        if bare[quote + 1 : quote + 2] not in (b"", self.delimiter):
            return 0, TEXT_AFTER_QUOTE
        return quote + 2, self._swallowed(bare[start:quote]) if continued else ""

    def _swallowed(self, inside: bytes) -> str:
        """A line inside a cell with as many delimiters as the header is most likely a record after a stray quote."""
        return SWALLOWED_RECORD if self.width and inside.count(self.delimiter) == self.width - 1 else ""


def physical_lines(stream: BinaryIO, line_count: LineCount) -> Iterator[PhysicalLine]:
    """Each line of a stream with its line end, in memory only up to the bound on a record; `line_count` is kept.

    Raises CannotGoOn if the stream cannot be read.
    """
    number, too_long = 0, False
    rest = _read(stream, len(UTF8_BOM)).removeprefix(UTF8_BOM)
    while True:
        block = _read(stream, BLOCK_BYTES)
        pieces = (rest + block).splitlines(keepends=True)
        rest = b""
        if block and pieces and not pieces[-1].endswith(b"\n"):
            rest = pieces.pop()
        for piece in pieces:
            number += 1
            line_count.lines = number
            too_long = too_long or len(piece) > MAX_RECORD_BYTES
            yield PhysicalLine(number, b"" if too_long else piece, too_long)
            too_long = False
        if not block:
            line_count.final_newline_missing = bool(pieces) and not pieces[-1].endswith((b"\n", b"\r"))
            return
        if len(rest) > MAX_RECORD_BYTES:
            rest, too_long = rest[-1:], True


def _read(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.read(size)
    except OSError as error:
        raise CannotGoOn(f"cannot read the input: {system_reason(error)}", Exit.FILE) from None


def _unusable(line: PhysicalLine) -> str:
    if line.too_long:
        return RECORD_TOO_LONG
    if b"\0" in line.content:
        return NUL
    if not line.content.isascii():
        try:
            line.content.decode("utf-8")
        except UnicodeDecodeError:
            return NOT_UTF_8
    return ""
