"""The command that scores forms on Spark, on this machine or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Literal

import typer

from iop_screen.cli.inputs import cannot_score
from iop_screen.console.progress import steps_shown
from iop_screen.console.streams import message_width, print_message
from iop_screen.core.exits import CannotGoOn, Exit, Stopped
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from iop_screen.batch.settings import ScoreSettings
    from iop_screen.batch.sources.settings import FileSettings
    from iop_screen.batch.spark.counts import SparkCounts
    from iop_screen.batch.spark.places import FileSystems
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.report.input_problems import SaidFiles

ALL_CORES = "local[*]"
"""Spark on all cores of this machine."""
FACTS = "_iop-screen.json"
"""What holds for all rows of a folder; Spark passes over a file with such a name when it reads the folder."""


@dataclass(frozen=True, slots=True)
class SparkRun:
    """What is to be scored, where the results go, and how. `asked_master` None is this machine."""

    inputs: Sequence[str]
    output: str | None
    format: Literal["csv", "parquet"]
    asked_master: str | None
    compiled: CompiledQuestionnaire
    settings: ScoreSettings
    written: FileSettings
    said: SaidFiles
    verbose: bool

    @property
    def master(self) -> str:
        """Where Spark runs."""
        return self.asked_master or ALL_CORES


def score_on_spark(run: SparkRun) -> bool:
    """Score on Spark, and print the summary; whether nothing was found that a person should look at."""
    from iop_screen.batch.spark.output import check_new_folder  # noqa: PLC0415
    from iop_screen.batch.spark.places import has_scheme  # noqa: PLC0415
    from iop_screen.batch.spark.session import check_spark, is_local, spark_session  # noqa: PLC0415
    from iop_screen.report.spark_summary import spark_summary  # noqa: PLC0415
    from iop_screen.report.wording import WIDTH  # noqa: PLC0415

    check_spark()
    if run.output is None or run.output == "-":
        raise typer.BadParameter("--engine spark needs -o DIR: Spark writes a folder")
    _check_file_settings(run.written)
    local = is_local(run.master)
    if local and not has_scheme(run.output):
        check_new_folder(Path(run.output))
    began = monotonic()
    with (
        _interruption_said(run.output, local=local),
        spark_session(run.master) as session,
        steps_shown("Opening the inputs") as step,  # it has a thread, and a process is best started without one
    ):
        counts = _scored(session, run, run.output, step)
    if run.verbose:
        print_message(f"Spark: {run.master}\nTime: {monotonic() - began:.1f} s\n")
    print_message(spark_summary(counts, run.compiled, run.settings, sanitize(run.output), message_width(WIDTH)))
    return counts.clean and run.settings.expect in {None, counts.records}


def _check_file_settings(written: FileSettings) -> None:
    """Raise CannotGoOn if a mapping says something of its files that Spark cannot follow."""
    unused = {
        "encoding": written.encoding not in {None, "utf-8"},
        "skip_lines": written.skip_lines > 0,
        "header_rows": written.rows > 1,
        "repeated_header": written.repeated_header,
        "sheet": written.sheet is not None,
    }
    name = next((name for name, said in unused.items() if said), None)
    if name is not None:
        raise CannotGoOn(f"`{name}` in `file` of the mapping does not go with --engine spark", Exit.FILE)


def _scored(session: SparkSession, run: SparkRun, output: str, step: Callable[[str], None]) -> SparkCounts:
    """Read, score and write; the counts of what was written."""
    from iop_screen.batch.spark.failures import said_plainly  # noqa: PLC0415
    from iop_screen.batch.spark.output import new_folder  # noqa: PLC0415
    from iop_screen.batch.spark.places import FileSystems, has_scheme  # noqa: PLC0415
    from iop_screen.batch.spark.session import is_local  # noqa: PLC0415

    local = is_local(run.master)
    systems = FileSystems(session, local=local)
    if local and not has_scheme(output):
        with new_folder(Path(output)) as folder:
            return _written(session, run, systems, str(folder), step)
    with said_plainly("looking at the output folder"):
        if systems.exists(output):
            raise CannotGoOn(f"cannot write {sanitize(output)}: it is there already; name another folder", Exit.FILE)
    return _written(session, run, systems, output, step)


def _written(
    session: SparkSession, run: SparkRun, systems: FileSystems, folder: str, step: Callable[[str], None]
) -> SparkCounts:
    """Score the inputs and write the results into a folder that is not there."""
    from iop_screen import __version__  # noqa: PLC0415
    from iop_screen.batch.spark.counts import SparkCounts  # noqa: PLC0415
    from iop_screen.batch.spark.failures import said_plainly  # noqa: PLC0415
    from iop_screen.batch.spark.scoring import SparkTask, score_files  # noqa: PLC0415
    from iop_screen.report.spark_summary import spark_facts  # noqa: PLC0415

    task = SparkTask(run.inputs, folder, run.format, run.compiled, run.settings, run.written)
    done = score_files(session, systems, task, step)
    if not isinstance(done, SparkCounts):
        raise cannot_score(done, run.said)
    with said_plainly("writing the results"):  # the disk may be full by now
        systems.write(folder, FACTS, spark_facts(done, run.compiled, run.settings, __version__))
    return done


@contextmanager
def _interruption_said(output: str, *, local: bool) -> Iterator[None]:
    """If Ctrl-C or a signal ends the block, say what became of the output."""
    from iop_screen.batch.spark.places import has_scheme  # noqa: PLC0415

    try:
        yield
    except (KeyboardInterrupt, Stopped):
        in_place = has_scheme(output) or not local
        kept = f"{sanitize(output)} has no _SUCCESS, and is not complete" if in_place else "nothing was written to "
        with suppress(CannotGoOn):  # the terminal may be gone, and then nobody reads it
            print_message(f"iop-screen: interrupted; {kept if in_place else kept + sanitize(output)}\n")
        raise
