"""The program above its commands: its own options, and where a command is found."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from iop_screen.cli import COMMAND_FILES, PROGRAM_NAME, version_text
from iop_screen.console.streams import print_result
from iop_screen.core.exits import CannotGoOn, Exit

OWN_OPTIONS = frozenset({"--version", "--help"})
"""The options of the program itself; all others are those of a command."""


class _Program(TyperGroup):
    """The program, above its commands; each is made, and its file imported, when it is asked for."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": dict.fromkeys(COMMAND_FILES)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer calls it so
        if cmd_name not in COMMAND_FILES:
            return None
        command = getattr(import_module(f"{__package__}.{COMMAND_FILES[cmd_name]}"), cmd_name)
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
        print_result(version_text())
        raise typer.Exit


@app.callback()
def _program_options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    pass
