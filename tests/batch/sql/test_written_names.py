"""Names and texts that could be taken for something else: each stands in a query as what it is."""

from __future__ import annotations

import pytest
from support.duck import Duck
from support.postgres import Postgres
from support.questionnaires import TWO_LEVELS, ready
from support.spark import Spark
from support.sql_engines import Engine
from support.written_tables import Row, numbered, results_of_query, results_of_reader

from iop_screen.batch.sql.dialect import Dialect, DialectName
from iop_screen.batch.sql.name_problems import sql_problems
from iop_screen.batch.sql.query import score_query
from iop_screen.batch.sql.written_answers import AnswerTable, WrittenAnswers
from iop_screen.engine.compiled import CompiledQuestionnaire

LONG = "a-name-with.points-of-62-letters-that-no-stage-can-have-as-it-is"[:62]
NAMES = (
    *("rule_drinks", "rule_drinks_may", "asked_gate", "asked_rule_drinks", "applies", "level_stay", "level_stay_may"),
    *("open_id", "suggests_stay", "part_12", "id", "id_2", "suggestion", "problems", "no_answer_id", "number_id"),
    *("select", "from", "cells", "answers", "1st", "a.b", "a-b", LONG, f"{LONG[:-1]}x"),
)
"""Ids of questions that are names of other columns, of stages and of SQL, and two that begin alike and are long."""

HARMFUL = "It's \\'no\\' diagnosis\\; \"so\" -- /* */ '' \\n $1 %s ?"


def hostile() -> CompiledQuestionnaire:
    """A questionnaire with all these ids, a gate before the first, and a disclaimer with a line end in it."""
    kinds = ("yes_no, worse: yes", "number, min: 0, max: 9, worse: higher")
    listed = "\n".join(
        f"      - {{id: {name}, ask: A, role: risk, type: {kinds[number % 3 > 0]}"
        f"{', ask_when: {gate: yes}' if number % 2 else ''}}}"
        for number, name in enumerate(NAMES)
    )
    tests = {name: "{at_least: 3}" if number % 3 else "yes" for number, name in enumerate(NAMES)}
    rules = "".join(
        f"  - {{id: {name}, when: {{{name}: {test}}}, level: stay, because: So.}}\n" for name, test in tests.items()
    )
    harmful = HARMFUL.replace("'", "''")
    return ready(
        TWO_LEVELS.replace("disclaimer: Not a diagnosis.", f"disclaimer: '{harmful}\n\n  and: a second line'")
        + "applies_when: {gate: [yes, no]}\n"
        + "sections:\n  - id: all\n    title: All\n    questions:\n"
        + "      - {id: gate, ask: A, role: context, type: yes_no}\n"
        + f"{listed}\nrules:\n  - {{id: drinks, when: {{gate: yes, a.b: yes}}, level: stay, because: So.}}\n{rules}"
    )


def same(engine: Engine, name: DialectName) -> None:
    """Hold the query against our reader for forms with one answer each, and for one with all."""
    compiled = hostile()
    answers = {question: "9" if number % 3 else "yes" for number, question in enumerate(NAMES)}
    blank: Row = dict.fromkeys(["gate", *NAMES], "")
    forms = [blank | {"gate": "yes", each: answers[each]} for each in NAMES]
    rows = numbered([*forms, {"gate": "no", **answers}, {"gate": "yes", **answers}])
    found = results_of_query(engine, name, compiled, rows)
    assert found == results_of_reader(compiled, rows)
    assert found[0]["disclaimer"] == f"{HARMFUL}\nand: a second line"


def test_duckdb_takes_each_name_for_what_it_is(duck: Duck) -> None:
    same(duck, "duckdb")


@pytest.mark.slow
def test_spark_takes_each_name_for_what_it_is(spark: Spark) -> None:
    same(spark, "spark")


@pytest.mark.slow
def test_postgres_takes_each_name_for_what_it_is(postgres: Postgres) -> None:
    same(postgres, "postgres")


