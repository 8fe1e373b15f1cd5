"""A document as a small tree of blocks, and how it is rendered as a report in plain text and as one HTML page.

`screen_text` renders the same blocks as a page of a screen.
All text of the blocks goes through `sanitize`, so that none can act on a screen or in a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.core.safe_text import sanitize
from iop_screen.report.picture import Picture, picture_lines
from iop_screen.report.wording import filled_whole


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; rank 1 is that of the document. `name` is the id that the questionnaire file gives to what follows."""

    rank: int
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose. The tone (`strong`, `proved`, `broken`, `suggestion`) only colours what the words already say."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Short statements, each on a line of its own."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A statement, and what it rests on or leads to."""

    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """A list whose items may have a list below them."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Names, each with one text or several."""

    pairs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table. A mark stands beside its first cell, a note over the whole width below it."""

    cells: tuple[str, ...]
    mark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the same columns; as text, an empty cell is left out. A `tall` table has a line for each cell."""

    head: tuple[str, ...]
    rows: tuple[TableRow, ...]
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to be filled in by hand."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Statements, each with a box to tick by hand and with the places where it stands."""

    pairs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks that stay on one page where they can. The tone only colours them, as in a paragraph."""

    blocks: tuple[Block, ...]
    tone: str = ""


Block = Heading | Paragraph | Lines | Items | Points | Fields | Table | Blanks | Boxes | Picture | Group


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A document: its blocks in order, and the stamp on each printed page.

    What is to fit on `one_page` is printed in small type. A `dense` text has no blank lines.
    """

    title: str
    stamp: str
    blocks: tuple[Block, ...]
    one_page: bool = False
    dense: bool = False


def fields(*pairs: tuple[str, str | tuple[str, ...] | object | None]) -> Fields:
    """Fields of the pairs whose value is not empty."""
    filled = ((name, value if isinstance(value, tuple) else (value,)) for name, value in pairs if value)
    return Fields(tuple((name, tuple(map(str, texts))) for name, texts in filled))


def titled(title: str, blocks: Iterable[Block], rank: int = 2) -> Iterator[Block]:
    """A heading with the blocks below it; nothing if there are none."""
    below = tuple(blocks)
    if below:
        yield Heading(rank, title)
        yield from below


def titled_items(title: str, texts: Iterable[str], rank: int = 2) -> Iterator[Block]:
    """A heading with a list below it; nothing if the list is empty."""
    listed = tuple(map(str, texts))
    return titled(title, [Items(listed)] if listed else [], rank)


def titled_points(title: str, points: Iterable[Point], rank: int = 2) -> Iterator[Block]:
    """A heading with a list of points below it; nothing if there are none."""
    listed = tuple(points)
    return titled(title, [Points(listed)] if listed else [], rank)


def prose_blocks(text: str) -> Iterator[Paragraph | Items]:
    """The paragraphs of a text, parted by blank lines; lines that start with `- ` are items."""
    for paragraph in filter(str.strip, text.split("\n\n")):
        before, *items = f"\n{paragraph.strip()}".split("\n- ")
        if before.strip():
            yield Paragraph(before.strip())
        if items:
            yield Items(tuple(items))


def as_text(document: ReportDocument) -> str:
    """The document as plain text, 78 columns, ASCII marks."""
    between = "\n" if document.dense else "\n\n"
    return between.join(filter(None, (_text(block, "") for block in document.blocks))).lstrip("\n") + "\n"


def as_html(document: ReportDocument) -> str:
    """The document as one HTML page that loads nothing and runs nothing."""
    from iop_screen.report.html_page import html_page  # noqa: PLC0415 - an interview uses blocks but no page

    return html_page(_safe(document.title), document.stamp, blocks_html(document.blocks), one_page=document.one_page)


def blocks_html(blocks: Iterable[Block]) -> str:
    """Blocks as a part of a page."""
    return _joined(map(_html, blocks))


def _text(block: Block, indent: str) -> str:  # noqa: C901 - one case a block
    match block:
        case Heading():
            return _text_heading(block)
        case Paragraph(text):
            return _filled(text, indent, indent)
        case Lines(texts):
            return "\n".join(_filled(text, indent, indent) for text in texts)
        case Items(texts):
            return _text_items(texts, indent)
        case Points(points):
            return "\n".join(_text_point(point, indent) for point in points)
        case Fields(pairs):
            return "\n".join(_text_field(name, texts, indent) for name, texts in pairs)
        case Table(head, rows, tall=True):
            return "\n".join(_tall_row(head, row, indent) for row in rows)
        case Table(head, rows):
            return _text_items((_text_row(head, row) for row in rows), indent)
        case Blanks(labels):
            return "\n\n".join(f"{indent}{label + ':':<32}{'_' * 40}" for label in labels)
        case Boxes(pairs):
            return "\n\n".join(_text_box(statement, places, indent) for statement, places in pairs)
        case Picture():
            return _text_picture(block)
        case Group(blocks):
            return _joined(_text(part, "    ") for part in blocks)


def _text_heading(heading: Heading) -> str:
    text = _filled(f"{heading.text} [{heading.name}]" if heading.name else heading.text, "", "    ")
    rule = {1: "=", 2: "-"}.get(heading.rank)
    return text if rule is None else f"\n{text}\n{rule * max(map(len, text.splitlines()))}"


