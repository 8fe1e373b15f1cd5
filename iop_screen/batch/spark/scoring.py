"""A run of scoring on Spark: files in, a folder of results out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iop_screen.batch.frames.problems import FRAME, FrameError
from iop_screen.batch.frames.scoring import frame_query
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.rows import OutputShape
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.spark.counts import Counting, SparkCounts
from iop_screen.batch.spark.failures import said_plainly
from iop_screen.batch.spark.forms import FormsEngine, SparkForms, open_forms
from iop_screen.batch.spark.output import Format, write, written_query
from iop_screen.batch.spark.places import FileSystems
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class SparkTask:
    """What is to be scored, and the folder that the results go into, which must not be there."""

    inputs: Sequence[str]
    folder: str
    format: Format
    compiled: CompiledQuestionnaire
    settings: ScoreSettings
    written: FileSettings


def score_files(
    session: SparkSession, systems: FileSystems, task: SparkTask, step: Callable[[str], None] = lambda _: None
) -> SparkCounts | tuple[InputProblem, ...]:
    """Score files: the counts of what was written, or all that keeps them from being scored.

    `step` is called with what is done next. CannotGoOn if Spark fails.
    """
    with said_plainly("opening the inputs"):
        forms = open_forms(session, systems, task.inputs, task.written)
    return _scored(forms, systems, task, step) if isinstance(forms, SparkForms) else forms


def said_of_file(problem: InputProblem, name: str) -> InputProblem:
    """A problem of a frame as one of a file: all files have the same columns, so the first is named."""
    words = tuple(name if word == FRAME else word for word in problem.command)
    return replace(problem, file=name if problem.file == FRAME else problem.file, command=words)


def _scored(
    forms: SparkForms, systems: FileSystems, task: SparkTask, step: Callable[[str], None]
) -> SparkCounts | tuple[InputProblem, ...]:
    step("Looking through the records")
    try:
        with said_plainly("reading the inputs"):
            engine = FormsEngine(forms)
            query = frame_query(engine, task.compiled, task.settings)
            engine.check()
    except FrameError as error:
        return tuple(said_of_file(problem, forms.files[0].name) for problem in error.problems)
    step("Scoring, and writing the results")
    with said_plainly("writing the results"):
        shape = OutputShape(task.settings.mapping_stamp)
        results = engine.scored(written_query(query, task.compiled, shape, task.format))
        shown, observed = Counting(task.compiled, arrays=task.format == "parquet").observed(results)
        write(shown, systems.path(task.folder).toString(), task.format)
        return observed.counts(engine.records, engine.blank)
