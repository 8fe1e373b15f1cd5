"""A number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import ClassVar, Literal, assert_never, final

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.answers import (
    OUT_OF_RANGE,
    UNREADABLE,
    Amount,
    AnswerTest,
    HasOption,
    NumberAtLeast,
    NumberAtMost,
    UsableAnswer,
    predicate,
)
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, OneOf, Test
from iop_screen.questionnaire.scalars import NUMBER, Number
from iop_screen.questionnaire.types.base import InputMode, Misfit, QuestionType

FINEST = Decimal("0.000001")
"""The smallest difference between two numbers that can be answered."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(QuestionType):
    """A number from `min` to `max`; a risk question says which way is worse."""

    KEYS: ClassVar = {
        "worse": "Which way is worse, higher or lower; a risk question says so.",
        "min": "The lowest number that can be answered.",
        "max": "The highest number that can be answered.",
    }

    case_value_hint: ClassVar = "a number such as 12 or 0.5"
    input_mode: ClassVar = InputMode.DIGITS

    type: Literal["number"]
    min: Number
    max: Number
    worse: Literal["higher", "lower"] | None = None

    def answer_ids(self) -> tuple[str, ...]:
        return ()

    @property
    def number_range(self) -> tuple[Decimal, Decimal]:
        return self.min, self.max

    def misfit(self, answer: UsableAnswer) -> Misfit | None:
        if not isinstance(answer, Amount):
            return Misfit(UNREADABLE)
        if self.min <= answer.number <= self.max:
            return None
        return Misfit(
            OUT_OF_RANGE, f"`{self.id}` goes from {self.min} to {self.max}; `{self.answer_text(answer)}` is outside"
        )

    def shape(self) -> tuple[object, ...]:
        return self.type, self.role == "risk", self.min, self.max, self.worse

    def read(self, text: str) -> UsableAnswer | None:
        """Nothing is clamped, rounded, cut or completed."""
        return Amount(Decimal(text)) if NUMBER.fullmatch(text) else None

    def best_answer(self) -> UsableAnswer | None:
        return Amount((self.min if self.worse == "higher" else self.max) + 0)

    def usable_no_worse(self, one: UsableAnswer, other: UsableAnswer) -> bool:
        if self.role != "risk" or not (isinstance(one, Amount) and isinstance(other, Amount)):
            return False
        return one.number <= other.number if self.worse == "higher" else one.number >= other.number

    def scale_position(self, answer: UsableAnswer) -> float:
        """By its value between `min` and `max`."""
        if not isinstance(answer, Amount):
            raise TypeError(self.type)
        position = float((answer.number - self.min) / (self.max - self.min))
        return position if self.worse == "higher" else 1 - position

    def mildest(self, test: AnswerTest, bounds: Iterable[Decimal]) -> list[UsableAnswer]:
        if self.role != "risk":
            return [*filter(predicate(test), self.distinct_answers(bounds))]
        match test:
            case HasOption():
                return []
            case NumberAtLeast(_, bound):
                mildest = max(bound, self.min + 0)
            case NumberAtMost(_, bound):
                mildest = min(bound, self.max + 0)
            case _:
                assert_never(test)
        return [Amount(mildest)] if self.min <= mildest <= self.max else []

    def distinct_answers(self, bounds: Iterable[Decimal]) -> Iterator[Amount]:
        """One number for each stretch of the range on which every test says the same: its ends and each bound."""
        ends = sorted({self.min + 0, self.max + 0, *(bound for bound in bounds if self.min <= bound <= self.max)})
        between = {number for low, high in pairwise(ends) if low < (number := _number_between(low, high)) < high}
        return map(Amount, sorted({*ends, *between}))

    def worsening(self, bounds: Iterable[Decimal]) -> Iterator[tuple[UsableAnswer, UsableAnswer]]:
        numbers = [*self.distinct_answers(bounds)]
        return pairwise(numbers if self.worse == "higher" else reversed(numbers))

    def worst_answer_tests(self, index: int) -> Iterator[AnswerTest]:
        yield NumberAtLeast(index, self.max) if self.worse == "higher" else NumberAtMost(index, self.min)

    def resolve_test(self, index: int, test: Test) -> AnswerTest:
        match test:
            case OneOf(options):  # refused when the file is read
                return HasOption(index, frozenset(options))
            case AtLeast(bound):
                return NumberAtLeast(index, Decimal(bound))
            case AtMost(bound):
                return NumberAtMost(index, Decimal(bound))

    def test_problems(self, clause: Clause, left_out: Collection[str]) -> Iterator[Problem]:  # noqa: ARG002 - no words here
        key = {"higher": "at_least", "lower": "at_most"}.get(self.worse or "", "") if self.role == "risk" else ""
        match clause.test:
            case OneOf():
                yield self.wrong_test_problem(clause, "is a number", "write `{at_least: N}` or `{at_most: N}`")
            case AtLeast(bound) | AtMost(bound):
                asks_for = "at_least" if isinstance(clause.test, AtLeast) else "at_most"
                if not NUMBER.fullmatch(bound):
                    yield Problem("wrong-kind", f"`{bound}` is not a number", bound.span)
                elif key not in {"", asks_for}:
                    yield self.wrong_test_problem(
                        clause, f"gets worse when {self.worse}", f"write `{{{key}: {bound}}}`"
                    )
            case _:
                assert_never(clause.test)

    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:
        if self.role == "risk" and self.worse is None and self.id not in incomplete:
            yield self.missing_worse_problem("`higher` or `lower`")
        if self.min >= self.max:
            message = f"`min` ({self.min}) is not below `max` ({self.max})"
            yield Problem("empty-range", message, self.max.span, "write the lowest answer as `min`")

    @property
    def input_hint(self) -> str:
        return f"a number from {self.min} to {self.max}"

    def answer_phrase(self, answer: UsableAnswer, *, or_worse: bool) -> str:
        way = f"at {'least' if self.worse == 'higher' else 'most'} " if or_worse and self.role == "risk" else ""
        return f"{self.id} {way}{self.answer_text(answer)}"

    @property
    def answers_description(self) -> str:
        return f"A number from {self.min:f} to {self.max:f}{f'; {self.worse} is worse' if self.worse else ''}."


def _number_between(low: Decimal, high: Decimal) -> Decimal:
    """A number between two that can be answered, a whole one if there is one."""
    whole = low.to_integral_value(ROUND_FLOOR) + 1
    return whole if whole < high else ((low + high) / 2).quantize(FINEST, ROUND_FLOOR).normalize()
