"""Measures how long the program takes to start. Run it by hand: `python benchmarks/startup.py [CHECKOUT] [--times N]`.

It runs whole processes, two programs in turn (A B A B ...), and prints the medians of wall clock and CPU time (user and
system):

- `--version`, compared with a program that is one typer command;
- `score` of the 200 example forms, compared with a program that only imports pydantic and yaml;
- the start of an interview on a terminal up to its first question, with a folder of records on disk;
- the last two also compared with another checkout, if one is named.

Compare the ratios; milliseconds depend on the machine.
"""

from __future__ import annotations

import argparse
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
    """Milliseconds that a process took."""

    wall: float
    cpu: float


class Program(NamedTuple):
    """A program with its arguments, and the checkout whose package it imports."""

    command: Sequence[str]
    checkout: Path = HERE

    @property
    def environment(self) -> dict[str, str]:
        """Compiled modules are kept, because an installer leaves them compiled."""
        more = {"PYTHONPATH": str(self.checkout), "PYTHONDONTWRITEBYTECODE": "", "TERM": "xterm-256color"}
        return {**os.environ, **more}

    def run(self) -> Took:
        """Run it once, without its output."""
        nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
        began = time.perf_counter()
        child = os.posix_spawn(self.command[0], self.command, self.environment, file_actions=nowhere)
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - began
        assert status == 0, self.command
        return Took(wall * 1000, (used.ru_utime + used.ru_stime) * 1000)

    def become(self) -> NoReturn:
        """Run it in place of this process."""
        os.execve(self.command[0], self.command, self.environment)  # noqa: S606 - no shell is wanted


def main(other: Path | None, times: int) -> None:
    print(f"{f'medians of {times}':<52} {'wall ms':>9} {'cpu ms':>8} {'wall ratio':>11} {'cpu ratio':>10}")
    with tempfile.TemporaryDirectory() as folder:
        one_command, imports_only = Path(folder) / "one.py", Path(folder) / "imports.py"
        one_command.write_text(ONE_COMMAND, encoding="utf-8")
        imports_only.write_text(IMPORTS_ONLY, encoding="utf-8")
        compare("--version", program("--version").run, "one typer command", python(one_command).run, times)
        score = program("score", str(INTAKE)).run
        compare("score of 200 forms", score, "import pydantic, yaml", python(imports_only).run, times)
        interview = Interview(HERE, Path(folder) / "records")
        if other is None:
            show("first question of an interview", median([interview.run() for _ in range(times)]), None)
            return
        compare("score of 200 forms", score, "  in the other", program("score", str(INTAKE), checkout=other).run, times)
        before = Interview(other, Path(folder) / "records before")
        compare("first question of an interview", interview.run, "  in the other", before.run, times)


def python(script: Path) -> Program:
    return Program([sys.executable, str(script)])


def program(*arguments: str, checkout: Path = HERE) -> Program:
    """Our program; another checkout is run with its own interpreter, if it has one."""
    own = checkout / ".venv" / "bin" / "python"
    interpreter = str(own) if checkout != HERE and own.exists() else sys.executable
    return Program([interpreter, "-P", "-m", "iop_screen", *arguments], checkout)  # -P: not what lies in this folder


def compare(name: str, ours: Callable[[], Took], against: str, theirs: Callable[[], Took], times: int) -> None:
    """Run two programs in turn, and print what each took and how many times as long ours took."""
    ours()
    theirs()  # once each before, so that modules are compiled and files are in memory
    runs = [(ours(), theirs()) for _ in range(times)]
    mine, other = (median(took) for took in zip(*runs, strict=True))
    show(against, other, None)
    show(name, mine, other)


def median(runs: Sequence[Took]) -> Took:
    return Took(*map(statistics.median, zip(*runs, strict=True)))


def show(name: str, took: Took, other: Took | None) -> None:
    ratios = "" if other is None else f"{took.wall / other.wall:11.2f} {took.cpu / other.cpu:10.2f}"
    print(f"{name:<52} {took.wall:9.1f} {took.cpu:8.1f} {ratios}")


class Interview(NamedTuple):
    """An interview on a terminal up to its first question. Each leaves a draft in the folder of records."""

    checkout: Path
    records: Path

    def run(self) -> Took:
        """Start one, and end it when its first question is shown."""
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


def checkout_folder(name: str) -> Path:
    folder = Path(name).resolve()
    if not (folder / "iop_screen").is_dir():
        raise argparse.ArgumentTypeError(f"{name} holds no iop_screen")
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", nargs="?", type=checkout_folder, help="another checkout to compare with")
    parser.add_argument("--times", type=int, default=15, help="how often to run each program (%(default)s)")
    arguments = parser.parse_args()
    main(arguments.checkout, arguments.times)
