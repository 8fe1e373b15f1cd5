"""Completion of commands, options and references by the shell.

The script that `completion` prints makes the shell run the program, with the line so far in environment variables; the
program prints what may follow. Nothing is read for that but the names in the folder of records. `--install-completion`
of typer is not offered: it guesses the shell and changes the start-up file of the user.
"""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from typer._click.shell_completion import CompletionItem, add_completion_class
from typer._completion_classes import FishComplete, ZshComplete, completion_init
from typer._completion_shared import get_completion_script

from iop_screen.cli import COMPLETION_VARIABLE, PROGRAM_NAME
from iop_screen.console.streams import print_result


class _Zsh(ZshComplete):
    """What zsh is told. The class of typer imports rich to clean the help, which takes as long as all else."""

    def format_completion(self, item: CompletionItem) -> str:
        name = super().format_completion(CompletionItem(item.value))
        return f"{name}:{super().format_completion(CompletionItem(item.help))}" if item.help else name


class _Fish(FishComplete):
    """What fish is told; as for zsh."""

    def format_completion(self, item: CompletionItem) -> str:
        return "\t".join(" ".join(text.split()) for text in (item.value, item.help) if text)


def prepare_completion() -> None:
    """Let the program answer a shell that asks how its line may go on."""
    completion_init()
    add_completion_class(_Zsh, "zsh")
    add_completion_class(_Fish, "fish")


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print the script with which a shell completes commands, options and references.

    Example: iop-screen completion bash >> ~/.bashrc
    """
    script = get_completion_script(prog_name=PROGRAM_NAME, complete_var=COMPLETION_VARIABLE, shell=shell)
    print_result(f"{script}\n")
