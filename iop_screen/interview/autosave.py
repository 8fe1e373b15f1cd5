"""Saving after each input: both front ends save every accepted answer before they show the next question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iop_screen.interview.pages import Ended, Interrupted, LeavePage
from iop_screen.interview.session import leave_now
from iop_screen.interview.state import Session
from iop_screen.records.model import Record

Save = Callable[[Record], str]
"""Saves a record; gives the reason why it could not be saved, or an empty text."""


def with_save(session: Session, before: Session, save: Save) -> Session:
    """The session after its log was saved, or with the reason why not. After a failure it is tried again each time."""
    if len(session.log) == len(before.log) and not before.not_saved:
        return session
    after = save_now(session, save)
    if isinstance(after.page, LeavePage) and not after.not_saved:
        return leave_now(after, next_caller=after.page.next_caller)
    return after


def save_now(session: Session, save: Save) -> Session:
    """The session after its log was saved, or with the reason why not."""
    refusal = save(session.record)
    return replace(session, not_saved=refusal, last_saved=session.last_saved if refusal else session.record)


def save_interrupted(session: Session, before: Session, save: Save, signal: int) -> Session:
    """The session after a signal ended it, with everything saved; `before` is the session that was saved last."""
    if isinstance(session.page, Ended):
        return session
    return replace(with_save(session, before, save), page=Interrupted(signal))
