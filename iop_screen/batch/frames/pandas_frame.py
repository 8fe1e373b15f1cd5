"""Frames of pandas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from iop_screen.batch.frames.arrow_columns import object_texts, text_column
from iop_screen.batch.frames.eager_engine import EagerFrame, score_eager
from iop_screen.batch.frames.score_frame import Said
from iop_screen.batch.settings import ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire


def score_pandas(frame: Any, compiled: CompiledQuestionnaire, settings: ScoreSettings, said: Said) -> Any:
    """The results as a frame with the same index; what is said of all rows is in its `attrs`.

    FrameError if it cannot be scored as it is.
    """
    import pandas as pd  # noqa: PLC0415 - a frame of it is given, so it is there

    def texts(index: int) -> pa.ChunkedArray:
        return _text_column(frame.iloc[:, index])

    result = score_eager(EagerFrame(tuple(map(str, frame.columns)), len(frame), texts), compiled, settings)
    scored = result.table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    scored.index = frame.index[result.rows.to_numpy()]
    scored.attrs.update(said)
    return scored


def _text_column(column: Any) -> pa.ChunkedArray:
    """The texts of a Series. What is missing for pandas is null, also where it stands as `nan`."""
    if column.dtype == object:
        return pa.chunked_array([object_texts(None if missing else value for value, missing in _values(column))])
    if column.dtype == "category":
        codes, categories = column.cat.codes.to_numpy(), _text_column(column.cat.categories.to_series())
        known = pa.array(categories.to_pylist(), pa.large_string())
        return pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), known)])
    try:
        found = pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError):
        return _text_column(column.astype(object))
    return text_column(found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found]))


def _values(column: Any) -> Iterator[tuple[object, bool]]:
    """The values of a Series of Python objects, and whether each is missing."""
    return zip(column.tolist(), column.isna().tolist(), strict=True)
