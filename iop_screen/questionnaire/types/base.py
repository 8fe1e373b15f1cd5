"""What has to be known of every type of question.

Each type is one class in one file of this package. It holds every fact that depends on the type: how an answer is
read, ordered, asked, shown and tested. A class marked `@final` that leaves one of the facts out is an error for mypy.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from itertools import pairwise
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple

from iop_screen.core.problems import Problem, Span
from iop_screen.core.safe_text import sanitize
from iop_screen.questionnaire.answers import (
    Amount,
    Answer,
    AnswerTest,
    Chosen,
    MissingReason,
    UsableAnswer,
    Words,
    predicate,
)
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, OneOf, Test, WrittenCondition
from iop_screen.questionnaire.scalars import Id, Points, Text

Role = Literal["risk", "context", "access"]

JsonSchema = Mapping[str, Any]

NO_LABELS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that can be chosen. An `exclusive` one ("none of these") goes with no other."""

    id: Id
    label: Text
    points: Points | None = None
    exclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A warning about a question that its author has weighed, and why it is meant so."""

    check: Id
    because: Text


class InputMode(Enum):
    """How an answer is typed: with one key, by ticking boxes, as a number, or as words in a box of their own."""

    ONE_KEY = auto()
    BOXES = auto()
    DIGITS = auto()
    WORDS = auto()


class Misfit(NamedTuple):
    """Why a question cannot have an answer: a code, a message and a hint."""

    code: str
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionType(ABC):
    """What every question has, and the facts of its type.

    `bounds` are the numbers at which tests tell answers apart.
    """

    # What the JSON Schema says beyond the kinds of the values, by key.
    SCHEMA: ClassVar[Mapping[str, JsonSchema]] = {}

    # What keys are for that mean something of their own in this type.
    KEYS: ClassVar[Mapping[str, str]] = {}

    # Whether several options can be chosen together.
    allows_multiple: ClassVar[bool] = False

    # Whether any text is an answer. No condition can test such an answer.
    is_free_text: ClassVar[bool] = False

    # Whether its options can have points, so that a score can add it.
    can_be_scored: ClassVar[bool] = False

    # How the file says which answer is better, for a hint about it.
    order_description: ClassVar[str] = ""

    id: Id
    ask: Text
    ask_self: Text | None = None
    role: Role
    help: Text | None = None
    why: Text | None = None
    source: Text | None = None
    ask_when: WrittenCondition | None = None
    accepted: tuple[Waiver, ...] = ()
    type: str

    # ------------------------------------------------------------------ what can be answered

    @property
    def options_listed(self) -> tuple[Option, ...]:
        """The options that the file lists; a yes/no question lists none."""
        return ()

    @abstractmethod
    def answer_ids(self) -> tuple[str, ...]:
        """The ids that can be chosen, in file order; in a risk question better ones first."""

    @property
    def number_range(self) -> tuple[Decimal, Decimal] | None:
        """The lowest and the highest number that can be answered, if the answer is a number."""
        return None

    @abstractmethod
    def misfit(self, answer: UsableAnswer) -> Misfit | None:
        """Why the question cannot have this answer; None if it can."""

    def fits(self, answer: Answer) -> bool:
        """Whether the question can have an answer, or a missing reason, that was given to another version of it."""
        return isinstance(answer, MissingReason) or self.misfit(answer) is None

    def shape(self) -> tuple[object, ...]:
        """What its answers are and how they are ordered; equal for questions that differ in their words only."""
        risk, ids = self.role == "risk", self.answer_ids()
        return self.type, risk, ids if risk else frozenset(ids)

    # ------------------------------------------------------------------ how an answer is read

    def cell_reader(
        self,
        labels: Mapping[str, str] = NO_LABELS,  # noqa: ARG002 - most types have no options
        separators: str = "",  # noqa: ARG002
    ) -> Callable[[str], UsableAnswer | None]:
        """A function that reads a cell of an export with an answer in it; it gives None if the cell is no answer.

        Blanks around the text do not count. `labels` are names of options, and the options, beside those of the file.
        `separators` are characters that part several options beside `;`, `,`, `|` and line ends.
        """
        return lambda text: self.read(text.strip())

    def from_typed(self, word: str) -> UsableAnswer | None:
        """The answer that was typed in an interview, or None if it is none."""
        return self.read(word)

    @abstractmethod
    def read(self, text: str) -> UsableAnswer | None:
        """The answer that a case file has in one piece of text; None if that is none."""

    @property
    @abstractmethod
    def case_value_hint(self) -> str:
        """What a case file can have for this question."""

    # ------------------------------------------------------------------ the order of answers

    def best_answer(self) -> UsableAnswer | None:
        """The best answer to a risk question; None if no single one is."""
        return next(self.distinct_answers(()), None)

    @abstractmethod
    def usable_no_worse(self, one: UsableAnswer, other: UsableAnswer) -> bool:
        """Whether the first of two different usable answers is no worse than the second, whatever is tested."""

    @abstractmethod
    def scale_position(self, answer: UsableAnswer) -> float:
        """Where an answer that fits a risk question stands on the way from its best answer (0) to its worst (1)."""

    @property
    def scale_steps(self) -> int:
        """How many steps there are from the best answer to the worst; 0 if the answers are no steps."""
        return max(0, len(self.answer_ids()) - 1)

    def is_no_worse(self, one: Answer, other: Answer) -> bool:
        """Whether the first answer is no worse than the second; an answer that is missing is no worse than any."""
        if one == other or isinstance(one, MissingReason):
            return True
        return not isinstance(other, MissingReason) and self.usable_no_worse(one, other)

    def joined(self, one: Answer, other: Answer) -> list[Answer]:
        """The mildest answers that are at least as bad as both."""
        if self.is_no_worse(one, other):
            return [other]
        return [one] if self.is_no_worse(other, one) else []

    def together(self, answers: Sequence[UsableAnswer]) -> UsableAnswer | None:
        """The one answer that gives all of these; None if there is none."""
        return answers[0] if len(answers) == 1 else None

    def mildest(self, test: AnswerTest, bounds: Iterable[Decimal]) -> list[UsableAnswer]:
        """The mildest answers that pass a test."""
        passing = [*filter(predicate(test), self.distinct_answers(bounds))]
        return passing[:1] if self.role == "risk" and not self.allows_multiple else passing

    @abstractmethod
    def distinct_answers(self, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:
        """One answer of each kind that tests can tell apart, each option by itself; none if no test can tell any."""

    def every_answer(self, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:
        """Answers that represent all that can be read."""
        return self.distinct_answers(bounds)

    @property
    def answer_count(self) -> int:
        """How many `every_answer` gives, where that can be far more than the file has parts; else 0."""
        return 0

    def fullest_answers(self, bounds: Iterable[Decimal]) -> list[UsableAnswer]:
        """Answers one of which passes all that an answer passes: the worst one of a risk question, else each."""
        answers = [*self.distinct_answers(bounds)]
        return [one for one in answers if not any(one != other and self.is_no_worse(one, other) for other in answers)]

    def other_answers(self, now: Answer, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:
        """Answers that represent all others than the one now."""
        return (answer for answer in self.distinct_answers(bounds) if answer != now)

    def worsening(self, bounds: Iterable[Decimal]) -> Iterator[tuple[UsableAnswer, UsableAnswer]]:
        """Pairs of answers to a risk question of which the second is the next worse one."""
        return pairwise(self.distinct_answers(bounds))

    @abstractmethod
    def worst_answer_tests(self, index: int) -> Iterator[AnswerTest]:
        """Tests that the worst answers pass; where several options can be chosen, one test for each need."""

    @property
    def labels_in_order(self) -> tuple[str, ...]:
        """What the answers say, best first, where that can be told from the words alone; else nothing."""
        return ()

    # ------------------------------------------------------------------ conditions and scores

    @abstractmethod
    def resolve_test(self, index: int, test: Test) -> AnswerTest:
        """A test of the file on this question as a test on the answer to the question with this index."""

    @abstractmethod
    def test_problems(self, clause: Clause, left_out: Collection[str]) -> Iterator[Problem]:
        """What is wrong with a test on this question; `left_out` are words in parts that could not be read."""

    @abstractmethod
    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:
        """What is wrong with the question by itself; `incomplete` are the ids of parts that lost something."""

    def fewest_points(self) -> int:
        """The fewest points that an answer can bring."""
        return min(int(option.points or 0) for option in self.options_listed)

    def most_points(self) -> int:
        """The most points that an answer can bring."""
        return max(int(option.points or 0) for option in self.options_listed)

    # ------------------------------------------------------------------ how it is asked

    @property
    @abstractmethod
    def input_mode(self) -> InputMode:
        """How an answer is typed on a full screen."""

    @property
    @abstractmethod
    def input_hint(self) -> str:
        """What can be typed as an answer, in words."""

    def option_keys(self) -> tuple[tuple[str, Option], ...]:
        """What is typed for each option."""
        return ()

    # ------------------------------------------------------------------ how it is shown

    def answer_text(self, answer: UsableAnswer) -> str:
        """An answer in the questionnaire's own words."""
        match answer:
            case Chosen(options):
                labels = [str(option.label) for option in self.options_listed if option.id in options]
                return ", ".join(labels) or "".join(sorted(options)).capitalize()
            case Amount(number):
                return f"{number:f}"
            case Words(text):
                return sanitize(text)

    def as_cell(self, answer: UsableAnswer) -> str:
        """An answer as a cell of an export; its `cell_reader` reads it as the same answer."""
        if isinstance(answer, Chosen):
            return ";".join(option for option in self.answer_ids() if option in answer.options)
        return self.answer_text(answer)

    @abstractmethod
    def answer_phrase(self, answer: UsableAnswer, *, or_worse: bool) -> str:
        """An answer as a condition in ids: "sleep at least poor". `or_worse` says that a worse one is meant too."""

    @property
    @abstractmethod
    def answers_description(self) -> str:
        """What can be answered, as a sentence above the table of its options; empty if that says it all."""

    def rank(self, option: Option) -> str:  # noqa: ARG002 - most types have no rank to give
        """Where an option of a risk question stands between best and worst."""
        return ""

    # ------------------------------------------------------------------ for the types themselves

    def wrong_test_problem(self, clause: Clause, why: str, hint: str) -> Problem:
        """The problem of a test that does not fit this question."""
        return Problem("wrong-test", f"this test does not fit: `{self.id}` {why}", test_span(clause.test), hint)

    def missing_worse_problem(self, which: str) -> Problem:
        """The problem of a risk question that does not say which answer is worse."""
        message = f"`{self.id}` is a risk question and does not say what is worse"
        return Problem("missing-key", message, self.id.span, f"add `worse:` with {which}")


def test_span(test: Test) -> Span:
    """Where the first answer that a test names is written."""
    match test:
        case OneOf(options):
            return options[0].span
        case AtLeast(bound) | AtMost(bound):
            return bound.span
