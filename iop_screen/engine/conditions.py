"""What a condition means, written once.

A condition has two truths: it *must* hold, whatever the open answers turn out to be, or it *may* hold. `judge` works
them out with nothing but "and" and "or", so it does not care whether a truth is about one form or about a whole
crowd of them: whatever a `Valuation` calls a truth will do, if it understands `&` and `|`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Generic, NamedTuple, Protocol, Self, TypeVar, assert_never

from iop_screen.questionnaire.answers import AnswerTest, HasOption, NumberAtLeast, NumberAtMost


class Truth(Protocol):
    """Anything that understands "and" and "or": a bool, a set of forms, a column."""

    def __and__(self, other: Self, /) -> Self: ...
    def __or__(self, other: Self, /) -> Self: ...


T = TypeVar("T", bound=Truth)


class Verdict(NamedTuple, Generic[T]):
    """The two truths of a condition; where it must hold it also may."""

    must: T
    may: T

    def __and__(self, other: Verdict[T]) -> Verdict[T]:
        return Verdict(self.must & other.must, self.may & other.may)

    def __or__(self, other: Verdict[T]) -> Verdict[T]:
        return Verdict(self.must | other.must, self.may | other.may)


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """A question in a score: each option with its points, and the fewest and most an answer could bring."""

    question: int
    points: tuple[tuple[HasOption, int], ...]
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class ScoreAtLeast:
    """A score adds up to the bound or more."""

    items: tuple[ScoreItem, ...]
    bound: int


@dataclass(frozen=True, slots=True)
class AllHold:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyHolds:
    """At least one part holds."""

    parts: tuple[Condition, ...]


LeafTest = AnswerTest | ScoreAtLeast
Condition = LeafTest | AllHold | AnyHolds
"""A condition of the file with its names resolved: questions by their place, "at least" by what passes."""


class Valuation(Protocol[T]):
    """What is known of a form, or of each form of a crowd, as truths."""

    @property
    def always(self) -> T:
        """True of every form."""
        ...

    @property
    def never(self) -> T:
        """True of no form."""
        ...

    def passes(self, test: AnswerTest) -> T:
        """There is a usable answer, and the test holds for it."""
        ...

    def lacks(self, question: int) -> T:
        """There is no usable answer: blank, unknown, declined or unreadable."""
        ...

    def asked(self, question: int) -> Verdict[T]:
        """The question's `ask_when` must hold, may hold; see `is_asked`."""
        ...

    def add_up_to(self, points: list[tuple[int, T]], bound: int) -> T:
        """The points of those that are true add up to the bound or more."""
        ...

    def but_not(self, this: T, other: T) -> T:
        """This, and not the other. Never used to judge a condition, only to tell what is still open."""
        ...


def judge(condition: Condition, reading: Valuation[T]) -> Verdict[T]:
    """Whether a condition must hold, and whether it may.

    `And` and `Or` apply to must and to may separately. A test on an answer must hold if the question is asked for
    certain and the test holds; it may hold if the test holds, asked or not, or if there is no usable answer and the
    question may be asked.
    """
    if isinstance(condition, HasOption | NumberAtLeast | NumberAtMost):
        asked = reading.asked(condition.question)
        holds = reading.passes(condition)
        return Verdict(asked.must & holds, holds | (reading.lacks(condition.question) & asked.may))
    if isinstance(condition, ScoreAtLeast):
        return _judge_score(condition, reading)
    if isinstance(condition, AllHold):
        return reduce(and_, (judge(part, reading) for part in condition.parts), _all_of(reading))
    if isinstance(condition, AnyHolds):
        return reduce(or_, (judge(part, reading) for part in condition.parts), Verdict(reading.never, reading.never))
    assert_never(condition)


def is_asked(ask_when: Condition | None, reading: Valuation[T]) -> Verdict[T]:
    """Whether a question with this `ask_when` must be asked, and whether it may be."""
    return _all_of(reading) if ask_when is None else judge(ask_when, reading)


def undecided(verdict: Verdict[T], reading: Valuation[T]) -> T:
    """It may hold, but need not."""
    return reading.but_not(verdict.may, verdict.must)


def questions_in(test: LeafTest) -> tuple[int, ...]:
    """The questions that a test reads."""
    return tuple(item.question for item in test.items) if isinstance(test, ScoreAtLeast) else (test.question,)


def leaf_tests(condition: Condition) -> Iterator[LeafTest]:
    """The tests of a resolved condition, in order."""
    if isinstance(condition, AllHold | AnyHolds):
        for part in condition.parts:
            yield from leaf_tests(part)
    else:
        yield condition


def tests_in(condition: Condition, where: T, reading: Valuation[T]) -> Iterator[tuple[LeafTest, T]]:
    """Each test of a condition, and where it and every condition around it are undecided."""
    still = where & undecided(judge(condition, reading), reading)
    if isinstance(condition, AllHold | AnyHolds):
        for part in condition.parts:
            yield from tests_in(part, still, reading)
    else:
        yield condition, still


def _all_of(reading: Valuation[T]) -> Verdict[T]:
    return Verdict(reading.always, reading.always)


def _judge_score(test: ScoreAtLeast, reading: Valuation[T]) -> Verdict[T]:
    """Two sums. The low one counts what is asked for certain, the high one whatever could come in."""
    high: list[tuple[int, T]] = []
    for item in test.items:
        high.append((item.most, reading.asked(item.question).may & reading.lacks(item.question)))
        high.extend((points, reading.passes(option)) for option, points in item.points)
    low = certain_points(test.items, reading)
    return Verdict(reading.add_up_to(low, test.bound), reading.add_up_to(high, test.bound))


def certain_points(items: Iterable[ScoreItem], reading: Valuation[T]) -> list[tuple[int, T]]:
    """The points that count whatever the open answers turn out to be, and of whom: only of items that must be asked."""
    points: list[tuple[int, T]] = []
    for item in items:
        asked = reading.asked(item.question).must
        points.append((item.fewest, asked & reading.lacks(item.question)))
        points.extend((number, asked & reading.passes(option)) for option, number in item.points)
    return points
