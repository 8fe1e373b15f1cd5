"""Which engine a frame belongs to, and its scoring there; what comes back is of the same kind."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Literal

from iop_screen.batch.settings import ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire

FrameKind = Literal["duckdb", "arrow", "pandas", "polars", "polars-lazy", "spark"]

Said = Mapping[str, str]
NOTHING_SAID: Said = MappingProxyType({})

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
    names = ((_package(each.__module__), each.__name__) for each in type(value).__mro__)
    return next((_KINDS[name] for name in names if name in _KINDS), None)


def _package(module: str) -> str:
    """The package that a class is from. The frames of `pyspark.pandas` are neither those of Spark nor of pandas."""
    return module if module.startswith("pyspark.pandas") else module.partition(".")[0].lstrip("_")


def score_frame(
    frame: Any, kind: FrameKind, compiled: CompiledQuestionnaire, settings: ScoreSettings, said: Said = NOTHING_SAID
) -> Any:
    """A frame of the same kind with a row for each form: the columns of a result but `line`.

    `said` are names with what holds for all rows; it goes with the frame where that has room for it. FrameError if the
    frame cannot be scored as it is; ModuleNotFoundError, with what to install, if a package is missing.
    """
    _check_packages(kind)
    from iop_screen.batch.frames.problems import said_in_python  # noqa: PLC0415

    with said_in_python():
        return _scored(frame, kind, compiled, settings, said)


def _scored(frame: Any, kind: FrameKind, compiled: CompiledQuestionnaire, settings: ScoreSettings, said: Said) -> Any:
    match kind:
        case "duckdb":
            from iop_screen.batch.frames.duckdb_engine import score_relation  # noqa: PLC0415

            return score_relation(frame, compiled, settings)
        case "arrow":
            from iop_screen.batch.frames.arrow_frame import score_table  # noqa: PLC0415

            return score_table(frame, compiled, settings, said)
        case "pandas":
            from iop_screen.batch.frames.pandas_frame import score_pandas  # noqa: PLC0415

            return score_pandas(frame, compiled, settings, said)
        case "polars":
            from iop_screen.batch.frames.polars_frame import score_polars  # noqa: PLC0415

            return score_polars(frame, compiled, settings)
        case "polars-lazy":
            from iop_screen.batch.frames.polars_frame import score_lazy  # noqa: PLC0415

            return score_lazy(frame, compiled, settings)
        case "spark":
            from iop_screen.batch.frames.spark_frame import score_spark_frame  # noqa: PLC0415

            return score_spark_frame(frame, compiled, settings)


def _check_packages(kind: FrameKind) -> None:
    extra, packages = ("spark", ("sqlglot",)) if kind == "spark" else ("frames", ("duckdb", "pyarrow", "sqlglot"))
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        needs = f"a frame is scored with {', '.join(missing)}: pip install 'iop-screen[{extra}]'"
        raise ModuleNotFoundError(needs, name=missing[0])
