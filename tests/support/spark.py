"""A session of Spark for tests, on this machine alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.sql_engines import Cell, as_cell, quoted

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

LOG = """
appender.quiet.type = Console
appender.quiet.name = quiet
rootLogger.level = off
rootLogger.appenderRef.quiet.ref = quiet
"""
"""Nothing that Spark says is shown, from the first line on. It takes settings without an appender for none at all."""


@dataclass(frozen=True, slots=True)
class Spark:
    """A session that is running."""

    session: SparkSession

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Make a view over texts. From Arrow they get there without a process of Python that Spark would start.

        Parted anew they are as those of a file: rows in a plan are worked out by the optimizer, which takes long.
        """
        from support.arrow_texts import arrow_texts  # noqa: PLC0415 - it imports pyarrow

        frame = self.session.createDataFrame(arrow_texts(columns, rows)).repartition(2)
        frame.createOrReplaceTempView(quoted(table, "`"))

    def query(self, sql: str) -> list[dict[str, Cell]]:
        """The rows that a query gives. Spark fills in what stands as `${env:HOME}`, also in a text or a name."""
        frame = self.session.sql(sql)
        return [dict(zip(frame.columns, map(as_cell, row), strict=True)) for row in frame.collect()]


@contextmanager
def running_spark(folder: Path) -> Iterator[Spark]:
    """A session on one core; all that it writes goes to a folder. Its Java ends with the block, or with this process.

    Spark's Java ends by itself when the process that started it is gone: it reads from a pipe that then ends.
    """
    skip_without_spark()
    from pyspark import SparkContext  # noqa: PLC0415 - few tests need it
    from pyspark.sql import SparkSession  # noqa: PLC0415

    builder = SparkSession.builder.master("local[1]").appName("tests").config(map=_settings(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_DIRS", str(folder))
        session = builder.getOrCreate()
    try:
        yield Spark(session)
    finally:
        session.stop()
        _end_java(SparkContext)


@contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """A cluster of one machine, this one, and of one core; its address. All that it writes goes to a folder."""
    skip_without_spark()
    import pyspark  # noqa: PLC0415

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    folder.mkdir()
    env = {**os.environ, "SPARK_LOCAL_DIRS": str(folder), "SPARK_WORKER_DIR": str(folder), "SPARK_NO_DAEMONIZE": "1"}
    with ExitStack() as stack:

        def started(part: str, *arguments: str, ready: str) -> str:
            """Start a part of the cluster, and wait until its log says that it is ready; what it says then."""
            log, name = folder / f"{part}.log", f"org.apache.spark.deploy.{part.lower()}.{part}"
            command = [str(program), name, "--host", "127.0.0.1", "--webui-port", "0", *arguments]
            with log.open("wb") as stream:
                java = subprocess.Popen(command, env=env, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL)
            stack.callback(java.wait)
            stack.callback(java.terminate)
            end = time.monotonic() + 60
            while not (said := re.search(ready, log.read_text())):
                assert java.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.1)
            return said[0]

        master = started("Master", "--port", "0", ready=r"spark://127\.0\.0\.1:\d+")
        started("Worker", "-c", "1", "-m", "1g", master, ready="Successfully registered with master")
        yield master


def skip_without_spark() -> None:
    """Skip a test if Spark cannot run here."""
    if not find_spec("pyspark"):
        pytest.skip("The extra `spark` is not installed: Python has no `pyspark`.")
    path = os.environ.get("PATH", os.defpath)
    if not shutil.which("java", path=f"{os.environ.get('JAVA_HOME')}/bin{os.pathsep}{path}"):
        pytest.skip("Spark needs Java: neither JAVA_HOME nor the path leads to `java`.")


def _settings(folder: Path) -> dict[str, bool | float | int | str | None]:
    """A session that is quick to start, opens no page, and is heard on this machine alone."""
    log = folder / "log4j2.properties"
    log.write_text(LOG)
    of_java = [
        f"-Dlog4j2.configurationFile={log.as_uri()}",
        f"-Djava.io.tmpdir={folder}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",  # no test runs long enough for the second compiler
    ]
    return {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": " ".join(of_java),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def _end_java(context: type[SparkContext]) -> None:
    """Spark would leave it running until this process has ended, and take it for its own if a session comes again."""
    gateway = context._gateway  # noqa: SLF001 - there is no other way to it
    assert gateway
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    context._gateway = context._jvm = None  # noqa: SLF001
