"""Records on disk, in a folder that only its owner can read.

    FOLDER/records/REF.1.json          one file a revision, and beside it REF.lock
    FOLDER/questionnaires/HASH12.yaml  each questionnaire that a record was made with, byte for byte

A reference becomes part of a path only as `reference` gives it. What the disk refuses is a value, so that an interview
can go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from iop_screen.files import read_whole, sync_folder
from iop_screen.problems import CannotGoOn, why
from iop_screen.records.copies import Copies
from iop_screen.records.folders import is_plain_file, make_private, names_in, write
from iop_screen.records.model import Carried, Head, Record
from iop_screen.records.names import REFERENCE, new_reference, sound
from iop_screen.records.written import MAX_BYTES, TOO_LARGE, Unreadable, read_record, record_json


@dataclass(frozen=True, slots=True)
class NotThere:
    """There is no such record, or no such revision of it."""


@dataclass(frozen=True, slots=True)
class NotSaved:
    """It could not be written, and why. What was on disk before still is."""

    why: str


@dataclass(frozen=True, slots=True)
class InUse:
    """Another window has this record open."""


@dataclass(frozen=True, slots=True)
class NotForgotten:
    """It could not be deleted, or not all of it, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The last revision of a record, as far as it can be read, and when it was last changed."""

    ref: str
    revision: int
    record: Record | Unreadable
    changed: datetime


@dataclass(frozen=True, slots=True)
class Store:
    """Where records are kept."""

    folder: Path

    @property
    def records(self) -> Path:
        """The folder of the records."""
        return self.folder / "records"

    @property
    def questionnaires(self) -> Path:
        """The folder of the questionnaires they were made with."""
        return self.folder / "questionnaires"

    def new_reference(self) -> str:
        """A reference that is not taken; where that cannot be seen, nothing can be saved either, and any will do."""
        taken: set[str] = set()
        with suppress(CannotGoOn):
            taken = {name.removeprefix(".")[:4] for name in names_in(self.records)}
        return new_reference(taken)

    def save(self, record: Record, questionnaire: bytes) -> NotSaved | None:
        """Put a record on disk, with the questionnaire it is made with; the old file stays until the new one is there.

        None if it is there.
        """
        text = record_json(record).encode()
        if len(text) > MAX_BYTES:
            return NotSaved(TOO_LARGE)
        refusal = make_private(self.folder, self.records, self.questionnaires)
        if refusal:
            return NotSaved(refusal)
        try:
            self._copies.keep(record.head.questionnaire.hash12, questionnaire)
            write(self._path(record.head.ref, record.head.revision), text)
        except CannotGoOn as refused:
            return NotSaved(str(refused))
        return None

    def load(self, ref: str, revision: int | None = None) -> Record | NotThere | Unreadable:
        """A record: the revision asked for, or the last one."""
        there = self.revisions(ref)
        wanted = max(there, default=0) if revision is None else revision
        return self._read(ref, wanted) if wanted in there else NotThere()

    def questionnaire(self, hash12: str) -> bytes | Unreadable:
        """The questionnaire with this hash."""
        return self._copies.read(hash12)

    def revisions(self, ref: str) -> tuple[int, ...]:
        """The revisions there are of a record, in order."""
        return tuple(sorted(revision for other, revision in self._files() if other == ref))

    def has(self, ref: str) -> bool:
        """Whether anything is kept under a reference, be it readable or not."""
        return bool(self._parts_of(ref))

    def listed(self) -> tuple[Listed, ...]:
        """All records, the last changed first; one that cannot be read hides no other."""
        by_ref = groupby(sorted(self._files()), key=lambda file: file[0])
        last = (max(files) for _, files in by_ref)
        return tuple(sorted((self._listed(*file) for file in last), key=lambda listed: listed.changed, reverse=True))

    def latest_draft(self) -> Record | None:
        """The record that was changed last, of those that are not final."""
        found = (listed.record for listed in self.listed())
        return next((record for record in found if isinstance(record, Record) and not record.final), None)

    def older_than(self, oldest: timedelta, now: datetime) -> tuple[Listed, ...]:
        """The records to which nothing has happened for so long."""
        return tuple(listed for listed in self.listed() if listed.changed < now - oldest)

    def next_revision(self, record: Record, now: datetime) -> Record:
        """The same record as a new revision, begun now. It is not on disk yet; the others stay as they are."""
        number = max(self.revisions(record.head.ref), default=record.head.revision) + 1
        return Record(Head(record.head.ref, number, now, record.head.questionnaire), record.log)

    @contextmanager
    def writing(self, ref: str) -> Iterator[InUse | NotSaved | None]:
        """While this lasts, no other window writes this record; gives None if that is so, else why it is not."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to import

        refusal = make_private(self.folder, self.records, self.questionnaires)
        if refusal:
            yield NotSaved(refusal)
            return
        lock = FileLock(self._lock(ref), timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            yield InUse()
            return
        except (OSError, NotImplementedError) as error:
            yield NotSaved(why(error) if isinstance(error, OSError) else "this disk cannot lock files")
            return
        try:
            self._sweep(ref)
            yield None
        finally:
            with suppress(OSError, CannotGoOn):
                if not self.revisions(ref):
                    self._lock(ref).unlink(missing_ok=True)  # nobody waits for a record that is not there
            lock.release()

    def forget(self, ref: str) -> InUse | NotThere | NotForgotten | None:
        """Delete all of a record, and the questionnaires that no other one was made with. None if it is gone."""
        if not self.has(ref):
            return NotThere()
        with self.writing(ref) as refused:
            match refused:
                case InUse():
                    return refused
                case NotSaved(reason):
                    return NotForgotten(reason)
            try:
                self._delete(ref)
            except OSError as error:
                return NotForgotten(why(error))
        return None

    def _delete(self, ref: str) -> None:
        for path in self._parts_of(ref):
            if path != self._lock(ref):
                path.unlink(missing_ok=True)
        sync_folder(self.records)
        self._delete_unneeded()

    def _delete_unneeded(self) -> None:
        """Delete questionnaires that no record needs; none while a record cannot be read, for it may need any."""
        records = [self._read(*file) for file in self._files()]
        readable = [record for record in records if isinstance(record, Record)]
        if len(readable) < len(records):
            return
        needed = {hash12 for record in readable for hash12 in _questionnaires_of(record)}
        self._copies.delete_all_but(needed)

    def _sweep(self, ref: str) -> None:
        """Delete what a process that was killed while saving left behind."""
        for path in self._parts_of(ref):
            if path.name.startswith("."):
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def _parts_of(self, ref: str) -> list[Path]:
        """Every file of a record: revisions, the lock, and files that were never finished."""
        return [self.records / name for name in names_in(self.records) if name.startswith((f"{ref}.", f".{ref}."))]

    def _files(self) -> Iterator[tuple[str, int]]:
        """The reference and revision of each file of records."""
        for name in names_in(self.records):
            found = re.fullmatch(rf"({REFERENCE.pattern})\.([1-9]\d{{0,5}})\.json", name, re.ASCII)
            if found:
                yield found[1], int(found[2])

    def _listed(self, ref: str, revision: int) -> Listed:
        record = self._read(ref, revision)
        changed = record.changed if isinstance(record, Record) else _changed(self._path(ref, revision))
        return Listed(ref, revision, record, changed)

    def _read(self, ref: str, revision: int) -> Record | Unreadable:
        path = self._path(ref, revision)
        if not is_plain_file(path):
            return Unreadable("it is not a plain file")
        try:
            record = read_record(read_whole(path, MAX_BYTES))
        except CannotGoOn as refused:
            return Unreadable(str(refused))
        named = isinstance(record, Unreadable) or (record.head.ref, record.head.revision) == (ref, revision)
        return record if named else Unreadable("the file has the name of another record")

    def _path(self, ref: str, revision: int) -> Path:
        return self.records / f"{sound(ref, REFERENCE)}.{revision:d}.json"

    def _lock(self, ref: str) -> Path:
        return self.records / f"{sound(ref, REFERENCE)}.lock"

    @property
    def _copies(self) -> Copies:
        return Copies(self.questionnaires)


def _changed(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except OSError:
        return datetime.now(UTC)


def _questionnaires_of(record: Record) -> Iterator[str]:
    yield record.head.questionnaire.hash12
    yield from (entry.made_with.hash12 for entry in record.log if isinstance(entry, Carried))
