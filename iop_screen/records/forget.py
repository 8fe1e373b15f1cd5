"""To forget a record: to delete every file of it, for good, and the questionnaires that no other was made with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from iop_screen.core.files import sync_folder
from iop_screen.core.problems import CannotGoOn, system_reason
from iop_screen.records.lock import InUse
from iop_screen.records.locked_record import record_lock
from iop_screen.records.store import NotSaved, NotThere, Store


@dataclass(frozen=True, slots=True)
class NotForgotten:
    """It could not be deleted, or not all of it, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """Something has happened to it in the meantime, so it stays."""


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
