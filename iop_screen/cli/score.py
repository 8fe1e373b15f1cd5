"""The command that scores exported forms."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, BinaryIO, Generic, Literal, TypeVar

import typer

from iop_screen.cli.inputs import (
    START_BYTES,
    AllowUnended,
    DelimiterOption,
    DictionaryOption,
    EncodingOption,
    MappingOption,
    SheetOption,
    cannot_score,
    dictionary_at,
    explained,
    file_settings,
    mapping_at,
    opened_sources,
    said_files,
    same_file,
)
from iop_screen.cli.options import Force, Questions, check_output, compiled_at, file_to, output_to
from iop_screen.console.progress import reading_progress
from iop_screen.console.streams import is_terminal, message_width, print_message
from iop_screen.core.exits import CannotGoOn, Exit, Stopped
from iop_screen.core.files import default_questionnaire
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.batch.builds import ChosenBuild
    from iop_screen.batch.lots.lot import JudgedLot
    from iop_screen.batch.score import Scoring
    from iop_screen.batch.settings import ScoreSettings
    from iop_screen.batch.sources.settings import FileSettings
    from iop_screen.cli.resuming import Asked, StateKeeper
    from iop_screen.core.files import NewFile, TakenPart
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.report.input_problems import SaidFiles


Advance = Callable[[int], None]
RowsT = TypeVar("RowsT")


def score(  # noqa: PLR0913 - one option each
    inputs: Annotated[
        list[str],  # on a cluster an input is an address, and a path would make s3a:/ of s3a://
        typer.Argument(
            metavar="FILE...", help="Exported forms: CSV, XLSX, ODS, JSON, FHIR, SPSS, Parquet; - is standard input."
        ),
    ],
    questions: Questions = None,
    mapping: MappingOption = None,
    dictionary: DictionaryOption = None,
    output_name: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to stdout.")
    ] = None,
    *,
    output_format: Annotated[
        Literal["csv", "jsonl", "parquet"], typer.Option("--format", help="How to write the results.")
    ] = "csv",
    delimiter: DelimiterOption = None,
    encoding: EncodingOption = None,
    sheet: SheetOption = None,
    id_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column to copy as id; else `id` if there is one.")
    ] = None,
    allow_missing: Annotated[
        list[str] | None,
        typer.Option("--allow-missing", metavar="COLUMN,...", help="Score without these columns; all is any column."),
    ] = None,
    allow_unended: AllowUnended = False,
    duplicates: Annotated[
        Literal["mark", "first", "latest", "allow"],
        typer.Option("--duplicates", help="What to do with an id that was there before."),
    ] = "mark",
    time_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="When a form was filled in, for --duplicates latest.")
    ] = None,
    time_format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="How times are written, such as %m/%d/%Y; else 2026-11-29.")
    ] = None,
    expect: Annotated[int | None, typer.Option(min=0, metavar="N", help="How many records there should be.")] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="COLUMN,...", help="Copy these columns of the input.")
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Write here what was not read, to be mended and scored."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", readable=False, help="Write a report of the run here, as HTML.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the texts behind the ids (jsonl only).")] = False,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Let messages show what stands in a cell.")
    ] = False,
    fast: Annotated[
        bool | None,
        typer.Option("--fast/--no-fast", help="Use machine code, or do not; else for large files if it is installed."),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, max=64, metavar="N", help="How many threads to use.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say how the work was done and how long it took.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was killed, where it was; the rest as it was then.")
    ] = False,
    force: Force = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 although something was unreadable.")] = False,
    engine: Annotated[
        Literal["spark"] | None,
        typer.Option("--engine", help="Let Spark score CSV or Parquet files, and write a folder: -o DIR."),
    ] = None,
    master: Annotated[
        str | None, typer.Option("--master", metavar="URL", help="Where Spark runs; else on this machine.")
    ] = None,
) -> None:
    """Score files of exported forms; every record comes out as one row.

    Example: iop-screen score intake.csv -o results.csv
    """
    from iop_screen.batch.settings import ScoreSettings  # noqa: PLC0415
    from iop_screen.report.score_summary import summary  # noqa: PLC0415
    from iop_screen.report.wording import WIDTH  # noqa: PLC0415

    files, output = [*map(Path, inputs)], None if output_name in {None, "-"} else Path(str(output_name))
    if master is not None and engine is None:
        raise typer.BadParameter("--master goes with --engine spark")
    if engine is not None:
        unused = {
            "--dictionary": dictionary,
            "--encoding": encoding not in {None, "utf-8"},
            "--sheet": sheet,
            f"--duplicates {duplicates}": duplicates in {"first", "latest"},
            "--time-column": time_column,
            "--time-format": time_format,
            "--keep": keep,
            "--rejects": rejects,
            "--report": report,
            "--explain": explain,
            "--show-values": show_values,
            "--fast and --no-fast": fast is not None,
            "--threads": threads,
            "--resume": resume,
            "--force": force,
            "--format jsonl": output_format == "jsonl",
            "- as an input": "-" in inputs,
        }
        _refuse_unused(unused)
    if explain and output_format != "jsonl":
        raise typer.BadParameter("--explain goes with --format jsonl")
    if engine is None:
        _check_format(output_format, output)
    _check_inputs(files, [output, rejects, report], from_times=duplicates == "latest")
    if resume:
        _check_resumed(files, output, output_format)
    if duplicates != "latest" and (time_column or time_format):
        raise typer.BadParameter("--time-column and --time-format go with --duplicates latest")
    _check_time_format(time_format)
    compiled = compiled_at(questions)
    read_mapping = mapping_at(mapping, compiled)
    if duplicates == "latest" and time_column is None and (read_mapping is None or read_mapping.time is None):
        raise typer.BadParameter("--duplicates latest needs --time-column, or a mapping that has `time`")
    written = file_settings(
        read_mapping, encoding=encoding, delimiter=delimiter, allow_unended=allow_unended, sheet=sheet
    )
    allowed = _listed(allow_missing)
    said = said_files(questions, mapping, dictionary, sheet)
    settings = ScoreSettings(
        mapping=read_mapping,
        id_column=id_column,
        keep=_listed(keep),
        allow_missing=frozenset(allowed) - {ALL},
        allow_all_missing=ALL in allowed,
        duplicates=duplicates,
        time_column=time_column,
        time_format=time_format,
        expect=expect,
        show_values=show_values,
        dictionary=dictionary_at(dictionary, said),
    )
    if engine is not None:
        from iop_screen.cli.score_spark import SparkRun, score_on_spark  # noqa: PLC0415

        to: Literal["csv", "parquet"] = "parquet" if output_format == "parquet" else "csv"
        run = SparkRun(inputs, output_name, to, master, compiled, settings, written, said, verbose=verbose)
        raise typer.Exit(Exit.DONE if score_on_spark(run) or exit_zero else Exit.PROBLEMS_FOUND)
    made_from = (*files, mapping, dictionary, questions or default_questionnaire())
    chosen = _chosen(files, fast, threads)
    outputs = _Outputs(output, rejects, report, output_format, explain, force, resume, made_from, said, chosen)
    began = monotonic()
    with _interruption_said(output):
        scoring = _run(files, written, compiled, settings, outputs)
    if verbose:
        print_message(_how_it_ran(scoring, chosen, monotonic() - began))
    print_message(summary(scoring, message_width(WIDTH), rejects_written=rejects is not None, said=said))
    raise typer.Exit(Exit.DONE if scoring.clean or exit_zero else Exit.PROBLEMS_FOUND)


def _refuse_unused(given: Mapping[str, object]) -> None:
    """Raise BadParameter if an option was given that does not go with Spark."""
    unused = next((name for name, value in given.items() if value), None)
    if unused is not None:
        raise typer.BadParameter(f"{unused} does not go with --engine spark")


def _chosen(files: Sequence[Path], fast: bool | None, threads: int | None) -> ChosenBuild:  # noqa: FBT001 - three ways
    """The build for these files; exit 3 if machine code is asked for and cannot be had."""
    from iop_screen.batch.builds import chosen_build  # noqa: PLC0415

    size = sum(map(_size_for_machine_code, files)) if all(path.is_file() for path in files) else None
    making = "Making machine code for this machine. It takes about ten seconds, this once.\n"
    chosen = chosen_build(size, fast=fast, threads=threads, making_code=lambda: print_message(making))
    if chosen is None:
        raise CannotGoOn("--fast needs more packages: pip install 'iop-screen[fast]'", Exit.FILE)
    return chosen


def _size_for_machine_code(path: Path) -> int:
    """The size of a file; 0 if it is a table whose cells are read one by one, at which machine code gains nothing."""
    from iop_screen.batch.sources.opening import table_kind  # noqa: PLC0415

    try:
        with path.open("rb") as stream:
            kind = table_kind(stream.read(START_BYTES))
    except OSError:  # whoever opens the file to read it says so
        return 0
    return path.stat().st_size if kind in {None, "Parquet"} else 0


def _how_it_ran(scoring: Scoring, chosen: ChosenBuild, seconds: float) -> str:
    """How the work was done and how long it took, as lines."""
    records = scoring.account.records
    rate = records / max(seconds, 0.001)
    threads = "1 thread" if chosen.threads == 1 else f"{chosen.threads} threads"
    return (
        f"Build: {chosen.build.name}, {threads} ({chosen.why})\n"
        f"Time: {seconds:.1f} s for {records:,} records, {rate:,.0f} a second\n"
    )


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What a run writes, and where; `output` None is stdout, and no file is one of those that it is `made_from`.

    `said` are the files that a next command names again.
    """

    output: Path | None
    rejects: Path | None
    report: Path | None
    format: Literal["csv", "jsonl", "parquet"]
    explain: bool
    force: bool
    resume: bool
    made_from: tuple[Path | None, ...]
    said: SaidFiles
    chosen: ChosenBuild

    @property
    def files(self) -> tuple[Path, ...]:
        """All that are written, the output first."""
        return tuple(path for path in (self.output, self.rejects, self.report) if path is not None)

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """What the output hangs on, and which files there are beside it; each with what it is called."""
        beside = (("--rejects", self.rejects), ("--report", self.report))
        paths = ((name, "" if path is None else str(path.absolute())) for name, path in beside)
        return ("--format", self.format), ("--explain", str(self.explain)), *paths


