"""Records on disk, in a folder that only its owner can read.

    FOLDER/records/REF.1.json          one file a revision, and beside it REF.lock
    FOLDER/records/REF.call.json       the header of the call, if one was filled in
    FOLDER/questionnaires/HASH12.yaml  each questionnaire that a record was made with, byte for byte, and beside it lock

References become part of a path only after `require_pattern`. What the disk refuses is a value (`Refused`), so that an
interview can go on. Whoever writes a record holds its lock; see `locked_record`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from iop_screen.core.exits import CannotGoOn
from iop_screen.core.files import read_whole
from iop_screen.records.call_data import MAX_CALL_FILE_BYTES, NO_CALL_DATA, CallData, call_json, read_call
from iop_screen.records.deletion import delete_files
from iop_screen.records.handovers import handover_files
from iop_screen.records.lock import Refused
from iop_screen.records.model import Head, Record
from iop_screen.records.private_folders import (
    QUESTIONNAIRES,
    RECORDS,
    is_plain_file,
    make_private,
    names_in,
    write_private_file,
)
from iop_screen.records.questionnaire_copies import QuestionnaireCopies
from iop_screen.records.references import REFERENCE, new_reference, require_pattern
from iop_screen.records.serialization import MAX_RECORD_FILE_BYTES, TOO_LARGE, Unreadable, read_record, record_json

_RECORD_FILE = re.compile(rf"({REFERENCE.pattern})\.([1-9]\d{{0,5}})\.json", re.ASCII)
_UNFINISHED_FILE = re.compile(rf"\.({REFERENCE.pattern})\..*\.part")


@dataclass(frozen=True, slots=True)
class NotThere:
    """There is no such record, or no such revision of it."""


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """The last revision of a record, as far as it can be read.

    `changed`: when something last happened, by the record. `written`: when the file was written, by the disk.
    `earlier`: the last revision before it that can be read, if it cannot be read itself.
    """

    ref: str
    revision: int
    record: Record | Unreadable
    changed: datetime
    written: datetime
    earlier: Record | None = None

    @property
    def state(self) -> str:
        """Whether it is final or a draft, or cannot be read."""
        return self.record.state if isinstance(self.record, Record) else "unreadable"

    @property
    def readable(self) -> Record | None:
        """The last revision that can be read."""
        return self.record if isinstance(self.record, Record) else self.earlier


@dataclass(frozen=True, slots=True)
class Store:
    """Where records are kept."""

    folder: Path

    @property
    def records(self) -> Path:
        """The folder of the records."""
        return self.folder / RECORDS

    @property
    def questionnaires(self) -> Path:
        """The folder of the questionnaires they were made with."""
        return self.folder / QUESTIONNAIRES

    def prepare(self) -> str:
        """Make the folders, each for its owner alone; empty, or why that is refused."""
        return make_private(self.folder, self.records, self.questionnaires)

    def lock_file(self, ref: str) -> Path:
        """The lock that a window holds while it writes a record."""
        return self.records / f"{require_pattern(ref, REFERENCE)}.lock"

    def new_reference(self) -> str:
        """A reference that is not taken. Any will do where the folder cannot be read: nothing is saved.

        CannotGoOn if there is none left.
        """
        taken: set[str] = set()
        with suppress(CannotGoOn):
            taken = {name.removeprefix(".")[:4] for name in names_in(self.records)}
        return new_reference(taken)

    def save(self, record: Record, questionnaire: bytes) -> Refused | None:
        """Put a record on disk, with the questionnaire it is made with; the old file stays until the new one is there.

        None if it is there. Only whoever holds the lock of the record may do so.
        """
        return self.write(record.head, record_bytes(record), questionnaire)

    def write(self, head: Head, content: bytes, questionnaire: bytes) -> Refused | None:
        """The same, of a record with this head whose file has this content."""
        if len(content) > MAX_RECORD_FILE_BYTES:
            return Refused(TOO_LARGE)
        refusal = self.prepare()
        if refusal:
            return Refused(refusal)
        try:
            with self._copies.locked():  # else another window may delete the copy before a record names it
                self._copies.keep(head.questionnaire.hash12, questionnaire)
                write_private_file(self._path(head.ref, head.revision), content)
        except CannotGoOn as refused:
            return Refused(str(refused))
        return None

    def save_call(self, ref: str, call: CallData) -> Refused | None:
        """Put the header of a call on disk, beside its record; None if it is there."""
        refusal = self.prepare()
        if refusal:
            return Refused(refusal)
        try:
            write_private_file(self._call_path(ref), call_json(call).encode())
        except CannotGoOn as refused:
            return Refused(str(refused))
        return None

    def load_call(self, ref: str) -> CallData:
        """The header of the call of a record, empty if there is none that can be read."""
        found = self.call_on_disk(ref)
        return NO_CALL_DATA if isinstance(found, Unreadable) else found

    def call_on_disk(self, ref: str) -> CallData | Unreadable:
        """The header of the call of a record, empty if there is no such file; or why it cannot be read."""
        path = self._call_path(ref)
        if not path.exists() and not path.is_symlink():
            return NO_CALL_DATA
        if not is_plain_file(path):
            return Unreadable("it is not a plain file")
        try:
            return read_call(read_whole(path, MAX_CALL_FILE_BYTES)) or Unreadable("it is damaged")
        except CannotGoOn as refused:
            return Unreadable(str(refused))

    def forget_call(self, ref: str) -> Refused | None:
        """Delete the header of the call of a record, and the handovers, which repeat it; None if there is none left."""
        reason = delete_files(self.records, [self._call_path(ref), *handover_files(self.folder, ref)])
        return Refused(reason) if reason else None

    def load(self, ref: str, revision: int | None = None) -> Record | NotThere | Unreadable:
        """A record: the revision asked for, or the last one."""
        there = self.revisions(ref)
        wanted = max(there, default=0) if revision is None else revision
        return self.read(ref, wanted) if wanted in there else NotThere()

    def read(self, ref: str, revision: int) -> Record | Unreadable:
        """A revision that is there, or why it cannot be read."""
        content = self._content(ref, revision)
        record = content if isinstance(content, Unreadable) else read_record(content)
        named = isinstance(record, Unreadable) or (record.head.ref, record.head.revision) == (ref, revision)
        return record if named else Unreadable("the file has the name of another record")

    def last_readable(self, ref: str) -> Record | None:
        """The last revision of a record that can be read."""
        there = self.revisions(ref)
        return self._listed(ref, there).readable if there else None

    def questionnaire(self, hash12: str) -> bytes | Unreadable:
        """The questionnaire with this hash."""
        return self._copies.read(hash12)

    def revisions(self, ref: str) -> tuple[int, ...]:
        """The revisions there are of a record, in order."""
        return tuple(sorted(revision for other, revision in self._files(f"{ref}.") if other == ref))

    def every_revision(self) -> tuple[tuple[str, int], ...]:
        """The reference and revision of each file of records, in order."""
        return tuple(sorted(self._files()))

    def contents(self, ref: str, revisions: Iterable[int]) -> dict[int, bytes | Unreadable]:
        """What stands in the files of these revisions of a record, as far as they are there.

        The folder is not looked through: with thousands of records that takes longer than the save that it is for.
        """
        there = (revision for revision in revisions if os.path.lexists(self._path(ref, revision)))
        return {revision: self._content(ref, revision) for revision in there}

    def has(self, ref: str) -> bool:
        """Whether there is any file of this reference, readable or not."""
        return bool(self._paths_of(ref))

    def listed(self) -> tuple[ListedRecord, ...]:
        """All records, the last changed first; one that cannot be read hides no other."""
        by_ref = groupby(self.every_revision(), key=lambda file: file[0])
        each = (self._listed(ref, [revision for _, revision in files]) for ref, files in by_ref)
        return tuple(sorted(each, key=lambda listed: listed.changed, reverse=True))

    def drafts(self) -> tuple[ListedRecord, ...]:
        """The records that are not final, the last written first."""
        found = (listed for listed in self.listed() if isinstance(listed.record, Record) and not listed.record.final)
        return tuple(sorted(found, key=lambda listed: listed.written, reverse=True))

    def last_contents(self) -> Iterator[tuple[str, bytes | Unreadable]]:
        """Each reference, with what stands in the file of its last revision. CannotGoOn as `names_in`."""
        return ((ref, self._content(ref, revision)) for ref, revision in dict(sorted(self._files())).items())

    def unchanged_since(self, ref: str, then: datetime) -> bool:
        """Whether nothing has happened to a record since then, by the latest of what it says and what the disk says.

        So a clock that was wrong for a while makes no record old.
        """
        there = self.revisions(ref)
        changed = [self._listed(ref, there).changed] if there else []
        return max((*changed, *map(_written, self.files_of(ref))), default=then) <= then

    def unfinished_refs(self, then: datetime) -> tuple[str, ...]:
        """The references that have only unfinished files, none of them written since then."""
        there = {ref for ref, _ in self._files()}
        left = {found[1] for name in names_in(self.records) if (found := _UNFINISHED_FILE.fullmatch(name))}
        return tuple(ref for ref in sorted(left - there) if self.unchanged_since(ref, then))

    def next_revision(self, record: Record, now: datetime) -> Record:
        """The same record as a new revision that begins now. It is not saved here."""
        number = max(self.revisions(record.head.ref), default=record.head.revision) + 1
        return replace(record, head=replace(record.head, revision=number, started=now))

    def delete_unneeded(self) -> None:
        """Delete the questionnaires that no record names, readable or not."""
        with suppress(OSError, CannotGoOn), self._copies.locked():
            unneeded = self._copies.names()
            for ref, revision in self._files():
                path = self._path(ref, revision)
                content = read_whole(path, MAX_RECORD_FILE_BYTES) if unneeded and is_plain_file(path) else b""
                unneeded = {name for name in unneeded if name.encode() not in content}
            self._copies.delete(unneeded)

    def delete_unfinished(self, ref: str) -> None:
        """Delete what a process that was killed while saving left behind."""
        with suppress(OSError, CannotGoOn):
            for path in self.files_of(ref):
                if path.name.startswith("."):
                    path.unlink(missing_ok=True)

    def files_of(self, ref: str) -> list[Path]:
        """Every file of a record but its lock: revisions, call, handovers, and files that were never finished."""
        lock = self.lock_file(ref)
        return [*(path for path in self._paths_of(ref) if path != lock), *handover_files(self.folder, ref)]

    def _paths_of(self, ref: str) -> list[Path]:
        return [self.records / name for name in names_in(self.records) if name.startswith((f"{ref}.", f".{ref}."))]

    def _files(self, start: str = "") -> Iterator[tuple[str, int]]:
        """The reference and revision of each file of records whose name begins so."""
        names = (name for name in names_in(self.records) if name.startswith(start))
        return ((found[1], int(found[2])) for name in names if (found := _RECORD_FILE.fullmatch(name)))

    def _listed(self, ref: str, revisions: Sequence[int]) -> ListedRecord:
        *before, last = revisions
        record, written = self.read(ref, last), _written(self._path(ref, last))
        if isinstance(record, Record):
            return ListedRecord(ref, last, record, record.changed, written)
        earlier = (self.read(ref, revision) for revision in reversed(before))
        return ListedRecord(
            ref, last, record, written, written, next((r for r in earlier if isinstance(r, Record)), None)
        )

    def _content(self, ref: str, revision: int) -> bytes | Unreadable:
        path = self._path(ref, revision)
        if not is_plain_file(path):
            return Unreadable("it is not a plain file")
        try:
            return read_whole(path, MAX_RECORD_FILE_BYTES)
        except CannotGoOn as refused:
            return Unreadable(str(refused))

    def _call_path(self, ref: str) -> Path:
        return self.records / f"{require_pattern(ref, REFERENCE)}.call.json"

    def _path(self, ref: str, revision: int) -> Path:
        return self.records / f"{require_pattern(ref, REFERENCE)}.{revision:d}.json"

    @property
    def _copies(self) -> QuestionnaireCopies:
        return QuestionnaireCopies(self.questionnaires)


def record_bytes(record: Record) -> bytes:
    """What stands in the file of a record."""
    return record_json(record).encode()


def _written(path: Path) -> datetime:
    """When a file was last written; now, if that cannot be seen."""
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except OSError:
        return datetime.now(UTC)
