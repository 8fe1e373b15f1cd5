"""A table of Arrow as a frame."""

from __future__ import annotations

import pyarrow as pa

from iop_screen.batch.frames.arrow_columns import text_column
from iop_screen.batch.frames.eager_engine import EagerFrame, score_eager
from iop_screen.batch.frames.score_frame import Said
from iop_screen.batch.settings import ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire


def score_table(frame: pa.Table, compiled: CompiledQuestionnaire, settings: ScoreSettings, said: Said) -> pa.Table:
    """The results as a table; what is said of all rows is its metadata. FrameError if it cannot be scored as it is."""
    eager = EagerFrame(tuple(frame.column_names), frame.num_rows, lambda index: text_column(frame.column(index)))
    return score_eager(eager, compiled, settings).table.replace_schema_metadata(dict(said))
