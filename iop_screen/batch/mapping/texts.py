"""How the text of a cell is compared with the texts of a mapping, alone and in a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iop_screen.questionnaire.scalars import fold

WHOLE_NUMBER = re.compile(r"'?(?P<sign>[+-]?)0*(?P<digits>\d+)(?:\.0+)?", re.ASCII)
LINE_ENDS = re.compile(r"[\r\n]+")
LONGEST_LIST = 10_000
"""A cell with more characters is no list of options."""
MOST_READINGS = 16
"""So many ways to read a part of a cell are followed."""


def cell_key(text: str) -> str:
    """A text of a cell as it is compared with those of a mapping: folded, and a whole number by its digits alone.

    A spreadsheet writes 1 as `1.0` and `01` as `1`, so they are the same; an apostrophe before a number keeps one from
    taking it as a formula.
    """
    folded = fold(text)
    whole = WHOLE_NUMBER.fullmatch(folded)
    if whole is None:
        return folded
    return f"-{whole['digits']}" if whole["sign"] == "-" and whole["digits"] != "0" else whole["digits"]


class ListReader:
    """Reads a cell that lists several options by the texts that are known, so that a text with a comma is not split.

    `known` has the options that each text means, by its `cell_key`. The texts are parted by `;`, `,`, `|`, line ends,
    or `separator` if that is not empty.
    """

    def __init__(self, known: Mapping[str, frozenset[str]], separator: str = "") -> None:
        self._known = {text: options for text, options in known.items() if text}
        further = r"\s" if separator.isspace() else re.escape(fold(separator))
        marks = f"[;,|]|{further}" if separator else "[;,|]"
        self._between = re.compile(rf"\s*(?:(?:{marks})\s*)+")

    def read(self, text: str) -> frozenset[str] | None:
        """All options that the texts in a cell mean.

        None if any part of it is not known, if it lists nothing, or if it can be read in two ways.
        """
        whole = self._known.get(cell_key(text))
        return self.read_list(text) if whole is None else whole

    def read_list(self, text: str) -> frozenset[str] | None:
        """The same of a cell that is a list, although it may be a known text as well."""
        folded = fold(LINE_ENDS.sub(";", text))
        if len(folded) > LONGEST_LIST:
            return None
        readings = self._readings(folded)
        if not readings:
            return self._by_marks(folded)
        return next(iter(readings)) if len(readings) == 1 else None

    def _by_marks(self, text: str) -> frozenset[str] | None:
        """The options of a list of numbers that are written in several ways, as 01 and 1.0 are."""
        parts = [part for part in self._between.split(text) if part]
        found = [options for options in map(self._known.get, map(cell_key, parts)) if options is not None]
        return frozenset[str]().union(*found) if found and len(found) == len(parts) else None

    def _readings(self, text: str) -> set[frozenset[str]]:
        """All sets of options as which a text can be read. It is gone through from its end: no part is read twice."""
        found: dict[int, set[frozenset[str]]] = {len(text): {frozenset()}}
        for place in reversed(range(len(text))):
            readings = {
                rest | options
                for name, options in self._known.items()
                if text.startswith(name, place)
                for rest in found.get(self._next(text, place + len(name)), ())
            }
            if readings:
                found[place] = readings
            if len(readings) > MOST_READINGS:
                return readings
        begins = self._between.match(text)
        return found.get(begins.end() if begins else 0, set()) - {frozenset()}

    def _next(self, text: str, place: int) -> int:
        """Where the next part begins after a part that ends at a place; -1 if nothing parts them there."""
        between = self._between.match(text, place)
        if between is not None:
            return between.end()
        return place if place == len(text) else -1
