"""The command that scores exported forms."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from iop_screen.cli.inputs import (
    AllowUnended,
    DelimiterOption,
    EncodingOption,
    MappingOption,
    cannot_score,
    file_settings,
    mapping_at,
    opened_sources,
)
from iop_screen.cli.options import Force, Output, Questions, compiled_at, output_to
from iop_screen.console.progress import reading_progress
from iop_screen.console.streams import is_terminal, print_message
from iop_screen.core.exits import CannotGoOn, Exit, Stopped
from iop_screen.core.files import default_questionnaire
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.batch.rows import ScoredRow


def score(  # noqa: PLR0913 - one option each
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", readable=False, help="Exported forms as CSV; - is standard input."),
    ],
    questions: Questions = None,
    mapping: MappingOption = None,
    output: Output = None,
    *,
    output_format: Annotated[
        Literal["csv", "jsonl"], typer.Option("--format", help="How to write the results.")
    ] = "csv",
    delimiter: DelimiterOption = None,
    encoding: EncodingOption = None,
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
    explain: Annotated[bool, typer.Option("--explain", help="Add the texts behind the ids (jsonl only).")] = False,
    force: Force = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 although something was unreadable.")] = False,
) -> None:
    """Score files of exported forms; every record comes out as one row.

    Example: iop-screen score intake.csv -o results.csv
    """
    from iop_screen.batch.score import Scoring, open_scoring  # noqa: PLC0415
    from iop_screen.batch.settings import ScoreSettings  # noqa: PLC0415
    from iop_screen.report.score_output import csv_output, json_output  # noqa: PLC0415
    from iop_screen.report.score_summary import summary  # noqa: PLC0415

    if explain and output_format == "csv":
        raise typer.BadParameter("--explain goes with --format jsonl")
    compiled = compiled_at(questions)
    read_mapping = mapping_at(mapping, compiled)
    written = file_settings(read_mapping, encoding=encoding, delimiter=delimiter, allow_unended=allow_unended)
    allowed = _listed(allow_missing)
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
    )
    with _interruption_said(output), opened_sources(files, written) as (sources, streams):
        scoring = open_scoring(sources, compiled, settings)
        if not isinstance(scoring, Scoring):
            raise cannot_score(scoring)
        made_from = [*files, mapping, questions or default_questionnaire()]
        with (
            output_to(output, replace=force, made_from=made_from) as out,
            reading_progress("Scoring", streams) as advance,
        ):
            batches, csv = scoring.row_batches(advance), output_format == "csv"
            if csv and output is None and is_terminal(sys.stdout):
                batches = _with_safe_ids(batches)
            texts = (
                csv_output(batches, compiled, scoring.shape)
                if csv
                else json_output(batches, compiled, scoring.shape, explain_each=explain)
            )
            out.writelines(text.encode() for text in texts)
            if scoring.stopped_by:
                raise cannot_score(scoring.stopped_by)
            if not scoring.adds_up:  # an output in which a record is missing never gets its name
                raise AssertionError("the account does not add up")
    print_message(summary(scoring))
    raise typer.Exit(Exit.DONE if scoring.tally.clean or exit_zero else Exit.PROBLEMS_FOUND)


ALL = "all"


def _listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """The names in an option that may be given several times, with several names each."""
    return tuple(name for value in values or () for name in value.split(",") if name)


def _with_safe_ids(batches: Iterable[list[ScoredRow]]) -> Iterator[list[ScoredRow]]:
    """The same rows with ids that a terminal shows as they are written: no line end in one looks like a new row."""
    for rows in batches:
        yield [row if row.id is None else replace(row, id=sanitize(row.id)) for row in rows]


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
