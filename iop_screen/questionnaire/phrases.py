"""Conditions and steps as phrases in the author's own ids: "stay_safe at least with_support and home at least ..."."""

from __future__ import annotations

from collections.abc import Mapping

from iop_screen.questionnaire.conditions import All, AnyOf, AtLeast, AtMost, Clause, OneOf, Test, WrittenCondition
from iop_screen.questionnaire.model import Guarantee, Questionnaire, Rule

AskWhenByQuestion = Mapping[str, WrittenCondition]
"""The `ask_when` of each question that has one, by the id of the question."""


def ask_when_by_question(questionnaire: Questionnaire) -> AskWhenByQuestion:
    """When each question is asked that is not always asked."""
    return {
        str(question.id): question.ask_when for question in questionnaire.questions() if question.ask_when is not None
    }


def condition_phrase(condition: WrittenCondition, ask_when: AskWhenByQuestion | None = None) -> str:
    """A condition as a phrase; what is joined by "or" inside of an "and" stands in brackets.

    With `ask_when` it also says when each question is asked that is not always asked.
    """
    match condition:
        case Clause(subject, test):
            return f"{subject} {_test_phrase(test)}{_where_asked(subject, ask_when or {})}"
        case All(parts):
            return " and ".join(_bracketed(part, ask_when) for part in parts)
        case AnyOf(parts):
            return " or ".join(condition_phrase(part, ask_when) for part in parts)


def bracketed_phrase(condition: WrittenCondition) -> str:
    """A condition as a phrase; every group inside of another one stands in brackets.

    For people who are not to know that "and" binds closer than "or".
    """
    match condition:
        case Clause():
            return condition_phrase(condition)
        case All(parts):
            return " and ".join(map(_group_phrase, parts))
        case AnyOf(parts):
            return " or ".join(map(_group_phrase, parts))


def _group_phrase(part: WrittenCondition) -> str:
    several = isinstance(part, All | AnyOf) and len(part.parts) > 1
    return f"({bracketed_phrase(part)})" if several else bracketed_phrase(part)


def _test_phrase(test: Test) -> str:
    match test:
        case OneOf((option,)):
            return f"is {option}"
        case OneOf(options):
            return f"is {', '.join(options[:-1])} or {options[-1]}"
        case AtLeast(bound):
            return f"at least {bound}"
        case AtMost(bound):
            return f"at most {bound}"


def _where_asked(subject: str, ask_when: AskWhenByQuestion) -> str:
    return f" where it is asked ({condition_phrase(ask_when[subject], ask_when)})" if subject in ask_when else ""


def reach_phrase(questionnaire: Questionnaire, part: Rule | Guarantee) -> str:
    """What a rule or a guarantee asks for, in titles: "the first step "A nurse rings" or a more urgent one, ...".

    The first step stands before the level, as in a result.
    """
    levels = {str(level.id): level for level in questionnaire.levels}
    steps = {str(step.id): step for step in questionnaire.first_steps}
    level = "" if part.level is None else f"at least {levels[part.level].title}"
    step = "" if part.first_step is None else f'the first step "{steps[part.first_step].title}" or a more urgent one'
    return ", and ".join(filter(None, [step, level]))


def promise_phrase(questionnaire: Questionnaire, guarantee: Guarantee) -> str:
    """What a guarantee promises: "if sleep at least poor, then at least A stay"; with when a question is asked."""
    condition = condition_phrase(guarantee.when, ask_when_by_question(questionnaire))
    return f"if {condition}, then {reach_phrase(questionnaire, guarantee)}"


def _bracketed(condition: WrittenCondition, ask_when: AskWhenByQuestion | None) -> str:
    phrase = condition_phrase(condition, ask_when)
    return f"({phrase})" if isinstance(condition, AnyOf) and len(condition.parts) > 1 else phrase
