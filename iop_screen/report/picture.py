"""A picture of answers: by section, each as a mark on its scale from best to worst; and how it is drawn in characters.

An answer is a filled mark with a bar that reaches to it from the best end. One that is not known is hollow and takes up
the whole scale, for it may lie anywhere on it. A question that was not asked, for it does not apply, has a dash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from iop_screen.core.safe_text import sanitize

SCALE_COLUMNS = 12
COLUMN, GAP = 38, 2
"""How wide one of the two columns is in characters, and how far they are apart."""
NAME_COLUMNS = COLUMN - SCALE_COLUMNS - 3
ENDS = ("best", "worst")


@dataclass(frozen=True, slots=True)
class FilledMark:
    """An answer: its `position` from best (0) to worst (1), the steps of its scale (0 if it has none), its words."""

    position: float
    steps: int
    words: str


@dataclass(frozen=True, slots=True)
class HollowMark:
    """An answer that is not known, and why, in at most ten letters."""

    why: str


@dataclass(frozen=True, slots=True)
class NoMark:
    """The question does not apply by the other answers, so it is not asked."""


Mark = FilledMark | HollowMark | NoMark


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A question by a short name, and its mark."""

    name: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class PictureSection:
    """The questions of a section."""

    title: str
    rows: tuple[PictureRow, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its title, and what its marks mean."""

    title: str
    sections: tuple[PictureSection, ...]
    legend: str


def two_columns(picture: Picture) -> tuple[list[PictureSection], list[PictureSection]]:
    """The sections in two columns of about the same length; each goes where there is more room so far."""
    columns: tuple[list[PictureSection], list[PictureSection]] = ([], [])
    for section in picture.sections:
        min(columns, key=column_rows).append(section)
    return columns


def column_rows(sections: Iterable[PictureSection]) -> int:
    """How many rows some sections take up, each with its title."""
    return sum(1 + len(section.rows) for section in sections)


def picture_lines(picture: Picture) -> Iterator[str]:
    """The rows of a picture in characters, without its title and legend."""
    left, right = (_column_lines(column) for column in two_columns(picture))
    for one, other in zip_longest(left, right, fillvalue=""):
        yield f"{one:<{COLUMN + GAP}}{other}".rstrip()


def _column_lines(sections: Iterable[PictureSection]) -> Iterator[str]:
    ends = f"{ENDS[0]}{ENDS[1]:>{SCALE_COLUMNS - len(ENDS[0])}}"
    for section in sections:
        yield f"{cut(section.title, NAME_COLUMNS + 2):<{NAME_COLUMNS + 3}}{ends}"
        for row in section.rows:
            yield f"  {cut(row.name, NAME_COLUMNS):<{NAME_COLUMNS}} {_scale(row.mark)}"


def cut(text: str, most: int) -> str:
    """A text on one line, safe to show, and cut to so many characters."""
    line = sanitize(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 2]}.."


def _scale(mark: Mark) -> str:
    match mark:
        case FilledMark(position):
            before = round(position * (SCALE_COLUMNS - 1))
            return f"{'=' * before}#{'-' * (SCALE_COLUMNS - 1 - before)}"
        case HollowMark(why):
            return f"({cut(why, SCALE_COLUMNS - 2):^{SCALE_COLUMNS - 2}})"
        case NoMark():
            return "-"
