"""The bytes of one JSON document, value by value, with no more of it in memory than one value may have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO

from iop_screen.batch.sources.json_file.problems import BAD_JSON, TOO_DEEP
from iop_screen.batch.sources.json_file.values import OPENING
from iop_screen.batch.sources.physical_lines import BLOCK_BYTES, MAX_RECORD_BYTES, UTF8_BOM, read_bytes

ENDLESS_DEPTH = 100_000
"""A value with more brackets in each other is not passed over: that would take long, and no program writes one."""
BLANKS = b" \t\r\n"
_BLANKS = re.compile(rb"[ \t\r\n]*")
_UP_TO_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_WORD = re.compile(rb'[^ \t\r\n"\[\]{},:]*')
_UP_TO_QUOTE = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


class Broken(ValueError):
    """The document cannot be read from this byte on, and a code says why; it is caught where a list ends with it."""

    def __init__(self, byte: int, code: str = BAD_JSON) -> None:
        super().__init__()
        self.byte, self.code = byte, code


@dataclass(slots=True)
class DocumentText:
    """The text of a document, from where it was read to. Nothing is parsed: values are told by their brackets."""

    stream: BinaryIO
    _block: bytes = b""
    _at: int = 0
    _before: int = 0
    _begun: bool = False

    def place(self) -> int:
        """The byte that comes next but for blanks; the first is 1."""
        self.next_byte()
        return self._before + self._at + 1

    def next_byte(self) -> bytes:
        """What comes next but for blanks, which are passed over; nothing at the end."""
        while True:
            found = _BLANKS.match(self._block, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._block) or not self._refill(self._at):
                return self._block[self._at : self._at + 1]

    def take(self, wanted: bytes) -> bool:
        """Whether this byte comes next but for blanks; then it is passed over."""
        is_next = self.next_byte() == wanted
        self._at += is_next
        return is_next

    def need(self, wanted: bytes) -> None:
        """Pass over this byte, which comes next but for blanks. Raises Broken if another one does."""
        if not self.take(wanted):
            raise Broken(self.place())

    def end(self) -> None:
        """Raises Broken if anything but blanks comes."""
        if self.next_byte():
            raise Broken(self.place())

    def value(self) -> bytes | None:
        """What is written of the next value; None if it is longer than one may be. Raises Broken if it may be cut."""
        first = self.next_byte()
        if first == b'"':
            return self._text()
        return self._brackets() if first and first in OPENING else self._word()

    def _brackets(self) -> bytes | None:
        begin, depth, too_long = self._at, 0, False
        while True:
            found = _UP_TO_BRACKET.match(self._block, self._at)
            self._at = found.end() if found else self._at
            if self._at - begin > MAX_RECORD_BYTES:
                begin, too_long = self._at, True
            bracket = self._block[self._at : self._at + 1]
            if bracket == b'"' and len(self._block) - self._at > MAX_RECORD_BYTES:
                self._pass_text()
                begin, too_long = self._at, True
            elif bracket in {b"", b'"'}:
                begin = self._read_on(begin)
            else:
                self._at += 1
                depth += 1 if bracket in OPENING else -1
                if depth > ENDLESS_DEPTH:
                    raise Broken(self._before + self._at, TOO_DEEP)
                if not depth:
                    return self._taken(begin, too_long=too_long)

    def _text(self) -> bytes | None:
        begin = self._at
        while True:
            found = _UP_TO_QUOTE.match(self._block, begin + 1)
            end = found.end() if found else len(self._block)
            if self._block[end : end + 1] == b'"':
                self._at = end + 1
                return self._taken(begin)
            if len(self._block) - begin > MAX_RECORD_BYTES:
                self._pass_text()
                return None
            begin = self._at = self._read_on(begin)

    def _pass_text(self) -> None:
        """Pass over a text that is longer than a value may be."""
        self._at += 1
        while True:
            found = _UP_TO_QUOTE.match(self._block, self._at)
            self._at = found.end() if found else self._at
            if self._block[self._at : self._at + 1] == b'"':
                self._at += 1
                return
            self._read_on(self._at)

    def _word(self) -> bytes | None:
        """A number, or one of the words of JSON; nothing if there is none. At the end, it may be cut."""
        begin, too_long = self._at, False
        while True:
            found = _WORD.match(self._block, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._block):
                return self._taken(begin, too_long=too_long)
            if self._at - begin > MAX_RECORD_BYTES:
                begin, too_long = self._at, True
            begin = self._read_on(begin)

    def _taken(self, begin: int, *, too_long: bool = False) -> bytes | None:
        return None if too_long or self._at - begin > MAX_RECORD_BYTES else self._block[begin : self._at]

    def _read_on(self, begin: int) -> int:
        """Have more in memory, and nothing before `begin`; gives where that is now."""
        if not self._refill(begin):
            raise Broken(self._before + len(self._block) + 1)
        return 0

    def _refill(self, begin: int) -> bool:
        """Whether there was more to read; what stands before `begin` is forgotten."""
        more = read_bytes(self.stream, BLOCK_BYTES)
        if not self._begun:
            more, self._begun = more.removeprefix(UTF8_BOM) or read_bytes(self.stream, BLOCK_BYTES), True
        if not more:
            return False
        self._block = self._block[begin:] + more
        self._at -= begin
        self._before += begin
        return True
