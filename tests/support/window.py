"""A window with the program in it: a real pseudo-terminal, its screen read as a person would see it."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pexpect  # type: ignore[import-untyped]
import pyte

from iop_screen.core.files import default_questionnaire
from iop_screen.engine.representative_answers import danger_indexes
from support.interviews import SMALL
from support.paths import REPOSITORY, TESTS
from support.questionnaires import ready

PATIENCE = 120.0
"""So many seconds a busy machine may take to show what is waited for."""

READ, READ_DANGER_QUESTION, READ_DANGER, RELEASED, QUIET = 0.3, 0.9, 1.1, 1.15, 1.3
"""So long after a page has shown a key is taken for meant.

On most pages; on a question about danger; on the emergency page; the key that brought a page without a question; and
any key, after one was ignored.
"""


@cache
def plain_questions() -> tuple[str, ...]:
    """The questions, of those that tests ask on a terminal, whose answers cannot reach the emergency step."""
    asks: list[str] = []
    for source in (SMALL, default_questionnaire().read_bytes()):
        compiled = ready(source)
        dangers = danger_indexes(compiled)
        asks += [str(question.ask) for index, question in enumerate(compiled.questions) if index not in dangers]
    return tuple(asks)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What the program sees of the world: a home of its own, and nothing that says how to draw."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join(map(str, (REPOSITORY, TESTS)))
    indexes = {
        "HOME": home,
        "TMPDIR": home / "tmp",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "share",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_STATE_HOME": home / "state",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for index in indexes.values():
        index.mkdir(parents=True, exist_ok=True)
    named = {name: str(index) for name, index in indexes.items()}
    return {**kept, **named, "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC", **more}


PROGRAM = (sys.executable, "-m", "iop_screen")
PATIENT = (sys.executable, "-m", "support.patient")
"""The same, where it matters how fast the machine is."""


class Window:
    """The program on a terminal of its own, from its start to its end."""

    def __init__(
        self,
        arguments: Sequence[object],
        env: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
        *,
        redirected: str = "",
        typed_ahead: str = "",
        program: Sequence[str] = PROGRAM,
    ) -> None:
        """Start the program, or another that runs it; `redirected` is what a shell would read of its streams."""
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.read_at = self.seen_at = time.monotonic()
        self.last_key = "n"  # which may have brought the first page, for the next caller
        words = [*program, *map(str, arguments)]
        command = ["/bin/sh", "-c", f'exec "$0" "$@" {redirected}', *words] if redirected else words
        home = env["HOME"]
        self.child: Any = pexpect.spawn(command[0], command[1:], env=dict(env), dimensions=(rows, columns), cwd=home)
        self.child.delaybeforesend = None
        self.modes_before = self.modes
        if typed_ahead:
            self.type(typed_ahead)

    @property
    def modes(self) -> list[Any]:
        """How the terminal treats what is typed: echo, whole lines, signals."""
        return termios.tcgetattr(self.child.child_fd)

    @property
    def shown(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def see(self, *patterns: str, seconds: float = PATIENCE) -> str:
        """Wait until all these are on the screen, and give what is there."""
        return self.wait(lambda: all(re.search(pattern, self.shown) for pattern in patterns), patterns, seconds)

    def wait(self, seen: Callable[[], bool], for_what: object, seconds: float = PATIENCE) -> str:
        """Read what is drawn until something is seen."""
        end = time.monotonic() + seconds
        while not seen():
            assert time.monotonic() < end, f"not seen: {for_what}\n{self.shown}"
            assert self._read(0.2) is not None, f"ended before {for_what}\n{self.shown}\n{self.raw[-2000:]!r}"
        self.seen_at = time.monotonic()
        return self.shown

    def settle(self, quiet: float = 0.3) -> str:
        """Read until nothing more is drawn for a while, and give what is there."""
        while self._read(quiet):
            pass
        return self.shown

    def type(self, text: str) -> None:
        """Type at once, whatever is on the screen."""
        self.child.send(text)

    def press(self, key: str, *patterns: str) -> str:
        """Press a key as a person would who has read the page, and wait until these are on the screen."""
        time.sleep(max(0.0, self.seen_at + self.reading_seconds(key) - time.monotonic()))
        self.type(key)
        self.last_key = key.casefold()
        return self.see(*patterns) if patterns else self.shown

    def reading_seconds(self, key: str) -> float:
        """How long the page has to be seen before this key is taken for meant."""
        if "***" in self.shown:
            return READ_DANGER
        if re.search(r"\d+ of \d+", self.shown):
            shown = " ".join(self.shown.split())
            return READ if any(ask in shown for ask in plain_questions()) else READ_DANGER_QUESTION
        return RELEASED if key.casefold() == self.last_key else READ

    def answer(self, lines: Iterable[str], first: int = 1) -> int:
        """Answer questions from the one with that number on, each as one would on a line; how many keys it took."""
        count = 0
        for number, line in enumerate(lines, start=first):
            self.see(rf"Question {number} of")
            *ticks, end = [key for key in line if key != ","]
            for key in ticks:
                self.press(key)
                self.settle(0.05)
            self.press(end)
            count += len(ticks) + 1
        return count

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self.settle(0.1)
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def hang_up(self) -> None:
        """Close the window: its side of the terminal is gone."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self.child.child_fd)
        os.close(nowhere)

    def end(self, seconds: float = PATIENCE) -> int:
        """Read to the end of the program, and give its exit code; minus the signal if that killed it."""
        end = time.monotonic() + seconds
        while self._read(0.2) is not None:
            assert time.monotonic() < end, f"it does not end\n{self.shown}"
        self.child.wait()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus)

    def close(self) -> None:
        """End the program, if it has not ended."""
        self.child.close(force=True)

    def _read(self, seconds: float) -> bytes | None:
        """What is drawn next, if anything is; None at the end."""
        try:
            drawn: bytes = self.child.read_nonblocking(65_536, seconds)
        except pexpect.TIMEOUT:
            return b""
        except pexpect.EOF:
            return None
        self.read_at = time.monotonic()
        self.raw += drawn
        self.stream.feed(drawn)
        return drawn


def asked(*arguments: str, typed: str, meanwhile: Callable[[], object] = lambda: None) -> tuple[int, str]:
    """Run the program on a terminal, and type each line once it asks, the first after something else has happened."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the other process
        os.chdir(REPOSITORY)
        os.execv(sys.executable, [sys.executable, "-m", "iop_screen", *arguments])
    shown = b""
    lines = typed.split("\n")
    while select.select([terminal], [], [], PATIENCE)[0]:
        try:
            shown += os.read(terminal, 4096)
        except OSError:
            break
        if lines and shown.endswith(b": "):
            meanwhile()
            meanwhile = bool
            os.write(terminal, lines.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()
