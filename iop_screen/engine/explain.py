"""Why a form got its result, and what would change it: read off the engine's own judgement, never a second account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.answers import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, LeafTest, ScoreAtLeast, judge
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import Result, assess_one
from iop_screen.engine.what_if import (
    Change,
    CountedAnswers,
    GivenAnswer,
    PairChange,
    WhatIf,
    pair_changes,
    single_answer_results,
    single_changes,
)
from iop_screen.questionnaire.model import Rule
from iop_screen.questionnaire.scalars import Id


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that must hold, and the answers that made it hold."""

    rule: Rule
    because_of: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A form's result with its reasons and what would change it.

    `changes` are single answers. `pairs` are two answers together, for less than now where no single answer is enough.
    `idle` are the questions that may be asked and have no usable answer, and whose answer would change nothing.
    `set_aside` are the answers that do not count; `otherwise` is the result if they did, where that is another one.
    """

    answers: Answers
    result: Result
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    pairs: tuple[PairChange, ...]
    idle: tuple[GivenAnswer, ...]
    set_aside: tuple[GivenAnswer, ...]
    otherwise: Result | None

    @property
    def against(self) -> int:
        """How many answers that were set aside stand against the result: with them it would be another one."""
        return 0 if self.otherwise is None else len(self.set_aside)


def explain(compiled: CompiledQuestionnaire, answers: Answers, counts: CountedAnswers = list) -> Explanation:
    """Judge one form and say why. `counts` gives what counts of forms; an interview sets answers aside."""
    [counted] = counts([answers])
    result = assess_one(compiled, counted)
    what_if = WhatIf(compiled, answers, counted, result, counts)
    alone = single_answer_results(what_if)
    single = single_changes(what_if, alone)
    telling = {*(question.id for question in result.open_questions), *(change.given.question.id for change in single)}
    aside = tuple(_set_aside(compiled, answers, counted))
    return Explanation(
        counted,
        result,
        reasons(compiled, counted),
        single,
        pair_changes(what_if, alone),
        tuple(_idle(compiled, counted, telling)),
        aside,
        _otherwise(compiled, answers, result) if aside else None,
    )


def open_danger_indexes(compiled: CompiledQuestionnaire, result: Result) -> tuple[int, ...]:
    """The places of the open questions that could reach the interrupt step, in file order."""
    still_open = {question.id for question in result.open_questions}
    return tuple(index for index in danger_indexes(compiled) if compiled.questions[index].id in still_open)


def _set_aside(compiled: CompiledQuestionnaire, answers: Answers, counted: Answers) -> Iterator[GivenAnswer]:
    for question, given, counts in zip(compiled.questions, answers.values, counted.values, strict=True):
        if given != counts:
            yield GivenAnswer(question, given)


def _otherwise(compiled: CompiledQuestionnaire, answers: Answers, result: Result) -> Result | None:
    """What a form would come to if the answers that were set aside counted, where that is another result."""
    told = assess_one(compiled, answers)
    same = (told.suggestion, told.levels, told.first_steps) == (result.suggestion, result.levels, result.first_steps)
    return None if same else told


def _idle(compiled: CompiledQuestionnaire, answers: Answers, telling: set[Id]) -> Iterator[GivenAnswer]:
    batch = AnswerBatch(compiled, [answers])
    for index, question in enumerate(compiled.questions):
        if batch.lacks(index) & batch.asked(index).may and question.id not in telling:
            yield GivenAnswer(question, answers.values[index])


def reasons(compiled: CompiledQuestionnaire, answers: Answers) -> tuple[Reason, ...]:
    """Each rule that must hold, in file order, with the answers of the tests that made it hold."""
    batch = AnswerBatch(compiled, [answers])
    return tuple(
        Reason(rule.definition, _given(batch, answers, _tests_that_hold(rule.when, batch)))
        for rule in compiled.rules
        if judge(rule.when, batch).must
    )


def _tests_that_hold(condition: Condition, batch: AnswerBatch) -> Iterator[LeafTest]:
    if not judge(condition, batch).must:
        return
    if isinstance(condition, AllHold | AnyHolds):
        for part in condition.parts:
            yield from _tests_that_hold(part, batch)
    else:
        yield condition


def _given(batch: AnswerBatch, answers: Answers, tests: Iterable[LeafTest]) -> tuple[GivenAnswer, ...]:
    """The answers that count towards some tests, each question once, in file order."""
    indexes = sorted({index for test in tests for index in _that_count(test, batch)})
    return tuple(GivenAnswer(batch.compiled.questions[index], answers.values[index]) for index in indexes)


def _that_count(test: LeafTest, batch: AnswerBatch) -> Iterator[int]:
    """The questions whose answers make a test hold: of a score, those that bring points and are asked for certain."""
    if not isinstance(test, ScoreAtLeast):
        yield test.question
        return
    for item in test.items:
        brings = any(points and batch.passes(option) for option, points in item.points)
        if brings and batch.asked(item.question).must:
            yield item.question
