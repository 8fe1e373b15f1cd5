"""Forms and the answers in them, and how a crowd of forms is read.

There is no default answer. Missing, unknown, declined and unreadable keep their names; a rule sees in each of them
the same thing, that there is no usable answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import reduce
from operator import or_

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AnswerTest, HasOption, NumberAtLeast, NumberAtMost, Verdict, is_asked
from iop_screen.questionnaire.model import (
    ChoiceQuestion,
    MultipleQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
    YesNoQuestion,
    answers_of,
)


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
    """Why there is no usable answer."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    UNREADABLE = "unreadable"

    __hash__ = object.__hash__  # there is one of each; that of Enum is slow, and forms are mostly gaps


Answer = Chosen | Amount | Words | MissingReason


OUT_OF_RANGE = "out-of-range"
NOT_ALONE = "not-alone"


def misfit(question: Question, answer: Answer) -> str:
    """Why a question cannot have this answer, as a code; empty if it can. Its options have to be known already."""
    match question, answer:
        case NumberQuestion(min=lowest, max=highest), Amount(number) if not lowest <= number <= highest:
            return OUT_OF_RANGE
        case ((ChoiceQuestion() | YesNoQuestion()), Chosen(options)) if len(options) > 1:
            return NOT_ALONE
        case MultipleQuestion(), Chosen(options) if len(options) > 1 and options & exclusive_options(question):
            return NOT_ALONE
    return ""


def fits(question: Question, answer: Answer) -> bool:
    """Whether an answer that was given to another wording of a question is still one of its answers."""
    match answer:
        case MissingReason():
            return True
        case Chosen(options):
            known = options <= {*map(str, answers_of(question))}
            return bool(options) and known and not misfit(question, answer)
        case Amount():
            return isinstance(question, NumberQuestion) and not misfit(question, answer)
        case Words():
            return isinstance(question, TextQuestion)


def exclusive_options(question: MultipleQuestion) -> frozenset[str]:
    """The options that go with no other."""
    return frozenset(str(option.id) for option in question.options if option.exclusive)


def best_answer(question: Question) -> Answer | None:
    """The best answer to a risk question; None if no single one is: several needs of which none has to be chosen."""
    match question:
        case NumberQuestion(worse=worse, min=lowest, max=highest):
            return Amount((lowest if worse == "higher" else highest) + 0)
        case MultipleQuestion():
            none = [option for option in question.options if option.exclusive]
            return chosen(str(min(none, key=lambda option: option.points or 0).id)) if none else None
        case ChoiceQuestion() | YesNoQuestion():
            return chosen(answers_of(question)[0])
    return None


def chosen(*options: str) -> Chosen:
    """An answer made of option ids."""
    return Chosen(frozenset(options))


@dataclass(frozen=True, slots=True)
class Answers:
    """One answer or gap for each question, in file order."""

    values: tuple[Answer, ...]

    @property
    def size(self) -> int:
        """How many questions have an answer."""
        return sum(not isinstance(answer, MissingReason) for answer in self.values)

    def with_answer(self, index: int, answer: Answer) -> Answers:
        """The same form with another answer at one place."""
        return Answers((*self.values[:index], answer, *self.values[index + 1 :]))


def no_answers(compiled: CompiledQuestionnaire) -> Answers:
    """A form on which nothing has been answered."""
    return Answers((MissingReason.MISSING,) * len(compiled.questions))


