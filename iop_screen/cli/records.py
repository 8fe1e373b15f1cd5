"""The commands about saved interviews: find, read, export, change and delete them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from iop_screen.cli.handover import handover
from iop_screen.cli.options import (
    DataDir,
    Force,
    Output,
    Practice,
    Questions,
    Ref,
    Revision,
    SameQuestions,
    Site,
    compiled_and_bytes,
    compiled_for_record,
    kept_references,
    other_questionnaires,
    output_to,
    record_in,
    ref_in,
    settings_and_store,
    store_for,
    version_message,
)
from iop_screen.console.streams import print_message, print_result
from iop_screen.core.exits import CannotGoOn, Exit

if TYPE_CHECKING:
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.records.call_data import CallData
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


ExportFormat = Literal["text", "html", "json", "csv", "answers"]

SUFFIXES: Mapping[str, tuple[ExportFormat, ...]] = {
    ".html": ("html",),
    ".json": ("json",),
    ".csv": ("csv", "answers"),
    ".txt": ("text",),
}
"""What is written to a file whose name ends so: the first of these, if nothing else is asked for."""


@records.command("list")
def list_records(  # noqa: PLR0913 - one option each
    data_dir: DataDir = None,
    site: Site = None,
    *,
    today: Annotated[bool, typer.Option("--today", help="Those changed today.")] = False,
    open_only: Annotated[
        bool, typer.Option("--open", help="Drafts, danger that waits or is not ruled out, and calls to make.")
    ] = False,
    danger: Annotated[bool, typer.Option("--danger", help="Those with danger, or where it is not ruled out.")] = False,
    call_back: Annotated[
        bool, typer.Option("--call-back", help="Those to call back, and when, the earliest first.")
    ] = False,
    practice: Practice = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List all records, one a line, the last changed at the end. Of several options, all must hold.

    Example: iop-screen records list --open
    """
    from iop_screen.cli.listing import print_list  # noqa: PLC0415
    from iop_screen.report.record_list import ListFilter  # noqa: PLC0415

    wanted = ListFilter(today, open_only, danger, call_back)
    print_list(store_for(site, data_dir, practice=practice), wanted, as_json=as_json, practice=practice)


@records.command()
def show(  # noqa: PLR0913 - one option each
    ref: Ref,
    revision: Revision = None,
    data_dir: DataDir = None,
    *,
    site: Site = None,
    questions: SameQuestions = None,
    practice: Practice = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, with its call.")] = False,
) -> None:
    """Show a record: its call, its answers, its result and what was done, be it finished or not.

    Example: iop-screen records show 7KQ2
    """
    settings, store = settings_and_store(site, data_dir, must_exist=True, practice=practice)
    record = record_in(store, ref, revision)
    written = _written(record, "json" if as_json else "text", store, settings, questions, call=_call_of(store, record))
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
    with_call: Annotated[
        bool, typer.Option("--with-call", help="Write the call, too: who, where, call-back number, site reference.")
    ] = False,
    practice: Practice = False,
    force: Force = False,
) -> None:
    """Write a record as a document to hand on, or as data.

    Example: iop-screen records export 7KQ2 -o 7KQ2.html
    """
    from iop_screen.records.practice import outer_folder  # noqa: PLC0415

    to = to or _format_by_suffix(output)
    _refuse_other_suffix(to, output)
    settings, store = settings_and_store(site, data_dir, must_exist=True, practice=practice)
    record = record_in(store, ref, revision)
    if to == "csv" and not record.final:
        hint = "its answers can be had: --to answers, or --to json"
        raise CannotGoOn(f"{record.head.ref} is a draft, and a draft has no suggestion; {hint}", Exit.USAGE)
    if with_call and to == "answers":
        raise typer.BadParameter("answers are for score, which reads no call", param_hint="--with-call")
    written = _written(record, to, store, settings, questions, call=_call_of(store, record) if with_call else None)
    print_message(written.message)
    folder = outer_folder(store, practice=practice)
    with output_to(output, replace=force, made_from=[questions, site], data_dir=folder) as out:
        out.write(written.text.encode())
    if written.lost:
        raise written.lost


