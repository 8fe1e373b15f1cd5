"""The judgement of a questionnaire as a list of steps, each written once, that hold for any answers.

`judge_all` is asked with truths that only note what is done with them. What comes out are the same "and"s and "or"s;
`engine.judgement_plan` takes them step by step for many people, and `batch.sql` writes them down for a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition, Verdict, judge, judge_optional
from iop_screen.engine.judgement import Judgement, judge_all
from iop_screen.questionnaire.answers import AnswerTest


class Does(IntEnum):
    """What a step does with the places of two truths; the last three look at answers."""

    AND = 0
    OR = 1
    AND_NOT = 2
    UNANSWERED = 3
    PASSES = 4
    ADDS = 5


@dataclass(frozen=True, slots=True)
class Adds:
    """Points, each with the place of its truth, that are to add up to the bound."""

    points: tuple[tuple[int, int], ...]
    bound: int


NEVER, ALWAYS = 0, 1
FIRST_STEP = 2
"""The place of the first step, after those of the two truths that hold never and always."""


class Notes:
    """All steps so far, each once; a truth is the place of a step, after the two that are never and always true.

    A step that looks at answers has the place of its question, its test or its points in its second part.
    """

    def __init__(self) -> None:
        self.steps: list[tuple[int, int, int]] = []
        self.tests: list[AnswerTest] = []
        self.sums: list[Adds] = []
        self.truths: list[Noted] = [Noted(self, NEVER), Noted(self, ALWAYS)]
        self._places: dict[object, int] = {}

    def unanswered(self, question: int) -> Noted:
        """That a question has no usable answer."""
        step = (_UNANSWERED, question, 0)
        place = self._places.get(step)
        return self._new(step, step) if place is None else self.truths[place]

    def joined(self, does: int, first: int, second: int) -> Noted:
        """The step that joins two truths, or a shorter one that comes to the same."""
        step = (does, first, second)
        place = self._places.get(step)
        if place is not None:
            return self.truths[place]
        shorter = self._shorter(does, first, second)
        if shorter is None:
            return self._new(step, step)
        self._places[step] = shorter.place
        return shorter

    def passes(self, test: AnswerTest) -> Noted:
        """A test on an answer."""
        place = self._places.get(test)
        if place is not None:
            return self.truths[place]
        self.tests.append(test)
        return self._new(test, (int(Does.PASSES), len(self.tests) - 1, 0))

    def adds(self, adds: Adds) -> Noted:
        """Points that are to add up."""
        place = self._places.get(adds)
        if place is not None:
            return self.truths[place]
        self.sums.append(adds)
        return self._new(adds, (int(Does.ADDS), len(self.sums) - 1, 0))

    def _shorter(self, does: int, first: int, second: int) -> Noted | None:
        """What a step comes to if one of its truths is part of the other, or both look at one answer."""
        if first == ALWAYS:
            return None
        if does == _AND_NOT:
            return self._shorter_and_not(first, second)
        for one, other in ((first, second), (second, first)):
            inner, *parts = self._read(one)
            if inner in {_AND, _OR} and other in parts:
                return self.truths[one if inner == does else other]
        if does == _OR:
            return self._with_what_both_need(first, second)
        return self.truths[NEVER] if self._apart(first, second) else None

    def _with_what_both_need(self, first: int, second: int) -> Noted | None:
        """Of two truths that both need a third, one of them and the third: less is left to judge."""
        (does, *parts), (other_does, *others) = self._read(first), self._read(second)
        both = {*parts} & {*others}
        if does != _AND or other_does != _AND or not both:
            return None
        shared = both.pop()
        rest, other = (self.truths[_other(each, shared)] for each in (parts, others))
        return self.truths[shared] & (rest | other)

    def _shorter_and_not(self, first: int, second: int) -> Noted | None:
        does, *parts = self._read(first)
        around, *within = self._read(second)
        if does == _OR and second in parts:
            return self.truths[_other(parts, second)].and_not(self.truths[second])
        if (does == _AND and second in parts) or (around == _OR and first in within):
            return self.truths[NEVER]
        return self.truths[first] if self._apart(first, second) else None

    def _apart(self, first: int, second: int) -> bool:
        """The two are that a question has no answer, and a test on its answer: never both hold."""
        (does, question, _), (other, test, _) = sorted((self._read(first), self._read(second)))
        return does == _UNANSWERED and other == _PASSES and self.tests[test].question == question

    def _read(self, place: int) -> tuple[int, int, int]:
        return self.steps[place - FIRST_STEP]

    def _new(self, key: object, step: tuple[int, int, int]) -> Noted:
        truth = Noted(self, len(self.truths))
        self._places[key] = truth.place
        self.steps.append(step)
        self.truths.append(truth)
        return truth


def _other(pair: list[int], one: int) -> int:
    return pair[1] if one == pair[0] else pair[0]


_AND, _OR, _AND_NOT, _UNANSWERED, _PASSES = map(int, list(Does)[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class Noted:
    """A truth that is not known yet: where it will stand. There is one object for each place."""

    notes: Notes
    place: int

    def __and__(self, other: Noted) -> Noted:
        first, second = (self, other) if self.place <= other.place else (other, self)
        if first.place == NEVER or first is second:
            return first
        return second if first.place == ALWAYS else self.notes.joined(_AND, first.place, second.place)

    def __or__(self, other: Noted) -> Noted:
        first, second = (self, other) if self.place <= other.place else (other, self)
        if first.place == ALWAYS or first is second:
            return first
        return second if first.place == NEVER else self.notes.joined(_OR, first.place, second.place)

    def and_not(self, other: Noted) -> Noted:
        """This, and not the other."""
        if NEVER in {self.place, other.place}:
            return self
        if other.place == ALWAYS or other is self:
            return self.notes.truths[NEVER]
        return self.notes.joined(_AND_NOT, self.place, other.place)


class _NotedAnswers:
    """A `Valuation` of answers that are not known yet."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self.notes = Notes()
        self.never, self.always = self.notes.truths
        self._compiled = compiled
        self._asked: list[Verdict[Noted]] = []

    def passes(self, test: AnswerTest) -> Noted:
        return self.notes.passes(test)

    def unanswered(self, question: int) -> Noted:
        return self.notes.unanswered(question)

    def asked(self, question: int) -> Verdict[Noted]:
        for index in range(len(self._asked), question + 1):
            self._asked.append(judge_optional(self._compiled.ask_when[index], self))
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, Noted]], bound: int) -> Noted:
        places = tuple((number, truth.place) for number, truth in points)
        return self.notes.adds(Adds(places, bound))

    def and_not(self, this: Noted, other: Noted) -> Noted:
        return this.and_not(other)


class NotedJudgement:
    """What is true of answers by one questionnaire, as steps. `judgement` has the places of all that is asked for."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self._answers = _NotedAnswers(compiled)
        self.judgement: Judgement[Noted] = judge_all(compiled, self._answers)
        self.notes = self._answers.notes

    def asked(self, question: int) -> Verdict[Noted]:
        """Where a question is asked, by its index."""
        return self._answers.asked(question)

    def verdict(self, condition: Condition) -> Verdict[Noted]:
        """The two truths of a condition of the questionnaire."""
        return judge(condition, self._answers)
