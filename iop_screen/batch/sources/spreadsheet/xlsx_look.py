"""A look at the XML of a workbook of Excel: its sheets, and what is in one of them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from iop_screen.batch.sources.spreadsheet.archive import Archive, whole
from iop_screen.batch.sources.spreadsheet.book import SheetName
from iop_screen.batch.sources.spreadsheet.problems import damaged
from iop_screen.batch.sources.spreadsheet.second_look import (
    MOST_CHARACTERS,
    NO_ERROR_TEXT,
    NO_VALUE,
    Enough,
    Merged,
    SheetLook,
    check_depth,
    column_number,
    is_long_number,
    look_through,
    whole_number,
)

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MAX_LIST_BYTES = 8 * 1024 * 1024
STYLES = "xl/styles.xml"
ALSO_READ = ("xl/sharedstrings.xml", STYLES)
"""What a reader unpacks beside the sheet."""
BOOLEAN_FORMATS = frozenset({'"TRUE";"TRUE";"FALSE"', "BOOLEAN"})
"""The formats by which LibreOffice shows a number as TRUE or FALSE."""
DATE_FORMATS = frozenset(map(str, (*range(14, 23), *range(45, 48))))
"""The numbers of formats that every workbook has for dates and times."""
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)
_NO_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|General', re.IGNORECASE)
"""What stands in a format and is no letter for a part of a date: quoted text, colours, conditions."""
MAX_HIDDEN_RANGES = 1_000
"""So many ranges of hidden columns are told."""
OUT_OF_ORDER = "the rows and cells of the sheet are not in their order, or one of them stands there twice"
TWO_VALUES = "a cell of the workbook holds two values, so nobody can tell which one counts"
_TRUE = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of cells that show a number as TRUE or FALSE, and as a date or a time."""

    booleans: frozenset[str]
    dates: frozenset[str]


@dataclass(frozen=True, slots=True)
class XlsxBook:
    """A workbook of Excel whose list of sheets has been read."""

    sheets: tuple[SheetName, ...]
    remarks: tuple[str, ...]
    _archive: Archive
    _members: tuple[str, ...]
    _styles: Styles
    _is_worked_out: bool

    kind = "a workbook of Excel (XLSX)"

    def has_data(self, sheet: SheetName) -> bool:
        """Whether a cell of a sheet is filled. Raises Unusable if it is damaged."""
        return bool(self._look(sheet, first_only=True).cells)

    def room(self, look: SheetLook) -> int:
        """For how many cells a reader makes room: it reads one sheet."""
        return look.span

    def look(self, sheet: SheetName) -> SheetLook:
        """What is in a sheet. Raises Unusable if it is damaged or past a bound."""
        for name in ALSO_READ:
            if name in self._archive.names:
                for _block in self._archive.blocks(name):
                    pass  # its size and its checksum are right
        return self._look(sheet, first_only=False)

    def _look(self, sheet: SheetName, *, first_only: bool) -> SheetLook:
        reader = _SheetReader(self._styles, first_only=first_only, is_worked_out=self._is_worked_out)
        look_through(self._archive.blocks(self._members[sheet.index]), reader, reader.raw_text)
        filled = reader.look.last_rows
        reader.look.hidden_columns = sum(any(column in each for each in reader.hidden) for column in filled)
        return reader.look


def xlsx_book(archive: Archive) -> XlsxBook:
    """The list of sheets of a workbook of Excel. Raises Unusable if it is damaged."""
    listed = _ListReader()
    look_through([whole(archive, WORKBOOK, MAX_LIST_BYTES)], listed)
    related = _RelationsReader()
    look_through([whole(archive, RELATIONS, MAX_LIST_BYTES)], related)
    sheets = tuple(
        SheetName(index=index, name=name, visible=visible, holds_cells=related.kinds.get(relation) == "worksheet")
        for index, (name, visible, relation) in enumerate(listed.sheets)
    )
    remarks = ("its dates count from 1904",) if listed.from_1904 else ()
    if any(name.endswith("vbaproject.bin") for name in archive.names):
        remarks = (*remarks, "it holds macros, which are not run")
    members = tuple(related.targets.get(relation, "") for _, _, relation in listed.sheets)
    return XlsxBook(sheets, remarks, archive, members, _styles(archive), listed.is_worked_out)


