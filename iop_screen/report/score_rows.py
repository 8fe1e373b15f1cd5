"""A scored form as a row: the same fields in the same order for CSV and for JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass

from iop_screen.engine.answers import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem, Result

RESULT_SCHEMA = "iop-screen.result/1"
REJECTED = "rejected"
RECORD = "record"
"""What a rejection names in place of a column: the whole record."""

FORMULA_STARTS = frozenset("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
"""A cell that starts so may run as a formula in a spreadsheet, or hide that it does. The last four are fullwidth."""

Field = int | str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Row:
    """A form with its result and the line it starts on, or a record that was rejected and why.

    `line` and `id` are None where a form comes from no file, or has no id column.
    """

    line: int | None
    id: str | None
    answers: Answers | None
    result: Result | None
    problems: tuple[AnswerProblem, ...]


def rejected(line: int, code: str) -> Row:
    """The row that stands in the place of a record that could not be read."""
    return Row(line, None, None, None, (AnswerProblem(RECORD, code),))


def columns(compiled: CompiledQuestionnaire) -> tuple[str, ...]:
    """The names of the fields of a row, in order."""
    return (
        "line",
        "id",
        "suggestion",
        "level_at_least",
        "level_at_most",
        "first_step_at_least",
        "first_step_at_most",
        "reasons",
        "open_questions",
        "notes",
        "problems",
        *(f"score_{score.definition.id}" for score in compiled.scores),
        "questionnaire",
        "disclaimer",
    )


def column_values(row: Row, compiled: CompiledQuestionnaire) -> tuple[Field, ...]:
    """The fields of a row, one for each of `columns`."""
    problems = tuple(f"{problem.question}:{problem.code}" for problem in row.problems)
    result = row.result
    ending = (compiled.stamp, str(compiled.questionnaire.disclaimer))
    if result is None:
        no_scores = (None,) * len(compiled.scores)
        return (row.line, row.id, REJECTED, None, None, None, None, (), (), (), problems, *no_scores, *ending)
    least, most = result.first_steps.at_least, result.first_steps.at_most
    return (
        row.line,
        row.id,
        result.suggestion,
        result.levels.at_least.id,
        result.levels.at_most.id,
        None if least is None else least.id,
        None if most is None else most.id,
        tuple(rule.id for rule in result.reasons),
        tuple(question.id for question in result.open_questions),
        tuple(note.id for note in result.notes),
        problems,
        *(total.total for total in result.scores),
        *ending,
    )


def csv_header(compiled: CompiledQuestionnaire) -> str:
    """The header line of a CSV output."""
    return csv_text([columns(compiled)])


def csv_rows(rows: Iterable[Row], compiled: CompiledQuestionnaire) -> str:
    """Rows as CSV: lists joined with `;`, nothing as an empty cell, no cell that a spreadsheet would run."""
    return csv_text([csv_cell(field) for field in column_values(row, compiled)] for row in rows)


def json_object(row: Row, compiled: CompiledQuestionnaire) -> dict[str, object]:
    """A row as a JSON object: lists as arrays, nothing as null, texts untouched, and the contacts."""
    contacts = [
        {"id": contact.id, "name": contact.name, "reach": contact.reach} for contact in compiled.questionnaire.contacts
    ]
    named = zip(columns(compiled), column_values(row, compiled), strict=True)
    return {"schema": RESULT_SCHEMA, **dict(named), "contacts": contacts}


def json_line(content: dict[str, object]) -> str:
    """A JSON object on one line of ASCII, so that no terminal or reader stumbles over it."""
    return json.dumps(content, separators=(",", ":")) + "\n"


def safe_for_spreadsheet(text: str) -> str:
    """A text with an apostrophe before it if a spreadsheet could run it, or if it starts with one.

    So it can be undone: take away one leading apostrophe.
    """
    start = text.lstrip(" \u00a0")[:1]
    return f"'{text}" if start in FORMULA_STARTS and start else text


def csv_cell(field: Field) -> str | int:
    """A field as a cell: a list joined with `;`, nothing as nothing, no text that a spreadsheet would run."""
    if field is None:
        return ""
    if isinstance(field, tuple):
        return ";".join(field)
    return safe_for_spreadsheet(field) if isinstance(field, str) else field


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows of cells as CSV."""
    lines = _Lines()
    csv.writer(lines, lineterminator=_Lines.ENDING).writerows(rows)
    return "".join(lines)


class _Lines(list[str]):
    """Takes what a CSV writer writes, row by row. It has to think that rows end in CR LF to quote a cell with a CR."""

    ENDING = "\r\n"

    def write(self, row: str) -> None:
        self.append(row.removesuffix(self.ENDING) + "\n")
