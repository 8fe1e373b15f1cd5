"""The commands. Each is a sentence: options in, one call, one renderer, one exit code.

Results go to stdout, everything else to stderr. What is slow to import, the command that needs it imports itself.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Annotated, BinaryIO, NoReturn

import typer

from iop_screen import __version__
from iop_screen.cli_records import records
from iop_screen.console.signals import raise_on_end_signals
from iop_screen.console.streams import flush_streams, forget_typed_ahead, print_message, print_result
from iop_screen.core.problems import CannotGoOn, Exit
from iop_screen.opening import DataDir, Questions, compiled_and_bytes, draft_in, output_to, questions_path, store_in
from iop_screen.opening import compiled as open_compiled
from iop_screen.opening import questionnaire as _questionnaire

if TYPE_CHECKING:
    from iop_screen.batch.score import Scoring
    from iop_screen.checking.case_run import CaseRun
    from iop_screen.checking.load import CheckReport
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.interview.front_end import Mode


class Format(StrEnum):
    """How scored forms are written."""

    CSV = "csv"
    JSONL = "jsonl"


class Document(StrEnum):
    """How the questionnaire is written out."""

    TEXT = "text"
    HTML = "html"


class Report(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


app = typer.Typer(
    name="iop-screen",
    help="Which kind of care looks more suitable, IOP or residential: a level-of-care screening. Not a diagnosis.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # an answer must never reach a traceback
    rich_markup_mode=None,
    add_completion=False,
)
app.add_typer(records, name="records")


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"iop-screen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    pass


@app.command()
def interview(  # noqa: PLR0913 - one option each
    ref: Annotated[
        str | None, typer.Argument(metavar="[REF]", help="With --resume: this record, else the only draft.")
    ] = None,
    questions: Questions = None,
    data_dir: DataDir = None,
    *,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a draft where it was left.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line: for screen readers and slow lines.")] = False,
    full_screen: Annotated[bool, typer.Option("--full-screen", help="On the full screen.")] = False,
    remember: Annotated[bool, typer.Option("--remember", help="Use that front end from now on.")] = False,
    no_save: Annotated[bool, typer.Option("--no-save", help="Keep nothing on disk at all.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Ask the questions one by one, and suggest a level of care with the reasons."""
    from iop_screen.interview.run import remember as keep_choice  # noqa: PLC0415
    from iop_screen.interview.run import run_interviews  # noqa: PLC0415
    from iop_screen.interview.start import InterviewSetup, ResumeRequest  # noqa: PLC0415

    mode = _asked_for(plain=plain, full_screen=full_screen)
    if (ref is not None and not resume) or (no_save and (resume or remember)) or (remember and mode is None):
        raise typer.BadParameter(
            "REF goes with --resume, --remember with --plain or --full-screen, and --no-save with neither"
        )
    store = store_in(data_dir)
    if remember and mode is not None:
        keep_choice(store.folder, mode)
    again = ResumeRequest(draft_in(store, ref)) if resume else None
    desk = InterviewSetup(*compiled_and_bytes(questions), None if no_save else store, mode, as_json)
    raise typer.Exit(run_interviews(desk, again))


def _asked_for(*, plain: bool, full_screen: bool) -> Mode | None:
    from iop_screen.interview.front_end import Mode  # noqa: PLC0415

    if plain and full_screen:
        raise typer.BadParameter("say --plain or --full-screen, not both")
    return Mode.PLAIN if plain else Mode.FULL_SCREEN if full_screen else None


