"""A run in lots gives, to the byte, what each record on its own gives, however much is read at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from support.by_hand import csv_by_hand, json_by_hand, rejects_by_hand, run_by_hand, scoring_by_hand
from support.effort import examples
from support.lot_sizes import LOT_SIZES, LotSizes, lot_sizes
from support.tables import Table, tables

from iop_screen.batch.lots.build import Build, PlainBuild
from iop_screen.batch.lots.lot import JudgedLot
from iop_screen.batch.score import Scoring, outcomes_of
from iop_screen.batch.tally import Tally
from iop_screen.report.score_output import csv_head, csv_segments, json_segments
from iop_screen.report.score_rejects import rejects_head, rejects_text
from iop_screen.report.score_summary import summary


@dataclass(frozen=True)
class Written:
    """All that a run gives."""

    csv: bytes
    jsonl: bytes
    rejects: str
    summary: str
    tally: dict[str, Any]


def machine_code() -> Build:
    from iop_screen.batch.fast.build import FastBuild  # noqa: PLC0415 - numba may not be there

    return FastBuild()


BUILDS = [
    pytest.param(PlainBuild, id="plain Python"),
    pytest.param(machine_code, marks=pytest.mark.skipif(find_spec("numba") is None, reason="numba"), id="machine code"),
]


def in_lots(table: Table, sizes: LotSizes, build: Build, threads: int) -> Written:
    with lot_sizes(sizes):
        scoring = table.begun(build)
        assert isinstance(scoring, Scoring)
        shape, csv, jsonl = scoring.shape, csv_head(scoring.compiled, scoring.shape).encode(), b""
        rejects = rejects_head(scoring.files)

        def rows(judged: JudgedLot) -> tuple[bytes | memoryview, bytes | memoryview, str]:
            look = rejects_text(outcomes_of(judged)) if judged.needs_look else ""
            segments = csv_segments(judged, shape), json_segments(judged, shape)
            return build.rows(segments[0], judged), build.rows(segments[1], judged), look

        for _, (of_csv, of_json, look) in scoring.worked(rows, threads):
            csv, jsonl, rejects = csv + of_csv, jsonl + of_json, rejects + look
            build.take_back(of_csv)
            build.take_back(of_json)
    assert scoring.adds_up
    return Written(csv, jsonl, rejects, summary(scoring), counts_of(scoring.tally))


def by_hand(table: Table) -> Written:
    scoring = table.begun()
    assume(isinstance(scoring, Scoring))  # a wide first record looks like the header, below a title
    assert isinstance(scoring, Scoring)
    run = run_by_hand(scoring)
    csv, jsonl, rejects = csv_by_hand(run, scoring), json_by_hand(run, scoring), rejects_by_hand(run, scoring)
    counted = scoring_by_hand(run, scoring)
    return Written(csv, jsonl, rejects, summary(counted), counts_of(counted.tally))


def counts_of(tally: Tally) -> dict[str, Any]:
    """All counts by their names; the numbers of files stand in the places of records already."""
    return {each.name: getattr(tally, each.name) for each in fields(tally) if each.name != "_files"}


@pytest.mark.parametrize("build", BUILDS)
@settings(
    phases=[Phase.generate],
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(table=tables(), sizes=LOT_SIZES, threads=st.sampled_from([1, 2, 3]))
def test_a_run_in_lots_gives_what_each_record_on_its_own_gives(
    build: Callable[[], Build], table: Table, sizes: LotSizes, threads: int
) -> None:
    wanted = by_hand(table)
    assert in_lots(table, sizes, build(), threads) == wanted
