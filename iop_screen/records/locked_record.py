"""A record that one window has open: it is read and saved while no other window can write it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.records.call_data import NO_CALL_DATA, CallData, merged_calls
from iop_screen.records.chain import NEW_CHAIN, Chain
from iop_screen.records.deletion import delete_files
from iop_screen.records.lock import InUse, Lock, Refused
from iop_screen.records.model import KeptApart, Record
from iop_screen.records.serialization import Unreadable, with_hashes
from iop_screen.records.store import NotThere, Store, record_bytes

DELETED = "another window has deleted this record"
OPEN_ELSEWHERE = "another window has this record open"
CHANGED = "another window has changed this record"
IS_FINAL = "it is finished; only a draft can be discarded"
DANGER_WAITS = "danger in it is not marked as acted on"
MAX_NEW_REFERENCES = 100


@dataclass(slots=True)
class LockedRecord:
    """A record, with the only way to save it.

    `on_disk` is the record as this window read or wrote it last, and `contents` what stood in the files of its
    revisions then. `not_saved` says why nothing could be saved when it was opened. `call`: the header of the call as it
    is on disk. `was_locked`: this window had the lock once. `apart` keeps the lock of the new reference, if the record
    was kept apart.
    """

    store: Store
    ref: str
    lock: Lock
    on_disk: Record | NotThere
    not_saved: str = ""
    contents: dict[int, bytes | Unreadable] = field(default_factory=dict)
    call: CallData = NO_CALL_DATA
    was_locked: bool = False
    apart: ExitStack = field(default_factory=ExitStack)

    def save_call(self, call: CallData) -> CallData | Refused:
        """Put the header of the call on disk, beside the record, and give it back as it is there.

        What another window changed meanwhile is kept; where both changed the same field, both are. A file that cannot
        be read is not overwritten.
        """
        there = self.store.call_on_disk(self.ref)
        if isinstance(there, Unreadable):
            return Refused(f"the call on disk cannot be read: {there.why}")
        merged = merged_calls(self.call, call, there)
        refused = None if merged == there else self.store.save_call(self.ref, merged)
        if refused is None:
            self.call = merged
        return refused or merged

    def save(self, record: Record, questionnaire: bytes, at: datetime) -> Record | Refused:
        """Put it on disk, and give it back with its hashes; or why it is not there.

        Before that, what is on disk is compared with what this window read or wrote last. If another window changed it,
        or has it open because the lock got lost, nothing there is overwritten: the record is kept apart under a new
        reference, and that is the one given back. `at`: the time that its log names for that.
        """
        if record.head.ref != self.ref:
            wrong = "a record is saved under its own reference"
            raise ValueError(wrong)
        self.was_locked = self.was_locked or self.lock.held
        refused = self._take_lock()
        if isinstance(refused, InUse):
            return self._keep_apart(record, questionnaire, at) if self.was_locked else Refused(OPEN_ELSEWHERE)
        if refused is not None:
            return refused
        try:
            contents = self.store.contents(self.ref, (*self.contents, max(self.contents, default=0) + 1))
            there = self.on_disk if contents == self.contents else self.store.load(self.ref)
        except CannotGoOn as unreadable_folder:
            return Refused(str(unreadable_folder))
        if isinstance(there, NotThere) and isinstance(self.on_disk, Record):
            return Refused(DELETED)
        if isinstance(there, Unreadable) or (isinstance(there, Record) and not _extends(record, there)):
            return self._keep_apart(record, questionnaire, at)
        self.on_disk, self.contents = there, contents
        return self._write(record, _chain(there), questionnaire)

    def discard(self) -> Refused | None:
        """Delete the draft of this window, with its call; None if it is gone.

        Of a record that was final before, only the draft that began after that is deleted. What is final stays, and so
        do danger that nobody has marked as acted on, and what another window changed.
        """
        refused = self._take_lock()
        if refused is not None:
            return Refused(OPEN_ELSEWHERE) if isinstance(refused, InUse) else refused
        match self.store.load(self.ref):
            case NotThere():
                return None
            case Unreadable(why):
                return Refused(f"the record on disk cannot be read: {why}")
            case Record() as record if record != self.on_disk:
                return Refused(CHANGED)
            case Record() as record if record.final or record.danger_waits:
                return Refused(IS_FINAL if record.final else DANGER_WAITS)
            case Record() as record:
                reason = delete_files(self.store.records, _files_of_draft(self.store, record))
        self.store.delete_unneeded()
        return Refused(reason) if reason else None

    def _take_lock(self) -> InUse | Refused | None:
        """Take the lock where it could not be taken before, and anew if its file was deleted or replaced."""
        if self.lock.lost:
            self.lock.release()
        return _acquire(self.store, self.ref, self.lock)

    def _write(self, record: Record, chain: Chain, questionnaire: bytes) -> Record | Refused:
        """Put the record on disk; `chain` has the hashes of the entries that were there before."""
        record = with_hashes(replace(record, chain=chain))
        content = record_bytes(record)
        refused = self.store.write(record.head, content, questionnaire)
        if refused is not None:
            return refused
        self.on_disk, self.contents = record, {**self.contents, record.head.revision: content}
        return record

    def _keep_apart(self, record: Record, questionnaire: bytes, at: datetime) -> Record | Refused:
        """Save the record under a new reference, and go on under it with its lock; what is on disk stays as it is."""
        with ExitStack() as stack:
            try:
                created = stack.enter_context(create_record(self.store))
            except CannotGoOn as no_reference_left:
                return Refused(str(no_reference_left))
            if created.not_saved:
                return Refused(created.not_saved)
            head = replace(record.head, ref=created.ref, revision=1)
            log = (*record.log, KeptApart(at, self.ref))
            saved = created._write(Record(head, log), _chain(self.on_disk), questionnaire)  # noqa: SLF001 - its own
            if isinstance(saved, Record):
                self.lock.release()
                self.ref, self.lock, self.call = created.ref, created.lock, created.call
                self.on_disk, self.contents = created.on_disk, created.contents
                self.apart.enter_context(stack.pop_all())
            return saved


def _chain(record: Record | NotThere) -> Chain:
    return record.chain if isinstance(record, Record) else NEW_CHAIN


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
        contents, found = store.contents(ref, store.revisions(ref)), store.load(ref)
        if not isinstance(found, Record):
            yield found
            return
        why = refused.why if refused else ""
        with ExitStack() as apart:
            yield LockedRecord(store, ref, lock, found, why, contents, store.load_call(ref), apart=apart)


@contextmanager
def create_record(store: Store) -> Iterator[LockedRecord]:
    """A new record, under a reference that nobody else has."""
    for _ in range(MAX_NEW_REFERENCES):
        ref = store.new_reference()
        with record_lock(store, ref) as (lock, refused):
            if isinstance(refused, Refused) or (refused is None and store.load(ref) == NotThere()):
                with ExitStack() as apart:
                    yield LockedRecord(store, ref, lock, NotThere(), refused.why if refused else "", apart=apart)
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
            if lock.held and not lock.lost and not store.revisions(ref):
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
