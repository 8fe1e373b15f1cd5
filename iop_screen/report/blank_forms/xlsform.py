"""A blank form as an XLSForm: a workbook from which ODK and Kobo make a form."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from iop_screen.batch.form_names import section_names
from iop_screen.batch.form_stamp import FORM_COLUMN, canonical_version
from iop_screen.core.problems import Problem
from iop_screen.report.blank_forms.danger import danger_texts, first_about_danger
from iop_screen.report.blank_forms.form import BlankForm, FormQuestion, FormSection
from iop_screen.report.blank_forms.names import XLSFORM_NAMES, free_name
from iop_screen.report.blank_forms.relevant import relevant
from iop_screen.report.blank_forms.xlsform_checks import check_xlsform, too_long_problems, xlsform_problems

LANGUAGE = "English (en)"
"""The language that the texts are called. One more is added as one more column for each kind of text."""

LABEL, HINT, MESSAGE = (f"{each}::{LANGUAGE}" for each in ("label", "hint", "constraint_message"))
SURVEY = ("type", "name", LABEL, HINT, "relevant", "constraint", MESSAGE, "calculation")
CHOICES = ("list_name", "name", LABEL)
SETTINGS = ("form_title", "form_id", "version", "default_language", "name")
"""The headers of the sheets. A header that is not known is dropped there without a word."""

WRITTEN_ON = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook has no time zone
"""The day that every workbook says it was made on, so that the same questionnaire gives the same bytes."""

COLUMN_WIDTH = 24
"""So many characters of a cell are seen before it is opened."""

Row = Mapping[str, str]
"""The cells of a row by their headers; the others are blank."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def xlsform(form: BlankForm) -> bytes | tuple[Problem, ...]:
    """The workbook; or all problems of questions that an XLSForm cannot have, or not when they are asked."""
    survey, choices = tuple(_survey(form)), tuple(_choices(form))
    problems = (*xlsform_problems(form), *too_long_problems(form, (*survey, *choices)))
    if problems:
        return problems
    check_xlsform(survey, choices)
    settings = Sheet("settings", SETTINGS, (_settings(form),))
    return _workbook([Sheet("survey", SURVEY, survey), Sheet("choices", CHOICES, choices), settings])


ROOT = "data"
"""What the group around the whole form is called there, unless a question or a section is called so."""


def _settings(form: BlankForm) -> Row:
    compiled, questionnaire = form.compiled, form.compiled.questionnaire
    taken = {*section_names(compiled), *(question.id for question in form.questions)}
    root = free_name(ROOT, taken, XLSFORM_NAMES)
    own_root = "" if root == ROOT else root
    cells = (str(questionnaire.title), str(questionnaire.id), canonical_version(compiled), LANGUAGE, own_root)
    return dict(zip(SETTINGS, cells, strict=True))


def _survey(form: BlankForm) -> Iterator[Row]:
    """The stamp and what stands above all questions, outside of all groups, and then a group for each section."""
    compiled, questionnaire = form.compiled, form.compiled.questionnaire
    names = section_names(compiled)
    taken = {FORM_COLUMN, *names, *(question.id for question in form.questions)}
    yield {"type": "calculate", "name": FORM_COLUMN, "calculation": f"'{compiled.stamp}'"}
    yield _note("about_this_form", [questionnaire.intended_use, questionnaire.disclaimer], taken)
    yield _note("contacts", danger_texts(compiled), taken)
    for name, section in zip(names, form.sections, strict=True):
        yield {"type": "begin_group", "name": name, LABEL: section.title}
        yield from _section_rows(section, form, taken)
        yield {"type": "end_group", "name": name}


def _section_rows(section: FormSection, form: BlankForm, taken: set[str]) -> Iterator[Row]:
    """The questions of a section. Before the first one about danger stands whom to call."""
    first = first_about_danger(section, form.compiled)
    for question in section.questions:
        if question.id == first:
            yield _note("whom_to_call", danger_texts(form.compiled), taken)
        yield _question(question, form)


def _note(wanted: str, texts: Iterable[str], taken: set[str]) -> Row:
    """A note, each text a paragraph, with a name that nothing else has."""
    name = free_name(wanted, taken, XLSFORM_NAMES)
    taken.add(name)
    return {"type": "note", "name": name, LABEL: "\n\n".join(texts)}


def _question(question: FormQuestion, form: BlankForm) -> Row:
    """A question. It is never required: nothing may force an answer."""
    constraint, message = _constraint(question)
    return {
        "type": _type(question),
        "name": question.id,
        LABEL: question.text,
        HINT: question.help,
        "relevant": "" if question.gate is None else relevant(question.gate, form.several) or "",
        "constraint": constraint,
        MESSAGE: message,
    }


def _type(question: FormQuestion) -> str:
    """A number may have a fraction, since an answer may."""
    match question.kind:
        case "one":
            return f"select_one {question.id}"
        case "several":
            return f"select_multiple {question.id}"
        case "number":
            return "decimal"
        case "words":
            return "text"
        case _:
            assert_never(question.kind)


def _constraint(question: FormQuestion) -> tuple[str, str]:
    """What an answer has to be, as the system tests it, and in words."""
    if question.lowest is not None and question.highest is not None:
        low, high = _number(question.lowest), _number(question.highest)
        return f". >= {low} and . <= {high}", f"A number from {low} to {high}, please."
    alone = [choice for choice in question.choices if choice.exclusive] if question.kind == "several" else []
    tests = [f"not(selected(., '{choice.code}') and count-selected(.) > 1)" for choice in alone]
    labels = "; ".join(choice.label for choice in alone)
    return " and ".join(tests), f"Each of these can only be chosen alone: {labels}." if alone else ""


def _number(number: Decimal) -> str:
    return f"{number:f}"


def _choices(form: BlankForm) -> Iterator[Row]:
    """A list for each question, called as the question."""
    for question in form.questions:
        for choice in question.choices:
            yield {"list_name": question.id, "name": choice.code, LABEL: choice.label}


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    from xlsxwriter import Workbook  # noqa: PLC0415 - slow to import

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": WRITTEN_ON})
        for sheet in sheets:
            written = workbook.add_worksheet(sheet.name)
            written.freeze_panes(1, 0)
            written.set_column(0, len(sheet.headers) - 1, COLUMN_WIDTH)
            for number, cells in enumerate([dict(zip(sheet.headers, sheet.headers, strict=True)), *sheet.rows]):
                for column, header in enumerate(sheet.headers):
                    if text := cells.get(header):
                        written.write_string(number, column, text)  # never a formula, number or link
    return content.getvalue()
