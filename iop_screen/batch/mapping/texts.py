"""How the text of a cell is compared with the texts of a mapping, alone and in a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iop_screen.batch.cells import WRITTEN_FOR_BLANK
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types.option_names import SEPARATORS, several_options

WHOLE_NUMBER = re.compile(r"'?(?P<sign>[+-]?)0*(?P<digits>\d+)(?:\.0+)?", re.ASCII)


def cell_key(text: str) -> str:
    """A text of a cell as it is compared with those of a mapping: folded, and a whole number by its digits alone.

    A spreadsheet writes 1 as `1.0` and `01` as `1`, so they are the same; an apostrophe before a number keeps one from
    taking it as a formula. What programs write for nothing, such as `None`, is not the same as `none`.
    """
    if text.strip() in WRITTEN_FOR_BLANK:
        return text.strip()
    folded = fold(text)
    whole = WHOLE_NUMBER.fullmatch(folded)
    if whole is None:
        return folded
    return f"-{whole['digits']}" if whole["sign"] == "-" and whole["digits"] != "0" else whole["digits"]


class ListReader:
    """Reads a cell that lists several options by the texts that are known, so that a text with a comma is not split.

    `known` has the options that each text means, by its `cell_key`. The texts are parted by `;`, `,`, `|`, line ends,
    or the signs of `separator`.
    """

    def __init__(self, known: Mapping[str, frozenset[str]], separator: str = "") -> None:
        marks = SEPARATORS + (separator.strip() or separator)
        self._known = {text: options for text, options in known.items() if text}
        self._texts = several_options({text: text for text in self._known}, marks)
        self._between = re.compile(f"[{re.escape(marks)}]")

    def read(self, text: str) -> frozenset[str] | None:
        """All options that the texts in a cell mean.

        None if any part of it is not known, if it lists nothing, or if it can be read in two ways.
        """
        whole = self._known.get(cell_key(text))
        return self.read_list(text) if whole is None else whole

    def read_list(self, text: str) -> frozenset[str] | None:
        """The same of a cell that is a list, although it may be a known text as well."""
        texts = self._texts(text) or self._parts(text)
        return frozenset[str]().union(*(self._known[each] for each in texts)) if texts else None

    def _parts(self, text: str) -> frozenset[str]:
        """The known texts of a list of numbers that are written in several ways, as 01 and +1 are; else none."""
        parts = {key for key in map(cell_key, self._between.split(text)) if key}
        return frozenset(parts) if parts <= self._known.keys() else frozenset()
