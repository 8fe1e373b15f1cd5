"""Why a frame cannot be scored as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from iop_screen.batch.input_problems import InputProblem
from iop_screen.core.problems import Problem

FRAME = "frame"
"""What a problem names in place of a file."""


class FrameError(ValueError):
    """A frame that cannot be scored as it is. `problems` has all that a person has to decide first; none has a cell."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(_line, self.problems)))


def _line(problem: InputProblem) -> str:
    hint = f" {problem.hint[:1].upper()}{problem.hint[1:]}" if problem.hint else ""
    return f"[{problem.code}] {problem.message}.{hint}"


def not_read(engine: str, error: str) -> FrameError:
    """That an engine could not read a frame, by the class of its error: what it says of it may hold an answer."""
    message = f"{engine} could not read the frame ({error})"
    hint = f"Read it without scoring it, to see why. What {engine} says is not shown here, as it may hold an answer."
    return FrameError([InputProblem(FRAME, None, "frame-not-read", message, hint)])


_ALLOWED = re.compile(r"`--allow-missing ([^`]+)`")
_OF_FILES = re.compile(r" [^.]*`--dictionary`[^.]*\.")


@contextmanager
def said_in_python() -> Iterator[None]:
    """Within it, a FrameError comes in the words of `iop_screen.score`: arguments where the command has options."""
    try:
        yield
    except FrameError as error:
        raise FrameError(map(_for_python, error.problems)) from None


def _for_python(problem: InputProblem) -> InputProblem:
    hint = _in_python(problem.hint) or (NO_QUESTION if problem.code == "no-question" else "")
    return replace(problem, message=_in_python(problem.message), hint=hint, command=())


NO_QUESTION = (
    "Columns have the ids of questions as their names. For other names give a `mapping`; "
    "`iop-screen inspect` can write one for a file that has the same columns."
)


def mapping_problem(problem: Problem) -> Problem:
    """A problem of a mapping in the words of `iop_screen.score`."""
    return replace(problem, hint=problem.hint and problem.hint.replace(*_NAME_IT))


_NAME_IT = ("name that questionnaire with `--questions`", "give that questionnaire to `score`")


def _in_python(text: str) -> str:
    named = _ALLOWED.sub(lambda found: f"`missing={_allowed(found[1].split(','))}`", _OF_FILES.sub("", text))
    named = named.replace("`--allow-missing`", "`missing`").replace("`--id-column`", "`id_column`")
    return named.replace("the file", "the frame").replace("of the header", "of the frame")


def _allowed(names: list[str]) -> str:
    return '"all"' if names == ["all"] else "[" + ", ".join(f'"{name}"' for name in names) + "]"
