"""The record of an interview: a head, and a log of what happened and when.

The log only grows. A changed answer is one more entry, so nothing is lost, and the last entry is the one that counts.
No name is part of a record unless somebody types one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import takewhile

from iop_screen.questionnaire.answers import Answer
from iop_screen.records.chain import NEW_CHAIN, Chain


@dataclass(frozen=True, slots=True)
class QuestionnaireRef:
    """Which questionnaire a record was made with; `hash12` is the one that every result names."""

    id: str
    version: str
    hash12: str

    @property
    def stamp(self) -> str:
        """As results print it: id@version#hash."""
        return f"{self.id}@{self.version}#{self.hash12}"


@dataclass(frozen=True, slots=True)
class Head:
    """What does not change: the generated reference, the revision (from 1 up), when the interview began (UTC).

    `practice`: the caller is made up. Such a record is kept apart from the others and never counted.
    """

    ref: str
    revision: int
    started: datetime
    questionnaire: QuestionnaireRef
    practice: bool = False


@dataclass(frozen=True, slots=True)
class _LogEntry:
    """What every entry of a log has: when it was written."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRecorded(_LogEntry):
    """An answer to the question with this id. Any MissingReason but MISSING is one, too."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class AnswerTakenBack(_LogEntry):
    """The last answer to this question was given by a key that was held down; the one before it counts again."""

    question: str


@dataclass(frozen=True, slots=True)
class NoteWritten(_LogEntry):
    """A note on a question was written, or taken away where `text` is empty."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class EmergencyShown(_LogEntry):
    """The emergency page was shown: because of these rules, or because it was asked for (no rules)."""

    rules: tuple[str, ...]


class DangerAction(Enum):
    """What the coordinator did about the danger."""

    CALLED_EMERGENCY = "called-emergency"
    HANDED_TO_CRISIS_LINE = "handed-to-crisis-line"
    SOMEONE_WITH_THEM = "someone-with-them"
    CLINICIAN_ON_LINE = "clinician-on-line"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DangerActedOn(_LogEntry):
    """The coordinator marked that they have acted on the danger, and how, with their own `words` if they typed any.

    A record from before has no `action`: it was not asked.
    """

    action: DangerAction | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DangerCleared(_LogEntry):
    """The coordinator marked that nobody is in danger: a key was a mistake, or an answer was corrected."""


@dataclass(frozen=True, slots=True)
class ReferenceSet(_LogEntry):
    """The site's own reference for the file; empty takes it away."""

    reference: str


@dataclass(frozen=True, slots=True)
class ResultShown(_LogEntry):
    """The result page was shown: ids of the suggestion, and of the lowest and highest possible level and first step.

    No first step is None. `danger_open`: an emergency was not ruled out. `set_aside`: how many answers are set aside,
    if the result would be another one with them; else 0.
    """

    suggestion: str
    level_at_least: str
    level_at_most: str
    first_step_at_least: str | None
    first_step_at_most: str | None
    danger_open: bool
    set_aside: int


@dataclass(frozen=True, slots=True)
class QuestionnaireChanged(_LogEntry):
    """The record was taken over to another questionnaire; the answers left out did not fit it and are not used.

    `made_with` is the questionnaire before that; the head names the one since then.
    """

    made_with: QuestionnaireRef
    left_out: tuple[str, ...]


class CallOutcome(Enum):
    """How a call ended."""

    FINISHED = "finished"
    HUNG_UP = "hung-up"
    CALL_BACK = "call-back"
    WRONG_NUMBER = "wrong-number"
    DUPLICATE = "duplicate"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class CallEnded(_LogEntry):
    """How the call ended. `words`: when to call back, which record it repeats, or to whom the caller was referred."""

    outcome: CallOutcome
    words: str = ""


@dataclass(frozen=True, slots=True)
class KeptApart(_LogEntry):
    """Another window had changed the record `ref` meanwhile, so what this one held was kept as a record of its own."""

    ref: str


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
class DecisionMade(_LogEntry):
    """What was chosen, which is not the suggestion: the id of a level, EMERGENCY_CARE or SOMETHING_ELSE.

    `first_step`: the id of the chosen first step, "" for none, None if none was asked for. `because`: why the choice
    differs from the suggestion. `clinician` and `risk`: who is responsible and what may go wrong, where the choice may
    be less than is needed, or there was danger. The suggestion is that of the last result shown before it.
    """

    selected: str
    first_step: str | None
    by: str
    because: DecisionReason | None = None
    clinician: str = ""
    risk: str = ""
    note: str = ""


