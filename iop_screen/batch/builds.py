"""Which of the two builds a run takes, and with how many threads."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from iop_screen.batch.lots.build import Build, PlainBuild

FAST_BYTES = 16 * 1024 * 1024
"""From files of this size on, machine code saves more time than it takes to load."""

FAST_BYTES_EACH_TIME = 512 * 1024 * 1024
"""The same where the code cannot be kept, so that each run has to make it, which takes about ten seconds."""

MOST_THREADS = 4
"""One thread reads, and it keeps no more than so many busy in all."""


@dataclass(frozen=True, slots=True)
class ChosenBuild:
    """A build, with how many threads to use, and why this one in the words of a message."""

    build: Build
    threads: int
    why: str


def chosen_build(
    size: int | None,
    *,
    fast: bool | None = None,
    threads: int | None = None,
    making_code: Callable[[], None] = lambda: None,
) -> ChosenBuild | None:
    """The build for an input of so many bytes, None if that is not known; `fast` and `threads` are what was asked for.

    `making_code` is called before machine code is made, which takes some seconds. None if machine code was asked for
    and cannot be had here.
    """
    if fast is False:
        return ChosenBuild(PlainBuild(), threads or 1, "as was asked for")
    if fast is None and (size is None or size < FAST_BYTES):
        why = "the size of the input is not known" if size is None else "machine code would gain nothing"
        return ChosenBuild(PlainBuild(), threads or 1, why)
    least = _least_size()
    if least is None:
        why = "for large inputs, the extra `fast` is quicker and is not installed"
        return None if fast else ChosenBuild(PlainBuild(), threads or 1, why)
    if fast is None and size is not None and size < least:
        return ChosenBuild(
            PlainBuild(), threads or 1, "machine code cannot be kept here, and to make it would take longer"
        )
    build = _fast_build(making_code)
    why = "as was asked for" if fast else "the input is large"
    return ChosenBuild(build, threads or min(os.cpu_count() or 1, MOST_THREADS), why)


def _least_size() -> int | None:
    """From how many bytes on machine code pays; None if numba is not there, or not for this machine."""
    if sys.byteorder != "little":
        return None
    try:
        from iop_screen.batch.fast import code_is_kept  # noqa: PLC0415

        return FAST_BYTES if code_is_kept() else FAST_BYTES_EACH_TIME
    except ImportError:
        return None


def _fast_build(making_code: Callable[[], None]) -> Build:
    """The build with machine code."""
    from iop_screen.batch.fast import code_is_there  # noqa: PLC0415

    if not code_is_there():
        making_code()
    from iop_screen.batch.fast.build import FastBuild  # noqa: PLC0415

    return FastBuild()
