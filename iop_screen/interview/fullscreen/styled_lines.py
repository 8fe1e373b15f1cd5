"""Text in the columns of a terminal: lines with their tones, filled, packed, cut and padded. ASCII marks only.

Every text of a person goes through `show` here once more, before it is counted and cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from wcwidth import wcwidth

from iop_screen.core.safe_text import sanitize


class LineStyle(StrEnum):
    """How a line is set off; each also says in words what it is, so a screen without any of them reads the same."""

    PLAIN = ""
    BAR = "bar"
    ASK = "ask"
    QUIET = "quiet"
    HELP = "help"
    HERE = "here"
    REPLY = "reply"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class StyledLine:
    """One line of the screen, no wider than it.

    `cursor` is where one writes, counted in columns, or -1. `beside` stands to the left of the text, without its tone.
    `key` is that of an answer, on the last line of it.
    """

    text: str
    tone: LineStyle = LineStyle.PLAIN
    cursor: int = -1
    beside: str = ""
    key: str = ""

    @property
    def whole(self) -> str:
        """All that the line shows."""
        return self.beside + self.text


def filled_lines(
    texts: Iterable[str], columns: int, tone: LineStyle = LineStyle.PLAIN, indent: str = "", hanging: str = ""
) -> Iterator[StyledLine]:
    """Texts in lines of one tone, each from a line of its own; `hanging` is the further indent of their other lines."""
    for text in texts:
        for number, line in enumerate(wrapped(text, columns - len(indent) - len(hanging))):
            yield StyledLine(indent + (hanging if number else "") + line, tone)


def wrapped(text: str, columns: int) -> list[str]:
    """A text in lines, counted in the columns that a terminal gives each character; a longer word is broken."""
    lines: list[str] = []
    line = ""
    for word in sanitize(" ".join(text.split())).split(" "):
        piece = word
        if line and width(line) + 1 + width(piece) > columns:
            lines.append(line)
            line = ""
        while width(piece) > columns:
            head = _fitting(piece, columns)
            lines.append(head)
            piece = piece[len(head) :]
        line = f"{line} {piece}" if line else piece
    return [*lines, line] if line or not lines else lines


def packed(pieces: Iterable[str], columns: int) -> list[str]:
    """Pieces in lines, two blanks between them; none is broken if it fits on a line."""
    lines: list[str] = []
    for piece in map(sanitize, pieces):
        if lines and width(lines[-1]) + 2 + width(piece) <= columns:
            lines[-1] += f"  {piece}"
        else:
            lines.append(cut(piece, columns))
    return lines


def cut(text: str, columns: int) -> str:
    """A text cut to so many columns, with three dots where something is left out."""
    text = sanitize(text)
    if width(text) <= columns:
        return text
    return _fitting(text, columns - 3) + "..." if columns > 3 else _fitting(text, columns)


def padded(text: str, columns: int) -> str:
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def _fitting(text: str, columns: int) -> str:
    """As much of the start of a text as fits; at least one character."""
    taken = 0
    for index, character in enumerate(text):
        taken += max(0, wcwidth(character))
        if taken > columns:
            return text[: max(1, index)]
    return text


def width(text: str) -> int:
    return len(text) if text.isascii() else sum(max(0, wcwidth(character)) for character in text)
