"""What would change a result: single answers, and two together. Found by asking the engine again, in one crowd."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

from iop_screen.engine.answers import Answer, Chosen, Crowd, Form, alone, asked_places, chosen
from iop_screen.engine.conditions import judge, questions_in
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import leaves, telling_numbers
from iop_screen.engine.suggest import EMERGENCY, OUT_OF_SCOPE, Bounds, Result, assess
from iop_screen.questionnaire.model import (
    Condition,
    FirstStep,
    MultipleQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
    answers_of,
)

Counts = Callable[[Sequence[Form]], list[Form]]
"""What counts of forms: all of them as they are, or without what an interview sets aside."""

MOST_PLACES = 60
"""Of so many questions two at a time are tried; where more than that matter, the first of them are."""

MOST_PAIRS = 2000
"""So many pairs of answers are tried."""

PASSES_NO_TEST = Chosen(frozenset())
"""Stands for the best answer to any question: a condition that holds with it holds with each real answer."""


@dataclass(frozen=True, slots=True)
class Given:
    """A question and what was answered to it."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that would lead to another suggestion or another first step, and the result it would lead to."""

    given: Given
    result: Result


@dataclass(frozen=True, slots=True)
class PairChange:
    """Two answers that together would lead to less than now, to what no single answer leads to."""

    both: tuple[Given, Given]
    result: Result


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form, what counts of it, and what it gets, to be asked about again with other answers."""

    instrument: Instrument
    form: Form
    counted: Form
    result: Result
    counts: Counts

    def results(self, variants: Iterable[dict[int, Answer]]) -> list[Result]:
        """What the form would get with other answers, each time by place."""
        forms = [self._with(answers) for answers in variants]
        return assess(self.instrument, self.counts(forms)) if forms else []

    def _with(self, answers: dict[int, Answer]) -> Form:
        form = self.form
        for place, answer in answers.items():
            form = form.with_answer(place, answer)
        return form

    def given(self, place: int, answer: Answer) -> Given:
        """An answer with its question."""
        return Given(self.instrument.questions[place], answer)

    def asked(self) -> list[int]:
        """The places of the questions that may be asked and can change a ladder or whom the questionnaire is for."""
        questions = self.instrument.questions
        return [place for place in asked_places(self.instrument, self.counted) if questions[place].role != "access"]

    def others(self, place: int) -> Iterator[Answer]:
        """Answers that stand for all the others that a question could get."""
        return _other_answers(self.instrument, place, self.counted.answers[place])


def singles(attempt: Attempt) -> dict[tuple[int, Answer], Result]:
    """What each other answer alone would lead to, by place and answer."""
    tried = [(place, answer) for place in attempt.asked() for answer in attempt.others(place)]
    return dict(zip(tried, attempt.results({place: answer} for place, answer in tried), strict=True))


def changes(attempt: Attempt, alone: dict[tuple[int, Answer], Result]) -> tuple[Change, ...]:
    """Every single answer that would change the suggestion or the first step."""
    now = _outcome(attempt.result)
    return tuple(Change(attempt.given(*one), result) for one, result in alone.items() if _outcome(result) != now)


def pairs(attempt: Attempt, alone: dict[tuple[int, Answer], Result]) -> tuple[PairChange, ...]:
    """Two answers for each outcome that is less than now and that no single answer leads to; each of them is needed.

    Tried are the questions that a rule reads which may hold now: the others could only bring further reasons.
    """
    known = {_outcome(attempt.result), *map(_outcome, alone.values())}
    tried = [*islice(_pairs_of_answers(attempt), MOST_PAIRS)]
    outcomes = attempt.results(dict(pair) for pair in tried)
    return tuple(
        PairChange((attempt.given(*pair[0]), attempt.given(*pair[1])), outcome)
        for pair, outcome in zip(tried, outcomes, strict=True)
        if _outcome(outcome) not in known
        and is_less(attempt.instrument, outcome, attempt.result)
        and not any(_is_enough(attempt.instrument, alone[one], outcome) for one in pair)
    )


def is_less(instrument: Instrument, result: Result, now: Result) -> bool:
    """Whether a result is less than the one now: no bound is higher, and one is lower or a level is settled at last."""
    if result.suggestion in (EMERGENCY, OUT_OF_SCOPE):
        return False
    settled = result.level is not None and now.level is None
    lower = _bounds(instrument, result) != _bounds(instrument, now)
    return _no_higher(instrument, result, now) and (lower or settled)


def _is_enough(instrument: Instrument, alone: Result, both: Result) -> bool:
    """Whether one answer alone leads to as little as two do, and settles a level if they do."""
    return _no_higher(instrument, alone, both) and (alone.level is not None or both.level is None)


def _no_higher(instrument: Instrument, result: Result, other: Result) -> bool:
    return all(map(int.__le__, _bounds(instrument, result), _bounds(instrument, other)))


def _pairs_of_answers(attempt: Attempt) -> Iterator[tuple[tuple[int, Answer], tuple[int, Answer]]]:
    for first, second in _pairs_of_places(attempt):
        mine, its = ([(place, answer) for answer in attempt.others(place)] for place in (first, second))
        yield from product(mine, its)


def _pairs_of_places(attempt: Attempt) -> list[tuple[int, int]]:
    """Two questions at a time whose best answers would lower a bound, or that may decide whom the file is for."""
    instrument = attempt.instrument
    crowd = Crowd(instrument, [attempt.counted])
    reach = [ready.when for ready in instrument.rules if judge(ready.when, crowd).may]
    scope = [when for when in [instrument.applies_when] if when is not None and not judge(when, crowd).must]
    about_scope = _read_by(instrument, scope)
    matter = _read_by(instrument, [*reach, *scope])
    found = [*combinations([place for place in attempt.asked() if place in matter][:MOST_PLACES], 2)]
    best = attempt.results(dict.fromkeys(pair, PASSES_NO_TEST) for pair in found)
    now = _bounds(instrument, attempt.result)
    return [
        pair
        for pair, result in zip(found, best, strict=True)
        if _bounds(instrument, result) != now or not about_scope.isdisjoint(pair)
    ]


def _read_by(instrument: Instrument, conditions: Iterable[Condition]) -> set[int]:
    """The questions that conditions read, and those that decide whether these are asked, and so on up."""
    read = {place for condition in conditions for test in leaves(condition) for place in questions_in(test)}
    for place in reversed(range(len(instrument.gates))):  # a gate looks only further up
        gate = instrument.gates[place]
        if place in read and gate is not None:
            read |= {above for test in leaves(gate) for above in questions_in(test)}
    return read


def _outcome(result: Result) -> tuple[str, Bounds[FirstStep | None]]:
    return result.suggestion, result.first_steps


def _bounds(instrument: Instrument, result: Result) -> tuple[int, int, int, int]:
    """Both bounds of both ladders, counted from 0."""
    levels, steps = instrument.questionnaire.levels, (None, *instrument.questionnaire.first_steps)
    return (
        levels.index(result.levels.at_least),
        levels.index(result.levels.at_most),
        steps.index(result.first_steps.at_least),
        steps.index(result.first_steps.at_most),
    )


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
