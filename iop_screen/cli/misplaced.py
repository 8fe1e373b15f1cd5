"""Words that stand where no command has them: what is wrong, and what was meant.

Of what was typed only commands, names of options and references are said again; anything else becomes `...`, for it may
be about a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, groupby

from iop_screen.records.references import parse_reference

Options = Mapping[str, frozenset[str]]
"""Each command as it is typed after the name of the program, such as `records list`, with the names of its options."""

OTHER_WORDS = {
    "resume": "interview --resume",
    "continue": "interview --resume",
    "start": "interview",
    "new": "interview",
    "ls": "records list",
    "open": "records show",
    "change": "records edit",
    "delete": "records forget",
    "remove": "records forget",
    "rm": "records forget",
    "validate": "check",
    "compare": "diff",
    "query": "sql",
    "version": "--version",
}
"""What else people say for a command."""


def misplaced_text(words: Sequence[str], options: Options) -> str:
    """What is wrong with words that begin with no command, or with one that takes no more; and what was meant."""
    of_records = words[0] == "records"
    first, *rest = words[1:] if of_records else words
    command = f"records {first}" if of_records else first
    if command in options:
        takes_none = f"{command} takes no reference and no file"
        return _asked(takes_none, _line("records show", rest, options) if first in {"show", "list"} else "")
    if first in {"help", "-h"}:
        return _asked("help is an option", _line("", [*words[:of_records], *rest, "--help"], options))
    if first.startswith("-"):
        own = _of_records(options) if of_records else options
        meant = _with_options_last([first, *rest], own)
        return _asked("options stand after the command" if meant else "there is no such option", meant)
    if (ref := parse_reference(first)) is not None:
        shown, resumed = (_line(f"{each} {ref}", rest, options) for each in ("records show", "interview --resume"))
        return _asked(f"{ref} is a reference, and no command", f"{shown}, or: iop-screen {resumed}")
    like = _command_like(first, options, of_records=of_records or any(map(parse_reference, rest)))
    return _asked("there is no such command", like and _line(like, rest, options))


def _asked(wrong: str, meant: str) -> str:
    hint = f"did you mean: iop-screen {meant}" if meant else "iop-screen --help says what there is"
    return f"{wrong}; {hint}"


def _with_options_last(words: Sequence[str], options: Options) -> str:
    """The line with the command first: the one that stands in it, else the first that has the first option."""
    for index, word in enumerate(words):
        pair = " ".join(words[index : index + 2])
        command = next((command for command in (pair, word, f"records {word}") if command in options), "")
        if command:
            return _line(command, [*words[:index], *words[index + (2 if command == pair else 1) :]], options)
    option = words[0].partition("=")[0]
    command = next((command for command, names in options.items() if option in names), "")
    return command and _line(command, words, options)


def _command_like(word: str, options: Options, *, of_records: bool) -> str:
    """The command that a word is, or is like: of two the one of `records`, if it is about records; else empty."""
    others = {command: command for command in ("records", *options) if " " not in command}
    own = {command.partition(" ")[2]: command for command in _of_records(options)}
    spoken = {**OTHER_WORDS, **(others | own if of_records else own | others)}
    return next((spoken[like] for like in get_close_matches(word.casefold(), spoken, n=1)), "")


def _of_records(options: Options) -> Options:
    return {command: names for command, names in options.items() if command.startswith("records ")}


def _line(command: str, rest: Sequence[str], options: Options) -> str:
    """A command with the words that follow it, as far as they may be said again."""
    known = {"--help", *(word for name in options for word in name.split()), *chain.from_iterable(options.values())}
    said = [_said(word, known) for word in rest]
    return " ".join(filter(None, [command, *(word for word, _ in groupby(said))]))


def _said(word: str, known: set[str]) -> str:
    name, equals, _ = word.partition("=")
    return f"{name}=..." if name in known and equals else word if word in known else parse_reference(word) or "..."
