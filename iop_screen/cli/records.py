"""The commands about saved interviews: find, read, export, change and delete them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from iop_screen.cli.handover import handover
from iop_screen.cli.options import (
    DataDir,
    Force,
    Output,
    Questions,
    Ref,
    Revision,
    SameQuestions,
    Site,
    compiled_and_bytes,
    compiled_for_record,
    kept_references,
    listed_questionnaires,
    other_questionnaires,
    output_to,
    print_unreadable_questionnaires,
    questionnaires_of,
    read_typed_line,
    record_in,
    ref_in,
    settings_and_store,
    store_for,
    version_message,
)
from iop_screen.console.streams import print_message, print_result
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.records.model import Record
    from iop_screen.records.store import Store
    from iop_screen.report.questionnaire_version import OtherQuestionnaires
    from iop_screen.site.settings import SiteSettings

records = typer.Typer(
    help="Find, read, export, change and delete saved interviews.",
    epilog="Example: iop-screen records list",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

records.command()(handover)

NOT_ACTED_ON = "Danger in it is not marked as acted on."

ExportFormat = Literal["text", "html", "json", "csv", "answers"]

SUFFIXES: Mapping[str, tuple[ExportFormat, ...]] = {
    ".html": ("html",),
    ".json": ("json",),
    ".csv": ("csv", "answers"),
    ".txt": ("text",),
}
"""What is written to a file whose name ends so: the first of these, if nothing else is asked for."""


@records.command("list")
def list_records(
    data_dir: DataDir = None,
    site: Site = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List all records, the last changed first.

    Example: iop-screen records list --json
    """
    from iop_screen.records.model import Record  # noqa: PLC0415
    from iop_screen.report.record_list import records_object, records_text  # noqa: PLC0415
    from iop_screen.report.score_output import json_line  # noqa: PLC0415

    store = store_for(site, data_dir)
    listed = store.listed()
    if as_json:
        print_result(json_line(records_object(listed)))
    elif listed:
        readable = [one.record for one in listed if isinstance(one.record, Record)]
        compiled, unreadable = questionnaires_of(readable, store)
        versions = listed_questionnaires(readable, unreadable)
        questionnaires = {ref: one.questionnaire for ref, one in compiled.items()}
        print_result(records_text(listed, questionnaires, versions))
        if versions.names and versions.todays:
            todays = sanitize(versions.names[versions.todays])
            print_message(f"Today's questionnaire is {todays}. A record goes by the one in its row.\n")
        print_unreadable_questionnaires(readable, unreadable, store)
    else:
        print_message("there are no records\n")


@records.command()
def show(  # noqa: PLR0913 - one option each
    ref: Ref,
    revision: Revision = None,
    data_dir: DataDir = None,
    *,
    site: Site = None,
    questions: SameQuestions = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, as `export --to json` does.")] = False,
) -> None:
    """Show a record: its answers, its result and what was done, be it finished or not.

    Example: iop-screen records show 7KQ2
    """
    settings, store = settings_and_store(site, data_dir)
    written = _written(record_in(store, ref, revision), "json" if as_json else "text", store, settings, questions)
    print_message(written.message if as_json else "")
    print_result(written.text)
    if written.lost:
        raise written.lost


@records.command()
def export(  # noqa: PLR0913 - one option each
    ref: Ref,
    to: Annotated[
        ExportFormat | None,
        typer.Option("--to", help="What to make of it, if -o does not say; answers is a form that score can read."),
    ] = None,
    output: Output = None,
    revision: Revision = None,
    data_dir: DataDir = None,
    *,
    site: Site = None,
    questions: SameQuestions = None,
    force: Force = False,
) -> None:
    """Write a record as a document to hand on, or as data.

    Example: iop-screen records export 7KQ2 -o 7KQ2.html
    """
    to = to or _format_by_suffix(output)
    _refuse_other_suffix(to, output)
    settings, store = settings_and_store(site, data_dir)
    record = record_in(store, ref, revision)
    if to == "csv" and not record.final:
        hint = "its answers can be had: --to answers, or --to json"
        raise CannotGoOn(f"{record.head.ref} is a draft, and a draft has no suggestion; {hint}", Exit.USAGE)
    written = _written(record, to, store, settings, questions)
    print_message(written.message)
    with output_to(output, replace=force, made_from=[questions, site], data_dir=store.folder) as out:
        out.write(written.text.encode())
    if written.lost:
        raise written.lost


@records.command()
def edit(ref: Ref, questions: Questions = None, data_dir: DataDir = None, site: Site = None) -> None:
    """Change a record in the interview; what was final stays as it is, and a new revision begins.

    Example: iop-screen records edit 7KQ2
    """
    from iop_screen.interview.run import run_interviews  # noqa: PLC0415
    from iop_screen.interview.start import InterviewSetup, ResumeRequest  # noqa: PLC0415
    from iop_screen.site.apply import with_site  # noqa: PLC0415

    settings, store = settings_and_store(site, data_dir)
    request = ResumeRequest(ref_in(store, ref), edit=True, own_questions=questions is None)
    compiled, content = compiled_and_bytes(questions)
    setup = InterviewSetup(with_site(compiled, settings), content, store, None, as_json=False, site=settings)
    raise typer.Exit(run_interviews(setup, request))


