"""To forget a record: to delete every file of it, for good, and the questionnaires that no other was made with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from iop_screen.core.files import sync_folder
from iop_screen.core.problems import CannotGoOn, system_reason
from iop_screen.records.lock import InUse
from iop_screen.records.locked_record import record_lock
from iop_screen.records.model import Danger
from iop_screen.records.store import NotSaved, NotThere, Store


@dataclass(frozen=True, slots=True)
class NotForgotten:
    """It could not be deleted, or not all of it, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """Something has happened to it in the meantime, so it stays."""


def age(typed: str) -> timedelta | None:
    """A stretch of time such as `12h`, `30d` or `2w`; None if it is none."""
    match = re.fullmatch(r"([1-9]\d{0,3})([hdw])", typed.strip().lower(), re.ASCII)
    return match and timedelta(**{{"h": "hours", "d": "days", "w": "weeks"}[match[2]]: int(match[1])})


def old(store: Store, then: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The references of what nothing has happened to since then: what can go, and what waits for somebody to act."""
    untouched = [listed.ref for listed in store.listed() if store.untouched_since(listed.ref, then)]
    waiting = tuple(ref for ref in untouched if waits(store, ref))
    return (*(ref for ref in untouched if ref not in waiting), *store.strays(then)), waiting


def waits(store: Store, ref: str) -> bool:
    """Whether a record says of danger that nobody has acted on."""
    record = store.last_readable(ref)
    return record is not None and record.danger is Danger.WAITS


def forget(
    store: Store, ref: str, *, unchanged_since: datetime | None = None
) -> InUse | NotThere | RecordChanged | NotForgotten | None:
    """Delete all of a record, if nothing has happened to it since then; None if it is gone.

    A copy of a questionnaire that may still be needed stays, and so does one that cannot be deleted: nobody's answers
    stand in it, and the next time it is tried again.
    """
    try:
        if not store.has(ref):
            return NotThere()
        with record_lock(store, ref) as (_, refused):
            match refused:
                case InUse():
                    return refused
                case NotSaved(reason):
                    return NotForgotten(reason)
                case None:
                    if unchanged_since is not None and not store.untouched_since(ref, unchanged_since):
                        return RecordChanged()
                    reason = _deleted(store, ref)
    except CannotGoOn as refused_to_look:
        return NotForgotten(str(refused_to_look))
    store.delete_unneeded()
    return NotForgotten(reason) if reason else None


def _deleted(store: Store, ref: str) -> str:
    """Delete what can be deleted, the lock aside; why something could not be."""
    reason = ""
    for path in store.parts_of(ref):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            reason = system_reason(error)
    try:
        sync_folder(store.records)
    except OSError as error:
        reason = reason or system_reason(error)
    return reason
