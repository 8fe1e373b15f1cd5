"""Which engine a frame belongs to, and its scoring there; what comes back is of the same kind."""

from __future__ import annotations

from typing import Any, Literal

from iop_screen.batch.settings import ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire

FrameKind = Literal["duckdb", "arrow", "pandas", "polars", "polars-lazy", "spark"]

_KINDS: dict[tuple[str, str], FrameKind] = {
    ("duckdb", "DuckDBPyRelation"): "duckdb",
    ("pyarrow", "Table"): "arrow",
    ("pandas", "DataFrame"): "pandas",
    ("polars", "DataFrame"): "polars",
    ("polars", "LazyFrame"): "polars-lazy",
    ("pyspark", "DataFrame"): "spark",
}


def frame_kind(value: object) -> FrameKind | None:
    """What kind of frame something is, by its class and those it is made from; None if it is none."""
    names = ((each.__module__.partition(".")[0].lstrip("_"), each.__name__) for each in type(value).__mro__)
    return next((_KINDS[name] for name in names if name in _KINDS), None)


def score_frame(frame: Any, kind: FrameKind, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> Any:
    """A frame of the same kind with a row for each form: the columns of a result but `line`.

    FrameError if the frame cannot be scored as it is; ModuleNotFoundError, with what to install, if one is missing.
    """
    match kind:
        case "duckdb":
            from iop_screen.batch.frames.duckdb_engine import score_relation  # noqa: PLC0415

            return score_relation(frame, compiled, settings)
        case "spark":
            from iop_screen.batch.frames.spark_frame import score_spark_frame  # noqa: PLC0415

            return score_spark_frame(frame, compiled, settings)
        case _:
            raise NotImplementedError(kind)
