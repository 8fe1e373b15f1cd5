"""Which answers to a question are no worse than others: in one questionnaire, or in two that are compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product
from math import prod

from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition, ScoreAtLeast, ScoreItem, leaf_tests
from iop_screen.engine.representative_answers import (
    bounds_tested,
    check_minimal_form_limit,
    conditions_of,
    every_answer,
)
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, predicate
from iop_screen.questionnaire.types import Question


class Pairing:
    """The questionnaire `own`, and how the questionnaire `other` reads answers to it, by the ids in both."""

    def __init__(self, own: CompiledQuestionnaire, other: CompiledQuestionnaire) -> None:
        self.own = own
        self.other = other
        by_id = {question.id: index for index, question in enumerate(other.questions)}
        self._other_index = [by_id.get(question.id) for question in own.questions]
        self._own_index = {
            other_index: own_index for own_index, other_index in enumerate(self._other_index) if other_index is not None
        }
        counterparts = map(self.counterpart, range(len(own.questions)))
        self._shared = [
            counterpart is None or question.shape() == counterpart.shape()
            for question, counterpart in zip(own.questions, counterparts, strict=True)
        ]

    def counterpart(self, index: int) -> Question | None:
        """The question of the other questionnaire with the same id, if it has one."""
        other_index = self._other_index[index]
        return None if other_index is None else self.other.questions[other_index]

    def own_index(self, other_index: int) -> int | None:
        """Our index of a question of the other questionnaire, if the own one has it."""
        return self._own_index.get(other_index)

    def is_shared(self, index: int) -> bool:
        """Whether a question has the same answers in the same order in both, or only one has it."""
        return self._shared[index]

    def read(self, index: int, answer: Answer) -> Answer:
        """An answer as the other questionnaire reads it: missing if it has no such question."""
        question = self.counterpart(index)
        return MissingReason.MISSING if question is None else read_as(question, answer)

    def translated(self, answers: Answers) -> Answers:
        """The answers as the other questionnaire reads them."""
        read: list[Answer] = [MissingReason.MISSING] * len(self.other.questions)
        for index, other_index in enumerate(self._other_index):
            if other_index is not None and answers.values[index] is not MissingReason.MISSING:
                read[other_index] = self.read(index, answers.values[index])
        return Answers(tuple(read))

    def answered(self, answers: Answers) -> Iterator[tuple[int | None, Question, Answer]]:
        """The answers to the other questionnaire that are not missing, with its question and our index for it."""
        for other_index, (question, answer) in enumerate(zip(self.other.questions, answers.values, strict=True)):
            if not isinstance(answer, MissingReason):
                yield self.own_index(other_index), question, answer

    def other_bounds(self, index: int) -> set[Decimal]:
        """The numbers at which the other questionnaire tells answers apart: bounds of tests, ends of the range."""
        other_index = self._other_index[index]
        if other_index is None:
            return set()
        ends = self.other.questions[other_index].number_range or ()
        return bounds_tested(self.other, other_index) | {end + 0 for end in ends}

    def read_separately(self) -> set[int]:
        """The questions that the other questionnaire reads in any other way than by the same sum of points."""
        tests = [test for condition in conditions_of(self.other) for test in leaf_tests(condition)]
        tested = {test.question for test in tests if not isinstance(test, ScoreAtLeast)}
        found = {index for index, other_index in enumerate(self._other_index) if other_index in tested}
        found |= {index for index, shared in enumerate(self._shared) if not shared}
        own_sums = _sums(self.own)
        for items in _sums(self.other):
            ids = {self.other.questions[item.question].id for item in items}
            alike = [sums for sums in own_sums if {self.own.questions[item.question].id for item in sums} == ids]
            points = {(item.question, _points(item)) for sums in alike for item in sums}
            found |= {
                index
                for item in items
                if (index := self.own_index(item.question)) is not None
                and (self.other.ask_when[item.question] is not None or (index, _points(item)) not in points)
            }
        return found


def read_as(question: Question, answer: Answer) -> Answer:
    """An answer to another question with the same id, as this question reads it."""
    return answer if question.fits(answer) else MissingReason.UNREADABLE


def _sums(compiled: CompiledQuestionnaire) -> set[tuple[ScoreItem, ...]]:
    """The items of each score that a condition tests."""
    tests = (test for condition in conditions_of(compiled) for test in leaf_tests(condition))
    return {test.items for test in tests if isinstance(test, ScoreAtLeast)}


def _points(item: ScoreItem) -> frozenset[tuple[frozenset[str], int]]:
    return frozenset((test.options, points) for test, points in item.points)


class AnswerOrder:
    """The order of the answers in one questionnaire. `beside` are further conditions whose bounds count."""

    def __init__(self, compiled: CompiledQuestionnaire, beside: Iterable[Condition] = ()) -> None:
        self.compiled = compiled
        self._beside = tuple(beside)

    def no_worse(self, index: int, one: Answer, other: Answer) -> bool:
        """Whether the first answer is no worse than the second: every need that it has, the second has too."""
        return self.compiled.questions[index].is_no_worse(one, other)

    def joined(self, index: int, one: Answer, other: Answer) -> list[Answer]:
        """The mildest answers that are at least as bad as both."""
        return self.compiled.questions[index].joined(one, other)

    def mildest(self, test: AnswerTest) -> list[Answer]:
        """The mildest answers that pass a test."""
        return [*self.compiled.questions[test.question].mildest(test, self.bounds(test.question))]

    def bounds(self, index: int) -> set[Decimal]:
        """The numbers at which tests tell the answers to a question apart."""
        return bounds_tested(self.compiled, index, self._beside)


class SharedAnswerOrder(AnswerOrder):
    """The order that two questionnaires share: an answer is no worse than another if it is so in both.

    Where both have the same question it is the order of one. Elsewhere the answers are listed and compared one by one.
    An answer that a questionnaire cannot read is unreadable there, which is milder than any answer.
    """

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(pairing.own)
        self._pairing = pairing
        self._joined: dict[tuple[int, Answer, Answer], list[Answer]] = {}

    def no_worse(self, index: int, one: Answer, other: Answer) -> bool:
        """Whether the first answer is no worse than the second in both questionnaires."""
        counterpart = self._pairing.counterpart(index)
        if counterpart is None or self._pairing.is_shared(index):
            return super().no_worse(index, one, other)
        return super().no_worse(index, one, other) and counterpart.is_no_worse(
            self._pairing.read(index, one), self._pairing.read(index, other)
        )

    def joined(self, index: int, one: Answer, other: Answer) -> list[Answer]:
        """The mildest answers that are as bad as both; there can be several."""
        if self._pairing.is_shared(index):
            return super().joined(index, one, other)
        key = index, one, other
        if key not in self._joined:
            as_bad = (
                answer
                for answer in self.every(index)
                if self.no_worse(index, one, answer) and self.no_worse(index, other, answer)
            )
            self._joined[key] = self._mildest(index, as_bad)
        return self._joined[key]

    def mildest(self, test: AnswerTest) -> list[Answer]:
        """The mildest answers that pass a test."""
        if self._pairing.is_shared(test.question):
            return super().mildest(test)
        return self._mildest(test.question, filter(predicate(test), self.every(test.question)))

    def containing_both(self, own: Answers, other: Answers) -> Iterator[Answers]:
        """The mildest answers that are as bad as these of the own and these of the other questionnaire.

        None if the own questionnaire does not have one of the questions. Raises TooManyMinimalForms.
        """
        values, indexes, choices = [*own.values], [], []
        for index, counterpart, answer in self._pairing.answered(other):
            if index is None:
                return
            indexes.append(index)
            choices.append(self._as_bad_as(index, counterpart, values[index], answer))
        check_minimal_form_limit(prod(map(len, choices)))
        for picked in product(*choices):
            for index, answer in zip(indexes, picked, strict=True):
                values[index] = answer
            yield Answers(tuple(values))

    def _as_bad_as(self, index: int, counterpart: Question, own: Answer, other: Answer) -> list[Answer]:
        """The mildest answers that are as bad as one of the own and one of the other questionnaire."""
        question = self.compiled.questions[index]
        as_bad = (
            answer
            for answer in self.every(index)
            if self.no_worse(index, own, answer)
            and question.is_no_worse(read_as(question, other), answer)
            and counterpart.is_no_worse(other, self._pairing.read(index, answer))
        )
        return self._mildest(index, as_bad)

    def every(self, index: int) -> Iterator[Answer]:
        """Answers to a question that stand for all that its own questionnaire can read. Raises TooManyMinimalForms."""
        return every_answer(self.compiled.questions[index], self.bounds(index))

    def bounds(self, index: int) -> set[Decimal]:
        """The numbers at which either questionnaire tells the answers to a question apart."""
        return super().bounds(index) | self._pairing.other_bounds(index)

    def _mildest(self, index: int, answers: Iterable[Answer]) -> list[Answer]:
        kept: list[Answer] = []
        for answer in answers:
            if not any(self.no_worse(index, other, answer) for other in kept):
                kept = [other for other in kept if not self.no_worse(index, answer, other)] + [answer]
        return kept
