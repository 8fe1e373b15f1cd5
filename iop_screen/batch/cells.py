"""Which answer a cell holds. A cell that cannot be read counts as unanswered; it never becomes a "no"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iop_screen.questionnaire.answers import NOT_ALONE, OUT_OF_RANGE, UNREADABLE, Answer, MissingReason
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question

CELL_PROBLEMS = (UNREADABLE, OUT_OF_RANGE, NOT_ALONE)

MISSING_REASON_CELLS = {
    "": MissingReason.MISSING,
    "not-shown": MissingReason.NOT_SHOWN,
    "declined": MissingReason.DECLINED,
    "unknown": MissingReason.UNKNOWN,
    "not-applicable": MissingReason.NOT_APPLICABLE,
}
"""The texts of a cell that are reasons for no answer, whatever the question."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer in a cell, and a problem code if it cannot be read (else empty)."""

    answer: Answer
    code: str = ""


CANNOT_BE_READ = Cell(MissingReason.UNREADABLE, UNREADABLE)

CellReader = Callable[[str], Cell]


def cell_reader(question: Question) -> CellReader:
    """A function that reads a cell of one question: option ids or labels, yes or no, a number, or several options.

    Case and outer blanks are ignored. A blank cell is missing; `unknown`, `declined`, `not-shown` and `not-applicable`
    are reasons for no answer.
    """
    read = question.cell_reader()

    def read_cell(text: str) -> Cell:
        reason = MISSING_REASON_CELLS.get(fold(text))
        if reason is not None:
            return Cell(reason)
        answer = read(text)
        if answer is None:
            return CANNOT_BE_READ
        misfit = question.misfit(answer)
        return Cell(answer) if misfit is None else Cell(MissingReason.UNREADABLE, misfit.code)

    return read_cell
