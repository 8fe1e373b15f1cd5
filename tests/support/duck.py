"""DuckDB, as an engine of tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Self

from support.sql_engines import Cell, as_cell, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Duck:
    """A database in memory, on one thread."""

    def __init__(self) -> None:
        """Open it. It takes no name of a table for that of a file, or of a variable of Python."""
        import duckdb  # noqa: PLC0415 - few tests need it

        self.connection: DuckDBPyConnection = duckdb.connect(
            config={"threads": 1, "enable_external_access": False, "python_enable_replacements": False}
        )

    def __enter__(self) -> Self:
        """The database itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.connection.close()

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Make a table of texts. Rows that are inserted one by one would take a millisecond each."""
        from support.arrow_texts import arrow_texts  # noqa: PLC0415 - it imports pyarrow

        self.connection.register("rows of a test", arrow_texts(columns, rows))
        self.connection.execute(f'CREATE OR REPLACE TABLE {quoted(table)} AS FROM "rows of a test"')
        self.connection.unregister("rows of a test")

    def query(self, sql: str) -> list[dict[str, Cell]]:
        """The rows that a query gives."""
        self.connection.execute(sql)
        names = [column[0] for column in self.connection.description or ()]
        return [dict(zip(names, map(as_cell, row), strict=True)) for row in self.connection.fetchall()]
