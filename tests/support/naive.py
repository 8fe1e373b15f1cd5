"""A questionnaire as plain data, and the plainest reading of what a form on it means.

The reading follows the design page and nothing else, so that the engine can be held against it: booleans, recursion,
and no thought of speed. `judge_complete` is ordinary two-valued logic; `judge_partial` knows "must" and "may".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words, chosen

Condition = dict[str, Any]
"""A condition as the file has it: `{"q1": "yes"}`, `{"all": [...]}`, several keys in one mapping."""

Sheet = Mapping[str, Answer]
"""What a form says, by question id."""

Step = str | None


@dataclass(frozen=True)
class OptionSketch:
    """One option."""

    id: str
    points: int | None = None
    exclusive: bool = False


@dataclass(frozen=True)
class QuestionSketch:
    """One question; `low` and `high` are the `min` and `max` of a number."""

    id: str
    role: str
    type: str
    options: tuple[OptionSketch, ...] = ()
    worse: str | None = None
    low: int = 0
    high: int = 0
    ask_when: Condition | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """What can be chosen, in file order."""
        return ("yes", "no") if self.type == "yes_no" else tuple(option.id for option in self.options)

    @property
    def needs(self) -> tuple[OptionSketch, ...]:
        """The options that may stand beside others."""
        return tuple(option for option in self.options if not option.exclusive)

    @property
    def has_points(self) -> bool:
        """A score may add this question."""
        return bool(self.options) and all(option.points is not None for option in self.options)

    @property
    def sets(self) -> tuple[frozenset[str], ...]:
        """Every set of options that is a readable answer."""
        if self.type != "multiple":
            return tuple(frozenset({name}) for name in self.ids)
        together = [frozenset[str]()]
        for option in self.needs:
            together += [names | {option.id} for names in together]
        return (*together[1:], *(frozenset({option.id}) for option in self.options if option.exclusive))

    def points(self, names: frozenset[str]) -> int:
        """The points of some options."""
        return sum(option.points or 0 for option in self.options if option.id in names)

    @property
    def sums(self) -> tuple[int, ...]:
        """The points each readable answer would bring."""
        return tuple(map(self.points, self.sets))

    @property
    def best(self) -> Answer | None:
        """The answer no other is better than, if a risk question has one."""
        if self.type == "yes_no":
            return chosen("no" if self.worse == "yes" else "yes")
        if self.type == "number":
            return Amount(Decimal(self.low if self.worse == "higher" else self.high))
        alone = [option for option in self.options if option.exclusive]
        if self.type == "multiple":
            return chosen(min(alone, key=lambda option: option.points or 0).id) if alone else None
        return chosen(self.ids[0])


@dataclass(frozen=True)
class ScoreSketch:
    """A score, the questions it adds, how many of these it may miss, and where its bands start."""

    id: str
    add: tuple[str, ...]
    may_miss: int | None = None
    bands: tuple[int, ...] = ()


@dataclass(frozen=True)
class RuleSketch:
    """A rule, or a guarantee."""

    id: str
    when: Condition
    level: Step = None
    first_step: Step = None


@dataclass(frozen=True)
class NoteSketch:
    """A note."""

    id: str
    when: Condition | None = None
    for_levels: tuple[str, ...] | None = None
    for_first_steps: tuple[Step, ...] | None = None


@dataclass(frozen=True)
class Sketch:
    """A whole questionnaire. With `interrupts` the last first step breaks off the interview."""

    levels: tuple[str, ...]
    first_steps: tuple[str, ...]
    interrupts: bool
    sections: tuple[tuple[QuestionSketch, ...], ...]
    scores: tuple[ScoreSketch, ...]
    rules: tuple[RuleSketch, ...]
    notes: tuple[NoteSketch, ...]
    guarantees: tuple[RuleSketch, ...]
    applies_when: Condition | None

    @property
    def questions(self) -> tuple[QuestionSketch, ...]:
        """Every question, in file order."""
        return tuple(question for section in self.sections for question in section)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The second ladder from its bottom: no first step."""
        return (None, *self.first_steps)

    @property
    def interrupt(self) -> Step:
        """The first step that breaks off the interview."""
        return self.first_steps[-1] if self.interrupts else None

    def question(self, name: str) -> QuestionSketch:
        """The question with this id."""
        return next(question for question in self.questions if question.id == name)

    def score(self, name: str) -> ScoreSketch | None:
        """The score with this id, if it is one."""
        return next((score for score in self.scores if score.id == name), None)

    def conditions(self) -> Iterator[Condition]:
        """Every condition in the file."""
        ask_when = (question.ask_when for question in self.questions)
        notes = (note.when for note in self.notes)
        yield from (condition for condition in (*ask_when, *notes, self.applies_when) if condition is not None)
        yield from (part.when for part in (*self.rules, *self.guarantees))

    def reads(self, condition: Condition) -> set[str]:
        """The questions that a condition reads, itself or through a score."""
        names: set[str] = set()
        for name, _ in tests(condition):
            score = self.score(name)
            names |= {name} if score is None else {*score.add}
        return names


