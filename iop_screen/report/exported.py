"""A record for other programs: as JSON, as a row like those of scored forms, and as a form to score again."""

from __future__ import annotations

import json

from iop_screen.engine.answers import Amount, Answer, Chosen, Form, Gap, Words
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import FormProblem
from iop_screen.questionnaire.model import Question, TextQuestion, answers_of
from iop_screen.records.forms import explanation_of, form_of
from iop_screen.records.model import Record
from iop_screen.records.written import record_object
from iop_screen.report.explained import explained
from iop_screen.report.rows import Field, Row, columns, csv_cell, csv_text, fields, safe_for_spreadsheet
from iop_screen.showing import show


def export_json(record: Record, instrument: Instrument) -> str:
    """The record, how it stands, and under `result` its result with the texts; a draft has none."""
    explanation = explanation_of(record, instrument)
    result = explained(explanation, _row(record, instrument), instrument) if record.final else None
    stands = {"state": "final" if record.final else "draft", "danger": record.danger and record.danger.value}
    handling = instrument.questionnaire.handling
    return json.dumps({**record_object(record), **stands, "handling": handling, "result": result}, indent=2) + "\n"


def export_row(record: Record, instrument: Instrument) -> str:
    """A header and one row, as `score` writes them, and after that what a record adds; the reference is the id."""
    scored = [csv_cell(field) for field in fields(_row(record, instrument), instrument)]
    return csv_text([[*columns(instrument), *ADDED], [*scored, *map(csv_cell, _added(record))]])


ADDED = ("danger", "set_aside", "chosen", "chosen_first_step", "lower", "because")
"""The columns of what a record adds to a scored form."""


def _added(record: Record) -> tuple[Field, ...]:
    shown, made = record.shown, record.decision
    decided: tuple[Field, ...] = (None,) * 4
    if made is not None:
        first = {None: None, "": NOTHING}.get(made.first_step, made.first_step)
        decided = (made.selected, first, "yes" if made.clinician else "no", made.because and made.because.value)
    return (record.danger and record.danger.value, None if shown is None else shown.set_aside, *decided)


NOTHING = "(nothing)"
"""What was chosen to come first, if that is nothing; no id can be so."""


def export_answers(record: Record, instrument: Instrument) -> str:
    """A header of question ids and one row of answers, as `score` reads them; what is set aside is left out."""
    form = _form(record, instrument, explanation_of(record, instrument).form)
    cells = {"id": record.head.ref}
    for question, answer in zip(instrument.questions, form.answers, strict=True):
        cells[str(question.id)] = _cell(question, answer)
    return csv_text([cells.keys(), cells.values()])


def _row(record: Record, instrument: Instrument) -> Row:
    explanation = explanation_of(record, instrument)
    form = _form(record, instrument, explanation.form)
    pairs = zip(instrument.questions, form.answers, strict=True)
    lost = [str(question.id) for question, answer in pairs if answer is Gap.UNREADABLE]
    problems = [FormProblem(name, Gap.UNREADABLE.value) for name in lost]
    return Row(None, record.head.ref, form, explanation.result, (*problems, *explanation.result.problems))


def _form(record: Record, instrument: Instrument, counted: Form) -> Form:
    """What counts of a record, with each answer that does not fit called unreadable, as `score` calls it."""
    left_out = form_of(record, instrument).left_out
    pairs = zip(instrument.questions, counted.answers, strict=True)
    return Form(tuple(Gap.UNREADABLE if question.id in left_out else answer for question, answer in pairs))


def _cell(question: Question, answer: Answer) -> str:
    """Words lie on one line and start nothing in a spreadsheet; in their place any word would be an answer."""
    match answer:
        case Chosen(options):
            return ";".join(option for option in map(str, answers_of(question)) if option in options)
        case Amount(number):
            return f"{number:f}"
        case Words(text):
            return safe_for_spreadsheet(show(text))
        case Gap.MISSING:
            return ""
        case Gap.UNREADABLE if isinstance(question, TextQuestion):
            return ""
        case Gap():
            return str(answer.value)
