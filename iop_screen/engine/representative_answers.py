"""Answers that stand for all answers: what no test can tell apart is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition, leaf_tests, questions_in
from iop_screen.questionnaire.answers import NumberAtLeast, NumberAtMost, UsableAnswer
from iop_screen.questionnaire.types import Question

MAX_MINIMAL_FORMS = 20_000
"""More minimal forms than this are not looked at; the verdict is then "not decided", never a guess."""


class TooManyMinimalForms(Exception):
    """There are more minimal forms than are looked at. Its text says how many were met before giving up."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"too many weakest forms to look at each ({count:,} met, at most {most:,} looked at)")


def check_minimal_form_limit(count: int, most: int | None = None) -> None:
    """Raises TooManyMinimalForms if there are more than are looked at."""
    most = MAX_MINIMAL_FORMS if most is None else most
    if count > most:
        raise TooManyMinimalForms(count, most)


def conditions_of(compiled: CompiledQuestionnaire) -> Iterator[Condition]:
    """Every condition that can move a ladder, open a question or decide whether the questionnaire applies."""
    yield from filter(None, [*compiled.ask_when, compiled.applies_when])
    yield from (rule.when for rule in compiled.rules)


def questions_behind(compiled: CompiledQuestionnaire, conditions: Iterable[Condition]) -> set[int]:
    """The questions that some conditions read: directly, through a score, or through an `ask_when`."""
    waiting = [*conditions]
    read: set[int] = set()
    while waiting:
        new = {index for test in leaf_tests(waiting.pop()) for index in questions_in(test)} - read
        read |= new
        waiting += [when for index in new if (when := compiled.ask_when[index]) is not None]
    return read


def danger_indexes(compiled: CompiledQuestionnaire) -> tuple[int, ...]:
    """The indexes of the questions that a rule of the interrupt step reads, in file order."""
    tests = [test for rule in compiled.interrupting() for test in leaf_tests(rule.when)]
    return tuple(sorted({index for test in tests for index in questions_in(test)}))


def bounds_tested(compiled: CompiledQuestionnaire, index: int, beside: Iterable[Condition] = ()) -> set[Decimal]:
    """The numbers at which tests tell the answers to a question apart."""
    if compiled.questions[index].number_range is None:
        return set()
    return {
        test.bound
        for condition in (*conditions_of(compiled), *beside)
        for test in leaf_tests(condition)
        if isinstance(test, NumberAtLeast | NumberAtMost) and test.question == index
    }


def every_answer(question: Question, bounds: Iterable[Decimal] = ()) -> Iterator[UsableAnswer]:
    """Answers that represent all that can be read; raises TooManyMinimalForms if there are too many."""
    check_minimal_form_limit(question.answer_count)
    return question.every_answer(bounds)
