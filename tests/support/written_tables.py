"""Tables of answers as our own forms write them, and what they come to: by a query, and by our own reader of cells."""

from __future__ import annotations

from collections.abc import Sequence

from iop_screen.batch.python_rows import scored
from iop_screen.batch.rows import Field, ScoredRow, column_values
from iop_screen.batch.sql.dialect import Dialect, DialectName
from iop_screen.batch.sql.query import score_query
from iop_screen.batch.sql.written_answers import AnswerTable, WrittenAnswers
from iop_screen.engine.compiled import CompiledQuestionnaire
from support.sql_engines import Cell, Engine

Row = dict[str, Cell]
TABLE = "forms"
ID = "the id"
"""The column of ids; no question has a blank in its id."""


def results_of_query(
    engine: Engine, name: DialectName, compiled: CompiledQuestionnaire, rows: Sequence[Row]
) -> list[dict[str, str]]:
    """What the query gives for a table, in the order of its ids; a number or NULL as a CSV file has it."""
    columns = [ID, *(str(question.id) for question in compiled.questions)]
    engine.load(TABLE, columns, [[row[column] for column in columns] for row in rows])
    found = engine.query(query_text(name, compiled))
    return sorted(({column: value or "" for column, value in row.items()} for row in found), key=lambda row: row["id"])


def query_text(name: DialectName, compiled: CompiledQuestionnaire) -> str:
    """The query over that table."""
    dialect = Dialect(name)
    table = AnswerTable(dialect.identifier(TABLE), ID)
    return score_query(compiled, WrittenAnswers(compiled, table, dialect), dialect).text()


def results_of_reader(compiled: CompiledQuestionnaire, rows: Sequence[Row]) -> list[dict[str, str]]:
    """What our own reader of cells makes of the same rows."""
    found = [result_texts(row, compiled) for row in scored(rows, compiled, id_column=ID)]
    return sorted(found, key=lambda row: row["id"])


def result_texts(row: ScoredRow, compiled: CompiledQuestionnaire) -> dict[str, str]:
    """The columns that a query gives too, as a CSV file has them."""
    return {name: _text(value) for name, value in column_values(row, compiled).items() if name != "line"}


def _text(value: Field) -> str:
    return ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def numbered(rows: Sequence[Row]) -> list[Row]:
    """The same rows, each with an id; as texts the ids stand in their order."""
    return [{ID: f"{number:06}", **row} for number, row in enumerate(rows)]
