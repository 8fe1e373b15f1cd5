"""Which column of a file answers which question."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iop_screen.batch.answer_columns import AnswerColumns, CellsReader, Match
from iop_screen.batch.cells import cell_reader
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import Source
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.problems import did_you_mean
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import leaf_tests, questions_in
from iop_screen.questionnaire.types import Question


@dataclass(frozen=True, slots=True)
class MatchedColumns:
    """What the header of one file came to.

    `answers` has one entry for each question, in file order. `absent` names the questions without a column.
    `not_questions` are the columns that are no question, as they are shown. With `problems` the file cannot be scored.
    """

    answers: tuple[AnswerColumns, ...]
    id_index: int | None
    absent: tuple[str, ...]
    not_questions: tuple[str, ...]
    problems: tuple[InputProblem, ...] = ()
    time_index: int | None = None
    status_index: int | None = None
    kept: tuple[int, ...] = ()


def match_columns(source: Source, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> MatchedColumns:
    """Match the columns with the questions by id; outer blanks are ignored.

    If none is a question, no name is shown: in a file without a header, the first line holds somebody's answers.
    """
    names = [unicodedata.normalize("NFC", name.strip()) for name in source.header.names]
    id_column = None if settings.id_column is None else unicodedata.normalize("NFC", settings.id_column.strip())
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
    return MatchedColumns(
        answers=tuple(_answer_columns(question, names) for question in compiled.questions),
        id_index=names.index(wanted) if wanted in names else None,
        absent=tuple(name for name in ids if name not in names),
        time_index=_place(settings.time_column, names),
        kept=tuple(_place(name, names) or 0 for name in settings.keep),
        not_questions=tuple(
            _column_text(index, name, ids) for index, name in enumerate(names) if name not in {*ids, wanted}
        ),
    )


def _place(name: str | None, names: Sequence[str]) -> int | None:
    return names.index(name.strip()) if name is not None and name.strip() in names else None


def _answer_columns(question: Question, names: Sequence[str]) -> AnswerColumns:
    name = str(question.id)
    if name not in names:
        return AnswerColumns(question, (), _one_cell(question), None)
    return AnswerColumns(question, (names.index(name),), _one_cell(question), Match.ID)


def _one_cell(question: Question) -> CellsReader:
    read = cell_reader(question)
    return lambda texts: read(texts[0])


def _no_question_message(columns: Sequence[str]) -> str:
    delimiter = next((mark for mark in (";", "\t", ",") if len(columns) == 1 and mark in columns[0]), None)
    hint = f"; to part the columns at {delimiter!r}, say `--delimiter {delimiter!r}`" if delimiter else ""
    return f"no column of the header is a question of this questionnaire{hint}"


def _column_text(index: int, name: str, ids: Iterable[str]) -> str:
    """A column that is no question, as it is shown to the user."""
    hint = did_you_mean(name.casefold(), ids)
    return (f"{name!a}" if name else f"column {index + 1} (no name)") + (f" ({hint})" if hint else "")


def needed_questions(compiled: CompiledQuestionnaire) -> frozenset[str]:
    """The ids of the questions that a rule, a score, a gate or `applies_when` reads."""
    conditions = [rule.when for rule in compiled.rules]
    conditions += [when for when in (*compiled.ask_when, compiled.applies_when) if when is not None]
    tests = (test for condition in conditions for test in leaf_tests(condition))
    read = {index for test in tests for index in questions_in(test)}
    read |= {item.question for score in compiled.scores for item in score.items}
    return frozenset(str(compiled.questions[index].id) for index in read)
