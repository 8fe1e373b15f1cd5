"""Ranges: what a number or a score can come to, where a test asks for more or less than that."""

from __future__ import annotations

from decimal import Decimal

from iop_screen.checking.analysis import Analysis
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, WrittenCondition, clauses


def why_never(analysis: Analysis, condition: WrittenCondition | None) -> str:
    """What is wrong with a condition, as it is written, that no form can meet."""
    beyond = filter(None, (_beyond(analysis, clause) for clause in clauses(condition)))
    return next(beyond, "look for two tests that exclude each other, or an `ask_when` that does")


def _beyond(analysis: Analysis, clause: Clause) -> str:
    """How far the answers go, where a test asks for what lies beyond them."""
    highest = {str(score.definition.id): sum(item.most for item in score.items) for score in analysis.compiled.scores}
    question = analysis.scope.questions.get(clause.subject)
    limits = (Decimal(0), Decimal(highest[clause.subject])) if question is None else question.number_range
    match limits, clause.test:
        case (_, most), AtLeast(bound) if Decimal(bound) > most:
            return f"`{clause.subject}` goes up to {most}"
        case (least, _), AtMost(bound) if Decimal(bound) < least:
            return f"`{clause.subject}` goes down to {least}"
    return ""
