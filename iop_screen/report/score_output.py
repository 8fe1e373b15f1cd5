"""Scored forms as CSV and as JSON lines, and the helpers that other CSV and JSON outputs share."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from iop_screen.batch.lots import fields
from iop_screen.batch.lots.fields import LotField
from iop_screen.batch.lots.lot import JudgedLot, Lot
from iop_screen.batch.lots.rendering import Choice, Constant, CopiedCells, Joined, LineNumbers, Numbered, Segment
from iop_screen.batch.rows import PLAIN, Field, OutputShape, ScoredRow, column_values, output_columns
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.model import Contact

RESULT_SCHEMA = "iop-screen.result/1"

METADATA_NAME = "iop-screen"
"""Under this name a Parquet file, or a frame with room for it, says as a JSON object what holds for all its rows."""

FORMULA_START = re.compile(
    "(?:[^\\S\t\r\n]|[\ufeff\u200b-\u200f\u2060-\u2064])*[\t\r\n'=+\\-@\uff1d\uff0b\uff0d\uff20]"
)
"""A cell that starts so may run as a formula in a spreadsheet, or hide that it does.

Blanks of any kind, and characters without a width, may stand before the sign. The last four signs are fullwidth.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """How a field is written in one format.

    `copied` writes a text of the input, `known` an id of the questionnaire or the like. `nothing` stands where there is
    no value, `separator` between the members of a list, and `brackets` around them.
    """

    copied: Callable[[Sequence[str]], Sequence[str]]
    known: Callable[[str], str]
    nothing: str
    separator: str
    brackets: tuple[str, str]


def csv_head(compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> str:
    """The line with the names of the columns."""
    return csv_text([[column.name for column in output_columns(compiled, shape)]])


def csv_segments(judged: JudgedLot, shape: OutputShape, *, shown: bool = False) -> Iterator[Segment]:
    """The parts of each row of a lot as CSV; see `csv_cell`. If `shown` on a terminal, no text looks like a row."""
    known = _csv_shown_field if shown else _csv_field
    written = Written(_csv_shown if shown else csv_copies, known, "", ";", ("", ""))
    for place, column in enumerate(output_columns(judged.compiled, shape)):
        yield Constant("," if place else "")
        yield from _segments(column.in_lot(judged), written, judged.lot)
    yield Constant("\n")


def json_segments(judged: JudgedLot, shape: OutputShape) -> Iterator[Segment]:
    """The parts of each row of a lot as a JSON object on a line; see `json_object`."""
    written = Written(lambda texts: [*map(_json, texts)], _json, "null", ",", ("[", "]"))
    yield Constant(f'{{"schema":{_json(RESULT_SCHEMA)}')
    for column in output_columns(judged.compiled, shape):
        yield Constant(f",{_json(column.name)}:")
        yield from _segments(column.in_lot(judged), written, judged.lot)
    yield Constant(f',"contacts":{_json(contact_objects(judged.compiled.questionnaire.contacts))}}}\n')


def _segments(field: LotField, written: Written, lot: Lot) -> Iterator[Segment]:
    """The parts of each row that a field is."""
    match field:
        case fields.LineNumbers(numbers):
            yield LineNumbers(numbers)
        case fields.Copied(texts, there):
            yield CopiedCells(texts, written.copied, lot.rows & ~there, written.nothing)
        case fields.OneOf(texts):
            yield Choice(tuple((written.known(text), mask) for text, mask in texts), written.nothing)
        case fields.ListOf(items):
            opening, closing = written.brackets
            yield Constant(opening)
            yield Joined(tuple((written.known(text), mask) for text, mask in items), written.separator)
            yield Constant(closing)
        case fields.Numbers(codes, numbers):
            yield Numbered(codes, tuple(written.nothing if number is None else str(number) for number in numbers))
        case fields.Same(text):
            yield Constant(written.nothing if text is None else written.known(text))
        case _:
            assert_never(field)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


PLAIN_CELLS = re.compile(r"(?:(?:[0-9A-Za-z][^\",\r\n]*)?\n)*")
"""Texts, each with a line end after it, that CSV has as they are and that no spreadsheet runs."""


def csv_copies(texts: Sequence[str]) -> Sequence[str]:
    """Texts of the input as cells of CSV; most are as they are, and then all are looked at together."""
    together = "".join([f"{text}\n" for text in texts])
    if together.count("\n") == len(texts) and PLAIN_CELLS.fullmatch(together):
        return texts
    return [*map(_csv_field, texts)]


def _csv_shown(texts: Sequence[str]) -> Sequence[str]:
    return [*map(_csv_shown_field, texts)]


def _csv_shown_field(text: str) -> str:
    return _csv_field(sanitize(text))


def _csv_field(text: str) -> str:
    """A text as it stands in a line of CSV."""
    safe = safe_for_spreadsheet(text)
    return safe if QUOTED_IN_CSV.isdisjoint(safe) else csv_text([[safe]])[:-1]


QUOTED_IN_CSV = frozenset('",\r\n')


def json_explained(rows: Iterable[ScoredRow], compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> str:
    """Rows as JSON objects, one on a line, with the texts behind their ids."""
    return "".join(json_line(row_object(row, compiled, shape, explain_each=True)) for row in rows)


def row_object(
    row: ScoredRow, compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN, *, explain_each: bool
) -> dict[str, object]:
    """A row as a JSON object; with `explain_each`, also the texts behind its ids."""
    if not explain_each or row.answers is None:
        return json_object(row, compiled, shape)
    from iop_screen.engine.explain import explain  # noqa: PLC0415 - no other output needs it
    from iop_screen.report.result_json import explained_object  # noqa: PLC0415

    return explained_object(explain(compiled, row.answers), row, compiled, shape)


def json_object(row: ScoredRow, compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> dict[str, object]:
    """A row as a JSON object: lists as arrays, nothing as null, texts untouched, and the contacts."""
    return {
        "schema": RESULT_SCHEMA,
        **column_values(row, compiled, shape),
        "contacts": contact_objects(compiled.questionnaire.contacts),
    }


def said_of_all_rows(
    compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN, program: str | None = None
) -> dict[str, object]:
    """What holds for all rows of a result, as a JSON object; `program` is the version of the program."""
    return {
        "schema": RESULT_SCHEMA,
        "program": program,
        "questionnaire": compiled.stamp,
        "mapping": shape.mapping,
        "site_settings": compiled.site_name or None,
        "disclaimer": str(compiled.questionnaire.disclaimer),
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
