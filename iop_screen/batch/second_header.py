"""Rows of a header that would be taken for people: some builders write two or three of them."""

from __future__ import annotations

from collections.abc import Sequence

from iop_screen.batch.guesses.texts import plain
from iop_screen.batch.input_problems import InputProblem, inspect_command
from iop_screen.batch.sources.source import Record, SourceRecord

FIRST_RECORDS = 3
"""So many records below the header are looked at."""

RESPONSES = frozenset({"response", "open ended response"})
"""What SurveyMonkey writes below the text of a question that has one column."""

IMPORT_ID = '{"ImportId":'
"""How each cell of the third row of a header begins that Qualtrics writes."""


def second_header(file: str, first: Sequence[SourceRecord]) -> InputProblem | None:
    """That some of the first records are rows of the header; to be asked if nobody said how many rows it has."""
    rows = _header_rows(first)
    if rows is None:
        return None
    message = f"the header seems to have {rows} rows, so what stands below its first row is nobody's answers"
    hint = (
        f"A mapping says how many rows it has: `file: {{header_rows: {rows}}}`, with `names_from` for the row of the "
        "names; or `header_rows: 1` if that is not so."
    )
    return InputProblem(file, first[0].line, "second-header", message, hint, inspect_command(file))


def _header_rows(first: Sequence[SourceRecord]) -> int | None:
    """How many rows the header seems to have; None if there is no sign of more than one."""
    marked = [number for number, record in enumerate(first[:FIRST_RECORDS], start=2) if _is_import_row(record)]
    if marked:
        return marked[0]
    below = first[0] if first else None
    is_second = isinstance(below, Record) and any(plain(cell) in RESPONSES for cell in below.cells)
    return 2 if is_second else None


def _is_import_row(record: SourceRecord) -> bool:
    if isinstance(record, Record):
        return any(cell.strip().startswith(IMPORT_ID) for cell in record.cells)
    return b'{""ImportId"":' in record.raw
