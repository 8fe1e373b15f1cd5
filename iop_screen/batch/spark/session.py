"""A session of Spark of our own: quiet, and gone at the end, with all that it wrote beside its results.

Java's words go nowhere: a log of Spark can hold cells and whole queries.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iop_screen.console.signals import END_SIGNALS, current_handlers, restore_handlers, signals_deferred
from iop_screen.core.exits import CannotGoOn, Exit

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_JAVA = 17
"""Spark 4 needs this version of Java."""
END_SECONDS = 15
"""So long Java may take to end by itself."""
HERE = "127.0.0.1"

LOG = """\
appender.quiet.type = Console
appender.quiet.name = quiet
rootLogger.level = off
rootLogger.appenderRef.quiet.ref = quiet
"""
"""It takes settings without an appender for none at all."""


def check_spark() -> None:
    """Raise CannotGoOn, with what to install, if Spark cannot be started."""
    if any(find_spec(name) is None for name in ("pyspark", "sqlglot")):
        raise CannotGoOn("--engine spark needs more packages: pip install 'iop-screen[spark]'", Exit.FILE)
    java, wanted = _java(), f"install Java {LEAST_JAVA} or later, or set JAVA_HOME"
    if java is None:
        raise CannotGoOn(f"--engine spark needs Java, and there is none: {wanted}", Exit.FILE)
    version = _java_version(java)
    if version is not None and version < LEAST_JAVA:
        raise CannotGoOn(f"--engine spark needs a later Java than version {version}: {wanted}", Exit.FILE)


def _java() -> str | None:
    """The Java that Spark would start."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home, "bin")) if home else None)


def _java_version(java: str) -> int | None:
    """The version of a Java, 8 for 1.8, as the file beside it says; None if it does not say."""
    try:
        said = Path(java).resolve().parent.with_name("release").read_text(errors="replace")
    except OSError:
        return None
    found = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', said, re.MULTILINE)
    return int(found[1]) if found else None


def is_local(master: str) -> bool:
    """Whether Spark runs on this machine alone."""
    return master.split("[", maxsplit=1)[0] == "local"


@contextmanager
def spark_session(master: str) -> Iterator[SparkSession]:
    """A session, until the block ends. CannotGoOn if it cannot be started; `check_spark` comes before."""
    made = tempfile.TemporaryDirectory(prefix="iop-screen-", ignore_cleanup_errors=True)
    with made as folder, _no_logging(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about the version of pandas, which is not used here
        yield from _running(master, Path(folder))


@contextmanager
def _no_logging() -> Iterator[None]:
    """While the block runs, nothing is logged: pyspark and py4j would write whole errors to stderr."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _running(master: str, folder: Path) -> Iterator[SparkSession]:
    """A session that has a folder for its own files. A signal waits until its Java can be ended."""
    gateway = None
    handlers = current_handlers(END_SIGNALS)
    try:
        with signals_deferred():
            gateway = _started(master, folder)
        session = _connected(gateway, master)
        restore_handlers(handlers)  # pyspark sets its own for Ctrl-C
        yield session
    finally:
        if gateway is not None:
            _end(gateway)


def _started(master: str, folder: Path) -> Any:
    """Java with Spark in it, and the way to it."""
    from pyspark import SparkConf  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415

    conf = SparkConf(loadDefaults=False)
    for name, value in _settings(master, folder).items():
        conf.set(name, value)
    with _environment(folder if is_local(master) else None), Path(os.devnull).open("wb") as nowhere:
        try:
            return launch_gateway(conf, {"stderr": nowhere, "stdout": nowhere})  # type: ignore[no-untyped-call]
        except (PySparkException, OSError):
            raise CannotGoOn("Spark could not be started: its Java ended at once", Exit.FILE) from None


def _connected(gateway: Any, master: str) -> SparkSession:
    """The session behind a gateway."""
    from py4j.protocol import Py4JError  # noqa: PLC0415
    from pyspark import SparkContext  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    try:
        return SparkSession(SparkContext(gateway=gateway))
    except (Py4JError, PySparkException):
        where = "" if is_local(master) else ": is the address after --master right, and can it be reached?"
        raise CannotGoOn(f"Spark could not be started{where}", Exit.FILE) from None


@contextmanager
def _environment(folder: Path | None) -> Iterator[None]:
    """What the process of Java finds in its environment while it starts; None changes nothing."""
    names = {} if folder is None else {"SPARK_LOCAL_IP": HERE, "SPARK_LOCAL_DIRS": str(folder)}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _settings(master: str, folder: Path) -> dict[str, str]:
    """The settings of a session. One on this machine is heard by nobody else, and leaves nothing behind."""
    log = folder / "log4j2.properties"
    log.write_text(LOG)
    settings = {
        "spark.app.name": "iop-screen",
        "spark.master": master,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log.as_uri()} -Djava.io.tmpdir={folder}",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.caseSensitive": "true",  # a file may have a column `a` and a column `A`
        "spark.ui.showConsoleProgress": "false",
        "spark.ui.enabled": "false",
        "spark.eventLog.enabled": "false",  # it would keep the texts that people have as answers
        "spark.sql.codegen.wholeStage": "false",  # the first run in a session, the only one here, is faster so
    }
    if is_local(master):
        settings |= {
            "spark.driver.host": HERE,
            "spark.driver.bindAddress": HERE,
            "spark.hadoop.fs.permissions.umask-mode": "077",
        }
    return settings


def _end(gateway: Any) -> None:
    """End Spark and its Java, whatever it is at."""
    from pyspark import SparkContext  # noqa: PLC0415

    context = SparkContext._active_spark_context  # noqa: SLF001 - there is no other way to it
    if context is not None:
        with suppress(Exception):
            context.stop()
    with suppress(Exception):
        gateway.shutdown()
    _end_process(gateway.proc)
    SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001 - else another session would take it for its own


def _end_process(java: Any) -> None:
    """Java ends by itself when its input does; if it takes too long, it is ended."""
    java.stdin.close()
    end = time.monotonic() + END_SECONDS
    while java.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    if java.poll() is None:
        java.kill()
        java.wait()
