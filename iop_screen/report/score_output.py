"""Scored forms as CSV and as JSON lines, and the helpers that other CSV and JSON outputs share."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator

from iop_screen.batch.rows import PLAIN, Field, OutputShape, ScoredRow, column_values, output_columns
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.model import Contact

RESULT_SCHEMA = "iop-screen.result/1"

FORMULA_START = re.compile(
    "(?:[^\\S\t\r\n]|[\ufeff\u200b-\u200f\u2060-\u2064])*[\t\r\n'=+\\-@\uff1d\uff0b\uff0d\uff20]"
)
"""A cell that starts so may run as a formula in a spreadsheet, or hide that it does.

Blanks of any kind, and characters without a width, may stand before the sign. The last four signs are fullwidth.
"""


def csv_output(
    batches: Iterable[Iterable[ScoredRow]], compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN
) -> Iterator[str]:
    """A header, and then the lines of each batch of rows."""
    yield csv_text([[column.name for column in output_columns(compiled, shape)]])
    for rows in batches:
        yield csv_rows(rows, compiled, shape)


def json_output(
    batches: Iterable[Iterable[ScoredRow]],
    compiled: CompiledQuestionnaire,
    shape: OutputShape = PLAIN,
    *,
    explain_each: bool,
) -> Iterator[str]:
    """A JSON object on a line for each row; with `explain_each`, also the texts behind its ids."""
    for rows in batches:
        yield "".join(json_line(row_object(row, compiled, shape, explain_each=explain_each)) for row in rows)


def row_object(
    row: ScoredRow, compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN, *, explain_each: bool
) -> dict[str, object]:
    """A row as a JSON object; with `explain_each`, also the texts behind its ids."""
    if not explain_each or row.answers is None:
        return json_object(row, compiled, shape)
    from iop_screen.engine.explain import explain  # noqa: PLC0415 - no other output needs it
    from iop_screen.report.result_json import explained_object  # noqa: PLC0415

    return explained_object(explain(compiled, row.answers), row, compiled, shape)


def csv_rows(rows: Iterable[ScoredRow], compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> str:
    """Rows as CSV lines without a header; see `csv_cell`."""
    columns = output_columns(compiled, shape)
    return csv_text([csv_cell(column.of(row)) for column in columns] for row in rows)


def json_object(row: ScoredRow, compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> dict[str, object]:
    """A row as a JSON object: lists as arrays, nothing as null, texts untouched, and the contacts."""
    return {
        "schema": RESULT_SCHEMA,
        **column_values(row, compiled, shape),
        "contacts": contact_objects(compiled.questionnaire.contacts),
    }


def contact_objects(contacts: Iterable[Contact]) -> list[dict[str, str]]:
    """Contacts as JSON objects."""
    return [{"id": contact.id, "name": contact.name, "reach": contact.reach} for contact in contacts]


def json_line(content: dict[str, object]) -> str:
    """A JSON object on one line of ASCII, which every terminal and reader can take."""
    return json.dumps(content, separators=(",", ":")) + "\n"


def safe_for_spreadsheet(text: str) -> str:
    """A text with an apostrophe before it if a spreadsheet could run it, or if it starts with an apostrophe.

    To undo this, remove one leading apostrophe.
    """
    return text if text[:1].isalnum() or not FORMULA_START.match(text) else f"'{text}"


def csv_cell(field: Field) -> str | int:
    """A field as a cell: a list joined with `;`, nothing as an empty cell, no text that a spreadsheet would run."""
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
    """Takes the rows of a CSV writer, which quotes a cell with a CR only if it is told that rows end in CR LF."""

    ENDING = "\r\n"

    def write(self, row: str) -> None:
        self.append(row.removesuffix(self.ENDING) + "\n")
