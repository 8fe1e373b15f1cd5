"""A record for other programs: as JSON, as a row like those of scored forms, and as answers to score again."""

from __future__ import annotations

import json
from collections.abc import Callable

from iop_screen.batch.rows import Field, OutputColumn, ScoredRow, column_values
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.records.call_data import CallData, call_object
from iop_screen.records.fitted_answers import answers_from_record, explain_record
from iop_screen.records.model import DecisionMade, Record, ReferenceSet
from iop_screen.records.serialization import record_object
from iop_screen.report.danger_state import danger_findings, findings_field, findings_object
from iop_screen.report.result_json import explained_object
from iop_screen.report.score_output import csv_cell, csv_text, safe_for_spreadsheet
from iop_screen.report.wording import danger_value


def export_json(record: Record, compiled: CompiledQuestionnaire, call: CallData | None = None) -> str:
    """The record, its state, and under `result` its result with the texts; a draft has no result.

    The header of the call and the reference of the site are in it only if `call` is given.
    """
    explanation = explain_record(record, compiled)
    row = _scored_row(record, explanation, compiled)
    exported = {
        **_recorded(record, call),
        "danger_questions": findings_object(danger_findings(record, compiled)),
        "handling": compiled.questionnaire.handling,
        "site_settings": compiled.site_name or None,
        "result": explained_object(explanation, row, compiled) if record.final else None,
    }
    return json.dumps(exported, indent=2) + "\n"


def export_recorded_json(record: Record, call: CallData | None = None) -> str:
    """What of it can be had without its questionnaire: the record and its state, and no result."""
    return json.dumps(_recorded(record, call), indent=2) + "\n"


def _recorded(record: Record, call: CallData | None) -> dict[str, object]:
    """The record, its state and its call; without the call, the log lacks the reference of the site, too."""
    recorded = record_object(record)
    state = {"state": record.state, "danger": danger_value(record), "chain": chain_value(record)}
    if call is not None:
        return {**recorded, **state, "call": call_object(call)}
    pairs = zip(record.log, recorded["log"], strict=True)
    log = [written for entry, written in pairs if not isinstance(entry, ReferenceSet)]
    return {**recorded, "log": log, **state}


def chain_value(record: Record) -> str:
    """Whether its chain is whole or broken, or whether some of it has none."""
    return record.chain.state.value


def export_row(record: Record, compiled: CompiledQuestionnaire, call: CallData | None = None) -> str:
    """A header and one row as `score` writes them, with the columns that a record adds; the reference is the id.

    The columns of the call follow if it is given.
    """
    row = _scored_row(record, explain_record(record, compiled), compiled)
    added = {column.name: column.of(record) for column in ADDED_COLUMNS}
    questions = {"danger_questions": findings_field(danger_findings(record, compiled))}
    values = {**column_values(row, compiled), **added, **questions, **_call_columns(call)}
    return csv_text([values, map(csv_cell, values.values())])


def _call_columns(call: CallData | None) -> dict[str, Field]:
    return {} if call is None else {f"call_{name}": value for name, value in call_object(call).items()}


NO_FIRST_STEP = "(nothing)"
"""The field of a decision that nothing has to come first. An id cannot have brackets."""


def _of_decision(read: Callable[[DecisionMade], Field]) -> Callable[[Record], Field]:
    return lambda record: None if record.decision is None else read(record.decision)


ADDED_COLUMNS: tuple[OutputColumn[Record], ...] = (
    OutputColumn(
        "practice",
        "`yes` if the caller is made up, else `no`",
        lambda record: "yes" if record.head.practice else "no",
    ),
    OutputColumn("danger", "as in the [list](#the-list-as-json)", danger_value),
    OutputColumn(
        "set_aside", "as in the list", lambda record: None if record.shown is None else record.shown.set_aside
    ),
    OutputColumn("chain", "as in `--to json`", chain_value),
    OutputColumn("chosen", "what was chosen, if that was recorded", _of_decision(lambda made: made.selected)),
    OutputColumn(
        "chosen_first_step",
        f"what was chosen to come first; `{NO_FIRST_STEP}` if nothing has to",
        _of_decision(lambda made: NO_FIRST_STEP if made.first_step == "" else made.first_step),
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
"""The columns that a record adds to those of a scored form."""


def export_answers(record: Record, compiled: CompiledQuestionnaire) -> str:
    """A header of question ids and one row of answers, as `score` reads them; answers set aside are left out."""
    answers = _counted_answers(record, explain_record(record, compiled), compiled)
    pairs = zip(compiled.questions, answers.values, strict=True)
    cells = {"id": record.head.ref, **{str(question.id): _answer_cell(question, answer) for question, answer in pairs}}
    return csv_text([cells.keys(), cells.values()])


def _scored_row(record: Record, explanation: Explanation, compiled: CompiledQuestionnaire) -> ScoredRow:
    answers = _counted_answers(record, explanation, compiled)
    problems = [
        AnswerProblem(str(question.id), MissingReason.UNREADABLE.value)
        for question, answer in zip(compiled.questions, answers.values, strict=True)
        if answer is MissingReason.UNREADABLE
    ]
    return ScoredRow(None, record.head.ref, answers, explanation.result, (*problems, *explanation.result.problems))


def _counted_answers(record: Record, explanation: Explanation, compiled: CompiledQuestionnaire) -> Answers:
    """The answers that count. One that does not fit the questionnaire is called unreadable, as `score` calls it."""
    left_out = answers_from_record(record, compiled).left_out
    pairs = zip(compiled.questions, explanation.answers.values, strict=True)
    return Answers(tuple(MissingReason.UNREADABLE if question.id in left_out else answer for question, answer in pairs))


def _answer_cell(question: Question, answer: Answer) -> str:
    """An answer or why there is none. To a text question, any word is an answer, so "unreadable" is left blank."""
    if not isinstance(answer, MissingReason):
        cell = question.as_cell(answer)
        return safe_for_spreadsheet(cell) if question.is_free_text else cell
    blank = answer is MissingReason.MISSING or (answer is MissingReason.UNREADABLE and question.is_free_text)
    return "" if blank else answer.value
