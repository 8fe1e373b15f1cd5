"""The command that scores exported forms."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from iop_screen.cli.options import Force, Output, Questions, compiled_at, output_to, questions_path
from iop_screen.console.streams import print_message
from iop_screen.core.problems import Exit

if TYPE_CHECKING:
    from iop_screen.batch.score import Scoring


class Format(StrEnum):
    """How scored forms are written."""

    CSV = "csv"
    JSONL = "jsonl"


def score(  # noqa: PLR0913 - one option each
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Exported forms: CSV, UTF-8, question ids as header; - is stdin.")
    ],
    questions: Questions = None,
    output: Output = None,
    *,
    output_format: Annotated[Format, typer.Option("--format", help="How to write the results.")] = Format.CSV,
    delimiter: Annotated[str, typer.Option(help="What parts the columns: , or ; or tab.")] = ",",
    id_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column to copy as id; else `id` if there is one.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the texts behind the ids (jsonl only).")] = False,
    force: Force = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 although something was unreadable.")] = False,
) -> None:
    """Score a file of exported forms; every record comes out as one row."""
    from iop_screen.batch.score import open_scoring  # noqa: PLC0415
    from iop_screen.core.files import open_input  # noqa: PLC0415
    from iop_screen.report.score_output import csv_output, json_output  # noqa: PLC0415
    from iop_screen.report.score_summary import summary  # noqa: PLC0415

    if explain and output_format is Format.CSV:
        raise typer.BadParameter("--explain goes with --format jsonl")
    parted_at = _one_character(delimiter)
    compiled = compiled_at(questions)
    with open_input(file) as stream:
        scoring = open_scoring(stream, compiled, delimiter=parted_at, id_column=id_column)
        with (
            output_to(output, replace=force, made_from=[file, questions_path(questions)]) as out,
            _progress(file, stream) as done,
        ):
            batches, csv = scoring.row_batches(done), output_format is Format.CSV
            texts = csv_output(batches, compiled) if csv else json_output(batches, compiled, explain_each=explain)
            out.writelines(text.encode() for text in texts)
            _check_account(scoring)
    print_message(summary(scoring))
    raise typer.Exit(Exit.DONE if scoring.tally.clean or exit_zero else Exit.PROBLEMS_FOUND)


def _one_character(delimiter: str) -> str:
    named = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if named not in {",", ";", "\t"}:
        raise typer.BadParameter("it is , or ; or tab", param_hint="--delimiter")
    return named


def _check_account(scoring: Scoring) -> None:
    """The interlock: an output in which a record is missing never gets its name."""
    if not scoring.adds_up:
        message = "the account does not add up"
        raise AssertionError(message)


@contextmanager
def _progress(file: Path, stream: BinaryIO) -> Iterator[Callable[[], None]]:
    """A bar on stderr if that is a terminal and the size of the input is known; called after each lot of rows."""
    if not (sys.stderr and sys.stderr.isatty() and file.is_file()):
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Scoring", total=file.stat().st_size)
        yield lambda: bar.update(task, completed=stream.tell())
