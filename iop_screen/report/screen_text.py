"""Blocks as a page of a screen: titles in capitals, marks before the items of a list, and few blank lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

from iop_screen.core.safe_text import sanitize
from iop_screen.report.blocks import (
    Blanks,
    Block,
    Boxes,
    Fields,
    Group,
    Heading,
    Items,
    Lines,
    Paragraph,
    Point,
    Points,
    Table,
)
from iop_screen.report.picture import Picture, picture_lines
from iop_screen.report.wording import WIDTH

Fill = Callable[[str, str, str], Iterable[str]]
"""Gives a text in lines. It gets the text, and the starts of the first line and of the others."""


def screen_text(blocks: Iterable[Block]) -> str:
    """Blocks as plain text, 78 columns, ASCII marks, without a line end at the end."""
    return "\n".join(screen_lines(blocks, _filled))


def screen_lines(blocks: Iterable[Block], fill: Fill) -> Iterator[str]:
    """Blocks in lines that `fill` fills, with blank lines between them."""
    before: Block | None = None
    for block in blocks:
        if before is not None and _are_parted(before, block):
            yield ""
        yield from _lines(block, fill, "")
        before = block


def _are_parted(before: Block, block: Block) -> bool:
    """Whether a blank line stands between two blocks: a heading keeps to what follows it, and prose to its list."""
    if isinstance(block, Heading):
        return True
    return not isinstance(before, Heading) and not (isinstance(before, Paragraph) and isinstance(block, Items))


def _lines(block: Block, fill: Fill, indent: str) -> Iterator[str]:  # noqa: C901 - one case a block
    match block:
        case Heading(rank, text):
            yield from fill(text if rank == 1 else text.upper(), indent, indent)
        case Paragraph(text):
            yield from fill(text, indent, indent)
        case Lines(texts):
            for text in texts:
                yield from fill(text, indent, indent)
        case Items() | Points() | Fields() | Table() | Blanks() | Boxes():
            for point in _points(block):
                yield from fill(point.text, f"{indent}  - ", f"{indent}    ")
                for text in point.below:
                    yield from fill(text, f"{indent}    > ", f"{indent}      ")
        case Picture():
            yield from picture_lines(block)
        case Group(blocks):
            for part in blocks:
                yield from _lines(part, fill, f"{indent}  ")


def _points(block: Items | Points | Fields | Table | Blanks | Boxes) -> Iterator[Point]:
    """Each kind of list as points."""
    match block:
        case Items(texts):
            yield from map(Point, texts)
        case Points(points):
            yield from points
        case Fields(pairs):
            yield from (Point(f"{name}: {'; '.join(texts)}") for name, texts in pairs)
        case Table(head, rows):
            for row in rows:
                named = zip((*head[1:], "Note"), (*row.cells[1:], row.note), strict=True)
                below = tuple(f"{name}: {text}" for name, text in named if text)
                yield Point(f"[{row.mark}] {row.cells[0]}" if row.mark else row.cells[0], below)
        case Blanks(labels):
            yield from (Point(f"{label}:") for label in labels)
        case Boxes(pairs):
            yield from (Point(f"[ ] {statement}", places) for statement, places in pairs)


def _filled(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(sanitize(" ".join(text.split())), WIDTH, initial_indent=first, subsequent_indent=rest)
