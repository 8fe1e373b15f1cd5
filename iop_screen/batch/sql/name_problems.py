"""What a database cannot say of a questionnaire: names that it cannot tell apart or would cut off, and texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iop_screen.batch.rows import output_columns
from iop_screen.batch.sql.dialect import DialectName
from iop_screen.core.problems import Problem, Related, Span
from iop_screen.engine.compiled import CompiledQuestionnaire

LONGEST_NAME = 63
"""Postgres cuts off what stands behind so many bytes of a name."""

FOR_OTHERS = re.compile(r"\$\{|\{[{%#]")
"""What dbt and Spark take as theirs, even in a text, and put something else there."""

Named = tuple[str, str, Span]
"""A column: its name, what it is for in words, and where that stands in the file."""


def sql_problems(compiled: CompiledQuestionnaire, dialect: DialectName) -> Iterator[Problem]:
    """Why a questionnaire cannot be a query for a database."""
    for columns in (_of_questions(compiled), _of_scores(compiled)):
        yield from _too_long(columns) if dialect == "postgres" else _alike(columns, dialect)
    for text in (compiled.questionnaire.disclaimer, compiled.questionnaire.version):
        found = FOR_OTHERS.search(text)
        if found is not None:
            message = f"dbt and Spark would put something else for `{found[0]}`, also in a text"
            yield Problem("sql-text", message, text.span, "write it in other words")


def _of_questions(compiled: CompiledQuestionnaire) -> list[Named]:
    return [(str(question.id), f"the question `{question.id}`", question.id.span) for question in compiled.questions]


def _of_scores(compiled: CompiledQuestionnaire) -> list[Named]:
    """The columns of a result that have names from the file."""
    names = [column.name for column in output_columns(compiled)]
    ids = [score.id for score in compiled.questionnaire.scores]
    return [
        (name, f"`{name}`, a column of the score `{score}`", score.span)
        for score in ids
        for name in (f"score_{score}", f"score_{score}_missing", f"score_{score}_band")
        if name in names
    ]


def _too_long(columns: list[Named]) -> Iterator[Problem]:
    for name, what, span in columns:
        if len(name) > LONGEST_NAME:
            message = f"Postgres cuts names off behind {LONGEST_NAME} letters, so there can be no column for {what}"
            yield Problem("sql-name", message, span, "choose a shorter id")


def _alike(columns: list[Named], dialect: DialectName) -> Iterator[Problem]:
    """A problem for each column that differs from another one only in the case of its letters."""
    first: dict[str, Named] = {}
    for column in columns:
        name, what, span = column
        earlier, earlier_what, earlier_span = first.setdefault(name.casefold(), column)
        if earlier != name:
            message = f"{NAMES[dialect]} cannot tell {what} from {earlier_what}: only the case of letters differs"
            yield Problem("sql-name", message, span, "choose another id", (Related("the other one", earlier_span),))


NAMES: dict[DialectName, str] = {"duckdb": "DuckDB", "spark": "Spark", "postgres": "Postgres"}
"""What each database is called in a text."""
