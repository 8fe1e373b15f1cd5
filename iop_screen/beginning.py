"""From what was asked for to a session at its start: a new one, or where a record stands that nobody else has open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import danger_places
from iop_screen.interview.keeping import Save, keep_nothing, put
from iop_screen.interview.modes import Mode
from iop_screen.interview.pages import Reviewing, TakenUp
from iop_screen.interview.state import Session, alarm, begin, danger_unheard_of, to, to_emergency
from iop_screen.opening import copy_of, no_record
from iop_screen.problems import CannotGoOn
from iop_screen.records.forms import Taken, form_of
from iop_screen.records.held import Held, begun, opened
from iop_screen.records.lock import InUse
from iop_screen.records.model import Carried, Head, Made, Record
from iop_screen.records.store import NotThere, Store
from iop_screen.records.written import Unreadable
from iop_screen.showing import show
from iop_screen.streams import Exit, say

UNSAVED_REF = "----"
"""What stands for the reference of an interview that is not kept."""


def now() -> datetime:
    """The moment, in UTC; front ends show it as the time of day where they are."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """What all interviews of one run share. Without a store nothing is kept on disk."""

    instrument: Instrument
    questionnaire: bytes
    store: Store | None
    asked_for: Mode | None
    as_json: bool

    @property
    def made(self) -> Made:
        """What records say of the questionnaire."""
        whole = self.instrument.questionnaire
        return Made(str(whole.id), str(whole.version), self.instrument.hash12)


@dataclass(frozen=True, slots=True)
class Again:
    """A record to go on with, by its reference: it is read once no other window can write it.

    To edit it opens on the review, and what is final stays as it is: a new revision begins. With `own_questions` the
    questions are those it was made with, where their copy can be read.
    """

    ref: str
    edit: bool = False
    own_questions: bool = False


@contextmanager
def holding(store: Store | None, again: Again | None) -> Iterator[Held | None]:
    """Hold a record against other windows: a new one, or the one to go on with. None if nothing is to be kept."""
    if store is None:
        yield None
        return
    if again is None:
        with begun(store) as held:
            yield held
        return
    ref = again.ref
    with opened(store, ref) as found:
        match found:
            case Held(found=Record(final=True)) if not again.edit:
                raise CannotGoOn(f"{ref} is finished; to change it: iop-screen records edit {ref}", Exit.USAGE)
            case Held():
                yield found
            case InUse():
                raise CannotGoOn(f"{ref} is open in another window; close it there first", Exit.FILE)
            case NotThere() | Unreadable():
                raise no_record(store, ref, found)


def sit_down_with(desk: Desk, held: Held | None, again: Again | None) -> tuple[Desk, Session]:
    """A session at its start, and the desk with the questionnaire that it takes place with."""
    if held is None:
        return desk, replace(begun_at(desk, UNSAVED_REF, None), off_the_record=True)
    record = held.found
    if again is None or isinstance(record, NotThere):
        return desk, replace(begun_at(desk, held.ref, None), not_saved=held.not_saved)
    if again.own_questions:
        desk = _with_own_questions(desk, held.store, record)
    begins = held.store.next_revision(record, now()) if record.final else record
    session = begun_at(desk, held.ref, begins, to_review=again.edit)
    session = replace(session, not_saved=held.not_saved, last_saved=record)
    alarmed = len(session.record.alarms) > len(record.alarms)  # on disk before the page is seen
    return desk, put(session, saver(desk, held)) if alarmed else session


def begun_at(desk: Desk, ref: str, record: Record | None, *, to_review: bool = False) -> Session:
    """A session at its start, or where a record stands.

    What does not fit the questionnaire any more is named. Where the answers mean danger by its rules, and did not by
    those they were given under, or danger waits, it opens on the emergency page.
    """
    if record is None:
        return begin(desk.instrument, Head(ref, 1, now(), desk.made))
    taken = form_of(record, desk.instrument)
    log, head, lost = record.log, record.head, (*taken.left_out, *taken.notes_left_out)
    if head.questionnaire != desk.made:
        log = (*log, Carried(now(), head.questionnaire, taken.left_out))
        lost = _in_words(taken, _asked_before(desk, record))
        head = replace(head, questionnaire=desk.made)
    session = begin(desk.instrument, head, log)
    kept = len(record.answers) - len(taken.left_out)
    session = replace(session, replies=(TakenUp(kept, lost),))
    session = to(session, Reviewing()) if to_review else session
    if danger_unheard_of(session):
        return alarm(replace(session, at=now()))
    waits = session.record.danger_waits and not to_review
    return to_emergency(session) if waits else session


def _with_own_questions(desk: Desk, store: Store, record: Record) -> Desk:
    """The desk with the questionnaire that a record was made with; says which it is, or that its copy is not there."""
    own = copy_of(record.head.questionnaire, store)
    if isinstance(own, Unreadable):
        say(f"The questionnaire of this record cannot be read: {own.why}. The questions are {desk.made.stamp}.\n")
        return desk
    desk = replace(desk, instrument=own[0], questionnaire=own[1])
    say(f"The questions are those that the record was made with: {show(desk.made.stamp)}\n")
    return desk


def _asked_before(desk: Desk, record: Record) -> Instrument | None:
    """The questionnaire that a record was made with, if its copy can be read."""
    own = None if desk.store is None else copy_of(record.head.questionnaire, desk.store)
    return own[0] if isinstance(own, tuple) else None


def _in_words(taken: Taken, old: Instrument | None) -> tuple[str, ...]:
    """What is not used, in the words of the questionnaire it was asked from: questions about danger first."""
    if old is None:
        return (*taken.left_out, *taken.notes_left_out)
    asked = {str(question.id): f'"{question.ask}"' for question in old.questions}
    danger = {str(old.questions[place].id) for place in danger_places(old)}
    lost = sorted(taken.left_out, key=lambda name: name not in danger)
    notes = (f"the note on {asked.get(name, name)}" for name in taken.notes_left_out)
    return (*(asked.get(name, name) for name in lost), *notes)


def saver(desk: Desk, held: Held | None) -> Save:
    if held is None:
        return keep_nothing

    def save(record: Record) -> str:
        refused = held.save(record, desk.questionnaire)
        return "" if refused is None else refused.why

    return save
