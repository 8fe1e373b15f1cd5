"""A record for other programs: as JSON, as a row like those of scored forms, and as a form to score again."""

from __future__ import annotations

import json
from collections.abc import Callable

from iop_screen.batch.rows import Field, OutputColumn, Row, column_values
from iop_screen.engine.answers import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.records.answers import answers_from_record, explain_record
from iop_screen.records.model import DecisionMade, Record
from iop_screen.records.serialization import record_object
from iop_screen.report.result_json import explained
from iop_screen.report.score_rows import csv_cell, csv_text, safe_for_spreadsheet


def export_json(record: Record, compiled: CompiledQuestionnaire) -> str:
    """The record, how it stands, and under `result` its result with the texts; a draft has none."""
    explanation = explain_record(record, compiled)
    result = explained(explanation, _row(record, compiled), compiled) if record.final else None
    stands = {"state": record.state, "danger": record.danger and record.danger.value}
    handling = compiled.questionnaire.handling
    return json.dumps({**record_object(record), **stands, "handling": handling, "result": result}, indent=2) + "\n"


def export_row(record: Record, compiled: CompiledQuestionnaire) -> str:
    """A header and one row, as `score` writes them, and after that what a record adds; the reference is the id."""
    row = column_values(_row(record, compiled), compiled) | {column.name: column.of(record) for column in ADDED}
    return csv_text([row, map(csv_cell, row.values())])


NOTHING = "(nothing)"
"""What was chosen to come first, if that is nothing; no id can be so."""


def _of_decision(read: Callable[[DecisionMade], Field]) -> Callable[[Record], Field]:
    return lambda record: None if record.decision is None else read(record.decision)


ADDED: tuple[OutputColumn[Record], ...] = (
    OutputColumn("danger", "as in the [list](#the-list-as-json)", lambda record: record.danger and record.danger.value),
    OutputColumn(
        "set_aside", "as in the list", lambda record: None if record.shown is None else record.shown.set_aside
    ),
    OutputColumn("chosen", "what was chosen, if that was recorded", _of_decision(lambda made: made.selected)),
    OutputColumn(
        "chosen_first_step",
        f"what was chosen to come first; `{NOTHING}` if nothing has to",
        _of_decision(lambda made: NOTHING if made.first_step == "" else made.first_step),
    ),
    OutputColumn(
        "lower",
        "`yes` if a clinician was named for what was chosen, else `no`",
        _of_decision(lambda made: "yes" if made.clinician else "no"),
    ),
    OutputColumn(
        "because",
        "why what was chosen differs from what was suggested",
        _of_decision(lambda made: made.because and made.because.value),
    ),
)
"""The columns of what a record adds to a scored form."""


def export_answers(record: Record, compiled: CompiledQuestionnaire) -> str:
    """A header of question ids and one row of answers, as `score` reads them; what is set aside is left out."""
    answers = _form(record, compiled, explain_record(record, compiled).answers)
    cells = {"id": record.head.ref}
    for question, answer in zip(compiled.questions, answers.values, strict=True):
        cells[str(question.id)] = _cell(question, answer)
    return csv_text([cells.keys(), cells.values()])


def _row(record: Record, compiled: CompiledQuestionnaire) -> Row:
    explanation = explain_record(record, compiled)
    answers = _form(record, compiled, explanation.answers)
    pairs = zip(compiled.questions, answers.values, strict=True)
    lost = [str(question.id) for question, answer in pairs if answer is MissingReason.UNREADABLE]
    problems = [AnswerProblem(name, MissingReason.UNREADABLE.value) for name in lost]
    return Row(None, record.head.ref, answers, explanation.result, (*problems, *explanation.result.problems))


def _form(record: Record, compiled: CompiledQuestionnaire, counted: Answers) -> Answers:
    """What counts of a record, with each answer that does not fit called unreadable, as `score` calls it."""
    left_out = answers_from_record(record, compiled).left_out
    pairs = zip(compiled.questions, counted.values, strict=True)
    return Answers(tuple(MissingReason.UNREADABLE if question.id in left_out else answer for question, answer in pairs))


def _cell(question: Question, answer: Answer) -> str:
    """Words start nothing in a spreadsheet; in their place any word would be an answer, so "unreadable" is not said."""
    if not isinstance(answer, MissingReason):
        cell = question.as_cell(answer)
        return safe_for_spreadsheet(cell) if question.is_free_text else cell
    unsaid = answer is MissingReason.MISSING or (answer is MissingReason.UNREADABLE and question.is_free_text)
    return "" if unsaid else answer.value
