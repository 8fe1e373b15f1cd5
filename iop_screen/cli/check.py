"""The commands for whoever writes a questionnaire: check it, compare two, and its JSON Schema."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iop_screen.cli.options import compiled_at, output_to, questionnaire
from iop_screen.console.streams import print_message, print_result
from iop_screen.core.problems import Exit

if TYPE_CHECKING:
    from iop_screen.checking.case_run import CaseRun
    from iop_screen.checking.load import CheckReport
    from iop_screen.engine.compiled import CompiledQuestionnaire


class Report(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


Found = Annotated[Report, typer.Option("--format", help="How to write what was found.")]


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
    output_format: Found = Report.TEXT,
    force: Annotated[bool, typer.Option("--force", help="Replace the file of the counterexample.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as problems.")] = False,
) -> None:
    """Look closely at a questionnaire: what is wrong with it, and what is proved of every possible form."""
    from datetime import datetime  # noqa: PLC0415

    from iop_screen.checking.load import check_questionnaire  # noqa: PLC0415
    from iop_screen.report.check_report import checked_json, checked_text  # noqa: PLC0415
    from iop_screen.report.score_rows import json_line  # noqa: PLC0415

    path, content = questionnaire(file)
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


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The questionnaire as it was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The questionnaire as it is to be.")],
    *,
    output_format: Found = Report.TEXT,
) -> None:
    """Say which forms get another level or first step for certain, or come into or out of scope."""
    from iop_screen.checking.diff import differences  # noqa: PLC0415
    from iop_screen.report.diff import differences_json, differences_text  # noqa: PLC0415
    from iop_screen.report.score_rows import json_line  # noqa: PLC0415

    before, after = compiled_at(old), compiled_at(new)
    found = differences(before, after)
    text = output_format is Report.TEXT
    shown = differences_text(found, before, after) if text else json_line(differences_json(found, before, after))
    print_result(shown)


def schema() -> None:
    """Print a JSON Schema of the questionnaire file, for editors that complete and check it."""
    import json  # noqa: PLC0415

    from iop_screen.questionnaire.schema import questionnaire_schema  # noqa: PLC0415

    print_result(json.dumps(questionnaire_schema(), indent=2) + "\n")


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

    original = load_questionnaire(questionnaire(None)[1]).questionnaire
    return original is not None and original.id == compiled.questionnaire.id


def _save_counterexample(path: Path, check_report: CheckReport, made_from: list[Path | None], *, replace: bool) -> None:
    """Write the first form that breaks a guarantee, or say why there is none."""
    from iop_screen.checking.case_run import counterexample_case  # noqa: PLC0415
    from iop_screen.report.check_report import no_counterexample  # noqa: PLC0415

    text = counterexample_case(check_report)
    if text is None:
        print_message(f"no counterexample: {no_counterexample(check_report)}\n")
        return
    with output_to(path, replace=replace, made_from=made_from) as out:
        out.write(text.encode())