@dataclass(frozen=True, slots=True)
class _Streams:
    """The outputs of a run, open; what is kept of a run that can be gone on with."""

    out: BinaryIO
    rejects: BinaryIO | None
    report: BinaryIO | None
    keeper: StateKeeper | None


def _opened(asked: Asked | None, scoring: Scoring, outputs: _Outputs, stack: ExitStack) -> _Streams:
    """The outputs until the stack ends, when they get their names. `asked` is None if nobody can go on with the run.

    If the run goes on with another one, the scoring is told, and the outputs have what that has written.
    """
    from iop_screen.cli.resuming import GoingOn, StateKeeper, left_to_go_on  # noqa: PLC0415

    if asked is None or outputs.output is None:
        _check_all(outputs, {})

        def opened(path: Path | None) -> BinaryIO:
            return stack.enter_context(output_to(path, replace=outputs.force, made_from=outputs.made_from))

        out = opened(outputs.output)
        rejects = None if outputs.rejects is None else opened(outputs.rejects)
        return _Streams(out, rejects, None if outputs.report is None else opened(outputs.report), None)
    left = left_to_go_on(outputs.output, outputs.files, asked, stack) if outputs.resume else GoingOn()
    scoring.goes_on_from = left.state
    _check_all(outputs, left.parts)
    files = tuple((path, stack.enter_context(_file_to(path, outputs, left.parts.get(path)))) for path in outputs.files)
    by_path = {path: new.stream for path, new in files}
    rejects = None if outputs.rejects is None else by_path[outputs.rejects]
    report = None if outputs.report is None else by_path[outputs.report]
    keeper = StateKeeper(scoring, asked, files, outputs.report)
    keeper.before_lots(left)
    return _Streams(by_path[outputs.output], rejects, report, keeper)


