"""The physical lines of a stream, one at a time or a stretch of many at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from iop_screen.batch.sources.source import SourceAccount
from iop_screen.core.exits import CannotGoOn, Exit, system_reason

MAX_RECORD_BYTES = 1024 * 1024
BLOCK_BYTES = 1024 * 1024
UTF8_BOM = b"\xef\xbb\xbf"
LINE_ENDS = (b"\n", b"\r")

TOO_LONG = b""
"""What stands for a physical line over the bound; no other line has no bytes."""


class ByteStream(Protocol):
    """What bytes are read from; no bytes are the end."""

    def read(self, size: int, /) -> bytes:
        """Some bytes, about as many as are asked for."""


class Stretch(Protocol):
    """Records of one line each that stand next to each other: how many, and where in the block they end."""

    @property
    def records(self) -> int:
        """How many records these are; each is one physical line."""

    @property
    def end(self) -> int:
        """Where in the block the line after them begins."""


StretchT = TypeVar("StretchT", bound=Stretch)
StretchT_co = TypeVar("StretchT_co", bound=Stretch, covariant=True)


class StretchScan(Protocol[StretchT_co]):
    """What reads many clean lines at once; it likes blocks of so many bytes."""

    @property
    def block_bytes(self) -> int:
        """How many bytes to read at once."""

    def take(self, block: bytes, start: int, end: int, line: int) -> StretchT_co | None:
        """The clean lines at the start of a part of a block; None if the first is not clean.

        The part ends with a line end. `line` is the number of its first line. A line is clean if the exact framing
        would read a record from it alone, with as many cells as the header has.
        """


@dataclass(slots=True)
class PhysicalLines:
    """The lines of a stream with their line ends, in memory only up to the bound on a record; `account` counts them.

    Lines end with LF, CR or CRLF. A mark of UTF-8 at the start is no part of the first one.
    """

    stream: ByteStream
    account: SourceAccount
    _block: bytes = b""
    _at: int = 0
    _last_newline: int = -1
    _begun: bool = False
    _ended: bool = False
    _too_long: bool = False
    _waiting: deque[bytes] = field(default_factory=deque)

    def take(self) -> bytes | None:
        """The next line, whatever it is; None is the end. Raises CannotGoOn if the stream cannot be read."""
        line = self._waiting.popleft() if self._waiting else self._next()
        self.account.lines += line is not None
        return line

    def put_back(self, lines: Sequence[bytes]) -> None:
        """Let the lines that were taken last be read again."""
        self.account.lines -= len(lines)
        if self._waiting or TOO_LONG in lines:
            self._waiting.extendleft(reversed(lines))
        elif lines:
            self._set_block(b"".join(lines) + self._block[self._at :])

    def take_stretch(self, scan: StretchScan[StretchT]) -> StretchT | None:
        """The clean lines that come next, as far as they are in memory; None if the next line is to be read alone."""
        if self._waiting or self._too_long:
            return None
        if self._last_newline < self._at and not self._ended and len(self._block) - self._at <= MAX_RECORD_BYTES:
            self._refill(scan.block_bytes)
        if self._last_newline < self._at:
            return None
        found = scan.take(self._block, self._at, self._last_newline + 1, self.account.lines + 1)
        if found is not None:
            self._at = found.end
            self.account.lines += found.records
        return found

    def _next(self) -> bytes | None:
        while True:
            end = self._line_end()
            if end:
                line, self._at = self._block[self._at : end], end
                too_long = self._too_long or len(line) > MAX_RECORD_BYTES
                self._too_long = False
                return TOO_LONG if too_long else line
            if self._ended:
                return None
            if len(self._block) - self._at > MAX_RECORD_BYTES:
                self._too_long, self._at = True, len(self._block) - 1
            self._refill()

    def _line_end(self) -> int:
        """Where the next line ends; 0 if more has to be read to know, or if there is none."""
        block, at = self._block, self._at
        newline = block.find(b"\n", at) if self._last_newline >= at else -1
        carriage = block.find(b"\r", at, None if newline < 0 else newline)
        if carriage >= 0 and carriage + 1 < len(block):
            return carriage + 2 if carriage + 1 == newline else carriage + 1
        if carriage < 0 and newline >= 0:
            return newline + 1
        return len(block) if self._ended and at < len(block) else 0

    def _refill(self, size: int | None = None) -> None:
        rest = self._block[self._at :]
        if not self._begun:
            rest, self._begun = read_bytes(self.stream, len(UTF8_BOM)).removeprefix(UTF8_BOM), True
        more = read_bytes(self.stream, size or BLOCK_BYTES)
        self._ended = not more
        self._set_block(rest + more)

    def _set_block(self, block: bytes) -> None:
        self._block, self._at, self._last_newline = block, 0, block.rfind(b"\n")


def read_bytes(stream: ByteStream, size: int) -> bytes:
    """Some bytes of a stream. Raises CannotGoOn if it cannot be read."""
    try:
        return stream.read(size)
    except OSError as error:
        raise CannotGoOn(f"cannot read the input: {system_reason(error)}", Exit.FILE) from None
