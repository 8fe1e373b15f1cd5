"""Conditions and steps as phrases in the author's own ids: "stay_safe at least with_support and home at least ..."."""

from __future__ import annotations

from iop_screen.questionnaire.model import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Clause,
    Condition,
    Guarantee,
    OneOf,
    Questionnaire,
    Rule,
)


def condition_phrase(condition: Condition) -> str:
    """A condition as a phrase; what is joined by "or" inside of an "and" stands in brackets."""
    match condition:
        case Clause(subject, OneOf((option,))):
            return f"{subject} is {option}"
        case Clause(subject, OneOf(options)):
            return f"{subject} is {', '.join(options[:-1])} or {options[-1]}"
        case Clause(subject, AtLeast(bound)):
            return f"{subject} at least {bound}"
        case Clause(subject, AtMost(bound)):
            return f"{subject} at most {bound}"
        case All(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(condition_phrase(part) for part in parts)
    raise TypeError(type(condition))


def reach_phrase(whole: Questionnaire, part: Rule | Guarantee) -> str:
    """What a rule or a guarantee asks for, in titles: "Residential care or more, and 24-hour medical care first"."""
    levels = {str(level.id): level for level in whole.levels}
    steps = {str(step.id): step for step in whole.first_steps}
    level = "" if part.level is None else f"at least {levels[part.level].title}"
    step = "" if part.first_step is None else f'the first step "{steps[part.first_step].title}" or a more urgent one'
    return " and ".join(filter(None, [level, step]))


def promise_phrase(whole: Questionnaire, guarantee: Guarantee) -> str:
    """What a guarantee promises: "if sleep at least poor, then at least A stay"."""
    return f"if {condition_phrase(guarantee.when)}, then {reach_phrase(whole, guarantee)}"


def _bracketed(condition: Condition) -> str:
    phrase = condition_phrase(condition)
    several = isinstance(condition, AnyOf) and len(condition.parts) > 1
    return f"({phrase})" if several else phrase
