"""The choices that no source settles, each with a box to tick: those that a questionnaire marks "For sign-off" in its
sources, by when each first step is due, the order of steps, and the points of scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from iop_screen.questionnaire.model import Questionnaire, Rule, Score
from iop_screen.questionnaire.phrases import bracketed_phrase, reach_phrase
from iop_screen.questionnaire.scalars import Text
from iop_screen.report.blocks import Block, Boxes, Paragraph, Table, TableRow, titled

MARK = re.compile(r"\bFor sign-off:\s*", re.IGNORECASE)
"""What stands before such a choice in a `source`; it ends there, or where the next one begins."""

Box = tuple[str, tuple[str, ...]]
"""What is to be confirmed, and where it stands."""


def sign_off_sheet(questionnaire: Questionnaire) -> Iterator[Block]:
    """How to use the sheet, and the choices with their boxes; nothing if no source marks one."""
    of_questions, of_rules = tuple(_of_questions(questionnaire)), _of_rules(questionnaire)
    if of_questions or of_rules:
        yield Paragraph(_HOW_TO_SIGN)
        yield from titled("Order and time", [Boxes(tuple(_of_steps(questionnaire)))], rank=3)
        yield from titled("Points", _of_scores(questionnaire), rank=3)
        yield from titled("Choices in questions", _boxes(of_questions), rank=3)
        yield from titled("Choices in rules", _boxes(of_rules), rank=3)


_HOW_TO_SIGN = (
    "No source settles these choices; whoever wrote the questionnaire made them. Tick each one that you confirm. "
    "Beside one that you do not, write what should stand there. Below a choice stands where it was made, in the ids "
    "of questions and answers. If several places stand below it and you do not confirm one of them, cross that one "
    'out. "At least" an answer means that answer or a worse one.'
)


def _boxes(boxes: tuple[Box, ...]) -> list[Block]:
    return [Boxes(boxes)] if boxes else []


def _of_steps(questionnaire: Questionnaire) -> Iterator[Box]:
    ladders = (("levels of care", questionnaire.levels), ("first steps", questionnaire.first_steps))
    for name, steps in ladders:
        if len(steps) > 1:
            yield (
                f"The order of {name}: each one is more than the one before it.",
                (_listed(step.title for step in steps),),
            )
    for number, step in enumerate(questionnaire.first_steps, start=1):
        yield f"By when: {step.when or 'not said'}.", (f"First step {number} [{step.id}]: {step.title}",)


def _listed(titles: Iterable[Text]) -> str:
    return "; ".join(f"{number}. {title}" for number, title in enumerate(titles, start=1))


def _of_scores(questionnaire: Questionnaire) -> Iterator[Block]:
    for score in questionnaire.scores:
        yield Boxes(
            (("The points of each answer, and that they are added up.", (f"Score [{score.id}]: {score.title}",)),)
        )
        yield Table(("Question", "Answer", "Points"), tuple(_points(questionnaire, score)))
        yield from _boxes(tuple(_of_totals(score)))


def _of_totals(score: Score) -> Iterator[Box]:
    """What a total means beyond its points: whether it is estimated, and where each band starts."""
    place = (f"Score [{score.id}]: {score.title}",)
    if score.may_miss is not None:
        yield f"A total is estimated while at most {score.may_miss} of {len(score.add)} items have no answer.", place
    for band in score.bands:
        yield f"From {band.from_}: {band.title}.", place


def _points(questionnaire: Questionnaire, score: Score) -> Iterator[TableRow]:
    questions = {str(question.id): question for question in questionnaire.questions()}
    for name in map(str, score.add):
        for option in questions[name].options_listed:
            yield TableRow((name, str(option.label), str(option.points or 0)))


def _of_questions(questionnaire: Questionnaire) -> Iterator[Box]:
    for number, question in enumerate(questionnaire.questions(), start=1):
        for choice in _choices(question.source):
            yield choice, (f"Question {number} [{question.id}]: {question.ask}",)


def _of_rules(questionnaire: Questionnaire) -> tuple[Box, ...]:
    """A box for each choice, with every rule at which the same words stand."""
    places: dict[str, list[str]] = {}
    for number, rule in enumerate(questionnaire.rules, start=1):
        for choice in _choices(rule.source):
            places.setdefault(choice, []).append(f"Rule {number} [{rule.id}]: {_rule_text(questionnaire, rule)}")
    return tuple((choice, tuple(found)) for choice, found in places.items())


def _rule_text(questionnaire: Questionnaire, rule: Rule) -> str:
    return f"If {bracketed_phrase(rule.when)}, then {reach_phrase(questionnaire, rule)}."


def _choices(source: Text | None) -> list[str]:
    """What stands behind each mark in a source."""
    return [choice for part in MARK.split(str(source or ""))[1:] if (choice := part.strip())]
