"""Where an interview stands: a frozen value, and how one begins or goes on after its log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

from iop_screen.engine.answers import AnswerBatch, Answers, asked_indexes, set_all_aside, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import judge
from iop_screen.engine.explain import Explanation, explain
from iop_screen.engine.suggest import Result as EngineResult
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.pages import EmergencyPage, Page, QuestionPage, Reply, ReviewPage
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Rule
from iop_screen.records.answers import answers_from_record
from iop_screen.records.model import (
    AnswerRecorded,
    DangerActedOn,
    DangerCleared,
    DecisionMade,
    EmergencyShown,
    Entry,
    Head,
    NoteWritten,
    QuestionnaireChanged,
    Record,
    ReferenceSet,
    ResultShown,
)


@dataclass(frozen=True, slots=True)
class Session:
    """Where an interview stands. `form` holds every answer given, also those behind a branch that is closed again.

    `at` is the moment of what was typed last. `notes` has one text for each question, in file order, empty for none.
    `not_saved` says why the log could not be put on disk, and is empty if it could; `off_the_record`, that nothing is
    to be kept there. `last_saved` is the record as it was put there last, or found there; None if it never was.
    """

    compiled: CompiledQuestionnaire
    head: Head
    at: datetime
    answers: Answers
    notes: tuple[str, ...]
    log: tuple[Entry, ...]
    page: Page
    replies: tuple[Reply, ...] = ()
    offered: bool = False
    scope_told: bool = False
    not_saved: str = ""
    off_the_record: bool = False
    last_saved: Record | None = None

    @property
    def record(self) -> Record:
        """What is to be kept."""
        return Record(self.head, self.log)

    @property
    def counted(self) -> Answers:
        """The form without the answers that are set aside."""
        return _counted(self.compiled, self.answers)

    def asked_indexes(self) -> tuple[int, ...]:
        """The places of the questions that may be asked as things stand, in file order."""
        return _asked_indexes(self.compiled, self.answers)

    def set_aside_indexes(self) -> tuple[int, ...]:
        """The places of the answers that are kept but do not count."""
        pairs = zip(self.answers.values, self.counted.values, strict=True)
        return tuple(index for index, (given, counts) in enumerate(pairs) if given != counts)

    def unanswered_indexes(self) -> tuple[int, ...]:
        """The places of the questions still to be asked. "Don't know" and "declined" have been asked."""
        return tuple(index for index in self.asked_indexes() if self.answers.values[index] is MissingReason.MISSING)

    def danger(self) -> tuple[Rule, ...]:
        """The rules that reach the interrupt step and hold for certain."""
        batch = AnswerBatch(self.compiled, [self.counted])
        return tuple(rule.definition for rule in self.compiled.interrupting() if judge(rule.when, batch).must)

    def out_of_scope(self) -> bool:
        """Whether the questionnaire is not made for this person, whatever the open answers turn out to be."""
        scope = self.compiled.applies_when
        return scope is not None and not judge(scope, AnswerBatch(self.compiled, [self.counted])).may

    def result(self) -> EngineResult:
        """The result as things stand."""
        return _result(self.compiled, self.counted)

    def explanation(self) -> Explanation:
        """The result as things stand, with its reasons."""
        return _explanation(self.compiled, self.answers)


def can_clear_danger(session: Session) -> bool:
    """Whether it can be marked that nobody is in danger: no answer that stands says otherwise."""
    return session.record.danger_waits and not session.danger()


def show_emergency(session: Session) -> Session:
    """Show the emergency page; the log says when, and why: because of the rules that hold, or as it was asked for."""
    alarmed = EmergencyShown(session.at, tuple(str(rule.id) for rule in session.danger()))
    return to_emergency(with_log_entry(session, alarmed))


def to_emergency(session: Session) -> Session:
    """The session on the emergency page, for the rules that hold; from there back to the page it is on."""
    return on_page(session, EmergencyPage(session.danger(), session.page))


def has_unshown_danger(session: Session) -> bool:
    """Whether there is danger of which the log shows no emergency page since it was marked that there is none.

    So it may be once answers are read by other rules than those they were given under.
    """
    shown: set[str] = set()
    for entry in session.log:
        match entry:
            case EmergencyShown(_, rules):
                shown |= {*rules}
            case DangerCleared():
                shown.clear()
            case (
                AnswerRecorded()
                | NoteWritten()
                | DangerActedOn()
                | ReferenceSet()
                | ResultShown()
                | QuestionnaireChanged()
                | DecisionMade()
            ):
                continue
    return not {str(rule.id) for rule in session.danger()} <= shown


@lru_cache(maxsize=4)  # one stroke and the page after it ask for both again and again
def _counted(compiled: CompiledQuestionnaire, answers: Answers) -> Answers:
    return set_aside(compiled, answers)


@lru_cache(maxsize=4)
def _result(compiled: CompiledQuestionnaire, counted: Answers) -> EngineResult:
    return assess_one(compiled, counted)


@lru_cache(maxsize=4)  # a result is drawn anew each time that somebody scrolls it, and a decision is held to it
def _explanation(compiled: CompiledQuestionnaire, answers: Answers) -> Explanation:
    return explain(compiled, answers, partial(set_all_aside, compiled))


@lru_cache(maxsize=4)
def _asked_indexes(compiled: CompiledQuestionnaire, answers: Answers) -> tuple[int, ...]:
    return asked_indexes(compiled, _counted(compiled, answers))


def begin_session(compiled: CompiledQuestionnaire, head: Head, log: Iterable[Entry] = ()) -> Session:
    """An interview at the first question that has no answer: a new one, or one that goes on after its log.

    What of the log does not fit the questionnaire is not used; `form_of` names it.
    """
    record = Record(head, tuple(log))
    taken = answers_from_record(record, compiled)
    session = Session(compiled, head, record.changed, taken.answers, taken.notes, record.log, ReviewPage())
    return _to_first_unanswered(session)


def _to_first_unanswered(session: Session) -> Session:
    left = session.unanswered_indexes()
    return on_page(session, QuestionPage(left[0]) if left else ReviewPage())


def on_page(session: Session, page: Page) -> Session:
    """The session on another page."""
    return replace(session, page=page)


def with_reply(session: Session, reply: Reply) -> Session:
    """The session with one thing more to be said back."""
    return replace(session, replies=(*session.replies, reply))


def with_log_entry(session: Session, entry: Entry) -> Session:
    """The session with one entry more in its log."""
    return replace(session, log=(*session.log, entry))
