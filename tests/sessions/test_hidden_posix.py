"""What Windows does not have is hidden, and the program works to the end all the same.

This is no test on Windows, only of what would break there for certain.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import REPOSITORY

HIDDEN = ("termios", "tty", "fcntl", "pwd", "grp")
NO_SIGNALS = ("SIGHUP",)
HIDE = f"""\
import signal, sys
import filelock  # it locks in another way on Windows, so it may look for itself
sys.modules.update(dict.fromkeys({HIDDEN}))
for name in {NO_SIGNALS}:
    delattr(signal, name)
"""
ORDINARY = "from iop_screen.cli import main\nmain()\n"
RUN = HIDE + ORDINARY

DECLINED = "d\n" * 40 + "f\n" * 3
"""Each question is declined, and then the result is asked for; what is typed on the review meanwhile does nothing."""

Ran = subprocess.CompletedProcess[str]


def ran(program: str, *arguments: str, typed: str = "") -> Ran:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False, cwd=REPOSITORY)


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_cannot_be_imported(name: str) -> None:
    tried = ran(f"{HIDE}import {name}")
    assert tried.returncode == 1
    assert f"import of {name} halted" in tried.stderr


def test_signals_that_are_hidden_are_there_otherwise() -> None:
    assert all(hasattr(signal, name) for name in NO_SIGNALS)
    assert ran(f"{HIDE}print([name for name in {NO_SIGNALS} if hasattr(signal, name)])").stdout == "[]\n"


def test_line_mode_goes_to_its_end_and_keeps_a_record(records_folder: Path) -> None:
    interview = ran(RUN, "interview", "--plain", "--json", typed=DECLINED)
    assert (interview.returncode, interview.stderr.count("Traceback")) == (0, 0)
    assert json.loads(interview.stdout)["suggestion"] == "undetermined"
    kept = [path.name for path in (records_folder / "records").rglob("*.json")]
    assert len(kept) == 1
    listed = ran(RUN, "records", "list", "--json")
    assert listed.returncode == 0
    assert len(json.loads(listed.stdout)["records"]) == 1


@pytest.mark.slow
def test_line_mode_that_keeps_nothing_prints_what_it_prints_elsewhere() -> None:
    arguments = ("interview", "--plain", "--no-save")
    typed = DECLINED
    hidden, ordinary = (ran(program, *arguments, typed=typed) for program in (RUN, ORDINARY))
    assert "988" in hidden.stdout
    assert (hidden.returncode, hidden.stdout) == (0, ordinary.stdout)


@pytest.mark.slow
def test_a_file_is_scored_as_it_is_elsewhere(tmp_path: Path) -> None:
    out = tmp_path / "scored.csv"
    hidden = ran(RUN, "score", "examples/intake.csv", "-o", str(out))
    ordinary = ran(ORDINARY, "score", "examples/intake.csv")
    assert (hidden.returncode, hidden.stderr) == (ordinary.returncode, ordinary.stderr)
    assert out.read_bytes().decode() == ordinary.stdout
