"""The program and its commands. A command takes options, makes one call, prints one result and ends with one exit code.

Results go to stdout, everything else to stderr. A module that is slow to import is imported inside of the command that
needs it, and the file of a command is imported once that command is named. This file imports little, so that the
version is told at once.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

from iop_screen import __version__
from iop_screen.console.signals import ignore_end_signals, raise_on_end_signals
from iop_screen.console.streams import discard_until_quiet, flush_streams, print_message, print_result
from iop_screen.core.exits import CannotGoOn, Exit, system_reason

PROGRAM_NAME = "iop-screen"
COMPLETION_VARIABLE = "_IOP_SCREEN_COMPLETE"
"""The environment variable in which a shell asks how a line may go on."""

COMMAND_FILES = {
    "interview": "interview",
    "inspect": "inspect",
    "score": "score",
    "check": "check",
    "show": "show",
    "schema": "check",
    "diff": "check",
    "guide": "show",
    "form": "form",
    "sql": "sql",
    "records": "records",
    "completion": "completion",
}
"""Each command, in the order of the help, and the file of this folder that it stands in."""


def main() -> NoReturn:
    """Run the program: no traceback ever reaches the user, and no answer ever reaches a message."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # no plugin sees an answer, and none is searched for
    gc.set_threshold(200_000)  # nearly every object made at the start is kept, so collecting garbage then finds nothing
    raise_on_end_signals()
    code = _run()
    flush_streams()
    if code >= Exit.OUR_FAULT:
        ignore_end_signals()  # a second one would leave the terminal without echo
        discard_until_quiet()
    sys.exit(code)


def version_text() -> str:
    """What `--version` says."""
    return f"{PROGRAM_NAME} {__version__}\n"


def _run() -> int:
    """The exit code of the command."""
    try:
        if COMPLETION_VARIABLE in os.environ:
            from iop_screen.cli.completion import prepare_completion  # noqa: PLC0415

            prepare_completion()
        elif sys.argv[1:] == ["--version"]:
            print_result(version_text())
            return Exit.DONE
        from iop_screen.cli.program import app  # noqa: PLC0415 - slow to import

        app(prog_name=PROGRAM_NAME, complete_var=COMPLETION_VARIABLE)
    except CannotGoOn as stop:
        return _print_failure(f"iop-screen: {stop}\n", stop.exit_code)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.DONE
    except Exception as fault:  # noqa: BLE001 - whatever it is, no traceback is shown
        if isinstance(fault, OSError) and _was_shown(fault):
            return _print_failure(f"iop-screen: cannot write the output: {system_reason(fault)}\n", Exit.FILE)
        return _print_failure(_internal_error(fault), Exit.OUR_FAULT)
    return Exit.DONE


def _was_shown(fault: OSError) -> bool:
    """Whether a fault is that of a stream on which typer shows help, or how a command is used."""
    from traceback import extract_tb  # noqa: PLC0415

    last = extract_tb(fault.__traceback__)[-1]
    return last.name == "echo" and "typer" in last.filename


def _print_failure(message: str, code: int) -> int:
    with suppress(CannotGoOn):
        print_message(message)
    return code


def _internal_error(fault: Exception) -> str:
    """One line with the class of the exception and its line in our code; never its text, which may hold an answer."""
    import secrets  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415
    from traceback import extract_tb  # noqa: PLC0415

    here = Path(__file__).parent.parent
    ours = [frame for frame in extract_tb(fault.__traceback__) if Path(frame.filename).is_relative_to(here)]
    line = f" at {Path(ours[-1].filename).relative_to(here)}:{ours[-1].lineno}" if ours else ""
    return (
        f"iop-screen: internal error {secrets.token_hex(4)} ({type(fault).__name__}{line}); please report this line\n"
    )
