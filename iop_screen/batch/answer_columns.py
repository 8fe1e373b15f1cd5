"""The cells of a record as answers, by the columns that were matched with the questions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from iop_screen.batch.cells import Cell, CellsReader, likely_missing
from iop_screen.batch.code_check import foreign_code
from iop_screen.batch.sources.source import UNENDED
from iop_screen.engine.answer_batch import BYTES, Answers
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import Answer, MissingReason, Words
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
    DICTIONARY = "the data dictionary"


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


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the cells of a question came to, in one record: all that a run has to know of them.

    All words in a text have one meaning, for nothing depends on them. `looks_missing` says of cells that cannot be
    read that other programs write such a text for no answer. `foreign_code` is the whole number in them that is none of
    the codes.
    """

    answer: Answer
    code: str = ""
    looks_missing: bool = False
    foreign_code: int | None = None


ANY_WORDS = Words("")
"""Stands for the words in any text."""


class PackedCodes(Protocol):
    """For each record of a lot, the number of a meaning, in whatever takes little room."""

    def __getitem__(self, place: int, /) -> int: ...

    def masks(self, size: int) -> list[tuple[int, int]]:
        """Each number with the mask of the records that have it."""


Codes = bytearray | list[int] | PackedCodes
"""For each record of a lot, the number of a meaning; bytes where there are few meanings."""

_CUT = Cell(MissingReason.UNREADABLE, UNENDED)


class _KnownTexts(dict[Hashable, int]):
    """The texts that were read, with the numbers of their meanings; another one is read when it is asked for."""

    def __init__(self, read: Callable[[str | tuple[str, ...]], int]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: str | tuple[str, ...]) -> int:
        number = self._read(key)
        size = len(key) if isinstance(key, str) else sum(map(len, key))
        if len(self) < MAX_REMEMBERED and size < LONGEST_REMEMBERED:
            self[key] = number
        return number


class QuestionCells:
    """The meanings of the cells of one question, by number; each short text is read once."""

    def __init__(self, columns: AnswerColumns) -> None:
        self.columns = columns
        self.use = ColumnUse()
        self.meanings: list[Meaning] = []
        self._numbers: dict[Meaning, int] = {}
        self.known = _KnownTexts(self._read)

    def codes(self, texts_in: Callable[[int], Sequence[str]], size: int) -> bytearray | list[int]:
        """The number of the meaning of each record of a lot; `texts_in` gives the cells of a column, by its index."""
        indexes = self.columns.indexes
        if not indexes:
            return self._fitting([self._number(Meaning(MissingReason.MISSING))] * size)
        keys: Iterable[Hashable] = texts_in(indexes[0])
        if len(indexes) > 1:
            keys = zip(*map(texts_in, indexes), strict=True)
        if len(indexes) == 1:
            try:
                return bytearray(map(self.known.__getitem__, keys))
            except ValueError:  # there are more meanings than a byte has values
                pass
            keys = texts_in(indexes[0])
        return self._fitting([*map(self.known.__getitem__, keys)])

    def code_of(self, cells: Sequence[str]) -> int:
        """The number of the meaning of the cells of one record."""
        indexes = self.columns.indexes
        if not indexes:
            return self._number(Meaning(MissingReason.MISSING))
        return self.known[cells[indexes[0]] if len(indexes) == 1 else tuple(cells[index] for index in indexes)]

    def code_of_cut(self, cells: Sequence[str], cut: int) -> int:
        """The same for a record of which the end of one cell may be missing: whatever that cell holds is no answer.

        What another column of the same question says may be certain without it.
        """
        indexes = self.columns.indexes
        if cut not in indexes:
            return self.code_of(cells)
        cell = self.columns.read(tuple(_CUT if i == cut else cells[i] for i in indexes))
        return self._number(Meaning(cell.answer, UNENDED))

    def note(self, number: int, count: int, line: int | None) -> None:
        """Note that so many records that are scored have this meaning, the first of them on this line."""
        meaning, use = self.meanings[number], self.use
        if not isinstance(meaning.answer, MissingReason):
            use.understood = True
        if meaning.code and meaning.code != UNENDED:
            use.unreadable += count
            use.no_answer_words += count * meaning.looks_missing
        if meaning.foreign_code is not None and (use.foreign_line is None or (line or 0) < use.foreign_line):
            use.foreign_code, use.foreign_line = meaning.foreign_code, line

    def has_news(self, number: int) -> bool:
        """Whether a run has to know that there are records with this meaning, and how many."""
        meaning = self.meanings[number]
        return bool(meaning.code) or not (self.use.understood or isinstance(meaning.answer, MissingReason))

    def answer(self, cells: Sequence[str], number: int) -> Answer:
        """The answer of one record; words are read anew, since all of them have one number."""
        answer = self.meanings[number].answer
        if answer is ANY_WORDS:
            return self.columns.read(tuple(cells[index] for index in self.columns.indexes)).answer
        return answer

    def _fitting(self, numbers: list[int]) -> bytearray | list[int]:
        return bytearray(numbers) if len(self.meanings) <= BYTES else numbers

    def _read(self, key: str | tuple[str, ...]) -> int:
        texts = (key,) if isinstance(key, str) else key
        cell, columns = self.columns.read(texts), self.columns
        if not cell.code:
            return self._number(Meaning(ANY_WORDS if isinstance(cell.answer, Words) else cell.answer))
        looks_missing = any(text.strip() and likely_missing(text) is not None for text in texts)
        several = columns.question.allows_multiple
        foreign = None if columns.codes is None else foreign_code(texts, columns.codes, several=several)
        return self._number(Meaning(cell.answer, cell.code, looks_missing, foreign))

    def _number(self, meaning: Meaning) -> int:
        number = self._numbers.setdefault(meaning, len(self.meanings))
        if number == len(self.meanings):
            self.meanings.append(meaning)
        return number


class AnswersReader:
    """Reads the cells of records as answers, a record or a whole lot at a time."""

    def __init__(self, columns: Sequence[AnswerColumns]) -> None:
        self.columns = tuple(columns)
        self.questions = tuple(QuestionCells(each) for each in columns)
        self.uses = tuple(question.use for question in self.questions)

    def read(
        self, cells: Sequence[str], cut: int | None = None, line: int | None = None
    ) -> tuple[Answers, tuple[AnswerProblem, ...]]:
        """The answers of a record, and what was wrong with its cells.

        `cut` is the index of a cell of which the end may be missing. `line` is where the record starts.
        """
        numbers = [each.code_of(cells) if cut is None else each.code_of_cut(cells, cut) for each in self.questions]
        pairs = [*zip(self.questions, numbers, strict=True)]
        for question, number in pairs:
            question.note(number, 1, line)
        answers = Answers(tuple(question.answer(cells, number) for question, number in pairs))
        problems = (
            AnswerProblem(str(question.columns.question.id), code)
            for question, number in pairs
            for code in (question.meanings[number].code, NO_COLUMN if question.columns.allowed else "")
            if code
        )
        return answers, tuple(problems)
