"""The command that starts or resumes an interview."""

from __future__ import annotations

from typing import Annotated

import typer

from iop_screen.cli.options import (
    DataDir,
    Questions,
    Site,
    compiled_and_bytes,
    kept_references,
    settings_and_store,
)
from iop_screen.console.streams import print_message


def interview(  # noqa: PLR0913 - one option each
    ref: Annotated[
        str | None,
        typer.Argument(
            metavar="[REF]",
            help="With --resume: this record, by its reference or that of the site.",
            autocompletion=kept_references,
        ),
    ] = None,
    questions: Questions = None,
    data_dir: DataDir = None,
    site: Site = None,
    *,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a draft where it was left.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line: for screen readers and slow lines.")] = False,
    full_screen: Annotated[bool, typer.Option("--full-screen", help="On the full screen.")] = False,
    remember: Annotated[bool, typer.Option("--remember", help="Use that front end from now on.")] = False,
    practice: Annotated[
        bool, typer.Option("--practice", help="With a made-up caller; kept apart and never counted.")
    ] = False,
    no_save: Annotated[bool, typer.Option("--no-save", help="Keep nothing on disk at all.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Ask the questions one by one, and suggest a level of care with the reasons.

    Example: iop-screen interview --resume 7KQ2
    """
    from iop_screen.cli.draft_chooser import draft_in  # noqa: PLC0415
    from iop_screen.interview import run  # noqa: PLC0415
    from iop_screen.interview.front_end import Mode  # noqa: PLC0415
    from iop_screen.interview.start import InterviewSetup, ResumeRequest  # noqa: PLC0415
    from iop_screen.records.practice import outer_folder  # noqa: PLC0415
    from iop_screen.records.private_folders import make_private  # noqa: PLC0415
    from iop_screen.site.apply import with_site  # noqa: PLC0415

    if plain and full_screen:
        raise typer.BadParameter("say --plain or --full-screen, not both")
    mode = Mode.PLAIN if plain else Mode.FULL_SCREEN if full_screen else None
    if (ref is not None and not resume) or (no_save and (resume or remember)) or (remember and mode is None):
        raise typer.BadParameter(
            "REF goes with --resume, --remember with --plain or --full-screen, and --no-save with neither"
        )
    settings, store = settings_and_store(site, data_dir, must_exist=resume, practice=practice)
    folder = outer_folder(store, practice=practice)
    if remember and mode is not None:
        print_message(run.remember(folder, mode))
    resumed = ResumeRequest(draft_in(store, ref), own_questions=questions is None) if resume else None
    if practice and not no_save:
        make_private(folder)  # a refusal is said when the record is saved
    compiled, content = compiled_and_bytes(questions)
    setup = InterviewSetup(
        with_site(compiled, settings), content, None if no_save else store, mode, as_json, settings, practice
    )
    raise typer.Exit(run.run_interviews(setup, resumed))
