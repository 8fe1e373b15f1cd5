"""How a file of forms is written, as far as a person has said it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "cp1252"]
Delimiter = Literal[",", ";", "\t", "|"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """What is said about how a file is written, by an option or by a mapping. None is not said.

    `skip_lines` physical lines stand before the header; they may hold anything. The header has `rows` rows.
    `names_from` is the row, from 1, in which the names of the columns stand; 0 joins all rows, where a blank cell of
    the first row has the text of the last cell before it that is not blank. `allow_unended` takes the last record as
    complete although no line end follows. `repeated_header` leaves out records that repeat the names of the header.
    `sheet` is the name of the sheet of a workbook that holds the forms.
    """

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    skip_lines: int = 0
    header_rows: int | None = None
    names_from: int = 1
    allow_unended: bool = False
    repeated_header: bool = False
    sheet: str | None = None

    @property
    def rows(self) -> int:
        """How many rows the header has: as was said, or one."""
        return self.header_rows or 1
