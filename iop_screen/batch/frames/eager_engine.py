"""A frame that is in memory: its columns go to a DuckDB of their own as texts of Arrow, with the number of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from iop_screen.batch.frames import duckdb_engine
from iop_screen.batch.frames.reading import Text
from iop_screen.batch.frames.scoring import frame_query
from iop_screen.batch.rows import OutputShape, output_columns
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.result_columns import LINE
from iop_screen.batch.sql.text_lists import TextLists, by_tables
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

ROW = "row"

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
    "disabled_optimizers": "statistics_propagation",
}
"""It opens no file, loads nothing, writes nothing to a disk, and takes no name for a variable of Python.

What DuckDB knows of the numbers in a column helps no query of ours, and to work it out for each stage takes most of the
time in which it plans one: for a questionnaire ten times as large, 13 of 17 seconds.
"""


@dataclass(frozen=True, slots=True)
class EagerFrame:
    """The names of its columns, how many rows it has, and what gives the texts of a column, by its place from 0."""

    names: tuple[str, ...]
    rows: int
    texts: Callable[[int], pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class EagerResult:
    """The results as a table, and for each of its rows the place from 0 of the row of the frame."""

    table: pa.Table
    rows: pa.ChunkedArray


class EagerEngine:
    """A frame in memory, and DuckDB."""

    def __init__(self, frame: EagerFrame, connection: DuckDBPyConnection) -> None:
        self.dialect = Dialect("duckdb")
        self.lists: TextLists = by_tables
        self.names = frame.names
        self._frame, self._connection = frame, connection
        self._columns: dict[str, pa.ChunkedArray] = {ROW: pa.chunked_array([pa.arange(0, frame.rows, 1)])}

    @property
    def relation(self) -> DuckDBPyRelation:
        """The columns that were asked for so far."""
        return self._connection.from_arrow(pa.table(self._columns))

    def text(self, index: int) -> str:
        """The text of a column."""
        name = f"c{index}"
        if name not in self._columns:
            self._columns[name] = self._frame.texts(index)
        return name

    def distinct(self, texts: Sequence[str], where: str) -> list[list[Text]]:
        """The distinct texts, in one pass over the frame."""
        return duckdb_engine.distinct(self.relation, texts, where)

    def count(self, truth: str, where: str) -> int:
        """Of how many rows something is true."""
        return int(duckdb_engine.one_row(self.relation, f"count(*) FILTER (WHERE {truth})", where)[0])

    def place(self, text: str, texts: Sequence[Text]) -> str:
        """The place of a text."""
        if len(texts) <= duckdb_engine.FEW_TEXTS:
            return duckdb_engine.place(text, texts)
        found = self._values(duckdb_engine.or_blank(text))
        known = pa.array([each or "" for each in texts], found.type)
        return self._added("n", pc.add(pc.fill_null(pc.index_in(found, known), -1), 1))

    def repeated(self, id_text: str, where: str) -> str:
        """The truth that a row has an id that stood before it."""
        key = duckdb_engine.id_key(id_text, where)
        if not duckdb_engine.has_repeated(self.relation, key):
            return ""
        numbered = f"row_number() OVER (PARTITION BY {key} ORDER BY {ROW})"
        again = self.relation.project(f"{ROW}, {key} IS NOT NULL AND {numbered} > 1 AS again")
        return self._added("again", again.order(ROW).project("again").to_arrow_table().column(0))

    def _values(self, expression: str) -> pa.ChunkedArray:
        return self.relation.project(f"{ROW}, {expression} AS value").order(ROW).to_arrow_table().column(1)

    def _added(self, kind: str, values: pa.ChunkedArray) -> str:
        name = f"{kind}{len(self._columns)}"
        self._columns[name] = values
        return name


def score_eager(frame: EagerFrame, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> EagerResult:
    """The results of a frame, in its order. FrameError if it cannot be scored as it is."""
    import duckdb  # noqa: PLC0415 - what is slow to import waits until it is needed

    with duckdb.connect(config=CONFIG) as connection:
        engine = EagerEngine(frame, connection)
        query = frame_query(engine, compiled, settings, [(ROW, ROW)])
        table = duckdb_engine.table(duckdb_engine.scored(engine.relation, query))
    rows = table.column(table.num_columns - 1)
    return EagerResult(table.drop_columns([ROW]).cast(result_schema(compiled, settings)), rows)


def result_schema(compiled: CompiledQuestionnaire, settings: ScoreSettings) -> pa.Schema:
    """The columns of a result with their types: texts and whole numbers."""
    shape = OutputShape(settings.mapping_stamp)
    columns = (column for column in output_columns(compiled, shape) if column.name != LINE)
    return pa.schema([(each.name, pa.int64() if each.kind == "number" else pa.string()) for each in columns])
