"""An edit of the default questionnaire that changes a suggestion does not go unnoticed."""

from __future__ import annotations

from collections import Counter

import pytest
from mutants import Fate, fates, table

GATED_BY_USE = ("withdrawal_now", "past_severe_withdrawal", "overdose")
GATED = (*GATED_BY_USE, "ed_meals")

ASKED_OF_MORE = {
    *(("drop an ask_when", question) for question in GATED),
    *(("name a further option", f"ask_when of {question}: concerns") for question in GATED),
}
"""The question is asked of more people. Nobody gets less; no case leaves open an answer that is not asked for now."""

ASKED_OF_FEWER = {
    ("drop an alternative", "ask_when of withdrawal_now: any 2"),
    ("tighten an at_least", "ask_when of withdrawal_now: sedative_use"),
    ("drop an alternative", "ask_when of past_severe_withdrawal: any 1"),
    ("tighten an at_least", "ask_when of past_severe_withdrawal: alcohol_use"),
    ("drop an alternative", "ask_when of overdose: any 2"),
    ("tighten an at_least", "ask_when of overdose: sedative_use"),
    *(("drop an alternative", f"ask_when of {question}: any 3") for question in GATED_BY_USE),
    *(("tighten an at_least", f"ask_when of {question}: opioid_use") for question in GATED_BY_USE),
}
"""The question is no longer asked of some who use on some days and look for other help: a promise is about those who
are asked, and no case tells of them."""

ADULTS = {"age": ["18_64", "65_plus"]}
NOT_ASKED_UNDER_18 = {
    ("add an ask_when", f"{question}: {ADULTS}")
    for question in (
        *("pregnant", "medical", "sedative_use", "opioid_use"),
        *("self_care", "stay_safe", "past_care", "thinking", "home"),
    )
}
"""Under 18 no level is suggested, but a first step would be; no case tells of one that rests on these questions."""

KNOWN_SURVIVORS = ASKED_OF_MORE | ASKED_OF_FEWER | NOT_ASKED_UNDER_18
"""Edits that change a suggestion and that nobody notices, by kind and place."""

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
}


@pytest.fixture(scope="module")
def all_fates() -> list[Fate]:
    return fates(all_changes=False)


def test_every_edit_that_changes_a_suggestion_is_noticed(all_fates: list[Fate]) -> None:
    """By the loader, a guarantee, a case or a check; `python tests/mutants.py` prints how many by which."""
    survivors = {(fate.mutant.kind, fate.mutant.where) for fate in all_fates if fate.survived}
    assert survivors == KNOWN_SURVIVORS, table(all_fates)


def test_there_are_edits_of_every_kind(all_fates: list[Fate]) -> None:
    counts = Counter(fate.mutant.kind for fate in all_fates)
    assert {kind: counts[kind] for kind in FEWEST if counts[kind] < FEWEST[kind]} == {}


def test_a_dropped_rule_is_noticed_by_a_guarantee(all_fates: list[Fate]) -> None:
    """What a rule gives is promised too, so that it cannot go without the author being told which promise breaks."""
    dropped = [fate for fate in all_fates if fate.mutant.kind == "drop a rule"]
    assert {fate.noticed_by for fate in dropped} == {"guarantee"}
