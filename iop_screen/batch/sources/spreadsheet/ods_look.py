"""A look at the XML of a workbook of LibreOffice: its sheets, and what is in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from iop_screen.batch.sources.spreadsheet import second_look
from iop_screen.batch.sources.spreadsheet.archive import Archive, whole
from iop_screen.batch.sources.spreadsheet.book import SheetName
from iop_screen.batch.sources.spreadsheet.problems import damaged, encrypted, too_large
from iop_screen.batch.sources.spreadsheet.second_look import (
    MAX_ROWS,
    MOST_CHARACTERS,
    NO_ERROR_TEXT,
    NO_VALUE,
    Merged,
    SheetLook,
    check_depth,
    is_long_number,
    look_through,
    whole_number,
)

CONTENT = "content.xml"
MANIFEST = "meta-inf/manifest.xml"
MAX_LIST_BYTES = 8 * 1024 * 1024
MAX_SHEETS = 1_000
_BESIDE = frozenset({"office:annotation", "draw:frame", "draw:custom-shape"})
"""What stands in a cell and is not its text: a comment, which readers know, or something that is drawn above it."""
_SPAN = re.compile(r"(-?)PT(\d+)H([0-5]\d)M([0-5]\d)(?:[.,]\d*)?S", re.ASCII)
_ENCRYPTION = b"encryption-data"
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


@dataclass(frozen=True, slots=True)
class OdsBook:
    """A workbook of LibreOffice, of which all sheets have been looked at: a reader unpacks them all."""

    sheets: tuple[SheetName, ...]
    remarks: tuple[str, ...]
    _looks: tuple[SheetLook, ...]

    kind = "a workbook of LibreOffice (ODS)"

    def has_data(self, sheet: SheetName) -> bool:
        """Whether a cell of a sheet is filled."""
        return bool(self._looks[sheet.index].cells)

    def room(self, _look: SheetLook) -> int:
        """For how many cells a reader makes room: it reads all sheets."""
        return sum(look.span for look in self._looks)

    def look(self, sheet: SheetName) -> SheetLook:
        """What is in a sheet."""
        return self._looks[sheet.index]


def ods_book(archive: Archive) -> OdsBook:
    """Look at all sheets of a workbook of LibreOffice. Raises Unusable if it is damaged or past a bound."""
    if MANIFEST in archive.names and _ENCRYPTION in whole(archive, MANIFEST, MAX_LIST_BYTES):
        raise encrypted()
    reader = _ContentReader()
    look_through(archive.blocks(CONTENT), reader, reader.raw_text)
    if sum(look.span for look in reader.looks) > second_look.MAX_CELLS:
        raise too_large(f"the sheets of the workbook have more than {second_look.MAX_CELLS:,} cells, filled or not")
    sheets = (
        SheetName(index=index, name=name, visible=style not in reader.hidden_styles)
        for index, (name, style) in enumerate(reader.named)
    )
    return OdsBook(tuple(sheets), (), tuple(reader.looks))


def _is_open(said: dict[str, str]) -> bool:
    """Whether a cell has a formula, and no value that it came to."""
    return "table:formula" in said and "office:value-type" not in said


def _times(text: str | None) -> int:
    """For how many rows or cells one stands. Raises Unusable if it is none: nobody can tell whether it is there."""
    times = whole_number(text, 1)
    if not times:
        raise damaged("the workbook has a row or a cell that is there no time")
    return times


def _clock(value: str, shown: str) -> str:
    """A span of time, or a time of day, as hours, minutes and seconds; as it is shown if it is written otherwise."""
    found = _SPAN.fullmatch(value)
    if found is None:
        return shown or value
    sign, hours, minutes, seconds = found.groups()
    return f"{sign}{int(hours):02}:{minutes}:{seconds}"


class _ContentReader:
    """Looks at the cells of all sheets, one by one. What is done for each cell is written for speed."""

    def __init__(self) -> None:
        self.depth = 0
        self.looks: list[SheetLook] = []
        self.named: list[tuple[str, str]] = []
        self.hidden_styles: set[str] = set()
        self._style = ""
        self._in_table = False
        self._row = self._column = 0
        self._row_times, self._row_hidden = 1, False
        self._cell: dict[str, str] | None = None
        self._text, self._needs_text = "", False
        self._paragraphs = self._in_note = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if name in _CELLS:
            self._begin_cell(attributes)
        elif name == "text:p":
            if self._cell is not None and not self._in_note:
                if self._paragraphs:
                    self._add("\n")
                self._paragraphs += 1
        elif name == "table:table-row":
            self._begin_row(attributes)
        else:
            self._start_other(name, attributes)

    def text(self, text: str) -> None:
        if self._paragraphs and not self._in_note:
            self._add(text)

    def raw_text(self) -> None:
        """Text begins that may hold any sign, which a reader passes over."""
        if self._cell is not None:
            raise damaged("a cell of the workbook holds a text that is written as no workbook does")

    def _add(self, text: str) -> None:
        if len(self._text) <= MOST_CHARACTERS:
            self._text += text

    def end(self, name: str) -> None:
        self.depth -= 1
        if name in _CELLS:
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()
        elif name in _BESIDE:
            self._in_note -= 1
        elif name == "table:table":
            self._in_table = False

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        check_depth(self.depth)
        match name:
            case "text:s" if self._paragraphs and not self._in_note:
                self._add(" " * min(1_000, whole_number(attributes.get("text:c"), 1)))
            case "text:tab" | "text:line-break" if self._paragraphs and not self._in_note:
                self._add("\t" if name == "text:tab" else "\n")
                self._needs_text = True
            case _ if name in _BESIDE:
                self._in_note += 1
                self._needs_text |= self._cell is not None and name != "office:annotation"
            case "table:table":
                self._begin_table(attributes)
            case "style:style":
                self._style = attributes.get("style:name", "")
            case "style:table-properties" if attributes.get("table:display") == "false":
                self.hidden_styles.add(self._style)
            case _:
                pass

    def _begin_table(self, attributes: dict[str, str]) -> None:
        if self._in_table:
            raise damaged("the workbook has a table inside a table")
        if len(self.looks) >= MAX_SHEETS:
            raise too_large(f"the workbook has more than {MAX_SHEETS:,} sheets")
        self._in_table, self._row = True, 0
        self.looks.append(SheetLook())
        self.named.append((attributes.get("table:name", ""), attributes.get("table:style-name", "")))

    def _begin_row(self, attributes: dict[str, str]) -> None:
        if not self._in_table:
            raise damaged()
        self._row_times = _times(attributes.get("table:number-rows-repeated"))
        self._row_hidden = attributes.get("table:visibility", "visible") != "visible"
        self._row += self._row_times
        self._column = 0
        if self._row > MAX_ROWS:
            raise too_large(f"a sheet of the workbook has more than {MAX_ROWS:,} rows")

    def _end_row(self) -> None:
        if self._row_hidden and self.looks[-1].rows == self._row:
            self.looks[-1].hidden_rows += self._row_times

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if self._cell is not None or not self._in_table:
            raise damaged()
        self._cell = attributes
        self._text, self._needs_text, self._paragraphs = "", False, 0
        if "table:number-columns-spanned" in attributes or "table:number-rows-spanned" in attributes:
            self._merge(attributes)

    def _merge(self, said: dict[str, str]) -> None:
        across = whole_number(said.get("table:number-columns-spanned"), 1)
        down = whole_number(said.get("table:number-rows-spanned"), 1)
        if across > 1 or down > 1:
            row, column = self._row - self._row_times + 1, self._column + 1
            self.looks[-1].merge(Merged(row, column, self._row + down - 1, column + across - 1))

    def _end_cell(self) -> None:
        said, self._cell, self._paragraphs = self._cell, None, 0
        if said is None:
            raise damaged()
        times = _times(said.get("table:number-columns-repeated"))
        first = self._column + 1
        self._column += times
        if self._needs_text and not self._text:
            self.looks[-1].mark(self._row, first, "", self.looks[-1].texts_alone)
        if self._text or said.get("office:value-type", "string") != "string" or _is_open(said):
            for column in range(first, first + times):
                self._fill(self.looks[-1], column, said)

    def _fill(self, look: SheetLook, column: int, said: dict[str, str]) -> None:
        """Say that a cell is filled, in all rows that are alike, and give it its text if a reader would not."""
        look.fill(self._row, column)
        if self._text in {"TRUE", "FALSE"} and said.get("office:value") in {"0", "1"}:
            for row in range(self._row - self._row_times + 1, self._row + 1):
                look.show_boolean(row, column)
        marked = self._marked(look, said)
        if marked is not None:
            text, addresses = marked
            for row in range(self._row - self._row_times + 1, self._row + 1):
                look.mark(row, column, text, addresses)

    def _marked(self, look: SheetLook, said: dict[str, str]) -> tuple[str, list[str]] | None:
        """The text of a cell that a reader gives another one, and where its address is listed."""
        kind, text = said.get("office:value-type"), self._text
        match kind:
            case "string":
                if said.get("calcext:value-type") == "error" or (text and said.get("office:string-value") == ""):
                    return text or NO_ERROR_TEXT, look.errors
                return (text, look.texts_alone) if self._needs_text else None
            case "float" | "percentage" | "currency" if "office:value" in said:
                value = said["office:value"]
                return (value, look.long_numbers) if is_long_number(value) else None
            case "boolean" if said.get("office:boolean-value") in {"true", "false"}:
                return None
            case "date" if "office:date-value" in said:
                return None
            case "time":
                return _clock(said.get("office:time-value", ""), text), look.texts_alone
            case _:
                return (text, look.texts_alone) if text else (NO_VALUE, look.no_values)
