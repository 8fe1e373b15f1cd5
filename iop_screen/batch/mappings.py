"""Answers that come from a program as mappings, by question id, rather than from a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice

from iop_screen.batch.columns import Cell, CellReader, cell_reader
from iop_screen.batch.rows import ScoredRow
from iop_screen.core.problems import did_you_mean
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import BATCH_SIZE, AnswerProblem, assess
from iop_screen.questionnaire.answers import UNREADABLE, MissingReason

GivenAnswers = Mapping[str, object]
"""What was answered, by question id: text, number, list of texts, MissingReason or None."""


def scored(
    rows: Iterable[GivenAnswers], compiled: CompiledQuestionnaire, *, id_column: str = ""
) -> Iterator[ScoredRow]:
    """A row with its result for each mapping, in order. A question that a mapping does not have is missing.

    Raises ValueError for a name that is no question, TypeError for a value that no answer can be.
    """
    readers = {str(question.id): cell_reader(question) for question in compiled.questions}
    waiting = iter(rows)
    while lot := [*islice(waiting, BATCH_SIZE)]:
        read = [_read({name: row[name] for name in row if name != id_column}, readers) for row in lot]
        results = assess(compiled, [answers for answers, _ in read])
        for row, (answers, problems), result in zip(lot, read, results, strict=True):
            name = row.get(id_column)
            yield ScoredRow(None, None if name is None else str(name), answers, result, (*problems, *result.problems))


def complete(
    rows: Iterable[GivenAnswers], compiled: CompiledQuestionnaire, missing: Collection[str]
) -> Iterator[GivenAnswers]:
    """The rows. Raises ValueError at the first without an answer, not even None, to a question not in `missing`."""
    needed = [str(question.id) for question in compiled.questions if question.id not in {*missing}]
    for row in rows:
        absent = [name for name in needed if name not in row]
        if absent:
            message = f"a row has no answer to {', '.join(absent)}; name them in `missing` if that is meant"
            raise ValueError(message)
        yield row


def _read(given: GivenAnswers, readers: Mapping[str, CellReader]) -> tuple[Answers, tuple[AnswerProblem, ...]]:
    for name in given:
        if name not in readers:
            hint = did_you_mean(str(name), readers)
            message = f"{name!a} is no question of this questionnaire{'; ' + hint if hint else ''}"
            raise ValueError(message)
    cells = {name: _cell(given.get(name), reader) for name, reader in readers.items()}
    problems = tuple(AnswerProblem(name, cell.code) for name, cell in cells.items() if cell.code)
    return Answers(tuple(cell.answer for cell in cells.values())), problems


def _cell(value: object, read: CellReader) -> Cell:
    match value:
        case MissingReason():
            return Cell(value)
        case None:
            return read("")
        case bool():
            return read("yes" if value else "no")
        case str() | int() | float() | Decimal():
            return read(str(value))
        case list() | tuple() | set() | frozenset() if all(isinstance(part, str) for part in value):
            parted = any(";" in part for part in value)  # joined, it would be read as several options
            return Cell(MissingReason.UNREADABLE, UNREADABLE) if parted else read(";".join(value))
    message = f"an answer is a text, a number, a list of texts or None, not {type(value).__name__}"
    raise TypeError(message)
