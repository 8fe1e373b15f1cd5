"""Whether one condition holds wherever another one does, as far as that can be told from how they are written."""

from __future__ import annotations

from functools import cache

from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, LeafTest, ScoreAtLeast
from iop_screen.questionnaire.answers import HasOption, NumberAtLeast, NumberAtMost


@cache
def implies(one: Condition, other: Condition) -> bool:
    """Whether the second condition must hold for every form for which the first must.

    True is a proof; False says only that it cannot be told from the tests and how they are joined.
    """
    if isinstance(one, AnyHolds):
        return all(implies(part, other) for part in one.parts)
    if isinstance(other, AllHold):
        return all(implies(one, part) for part in other.parts)
    if isinstance(one, AllHold) and any(implies(part, other) for part in one.parts):
        return True
    if isinstance(other, AnyHolds):
        return any(implies(one, part) for part in other.parts)
    return not isinstance(one, AllHold) and _asks_for_more(one, other)


def _asks_for_more(one: LeafTest, other: LeafTest) -> bool:
    """Whether two tests read the same, and what passes the first passes the second too."""
    match one, other:
        case ScoreAtLeast(items, bound), ScoreAtLeast(other_items, other_bound):
            return items == other_items and bound >= other_bound
        case HasOption(question, options), HasOption(other_question, other_options):
            return question == other_question and options <= other_options
        case NumberAtLeast(question, at_least), NumberAtLeast(other_question, other_least):
            return question == other_question and at_least >= other_least
        case NumberAtMost(question, at_most), NumberAtMost(other_question, other_most):
            return question == other_question and at_most <= other_most
        case _:
            return False
