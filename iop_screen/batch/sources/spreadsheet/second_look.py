"""What a reader of workbooks does not tell, seen in the XML of a sheet: errors, formulas without a value, long numbers.

A reader gives the same for a blank cell, for one that holds an error, and for a formula that nobody has worked out.
It also makes room for all cells up to the last one, so it is known before where that is.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

from iop_screen.batch.sources.decoding import UTF16_BOMS
from iop_screen.batch.sources.spreadsheet.problems import damaged, too_large

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""As many as a sheet of Excel has."""
MAX_CELLS = 4_000_000
"""So many cells, filled or not, may there be up to the last row and column in which something stands."""
MAX_DEPTH = 64
MAX_PART_BYTES = 16 * 1024 * 1024
"""So long may the start of a part of XML be, with all that it says of the part, and so long a remark."""
MOST_CHARACTERS = 200_000
"""No more of a cell is looked at. One with half as many makes its row too long to be read."""
MAX_MARKED = 250_000
MAX_MERGED = 10_000
"""So deep may parts stand inside parts; so many cells may need a text of ours; so many ranges may be merged."""

NO_VALUE = "=(no value)"
"""What stands for a formula of which the workbook holds no value; no answer."""
NO_ERROR_TEXT = "#ERROR"
_LONG_NUMBER = re.compile(r"[+-]?0*([1-9]\d{15,})(\.0*)?|[+-]?\d(\.\d+)?[eE]\+?(1[5-9]|[2-9]\d|\d{3,})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are merged into one, from the first row and column to the last ones, from 1."""

    row: int
    column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        return f"{address(self.row, self.column)}:{address(self.last_row, self.last_column)}"


@dataclass(slots=True)
class SheetLook:
    """What is in a sheet, by rows and columns from 1: where its last row and column are, and the texts of some cells.

    `texts` are those that a reader does not give, by row and column; `booleans` are, by row, the columns of numbers
    that are shown as TRUE or FALSE. `last_rows` has the last row that is filled in each column. `errors`, `no_values`,
    `long_numbers` and `texts_alone` are the addresses of such cells; of the last, nothing has to be said.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    last_rows: dict[int, int] = field(default_factory=dict)
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    booleans: dict[int, array[int]] = field(default_factory=dict)
    marked: int = 0
    errors: list[str] = field(default_factory=list)
    no_values: list[str] = field(default_factory=list)
    long_numbers: list[str] = field(default_factory=list)
    texts_alone: list[str] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0

    @property
    def span(self) -> int:
        """How many cells there are up to the last row and column, filled or not."""
        return self.rows * self.columns

    def fill(self, row: int, column: int) -> None:
        """Say that a cell is filled. Raises Unusable if it lies too far out."""
        self.cells += 1
        if row == self.rows and column <= self.columns:  # most often
            self.last_rows[column] = row
            return
        self.last_rows[column] = max(row, self.last_rows.get(column, 0))
        if row > self.rows or column > self.columns:
            self.rows, self.columns = max(row, self.rows), max(column, self.columns)
            if self.rows > MAX_ROWS or self.columns > MAX_COLUMNS:
                raise too_large(f"the cell {address(row, column)} lies farther out than any cell of Excel")
            if self.span > MAX_CELLS:
                what = f"up to the cell {address(row, column)} the sheet has more than {MAX_CELLS:,} cells"
                raise too_large(f"{what}, filled or not")

    def show_boolean(self, row: int, column: int) -> None:
        """Say that a number is shown as TRUE or FALSE."""
        self.booleans.setdefault(row, array("H")).append(column)

    def mark(self, row: int, column: int, text: str, addresses: list[str]) -> None:
        """Give a cell its text. Raises Unusable if too many have one."""
        self.marked += 1
        if self.marked > MAX_MARKED:
            raise too_large(f"more than {MAX_MARKED:,} cells hold errors, formulas without a value and the like")
        self.texts.setdefault(row, {})[column] = text
        addresses.append(address(row, column))

    def merge(self, merged: Merged) -> None:
        """Say that cells are merged. Raises Unusable if there are too many such places."""
        if len(self.merged) >= MAX_MERGED:
            raise too_large(f"more than {MAX_MERGED:,} places have merged cells")
        self.merged.append(merged)


def is_long_number(text: str) -> bool:
    """Whether a number has more digits before its point than a workbook holds exactly."""
    return (len(text) > 15 or "E" in text or "e" in text) and _LONG_NUMBER.fullmatch(text) is not None


def address(row: int, column: int) -> str:
    """The address of a cell, such as B5; row and column count from 1."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def column_number(letters: str) -> int:
    """The number of a column, from 1, by its letters. Raises Unusable if they are none."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z" or len(letters) > 3:
            raise damaged("the workbook has a cell with an address that is none")
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class Enough(Exception):
    """Ends the look at a part: what was to be known is known."""


class XmlReader(Protocol):
    """What is told of each part of an XML text, in its order; `depth` counts the parts that are open."""

    depth: int

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """A part begins; depth has to grow with it."""

    def end(self, name: str, /) -> None:
        """A part ends; depth has to shrink with it."""

    def text(self, text: str, /) -> None:
        """Text in the part that was begun last."""


def look_through(blocks: Iterable[bytes], reader: XmlReader, raw_text: Callable[[], None] | None = None) -> None:
    """Read XML, and tell what is in it. Raises Unusable if it is damaged, declares anything, or is past a bound.

    The reader may raise Enough to end it. `raw_text` is called where text begins in which no sign has a meaning.
    """
    parser = expat.ParserCreate()
    parser.StartCdataSectionHandler = raw_text
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    given = 0
    try:
        for block in blocks:
            if not given and block.startswith(UTF16_BOMS):
                raise damaged("a part of the workbook is not in UTF-8, as those of workbooks are")
            parser.Parse(block, False)  # noqa: FBT003 - expat takes no names
            check_depth(reader.depth)
            given += len(block)
            if given - parser.CurrentByteIndex > MAX_PART_BYTES:
                raise too_large(f"the workbook has a part that says more than {MAX_PART_BYTES // 2**20} MB of itself")
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError:
        raise damaged() from None
    except Enough:
        return


def check_depth(depth: int) -> None:
    """Raises Unusable if parts stand inside parts too deep."""
    if depth > MAX_DEPTH:
        raise too_large(f"the workbook has parts inside parts to a depth of more than {MAX_DEPTH}")


def _refuse(*_said: object) -> None:
    raise damaged("the workbook declares what its own texts mean, which no workbook does")


def whole_number(text: str | None, otherwise: int) -> int:
    """A number that the program which wrote a workbook counted with. Raises Unusable if it is none."""
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        raise damaged()
    return int(text)
