"""Tables of texts as Arrow holds them, the quickest way into DuckDB and Spark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from support.sql_engines import Cell


def arrow_texts(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> pa.Table:
    """A table of Arrow in which each column holds texts, even if it has no row."""
    every = [*rows]
    arrays = [pa.array([row[place] for row in every], pa.string()) for place in range(len(columns))]
    return pa.Table.from_arrays(arrays, names=[*columns])
