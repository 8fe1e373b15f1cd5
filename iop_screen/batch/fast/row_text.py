"""Writes the rows of a lot as CSV from tables of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.fast import kernels
from iop_screen.batch.fast.kernels import SLACK

Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]

LONGEST_NUMBER = 20


def needs_care(data: Bytes, starts: Places, ends: Places, n: int) -> Bytes:
    """For each copied column and record 1 if the cell cannot be written as it is, else 0.

    That is one which a CSV writer would quote, or whose first byte is no ASCII letter or digit, so that Python has to
    look at it. An empty cell can be written.
    """
    out = np.zeros((starts.shape[0], n), np.uint8)
    kernels.find_care(data, starts, ends, n, out)
    return out


class RowShape:
    """The segments of a row in their order, and their texts; each text is written as it is given."""

    def __init__(self) -> None:
        self._segments: list[tuple[int, int, int]] = []
        self._texts: list[bytes] = []
        self._longest = 0

    def constant(self, text: bytes) -> None:
        """The same text in each row."""
        self._add(kernels.CONSTANT, 0, [text])

    def line(self) -> None:
        """The number of the line."""
        self._segments.append((kernels.LINE, 0, 0))
        self._longest += LONGEST_NUMBER

    def copied(self, column: int) -> None:
        """The cell of a copied column."""
        self._segments.append((kernels.COPIED, column, 0))

    def list_start(self) -> None:
        """A list begins here."""
        self._segments.append((kernels.LIST_START, 0, 0))

    def group(self, group: int, texts: Sequence[bytes], *, separated: bool = False) -> None:
        """The text for the key of a group; a separated one has a `;` before it unless it or the list is empty."""
        self._add(kernels.SEPARATED if separated else kernels.GROUP, group, texts)
        self._longest += separated

    def choice(self, column: int, texts: Sequence[bytes]) -> None:
        """The text for the code that a record has in a column of `RowData.codes`."""
        self._add(kernels.CHOICE, column, texts)

    def _add(self, kind: int, which: int, texts: Sequence[bytes]) -> None:
        self._segments.append((kind, which, len(self._texts)))
        self._texts += texts
        self._longest += max(map(len, texts))

    def ready(self) -> RowTables:
        """The arrays that `render` works on."""
        texts, places, kept = bytearray(), [], {b"": 0}
        for text in self._texts:
            if text not in kept:
                kept[text] = len(texts)
                texts += text
            places.append((kept[text], len(text)))
        return RowTables(
            np.frombuffer(texts + bytes(SLACK), np.uint8),
            np.array(self._segments, np.int32).reshape(-1, 3),
            np.array(places, np.int32).reshape(-1, 2),
            self._longest,
        )


@dataclass(frozen=True, slots=True)
class RowTables:
    """The texts of rows end to end, the segments, where each text is, and the longest row without its copied cells."""

    texts: Bytes
    segments: Places
    text_places: Places
    longest: int


@dataclass(frozen=True, slots=True)
class RowData:
    """What the rows of a lot are made from; the second axis, or the only one, is the records.

    Where `override_start` is not -1, a copied cell is taken from `overrides`. `rows` says which records have a row.
    """

    data: Bytes
    copied_start: Places
    copied_end: Places
    overrides: Bytes
    override_start: Places
    override_end: Places
    lines: NDArray[np.int64]
    groups: Bytes
    codes: Places
    rows: Bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """The first record without its text, how many bytes there are, and the sum over the ids in them (see `id_sum`)."""

    record: int
    size: int
    id_sum: int


def render(shape: RowTables, lot: RowData, first: int, n: int, out: Bytes) -> Rendered:
    """Write the rows of records from `first` to n, as many as surely fit into `out`.

    If `record` is still `first` and no bytes were written, `out` is too small for one row.
    """
    result = np.zeros(3, np.uint64)
    kernels.write_rows(
        lot.data,
        shape.texts,
        lot.overrides,
        shape.segments,
        shape.text_places,
        lot.copied_start,
        lot.copied_end,
        lot.override_start,
        lot.override_end,
        lot.lines,
        lot.groups,
        lot.codes,
        lot.rows,
        first,
        n,
        shape.longest,
        out,
        result,
    )
    return Rendered(*result.tolist())
