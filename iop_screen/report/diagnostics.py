"""Problems as text: `path:line:col: severity: message [code]`, the line, a caret, a hint and related places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iop_screen.problems import Problem, Span
from iop_screen.report.wording import show

MAX_SHOWN = 160


def diagnostics(problems: Iterable[Problem], path: str, content: bytes) -> str:
    """All problems of one file, in the order given."""
    lines = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    return "\n".join(_one(problem, show(path), lines) for problem in problems)


def _one(problem: Problem, path: str, lines: Sequence[str]) -> str:
    span = problem.span
    text = [f"{path}:{span.line}:{span.column}: {problem.severity.value}: {show(problem.message)} [{problem.code}]"]
    text += _excerpt(span, lines)
    if problem.hint:
        text.append(f"  hint: {show(problem.hint)}")
    text += [f"  {path}:{place.span.line}:{place.span.column}: {place.message}" for place in problem.related]
    return "\n".join(text) + "\n"


def _excerpt(span: Span, lines: Sequence[str]) -> list[str]:
    """The line a problem is on, and carets under it; a very long line is shown around the place."""
    if span.line > len(lines) or not lines[span.line - 1].strip():
        return []
    line = lines[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start = max(0, span.column - 1 - MAX_SHOWN // 2)
    shown, before = line[start : start + MAX_SHOWN], line[start : span.column - 1]
    width = max(1, min(end, start + MAX_SHOWN) - span.column)
    return [f"  {show(shown)}", f"  {' ' * len(show(before))}{'^' * width}"]
