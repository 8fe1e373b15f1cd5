"""What a person wrote wrong, as a value: where, what, and what next.

A problem never raises. Problems are collected, sorted by place and shown together. The only exceptions a user
ever meets are `CannotGoOn` (a file is missing, a pipe is closed), `Stopped` (a signal) and Ctrl-C; anything else is a
fault of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text in one file: line and column of its first character, and of the one after its last.

    Lines and columns count from 1; columns count characters, not bytes.
    """

    line: int
    column: int
    end_line: int
    end_column: int


START = Span(1, 1, 1, 1)

MAX_QUOTED = 60
"""So many characters of a word are quoted in a message."""


class Severity(Enum):
    """An error stops the file from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a problem, such as where a key stood first."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file, in its author's words."""

    code: str
    message: str
    span: Span
    hint: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR


def warning(code: str, message: str, span: Span, hint: str, related: tuple[Related, ...] = ()) -> Problem:
    """A problem that does not stop the file from being used."""
    return Problem(code, message, span, hint, related, Severity.WARNING)


class Exit(IntEnum):
    """What the exit codes mean. A level of care is never one."""

    DONE = 0
    PROBLEMS_FOUND = 1
    USAGE = 2
    FILE = 3
    QUESTIONNAIRE = 4
    NOT_FINISHED = 5
    OUR_FAULT = 70
    INTERRUPTED = 130


class CannotGoOn(Exception):
    """What stops the process at its edge: one line for the user, and the exit code that goes with it."""

    def __init__(self, message: str, exit_code: Exit) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Stopped(SystemExit):
    """A signal ends the process, through the door: half-written files go, and an interview says goodbye."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


def system_reason(error: OSError) -> str:
    """What the system says against a file or a stream; never a name or a content."""
    return (error.strerror or "the system refused").lower()


@dataclass(slots=True)
class Findings:
    """Collects problems while a file is read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, message: str, span: Span, hint: str = "", related: Iterable[Related] = ()) -> None:
        """Note one error."""
        self.problems.append(Problem(code, message, span, hint, tuple(related)))

    def in_order(self) -> tuple[Problem, ...]:
        """All problems by place in the file, each once."""
        return tuple(sorted(dict.fromkeys(self.problems), key=lambda problem: (problem.span, problem.code)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word; empty when nothing is near."""
    near = difflib.get_close_matches(word, [*known], n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def shortened(word: object) -> str:
    """A word as a message quotes it: of a very long one only the beginning."""
    text = str(word)
    return text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}..."


def or_list(words: Sequence[str]) -> str:
    """Words as a reader says them, each once: "`a`, `b` or `c`"."""
    quoted = [f"`{word}`" for word in dict.fromkeys(words)]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else "nothing"
