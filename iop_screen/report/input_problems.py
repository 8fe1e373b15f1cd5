"""Problems of input files as text."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from iop_screen.batch.input_problems import InputProblem
from iop_screen.core.safe_text import sanitize
from iop_screen.report.wording import paragraphs


def input_problems_text(problems: Iterable[InputProblem]) -> str:
    """Each problem with its place, and the next command on a line of its own, to be copied whole."""
    return "\n".join("".join(_lines(problem)) for problem in problems)


def _lines(problem: InputProblem) -> Iterator[str]:
    place = problem.file if problem.line is None else f"{problem.file}, line {problem.line}"
    yield f"{paragraphs(sanitize(f'{place}: {problem.message} [{problem.code}]'))}\n"
    if problem.hint:
        yield f"{paragraphs(sanitize(problem.hint))}\n"
    if problem.command:
        yield f"  {sanitize(shlex.join(problem.command))}\n"
