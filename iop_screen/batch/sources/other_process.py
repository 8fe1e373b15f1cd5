"""What a script of ours reads of a file in another process, as a library that reads it may end the process it is in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from iop_screen.core.exits import CannotGoOn, Exit, system_reason

MAX_LINE_BYTES = 64 * 1024 * 1024


class Ended(Exception):
    """The other process ended before its time."""


@contextmanager
def output_of(script: Path, arguments: Sequence[str], stream: BinaryIO) -> Iterator[Iterator[object]]:
    """The lines of JSON that a script writes, with a file as its standard input; it is ended with the block.

    The script gets the file, and not its name. Raises CannotGoOn if it cannot be started. Reading the lines raises
    Ended where there is no whole line; so a script says in its last line that it is one.
    """
    content = None if _is_file(stream) else _all_of(stream)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own script, and arguments of ours
            [sys.executable, "-P", str(script), *arguments],
            stdin=stream if content is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        message = f"a second process, which reads the file, cannot be started: {system_reason(error)}"
        raise CannotGoOn(message, Exit.FILE) from None
    try:
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(content or b"")
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield _values(process.stdout)
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


def _values(output: IO[bytes]) -> Iterator[object]:
    while True:
        line = output.readline(MAX_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise Ended
        yield json.loads(line)


def _is_file(stream: BinaryIO) -> bool:
    try:
        return stream.fileno() >= 0
    except OSError:
        return False


def _all_of(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()
