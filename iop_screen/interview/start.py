"""How an interview begins: with a new record, or from a record that no other window has open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.interview.autosave import Save, Saved, save_now
from iop_screen.interview.front_end import Mode
from iop_screen.interview.pages import Reply, Resumed, ReviewPage
from iop_screen.interview.record_lookup import record_error, stored_questionnaire
from iop_screen.interview.state import Session, begin_session, has_unshown_danger, on_page, show_emergency, to_emergency
from iop_screen.records.call_data import CallData
from iop_screen.records.fitted_answers import FittedAnswers, answers_from_record
from iop_screen.records.lock import InUse, Refused
from iop_screen.records.locked_record import LockedRecord, create_record, open_record
from iop_screen.records.model import Head, QuestionnaireChanged, QuestionnaireRef, Record
from iop_screen.records.private_folders import trial_write
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotThere, Store
from iop_screen.site.apply import with_site
from iop_screen.site.settings import SiteSettings

UNSAVED_REF = "----"
"""Stands for the reference of an interview that is not saved."""


def now() -> datetime:
    """The current time in UTC; front ends show it as local time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class InterviewSetup:
    """What all interviews of one run share. `content` is the questionnaire file; without a store nothing is saved.

    `compiled` has the lines and contacts of `site` in it already. `practice`: the callers are made up, and the store is
    that of practice.
    """

    compiled: CompiledQuestionnaire
    content: bytes
    store: Store | None
    requested_mode: Mode | None
    as_json: bool
    site: SiteSettings | None = None
    practice: bool = False

    @property
    def questionnaire_ref(self) -> QuestionnaireRef:
        """How records name the questionnaire."""
        questionnaire = self.compiled.questionnaire
        return QuestionnaireRef(str(questionnaire.id), str(questionnaire.version), self.compiled.hash12)


@dataclass(frozen=True, slots=True)
class ResumeRequest:
    """The reference of a record to continue. The record is read once it is locked against other windows.

    With `edit` the interview opens on the review, and a final record stays as it is: a new revision begins. With
    `own_questions` the record goes by the questionnaire it was made with, if its copy can be read.
    """

    ref: str
    edit: bool = False
    own_questions: bool = False


@contextmanager
def open_or_create_record(store: Store | None, resume: ResumeRequest | None) -> Iterator[LockedRecord | None]:
    """A new record or the one to continue, locked against other windows; None if nothing is to be saved.

    Raises CannotGoOn if the record is final and not to be edited, is in use, is missing or cannot be read.
    """
    if store is None:
        yield None
        return
    if resume is None:
        with create_record(store) as created:
            yield created
        return
    ref = resume.ref
    with open_record(store, ref) as found:
        match found:
            case LockedRecord(on_disk=Record(final=True)) if not resume.edit:
                raise CannotGoOn(f"{ref} is finished; to change it: iop-screen records edit {ref}", Exit.USAGE)
            case LockedRecord():
                yield found
            case InUse():
                raise CannotGoOn(f"{ref} is open in another window; close it there first", Exit.FILE)
            case NotThere() | Unreadable():
                raise record_error(store, ref, found)


def start_session(
    setup: InterviewSetup, locked: LockedRecord | None, resume: ResumeRequest | None
) -> tuple[InterviewSetup, Session]:
    """A session at its start, and the setup with the questionnaire that it uses."""
    if locked is None:
        return setup, replace(session_from_record(setup, UNSAVED_REF, None), off_the_record=True)
    record = locked.on_disk
    refusal = locked.not_saved or trial_write(locked.store.records)  # a full disk is said before the first answer
    if resume is None or isinstance(record, NotThere):
        return setup, replace(session_from_record(setup, locked.ref, None), not_saved=refusal)
    todays, own = setup.questionnaire_ref, _own_questionnaire(setup, locked.store, record, resume)
    if isinstance(own, tuple):
        setup = replace(setup, compiled=with_site(own[0], setup.site), content=own[1])
    revision = locked.store.next_revision(record, now()) if record.final else record
    session = session_from_record(setup, locked.ref, revision, to_review=resume.edit)
    if isinstance(own, tuple):
        session = replace(session, todays_questionnaire=todays)
    if isinstance(own, Unreadable):
        session = replace(session, replies=tuple(_with_copy_lost(session.replies, own.why)))
    session = replace(session, not_saved=refusal, last_saved=record, call=locked.call)
    alarmed = len(session.record.alarms) > len(record.alarms)  # saved before the page is shown
    return setup, save_now(session, autosaver(setup, locked)) if alarmed else session


def session_from_record(setup: InterviewSetup, ref: str, record: Record | None, *, to_review: bool = False) -> Session:
    """A session at its start, or where a record stands.

    A reply names what does not fit the questionnaire any more. The session opens on the emergency page if danger waits,
    or if the answers mean danger by this questionnaire and did not by the one they were given under.
    """
    if record is None:
        return begin_session(setup.compiled, Head(ref, 1, now(), setup.questionnaire_ref, setup.practice))
    taken = answers_from_record(record, setup.compiled)
    log, head, old = record.log, record.head, None
    if head.questionnaire != setup.questionnaire_ref:
        log = (*log, QuestionnaireChanged(now(), head.questionnaire, taken.left_out))
        old = None if setup.store is None else stored_questionnaire(head.questionnaire, setup.store)
        head = replace(head, questionnaire=setup.questionnaire_ref)
    left_out = _left_out_texts(taken, old[0] if isinstance(old, tuple) else None)
    session = begin_session(setup.compiled, head, log)
    session = replace(session, replies=(Resumed(len(record.answers) - len(taken.left_out), left_out),))
    session = on_page(session, ReviewPage()) if to_review else session
    if has_unshown_danger(session):
        return show_emergency(replace(session, at=now()))
    return to_emergency(session) if session.record.danger_waits and not to_review else session


def _own_questionnaire(
    setup: InterviewSetup, store: Store, record: Record, resume: ResumeRequest
) -> tuple[CompiledQuestionnaire, bytes] | Unreadable | None:
    """The questionnaire of a record, where it is another one than that of the setup and is wanted; or why not."""
    made = record.head.questionnaire
    if not resume.own_questions or made == setup.questionnaire_ref:
        return None
    return stored_questionnaire(made, store)


def _with_copy_lost(replies: Iterable[Reply], why: str) -> Iterator[Reply]:
    for reply in replies:
        yield replace(reply, copy_lost=why) if isinstance(reply, Resumed) else reply


def _left_out_texts(taken: FittedAnswers, old: CompiledQuestionnaire | None) -> tuple[str, ...]:
    """What is not used: by id, or in the words of the old questionnaire, with questions about danger first."""
    if old is None:
        return (*taken.left_out, *taken.notes_left_out)
    asked = {str(question.id): f'"{question.ask}"' for question in old.questions}
    danger = {str(old.questions[index].id) for index in danger_indexes(old)}
    answers = sorted(taken.left_out, key=lambda name: name not in danger)
    notes = (f"the note on {asked.get(name, name)}" for name in taken.notes_left_out)
    return (*(asked.get(name, name) for name in answers), *notes)


def autosaver(setup: InterviewSetup, locked: LockedRecord | None) -> Save:
    """Saves to the locked record; without one it saves nothing."""

    def save(record: Record, call: CallData) -> Saved:
        if locked is None:
            return Saved(record)
        saved = locked.save(record, setup.content, now())
        if isinstance(saved, Refused):
            return Saved(record, saved.why)
        written = locked.save_call(call)
        return Saved(saved, written.why) if isinstance(written, Refused) else Saved(saved, call=written)

    return save
