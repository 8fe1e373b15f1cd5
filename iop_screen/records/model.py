"""What is kept of an interview: what was said, and when.

A record is a head and a log. The log only grows: a changed answer is a further entry, so nothing that was ever said
is lost, and what stands is whatever was said last. No name is part of a record unless somebody types one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from iop_screen.questionnaire.answers import Answer


@dataclass(frozen=True, slots=True)
class QuestionnaireRef:
    """The questionnaire that a record was made with; `hash12` as in every result."""

    id: str
    version: str
    hash12: str

    @property
    def stamp(self) -> str:
        """As results print it: id@version#hash."""
        return f"{self.id}@{self.version}#{self.hash12}"


@dataclass(frozen=True, slots=True)
class Head:
    """What does not change: the generated reference, the revision from 1 up, and when the interview began (UTC)."""

    ref: str
    revision: int
    started: datetime
    questionnaire: QuestionnaireRef


@dataclass(frozen=True, slots=True)
class AnswerRecorded:
    """An answer was taken, by the question's id. A gap other than MISSING is an answer, too: it was asked."""

    at: datetime
    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A note on a question was written, or taken away where `text` is empty."""

    at: datetime
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class EmergencyShown:
    """The emergency page was shown: because of these rules, or because it was asked for (no rules)."""

    at: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DangerActedOn:
    """The coordinator marked that they have acted on the danger."""

    at: datetime


@dataclass(frozen=True, slots=True)
class DangerCleared:
    """The coordinator marked that nobody is in danger: a slip of a key, or an answer that was put right."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """The site's own reference for the file; empty takes it away."""

    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class ResultShown:
    """The result page was shown: the id of the suggestion, and those of the steps between which both ladders lie.

    No first step is None. `danger_open` says that an emergency was not ruled out. `set_aside` is the number of answers
    that do not count, where with them the result would be another one; else 0.
    """

    at: datetime
    suggestion: str
    level_at_least: str
    level_at_most: str
    first_step_at_least: str | None
    first_step_at_most: str | None
    danger_open: bool
    set_aside: int


@dataclass(frozen=True, slots=True)
class QuestionnaireChanged:
    """The record was taken over to another questionnaire; these answers did not fit it and are no longer used.

    `made_with` is the one up to then; the one since then is in the head.
    """

    at: datetime
    made_with: QuestionnaireRef
    left_out: tuple[str, ...]


class DecisionReason(Enum):
    """Why what was chosen differs from what was suggested."""

    NOT_AVAILABLE = "not-available"
    WAITING_LIST = "waiting-list"
    PERSONS_CHOICE = "persons-choice"
    CLINICIANS_JUDGEMENT = "clinicians-judgement"
    COST = "cost"
    JOB = "job"
    FAMILY_CARE = "family-care"
    COURT = "court"
    TRAVEL = "travel"
    LANGUAGE = "language"
    PROGRAM_REFUSED = "program-refused"
    OTHER = "other"


EMERGENCY_CARE = "emergency"
SOMETHING_ELSE = "something-else"


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """What was chosen, which is not the suggestion: the id of a level, EMERGENCY_CARE or SOMETHING_ELSE.

    `first_step` is the id of what was chosen to come before the level, "" if nothing has to, None if none was in
    question. `because` stands where the choice is not what was suggested; `clinician` and `risk`, the name of who
    stands for it and what may go wrong, where it may be less than is needed, or there was danger. What it was made
    against is the result shown last before it.
    """

    at: datetime
    selected: str
    first_step: str | None
    by: str
    because: DecisionReason | None = None
    clinician: str = ""
    risk: str = ""
    note: str = ""


Entry = (
    AnswerRecorded
    | NoteWritten
    | EmergencyShown
    | DangerActedOn
    | DangerCleared
    | ReferenceSet
    | ResultShown
    | QuestionnaireChanged
    | DecisionMade
)


class Danger(Enum):
    """How a record stands with danger, the worst first."""

    WAITS = "waits"
    OPEN = "open"
    ACTED = "acted"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Record:
    """One interview, or one revision of it."""

    head: Head
    log: tuple[Entry, ...] = ()

    @property
    def answers(self) -> dict[str, Answer]:
        """The answer that stands for each question that has one, by id."""
        return {entry.question: entry.answer for entry in self.log if isinstance(entry, AnswerRecorded)}

    @property
    def notes(self) -> dict[str, str]:
        """The note that stands on each question, by id."""
        notes = {entry.question: entry.text for entry in self.log if isinstance(entry, NoteWritten)}
        return {question: text for question, text in notes.items() if text}

    @property
    def reference(self) -> str:
        """The site's own reference, if one was typed."""
        return next((entry.reference for entry in reversed(self.log) if isinstance(entry, ReferenceSet)), "")

    @property
    def final(self) -> bool:
        """Whether the result was shown, and no answer was taken after that."""
        return self.shown is not None

    @property
    def state(self) -> str:
        """What that is called."""
        return "final" if self.final else "draft"

    @property
    def decision(self) -> DecisionMade | None:
        """What was chosen, if it was recorded after the answers stood as they do."""
        found = self._newest_first_up_to(AnswerRecorded, QuestionnaireChanged)
        return next((entry for entry in found if isinstance(entry, DecisionMade)), None)

    @property
    def alarms(self) -> tuple[EmergencyShown | DangerActedOn | DangerCleared, ...]:
        """When there was danger, when somebody acted, and when it was marked that there is none."""
        return tuple(entry for entry in self.log if isinstance(entry, EmergencyShown | DangerActedOn | DangerCleared))

    @property
    def danger_waits(self) -> bool:
        """Whether there was danger, and nobody has marked since that they acted, or that there is none."""
        return bool(self.alarms) and isinstance(self.alarms[-1], EmergencyShown)

    @property
    def danger_raised(self) -> bool:
        """Whether there was danger, acted on or not, and nobody has marked that there is none."""
        return bool(self.alarms) and not isinstance(self.alarms[-1], DangerCleared)

    @property
    def danger_since(self) -> datetime | None:
        """When the danger that waits was first seen."""
        since = None
        for mark in self.alarms:
            since = (since or mark.at) if isinstance(mark, EmergencyShown) else None
        return since

    @property
    def danger(self) -> Danger | None:
        """Danger that nobody acted on, or that was not ruled out, or that somebody acted on, or that was none."""
        if self.danger_waits:
            return Danger.WAITS
        if self.shown is not None and self.shown.danger_open:
            return Danger.OPEN
        if not self.alarms:
            return None
        return Danger.ACTED if isinstance(self.alarms[-1], DangerActedOn) else Danger.CLEARED

    @property
    def shown(self) -> ResultShown | None:
        """The result that was shown for the answers as they stand, if it was."""
        found = self._newest_first_up_to(AnswerRecorded, QuestionnaireChanged)
        return next((entry for entry in found if isinstance(entry, ResultShown)), None)

    @property
    def changed(self) -> datetime:
        """When something last happened: the latest of all times, for a clock may have been put back."""
        return max((self.head.started, *(entry.at for entry in self.log)))

    def _newest_first_up_to(self, *ends: type[Entry]) -> Iterator[Entry]:
        for entry in reversed(self.log):
            if isinstance(entry, ends):
                return
            yield entry