def _styles(archive: Archive) -> Styles:
    """How numbers are shown in cells, by the styles of these."""
    read = _StyleReader()
    if STYLES in archive.names:
        look_through([whole(archive, STYLES, MAX_LIST_BYTES)], read)
    numbered = [*enumerate(read.of_cells)]
    return Styles(
        frozenset(str(place) for place, number in numbered if number in read.booleans),
        frozenset(str(place) for place, number in numbered if number in read.dates),
    )


def _local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


class _ListReader:
    """The sheets in their order: name, whether one sees it, and the name of what says where it is.

    `is_worked_out` is false if the workbook says that all formulas have to be worked out when it is opened.
    """

    def __init__(self) -> None:
        self.depth = 0
        self.sheets: list[tuple[str, bool, str]] = []
        self.from_1904 = False
        self.is_worked_out = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        match _local(name):
            case "workbookPr":
                self.from_1904 = attributes.get("date1904") in _TRUE
            case "calcPr":
                self.is_worked_out = attributes.get("fullCalcOnLoad") not in _TRUE
            case "sheet":
                relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                visible = attributes.get("state", "visible") == "visible"
                self.sheets.append((attributes.get("name", ""), visible, relation))
            case _:
                pass

    def end(self, _name: str) -> None:
        self.depth -= 1

    def text(self, _text: str) -> None:
        return


class _RelationsReader:
    """What kind of sheet is behind a name, and where it is in the archive."""

    def __init__(self) -> None:
        self.depth = 0
        self.kinds: dict[str, str] = {}
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if _local(name) == "Relationship":
            key, target = attributes.get("Id", ""), attributes.get("Target", "")
            self.kinds[key] = attributes.get("Type", "").rpartition("/")[2]
            self.targets[key] = posixpath.normpath(posixpath.join("/xl", target))[1:].casefold()

    def end(self, _name: str) -> None:
        self.depth -= 1

    def text(self, _text: str) -> None:
        return


class _StyleReader:
    """The numbers of the formats of cells, in their order, and of those that show TRUE or FALSE, or a date or time."""

    def __init__(self) -> None:
        self.depth = 0
        self.of_cells: list[str] = []
        self.booleans: set[str] = set()
        self.dates = {*DATE_FORMATS}
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        match _local(name):
            case "numFmt" if attributes.get("formatCode", "").upper() in BOOLEAN_FORMATS:
                self.booleans.add(attributes.get("numFmtId", ""))
            case "numFmt" if _DATE_LETTER.search(_NO_LETTERS.sub("", attributes.get("formatCode", ""))):
                self.dates.add(attributes.get("numFmtId", ""))
            case "cellXfs":
                self._in_cells = True
            case "xf" if self._in_cells:
                self.of_cells.append(attributes.get("numFmtId", ""))
            case _:
                pass

    def end(self, name: str) -> None:
        self.depth -= 1
        self._in_cells = self._in_cells and _local(name) != "cellXfs"

    def text(self, _text: str) -> None:
        return


