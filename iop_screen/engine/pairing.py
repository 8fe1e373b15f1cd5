"""Two questionnaires side by side: how one reads the forms of the other, and what the other tells apart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from iop_screen.engine.answers import Answer, Form, Gap, alone, fits
from iop_screen.engine.conditions import Item, NoLess, NoMore, Reaches
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import conditions_of, leaves
from iop_screen.questionnaire.model import MultipleQuestion, NumberQuestion, Question, answers_of


class Pairing:
    """Forms of the instrument `of`, as the instrument `other` reads them. Questions and options go by their ids."""

    def __init__(self, of: Instrument, other: Instrument) -> None:
        self.of = of
        self.other = other
        there = {question.id: place for place, question in enumerate(other.questions)}
        self._there = [there.get(question.id) for question in of.questions]
        self._here = {there: here for here, there in enumerate(self._there) if there is not None}
        self._shared = [_is_shared(question, self.counterpart(place)) for place, question in enumerate(of.questions)]

    def counterpart(self, place: int) -> Question | None:
        """The question of the other instrument with the id of the one at this place, if it has one."""
        there = self._there[place]
        return None if there is None else self.other.questions[there]

    def is_shared(self, place: int) -> bool:
        """Whether a question has the same answers in the same order in both, or only one has it."""
        return self._shared[place]

    def read(self, place: int, answer: Answer) -> Answer:
        """An answer as the other instrument reads it: missing if it has no such question."""
        question = self.counterpart(place)
        return Gap.MISSING if question is None else read_as(question, answer)

    def translated(self, form: Form) -> Form:
        """The form as the other instrument reads it."""
        answers: list[Answer] = [Gap.MISSING] * len(self.other.questions)
        for place, (answer, there) in enumerate(zip(form.answers, self._there, strict=True)):
            if there is not None and answer is not Gap.MISSING:
                answers[there] = self.read(place, answer)
        return Form(tuple(answers))

    def answered(self, its: Form) -> Iterator[tuple[int | None, Question, Answer]]:
        """What a form of the other instrument answers: the place of each question here, if it has one, and the rest."""
        for there, (question, answer) in enumerate(zip(self.other.questions, its.answers, strict=True)):
            if not isinstance(answer, Gap):
                yield self._here.get(there), question, answer

    def marks(self, place: int) -> set[Decimal]:
        """Where the other instrument tells the numbers of a question apart: the bounds it tests, and the ends."""
        question = self.counterpart(place)
        if not isinstance(question, NumberQuestion):
            return set()
        there = self._there[place]
        tests = (test for condition in conditions_of(self.other) for test in leaves(condition))
        bounds = {test.bound for test in tests if isinstance(test, NoLess | NoMore) and test.question == there}
        return bounds | {question.min + 0, question.max + 0}

    def looked_at(self) -> set[int]:
        """The questions at which the other instrument looks in any other way than by the same sum of points."""
        tests = [test for condition in conditions_of(self.other) for test in leaves(condition)]
        tested = {test.question for test in tests if not isinstance(test, Reaches)}
        here, there = _sums(self.of), _sums(self.other)
        found = {here for here, place in enumerate(self._there) if place in tested}
        found |= {place for place, shared in enumerate(self._shared) if not shared}
        for items in there:
            ids = {self.other.questions[item.question].id for item in items}
            alike = [mine for mine in here if {self.of.questions[item.question].id for item in mine} == ids]
            points = {(item.question, _points(item)) for mine in alike for item in mine}
            for item in items:
                place = self._here.get(item.question)
                gated = self.other.gates[item.question] is not None
                if place is not None and (gated or (place, _points(item)) not in points):
                    found.add(place)
        return found


def read_as(question: Question, answer: Answer) -> Answer:
    """An answer to another question with the same id, as this question reads it."""
    return answer if fits(question, answer) else Gap.UNREADABLE


def _is_shared(question: Question, other: Question | None) -> bool:
    return other is None or [*_shape(question)] == [*_shape(other)]


def _shape(question: Question) -> Iterator[object]:
    """What a question's answers are and how they are ordered."""
    yield question.type
    if isinstance(question, MultipleQuestion):
        yield from ({*answers_of(question)}, alone(question))
        return
    risk = question.role == "risk"
    yield from (risk, answers_of(question) if risk else {*answers_of(question)})
    if isinstance(question, NumberQuestion):
        yield from (question.min, question.max, question.worse)


def _sums(instrument: Instrument) -> set[tuple[Item, ...]]:
    """The items of each score that a condition looks at."""
    tests = (test for condition in conditions_of(instrument) for test in leaves(condition))
    return {test.items for test in tests if isinstance(test, Reaches)}


def _points(item: Item) -> frozenset[tuple[frozenset[str], int]]:
    return frozenset((test.options, points) for test, points in item.points)
