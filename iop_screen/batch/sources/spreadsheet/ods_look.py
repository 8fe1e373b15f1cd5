"""A look at the XML of a workbook of LibreOffice: its sheets, and what is in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from iop_screen.batch.sources.spreadsheet.archive import Archive, whole
from iop_screen.batch.sources.spreadsheet.book import SheetName
from iop_screen.batch.sources.spreadsheet.problems import damaged, encrypted, too_large
from iop_screen.batch.sources.spreadsheet.second_look import (
    MAX_ROWS,
    NO_ERROR_TEXT,
    NO_VALUE,
    Merged,
    SheetLook,
    is_long_number,
    look_through,
    whole_number,
)

CONTENT = "content.xml"
MANIFEST = "meta-inf/manifest.xml"
MAX_LIST_BYTES = 8 * 1024 * 1024
MAX_SHEETS = 1_000
_ENCRYPTION = b"encryption-data"


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

    def look(self, sheet: SheetName) -> SheetLook:
        """What is in a sheet."""
        return self._looks[sheet.index]


def ods_book(archive: Archive) -> OdsBook:
    """Look at all sheets of a workbook of LibreOffice. Raises Unusable if it is damaged or past a bound."""
    if MANIFEST in archive.names and _ENCRYPTION in whole(archive, MANIFEST, MAX_LIST_BYTES):
        raise encrypted()
    reader = _ContentReader()
    look_through(archive.blocks(CONTENT), reader.start, reader.end, reader.text)
    sheets = (
        SheetName(index=index, name=name, visible=style not in reader.hidden_styles)
        for index, (name, style) in enumerate(reader.named)
    )
    return OdsBook(tuple(sheets), (), tuple(reader.looks))


@dataclass(slots=True)
class _Cell:
    """A cell as its element says: how often it stands there, how its value is written, and its text."""

    attributes: dict[str, str]
    times: int
    lines: list[list[str]] = field(default_factory=list)
    needs_text: bool = False

    @property
    def text(self) -> str:
        return "\n".join("".join(line) for line in self.lines)


def _is_open(said: dict[str, str]) -> bool:
    """Whether a cell has a formula, and no value that it came to."""
    return "table:formula" in said and "office:value-type" not in said


class _ContentReader:
    """Looks at the cells of all sheets, one by one."""

    def __init__(self) -> None:
        self.looks: list[SheetLook] = []
        self.named: list[tuple[str, str]] = []
        self.hidden_styles: set[str] = set()
        self._style = ""
        self._in_table = False
        self._row = self._column = 0
        self._row_times, self._row_hidden = 1, False
        self._filled: list[tuple[int, _Cell]] = []
        self._cell: _Cell | None = None
        self._in_note = 0
        self._in_text = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "table:table-cell" | "table:covered-table-cell":
                self._begin_cell(attributes)
            case "text:p" | "text:s" | "text:tab" | "text:line-break":
                self._begin_text(name, attributes)
            case "table:table-row":
                self._begin_row(attributes)
            case "office:annotation":
                self._in_note += 1
            case "table:table":
                self._begin_table(attributes)
            case "style:style":
                self._style = attributes.get("style:name", "")
            case "style:table-properties" if attributes.get("table:display") == "false":
                self.hidden_styles.add(self._style)
            case _:
                pass

    def text(self, text: str) -> None:
        if self._cell is not None and self._in_text and not self._in_note:
            self._cell.lines[-1].append(text)

    def end(self, name: str) -> None:
        match name:
            case "table:table-cell" | "table:covered-table-cell":
                self._end_cell()
            case "text:p" if not self._in_note:
                self._in_text -= 1
            case "table:table-row":
                self._end_row()
            case "office:annotation":
                self._in_note -= 1
            case "table:table":
                self._in_table = False
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
        self._row_times = whole_number(attributes.get("table:number-rows-repeated"), 1)
        self._row_hidden = attributes.get("table:visibility", "visible") != "visible"
        self._column = 0
        self._filled.clear()

    def _end_row(self) -> None:
        look, first = self.looks[-1], self._row + 1
        self._row += self._row_times
        if self._row > MAX_ROWS:
            raise too_large(f"a sheet of the workbook has more than {MAX_ROWS:,} rows")
        for column, cell in self._filled:
            self._fill(look, first, column, cell)
        look.hidden_rows += self._row_times * (self._row_hidden and bool(self._filled))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if self._cell is not None or not self._in_table:
            raise damaged()
        self._cell = _Cell(attributes, whole_number(attributes.get("table:number-columns-repeated"), 1))
        self._in_text = 0
        across = whole_number(attributes.get("table:number-columns-spanned"), 1)
        down = whole_number(attributes.get("table:number-rows-spanned"), 1)
        if across > 1 or down > 1:
            row, column = self._row + 1, self._column + 1
            self.looks[-1].merge(Merged(row, column, row + down - 1, column + across - 1))

    def _begin_text(self, name: str, attributes: dict[str, str]) -> None:
        cell = self._cell
        if cell is None or self._in_note:
            return
        match name:
            case "text:p":
                self._in_text += 1
                cell.lines.append([])
            case "text:s" if cell.lines:
                cell.lines[-1].append(" " * min(1_000, whole_number(attributes.get("text:c"), 1)))
            case _ if cell.lines:
                cell.lines[-1].append("\t" if name == "text:tab" else "\n")
                cell.needs_text = True
            case _:
                pass

    def _end_cell(self) -> None:
        cell = self._cell
        if cell is None:
            raise damaged()
        self._cell = None
        self._column += cell.times
        said = cell.attributes
        if cell.text or said.get("office:value-type", "string") != "string" or _is_open(said):
            self._filled.append((self._column - cell.times + 1, cell))

    def _fill(self, look: SheetLook, row: int, column: int, cell: _Cell) -> None:
        """Say that a cell is filled in each of its rows and columns, and give it its text if a reader would not."""
        marked = self._marked(look, cell)
        for at in range(column, column + cell.times):
            look.fill(row + self._row_times - 1, at)
            if marked is not None:
                text, addresses = marked
                for each in range(row, row + self._row_times):
                    look.mark(each, at, text, addresses)

    @staticmethod
    def _marked(look: SheetLook, cell: _Cell) -> tuple[str, list[str]] | None:
        """The text of a cell that a reader gives another one, and where its address is listed."""
        said, text = cell.attributes, cell.text
        kind = said.get("office:value-type")
        if said.get("calcext:value-type") == "error" or (text and said.get("office:string-value") == ""):
            return text or NO_ERROR_TEXT, look.errors
        if kind is None:
            return (text, look.texts_alone) if text else (NO_VALUE, look.no_values)
        if is_long_number(said.get("office:value", "")):
            return said["office:value"], look.long_numbers
        return (text, look.texts_alone) if cell.needs_text and kind == "string" else None