def _text_items(texts: Iterable[str], indent: str) -> str:
    return "\n".join(_filled(text, f"{indent}- ", f"{indent}  ") for text in texts)


def _text_point(point: Point, indent: str) -> str:
    return _joined([_text_items([point.text], indent), _text_items(point.below, f"{indent}  ")])


def _text_field(name: str, texts: tuple[str, ...], indent: str) -> str:
    if len(texts) == 1:
        return _filled(f"{name}: {texts[0]}", indent, f"{indent}  ")
    return f"{indent}{name}:\n{_text_items(texts, f'{indent}  ')}"


def _text_row(head: tuple[str, ...], row: TableRow) -> str:
    mark = f"[{row.mark}] " if row.mark else ""
    more = [f"{name.lower()}: {cell}" for name, cell in zip(head[1:], row.cells[1:], strict=True) if cell]
    return mark + "; ".join([row.cells[0], *more])


def _tall_row(head: tuple[str, ...], row: TableRow, indent: str) -> str:
    first, *more = row.cells
    named = [*zip(head[1:], more, strict=True), ("Note", row.note)]
    lines = [_filled(f"{name}: {text}", f"{indent}  ", f"{indent}    ") for name, text in named if text]
    return "\n".join([_text_items([first], indent), *lines])


def _text_box(statement: str, places: tuple[str, ...], indent: str) -> str:
    first, rest = f"{indent}      ", f"{indent}        " if len(places) > 1 else f"{indent}      "
    lines = (_filled(place, first, rest) for place in places)
    return "\n".join([_filled(statement, f"{indent}[ ] ", f"{indent}    "), *lines])


def _text_picture(picture: Picture) -> str:
    title, legend = (_filled(text, "", "") for text in (picture.title, picture.legend))
    return _joined([title, *picture_lines(picture), legend])


def _filled(text: str, first: str, rest: str) -> str:
    return filled_whole(" ".join(text.split()), first=first, rest=rest)


def _html(block: Block) -> str:  # noqa: C901 - one case a block
    match block:
        case Heading(rank, text, name):
            return f"<h{rank}>{_safe(text)}{f' <code>{_safe(name)}</code>' if name else ''}</h{rank}>"
        case Paragraph(text, tone):
            return f"<p{_class(tone)}>{_safe(text)}</p>"
        case Lines(texts):
            return _joined(f"<p>{_safe(text)}</p>" for text in texts)
        case Items(texts):
            return _html_items(texts)
        case Points(points):
            return f"<ul>{''.join(map(_html_point, points))}</ul>"
        case Fields(pairs):
            return f"<dl>{_joined(map(_html_field, pairs))}</dl>" if pairs else ""
        case Table():
            return _html_table(block)
        case Blanks(labels):
            return f'<dl class="sign">{_joined(_html_field((label, ("",))) for label in labels)}</dl>'
        case Boxes(pairs):
            return f'<dl class="boxes">\n{_joined(_html_box(*pair) for pair in pairs)}\n</dl>'
        case Picture():
            return _html_picture(block)
        case Group(blocks, tone):
            return f"<section{_class(tone)}>\n{_joined(map(_html, blocks))}\n</section>"


def _class(tone: str) -> str:
    return f' class="{_safe(tone)}"' if tone else ""


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(filter(None, parts))


def _html_items(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_safe(text)}</li>" for text in texts) + "</ul>"


def _html_point(point: Point) -> str:
    return f"<li>{_safe(point.text)}{_html_items(point.below) if point.below else ''}</li>"


def _html_field(pair: tuple[str, tuple[str, ...]]) -> str:
    name, texts = pair
    description = _safe(texts[0]) if len(texts) == 1 else _html_items(texts)
    return f"<div><dt>{_safe(name)}</dt><dd>{description}</dd></div>"


def _html_box(statement: str, places: tuple[str, ...]) -> str:
    box, below = '<span class="box"></span>', "".join(f"<p>{_safe(place)}</p>" for place in places)
    return f"<div><dt>{box}</dt><dd><p>{_safe(statement)}</p>{below}</dd></div>"


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_safe(name)}</th>' for name in table.head)
    rows = "\n".join(map(_html_row, table.rows))
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def _html_row(row: TableRow) -> str:
    first, *more = row.cells
    mark = f' <span class="mark">{_safe(row.mark)}</span>' if row.mark else ""
    cells = "".join(f"<td>{_safe(cell)}</td>" for cell in more)
    note = f'<tr class="note"><td colspan="{len(row.cells)}">Note: {_safe(row.note)}</td></tr>' if row.note else ""
    return f'<tr><th scope="row">{_safe(first)}{mark}</th>{cells}</tr>{note}'


def _html_picture(picture: Picture) -> str:
    from iop_screen.report.picture_svg import picture_svg  # noqa: PLC0415 - as above

    caption = f"<figcaption><b>{_safe(picture.title)}</b> {_safe(picture.legend)}</figcaption>"
    return f"<figure>{caption}\n{picture_svg(picture)}</figure>"


def _safe(text: str) -> str:
    """A text escaped for a page, so that it cannot be markup."""
    from html import escape  # noqa: PLC0415 - as above

    return escape(sanitize(" ".join(text.split())), quote=True)
