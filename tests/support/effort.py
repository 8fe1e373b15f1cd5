"""How much work something takes, by a measure that is the same on every machine, and how often a property is tried."""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any

DEEP = os.environ.get("IOP_SCREEN_TESTS") == "deep"
"""Whether this is a deep run: more examples, longer walks and all mutants, for as long as that takes."""

_quick = False


def be_quick() -> None:
    """From here on `examples` gives fewer: only the tests that are not slow are run."""
    global _quick  # noqa: PLW0603 - the run decides it once, before any test is collected
    _quick = True


def examples(usual: int) -> int:
    """How many examples a property is tried on: two thirds of so many, a quarter if quick, 2.5 times if deep."""
    return int(usual * (2.5 if DEEP else 1 / 4 if _quick else 2 / 3))


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python some work runs through. A clock would also measure what else the machine does."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def peak_bytes(work: Callable[[], object]) -> int:
    """The most memory that some work holds at a time."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
