"""A run in lots gives, to the byte, what each record on its own gives, however much is read at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
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


def plain_build() -> Build:
    return PlainBuild()


def fast_build() -> Build:
    pytest.importorskip("numba")
    from iop_screen.batch.fast.build import FastBuild  # noqa: PLC0415 - only with the extra

    return FastBuild()


BUILDS = pytest.mark.parametrize(
    ("build", "threads"), [(plain_build, 1), (plain_build, 3), (fast_build, 1), (fast_build, 2), (fast_build, 3)]
)


def in_lots(table: Table, sizes: LotSizes, build: Build, threads: int) -> Written:
    with lot_sizes(sizes):
        scoring = table.begun(build)
        assert isinstance(scoring, Scoring)
        csv, jsonl, rejects = csv_head(scoring.compiled, scoring.shape).encode(), b"", rejects_head(scoring.files)

        def work(judged: JudgedLot) -> tuple[bytes | memoryview, bytes | memoryview, str]:
            lists = (segments(judged, scoring.shape) for segments in (csv_segments, json_segments))
            rows, objects = (build.rows(each, judged) for each in lists)
            return rows, objects, rejects_text(outcomes_of(judged)) if judged.needs_look else ""

        for _, (rows, objects, rejected) in scoring.worked(work, threads):
            csv, jsonl, rejects = csv + bytes(rows), jsonl + bytes(objects), rejects + rejected
            build.take_back(rows)
            build.take_back(objects)
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


@BUILDS
@settings(
    phases=[Phase.generate],
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(table=tables(), sizes=LOT_SIZES)
def test_a_run_in_lots_gives_what_each_record_on_its_own_gives(
    build: Callable[[], Build], threads: int, table: Table, sizes: LotSizes
) -> None:
    wanted = by_hand(table)
    assert in_lots(table, sizes, build(), threads) == wanted
