"""Writes the rows of a lot as CSV from tables of texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.fast import kernels

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
