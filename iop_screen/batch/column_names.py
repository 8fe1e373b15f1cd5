"""The columns of a file by their names and places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from iop_screen.batch.mapping.model import ColumnRef
from iop_screen.batch.near_names import clean_name, respelled_name
from iop_screen.core.problems import shortened

NAMES_SHOWN = 10
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Found:
    """The columns that a name or a reference fits: none, the one that is meant, or several between which it is open."""

    indexes: tuple[int, ...]

    @property
    def only(self) -> int | None:
        """The column that is meant; None if there is none, or more than one."""
        return self.indexes[0] if len(self.indexes) == 1 else None


class ColumnNames:
    """The names of one header. They are compared as they are written, and if none fits, without the case of letters."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = [*map(clean_name, names)]
        self.respelled = [*map(respelled_name, names)]
        self._written = _places(self.names)
        self._respelled = _places(self.respelled)

    def named(self, name: str) -> Found:
        """The columns with a name, in another spelling if it is written nowhere."""
        written = self._written.get(clean_name(name))
        found = self._respelled.get(respelled_name(name), []) if written is None else written
        return Found(tuple(found))

    def referred(self, ref: ColumnRef) -> Found:
        """The columns that a mapping means. Of several names that a column may have, all count that the file has."""
        if ref.position is not None:
            return Found((ref.position - 1,) if 1 <= ref.position <= len(self.names) else ())
        indexes = dict.fromkeys(index for name in ref.names for index in self.named(name).indexes)
        return Found(tuple(indexes))

    def shown(self, index: int) -> str:
        """A column as it is shown: by its name, or by its place if it has none."""
        name = self.names[index]
        return f"{shortened(name)!a}" if name else f"column {index + 1} (no name)"

    def listed(self, indexes: Iterable[int]) -> str:
        """Columns in a sentence, the first ten of them by name."""
        return first_ten([*indexes], self.shown)


def first_ten(items: Sequence[Item], shown: Callable[[Item], str] = str) -> str:
    """The first ten items as they are shown, and how many more there are."""
    more = f" and {len(items) - NAMES_SHOWN:,} more" if len(items) > NAMES_SHOWN else ""
    return ", ".join(map(shown, items[:NAMES_SHOWN])) + more


def ref_text(ref: ColumnRef) -> str:
    """A column as a mapping names it."""
    if ref.position is not None:
        return f"column {ref.position}"
    return " or ".join(f"{shortened(name)!a}" for name in ref.names)


def _places(names: Iterable[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        if name:
            places.setdefault(name, []).append(index)
    return places
