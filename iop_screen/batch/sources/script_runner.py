"""Runs a script that reads the file on standard input, and writes what it gives as lines of JSON on standard output.

It is a program of its own, since the library that such a script uses can end the process it is in. Neither it nor a
script imports anything of this package. Its arguments: the path of the script, how many MB it may use beside those that
it has when it starts, how many seconds of the processor, and what is said to the script.

A script has a function `values`. It is given the file and what is said to it, and gives what is written, one by one. If
it fails, the last line is an object whose `error` is the name of what went wrong.
"""

from __future__ import annotations

import io
import json
import os
import runpy
import sys
from contextlib import suppress
from typing import Any


class Placed(io.RawIOBase):
    """A file that another process has open too, read without moving its place in it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0
        self._size = os.fstat(descriptor).st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def main() -> None:
    """Run the script, and write."""
    script, megabytes, seconds, *said = sys.argv[1:]
    limit(int(megabytes), int(seconds))
    write = sys.stdout.buffer.write
    try:
        for value in runpy.run_path(script)["values"](file(), *said):
            write(json.dumps(value, separators=(",", ":"), allow_nan=False).encode() + b"\n")
    except BrokenPipeError:
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - a fault of a library may be no Exception; nothing is said of a cell
        write(json.dumps({"error": type(error).__name__}).encode() + b"\n")
    sys.stdout.buffer.flush()


def limit(megabytes: int, seconds: int) -> None:
    """Let the system end this process if it takes more than it may, where there is such a thing."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    for what, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, mapped() + megabytes * 1024 * 1024),
    ):
        hard = resource.getrlimit(what)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):  # macOS has no such bound on memory
            resource.setrlimit(what, (most, most))


def mapped() -> int:
    """How many bytes are mapped already; on some systems, the texts of all languages are."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:  # noqa: PTH123 - pathlib is not needed else
            return int(stream.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 512 * 1024 * 1024


def file() -> io.BytesIO | io.BufferedReader:
    """The file on standard input, or all that comes through a pipe."""
    descriptor = sys.stdin.fileno()
    if hasattr(os, "pread") and sys.stdin.seekable():
        return io.BufferedReader(Placed(descriptor))
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        if stream.seekable():  # on Windows, its place is where the other process left it
            stream.seek(0)
        return io.BytesIO(stream.read())


if __name__ == "__main__":
    main()
