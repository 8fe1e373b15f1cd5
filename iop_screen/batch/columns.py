"""The header and the cells of an export: which column answers which question, and what a cell says.

A cell that fits nothing is a problem of its row and counts as unanswered; it never becomes a "no".
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from iop_screen.engine.answers import Amount, Answer, Chosen, Form, Gap, Words
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import FormProblem
from iop_screen.problems import CannotGoOn, did_you_mean
from iop_screen.questionnaire.model import (
    NUMBER,
    MultipleQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
    answers_of,
    fold,
    options_of,
)

UNREADABLE = "unreadable"
OUT_OF_RANGE = "out-of-range"
NOT_ALONE = "not-alone"
CELL_PROBLEMS = (UNREADABLE, OUT_OF_RANGE, NOT_ALONE)

NO_HEADER = 3
KNOWN_GAPS = {"": Gap.MISSING, "unknown": Gap.UNKNOWN, "declined": Gap.DECLINED}
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

    places: tuple[int | None, ...]
    id_place: int | None
    absent: tuple[str, ...]
    not_questions: tuple[str, ...]


def read_header(header: Sequence[str], instrument: Instrument, id_column: str | None) -> Columns:
    """Match the header with the questions by id, exactly; outer blanks are ignored.

    Raises CannotGoOn when none is a question, when a column stands twice, or when the id column is missing. Where none
    is a question no name is shown: a file without a header has somebody's answers in that place.
    """
    names = [unicodedata.normalize("NFC", name.strip()) for name in header]
    id_column = None if id_column is None else unicodedata.normalize("NFC", id_column.strip())
    ids = [str(question.id) for question in instrument.questions]
    if not set(ids) & set(names):
        raise CannotGoOn(_no_match(names), NO_HEADER)
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise CannotGoOn(f"the header has these columns twice: {', '.join(map(ascii, twice))}", NO_HEADER)
    if id_column is not None and id_column not in names:
        hint = did_you_mean(id_column, filter(None, names))
        raise CannotGoOn(f"the header has no column {id_column!a}{'; ' + hint if hint else ''}", NO_HEADER)
    wanted = "id" if id_column is None else id_column
    return Columns(
        places=tuple(names.index(name) if name in names else None for name in ids),
        id_place=names.index(wanted) if wanted in names else None,
        absent=tuple(name for name in ids if name not in names),
        not_questions=tuple(_shown(place, name, ids) for place, name in enumerate(names) if name not in {*ids, wanted}),
    )


class FormReader:
    """Reads the cells of a record as a form; the same cell text is read once."""

    def __init__(self, instrument: Instrument, columns: Columns) -> None:
        self._questions: list[tuple[str, int | None, CellReader, dict[str, Cell]]] = [
            (str(question.id), place, cell_reader(question), {})
            for question, place in zip(instrument.questions, columns.places, strict=True)
        ]

    def read(self, cells: Sequence[str]) -> tuple[Form, tuple[FormProblem, ...]]:
        """The form on a record, and what was wrong with its cells."""
        answers: list[Answer] = []
        problems: list[FormProblem] = []
        for name, place, read, remembered in self._questions:
            if place is None:
                answers.append(Gap.MISSING)
                continue
            text = cells[place]
            cell = remembered.get(text)
            if cell is None:
                cell = read(text)
                if len(remembered) < MAX_REMEMBERED and len(text) < 200:
                    remembered[text] = cell
            answers.append(cell.answer)
            if cell.code:
                problems.append(FormProblem(name, cell.code))
        return Form(tuple(answers)), tuple(problems)


def cell_reader(question: Question) -> CellReader:
    """What reads a cell of one question: option ids or labels, yes or no, a number, or `;`-joined options.

    Case and outer blanks are ignored. Blank is missing; `unknown` and `declined` are known words.
    """
    match question:
        case TextQuestion():
            read: CellReader = _read_words
        case NumberQuestion():
            read = _number_reader(question.min, question.max)
        case MultipleQuestion():
            exclusive = frozenset(str(option.id) for option in question.options if option.exclusive)
            read = _multiple_reader(_names(question), exclusive)
        case _:
            read = _choice_reader(_names(question))
    return lambda text: _read_gap(text) or read(text)


def _read_gap(text: str) -> Cell | None:
    gap = KNOWN_GAPS.get(fold(text))
    return None if gap is None else Cell(gap)


def _read_words(text: str) -> Cell:
    return Cell(Words(text.strip()))


def _number_reader(lowest: Decimal, highest: Decimal) -> CellReader:
    def read(text: str) -> Cell:
        if not NUMBER.fullmatch(text.strip()):
            return Cell(Gap.UNREADABLE, UNREADABLE)
        number = Decimal(text.strip())
        return Cell(Amount(number)) if lowest <= number <= highest else Cell(Gap.UNREADABLE, OUT_OF_RANGE)

    return read


def _choice_reader(names: Mapping[str, str]) -> CellReader:
    answers = {name: Cell(Chosen(frozenset({option}))) for name, option in names.items()}
    return lambda text: answers.get(fold(text), Cell(Gap.UNREADABLE, UNREADABLE))


def _multiple_reader(names: Mapping[str, str], exclusive: frozenset[str]) -> CellReader:
    def read(text: str) -> Cell:
        parts = [name for part in text.split(";") if (name := fold(part))]
        if not parts or not all(part in names for part in parts):
            return Cell(Gap.UNREADABLE, UNREADABLE)
        options = frozenset(names[part] for part in parts)
        if len(options) > 1 and options & exclusive:
            return Cell(Gap.UNREADABLE, NOT_ALONE)
        return Cell(Chosen(options))

    return read


def _names(question: Question) -> dict[str, str]:
    """What an option goes by in a cell, folded, and its id."""
    ids = {fold(option): str(option) for option in answers_of(question)}
    labels = {fold(option.label): str(option.id) for option in options_of(question)}
    return labels | ids


def _no_match(names: Iterable[str]) -> str:
    columns = [*names]
    joined = next((mark for mark in (";", "\t", ",") if len(columns) == 1 and mark in columns[0]), None)
    hint = f"; to part the columns at {joined!r}, say `--delimiter {joined!r}`" if joined else ""
    return f"no column of the header is a question of this questionnaire{hint}"


def _shown(place: int, name: str, ids: Iterable[str]) -> str:
    """A column that is no question, as it is named to the user."""
    hint = did_you_mean(name.casefold(), ids)
    return (f"{name!a}" if name else f"column {place + 1} (no name)") + (f" ({hint})" if hint else "")
