"""Problems of input files as text."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator

from iop_screen.batch.input_problems import InputProblem
from iop_screen.core.safe_text import sanitize
from iop_screen.report.wording import WIDTH


def input_problems_text(problems: Iterable[InputProblem]) -> str:
    """Each problem with its place, and the next command on a line of its own, to be copied whole."""
    return "\n".join("".join(_lines(problem)) for problem in problems)


def _lines(problem: InputProblem) -> Iterator[str]:
    place = problem.file if problem.line is None else f"{problem.file}, line {problem.line}"
    yield _filled(f"{place}: {problem.message} [{problem.code}]")
    if problem.hint:
        yield _filled(problem.hint)
    if problem.command:
        yield f"  {sanitize(shlex.join(problem.command))}\n"


def _filled(text: str) -> str:
    """A text filled to the width of a screen; no code and no option is broken at its hyphen."""
    return textwrap.fill(sanitize(text), WIDTH, break_on_hyphens=False) + "\n"
