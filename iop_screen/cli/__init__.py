"""The commands. Each is a sentence: options in, one call, one renderer, one exit code.

Results go to stdout, everything else to stderr. What is slow to import, the command that needs it imports itself; and
the file of a command is imported once that command is named.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from iop_screen import __version__
from iop_screen.console.signals import raise_on_end_signals
from iop_screen.console.streams import flush_streams, forget_typed_ahead, print_message
from iop_screen.core.problems import CannotGoOn, Exit

FILES = {
    "interview": "interview",
    "score": "score",
    "check": "check",
    "show": "show",
    "schema": "check",
    "diff": "check",
    "guide": "show",
    "records": "records",
}
"""Each command, in the order of the help, and the file here that it stands in."""


class _Commands(Mapping[str, Any]):
    """The commands by name; each is made, and its file imported, when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        found = getattr(import_module(f"{__name__}.{FILES[name]}"), name)
        return get_command(found if isinstance(found, typer.Typer) else _alone(name, found))

    def __iter__(self) -> Iterator[str]:
        return iter(FILES)

    def __len__(self) -> int:
        return len(FILES)


def _alone(name: str, function: Any) -> typer.Typer:
    """A command that has no others beside it, as typer wants it."""
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    alone.command(name)(function)
    return alone


class _Root(TyperGroup):
    """The program itself, above its commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": _Commands()})


app = typer.Typer(
    name="iop-screen",
    cls=_Root,
    help="Which kind of care looks more suitable, IOP or residential: a level-of-care screening. Not a diagnosis.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # an answer must never reach a traceback
    rich_markup_mode=None,
    add_completion=False,
)


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


def main() -> NoReturn:
    """Run the program: no traceback ever reaches the user, and no answer ever reaches a message."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # nobody else looks on, nor is anybody looked for
    gc.set_threshold(50_000)  # nearly all that is made at the start stays, so looking for garbage finds none
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
    import secrets  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415
    from traceback import extract_tb  # noqa: PLC0415

    here = Path(__file__).parent.parent
    ours = [frame for frame in extract_tb(fault.__traceback__) if Path(frame.filename).is_relative_to(here)]
    index = f" at {Path(ours[-1].filename).relative_to(here)}:{ours[-1].lineno}" if ours else ""
    kind = type(fault).__name__
    return f"iop-screen: internal error {secrets.token_hex(4)} ({kind}{index}); please report this line\n"
