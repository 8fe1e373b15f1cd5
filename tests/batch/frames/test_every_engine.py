"""The same forms give the same rows as a file and as a frame of any engine."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from support.drawn_tables import DrawnTable, as_written, drawn_tables, written_tables
from support.duck import Duck
from support.effort import examples
from support.frames import ENGINES, Engine, differences, scored_file, scored_frame, scored_table, wanted
from support.postgres import Postgres
from support.spark import Spark
from support.sql_engines import Engine as SqlEngine

from iop_screen.batch.frames.score_frame import FrameKind
from iop_screen.batch.frames.scoring import BLANKS
from iop_screen.batch.sql.dialect import DialectName


def law_of(usual: int) -> settings:
    """How often a law is tried, and that it takes its time to draw what it is tried on."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples(usual), suppress_health_check=slow, deadline=None)


def test_a_blank_is_what_python_takes_for_one() -> None:
    assert {*BLANKS} == {sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isspace()}


def unlike(table: DrawnTable, engine: Engine, running: Duck | Spark | None = None) -> list[str]:
    """In what the rows of an engine differ from those of the file."""
    expected = wanted(scored_file(table), engine)
    return differences(engine.kind, expected, scored_frame(table, engine, running), ordered=engine.ordered)


def hold_for_frames(kinds: Sequence[FrameKind], usual: int, running: Duck | Spark | None = None) -> None:
    """Each drawn table gives the same rows as frames of these kinds."""

    @law_of(usual)
    @given(table=drawn_tables())
    def holds(table: DrawnTable) -> None:
        assert not [line for kind in kinds for line in unlike(table, ENGINES[kind], running)]

    holds()


def test_a_relation_of_duckdb_gives_the_rows_of_a_file(duck: Duck) -> None:
    hold_for_frames(["duckdb"], 48, duck)


def test_a_frame_of_pandas_gives_the_rows_of_a_file() -> None:
    hold_for_frames(["pandas"], 24)


@pytest.mark.slow
def test_a_frame_that_lies_in_memory_gives_the_rows_of_a_file() -> None:
    hold_for_frames(["arrow", "pandas", "polars", "polars-lazy"], 45)


@pytest.mark.slow
def test_a_frame_of_spark_gives_the_rows_of_a_file(spark: Spark) -> None:
    hold_for_frames(["spark"], 18, spark)


def unlike_query(table: DrawnTable, dialect: DialectName, engine: SqlEngine) -> list[str]:
    """In what the rows of the query of `iop-screen sql` differ from those of a file that its contract allows."""
    expected = scored_file(as_written(table))
    return differences(dialect, expected, scored_table(table, dialect, engine), ordered=False)


def hold_for_queries(dialect: DialectName, engine: SqlEngine, usual: int) -> None:
    """Each drawn table gives the same rows by a query."""

    @law_of(usual)
    @given(table=written_tables())
    def holds(table: DrawnTable) -> None:
        assert not unlike_query(table, dialect, engine)

    holds()


def test_the_query_gives_the_rows_of_a_file_on_duckdb(duck: Duck) -> None:
    hold_for_queries("duckdb", duck, 32)


@pytest.mark.slow
def test_the_query_gives_the_rows_of_a_file_on_postgres(postgres: Postgres) -> None:
    hold_for_queries("postgres", postgres, 45)


@pytest.mark.slow
def test_the_query_gives_the_rows_of_a_file_on_spark(spark: Spark) -> None:
    hold_for_queries("spark", spark, 18)


WORDS_ALONE = """
format: 1
id: words
version: 1.0.0
title: Words
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: home, title: At home}, {id: stay, title: Live in}]
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: remark, ask: What else?, role: context, type: text}
rules: [{id: in_danger, when: {danger: yes}, level: stay, because: There is danger.}]
"""
LONG = "word " * 30
TWO_REMARKS = """
format: 1
id: m
questionnaire: words
questions: {remark: {one_of: [old, new]}}
"""


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        (LONG, ""),
        ("\u00a0" * 80 + "Declined" + " " * 80, "remark:declined"),
        ("\u3000" * 200, ""),
        ("unknown\x1f", "remark:unknown"),
        ("unknown" + "\x1f" * 2 + "x", ""),
    ],
)
def test_words_are_read_to_their_end_and_blanks_around_a_reason_do_not_count(
    duck: Duck, cell: str, missing: str
) -> None:
    table = DrawnTable(WORDS_ALONE, ("id", "danger", "remark"), (("1", "no", cell),))
    found = scored_frame(table, ENGINES["duckdb"], duck)
    assert isinstance(found, list)
    assert [row["missing"] for row in found] == [missing]
    assert not unlike(table, ENGINES["duckdb"], duck)


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        (LONG, LONG, ""),
        (LONG, f"\u00a0{LONG} ", ""),
        (LONG, LONG + "!", "remark:conflict"),
        (LONG, "short", "remark:conflict"),
        (LONG, "unknown", "remark:conflict"),
        (LONG, None, ""),
        ("short", "\u2003" * 99, ""),
    ],
)
def test_long_words_in_two_columns_are_told_apart(duck: Duck, old: str, new: str | None, problems: str) -> None:
    table = DrawnTable(WORDS_ALONE, ("id", "danger", "old", "new"), (("1", "no", old, new),), TWO_REMARKS)
    found = scored_frame(table, ENGINES["duckdb"], duck)
    assert isinstance(found, list)
    assert [row["problems"] for row in found] == [problems]
    assert not unlike(table, ENGINES["duckdb"], duck)
