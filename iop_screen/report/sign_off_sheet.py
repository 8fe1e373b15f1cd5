"""The choices that a questionnaire marks "For sign-off" in its sources, each with a box to tick and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iop_screen.questionnaire.model import Questionnaire, Rule
from iop_screen.questionnaire.phrases import reach_phrase
from iop_screen.questionnaire.scalars import Text
from iop_screen.report.blocks import Block, Boxes, Paragraph

MARK = re.compile(r"\bFor sign-off:\s*", re.IGNORECASE)
"""What stands before such a choice in a `source`; it ends there, or where the next one begins."""


def sign_off_sheet(questionnaire: Questionnaire) -> Iterator[Block]:
    """How to use the sheet, and the choices with their boxes; nothing if there are none."""
    boxes = (*_of_questions(questionnaire), *_of_rules(questionnaire))
    if boxes:
        yield Paragraph(_HOW_TO_SIGN)
        yield Boxes(boxes)


_HOW_TO_SIGN = (
    "No source settles these choices; whoever wrote the questionnaire made them. Tick each one that you confirm. "
    "Beside one that you do not, write what should stand there."
)


def _of_questions(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    for number, question in enumerate(questionnaire.questions(), start=1):
        for choice in _choices(question.source):
            yield choice, f"Question {number} [{question.id}]: {question.ask}"


def _of_rules(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    for number, rule in enumerate(questionnaire.rules, start=1):
        for choice in _choices(rule.source):
            yield choice, f"Rule {number} [{rule.id}]: {_rule_text(questionnaire, rule)}"


def _rule_text(questionnaire: Questionnaire, rule: Rule) -> str:
    return f"{rule.because} It asks for {reach_phrase(questionnaire, rule)}."


def _choices(source: Text | None) -> list[str]:
    """What stands behind each mark in a source."""
    return [choice for part in MARK.split(str(source or ""))[1:] if (choice := part.strip())]
