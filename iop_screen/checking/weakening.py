"""Makes a form weaker while something holds of it: answers are left out, and the others made milder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from random import Random

from iop_screen.engine.answer_batch import Answers
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.types import Question

Holds = Callable[[Answers], bool]
Bounds = Callable[[int], Collection[Decimal]]
"""By the index of a question, the numbers at which answers to it are told apart."""


def reduced(answers: Answers, holds: Holds, chance: Random | None = None) -> Answers:
    """The answers without those that can be left out while something holds, by halves and then one by one.

    With `chance` they are tried in another order, which can come to another form.
    """
    indexes = _given(answers)
    if chance is not None:
        chance.shuffle(indexes)
    return _without(answers, indexes, holds)


def weakest(
    answers: Answers, holds: Holds, questions: Sequence[Question], bounds: Bounds, chance: Random | None = None
) -> Answers:
    """The answers made weaker while something holds: none can be left out and none can be milder."""
    return milder(reduced(answers, holds, chance), holds, questions, bounds)


def milder(answers: Answers, holds: Holds, questions: Sequence[Question], bounds: Bounds) -> Answers:
    """The answers with each made milder as long as something holds."""
    for index in _given(answers):
        while (next_milder := _next_milder(answers, index, holds, questions[index], bounds(index))) is not None:
            answers = next_milder
    return answers


def _given(answers: Answers) -> list[int]:
    return [index for index, answer in enumerate(answers.values) if not isinstance(answer, MissingReason)]


def _without(answers: Answers, indexes: Sequence[int], holds: Holds) -> Answers:
    left = answers
    for index in indexes:
        left = left.with_answer(index, MissingReason.MISSING)
    if not indexes or holds(left):
        return left
    if len(indexes) == 1:
        return answers
    half = len(indexes) // 2
    return _without(_without(answers, indexes[:half], holds), indexes[half:], holds)


def _next_milder(
    answers: Answers, index: int, holds: Holds, question: Question, bounds: Collection[Decimal]
) -> Answers | None:
    now = answers.values[index]
    others = (other for other in question.other_answers(now, bounds) if question.is_no_worse(other, now))
    return next(filter(holds, (answers.with_answer(index, other) for other in others)), None)
