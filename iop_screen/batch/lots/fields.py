"""The fields of one output column for all records of a lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """A number for each record."""

    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Copied:
    """A text for each record that was in the input; nothing where the mask `there` does not hold."""

    texts: Sequence[str]
    there: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """The text whose mask holds; nothing where none does. No two of them hold for one record."""

    texts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of the texts whose masks hold, in this order."""

    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number for each record, or nothing: `codes` says for each which of `numbers` it is."""

    codes: Sequence[int]
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Same:
    """The same text for each record, or nothing."""

    text: str | None


LotField = LineNumbers | Copied | OneOf | ListOf | Numbers | Same
