"""The command that scores exported forms."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from iop_screen.cli.options import Force, Output, Questions, compiled_at, output_to
from iop_screen.console.progress import reading_progress
from iop_screen.console.streams import is_terminal, print_message
from iop_screen.core.exits import CannotGoOn, Exit, Stopped
from iop_screen.core.files import default_questionnaire, open_input
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.batch.rows import ScoredRow

DELIMITERS = {",": ",", ";": ";", "\t": "\t", "\\t": "\t", "tab": "\t"}
"""What `--delimiter` can be, and the character that it means."""


def score(  # noqa: PLR0913 - one option each
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", readable=False, help="Exported forms: CSV, UTF-8, question ids as header; - is stdin."
        ),
    ],
    questions: Questions = None,
    output: Output = None,
    *,
    output_format: Annotated[
        Literal["csv", "jsonl"], typer.Option("--format", help="How to write the results.")
    ] = "csv",
    delimiter: Annotated[str, typer.Option(help="What parts the columns: , or ; or tab.")] = ",",
    id_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column to copy as id; else `id` if there is one.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the texts behind the ids (jsonl only).")] = False,
    force: Force = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 although something was unreadable.")] = False,
) -> None:
    """Score a file of exported forms; every record comes out as one row.

    Example: iop-screen score intake.csv -o results.csv
    """
    from iop_screen.batch.score import open_scoring  # noqa: PLC0415
    from iop_screen.report.score_output import csv_output, json_output  # noqa: PLC0415
    from iop_screen.report.score_summary import summary  # noqa: PLC0415

    if explain and output_format == "csv":
        raise typer.BadParameter("--explain goes with --format jsonl")
    if delimiter not in DELIMITERS:
        raise typer.BadParameter("it is , or ; or tab", param_hint="--delimiter")
    compiled = compiled_at(questions)
    with _interruption_said(output), open_input(file) as stream:
        scoring = open_scoring(stream, compiled, delimiter=DELIMITERS[delimiter], id_column=id_column)
        with (
            output_to(output, replace=force, made_from=[file, questions or default_questionnaire()]) as out,
            reading_progress("Scoring", file, stream) as advance,
        ):
            batches, csv = scoring.row_batches(advance), output_format == "csv"
            if csv and output is None and is_terminal(sys.stdout):
                batches = _with_safe_ids(batches)
            texts = csv_output(batches, compiled) if csv else json_output(batches, compiled, explain_each=explain)
            out.writelines(text.encode() for text in texts)
            if not scoring.adds_up:  # an output in which a record is missing never gets its name
                raise AssertionError("the account does not add up")
    print_message(summary(scoring))
    raise typer.Exit(Exit.DONE if scoring.tally.clean or exit_zero else Exit.PROBLEMS_FOUND)


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
