"""The command that writes the questionnaire as a blank form for another system."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from iop_screen.cli.options import Force, Output, Questions, compiled_and_bytes, output_to
from iop_screen.console.streams import is_terminal, print_message
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import default_questionnaire

if TYPE_CHECKING:
    from iop_screen.core.problems import Problem

FormSystem = Literal["csv", "redcap", "xlsform", "fhir", "html"]
"""The systems that a form can be for; `WRITERS` has what writes it."""

NO_TEXT = frozenset[str]({"xlsform"})
"""Forms that are no text, so that a terminal cannot show them."""


def form(
    to: Annotated[FormSystem, typer.Option("--to", help="The system that the form is for.")],
    questions: Questions = None,
    output: Output = None,
    *,
    force: Force = False,
) -> None:
    """Write the questionnaire as a blank form for another system; what comes back is scored without a mapping.

    Example: iop-screen form --to redcap -o dictionary.csv
    """
    from iop_screen.report.blank_forms.form import blank_form  # noqa: PLC0415
    from iop_screen.report.blank_forms.writers import WRITERS  # noqa: PLC0415

    if to in NO_TEXT and output is None and is_terminal(sys.stdout):
        raise typer.BadParameter(f"--to {to} needs -o FILE")
    compiled, content = compiled_and_bytes(questions)
    path = questions or default_questionnaire()
    written = WRITERS[to](blank_form(compiled))
    if not isinstance(written, bytes):
        raise _not_written(written, to, path, content)
    with output_to(output, replace=force, made_from=[path]) as out:
        out.write(written)


def _not_written(problems: tuple[Problem, ...], to: FormSystem, path: Path, content: bytes) -> CannotGoOn:
    """The error that a system cannot have this questionnaire; all problems are printed first."""
    from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415
    from iop_screen.report.wording import plural  # noqa: PLC0415

    in_order = sorted(dict.fromkeys(problems), key=lambda problem: (problem.span, problem.code))
    print_message(diagnostics(in_order, str(path), content))
    found = plural(len(in_order), "problem")
    return CannotGoOn(f"{found}: --to {to} cannot say this questionnaire; no form was written", Exit.PROBLEMS_FOUND)