Entry = (
    AnswerRecorded
    | AnswerTakenBack
    | NoteWritten
    | EmergencyShown
    | DangerActedOn
    | DangerCleared
    | ReferenceSet
    | ResultShown
    | QuestionnaireChanged
    | CallEnded
    | KeptApart
    | DecisionMade
)


class Danger(Enum):
    """The danger that a record speaks of, the worst first."""

    WAITS = "waits"
    OPEN = "open"
    ACTED = "acted"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Record:
    """One interview, or one revision of it. `chain`: the hashes of the entries that were read or saved."""

    head: Head
    log: tuple[Entry, ...] = ()
    chain: Chain = field(default=NEW_CHAIN, compare=False)

    @property
    def answers(self) -> dict[str, Answer]:
        """The last answer to each question that has one, by id; one that was taken back is none."""
        given: dict[str, list[Answer]] = {}
        for entry in self.log:
            match entry:
                case AnswerRecorded(_, question, answer):
                    given.setdefault(question, []).append(answer)
                case AnswerTakenBack(_, question):
                    given[question] = given.get(question, [])[:-1]
                case _:
                    continue
        return {question: answers[-1] for question, answers in given.items() if answers}

    @property
    def notes(self) -> dict[str, str]:
        """The last note on each question that has one, by id."""
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
        """The word for that: final or draft."""
        return "final" if self.final else "draft"

    @property
    def decision(self) -> DecisionMade | None:
        """The decision, if it was recorded after the last answer."""
        return next((entry for entry in self._since_last_answer() if isinstance(entry, DecisionMade)), None)

    @property
    def call_end(self) -> CallEnded | None:
        """How the call ended, if that was recorded after the last answer.

        A promise to call back stands, whatever is answered after it, until the call ends in another way or the result
        is shown.
        """
        ended = next((entry for entry in reversed(self.log) if isinstance(entry, CallEnded | ResultShown)), None)
        if isinstance(ended, CallEnded) and ended.outcome is CallOutcome.CALL_BACK:
            return ended
        return next((entry for entry in self._since_last_answer() if isinstance(entry, CallEnded)), None)

    @property
    def to_call_back(self) -> bool:
        """Whether somebody is to call back."""
        return self.call_end is not None and self.call_end.outcome is CallOutcome.CALL_BACK

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
        """The result that was shown since the last answer, if one was."""
        return next((entry for entry in self._since_last_answer() if isinstance(entry, ResultShown)), None)

    @property
    def kept_apart_from(self) -> str:
        """The reference of the record that another window had changed, so that this one was kept apart; or empty."""
        return next((entry.ref for entry in reversed(self.log) if isinstance(entry, KeptApart)), "")

    @property
    def questionnaire_changes(self) -> tuple[QuestionnaireChanged, ...]:
        """When the record was taken over to another questionnaire than the one before."""
        return tuple(entry for entry in self.log if isinstance(entry, QuestionnaireChanged))

    def log_by_questionnaire(self) -> Iterator[tuple[QuestionnaireRef, Entry]]:
        """Each entry with the questionnaire that the record went by until then; a change goes with the one before."""
        following = iter((*(change.made_with for change in self.questionnaire_changes), self.head.questionnaire))
        made_with = next(following)
        for entry in self.log:
            yield made_with, entry
            made_with = next(following) if isinstance(entry, QuestionnaireChanged) else made_with

    @property
    def changed(self) -> datetime:
        """When something last happened: the latest of all times, because a clock may have been set back."""
        return max((self.head.started, *(entry.at for entry in self.log)))

    def _since_last_answer(self) -> Iterator[Entry]:
        """The entries since the last answer or change of questionnaire, the newest first."""
        changes = AnswerRecorded | AnswerTakenBack | QuestionnaireChanged
        return takewhile(lambda entry: not isinstance(entry, changes), reversed(self.log))
