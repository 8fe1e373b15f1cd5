"""The program and its commands. A command takes options, makes one call, prints one result and ends with one exit code.

Results go to stdout, everything else to stderr. A module that is slow to import is imported inside of the command that
needs it, and the file of a command is imported once that command is named.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from iop_screen import __version__
from iop_screen.console.signals import ignore_end_signals, raise_on_end_signals
from iop_screen.console.streams import discard_until_quiet, flush_streams, print_message, print_result
from iop_screen.core.exits import CannotGoOn, Exit

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
    "records": "records",
    "completion": "completion",
}
"""Each command, in the order of the help, and the file of this folder that it stands in."""


OWN_OPTIONS = frozenset({"--version", "--help"})
"""The options of the program itself; all others are those of a command."""


class _Program(TyperGroup):
    """The program, above its commands; each is made, and its file imported, when it is asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": dict.fromkeys(COMMAND_FILES)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer calls it so
        if cmd_name not in COMMAND_FILES:
            return None
        command = getattr(import_module(f"{__name__}.{COMMAND_FILES[cmd_name]}"), cmd_name)
        if isinstance(command, typer.Typer):
            return get_command(command)
        single = typer.Typer(rich_markup_mode=None, add_completion=False)
        single.command(cmd_name)(command)
        return get_command(single)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0].startswith("-") and args[0] not in OWN_OPTIONS and not ctx.resilient_parsing:
            self._refuse_misplaced(ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, *rest = args
        command = self.get_command(ctx, name)
        if not (ctx.resilient_parsing or _is_in_place(command, rest)):
            self._refuse_misplaced(ctx, args)
        return name, command, rest

    def _refuse_misplaced(self, ctx: Any, words: list[str]) -> NoReturn:
        """Exit 2 with what was meant by words that stand where no command has them."""
        from iop_screen.cli.misplaced import misplaced_text  # noqa: PLC0415 - slow to import

        commands = {name: self.get_command(ctx, name) for name in COMMAND_FILES}
        named = {
            " ".join(filter(None, [name, inner])): frozenset(option for part in each.params for option in part.opts)
            for name, command in commands.items()
            for inner, each in getattr(command, "commands", {"": command}).items()
        }
        raise CannotGoOn(misplaced_text(words, named), Exit.USAGE)


def _is_in_place(command: Any, rest: list[str]) -> bool:
    """Whether words can follow a command: one of a group that there is, no word if the command takes none."""
    if hasattr(command, "commands") and rest and rest[0] != "--help":
        command, rest = command.commands.get(rest[0]), rest[1:]
    takes_words = command is not None and any(part.param_type_name == "argument" for part in command.params)
    return command is not None and (takes_words or not rest or rest[0].startswith("-"))


app = typer.Typer(
    name=PROGRAM_NAME,
    cls=_Program,
    help="Which kind of care looks more suitable, IOP or residential: a level-of-care screening. Not a diagnosis.",
    epilog="Example: iop-screen interview",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # an answer must never reach a traceback
    rich_markup_mode=None,
    add_completion=False,
)


def _show_version(context: typer.Context, wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted and not context.resilient_parsing:  # which it is when a line is completed
        print_result(f"iop-screen {__version__}\n")
        raise typer.Exit


@app.callback()
def _program_options(
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
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # no plugin sees an answer, and none is searched for
    gc.set_threshold(50_000)  # nearly every object made at the start is kept, so collecting garbage then finds nothing
    raise_on_end_signals()
    code = _run()
    flush_streams()
    if code >= Exit.OUR_FAULT:
        ignore_end_signals()  # a second one would leave the terminal without echo
        discard_until_quiet()
    sys.exit(code)


def _run() -> int:
    """The exit code of the command."""
    try:
        if COMPLETION_VARIABLE in os.environ:
            from iop_screen.cli.completion import prepare_completion  # noqa: PLC0415

            prepare_completion()
        app(prog_name=PROGRAM_NAME, complete_var=COMPLETION_VARIABLE)
    except CannotGoOn as stop:
        return _print_failure(f"iop-screen: {stop}\n", stop.exit_code)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.DONE
    except Exception as fault:  # noqa: BLE001 - whatever it is, no traceback is shown
        return _print_failure(_internal_error(fault), Exit.OUR_FAULT)
    return Exit.DONE


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
