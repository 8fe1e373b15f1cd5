"""What `--help` shows of each command: plain text, and an example that works."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.paths import REPOSITORY
from support.recorded import answered, made_with, record_of
from support.running import Run
from typer.main import get_command

from iop_screen.cli.program import app
from iop_screen.core.exits import CannotGoOn
from iop_screen.records.store import Store

QUESTIONNAIRE = """\
format: 1
id: small
version: 1.0.0
title: Small
intended_use: For tests.
disclaimer: Made up.
levels: [{id: visits, title: Visits}, {id: stay, title: A stay}]
sections: [{id: all, title: All, questions: [{id: rest, ask: Rested?, role: risk, type: yes_no, worse: no}]}]
rules: [{id: tired, when: {rest: no}, level: stay, because: Tired.}]
"""
PROGRAM: Any = get_command(app)
INTERACTIVE = ("interview", "records edit", "records forget")
"""Commands that ask somebody; their examples are only parsed."""

SLOW = {("show",), ("check",), ("score",), ("guide",)}


def commands(group: Any = PROGRAM, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of each command, the program itself and groups among them."""
    yield before
    with group.make_context("iop-screen", ["--version"], resilient_parsing=True) as context:
        for name in group.list_commands(context) if hasattr(group, "list_commands") else ():
            yield from commands(group.get_command(context, name), (*before, name))


COMMANDS = [*commands()]


def examples(run: Run, words: tuple[str, ...]) -> list[str]:
    """The examples in the help of a command."""
    return re.findall(r"^  Example: (.*)$", run(*words, "--help").out, re.MULTILINE)


def parse(words: list[str]) -> None:
    """Parse a command line as the program does, without doing it; an exception if it cannot be parsed."""
    group = PROGRAM
    context = group.make_context("iop-screen", words)
    while hasattr(group, "resolve_command"):
        name, group, rest = group.resolve_command(context, [*context._protected_args, *context.args])  # noqa: SLF001
        context = group.make_context(name, rest, parent=context)


def test_all_commands_are_looked_at() -> None:
    assert {(), ("records",), ("records", "export"), ("guide",), ("completion",)} < {*COMMANDS}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_is_plain_and_has_an_example_that_can_be_parsed(
    run: Run, words: tuple[str, ...]
) -> None:
    ran = run(*words, "--help")
    assert ran.code == 0
    assert ran.out.isascii()
    assert max(map(len, ran.out.splitlines())) <= 80
    shown = examples(run, words)
    assert 1 <= len(shown) <= 2
    for line in shown:
        typed, _, _ = line.partition(" >")
        program, *arguments = shlex.split(typed)
        assert program == "iop-screen"
        assert tuple(arguments[: len(words)]) == words
        parse(arguments)


def test_what_cannot_be_parsed_is_noticed() -> None:
    for words in (["records", "export", "7KQ2", "--too", "html"], ["score"], ["diff", "old.yaml"]):
        with pytest.raises(Exception, match=r"option|[Pp]arameter|argument"):
            parse(words)
    with pytest.raises(CannotGoOn):
        parse(["shwo"])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, id=" ".join(words), marks=[pytest.mark.slow] if words in SLOW else [])
        for words in COMMANDS
        if " ".join(words) not in INTERACTIVE
    ],
)
def test_each_example_works(
    run: Run, words: tuple[str, ...], tmp_path: Path, records_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("my", "old", "new"):
        Path(f"{name}.yaml").write_text(QUESTIONNAIRE, encoding="utf-8")
    Path("intake.csv").write_bytes((REPOSITORY / "examples" / "intake.csv").read_bytes())
    content = QUESTIONNAIRE.encode()
    record = record_of(made_with(content), answered("rest", "no"))
    assert Store(records_folder).save(record, content) is None
    for line in examples(run, words):
        arguments = shlex.split(line.partition(" >")[0])[1:]
        if arguments[0] not in INTERACTIVE:
            assert run(*arguments).code == 0, line
