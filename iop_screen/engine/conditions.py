"""What a condition means, written once.

A condition has two truths: it *must* hold, whatever the open answers turn out to be, or it *may* hold. `judge` works
them out with nothing but "and" and "or". So a truth can be about one person's answers or about a whole batch: it can
be whatever a `Valuation` gives, as long as it has `&` and `|`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Generic, NamedTuple, Protocol, Self, TypeVar, assert_never

from iop_screen.questionnaire.answers import AnswerTest, HasOption, NumberAtLeast, NumberAtMost


class Truth(Protocol):
    """Anything that understands "and" and "or": a bool, a bit mask, a column."""

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
"""A condition of the file with its names resolved: questions by their index, "at least" by the answers that pass."""


class Valuation(Protocol[T]):
    """What is known of one person's answers, or of each person's in a batch, as truths."""

    @property
    def always(self) -> T:
        """True of everybody."""

    @property
    def never(self) -> T:
        """True of nobody."""

    def passes(self, test: AnswerTest) -> T:
        """There is a usable answer, and the test holds for it."""

    def unanswered(self, question: int) -> T:
        """There is no usable answer: blank, unknown, declined or unreadable."""

    def asked(self, question: int) -> Verdict[T]:
        """The question's `ask_when` must hold, may hold; see `judge_optional`."""

    def add_up_to(self, points: list[tuple[int, T]], bound: int) -> T:
        """The points whose truth holds add up to the bound or more."""

    def and_not(self, this: T, other: T) -> T:
        """This, and not the other. Never used to judge a condition, only to tell what is still open."""


def judge(condition: Condition, valuation: Valuation[T]) -> Verdict[T]:
    """Whether a condition must hold, and whether it may.

    `all` and `any` apply to must and to may separately. A test on an answer must hold if the question is asked for
    certain and the test holds; it may hold if the test holds, asked or not, or if there is no usable answer and the
    question may be asked.
    """
    if isinstance(condition, HasOption | NumberAtLeast | NumberAtMost):
        asked = valuation.asked(condition.question)
        holds = valuation.passes(condition)
        return Verdict(asked.must & holds, holds | (valuation.unanswered(condition.question) & asked.may))
    if isinstance(condition, ScoreAtLeast):
        return _judge_score(condition, valuation)
    if isinstance(condition, AllHold):
        return reduce(and_, (judge(part, valuation) for part in condition.parts), _all_of(valuation))
    if isinstance(condition, AnyHolds):
        return reduce(
            or_, (judge(part, valuation) for part in condition.parts), Verdict(valuation.never, valuation.never)
        )
    assert_never(condition)


def judge_optional(condition: Condition | None, valuation: Valuation[T]) -> Verdict[T]:
    """The verdict of a condition; one that is left out always holds."""
    return _all_of(valuation) if condition is None else judge(condition, valuation)


def undecided(verdict: Verdict[T], valuation: Valuation[T]) -> T:
    """It may hold, but need not."""
    return valuation.and_not(verdict.may, verdict.must)


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


def tests_in(condition: Condition, where: T, valuation: Valuation[T]) -> Iterator[tuple[LeafTest, T]]:
    """Each test of a condition, and where it and every condition around it are undecided."""
    where_undecided = where & undecided(judge(condition, valuation), valuation)
    if isinstance(condition, AllHold | AnyHolds):
        for part in condition.parts:
            yield from tests_in(part, where_undecided, valuation)
    else:
        yield condition, where_undecided


def _all_of(valuation: Valuation[T]) -> Verdict[T]:
    return Verdict(valuation.always, valuation.always)


def _judge_score(test: ScoreAtLeast, valuation: Valuation[T]) -> Verdict[T]:
    """Two sums. The low one counts what is asked for certain, the high one whatever could come in."""
    high: list[tuple[int, T]] = []
    for item in test.items:
        high.append((item.most, valuation.asked(item.question).may & valuation.unanswered(item.question)))
        high.extend((points, valuation.passes(option)) for option, points in item.points)
    low = certain_points(test.items, valuation)
    return Verdict(valuation.add_up_to(low, test.bound), valuation.add_up_to(high, test.bound))


def certain_points(items: Iterable[ScoreItem], valuation: Valuation[T]) -> list[tuple[int, T]]:
    """The points that count whatever the open answers turn out to be, and of whom: only of items that must be asked."""
    points: list[tuple[int, T]] = []
    for item in items:
        asked = valuation.asked(item.question).must
        points.append((item.fewest, asked & valuation.unanswered(item.question)))
        points.extend((number, asked & valuation.passes(option)) for option, number in item.points)
    return points
