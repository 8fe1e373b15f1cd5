"""What would change a result: single answers, and two together. Found by judging other answers, in one batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

from iop_screen.engine.answer_batch import AnswerBatch, Answers, asked_indexes
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition, judge, leaf_tests, questions_in
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE
from iop_screen.engine.representative_answers import bounds_tested
from iop_screen.engine.suggest import Bounds, Result, assess
from iop_screen.questionnaire.answers import Answer, Chosen
from iop_screen.questionnaire.model import FirstStep
from iop_screen.questionnaire.types import Question

SelectCounted = Callable[[Sequence[Answers]], list[Answers]]
"""Gives the answers that count: all of them, or those that an interview does not set aside."""

MAX_PAIR_QUESTIONS = 60
"""How many questions are tried two at a time; where more of them matter, the first ones are."""

MAX_ANSWER_PAIRS = 2000
"""How many pairs of answers are tried."""

PASSES_NO_TEST = Chosen(frozenset())
"""Stands for the best answer to any question: a condition that holds with it holds with each real answer."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """A question and what was answered to it."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that would lead to another suggestion or another first step, and the result it would lead to."""

    given: GivenAnswer
    result: Result


@dataclass(frozen=True, slots=True)
class PairChange:
    """Two answers that together would lead to less than now, to what no single answer leads to."""

    both: tuple[GivenAnswer, GivenAnswer]
    result: Result


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One person's answers, those of them that count, and their result, to be judged again with other answers."""

    compiled: CompiledQuestionnaire
    answers: Answers
    counted: Answers
    result: Result
    select_counted: SelectCounted

    def results(self, variants: Iterable[dict[int, Answer]]) -> list[Result]:
        """The results with other answers in place of some, each time by the index of the question."""
        answer_sets = [self._with(others) for others in variants]
        return assess(self.compiled, self.select_counted(answer_sets)) if answer_sets else []

    def _with(self, others: dict[int, Answer]) -> Answers:
        return Answers(tuple(others.get(index, answer) for index, answer in enumerate(self.answers.values)))

    def given(self, index: int, answer: Answer) -> GivenAnswer:
        """An answer with its question."""
        return GivenAnswer(self.compiled.questions[index], answer)

    def asked(self) -> list[int]:
        """The indexes of the questions that may be asked and can change a ladder or whom the questionnaire is for."""
        questions = self.compiled.questions
        return [index for index in asked_indexes(self.compiled, self.counted) if questions[index].role != "access"]

    def others(self, index: int) -> Iterator[Answer]:
        """Answers that stand for all the others that a question could get."""
        question = self.compiled.questions[index]
        return question.other_answers(self.counted.values[index], bounds_tested(self.compiled, index))


def single_answer_results(what_if: WhatIf) -> dict[tuple[int, Answer], Result]:
    """What each other answer alone would lead to, by index and answer."""
    tried = [(index, answer) for index in what_if.asked() for answer in what_if.others(index)]
    return dict(zip(tried, what_if.results({index: answer} for index, answer in tried), strict=True))


def single_changes(what_if: WhatIf, single_results: dict[tuple[int, Answer], Result]) -> tuple[Change, ...]:
    """Every single answer that would change the suggestion or the first step."""
    now = _outcome(what_if.result)
    return tuple(
        Change(what_if.given(*one), result) for one, result in single_results.items() if _outcome(result) != now
    )


def pair_changes(what_if: WhatIf, single_results: dict[tuple[int, Answer], Result]) -> tuple[PairChange, ...]:
    """Two answers for each outcome that is less than now and that no single answer leads to; each of them is needed.

    Tried are the questions that a rule reads which may hold now: the others could only bring further reasons.
    """
    known = {_outcome(what_if.result), *map(_outcome, single_results.values())}
    tried = [*islice(_answer_pairs(what_if), MAX_ANSWER_PAIRS)]
    return tuple(
        PairChange((what_if.given(*pair[0]), what_if.given(*pair[1])), outcome)
        for pair, outcome in zip(tried, what_if.results(dict(pair) for pair in tried), strict=True)
        if _outcome(outcome) not in known
        and is_less(what_if.compiled, outcome, what_if.result)
        and not any(_does_as_much(what_if.compiled, single_results[one], outcome) for one in pair)
    )


def is_less(compiled: CompiledQuestionnaire, result: Result, now: Result) -> bool:
    """Whether a result is less than the one now: no bound is higher, and one is lower or a level is settled at last."""
    if result.suggestion in (EMERGENCY, OUT_OF_SCOPE):
        return False
    settled = result.level is not None and now.level is None
    return _no_higher(compiled, result, now) and (settled or _bounds(compiled, result) != _bounds(compiled, now))


def _does_as_much(compiled: CompiledQuestionnaire, alone: Result, both: Result) -> bool:
    """Whether one answer alone leads to as little as two do, and settles a level if they do."""
    return _no_higher(compiled, alone, both) and (alone.level is not None or both.level is None)


def _no_higher(compiled: CompiledQuestionnaire, result: Result, other: Result) -> bool:
    return all(map(int.__le__, _bounds(compiled, result), _bounds(compiled, other)))


def _answer_pairs(what_if: WhatIf) -> Iterator[tuple[tuple[int, Answer], tuple[int, Answer]]]:
    for first, second in _question_pairs(what_if):
        answers, other_answers = ([(index, answer) for answer in what_if.others(index)] for index in (first, second))
        yield from product(answers, other_answers)


def _question_pairs(what_if: WhatIf) -> list[tuple[int, int]]:
    """Two questions at a time whose best answers would lower a bound, or that may decide whom the file is for."""
    compiled = what_if.compiled
    batch = AnswerBatch(compiled, [what_if.counted])
    possible = [rule.when for rule in compiled.rules if judge(rule.when, batch).may]
    applies = [when for when in [compiled.applies_when] if when is not None and not judge(when, batch).must]
    decide_applies = _read_by(compiled, applies)
    matter = _read_by(compiled, possible) | decide_applies
    found = [*combinations([index for index in what_if.asked() if index in matter][:MAX_PAIR_QUESTIONS], 2)]
    best = what_if.results(dict.fromkeys(pair, PASSES_NO_TEST) for pair in found)
    now = _bounds(compiled, what_if.result)
    return [
        pair
        for pair, result in zip(found, best, strict=True)
        if _bounds(compiled, result) != now or not decide_applies.isdisjoint(pair)
    ]


def _read_by(compiled: CompiledQuestionnaire, conditions: Iterable[Condition]) -> set[int]:
    """The questions that conditions read, and those that decide whether these are asked, and so on up."""
    read = {index for condition in conditions for test in leaf_tests(condition) for index in questions_in(test)}
    for index in reversed(range(len(compiled.ask_when))):  # an `ask_when` reads only questions further up
        ask_when = compiled.ask_when[index]
        if index in read and ask_when is not None:
            read |= {above for test in leaf_tests(ask_when) for above in questions_in(test)}
    return read


def _outcome(result: Result) -> tuple[str, Bounds[FirstStep | None]]:
    return result.suggestion, result.first_steps


def _bounds(compiled: CompiledQuestionnaire, result: Result) -> tuple[int, int, int, int]:
    """Both bounds of both ladders, counted from 0."""
    levels, steps = compiled.questionnaire.levels, (None, *compiled.questionnaire.first_steps)
    return (
        levels.index(result.levels.at_least),
        levels.index(result.levels.at_most),
        steps.index(result.first_steps.at_least),
        steps.index(result.first_steps.at_most),
    )
