"""Answers that come from a program as mappings, by question id, rather than from a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from numbers import Integral, Real

from iop_screen.batch.cells import CANNOT_BE_READ, Cell, CellReader, cell_reader
from iop_screen.batch.rows import ScoredRow
from iop_screen.core.problems import did_you_mean
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import BATCH_SIZE, AnswerProblem, assess
from iop_screen.questionnaire.answers import Chosen, MissingReason

RawAnswers = Mapping[str, object]
"""What was answered, by question id: text, number, list of texts, MissingReason or None."""


def scored(
    rows: Iterable[RawAnswers],
    compiled: CompiledQuestionnaire,
    *,
    id_column: str | None = None,
    missing: Collection[str] | None = None,
) -> Iterator[ScoredRow]:
    """A row with its result for each mapping, in order. With `missing`, each mapping needs all other questions.

    Raises ValueError and TypeError as `iop_screen.score` does. The message has the number of the row, from 1, and names
    of questions, never a value.
    """
    readers = {str(question.id): lru_cache(256)(cell_reader(question)) for question in compiled.questions}
    check_missing(() if missing is None else missing, compiled)
    if id_column in readers:
        raise ValueError(f"`id_column` names the question `{id_column}`, and ids are shown in messages")
    left_out = readers if missing is None else {*missing}
    needed = [name for name in readers if name not in left_out]
    # Each mapping is read before the next is asked for, since a generator may yield the same one again.
    answered = (_read(f"row {n}", row, readers, id_column, needed) for n, row in enumerate(rows, start=1))
    while batch := [*islice(answered, BATCH_SIZE)]:
        results = assess(compiled, [answers for _, answers, _ in batch])
        for (row_id, answers, problems), result in zip(batch, results, strict=True):
            yield ScoredRow(None, row_id, answers, result, (*problems, *result.problems))


def check_missing(names: Iterable[str], compiled: CompiledQuestionnaire) -> None:
    """ValueError for a name in `missing` that is no question, TypeError for one name in place of several."""
    if isinstance(names, str):
        raise TypeError(f'`missing` takes ids of questions in a list, as in [{names!a}], or "all"')
    known = [str(question.id) for question in compiled.questions]
    for name in names:
        _check_name(name, known, "`missing`")


def _read(
    where: str, row: RawAnswers, readers: Mapping[str, CellReader], id_column: str | None, needed: Iterable[str]
) -> tuple[str | None, Answers, tuple[AnswerProblem, ...]]:
    """The id, the answers, and what could not be read."""
    if not isinstance(row, Mapping):
        raise TypeError(f"{where}: answers are a mapping by question id, not {type(row).__name__}")
    for name in row:
        if name != id_column:
            _check_name(name, readers, where)
    absent = [name for name in needed if name not in row]
    if absent:
        raise ValueError(f"{where} has no answer to {', '.join(absent)}; name them in `missing` if that is meant")
    cells = {name: _cell(row.get(name), read, where, name) for name, read in readers.items()}
    problems = tuple(AnswerProblem(name, cell.code) for name, cell in cells.items() if cell.code)
    row_id = None if id_column is None else row.get(id_column)
    if not isinstance(row_id, str | int | None):
        raise TypeError(f"{where}: an id is a text, a whole number or None, not {type(row_id).__name__}")
    return row_id if row_id is None else str(row_id), Answers(tuple(cell.answer for cell in cells.values())), problems


def _check_name(name: str, known: Collection[str], where: str) -> None:
    if name not in known:
        hint = did_you_mean(str(name), known)
        raise ValueError(f"{where}: {name!a} is no question of this questionnaire{'; ' + hint if hint else ''}")


def _cell(value: object, read: CellReader, where: str, name: str) -> Cell:
    match value:
        case MissingReason():
            return Cell(value)
        case None:
            return read("")
        case str():
            return read(value)
        case bool():
            return read(str(value))
        case Integral():
            return read(str(Decimal(int(value))))  # unlike an int, a Decimal of any length has a text
        case Decimal() | Real():
            number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
            return read(f"{number:f}") if number.is_finite() else CANNOT_BE_READ
        case list() | tuple() | set() | frozenset() if all(isinstance(part, str) for part in value):
            return CANNOT_BE_READ if any(_has_several(part, read) for part in value) else read(";".join(value))
    plain = _truth_of_numpy(value)
    if plain is not None:
        return read(str(plain))
    kind = f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
    raise TypeError(f"{where}, {name}: an answer is a text, a number, a bool, a list of texts or None, not {kind}")


def _truth_of_numpy(value: object) -> bool | None:
    """A truth of numpy as one of Python; None for anything else. Numbers of numpy are numbers already."""
    item = getattr(value, "item", None)
    plain = item() if callable(item) and getattr(value, "ndim", None) == 0 else None
    return plain if isinstance(plain, bool) else None


def _has_several(text: str, read: CellReader) -> bool:
    """Whether a text of a list would be read as several options; each must be one by itself."""
    answer = read(text).answer
    return ";" in text or (isinstance(answer, Chosen) and len(answer.options) > 1)
