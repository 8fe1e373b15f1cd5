"""Problems of input files as text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.batch.input_problems import InputProblem
from iop_screen.core.safe_text import sanitize
from iop_screen.report.wording import filled_whole


@dataclass(frozen=True, slots=True)
class SaidFiles:
    """What was named beside the forms, which a next command has to name again; None was not named.

    It is files, and the sheet of a workbook.
    """

    questions: str | None = None
    mapping: str | None = None
    dictionary: str | None = None
    sheet: str | None = None


NOTHING_SAID = SaidFiles()
WRITE_MAPPING = "--write-mapping"


def next_command(words: tuple[str, ...], said: SaidFiles) -> str:
    """A command line that can be pasted: the words of a command, with the files that were named before.

    Where there is a mapping already, `inspect` shows what it does, and writes no other.
    """
    if said.mapping is not None and WRITE_MAPPING in words:
        words = words[: words.index(WRITE_MAPPING)]
    named = [
        word
        for option, path in (
            ("--questions", said.questions),
            ("--mapping", said.mapping),
            ("--dictionary", said.dictionary),
            ("--sheet", said.sheet),
        )
        if path is not None and option not in words
        for word in (option, path)
    ]
    if words[0] == "sh":  # its last word is a pipeline that ends in one of our commands
        return sanitize(shlex.join((*words[:-1], " ".join((words[-1], *map(shlex.quote, named))))))
    return sanitize(shlex.join((*words, *named) if words[0] == "iop-screen" else words))


def input_problems_text(problems: Iterable[InputProblem], said: SaidFiles = NOTHING_SAID) -> str:
    """Each problem with its place, and the next command on a line of its own, to be copied whole."""
    return "\n".join("".join(_lines(problem, said)) for problem in problems)


def _lines(problem: InputProblem, said: SaidFiles) -> Iterator[str]:
    place = problem.file if problem.line is None else f"{problem.file}, line {problem.line}"
    yield f"{filled_whole(f'{place}: {problem.message} [{problem.code}]')}\n"
    if problem.hint:
        yield f"{filled_whole(problem.hint)}\n"
    if problem.command:
        yield f"  {next_command(problem.command, said)}\n"
