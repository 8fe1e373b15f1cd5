"""Text in the columns of a terminal: wrapped, packed, cut and padded lines, each with a style.

Every text passes through `sanitize` here, before it is measured and cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from iop_screen.core.columns import cut, fitting, padded, width
from iop_screen.core.safe_text import sanitize

__all__ = ["LineStyle", "StyledLine", "cut", "packed", "padded", "width", "wrap", "wrapped_lines"]


class LineStyle(StrEnum):
    """How a line is set off. The words alone say what a line is, so a screen without styles loses nothing."""

    PLAIN = ""
    BAR = "bar"
    ASK = "ask"
    QUIET = "quiet"
    HELP = "help"
    SELECTED = "selected"
    REPLY = "reply"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class StyledLine:
    """One line of the screen, no wider than it.

    `cursor`: the column of the text cursor, or -1. `left_column`: what stands to the left of the text, without its
    style. `key`: the key of an answer, on the last line of that answer. `row`: the row of a list, from 0, or -1.
    """

    text: str
    style: LineStyle = LineStyle.PLAIN
    cursor: int = -1
    left_column: str = ""
    key: str = ""
    row: int = -1


def wrapped_lines(
    texts: Iterable[str], columns: int, style: LineStyle = LineStyle.PLAIN, indent: str = "", hanging: str = ""
) -> Iterator[StyledLine]:
    """Each text in lines of one style; `hanging` is the further indent of all its lines but the first."""
    for text in texts:
        for number, line in enumerate(wrap(text, columns - len(indent) - len(hanging))):
            yield StyledLine(indent + (hanging if number else "") + line, style)


def wrap(text: str, columns: int) -> list[str]:
    """A text in lines of at most so many terminal columns; a word that is longer than a line is broken."""
    lines: list[str] = []
    line = ""
    for word in sanitize(" ".join(text.split())).split(" "):
        if line and width(line) + 1 + width(word) > columns:
            lines.append(line)
            line = ""
        rest = word
        while width(rest) > columns:
            lines.append(fitting(rest, columns))
            rest = rest.removeprefix(lines[-1])
        line = f"{line} {rest}" if line else rest
    return [*lines, line] if line or not lines else lines


def packed(pieces: Iterable[str], columns: int) -> list[str]:
    """Pieces in lines, two blanks between them; only a piece that is longer than a line is cut."""
    lines: list[str] = []
    for piece in map(sanitize, pieces):
        if lines and width(lines[-1]) + 2 + width(piece) <= columns:
            lines[-1] += f"  {piece}"
        else:
            lines.append(cut(piece, columns))
    return lines