def _check_all(outputs: _Outputs, parts: Mapping[Path, TakenPart]) -> None:
    """Raise CannotGoOn if a file cannot be written, while all that a killed run left is still there."""
    for path in outputs.files:
        check_output(path, replace=outputs.force, made_from=outputs.made_from, taken=parts.get(path))


def _file_to(path: Path, outputs: _Outputs, taken: TakenPart | None) -> AbstractContextManager[NewFile]:
    return file_to(path, replace=outputs.force, made_from=outputs.made_from, taken=taken)


def _run(
    files: Sequence[Path],
    written: FileSettings,
    compiled: CompiledQuestionnaire,
    settings: ScoreSettings,
    outputs: _Outputs,
) -> Scoring:
    """Score the files and write all that is wanted; no file gets its name unless the run came to its end."""
    from iop_screen.batch.record_choice import CHANGED  # noqa: PLC0415
    from iop_screen.batch.score import Scoring, open_scoring  # noqa: PLC0415
    from iop_screen.cli.resuming import asked_of, can_be_resumed  # noqa: PLC0415

    with opened_sources(files, written, compiled, outputs.said, settings) as (sources, streams):
        twice = settings.duplicates == "latest"
        with opened_sources(files if twice else (), written, compiled, outputs.said, settings) as (again, first):
            found = _stamps(first)
            settings = explained(settings, sources, compiled, outputs.said)
            scoring = open_scoring(sources, compiled, settings, again, outputs.chosen.build)
        if not isinstance(scoring, Scoring):
            raise cannot_score(scoring, outputs.said)
        with ExitStack() as stack:
            resumable = outputs.format != "parquet" and can_be_resumed(streams, outputs.output)
            asked = asked_of(streams, written, compiled, settings, outputs.asked) if resumable else None
            to = _opened(asked, scoring, outputs, stack)
            with reading_progress("Scoring", streams) as advance:
                write = _write_parquet if outputs.format == "parquet" else _write
                write(scoring, to, outputs, advance)
            _check_end(scoring, outputs)
            if twice and _stamps(streams) != found:
                raise CannotGoOn(CHANGED, Exit.FILE)
            if to.report is not None:
                to.report.write(_page(scoring))
            if to.keeper is not None:
                to.keeper.at_end()
    return scoring


