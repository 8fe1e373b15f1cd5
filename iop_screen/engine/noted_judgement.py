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

    def step(self, does: int, first: int, second: int) -> Noted:
        """The step that joins two truths, or looks at an unanswered question."""
        step = (does, first, second)
        place = self._places.get(step)
        return self._new(step, step) if place is None else self.truths[place]

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

    def _new(self, key: object, step: tuple[int, int, int]) -> Noted:
        truth = Noted(self, len(self.truths))
        self._places[key] = truth.place
        self.steps.append(step)
        self.truths.append(truth)
        return truth


_AND, _OR, _AND_NOT, _UNANSWERED = map(int, (Does.AND, Does.OR, Does.AND_NOT, Does.UNANSWERED))


@dataclass(frozen=True, slots=True, eq=False)
class Noted:
    """A truth that is not known yet: where it will stand. There is one object for each place."""

    notes: Notes
    place: int

    def __and__(self, other: Noted) -> Noted:
        first, second = (self, other) if self.place <= other.place else (other, self)
        if first.place == NEVER or first is second:
            return first
        return second if first.place == ALWAYS else self.notes.step(_AND, first.place, second.place)

    def __or__(self, other: Noted) -> Noted:
        first, second = (self, other) if self.place <= other.place else (other, self)
        if first.place == ALWAYS or first is second:
            return first
        return second if first.place == NEVER else self.notes.step(_OR, first.place, second.place)

    def and_not(self, other: Noted) -> Noted:
        """This, and not the other."""
        if NEVER in {self.place, other.place}:
            return self
        if other.place == ALWAYS or other is self:
            return self.notes.truths[NEVER]
        return self.notes.step(_AND_NOT, self.place, other.place)


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
        return self.notes.step(_UNANSWERED, question, 0)

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
