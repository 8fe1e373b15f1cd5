"""What is true of answers, for any kind of truth: which steps they reach, what is open, which suggestion fits.

The worst need wins: a rule names the least intensive step that would do, and the highest step that any rule reaches
counts. Both ladders have two bounds: the highest step of a rule that must hold, and of one that may.

Nothing here looks inside a truth. It may be about one person's answers, about a batch of them, or a text that a
database will evaluate; `engine.suggest` turns the truths about a batch into one result for each person.
What one condition means is decided in `engine.conditions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

from iop_screen.engine.compiled import CompiledNote, CompiledQuestionnaire, CompiledRule, CompiledScore
from iop_screen.engine.conditions import (
    Condition,
    T,
    Truth,
    Valuation,
    Verdict,
    certain_points,
    judge,
    judge_optional,
    questions_in,
    tests_in,
    undecided,
)
from iop_screen.questionnaire.model import NO_FIRST_STEP

U = TypeVar("U", bound=Truth)

EMERGENCY = "emergency"
UNDETERMINED = "undetermined"
OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Reached(Generic[T]):
    """For each step of a ladder, who must reach it and who may; everybody reaches step 0."""

    must: tuple[T, ...]
    may: tuple[T, ...]

    def mapped(self, value: Callable[[T], U]) -> Reached[U]:
        """The same with each truth as another one."""
        return Reached(tuple(map(value, self.must)), tuple(map(value, self.may)))


def climb(steps: int, rules: Iterable[tuple[int, Verdict[T]]], valuation: Valuation[T]) -> Reached[T]:
    """Who reaches each step of a ladder, given the step that each rule reaches where it holds."""
    must = [valuation.always, *[valuation.never] * (steps - 1)]
    may = [*must]
    for reach, verdict in rules:
        for step in range(1, reach + 1):
            must[step] = must[step] | verdict.must
            may[step] = may[step] | verdict.may
    return Reached(tuple(must), tuple(may))


def open_questions(
    compiled: CompiledQuestionnaire,
    verdicts: Sequence[tuple[CompiledRule, Verdict[T]]],
    levels: Reached[T],
    first_steps: Reached[T],
    valuation: Valuation[T],
) -> list[T]:
    """For each question, where it is open: it has no usable answer, may be asked, and its answer could still matter.

    That is, it stands in an undecided test, every condition around which is undecided too, of a rule that would raise
    a ladder, of `applies_when`, or of the `ask_when` of a question in such a test, and so on up.
    """

    def of_rules() -> Iterator[tuple[Condition | None, T]]:
        for rule, verdict in verdicts:
            raises = valuation.and_not(valuation.always, levels.must[rule.level] & first_steps.must[rule.first_step])
            yield rule.when, raises & undecided(verdict, valuation)
        yield compiled.applies_when, valuation.always

    return open_in(compiled, of_rules(), valuation)


def open_in(
    compiled: CompiledQuestionnaire, conditions: Iterable[tuple[Condition | None, T]], valuation: Valuation[T]
) -> list[T]:
    """For each question, where its answer could decide one of these conditions, each with where it is looked at.

    The question has no usable answer and may be asked. It stands in an undecided test of the condition, or of the
    `ask_when` of a question in such a test, and so on up.
    """
    matters = [valuation.never] * len(compiled.questions)

    def look_at(condition: Condition | None, where: T) -> None:
        for test, where_undecided in () if condition is None else tests_in(condition, where, valuation):
            for index in questions_in(test):
                matters[index] = matters[index] | where_undecided

    for condition, where in conditions:
        look_at(condition, where)
    for index in reversed(range(len(matters))):  # an `ask_when` reads only questions further up
        look_at(compiled.ask_when[index], matters[index])
    return [where & valuation.unanswered(index) & valuation.asked(index).may for index, where in enumerate(matters)]


@dataclass(frozen=True, slots=True)
class PointsOfScore(Generic[T]):
    """The points of a score that count for certain, each with where it does, and what its total depends on.

    `open` says where it is undecided whether an item is asked. `answered` and `missing` say of each item where it is
    asked for certain and has a usable answer, and where it has none.
    """

    points: tuple[tuple[int, T], ...]
    open: T
    answered: tuple[T, ...]
    missing: tuple[T, ...]

    def mapped(self, value: Callable[[T], U]) -> PointsOfScore[U]:
        """The same with each truth as another one."""
        points = tuple((number, value(truth)) for number, truth in self.points)
        answered, missing = (tuple(map(value, each)) for each in (self.answered, self.missing))
        return PointsOfScore(points, value(self.open), answered, missing)


@dataclass(frozen=True, slots=True)
class Judgement(Generic[T]):
    """All that is true of answers, by one questionnaire. Rules, questions, notes and scores are in file order.

    `rules` and `notes` say where each holds for certain, `open` where each question is open, `not_asked` where it was
    answered and should not have been asked. `suggestions` says where each suggestion fits; exactly one fits anywhere.
    """

    levels: Reached[T]
    first_steps: Reached[T]
    suggestions: tuple[tuple[str, T], ...]
    rules: tuple[T, ...]
    open: tuple[T, ...]
    not_asked: tuple[T, ...]
    notes: tuple[T, ...]
    scores: tuple[PointsOfScore[T], ...]

    def mapped(self, value: Callable[[T], U]) -> Judgement[U]:
        """The same with each truth as another one."""
        lists = (self.rules, self.open, self.not_asked, self.notes)
        rules, still_open, not_asked, notes = (tuple(map(value, each)) for each in lists)
        return Judgement(
            self.levels.mapped(value),
            self.first_steps.mapped(value),
            tuple((name, value(truth)) for name, truth in self.suggestions),
            rules,
            still_open,
            not_asked,
            notes,
            tuple(score.mapped(value) for score in self.scores),
        )


def judge_all(compiled: CompiledQuestionnaire, valuation: Valuation[T]) -> Judgement[T]:
    """Everything that is true of some answers, as the truths of `valuation`."""
    verdicts = [(rule, judge(rule.when, valuation)) for rule in compiled.rules]
    levels, first_steps = ladders(compiled, verdicts, valuation)
    fitting = tuple(suggestions(compiled, levels, first_steps, valuation))
    return Judgement(
        levels,
        first_steps,
        fitting,
        tuple(verdict.must for _, verdict in verdicts),
        tuple(open_questions(compiled, verdicts, levels, first_steps, valuation)),
        tuple(
            valuation.and_not(valuation.always, valuation.unanswered(index) | valuation.asked(index).may)
            for index in range(len(compiled.questions))
        ),
        tuple(note_holds(compiled, note, fitting, first_steps, valuation) for note in compiled.notes),
        tuple(_points(score, valuation) for score in compiled.scores),
    )


def ladders(
    compiled: CompiledQuestionnaire, verdicts: Sequence[tuple[CompiledRule, Verdict[T]]], valuation: Valuation[T]
) -> tuple[Reached[T], Reached[T]]:
    """Who reaches each level and each first step (of which step 0 is "none")."""
    questionnaire = compiled.questionnaire
    levels = climb(len(questionnaire.levels), ((rule.level, verdict) for rule, verdict in verdicts), valuation)
    steps = ((rule.first_step, verdict) for rule, verdict in verdicts)
    return levels, climb(len(questionnaire.first_steps) + 1, steps, valuation)


def suggestions(
    compiled: CompiledQuestionnaire, levels: Reached[T], first_steps: Reached[T], valuation: Valuation[T]
) -> Iterator[tuple[str, T]]:
    """Where each suggestion fits: the first that does, in this order."""
    left = valuation.always
    if compiled.interrupt is not None:
        emergency, perhaps = first_steps.must[compiled.interrupt], first_steps.may[compiled.interrupt]
        yield EMERGENCY, emergency
        yield UNDETERMINED, valuation.and_not(perhaps, emergency)
        left = valuation.and_not(left, perhaps)
    applies = judge_optional(compiled.applies_when, valuation)
    yield OUT_OF_SCOPE, valuation.and_not(left, applies.may)
    settled = left & applies.must
    left = left & applies.may
    above = (*levels.may[1:], valuation.never)
    for level, reached, more in zip(compiled.questionnaire.levels, levels.must, above, strict=True):
        fits = valuation.and_not(settled & reached, more)
        yield str(level.id), fits
        left = valuation.and_not(left, fits)
    yield UNDETERMINED, left


def highest_certain(ladder: Reached[T], valuation: Valuation[T]) -> tuple[T, ...]:
    """For each step of a ladder, where it must be reached and no higher one must."""
    above = (*ladder.must[1:], valuation.never)
    return tuple(valuation.and_not(*pair) for pair in zip(ladder.must, above, strict=True))


def note_holds(
    compiled: CompiledQuestionnaire,
    note: CompiledNote,
    suggestions: Iterable[tuple[str, T]],
    first_steps: Reached[T],
    valuation: Valuation[T],
) -> T:
    """Where a note is given: its condition holds for certain, and so do a level and a first step it is for."""
    holds = judge_optional(note.when, valuation).must
    levels, steps = note.definition.for_levels, note.definition.for_first_steps
    if levels is not None:
        holds = holds & _any_of((where for suggestion, where in suggestions if suggestion in levels), valuation)
    if steps is not None:
        ids = (NO_FIRST_STEP, *(str(step.id) for step in compiled.questionnaire.first_steps))
        highest = zip(ids, highest_certain(first_steps, valuation), strict=True)
        holds = holds & _any_of((where for name, where in highest if name in steps), valuation)
    return holds


def _any_of(truths: Iterable[T], valuation: Valuation[T]) -> T:
    return reduce(or_, truths, valuation.never)


def _points(score: CompiledScore, valuation: Valuation[T]) -> PointsOfScore[T]:
    """A score as far as its total goes; rules read its low and its high sum, and nothing of this."""
    items = [(valuation.asked(item.question), valuation.unanswered(item.question)) for item in score.items]
    return PointsOfScore(
        tuple(certain_points(score.items, valuation)),
        _any_of((undecided(asked, valuation) for asked, _ in items), valuation),
        tuple(valuation.and_not(asked.must, unanswered) for asked, unanswered in items),
        tuple(asked.must & unanswered for asked, unanswered in items),
    )