class AnswerBatch:
    """Many forms read at once: a truth is the set of forms it is true of, as the bits of an integer.

    The forms stand in the order given; bit 0 is the first. One form is a crowd of one.
    """

    def __init__(self, compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> None:
        self.compiled = compiled
        self.size = len(answer_sets)
        self.always = (1 << len(answer_sets)) - 1
        self.never = 0
        columns: Iterable[Sequence[Answer]] = [()] * len(compiled.questions)
        if answer_sets:
            columns = zip(*(answers.values for answers in answer_sets), strict=True)
        self._given = [_who_gave_what(column) for column in columns]
        self._asked: list[Verdict[int]] = []
        self._passes: dict[AnswerTest, int] = {}
        self._lacks = [
            _union(who for answer, who in given if isinstance(answer, MissingReason)) for given in self._given
        ]

    def passes(self, test: AnswerTest) -> int:
        known = self._passes.get(test)
        if known is None:
            passes = predicate(test)
            known = self._passes[test] = _union(who for answer, who in self._given[test.question] if passes(answer))
        return known

    def lacks(self, question: int) -> int:
        return self._lacks[question]

    def asked(self, question: int) -> Verdict[int]:
        for index in range(len(self._asked), question + 1):  # in file order: a gate looks only further up
            self._asked.append(is_asked(self.compiled.ask_when[index], self))
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, int]], bound: int) -> int:
        sums = self.sums(points)
        return _union(1 << index for index, total in enumerate(sums) if total >= bound)

    def sums(self, points: Iterable[tuple[int, int]]) -> list[int]:
        """For each form, the points of those that are true of it."""
        totals = [0] * self.size
        for number, who in points:
            if number:
                for index in bit_positions(who):
                    totals[index] += number
        return totals

    def but_not(self, this: int, other: int) -> int:
        return this & ~other


def bit_positions(who: int) -> Iterator[int]:
    """The places of the forms in a set, in order."""
    while who:
        lowest = who & -who
        yield lowest.bit_length() - 1
        who ^= lowest


def asked_indexes(compiled: CompiledQuestionnaire, counted: Answers) -> tuple[int, ...]:
    """The places of the questions that a form may be asked, in file order; `counted` is what counts of the form."""
    batch = AnswerBatch(compiled, [counted])
    return tuple(index for index in range(len(counted.values)) if batch.asked(index).may)


def set_aside(compiled: CompiledQuestionnaire, answers: Answers) -> Answers:
    """The form as an interview counts it: an answer behind a branch that is closed is left out."""
    return set_all_aside(compiled, [answers])[0]


def set_all_aside(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[Answers]:
    """Each form as an interview counts it.

    To leave an answer out can close further branches, never open one, so it is done until nothing changes.
    """
    left = [*answer_sets]
    indexes: Sequence[int] = range(len(left))
    while indexes:
        batch = AnswerBatch(compiled, [left[index] for index in indexes])
        open_to = [batch.asked(question).may for question in range(len(compiled.questions))]
        kept = {index: _only_what_is_asked(left[index], open_to, 1 << bit) for bit, index in enumerate(indexes)}
        indexes = [index for index, answers in kept.items() if answers != left[index]]
        left = [kept.get(index, answers) for index, answers in enumerate(left)]
    return left


def _only_what_is_asked(answers: Answers, open_to: Sequence[int], who: int) -> Answers:
    pairs = zip(answers.values, open_to, strict=True)
    return Answers(tuple(answer if asked & who else MissingReason.MISSING for answer, asked in pairs))


def _who_gave_what(answers: Sequence[Answer]) -> list[tuple[Answer, int]]:
    """Each answer to one question, and who gave it. Told apart by identity: fast, and equal ones may repeat."""
    if len(set(map(id, answers))) == 1:  # most questions are left open by all of a crowd
        return [(answers[0], (1 << len(answers)) - 1)]
    who: dict[int, int] = {}
    given: dict[int, Answer] = {}
    bit = 1
    for answer in answers:
        key = id(answer)
        who[key] = who.get(key, 0) | bit
        given[key] = answer
        bit <<= 1
    return [(given[key], mask) for key, mask in who.items()]


def predicate(test: AnswerTest) -> Callable[[Answer], bool]:
    """Whether one usable answer passes a test."""
    match test:
        case HasOption(_, options):
            return lambda answer: isinstance(answer, Chosen) and not options.isdisjoint(answer.options)
        case NumberAtLeast(_, bound):
            return lambda answer: isinstance(answer, Amount) and answer.number >= bound
        case NumberAtMost(_, bound):
            return lambda answer: isinstance(answer, Amount) and answer.number <= bound


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)
