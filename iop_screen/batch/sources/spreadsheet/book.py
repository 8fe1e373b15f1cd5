"""What the two kinds of workbooks have in common: sheets, of which each can be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from iop_screen.batch.sources.spreadsheet.second_look import SheetLook


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetName:
    """A sheet of a workbook: its place among the others, from 0, its name, and whether one sees it.

    `holds_cells` is false for a chart that stands as a sheet.
    """

    index: int
    name: str
    visible: bool
    holds_cells: bool = True


class Book(Protocol):
    """A workbook whose list of sheets is known."""

    @property
    def kind(self) -> str:
        """What it is, with its article."""

    @property
    def sheets(self) -> tuple[SheetName, ...]:
        """Its sheets, in their order."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What should be said of it as a whole."""

    def has_data(self, sheet: SheetName) -> bool:
        """Whether a cell of a sheet is filled. Raises Unusable if it is damaged."""

    def room(self, look: SheetLook) -> int:
        """For how many cells a reader makes room that reads the sheet of which this is the look."""

    def look(self, sheet: SheetName) -> SheetLook:
        """What is in a sheet. Raises Unusable if it is damaged or past a bound."""
