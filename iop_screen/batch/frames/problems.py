"""Why a frame cannot be scored as it is."""

from __future__ import annotations

from collections.abc import Iterable

from iop_screen.batch.input_problems import InputProblem

FRAME = "frame"
"""What a problem names in place of a file."""


class FrameError(ValueError):
    """A frame that cannot be scored as it is. `problems` has all that a person has to decide first; none has a cell."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(_line, self.problems)))


def _line(problem: InputProblem) -> str:
    hint = f" {problem.hint}" if problem.hint else ""
    return f"[{problem.code}] {problem.message}.{hint}"
