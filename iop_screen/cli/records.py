"""The commands about saved interviews: find, read, export, change and delete them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from iop_screen.cli.options import (
    DataDir,
    Force,
    Output,
    Questions,
    compiled_and_bytes,
    compiled_for_record,
    output_to,
    questionnaires_of,
    record_in,
    ref_in,
    store_in,
    typed_back,
)
from iop_screen.console.streams import print_message, print_result
from iop_screen.core.problems import CannotGoOn, Exit

if TYPE_CHECKING:
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.records.model import Record
    from iop_screen.records.store import Store

records = typer.Typer(
    help="Find, read, export, change and delete saved interviews.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

NOT_ACTED_ON = "Danger in it is not marked as acted on."

Ref = Annotated[str, typer.Argument(metavar="REF", help="The reference of the record, such as 7KQ2.")]
Revision = Annotated[int | None, typer.Option(min=1, metavar="N", help="This revision, not the last one.")]


class To(StrEnum):
    """What a record is exported to."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    ANSWERS = "answers"


@records.command("list")
def list_records(
    data_dir: DataDir = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List all records, the last changed first."""
    from iop_screen.records.model import Record  # noqa: PLC0415
    from iop_screen.report.record_list import records_object, records_text  # noqa: PLC0415
    from iop_screen.report.score_rows import json_line  # noqa: PLC0415

    store = store_in(data_dir)
    listed = store.listed()
    if as_json:
        print_result(json_line(records_object(listed)))
    elif listed:
        told = [one.record for one in listed if isinstance(one.record, Record) and one.record.shown]
        print_result(records_text(listed, questionnaires_of(told, store)))
    else:
        print_message("there are no records\n")


@records.command()
def show(
    ref: Ref,
    revision: Revision = None,
    data_dir: DataDir = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, as `export --to json` does.")] = False,
) -> None:
    """Show a record: its answers, its result and what was done, be it finished or not."""
    store = store_in(data_dir)
    record = record_in(store, ref, revision)
    print_result(_rendering(To.JSON if as_json else To.TEXT)(record, compiled_for_record(record, store)))


@records.command()
def export(  # noqa: PLR0913 - one option each
    ref: Ref,
    to: Annotated[To, typer.Option("--to", help="What to make of it; answers is a form that score can read.")],
    output: Output = None,
    revision: Revision = None,
    data_dir: DataDir = None,
    *,
    force: Force = False,
) -> None:
    """Write a record as a document to hand on, or as data."""
    store = store_in(data_dir)
    record = record_in(store, ref, revision)
    if to is To.CSV and not record.final:
        other = "its answers can be had: --to answers, or --to json"
        raise CannotGoOn(f"{record.head.ref} is a draft, and a draft has no suggestion; {other}", Exit.USAGE)
    rendered = _rendering(to)(record, compiled_for_record(record, store))
    with output_to(output, replace=force, made_from=[], data_dir=data_dir) as out:
        out.write(rendered.encode())


@records.command()
def edit(ref: Ref, questions: Questions = None, data_dir: DataDir = None) -> None:
    """Change a record in the interview; what was final stays as it is, and a new revision begins."""
    from iop_screen.interview.run import run_interviews  # noqa: PLC0415
    from iop_screen.interview.start import InterviewSetup, ResumeRequest  # noqa: PLC0415

    store = store_in(data_dir)
    resume = ResumeRequest(ref_in(store, ref), edit=True, own_questions=questions is None)
    raise typer.Exit(run_interviews(InterviewSetup(*compiled_and_bytes(questions), store, None, as_json=False), resume))


@records.command()
def forget(
    ref: Annotated[str | None, typer.Argument(metavar="REF", help="The reference of the record.")] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="All records to which nothing happened for 12h, 30d, 2w.")
    ] = None,
    data_dir: DataDir = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Delete a record with all its revisions, or all old records, for good."""
    if (ref is None) == (older_than is None):
        raise typer.BadParameter("say which record, or --older-than how long")
    store = store_in(data_dir)
    then = None if older_than is None else datetime.now(UTC) - _age(older_than)
    doomed = (ref_in(store, ref or ""),) if then is None else _old(store, then)
    if doomed and not yes:
        _ask_again(store, doomed, one=ref is not None)
    outcomes = [_forgotten(store, doomed_one, then) for doomed_one in doomed]
    raise typer.Exit(Exit.DONE if all(outcomes) else Exit.FILE)


def _rendering(to: To) -> Callable[[Record, CompiledQuestionnaire], str]:
    from iop_screen.report.record_document import record_html, record_text  # noqa: PLC0415
    from iop_screen.report.record_exports import export_answers, export_json, export_row  # noqa: PLC0415

    return {
        To.TEXT: record_text,
        To.HTML: record_html,
        To.JSON: export_json,
        To.CSV: export_row,
        To.ANSWERS: export_answers,
    }[to]


def _old(store: Store, then: datetime) -> tuple[str, ...]:
    """The references of what nothing has happened to since then. What waits for somebody to act is named, and stays."""
    from iop_screen.records.forget import old  # noqa: PLC0415

    doomed, waiting = old(store, then)
    for ref in waiting:
        print_message(f"{ref} is kept: {NOT_ACTED_ON} To delete it: iop-screen records forget {ref}\n")
    if not (doomed or waiting):
        print_message("no record is that old\n")
    return doomed


def _age(typed: str) -> timedelta:
    from iop_screen.records.forget import age  # noqa: PLC0415

    found = age(typed)
    if found is None:
        raise typer.BadParameter("it is a number with h, d or w, such as 30d", param_hint="--older-than")
    return found


def _ask_again(store: Store, doomed: Sequence[str], *, one: bool) -> None:
    """Let the user type the reference again, or how many records go. Anything else ends the command."""
    from iop_screen.records.forget import waits  # noqa: PLC0415

    if not (sys.stdin and sys.stdin.isatty()):
        raise typer.BadParameter("nothing was deleted: nobody is there to be asked; add --yes if you are sure")
    wanted = doomed[0] if one else str(len(doomed))
    what = f"the record {wanted}" if one else f"{wanted} records: {', '.join(doomed)}"
    danger = f" {NOT_ACTED_ON}" if one and waits(store, wanted) else ""
    print_message(f"This deletes {what}.{danger} There is no way back.\nType {wanted} to delete: ")
    if typed_back().upper() != wanted:
        raise CannotGoOn("nothing was deleted", Exit.USAGE)


def _forgotten(store: Store, ref: str, unchanged_since: datetime | None) -> bool:
    """Whether a record is gone, or may stay; says so, or why not."""
    from iop_screen.records.forget import NotForgotten, RecordChanged, forget  # noqa: PLC0415
    from iop_screen.records.lock import InUse  # noqa: PLC0415
    from iop_screen.records.store import NotThere  # noqa: PLC0415

    match forget(store, ref, unchanged_since=unchanged_since):
        case InUse():
            print_message(f"{ref} is open in another window; close it there first\n")
            return False
        case NotForgotten(why):
            print_message(f"{ref} is not deleted, or not all of it: {why}\n")
            return False
        case RecordChanged():
            print_message(f"{ref} is kept: it has been changed in the meantime\n")
        case NotThere() | None:
            print_message(f"{ref} is deleted\n")
    return True
