"""An edit of the default questionnaire that changes a suggestion does not go unnoticed."""

from __future__ import annotations

from collections import Counter

import pytest
from mutants import Fate, fates, table

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
    "add an ask_when": 40,
    "drop an ask_when": 3,
    "hide a question": 20,
    "drop applies_when": 1,
    "drop interrupt": 1,
    "swap two levels": 2,
    "swap two first steps": 2,
}


@pytest.fixture(scope="module")
def all_fates() -> list[Fate]:
    return fates(all_changes=False)


def test_every_edit_that_changes_a_suggestion_is_noticed(all_fates: list[Fate]) -> None:
    """By the loader, a guarantee, a case or a check; `python tests/mutants.py` prints how many by which."""
    survivors = {(fate.mutant.kind, fate.mutant.where) for fate in all_fates if fate.survived}
    assert survivors == set(), table(all_fates)


def test_there_are_edits_of_every_kind(all_fates: list[Fate]) -> None:
    counts = Counter(fate.mutant.kind for fate in all_fates)
    assert {kind: counts[kind] for kind in FEWEST if counts[kind] < FEWEST[kind]} == {}


def test_a_dropped_rule_is_noticed_by_a_guarantee(all_fates: list[Fate]) -> None:
    """What a rule gives is promised too, so that it cannot go without the author being told which promise breaks."""
    dropped = [fate for fate in all_fates if fate.mutant.kind == "drop a rule"]
    assert {fate.noticed_by for fate in dropped} == {"guarantee"}
