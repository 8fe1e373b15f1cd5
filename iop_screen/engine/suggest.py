"""From forms to suggestions: the two ladders, what is settled, what is open, which notes apply.

The worst need wins: a rule names the least intensive step that would do, and the highest step that any rule reaches
counts. Both ladders have two bounds: the highest step of a rule that must hold, and of one that may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from iop_screen.engine.answers import AnswerBatch, Answers, bit_positions
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import (
    Condition,
    ScoreItem,
    T,
    Valuation,
    Verdict,
    certain_points,
    judge,
    questions_in,
    tests_in,
    undecided,
)
from iop_screen.questionnaire.model import FirstStep, Level, Note, Rule, Score
from iop_screen.questionnaire.types import Question

EMERGENCY = "emergency"
UNDETERMINED = "undetermined"
OUT_OF_SCOPE = "out_of_scope"
ANSWERED_BUT_NOT_ASKED = "answered-but-not-asked"

StepType = TypeVar("Step")


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
    return _Assessment(compiled, AnswerBatch(compiled, answer_sets)).results() if answer_sets else []


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
    questionnaire = compiled.questionnaire
    batch = AnswerBatch(compiled, answer_sets)
    verdicts = [(rule, judge(rule.when, batch)) for rule in rules]
    levels = side(climb(len(questionnaire.levels), ((rule.level, verdict) for rule, verdict in verdicts), batch))
    steps = side(
        climb(len(questionnaire.first_steps) + 1, ((rule.first_step, verdict) for rule, verdict in verdicts), batch)
    )
    indexes = range(len(levels)), range(len(steps))
    bits = (1 << index for index in range(len(answer_sets)))
    return [(_highest(indexes[0], levels, bit), _highest(indexes[1], steps, bit)) for bit in bits]


@dataclass(frozen=True, slots=True)
class Reached(Generic[T]):
    """For each step of a ladder, who must reach it and who may; every form reaches step 0."""

    must: tuple[T, ...]
    may: tuple[T, ...]


def climb(steps: int, rules: Iterable[tuple[int, Verdict[T]]], reading: Valuation[T]) -> Reached[T]:
    """Who reaches each step of a ladder, given the step that each rule reaches where it holds."""
    must = [reading.always, *[reading.never] * (steps - 1)]
    may = [*must]
    for reach, verdict in rules:
        for step in range(1, reach + 1):
            must[step] |= verdict.must
            may[step] |= verdict.may
    return Reached(tuple(must), tuple(may))


def open_questions(
    compiled: CompiledQuestionnaire,
    verdicts: Sequence[tuple[CompiledRule, Verdict[T]]],
    levels: Reached[T],
    first_steps: Reached[T],
    reading: Valuation[T],
) -> list[T]:
    """For each question, where it is open: it has no usable answer, may be asked, and its answer could still matter.

    That is, it stands in an undecided test, every condition around which is undecided too, of a rule that would raise
    a ladder, of `applies_when`, or of the gate of a question in such a test, and so on up.
    """
    search = _Search(compiled, reading)
    for rule, verdict in verdicts:
        raises = reading.but_not(reading.always, levels.must[rule.level] & first_steps.must[rule.first_step])
        search.look_at(rule.when, raises & undecided(verdict, reading))
    if compiled.applies_when is not None:
        search.look_at(compiled.applies_when, reading.always)
    search.look_at_gates()
    return [matters & reading.lacks(index) & reading.asked(index).may for index, matters in enumerate(search.matters)]


class _Search(Generic[T]):
    """Gathers, for each question, where it stands in an undecided test."""

    def __init__(self, compiled: CompiledQuestionnaire, reading: Valuation[T]) -> None:
        self.ask_when = compiled.ask_when
        self.reading = reading
        self.matters = [reading.never] * len(compiled.questions)

    def look_at(self, condition: Condition, where: T) -> None:
        for test, still in tests_in(condition, where, self.reading):
            for index in questions_in(test):
                self.matters[index] |= still

    def look_at_gates(self) -> None:
        """Gates look only further up, so one walk up the questions finds them all."""
        for index in reversed(range(len(self.ask_when))):
            ask_when = self.ask_when[index]
            if ask_when is not None:
                self.look_at(ask_when, self.matters[index])


class _Assessment:
    """Judges a crowd once and deals the outcome out to its forms."""

    def __init__(self, compiled: CompiledQuestionnaire, batch: AnswerBatch) -> None:
        self.compiled = compiled
        self.batch = batch
        questionnaire = compiled.questionnaire
        self.level_steps: tuple[Level, ...] = questionnaire.levels
        self.first_step_steps: tuple[FirstStep | None, ...] = (None, *questionnaire.first_steps)
        verdicts = [(part, judge(part.when, batch)) for part in compiled.rules]
        self.levels = climb(len(self.level_steps), ((part.level, v) for part, v in verdicts), batch)
        self.first_steps = climb(len(self.first_step_steps), ((part.first_step, v) for part, v in verdicts), batch)
        self.reasons = self._deal((part.definition, verdict.must) for part, verdict in verdicts)
        still_open = open_questions(compiled, verdicts, self.levels, self.first_steps, batch)
        self.open = self._deal(zip(compiled.questions, still_open, strict=True))
        self.notes = self._deal(
            (part.definition, batch.always if part.when is None else judge(part.when, batch).must)
            for part in compiled.notes
        )
        self.problems = self._deal(
            (AnswerProblem(question.id, ANSWERED_BUT_NOT_ASKED), self._answered_but_not_asked(index))
            for index, question in enumerate(compiled.questions)
        )
        self.scores = [self._totals(part.items) for part in compiled.scores]
        applies = compiled.applies_when
        self.applies = Verdict(batch.always, batch.always) if applies is None else judge(applies, batch)

    def results(self) -> list[Result]:
        return [self._result(index) for index in range(self.batch.size)]

    def _result(self, index: int) -> Result:
        bit = 1 << index
        levels = _bounds(self.level_steps, self.levels, bit)
        first_steps = _bounds(self.first_step_steps, self.first_steps, bit)
        suggestion = self._suggestion(bit, levels)
        scores = zip(self.compiled.scores, self.scores, strict=True)
        return Result(
            suggestion,
            levels,
            first_steps,
            tuple(self.reasons[index]),
            tuple(self.open[index]),
            tuple(note for note in self.notes[index] if note.for_levels is None or suggestion in note.for_levels),
            tuple(ScoreTotal(score.definition, totals[index]) for score, totals in scores),
            tuple(self.problems[index]),
        )

    def _suggestion(self, bit: int, levels: Bounds[Level]) -> str:
        """The first that fits, in this order."""
        interrupt = self.compiled.interrupt
        if interrupt is not None and self.first_steps.must[interrupt] & bit:
            return EMERGENCY
        if interrupt is not None and self.first_steps.may[interrupt] & bit:
            return UNDETERMINED
        if not self.applies.may & bit:
            return OUT_OF_SCOPE
        if self.applies.must & bit and levels.at_least is levels.at_most:
            return levels.at_least.id
        return UNDETERMINED

    def _answered_but_not_asked(self, index: int) -> int:
        return self.batch.always & ~self.batch.lacks(index) & ~self.batch.asked(index).may

    def _totals(self, items: tuple[ScoreItem, ...]) -> list[int | None]:
        """For each form the sum of its points, or None where an item that may be asked is not settled."""
        batch = self.batch
        unsettled = batch.never
        for item in items:
            asked = batch.asked(item.question)
            unsettled |= (asked.may & batch.lacks(item.question)) | undecided(asked, batch)
        return [
            None if unsettled >> index & 1 else total
            for index, total in enumerate(batch.sums(certain_points(items, batch)))
        ]

    def _deal(self, things: Iterable[tuple[StepType, int]]) -> list[list[StepType]]:
        """For each form the things that are true of it, in their order."""
        dealt: list[list[StepType]] = [[] for _ in range(self.batch.size)]
        for thing, who in things:
            for index in bit_positions(who):
                dealt[index].append(thing)
        return dealt


def _bounds(steps: Sequence[StepType], reached: Reached[int], bit: int) -> Bounds[StepType]:
    return Bounds(_highest(steps, reached.must, bit), _highest(steps, reached.may, bit))


def _highest(steps: Sequence[StepType], reached: Sequence[int], bit: int) -> StepType:
    return next(step for step, who in zip(reversed(steps), reversed(reached), strict=True) if who & bit)
