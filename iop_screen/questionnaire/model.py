"""What a questionnaire is made of: frozen classes whose texts keep the span where their author wrote them.

Every piece of text, number and date is a scalar with a `span`. The shape of the file is read off these classes:
a field is a key of the file, a default means that the key may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from iop_screen.questionnaire.conditions import WrittenCondition
from iop_screen.questionnaire.scalars import Day, Id, Number, Points, Text
from iop_screen.questionnaire.types import Question

NO_FIRST_STEP = "none"
"""Stands where the id of a first step could stand, if there is none."""


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
    """What has to happen before a level of care; from least to most urgent. `when` says by when, in words.
    `interrupt` breaks off the interview.
    """

    id: Id
    title: Text
    when: Text | None = None
    means: Text | None = None
    next_steps: tuple[Text, ...] = ()
    contacts: tuple[Id, ...] = ()
    interrupt: bool = False


class ReadByType:
    """Says that the key `type` tells which kind of question this is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together."""

    id: Id
    title: Text
    questions: tuple[Annotated[Question, ReadByType()], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A part of the range of a score that has a name: from this total up to the next band. No condition reads it."""

    id: Id
    title: Text
    from_: Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A sum of the points of the options chosen in some questions.

    With `may_miss`, a total is estimated while no more items than that have no usable answer.
    """

    id: Id
    title: Text
    add: tuple[Id, ...]
    may_miss: Points | None = None
    bands: tuple[Band, ...] = ()
    source: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When its condition holds, at least this level and this first step."""

    id: Id
    when: WrittenCondition
    because: Text
    level: Id | None = None
    first_step: Id | None = None
    source: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Advice that never changes a level."""

    id: Id
    say: Text
    when: WrittenCondition | None = None
    for_levels: tuple[Id, ...] | None = None
    for_first_steps: tuple[Id, ...] | None = None
    contacts: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """A promise about every possible form: when its condition must hold, at least this level and first step."""

    id: Id
    when: WrittenCondition
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
    applies_when: WrittenCondition | None = None
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

    def contacts_of(self, part: FirstStep | Note | None) -> tuple[Contact, ...]:
        """The contacts that a first step or a note names."""
        return tuple(contact for contact in self.contacts if part is not None and contact.id in part.contacts)

    def interrupt(self) -> FirstStep | None:
        """The first step that breaks off the interview, if the questionnaire has one."""
        return next((step for step in self.first_steps if step.interrupt), None)
