"""How a shell completes a line: commands, options and references, told by the names of files alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import Run
from support.window import Window, environment

from iop_screen.cli import COMMAND_FILES, COMPLETION_VARIABLE
from iop_screen.cli.records import records
from iop_screen.records.references import references_in

CANARY = "Zq7canary"
SLOW = {"rich", "yaml", "pydantic_core", "prompt_toolkit", "iop_screen.records.store", "iop_screen.questionnaire"}
"""What takes long to import, and is not needed to complete a line."""

SCRIPT = """\
import sys
from iop_screen.cli import main
sys.argv = ["iop-screen"]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""

Told = Callable[..., list[str]]


RECORDS = [str(command.name or getattr(command.callback, "__name__", "")) for command in records.registered_commands]


@pytest.fixture
def kept(records_folder: Path) -> Path:
    """A folder with two records, whose content is none that could be read, and with what is no record."""
    folder = records_folder / "records"
    folder.mkdir()
    for name in ("4444.1.json", "7KQ2.1.json", "7KQ2.2.json", ".3333.1.json.x.part", "5555.lock", "notes.txt"):
        (folder / name).write_text(CANARY, encoding="utf-8")
    return records_folder


def asking(shell: str, line: str) -> dict[str, str]:
    """The environment variables in which a shell asks how a line may go on."""
    words = line.split(" ")
    return {
        COMPLETION_VARIABLE: f"complete_{shell}",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }


@pytest.fixture
def told(run: Run, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the program tells a shell that asks how a line may go on, by lines."""

    def tell(shell: str, line: str) -> list[str]:
        for name, value in asking(shell, line).items():
            monkeypatch.setenv(name, value)
        ran = run()
        assert (ran.code, ran.err) == (0, "")
        assert CANARY not in ran.out
        return ran.out.splitlines()

    return tell


def names(shell: str, lines: list[str]) -> list[str]:
    """The names alone: zsh is told a command to run, fish has the help behind a tab."""
    if shell == "zsh":
        return re.findall(r'"([^"]+)"(?::"[^"]*")?$', re.sub(r"^.*\(\(|\)\)'$", "", "\n".join(lines)), re.MULTILINE)
    return [line.partition("\t")[0] for line in lines if line]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("iop-screen ", [*COMMAND_FILES]),
        ("iop-screen s", ["score", "show", "schema", "sql"]),
        ("iop-screen records ", RECORDS),
        ("iop-screen records export --f", ["--force"]),
        ("iop-screen records export 7KQ2 --to ", ["text", "html", "json", "csv", "answers"]),
        ("iop-screen records show ", ["4444", "7KQ2"]),
        ("iop-screen records forget 7", ["7KQ2"]),
        ("iop-screen records edit ", ["4444", "7KQ2"]),
        ("iop-screen interview --resume ", ["4444", "7KQ2"]),
        ("iop-screen completion ", ["bash", "zsh", "fish"]),
        ("iop-screen --version ", [*COMMAND_FILES]),
        ("iop-screen score ", []),
        ("iop-screen no-such ", [*COMMAND_FILES]),
    ],
)
@pytest.mark.usefixtures("kept")
def test_a_shell_is_told_how_a_line_may_go_on(told: Told, shell: str, line: str, expected: list[str]) -> None:
    assert names(shell, told(shell, line)) == expected


@pytest.mark.parametrize(("shell", "between"), [("zsh", '":"'), ("fish", "\t")])
def test_zsh_and_fish_are_told_what_a_command_does(told: Told, shell: str, between: str) -> None:
    assert f"list{between}List all records" in "\n".join(told(shell, "iop-screen records "))


def test_the_folder_can_be_named_on_the_line(told: Told, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IOP_SCREEN_DATA_DIR")
    assert told("bash", f"iop-screen records show --data-dir {kept} ") == ["4444", "7KQ2"]


def test_a_folder_that_cannot_be_read_has_no_references(told: Told, records_folder: Path) -> None:
    assert names("bash", told("bash", "iop-screen records show ")) == []
    (records_folder / "records").write_text("a file", encoding="utf-8")
    assert names("bash", told("bash", "iop-screen records show ")) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(("line", "told"), [("iop-screen records show ", "7KQ2"), ("iop-screen rec", "records")])
def test_nothing_is_imported_that_takes_long(shell: str, line: str, told: str, kept: Path) -> None:
    env = {**os.environ, **asking(shell, line), "IOP_SCREEN_DATA_DIR": str(kept)}
    ran = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True)
    assert told in ran.stdout
    assert not SLOW & {*ran.stderr.split()}


def test_references_are_those_of_records_and_of_nothing_else() -> None:
    left = [".7KQ2.1.json", "7KQ2.0.json", "7KQ2.1.json.x", "7KQ2.lock", "7kq2.1.json", "A7KQ2.1.json", "$(x).1.json"]
    assert references_in(["7KQ2.2.json", "7KQ2.1.json", "3333.12.json", *left]) == ["3333", "7KQ2"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed(run: Run, shell: str) -> None:
    ran = run("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert f"{COMPLETION_VARIABLE}=complete_{shell}" in ran.out
    assert ran.out.isascii()


def test_another_shell_is_refused(run: Run) -> None:
    assert run("completion", "csh").code == 2


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_completes_a_line_as_it_is_typed(tmp_path: Path, kept: Path) -> None:
    program = tmp_path / "bin" / "iop-screen"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m iop_screen "$@"\n')
    program.chmod(0o755)
    (tmp_path / "forms.csv").touch()
    env = environment(tmp_path, IOP_SCREEN_DATA_DIR=str(kept), PS1="> ")
    env["PATH"] = f"{program.parent}{os.pathsep}{env['PATH']}"
    window = Window([], env, program=("bash", "--norc", "--noprofile", "-i"))
    window.type('eval "$(iop-screen completion bash)"; echo re""ady\n')
    window.see(r"\nready")
    window.type("\x0c")
    window.see(r"^>\n")
    for typed, completed in (
        ("rec\t", "records "),
        ("records show 7\t", "records show 7KQ2 "),
        ("records export 4444 --t\tj\t", "records export 4444 --to json "),
        ("score for\t", "score forms.csv "),
    ):
        window.type(f"iop-screen {typed}")
        _see_typed(window, f"> iop-screen {completed}")
        window.type("\x15\x0c")
        window.see(r"^>\n")
    window.type("exit\n")
    assert window.end() == 0


def _see_typed(window: Window, line: str) -> None:
    """Wait until just this line is on the screen, with the cursor behind it."""
    window.wait(lambda: (window.screen.cursor.x, window.shown.rstrip()) == (len(line), line.rstrip()), line)
