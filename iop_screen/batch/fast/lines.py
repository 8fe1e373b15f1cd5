"""Reads clean lines of CSV at once: a code for each cell that is wanted, and where the cells are that are copied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.fast import kernels
from iop_screen.batch.fast.kernels import SLACK, UNKNOWN_CODE
from iop_screen.batch.sources.physical_lines import MAX_RECORD_BYTES

Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]

FIRST_PLACES = 32
ENTRY_WORDS = int(kernels.ENTRY_WORDS)


class Stop(Enum):
    """Why scanning stopped: the bytes end inside a line, that line is not clean, or there is no room for it."""

    NEEDS_BYTES = kernels.NEEDS_BYTES
    NOT_CLEAN = kernels.NOT_CLEAN
    ROWS_FULL = kernels.ROWS_FULL
    UNKNOWN_FULL = kernels.UNKNOWN_FULL


class CodeTables:
    """The code of each text that was met in a column so far, for a number of columns."""

    def __init__(self, columns: int) -> None:
        self.entries = np.zeros(columns * FIRST_PLACES * ENTRY_WORDS, np.uint64)
        self.places = np.full((columns, 2), FIRST_PLACES - 1, np.uint64)
        self.places[:, 0] = np.arange(columns) * FIRST_PLACES * ENTRY_WORDS
        self.blob = np.zeros(1024 + SLACK, np.uint8)
        self._used = 0
        self._texts: list[list[tuple[int, int, int]]] = [[] for _ in range(columns)]

    def add(self, column: int, text: bytes, code: int) -> None:
        """Let a text of a column, which it does not have yet, stand for a code from 0 to 254."""
        if not 0 <= code < UNKNOWN_CODE:
            raise ValueError("a code is from 0 to 254")
        texts = self._texts[column]
        texts.append((self._keep(text), len(text), code))
        if 2 * len(texts) > int(self.places[column, 1]) + 1:
            self._grow(column)
        else:
            self._enter(column, *texts[-1])

    def _keep(self, text: bytes) -> int:
        start, self._used = self._used, self._used + len(text)
        if self._used + SLACK > self.blob.size:
            larger = np.zeros(2 * self._used + SLACK, np.uint8)
            larger[:start] = self.blob[:start]
            self.blob = larger
        self.blob[start : self._used] = np.frombuffer(text, np.uint8)
        return start

    def _enter(self, column: int, start: int, size: int, code: int) -> None:
        kernels.add_entry(self.blob, start, size, code, self.entries, *self.places[column])

    def _grow(self, column: int) -> None:
        """Give a column a table of twice the size behind all others; the place of the old one stays unused."""
        places = 2 * (int(self.places[column, 1]) + 1)
        self.places[column] = len(self.entries), places - 1
        self.entries = np.concatenate([self.entries, np.zeros(places * ENTRY_WORDS, np.uint64)])
        for text in self._texts[column]:
            self._enter(column, *text)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a file are: for each the number of its coded column and of its copied one, or -1."""

    delimiter: int
    slot: Places
    copied: Places
    longest_line: int = MAX_RECORD_BYTES


@dataclass(frozen=True, slots=True)
class Cells:
    """Where scanning writes to: a row for a coded or copied column, with room for as many lines as `line_start`."""

    codes: Bytes
    copied_start: Places
    copied_end: Places
    line_start: Places
    unknown: Places
    """Row, coded column, start and end of the cells that have no code yet, in four rows."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """How far scanning came: where the next line starts, how many rows there are, how many cells without a code."""

    stop: Stop
    at: int
    rows: int
    unknowns: int


def cells_for(layout: Layout, capacity: int, unknowns: int) -> Cells:
    """Room for so many lines and cells without a code."""
    coded, copied = int(layout.slot.max(initial=-1)) + 1, int(layout.copied.max(initial=-1)) + 1
    return Cells(
        np.zeros((coded, capacity), np.uint8),
        np.zeros((copied, capacity), np.int32),
        np.zeros((copied, capacity), np.int32),
        np.zeros(capacity, np.int32),
        np.zeros((4, max(unknowns, coded)), np.int32),
    )


@dataclass(frozen=True, slots=True)
class Scanner:
    """Reads lines of a layout by the codes in the tables into cells."""

    layout: Layout
    tables: CodeTables
    cells: Cells

    def scan(self, data: Bytes, start: int, end: int, row: int) -> Scanned:
        """Read the clean lines of data[start:end] into cells from this row on, up to the first that is not clean.

        A line that the bytes end in is not read. A line is clean if it ends with LF or CRLF, is UTF-8 and no longer
        than the layout allows, holds no NUL and no other CR, and has as many cells as the layout, each of them without
        a quote or in a pair of quotes with none between; one that is not wanted may have doubled quotes between.
        """
        layout, tables, cells = self.layout, self.tables, self.cells
        if data.size < end + SLACK:
            raise ValueError("the bytes need slack after their end")
        if layout.slot.size < 2 or cells.unknown.shape[1] < len(tables.places):
            raise ValueError("too few columns, or too little room")
        result = np.zeros(4, np.int64)
        kernels.scan_lines(
            data,
            np.array([start, end, layout.delimiter, layout.longest_line, row], np.int64),
            layout.slot,
            layout.copied,
            tables.entries,
            tables.places,
            tables.blob,
            cells.codes,
            cells.copied_start,
            cells.copied_end,
            cells.line_start,
            cells.unknown,
            result,
        )
        stop, at, rows, unknowns = result.tolist()
        return Scanned(Stop(stop), at, rows, unknowns)
