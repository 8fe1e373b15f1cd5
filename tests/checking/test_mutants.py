"""An edit of the default questionnaire that changes a suggestion does not go unnoticed."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from support.effort import DEEP
from support.mutants import Fate, Mutant, MutantTester, mutants, of_scores, table, tree_of
from support.questionnaires import HEADER

FEWEST = {
    "drop a rule": 30,
    "lower a level": 15,
    "lower a first step": 10,
    "swap two options": 30,
    "loosen an at_least": 20,
    "tighten an at_least": 20,
    "loosen a worst option": 20,
    "drop an alternative": 20,
    "drop a key": 20,
    "drop a part": 1,
    "add an ask_when": 40,
    "drop an ask_when": 3,
    "hide a question": 20,
    "drop applies_when": 1,
    "drop interrupt": 1,
    "swap two levels": 2,
    "swap two first steps": 2,
    "raise a level": 15,
    "raise a first step": 20,
    "remove a level": 15,
    "remove a first step": 20,
    "name a further option": 5,
    "name one option less": 1,
    "raise points": 10,
    "lower points": 10,
    "drop an item": 10,
    "raise a sum": 1,
    "lower a sum": 1,
}


@cache
def all_mutants() -> tuple[Mutant, ...]:
    return (*mutants(),)


@cache
def guard() -> MutantTester:
    return MutantTester()


def fates_of(kind: str) -> list[Fate]:
    """What becomes of the edits of a kind: of every third, or of each in a deep run, or if a whole rule is gone."""
    edits = [mutant for mutant in all_mutants() if mutant.kind == kind]
    looked_at = edits if DEEP or kind == "drop a rule" else edits[::3]
    return [guard().fate(mutant, all_changes=False) for mutant in looked_at]


@pytest.mark.slow
@pytest.mark.parametrize("kind", FEWEST)
def test_every_edit_that_changes_a_suggestion_is_noticed(kind: str) -> None:
    """By the loader, a guarantee, a case or a check; `support/mutants.py` prints how many by which."""
    fates = fates_of(kind)
    survivors = {fate.mutant.where for fate in fates if fate.survived}
    assert survivors == set(), table(fates)
    if kind == "drop a rule":  # what a rule gives is promised, so that the author is told which promise breaks
        assert {fate.noticed_by for fate in fates} == {"guarantee"}


def test_there_are_edits_of_every_kind() -> None:
    counts = Counter(mutant.kind for mutant in all_mutants())
    assert {*counts} == {*FEWEST}
    assert {kind: counts[kind] for kind in FEWEST if counts[kind] < FEWEST[kind]} == {}


OPTIONS = "[{id: no, label: No, points: 0}, {id: some, label: Some, points: 1}, {id: much, label: Much, points: 2}]"
RATED = f"""{HEADER}
sections:
  - id: needs
    title: Needs
    questions:
      - {{id: sleep, ask: A, role: risk, type: choice, options: {OPTIONS}}}
      - {{id: food, ask: A, role: risk, type: choice, options: {OPTIONS}}}
      - {{id: mood, ask: A, role: risk, type: choice, options: {OPTIONS}}}
scores: [{{id: total, title: Total, add: [sleep, food, mood]}}]
rules: [{{id: many, when: {{total: {{at_least: 4}}}}, level: stay, because: So.}}]
guarantees:
  - {{id: two_of_three, when: {{any: [{{sleep: much, food: much}}, {{sleep: much, mood: much}}]}}, level: stay}}
"""
JUST_SO = """
format: 1
otherwise: {sleep: no, food: no, mood: no}
cases:
  - {id: three, story: Just misses., answers: {sleep: much, food: some}, suggestion: visits}
  - {id: too, story: Just misses., answers: {food: much, mood: some}, suggestion: visits}
  - {id: also, story: Just misses., answers: {sleep: some, mood: much}, suggestion: visits}
  - {id: all, story: Reaches it., answers: {sleep: some, food: some, mood: much}, suggestion: stay}
  - {id: again, story: Reaches it., answers: {sleep: much, food: some, mood: some}, suggestion: stay}
  - {id: pair, story: Reaches it., answers: {food: much, mood: much}, suggestion: stay}
"""


def test_every_edit_of_a_score_that_changes_a_suggestion_is_noticed() -> None:
    """A promise about answers notices points that are lost; a case that just misses notices those that are won."""
    guard = MutantTester(RATED.encode(), JUST_SO.encode())
    fates = [guard.fate(mutant, all_changes=True) for mutant in of_scores(tree_of(RATED.encode()))]
    assert {fate.mutant.kind for fate in fates} == {
        *("raise points", "lower points", "drop an item", "raise a sum", "lower a sum")
    }
    assert [fate.mutant.where for fate in fates if not fate.changes] == []
    assert [fate.mutant.where for fate in fates if fate.survived] == [], table(fates)
    assert {"guarantee", "case"} <= {fate.noticed_by for fate in fates}


def test_with_one_case_and_no_promise_edits_of_a_score_go_unnoticed() -> None:
    alone, one_case = RATED[: RATED.index("guarantees:")].encode(), JUST_SO[: JUST_SO.index("  - {id: too")].encode()
    guard = MutantTester(alone, one_case)
    fates = [guard.fate(mutant, all_changes=True) for mutant in of_scores(tree_of(alone))]
    assert [fate for fate in fates if fate.survived]
