"""The arrays that `render` works on, put together segment by segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from iop_screen.batch.fast import kernels
from iop_screen.batch.fast.kernels import SLACK
from iop_screen.batch.fast.row_text import LONGEST_NUMBER, RowTables


class RowShape:
    """The segments of a row in their order, and their texts; each text is written as it is given."""

    def __init__(self) -> None:
        self._segments: list[tuple[int, int, int]] = []
        self._texts: list[bytes] = []
        self._longest = 0

    def constant(self, text: bytes) -> None:
        """The same text in each row."""
        self._add(kernels.CONSTANT, 0, [text])

    def line(self) -> None:
        """The number of the line."""
        self._segments.append((kernels.LINE, 0, 0))
        self._longest += LONGEST_NUMBER

    def copied(self, column: int) -> None:
        """The cell of a copied column."""
        self._segments.append((kernels.COPIED, column, 0))

    def list_start(self) -> None:
        """A list begins here."""
        self._segments.append((kernels.LIST_START, 0, 0))

    def group(self, group: int, texts: Sequence[bytes], *, separated: bool = False) -> None:
        """The text for the key of a group; a separated one has a `;` before it unless it or the list is empty."""
        self._add(kernels.SEPARATED if separated else kernels.GROUP, group, texts)
        self._longest += separated

    def choice(self, column: int, texts: Sequence[bytes]) -> None:
        """The text for the code that a record has in a column of `RowData.codes`."""
        self._add(kernels.CHOICE, column, texts)

    def _add(self, kind: int, which: int, texts: Sequence[bytes]) -> None:
        self._segments.append((kind, which, len(self._texts)))
        self._texts += texts
        self._longest += max(map(len, texts))

    def ready(self) -> RowTables:
        """The arrays that `render` works on."""
        texts, places, kept = bytearray(), [], {b"": 0}
        for text in self._texts:
            if text not in kept:
                kept[text] = len(texts)
                texts += text
            places.append((kept[text], len(text)))
        return RowTables(
            np.frombuffer(texts + bytes(SLACK), np.uint8),
            np.array(self._segments, np.int32).reshape(-1, 3),
            np.array(places, np.int32).reshape(-1, 2),
            self._longest,
        )
