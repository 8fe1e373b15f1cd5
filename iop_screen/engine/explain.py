"""Why answers got their result and what would change it, worked out with the same `judge` that made the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, LeafTest, ScoreAtLeast, judge
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import Result, assess_one
from iop_screen.engine.what_if import (
    Change,
    GivenAnswer,
    PairChange,
    SelectCounted,
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
    """A result with its reasons and what would change it.

    `changes` are single answers. `pairs` are two answers together, for less than now where no single answer is enough.
    `without_effect` are the questions that may be asked, have no usable answer, and whose answer would change nothing.
    `set_aside` are the answers that do not count; `if_set_aside_counted` is the result if they did, where it differs.
    """

    answers: Answers
    result: Result
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    pairs: tuple[PairChange, ...]
    without_effect: tuple[GivenAnswer, ...]
    set_aside: tuple[GivenAnswer, ...]
    if_set_aside_counted: Result | None

    @property
    def opposing_answers(self) -> int:
        """How many answers were set aside, if the result would differ with them; else 0."""
        return 0 if self.if_set_aside_counted is None else len(self.set_aside)


def explain(compiled: CompiledQuestionnaire, answers: Answers, select_counted: SelectCounted = list) -> Explanation:
    """Judge one person's answers and say why. `select_counted` leaves out answers that do not count."""
    [counted] = select_counted([answers])
    result = assess_one(compiled, counted)
    what_if = WhatIf(compiled, answers, counted, result, select_counted)
    single_results = single_answer_results(what_if)
    single = single_changes(what_if, single_results)
    relevant = {*(question.id for question in result.open_questions), *(change.given.question.id for change in single)}
    given = zip(compiled.questions, answers.values, counted.values, strict=True)
    aside = tuple(GivenAnswer(question, answer) for question, answer, counts in given if answer != counts)
    return Explanation(
        counted,
        result,
        reasons(compiled, counted),
        single,
        pair_changes(what_if, single_results),
        _without_effect(compiled, counted, relevant),
        aside,
        _result_with_set_aside(compiled, answers, result) if aside else None,
    )


def open_danger_indexes(compiled: CompiledQuestionnaire, result: Result) -> tuple[int, ...]:
    """The indexes of the open questions that could reach the interrupt step, in file order."""
    still_open = {question.id for question in result.open_questions}
    return tuple(index for index in danger_indexes(compiled) if compiled.questions[index].id in still_open)


def _result_with_set_aside(compiled: CompiledQuestionnaire, answers: Answers, result: Result) -> Result | None:
    """The result if the answers that were set aside counted, where it is another one."""
    with_all = assess_one(compiled, answers)
    same = (with_all.suggestion, with_all.levels, with_all.first_steps) == (
        result.suggestion,
        result.levels,
        result.first_steps,
    )
    return None if same else with_all


def _without_effect(compiled: CompiledQuestionnaire, answers: Answers, relevant: set[Id]) -> tuple[GivenAnswer, ...]:
    batch = AnswerBatch(compiled, [answers])
    return tuple(
        GivenAnswer(question, answers.values[index])
        for index, question in enumerate(compiled.questions)
        if batch.unanswered(index) & batch.asked(index).may and question.id not in relevant
    )


def reasons(compiled: CompiledQuestionnaire, answers: Answers) -> tuple[Reason, ...]:
    """Each rule that must hold, in file order, with the answers of the tests that made it hold."""
    batch = AnswerBatch(compiled, [answers])
    return tuple(
        Reason(rule.definition, _counting_answers(batch, answers, _tests_that_hold(rule.when, batch)))
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


def _counting_answers(batch: AnswerBatch, answers: Answers, tests: Iterable[LeafTest]) -> tuple[GivenAnswer, ...]:
    """The answers that count towards some tests, each question once, in file order."""
    indexes = sorted({index for test in tests for index in _counting_questions(test, batch)})
    return tuple(GivenAnswer(batch.compiled.questions[index], answers.values[index]) for index in indexes)


def _counting_questions(test: LeafTest, batch: AnswerBatch) -> Iterator[int]:
    """The questions whose answers make a test hold: of a score, those that bring points and are asked for certain."""
    if not isinstance(test, ScoreAtLeast):
        yield test.question
        return
    for item in test.items:
        brings = any(points and batch.passes(option) for option, points in item.points)
        if brings and batch.asked(item.question).must:
            yield item.question
