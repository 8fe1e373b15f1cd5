"""The commands that print the questionnaire: all of it, and the guide to the levels of care."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from iop_screen.cli.options import Force, Output, Questions, compiled_and_bytes, compiled_at, output_to, questions_path
from iop_screen.console.streams import print_result


class Document(StrEnum):
    """How the questionnaire is written out."""

    TEXT = "text"
    HTML = "html"


def show(
    questions: Questions = None,
    output: Output = None,
    *,
    output_format: Annotated[Document, typer.Option("--format", help="How to write it.")] = Document.TEXT,
    force: Force = False,
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


def guide(questions: Questions = None) -> None:
    """Say what the levels of care are, how they differ and how to choose; to read, or to read aloud."""
    from iop_screen.report.result_text import guide_page  # noqa: PLC0415

    print_result(guide_page(compiled_at(questions)))
