"""The counts of a run: each equals what counting row by row gives, and memory stays flat."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.lot_sizes import LOT_SIZES, LotSizes, lot_sizes
from support.small_screening import HEADER, judged_lots, scored, scored_with_rows, small_screening, with_problems

from iop_screen.batch.rows import RECORD, REJECTED, ScoredRow
from iop_screen.batch.tally import PLACES_KEPT, RowOutcome, Tally, all_seen
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import MissingReason

CELLS = st.sampled_from(["yes", "no", "some", "bad", "", "unknown", "declined", "not-shown", "not-applicable", "?"])
RECORDS = st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=12)


def run_over(records: list[list[str]]) -> tuple[Tally, list[ScoredRow]]:
    lines = [f"{index},{','.join(cells)}" for index, cells in enumerate(records)]
    scoring, rows = scored_with_rows(("a.csv", HEADER + "".join(f"{line}\n" for line in lines)))
    return scoring.tally, rows


@settings(max_examples=examples(30), deadline=None)
@given(records=RECORDS, sizes=LOT_SIZES)
def test_every_count_is_what_counting_row_by_row_gives(records: list[list[str]], sizes: LotSizes) -> None:
    with lot_sizes(sizes):
        tally, rows = run_over(records)
    results = [row.result for row in rows if row.result is not None]
    assert tally.rows == len(rows)
    assert sum(seen.count for seen in tally.rejected.values()) == len(rows) - len(results)
    assert tally.outcomes[RowOutcome(REJECTED)] == len(rows) - len(results)
    assert tally.rules_fired == Counter(str(rule.id) for result in results for rule in result.reasons)
    assert tally.open_questions == Counter(str(each.id) for result in results for each in result.open_questions)
    assert tally.cell_problems == Counter(each for row in rows if row.result is not None for each in row.problems)
    open_dangers = [row.answers.values[0] for row in rows if row.result and row.answers and row.result.danger_open]
    assert {reason: seen.count for (_, reason), seen in tally.open_dangers.items()} == Counter(open_dangers)
    assert tally.not_judged.count == len(rows) - len(results)
    answers = [row.answers.values for row in rows if row.answers is not None]
    for index, counted in enumerate(tally.missing):
        assert counted == Counter(each[index] for each in answers if isinstance(each[index], MissingReason))
    assert len(tally.missing) == (len(small_screening().questions) if answers else 0)


def test_of_each_kind_only_the_first_records_are_kept() -> None:
    many = 3 * PLACES_KEPT
    lines = "".join(f"{index},yes,,\n" for index in range(many))
    seen = scored(("a.csv", HEADER + lines)).tally.by_outcome()[RowOutcome("emergency", "now", "now")]
    assert seen.count == many
    assert [place.line for place in seen.places] == [*range(2, 2 + PLACES_KEPT)]


def test_a_long_id_is_not_kept_whole() -> None:
    scoring = scored(("a.csv", f"{HEADER}{'x' * 100_000},yes,,\n"))
    (seen,) = scoring.tally.by_outcome().values()
    assert len(seen.places[0].id) < 1000


def test_places_are_in_the_order_of_the_run_and_not_of_the_names_of_files() -> None:
    scoring = scored(("b.csv", f"{HEADER}1,yes,,\n"), ("a.csv", f"{HEADER}2,yes,,\n3,,,\n"))
    places = all_seen(scoring.tally.by_outcome().values()).places
    assert [(place.file, place.line) for place in places] == [("b.csv", 2), ("a.csv", 2), ("a.csv", 3)]


def test_a_blank_record_of_a_later_file_does_not_come_before_rows_of_the_file_before_it() -> None:
    tally = scored(("b.csv", f"{HEADER}1,yes,,\n"), ("a.csv", f"{HEADER},,,\n")).tally
    together = all_seen([tally.blank_records, *tally.by_outcome().values()])
    assert [place.file for place in together.places] == ["b.csv", "a.csv"]


@pytest.mark.parametrize(
    ("problem", "clean"),
    [
        (AnswerProblem("shakes", "answered-but-not-asked"), True),
        (AnswerProblem("shakes", "no-column"), True),
        (AnswerProblem("shakes", "unreadable"), False),
        (AnswerProblem("shakes", "unended"), False),
        (AnswerProblem(RECORD, "unended"), False),
        (AnswerProblem(RECORD, "duplicate-id"), False),
    ],
)
def test_what_was_not_read_or_may_be_wrong_is_not_clean(problem: AnswerProblem, *, clean: bool) -> None:
    (judged,) = judged_lots(("a.csv", f"{HEADER}1,no,none,\n"))
    tally = Tally()
    tally.count(with_problems(judged, problem))
    assert tally.clean is clean


def test_a_record_with_an_unreadable_cell_is_counted_once() -> None:
    scoring = scored(("a.csv", f"{HEADER}1,?,?,\n2,no,?,\n3,no,none,\n"))
    assert scoring.tally.of_records["unreadable"].count == 2


def test_a_cell_that_may_be_cut_is_no_unreadable_cell() -> None:
    (judged,) = judged_lots(("a.csv", f"{HEADER}1,no,none,\n"))
    tally = Tally()
    tally.count(with_problems(judged, AnswerProblem("shakes", "unended")))
    assert {code: seen.count for code, seen in tally.of_records.items()} == {"unended": 1}


def test_records_that_could_not_be_read_are_named_in_their_order_whatever_the_reason() -> None:
    tally = scored(("a.csv", f'{HEADER}1,no\n2,"no"x,,\n3,no\n4,"no"x,,\n')).tally
    assert [place.line for place in tally.not_judged.places] == [2, 3, 4, 5]
    assert [place.line for place in tally.by_outcome()[RowOutcome(REJECTED)].places] == [2, 3, 4, 5]


def test_one_with_an_unreadable_cell_is_counted_where_an_emergency_is_not_ruled_out() -> None:
    tally = scored(("a.csv", f"{HEADER}1,?,none,\n2,yes,?,\n")).tally
    assert tally.by_outcome()[RowOutcome("undetermined", "", "now")].count == 1
    assert tally.by_outcome()[RowOutcome("emergency", "now", "now")].count == 1
    assert tally.rules_fired == Counter({"in_danger": 1})
