"""The cells of a record as answers, by the columns that were matched with the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from iop_screen.batch.cells import Cell, CellsReader, likely_missing
from iop_screen.batch.code_check import foreign_code
from iop_screen.batch.sources.source import UNENDED
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question

MAX_REMEMBERED = 4096
LONGEST_REMEMBERED = 200

NO_COLUMN = "no-column"
"""The code of a question that has no column, although something reads it, because the user allowed that."""


class Match(Enum):
    """How the columns of a question were found; the words are shown to the user."""

    ID = "the id of the question"
    SPELLING = "the id of the question, written another way"
    MAPPING = "the mapping"


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """The columns that hold the answer to one question, and what reads them.

    `indexes` is empty where there is no column; `allowed` says that the user allowed that there is none, or that one of
    several is missing. `codes` are the known codes where another whole number may mean that codes are shifted, else
    None.
    """

    question: Question
    indexes: tuple[int, ...]
    read: CellsReader
    match: Match | None
    allowed: bool = False
    codes: frozenset[int] | None = None


@dataclass(slots=True)
class ColumnUse:
    """What the cells of a question have been so far.

    `unreadable` counts those that could not be read. `no_answer_words` counts those among them that other programs
    write for no answer, such as "N/A". `understood` says whether any held an answer. `foreign_code` is the first
    whole number that is not one of the codes, and `foreign_line` the line of its record.
    """

    unreadable: int = 0
    no_answer_words: int = 0
    understood: bool = False
    foreign_code: int | None = None
    foreign_line: int | None = None


class AnswersReader:
    """Reads the cells of a record as answers; each short text is read once for each question."""

    def __init__(self, columns: Sequence[AnswerColumns]) -> None:
        self.columns = tuple(columns)
        self._readers = [_QuestionReader(each) for each in columns]
        self.uses = tuple(reader.use for reader in self._readers)
        self._ways = [
            (reader, None if reader.lacks_column else reader.only, reader.remembered) for reader in self._readers
        ]

    def read(
        self, cells: Sequence[str], cut: int | None = None, line: int | None = None
    ) -> tuple[Answers, tuple[AnswerProblem, ...]]:
        """The answers of a record, and what was wrong with its cells.

        `cut` is the index of a cell of which the end may be missing: whatever it holds is no answer. What another
        column of the same question says may be certain without it. `line` is where the record starts.
        """
        answers: list[Answer] = []
        problems: list[AnswerProblem] = []
        for reader, only, remembered in self._ways:
            known = remembered.get(cells[only]) if only is not None and cut is None else None
            if known is not None and not known.code:
                answers.append(known.answer)
                continue
            cell = reader.read(cells, line) if cut is None else reader.read_cut(cells, cut, line)
            answers.append(cell.answer)
            if cell.code:
                problems.append(AnswerProblem(reader.name, cell.code))
            if reader.lacks_column:
                problems.append(AnswerProblem(reader.name, NO_COLUMN))
        return Answers(tuple(answers)), tuple(problems)


_MISSING = Cell(MissingReason.MISSING)
_CUT = Cell(MissingReason.UNREADABLE, UNENDED)


class _QuestionReader:
    def __init__(self, columns: AnswerColumns) -> None:
        self.name = str(columns.question.id)
        self.use = ColumnUse()
        self._columns = columns
        self.lacks_column = columns.allowed
        self.remembered: dict[str | tuple[str, ...], Cell] = {}
        self.only = columns.indexes[0] if len(columns.indexes) == 1 else None

    def read(self, cells: Sequence[str], line: int | None) -> Cell:
        if self.only is not None:
            text = cells[self.only]
            cell = self.remembered.get(text) or self._read_anew(text, (text,))
            if cell.code:
                self._count_unreadable((text,), line)
            return cell
        if not self._columns.indexes:
            return _MISSING
        texts = tuple(cells[index] for index in self._columns.indexes)
        cell = self.remembered.get(texts) or self._read_anew(texts, texts)
        if cell.code:
            self._count_unreadable(texts, line)
        return cell

    def read_cut(self, cells: Sequence[str], cut: int, line: int | None) -> Cell:
        indexes = self._columns.indexes
        if cut not in indexes:
            return self.read(cells, line)
        return Cell(self._columns.read(tuple(_CUT if i == cut else cells[i] for i in indexes)).answer, UNENDED)

    def _read_anew(self, key: str | tuple[str, ...], texts: tuple[str, ...]) -> Cell:
        cell = self._columns.read(texts)
        if not isinstance(cell.answer, MissingReason):
            self.use.understood = True
        if len(self.remembered) < MAX_REMEMBERED and sum(map(len, texts)) < LONGEST_REMEMBERED:
            self.remembered[key] = cell
        return cell

    def _count_unreadable(self, texts: tuple[str, ...], line: int | None) -> None:
        use, columns = self.use, self._columns
        use.unreadable += 1
        use.no_answer_words += any(text.strip() and likely_missing(text) is not None for text in texts)
        if columns.codes is not None and use.foreign_code is None:
            use.foreign_code = foreign_code(texts, columns.codes, several=columns.question.allows_multiple)
            use.foreign_line = None if use.foreign_code is None else line
