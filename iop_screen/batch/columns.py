"""The header and the cells of an export: which column answers which question, and what a cell says.

A cell that fits nothing is a problem of its row and counts as unanswered; it never becomes a "no".
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from iop_screen.core.problems import CannotGoOn, Exit, did_you_mean
from iop_screen.engine.answers import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import NOT_ALONE, OUT_OF_RANGE, UNREADABLE, Answer, MissingReason
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question

CELL_PROBLEMS = (UNREADABLE, OUT_OF_RANGE, NOT_ALONE)

KNOWN_GAPS = {"": MissingReason.MISSING, "unknown": MissingReason.UNKNOWN, "declined": MissingReason.DECLINED}
MAX_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: an answer, and a problem code if it is not readable (else empty)."""

    answer: Answer
    code: str = ""


CellReader = Callable[[str], Cell]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the answers stand in a record. `places[i]` is the column of question i, or None where there is none."""

    indexes: tuple[int | None, ...]
    id_place: int | None
    absent: tuple[str, ...]
    not_questions: tuple[str, ...]


def read_header(header: Sequence[str], compiled: CompiledQuestionnaire, id_column: str | None) -> Columns:
    """Match the header with the questions by id, exactly; outer blanks are ignored.

    Raises CannotGoOn when none is a question, when a column stands twice, or when the id column is missing. Where none
    is a question no name is shown: a file without a header has somebody's answers in that place.
    """
    names = [unicodedata.normalize("NFC", name.strip()) for name in header]
    id_column = None if id_column is None else unicodedata.normalize("NFC", id_column.strip())
    ids = [str(question.id) for question in compiled.questions]
    if not set(ids) & set(names):
        raise CannotGoOn(_no_match(names), Exit.FILE)
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise CannotGoOn(f"the header has these columns twice: {', '.join(map(ascii, twice))}", Exit.FILE)
    if id_column is not None and id_column not in names:
        hint = did_you_mean(id_column, filter(None, names))
        raise CannotGoOn(f"the header has no column {id_column!a}{'; ' + hint if hint else ''}", Exit.FILE)
    wanted = "id" if id_column is None else id_column
    return Columns(
        indexes=tuple(names.index(name) if name in names else None for name in ids),
        id_place=names.index(wanted) if wanted in names else None,
        absent=tuple(name for name in ids if name not in names),
        not_questions=tuple(_shown(index, name, ids) for index, name in enumerate(names) if name not in {*ids, wanted}),
    )


class FormReader:
    """Reads the cells of a record as a form; the same cell text is read once."""

    def __init__(self, compiled: CompiledQuestionnaire, columns: Columns) -> None:
        self._questions: list[tuple[str, int | None, CellReader, dict[str, Cell]]] = [
            (str(question.id), index, cell_reader(question), {})
            for question, index in zip(compiled.questions, columns.indexes, strict=True)
        ]

    def read(self, cells: Sequence[str]) -> tuple[Answers, tuple[AnswerProblem, ...]]:
        """The form on a record, and what was wrong with its cells."""
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
    """What reads a cell of one question: option ids or labels, yes or no, a number, or `;`-joined options.

    Case and outer blanks are ignored. Blank is missing; `unknown` and `declined` are known words.
    """
    read = question.cell_reader()

    def read_cell(text: str) -> Cell:
        gap = KNOWN_GAPS.get(fold(text))
        if gap is not None:
            return Cell(gap)
        answer = read(text)
        if answer is None:
            return Cell(MissingReason.UNREADABLE, UNREADABLE)
        misfit = question.misfit(answer)
        return Cell(answer) if misfit is None else Cell(MissingReason.UNREADABLE, misfit.code)

    return read_cell


def _no_match(names: Iterable[str]) -> str:
    columns = [*names]
    joined = next((mark for mark in (";", "\t", ",") if len(columns) == 1 and mark in columns[0]), None)
    hint = f"; to part the columns at {joined!r}, say `--delimiter {joined!r}`" if joined else ""
    return f"no column of the header is a question of this questionnaire{hint}"


def _shown(index: int, name: str, ids: Iterable[str]) -> str:
    """A column that is no question, as it is named to the user."""
    hint = did_you_mean(name.casefold(), ids)
    return (f"{name!a}" if name else f"column {index + 1} (no name)") + (f" ({hint})" if hint else "")
