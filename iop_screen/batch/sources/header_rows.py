"""The names of the columns from the rows of a header."""

from __future__ import annotations

from collections.abc import Sequence

from iop_screen.batch.sources.source import Header, Record


def header_of(rows: Sequence[Record], names_from: int) -> Header:
    """The header in these rows, which are of one width; the names stand in one of them, from 1, or 0: in all."""
    names = rows[names_from - 1].cells if names_from else _joined([row.cells for row in rows])
    return Header(tuple(names), rows[max(names_from, 1) - 1].line, rows[-1].last_line)


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    """The texts of all rows in each column; a blank cell of the first row has the text of the one before it."""
    filled, last = [], ""
    for cell in rows[0]:
        last = cell if cell.strip() else last
        filled.append(last)
    columns = zip(filled, *rows[1:], strict=True)
    return [" / ".join(text.strip() for text in column if text.strip()) for column in columns]
