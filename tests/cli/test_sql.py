"""The command that writes the questionnaire as SQL: where a query goes, and what is said when there can be none."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
from importlib.machinery import ModuleSpec
from pathlib import Path

import duckdb
import pytest
from support.duck import Duck
from support.paths import REPOSITORY
from support.postgres import Postgres
from support.running import Run
from support.spark import Spark
from support.sql_engines import Cell, Engine

import iop_screen
from iop_screen.batch.sql.dialect import DIALECTS, DialectName
from iop_screen.cli import sql as cli_sql

GOLDEN = REPOSITORY / "tests" / "golden"
SQL_PAGE = (REPOSITORY / "docs" / "sql.md").read_text("utf-8")
QUESTIONNAIRE = """\
format: 1
id: small
version: 1.0.0
title: A small screening
intended_use: For tests.
disclaimer: Not a diagnosis. See a professional.
contacts: [{id: line, name: A line, reach: call 000, checked_on: 2026-01-01}]
levels: [{id: home, title: At home}, {id: stay, title: Live in}]
first_steps: [{id: help_now, title: Help now, interrupt: true}]
sections:
  - id: all
    title: All
    questions:
      - id: shakes
        ask: Shakes?
        role: risk
        type: choice
        options:
          - {id: none, label: Not at all, points: 0}
          - {id: some, label: A bit, points: 1}
          - {id: bad, label: Badly, points: 3}
      - id: bad_days
        ask: Bad days?
        role: risk
        type: number
        worse: higher
        min: 0
        max: 30
        ask_when: {shakes: {at_least: some}}
      - id: alone
        ask: Who is there?
        role: risk
        type: multiple
        options:
          - {id: nobody, label: Nobody}
          - {id: drinkers, label: People who drink}
          - {id: others, label: Others, exclusive: true}
scores:
  - {id: total, title: Total, add: [shakes]}
rules:
  - {id: bad_shakes, when: {shakes: bad}, level: stay, because: Bad shakes.}
  - {id: many_days, when: {bad_days: {at_least: 7}, alone: nobody}, level: stay, because: Bad days alone.}
  - {id: drinking, when: {alone: drinkers}, first_step: help_now, because: They drink.}
"""
ROWS: list[list[Cell]] = [
    ["1", "bad", "8", "nobody"],
    ["2", "none", "", "others"],
    ["3", None, "31", "drinkers;nobody"],
]
SUGGESTED = {"1": "stay", "2": "home", "3": "emergency"}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small questionnaire, with a choice behind which a number stands, a list and a score."""
    file = tmp_path / "small.yaml"
    file.write_text(QUESTIONNAIRE, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", DIALECTS)
def test_the_query_reads_as_it_did(name: DialectName, run: Run, small: Path) -> None:
    ran = run("sql", "--dialect", name, "--questions", small)
    assert (ran.code, ran.err) == (0, "")
    written = re.sub(r"by iop-screen [\d.]+", "by iop-screen 0.0.0", ran.out)
    golden = GOLDEN / f"small.{name}.sql"
    if os.environ.get("REWRITE_GOLDEN"):
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text("utf-8")


def gives_results(engine: Engine, name: DialectName, run: Run, small: Path) -> None:
    """Runs what the command prints over three forms."""
    engine.load("forms", ["id", "shakes", "bad_days", "alone"], ROWS)
    found = engine.query(run("sql", "--dialect", name, "--questions", small).out)
    assert {row["id"]: row["suggestion"] for row in found} == SUGGESTED


def test_duckdb_runs_what_is_printed(duck: Duck, run: Run, small: Path) -> None:
    gives_results(duck, "duckdb", run, small)
    duck.query(f"CREATE TABLE results AS {run('sql', '--questions', small).out}")
    assert len(duck.query("SELECT * FROM results")) == 3


@pytest.mark.slow
def test_postgres_runs_what_is_printed(postgres: Postgres, run: Run, small: Path) -> None:
    gives_results(postgres, "postgres", run, small)


@pytest.mark.slow
def test_psql_as_the_docs_have_it_fails_if_a_column_is_not_there(
    postgres: Postgres, run: Run, small: Path, tmp_path: Path
) -> None:
    [command] = re.findall(r"`(psql .*?)`", SQL_PAGE)
    written = run(
        "sql", "--dialect", "postgres", "--questions", small, "--table", "cut", "-o", tmp_path / "screening.sql"
    )
    assert written.code == 0
    for columns, ends_well in ((4, True), (3, False)):
        postgres.load("cut", ["id", "shakes", "bad_days", "alone"][:columns], [row[:columns] for row in ROWS])
        where = {"PATH": postgres.path, "PGHOST": str(postgres.folder / "data"), "PGUSER": "tests"}
        ran = subprocess.run(
            shlex.split(command),
            check=False,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **where, "PGDATABASE": "postgres"},
        )
        assert (ran.returncode == 0) == ends_well
        assert len((tmp_path / "results.csv").read_text("utf-8").splitlines()) == (4 if ends_well else 0)


