"""Locks: while a window holds one, no other window writes what it stands for.

The system holds them, not what a file says, so they end with the process that took them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from iop_screen.core.problems import system_reason

if TYPE_CHECKING:
    from filelock import BaseFileLock

POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class InUse:
    """Another window holds it."""


@dataclass(frozen=True, slots=True)
class NotLocked:
    """The system refused it, and why."""

    why: str


@dataclass(slots=True)
class Lock:
    """A lock file. `patience` says for how many seconds another window is waited for."""

    path: Path
    patience: float = 0
    _taken: BaseFileLock | None = field(default=None, init=False)

    @property
    def held(self) -> bool:
        """Whether this window holds it."""
        return self._taken is not None

    def take(self) -> InUse | NotLocked | None:
        """Take it, unless it is held already; None if it is held now."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to import

        if self.held:
            return None
        # Where the system has no locks, a file that says who holds it would outlive whoever was killed.
        taken = FileLock(self.path, timeout=self.patience, mode=0o600, fallback_to_soft=False)
        try:
            taken.acquire(poll_interval=POLL_SECONDS)
        except Timeout:
            return InUse()
        except NotImplementedError:
            return NotLocked("this disk cannot lock files")
        except OSError as error:
            return NotLocked(system_reason(error))
        self._taken = taken
        return None

    def release(self) -> None:
        """Let others have it."""
        if self._taken is not None:
            self._taken.release()
            self._taken = None
