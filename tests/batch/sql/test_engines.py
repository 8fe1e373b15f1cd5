"""The engines that tests run our SQL on: what goes into a table of texts comes out of it, and nothing stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.duck import Duck
from support.paths import REPOSITORY
from support.postgres import Postgres, running_postgres
from support.spark import Spark, running_spark
from support.sql_engines import Cell, Engine, quoted

TABLE = 'forms; "2" of `it\'s` $1 ${HOME}'
COLUMNS = ["id", 'a "b"; --', "it's `c`.d"]
ROWS: list[list[Cell]] = [
    ["1", "", None],
    ["2", None, ""],
    ["3", "'; DROP TABLE forms; --", '"quoted", \\N and \\.'],
    ["4", "two\nlines\r\n\\.\n", "\ttab \\ caf\u00e9 \U0001f642 "],
    ["5", "NULL", "''"],
]


def answers(engine: Engine, mark: str) -> None:
    """Asks an engine for the whole table, in order, and then for what is empty and what is no value."""
    engine.load(TABLE, COLUMNS, ROWS)
    table, first, second = (quoted(name, mark) for name in (TABLE, *COLUMNS[1:]))
    assert engine.query(f"SELECT * FROM {table} ORDER BY id") == [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    asked = f"SELECT id, CASE WHEN {first} = '' THEN 'a;' END AS a, {second} IS NULL AS b, ';' AS c FROM {table}"
    rows = engine.query(f"{asked} WHERE {first} IS NULL OR {second} IS NULL ORDER BY id -- ;")
    assert [(row["id"], row["a"], row["c"]) for row in rows] == [("1", "a;", ";"), ("2", None, ";")]
    assert [str(row["b"]).lower()[0] for row in rows] == ["t", "f"]
    assert engine.query(f"SELECT {first} AS one FROM {table} WHERE id IN ('1', '2') ORDER BY id") == [
        {"one": ""},
        {"one": None},
    ]
    assert engine.query(f"SELECT repeat(';', 200000) AS c FROM {table} WHERE id = '1'") == [{"c": ";" * 200_000}]
    engine.load(TABLE, ["id"], [])
    assert engine.query(f"SELECT * FROM {table}") == []


def test_duckdb_keeps_every_text(duck: Duck) -> None:
    answers(duck, '"')


def test_duckdb_takes_no_name_of_a_table_for_a_file(duck: Duck, tmp_path: Path) -> None:
    forms = tmp_path / "forms.csv"
    forms.write_text("id\n1\n")
    with pytest.raises(Exception, match="disabled by configuration"):
        duck.query(f"FROM {quoted(str(forms))}")


def test_the_tests_of_an_engine_that_is_not_installed_are_skipped_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **_named: None)
    for opened, sentence in (
        (running_postgres(), r"has \['initdb', 'pg_ctl', 'psql'\]\."),
        (running_spark(tmp_path), "Java"),
    ):
        with pytest.raises(pytest.skip.Exception, match=sentence), opened:
            pass


@pytest.mark.slow
def test_postgres_keeps_every_text(postgres: Postgres) -> None:
    answers(postgres, '"')


@pytest.mark.slow
def test_spark_keeps_every_text(spark: Spark) -> None:
    answers(spark, "`")


KILLED = """
import os, signal, tempfile
from pathlib import Path
from support.{module} import running_{module}
{asked}
    print({shown}, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(module: str, asked: str, shown: str) -> str:
    """What a process prints that starts an engine and is killed. Its output ends when nobody has it open any more."""
    script = KILLED.format(module=module, asked=asked, shown=shown)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])}
    ran = subprocess.run(
        [sys.executable, "-c", script], check=False, env=environment, stdout=subprocess.PIPE, text=True, timeout=120
    )
    assert ran.returncode < 0
    return ran.stdout.strip()


@pytest.mark.slow
def test_postgres_ends_with_a_process_that_is_killed(postgres: Postgres) -> None:
    """The server that the other tests have goes on."""
    folder = Path(killed("postgres", "with running_postgres() as server:", "server.folder"))
    until = time.monotonic() + 30
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.exists()
    assert postgres.query("SELECT 1 AS one") == [{"one": "1"}]


@pytest.mark.slow
def test_the_java_of_spark_ends_with_a_process_that_is_killed(spark: Spark, tmp_path: Path) -> None:
    """Java has the output of the process, so that would not end."""
    assert killed("spark", f"with running_spark(Path({str(tmp_path)!r})) as spark:", "spark.query('SELECT 1 AS one')")
    assert spark.query("SELECT 1 AS one") == [{"one": "1"}]