@records.command()
def forget(
    ref: Annotated[
        str | None, typer.Argument(metavar="REF", help="The reference of the record.", autocompletion=kept_references)
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="All records to which nothing happened for 12h, 30d, 2w.")
    ] = None,
    data_dir: DataDir = None,
    site: Site = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Delete a record with all its revisions, or all old records, for good.

    Example: iop-screen records forget --older-than 30d
    """
    if (ref is None) == (older_than is None):
        raise typer.BadParameter("say which record, or --older-than how long")
    store = store_for(site, data_dir)
    limit = None if older_than is None else datetime.now(UTC) - _parse_age(older_than)
    refs = (ref_in(store, ref or ""),) if limit is None else _unchanged_since(store, limit)
    if refs and not yes:
        _confirm(store, refs, one=ref is not None)
    outcomes = [_delete(store, each, limit) for each in refs]
    raise typer.Exit(Exit.DONE if all(outcomes) else Exit.FILE)


def _format_by_suffix(output: Path | None) -> ExportFormat:
    """What the name of the output file says that it is; exit 2 if it says nothing."""
    if output is not None and output.suffix.lower() in SUFFIXES:
        return SUFFIXES[output.suffix.lower()][0]
    choices, suffixes = ", ".join(get_args(ExportFormat)), ", ".join(SUFFIXES)
    raise CannotGoOn(
        f"say what to make of it: --to and one of {choices}, or -o and a file whose name ends in one of {suffixes}",
        Exit.USAGE,
    )


def _refuse_other_suffix(to: ExportFormat, output: Path | None) -> None:
    """Exit 2 if the name of the output file says that it is something else."""
    suffix = "" if output is None else output.suffix.lower()
    if to not in SUFFIXES.get(suffix, (to,)):
        raise CannotGoOn(
            f"a file whose name ends in {suffix} cannot be {to}; name another, or another --to", Exit.USAGE
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """A record in a format; the message about its questionnaire; `lost` says why it is written without that."""

    text: str
    message: str
    lost: CannotGoOn | None = None


def _written(
    record: Record, to: ExportFormat, store: Store, settings: SiteSettings | None, questions: Path | None
) -> _Written:
    """A record in a format. As JSON what was recorded is written even if its questionnaire cannot be read."""
    from iop_screen.report.record_exports import export_recorded_json  # noqa: PLC0415
    from iop_screen.site.apply import with_site  # noqa: PLC0415

    try:
        compiled = with_site(compiled_for_record(record, store, questions), settings)
    except CannotGoOn as lost:
        if to != "json" or questions is not None:
            raise
        message = "Only what was recorded is written, without a result.\n"
        return _Written(export_recorded_json(record), message, lost)
    others = other_questionnaires(record, store)
    return _Written(_rendered(record, to, compiled, others), version_message(record, others))


def _rendered(record: Record, to: ExportFormat, compiled: CompiledQuestionnaire, others: OtherQuestionnaires) -> str:
    from iop_screen.report.record_document import record_html, record_text  # noqa: PLC0415
    from iop_screen.report.record_exports import export_answers, export_json, export_row  # noqa: PLC0415

    match to:
        case "text":
            return record_text(record, compiled, others)
        case "html":
            return record_html(record, compiled, others)
        case "json":
            return export_json(record, compiled)
        case "csv":
            return export_row(record, compiled)
        case "answers":
            return export_answers(record, compiled)


def _unchanged_since(store: Store, limit: datetime) -> tuple[str, ...]:
    """The references of records not changed since then. Those with danger nobody acted on are named, and kept."""
    from iop_screen.records.forget import find_old  # noqa: PLC0415

    refs, waiting = find_old(store, limit)
    for ref in waiting:
        print_message(f"{ref} is kept: {NOT_ACTED_ON} To delete it: iop-screen records forget {ref}\n")
    if not (refs or waiting):
        print_message("no record is that old\n")
    return refs


def _parse_age(typed: str) -> timedelta:
    from iop_screen.records.forget import parse_age  # noqa: PLC0415

    if (parsed := parse_age(typed)) is None:
        raise typer.BadParameter("it is a number with h, d or w, such as 30d", param_hint="--older-than")
    return parsed


def _confirm(store: Store, refs: Sequence[str], *, one: bool) -> None:
    """Ask the user to type the reference again, or the number of records; exit 2 if anything else is typed."""
    from iop_screen.records.forget import has_waiting_danger  # noqa: PLC0415

    if not (sys.stdin and sys.stdin.isatty()):
        raise typer.BadParameter("nothing was deleted: nobody is there to be asked; add --yes if you are sure")
    wanted = refs[0] if one else str(len(refs))
    what = f"the record {wanted}" if one else f"{wanted} records: {', '.join(refs)}"
    danger = f" {NOT_ACTED_ON}" if one and has_waiting_danger(store, wanted) else ""
    print_message(f"This deletes {what}.{danger} There is no way back.\nType {wanted} to delete: ")
    if read_typed_line().upper() != wanted:
        raise CannotGoOn("nothing was deleted", Exit.USAGE)


def _delete(store: Store, ref: str, unchanged_since: datetime | None) -> bool:
    """Delete a record and print what was done; False if it could not be deleted."""
    from iop_screen.records.forget import RecordChanged, forget  # noqa: PLC0415
    from iop_screen.records.lock import InUse, Refused  # noqa: PLC0415
    from iop_screen.records.store import NotThere  # noqa: PLC0415

    match forget(store, ref, unchanged_since=unchanged_since):
        case InUse():
            print_message(f"{ref} is open in another window; close it there first\n")
            return False
        case Refused(why):
            print_message(f"{ref} is not deleted, or not all of it: {why}\n")
            return False
        case RecordChanged():
            print_message(f"{ref} is kept: it has been changed in the meantime\n")
        case NotThere() | None:
            print_message(f"{ref} is deleted\n")
    return True
