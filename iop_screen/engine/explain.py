"""Why a form got its result, and what would change it: read off the engine's own judgement, never a second account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from iop_screen.engine.answers import Amount, Answer, Chosen, Crowd, Form, Gap, chosen
from iop_screen.engine.conditions import Chose, LeafTest, NoLess, NoMore, Reaches, judge, questions_in
from iop_screen.engine.instrument import Instrument
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


def explain(instrument: Instrument, form: Form) -> Explanation:
    """Judge one form and say why."""
    result = assess_one(instrument, form)
    return Explanation(form, result, reasons(instrument, form), changes(instrument, form, result))


def reasons(instrument: Instrument, form: Form) -> tuple[Reason, ...]:
    """Each rule that must hold, in file order, with the answers of the tests that made it hold."""
    crowd = Crowd(instrument, [form])
    return tuple(
        Reason(ready.rule, _given(instrument, form, _tests_that_hold(ready.when, crowd)))
        for ready in instrument.rules
        if judge(ready.when, crowd).must
    )


def changes(instrument: Instrument, form: Form, result: Result) -> tuple[Change, ...]:
    """Every single answer that would change the suggestion or the first step, found by asking the engine again."""
    crowd = Crowd(instrument, [form])
    tried = [
        (Given(question, answer), form.with_answer(place, answer))
        for place, question in enumerate(instrument.questions)
        if question.role != "access" and crowd.asked(place).may
        for answer in _other_answers(instrument, place, form.answers[place])
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


def _given(instrument: Instrument, form: Form, tests: Iterator[LeafTest]) -> tuple[Given, ...]:
    """The usable answers behind some tests, each question once, in file order."""
    places = sorted({place for test in tests for place in questions_in(test)})
    return tuple(
        Given(instrument.questions[place], form.answers[place])
        for place in places
        if not isinstance(form.answers[place], Gap)
    )


def _other_answers(instrument: Instrument, place: int, now: Answer) -> Iterator[Answer]:
    """Answers that stand for all the others: each option, one option more or less, a number on each side of a test."""
    question = instrument.questions[place]
    candidates: list[Answer]
    match question:
        case TextQuestion():
            return
        case NumberQuestion():
            candidates = [*_telling_numbers(instrument, place, question)]
        case MultipleQuestion() if isinstance(now, Chosen):
            candidates = [*_one_more_or_less(question, now)]
        case _:
            candidates = [chosen(option) for option in answers_of(question)]
    yield from (answer for answer in candidates if answer != now)


def _one_more_or_less(question: MultipleQuestion, now: Chosen) -> Iterator[Chosen]:
    exclusive = {str(option.id) for option in question.options if option.exclusive}
    for option in map(str, answers_of(question)):
        if option in exclusive:
            yield chosen(option)
        elif now.options != {option}:
            yield Chosen((now.options ^ {option}) - exclusive)


def _telling_numbers(instrument: Instrument, place: int, question: NumberQuestion) -> list[Amount]:
    """One number for each stretch of the range on which every test says the same: its ends and each bound tested."""
    bounds = {
        test.bound
        for condition in _conditions(instrument)
        for test in _leaves(condition)
        if isinstance(test, NoLess | NoMore) and test.question == place
    }
    marks = sorted({question.min + 0, question.max + 0, *(b for b in bounds if question.min <= b <= question.max)})
    between = [(low + high) / 2 for low, high in pairwise(marks)]
    return [Amount(number) for number in sorted({*marks, *between})]


def _conditions(instrument: Instrument) -> Iterator[Condition]:
    optional = [*instrument.gates, instrument.applies_when]
    yield from (condition for condition in optional if condition is not None)
    yield from (ready.when for ready in instrument.rules)


def _leaves(condition: Condition) -> Iterator[LeafTest]:
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from _leaves(part)
    elif isinstance(condition, Chose | NoLess | NoMore | Reaches):
        yield condition
