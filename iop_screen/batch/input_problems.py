"""Why a file of forms cannot be scored as it is, as a value: where, what, and the next command that works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing about a file that a person has to decide before it can be scored.

    `file` is its name as the user gave it, `line` the line of which it is said, if there is one. `message` names no
    cell. `hint` says what can be done. `command` are the words of a command line that does it, if there is one.
    """

    file: str
    line: int | None
    code: str
    message: str
    hint: str = ""
    command: tuple[str, ...] = ()


def inspect_command(file: str) -> tuple[str, ...]:
    """The command that shows what is understood of a file, and writes a mapping to be confirmed; none for `-`."""
    if file == "-":
        return ()  # what was read from standard input cannot be read again
    return ("iop-screen", "inspect", f"./{file}" if file.startswith("-") else file, "--write-mapping", "map.yaml")
