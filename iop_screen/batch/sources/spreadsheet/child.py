"""Reads one sheet of the workbook on standard input, and writes its rows on standard output, as lines of JSON.

It is a program of its own, since the library that reads workbooks can end the process it is in. It imports nothing of
this package. Its arguments are three numbers: the place of the sheet from 0, how many MB it may use beside those that
it has when it starts, and how many seconds of the processor.

The first line is the name of the sheet. Each line after it is a row, from the first one on, without cells if it is
blank: a text is a text, a number a number, yes or no a boolean, and a date, a time or a span of time a list that holds
its text. The last line is the number of rows. In place of any line there may be an object that says what went wrong.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

MAX_CELL_CHARACTERS = 100_000


class Placed(io.RawIOBase):
    """A file that another process has open too, read without moving its place in it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0
        self._size = os.fstat(descriptor).st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def main() -> None:
    """Read, and write."""
    index, megabytes, seconds = map(int, sys.argv[1:4])
    limit(megabytes, seconds)
    write = sys.stdout.buffer.write
    try:
        read(index, lambda value: write(json.dumps(value, separators=(",", ":"), allow_nan=False).encode() + b"\n"))
    except BrokenPipeError:
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - a fault of the library is no Exception; nothing is said of a cell
        write(json.dumps({"error": type(error).__name__}).encode() + b"\n")
    sys.stdout.buffer.flush()


def limit(megabytes: int, seconds: int) -> None:
    """Let the system end this process if it takes more than it may, where there is such a thing."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    for what, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, mapped() + megabytes * 1024 * 1024),
    ):
        hard = resource.getrlimit(what)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):  # macOS has no such bound on memory
            resource.setrlimit(what, (most, most))


def mapped() -> int:
    """How many bytes are mapped already; on some systems, the texts of all languages are."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123 - pathlib is not needed else
            return int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 512 * 1024 * 1024


def read(index: int, put: Callable[[Any], object]) -> None:
    """Give the name of the sheet, its rows, and how many there are."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - after the limits are set

    with CalamineWorkbook.from_filelike(workbook()) as book:
        put(book.sheet_names[index])
        sheet = book.get_sheet_by_index(index)
        left = [""] * (sheet.start or (0, 0))[1]
        count = 0
        for row in sheet.iter_rows():
            put([*left, *map(written, row)] if row.count("") < len(row) else [])
            count += 1
        put(count)


def workbook() -> io.BytesIO | io.BufferedReader:
    """The workbook on standard input: a file, or all that comes through a pipe."""
    descriptor = sys.stdin.fileno()
    if hasattr(os, "pread") and sys.stdin.seekable():
        return io.BufferedReader(Placed(descriptor))
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        if stream.seekable():  # on Windows, its place is where the other process left it
            stream.seek(0)
        return io.BytesIO(stream.read())


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


if __name__ == "__main__":
    main()
