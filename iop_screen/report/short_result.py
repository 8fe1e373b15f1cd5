"""A result in the few columns of a list: its first step and then its level, each cut so that neither is lost."""

from __future__ import annotations

from dataclasses import dataclass

from iop_screen.core.columns import cut, width
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.records.model import ResultShown
from iop_screen.report.headline import StepNames

THEN = ", then "
LEAST_COLUMNS = 8
"""A first step cut to less than this says nothing."""


@dataclass(frozen=True, slots=True)
class ShortResult:
    """What comes first, and the level or why none is suggested; either may be empty. `before` stands before both."""

    first: str
    level: str
    before: str = ""

    def __str__(self) -> str:
        """All of it, in one line."""
        return " ".join(filter(None, (self.before, THEN.join(filter(None, (self.first, self.level))))))

    def cut_to(self, columns: int) -> str:
        """In at most so many columns. A level never stands there without what comes before it."""
        if width(str(self)) <= columns or not (self.first and self.level):
            return cut(str(self), columns)
        before = f"{self.before} " if self.before else ""
        room = columns - width(before) - len(THEN)
        first = room - min(width(self.level), room // 2)
        if first < LEAST_COLUMNS:
            return cut(f"{before}{self.first}...", columns)
        start = cut(self.first, first)
        return f"{before}{start}{THEN}{cut(self.level, room - width(start))}"


NO_RESULT = ShortResult("", "")


def short_result(shown: ResultShown | None, names: StepNames) -> ShortResult:
    """The result as it was shown last, safe to show; empty if none was."""
    if shown is None:
        return NO_RESULT
    first, level = sanitize(_first_step(shown, names)), sanitize(_level(shown, names))
    before = "LOOK AGAIN:" if shown.set_aside else ""
    if shown.suggestion == EMERGENCY:
        return ShortResult(first or "Emergency", "", before)
    return ShortResult(first, level if first else f"{level[:1].upper()}{level[1:]}", before)


def _first_step(shown: ResultShown, names: StepNames) -> str:
    least, most = (_step_title(step, names) for step in (shown.first_step_at_least, shown.first_step_at_most))
    if least or shown.danger_open:
        return least
    return f"up to {most}" if most else ""


def _step_title(step: str | None, names: StepNames) -> str:
    found = names.first_steps.get(step or "")
    return str(found.title) if found else step or ""


def _level(shown: ResultShown, names: StepNames) -> str:
    if shown.danger_open or shown.suggestion == UNDETERMINED:
        return "not settled"
    return "out of scope" if shown.suggestion == OUT_OF_SCOPE else short_title(names.level(shown.suggestion))


def short_title(title: str) -> str:
    """The short form that a title gives in brackets at its end, such as "IOP"; else the title."""
    before, bracket, short = title.rpartition("(")
    return short[:-1] if before and bracket and title.endswith(")") and len(short) > 1 else title
