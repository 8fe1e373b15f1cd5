"""Workbooks for tests, as small as XLSX and ODS can be: the same sheets in both, and what a person may do to them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
CELL, COVERED = "table:table-cell", "table:covered-table-cell"
"""A cell of an ODS, and one that is covered by another, with which it is merged."""
DAY, TIME, PERCENT = 1, 2, 3
"""The styles of the cells of an XLSX, by their place in its list."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, and the value that the program which wrote it has stored; None if it has stored none."""

    text: str
    value: str | float | None = None


@dataclass(frozen=True, slots=True)
class Error:
    """A cell that holds an error, such as `#N/A`."""

    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The XML of a cell as it is; `{at}` in it is the address of the cell."""

    xml: str


Cell = str | float | date | datetime | Formula | Error | Written | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its rows, the place of its first cell (row and column, from 1), and what was done to it."""

    name: str
    rows: Sequence[Row]
    first: tuple[int, int] = (1, 1)
    hidden: bool = False
    merged: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()


def write_xlsx(path: Path, rows: Sequence[Row], name: str = "Forms") -> Path:
    """Write a workbook of Excel with one sheet; gives the path."""
    path.write_bytes(xlsx([Sheet(name, rows)]))
    return path


def write_ods(path: Path, rows: Sequence[Row], name: str = "Forms") -> Path:
    """Write a workbook of LibreOffice with one sheet; gives the path."""
    path.write_bytes(ods([Sheet(name, rows)]))
    return path


def address(row: int, column: int) -> str:
    """The address of a cell, such as `B5`; both count from 1."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def zipped(members: Sequence[tuple[str, str | bytes]]) -> bytes:
    """A ZIP archive with these members, packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, None if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return stream.getvalue()


# XLSX


def xlsx(sheets: Sequence[Sheet], *, date1904: bool = False, more: Sequence[tuple[str, str | bytes]] = ()) -> bytes:
    """A workbook of Excel; `more` are members of the archive that are put behind the others."""
    return zipped([*xlsx_members(sheets, date1904=date1904), *more])


def xlsx_members(sheets: Sequence[Sheet], *, date1904: bool = False) -> list[tuple[str, str | bytes]]:
    """The members of the archive."""
    numbered = [*enumerate(sheets, 1)]
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{TYPE}worksheet+xml"/>'
        for number, _ in numbered
    )
    off = ("", ' state="hidden"')
    named = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}"{off[sheet.hidden]} r:id="rId{number}"/>'
        for number, sheet in numbered
    )
    epoch = ("", ' date1904="1"')[date1904]
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number, _ in numbered
    )
    strings: dict[str, int] = {}
    written = [(f"xl/worksheets/sheet{number}.xml", _xlsx_sheet(sheet, strings)) for number, sheet in numbered]
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    last = len(sheets)
    return [
        (
            "[Content_Types].xml",
            (
                f'{XML}<Types xmlns="{CONTENT_TYPES}"><Default Extension="rels" '
                'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}sheet.main+xml"/>{parts}'
                f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}styles+xml"/>'
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}sharedStrings+xml"/></Types>'
            ),
        ),
        (
            "_rels/.rels",
            (
                f'{XML}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
                'Target="xl/workbook.xml"/></Relationships>'
            ),
        ),
        (
            "xl/workbook.xml",
            (
                f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr{epoch}/>'
                f"<sheets>{named}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            (
                f'{XML}<Relationships xmlns="{RELATIONS}">{related}'
                f'<Relationship Id="rId{last + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
                f'<Relationship Id="rId{last + 2}" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
                "</Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            (
                f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
                '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
                '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/>'
                '<xf numFmtId="9" applyNumberFormat="1"/></cellXfs></styleSheet>'
            ),
        ),
        *written,
        (
            "xl/sharedStrings.xml",
            f'{XML}<sst xmlns="{MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{shared}</sst>',
        ),
    ]


def _xlsx_sheet(sheet: Sheet, strings: dict[str, int]) -> str:
    first_row, first_column = sheet.first
    off = ("", ' hidden="1"')
    rows = "".join(
        f'<row r="{number}"{off[number in sheet.hidden_rows]}>'
        + "".join(_xlsx_cell(cell, address(number, column), strings) for column, cell in enumerate(row, first_column))
        + "</row>"
        for number, row in enumerate(sheet.rows, first_row)
    )
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in sheet.merged)
    merges = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' * bool(merged)
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{merges}</worksheet>'


def _xlsx_cell(cell: Cell, at: str, strings: dict[str, int]) -> str:
    match cell:
        case None:
            return ""
        case Written(xml):
            return xml.format(at=at)
        case Error(text):
            return f'<c r="{at}" t="e"><v>{escape(text)}</v></c>'
        case Formula(text, None):
            return f'<c r="{at}"><f>{escape(text)}</f></c>'
        case Formula(text, value):
            kind = ' t="str"' if isinstance(value, str) else ""
            return f'<c r="{at}"{kind}><f>{escape(text)}</f><v>{escape(str(value))}</v></c>'
        case bool():
            return f'<c r="{at}" t="b"><v>{int(cell)}</v></c>'
        case str():
            return f'<c r="{at}" t="s"><v>{strings.setdefault(cell, len(strings))}</v></c>'
        case datetime() | date():
            return f'<c r="{at}" s="{TIME if isinstance(cell, datetime) else DAY}"><v>{_serial(cell)!r}</v></c>'
        case _:
            return f'<c r="{at}"><v>{cell!r}</v></c>'


