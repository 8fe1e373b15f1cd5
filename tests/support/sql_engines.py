"""What the engines that run our SQL have in common in tests: they take a table of texts, and answer in texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

Cell = str | None
"""A cell of a table: a text, which may be empty, or no value (NULL)."""


class Engine(Protocol):
    """An engine: DuckDB, Spark or Postgres."""

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Make a table of texts in place of any that has this name. The names may hold any character."""

    def query(self, sql: str) -> list[dict[str, Cell]]:
        """The rows that a query gives: numbers as the engine writes them, and NULL as None."""


def quoted(name: str, mark: str = '"') -> str:
    """A name of a table or a column as an identifier of SQL."""
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def as_cell(value: object) -> Cell:
    """A value that an engine gives as a Python object, as a cell."""
    return None if value is None else str(value)
