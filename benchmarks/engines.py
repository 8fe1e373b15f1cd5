"""What scoring costs where the forms already lie: on DuckDB and on Spark, against the engine's own copy of them.

`python benchmarks/engines.py [--rows N] [--runs N] [--only NAME]`

The forms are those of `benchmarks/forms.py`, of the kind `mixed`. A copy reads all columns and writes them to a Parquet
file; scoring reads them, looks for the distinct texts, and writes all columns of the results to one. Both run in turn,
in one process that is warm: a run of each is not counted. A figure is a ratio of two CPU times, each the least of the
runs; for Spark that of its Java, with two cores on this machine.

`--only write` is no ratio: how long it takes to write the query down, for the questionnaire that comes along and for
one ten times as large.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forms import compiled_from, write_forms
from run import times_ten

import iop_screen
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.query import Query, score_query
from iop_screen.batch.sql.written_answers import AnswerTable, WrittenAnswers
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True, slots=True)
class Work:
    """Scoring, and a copy to compare it with; `clock` gives the CPU seconds so far of what does both."""

    score: Callable[[], object]
    copy: Callable[[], object]
    clock: Callable[[], float]

    def ratio(self, runs: int) -> float:
        """How many times as long scoring takes, by the least of the runs."""
        took = [(self._cost(self.score), self._cost(self.copy)) for _ in range(runs + 1)][1:]
        return min(score for score, _ in took) / min(copy for _, copy in took)

    def _cost(self, run: Callable[[], object]) -> float:
        start = self.clock()
        run()
        return self.clock() - start


# ------------------------------------------------------------------ DuckDB


def duckdb_parquet(forms: Path, folder: Path) -> Iterator[Work]:
    """A Parquet file in, a Parquet file out."""
    import duckdb  # noqa: PLC0415 - of the two engines each is imported only where it is measured

    connection = duckdb.connect()
    connection.execute(f"COPY ({_texts(forms)}) TO '{folder / 'forms.parquet'}' (FORMAT parquet)")
    yield _duckdb(lambda: connection.from_parquet(str(folder / "forms.parquet")), folder)


def duckdb_arrow(forms: Path, folder: Path) -> Iterator[Work]:
    """A table of Arrow in memory in, a Parquet file out."""
    import duckdb  # noqa: PLC0415 - of the two engines each is imported only where it is measured

    connection = duckdb.connect()
    table = connection.sql(_texts(forms)).to_arrow_table()
    yield _duckdb(lambda: connection.from_arrow(table), folder)


def _texts(forms: Path) -> str:
    """All columns as texts, and a blank as no value: so a file of forms is mostly kept."""
    return f"FROM read_csv('{forms}', header = true, all_varchar = true, quote = '\"')"


def _duckdb(relation: Callable[[], duckdb.DuckDBPyRelation], folder: Path) -> Work:
    questionnaire = iop_screen.load()
    return Work(
        lambda: iop_screen.score(relation(), questionnaire).write_parquet(str(folder / "results.parquet")),
        lambda: relation().write_parquet(str(folder / "copy.parquet")),
        time.process_time,
    )


# ------------------------------------------------------------------ Spark


def spark_parquet(forms: Path, folder: Path) -> Iterator[Work]:
    """A folder of Parquet files in, another out."""
    with running_spark(folder) as session:
        _read_csv(session, forms).write.parquet(str(folder / "forms"))
        yield _spark(session, lambda: session.read.parquet(str(folder / "forms")), folder)


def spark_csv(forms: Path, folder: Path) -> Iterator[Work]:
    """A CSV file in, a folder of Parquet files out."""
    with running_spark(folder) as session:
        yield _spark(session, lambda: _read_csv(session, forms), folder)


def _read_csv(session: SparkSession, forms: Path) -> DataFrame:
    return session.read.csv(str(forms), header=True, escape='"', multiLine=False)


def _spark(session: SparkSession, frame: Callable[[], DataFrame], folder: Path) -> Work:
    questionnaire = iop_screen.load()
    return Work(
        lambda: iop_screen.score(frame(), questionnaire).write.mode("overwrite").parquet(str(folder / "results")),
        lambda: frame().write.mode("overwrite").parquet(str(folder / "copy")),
        lambda: _java_seconds(session),
    )


@contextmanager
def running_spark(folder: Path) -> Iterator[SparkSession]:
    """A session of Spark on two cores of this machine."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = SparkSession.builder.master("local[2]").appName("benchmark")
    settings = {"spark.driver.memory": "4g", "spark.ui.enabled": "false", "spark.local.dir": str(folder)}
    session = builder.config(map={**settings, "spark.ui.showConsoleProgress": "false"}).getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def _java_seconds(session: SparkSession) -> float:
    """The CPU seconds of the Java that a session runs in."""
    process = session._jvm.java.lang.ProcessHandle.current().pid()  # noqa: SLF001
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


RATIOS: dict[str, Callable[[Path, Path], Iterator[Work]]] = {
    "duckdb-parquet": duckdb_parquet,
    "duckdb-arrow": duckdb_arrow,
    "spark-parquet": spark_parquet,
    "spark-csv": spark_csv,
}

# ------------------------------------------------------------------ writing the query


def written(compiled: CompiledQuestionnaire) -> Query:
    """The query over a table of answers, for DuckDB."""
    dialect = Dialect("duckdb")
    return score_query(compiled, WrittenAnswers(compiled, AnswerTable("forms"), dialect), dialect)


def writing(compiled: CompiledQuestionnaire, runs: int) -> str:
    """How long it takes to write the query down, and how long it is."""
    took = []
    for _ in range(runs + 1):
        start = time.process_time()
        text = written(compiled).text()
        took.append(time.process_time() - start)
    return f"{1000 * min(took):.0f} ms, {len(text) / 1000:.0f} kB, {len(written(compiled).stages)} stages"


def main() -> None:
    names = [*RATIOS, "write"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=names, action="append")
    said = parser.parse_args()
    for name in said.only or names:
        if name == "write":
            content = default_questionnaire().read_bytes()
            print(f"write: {writing(compiled_from(content), said.runs)}")
            print(f"write, ten times as large: {writing(compiled_from(times_ten(content)), said.runs)}")
            continue
        with tempfile.TemporaryDirectory() as made:
            forms = Path(made) / "forms.csv"
            write_forms(iop_screen.load(), "mixed", said.rows, forms)
            for work in RATIOS[name](forms, Path(made)):
                print(f"{name}: {work.ratio(said.runs):.2f}", flush=True)


if __name__ == "__main__":
    main()
