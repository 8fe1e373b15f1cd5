"""Reads the header and the cells of an export: which column answers which question, and which answer a cell holds.

A cell that cannot be read is a problem of its row and counts as unanswered. It never becomes a "no".
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.problems import did_you_mean
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import NOT_ALONE, OUT_OF_RANGE, UNREADABLE, Answer, MissingReason
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question

CELL_PROBLEMS = (UNREADABLE, OUT_OF_RANGE, NOT_ALONE)

MISSING_REASON_CELLS = {"": MissingReason.MISSING, "unknown": MissingReason.UNKNOWN, "declined": MissingReason.DECLINED}
MAX_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer in a cell, and a problem code if it cannot be read (else empty)."""

    answer: Answer
    code: str = ""


CellReader = Callable[[str], Cell]


@dataclass(frozen=True, slots=True)
class InputColumns:
    """Where the answers are in a record: `indexes[i]` is the column of question i, or None where there is none.

    `absent` names the questions without a column, `not_questions` the columns that are no question.
    """

    indexes: tuple[int | None, ...]
    id_index: int | None
    absent: tuple[str, ...]
    not_questions: tuple[str, ...]


def read_header(header: Sequence[str], compiled: CompiledQuestionnaire, id_column: str | None) -> InputColumns:
    """Match the columns with the questions by id, exactly; outer blanks are ignored.

    Raises CannotGoOn if no column is a question, if two have the same name, or if the id column is missing. If none is
    a question, no name is shown: in a file without a header, the first line holds somebody's answers.
    """
    names = [unicodedata.normalize("NFC", name.strip()) for name in header]
    id_column = None if id_column is None else unicodedata.normalize("NFC", id_column.strip())
    ids = [str(question.id) for question in compiled.questions]
    if not set(ids) & set(names):
        raise CannotGoOn(_no_question_message(names), Exit.FILE)
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        raise CannotGoOn(f"the header has these columns twice: {', '.join(map(ascii, repeated))}", Exit.FILE)
    if id_column is not None and id_column not in names:
        hint = did_you_mean(id_column, filter(None, names))
        raise CannotGoOn(f"the header has no column {id_column!a}{'; ' + hint if hint else ''}", Exit.FILE)
    wanted = "id" if id_column is None else id_column
    return InputColumns(
        indexes=tuple(names.index(name) if name in names else None for name in ids),
        id_index=names.index(wanted) if wanted in names else None,
        absent=tuple(name for name in ids if name not in names),
        not_questions=tuple(
            _column_text(index, name, ids) for index, name in enumerate(names) if name not in {*ids, wanted}
        ),
    )


class AnswersReader:
    """Reads the cells of a record as answers; each short text is read once for each column."""

    def __init__(self, compiled: CompiledQuestionnaire, columns: InputColumns) -> None:
        self._questions: list[tuple[str, int | None, CellReader, dict[str, Cell]]] = [
            (str(question.id), index, cell_reader(question), {})
            for question, index in zip(compiled.questions, columns.indexes, strict=True)
        ]

    def read(self, cells: Sequence[str]) -> tuple[Answers, tuple[AnswerProblem, ...]]:
        """The answers of a record, and what was wrong with its cells."""
        answers: list[Answer] = []
        problems: list[AnswerProblem] = []
        for name, index, read, remembered in self._questions:
            if index is None:
                answers.append(MissingReason.MISSING)
                continue
            text = cells[index]
            cell = remembered.get(text)
            if cell is None:
                cell = read(text)
                if len(remembered) < MAX_REMEMBERED and len(text) < 200:
                    remembered[text] = cell
            answers.append(cell.answer)
            if cell.code:
                problems.append(AnswerProblem(name, cell.code))
        return Answers(tuple(answers)), tuple(problems)


def cell_reader(question: Question) -> CellReader:
    """A function that reads a cell of one question: option ids or labels, yes or no, a number, or `;`-joined options.

    Case and outer blanks are ignored. A blank cell is missing; `unknown` and `declined` are reasons for no answer.
    """
    read = question.cell_reader()

    def read_cell(text: str) -> Cell:
        reason = MISSING_REASON_CELLS.get(fold(text))
        if reason is not None:
            return Cell(reason)
        answer = read(text)
        if answer is None:
            return Cell(MissingReason.UNREADABLE, UNREADABLE)
        misfit = question.misfit(answer)
        return Cell(answer) if misfit is None else Cell(MissingReason.UNREADABLE, misfit.code)

    return read_cell


def _no_question_message(columns: Sequence[str]) -> str:
    delimiter = next((mark for mark in (";", "\t", ",") if len(columns) == 1 and mark in columns[0]), None)
    hint = f"; to part the columns at {delimiter!r}, say `--delimiter {delimiter!r}`" if delimiter else ""
    return f"no column of the header is a question of this questionnaire{hint}"


def _column_text(index: int, name: str, ids: Iterable[str]) -> str:
    """A column that is no question, as it is shown to the user."""
    hint = did_you_mean(name.casefold(), ids)
    return (f"{name!a}" if name else f"column {index + 1} (no name)") + (f" ({hint})" if hint else "")
