"""Frames of Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from iop_screen.batch.frames.arrow_columns import object_texts, text_column
from iop_screen.batch.frames.eager_engine import EagerFrame, result_schema, score_eager
from iop_screen.batch.frames.matching import matched_columns, needed_columns
from iop_screen.batch.frames.problems import said_in_python
from iop_screen.batch.settings import ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    import polars as pl


NOT_IN_ARROW = ("Int128", "UInt128")
"""The types of Polars that Arrow does not have."""


def score_polars(frame: pl.DataFrame, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> pl.DataFrame:
    """The results as a frame. FrameError if it cannot be scored as it is."""
    return _scored(frame, tuple(frame.columns), compiled, settings)


def score_lazy(frame: pl.LazyFrame, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> pl.LazyFrame:
    """The results as a lazy frame: its columns are known at once, and rows are read when it is collected.

    Only the columns that are needed are read. FrameError if the columns do not fit; for what the rows hold, Polars
    raises an error with its words when it is collected. A result depends on all columns of its row, and its problems on
    all rows, so Polars may leave out none of them before.
    """
    names = tuple(frame.collect_schema().names())
    needed = needed_columns(matched_columns(names, compiled, settings))
    schema = polars_schema(compiled, settings)

    def collected(part: pl.DataFrame) -> pl.DataFrame:
        with said_in_python():
            return _scored(part, names, compiled, settings)

    read = frame.select([names[index] for index in needed])
    return read.map_batches(
        collected, predicate_pushdown=False, projection_pushdown=False, slice_pushdown=False, schema=schema
    )


def _scored(
    frame: pl.DataFrame, names: tuple[str, ...], compiled: CompiledQuestionnaire, settings: ScoreSettings
) -> pl.DataFrame:
    """The results of a frame that has some of the columns with these names."""
    import polars as pl  # noqa: PLC0415 - a frame of it is given, so it is there

    def texts(index: int) -> pa.ChunkedArray:
        column = frame.get_column(names[index])
        if column.dtype == pl.Object or str(column.dtype) in NOT_IN_ARROW:
            return pa.chunked_array([object_texts(column.to_list())])
        return text_column(pa.chunked_array([column.to_arrow()]))

    found = pl.from_arrow(score_eager(EagerFrame(names, frame.height, texts), compiled, settings).table)
    assert isinstance(found, pl.DataFrame)  # noqa: S101 - a table becomes a frame
    return found


def polars_schema(compiled: CompiledQuestionnaire, settings: ScoreSettings) -> dict[str, Any]:
    """The columns of a result with their types."""
    import polars as pl  # noqa: PLC0415

    schema = result_schema(compiled, settings)
    return {field.name: pl.Int64 if field.type == pa.int64() else pl.String for field in schema}
