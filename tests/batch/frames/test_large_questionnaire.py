"""A questionnaire ten times as large as the one that comes along: 270 questions, 700 rules."""

from __future__ import annotations

import pytest
from support.drawn_tables import DrawnTable
from support.frames import ENGINES, differences, scored_file, scored_frame, wanted
from support.from_benchmarks import tenfold
from support.mixed_tables import mixed_table

from iop_screen.batch.frames.score_frame import FrameKind

FORMS = 200


@pytest.fixture(scope="module")
def table() -> DrawnTable:
    return mixed_table(tenfold(), FORMS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["arrow", "spark"])
def test_a_large_questionnaire_gives_the_rows_of_a_file_in_a_frame(
    request: pytest.FixtureRequest, table: DrawnTable, kind: FrameKind
) -> None:
    engine, expected = ENGINES[kind], scored_file(table)
    assert len(expected) == FORMS
    found = scored_frame(table, engine, request.getfixturevalue("spark") if kind == "spark" else None)
    assert not differences(engine.kind, wanted(expected, engine), found, ordered=engine.ordered)
