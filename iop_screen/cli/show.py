"""The commands that print the questionnaire: all of it, and the guide to the levels of care."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from iop_screen.cli.options import Force, Output, Questions, compiled_and_bytes, compiled_at, output_to
from iop_screen.console.streams import print_result
from iop_screen.core.files import default_questionnaire


def show(
    questions: Questions = None,
    output: Output = None,
    *,
    output_format: Annotated[Literal["text", "html"], typer.Option("--format", help="How to write it.")] = "text",
    force: Force = False,
) -> None:
    """Print the whole questionnaire as a document that a clinician can read and sign."""
    from datetime import datetime  # noqa: PLC0415

    from iop_screen.checking.load import check_questionnaire  # noqa: PLC0415
    from iop_screen.report.questionnaire_document import document_html, document_text  # noqa: PLC0415

    compiled, content = compiled_and_bytes(questions)
    check_report = check_questionnaire(content, datetime.now().astimezone().date())
    render = document_text if output_format == "text" else document_html
    with output_to(output, replace=force, made_from=[questions or default_questionnaire()]) as out:
        out.write(render(compiled, check_report).encode())


def guide(questions: Questions = None) -> None:
    """Say what the levels of care are, how they differ and how to choose; to read, or to read aloud."""
    from iop_screen.report.result_text import guide_page  # noqa: PLC0415

    print_result(guide_page(compiled_at(questions)))
