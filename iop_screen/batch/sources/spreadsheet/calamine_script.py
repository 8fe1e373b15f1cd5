"""Reads one sheet of a workbook, for `script_runner.py`. What is said to it is the place of the sheet, from 0.

The first value is the name of the sheet. Each one after it is a row, from the first one on, without cells if it is
blank: a text is a text, a number a number, yes or no a boolean, and a date, a time or a span of time a list that holds
its text. The last value is the number of rows.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

MAX_CELL_CHARACTERS = 100_000


def values(file: io.BytesIO | io.BufferedReader, index: str) -> Iterator[object]:
    """The name of the sheet, its rows, and how many there are."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - after the limits are set

    with CalamineWorkbook.from_filelike(file) as book:
        yield book.sheet_names[int(index)]
        sheet = book.get_sheet_by_index(int(index))
        left = [""] * (sheet.start or (0, 0))[1]
        count = 0
        for row in sheet.iter_rows():
            yield [*left, *map(written, row)] if row.count("") < len(row) else []
            count += 1
        yield count


def written(value: Any) -> Any:
    """A cell as it is written in JSON."""
    match value:
        case str():
            return value if len(value) <= MAX_CELL_CHARACTERS else {"characters": len(value)}
        case bool() | int():
            return value
        case float():
            return value if value - value == 0 else [repr(value)]
        case datetime():
            return [value.isoformat(" ")]
        case date() | time():
            return [value.isoformat()]
        case timedelta():
            return [span(value)]
        case _:
            return [str(value)]


def span(value: timedelta) -> str:
    """A span of time as hours, minutes and seconds."""
    minutes, seconds = divmod(abs(value), timedelta(minutes=1))
    return f"{'-' * (value < timedelta(0))}{minutes // 60:02}:{minutes % 60:02}:{seconds.total_seconds():02.0f}"
