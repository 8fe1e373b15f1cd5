"""Scored forms as CSV and as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable

from iop_screen.batch.rows import Field, Row, column_values, output_columns
from iop_screen.engine.compiled import CompiledQuestionnaire

RESULT_SCHEMA = "iop-screen.result/1"

FORMULA_STARTS = frozenset("=+-@\t\r\n'\uff1d\uff0b\uff0d\uff20")
"""A cell that starts so may run as a formula in a spreadsheet, or hide that it does. The last four are fullwidth."""


def csv_header(compiled: CompiledQuestionnaire) -> str:
    """The header line of a CSV output."""
    return csv_text([[column.name for column in output_columns(compiled)]])


def csv_rows(rows: Iterable[Row], compiled: CompiledQuestionnaire) -> str:
    """Rows as CSV: lists joined with `;`, nothing as an empty cell, no cell that a spreadsheet would run."""
    table = output_columns(compiled)
    return csv_text([csv_cell(column.of(row)) for column in table] for row in rows)


def json_object(row: Row, compiled: CompiledQuestionnaire) -> dict[str, object]:
    """A row as a JSON object: lists as arrays, nothing as null, texts untouched, and the contacts."""
    contacts = [
        {"id": contact.id, "name": contact.name, "reach": contact.reach} for contact in compiled.questionnaire.contacts
    ]
    return {"schema": RESULT_SCHEMA, **column_values(row, compiled), "contacts": contacts}


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
