"""Stretches of clean lines: many records at once, proved from their bytes to be what the exact framing would read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iop_screen.batch.sources import physical_lines
from iop_screen.batch.sources.source import CleanLines

STRETCH_BYTES = 1024 * 1024

_ODD_CARRIAGE_RETURN = re.compile(rb"\r(?!\n)|(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class CleanLineScan:
    """Reads clean lines of a file with this delimiter, each of which has `width` cells, two or more."""

    delimiter: str
    width: int

    @property
    def block_bytes(self) -> int:
        """How many bytes to read at once."""
        return physical_lines.BLOCK_BYTES

    def take(self, block: bytes, start: int, end: int, line: int) -> CleanLines | None:
        """The clean lines at the start of a part of a block; see `StretchScan`."""
        end = _whole_lines(block, start, min(end, start + min(STRETCH_BYTES, physical_lines.MAX_RECORD_BYTES)))
        for mark in (b'"', b"\0"):
            found = block.find(mark, start, end)
            end = end if found < 0 else _whole_lines(block, start, found)
        line_end = "\r\n" if block.startswith(b"\r\n", block.find(b"\n", start) - 1) else "\n"
        end = _alike_ended(block, start, end, line_end)
        text = _decoded(block, start, end)
        lines = text.split("\n")[:-1]
        wanted = self.width - 1
        good = len(lines)
        if {each.count(self.delimiter) for each in lines} - {wanted}:
            good = next(place for place, each in enumerate(lines) if each.count(self.delimiter) != wanted)
            text = "\n".join([*lines[:good], ""])
        if not good:
            return None
        cells = text.removesuffix(line_end).replace(line_end, self.delimiter).split(self.delimiter)
        return CleanLines(line, good, start + len(text.encode()), cells, self.delimiter, line_end)


def _whole_lines(block: bytes, start: int, end: int) -> int:
    """Where the last whole line before `end` ends; `start` if there is none."""
    return max(start, block.rfind(b"\n", start, end) + 1)


def _alike_ended(block: bytes, start: int, end: int, line_end: str) -> int:
    """Where the lines end that all have this line end, and no CR elsewhere."""
    if line_end == "\n":
        found = block.find(b"\r", start, end)
    elif block.count(b"\r", start, end) == block.count(b"\n", start, end) == block.count(b"\r\n", start, end):
        found = -1
    else:
        odd = _ODD_CARRIAGE_RETURN.search(block, start, end)
        found = -1 if odd is None else odd.start()
    return end if found < 0 else _whole_lines(block, start, found)


def _decoded(block: bytes, start: int, end: int) -> str:
    """The text of whole lines, up to the first that is not UTF-8."""
    try:
        return block[start:end].decode()
    except UnicodeDecodeError as error:
        return block[start : _whole_lines(block, start, start + error.start)].decode()
