"""The rows of a sheet, as another process reads them: the library that reads workbooks can end the one it is in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from iop_screen.batch.sources.spreadsheet.problems import damaged, encrypted, too_large
from iop_screen.core.exits import CannotGoOn, Exit, system_reason

CHILD = Path(__file__).with_name("child.py")
SECONDS = 60
CELLS_A_SECOND = 20_000
MEGABYTES = 96
BYTES_A_CELL = 250
"""What the other process may use: so much, and for each second and each cell this more."""
MAX_LINE_BYTES = 64 * 1024 * 1024
"""A row has no more than this."""

Row = list[object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sheet of an open workbook: its place, its name, how many cells it spans, and how large all is unpacked."""

    stream: BinaryIO
    index: int
    name: str
    cells: int
    unpacked_bytes: int


def read_rows(wanted: Wanted) -> Generator[Row]:
    """The rows of a sheet from the first one on. Raises Unusable if it cannot be read; CannotGoOn."""
    with _child(wanted) as output:
        if _value(output) != wanted.name:
            raise damaged("two readers do not agree on where the sheets of the workbook are")
        count = 0
        while isinstance(row := _value(output), list):
            count += 1
            yield row
        if row != count:
            raise damaged()


@contextmanager
def _child(wanted: Wanted) -> Iterator[IO[bytes]]:
    """What the other process writes; it is ended with the block."""
    megabytes = MEGABYTES + (wanted.cells * BYTES_A_CELL + wanted.unpacked_bytes) // 2**20
    seconds = SECONDS + wanted.cells // CELLS_A_SECOND
    command = [sys.executable, "-P", str(CHILD), *map(str, (wanted.index, megabytes, seconds))]
    content = None if _is_file(wanted.stream) else _all_of(wanted.stream)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own script; its arguments are numbers
            command,
            stdin=wanted.stream if content is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        message = f"a second process, which reads workbooks, cannot be started: {system_reason(error)}"
        raise CannotGoOn(message, Exit.FILE) from None
    try:
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(content or b"")
        assert process.stdout is not None  # noqa: S101
        yield process.stdout
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


def _is_file(stream: BinaryIO) -> bool:
    try:
        return stream.fileno() >= 0
    except OSError:
        return False


def _all_of(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


def _value(output: IO[bytes]) -> object:
    """The next line that the other process writes. Raises Unusable if there is none, or it says what went wrong."""
    line = output.readline(MAX_LINE_BYTES)
    if not line.endswith(b"\n"):
        raise damaged("the sheet cannot be read: the process that reads it has ended before its time")
    value: object = json.loads(line)
    if isinstance(value, dict):
        match value.get("error"):
            case "PasswordError":
                raise encrypted()
            case "MemoryError":
                raise too_large("the sheet needs more memory than it may have")
            case _:
                raise damaged()
    return value
