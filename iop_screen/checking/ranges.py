"""Ranges: what a number or a score can come to, where a test asks for more or less than that."""

from __future__ import annotations

from decimal import Decimal

from iop_screen.checking.analysis import Analysis
from iop_screen.questionnaire.model import AtLeast, AtMost, Clause, Condition, NumberQuestion, clauses


def why_never(analysis: Analysis, condition: Condition | None) -> str:
    """What is wrong with a condition, as it is written, that no form can meet."""
    beyond = filter(None, (_beyond(analysis, clause) for clause in clauses(condition)))
    return next(beyond, "look for two tests that exclude each other, or an `ask_when` that does")


def _beyond(analysis: Analysis, clause: Clause) -> str:
    """How far the answers go, where a test asks for what lies beyond them."""
    highest = {str(score.definition.id): sum(item.most for item in score.items) for score in analysis.compiled.scores}
    match analysis.scope.questions.get(clause.subject), clause.test:
        case NumberQuestion(max=most), AtLeast(bound) if Decimal(bound) > most:
            return f"`{clause.subject}` goes up to {most}"
        case NumberQuestion(min=least), AtMost(bound) if Decimal(bound) < least:
            return f"`{clause.subject}` goes down to {least}"
        case None, AtLeast(bound) if int(bound) > highest[clause.subject]:
            return f"`{clause.subject}` goes up to {highest[clause.subject]}"
    return ""