def _serial(day: date) -> float:
    """A day, or a time of one, as Excel counts it."""
    moment = day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001 - no zone
    return (moment - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001 - a workbook has no zones


# ODS


def ods(sheets: Sequence[Sheet], *, more: Sequence[tuple[str, str | bytes]] = ()) -> bytes:
    """A workbook of LibreOffice; `more` are members of the archive that are put behind the others."""
    return zipped([*ods_members(ods_content(sheets)), *more])


def ods_content(sheets: Sequence[Sheet]) -> str:
    """The member that holds the cells."""
    styles = (
        '<office:automatic-styles><style:style style:name="off" style:family="table"><style:table-properties '
        'table:display="false"/></style:style></office:automatic-styles>'
    )
    spaces = "".join(
        f' xmlns:{name}="{ODF}{uri}:1.0"'
        for name, uri in {
            "office": "office",
            "table": "table",
            "text": "text",
            "style": "style",
            "draw": "drawing",
        }.items()
    )
    spaces += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    tables = "".join(map(_ods_sheet, sheets))
    return (
        f'{XML}<office:document-content{spaces} office:version="1.2">{styles}<office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )


def ods_members(content: str | bytes) -> list[tuple[str, str | bytes]]:
    """The members of the archive around the one that holds the cells."""
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in {"/": ODS_TYPE, "content.xml": "text/xml"}.items()
    )
    return [
        ("mimetype", ODS_TYPE),
        (
            "META-INF/manifest.xml",
            (
                f'{XML}<manifest:manifest xmlns:manifest="{ODF}manifest:1.0" manifest:version="1.2">{manifest}'
                "</manifest:manifest>"
            ),
        ),
        ("content.xml", content),
    ]


def _ods_sheet(sheet: Sheet) -> str:
    first_row, first_column = sheet.first
    above = f'<table:table-row table:number-rows-repeated="{first_row - 1}"><table:table-cell/></table:table-row>'
    left = f'<table:table-cell table:number-columns-repeated="{first_column - 1}"/>'
    spans = dict(map(_span, sheet.merged))
    covered = {at for each in sheet.merged for at in _covered(each)}
    off = ("", ' table:visibility="collapse"')
    rows = "".join(
        f"<table:table-row{off[number in sheet.hidden_rows]}>{left * (first_column > 1)}"
        + "".join(
            _ods_cell(cell, spans.get(place, "")).replace("table:table-cell", COVERED if place in covered else CELL)
            for place, cell in ((address(number, column), cell) for column, cell in enumerate(row, first_column))
        )
        + "</table:table-row>"
        for number, row in enumerate(sheet.rows, first_row)
    )
    style = ' table:style-name="off"' * sheet.hidden
    return f"<table:table table:name={quoteattr(sheet.name)}{style}>{above * (first_row > 1)}{rows}</table:table>"


def _span(merged: str) -> tuple[str, str]:
    """The first cell of a range such as `B2:C3`, and what that cell says of it."""
    first, last = merged.split(":")
    (row, column), (last_row, last_column) = _place(first), _place(last)
    across, down = last_column - column + 1, last_row - row + 1
    return first, f' table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'


def _covered(merged: str) -> Iterator[str]:
    """The cells of a range but the first."""
    (row, column), (last_row, last_column) = map(_place, merged.split(":"))
    every = [address(down, across) for down in range(row, last_row + 1) for across in range(column, last_column + 1)]
    return iter(every[1:])


def _place(at: str) -> tuple[int, int]:
    letters = at.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(at[len(letters) :]), column


def _ods_cell(cell: Cell, span: str) -> str:
    match cell:
        case None:
            return f"<table:table-cell{span}/>"
        case Written(xml):
            return xml
        case Error(text):
            formula = (
                'table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"'
            )
            return f"<table:table-cell{span} {formula}><text:p>{escape(text)}</text:p></table:table-cell>"
        case Formula(text, None):
            return f"<table:table-cell{span} table:formula={quoteattr('of:=' + text)}/>"
        case Formula(text, value):
            return _ods_value(value, f"{span} table:formula={quoteattr('of:=' + text)}")
        case _:
            return _ods_value(cell, span)


def _ods_value(cell: str | float | date | datetime | None, more: str) -> str:
    match cell:
        case str():
            kind, shown = 'office:value-type="string"', "".join(_paragraphs(cell))
        case bool():
            value = str(cell).lower()
            kind = f'office:value-type="boolean" office:boolean-value="{value}"'
            shown = f"<text:p>{value.upper()}</text:p>"
        case datetime() | date():
            kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
            shown = f"<text:p>{cell:%m/%d/%y}</text:p>"
        case _:
            kind = f'office:value-type="float" office:value="{cell!r}"'
            shown = f"<text:p>{cell!r}</text:p>"
    return f"<table:table-cell{more} {kind}>{shown}</table:table-cell>"


def _paragraphs(text: str) -> Iterator[str]:
    """The lines of a text; each blank after the first of several has its own sign."""
    for line in text.split("\n"):
        spaced = escape(line).replace("  ", " <text:s/>").replace("  ", " <text:s/>")
        yield f"<text:p>{spaced}</text:p>"