def _write(scoring: Scoring, to: _Streams, outputs: _Outputs, advance: Advance) -> None:
    """Write the rows of all files, and what needs a look among all records to the rejects file."""
    from iop_screen.report.score_output import csv_head  # noqa: PLC0415

    if outputs.format == "csv" and scoring.goes_on_from is None:
        to.out.write(csv_head(scoring.compiled, scoring.shape).encode())
    shown = outputs.output is None and is_terminal(sys.stdout)

    def write(rows: bytes | memoryview) -> None:
        to.out.write(rows)
        scoring.build.take_back(rows)

    lots = _lots(scoring, to, outputs, lambda judged: _rows(judged, scoring, outputs, shown=shown))
    _write_lots(lots, to, write, advance)


def _write_parquet(scoring: Scoring, to: _Streams, outputs: _Outputs, advance: Advance) -> None:
    """Write the rows as Parquet, and the rejects file; nobody can go on with such a run."""
    from iop_screen import __version__  # noqa: PLC0415
    from iop_screen.report.score_parquet import parquet_rows, parquet_schema, parquet_writer  # noqa: PLC0415

    schema = parquet_schema(scoring.compiled, scoring.shape, __version__)
    lots = _lots(scoring, to, outputs, lambda judged: parquet_rows(judged, scoring.shape, schema))
    with parquet_writer(to.out, schema) as writer:
        _write_lots(lots, to, writer.write, advance)


@dataclass(frozen=True, slots=True)
class _WrittenLot(Generic[RowsT]):
    """What is written of one lot: its rows, and what needs a look; and how many records it has."""

    rows: RowsT
    rejects: bytes
    records: int


def _lots(
    scoring: Scoring, to: _Streams, outputs: _Outputs, rows_of: Callable[[JudgedLot], RowsT]
) -> Iterator[_WrittenLot[RowsT]]:
    """What is written of each lot; the head of the rejects file is written first."""
    from iop_screen.report.score_rejects import rejects_head  # noqa: PLC0415

    def made(judged: JudgedLot) -> _WrittenLot[RowsT]:
        rejects = b"" if to.rejects is None else _rejects(judged)
        return _WrittenLot(rows_of(judged), rejects, judged.lot.size)

    if to.rejects is not None and scoring.goes_on_from is None:
        to.rejects.write(rejects_head(scoring.files).encode())
    return (written for _, written in scoring.worked(made, outputs.chosen.threads))


def _write_lots(
    lots: Iterable[_WrittenLot[RowsT]], to: _Streams, write: Callable[[RowsT], None], advance: Advance
) -> None:
    """Write lot after lot; from time to time it is kept how far the run has come."""
    for written in lots:
        write(written.rows)
        if to.rejects is not None:
            to.rejects.write(written.rejects)
        advance(written.records)
        if to.keeper is not None:
            to.keeper.after_lot()


