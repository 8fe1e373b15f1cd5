"""What stands in one place of a file: a text, an id, a number, points or a day, each with its span."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from iop_screen.core.problems import START, Span

NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?", re.ASCII)
"""How a number is written, in a questionnaire and in an answer: at most nine digits before the point, six after.

So few digits that a number means the same as an exact decimal and as a 64-bit float.
"""


class PlacedScalar:
    """Something written in one place; each kind has a pattern for it and says in words what is wanted."""

    span: Span = START
    PATTERN: ClassVar[re.Pattern[str]]
    WANTED: ClassVar[str]

    @classmethod
    def read(cls, written: Text) -> Self:
        """Make it from text; ValueError that says what was wanted if the text is something else."""
        if not cls.PATTERN.fullmatch(written):
            raise ValueError(cls.WANTED)
        return cls(written.strip())  # type: ignore[call-arg]

    @classmethod
    def accept(cls, written: object) -> Self:
        """Take what the file has at this place: a piece of text, or ValueError saying what was wanted."""
        if not isinstance(written, Text):
            raise ValueError("text")  # noqa: TRY004 - pydantic collects ValueError
        value = cls.read(written)
        value.span = written.span
        return value


class Text(str, PlacedScalar):  # noqa: SLOT000 - its span is set after it is made
    """A piece of text, not empty; blanks and line ends around it are not part of it."""

    PATTERN = re.compile(r"\s*\S.*", re.DOTALL)
    WANTED = "a text that is not empty"


def text_at(text: str, span: Span) -> Text:
    """A text with the span where it is written."""
    placed = Text(text)
    placed.span = span
    return placed


class Id(Text):
    """A name that rules and exports use: ASCII letters, digits, `_`, `-` and `.`, at most 64 of them."""

    PATTERN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
    WANTED = "an id (letters a to z, digits and `_`, at most 64 of them)"


class Number(Decimal, PlacedScalar):
    """A number, exact."""

    PATTERN = NUMBER
    WANTED = "a number such as 12 or 0.5"


class Points(int, PlacedScalar):
    """A whole number, not below nought; no negative points, so that no further answer can lower a score."""

    PATTERN = re.compile(r"\d{1,6}", re.ASCII)
    WANTED = "a whole number from 0 to 999999"


A_DATE = "a date such as 2026-11-23"
A_DAY = "a day that the calendar has"


class Day(date, PlacedScalar):
    """A day, written year-month-day."""

    @classmethod
    def read(cls, written: Text) -> Self:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written, re.ASCII):
            raise ValueError(A_DATE)
        try:
            return cls.fromisoformat(written)
        except ValueError:
            raise ValueError(A_DAY) from None


_STRAIGHT = str.maketrans("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f", "'" * 4 + '"' * 4)
"""The plain quotation mark for each that an office program makes of it."""


def fold(text: str) -> str:
    """A text as answers are compared.

    Case, blanks of any kind (outer ones, and how many stand in a row), curly quotes and the way an accent is coded are
    not told apart.
    """
    folded = " ".join(text.split()).casefold()
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", folded).translate(_STRAIGHT).casefold())


def duplicates_explain(unknown: Collection[str], declared: Collection[str]) -> bool:
    """Whether duplicate ids may explain unknown names: one of two parts with the same id was meant to have the name."""
    return len({*unknown}) <= len(declared) - len({*declared})
