"""The cells of a record as answers, by the columns that were matched with the questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from iop_screen.batch.cells import Cell
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question

MAX_REMEMBERED = 4096
LONGEST_REMEMBERED = 200

CellsReader = Callable[[tuple[str, ...]], Cell]
"""Reads the cells of the columns of a question, in their order, as one answer."""


class Match(Enum):
    """How the columns of a question were found; the words are shown to the user."""

    ID = "the id of the question"
    SPELLING = "the id of the question, written another way"
    MAPPING = "the mapping"


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """The columns that hold the answer to one question, and what reads them; `indexes` is empty where there is none."""

    question: Question
    indexes: tuple[int, ...]
    read: CellsReader
    match: Match | None


@dataclass(slots=True)
class ColumnUse:
    """What the cells of a question have been so far: `unreadable` counts them; `understood` if any filled one was."""

    unreadable: int = 0
    understood: bool = False


class AnswersReader:
    """Reads the cells of a record as answers; each short text is read once for each question."""

    def __init__(self, columns: Sequence[AnswerColumns]) -> None:
        self._readers = [_QuestionReader(each) for each in columns]
        self.uses = tuple(reader.use for reader in self._readers)

    def read(self, cells: Sequence[str], cut: int | None = None) -> tuple[Answers, tuple[AnswerProblem, ...]]:
        """The answers of a record, and what was wrong with its cells. The cell at `cut` may have been cut short."""
        answers: list[Answer] = []
        problems: list[AnswerProblem] = []
        for reader in self._readers:
            cell = CUT_SHORT if cut is not None and reader.reads(cut) else reader.read(cells)
            answers.append(cell.answer)
            if cell.code:
                reader.use.unreadable += 1
                problems.append(AnswerProblem(reader.name, cell.code))
        return Answers(tuple(answers)), tuple(problems)


NO_COLUMN = Cell(MissingReason.MISSING)
CUT_SHORT = Cell(MissingReason.UNREADABLE, "unended")


class _QuestionReader:
    def __init__(self, columns: AnswerColumns) -> None:
        self.name = str(columns.question.id)
        self.use = ColumnUse()
        self._columns = columns
        self._remembered: dict[str | tuple[str, ...], Cell] = {}
        self._only = columns.indexes[0] if len(columns.indexes) == 1 else None

    def reads(self, index: int) -> bool:
        return index in self._columns.indexes

    def read(self, cells: Sequence[str]) -> Cell:
        if self._only is not None:
            text = cells[self._only]
            return self._remembered.get(text) or self._read_anew(text, (text,))
        if not self._columns.indexes:
            return NO_COLUMN
        texts = tuple(cells[index] for index in self._columns.indexes)
        return self._remembered.get(texts) or self._read_anew(texts, texts)

    def _read_anew(self, key: str | tuple[str, ...], texts: tuple[str, ...]) -> Cell:
        cell = self._columns.read(texts)
        if not cell.code and any(text.strip() for text in texts):
            self.use.understood = True
        if len(self._remembered) < MAX_REMEMBERED and sum(map(len, texts)) < LONGEST_REMEMBERED:
            self._remembered[key] = cell
        return cell
