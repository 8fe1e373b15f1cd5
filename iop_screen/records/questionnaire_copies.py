"""Copies of the questionnaires that records were made with, so that each record is judged by its own rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import read_whole, sync_folder
from iop_screen.core.safe_text import sanitize
from iop_screen.questionnaire.nodes import MAX_QUESTIONNAIRE_BYTES
from iop_screen.records.lock import InUse, Lock, Refused
from iop_screen.records.private_folders import is_plain_file, names_in, write_private_file
from iop_screen.records.references import HASH12, hash12, require_pattern
from iop_screen.records.serialization import Unreadable

_COPY_FILE = re.compile(rf"\.?({HASH12.pattern})\.yaml(\..*\.part)?")

LOCK_TIMEOUT_SECONDS = 5
"""How long to wait for another window that writes or deletes a copy."""


@dataclass(frozen=True, slots=True)
class QuestionnaireCopies:
    """A folder of questionnaires, each under its hash."""

    folder: Path

    def read(self, name: str) -> bytes | Unreadable:
        """The questionnaire with this hash, byte for byte."""
        path = self._path(name)
        if not is_plain_file(path):
            return Unreadable("its copy is not there")
        try:
            content = read_whole(path, MAX_QUESTIONNAIRE_BYTES)
        except CannotGoOn as refused:
            return Unreadable(str(refused))
        return content if hash12(content) == name else Unreadable("its copy is not what it was")

    def keep(self, name: str, content: bytes) -> None:
        """Write a copy, unless it is there; CannotGoOn if the disk refuses, ValueError if the hash is not its own."""
        if hash12(content) != name:
            wrong = "a record is saved with the questionnaire it was made with"
            raise ValueError(wrong)
        if self.read(name) != content:
            write_private_file(self._path(name), content)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the copies; CannotGoOn if it cannot be taken."""
        lock = Lock(self.folder / "lock", LOCK_TIMEOUT_SECONDS)
        match lock.take():
            case InUse():
                raise CannotGoOn(f"cannot write {sanitize(str(self.folder))}: another window is busy there", Exit.FILE)
            case Refused(why):
                raise CannotGoOn(f"cannot write {sanitize(str(self.folder))}: {why}", Exit.FILE)
            case None:
                try:
                    yield
                finally:
                    lock.release()

    def names(self) -> set[str]:
        """The hashes of all copies, the unfinished ones too; CannotGoOn if the folder cannot be read."""
        return {found[1] for name in names_in(self.folder) if (found := _COPY_FILE.fullmatch(name))}

    def delete(self, unneeded: Collection[str]) -> None:
        """Delete these copies, and unfinished files of them; OSError or CannotGoOn if the disk refuses."""
        for name in names_in(self.folder):
            found = _COPY_FILE.fullmatch(name)
            if found and found[1] in unneeded:
                (self.folder / name).unlink(missing_ok=True)
        sync_folder(self.folder)

    def _path(self, name: str) -> Path:
        return self.folder / f"{require_pattern(name, HASH12)}.yaml"
