"""From options to an interview: which front end leads it, what it draws on, and what is said at its end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from iop_screen.interview import lines, views
from iop_screen.interview.keeping import Save
from iop_screen.interview.modes import Mode, Terminal, choose
from iop_screen.interview.session import Session


@dataclass(frozen=True, slots=True)
class Desk:
    """What an interview works with: how to say something, where a result in words goes, what saves a record."""

    say: Callable[[str], None]
    show_result: Callable[[str], None]
    save: Save
    asked_for: Mode | None
    preferred: Mode | None


def lead(session: Session, desk: Desk) -> Session:
    """Lead an interview on a full screen, or line by line where that is wanted or all that the terminal can do."""
    chosen = choose(desk.asked_for, os.environ, desk.preferred, _terminal())
    if chosen.mode is Mode.FULL_SCREEN:
        led = _on_full_screen(session, desk)
        if led is not None:
            return led
        desk.say("This console cannot show the full screen, so the questions come line by line.\n")
    return lines.run(session, lines.LineDesk(_typed_line, desk.say, desk.show_result, desk.save, now))


def now() -> datetime:
    """The moment, in UTC; front ends show it as the time of day where they are."""
    return datetime.now(UTC)


def _on_full_screen(session: Session, desk: Desk) -> Session | None:
    """The session at its end; None if the console refuses a full screen."""
    from prompt_toolkit.input import create_input  # noqa: PLC0415 - only this front end needs it
    from prompt_toolkit.output import create_output  # noqa: PLC0415

    from iop_screen.interview import screen  # noqa: PLC0415

    try:
        output = create_output(always_prefer_tty=True)
    except Exception as refusal:
        if type(refusal).__name__ == "NoConsoleScreenBufferError":  # its module can be imported on Windows only
            return None
        raise
    return screen.run(session, screen.ScreenDesk(create_input(), output, desk.save, now))


def _terminal() -> Terminal:
    """What there is to draw on; standard error will do if standard output goes to a file."""
    shown = [stream for stream in (sys.stdout, sys.stderr) if stream is not None and stream.isatty()]
    if not (sys.stdin is not None and sys.stdin.isatty() and shown):
        return Terminal(interactive=False, columns=0, rows=0)
    size = os.get_terminal_size(shown[0].fileno())
    return Terminal(interactive=True, columns=size.columns or 80, rows=size.lines or 24)


def _typed_line() -> str | None:
    line = sys.stdin.readline() if sys.stdin else ""
    return line.rstrip("\r\n") if line else None


def farewell(session: Session, *, line_mode: bool) -> str:
    """What is said when an interview has ended: whether it is finished, and where it is kept."""
    return views.farewell(session) + (views.STILL_SHOWN if line_mode else "")
