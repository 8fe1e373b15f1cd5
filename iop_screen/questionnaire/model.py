"""What a questionnaire is made of: frozen nouns that still know where their author wrote them.

Every piece of text, number and date is a scalar with a `span`. The shape of the file is read off these classes:
a field is a key of the file, a default means that the key may be left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, Self

from iop_screen.core.problems import START, Span

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?", re.ASCII)
"""How a number is written, in a questionnaire and in a form: at most nine digits before the point, six after.

So few digits that a number means the same as an exact decimal and as a 64-bit float.
"""


class PlacedScalar:
    """Something written in one place. `read` makes it from text, or raises ValueError saying what was wanted."""

    span: Span = START

    @classmethod
    def read(cls, written: Text) -> Self:
        raise NotImplementedError

    @classmethod
    def accept(cls, written: object) -> Self:
        """Take what the file has at this place: a piece of text, or ValueError saying what was wanted."""
        if not isinstance(written, Text):
            wanted = "text"
            raise ValueError(wanted)  # noqa: TRY004 - pydantic collects ValueError
        value = cls.read(written)
        value.span = written.span
        return value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema  # noqa: PLC0415 - the model needs pydantic only while a file is read

        return core_schema.no_info_plain_validator_function(cls.accept)


class Text(str, PlacedScalar):  # noqa: SLOT000 - its place is set after it is made
    """A piece of text, not empty; blanks and line ends around it are not part of it."""

    @classmethod
    def read(cls, written: Text) -> Self:
        if not written.strip():
            wanted = "a text that is not empty"
            raise ValueError(wanted)
        return cls(written.strip())


def text_at(text: str, span: Span) -> Text:
    """A text with its place."""
    placed = Text(text)
    placed.span = span
    return placed


class Id(Text):
    """A name that rules and exports use: ASCII letters, digits, `_`, `-` and `.`, at most 64 of them."""

    @classmethod
    def read(cls, written: Text) -> Self:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}", written):
            wanted = "an id (letters a to z, digits and `_`, at most 64 of them)"
            raise ValueError(wanted)
        return cls(written)


class Number(Decimal, PlacedScalar):
    """A number, exact."""

    @classmethod
    def read(cls, written: Text) -> Self:
        if not NUMBER.fullmatch(written):
            wanted = "a number such as 12 or 0.5"
            raise ValueError(wanted)
        return cls(written)


class Points(int, PlacedScalar):
    """A whole number, not below nought; no negative points, so that no further answer can lower a score."""

    @classmethod
    def read(cls, written: Text) -> Self:
        if not re.fullmatch(r"\d{1,6}", written, re.ASCII):
            wanted = "a whole number from 0 to 999999"
            raise ValueError(wanted)
        return cls(written)


A_DATE = "a date such as 2026-11-23"
A_DAY = "a day that the calendar has"


class Day(date, PlacedScalar):
    """A day, written year-month-day."""

    @classmethod
    def read(cls, written: Text) -> Self:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
            raise ValueError(A_DATE)
        try:
            return cls.fromisoformat(written)
        except ValueError:
            raise ValueError(A_DAY) from None


def fold(text: str) -> str:
    """A text as forms are read: case, outer blanks and the way an accent is coded are not told apart."""
    return unicodedata.normalize("NFC", text.strip()).casefold()


Role = Literal["risk", "context", "access"]


class Condition:
    """What has to hold for a rule, a note, a guarantee or a question; see its three forms below."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these options is, or is among, the answer."""

    options: tuple[Text, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The answer is this one or one further along: a worse option, a higher number, a higher score."""

    bound: Text


@dataclass(frozen=True, slots=True)
class AtMost:
    """The number is this one or a lower one."""

    bound: Text


Test = OneOf | AtLeast | AtMost


@dataclass(frozen=True, slots=True)
class Clause(Condition):
    """A test on one question or score."""

    subject: Text
    test: Test


@dataclass(frozen=True, slots=True)
class All(Condition):
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """At least one part holds."""

    parts: tuple[Condition, ...]


def clauses(condition: Condition | None) -> Iterator[Clause]:
    """The tests a condition is made of, in the order written."""
    match condition:
        case Clause():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from clauses(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A crisis or help line. `short` is how to reach it in a few words, for a narrow screen.
    `checked_on` is the day somebody last made sure that it works.
    """

    id: Id
    name: Text
    reach: Text
    short: Text | None = None
    checked_on: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of care; levels stand from least to most intensive."""

    id: Id
    title: Text
    means: Text | None = None
    expect: tuple[Text, ...] = ()
    next_steps: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """What has to happen before a level of care; from least to most urgent. `interrupt` breaks off the interview."""

    id: Id
    title: Text
    means: Text | None = None
    next_steps: tuple[Text, ...] = ()
    contacts: tuple[Id, ...] = ()
    interrupt: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every kind of question has."""

    id: Id
    ask: Text
    role: Role
    help: Text | None = None
    why: Text | None = None
    source: Text | None = None
    ask_when: Condition | None = None
    accepted: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNoQuestion(Asked):
    """Answered yes or no; a risk question says which of the two is worse."""

    type: Literal["yes_no"]
    worse: Literal["yes", "no"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(Asked):
    """One option is chosen; in a risk question the options stand best first, worst last."""

    type: Literal["choice"]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleQuestion(Asked):
    """One or more options are chosen; in a risk question each is a need, save an exclusive one."""

    type: Literal["multiple"]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(Asked):
    """A number from `min` to `max`; a risk question says which way is worse."""

    type: Literal["number"]
    min: Number
    max: Number
    worse: Literal["higher", "lower"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuestion(Asked):
    """Free text; it stands in no condition."""

    type: Literal["text"]


Question = YesNoQuestion | ChoiceQuestion | MultipleQuestion | NumberQuestion | TextQuestion


class ReadByType:
    """Tells pydantic that the key `type` says which kind of question this is."""

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic import Field  # noqa: PLC0415 - the model needs pydantic only while a file is read

        return handler.generate_schema(Annotated[source, Field(discriminator="type")])


def options_of(question: Question) -> tuple[Option, ...]:
    """The options a question lists; a yes/no question lists none."""
    return question.options if isinstance(question, ChoiceQuestion | MultipleQuestion) else ()


def answers_of(question: Question) -> tuple[str, ...]:
    """The ids that can be chosen, in file order; a risk yes/no question has its better answer first."""
    if isinstance(question, YesNoQuestion):
        return ("yes", "no") if question.worse == "no" else ("no", "yes")
    return tuple(option.id for option in options_of(question))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together."""

    id: Id
    title: Text
    questions: tuple[Annotated[Question, ReadByType()], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A sum of the points of the options chosen in some questions."""

    id: Id
    title: Text
    add: tuple[Id, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When its condition holds, at least this level and this first step."""

    id: Id
    when: Condition
    because: Text
    level: Id | None = None
    first_step: Id | None = None
    source: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Advice that never changes a level."""

    id: Id
    say: Text
    when: Condition | None = None
    for_levels: tuple[Id, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """A promise about every possible form: when its condition must hold, at least this level and first step."""

    id: Id
    when: Condition
    level: Id | None = None
    first_step: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePage:
    """A page to read, or to read aloud."""

    title: Text
    body: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What whoever signs the file holds it to: the highest reading grade, words not to be used, the order of steps."""

    grade: Number | None = None
    avoid: tuple[Text, ...] = ()
    levels: tuple[Id, ...] | None = None
    first_steps: tuple[Id, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """The whole file."""

    format: Literal["1"]
    id: Id
    version: Text
    title: Text
    intended_use: Text
    disclaimer: Text
    levels: tuple[Level, ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    first_steps: tuple[FirstStep, ...] = ()
    contacts: tuple[Contact, ...] = ()
    site_lines: tuple[Text, ...] = ()
    handling: Text | None = None
    applies_when: Condition | None = None
    scores: tuple[Score, ...] = ()
    notes: tuple[Note, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    guide: tuple[GuidePage, ...] = ()
    review: Review | None = None

    def steps(self) -> tuple[Level | FirstStep, ...]:
        """Every step of both ladders: levels first, each ladder from its lowest step up."""
        return (*self.levels, *self.first_steps)

    def questions(self) -> tuple[Question, ...]:
        """Every question, in file order."""
        return tuple(question for section in self.sections for question in section.questions)

    def contacts_of(self, step: FirstStep | None) -> tuple[Contact, ...]:
        """The contacts that a first step names."""
        return tuple(contact for contact in self.contacts if step is not None and contact.id in step.contacts)

    def interrupt(self) -> FirstStep | None:
        """The first step that breaks off the interview, if the questionnaire has one."""
        return next((step for step in self.first_steps if step.interrupt), None)
