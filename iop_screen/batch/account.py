"""The account of a scored file, in which every record has its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

from iop_screen.batch.rows import REJECTED, Row
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import ANSWERED_BUT_NOT_ASKED, AnswerProblem, Result

LINES_NAMED = 20
READABLE = frozenset({ANSWERED_BUT_NOT_ASKED})
"""Problems of a row all of whose cells could be read."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row is counted as: its suggestion with both bounds of its first step; `rejected` has no step."""

    suggestion: str
    first_step_at_least: str = ""
    first_step_at_most: str = ""

    def may_be(self, step: str) -> bool:
        """Whether the first step can still become this one, and is not yet."""
        return self.first_step_at_most == step != self.first_step_at_least


@dataclass(frozen=True, slots=True)
class Account:
    """The figures of one scored file, as the summary prints them. Line numbers are those of the first few."""

    records: int
    lines: int
    blank_lines: int
    outcomes: tuple[tuple[RowOutcome, int], ...]
    cell_problems: tuple[tuple[AnswerProblem, int], ...]
    emergency_lines: tuple[int, ...]
    open_danger_lines: tuple[int, ...]
    rejected_lines: tuple[tuple[int, str], ...]
    absent: tuple[str, ...]
    not_questions: tuple[str, ...]
    unended: bool


@dataclass(slots=True)
class Tally:
    """What came of the records, counted row by row apart from the account that the reading keeps."""

    outcomes: Counter[RowOutcome] = field(default_factory=Counter)
    cell_problems: Counter[AnswerProblem] = field(default_factory=Counter)
    emergency_lines: list[int] = field(default_factory=list)
    open_danger_lines: list[int] = field(default_factory=list)
    rejected_lines: list[tuple[int, str]] = field(default_factory=list)

    def count(self, row: Row) -> None:
        outcome = _outcome(row.result)
        self.outcomes[outcome] += 1
        if row.result is None:
            _name(self.rejected_lines, (row.line or 0, row.problems[0].code))
        else:
            self.cell_problems.update(row.problems)
        if outcome.suggestion == EMERGENCY:
            _name(self.emergency_lines, row.line or 0)
        elif row.result is not None and row.result.danger_open:
            _name(self.open_danger_lines, row.line or 0)

    @property
    def rows(self) -> int:
        return self.outcomes.total()

    @property
    def clean(self) -> bool:
        """No record was rejected, and every cell could be read."""
        unread = any(problem.code not in READABLE for problem in self.cell_problems)
        return not unread and not any(outcome.suggestion == REJECTED for outcome in self.outcomes)


def _outcome(result: Result | None) -> RowOutcome:
    if result is None:
        return RowOutcome(REJECTED)
    steps = result.first_steps
    return RowOutcome(result.suggestion, *("" if step is None else step.id for step in (steps.at_least, steps.at_most)))


def _name(names: list[T], name: T) -> None:
    """Keep the first few: a summary names them, and memory stays flat."""
    if len(names) < LINES_NAMED:
        names.append(name)
