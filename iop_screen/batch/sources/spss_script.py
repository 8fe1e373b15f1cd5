"""Reads a file of SPSS, for `script_runner.py`.

What is said to it is `head` or `rows`, and the encoding of the texts if the file is not to be asked (else nothing).
`head` gives one value: an object with the `columns`, and for those that have them the codes that are `missing` and the
`labels` of codes. `rows` gives a list of texts for each row, and at last the number of rows. A text in another encoding
is the error `encoding`, and more rows than the file says it has are the error `more rows`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

MOST_CELLS = 500_000
MOST_BYTES = 32 * 1024 * 1024
"""So many cells, and bytes of them, are read at once."""
MOST_LABELS = 2_000
ROWS_AT = 80
"""Where a file says how many rows it has; -1 says that it does not know."""
EXACT = 2**53
"""Below it, a whole number is one; above, some are missing."""
EPOCH = datetime(1582, 10, 14)  # noqa: DTZ001 - SPSS knows no zones
DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR")
TIMES = ("DATETIME", "YMDHMS")
SPANS = ("TIME", "DTIME", "MTIME")

Read = Callable[..., tuple[dict[str, list[Any]], Any]]
"""Reads the file, all of it or some rows, as its arguments say: the cells by columns, and what it says of itself."""


def values(file: io.BytesIO | io.BufferedReader, what: str, encoding: str) -> Iterator[object]:
    """What the file says of its columns, or its rows."""
    try:
        yield from (head if what == "head" else rows)(reader(file, encoding or None))
    except Exception as error:
        if "encoding" not in str(error):
            raise
        yield {"error": "encoding"}


def reader(file: io.BytesIO | io.BufferedReader, encoding: str | None) -> Read:
    """What reads the file."""
    import pyreadstat  # noqa: PLC0415 - after the limits are set

    def read(*, uncounted: bool = False, **asked: Any) -> tuple[dict[str, list[Any]], Any]:
        file.seek(0)
        return pyreadstat.read_sav(
            io.BufferedReader(Uncounted(file)) if uncounted else file,
            encoding=encoding,
            user_missing=True,
            disable_datetime_conversion=True,
            output_format="dict",
            **asked,
        )

    return read


class Uncounted(io.RawIOBase):
    """A file that does not say how many rows it has, so that all are read that are there."""

    def __init__(self, file: io.BytesIO | io.BufferedReader) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        at = self._file.tell()
        piece = bytearray(self._file.read(len(buffer)))
        for place in range(max(0, ROWS_AT - at), min(len(piece), ROWS_AT + 4 - at)):
            piece[place] = 0xFF
        buffer[: len(piece)] = piece
        return len(piece)


def head(read: Read) -> Iterator[dict[str, Any]]:
    """What the file says of its columns."""
    about = read(metadataonly=True)[1]
    missing = {name: [missing_text(each) for each in ranges] for name, ranges in about.missing_ranges.items()}
    labels = {
        name: {text(value, ""): label for value, label in [*of_codes.items()][:MOST_LABELS]}
        for name, of_codes in about.variable_value_labels.items()
    }
    titles = {name: title for name, title in zip(about.column_names, about.column_labels, strict=True) if title}
    yield {"columns": about.column_names, "missing": missing, "labels": labels, "titles": titles}


def missing_text(codes: dict[str, Any]) -> str:
    """A code that counts as missing, or the lowest and the highest of several."""
    low, high = (text(codes[end], "") for end in ("lo", "hi"))
    return low if low == high else f"{low} to {high}"


def rows(read: Read) -> Iterator[list[str] | int | dict[str, str]]:
    """The rows, piece by piece, and at last how many there were; or that the file has more than it says."""
    about = read(metadataonly=True)[1]
    names, shown = about.column_names, about.original_variable_types
    width = sum(about.variable_storage_width.values()) or 1
    piece = max(1, min(MOST_CELLS // max(1, len(names)), MOST_BYTES // width))
    count = 0
    while True:
        columns = read(row_offset=count, row_limit=piece)[0]
        texts = [[text(value, shown.get(name) or "") for value in columns[name]] for name in names]
        found = [*zip(*texts, strict=True)]
        yield from map(list, found)
        count += len(found)
        if len(found) < piece:
            break
    yield {"error": "more rows"} if has_more(read, count) else count


def has_more(read: Read, count: int) -> bool:
    """Whether there are more rows than the file says, which have been read. Bytes that are no row do not count."""
    try:
        columns = read(uncounted=True, row_offset=count, row_limit=1)[0]
    except Exception:  # noqa: BLE001 - there is no such row
        return False
    return any(map(len, columns.values()))


def text(value: Any, shown_as: str) -> str:
    """A value as text: a number is written with all its digits, and a date as one if the column is shown so."""
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return ""
    kind = shown_as.rstrip("0123456789.")
    with suppress(OverflowError):
        if kind in DATES:
            return f"{EPOCH + timedelta(seconds=value):%Y-%m-%d}"
        if kind in TIMES:
            return (EPOCH + timedelta(seconds=value)).isoformat(" ")
    return span(value) if kind in SPANS else number(value)


def number(value: float) -> str:
    """A number with all its digits, and without a point if it is a whole one."""
    return str(int(value)) if abs(value) < EXACT and value == int(value) else repr(float(value))


def span(seconds: float) -> str:
    """A span of time as hours, minutes and seconds."""
    minutes, rest = divmod(abs(seconds), 60)
    whole = f"{rest:02.0f}" if rest == int(rest) else f"{rest:09.6f}"
    return f"{'-' * (seconds < 0)}{int(minutes // 60):02}:{int(minutes % 60):02}:{whole}"
