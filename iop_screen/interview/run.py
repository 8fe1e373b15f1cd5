"""Which front end leads an interview, from its start to its end, and how it ends."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

from iop_screen.console.signals import signals_deferred
from iop_screen.console.streams import discard_input, discard_unread_input, print_message, print_result
from iop_screen.core.files import new_file
from iop_screen.core.problems import CannotGoOn, Exit, Stopped
from iop_screen.interview import line_mode
from iop_screen.interview.autosave import Save
from iop_screen.interview.front_end import Choice, Mode, Terminal, choose
from iop_screen.interview.pages import Finished, Interrupted
from iop_screen.interview.start import InterviewSetup, ResumeRequest, autosaver, locked_record_for, now, start_session
from iop_screen.interview.state import Session
from iop_screen.interview.wording import result_page, start_and_end
from iop_screen.records.private_folders import FRONT_END, make_private
from iop_screen.records.store import Store

HANG_UP = 1
"""The number of the signal that says so, where there is one."""

TYPING_STOPS_SECONDS = 0.25
"""Seconds in which somebody who is typing sees that the interview has gone."""


def run_interviews(desk: InterviewSetup, again: ResumeRequest | None) -> int:
    """Lead one interview, from its start or from where a record stands, and then one for each further caller."""
    sessions = [_lead_one(desk, again)]
    while isinstance(sessions[-1].page, Finished) and sessions[-1].page.another:
        sessions.append(_lead_one(desk, None))
    unsaved = [
        session for session in sessions if session.not_saved
    ]  # no later caller makes up for answers that are lost
    return _exit_code([*sessions, *unsaved][-1])


def remember(folder: Path, mode: Mode) -> None:
    """Keep which front end is wanted from now on."""
    refusal = make_private(folder)
    if refusal:
        raise CannotGoOn(refusal, Exit.FILE)
    with new_file(folder / FRONT_END, replace=True) as out:
        out.write(f"{mode}\n".encode())


def _lead_one(desk: InterviewSetup, again: ResumeRequest | None) -> Session:
    with locked_record_for(desk.store, again) as held:
        desk, begun = start_session(desk, held, again)
        choice = choose(desk.asked_for, os.environ, _preferred(desk.store), _terminal())
        session, choice = _run_front_end(begun, desk, choice, autosaver(desk, held))
    _finish(session, desk, choice)
    return session


def _run_front_end(session: Session, desk: InterviewSetup, choice: Choice, save: Save) -> tuple[Session, Choice]:
    """The session at its end, and the front end that led it there."""
    if choice.mode is Mode.FULL_SCREEN:
        led = _on_full_screen(session, save)
        if led is not None:
            return led, choice
        print_message("This console cannot show the full screen, so the questions come line by line.\n")
    if sys.stderr is None:
        raise CannotGoOn("cannot ask anything: standard error is closed", Exit.FILE)
    shows = print_message if desk.as_json else print_result
    led = _to_the_end(
        lambda: line_mode.run_line_mode(
            session,
            line_mode.LineTerminal(
                _typed_line, print_message, shows, save, now, signals_deferred, discard_unread_input
            ),
        )
    )
    return led, Choice(Mode.PLAIN, choice.because)


def _on_full_screen(session: Session, save: Save) -> Session | None:
    """The session at its end; None if the console refuses a full screen."""
    from prompt_toolkit.input import create_input  # noqa: PLC0415 - only this front end needs it
    from prompt_toolkit.output import create_output  # noqa: PLC0415

    from iop_screen.interview.fullscreen import terminal  # noqa: PLC0415

    try:
        output = create_output(always_prefer_tty=True)
    except Exception as refusal:
        if type(refusal).__name__ == "NoConsoleScreenBufferError":  # its module can be imported on Windows only
            return None
        raise
    keys = create_input()
    with keys.raw_mode():  # until the fingers rest, so that nothing is echoed meanwhile
        return _to_the_end(lambda: terminal.run_full_screen(session, terminal.ScreenTerminal(keys, output, save, now)))


def _to_the_end(lead: Callable[[], Session]) -> Session:
    """The session at its end. If a signal or a fault breaks it off, what is still being typed goes nowhere."""
    broken_off = True
    try:
        session = lead()
        broken_off = isinstance(session.page, Interrupted)
        return session
    finally:
        if broken_off:
            discard_input(TYPING_STOPS_SECONDS)


def _finish(session: Session, desk: InterviewSetup, choice: Choice) -> None:
    """Print what is to be printed, and say how it ended and where it is kept."""
    finished = session.record.final and not isinstance(session.page, Interrupted)
    if finished and desk.as_json:
        from iop_screen.report.result_json import explained_json  # noqa: PLC0415 - only --json needs it, and the batch

        print_result(explained_json(session.explanation(), desk.compiled, session.record))
    elif finished and choice.mode is Mode.FULL_SCREEN and not (sys.stdout and sys.stdout.isatty()):
        print_result(result_page.result_text(session))
    still_shown = start_and_end.STILL_SHOWN if choice.mode is Mode.PLAIN and _terminal().interactive else ""
    gone = suppress(CannotGoOn) if isinstance(session.page, Interrupted) else nullcontext()
    with gone:  # a terminal that went away with whoever sat there hears nothing, and that is no other ending
        print_message(start_and_end.farewell(session) + still_shown)


def _exit_code(session: Session) -> int:
    if isinstance(session.page, Interrupted):
        return 128 + session.page.signal
    if session.not_saved:
        return Exit.FILE
    return Exit.DONE if session.record.final else Exit.NOT_FINISHED


def _preferred(store: Store | None) -> Mode | None:
    """The front end that somebody wants each time. A file that says anything else is as good as none."""
    if store is None:
        return None
    try:
        with (store.folder / FRONT_END).open("rb") as file:
            word = file.read(40).decode("ascii", "replace").strip()
    except OSError:
        return None
    return Mode(word) if word in {*Mode} else None


def _terminal() -> Terminal:
    """What there is to draw on; standard error will do if standard output goes to a file."""
    shown = [stream for stream in (sys.stdout, sys.stderr) if stream is not None and stream.isatty()]
    if not (sys.stdin is not None and sys.stdin.isatty() and shown):
        return Terminal(interactive=False, columns=0, rows=0)
    size = os.get_terminal_size(shown[0].fileno())
    return Terminal(interactive=True, columns=size.columns or 80, rows=size.lines or 24)


def _typed_line() -> str | None:
    """A line that was typed, to its end. What stands after the last line end may be half a line, so it is none."""
    try:
        line = sys.stdin.readline() if sys.stdin else ""
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        raise Stopped(HANG_UP) from None  # the terminal has gone away
    return line.rstrip("\r\n") if line.endswith("\n") else None
