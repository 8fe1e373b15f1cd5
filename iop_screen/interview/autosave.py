"""Every accepted answer is on disk before the next question shows: both front ends take these steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iop_screen.interview.pages import Ended, Interrupted, LeavePage
from iop_screen.interview.session import leave_anyway
from iop_screen.interview.state import Session
from iop_screen.records.model import Record

Save = Callable[[Record], str]
"""Puts a record on disk; the answer says why it could not, and is empty if it could."""


def with_save(session: Session, before: Session, save: Save) -> Session:
    """The session once its log is on disk, or with the reason why it is not. What failed is tried again each time."""
    if len(session.log) == len(before.log) and not before.not_saved:
        return session
    after = save_now(session, save)
    return leave_anyway(after) if isinstance(after.page, LeavePage) and not after.not_saved else after


def save_now(session: Session, save: Save) -> Session:
    """The session once its log is on disk, or with the reason why it is not."""
    refusal = save(session.record)
    return replace(session, not_saved=refusal, last_saved=session.last_saved if refusal else session.record)


def save_interrupted(session: Session, before: Session, save: Save, signal: int) -> Session:
    """The session broken off from outside by a signal, all of it saved; `before` is the one that was saved last."""
    if isinstance(session.page, Ended):
        return session
    return replace(with_save(session, before, save), page=Interrupted(signal))


def keep_nothing(_record: Record) -> str:
    """Save nothing, as was asked for."""
    return ""