def tests(condition: Condition) -> Iterator[tuple[str, Any]]:
    """Each test in a condition: the question or score, and what is wanted of it."""
    for key, value in condition.items():
        if key in {"all", "any"}:
            for part in value:
                yield from tests(part)
        else:
            yield key, value


def passes(question: QuestionSketch, test: Any, answer: Answer) -> bool:
    """Whether a usable answer passes a test on its question."""
    match test, answer:
        case {"at_least": bound}, Amount(number):
            return number >= Decimal(str(bound))
        case {"at_most": bound}, Amount(number):
            return number <= Decimal(str(bound))
        case {"at_least": bound}, Chosen(names):
            return any(question.ids.index(name) >= question.ids.index(bound) for name in names)
        case str(), Chosen(names):
            return test in names
        case list(), Chosen(names):
            return not names.isdisjoint(test)
        case _:
            raise TypeError(question.id)


# Complete forms: ordinary logic.


@dataclass(frozen=True)
class Outcome:
    """What a complete form means."""

    suggestion: str
    level: str
    first_step: Step
    rules: tuple[str, ...]


def judge_complete(sketch: Sketch, sheet: Sheet) -> Outcome:
    """The meaning of a form on which every question that is asked has a usable answer."""
    counts = counted(sketch, sheet)
    held = [rule for rule in sketch.rules if holds(sketch, counts, rule.when)]
    level = max((rule.level or sketch.levels[0] for rule in held), key=sketch.levels.index, default=sketch.levels[0])
    first_step = max((rule.first_step for rule in held), key=sketch.steps.index, default=None)
    if first_step is not None and first_step == sketch.interrupt:
        suggestion = "emergency"
    elif sketch.applies_when is not None and not holds(sketch, counts, sketch.applies_when):
        suggestion = "out_of_scope"
    else:
        suggestion = level
    return Outcome(suggestion, level, first_step, tuple(rule.id for rule in held))


def counted(sketch: Sketch, sheet: Sheet) -> Sheet:
    """The answers to questions that are asked; the others count for nothing."""
    counts: dict[str, Answer] = {}
    for question in sketch.questions:
        if question.ask_when is None or holds(sketch, counts, question.ask_when):
            counts[question.id] = sheet[question.id]
    return counts


def holds(sketch: Sketch, counts: Sheet, condition: Condition) -> bool:
    """Whether a condition holds, given the answers that count."""
    return all(_entry_holds(sketch, counts, key, value) for key, value in condition.items())


def _entry_holds(sketch: Sketch, counts: Sheet, key: str, value: Any) -> bool:
    if key == "all":
        return all(holds(sketch, counts, part) for part in value)
    if key == "any":
        return any(holds(sketch, counts, part) for part in value)
    score = sketch.score(key)
    if score is None:
        return key in counts and passes(sketch.question(key), value, counts[key])
    return sum(_points(sketch.question(name), counts[name]) for name in score.add if name in counts) >= int(
        value["at_least"]
    )


def _points(question: QuestionSketch, answer: Answer) -> int:
    if not isinstance(answer, Chosen):
        raise TypeError(question.id)
    return question.points(answer.options)


def telling_answers(sketch: Sketch, question: QuestionSketch) -> tuple[Answer, ...]:
    """Usable answers that stand for all others: every set of options, numbers on and around each bound tested."""
    if question.type == "text":
        return (Words("a few words"),)
    if question.type != "number":
        return tuple(Chosen(names) for names in question.sets)
    bounds = {
        Decimal(str(*value.values()))
        for condition in sketch.conditions()
        for name, value in tests(condition)
        if name == question.id
    }
    near = {bound + shift for bound in bounds for shift in (Decimal("-0.25"), Decimal(0), Decimal("0.25"))}
    ends = {Decimal(question.low), Decimal(question.high)}
    return tuple(Amount(number) for number in sorted(near | ends) if question.low <= number <= question.high)


