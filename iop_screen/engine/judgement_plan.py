"""The judgement of a questionnaire worked out once, as a list of steps that hold for any answers.

`judge_all` is asked with truths that only note what is done with them. What comes out are the same "and"s and "or"s,
each written once; to take them step by step for many people costs a fraction of judging them anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from iop_screen.engine.answer_batch import MaskValuation
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Verdict, judge_optional
from iop_screen.engine.judgement import Judgement, judge_all
from iop_screen.questionnaire.answers import AnswerTest


class _Does(IntEnum):
    """What a step does with the places of two truths; the last three look at answers."""

    AND = 0
    OR = 1
    AND_NOT = 2
    UNANSWERED = 3
    PASSES = 4
    ADDS = 5


@dataclass(frozen=True, slots=True)
class _Adds:
    """Points, each with the place of its truth, that are to add up to the bound."""

    points: tuple[tuple[int, int], ...]
    bound: int


NEVER, ALWAYS = 0, 1


@dataclass(slots=True)
class _Notes:
    """All steps so far, each once; a truth is the place of a step, after the two that are never and always true.

    A step that looks at answers has the place of its question, its test or its points in `looks`.
    """

    steps: list[tuple[int, int, int]] = field(default_factory=list)
    tests: list[AnswerTest] = field(default_factory=list)
    sums: list[_Adds] = field(default_factory=list)
    _places: dict[object, int] = field(default_factory=dict)

    def step(self, does: _Does, first: int, second: int) -> int:
        """The place of a step that joins two truths, or of an unanswered question."""
        return self._place((does, first, second), (int(does), first, second))

    def passes(self, test: AnswerTest) -> int:
        """The place of a test on an answer."""
        place = self._place(test, (int(_Does.PASSES), len(self.tests), 0))
        if place == len(self.steps) + 1 and len(self.tests) == self.steps[-1][1]:
            self.tests.append(test)
        return place

    def adds(self, adds: _Adds) -> int:
        """The place of points that are to add up."""
        place = self._place(adds, (int(_Does.ADDS), len(self.sums), 0))
        if place == len(self.steps) + 1 and len(self.sums) == self.steps[-1][1]:
            self.sums.append(adds)
        return place

    def _place(self, key: object, step: tuple[int, int, int]) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.steps) + 2
            self.steps.append(step)
        return place


@dataclass(frozen=True, slots=True)
class _Noted:
    """A truth that is not known yet: where it will stand."""

    notes: _Notes
    place: int

    def __and__(self, other: _Noted) -> _Noted:
        first, second = sorted((self.place, other.place))
        if first in {NEVER, second}:
            return self._at(first)
        return self._at(second) if first == ALWAYS else self._step(_Does.AND, first, second)

    def __or__(self, other: _Noted) -> _Noted:
        first, second = sorted((self.place, other.place))
        if first in {ALWAYS, second}:
            return self._at(first)
        return self._at(second) if first == NEVER else self._step(_Does.OR, first, second)

    def and_not(self, other: _Noted) -> _Noted:
        if NEVER in {self.place, other.place}:
            return self
        return (
            self._at(NEVER)
            if other.place in {ALWAYS, self.place}
            else self._step(_Does.AND_NOT, self.place, other.place)
        )

    def _step(self, does: _Does, first: int, second: int) -> _Noted:
        return self._at(self.notes.step(does, first, second))

    def _at(self, place: int) -> _Noted:
        return _Noted(self.notes, place)


class _NotedAnswers:
    """A `Valuation` of answers that are not known yet."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self.notes = _Notes()
        self.always, self.never = _Noted(self.notes, ALWAYS), _Noted(self.notes, NEVER)
        self._compiled = compiled
        self._asked: list[Verdict[_Noted]] = []

    def passes(self, test: AnswerTest) -> _Noted:
        return _Noted(self.notes, self.notes.passes(test))

    def unanswered(self, question: int) -> _Noted:
        return _Noted(self.notes, self.notes.step(_Does.UNANSWERED, question, 0))

    def asked(self, question: int) -> Verdict[_Noted]:
        for index in range(len(self._asked), question + 1):
            self._asked.append(judge_optional(self._compiled.ask_when[index], self))
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, _Noted]], bound: int) -> _Noted:
        places = tuple((number, truth.place) for number, truth in points)
        return _Noted(self.notes, self.notes.adds(_Adds(places, bound)))

    def and_not(self, this: _Noted, other: _Noted) -> _Noted:
        return this.and_not(other)


class JudgementPlan:
    """What is true of answers by one questionnaire, step by step."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        answers = _NotedAnswers(compiled)
        self._noted = judge_all(compiled, answers)
        self._notes = answers.notes

    @property
    def size(self) -> int:
        """How many steps there are."""
        return len(self._notes.steps)

    def judge(self, valuation: MaskValuation) -> Judgement[int]:
        """The same as `judge_all` gives for these answers."""
        values = [valuation.never, valuation.always]
        add = values.append
        for does, first, second in self._notes.steps:
            if does == 0:
                add(values[first] & values[second])
            elif does == 1:
                add(values[first] | values[second])
            elif does == 2:
                add(values[first] & ~values[second])
            elif does == _Does.UNANSWERED:
                add(valuation.unanswered(first))
            elif does == _Does.PASSES:
                add(valuation.passes(self._notes.tests[first]))
            else:
                adds = self._notes.sums[first]
                add(valuation.add_up_to([(number, values[place]) for number, place in adds.points], adds.bound))
        return self._noted.mapped(lambda noted: values[noted.place])
