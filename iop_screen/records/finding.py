"""Finding records by the reference that the site itself gives to a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from iop_screen.records.call_data import CallData
from iop_screen.records.model import Record, ReferenceSet
from iop_screen.records.references import parse_reference
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import ListedRecord, Store
from iop_screen.records.wire_names import WIRE_KINDS

_REFERENCE_SET = f'"{WIRE_KINDS[ReferenceSet]}"'.encode()
"""What the file of a record has in it if the reference of the site was ever typed into the record itself."""


def call_of(store: Store, ref: str, record: Record | None) -> CallData:
    """The header of the call of a record; a record from before has the reference of the site in its log."""
    call = store.load_call(ref)
    return replace(call, reference=call.reference or (record.reference if record else ""))


def call_of_listed(store: Store, listed: ListedRecord) -> CallData:
    """The same of a record in a list."""
    return call_of(store, listed.ref, listed.readable)


def records_with_reference(store: Store, typed: str) -> tuple[str, ...]:
    """The references of the records with this reference of the site, the last changed first; case and blanks aside.

    CannotGoOn if the folder cannot be read.
    """
    if not typed.strip():
        return ()
    found = [ref for ref, content in store.last_contents() if _has_reference(store, ref, content, typed)]
    return tuple(sorted(found, key=lambda ref: _changed(store, ref), reverse=True))


def _has_reference(store: Store, ref: str, content: bytes | Unreadable, typed: str) -> bool:
    """Whether it is that of a record with this content. Reading many records takes long, so only some are read."""
    call = store.load_call(ref)
    if call.reference or (isinstance(content, bytes) and _REFERENCE_SET not in content):
        return same_reference(call.reference, typed)
    record = store.last_readable(ref)
    return record is not None and same_reference(record.reference, typed)


def _changed(store: Store, ref: str) -> datetime:
    """When a record was changed; one that cannot be read comes last."""
    record = store.last_readable(ref)
    return datetime.min.replace(tzinfo=UTC) if record is None else record.changed


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
