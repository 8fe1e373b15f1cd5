"""Finding records by the reference that the site itself gives to a file."""

from __future__ import annotations

from dataclasses import replace

from iop_screen.records.call_data import CallData
from iop_screen.records.model import Record
from iop_screen.records.references import parse_reference
from iop_screen.records.store import ListedRecord, Store


def call_of(store: Store, ref: str, record: Record | None) -> CallData:
    """The header of the call of a record; a record from before has the reference of the site in its log."""
    call = store.load_call(ref)
    return replace(call, reference=call.reference or (record.reference if record else ""))


def site_reference(store: Store, listed: ListedRecord) -> str:
    """The reference of the site for a record; empty if there is none."""
    return call_of(store, listed.ref, listed.readable).reference


def records_with_reference(store: Store, typed: str) -> tuple[str, ...]:
    """The references of the records with this reference of the site, the last changed first; case and blanks aside.

    CannotGoOn if the folder cannot be read.
    """
    if not typed.strip():
        return ()
    return tuple(listed.ref for listed in store.listed() if same_reference(site_reference(store, listed), typed))


def refs_named(store: Store, typed: str) -> tuple[str, ...]:
    """The references of the records that somebody may mean: by our own reference, if there is such a record.

    Else by the reference of the site. CannotGoOn if the folder cannot be read.
    """
    ref = parse_reference(typed)
    if ref is not None and store.has(ref):
        return (ref,)
    return records_with_reference(store, typed)


def same_reference(one: str, other: str) -> bool:
    """Whether two texts are the same reference of the site; an empty one is none."""
    return bool(one.strip()) and _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
