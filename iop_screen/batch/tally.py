"""Counts of what the rows of a scored file came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

from iop_screen.batch.answer_columns import NO_COLUMN
from iop_screen.batch.rows import REJECTED, ScoredRow
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import ANSWERED_BUT_NOT_ASKED, AnswerProblem, Result

LINES_NAMED = 20
READABLE = frozenset({ANSWERED_BUT_NOT_ASKED, NO_COLUMN})
"""Problems of a row all of whose cells could be read."""

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row is counted as: its suggestion with both bounds of its first step; `rejected` has no step."""

    suggestion: str
    first_step_at_least: str = ""
    first_step_at_most: str = ""

    def may_become(self, step: str) -> bool:
        """Whether the first step is not this one yet, but can still be."""
        return self.first_step_at_most == step != self.first_step_at_least


@dataclass(slots=True)
class Tally:
    """Counts over rows. Of the line numbers, only the first few are kept, so that memory stays flat.

    It is counted from the rows alone. The line count is kept by the reader, so each is a check on the other.
    """

    outcomes: Counter[RowOutcome] = field(default_factory=Counter)
    cell_problems: Counter[AnswerProblem] = field(default_factory=Counter)
    emergency_lines: list[int] = field(default_factory=list)
    open_danger_lines: list[int] = field(default_factory=list)
    rejected_lines: list[tuple[int, str]] = field(default_factory=list)

    def count(self, row: ScoredRow) -> None:
        outcome = _outcome(row.result)
        self.outcomes[outcome] += 1
        if row.result is None:
            _append_first_few(self.rejected_lines, (row.line or 0, row.problems[0].code))
        else:
            self.cell_problems.update(row.problems)
        if outcome.suggestion == EMERGENCY:
            _append_first_few(self.emergency_lines, row.line or 0)
        elif row.result is not None and row.result.danger_open:
            _append_first_few(self.open_danger_lines, row.line or 0)

    @property
    def rows(self) -> int:
        return self.outcomes.total()

    @property
    def clean(self) -> bool:
        """No record was rejected, and every cell could be read."""
        unreadable = any(problem.code not in READABLE for problem in self.cell_problems)
        return not unreadable and RowOutcome(REJECTED) not in self.outcomes


def _outcome(result: Result | None) -> RowOutcome:
    if result is None:
        return RowOutcome(REJECTED)
    steps = result.first_steps
    return RowOutcome(result.suggestion, *("" if step is None else step.id for step in (steps.at_least, steps.at_most)))


def _append_first_few(items: list[ItemT], item: ItemT) -> None:
    if len(items) < LINES_NAMED:
        items.append(item)
