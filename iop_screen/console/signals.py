"""The signals that end a program: the first one counts, and none breaks into a save."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from iop_screen.core.problems import Stopped

END_SIGNALS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM", "SIGINT") if hasattr(signal, name))
"""A closed window or a dropped line, a kill, and Ctrl-C."""


def raise_on_end_signals() -> None:
    """From now on such a signal raises `Stopped`, and Ctrl-C KeyboardInterrupt. One that is ignored stays so."""
    for number, handler in current_handlers(END_SIGNALS).items():
        if handler is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    ignore_end_signals()
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Stopped(number)


def ignore_end_signals() -> None:
    """Nothing breaks into the goodbye: a signal may come twice, as it does if a window is closed."""
    for number in current_handlers(END_SIGNALS):
        signal.signal(number, signal.SIG_IGN)


def current_handlers(numbers: Iterable[int]) -> dict[int, Any]:
    """Who is told of these signals. Only the main thread can say, and change it; elsewhere there is nobody."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.getsignal(number) for number in numbers}


def restore_handlers(before: Mapping[int, Any]) -> None:
    """Tell those of the signals again who were told before."""
    for number, handler in before.items():
        signal.signal(number, handler or signal.SIG_DFL)


@contextmanager
def signals_deferred() -> Iterator[None]:
    """An ending signal that comes meanwhile is heard afterwards."""
    before, heard = current_handlers(END_SIGNALS), list[int]()
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, lambda came, _frame: heard.append(came))
    try:
        yield
    finally:
        restore_handlers(before)
        if heard:
            signal.raise_signal(heard[0])
