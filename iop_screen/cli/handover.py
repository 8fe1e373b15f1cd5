"""The command that writes the handover of a saved interview."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from iop_screen.cli.options import (
    DataDir,
    Force,
    Output,
    Practice,
    Ref,
    Revision,
    SameQuestions,
    Site,
    compiled_for_record,
    output_to,
    record_in,
    settings_and_store,
)
from iop_screen.core.exits import CannotGoOn, Exit

HandoverFormat = Literal["text", "html"]
SUFFIXES: dict[str, HandoverFormat] = {".html": "html", ".txt": "text"}


def handover(  # noqa: PLR0913 - one option each
    ref: Ref,
    to: Annotated[HandoverFormat | None, typer.Option("--to", help="How to write it, if -o does not say.")] = None,
    output: Output = None,
    revision: Revision = None,
    data_dir: DataDir = None,
    *,
    site: Site = None,
    questions: SameQuestions = None,
    practice: Practice = False,
    force: Force = False,
) -> None:
    """Write one page for whoever takes over the call, with who calls, danger, reasons and a picture of the answers.

    Example: iop-screen records handover 7KQ2 -o 7KQ2.html
    """
    from iop_screen.records.practice import outer_folder  # noqa: PLC0415
    from iop_screen.report.handover import handover_html, handover_text  # noqa: PLC0415
    from iop_screen.site.apply import with_site  # noqa: PLC0415

    form = _form(to, output)
    settings, store = settings_and_store(site, data_dir, must_exist=True, practice=practice)
    record = record_in(store, ref, revision)
    compiled = with_site(compiled_for_record(record, store, questions), settings)
    write = handover_html if form == "html" else handover_text
    text = write(record, store.load_call(record.head.ref), compiled)
    folder = outer_folder(store, practice=practice)
    with output_to(output, replace=force, made_from=[questions, site], data_dir=folder) as out:
        out.write(text.encode())


def _form(to: HandoverFormat | None, output: Path | None) -> HandoverFormat:
    """What was asked for, else what the name of the file says, else text; exit 2 if the two differ."""
    named = None if output is None else SUFFIXES.get(output.suffix.lower())
    if to and named and to != named:
        raise CannotGoOn(
            f"a file whose name ends in {output.suffix.lower() if output else ''} cannot be {to}; "
            "name another, or another --to",
            Exit.USAGE,
        )
    if to is None and named is None and output is not None:
        raise CannotGoOn(f"say what to write: --to text or html, or a name with {' or '.join(SUFFIXES)}", Exit.USAGE)
    return to or named or "text"
