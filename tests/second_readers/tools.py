"""What the second readers need: programs of this machine, and packages of one version in a folder of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.paths import REPOSITORY

HERE = Path(__file__).parent
SECONDS = 900
NOBODY = 65534


class SkippedError(Exception):
    """A reader cannot run here; the sentence says why."""


class BrokenError(Exception):
    """A reader ended otherwise than it should; the text has what it said."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what was wrong with it, a sentence each; nothing wrong is a check that holds."""

    what: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to know beside the checks, such as a version."""

    text: str


Finding = Check | Fact


def program(name: str, why: str) -> str:
    """The path of a program. Raises SkippedError with what it would be for."""
    found = shutil.which(name)
    if found is None:
        raise SkippedError(f"there is no `{name}` on this machine; {why}")
    return found


def run(
    arguments: Sequence[str | Path], folder: Path, *, given: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What a program printed and its exit code."""
    return subprocess.run(
        [str(each) for each in arguments],
        cwd=folder,
        input=given,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def must_run(arguments: Sequence[str | Path], folder: Path, *, given: str = "") -> str:
    """What a program printed; it must end well, else BrokenError is raised."""
    ran = run(arguments, folder, given=given)
    if ran.returncode:
        raise BrokenError(f"{Path(str(arguments[0])).name} ended with {ran.returncode}: {ran.stderr[-2000:]}")
    return ran.stdout


def node_packages(folder: Path, *packages: str) -> Path:
    """A folder with these packages of npm, each with its version, and the scripts of this folder beside them."""
    program("node", "the reader is a library for Node")
    npm = program("npm", "it brings the reader")
    folder.mkdir(exist_ok=True)
    must_run([npm, "init", "--yes"], folder)
    must_run([npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *packages], folder)
    for script in (*HERE.glob("*.mjs"), *HERE.glob("*.cjs"), *HERE.glob("*.html")):
        shutil.copy(script, folder)
    return folder


def unpacked_package(folder: Path, package: str) -> Path:
    """A folder with the files of one package of npm, without those that it needs."""
    npm = program("npm", "it brings the reader")
    name = must_run([npm, "pack", "--silent", package], folder).strip().splitlines()[-1]
    must_run(["tar", "xzf", name], folder)
    return folder / "package"


def python_packages(folder: Path, *packages: str) -> Path:
    """The Python of a new environment with these packages, each with its version."""
    must_run([sys.executable, "-m", "venv", folder], folder.parent)
    python = folder / "bin" / "python"
    must_run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], folder)
    return python


def as_nobody(arguments: Sequence[str | Path], folder: Path) -> list[str]:
    """The command as a user without rights, since a browser drops its sandbox for root."""
    command = [str(each) for each in arguments]
    if os.geteuid() != 0:
        return command
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise SkippedError("a browser must not run as root, and there is no `setpriv` to run it as nobody")
    home = folder / "home"
    home.mkdir(exist_ok=True)
    os.chown(home, NOBODY, NOBODY)
    become = [setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return [*become, "env", f"HOME={home}", *command]


def iop_screen(arguments: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """A run of the program of this repository."""
    return run([sys.executable, "-m", "iop_screen", *arguments], folder, env={"PYTHONPATH": str(REPOSITORY)})


def from_json(text: str) -> object:
    """What a script printed as its last line."""
    read: object = json.loads(text.strip().splitlines()[-1])
    return read
