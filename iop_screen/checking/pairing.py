"""Two questionnaires side by side: how one reads the forms of the other, and what the other tells apart."""

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
    """Forms of the instrument `of`, as the instrument `other` reads them. Questions and options go by their ids."""

    def __init__(self, of: CompiledQuestionnaire, other: CompiledQuestionnaire) -> None:
        self.of = of
        self.other = other
        there = {question.id: index for index, question in enumerate(other.questions)}
        self._there = [there.get(question.id) for question in of.questions]
        self._here = {there: here for here, there in enumerate(self._there) if there is not None}
        self._shared = [_is_shared(question, self.counterpart(index)) for index, question in enumerate(of.questions)]

    def counterpart(self, index: int) -> Question | None:
        """The question of the other instrument with the id of the one at this place, if it has one."""
        there = self._there[index]
        return None if there is None else self.other.questions[there]

    def is_shared(self, index: int) -> bool:
        """Whether a question has the same answers in the same order in both, or only one has it."""
        return self._shared[index]

    def read(self, index: int, answer: Answer) -> Answer:
        """An answer as the other instrument reads it: missing if it has no such question."""
        question = self.counterpart(index)
        return MissingReason.MISSING if question is None else read_as(question, answer)

    def translated(self, answers: Answers) -> Answers:
        """The form as the other instrument reads it."""
        read: list[Answer] = [MissingReason.MISSING] * len(self.other.questions)
        for index, (answer, there) in enumerate(zip(answers.values, self._there, strict=True)):
            if there is not None and answer is not MissingReason.MISSING:
                read[there] = self.read(index, answer)
        return Answers(tuple(read))

    def answered(self, its: Answers) -> Iterator[tuple[int | None, Question, Answer]]:
        """What a form of the other instrument answers: the place of each question here, if it has one, and the rest."""
        for there, (question, answer) in enumerate(zip(self.other.questions, its.values, strict=True)):
            if not isinstance(answer, MissingReason):
                yield self._here.get(there), question, answer

    def marks(self, index: int) -> set[Decimal]:
        """Where the other instrument tells the numbers of a question apart: the bounds it tests, and the ends."""
        there = self._there[index]
        if there is None:
            return set()
        ends = self.other.questions[there].number_range or ()
        return bounds_tested(self.other, there) | {end + 0 for end in ends}

    def looked_at(self) -> set[int]:
        """The questions at which the other instrument looks in any other way than by the same sum of points."""
        tests = [test for condition in conditions_of(self.other) for test in leaf_tests(condition)]
        tested = {test.question for test in tests if not isinstance(test, ScoreAtLeast)}
        here, there = _sums(self.of), _sums(self.other)
        found = {here for here, index in enumerate(self._there) if index in tested}
        found |= {index for index, shared in enumerate(self._shared) if not shared}
        for items in there:
            ids = {self.other.questions[item.question].id for item in items}
            alike = [mine for mine in here if {self.of.questions[item.question].id for item in mine} == ids]
            points = {(item.question, _points(item)) for mine in alike for item in mine}
            for item in items:
                index = self._here.get(item.question)
                gated = self.other.ask_when[item.question] is not None
                if index is not None and (gated or (index, _points(item)) not in points):
                    found.add(index)
        return found


def read_as(question: Question, answer: Answer) -> Answer:
    """An answer to another question with the same id, as this question reads it."""
    return answer if question.fits(answer) else MissingReason.UNREADABLE


def _is_shared(question: Question, other: Question | None) -> bool:
    return other is None or question.shape() == other.shape()


def _sums(compiled: CompiledQuestionnaire) -> set[tuple[ScoreItem, ...]]:
    """The items of each score that a condition looks at."""
    tests = (test for condition in conditions_of(compiled) for test in leaf_tests(condition))
    return {test.items for test in tests if isinstance(test, ScoreAtLeast)}


def _points(item: ScoreItem) -> frozenset[tuple[frozenset[str], int]]:
    return frozenset((test.options, points) for test, points in item.points)
