"""The rows of a sheet, as another process reads them: the library that reads workbooks can end the one it is in."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from iop_screen.batch.sources.other_process import Bounds, Ended, values_of
from iop_screen.batch.sources.spreadsheet.problems import damaged, encrypted, too_large

SCRIPT = Path(__file__).with_name("calamine_script.py")
SECONDS = 60
CELLS_A_SECOND = 20_000
MEGABYTES = 96
BYTES_A_CELL = 250
"""What the other process may use: so much, and for each second and each cell this more."""

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
    with values_of(SCRIPT, [str(wanted.index)], wanted.stream, _bounds(wanted)) as output:
        values = map(_checked, _whole(output))
        if next(values) != wanted.name:
            raise damaged("two readers do not agree on where the sheets of the workbook are")
        count = 0
        while isinstance(row := next(values), list):
            count += 1
            yield row
        if row != count:
            raise damaged()


def _bounds(wanted: Wanted) -> Bounds:
    """What reading it may take."""
    megabytes = MEGABYTES + (wanted.cells * BYTES_A_CELL + wanted.unpacked_bytes) // 2**20
    return Bounds(megabytes, SECONDS + wanted.cells // CELLS_A_SECOND)


def _whole(output: Iterator[object]) -> Iterator[object]:
    """What the other process writes. Raises Unusable where it ends before its time."""
    try:
        yield from output
    except Ended:
        raise damaged("the sheet cannot be read: the process that reads it has ended before its time") from None


def _checked(value: object) -> object:
    """A value that the other process wrote. Raises Unusable if it says what went wrong."""
    if isinstance(value, dict):
        match value.get("error"):
            case "PasswordError":
                raise encrypted()
            case "MemoryError":
                raise too_large("the sheet needs more memory than it may have")
            case _:
                raise damaged()
    return value