def test_the_docs_and_the_comment_send_the_same_rows_first(run: Run) -> None:
    comment = run("sql").out.partition("\nWITH\n")[0]
    for said in (comment, SQL_PAGE):
        look = said.partition("rows with the suggestion")[2]
        assert look.find("emergency") < look.find("first_step_at_most") < look.find("problem")


@pytest.mark.parametrize("kind", ["integer", "text"])
def test_the_view_of_the_docs_lets_each_code_through(kind: str, duck: Duck) -> None:
    [cases] = re.findall(r"  (CASE CAST.*?) AS emergency_now", SQL_PAGE, re.DOTALL)
    coded = f"(SELECT CAST(code AS {kind}) AS q1 FROM (VALUES ('0'), ('1'), ('9'), ('7'), (NULL)) AS codes(code))"
    found = duck.query(f"SELECT {cases} AS read FROM {coded}")
    assert [row["read"] for row in found] == ["no", "yes", "unknown", "7", None]


def test_duckdb_runs_the_query_as_the_docs_have_it(
    run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    [table] = re.findall(r"--table (clinic\.\S+)", SQL_PAGE)
    [file] = re.findall(r'duckdb\.connect\("(.+?)"\)\.sql\(open\("screening\.sql"\)\.read\(\)\)', SQL_PAGE)
    assert run("sql", "--questions", small, "--table", table, "-o", "screening.sql").code == 0
    with duckdb.connect(file) as database:
        database.execute("CREATE SCHEMA clinic")
        database.execute(f"CREATE VIEW {table} AS SELECT 1 AS id, 'bad' AS shakes, 8 AS bad_days, 'nobody' AS alone")
        assert database.sql(Path("screening.sql").read_text("utf-8")).fetchall()[0][:2] == ("1", "stay")


def test_the_test_for_dbt_finds_all_that_could_not_be_read_and_nothing_else(duck: Duck, run: Run, small: Path) -> None:
    rows: list[list[Cell]] = [
        ["good", "bad", "8", "nobody"],
        ["label", "Badly", "", "others"],
        ["far", "bad", "31", "others"],
        ["both", "bad", "1", "others;nobody"],
        ["more", "none", "3", "others"],
    ]
    duck.load("forms", ["id", "shakes", "bad_days", "alone"], rows)
    duck.query(f"CREATE TABLE screening AS {run('sql', '--questions', small).out}")
    [shown] = re.findall(r"```sql\n(SELECT id, problems .*?)```", SQL_PAGE, re.DOTALL)
    found = duck.query(shown.replace("{{ ref('screening') }}", "screening"))
    assert {row["id"] for row in found} == {"label", "far", "both"}
    told = duck.query("SELECT id FROM screening WHERE problems <> ''")
    assert {row["id"] for row in told} == {"label", "far", "both", "more"}


@pytest.mark.slow
def test_spark_runs_what_is_printed(spark: Spark, run: Run, small: Path) -> None:
    gives_results(spark, "spark", run, small)


@pytest.mark.parametrize(
    ("table", "written"),
    [
        ("intake", '"intake"'),
        ("clinic.intake 2026", '"clinic"."intake 2026"'),
        ('a"; DROP TABLE b; --', '"a""; DROP TABLE b; --"'),
        ("{{ ref('intake') }}", "{{ ref('intake') }}"),
    ],
)
def test_the_table_is_named_once(table: str, written: str, run: Run, small: Path) -> None:
    printed = run("sql", "--questions", small, "--table", table).out
    assert printed.count(f"\n  FROM {written}\n") == 1
    assert printed.count(written) == 1


@pytest.mark.parametrize("table", ["answers", "CELLS", "rules", "", "a..b", "."])
def test_a_table_cannot_have_the_name_of_a_part_or_none(table: str, run: Run, small: Path) -> None:
    ran = run("sql", "--questions", small, "--table", table)
    assert (ran.code, ran.out) == (2, "")
    assert "--table" in ran.err or "put its schema before it" in " ".join(ran.err.split())


def test_the_column_of_ids_can_be_named_or_left_out(run: Run, small: Path) -> None:
    assert 'CAST("case no" AS VARCHAR) AS "id"' in run("sql", "--questions", small, "--id-column", "case no").out
    assert 'CAST(NULL AS VARCHAR) AS "id"' in run("sql", "--questions", small, "--no-id").out
    assert run("sql", "--questions", small, "--no-id", "--id-column", "id").code == 2
    assert run("sql", "--questions", small, "--id-column", "").code == 2


def test_a_column_that_the_table_has_not_is_not_read(run: Run, small: Path) -> None:
    printed = run("sql", "--questions", small, "--allow-missing", "bad_days, alone", "--allow-missing", "shakes").out
    assert "COALESCE" not in printed
    assert "bad_days:no-column" in printed
    ran = run("sql", "--questions", small, "--allow-missing", "bad_day")
    assert (ran.code, ran.out) == (2, "")
    assert "is no question" in ran.err
    assert "did you mean `bad_days`?" in ran.err


def test_each_rule_and_note_can_be_found_by_its_name(run: Run) -> None:
    printed = run("sql").out
    comment, _, query = printed.partition("\nWITH\n")
    default = iop_screen.load()
    names = [f"rule_{rule.definition.id}" for rule in default.rules]
    names += [f"note_{note.definition.id}" for note in default.notes]
    lost = [name for name in names if f'AS "{name}"' not in query]
    said = dict(re.findall(r'^-- - (\S+) is "(\S+)"$', comment, re.MULTILINE))
    assert lost == [*said]
    assert "rule_suicide_thoughts" in lost
    for name, column in said.items():
        member = name.partition("_")[2]
        assert f"CASE WHEN \"{column}\" THEN ';{member}' END" in query


def test_the_comment_says_what_each_kind_of_column_is(run: Run) -> None:
    comment, _, query = run("sql").out.partition("\nWITH\n")
    how = comment.partition("HOW TO READ IT")[2]
    kinds = r'AS "(no_answer_|list_|asked_|rule_|level_|first_step_|suggests_|open_|not_asked_|note_|part_|points_)'
    assert {kind for kind in re.findall(kinds, query) if kind not in how} == set()
    assert len({*re.findall(kinds, query)}) == 12


def test_a_file_is_private_and_replaces_nothing(run: Run, small: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.sql"
    assert run("sql", "--questions", small, "-o", file).code == 0
    written = file.read_bytes()
    assert written == run("sql", "--questions", small).stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("sql", "--questions", small, "-o", file).code == 3
    assert run("sql", "--questions", small, "-o", file, "--force").code == 0
    assert run("sql", "--questions", small, "-o", small, "--force").code == 3
    assert small.read_text("utf-8") == QUESTIONNAIRE


def test_what_a_database_cannot_say_is_told_with_its_place_and_nothing_is_written(
    run: Run, small: Path, tmp_path: Path
) -> None:
    text = QUESTIONNAIRE.replace("id: alone\n", "id: SHAKES\n").replace("alone:", "SHAKES:")
    small.write_text(text.replace("Not a diagnosis. See", "'${a}'").replace("a professional.", ""), encoding="utf-8")
    file = tmp_path / "small.sql"
    ran = run("sql", "--questions", small, "-o", file)
    assert (ran.code, ran.out, file.exists()) == (1, "", False)
    assert f"{small}:6:13: error: dbt and Spark would put something else for `${{`" in ran.err
    assert f"{small}:30:13: error: DuckDB cannot tell the question `SHAKES` from the question `shakes`" in ran.err
    assert ran.err.endswith("2 problems: this database cannot say this questionnaire; no query was written\n")


def test_each_code_of_a_problem_is_in_the_reference() -> None:
    source = (REPOSITORY / "iop_screen" / "batch" / "sql" / "name_problems.py").read_text("utf-8")
    section = (REPOSITORY / "docs" / "reference.md").read_text("utf-8").partition("\n## SQL\n")[2].partition("\n## ")[0]
    codes = {*re.findall(r'"(sql-[a-z]+)"', source)}
    assert len(codes) == 2
    assert [code for code in codes if not re.search(rf"^\| `{code}` \| .+ \|$", section, re.MULTILINE)] == []


def test_a_questionnaire_that_cannot_be_used_is_another_exit_code(run: Run, small: Path, tmp_path: Path) -> None:
    small.write_text("format: 1\n", encoding="utf-8")
    assert run("sql", "--questions", small).code == 4
    assert run("sql", "--questions", tmp_path / "nowhere.yaml").code == 3


def test_without_the_extra_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none(_: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(cli_sql, "find_spec", find_none)
    ran = run("sql")
    assert (ran.code, ran.out) == (3, "")
    assert "pip install 'iop-screen[frames]'" in ran.err
