"""How long the program takes to start, by hand: `python benchmarks/startup.py [CHECKOUT]`.

Whole processes, one after the other in turn (A B A B ...), medians of 15: wall clock, and CPU (user and system).

- `--version`, against a program that is nothing but one typer command;
- `score` of the 200 example forms, against a program that only imports pydantic and yaml;
- from the start of an interview on a terminal to its first question, with a folder of records on disk;
- the last two also against another checkout, if one is named.

Ratios say more than milliseconds, which depend on the machine.
"""

from __future__ import annotations

import os
import pty
import signal
import statistics
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

TIMES = 15
HERE = Path(__file__).parent.parent
INTAKE = HERE / "examples" / "intake.csv"
ONE_COMMAND = """\
import typer

app = typer.Typer(add_completion=False)


@app.command()
def main(name: str = "nobody") -> None:
    typer.echo(f"hello {name}")


app()
"""
IMPORTS_ONLY = "import pydantic, yaml\n"


class Took(NamedTuple):
    """What a process took, in milliseconds."""

    wall: float
    cpu: float


class Program(NamedTuple):
    """A program with its arguments, and the checkout whose package it finds."""

    command: Sequence[str]
    checkout: Path = HERE

    @property
    def environment(self) -> dict[str, str]:
        """Modules are kept compiled, as an installer leaves them."""
        more = {"PYTHONPATH": str(self.checkout), "PYTHONDONTWRITEBYTECODE": "", "TERM": "xterm-256color"}
        return {**os.environ, **more}

    def run(self) -> Took:
        """Run it once, with its output going nowhere."""
        nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
        began = time.perf_counter()
        child = os.posix_spawn(self.command[0], self.command, self.environment, file_actions=nowhere)
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - began
        assert status == 0, self.command
        return Took(wall * 1000, (used.ru_utime + used.ru_stime) * 1000)

    def become(self) -> NoReturn:
        """Run it in the place of this process."""
        os.execve(self.command[0], self.command, self.environment)  # noqa: S606 - no shell is wanted


def main(other: Path | None) -> None:
    print(f"{'medians of ' + str(TIMES):<52} {'wall ms':>9} {'cpu ms':>8} {'wall ratio':>11} {'cpu ratio':>10}")
    with tempfile.TemporaryDirectory() as folder:
        one_command, imports_only = Path(folder) / "one.py", Path(folder) / "imports.py"
        one_command.write_text(ONE_COMMAND, encoding="utf-8")
        imports_only.write_text(IMPORTS_ONLY, encoding="utf-8")
        compare("--version", program("--version").run, "one typer command", python(one_command).run)
        score = program("score", str(INTAKE)).run
        compare("score of 200 forms", score, "import pydantic, yaml", python(imports_only).run)
        interview = Interview(HERE, Path(folder) / "records")
        if other is None:
            show("first question of an interview", median([interview.run() for _ in range(TIMES)]), None)
            return
        compare("score of 200 forms", score, "  in the other", program("score", str(INTAKE), checkout=other).run)
        before = Interview(other, Path(folder) / "records before")
        compare("first question of an interview", interview.run, "  in the other", before.run)


def python(script: Path) -> Program:
    return Program([sys.executable, str(script)])


def program(*arguments: str, checkout: Path = HERE) -> Program:
    """Our program, with the interpreter of a checkout that has one of its own."""
    own = checkout / ".venv" / "bin" / "python"
    interpreter = str(own) if checkout != HERE and own.exists() else sys.executable
    return Program([interpreter, "-P", "-m", "iop_screen", *arguments], checkout)  # -P: not what lies in this folder


def compare(name: str, ours: Callable[[], Took], against: str, theirs: Callable[[], Took]) -> None:
    """Run two programs in turn, and print what each took and how many times as long ours took."""
    ours()
    theirs()  # once each, so that both are compiled and the disk has been read
    runs = [(ours(), theirs()) for _ in range(TIMES)]
    mine, other = (median(took) for took in zip(*runs, strict=True))
    show(against, other, None)
    show(name, mine, other)


def median(runs: Sequence[Took]) -> Took:
    return Took(*map(statistics.median, zip(*runs, strict=True)))


def show(name: str, took: Took, other: Took | None) -> None:
    ratios = "" if other is None else f"{took.wall / other.wall:11.2f} {took.cpu / other.cpu:10.2f}"
    print(f"{name:<52} {took.wall:9.1f} {took.cpu:8.1f} {ratios}")


class Interview(NamedTuple):
    """An interview on a terminal, up to its first question; each leaves a draft in the folder of records."""

    checkout: Path
    records: Path

    def run(self) -> Took:
        """Start one, and end it once its first question is shown."""
        began = time.perf_counter()
        child, terminal = pty.fork()
        if child == 0:
            termios.tcsetwinsize(1, (24, 80))
            program("interview", "--data-dir", str(self.records), checkout=self.checkout).become()
        drawn = b""
        while b"Question 1 of" not in drawn:
            drawn += os.read(terminal, 65_536)
        wall = time.perf_counter() - began
        os.kill(child, signal.SIGKILL)
        os.close(terminal)
        used = os.wait4(child, 0)[2]
        return Took(wall * 1000, (used.ru_utime + used.ru_stime) * 1000)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if sys.argv[1:] else None)
