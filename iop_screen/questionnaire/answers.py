"""Answers to questions, and the tests on one answer.

There is no default answer. Missing, not shown, unknown, declined, not applicable and unreadable keep their names; a
rule sees in each of them the same thing, that there is no usable answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ids of the options chosen: one, or for a `multiple` question one or more. Yes and no are options."""

    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number."""

    number: Decimal


@dataclass(frozen=True, slots=True)
class Words:
    """Free text."""

    text: str


class MissingReason(Enum):
    """Why there is no usable answer.

    Missing is a blank; a form says not shown of a question that it did not show, and not applicable of one that it
    says does not apply. None of them is an answer: what a rule may still mean does not depend on which it is.
    """

    MISSING = "missing"
    NOT_SHOWN = "not-shown"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    UNREADABLE = "unreadable"

    __hash__ = object.__hash__  # there is one of each; that of Enum is slow, and most answers are missing


NOT_ASKED = (MissingReason.MISSING, MissingReason.NOT_SHOWN)
"""The reasons that say that nobody put the question to the person. Each other one was answered in some way."""

STATED_REASONS = (
    MissingReason.NOT_SHOWN,
    MissingReason.DECLINED,
    MissingReason.UNKNOWN,
    MissingReason.NOT_APPLICABLE,
)
"""The reasons for no answer that a form can state. A blank states none, and what cannot be read is a problem."""

UsableAnswer = Chosen | Amount | Words
Answer = UsableAnswer | MissingReason

UNREADABLE = "unreadable"
OUT_OF_RANGE = "out-of-range"
NOT_ALONE = "not-alone"


def chosen(*options: str) -> Chosen:
    """An answer made of option ids."""
    return Chosen(frozenset(options))


@dataclass(frozen=True, slots=True)
class HasOption:
    """One of these options is, or is among, the answer. `question` is the index of a question in the file, from 0."""

    question: int
    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class NumberAtLeast:
    """The number answered is the bound or more."""

    question: int
    bound: Decimal


@dataclass(frozen=True, slots=True)
class NumberAtMost:
    """The number answered is the bound or less."""

    question: int
    bound: Decimal


AnswerTest = HasOption | NumberAtLeast | NumberAtMost


def predicate(test: AnswerTest) -> Callable[[Answer], bool]:
    """Whether one usable answer passes a test."""
    match test:
        case HasOption(_, options):
            return lambda answer: isinstance(answer, Chosen) and not options.isdisjoint(answer.options)
        case NumberAtLeast(_, bound):
            return lambda answer: isinstance(answer, Amount) and answer.number >= bound
        case NumberAtMost(_, bound):
            return lambda answer: isinstance(answer, Amount) and answer.number <= bound
