"""The commands that print the questionnaire: all of it, and the guide to the levels of care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from iop_screen.cli.options import Force, Output, Questions, compiled_and_bytes, compiled_at, output_to
from iop_screen.console.streams import page_result, print_message
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import default_questionnaire

if TYPE_CHECKING:
    from iop_screen.report.guide import GuideSection

DocumentFormat = Literal["text", "html"]


def show(
    questions: Questions = None,
    output: Output = None,
    *,
    output_format: Annotated[DocumentFormat, typer.Option("--format", "--to", help="How to write it.")] = "text",
    force: Force = False,
) -> None:
    """Print the whole questionnaire as a document that a clinician can read and sign.

    Example: iop-screen show --to html -o questionnaire.html
    """
    from datetime import datetime  # noqa: PLC0415

    from iop_screen.checking.load import check_questionnaire  # noqa: PLC0415
    from iop_screen.report.questionnaire_document import document_html, document_text  # noqa: PLC0415

    compiled, content = compiled_and_bytes(questions)
    check_report = check_questionnaire(content, datetime.now().astimezone().date())
    render = document_text if output_format == "text" else document_html
    with output_to(output, replace=force, made_from=[questions or default_questionnaire()]) as out:
        out.write(render(compiled, check_report).encode())


def guide(  # noqa: PLR0913 - one option each
    section: Annotated[
        str | None, typer.Argument(metavar="[SECTION]", help="Only this section: its name, or words of it.")
    ] = None,
    questions: Questions = None,
    output: Output = None,
    *,
    list_names: Annotated[bool, typer.Option("--list", help="Print the names of the sections.")] = False,
    to: Annotated[DocumentFormat, typer.Option("--to", help="How to write it.")] = "text",
    force: Force = False,
) -> None:
    """Say what the levels of care are, how they differ and how to choose; to read, or to read aloud.

    Example: iop-screen guide what-it-costs
    """
    from iop_screen.report.blocks import as_html, as_text  # noqa: PLC0415
    from iop_screen.report.guide import guide_document, guide_sections, section_list  # noqa: PLC0415

    if list_names and (section is not None or to == "html"):
        raise typer.BadParameter("--list goes neither with a section nor with --to html")
    compiled = compiled_at(questions)
    sections = guide_sections(compiled)
    wanted = sections if section is None else (_section_named(sections, section),)
    render = as_text if to == "text" else as_html
    text = section_list(sections) if list_names else render(guide_document(compiled, wanted))
    if output is None:
        page_result(text)
        return
    with output_to(output, replace=force, made_from=[questions or default_questionnaire()]) as out:
        out.write(text.encode())


def _section_named(sections: tuple[GuideSection, ...], typed: str) -> GuideSection:
    """The section that a typed name means; exit 2 with the names there are if it means none, or several."""
    from iop_screen.report.guide import section_list, sections_named  # noqa: PLC0415

    found = sections_named(sections, typed)
    if len(found) == 1:
        return found[0]
    what = "these sections have that in their names" if found else "the guide has no such section; it has these"
    print_message(f"{what}:\n{section_list(found or sections)}")
    raise CannotGoOn("say one of these names: iop-screen guide SECTION", Exit.USAGE)
