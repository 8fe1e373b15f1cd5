"""Made-up people who answer the default questionnaire: eight kinds of them, always the same ones from one seed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import iop_screen
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.types import Question

Row = dict[str, str]
"""Cells by the names of their columns."""

KINDS: Sequence[dict[str, str]] = (
    {},
    {"concerns": "substances", "alcohol_use": "most_days", "withdrawal_now": "strong"},
    {"suicide": "danger", "means_at_hand": "yes"},
    {"concerns": "eating;mood_or_other", "ed_body": "risk", "ed_meals": "not_able"},
    {"home": "not_safe", "support": "none", "obligations": "children;court"},
    {"age": "under_18"},
    {"suicide": "declined", "home": "unknown", "support": "not-shown", "travel": "not-applicable"},
    {"harm_others": "", "opioid_use": "", "support": "", "wishes": ""},
)
"""What is fixed for each kind of person; the rest is drawn. The last two kinds leave questions open."""

REMARKS = (
    "",
    "called at noon",
    "asks for Friday, or the week after",
    'says "soon", then "not yet"',
    "two calls\nthe second one was cut off",
    "caf\u00e9 job, caf\u00e9 hours",
    "no",
)
"""Some of them hold commas, quotes, a line end and letters that are not ASCII."""


def made_up_people(compiled: CompiledQuestionnaire, number: int, seed: int = 12) -> list[Row]:
    """So many people: an id with zeros before it, a remark, and a cell for each question, blank if it is not asked."""
    chance = Random(seed)  # noqa: S311 - nothing secret
    people = [_person(compiled, place, chance) for place in range(number)]
    while closed := _answers_not_asked(compiled, people):
        for place, question in closed:
            people[place][question] = ""
    return people


def _person(compiled: CompiledQuestionnaire, place: int, chance: Random) -> Row:
    fixed = {"age": chance.choice(("18_64", "18_64", "65_plus"))} | KINDS[place % len(KINDS)]
    answers = {str(each.id): fixed.get(str(each.id), _drawn(each, chance)) for each in compiled.questions}
    return {"id": f"{place + 1:05}", "remarks": chance.choice(REMARKS), **answers}


def _drawn(question: Question, chance: Random) -> str:
    """The first answer in most cases; of several answers, one or two that go together."""
    words = [str(option.id) for option in question.options_listed] or ["no", "yes"]
    word = words[0] if chance.random() < 0.94 else chance.choice(words)
    second = chance.choice(words[:2])
    return word if not question.allows_multiple or word in {second, words[-1]} else f"{word};{second}"


def _answers_not_asked(compiled: CompiledQuestionnaire, people: Sequence[Row]) -> list[tuple[int, str]]:
    questions = [str(each.id) for each in compiled.questions]
    results = iop_screen.score([{name: person[name] for name in questions} for person in people], compiled)
    problems = [(place, problem) for place, result in enumerate(results) for problem in result["problems"]]
    return [(place, problem.removesuffix(":answered-but-not-asked")) for place, problem in problems]
