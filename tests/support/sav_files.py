"""Files of SPSS (.sav), written byte by byte as the format is described: no program that writes them is needed."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

SYSTEM_MISSING = -1.7976931348623157e308
NUMBER, DATE, TIME, DATETIME = 5, 20, 21, 22
"""How a column of numbers is shown."""

Cell = str | float | None


@dataclass(frozen=True)
class SavColumn:
    """A column: its name, how many bytes its texts have (0 for numbers), and what SPSS says of it.

    `missing` are up to three codes that count as missing; `missing_range` is the lowest and the highest of many.
    """

    name: str
    width: int = 0
    label: str = ""
    value_labels: dict[float, str] = field(default_factory=dict)
    missing: tuple[float, ...] = ()
    missing_range: tuple[float, float] | None = None
    shown_as: int = NUMBER


def sav(columns: Sequence[SavColumn], rows: Sequence[Sequence[Cell]], *, encoding: str = "utf-8") -> bytes:
    """A file with these rows; None is the missing of the system in numbers, and blank in texts."""
    parts = [_head(sum(_segments(column) for column in columns), len(rows))]
    parts += [_variable(column, f"V{number}", encoding) for number, column in enumerate(columns, start=1)]
    first = 1
    for column in columns:
        parts += [_value_labels(column, first, encoding)] if column.value_labels else []
        first += _segments(column)
    long_names = "\t".join(f"V{number}={column.name}" for number, column in enumerate(columns, start=1))
    parts += [_extension(3, 4, struct.pack("<8i", 20, 0, 0, -1, 1, 1, 2, 65001))]
    parts += [_extension(13, 1, long_names.encode(encoding)), _extension(20, 1, encoding.encode())]
    parts += [struct.pack("<2i", 999, 0)]
    parts += [_cell(column, cell, encoding) for row in rows for column, cell in zip(columns, row, strict=True)]
    return b"".join(parts)


def sav_of_texts(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A file in which each cell is a text."""
    widths = [max([1, *(len(row[place].encode()) for row in rows)]) for place in range(len(names))]
    return sav([SavColumn(name, min(width, 255)) for name, width in zip(names, widths, strict=True)], rows)


def _head(segments: int, rows: int) -> bytes:
    product = b"@(#) SPSS DATA FILE made up".ljust(60)
    numbers = struct.pack("<5id", 2, segments, 0, 0, rows, 100.0)
    return b"$FL2" + product + numbers + b"29 Nov 2612:00:00" + b" " * 64 + b"\0\0\0"


def _segments(column: SavColumn) -> int:
    return max(1, -(-column.width // 8))


def _variable(column: SavColumn, short: str, encoding: str) -> bytes:
    shown = (1 if column.width else column.shown_as) << 16 | (column.width or 8) << 8
    missing = [*(column.missing_range or ()), *column.missing]
    count = -len(missing) if column.missing_range else len(missing)
    found = struct.pack("<6i", 2, column.width, bool(column.label), count, shown, shown) + short.encode().ljust(8)
    if column.label:
        label = column.label.encode(encoding)
        found += struct.pack("<i", len(label)) + _padded(label, 4)
    found += struct.pack(f"<{len(missing)}d", *missing)
    rest = struct.pack("<6i", 2, -1, 0, 0, 0, 0) + b" " * 8
    return found + rest * (_segments(column) - 1)


def _value_labels(column: SavColumn, first: int, encoding: str) -> bytes:
    found = struct.pack("<2i", 3, len(column.value_labels))
    for value, label in column.value_labels.items():
        text = label.encode(encoding)
        found += struct.pack("<d", value) + _padded(bytes([len(text)]) + text, 8)
    return found + struct.pack("<3i", 4, 1, first)


def _extension(subtype: int, size: int, data: bytes) -> bytes:
    return struct.pack("<4i", 7, subtype, size, len(data) // size) + data


def _cell(column: SavColumn, cell: Cell, encoding: str) -> bytes:
    if column.width:
        text = cell if isinstance(cell, str) else ""
        return text.encode(encoding).ljust(_segments(column) * 8)
    return struct.pack("<d", SYSTEM_MISSING if cell is None else float(cell))


def _padded(data: bytes, size: int) -> bytes:
    return data.ljust(-(-len(data) // size) * size)
