"""A picture of answers as a drawing in a page: attributes only, so that no policy on styles stands against it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from iop_screen.core.safe_text import sanitize
from iop_screen.report.picture import (
    ENDS,
    FilledMark,
    HollowMark,
    Mark,
    NoMark,
    Picture,
    PictureRow,
    PictureSection,
    column_rows,
    cut,
    two_columns,
)

WIDTH, COLUMN = 720, 348
ROW, TOP = 15, 4
SCALE_FROM, SCALE_TO = 198, 340
INK, SOFT = "#1d2328", "#8a949c"


def picture_svg(picture: Picture) -> str:
    """The drawing, with a title and a description for those who cannot see it."""
    columns = two_columns(picture)
    height = TOP + ROW * max(map(column_rows, columns))
    drawn = (
        f'<g transform="translate({x} 0)">{"".join(_column(sections))}</g>'
        for x, sections in zip((0, WIDTH - COLUMN), columns, strict=True)
    )
    described = f"<title>{_safe(picture.title)}</title><desc>{_safe(_description(picture))}</desc>"
    return f'<svg role="img" viewBox="0 0 {WIDTH} {height}" font-size="11">{described}{"".join(drawn)}</svg>'


def _description(picture: Picture) -> str:
    """What can be seen, in words."""
    sections = (f"{section.title}: {'; '.join(map(_row_in_words, section.rows))}." for section in picture.sections)
    return " ".join(sections)


def _row_in_words(row: PictureRow) -> str:
    match row.mark:
        case FilledMark(position, _, words):
            return f"{row.name}, {_place_in_words(position)}, {words}"
        case HollowMark(why):
            return f"{row.name}, not known, {why}"
        case NoMark():
            return f"{row.name}, not asked"


def _place_in_words(position: float) -> str:
    return {0.0: "best", 1.0: "worst"}.get(position, f"{position:.0%} of the way from best to worst")


def _column(sections: list[PictureSection]) -> Iterator[str]:
    y = TOP
    for section in sections:
        y += ROW
        yield _text(0, y - 3, cut(section.title, 34), 'font-weight="700"')
        yield _text(SCALE_FROM, y - 3, ENDS[0], f'font-size="9" fill="{SOFT}"')
        yield _text(SCALE_TO, y - 3, ENDS[1], f'font-size="9" fill="{SOFT}" text-anchor="end"')
        for row in section.rows:
            y += ROW
            yield _text(10, y - 3, cut(row.name, 34))
            yield _mark(row.mark, y - ROW // 2)


def _mark(mark: Mark, y: int) -> str:
    match mark:
        case FilledMark(position, steps):
            return _filled_mark(position, steps, y)
        case HollowMark(why):
            width = SCALE_TO - SCALE_FROM
            box = f'<rect x="{SCALE_FROM}" y="{y - 5}" width="{width}" height="11" rx="5" fill="none" stroke="{INK}"/>'
            return box + _text((SCALE_FROM + SCALE_TO) // 2, y + 4, why, 'font-size="9" text-anchor="middle"')
        case NoMark():
            return _line(SCALE_FROM, SCALE_FROM + 8, y, SOFT, 1)


def _filled_mark(position: float, steps: int, y: int) -> str:
    x = SCALE_FROM + position * (SCALE_TO - SCALE_FROM)
    ticks = (SCALE_FROM + step * (SCALE_TO - SCALE_FROM) / steps for step in range(steps + 1) if steps)
    ticked = "".join(f'<path d="M{tick:.1f} {y - 3}v6" stroke="{SOFT}"/>' for tick in ticks)
    scale = _line(SCALE_FROM, SCALE_TO, y, SOFT, 1)
    return f'{scale}{ticked}{_line(SCALE_FROM, x, y, INK, 4)}<circle cx="{x:.1f}" cy="{y}" r="5" fill="{INK}"/>'


def _line(x: float, end: float, y: int, colour: str, width: int) -> str:
    return f'<path d="M{x:.1f} {y}H{end:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(x: int, y: int, text: str, attributes: str = "") -> str:
    return f'<text x="{x}" y="{y}" {attributes}>{_safe(text)}</text>'


def _safe(text: str) -> str:
    return escape(sanitize(" ".join(text.split())), quote=True)
