"""The signals that end the program. After the first one, more are ignored; while a record is saved, they wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from iop_screen.core.exits import Stopped

END_SIGNALS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM", "SIGINT") if hasattr(signal, name))
"""Sent when a window is closed or a connection lost, by `kill`, and by Ctrl-C."""


def raise_on_end_signals() -> None:
    """Let these signals raise `Stopped`, and Ctrl-C KeyboardInterrupt. One that is ignored stays ignored."""
    for number, handler in current_handlers(END_SIGNALS).items():
        if handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _raise_end)


def _raise_end(number: int, _frame: FrameType | None) -> NoReturn:
    ignore_end_signals()
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Stopped(number)


def ignore_end_signals() -> None:
    """Ignore these signals from now on: closing a window sends two, and the second must not interrupt the last save."""
    for number in current_handlers(END_SIGNALS):
        signal.signal(number, signal.SIG_IGN)


def current_handlers(numbers: Iterable[int]) -> dict[int, Any]:
    """The handler of each of these signals; empty outside of the main thread, where none can be set."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.getsignal(number) for number in numbers}


def restore_handlers(before: Mapping[int, Any]) -> None:
    """Set the handlers again that `current_handlers` gave."""
    for number, handler in before.items():
        signal.signal(number, handler or signal.SIG_DFL)


@contextmanager
def signals_deferred() -> Iterator[None]:
    """Hold these signals back while the block runs; the first that came is raised after it."""
    before, received = current_handlers(END_SIGNALS), list[int]()
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, lambda came, _frame: received.append(came))
    try:
        yield
    finally:
        restore_handlers(before)
        if received:
            signal.raise_signal(received[0])
