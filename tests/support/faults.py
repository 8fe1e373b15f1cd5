"""Faults to order: a function that fails once everything that was said is on disk.

Run as a script, it is the program itself with such a fault: the place, the folder of records, and the marks that tell
that all is said, then what the program is given.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest import mock

FAULT = "Zq5fault"
"""Stands in each fault, and nowhere else."""

FIRED = b"\n-- here it fails --\n"


class UnprintableError(Exception):
    """A fault that cannot even be shown."""

    def __str__(self) -> str:
        raise RuntimeError(*self.args)

    __repr__ = __str__


KINDS: Sequence[Callable[[str], Exception]] = (
    ValueError,
    KeyError,
    AssertionError,
    RecursionError,
    MemoryError,
    UnprintableError,
    lambda text: UnicodeEncodeError("ascii", text, 0, 1, text),
    lambda text: ExceptionGroup(text, [ValueError(text)]),
)


@dataclass
class Armed:
    """Whether it is time to fail: once all marks are on disk. `note` says how much was shown by then."""

    kept: Path
    marks: Sequence[str]
    note: Callable[[], int]
    fired: int = 0
    shown: int = 0

    def due(self) -> bool:
        """Whether everything that was said is on disk."""
        drafts = "".join(path.read_text("ascii") for path in (self.kept / "records").glob("*.json"))
        return all(mark in drafts for mark in self.marks)

    def fault(self, kind: Callable[[str], Exception]) -> Exception:
        """The fault, which says everything."""
        if not self.fired:
            self.shown = self.note()
        self.fired += 1
        text = " ".join([FAULT, *self.marks])
        fault = kind(text)
        fault.add_note(text)
        fault.__cause__ = ValueError(text)
        return fault


@contextmanager
def faulty(index: str, armed: Armed, kind: Callable[[str], Exception] | None = None) -> Iterator[None]:
    """While this lasts, a function fails when it is called once it is due."""
    where, name = index.rsplit(".", 1)
    owner: Any = resolve_name(where)
    works = getattr(owner, name)
    kind = kind or KINDS[sum(index.encode()) % len(KINDS)]

    def fails(*arguments: Any, **named: Any) -> Any:
        if armed.due():
            raise armed.fault(kind)
        return works(*arguments, **named)

    with mock.patch.object(owner, name, fails):
        yield


def main(index: str, kept: str, marks: str, *arguments: str) -> None:
    """The program with a fault; the keyboard believes that every page was read, and the end waits for slow hands."""
    from iop_screen import cli  # noqa: PLC0415
    from iop_screen.console import streams  # noqa: PLC0415
    from iop_screen.interview.fullscreen import key_guard  # noqa: PLC0415

    key_guard.READING_SECONDS = key_guard.DANGER_READING_SECONDS = key_guard.HELD_SECONDS = 0.0
    key_guard.DANGER_QUESTION_SECONDS = 0.0
    streams.QUIET_SECONDS = 1.5
    sys.argv = ["iop-screen", *arguments]
    with faulty(index, Armed(Path(kept), marks.split(), tell)):
        cli.main()


def tell() -> int:
    """Say that the fault comes now. On a terminal, give whoever sits there the time to type on."""
    os.write(2, FIRED)
    return len(select.select([0], [], [], 1.0)[0]) if os.isatty(0) else 0


if __name__ == "__main__":
    main(*sys.argv[1:])