@records.command()
def verify(
    ref: Annotated[
        str | None, typer.Argument(metavar="[REF]", help="Only this record.", autocompletion=kept_references)
    ] = None,
    data_dir: DataDir = None,
    site: Site = None,
    *,
    practice: Practice = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Find records that were changed outside this program; exit 1 if there are any, or one cannot be read.

    Example: iop-screen records verify
    """
    from iop_screen.records.verification import Verified, verify_records  # noqa: PLC0415
    from iop_screen.report.chain_text import verified_object, verified_text  # noqa: PLC0415
    from iop_screen.report.score_output import json_line  # noqa: PLC0415

    store = store_for(site, data_dir, practice=practice)
    found = verify_records(store, None if ref is None else ref_in(store, ref))
    print_result(json_line(verified_object(found)) if as_json else verified_text(found))
    bad = {Verified.BROKEN, Verified.UNREADABLE}
    raise typer.Exit(Exit.PROBLEMS_FOUND if any(each.verified in bad for each in found) else Exit.DONE)


@records.command()
def edit(
    ref: Ref,
    questions: Questions = None,
    data_dir: DataDir = None,
    site: Site = None,
    *,
    practice: Practice = False,
) -> None:
    """Change a record in the interview; what was final stays as it is, and a new revision begins.

    Example: iop-screen records edit 7KQ2
    """
    from iop_screen.interview.run import run_interviews  # noqa: PLC0415
    from iop_screen.interview.start import InterviewSetup, ResumeRequest  # noqa: PLC0415
    from iop_screen.site.apply import with_site  # noqa: PLC0415

    settings, store = settings_and_store(site, data_dir, must_exist=True, practice=practice)
    request = ResumeRequest(ref_in(store, ref), edit=True, own_questions=questions is None)
    compiled, content = compiled_and_bytes(questions)
    setup = InterviewSetup(
        with_site(compiled, settings), content, store, None, as_json=False, site=settings, practice=practice
    )
    raise typer.Exit(run_interviews(setup, request))


@records.command()
def forget(  # noqa: PLR0913 - one option each
    ref: Annotated[
        str | None, typer.Argument(metavar="REF", help="The reference of the record.", autocompletion=kept_references)
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="All records to which nothing happened for 12h, 30d, 2w.")
    ] = None,
    data_dir: DataDir = None,
    site: Site = None,
    *,
    call: Annotated[
        bool, typer.Option("--call", help="Only who called, from where and how to call back; keep the record.")
    ] = False,
    practice: Practice = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Delete a record with all its revisions and its call, or all old records, for good.

    Example: iop-screen records forget --older-than 30d
    """
    from iop_screen.cli.forgetting import forget_call_of, forget_old, forget_one  # noqa: PLC0415

    if (ref is None) == (older_than is None):
        raise typer.BadParameter("say which record, or --older-than how long")
    store = store_for(site, data_dir, practice=practice)
    if ref is None:
        if call:
            raise typer.BadParameter("--call goes with one record; say which")
        done = forget_old(store, older_than or "", yes=yes)
    else:
        delete = forget_call_of if call else forget_one
        done = delete(store, ref_in(store, ref), yes=yes)
    raise typer.Exit(Exit.DONE if done else Exit.FILE)


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


def _call_of(store: Store, record: Record) -> CallData:
    from iop_screen.records.finding import call_of  # noqa: PLC0415

    return call_of(store, record.head.ref, record)


def _written(  # noqa: PLR0913 - what may decide how it reads
    record: Record,
    to: ExportFormat,
    store: Store,
    settings: SiteSettings | None,
    questions: Path | None,
    *,
    call: CallData | None,
) -> _Written:
    """A record in a format, with its call if that is given.

    As JSON what was recorded is written even if its questionnaire cannot be read.
    """
    from iop_screen.report.record_exports import export_recorded_json  # noqa: PLC0415
    from iop_screen.site.apply import with_site  # noqa: PLC0415

    try:
        compiled = with_site(compiled_for_record(record, store, questions), settings)
    except CannotGoOn as lost:
        if to != "json" or questions is not None:
            raise
        message = "Only what was recorded is written, without a result.\n"
        return _Written(export_recorded_json(record, call), message + _notices(record), lost)
    others = other_questionnaires(record, store)
    return _Written(_rendered(record, to, compiled, others, call), version_message(record, others) + _notices(record))


def _notices(record: Record) -> str:
    """What is said of a record wherever it is shown, for a format that has no place for it."""
    from iop_screen.report.chain_text import record_notices  # noqa: PLC0415
    from iop_screen.report.wording import paragraphs  # noqa: PLC0415

    return "".join(f"{paragraphs(notice)}\n" for notice in record_notices(record))


def _rendered(
    record: Record,
    to: ExportFormat,
    compiled: CompiledQuestionnaire,
    others: OtherQuestionnaires,
    call: CallData | None,
) -> str:
    from iop_screen.report.record_document import record_html, record_text  # noqa: PLC0415
    from iop_screen.report.record_exports import export_answers, export_json, export_row  # noqa: PLC0415

    match to:
        case "text":
            return record_text(record, compiled, others, call)
        case "html":
            return record_html(record, compiled, others, call)
        case "json":
            return export_json(record, compiled, call)
        case "csv":
            return export_row(record, compiled, call)
        case "answers":
            return export_answers(record, compiled)
