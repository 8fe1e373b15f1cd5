"""Whether one condition holds wherever another one does, as far as that can be told from how they are written."""

from __future__ import annotations

from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, LeafTest, ScoreAtLeast
from iop_screen.questionnaire.answers import HasOption, NumberAtLeast, NumberAtMost


def implies(one: Condition, other: Condition) -> bool:
    """Whether the second condition must hold for every form for which the first must.

    True is a proof; False says only that it cannot be told from the tests and how they are joined.
    """
    return _implies(one, other, {})


def _implies(one: Condition, other: Condition, known: dict[tuple[int, int], bool]) -> bool:
    """The same; `known` are the parts that were compared before, for there can be many ways to come to them."""
    pair = id(one), id(other)
    if pair not in known:
        known[pair] = _compare(one, other, known)
    return known[pair]


def _compare(one: Condition, other: Condition, known: dict[tuple[int, int], bool]) -> bool:
    if isinstance(one, AnyHolds):
        return all(_implies(part, other, known) for part in one.parts)
    if isinstance(other, AllHold):
        return all(_implies(one, part, known) for part in other.parts)
    if isinstance(one, AllHold) and any(_implies(part, other, known) for part in one.parts):
        return True
    if isinstance(other, AnyHolds):
        return any(_implies(one, part, known) for part in other.parts)
    return not isinstance(one, AllHold) and _asks_for_more(one, other)


def _asks_for_more(one: LeafTest, other: LeafTest) -> bool:
    """Whether two tests read the same, and what passes the first passes the second too."""
    match one, other:
        case ScoreAtLeast(items, bound), ScoreAtLeast(other_items, other_bound):
            return bound >= other_bound and items == other_items
        case HasOption(question, options), HasOption(other_question, other_options):
            return question == other_question and options <= other_options
        case NumberAtLeast(question, at_least), NumberAtLeast(other_question, other_least):
            return question == other_question and at_least >= other_least
        case NumberAtMost(question, at_most), NumberAtMost(other_question, other_most):
            return question == other_question and at_most <= other_most
        case _:
            return False
