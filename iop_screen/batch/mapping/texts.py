"""How the text of a cell is read by the texts of a mapping, alone and in a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iop_screen.batch.cells import cell_key
from iop_screen.questionnaire.types.option_names import SEPARATORS, several_options


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
