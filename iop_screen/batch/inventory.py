"""The different values of each column of a file with their counts, in flat memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MOST_VALUES = 2_000
"""So many different values of one column are kept at most."""

MOST_IN_ALL = 400_000
"""So many different values of all columns together, about; a wide file keeps fewer of each column, but at least 40."""

LONGEST_VALUE = 500
"""A longer value is only counted."""


@dataclass(slots=True)
class ColumnInventory:
    """The values of one column, as they are written but for blanks around them.

    `values` counts each of them, up to a bound. `more` counts the cells with a value beyond that, or with a very long
    one: how many different values these have is not known.
    """

    values: Counter[str] = field(default_factory=Counter)
    more: int = 0

    def count(self, text: str, bound: int) -> None:
        """Count one cell."""
        if text in self.values or (len(self.values) < bound and len(text) <= LONGEST_VALUE):
            self.values[text] += 1
        else:
            self.more += 1

    @property
    def filled(self) -> int:
        """How many cells are not blank."""
        return self.values.total() - self.values[""] + self.more

    @property
    def different(self) -> int:
        """How many different values the cells have that are not blank; at least so many if there are `more`."""
        return sum(1 for value in self.values if value)

    def most_frequent(self) -> Iterator[tuple[str, int]]:
        """Each value with its count, the most frequent first, equally frequent ones by their text."""
        yield from sorted(self.values.items(), key=lambda pair: (-pair[1], pair[0]))


class Inventory:
    """The inventories of all columns of a file; it grows as records are counted."""

    def __init__(self, width: int) -> None:
        self.columns = tuple(ColumnInventory() for _ in range(width))
        self._bound = max(40, min(MOST_VALUES, MOST_IN_ALL // max(1, width)))

    def count(self, cells: Sequence[str]) -> None:
        """Count the cells of one record."""
        for column, cell in zip(self.columns, cells, strict=True):
            column.count(cell.strip(), self._bound)
