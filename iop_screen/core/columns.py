"""Text in the columns of a terminal: how many it takes, and how it is cut or filled to a number of them."""

from __future__ import annotations

from wcwidth import wcwidth

from iop_screen.core.safe_text import sanitize


def width(text: str) -> int:
    """How many terminal columns a text takes."""
    return len(text) if text.isascii() else sum(max(0, wcwidth(character)) for character in text)


def cut(text: str, columns: int) -> str:
    """A text, safe to show, cut to at most so many columns; three dots where something is left out."""
    text = sanitize(text)
    if width(text) <= columns:
        return text
    return fitting(text, columns - 3) + "..." if columns > 3 else fitting(text, columns)


def padded(text: str, columns: int) -> str:
    """A text, safe to show, cut or filled with blanks to exactly so many columns."""
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def fitting(text: str, columns: int) -> str:
    """As much of the start of a text as fits, but at least one character."""
    taken = 0
    for index, character in enumerate(text):
        taken += max(0, wcwidth(character))
        if taken > columns:
            return text[: max(1, index)]
    return text
