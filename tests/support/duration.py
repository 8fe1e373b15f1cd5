"""A type of question that the program does not have: how long something lasts, as hours and minutes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal, assert_never, final

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.answers import (
    OUT_OF_RANGE,
    UNREADABLE,
    Amount,
    AnswerTest,
    NumberAtLeast,
    NumberAtMost,
    UsableAnswer,
)
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, OneOf, Test
from iop_screen.questionnaire.scalars import Number
from iop_screen.questionnaire.types.base import InputMode, Misfit, QuestionType


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DurationQuestion(QuestionType):
    """Hours and minutes, such as 25:30, up to `most` minutes; in a risk question longer is worse."""

    KEYS: ClassVar = {"most": "The longest time that can be answered, in minutes."}
    case_value_hint: ClassVar = "hours and minutes such as 25:30"
    input_mode: ClassVar = InputMode.WORDS
    input_hint: ClassVar = "hours and minutes, such as 25:30"

    type: Literal["duration"]
    most: Number

    @property
    def number_range(self) -> tuple[Decimal, Decimal]:
        return Decimal(0), self.most + 0

    @property
    def answers_description(self) -> str:
        return f"Hours and minutes, up to {_written(self.most)}."

    def answer_ids(self) -> tuple[str, ...]:
        return ()

    def misfit(self, answer: UsableAnswer) -> Misfit | None:
        if not isinstance(answer, Amount):
            return Misfit(UNREADABLE)
        return None if answer.number <= self.most else Misfit(OUT_OF_RANGE, f"`{self.id}` ends at {self.most} minutes")

    def read(self, text: str) -> UsableAnswer | None:
        minutes = _minutes(text)
        return None if minutes is None else Amount(minutes)

    def usable_no_worse(self, one: UsableAnswer, other: UsableAnswer) -> bool:
        if self.role != "risk" or not (isinstance(one, Amount) and isinstance(other, Amount)):
            return False
        return one.number <= other.number

    def scale_position(self, answer: UsableAnswer) -> float:
        return float(answer.number / self.most) if isinstance(answer, Amount) else 0

    def distinct_answers(self, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:
        inside = {bound for bound in bounds if 0 <= bound <= self.most}
        before = {bound - 1 for bound in inside if bound > 0}
        return map(Amount, sorted({Decimal(0), self.most + 0, *inside, *before}))

    def worst_answer_tests(self, index: int) -> Iterator[AnswerTest]:
        yield NumberAtLeast(index, self.most + 0)

    def resolve_test(self, index: int, test: Test) -> AnswerTest:
        match test:
            case OneOf():
                raise TypeError(test)
            case AtLeast(bound):
                return NumberAtLeast(index, _minutes(bound) or Decimal(0))
            case AtMost(bound):
                return NumberAtMost(index, _minutes(bound) or Decimal(0))
            case _:
                assert_never(test)

    def test_problems(self, clause: Clause, left_out: Collection[str]) -> Iterator[Problem]:  # noqa: ARG002 - no words
        match clause.test:
            case AtLeast(bound) if _minutes(bound) is not None:
                return
            case _:
                yield self.wrong_test_problem(clause, "is a time", "write `{at_least: 25:30}`")

    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:  # noqa: ARG002 - nothing can be left out
        if self.most <= 0:
            yield Problem("empty-range", f"`most` ({self.most}) leaves no time", self.most.span)

    def answer_text(self, answer: UsableAnswer) -> str:
        return _written(answer.number) if isinstance(answer, Amount) else ""

    def answer_phrase(self, answer: UsableAnswer, *, or_worse: bool) -> str:
        return f"{self.id} {'at least ' if or_worse and self.role == 'risk' else ''}{self.answer_text(answer)}"


def _minutes(text: str) -> Decimal | None:
    found = re.fullmatch(r"(\d{1,3}):([0-5]\d)", text, re.ASCII)
    return Decimal(found[1]) * 60 + Decimal(found[2]) if found else None


def _written(minutes: Decimal) -> str:
    return f"{int(minutes) // 60}:{int(minutes) % 60:02}"
