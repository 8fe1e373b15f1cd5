"""Why a form got its result, and what would change it: read off the engine's own judgement, never a second account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.answers import Answer, Chosen, Crowd, Form, alone, chosen
from iop_screen.engine.conditions import Chose, LeafTest, NoLess, NoMore, Reaches, judge
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import telling_numbers
from iop_screen.engine.suggest import Result, assess, assess_one
from iop_screen.questionnaire.model import (
    All,
    AnyOf,
    Condition,
    MultipleQuestion,
    NumberQuestion,
    Question,
    Rule,
    TextQuestion,
    answers_of,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A question and what was answered to it."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that must hold, and the answers that made it hold."""

    rule: Rule
    because_of: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that would lead to another suggestion or another first step, and the result it would lead to."""

    given: Given
    result: Result


@dataclass(frozen=True, slots=True)
class Explanation:
    """A form's result with its reasons and with the single answers that would change it."""

    form: Form
    result: Result
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]


def explain(instrument: Instrument, form: Form, counts: Callable[[Form], Form] = lambda form: form) -> Explanation:
    """Judge one form and say why. `counts` gives what counts of a form; an interview sets answers aside."""
    counted = counts(form)
    result = assess_one(instrument, counted)
    return Explanation(counted, result, reasons(instrument, counted), changes(instrument, form, result, counts))


def reasons(instrument: Instrument, form: Form) -> tuple[Reason, ...]:
    """Each rule that must hold, in file order, with the answers of the tests that made it hold."""
    crowd = Crowd(instrument, [form])
    return tuple(
        Reason(ready.rule, _given(crowd, form, _tests_that_hold(ready.when, crowd)))
        for ready in instrument.rules
        if judge(ready.when, crowd).must
    )


def changes(
    instrument: Instrument, form: Form, result: Result, counts: Callable[[Form], Form] = lambda form: form
) -> tuple[Change, ...]:
    """Every single answer that would change the suggestion or the first step, found by asking the engine again."""
    counted = counts(form)
    crowd = Crowd(instrument, [counted])
    tried = [
        (Given(question, answer), counts(form.with_answer(place, answer)))
        for place, question in enumerate(instrument.questions)
        if question.role != "access" and crowd.asked(place).may
        for answer in _other_answers(instrument, place, counted.answers[place])
    ]
    outcomes = assess(instrument, [variant for _, variant in tried])
    return tuple(
        Change(given, outcome)
        for (given, _), outcome in zip(tried, outcomes, strict=True)
        if (outcome.suggestion, outcome.first_steps) != (result.suggestion, result.first_steps)
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


def _other_answers(instrument: Instrument, place: int, now: Answer) -> Iterator[Answer]:
    """Answers that stand for all the others: each option, one option more or less, a number on each side of a test."""
    question = instrument.questions[place]
    candidates: list[Answer]
    match question:
        case TextQuestion():
            return
        case NumberQuestion():
            candidates = [*telling_numbers(instrument, place, question)]
        case MultipleQuestion() if isinstance(now, Chosen):
            candidates = [*_one_more_or_less(question, now)]
        case _:
            candidates = [chosen(option) for option in answers_of(question)]
    yield from (answer for answer in candidates if answer != now)


def _one_more_or_less(question: MultipleQuestion, now: Chosen) -> Iterator[Chosen]:
    exclusive = alone(question)
    for option in map(str, answers_of(question)):
        if option in exclusive:
            yield chosen(option)
        elif now.options != {option}:
            yield Chosen((now.options ^ {option}) - exclusive)
