"""Words that stand where no command has them are answered with the command that was meant, in one line."""

from __future__ import annotations

import pytest
from support.running import Run

from iop_screen.cli.misplaced import Options, misplaced_text

CANARY = "Zq7canary"
MEANT = {
    "list": "records list",
    "LIST --json": "records list --json",
    "show 7KQ2": "records show 7KQ2",
    "show 7kq2 --json": "records show 7KQ2 --json",
    "export 7KQ2 --to html": "records export 7KQ2 --to ...",
    "edit 7KQ2": "records edit 7KQ2",
    "forget 7KQ2": "records forget 7KQ2",
    "forget --older-than 30d": "records forget --older-than ...",
    "resume": "interview --resume",
    "resume 7KQ2": "interview --resume 7KQ2",
    "records resume 7KQ2": "interview --resume 7KQ2",
    "records score forms.csv": "score ...",
    "records interview --plain": "interview --plain",
    "records 7KQ2": "records show 7KQ2, or: iop-screen interview --resume 7KQ2",
    "7KQ2": "records show 7KQ2, or: iop-screen interview --resume 7KQ2",
    "--resume 7KQ2": "interview --resume 7KQ2",
    "--resume": "interview --resume",
    "--plain interview": "interview --plain",
    "--questions=my.yaml score forms.csv": "score --questions=... ...",
    "--data-dir kept records list --json": "records list --data-dir ... --json",
    "--data-dir kept list": "records list --data-dir ...",
    "--older-than 30d": "records forget --older-than ...",
    "records --json list": "records list --json",
    "records --json": "records list --json",
    "records list 7KQ2": "records show 7KQ2",
    "interveiw": "interview",
    "intervew --resume 7KQ2": "interview --resume 7KQ2",
    "recrods list": "records list",
    "lsit": "records list",
    "records lsit": "records list",
    "records exprot 7KQ2": "records export 7KQ2",
    "shwo": "show",
    "shwo 7KQ2": "records show 7KQ2",
    "delete 7KQ2": "records forget 7KQ2",
    "open 7KQ2": "records show 7KQ2",
    "help": "--help",
    "-h": "--help",
    "help records export": "records export --help",
    "records help": "records --help",
    "version": "--version",
}


@pytest.mark.parametrize(("typed", "meant"), MEANT.items())
def test_misplaced_words_are_answered_with_the_command_that_was_meant(run: Run, typed: str, meant: str) -> None:
    ran = run(*typed.split())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"; did you mean: iop-screen {meant}\n")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("typed", [["Zq7canary"], ["records", "Zq7canary"], ["--Zq7canary"], ["schema", "x"], [""]])
def test_where_nothing_is_alike_the_help_is_named(run: Run, typed: list[str]) -> None:
    ran = run(*typed)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("; iop-screen --help says what there is\n")


@pytest.mark.parametrize(
    "typed",
    [
        [CANARY],
        ["records", CANARY],
        ["show", CANARY],
        ["export", CANARY],
        ["list", f"--{CANARY}"],
        [f"--{CANARY}", "records", "list"],
        [f"--data-dir={CANARY}", "records", "list"],
        ["--resume", f"{CANARY} 2291/A"],
        ["help", CANARY],
    ],
)
def test_what_may_be_about_a_person_is_not_said_again(run: Run, typed: list[str]) -> None:
    ran = run(*typed)
    assert ran.code == 2
    assert CANARY not in ran.err + ran.out


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("list", "there is no such command"),
        ("--plain", "options stand after the command"),
        ("--plian", "there is no such option"),
        ("7kq2", "7KQ2 is a reference, and no command"),
        ("show x", "show takes no reference and no file"),
        ("records list x", "records list takes no reference and no file"),
        ("-h", "help is an option"),
    ],
)
def test_what_is_wrong_is_said_first(run: Run, typed: str, wrong: str) -> None:
    assert run(*typed.split()).err.startswith(f"iop-screen: {wrong}; ")


@pytest.mark.parametrize(
    "typed", ["--version", "--help", "records --help", "records", "records list", "completion zsh"]
)
def test_words_in_their_places_are_left_alone(run: Run, typed: str) -> None:
    assert "did you mean" not in run(*typed.split()).err


def test_a_command_that_is_added_is_found() -> None:
    """So this is no list of today's commands."""
    options: Options = {"score": frozenset(), "records verify": frozenset({"--deep"})}
    assert misplaced_text(["verify", "7KQ2"], options).endswith("iop-screen records verify 7KQ2")
    assert misplaced_text(["records", "--deep", "verify"], options).endswith("iop-screen records verify --deep")
    assert misplaced_text(["--deep"], options).endswith("iop-screen records verify --deep")
