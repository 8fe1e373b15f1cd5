"""The command that writes the questionnaire as an SQL query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from iop_screen import __version__
from iop_screen.cli.options import Force, Output, Questions, compiled_and_bytes, output_to
from iop_screen.console.streams import print_message
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import default_questionnaire
from iop_screen.core.problems import did_you_mean, shortened

if TYPE_CHECKING:
    from iop_screen.batch.sql.dialect import Dialect
    from iop_screen.core.problems import Problem
    from iop_screen.engine.compiled import CompiledQuestionnaire


def sql(  # noqa: PLR0913 - one option each
    dialect: Annotated[
        Literal["duckdb", "spark", "postgres"], typer.Option("--dialect", help="The database that runs the query.")
    ] = "duckdb",
    questions: Questions = None,
    output: Output = None,
    *,
    table: Annotated[str, typer.Option(metavar="NAME", help="The table of answers.")] = "forms",
    id_column: Annotated[str | None, typer.Option(metavar="NAME", help="The column to copy as id; else `id`.")] = None,
    no_id: Annotated[bool, typer.Option("--no-id", help="The table has no column with an id.")] = False,
    allow_missing: Annotated[
        list[str] | None,
        typer.Option("--allow-missing", metavar="ID,...", help="The table has no column for these questions."),
    ] = None,
    force: Force = False,
) -> None:
    """Write the questionnaire as one SQL query over a table of answers.

    Example: iop-screen sql --dialect postgres --table intake -o screening.sql
    """
    if find_spec("sqlglot") is None:
        raise CannotGoOn("sql needs more packages: pip install 'iop-screen[frames]'", Exit.FILE)
    from iop_screen.batch.sql.dialect import Dialect  # noqa: PLC0415
    from iop_screen.batch.sql.name_problems import NAMES, sql_problems  # noqa: PLC0415
    from iop_screen.batch.sql.query import score_query  # noqa: PLC0415
    from iop_screen.batch.sql.written_answers import ID_COLUMN, AnswerTable, WrittenAnswers  # noqa: PLC0415
    from iop_screen.report.sql_comment import sql_comment  # noqa: PLC0415

    if no_id and id_column is not None:
        raise typer.BadParameter("--no-id does not go with --id-column")
    if id_column == "":
        raise typer.BadParameter("it is the name of a column; if there is none, say --no-id", param_hint="--id-column")
    compiled, content = compiled_and_bytes(questions)
    path = questions or default_questionnaire()
    problems = [*sql_problems(compiled, dialect)]
    if problems:
        raise _not_written(problems, path, content)
    words = Dialect(dialect)
    named = None if no_id else id_column or ID_COLUMN
    answers = AnswerTable(_table(table, words), named, _missing(allow_missing, compiled))
    query = score_query(compiled, WrittenAnswers(compiled, answers, words), words)
    if table.casefold() in {name.casefold() for name, _ in query.stages}:
        raise typer.BadParameter(
            f"{table} is the name of a part of the query; put its schema before it, such as clinic.{table}"
        )
    comment = sql_comment(compiled, answers, f"iop-screen {__version__}", NAMES[dialect], query.shared)
    with output_to(output, replace=force, made_from=[path]) as out:
        out.write(query.text(comment).encode())


def _table(name: str, dialect: Dialect) -> str:
    """A table as SQL: its name, with that of its schema and a point before it. What is for dbt stays as it is."""
    if name.startswith("{{") and name.endswith("}}") and name.isprintable():
        return name
    parts = name.split(".")
    if not all(parts):
        raise typer.BadParameter("it is a name such as intake or clinic.intake", param_hint="--table")
    return ".".join(map(dialect.identifier, parts))


def _missing(listed: Sequence[str] | None, compiled: CompiledQuestionnaire) -> frozenset[str]:
    """The questions without a column; each must be one."""
    names = [name.strip() for each in listed or () for name in each.split(",") if name.strip()]
    for name in names:
        if name not in compiled.indexes:
            raise typer.BadParameter(_no_question(name, compiled.indexes), param_hint="--allow-missing")
    return frozenset(names)


def _no_question(name: str, known: Collection[str]) -> str:
    hint = did_you_mean(name, known)
    return f"{shortened(name)!a} is no question{hint and f'; {hint}'}"


def _not_written(problems: Sequence[Problem], path: Path, content: bytes) -> CannotGoOn:
    """The error that a database cannot have this questionnaire; all problems are printed first."""
    from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415
    from iop_screen.report.wording import plural  # noqa: PLC0415

    in_order = sorted(problems, key=lambda problem: (problem.span, problem.code))
    print_message(diagnostics(in_order, str(path), content))
    found = plural(len(in_order), "problem")
    return CannotGoOn(
        f"{found}: this database cannot say this questionnaire; no query was written", Exit.PROBLEMS_FOUND
    )
