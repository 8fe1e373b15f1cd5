"""What is wrong with a file, as a value: where, what, and what to do.

A problem is never raised. Problems are collected, sorted by their span and shown together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum


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


def did_you_mean(word: str, known: Iterable[str], least: float = 0.6) -> str:
    """A hint that names the nearest known word; empty when none is as near as `least`, from 0 to 1."""
    import difflib  # noqa: PLC0415 - slow to import, and needed for mistakes only

    near = difflib.get_close_matches(word, [*known], n=1, cutoff=least)
    return f"did you mean `{near[0]}`?" if near else ""


def shortened(word: object) -> str:
    """A word as a message quotes it: at most its first 60 characters."""
    text = str(word)
    return text if len(text) <= 60 else f"{text[:60]}..."


def or_list(words: Sequence[str]) -> str:
    """Words as a list in a sentence, each once: "`a`, `b` or `c`"."""
    return _listed(words, " or ")


def and_list(words: Sequence[str]) -> str:
    """Words as a list in a sentence, each once: "`a`, `b` and `c`"."""
    return _listed(words, " and ")


def _listed(words: Sequence[str], last: str) -> str:
    quoted = [f"`{word}`" for word in dict.fromkeys(words)]
    return last.join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else "nothing"
