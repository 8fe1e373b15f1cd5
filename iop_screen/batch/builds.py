"""Which of the two builds a run takes, and with how many threads."""

from __future__ import annotations

import os
from dataclasses import dataclass

from iop_screen.batch.lots.build import Build, PlainBuild

FAST_BYTES = 16 * 1024 * 1024
"""From files of this size on, machine code saves more time than it takes to load."""

MOST_THREADS = 4
"""One thread reads, and it keeps no more than so many busy in all."""


@dataclass(frozen=True, slots=True)
class ChosenBuild:
    """A build, with how many threads to use, and why this one in the words of a message."""

    build: Build
    threads: int
    why: str


def chosen_build(size: int | None, *, fast: bool | None = None, threads: int | None = None) -> ChosenBuild | None:
    """The build for an input of so many bytes, None if that is not known; `fast` and `threads` are what was asked for.

    None if machine code was asked for and cannot be had here.
    """
    if fast is False:
        return ChosenBuild(PlainBuild(), threads or 1, "as was asked for")
    if fast is None and (size is None or size < FAST_BYTES):
        why = "the size of the input is not known" if size is None else "the input is small"
        return ChosenBuild(PlainBuild(), threads or 1, why)
    build = _fast_build()
    if build is not None:
        return ChosenBuild(build, threads or min(os.cpu_count() or 1, MOST_THREADS), "the input is large")
    if fast:
        return None
    return ChosenBuild(PlainBuild(), threads or 1, "for large inputs, the extra `fast` is quicker and is not installed")


def _fast_build() -> Build | None:
    """The build with machine code; None if numba is not there, or not for this machine."""
    try:
        from iop_screen.batch.fast.build import FastBuild  # noqa: PLC0415
    except ImportError:
        return None
    return FastBuild()