def _rows(judged: JudgedLot, scoring: Scoring, outputs: _Outputs, *, shown: bool) -> bytes | memoryview:
    """The rows of one lot."""
    from iop_screen.batch.score import outcomes_of, rows_among  # noqa: PLC0415
    from iop_screen.report.score_output import csv_segments, json_explained, json_segments  # noqa: PLC0415

    if outputs.format == "csv":
        return scoring.build.rows(csv_segments(judged, scoring.shape, shown=shown), judged)
    if outputs.explain:
        return json_explained(rows_among(outcomes_of(judged)), scoring.compiled, scoring.shape).encode()
    return scoring.build.rows(json_segments(judged, scoring.shape), judged)


def _rejects(judged: JudgedLot) -> bytes:
    """What needs a look in one lot."""
    from iop_screen.batch.score import outcomes_of  # noqa: PLC0415
    from iop_screen.report.score_rejects import rejects_text  # noqa: PLC0415

    return rejects_text(outcomes_of(judged)).encode() if judged.needs_look else b""


def _check_end(scoring: Scoring, outputs: _Outputs) -> None:
    """An output gets its name only if the run was not stopped and every record is accounted for."""
    if scoring.stopped_by:
        rows_out = scoring.tally.rows if outputs.output is None else 0
        raise cannot_score(scoring.stopped_by, outputs.said, rows_out)
    if not scoring.adds_up:
        raise AssertionError("the account does not add up")


def _stamps(streams: Iterable[tuple[Path, BinaryIO]]) -> list[tuple[int, ...]]:
    """Which files are open, how large they are, and when they were changed last."""
    found = [os.fstat(stream.fileno()) for _, stream in streams]
    return [(each.st_dev, each.st_ino, each.st_size, each.st_mtime_ns) for each in found]


def _page(scoring: Scoring) -> bytes:
    """The report of a run."""
    from iop_screen.report.score_report import report_page  # noqa: PLC0415

    return report_page(scoring).encode()


def _check_inputs(files: Sequence[Path], outputs: Sequence[Path | None], *, from_times: bool) -> None:
    """Raise BadParameter if a file is named twice, or standard input cannot be read as often as is needed."""
    named = [path for path in outputs if path is not None]
    for kind, paths in (("input", files), ("output", named)):
        twice = next((path for place, path in enumerate(paths) if same_file(path, paths[:place])), None)
        if twice is not None:
            raise typer.BadParameter(f"{sanitize(str(twice))} is named twice as {kind}")
    if from_times and any(not path.is_file() and (str(path) == "-" or path.exists()) for path in files):
        raise typer.BadParameter("--duplicates latest reads its input twice, so each must be a plain file and not -")


def _check_resumed(files: Sequence[Path], output: Path | None, output_format: str) -> None:
    """Raise BadParameter if nobody can go on with such a run."""
    if output_format == "parquet":
        raise typer.BadParameter("--resume does not go with --format parquet")
    if os.name == "nt":
        raise typer.BadParameter("--resume is not there on Windows")
    if output is None or any(str(path) == "-" or (path.exists() and not path.is_file()) for path in files):
        raise typer.BadParameter("--resume needs -o FILE, and each input must be a plain file and not -")


def _check_time_format(pattern: str | None) -> None:
    """Raise BadParameter for a pattern that cannot read back what it writes."""
    from iop_screen.batch.mapping.times import pattern_fault  # noqa: PLC0415

    fault = "" if pattern is None else pattern_fault(pattern)
    if fault:
        raise typer.BadParameter(fault, param_hint="--time-format")


def _check_format(output_format: str, output: Path | None) -> None:
    """Raise if Parquet is wanted and there is no file for it, or what writes it is not installed."""
    if output_format != "parquet":
        return
    if output is None:
        raise typer.BadParameter("--format parquet needs -o FILE")
    if any(find_spec(name) is None for name in ("numpy", "pyarrow")):
        raise CannotGoOn("--format parquet needs more packages: pip install 'iop-screen[parquet]'", Exit.FILE)


ALL = "all"


def _listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """The names in an option that may be given several times, with several names each; one with a comma is quoted."""
    rows = csv.reader(values or (), skipinitialspace=True)
    return tuple(dict.fromkeys(name.strip() for row in rows for name in row if name.strip()))


@contextmanager
def _interruption_said(output: Path | None) -> Iterator[None]:
    """If Ctrl-C or a signal ends the block, say what became of the output."""
    try:
        yield
    except (KeyboardInterrupt, Stopped):
        kept = "the output is not complete" if output is None else f"nothing was written to {sanitize(str(output))}"
        with suppress(CannotGoOn):  # the terminal may be gone, and then nobody reads it
            print_message(f"iop-screen: interrupted; {kept}\n")
        raise
