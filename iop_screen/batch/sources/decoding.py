"""The bytes of a file as UTF-8, whatever encoding it is written in."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import cast

from iop_screen.batch.sources.physical_lines import UTF8_BOM, ByteStream, read_bytes
from iop_screen.batch.sources.settings import Encoding

UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NEVER_UTF8 = "\udcff"
"""Stands for bytes that the encoding does not have: half a surrogate pair, which UTF-8 cannot hold."""


def _marked(error: UnicodeError) -> tuple[str, int]:
    return NEVER_UTF8, cast("UnicodeDecodeError", error).end


MARKED = "iop-screen-marked"
codecs.register_error(MARKED, _marked)


@dataclass(slots=True)
class Utf8Stream:
    """A stream in another encoding, read as UTF-8. Where it cannot be decoded, a byte stands that is not UTF-8.

    So exactly the record in which that byte stands is rejected. `codec` is a name that Python knows.
    """

    stream: ByteStream
    codec: str
    _decoder: codecs.IncrementalDecoder = field(init=False)
    _ended: bool = False

    def __post_init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder(self.codec)(MARKED)

    def read(self, size: int, /) -> bytes:
        """About so many bytes; none at the end only."""
        text = ""
        while not text and not self._ended:
            block = read_bytes(self.stream, size)
            self._ended = not block
            text = self._decoder.decode(block, self._ended)
        return text.encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class Resumed:
    """A stream of which the start has been read already."""

    start: bytes
    stream: ByteStream

    def read(self, size: int, /) -> bytes:
        """So many bytes, or fewer."""
        if not self.start:
            return self.stream.read(size)
        piece, self.start = self.start[:size], self.start[size:]
        return piece


def first_bytes(stream: ByteStream, size: int) -> bytes:
    """The first bytes of a stream: so many, or all that it has."""
    start = b""
    while len(start) < size and (more := read_bytes(stream, size - len(start))):
        start += more
    return start


def marked_encoding(start: bytes) -> Encoding | None:
    """The encoding that the mark at the start of a file names; None if there is no mark."""
    if start.startswith(UTF8_BOM):
        return "utf-8"
    return "utf-16" if start.startswith(UTF16_BOMS) else None


def utf16_codec(start: bytes) -> str:
    """Which of its two bytes comes first in a file in UTF-16: as its mark says, else as its first letters show.

    If they show nothing, it is little-endian, as Windows writes it.
    """
    if start.startswith(UTF16_BOMS):
        return "utf-16-be" if start.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > start[1::2].count(0) else "utf-16-le"


def looks_utf16(start: bytes) -> bool:
    """Whether about every second byte is NUL, as it is where letters are written with two bytes each."""
    first, second = start[::2].count(0), start[1::2].count(0)
    return 3 * max(first, second) > len(start) and 10 * min(first, second) < len(start)


def decoded(stream: ByteStream, start: bytes, encoding: Encoding) -> ByteStream:
    """A stream of which the start has been read, as UTF-8 from its beginning."""
    match encoding:
        case "utf-8":
            return Resumed(start, stream)
        case "utf-16":
            return Utf8Stream(Resumed(start, stream), utf16_codec(start))
        case "cp1252":
            return Utf8Stream(Resumed(start, stream), "cp1252")
