"""Names for the columns between the stages of a query: each stands once, and every database can hold it."""

from __future__ import annotations

from collections.abc import Iterable

from iop_screen.batch.sql.dialect import Dialect

MOST_SIGNS = 60
"""The longest such name; Postgres cuts names off behind 63 bytes."""


class FreeNames:
    """Gives out names, each once, whatever the case of its letters; `taken` are names as SQL that it gives to none."""

    def __init__(self, dialect: Dialect, taken: Iterable[str] = ()) -> None:
        self._dialect = dialect
        self._taken = {name.casefold() for name in taken}

    def free(self, wanted: str) -> str:
        """A name that is not taken, as SQL: this one, else one like it with a number."""
        name, number = self._dialect.identifier(wanted[:MOST_SIGNS]), 1
        while name.casefold() in self._taken:
            number += 1
            name = self._dialect.identifier(f"{wanted[: MOST_SIGNS - 5]}_{number}")
        self._taken.add(name.casefold())
        return name