@app.command()
def score(  # noqa: PLR0913 - one option each
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Exported forms: CSV, UTF-8, question ids as header; - is stdin.")
    ],
    questions: Questions = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to stdout.")
    ] = None,
    *,
    output_format: Annotated[Format, typer.Option("--format", help="How to write the results.")] = Format.CSV,
    delimiter: Annotated[str, typer.Option(help="What parts the columns: , or ; or tab.")] = ",",
    id_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column to copy as id; else `id` if there is one.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Add the texts behind the ids (jsonl only).")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the output file.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 although something was unreadable.")] = False,
) -> None:
    """Score a file of exported forms; every record comes out as one row."""
    from iop_screen.batch.score import open_scoring  # noqa: PLC0415
    from iop_screen.core.files import open_input  # noqa: PLC0415
    from iop_screen.report.score_summary import summary  # noqa: PLC0415
    from iop_screen.report.score_writers import csv_output, json_output  # noqa: PLC0415

    if explain and output_format is Format.CSV:
        raise typer.BadParameter("--explain goes with --format jsonl")
    parted_at = _one_character(delimiter)
    compiled = open_compiled(questions)
    with open_input(file) as stream:
        scoring = open_scoring(stream, compiled, delimiter=parted_at, id_column=id_column)
        with (
            output_to(output, replace=force, made_from=[file, questions_path(questions)]) as out,
            _progress(file, stream) as done,
        ):
            blocks, csv = scoring.blocks(done), output_format is Format.CSV
            texts = csv_output(blocks, compiled) if csv else json_output(blocks, compiled, explain_each=explain)
            out.writelines(text.encode() for text in texts)
            _check_account(scoring)
    print_message(summary(scoring.account(), compiled))
    raise typer.Exit(Exit.DONE if scoring.tally.clean or exit_zero else Exit.PROBLEMS_FOUND)


@app.command()
def check(  # noqa: PLR0913 - one option each
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The questionnaire; else the one that comes along.")
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option("--cases", metavar="FILE", help="Run these cases; else those that come along, if the id fits."),
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save-counterexample", metavar="FILE", help="Write the first one as a case file.")
    ] = None,
    *,
    output_format: Annotated[Report, typer.Option("--format", help="How to write what was found.")] = Report.TEXT,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of the counterexample.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as problems.")] = False,
) -> None:
    """Look closely at a questionnaire: what is wrong with it, and what is proved of every possible form."""
    from datetime import datetime  # noqa: PLC0415

    from iop_screen.checking.load import check_questionnaire  # noqa: PLC0415
    from iop_screen.report.check_report import checked_json, checked_text  # noqa: PLC0415
    from iop_screen.report.score_rows import json_line  # noqa: PLC0415

    path, content = _questionnaire(file)
    check_report = check_questionnaire(content, datetime.now().astimezone().date())
    run = _case_run(cases, check_report.compiled, own=file is None)
    text = output_format is Report.TEXT
    print_result(
        checked_text(check_report, str(path), content, run) if text else json_line(checked_json(check_report, run))
    )
    if save is not None:
        _save_counterexample(save, check_report, [path, cases], replace=force)
    broken = check_report.errors or (strict and check_report.findings) or (run is not None and run.failed)
    raise typer.Exit(Exit.PROBLEMS_FOUND if broken else Exit.DONE)


@app.command()
def show(
    questions: Questions = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to stdout.")
    ] = None,
    *,
    output_format: Annotated[Document, typer.Option("--format", help="How to write it.")] = Document.TEXT,
    force: Annotated[bool, typer.Option("--force", help="Replace the output file.")] = False,
) -> None:
    """Print the whole questionnaire as a document that a clinician can read and sign."""
    from datetime import datetime  # noqa: PLC0415

    from iop_screen.checking.load import check_questionnaire  # noqa: PLC0415
    from iop_screen.report.questionnaire_document import document_html, document_text  # noqa: PLC0415

    compiled, content = compiled_and_bytes(questions)
    check_report = check_questionnaire(content, datetime.now().astimezone().date())
    render = document_text if output_format is Document.TEXT else document_html
    with output_to(output, replace=force, made_from=[questions_path(questions)]) as out:
        out.write(render(compiled, check_report).encode())


