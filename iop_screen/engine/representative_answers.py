"""Answers that stand for all answers: what no test can tell apart is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal
from itertools import combinations, pairwise

from iop_screen.engine.answers import Amount, Chosen, chosen
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import HasOption, LeafTest, NumberAtLeast, NumberAtMost, ScoreAtLeast, questions_in
from iop_screen.questionnaire.model import All, AnyOf, Condition, MultipleQuestion, NumberQuestion

FINEST = Decimal("0.000001")
"""The last place that a number on a form can have."""


MAX_MINIMAL_FORMS = 20_000
"""More corners than this are not looked at; the verdict is then "not decided", never a guess."""


class TooManyMinimalForms(Exception):
    """There are more corners than are looked at. As a text it says how many were met before giving up."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"too many weakest forms to look at each ({count:,} met, at most {most:,} looked at)")


def check_minimal_form_limit(count: int, most: int = MAX_MINIMAL_FORMS) -> None:
    """TooManyCorners if so many are more than are looked at."""
    if count > most:
        raise TooManyMinimalForms(count, most)


def leaf_tests(condition: Condition) -> Iterator[LeafTest]:
    """The tests of a resolved condition, in order."""
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from leaf_tests(part)
    elif isinstance(condition, HasOption | NumberAtLeast | NumberAtMost | ScoreAtLeast):
        yield condition


def conditions_of(compiled: CompiledQuestionnaire) -> Iterator[Condition]:
    """Every condition that can move a ladder, open a question or decide whether the questionnaire applies."""
    optional = [*compiled.ask_when, compiled.applies_when]
    yield from (condition for condition in optional if condition is not None)
    yield from (rule.when for rule in compiled.rules)


def danger_indexes(compiled: CompiledQuestionnaire) -> tuple[int, ...]:
    """The places of the questions that a rule of the interrupt step reads, in file order."""
    tests = [test for rule in compiled.interrupting() for test in leaf_tests(rule.when)]
    return tuple(sorted({index for test in tests for index in questions_in(test)}))


def telling_numbers(
    compiled: CompiledQuestionnaire,
    index: int,
    question: NumberQuestion,
    beside: Iterable[Condition] = (),
    marks: Iterable[Decimal] = (),
) -> list[Amount]:
    """One number for each stretch of the range on which every test says the same: its ends and each bound tested.

    `marks` are further numbers at which something else begins or ends.
    """
    bounds = {
        test.bound
        for condition in (*conditions_of(compiled), *beside)
        for test in leaf_tests(condition)
        if isinstance(test, NumberAtLeast | NumberAtMost) and test.question == index
    }
    inside = {bound for bound in {*bounds, *marks} if question.min <= bound <= question.max}
    ends = sorted({question.min + 0, question.max + 0, *inside})
    between = {number for low, high in pairwise(ends) if low < (number := _number_between(low, high)) < high}
    return [Amount(number) for number in sorted({*ends, *between})]


def readable_sets(question: MultipleQuestion) -> Iterator[Chosen]:
    """Each answer to a `multiple` question: an exclusive option by itself, or some of the others; small ones first."""
    needs = [str(option.id) for option in question.options if not option.exclusive]
    yield from (chosen(str(option.id)) for option in question.options if option.exclusive)
    check_minimal_form_limit(2 ** len(needs))
    for size in range(1, len(needs) + 1):
        yield from (chosen(*options) for options in combinations(needs, size))


def _number_between(low: Decimal, high: Decimal) -> Decimal:
    """A number between two that can be written on a form, a whole one if there is one."""
    questionnaire = low.to_integral_value(ROUND_FLOOR) + 1
    return questionnaire if questionnaire < high else ((low + high) / 2).quantize(FINEST, ROUND_FLOOR).normalize()
