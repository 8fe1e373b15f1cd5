"""Two questionnaires side by side: how the other one reads answers, and which of them it tells apart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from iop_screen.engine.answers import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import ScoreAtLeast, ScoreItem, leaf_tests
from iop_screen.engine.representative_answers import bounds_tested, conditions_of
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question


class Pairing:
    """The questionnaire `of`, and how the questionnaire `other` reads answers to it, by the ids in both."""

    def __init__(self, of: CompiledQuestionnaire, other: CompiledQuestionnaire) -> None:
        self.of = of
        self.other = other
        by_id = {question.id: index for index, question in enumerate(other.questions)}
        self._other_index = [by_id.get(question.id) for question in of.questions]
        self._own_index = {other: own for own, other in enumerate(self._other_index) if other is not None}
        counterparts = map(self.counterpart, range(len(of.questions)))
        self._shared = [
            counterpart is None or question.shape() == counterpart.shape()
            for question, counterpart in zip(of.questions, counterparts, strict=True)
        ]

    def counterpart(self, index: int) -> Question | None:
        """The question of the other questionnaire with the same id, if it has one."""
        other_index = self._other_index[index]
        return None if other_index is None else self.other.questions[other_index]

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
                yield self._own_index.get(other_index), question, answer

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
        own_sums = _sums(self.of)
        for items in _sums(self.other):
            ids = {self.other.questions[item.question].id for item in items}
            alike = [own for own in own_sums if {self.of.questions[item.question].id for item in own} == ids]
            points = {(item.question, _points(item)) for own in alike for item in own}
            found |= {
                index
                for item in items
                if (index := self._own_index.get(item.question)) is not None
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
