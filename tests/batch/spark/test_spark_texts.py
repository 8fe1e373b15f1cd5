"""The texts of the columns of a DataFrame: those that a Parquet file with the same values gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.mapped import COMPILED
from support.questionnaires import ready
from support.small_screening import SCREENING
from support.spark import Spark

from iop_screen.batch.frames.problems import FrameError
from iop_screen.batch.frames.score_frame import frame_kind
from iop_screen.batch.frames.spark_frame import FEW_TEXTS, MOST_TEXTS, SparkEngine, query_over, score_spark_frame
from iop_screen.batch.settings import ScoreSettings

if TYPE_CHECKING:
    import pyarrow as pa

pytestmark = pytest.mark.slow


def frame_of(spark: Spark, table: pa.Table) -> Any:
    return spark.session.createDataFrame(table)


def test_values_of_each_type_have_the_texts_of_a_parquet_file(spark: Spark, tmp_path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from iop_screen.batch.sources.parquet_columns import open_columns  # noqa: PLC0415

    doubles = [1.0, 1e7, 2.5, -3.0, 0.1, 123456789.0, None, float("nan"), float("inf"), -float("inf")]
    day, rows = dt.date(2026, 11, 29), len(doubles)
    columns = {
        "double": pa.array(doubles),
        "float": pa.array([0.1, 7, 2.5, -3.0, 16_777_216.0, *doubles[5:]][:5] + doubles[6:] + [0.25], pa.float32()),
        "long": pa.array([*range(-1, rows - 2), None], pa.int64()),
        "small": pa.array([1] * rows, pa.int8()),
        "yes": pa.array([True, False] * (rows // 2)),
        "day": pa.array([day, None] * (rows // 2)),
        "time": pa.array([dt.datetime(2026, 11, 29, 8, 5)] * rows, pa.timestamp("us")),  # noqa: DTZ001
        "moment": pa.array([dt.datetime(2026, 11, 29, 8, 5)] * rows, pa.timestamp("us", "UTC")),  # noqa: DTZ001
        "decimal": pa.array([Decimal("1.50"), Decimal("-0.10")] * (rows // 2)),
        "text": pa.array(["", None, " a ", "b\nc", "\u00e9", "'", "\\", "{x}", "${env:HOME}", "\u001f"]),
        "list": pa.array([["a", "b"], [], None, [None], ["a;b"], ["a", " "], ["a"], ["{"], ["b"], ["c"]]),
        "numbers": pa.array([[1, 2], [], None, [3], [4], [5], [6], [7], [8], [9]]),
        "structure": pa.array([{"x": 1}] * (rows - 1) + [None]),
        "bytes": pa.array([b"yes", b"\xff", b"a\0", b"", None] * 2),
    }
    table = pa.table(columns)
    pq.write_table(table, tmp_path / "values.parquet")
    with (tmp_path / "values.parquet").open("rb") as stream:
        (own,) = open_columns(stream).batches()
    read = spark.session.read.parquet(str(tmp_path / "values.parquet"))
    engine = SparkEngine(read)
    texts = ", ".join(f"coalesce({engine.text(place)}, '')" for place in range(len(columns)))
    frame = read.toDF(*(f"c{place}" for place in range(len(columns))))
    found = [*zip(*query_over(frame, f"SELECT {texts} FROM forms").collect(), strict=True)]
    # members that could not be told apart are JSON in a Parquet file, which is no answer either
    wanted = [
        ["\ufffd" if text.startswith(("[", "{x")) and name == "list" else text for text in texts_of]
        for name, texts_of in zip(columns, own, strict=True)
    ]
    got = dict(zip(columns, map(list, found), strict=True))
    expected = dict(zip(columns, wanted, strict=True))
    assert {name: got[name] for name in columns if got[name] != expected[name]} == {}


@pytest.mark.parametrize("count", [0, 1, FEW_TEXTS, FEW_TEXTS + 1, 3_000])
def test_a_text_is_found_at_its_place_among_any_number(spark: Spark, count: int) -> None:
    import pyarrow as pa  # noqa: PLC0415

    texts = ["", "it's", "back\\slash", "{}", "${env:HOME}", "\u00e9\U0001f600", *map(str, range(count))][:count]
    table = pa.table({"c0": [*texts, None, "not there"]})
    frame = frame_of(spark, table)
    place = SparkEngine(frame).place("c0", texts)
    found = [row[0] for row in query_over(frame, f"SELECT {place} FROM forms").collect()]
    assert found == [*range(1, count + 1), 1 if "" in texts else 0, 0]


def test_more_texts_than_a_query_can_hold_are_refused_without_one_of_them(spark: Spark) -> None:
    frame = spark.session.range(MOST_TEXTS + 1).selectExpr("id", "'no' AS danger", "concat('telltale', id) AS shakes")
    with pytest.raises(FrameError) as refused:
        score_spark_frame(frame, ready(SCREENING), ScoreSettings())
    assert [problem.code for problem in refused.value.problems] == ["too-many-texts"]
    assert "telltale" not in str(refused.value)


def test_columns_go_by_their_places(spark: Spark) -> None:
    import pyarrow as pa  # noqa: PLC0415

    table = pa.table({"id": ["1"], "danger": ["yes"], "shakes": ["none"], "remark": [""], "a`b": ["x"]})
    frame = frame_of(spark, table).toDF("id", "danger", "shakes", "remark", "a`b.c")
    frame = frame.withColumnRenamed("a`b.c", "ID2").toDF("id", "danger", "shakes", "remark", "forms")
    assert frame_kind(frame) == "spark"
    results = score_spark_frame(frame, ready(SCREENING), ScoreSettings())
    assert [row["suggestion"] for row in results.collect()] == ["emergency"]


@pytest.mark.parametrize("ids", [3, 6_000])
def test_each_row_of_an_id_that_stands_twice_is_marked(spark: Spark, ids: int) -> None:
    numbers = spark.session.range(2 * ids + 1).selectExpr(
        f"CASE WHEN id = {2 * ids} THEN 'alone' ELSE concat(' x', id % {ids}) END AS id",
        "'no' AS danger",
        "'none' AS shakes",
    )
    blank = spark.session.range(2).selectExpr("' ' AS id", "'no' AS danger", "'none' AS shakes")
    results = score_spark_frame(numbers.union(blank), ready(SCREENING), ScoreSettings())
    counts = {row["problems"]: row["count"] for row in results.groupBy("problems").count().collect()}
    assert counts == {"": 3, "record:duplicate-id": 2 * ids}


@pytest.mark.parametrize("collation", ["UTF8_LCASE", "UNICODE_AI"])
def test_a_collation_of_spark_makes_no_two_texts_the_same(spark: Spark, collation: str) -> None:
    """Else one that cannot be read could become a "no"."""
    rows = "VALUES ('a', 'no', 'eating'), ('\u00e1', 'n\u00f3', '\u00e9ating'), ('A', '\ufb01', 'eating')"
    frame = spark.session.sql(
        f"SELECT id COLLATE {collation} AS id, no COLLATE {collation} AS seizures, "
        f"array(list COLLATE {collation}) AS concerns FROM {rows} AS t (id, no, list)"
    )
    settings = ScoreSettings(allow_all_missing=True)
    results = score_spark_frame(frame, COMPILED, settings).select("id", "problems").collect()
    problems = {row["id"]: row["problems"] for row in results}
    assert [each for each, said in problems.items() if "seizures:unreadable" in said] == ["\u00e1", "A"]
    assert [each for each, said in problems.items() if "concerns:unreadable" in said] == ["\u00e1"]
    assert not [each for each, said in problems.items() if "duplicate-id" in said]


def test_what_spark_says_of_a_cell_is_not_shown(spark: Spark, capfd: pytest.CaptureFixture[str]) -> None:
    frame = spark.session.sql("SELECT 'a' AS id, CAST(x AS INT) AS nights FROM VALUES ('telltale') AS t (x)")
    with pytest.raises(FrameError, match=r"\[frame-not-read\] Spark.*\(CAST_INVALID_INPUT\)") as refused:
        score_spark_frame(frame, COMPILED, ScoreSettings(allow_all_missing=True))
    error: BaseException | None = refused.value
    while error is not None:
        assert "telltale" not in str(error)
        error = error.__cause__ or error.__context__
    assert "telltale" not in "".join(capfd.readouterr())


def test_rows_in_a_plan_are_not_worked_out_by_the_optimizer(spark: Spark) -> None:
    """It would take half a minute for 5,000 forms, in one thread."""
    import pyarrow as pa  # noqa: PLC0415

    names = [str(question.id) for question in COMPILED.questions]
    frame = frame_of(spark, pa.table({name: ["", "yes"] for name in ("id", *names)})).select("*")
    assert optimized(frame).startswith("LocalRelation")
    scored = score_spark_frame(frame, COMPILED, ScoreSettings())
    assert optimized(scored).startswith("Project")
    assert scored.count() == 2


def optimized(frame: Any) -> str:
    """The plan of a frame after Spark's optimizer."""
    return str(frame._jdf.queryExecution().optimizedPlan().toString())  # noqa: SLF001 - there is no other way to it
