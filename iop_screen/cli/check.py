"""The commands for the author of a questionnaire: check it, compare two, and print the JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from iop_screen.cli.options import Output, compiled_at, output_to, read_yaml_file
from iop_screen.console.streams import print_message, print_result
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import default_cases, default_questionnaire

if TYPE_CHECKING:
    from iop_screen.checking.case_run import CaseRun
    from iop_screen.checking.load import CheckReport
    from iop_screen.engine.compiled import CompiledQuestionnaire


CheckFormat = Literal["text", "json", "csv", "html"]

ReportFormat = Annotated[Literal["text", "json"], typer.Option("--format", help="How to write what was found.")]


def check(  # noqa: PLR0913 - one option each
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", readable=False, help="The questionnaire; else the one that comes along."),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            metavar="FILE",
            readable=False,
            help="Run these cases; else those that come along, if the id fits.",
        ),
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save-counterexample", metavar="FILE", help="Write the first one as a case file.")
    ] = None,
    output: Output = None,
    *,
    site: Annotated[
        Path | None, typer.Option("--site", metavar="FILE", readable=False, help="Instead: check these site settings.")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", readable=False, help="Instead: check this mapping for `score`."),
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Instead: what each answer that is not the best gets, alone and in pairs.")
    ] = False,
    output_format: Annotated[
        CheckFormat, typer.Option("--format", help="How to write what was found; pairs as text, csv or html.")
    ] = "text",
    force: Annotated[bool, typer.Option("--force", help="Replace the file that is written.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as problems.")] = False,
) -> None:
    """Look closely at a questionnaire: what is wrong with it, and what is proved of every possible form.

    Example: iop-screen check my.yaml
    """
    if site is not None:
        _refuse_beside_site(output_format, [file, cases, save, mapping, pairs or None])
        raise typer.Exit(_check_site(site, output, output_format, replace=force, strict=strict))
    if mapping is not None:
        _refuse_beside_mapping(output_format, [cases, save, pairs or None])
        raise typer.Exit(_check_mapping(mapping, file, output, output_format, replace=force, strict=strict))
    _refuse_what_does_not_fit(pairs, output_format, [cases, save, strict or None])
    if pairs:
        _write_pairs(file, output, output_format, replace=force)
        return
    from datetime import datetime  # noqa: PLC0415

    from iop_screen.checking.load import check_questionnaire  # noqa: PLC0415
    from iop_screen.report.check_report import check_report_json, check_report_text  # noqa: PLC0415
    from iop_screen.report.score_output import json_line  # noqa: PLC0415

    path, content = read_yaml_file(file)
    check_report = check_questionnaire(content, datetime.now().astimezone().date())
    run = _case_run(cases, check_report.compiled, is_default=file is None)
    text = (
        check_report_text(check_report, str(path), content, run)
        if output_format == "text"
        else json_line(check_report_json(check_report, run))
    )
    _write(text, output, [path, cases], replace=force)
    if save is not None:
        _save_counterexample(save, check_report, [path, cases, output], replace=force)
    failed = check_report.errors or (strict and check_report.findings) or (run is not None and run.failed)
    raise typer.Exit(Exit.PROBLEMS_FOUND if failed else Exit.DONE)


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", readable=False, help="The questionnaire as it was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", readable=False, help="The questionnaire as it is to be.")],
    *,
    output_format: ReportFormat = "text",
) -> None:
    """Say which forms get another level or first step for certain, or come into or out of scope.

    Example: iop-screen diff old.yaml new.yaml
    """
    from iop_screen.checking.diff import differences  # noqa: PLC0415
    from iop_screen.report.diff import differences_json, differences_text  # noqa: PLC0415
    from iop_screen.report.score_output import json_line  # noqa: PLC0415

    before, after = compiled_at(old), compiled_at(new)
    found = differences(before, after)
    print_result(
        differences_text(found, before, after)
        if output_format == "text"
        else json_line(differences_json(found, before, after))
    )


def schema() -> None:
    """Print a JSON Schema of the questionnaire file, for editors that complete and check it.

    Example: iop-screen schema > questions.schema.json
    """
    import json  # noqa: PLC0415

    from iop_screen.questionnaire.schema import questionnaire_schema  # noqa: PLC0415

    print_result(json.dumps(questionnaire_schema(), indent=2) + "\n")


def _refuse_what_does_not_fit(pairs: bool, output_format: CheckFormat, others: list[object]) -> None:  # noqa: FBT001
    """Exit 2 if options were given that do not go together."""
    if pairs and output_format == "json":
        raise CannotGoOn("pairs are written as text, csv or html", Exit.USAGE)
    if pairs and any(other is not None for other in others):
        raise CannotGoOn("--pairs goes with none of --cases, --save-counterexample and --strict", Exit.USAGE)
    if not pairs and output_format in {"csv", "html"}:
        raise CannotGoOn(f"only --pairs are written as {output_format}", Exit.USAGE)


def _refuse_beside_site(output_format: CheckFormat, others: list[object]) -> None:
    """Exit 2 if options were given that do not go with `--site`."""
    if any(other is not None for other in others):
        raise CannotGoOn(
            "--site goes with none of FILE, --cases, --save-counterexample, --mapping and --pairs", Exit.USAGE
        )
    if output_format in {"csv", "html"}:
        raise CannotGoOn(f"only --pairs are written as {output_format}", Exit.USAGE)


def _refuse_beside_mapping(output_format: CheckFormat, others: list[object]) -> None:
    """Exit 2 if options were given that do not go with `--mapping`."""
    if any(other is not None for other in others):
        raise CannotGoOn("--mapping goes with none of --cases, --save-counterexample and --pairs", Exit.USAGE)
    if output_format in {"csv", "html"}:
        raise CannotGoOn(f"only --pairs are written as {output_format}", Exit.USAGE)


def _check_mapping(  # noqa: PLR0913 - one option each
    path: Path, questions: Path | None, output: Path | None, output_format: CheckFormat, *, replace: bool, strict: bool
) -> Exit:
    """Write what is wrong with a mapping, and what nobody has confirmed in it; gives the exit code."""
    from iop_screen.batch.mapping.reader import read_mapping, with_unconfirmed  # noqa: PLC0415
    from iop_screen.core.problems import Severity  # noqa: PLC0415
    from iop_screen.report.mapping_check import mapping_check_json, mapping_check_text  # noqa: PLC0415
    from iop_screen.report.score_output import json_line  # noqa: PLC0415

    content = read_yaml_file(path)[1]
    read = read_mapping(content, compiled_at(questions))
    problems = with_unconfirmed(read)
    if output_format == "text":
        text = mapping_check_text(read.mapping, problems, str(path), content)
    else:
        text = json_line(mapping_check_json(read.mapping, problems))
    _write(text, output, [path, questions], replace=replace)
    failed = any(strict or problem.severity is Severity.ERROR for problem in problems)
    return Exit.PROBLEMS_FOUND if failed else Exit.DONE


def _check_site(path: Path, output: Path | None, output_format: CheckFormat, *, replace: bool, strict: bool) -> Exit:
    """Write what is wrong with site settings; gives the exit code."""
    from datetime import datetime  # noqa: PLC0415

    from iop_screen.report.score_output import json_line  # noqa: PLC0415
    from iop_screen.report.site_check import site_check_json, site_check_text  # noqa: PLC0415
    from iop_screen.site.source import check_site  # noqa: PLC0415

    content = read_yaml_file(path)[1]
    read = check_site(content, datetime.now().astimezone().date())
    text = site_check_text(read, str(path), content) if output_format == "text" else json_line(site_check_json(read))
    _write(text, output, [path], replace=replace)
    return Exit.PROBLEMS_FOUND if read.settings is None or (strict and read.problems) else Exit.DONE


def _write_pairs(file: Path | None, output: Path | None, output_format: CheckFormat, *, replace: bool) -> None:
    from iop_screen.checking.pairs import pair_table  # noqa: PLC0415
    from iop_screen.report.pairs import pairs_csv, pairs_html, pairs_text  # noqa: PLC0415

    compiled = compiled_at(file)
    render = {"csv": pairs_csv, "html": pairs_html}.get(output_format, pairs_text)
    _write(render(pair_table(compiled), compiled), output, [file or default_questionnaire()], replace=replace)


def _write(text: str, output: Path | None, made_from: list[Path | None], *, replace: bool) -> None:
    """Write a text to the file that was named, or print it."""
    if output is None:
        print_result(text)
        return
    with output_to(output, replace=replace, made_from=made_from) as out:
        out.write(text.encode())


def _case_run(cases: Path | None, compiled: CompiledQuestionnaire | None, *, is_default: bool) -> CaseRun | None:
    """The run of the cases named; of the default cases for the default questionnaire, and for any with its id."""
    from iop_screen.checking.case_run import run_case_file  # noqa: PLC0415
    from iop_screen.checking.load import load_questionnaire  # noqa: PLC0415

    if cases is None and compiled is not None and not is_default:
        default = load_questionnaire(read_yaml_file(None)[1]).questionnaire
        is_default = default is not None and default.id == compiled.questionnaire.id
    if cases is None and not is_default:
        return None
    path, content = read_yaml_file(cases or default_cases())
    return run_case_file(str(path), content, compiled)


def _save_counterexample(path: Path, check_report: CheckReport, made_from: list[Path | None], *, replace: bool) -> None:
    """Write the first form that breaks a guarantee, or say why there is none."""
    from iop_screen.checking.case_run import counterexample_case  # noqa: PLC0415
    from iop_screen.report.check_report import no_counterexample_reason  # noqa: PLC0415

    text = counterexample_case(check_report)
    if text is None:
        print_message(f"no counterexample: {no_counterexample_reason(check_report)}\n")
        return
    with output_to(path, replace=replace, made_from=made_from) as out:
        out.write(text.encode())
