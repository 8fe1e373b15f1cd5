"""The judgement of a questionnaire as a list of steps, each written once, that hold for any answers.

`judge_all` is asked with truths that only note what is done with them. What comes out are the same "and"s and "or"s;
`engine.judgement_plan` takes them step by step for many people, and `batch.sql` writes them down for a database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Notes:
    """All steps so far, each once; a truth is the place of a step, after the two that are never and always true.

    A step that looks at answers has the place of its question, its test or its points in its second part.
    """

    steps: list[tuple[int, int, int]] = field(default_factory=list)
    tests: list[AnswerTest] = field(default_factory=list)
    sums: list[Adds] = field(default_factory=list)
    _places: dict[object, int] = field(default_factory=dict)

    def step(self, does: Does, first: int, second: int) -> int:
        """The place of a step that joins two truths, or of an unanswered question."""
        return self._place((does, first, second), (int(does), first, second))

    def passes(self, test: AnswerTest) -> int:
        """The place of a test on an answer."""
        place = self._place(test, (int(Does.PASSES), len(self.tests), 0))
        if place == len(self.steps) + 1 and len(self.tests) == self.steps[-1][1]:
            self.tests.append(test)
        return place

    def adds(self, adds: Adds) -> int:
        """The place of points that are to add up."""
        place = self._place(adds, (int(Does.ADDS), len(self.sums), 0))
        if place == len(self.steps) + 1 and len(self.sums) == self.steps[-1][1]:
            self.sums.append(adds)
        return place

    def _place(self, key: object, step: tuple[int, int, int]) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.steps) + FIRST_STEP
            self.steps.append(step)
        return place


@dataclass(frozen=True, slots=True)
class Noted:
    """A truth that is not known yet: where it will stand."""

    notes: Notes
    place: int

    def __and__(self, other: Noted) -> Noted:
        first, second = sorted((self.place, other.place))
        if first in {NEVER, second}:
            return self._at(first)
        return self._at(second) if first == ALWAYS else self._step(Does.AND, first, second)

    def __or__(self, other: Noted) -> Noted:
        first, second = sorted((self.place, other.place))
        if first in {ALWAYS, second}:
            return self._at(first)
        return self._at(second) if first == NEVER else self._step(Does.OR, first, second)

    def and_not(self, other: Noted) -> Noted:
        """This, and not the other."""
        if NEVER in {self.place, other.place}:
            return self
        return (
            self._at(NEVER)
            if other.place in {ALWAYS, self.place}
            else self._step(Does.AND_NOT, self.place, other.place)
        )

    def _step(self, does: Does, first: int, second: int) -> Noted:
        return self._at(self.notes.step(does, first, second))

    def _at(self, place: int) -> Noted:
        return Noted(self.notes, place)


class _NotedAnswers:
    """A `Valuation` of answers that are not known yet."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self.notes = Notes()
        self.always, self.never = Noted(self.notes, ALWAYS), Noted(self.notes, NEVER)
        self._compiled = compiled
        self._asked: list[Verdict[Noted]] = []

    def passes(self, test: AnswerTest) -> Noted:
        return Noted(self.notes, self.notes.passes(test))

    def unanswered(self, question: int) -> Noted:
        return Noted(self.notes, self.notes.step(Does.UNANSWERED, question, 0))

    def asked(self, question: int) -> Verdict[Noted]:
        for index in range(len(self._asked), question + 1):
            self._asked.append(judge_optional(self._compiled.ask_when[index], self))
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, Noted]], bound: int) -> Noted:
        places = tuple((number, truth.place) for number, truth in points)
        return Noted(self.notes, self.notes.adds(Adds(places, bound)))

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
