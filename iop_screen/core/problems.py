"""Problems, which are values, and the exceptions and exit codes that end the program.

What is wrong with a file is a `Problem`: it says where, what, and what to do. It is never raised; problems are
collected, sorted by their span and shown together. The program ends early by `CannotGoOn` (a file is missing, a pipe is
closed), `Stopped` (a signal) or Ctrl-C; any other exception is a fault of ours.
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


class Severity(Enum):
    """An error stops the file from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Related:
    """A second span that explains a problem, such as the first of two equal keys."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file: its code, a message in the words of the author, and where it stands."""

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
    """Ends the program: the message for the user, in one line, and the exit code."""

    def __init__(self, message: str, exit_code: Exit) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Stopped(SystemExit):
    """Ends the program after a signal; on its way, unfinished files are removed and an interview is saved."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


def system_reason(error: OSError) -> str:
    """Why the system refuses a file or a stream; never its name or its content."""
    return (error.strerror or "the system refused").lower()


@dataclass(slots=True)
class Findings:
    """Collects problems while a file is read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, message: str, span: Span, hint: str = "", related: Iterable[Related] = ()) -> None:
        """Note one error."""
        self.problems.append(Problem(code, message, span, hint, tuple(related)))

    def in_order(self) -> tuple[Problem, ...]:
        """All problems in the order of the file, each once."""
        return tuple(sorted(dict.fromkeys(self.problems), key=lambda problem: (problem.span, problem.code)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word; empty when nothing is near."""
    near = difflib.get_close_matches(word, [*known], n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def shortened(word: object) -> str:
    """A word as a message quotes it: at most its first 60 characters."""
    text = str(word)
    return text if len(text) <= 60 else f"{text[:60]}..."


def or_list(words: Sequence[str]) -> str:
    """Words as a list in a sentence, each once: "`a`, `b` or `c`"."""
    quoted = [f"`{word}`" for word in dict.fromkeys(words)]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else "nothing"
