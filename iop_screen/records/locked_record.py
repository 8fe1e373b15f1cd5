"""A record that one window has open: it is read, judged and saved while no other window can write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from iop_screen.core.problems import CannotGoOn, Exit
from iop_screen.records.lock import InUse, Lock, NotLocked
from iop_screen.records.model import Record
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotSaved, NotThere, Store

CHANGED = "another window has changed this record"
DELETED = "another window has deleted this record"
MAX_NEW_REFERENCES = 100


@dataclass(slots=True)
class LockedRecord:
    """A record, with the only way to save it.

    `found` is what was on disk when it was opened. `not_saved` says why nothing can be saved, as things stood then.
    """

    store: Store
    ref: str
    lock: Lock
    found: Record | NotThere
    not_saved: str = ""
    written: bool = False

    def save(self, record: Record, questionnaire: bytes) -> NotSaved | None:
        """Put it on disk; None if it is there. Where the lock could not be taken before, it is tried again."""
        refused = _take(self.store, self.ref, self.lock)
        if isinstance(refused, InUse):
            return NotSaved("another window has this record open")
        if refused is None and not self.written:
            refused = self._overtaken(record)
        if refused is None:
            refused = self.store.save(record, questionnaire)
        self.written = self.written or refused is None
        return refused

    def _overtaken(self, record: Record) -> NotSaved | None:
        """Why what is on disk would be lost, if it would: it has to be the beginning of what is to be saved."""
        there = self.store.load(self.ref)
        match there:
            case Unreadable(why):
                return NotSaved(f"the record on disk cannot be read: {why}")
            case NotThere():
                return NotSaved(DELETED) if isinstance(self.found, Record) else None
            case Record():
                return None if _goes_on(there, record) else NotSaved(CHANGED)


def _goes_on(there: Record, record: Record) -> bool:
    """Whether a record is the same one, and all that is there is the beginning of its log."""
    before, after = there.head, record.head
    if before.revision == after.revision and before.started != after.started:
        return False
    return before.revision <= after.revision and record.log[: len(there.log)] == there.log


@contextmanager
def open_record(store: Store, ref: str) -> Iterator[LockedRecord | InUse | NotThere | Unreadable]:
    """A record as it is on disk, its last revision, while no other window can write it.

    Where the system refuses the lock, the record can be read all the same; `not_saved` says why.
    """
    if not store.has(ref):
        yield NotThere()
        return
    with record_lock(store, ref) as (lock, refused):
        if isinstance(refused, InUse):
            yield refused
            return
        found = store.load(ref)
        yield LockedRecord(store, ref, lock, found, _why(refused)) if isinstance(found, Record) else found


@contextmanager
def create_record(store: Store) -> Iterator[LockedRecord]:
    """A new record, under a reference that nobody else has."""
    for _ in range(MAX_NEW_REFERENCES):
        ref = store.new_reference()
        with record_lock(store, ref) as (lock, refused):
            if isinstance(refused, NotSaved) or (refused is None and store.load(ref) == NotThere()):
                yield LockedRecord(store, ref, lock, NotThere(), _why(refused))
                return
    raise CannotGoOn("there are too many records here; forget some first", Exit.FILE)


@contextmanager
def record_lock(store: Store, ref: str) -> Iterator[tuple[Lock, InUse | NotSaved | None]]:
    """The lock of a record, and why it could not be taken, if it could not."""
    lock = Lock(store.lock_file(ref))
    try:
        yield lock, _take(store, ref, lock)
    finally:
        _let_go(store, ref, lock)


def _take(store: Store, ref: str, lock: Lock) -> InUse | NotSaved | None:
    """Take the lock; what a process that was killed while saving left behind goes."""
    if lock.held:
        return None
    refusal = store.prepare()
    if refusal:
        return NotSaved(refusal)
    refused = lock.take()
    if refused is None:
        store.sweep(ref)
    return NotSaved(refused.why) if isinstance(refused, NotLocked) else refused


def _let_go(store: Store, ref: str, lock: Lock) -> None:
    with suppress(OSError, CannotGoOn):
        if lock.held and not store.revisions(ref):
            lock.path.unlink(missing_ok=True)  # nobody waits for a record that is not there
    lock.release()


def _why(refused: NotSaved | None) -> str:
    return "" if refused is None else refused.why
