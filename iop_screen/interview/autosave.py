"""Saving after each input: both front ends save every accepted answer before they show the next question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from iop_screen.interview.leaving import leave_now
from iop_screen.interview.pages import Ended, Interrupted, LeavePage, Notice
from iop_screen.interview.state import Session
from iop_screen.records.call_data import CallData
from iop_screen.records.model import Record


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: the record as it is on disk now; or the one given, and why not all is there (`refusal`).

    `record` has another reference than the one given if another window had changed that one meanwhile, so that this
    one was kept apart. `call` is the header of the call as it is on disk now; None if it was not written.
    """

    record: Record
    refusal: str = ""
    call: CallData | None = None


Save = Callable[[Record, CallData], Saved]
"""Saves a record and the data of its call."""

Fulfil = Callable[[Session], Session]
"""Does what a session requests outside of itself, and gives it with the reply; without a request, as it was."""


def unchanged(session: Session) -> Session:
    """The session as it was."""
    return session


def with_save(session: Session, before: Session, save: Save) -> Session:
    """The session after its log was saved, or with the reason why not. After a failure it is tried again each time."""
    unchanged = len(session.log) == len(before.log) and session.call == before.call
    if unchanged and not before.not_saved:
        return session
    after = save_now(session, save)
    if isinstance(after.page, LeavePage) and not after.not_saved:
        return leave_now(after, next_caller=after.page.next_caller)
    return after


def save_now(session: Session, save: Save) -> Session:
    """The session after its log was saved, or with the reason why not."""
    saved = save(session.record, session.call)
    record, apart = saved.record, saved.record.head.ref != session.head.ref
    after = replace(session, not_saved=saved.refusal, head=record.head, log=record.log)
    after = replace(after, replies=(Notice.KEPT_APART, *after.replies)) if apart else after
    if saved.call is not None and saved.call != session.call:
        after = replace(after, call=saved.call, replies=(*after.replies, Notice.CALL_MERGED))
    return after if saved.refusal else replace(after, last_saved=record)


def save_interrupted(session: Session, before: Session, save: Save, signal: int) -> Session:
    """The session after a signal ended it, with everything saved; `before` is the session that was saved last."""
    if isinstance(session.page, Ended):
        return session
    return replace(with_save(session, before, save), page=Interrupted(signal))
