"""The same columns as a frame of each kind, and the rows of a result of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

Row = dict[str, Any]


def _duckdb(table: pa.Table) -> Any:
    connection = duckdb.connect()
    return connection.from_arrow(table)


KINDS: Mapping[str, Callable[[pa.Table], Any]] = {
    "arrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "pandas of objects": lambda table: table.to_pandas().astype(object),
    "pandas over arrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "polars, lazy": lambda table: pl.from_arrow(table).lazy(),  # type: ignore[union-attr]
    "duckdb": _duckdb,
}
"""What makes a frame of a table, by its kind."""


def rows_of(frame: Any) -> list[Row]:
    """The rows of a frame; nothing is None."""
    match frame:
        case pl.LazyFrame():
            return rows_of(frame.collect())
        case pl.DataFrame():
            return frame.to_dicts()
        case pa.Table():
            return [*frame.to_pylist()]
        case pd.DataFrame():
            return [
                {name: None if pd.isna(cell) else cell for name, cell in row.items()}
                for row in frame.to_dict("records")
            ]
        case _:
            return [*frame.to_arrow_table().to_pylist()]
