"""An edit of the default questionnaire that changes a suggestion does not go unnoticed."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from support.effort import DEEP
from support.mutants import Fate, Mutant, MutantTester, mutants, table

FEWEST = {
    "drop a rule": 30,
    "lower a level": 15,
    "lower a first step": 10,
    "swap two options": 30,
    "loosen an at_least": 20,
    "tighten an at_least": 20,
    "loosen a worst option": 20,
    "drop an alternative": 20,
    "drop a part": 2,
    "drop a key": 20,
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
    "lower a bound of points": 3,
    "raise a bound of points": 3,
    "give a point fewer": 20,
    "give a point more": 20,
    "drop an item of a score": 15,
    "add an item to a score": 4,
    "show a note with more first steps": 5,
    "show a note with any first step": 2,
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


@pytest.mark.slow
def test_there_are_edits_of_every_kind() -> None:
    counts = Counter(mutant.kind for mutant in all_mutants())
    assert {*counts} == {*FEWEST}
    assert {kind: counts[kind] for kind in FEWEST if counts[kind] < FEWEST[kind]} == {}
