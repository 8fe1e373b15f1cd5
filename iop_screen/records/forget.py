"""Delete a record for good: all its files, and the questionnaire if no other record was made with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from iop_screen.core.exits import CannotGoOn
from iop_screen.records.deletion import delete_files
from iop_screen.records.lock import InUse, Refused
from iop_screen.records.locked_record import record_lock
from iop_screen.records.model import Danger
from iop_screen.records.store import NotThere, Store


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """The record was changed in the meantime, so it is kept."""


def parse_age(typed: str) -> timedelta | None:
    """A period such as `12h`, `30d` or `2w`; None if it cannot be read."""
    match = re.fullmatch(r"([1-9]\d{0,3})([hdw])", typed.strip().lower(), re.ASCII)
    return match and timedelta(**{{"h": "hours", "d": "days", "w": "weeks"}[match[2]]: int(match[1])})


def find_old(store: Store, then: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The references of records unchanged since then: those that can go, and those with danger nobody acted on."""
    untouched = [listed.ref for listed in store.listed() if store.unchanged_since(listed.ref, then)]
    waiting = tuple(ref for ref in untouched if has_waiting_danger(store, ref))
    return (*(ref for ref in untouched if ref not in waiting), *store.unfinished_refs(then)), waiting


def has_waiting_danger(store: Store, ref: str) -> bool:
    """Whether a record speaks of danger that nobody has acted on."""
    record = store.last_readable(ref)
    return record is not None and record.danger is Danger.WAITS


def forget(
    store: Store, ref: str, *, unchanged_since: datetime | None = None
) -> InUse | NotThere | RecordChanged | Refused | None:
    """Delete all of a record, if it was not changed since then; None if it is gone.

    A copy of a questionnaire that cannot be deleted stays: it holds nobody's answers, and the next call tries again.
    """
    try:
        if not store.has(ref):
            return NotThere()
        with record_lock(store, ref) as (_, refused):
            match refused:
                case InUse() | Refused():
                    return refused
                case None:
                    if unchanged_since is not None and not store.unchanged_since(ref, unchanged_since):
                        return RecordChanged()
                    reason = delete_files(store.records, store.files_of(ref))
    except CannotGoOn as unreadable_folder:
        return Refused(str(unreadable_folder))
    store.delete_unneeded()
    return Refused(reason) if reason else None


def forget_call(store: Store, ref: str) -> InUse | NotThere | Refused | None:
    """Delete the header of the call of a record and keep the record itself; None if the header is gone."""
    try:
        if not store.has(ref):
            return NotThere()
        with record_lock(store, ref) as (_, refused):
            return store.forget_call(ref) if refused is None else refused
    except CannotGoOn as unreadable_folder:
        return Refused(str(unreadable_folder))