def completions(sketch: Sketch, sheet: Sheet) -> Iterator[Sheet]:
    """Every complete form that this one can still become. Access and text questions get one answer for all."""
    counts: dict[str, Answer] = {}
    for question in sketch.questions:
        if question.ask_when is None or holds(sketch, counts, question.ask_when):
            if isinstance(sheet[question.id], MissingReason):
                answers = telling_answers(sketch, question)
                for answer in answers[:1] if question.role == "access" else answers:
                    yield from completions(sketch, {**sheet, question.id: answer})
                return
            counts[question.id] = sheet[question.id]
    yield sheet


# Partial forms: must and may.


class Truths(NamedTuple):
    """It must hold, it may hold."""

    must: bool
    may: bool

    @property
    def undecided(self) -> bool:
        """It may hold, but need not."""
        return self.may and not self.must


YES = Truths(must=True, may=True)


@dataclass(frozen=True)
class Known:
    """A form, and which of its questions are asked."""

    sketch: Sketch
    sheet: Sheet
    asked: dict[str, Truths]


@dataclass(frozen=True)
class Partial:
    """What any form means. Pairs are *at least* and *at most*; lists are ids in file order."""

    suggestion: str
    levels: tuple[str, str]
    first_steps: tuple[Step, Step]
    reasons: tuple[str, ...]
    open_questions: tuple[str, ...]
    notes: tuple[str, ...]
    scores: tuple[tuple[str, int | None], ...]
    not_asked: tuple[str, ...]


def known(sketch: Sketch, sheet: Sheet) -> Known:
    """Which questions must and may be asked, worked out from the top of the file down."""
    asked: dict[str, Truths] = {}
    so_far = Known(sketch, sheet, asked)
    for question in sketch.questions:
        asked[question.id] = YES if question.ask_when is None else truths(so_far, question.ask_when)
    return so_far


def judge_partial(sketch: Sketch, sheet: Sheet) -> Partial:
    """The meaning of any form, settled or not."""
    answers = known(sketch, sheet)
    verdicts = [(rule, truths(answers, rule.when)) for rule in sketch.rules]
    levels, first_steps = _ladders(sketch, verdicts)
    suggestion = _suggestion(answers, levels, first_steps)
    notes = [note for note in sketch.notes if note.when is None or truths(answers, note.when).must]
    return Partial(
        suggestion,
        levels,
        first_steps,
        tuple(rule.id for rule, verdict in verdicts if verdict.must),
        _open_questions(answers, levels[0], first_steps[0]),
        tuple(
            note.id
            for note in notes
            if (note.for_levels is None or suggestion in note.for_levels)
            and (note.for_first_steps is None or first_steps[0] in note.for_first_steps)
        ),
        tuple((score.id, _counted(answers, score).total) for score in sketch.scores),
        tuple(
            name
            for name, asked in answers.asked.items()
            if not asked.may and not isinstance(sheet[name], MissingReason)
        ),
    )


def without_strays(sketch: Sketch, sheet: Sheet) -> Sheet:
    """The form as an interview counts it: what stands behind a closed branch is left out, from the top down."""
    kept = dict(sheet)
    for question in sketch.questions:
        if not known(sketch, kept).asked[question.id].may:
            kept[question.id] = MissingReason.MISSING
    return kept


def truths(answers: Known, condition: Condition) -> Truths:
    """Whether a condition must hold, and whether it may: each of its keys."""
    return _every(_entry_truths(answers, key, value) for key, value in condition.items())


def _entry_truths(answers: Known, key: str, value: Any) -> Truths:
    if key == "all":
        return _every(truths(answers, part) for part in value)
    if key == "any":
        parts = [truths(answers, part) for part in value]
        return Truths(any(part.must for part in parts), any(part.may for part in parts))
    score = answers.sketch.score(key)
    if score is not None:
        low, high = _two_sums(answers, score)
        return Truths(low >= value["at_least"], high >= value["at_least"])
    asked, answer = answers.asked[key], answers.sheet[key]
    if isinstance(answer, MissingReason):
        return Truths(must=False, may=asked.may)
    passed = passes(answers.sketch.question(key), value, answer)
    return Truths(asked.must and passed, passed)


def _every(parts: Iterator[Truths]) -> Truths:
    listed = [*parts]
    return Truths(all(part.must for part in listed), all(part.may for part in listed))


def _two_sums(answers: Known, score: ScoreSketch) -> tuple[int, int]:
    low = high = 0
    for name in score.add:
        question, asked, answer = answers.sketch.question(name), answers.asked[name], answers.sheet[name]
        if isinstance(answer, MissingReason):
            low += min(question.sums) if asked.must else 0
            high += max(question.sums) if asked.may else 0
        else:
            low += _points(question, answer) if asked.must else 0
            high += _points(question, answer)
    return low, high


