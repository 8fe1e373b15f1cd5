"""A questionnaire made ready for judging: names resolved to places, "at least" resolved to the options it means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from iop_screen.engine.conditions import Chose, Item, NoLess, NoMore, Reaches
from iop_screen.questionnaire.model import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Clause,
    Condition,
    Guarantee,
    MultipleQuestion,
    Note,
    NumberQuestion,
    OneOf,
    Question,
    Questionnaire,
    Rule,
    Score,
    answers_of,
    options_of,
)


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule with its condition resolved. Steps count from 0, which every form reaches: the first level, no step."""

    rule: Rule
    when: Condition
    level: int
    first_step: int


@dataclass(frozen=True, slots=True)
class ReadyNote:
    """A note with its condition resolved."""

    note: Note
    when: Condition | None


@dataclass(frozen=True, slots=True)
class ReadyGuarantee:
    """A guarantee with its condition resolved, and the steps it promises, counted from 0 as in a rule."""

    guarantee: Guarantee
    when: Condition
    level: int
    first_step: int


@dataclass(frozen=True, slots=True)
class ReadyScore:
    """A score with its items resolved."""

    score: Score
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, eq=False)  # to be told apart by identity is fast, and it is large
class Instrument:
    """A questionnaire with everything in it resolved. `gates` has the `ask_when` of each question, in file order."""

    questionnaire: Questionnaire
    hash12: str
    questions: tuple[Question, ...]
    gates: tuple[Condition | None, ...]
    applies_when: Condition | None
    rules: tuple[ReadyRule, ...]
    notes: tuple[ReadyNote, ...]
    scores: tuple[ReadyScore, ...]
    guarantees: tuple[ReadyGuarantee, ...]
    interrupt: int | None

    @property
    def stamp(self) -> str:
        """What every result says it rests on: id@version#hash."""
        return f"{self.questionnaire.id}@{self.questionnaire.version}#{self.hash12}"

    def interrupting(self) -> tuple[ReadyRule, ...]:
        """The rules that reach the interrupt step."""
        return tuple(ready for ready in self.rules if ready.first_step == self.interrupt)

    def place(self, question: str) -> int:
        """The place of a question in the file, from 0."""
        return next(place for place, known in enumerate(self.questions) if known.id == question)


def make_ready(questionnaire: Questionnaire, hash12: str) -> Instrument:
    """Resolve a questionnaire without problems; one that has problems must not come here."""
    resolve = _Resolver(questionnaire)
    levels = [level.id for level in questionnaire.levels]
    first_steps = [None, *(step.id for step in questionnaire.first_steps)]
    interrupt = questionnaire.interrupt()

    def reached(part: Rule | Guarantee) -> tuple[Condition, int, int]:
        level = 0 if part.level is None else levels.index(part.level)
        return resolve.condition(part.when), level, first_steps.index(part.first_step)

    return Instrument(
        questionnaire=questionnaire,
        hash12=hash12,
        questions=resolve.questions,
        gates=tuple(resolve.optional(question.ask_when) for question in resolve.questions),
        applies_when=resolve.optional(questionnaire.applies_when),
        rules=tuple(ReadyRule(rule, *reached(rule)) for rule in questionnaire.rules),
        notes=tuple(ReadyNote(note, resolve.optional(note.when)) for note in questionnaire.notes),
        scores=tuple(ReadyScore(score, resolve.items(score)) for score in questionnaire.scores),
        guarantees=tuple(ReadyGuarantee(promise, *reached(promise)) for promise in questionnaire.guarantees),
        interrupt=None if interrupt is None else first_steps.index(interrupt.id),
    )


class _Resolver:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questions = questionnaire.questions()
        self.places = {str(question.id): place for place, question in enumerate(self.questions)}
        self.scores = {str(score.id): score for score in questionnaire.scores}

    def optional(self, condition: Condition | None) -> Condition | None:
        return None if condition is None else self.condition(condition)

    def condition(self, condition: Condition) -> Condition:
        match condition:
            case All(parts):
                return All(tuple(self.condition(part) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self.condition(part) for part in parts))
            case Clause(subject, AtLeast(bound)) if subject in self.scores:
                return Reaches(self.items(self.scores[subject]), int(bound))
            case Clause(subject, test):
                return self._test(self.places[subject], test)
        raise TypeError(type(condition))

    def _test(self, place: int, test: OneOf | AtLeast | AtMost) -> Condition:
        question = self.questions[place]
        match test:
            case OneOf(options):
                return Chose(place, frozenset(map(str, options)))
            case AtLeast(bound) if isinstance(question, NumberQuestion):
                return NoLess(place, Decimal(bound))
            case AtLeast(bound):
                ids = answers_of(question)
                return Chose(place, frozenset(map(str, ids[ids.index(bound) :])))
            case AtMost(bound):
                return NoMore(place, Decimal(bound))

    def items(self, score: Score) -> tuple[Item, ...]:
        return tuple(self._item(self.places[name]) for name in score.add)

    def _item(self, place: int) -> Item:
        question = self.questions[place]
        points = [
            (Chose(place, frozenset({str(option.id)})), int(option.points or 0)) for option in options_of(question)
        ]
        most = max(number for _, number in points)
        if isinstance(question, MultipleQuestion):
            together = sum(int(option.points or 0) for option in question.options if not option.exclusive)
            most = max(most, together)
        return Item(place, tuple(points), min(number for _, number in points), most)
