"""A relation of DuckDB as a frame: any table, view, file or query that DuckDB can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from iop_screen.batch.frames.scoring import BLANKS, FrameEngine, frame_query
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

INPUT = "forms"
"""The name of the relation in the query."""


class DuckDBEngine:
    """A relation, and DuckDB. `order` is the name of a column with the number of each row, if rows have an order."""

    def __init__(self, relation: DuckDBPyRelation, order: str | None = None) -> None:
        self.dialect = Dialect("duckdb")
        self.names = tuple(name for name in relation.columns if name != order)
        self.source = INPUT
        self._relation, self._order = relation, order
        self._types = dict(zip(relation.columns, map(str, relation.types), strict=True))

    def text(self, index: int) -> str:
        """The text of a column; a list is its members with `;` between them."""
        name = self.names[index]
        column = self.dialect.identifier(name)
        return column if self._types[name] == "VARCHAR" else f"CAST({column} AS VARCHAR)"

    def distinct(self, texts: Sequence[str], where: str) -> list[list[str | None]]:
        """The distinct texts, in one pass over the relation."""
        if not texts:
            return []
        lists = ", ".join(f"list(DISTINCT coalesce({text}, ''))" for text in texts)
        return [each or [] for each in self._row(lists, where)]

    def count(self, truth: str, where: str) -> int:
        """Of how many rows something is true."""
        return int(self._row(f"count(*) FILTER (WHERE {truth})", where)[0])

    def place(self, text: str, texts: Sequence[str]) -> str:
        """The place of a text. DuckDB runs a function of one column once for each distinct text it knows."""
        listed = [self.dialect.text(each) for each in texts]
        if "" in texts:
            return self._place(f"coalesce({text}, '')", listed)
        return self._place(text, listed)

    def _place(self, text: str, listed: Sequence[str]) -> str:
        return f"CAST(greatest(list_position([{', '.join(listed)}], {text}), 0) AS INTEGER)" if listed else "0"

    def repeated(self, id_text: str, where: str) -> str:
        """The truth that a row has an id that stood before it, or, without an order, that stands twice."""
        blanks = self.dialect.text(BLANKS)
        key = f"nullif(trim(nfc_normalize({id_text}), {blanks}), '')"
        key = f"CASE WHEN {where} THEN {key} END" if where else key
        ids, different = self._row(f"count({key}), count(DISTINCT {key})", "")
        if ids == different:
            return ""
        if self._order is None:
            return f"({key} IS NOT NULL AND count(*) OVER (PARTITION BY {key}) > 1)"
        order = self.dialect.identifier(self._order)
        return f"({key} IS NOT NULL AND row_number() OVER (PARTITION BY {key} ORDER BY {order}) > 1)"

    def _row(self, columns: str, where: str) -> Sequence[Any]:
        """The one row of a query about the whole relation."""
        condition = f" WHERE {where}" if where else ""
        return queried(self._relation, f"SELECT {columns} FROM {INPUT}{condition}").fetchall()[0]


def queried(relation: DuckDBPyRelation, query: str) -> DuckDBPyRelation:
    """A query over a relation, which it calls INPUT."""
    found = relation.query(INPUT, query)
    assert found is not None  # noqa: S101 - only a statement that is no query gives nothing
    return found


def score_relation(
    relation: DuckDBPyRelation, compiled: CompiledQuestionnaire, settings: ScoreSettings
) -> DuckDBPyRelation:
    """The results as a relation: the query runs when it is asked for. FrameError if it cannot be scored as it is."""
    engine: FrameEngine = DuckDBEngine(relation)
    return queried(relation, frame_query(engine, compiled, settings).text())
