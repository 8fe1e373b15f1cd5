"""A run in lots gives, to the byte, what each record on its own gives, however much is read at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from support.by_hand import csv_by_hand, json_by_hand, rejects_by_hand, run_by_hand, scoring_by_hand
from support.effort import examples
from support.lot_sizes import LOT_SIZES, LotSizes, lot_sizes
from support.tables import Table, tables

from iop_screen.batch.score import Scoring, outcomes_of
from iop_screen.batch.tally import Tally
from iop_screen.report.score_output import csv_head, csv_rows, json_rows
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


def in_lots(table: Table, sizes: LotSizes) -> Written:
    with lot_sizes(sizes):
        scoring = table.begun()
        assert isinstance(scoring, Scoring)
        csv, jsonl, rejects = csv_head(scoring.compiled, scoring.shape), "", rejects_head(scoring.files)
        for judged in scoring.lots():
            csv += csv_rows(judged, scoring.shape)
            jsonl += json_rows(judged, scoring.shape)
            rejects += rejects_text(outcomes_of(judged)) if judged.needs_look else ""
    assert scoring.adds_up
    return Written(csv.encode(), jsonl.encode(), rejects, summary(scoring), counts_of(scoring.tally))


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


@settings(
    phases=[Phase.generate],
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(table=tables(), sizes=LOT_SIZES)
def test_a_run_in_lots_gives_what_each_record_on_its_own_gives(table: Table, sizes: LotSizes) -> None:
    wanted = by_hand(table)
    assert in_lots(table, sizes) == wanted
