"""What a script of ours reads of a file in another process, as a library that reads it may end the process it is in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from iop_screen.core.exits import CannotGoOn, Exit, system_reason

RUNNER = Path(__file__).with_name("script_runner.py")
MAX_LINE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many megabytes a script may use beside what every one needs, and how many seconds of the processor."""

    megabytes: int
    seconds: int


class Ended(Exception):
    """The other process ended before its time."""


@contextmanager
def values_of(script: Path, said: Sequence[str], stream: BinaryIO, bounds: Bounds) -> Iterator[Iterator[object]]:
    """What a script gives of a file, as `script_runner.py` says; its process is ended with the block.

    The script gets the file, and not its name. Raises CannotGoOn if it cannot be started. Reading the values raises
    Ended where its process has ended; so a script says with its last value that it is the last one.
    """
    content = None if _is_file(stream) else _all_of(stream)
    try:
        process = subprocess.Popen(  # noqa: S603 - our own script, and arguments of ours
            [sys.executable, "-P", *map(str, (RUNNER, script, bounds.megabytes, bounds.seconds)), *said],
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
