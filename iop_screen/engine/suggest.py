"""From answers to results: one result for each person, from what is true of a whole batch of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from iop_screen.engine.answer_batch import AnswerBatch, Answers, MaskValuation, positions
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule, CompiledScore
from iop_screen.engine.conditions import judge, judge_optional
from iop_screen.engine.judgement import EMERGENCY, Judgement, PointsOfScore, Reached, judge_all, ladders
from iop_screen.questionnaire.model import Band, FirstStep, Level, Note, Rule, Score
from iop_screen.questionnaire.types import Question

ANSWERED_BUT_NOT_ASKED = "answered-but-not-asked"

StepType = TypeVar("StepType")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Bounds(Generic[StepType]):
    """The lowest and the highest step of a ladder that the answers can still mean."""

    at_least: StepType
    at_most: StepType


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """Something about one answer: the question's id and what is wrong, never what was answered."""

    question: str
    code: str


@dataclass(frozen=True, slots=True)
class ScoreTotal:
    """A score with its total, if every item that is asked has a usable answer or the score may miss some.

    `asked` and `missing` say how many items are asked, and how many of these have no usable answer; both are None
    while it is open whether an item is asked. A total with items missing is an estimate, and no rule reads it.
    """

    score: Score
    total: int | None
    asked: int | None
    missing: int | None

    @property
    def estimated(self) -> bool:
        """Whether there is a total although items have no usable answer."""
        return self.total is not None and bool(self.missing)

    @property
    def band(self) -> Band | None:
        """The band that the total lies in, if there is a total and the score has bands."""
        reached = [band for band in self.score.bands if self.total is not None and band.from_ <= self.total]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class Result:
    """What the engine says of one person's answers. All lists are in file order.

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
    """The result for each person, in the order given; the size of the batch makes no difference to it."""
    if not answer_sets:
        return []
    batch = AnswerBatch(compiled, answer_sets)
    return results(compiled, judge_all(compiled, batch), batch)


def assess_one(compiled: CompiledQuestionnaire, answers: Answers) -> Result:
    """The result for one person."""
    return assess(compiled, [answers])[0]


def is_out_of_scope(compiled: CompiledQuestionnaire, answers: Answers) -> bool:
    """Whether the questionnaire is not made for this person, whatever the open answers turn out to be."""
    return not judge_optional(compiled.applies_when, AnswerBatch(compiled, [answers])).may


BATCH_SIZE = 1024
"""The most people that a caller should give to `assess` at once.

Masks are long integers: in one batch the work grows with the square of its size.
"""


def certain_steps(
    compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers], rules: Sequence[CompiledRule]
) -> list[tuple[int, int]]:
    """For each person the level and the first step that these rules give for certain, both counted from 0."""
    return _steps(compiled, answer_sets, rules, lambda ladder: ladder.must)


def possible_steps(
    compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers], rules: Sequence[CompiledRule]
) -> list[tuple[int, int]]:
    """For each person the highest level and first step that these rules may still give, both counted from 0."""
    return _steps(compiled, answer_sets, rules, lambda ladder: ladder.may)


def _steps(
    compiled: CompiledQuestionnaire,
    answer_sets: Sequence[Answers],
    rules: Sequence[CompiledRule],
    side: Callable[[Reached[int]], tuple[int, ...]],
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start in range(0, len(answer_sets), BATCH_SIZE):
        batch = AnswerBatch(compiled, answer_sets[start : start + BATCH_SIZE])
        reached = ladders(compiled, [(rule, judge(rule.when, batch)) for rule in rules], batch)
        levels, steps = ((range(len(side(ladder))), side(ladder)) for ladder in reached)
        bits = (1 << index for index in range(batch.size))
        found += ((_highest(*levels, bit), _highest(*steps, bit)) for bit in bits)
    return found


def results(compiled: CompiledQuestionnaire, judged: Judgement[int], batch: MaskValuation) -> list[Result]:
    """One result for each person, from what is true of the whole batch."""
    not_asked = [AnswerProblem(question.id, ANSWERED_BUT_NOT_ASKED) for question in compiled.questions]
    suggestions = _items_by_person(batch, *zip(*judged.suggestions, strict=True))
    reasons = _items_by_person(batch, [rule.definition for rule in compiled.rules], judged.rules)
    still_open = _items_by_person(batch, compiled.questions, judged.open)
    notes = _items_by_person(batch, [note.definition for note in compiled.notes], judged.notes)
    problems = _items_by_person(batch, not_asked, judged.not_asked)
    scores = [totals(score, points, batch) for score, points in zip(compiled.scores, judged.scores, strict=True)]
    levels = _bounds_by_person(batch, compiled.questionnaire.levels, judged.levels)
    first_steps = _bounds_by_person(batch, (None, *compiled.questionnaire.first_steps), judged.first_steps)
    return [
        Result(
            suggestions[index][0],
            levels[index],
            first_steps[index],
            tuple(reasons[index]),
            tuple(still_open[index]),
            tuple(notes[index]),
            tuple(each[index] for each in scores),
            tuple(problems[index]),
        )
        for index in range(batch.size)
    ]


def totals(score: CompiledScore, judged: PointsOfScore[int], batch: MaskValuation) -> list[ScoreTotal]:
    """The total of a score for each person; people with the same points share one."""
    answered, missing = (batch.sums((1, mask) for mask in masks) for masks in (judged.answered, judged.missing))
    counts = [*zip(batch.sums(judged.points), answered, missing, strict=True)]
    made = {each: ScoreTotal(score.definition, _total(score, *each), each[1] + each[2], each[2]) for each in {*counts}}
    of_people = [made[each] for each in counts]
    for index in positions(judged.open, batch.size):
        of_people[index] = ScoreTotal(score.definition, None, None, None)
    return of_people


def _total(score: CompiledScore, low_sum: int, answered: int, missing: int) -> int | None:
    """The total of a score of which it is settled which items are asked.

    An estimate gives each item without a usable answer the mean of the others; half a point is rounded up. In the low
    sum such an item has its fewest points.
    """
    if not missing:
        return low_sum
    if score.definition.may_miss is None or not 0 < missing <= score.definition.may_miss or not answered:
        return None
    points = low_sum - missing * score.items[0].fewest
    return (2 * points * (answered + missing) + answered) // (2 * answered)


def _items_by_person(batch: MaskValuation, items: Iterable[Item], masks: Iterable[int]) -> list[list[Item]]:
    """For each person the items that are true of them, in their order."""
    by_person: list[list[Item]] = [[] for _ in range(batch.size)]
    for item, mask in zip(items, masks, strict=True):
        for index in positions(mask, batch.size):
            by_person[index].append(item)
    return by_person


def _bounds_by_person(batch: MaskValuation, steps: Sequence[StepType], reached: Reached[int]) -> list[Bounds[StepType]]:
    """For each person both bounds of a ladder; there are few different pairs, and each is made once."""
    at_least, at_most = (_highest_by_person(batch, side) for side in (reached.must, reached.may))
    pairs = {pair: Bounds(steps[pair[0]], steps[pair[1]]) for pair in product(range(len(steps)), repeat=2)}
    return [pairs[pair] for pair in zip(at_least, at_most, strict=True)]


def _highest_by_person(batch: MaskValuation, reached: Sequence[int]) -> list[int]:
    highest = [0] * batch.size
    for step, mask in enumerate(reached[1:], start=1):
        for index in positions(mask, batch.size):
            highest[index] = step
    return highest


def _highest(steps: Sequence[StepType], reached: Sequence[int], bit: int) -> StepType:
    return next(step for step, who in zip(reversed(steps), reversed(reached), strict=True) if who & bit)
