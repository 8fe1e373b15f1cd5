"""From forms to suggestions: the two ladders, what is settled, what is open, which notes apply.

The worst need wins: a rule names the least intensive step that would do, and the highest step that any rule reaches
counts. Both ladders have two bounds: the highest step of a rule that must hold, and of one that may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from iop_screen.engine.answers import Crowd, Form, members
from iop_screen.engine.conditions import (
    Item,
    Reading,
    T,
    Verdict,
    certain_points,
    judge,
    questions_in,
    tests_in,
    undecided,
)
from iop_screen.engine.instrument import Instrument, ReadyRule
from iop_screen.questionnaire.model import Condition, FirstStep, Level, Note, Question, Rule, Score

EMERGENCY = "emergency"
UNDETERMINED = "undetermined"
OUT_OF_SCOPE = "out_of_scope"
ANSWERED_BUT_NOT_ASKED = "answered-but-not-asked"

Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class Bounds(Generic[Step]):
    """The lowest and the highest step of a ladder that the form can still mean."""

    at_least: Step
    at_most: Step


@dataclass(frozen=True, slots=True)
class FormProblem:
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
    problems: tuple[FormProblem, ...]

    @property
    def level(self) -> Level | None:
        """The level suggested, if it is one."""
        return self.levels.at_least if self.suggestion == self.levels.at_least.id else None

    @property
    def danger_open(self) -> bool:
        """Whether this is no emergency, and an answer that is still open could make it one."""
        most = self.first_steps.at_most
        return self.suggestion != EMERGENCY and most is not None and most.interrupt


def assess(instrument: Instrument, forms: Sequence[Form]) -> list[Result]:
    """The result for each form, in the order given; a form means the same alone and in any crowd."""
    return _Assessment(instrument, Crowd(instrument, forms)).results() if forms else []


def assess_one(instrument: Instrument, form: Form) -> Result:
    """The result for one form."""
    return assess(instrument, [form])[0]


LOT = 1024
"""So many forms are judged at once. Sets of forms are long integers; in one crowd the work grows with its square."""


def certain_steps(instrument: Instrument, forms: Sequence[Form], rules: Sequence[ReadyRule]) -> list[tuple[int, int]]:
    """For each form the level and the first step that these rules give for certain, both counted from 0."""
    return [pair for lot in batched(forms, LOT) for pair in _steps(instrument, lot, rules, lambda ladder: ladder.must)]


def possible_steps(instrument: Instrument, forms: Sequence[Form], rules: Sequence[ReadyRule]) -> list[tuple[int, int]]:
    """For each form the highest level and first step that these rules may still give, both counted from 0."""
    return [pair for lot in batched(forms, LOT) for pair in _steps(instrument, lot, rules, lambda ladder: ladder.may)]


def batched(forms: Sequence[Form], size: int) -> Iterator[Sequence[Form]]:
    """The forms in lots of at most this size, in order."""
    yield from (forms[start : start + size] for start in range(0, len(forms), size))


def _steps(
    instrument: Instrument,
    forms: Sequence[Form],
    rules: Sequence[ReadyRule],
    side: Callable[[Reached[int]], tuple[int, ...]],
) -> list[tuple[int, int]]:
    whole = instrument.questionnaire
    crowd = Crowd(instrument, forms)
    verdicts = [(ready, judge(ready.when, crowd)) for ready in rules]
    levels = side(climb(len(whole.levels), ((ready.level, verdict) for ready, verdict in verdicts), crowd))
    steps = side(climb(len(whole.first_steps) + 1, ((ready.first_step, verdict) for ready, verdict in verdicts), crowd))
    places = range(len(levels)), range(len(steps))
    bits = (1 << place for place in range(len(forms)))
    return [(_highest(places[0], levels, bit), _highest(places[1], steps, bit)) for bit in bits]


@dataclass(frozen=True, slots=True)
class Reached(Generic[T]):
    """For each step of a ladder, who must reach it and who may; every form reaches step 0."""

    must: tuple[T, ...]
    may: tuple[T, ...]


def climb(steps: int, rules: Iterable[tuple[int, Verdict[T]]], reading: Reading[T]) -> Reached[T]:
    """Who reaches each step of a ladder, given the step that each rule reaches where it holds."""
    must = [reading.always, *[reading.never] * (steps - 1)]
    may = [*must]
    for reach, verdict in rules:
        for step in range(1, reach + 1):
            must[step] |= verdict.must
            may[step] |= verdict.may
    return Reached(tuple(must), tuple(may))


def open_questions(
    instrument: Instrument,
    verdicts: Sequence[tuple[ReadyRule, Verdict[T]]],
    levels: Reached[T],
    first_steps: Reached[T],
    reading: Reading[T],
) -> list[T]:
    """For each question, where it is open: it has no usable answer, may be asked, and its answer could still matter.

    That is, it stands in an undecided test, every condition around which is undecided too, of a rule that would raise
    a ladder, of `applies_when`, or of the gate of a question in such a test, and so on up.
    """
    search = _Search(instrument, reading)
    for ready, verdict in verdicts:
        raises = reading.but_not(reading.always, levels.must[ready.level] & first_steps.must[ready.first_step])
        search.look_at(ready.when, raises & undecided(verdict, reading))
    if instrument.applies_when is not None:
        search.look_at(instrument.applies_when, reading.always)
    search.look_at_gates()
    return [matters & reading.lacks(place) & reading.asked(place).may for place, matters in enumerate(search.matters)]


class _Search(Generic[T]):
    """Gathers, for each question, where it stands in an undecided test."""

    def __init__(self, instrument: Instrument, reading: Reading[T]) -> None:
        self.gates = instrument.gates
        self.reading = reading
        self.matters = [reading.never] * len(instrument.questions)

    def look_at(self, condition: Condition, where: T) -> None:
        for test, still in tests_in(condition, where, self.reading):
            for place in questions_in(test):
                self.matters[place] |= still

    def look_at_gates(self) -> None:
        """Gates look only further up, so one walk up the questions finds them all."""
        for place in reversed(range(len(self.gates))):
            gate = self.gates[place]
            if gate is not None:
                self.look_at(gate, self.matters[place])


class _Assessment:
    """Judges a crowd once and deals the outcome out to its forms."""

    def __init__(self, instrument: Instrument, crowd: Crowd) -> None:
        self.instrument = instrument
        self.crowd = crowd
        whole = instrument.questionnaire
        self.level_steps: tuple[Level, ...] = whole.levels
        self.first_step_steps: tuple[FirstStep | None, ...] = (None, *whole.first_steps)
        verdicts = [(ready, judge(ready.when, crowd)) for ready in instrument.rules]
        self.levels = climb(len(self.level_steps), ((ready.level, v) for ready, v in verdicts), crowd)
        self.first_steps = climb(len(self.first_step_steps), ((ready.first_step, v) for ready, v in verdicts), crowd)
        self.reasons = self._deal((ready.rule, verdict.must) for ready, verdict in verdicts)
        still_open = open_questions(instrument, verdicts, self.levels, self.first_steps, crowd)
        self.open = self._deal(zip(instrument.questions, still_open, strict=True))
        self.notes = self._deal(
            (ready.note, crowd.always if ready.when is None else judge(ready.when, crowd).must)
            for ready in instrument.notes
        )
        self.problems = self._deal(
            (FormProblem(question.id, ANSWERED_BUT_NOT_ASKED), self._answered_but_not_asked(place))
            for place, question in enumerate(instrument.questions)
        )
        self.scores = [self._totals(ready.items) for ready in instrument.scores]
        applies = instrument.applies_when
        self.applies = Verdict(crowd.always, crowd.always) if applies is None else judge(applies, crowd)

    def results(self) -> list[Result]:
        return [self._result(place) for place in range(self.crowd.size)]

    def _result(self, place: int) -> Result:
        bit = 1 << place
        levels = _bounds(self.level_steps, self.levels, bit)
        first_steps = _bounds(self.first_step_steps, self.first_steps, bit)
        suggestion = self._suggestion(bit, levels)
        scores = zip(self.instrument.scores, self.scores, strict=True)
        return Result(
            suggestion,
            levels,
            first_steps,
            tuple(self.reasons[place]),
            tuple(self.open[place]),
            tuple(note for note in self.notes[place] if note.for_levels is None or suggestion in note.for_levels),
            tuple(ScoreTotal(ready.score, totals[place]) for ready, totals in scores),
            tuple(self.problems[place]),
        )

    def _suggestion(self, bit: int, levels: Bounds[Level]) -> str:
        """The first that fits, in this order."""
        interrupt = self.instrument.interrupt
        if interrupt is not None and self.first_steps.must[interrupt] & bit:
            return EMERGENCY
        if interrupt is not None and self.first_steps.may[interrupt] & bit:
            return UNDETERMINED
        if not self.applies.may & bit:
            return OUT_OF_SCOPE
        if self.applies.must & bit and levels.at_least is levels.at_most:
            return levels.at_least.id
        return UNDETERMINED

    def _answered_but_not_asked(self, place: int) -> int:
        return self.crowd.always & ~self.crowd.lacks(place) & ~self.crowd.asked(place).may

    def _totals(self, items: tuple[Item, ...]) -> list[int | None]:
        """For each form the sum of its points, or None where an item that may be asked is not settled."""
        crowd = self.crowd
        unsettled = crowd.never
        for item in items:
            asked = crowd.asked(item.question)
            unsettled |= (asked.may & crowd.lacks(item.question)) | undecided(asked, crowd)
        return [
            None if unsettled >> place & 1 else total
            for place, total in enumerate(crowd.sums(certain_points(items, crowd)))
        ]

    def _deal(self, things: Iterable[tuple[Step, int]]) -> list[list[Step]]:
        """For each form the things that are true of it, in their order."""
        dealt: list[list[Step]] = [[] for _ in range(self.crowd.size)]
        for thing, who in things:
            for place in members(who):
                dealt[place].append(thing)
        return dealt


def _bounds(steps: Sequence[Step], reached: Reached[int], bit: int) -> Bounds[Step]:
    return Bounds(_highest(steps, reached.must, bit), _highest(steps, reached.may, bit))


def _highest(steps: Sequence[Step], reached: Sequence[int], bit: int) -> Step:
    return next(step for step, who in zip(reversed(steps), reversed(reached), strict=True) if who & bit)