OPTIONS = "options: [{id: a, label: A, points: 0}, {id: b, label: B, points: 1}]"
ALIKE = (
    TWO_LEVELS
    + """\
sections:
  - id: all
    title: All
    questions:
      - {id: one, ask: A, role: risk, type: choice, OPTIONS}
      - {id: ONE, ask: A, role: risk, type: choice, OPTIONS}
scores:
  - {id: sum, title: Sum, add: [one]}
  - {id: SUM, title: Sum, add: [ONE], may_miss: 0}
rules: [{id: r, when: {one: b}, level: stay, because: So.}]
"""
).replace("OPTIONS", OPTIONS)
LONG_ID = "q" * 64
LONG_SCORE = "s" * 50
TOO_LONG = (
    TWO_LEVELS
    + f"""\
sections:
  - id: all
    title: All
    questions:
      - {{id: {LONG_ID}, ask: A, role: risk, type: choice, OPTIONS}}
scores:
  - {{id: {LONG_SCORE}, title: Sum, add: [{LONG_ID}], may_miss: 0}}
rules: [{{id: r, when: {{{LONG_ID}: b}}, level: stay, because: So.}}]
"""
).replace("OPTIONS", OPTIONS)


@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_names_that_differ_in_case_alone_are_a_problem_where_case_does_not_count(name: DialectName) -> None:
    found = [
        (problem.code, problem.span.line, problem.related[0].span.line) for problem in sql_problems(ready(ALIKE), name)
    ]
    assert found == [("sql-name", 14, 13), ("sql-name", 17, 16)]


def test_postgres_tells_such_names_apart() -> None:
    assert [*sql_problems(ready(ALIKE), "postgres")] == []


def test_names_that_postgres_would_cut_off_are_a_problem() -> None:
    found = [*sql_problems(ready(TOO_LONG), "postgres")]
    assert [(problem.code, problem.span.line) for problem in found] == [("sql-name", 13), ("sql-name", 15)]
    assert f"score_{LONG_SCORE}_missing" in found[1].message


@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_other_databases_take_long_names(name: DialectName, duck: Duck) -> None:
    assert [*sql_problems(ready(TOO_LONG), name)] == []
    rows = numbered([{LONG_ID: "b"}, {LONG_ID: ""}])
    found = results_of_query(duck, "duckdb", ready(TOO_LONG), rows)
    assert found == results_of_reader(ready(TOO_LONG), rows)


@pytest.mark.parametrize("mark", ["{{ ref('x') }}", "{% set a %}", "{# a", "${HOME}"])
@pytest.mark.parametrize("name", ["duckdb", "spark", "postgres"])
def test_a_text_that_dbt_or_spark_would_fill_in_is_a_problem(mark: str, name: DialectName) -> None:
    source = ALIKE.replace("id: ONE", "id: two").replace("[ONE]", "[two]").replace("id: SUM", "id: sum2")
    assert [*sql_problems(ready(source), name)] == []
    harmful = mark.replace("'", "''")
    (problem,) = sql_problems(ready(source.replace("Not a diagnosis.", f"'Not {harmful}'")), name)
    assert (problem.code, problem.span.line) == ("sql-text", 7)


def test_the_table_and_the_column_of_ids_can_have_any_name(duck: Duck) -> None:
    compiled = ready(TOO_LONG)
    table, column = 'my "forms"; --', 'it\'s "the" id'
    duck.load(table, [column, LONG_ID], [["7", "b"], [None, ""]])
    dialect = Dialect("duckdb")
    answers = WrittenAnswers(compiled, AnswerTable(dialect.identifier(table), column), dialect)
    found = duck.query(score_query(compiled, answers, dialect).text())
    assert [(row["id"], row["level_at_least"]) for row in found] == [("7", "stay"), (None, "home")]


def test_a_table_can_have_no_column_of_ids(duck: Duck) -> None:
    compiled = ready(TOO_LONG)
    duck.load("forms", [LONG_ID], [["b"]])
    dialect = Dialect("duckdb")
    answers = WrittenAnswers(compiled, AnswerTable("forms", None), dialect)
    (row,) = duck.query(score_query(compiled, answers, dialect).text())
    assert (row["id"], row["level_at_least"]) == (None, "stay")
