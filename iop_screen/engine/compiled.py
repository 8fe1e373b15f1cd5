"""A questionnaire made ready for judging: names resolved to indexes, "at least" resolved to the options it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, ScoreAtLeast, ScoreItem
from iop_screen.questionnaire.answers import HasOption
from iop_screen.questionnaire.conditions import All, AnyOf, AtLeast, Clause, WrittenCondition
from iop_screen.questionnaire.model import Guarantee, Note, Questionnaire, Rule, Score
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.multiple import MultipleQuestion


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its condition resolved. Step 0 is what everybody reaches: the first level, no first step."""

    definition: Rule
    when: Condition
    level: int
    first_step: int


@dataclass(frozen=True, slots=True)
class CompiledNote:
    """A note with its condition resolved."""

    definition: Note
    when: Condition | None


@dataclass(frozen=True, slots=True)
class CompiledGuarantee:
    """A guarantee with its condition resolved, and the steps it promises, counted from 0 as in a rule."""

    definition: Guarantee
    when: Condition
    level: int
    first_step: int


@dataclass(frozen=True, slots=True)
class CompiledScore:
    """A score with its items resolved."""

    definition: Score
    items: tuple[ScoreItem, ...]


@dataclass(frozen=True, slots=True, eq=False)  # to be told apart by identity is fast, and it is large
class CompiledQuestionnaire:
    """A questionnaire with everything in it resolved. `ask_when` has the `ask_when` of each question, in file order.

    `site_hash12` is the hash of the site settings whose lines and contacts were added; empty if none were.
    """

    questionnaire: Questionnaire
    hash12: str
    questions: tuple[Question, ...]
    indexes: Mapping[str, int]
    ask_when: tuple[Condition | None, ...]
    applies_when: Condition | None
    rules: tuple[CompiledRule, ...]
    notes: tuple[CompiledNote, ...]
    scores: tuple[CompiledScore, ...]
    guarantees: tuple[CompiledGuarantee, ...]
    interrupt: int | None
    site_hash12: str = ""

    @property
    def stamp(self) -> str:
        """What every result says it rests on: id@version#hash."""
        return f"{self.questionnaire.id}@{self.questionnaire.version}#{self.hash12}"

    @property
    def site_stamp(self) -> str:
        """What a result says beside its stamp of the site settings in it; empty if there are none."""
        return f"Site settings {self.site_name}" if self.site_name else ""

    @property
    def site_name(self) -> str:
        """The site settings in it, by their hash; empty if there are none."""
        return self.site_hash12 and f"#{self.site_hash12}"

    def interrupting(self) -> tuple[CompiledRule, ...]:
        """The rules that reach the interrupt step."""
        return tuple(rule for rule in self.rules if rule.first_step == self.interrupt)

    def index_of(self, question: str) -> int:
        """The index of a question, by its id. Raises KeyError if there is no such question."""
        return self.indexes[question]


def compile_questionnaire(questionnaire: Questionnaire, hash12: str) -> CompiledQuestionnaire:
    """Resolve a questionnaire without problems; one that has problems must not come here."""
    resolve = _Resolver(questionnaire)
    levels = [level.id for level in questionnaire.levels]
    first_steps = [None, *(step.id for step in questionnaire.first_steps)]
    interrupt = questionnaire.interrupt()

    def reached(part: Rule | Guarantee) -> tuple[Condition, int, int]:
        level = 0 if part.level is None else levels.index(part.level)
        return resolve.condition(part.when), level, first_steps.index(part.first_step)

    return CompiledQuestionnaire(
        questionnaire=questionnaire,
        hash12=hash12,
        questions=resolve.questions,
        indexes=resolve.indexes,
        ask_when=tuple(resolve.optional(question.ask_when) for question in resolve.questions),
        applies_when=resolve.optional(questionnaire.applies_when),
        rules=tuple(CompiledRule(rule, *reached(rule)) for rule in questionnaire.rules),
        notes=tuple(CompiledNote(note, resolve.optional(note.when)) for note in questionnaire.notes),
        scores=tuple(CompiledScore(score, resolve.items(score)) for score in questionnaire.scores),
        guarantees=tuple(CompiledGuarantee(guarantee, *reached(guarantee)) for guarantee in questionnaire.guarantees),
        interrupt=None if interrupt is None else first_steps.index(interrupt.id),
    )


def _apart(options: list[tuple[str, int]]) -> list[tuple[frozenset[str], int]]:
    """Each option with its points: of several that are chosen, each brings its own."""
    return [(frozenset({option}), number) for option, number in options]


def _by_points(options: list[tuple[str, int]]) -> list[tuple[frozenset[str], int]]:
    """The options that bring the same points, together: only one of them can be chosen."""
    names: dict[int, set[str]] = {}
    for option, number in options:
        names.setdefault(number, set()).add(option)
    return [(frozenset(each), number) for number, each in names.items()]


class _Resolver:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questions = questionnaire.questions()
        self.indexes = {str(question.id): index for index, question in enumerate(self.questions)}
        self.scores = {str(score.id): score for score in questionnaire.scores}

    def optional(self, condition: WrittenCondition | None) -> Condition | None:
        return None if condition is None else self.condition(condition)

    def condition(self, condition: WrittenCondition) -> Condition:
        match condition:
            case All(parts):
                return AllHold(tuple(self.condition(part) for part in parts))
            case AnyOf(parts):
                return AnyHolds(tuple(self.condition(part) for part in parts))
            case Clause(subject, AtLeast(bound)) if subject in self.scores:
                return ScoreAtLeast(self.items(self.scores[subject]), int(bound))
            case Clause(subject, test):
                index = self.indexes[subject]
                return self.questions[index].resolve_test(index, test)

    def items(self, score: Score) -> tuple[ScoreItem, ...]:
        return tuple(self._item(self.indexes[name]) for name in score.add)

    def _item(self, index: int) -> ScoreItem:
        question = self.questions[index]
        several = isinstance(question, MultipleQuestion)
        options = [(str(option.id), int(option.points or 0)) for option in question.options_listed]
        points = _apart(options) if several else _by_points(options)
        tests = tuple((HasOption(index, names), number) for names, number in points)
        return ScoreItem(index, tests, question.fewest_points(), question.most_points())
