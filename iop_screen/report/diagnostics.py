"""Problems as text: `path:line:col: severity: message [code]`, the line with carets, a hint and related places."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from iop_screen.core.problems import Problem, Span
from iop_screen.core.safe_text import sanitize
from iop_screen.questionnaire.nodes import may_be_forms

MAX_SHOWN = 160


def diagnostics(problems: Iterable[Problem], path: str, content: bytes) -> str:
    """All problems of one file, in the order given. No line is quoted of one that may be a file of forms."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    lines = [] if may_be_forms(text) else text.split("\n")
    return "\n".join(_problem_text(problem, sanitize(path), lines) for problem in problems)


def _problem_text(problem: Problem, path: str, lines: Sequence[str]) -> str:
    span = problem.span
    text = [
        f"{path}:{span.line}:{span.column}: {problem.severity.value}: {sanitize(problem.message)} [{problem.code}]",
        *_excerpt(span, lines),
        *([f"  hint: {sanitize(problem.hint)}"] if problem.hint else []),
        *(f"  {path}:{near.span.line}:{near.span.column}: {sanitize(near.message)}" for near in problem.related),
    ]
    return "\n".join(text) + "\n"


def _excerpt(span: Span, lines: Sequence[str]) -> list[str]:
    """The line a problem is on, and carets under it; a very long line is cut around them."""
    if span.line > len(lines) or not lines[span.line - 1].strip():
        return []
    line = lines[span.line - 1].rstrip()
    column = min(span.column, len(line) + 1)
    end = min(span.end_column if span.end_line == span.line else len(line) + 1, len(line) + 1)
    start = max(0, column - 1 - MAX_SHOWN // 2) if len(line) > MAX_SHOWN else 0
    shown, before, marked = line[start : start + MAX_SHOWN], line[start : column - 1], line[column - 1 : end - 1]
    left, right = "..." if start else "", "..." if start + MAX_SHOWN < len(line) else ""
    carets = "^" * max(1, _width(marked[: MAX_SHOWN - len(before)]))
    return [f"  {left}{sanitize(shown)}{right}", f"  {' ' * (len(left) + _width(before))}{carets}"]


def _width(text: str) -> int:
    """How many columns a text takes on a screen."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in sanitize(text))
