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

from iop_screen.core.problems import CannotGoOn, Exit, system_reason


def print_result(text: str) -> None:
    """Print a result."""
    with result_stream() as out:
        out.write(text.encode(sys.stdout.encoding, "replace"))


def print_message(text: str) -> None:
    """Tell the user something that is no result. Where nobody listens, there is no point in going on."""
    try:
        typer.echo(text, err=True, nl=False)
    except OSError as error:
        _drop(sys.stderr)
        raise CannotGoOn(f"cannot write to standard error: {system_reason(error)}", Exit.FILE) from None


@contextmanager
def result_stream() -> Iterator[BinaryIO]:
    if sys.stdout is None:  # it was closed before the program started
        raise CannotGoOn("cannot write the output: standard output is closed", Exit.FILE)
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _drop(sys.stdout)
        raise CannotGoOn("the output was closed before it was complete", Exit.FILE) from None
    except OSError as error:
        _drop(sys.stdout)
        raise CannotGoOn(f"cannot write the output: {system_reason(error)}", Exit.FILE) from None


def drop_typed_ahead() -> bool:
    """Drop the lines that were typed on a terminal and not read yet, and say whether there were any."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        waiting = msvcrt.kbhit()
    else:
        waiting = bool(select.select([sys.stdin], [], [], 0)[0])
    if waiting:
        forget_typed_ahead()
    return waiting


def forget_typed_ahead(seconds: float = 0.0) -> None:
    """What was typed on a terminal and not read yet goes nowhere: answers are nothing for the shell to run or keep.

    Nor does what comes within so many seconds, for fingers do not stop at once.
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

        with suppress(termios.error, OSError):  # the terminal may have gone away
            _forget(sys.stdin.fileno(), seconds)


def _forget(terminal: int, seconds: float) -> None:
    """Nothing is echoed meanwhile, and what has come is dropped in one go with the terminal put back as it was."""
    import termios  # noqa: PLC0415
    import tty  # noqa: PLC0415

    if _in_background(terminal):
        return  # what is typed there is for somebody else, and whoever touches it from here is stopped
    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal, termios.TCSANOW)
        time.sleep(seconds)
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def _in_background(terminal: int) -> bool:
    try:
        return os.tcgetpgrp(terminal) != os.getpgrp()
    except OSError:  # it is not the one that jobs are controlled from
        return False


def flush_streams() -> None:
    """Empty what is left in the buffers; where nobody takes it any more, the exit code stays what it was."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            _drop(stream)


def _drop(stream: TextIO) -> None:
    """Let what is left in the buffer go nowhere; the interpreter would try it again at its end, and exit with 120."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
