"""From what was asked for to a session at its start: a new one, or where a record stands that nobody else has open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from iop_screen.console.streams import print_message
from iop_screen.core.problems import CannotGoOn, Exit
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.interview.autosave import Save, keep_nothing, save_now
from iop_screen.interview.front_end import Mode
from iop_screen.interview.pages import ReviewPage, TakenUp
from iop_screen.interview.state import Session, begin_session, has_unshown_danger, on_page, show_emergency, to_emergency
from iop_screen.interview.stored_questionnaire import no_record, stored_questionnaire
from iop_screen.records.answers import FittedAnswers, answers_from_record
from iop_screen.records.lock import InUse
from iop_screen.records.locked_record import LockedRecord, create_record, open_record
from iop_screen.records.model import Head, QuestionnaireChanged, QuestionnaireRef, Record
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotThere, Store

UNSAVED_REF = "----"
"""What stands for the reference of an interview that is not kept."""


def now() -> datetime:
    """The moment, in UTC; front ends show it as the time of day where they are."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class InterviewSetup:
    """What all interviews of one run share. Without a store nothing is kept on disk."""

    compiled: CompiledQuestionnaire
    questionnaire: bytes
    store: Store | None
    asked_for: Mode | None
    as_json: bool

    @property
    def made(self) -> QuestionnaireRef:
        """What records say of the questionnaire."""
        questionnaire = self.compiled.questionnaire
        return QuestionnaireRef(str(questionnaire.id), str(questionnaire.version), self.compiled.hash12)


@dataclass(frozen=True, slots=True)
class ResumeRequest:
    """A record to go on with, by its reference: it is read once no other window can write it.

    To edit it opens on the review, and what is final stays as it is: a new revision begins. With `own_questions` the
    questions are those it was made with, where their copy can be read.
    """

    ref: str
    edit: bool = False
    own_questions: bool = False


@contextmanager
def locked_record_for(store: Store | None, again: ResumeRequest | None) -> Iterator[LockedRecord | None]:
    """Hold a record against other windows: a new one, or the one to go on with. None if nothing is to be kept."""
    if store is None:
        yield None
        return
    if again is None:
        with create_record(store) as held:
            yield held
        return
    ref = again.ref
    with open_record(store, ref) as found:
        match found:
            case LockedRecord(on_disk=Record(final=True)) if not again.edit:
                raise CannotGoOn(f"{ref} is finished; to change it: iop-screen records edit {ref}", Exit.USAGE)
            case LockedRecord():
                yield found
            case InUse():
                raise CannotGoOn(f"{ref} is open in another window; close it there first", Exit.FILE)
            case NotThere() | Unreadable():
                raise no_record(store, ref, found)


def start_session(
    desk: InterviewSetup, held: LockedRecord | None, again: ResumeRequest | None
) -> tuple[InterviewSetup, Session]:
    """A session at its start, and the desk with the questionnaire that it takes place with."""
    if held is None:
        return desk, replace(session_from_record(desk, UNSAVED_REF, None), off_the_record=True)
    record = held.on_disk
    if again is None or isinstance(record, NotThere):
        return desk, replace(session_from_record(desk, held.ref, None), not_saved=held.not_saved)
    if again.own_questions:
        desk = _with_own_questions(desk, held.store, record)
    begins = held.store.next_revision(record, now()) if record.final else record
    session = session_from_record(desk, held.ref, begins, to_review=again.edit)
    session = replace(session, not_saved=held.not_saved, last_saved=record)
    alarmed = len(session.record.alarms) > len(record.alarms)  # on disk before the page is seen
    return desk, save_now(session, autosaver(desk, held)) if alarmed else session


def session_from_record(desk: InterviewSetup, ref: str, record: Record | None, *, to_review: bool = False) -> Session:
    """A session at its start, or where a record stands.

    What does not fit the questionnaire any more is named. Where the answers mean danger by its rules, and did not by
    those they were given under, or danger waits, it opens on the emergency page.
    """
    if record is None:
        return begin_session(desk.compiled, Head(ref, 1, now(), desk.made))
    taken = answers_from_record(record, desk.compiled)
    log, head, lost = record.log, record.head, (*taken.left_out, *taken.notes_left_out)
    if head.questionnaire != desk.made:
        log = (*log, QuestionnaireChanged(now(), head.questionnaire, taken.left_out))
        lost = _dropped_answers_text(taken, _asked_before(desk, record))
        head = replace(head, questionnaire=desk.made)
    session = begin_session(desk.compiled, head, log)
    kept = len(record.answers) - len(taken.left_out)
    session = replace(session, replies=(TakenUp(kept, lost),))
    session = on_page(session, ReviewPage()) if to_review else session
    if has_unshown_danger(session):
        return show_emergency(replace(session, at=now()))
    waits = session.record.danger_waits and not to_review
    return to_emergency(session) if waits else session


def _with_own_questions(desk: InterviewSetup, store: Store, record: Record) -> InterviewSetup:
    """The desk with the questionnaire that a record was made with; says which it is, or that its copy is not there."""
    own = stored_questionnaire(record.head.questionnaire, store)
    if isinstance(own, Unreadable):
        print_message(
            f"The questionnaire of this record cannot be read: {own.why}. The questions are {desk.made.stamp}.\n"
        )
        return desk
    desk = replace(desk, compiled=own[0], questionnaire=own[1])
    print_message(f"The questions are those that the record was made with: {sanitize(desk.made.stamp)}\n")
    return desk


def _asked_before(desk: InterviewSetup, record: Record) -> CompiledQuestionnaire | None:
    """The questionnaire that a record was made with, if its copy can be read."""
    own = None if desk.store is None else stored_questionnaire(record.head.questionnaire, desk.store)
    return own[0] if isinstance(own, tuple) else None


def _dropped_answers_text(taken: FittedAnswers, old: CompiledQuestionnaire | None) -> tuple[str, ...]:
    """What is not used, in the words of the questionnaire it was asked from: questions about danger first."""
    if old is None:
        return (*taken.left_out, *taken.notes_left_out)
    asked = {str(question.id): f'"{question.ask}"' for question in old.questions}
    danger = {str(old.questions[index].id) for index in danger_indexes(old)}
    lost = sorted(taken.left_out, key=lambda name: name not in danger)
    notes = (f"the note on {asked.get(name, name)}" for name in taken.notes_left_out)
    return (*(asked.get(name, name) for name in lost), *notes)


def autosaver(desk: InterviewSetup, held: LockedRecord | None) -> Save:
    if held is None:
        return keep_nothing

    def save(record: Record) -> str:
        refused = held.save(record, desk.questionnaire)
        return "" if refused is None else refused.why

    return save
