"""What `records forget` asks and does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import typer

from iop_screen.cli.options import someone_types, typed_line
from iop_screen.console.streams import print_message
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.records import forget
from iop_screen.records.lock import InUse, Refused
from iop_screen.records.store import NotThere
from iop_screen.report.wording import plural

if TYPE_CHECKING:
    from iop_screen.records.store import Store

NOT_ACTED_ON = "Danger in it is not marked as acted on."
CALL_PARTS = "who called, from where, how to call back, and the reference of the site"


def forget_one(store: Store, ref: str, *, yes: bool) -> bool:
    """Delete a record after a question, unless `yes`; whether it is gone."""
    danger = f" {NOT_ACTED_ON}" if forget.has_waiting_danger(store, ref) else ""
    _confirm(f"This deletes the record {ref}.{danger}", ref, yes=yes)
    return _delete(store, ref, None)


def forget_call_of(store: Store, ref: str, *, yes: bool) -> bool:
    """Delete the header of the call of a record after a question, unless `yes`; whether it is gone.

    An old record has the reference of the site in its log, which is never changed; that is said.
    """
    danger = f" {NOT_ACTED_ON}" if forget.has_waiting_danger(store, ref) else ""
    _confirm(f"This deletes the call of {ref}: {CALL_PARTS}. The record stays.{danger}", ref, yes=yes)
    match forget.forget_call(store, ref):
        case InUse():
            return _in_use(ref)
        case Refused(why):
            print_message(f"the call of {ref} is not deleted: {why}\n")
            return False
        case NotThere() | None:
            print_message(f"the call of {ref} is deleted{_reference_stays(store, ref)}\n")
    return True


def _reference_stays(store: Store, ref: str) -> str:
    """That the log of a record, which is never changed, still has the reference of the site; empty if it has none."""
    record = store.last_readable(ref)
    stays = "; the reference of the site stands in the record, too, and stays there"
    return stays if record and record.reference else ""


def forget_old(store: Store, age: str, *, yes: bool) -> bool:
    """Delete all records that are so old after a question, unless `yes`; whether all of them are gone."""
    limit = datetime.now(UTC) - _parse_age(age)
    refs = _unchanged_since(store, limit)
    if refs:
        _confirm(f"This deletes {plural(len(refs), 'record')}: {', '.join(refs)}.", str(len(refs)), yes=yes)
    outcomes = [_delete(store, ref, limit) for ref in refs]  # all are tried, whatever became of the first
    return all(outcomes)


def _unchanged_since(store: Store, limit: datetime) -> Sequence[str]:
    """The references of records not changed since then. Those with danger nobody acted on are named, and kept."""
    refs, waiting = forget.find_old(store, limit)
    for ref in waiting:
        print_message(f"{ref} is kept: {NOT_ACTED_ON} To delete it: iop-screen records forget {ref}\n")
    if not (refs or waiting):
        print_message("no record is that old\n")
    return refs


def _parse_age(typed: str) -> timedelta:
    if (parsed := forget.parse_age(typed)) is None:
        raise typer.BadParameter("it is a number with h, d or w, such as 30d", param_hint="--older-than")
    return parsed


def _confirm(deletes: str, wanted: str, *, yes: bool) -> None:
    """Ask the user to type a word again, unless `yes`; exit 2 if anything else is typed or nobody can be asked."""
    if yes:
        return
    if not someone_types():
        raise typer.BadParameter("nothing was deleted: nobody is there to be asked; add --yes if you are sure")
    print_message(f"{deletes} There is no way back.\nType {wanted} to delete: ")
    if (typed_line() or "").upper() != wanted:
        raise CannotGoOn("nothing was deleted", Exit.USAGE)


def _in_use(ref: str) -> bool:
    print_message(f"{ref} is open in another window; close it there first\n")
    return False


def _delete(store: Store, ref: str, unchanged_since: datetime | None) -> bool:
    """Delete a record and print what was done; False if it could not be deleted."""
    match forget.forget(store, ref, unchanged_since=unchanged_since):
        case InUse():
            return _in_use(ref)
        case Refused(why):
            print_message(f"{ref} is not deleted, or not all of it: {why}\n")
            return False
        case forget.RecordChanged():
            print_message(f"{ref} is kept: it has been changed in the meantime\n")
        case NotThere() | None:
            print_message(f"{ref} is deleted\n")
    return True
