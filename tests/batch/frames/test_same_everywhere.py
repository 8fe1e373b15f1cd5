"""The same forms give the same rows as a file and as a frame of any engine."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from support.drawn_tables import DrawnTable, drawn_tables
from support.duck import Duck
from support.effort import examples
from support.frames import ENGINES, Engine, differences, scored_file, scored_frame, wanted
from support.spark import Spark

law = settings(
    max_examples=examples(48), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)


def unlike(table: DrawnTable, engine: Engine, running: Duck | Spark | None = None) -> list[str]:
    """In what the rows of an engine differ from those of the file."""
    expected = wanted(scored_file(table), engine)
    return differences(engine.kind, expected, scored_frame(table, engine, running), ordered=engine.ordered)


def test_a_relation_of_duckdb_gives_the_rows_of_a_file() -> None:
    with Duck() as duck:

        @law
        @given(table=drawn_tables())
        def holds(table: DrawnTable) -> None:
            assert not unlike(table, ENGINES["duckdb"], duck)

        holds()
