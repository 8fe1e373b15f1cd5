"""A record that one window has open: it is read and saved while no other window can write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.records.call_data import NO_CALL_DATA, CallData
from iop_screen.records.deletion import delete_files
from iop_screen.records.lock import InUse, Lock, Refused
from iop_screen.records.model import Record
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotThere, Store

CHANGED = "another window has changed this record"
DELETED = "another window has deleted this record"
OPEN_ELSEWHERE = "another window has this record open"
IS_FINAL = "it is finished; only a draft can be discarded"
DANGER_WAITS = "danger in it is not marked as acted on"
MAX_NEW_REFERENCES = 100


@dataclass(slots=True)
class LockedRecord:
    """A record, with the only way to save it.

    `on_disk` is what was there when it was opened. `not_saved` says why nothing could be saved at that time.
    `saved`: this window has saved it, so what is on disk is ours and is not compared again. `call`: the header of the
    call as it is on disk.
    """

    store: Store
    ref: str
    lock: Lock
    on_disk: Record | NotThere
    not_saved: str = ""
    saved: bool = False
    call: CallData = NO_CALL_DATA

    def save_call(self, call: CallData) -> Refused | None:
        """Put the header of the call on disk, beside the record; None if it is there, or was before."""
        if call == self.call:
            return None
        refused = self.store.save_call(self.ref, call)
        self.call = self.call if refused else call
        return refused

    def save(self, record: Record, questionnaire: bytes) -> Refused | None:
        """Put it on disk; None if it is there. Where the lock could not be taken before, it is tried again."""
        refused = _acquire(self.store, self.ref, self.lock)
        if isinstance(refused, InUse):
            return Refused(OPEN_ELSEWHERE)
        if refused is None and not self.saved:
            refused = self._conflict(record)
        if refused is None:
            refused = self.store.save(record, questionnaire)
        self.saved = self.saved or refused is None
        return refused

    def discard(self) -> Refused | None:
        """Delete the draft of this window, with its call; None if it is gone.

        Of a record that was final before, only the draft that began after that is deleted. What is final stays, and so
        does danger that nobody has marked as acted on.
        """
        refused = _acquire(self.store, self.ref, self.lock)
        if refused is not None:
            return Refused(OPEN_ELSEWHERE) if isinstance(refused, InUse) else refused
        match self.store.load(self.ref):
            case NotThere():
                return None
            case Unreadable(why):
                return Refused(f"the record on disk cannot be read: {why}")
            case Record() as record if record.final or record.danger_waits:
                return Refused(IS_FINAL if record.final else DANGER_WAITS)
            case Record() as record:
                reason = delete_files(self.store.records, _files_of_draft(self.store, record))
        self.store.delete_unneeded()
        return Refused(reason) if reason else None

    def _conflict(self, record: Record) -> Refused | None:
        """The reason if a save would lose something that is on disk; else None."""
        there = self.store.load(self.ref)
        match there:
            case Unreadable(why):
                return Refused(f"the record on disk cannot be read: {why}")
            case NotThere():
                return Refused(DELETED) if isinstance(self.on_disk, Record) else None
            case Record():
                return None if _extends(record, there) else Refused(CHANGED)


def _files_of_draft(store: Store, record: Record) -> Iterator[Path]:
    """The files that go with a draft: all of the record, or of a record with earlier revisions, those of the last."""
    ref, revision = record.head.ref, record.head.revision
    only = len(store.revisions(ref)) == 1
    return (path for path in store.files_of(ref) if only or f"{ref}.{revision}." in path.name)


def _extends(record: Record, there: Record) -> bool:
    """Whether a save loses nothing.

    It is the same revision, begun at the same time, or a later one, and the log on disk is the start of its log.
    """
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
        why = refused.why if refused else ""
        yield (
            LockedRecord(store, ref, lock, found, why, call=store.load_call(ref))
            if isinstance(found, Record)
            else found
        )


@contextmanager
def create_record(store: Store) -> Iterator[LockedRecord]:
    """A new record, under a reference that nobody else has."""
    for _ in range(MAX_NEW_REFERENCES):
        ref = store.new_reference()
        with record_lock(store, ref) as (lock, refused):
            if isinstance(refused, Refused) or (refused is None and store.load(ref) == NotThere()):
                yield LockedRecord(store, ref, lock, NotThere(), refused.why if refused else "")
                return
    raise CannotGoOn("there are too many records here; forget some first", Exit.FILE)


@contextmanager
def record_lock(store: Store, ref: str) -> Iterator[tuple[Lock, InUse | Refused | None]]:
    """The lock of a record, and why it could not be taken, if it could not."""
    lock = Lock(store.lock_file(ref))
    try:
        yield lock, _acquire(store, ref, lock)
    finally:
        with suppress(OSError, CannotGoOn):
            if lock.held and not store.revisions(ref):
                lock.path.unlink(missing_ok=True)  # no window waits for a record that does not exist
        lock.release()


def _acquire(store: Store, ref: str, lock: Lock) -> InUse | Refused | None:
    """Take the lock, and delete what a process that was killed while saving left behind."""
    if lock.held:
        return None
    refusal = store.prepare()
    if refusal:
        return Refused(refusal)
    refused = lock.take()
    if refused is None:
        store.delete_unfinished(ref)
    return refused
