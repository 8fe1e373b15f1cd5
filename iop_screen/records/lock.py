"""Locks: while one window holds the lock of a record, no other window writes that record.

The operating system holds the lock, not the content of a file, so it ends with the process that took it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from iop_screen.core.exits import system_reason

if TYPE_CHECKING:
    from filelock import BaseFileLock

POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class InUse:
    """Another window holds the lock."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The system refused to lock, to write or to delete, and why. What was on disk before still is."""

    why: str


@dataclass(slots=True)
class Lock:
    """A lock file. `timeout`: how many seconds to wait for another window."""

    path: Path
    timeout: float = 0
    _taken: BaseFileLock | None = field(default=None, init=False)
    _file: tuple[int, int] | None = field(default=None, init=False)

    @property
    def held(self) -> bool:
        """Whether this window holds the lock."""
        return self._taken is not None

    @property
    def lost(self) -> bool:
        """Whether it is held, but its file was deleted or replaced, so that another window can hold it, too."""
        return self.held and _identity(self.path) != self._file

    def take(self) -> InUse | Refused | None:
        """Take the lock, unless this window holds it already; None if it holds it now."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to import

        if self.held:
            return None
        # no fallback to a file that says who holds the lock: it would stay behind a killed process
        taken = FileLock(self.path, timeout=self.timeout, mode=0o600, fallback_to_soft=False)
        try:
            taken.acquire(poll_interval=POLL_SECONDS)
        except Timeout:
            return InUse()
        except NotImplementedError:
            return Refused("this disk cannot lock files")
        except OSError as error:
            return Refused(system_reason(error))
        self._taken, self._file = taken, _identity(self.path)
        return None

    def release(self) -> None:
        """Release the lock, if this window holds it."""
        if self._taken is not None:
            self._taken.release()
            self._taken = None


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from any other, whatever its name; None if there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