class Total(NamedTuple):
    """The total of a score, how many items are asked and how many of these have no answer, and where its band starts.

    `between` are the least and the most that the answers still to come could make of it.
    """

    total: int | None
    asked: int | None
    missing: int | None
    band: int | None
    between: tuple[int, int]


def totals(sketch: Sketch, sheet: Sheet) -> dict[str, Total]:
    """The totals of all scores, by id."""
    answers = known(sketch, sheet)
    return {score.id: _counted(answers, score) for score in sketch.scores}


def _counted(answers: Known, score: ScoreSketch) -> Total:
    between = _two_sums(answers, score)
    asked = [name for name in score.add if answers.asked[name].may]
    if not all(answers.asked[name].must for name in asked):
        return Total(None, None, None, None, between)
    given = {name: answers.sheet[name] for name in asked}
    points = [_points(answers.sketch.question(name), each) for name, each in given.items() if not _is_gap(each)]
    missing = len(asked) - len(points)
    allowed = bool(points) and missing <= (score.may_miss or 0)
    total = _estimate(points, len(asked)) if missing and allowed else None if missing else sum(points)
    band = None if total is None else max((start for start in score.bands if start <= total), default=None)
    return Total(total, len(asked), missing, band, between)


def _estimate(points: list[int], asked: int) -> int:
    """The mean of some points for each item that is asked; half a point is rounded up."""
    return floor(Fraction(sum(points), len(points)) * asked + Fraction(1, 2))


def _is_gap(answer: Answer) -> bool:
    return isinstance(answer, MissingReason)


def _ladders(sketch: Sketch, verdicts: list[tuple[RuleSketch, Truths]]) -> tuple[tuple[str, str], tuple[Step, Step]]:
    level = sketch.levels[0], sketch.levels[0]
    step: tuple[Step, Step] = None, None
    for rule, verdict in verdicts:
        level = (
            _higher(sketch.levels, level[0], rule.level if verdict.must else None),
            _higher(sketch.levels, level[1], rule.level if verdict.may else None),
        )
        step = (
            max(step[0], rule.first_step if verdict.must else None, key=sketch.steps.index),
            max(step[1], rule.first_step if verdict.may else None, key=sketch.steps.index),
        )
    return level, step


def _higher(levels: tuple[str, ...], now: str, other: Step) -> str:
    return now if other is None else max(now, other, key=levels.index)


def _suggestion(answers: Known, levels: tuple[str, str], first_steps: tuple[Step, Step]) -> str:
    applies = YES if answers.sketch.applies_when is None else truths(answers, answers.sketch.applies_when)
    interrupt = answers.sketch.interrupt
    if interrupt is not None and first_steps[0] == interrupt:
        return "emergency"
    if interrupt is not None and first_steps[1] == interrupt:
        return "undetermined"
    if not applies.may:
        return "out_of_scope"
    if applies.must and levels[0] == levels[1]:
        return levels[0]
    return "undetermined"


def _open_questions(answers: Known, level: str, first_step: Step) -> tuple[str, ...]:
    sketch = answers.sketch
    matter: set[str] = set()
    for rule in sketch.rules:
        raises_level = rule.level is not None and sketch.levels.index(rule.level) > sketch.levels.index(level)
        if raises_level or sketch.steps.index(rule.first_step) > sketch.steps.index(first_step):
            matter |= _in_undecided_tests(answers, rule.when)
    if sketch.applies_when is not None:
        matter |= _in_undecided_tests(answers, sketch.applies_when)
    looked_at: set[str] = set()
    while not matter <= looked_at:
        name = min(matter - looked_at)
        looked_at.add(name)
        ask_when = sketch.question(name).ask_when
        matter |= set() if ask_when is None else _in_undecided_tests(answers, ask_when)
    return tuple(
        name
        for name, asked in answers.asked.items()
        if name in matter and asked.may and isinstance(answers.sheet[name], MissingReason)
    )


def _in_undecided_tests(answers: Known, condition: Condition) -> set[str]:
    """The questions in undecided tests of a condition, every condition around which is undecided too."""
    names: set[str] = set()
    if not truths(answers, condition).undecided:
        return names
    for key, value in condition.items():
        if not _entry_truths(answers, key, value).undecided:
            continue
        if key in {"all", "any"}:
            names = names.union(*(_in_undecided_tests(answers, part) for part in value))
        else:
            score = answers.sketch.score(key)
            names |= {key} if score is None else {*score.add}
    return names
