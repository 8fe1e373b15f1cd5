"""The streams of a command. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, TextIO

import typer

from iop_screen.core.exits import CannotGoOn, Exit, system_reason


def print_result(text: str) -> None:
    """Print a result on stdout. Raises CannotGoOn if that cannot be written to."""
    with result_stream() as out:
        out.write(text.encode(sys.stdout.encoding, "replace"))


def page_result(text: str) -> None:
    """Print a result as `print_result` does; on a terminal that is too low for it, through the pager of the user.

    The pager is what PAGER names, else less or more. The text has to be safe to show.
    """
    if not all(end and end.isatty() for end in (sys.stdin, sys.stdout)) or text.count("\n") < _rows():
        print_result(text)
        return
    import pydoc  # noqa: PLC0415 - slow to import

    os.environ.pop("MANPAGER", None)  # pydoc would prefer it
    pydoc.pager(text)


def _rows() -> int:
    """How many lines the terminal of stdout shows."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).lines
    except OSError:  # it has gone away
        return 0


def print_message(text: str) -> None:
    """Print a message on stderr. Raises CannotGoOn if that cannot be written to."""
    try:
        typer.echo(text, err=True, nl=False)
    except OSError as error:
        _discard_buffer(sys.stderr)
        raise CannotGoOn(f"cannot write to standard error: {system_reason(error)}", Exit.FILE) from None


@contextmanager
def result_stream() -> Iterator[BinaryIO]:
    """Standard output for the bytes of a result. Raises CannotGoOn if it is closed or cannot be written to."""
    if sys.stdout is None:  # it was closed before the program started
        raise CannotGoOn("cannot write the output: standard output is closed", Exit.FILE)
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as error:
        _discard_buffer(sys.stdout)
        reason = (
            "the output was closed before it was complete"
            if isinstance(error, BrokenPipeError)
            else f"cannot write the output: {system_reason(error)}"
        )
        raise CannotGoOn(reason, Exit.FILE) from None


def discard_unread_input() -> bool:
    """Discard what was typed on the terminal and not read yet; True if there was anything."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        waiting = msvcrt.kbhit()
    else:
        waiting = bool(select.select([sys.stdin], [], [], 0)[0])
    if waiting:
        discard_input()
    return waiting


def discard_input(seconds: float = 0.0) -> None:
    """Discard what was typed on the terminal and not read yet, and what is typed within the next seconds.

    It may be answers, and the shell would run them as commands and keep them in its history.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        time.sleep(seconds)
        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios  # noqa: PLC0415 - there is none on Windows
        import tty  # noqa: PLC0415

        with suppress(termios.error, OSError):  # the terminal may have gone away
            terminal = sys.stdin.fileno()
            if _in_background(terminal):
                return  # the input is for another process, and changing the terminal from here would stop this one
            before = termios.tcgetattr(terminal)
            try:
                tty.setraw(terminal, termios.TCSANOW)  # so that nothing is echoed
                time.sleep(seconds)
            finally:
                termios.tcsetattr(terminal, termios.TCSAFLUSH, before)  # restores it and discards the input


def _in_background(terminal: int) -> bool:
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:  # it is not the controlling terminal
        return False


def flush_streams() -> None:
    """Flush stdout and stderr. If they cannot be written to any more, the exit code stays as it was."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            _discard_buffer(stream)


def _discard_buffer(stream: TextIO) -> None:
    """Send what is left in the buffer to the null device: at exit, Python would flush it again and exit with 120."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
