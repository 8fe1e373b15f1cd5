"""Why a form got its result, and what would change it: read off the engine's own judgement, never a second account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.answers import Crowd, Form
from iop_screen.engine.changes import Attempt, Change, Counts, Given, PairChange, changes, pairs, singles
from iop_screen.engine.conditions import Chose, LeafTest, NoLess, NoMore, Reaches, judge
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import danger_places
from iop_screen.engine.suggest import Result, assess_one
from iop_screen.questionnaire.model import All, AnyOf, Condition, Id, Rule


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that must hold, and the answers that made it hold."""

    rule: Rule
    because_of: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A form's result with its reasons and what would change it.

    `changes` are single answers. `pairs` are two answers together, for less than now where no single answer is enough.
    `idle` are the questions that may be asked and have no usable answer, and whose answer would change nothing.
    `set_aside` are the answers that do not count; `otherwise` is the result if they did, where that is another one.
    """

    form: Form
    result: Result
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    pairs: tuple[PairChange, ...]
    idle: tuple[Given, ...]
    set_aside: tuple[Given, ...]
    otherwise: Result | None

    @property
    def against(self) -> int:
        """How many answers that were set aside stand against the result: with them it would be another one."""
        return 0 if self.otherwise is None else len(self.set_aside)


def explain(instrument: Instrument, form: Form, counts: Counts = list) -> Explanation:
    """Judge one form and say why. `counts` gives what counts of forms; an interview sets answers aside."""
    [counted] = counts([form])
    result = assess_one(instrument, counted)
    attempt = Attempt(instrument, form, counted, result, counts)
    alone = singles(attempt)
    single = changes(attempt, alone)
    telling = {*(question.id for question in result.open_questions), *(change.given.question.id for change in single)}
    aside = tuple(_set_aside(instrument, form, counted))
    return Explanation(
        counted,
        result,
        reasons(instrument, counted),
        single,
        pairs(attempt, alone),
        tuple(_idle(instrument, counted, telling)),
        aside,
        _otherwise(instrument, form, result) if aside else None,
    )


def open_danger_places(instrument: Instrument, result: Result) -> tuple[int, ...]:
    """The places of the open questions that could reach the interrupt step, in file order."""
    still_open = {question.id for question in result.open_questions}
    return tuple(place for place in danger_places(instrument) if instrument.questions[place].id in still_open)


def _set_aside(instrument: Instrument, form: Form, counted: Form) -> Iterator[Given]:
    for question, given, counts in zip(instrument.questions, form.answers, counted.answers, strict=True):
        if given != counts:
            yield Given(question, given)


def _otherwise(instrument: Instrument, form: Form, result: Result) -> Result | None:
    """What a form would come to if the answers that were set aside counted, where that is another result."""
    told = assess_one(instrument, form)
    same = (told.suggestion, told.levels, told.first_steps) == (result.suggestion, result.levels, result.first_steps)
    return None if same else told


def _idle(instrument: Instrument, form: Form, telling: set[Id]) -> Iterator[Given]:
    crowd = Crowd(instrument, [form])
    for place, question in enumerate(instrument.questions):
        if crowd.lacks(place) & crowd.asked(place).may and question.id not in telling:
            yield Given(question, form.answers[place])


def reasons(instrument: Instrument, form: Form) -> tuple[Reason, ...]:
    """Each rule that must hold, in file order, with the answers of the tests that made it hold."""
    crowd = Crowd(instrument, [form])
    return tuple(
        Reason(ready.rule, _given(crowd, form, _tests_that_hold(ready.when, crowd)))
        for ready in instrument.rules
        if judge(ready.when, crowd).must
    )


def _tests_that_hold(condition: Condition, crowd: Crowd) -> Iterator[LeafTest]:
    if not judge(condition, crowd).must:
        return
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from _tests_that_hold(part, crowd)
    elif isinstance(condition, Chose | NoLess | NoMore | Reaches):
        yield condition


def _given(crowd: Crowd, form: Form, tests: Iterable[LeafTest]) -> tuple[Given, ...]:
    """The answers that count towards some tests, each question once, in file order."""
    places = sorted({place for test in tests for place in _that_count(test, crowd)})
    return tuple(Given(crowd.instrument.questions[place], form.answers[place]) for place in places)


def _that_count(test: LeafTest, crowd: Crowd) -> Iterator[int]:
    """The questions whose answers make a test hold: of a score, those that bring points and are asked for certain."""
    if not isinstance(test, Reaches):
        yield test.question
        return
    for item in test.items:
        brings = any(points and crowd.passes(option) for option, points in item.points)
        if brings and crowd.asked(item.question).must:
            yield item.question