@app.command()
def schema() -> None:
    """Print a JSON Schema of the questionnaire file, for editors that complete and check it."""
    import json  # noqa: PLC0415

    from iop_screen.questionnaire.schema import questionnaire_schema  # noqa: PLC0415

    print_result(json.dumps(questionnaire_schema(), indent=2) + "\n")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The questionnaire as it was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The questionnaire as it is to be.")],
    *,
    output_format: Annotated[Report, typer.Option("--format", help="How to write what was found.")] = Report.TEXT,
) -> None:
    """Say which forms get another level or first step for certain, or come into or out of scope."""
    from iop_screen.checking.diff import differences  # noqa: PLC0415
    from iop_screen.report.diff import differences_json, differences_text  # noqa: PLC0415
    from iop_screen.report.score_rows import json_line  # noqa: PLC0415

    before, after = open_compiled(old), open_compiled(new)
    found = differences(before, after)
    text = output_format is Report.TEXT
    shown = differences_text(found, before, after) if text else json_line(differences_json(found, before, after))
    print_result(shown)


@app.command()
def guide(questions: Questions = None) -> None:
    """Say what the levels of care are, how they differ and how to choose; to read, or to read aloud."""
    from iop_screen.report.result_text import guide_page  # noqa: PLC0415

    print_result(guide_page(open_compiled(questions)))


def _case_run(cases: Path | None, compiled: CompiledQuestionnaire | None, *, own: bool) -> CaseRun | None:
    """What the cases come to: those named, or for the questionnaire that comes along, and copies of it, its own."""
    from iop_screen.checking.case_run import run_case_file  # noqa: PLC0415
    from iop_screen.core.files import default_cases, read_whole  # noqa: PLC0415
    from iop_screen.questionnaire.nodes import MAX_QUESTIONNAIRE_BYTES  # noqa: PLC0415

    own = own or (cases is None and compiled is not None and _is_a_copy(compiled))
    path = default_cases() if cases is None and own else cases
    if path is None:
        return None
    content = read_whole(path, MAX_QUESTIONNAIRE_BYTES)
    return run_case_file(str(path), content, compiled)


def _is_a_copy(compiled: CompiledQuestionnaire) -> bool:
    """Whether a questionnaire has the id of the one that comes along."""
    from iop_screen.checking.load import load_questionnaire  # noqa: PLC0415

    original = load_questionnaire(_questionnaire(None)[1]).questionnaire
    return original is not None and original.id == compiled.questionnaire.id


def _save_counterexample(path: Path, check_report: CheckReport, made_from: list[Path | None], *, replace: bool) -> None:
    """Write the first form that breaks a guarantee, or say why there is none."""
    from iop_screen.checking.case_run import counterexample  # noqa: PLC0415
    from iop_screen.report.check_report import no_counterexample  # noqa: PLC0415

    text = counterexample(check_report)
    if text is None:
        print_message(f"no counterexample: {no_counterexample(check_report)}\n")
        return
    with output_to(path, replace=replace, made_from=made_from) as out:
        out.write(text.encode())


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


def main() -> NoReturn:
    """Run the program: no traceback ever reaches the user, and no answer ever reaches a message."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # nobody else looks on, nor is anybody looked for
    raise_on_end_signals()
    code = _run()
    flush_streams()
    if code >= Exit.OUR_FAULT:
        forget_typed_ahead()
    sys.exit(code)


def _run() -> int:
    """The exit code of the command."""
    try:
        app()
    except CannotGoOn as stop:
        return _said(f"iop-screen: {stop}\n", stop.exit_code)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.DONE
    except Exception as fault:  # noqa: BLE001 - the last line of defence
        return _said(_incident(fault), Exit.OUR_FAULT)
    return Exit.DONE


def _said(message: str, code: int) -> int:
    with suppress(CannotGoOn):
        print_message(message)
    return code


def _incident(fault: Exception) -> str:
    """One line with the kind of fault and its place in our code; never its text, which may hold an answer."""
    here = Path(__file__).parent
    ours = [frame for frame in extract_tb(fault.__traceback__) if Path(frame.filename).is_relative_to(here)]
    location = f" at {Path(ours[-1].filename).relative_to(here)}:{ours[-1].lineno}" if ours else ""
    kind = type(fault).__name__
    return f"iop-screen: internal error {secrets.token_hex(4)} ({kind}{location}); please report this line\n"
