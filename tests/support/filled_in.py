"""Blank forms as the program writes them, filled in by the system that they are for, and exported by it.

A form is known here by the blank alone: its names, its choices and their codes, and what it says of its questionnaire.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.blank_forms.form import blank_form
from iop_screen.report.blank_forms.writers import WRITERS
from support.xls_forms import sheet_rows

Form = Mapping[str, str]
"""The cells of a form as a plain CSV file has them: `id`, and each question by its id."""

Rows = list[list[str]]

_DEFAULT = re.compile(r"@DEFAULT='([^']*)'")
_QUOTED = re.compile(r"'([^']*)'")


def blank(compiled: CompiledQuestionnaire, system: str) -> bytes | None:
    """A blank form; None if the system cannot say all of the questionnaire."""
    written = WRITERS[system](blank_form(compiled))
    return written if isinstance(written, bytes) else None


def filled_csv(content: bytes, forms: Sequence[Form]) -> Rows:
    """The header with a row for each form below it."""
    (names,) = csv.reader(io.StringIO(content.decode(), newline=""))
    return [names, *([form[name] for name in names] for form in forms)]


def filled_redcap(dictionary: bytes, forms: Sequence[Form]) -> Rows:
    """A raw export of a project that was made from a data dictionary."""
    fields = [*csv.DictReader(io.StringIO(dictionary.decode(), newline=""))]
    cells = [[*_redcap_cells(fields, form)] for form in forms]
    return [[name for name, _ in cells[0]], *([cell for _, cell in row] for row in cells)]


def _redcap_cells(fields: Sequence[Mapping[str, str]], form: Form) -> Iterator[tuple[str, str]]:
    for field in fields:
        name, kind = field["Variable / Field Name"], field["Field Type"]
        default = _DEFAULT.search(field["Field Annotation"])
        if kind == "checkbox":
            chosen = form[name].split(";")
            for code in _redcap_codes(field):
                yield f"{name}___{code.lower().replace('-', '_')}", str(int(code in chosen))
        elif kind != "descriptive":
            yield name, form["id"] if name == "record_id" else default[1] if default else form[name]
    yield f"{fields[0]['Form Name']}_complete", "2"


def _redcap_codes(field: Mapping[str, str]) -> list[str]:
    return [choice.split(",")[0].strip() for choice in field["Choices, Calculations, OR Slider Labels"].split("|")]


def filled_xlsform(workbook: bytes, forms: Sequence[Form], mark: str) -> Rows:
    """An export of ODK Central (`-`) or Kobo (`/`) of the form that an XLSForm makes."""
    survey, several = sheet_rows(workbook, "survey"), set[str]()
    columns, groups = list[tuple[str, dict[str, str]]](), list[str]()
    for row in survey:
        kind, name = row["type"].partition(" ")[0], row["name"]
        if kind == "begin_group":
            groups.append(name)
        elif kind == "end_group":
            groups.pop()
        elif kind:
            columns.append((mark.join([*groups, name]), row))
            several |= {name} if kind == "select_multiple" else set()
    rows = ([*(_odk_cell(row, form, several) for _, row in columns), form["id"]] for form in forms)
    return [[*(name for name, _ in columns), "KEY"], *rows]


def _odk_cell(row: Mapping[str, str], form: Form, several: set[str]) -> str:
    if row["type"] == "calculate":
        said = _QUOTED.fullmatch(row["calculation"])
        assert said is not None
        return said[1]
    cell = form.get(row["name"], "")
    return cell.replace(";", " ") if row["name"] in several else cell


def filled_fhir(questionnaire: bytes, forms: Sequence[Form]) -> list[dict[str, Any]]:
    """A response to a FHIR Questionnaire for each form, with the groups of the questionnaire."""
    form_of = json.loads(questionnaire)
    return [
        {
            "resourceType": "QuestionnaireResponse",
            "id": form["id"],
            "questionnaire": f"{form_of['url']}|{form_of['version']}",
            "status": "completed",
            "item": [*_fhir_items(form_of["item"], form)],
        }
        for form in forms
    ]


def _fhir_items(items: Sequence[Mapping[str, Any]], form: Form) -> Iterator[dict[str, Any]]:
    for item in items:
        about = {key: item[key] for key in ("linkId", "text") if key in item}
        if item["type"] == "group":
            if within := [*_fhir_items(item["item"], form)]:
                yield {**about, "item": within}
        elif item["type"] != "display" and (given := [*_fhir_answers(item, form[item["linkId"]])]):
            yield {**about, "answer": given}


def _fhir_answers(item: Mapping[str, Any], cell: str) -> Iterator[dict[str, Any]]:
    options = {option["valueCoding"]["code"]: option["valueCoding"] for option in item.get("answerOption", ())}
    reasons = {"asked-unknown": "unknown", "asked-declined": "declined"}
    by_cell = {reasons.get(code, code): coding for code, coding in options.items()}
    if item["type"] == "decimal" and cell and cell not in {reason.value for reason in MissingReason}:
        yield {"valueDecimal": int(cell) if float(cell).is_integer() else float(cell)}
    elif options:
        yield from ({"valueCoding": by_cell[part]} for part in (cell.split(";") if cell else ()))
    elif cell:
        yield {"valueString": cell}