class _SheetReader:
    """Looks at the cells of a sheet, one by one. What is done for each cell is written for speed."""

    def __init__(self, styles: Styles, *, first_only: bool, is_worked_out: bool) -> None:
        self.depth = 0
        self.look = SheetLook()
        self.hidden: list[range] = []
        self._styles = styles
        self._first_only = first_only
        self._is_worked_out = is_worked_out
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._last = (0, 0)
        self._row_text = "0"
        self._hidden_row = False
        self._kind, self._has_formula, self._has_value, self._inside = "n", False, False, False
        self._has_text = False
        self._text = self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if name == "c":
            at = attributes.get("r", "")
            column = self._columns.get(at.removesuffix(self._row_text))
            if column is None:
                column = self._place_cell(at)
            if column <= self._column:
                raise damaged(OUT_OF_ORDER)
            self._column = column
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._has_formula = self._has_value = self._has_text = False
            self._text = ""
        elif name == "v":
            if self._has_value or self._has_text:
                raise damaged(TWO_VALUES)
            self._inside = self._has_value = True
        elif ":" in name:
            self.depth -= 1
            self.start(_local(name), attributes)
        else:
            self._start_other(name, attributes)

    def text(self, text: str) -> None:
        if self._inside and len(self._text) <= MOST_CHARACTERS:
            self._text += text

    def raw_text(self) -> None:
        """Text begins that may hold any sign. A reader takes it in a text, and passes it over in a value."""
        if self._inside and not self._has_text:
            raise damaged("a cell of the workbook holds a value that is written as no workbook does")

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == "v":
            self._inside = False
        elif name == "c":
            if self._text or self._has_formula or self._kind == "e":
                self._end_cell()
        elif ":" in name:
            self.depth += 1
            self.end(_local(name))
        elif name == "t":
            self._inside = False
        elif name == "row" and self._hidden_row:
            self.look.hidden_rows += self.look.rows == self._row

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        check_depth(self.depth)
        match name:
            case "row":
                self._begin_row(whole_number(attributes.get("r"), self._row + 1))
                self._row_text, self._column = str(self._row), 0
                self._hidden_row = attributes.get("hidden") in _TRUE
            case "t":
                self._inside = True
            case "is" | "f" if self._has_value or self._has_text:
                raise damaged(TWO_VALUES)
            case "is":
                self._has_text = True
            case "f":
                self._has_formula = True
            case "col" if attributes.get("hidden") in _TRUE:
                self._hide(whole_number(attributes.get("min"), 0), whole_number(attributes.get("max"), 0))
            case "mergeCell":
                self.look.merge(self._merged(attributes.get("ref", "")))
            case _:
                pass

    def _begin_row(self, row: int) -> None:
        if row <= self._row:
            raise damaged(OUT_OF_ORDER)
        self._row = row

    def _place_cell(self, at: str) -> int:
        """The column of a cell; if that is not said, it is beside the one before it."""
        if not at:
            return self._column + 1
        row, column = self._place(at)
        if row != self._row:
            raise damaged(OUT_OF_ORDER)
        return column

    def _end_cell(self) -> None:
        """A cell that is not blank has ended."""
        text, kind, look = self._text, self._kind, self.look
        is_open = self._has_formula and not (self._is_worked_out and (text or (kind == "str" and self._has_value)))
        if not (text or is_open or kind == "e"):
            return
        row, column = self._row, self._column
        if (row, column) <= self._last:
            raise damaged("the workbook has a cell twice, or its cells are out of order")
        self._last = row, column
        look.fill(row, column)
        if is_open and kind != "e":
            look.mark(row, column, NO_VALUE, look.no_values)
        elif kind == "n":
            self._tell_number(text)
        else:
            self._tell_other(text)
        if self._first_only:
            raise Enough

    def _tell_number(self, text: str) -> None:
        """Tell of a number that a reader gives otherwise than it is written or shown."""
        look, row, column = self.look, self._row, self._column
        if is_long_number(text):
            look.mark(row, column, text, look.long_numbers)
        elif self._style in self._styles.booleans and text in {"0", "1"}:
            look.show_boolean(row, column)
        elif text.startswith("-") and self._style in self._styles.dates:
            look.mark(row, column, text, look.texts_alone)

    def _tell_other(self, text: str) -> None:
        """Tell of a cell that is no number and that a reader leaves out, or gives another text."""
        look, row, column = self.look, self._row, self._column
        if self._kind == "e":
            look.mark(row, column, text or NO_ERROR_TEXT, look.errors)
        elif self._kind == "s" and not text.isdigit():
            raise damaged("a cell of the workbook refers to a text that is not there")
        elif self._kind == "inlineStr" and self._has_value:
            look.mark(row, column, text, look.texts_alone)

    def _place(self, at: str) -> tuple[int, int]:
        """Row and column of an address."""
        letters = at.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = column_number(letters)
        row = whole_number(at[len(letters) :], 0)
        if not row or not column:
            raise damaged("the workbook has a cell with an address that is none")
        return row, column

    def _merged(self, ref: str) -> Merged:
        first, _, last = ref.partition(":")
        return Merged(*self._place(first), *self._place(last or first))

    def _hide(self, first: int, last: int) -> None:
        if len(self.hidden) < MAX_HIDDEN_RANGES:
            self.hidden.append(range(first, last + 1))
