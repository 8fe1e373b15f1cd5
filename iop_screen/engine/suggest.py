"""From answers to results: what is true of a batch of people, dealt out to each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from iop_screen.engine.answers import AnswerBatch, Answers, bit_positions
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule, CompiledScore
from iop_screen.engine.conditions import judge
from iop_screen.engine.judgement import EMERGENCY, PointsOfScore, Reached, judge_all, ladders
from iop_screen.questionnaire.model import FirstStep, Level, Note, Rule, Score
from iop_screen.questionnaire.types import Question

ANSWERED_BUT_NOT_ASKED = "answered-but-not-asked"

StepType = TypeVar("StepType")
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Bounds(Generic[StepType]):
    """The lowest and the highest step of a ladder that the form can still mean."""

    at_least: StepType
    at_most: StepType


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """Something about one answer of a form: the question's id and what is wrong, never what was answered."""

    question: str
    code: str


@dataclass(frozen=True, slots=True)
class ScoreTotal:
    """A score, and its total if every item that is asked has a usable answer."""

    score: Score
    total: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine says of one form. All lists are in file order.

    `suggestion` is the id of a level, or `emergency`, `undetermined` or `out_of_scope`.
    """

    suggestion: str
    levels: Bounds[Level]
    first_steps: Bounds[FirstStep | None]
    reasons: tuple[Rule, ...]
    open_questions: tuple[Question, ...]
    notes: tuple[Note, ...]
    scores: tuple[ScoreTotal, ...]
    problems: tuple[AnswerProblem, ...]

    @property
    def level(self) -> Level | None:
        """The level suggested, if it is one."""
        return self.levels.at_least if self.suggestion == self.levels.at_least.id else None

    @property
    def danger_open(self) -> bool:
        """Whether this is no emergency, and an answer that is still open could make it one."""
        most = self.first_steps.at_most
        return self.suggestion != EMERGENCY and most is not None and most.interrupt


def assess(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[Result]:
    """The result for each form, in the order given; a form means the same alone and in any crowd."""
    return _deal_out(compiled, AnswerBatch(compiled, answer_sets)) if answer_sets else []


def assess_one(compiled: CompiledQuestionnaire, answers: Answers) -> Result:
    """The result for one form."""
    return assess(compiled, [answers])[0]


BATCH_SIZE = 1024
"""So many forms are judged at once. Sets of forms are long integers; in one crowd the work grows with its square."""


def certain_steps(
    compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers], rules: Sequence[CompiledRule]
) -> list[tuple[int, int]]:
    """For each form the level and the first step that these rules give for certain, both counted from 0."""
    return [
        pair
        for lot in batched(answer_sets, BATCH_SIZE)
        for pair in _steps(compiled, lot, rules, lambda ladder: ladder.must)
    ]


def possible_steps(
    compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers], rules: Sequence[CompiledRule]
) -> list[tuple[int, int]]:
    """For each form the highest level and first step that these rules may still give, both counted from 0."""
    return [
        pair
        for lot in batched(answer_sets, BATCH_SIZE)
        for pair in _steps(compiled, lot, rules, lambda ladder: ladder.may)
    ]


def batched(answer_sets: Sequence[Answers], size: int) -> Iterator[Sequence[Answers]]:
    """The forms in lots of at most this size, in order."""
    yield from (answer_sets[start : start + size] for start in range(0, len(answer_sets), size))


def _steps(
    compiled: CompiledQuestionnaire,
    answer_sets: Sequence[Answers],
    rules: Sequence[CompiledRule],
    side: Callable[[Reached[int]], tuple[int, ...]],
) -> list[tuple[int, int]]:
    batch = AnswerBatch(compiled, answer_sets)
    reached = [side(ladder) for ladder in ladders(compiled, [(rule, judge(rule.when, batch)) for rule in rules], batch)]
    steps = [(range(len(ladder)), ladder) for ladder in reached]
    bits = (1 << index for index in range(len(answer_sets)))
    return [(_highest(*steps[0], bit), _highest(*steps[1], bit)) for bit in bits]


def _deal_out(compiled: CompiledQuestionnaire, batch: AnswerBatch) -> list[Result]:
    """One result for each person, from what is true of the whole batch."""
    judged = judge_all(compiled, batch)
    steps = compiled.questionnaire.levels, (None, *compiled.questionnaire.first_steps)
    suggestions = _for_each(batch, judged.suggestions)
    reasons = _for_each(batch, zip((rule.definition for rule in compiled.rules), judged.rules, strict=True))
    still_open = _for_each(batch, zip(compiled.questions, judged.open, strict=True))
    notes = _for_each(batch, zip((note.definition for note in compiled.notes), judged.notes, strict=True))
    problems = _for_each(batch, zip(map(_not_asked, compiled.questions), judged.not_asked, strict=True))
    scores = [_totals(score, points, batch) for score, points in zip(compiled.scores, judged.scores, strict=True)]
    return [
        Result(
            suggestions[index][0],
            _bounds(steps[0], judged.levels, 1 << index),
            _bounds(steps[1], judged.first_steps, 1 << index),
            tuple(reasons[index]),
            tuple(still_open[index]),
            tuple(notes[index]),
            tuple(totals[index] for totals in scores),
            tuple(problems[index]),
        )
        for index in range(batch.size)
    ]


def _not_asked(question: Question) -> AnswerProblem:
    return AnswerProblem(question.id, ANSWERED_BUT_NOT_ASKED)


def _totals(score: CompiledScore, judged: PointsOfScore[int], batch: AnswerBatch) -> list[ScoreTotal]:
    totals = enumerate(batch.sums(judged.points))
    return [ScoreTotal(score.definition, None if judged.unsettled >> index & 1 else total) for index, total in totals]


def _for_each(batch: AnswerBatch, things: Iterable[tuple[Thing, int]]) -> list[list[Thing]]:
    """For each person the things that are true of them, in their order."""
    dealt: list[list[Thing]] = [[] for _ in range(batch.size)]
    for thing, who in things:
        for index in bit_positions(who):
            dealt[index].append(thing)
    return dealt


def _bounds(steps: Sequence[StepType], reached: Reached[int], bit: int) -> Bounds[StepType]:
    return Bounds(_highest(steps, reached.must, bit), _highest(steps, reached.may, bit))


def _highest(steps: Sequence[StepType], reached: Sequence[int], bit: int) -> StepType:
    return next(step for step, who in zip(reversed(steps), reversed(reached), strict=True) if who & bit)
