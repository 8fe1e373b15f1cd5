"""The streams of a command. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, BinaryIO, TextIO

from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

QUIET_SECONDS = 0.3
"""So long nothing must be typed until whoever types counts as having seen that the program ended."""
MOST_SECONDS = 5.0
"""So long the end of the program waits at most for somebody who types on."""


def print_result(text: str) -> None:
    """Print a result on stdout, safe to show if that is a terminal. Raises CannotGoOn if it cannot be written to."""
    with result_stream() as out:
        out.write(text.encode() if is_terminal(sys.stdout) else text.encode(sys.stdout.encoding, "replace"))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is a terminal; it is None if it was closed before the program started."""
    return stream is not None and stream.isatty()


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
    import typer  # noqa: PLC0415 - slow to import

    try:
        typer.echo(text, err=True, nl=False)
    except OSError as error:
        _discard_buffer(sys.stderr)
        raise CannotGoOn(f"cannot write to standard error: {system_reason(error)}", Exit.FILE) from None


def message_width(most: int) -> int:
    """How many columns a message may take: as many as the terminal of stderr has, but not more than `most`."""
    if not is_terminal(sys.stderr):
        return most
    try:
        return min(most, os.get_terminal_size(sys.stderr.fileno()).columns or most)
    except OSError:  # it has gone away
        return most


@contextmanager
def result_stream() -> Iterator[BinaryIO]:
    """Standard output for the bytes of a result. Raises CannotGoOn if it is closed or cannot be written to.

    For a terminal the bytes are UTF-8, and are shown as `sanitize` makes them safe; to a file or a pipe they go as they
    are.
    """
    if sys.stdout is None:  # it was closed before the program started
        raise CannotGoOn("cannot write the output: standard output is closed", Exit.FILE)
    try:
        if is_terminal(sys.stdout):
            yield from _shown_safely(sys.stdout)
        else:
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


def _shown_safely(terminal: TextIO) -> Iterator[BinaryIO]:
    """A stream of UTF-8 whose text is shown on a terminal without a control character but for line ends."""
    shown = io.BufferedWriter(_SafeText(terminal))
    try:
        yield shown
    finally:
        shown.flush()


class _SafeText(io.RawIOBase):
    """Takes UTF-8, in pieces of any length, and writes its lines as `sanitize` makes them."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, content: ReadableBuffer, /) -> int:
        piece = bytes(content)
        text = "\n".join(map(sanitize, self._decoder.decode(piece).split("\n")))
        self._terminal.buffer.write(text.encode(self._terminal.encoding, "replace"))
        return len(piece)


def discard_unread_input() -> bool:
    """Discard what was typed on the terminal and not read yet; True if there was anything."""
    if not is_terminal(sys.stdin):
        return False
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        waiting = msvcrt.kbhit()
    else:
        waiting = bool(select.select([sys.stdin], [], [], 0)[0])
    if waiting:
        discard_input()
    return waiting


def discard_input() -> None:
    """Discard what was typed on the terminal and not read yet."""
    _discard_until(time.monotonic())


def discard_until_quiet() -> None:
    """Discard what was typed on the terminal and not read yet, and what is typed on, until nobody types any more.

    For the end of the program by Ctrl-C, a signal or a fault: it may be answers, and the shell would run them as
    commands and keep them in its history. Nothing of it is shown meanwhile.
    """
    _discard_until(_waiting_ends())


@cache
def _waiting_ends() -> float:
    """When the end of the program waits no longer for somebody who types on: some seconds after it began to wait."""
    return time.monotonic() + MOST_SECONDS


def _discard_until(end: float) -> None:
    """Discard what is typed until nothing came for a while, or until that time; what waits is discarded in any case."""
    if not is_terminal(sys.stdin):
        return
    if sys.platform == "win32":
        _discard_each(end)
    else:
        import termios  # noqa: PLC0415 - there is none on Windows

        with suppress(termios.error, OSError):  # the terminal may have gone away
            if not _in_background(sys.stdin.fileno()):  # then the input is for another process
                with _unechoed(sys.stdin.fileno()):
                    _discard_each(end)


def _discard_each(end: float) -> None:
    while _discard_next(min(QUIET_SECONDS, max(0.0, end - time.monotonic()))) and time.monotonic() < end:
        pass


def _discard_next(seconds: float) -> bool:
    """Discard what is typed next within the next seconds; False if nothing is, or if nothing can come any more."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        end = time.monotonic() + seconds
        while not msvcrt.kbhit():
            if time.monotonic() >= end:
                return False
            time.sleep(0.01)
        return bool(msvcrt.getwch())
    terminal = sys.stdin.fileno()
    came = bool(select.select([terminal], [], [], seconds)[0])
    return came and not _in_background(terminal) and bool(os.read(terminal, 65_536))


@contextmanager
def _unechoed(terminal: int) -> Iterator[None]:
    """While the block runs, the terminal shows nothing of what is typed, and Ctrl-C is a key like any other.

    Afterwards it is as it was, and what was not read is discarded. From the background it is left as it is: to change
    it from there would stop this process.
    """
    import termios  # noqa: PLC0415 - there is none on Windows
    import tty  # noqa: PLC0415

    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal, termios.TCSANOW)
        yield
    finally:
        if not _in_background(terminal):
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


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
