"""A questionnaire ten times as large as the one that comes along: 270 questions, 700 rules."""

from __future__ import annotations

import pytest
from support.drawn_tables import DrawnTable
from support.duck import Duck
from support.frames import ENGINES, Engine, differences, scored_file, scored_frame, wanted
from support.from_benchmarks import tenfold
from support.mixed_tables import mixed_table
from support.spark import Spark

FORMS = 200


@pytest.fixture(scope="module")
def table() -> DrawnTable:
    return mixed_table(tenfold(), FORMS)


def check(table: DrawnTable, engine: Engine, running: Duck | Spark | None = None) -> None:
    """The rows are those of the file."""
    expected = scored_file(table)
    assert len(expected) == FORMS
    found = scored_frame(table, engine, running)
    assert not differences(engine.kind, wanted(expected, engine), found, ordered=engine.ordered)


@pytest.mark.slow
def test_a_large_questionnaire_gives_the_rows_of_a_file_in_a_frame(table: DrawnTable) -> None:
    check(table, ENGINES["arrow"])


@pytest.mark.slow
def test_a_large_questionnaire_gives_the_rows_of_a_file_on_spark(spark: Spark, table: DrawnTable) -> None:
    check(table, ENGINES["spark"], spark)
