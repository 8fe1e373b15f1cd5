"""Frames of pandas."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from iop_screen.batch.frames.arrow_columns import text_column
from iop_screen.batch.frames.eager_engine import EagerFrame, score_eager
from iop_screen.batch.frames.score_frame import Said
from iop_screen.batch.settings import ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire


def score_pandas(frame: Any, compiled: CompiledQuestionnaire, settings: ScoreSettings, said: Said) -> Any:
    """The results as a frame with the same index; what is said of all rows is in its `attrs`. FrameError if it cannot be scored as it is."""
    import pandas as pd  # noqa: PLC0415 - a frame of it is given, so it is there

    def texts(index: int) -> pa.ChunkedArray:
        found = pa.array(frame.iloc[:, index], from_pandas=True)
        return text_column(found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found]))

    result = score_eager(EagerFrame(tuple(map(str, frame.columns)), len(frame), texts), compiled, settings)
    scored = result.table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    scored.index = frame.index[result.rows.to_numpy()]
    scored.attrs.update(said)
    return scored
