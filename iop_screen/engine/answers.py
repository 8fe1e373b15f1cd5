"""Forms, and how a crowd of forms is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Verdict, is_asked
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, predicate


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


def _union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)
