"""One run of interviews: the front end that leads each, what is printed at its end, and the exit code."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from iop_screen.console.signals import signals_deferred
from iop_screen.console.streams import discard_unread_input, discard_until_quiet, print_message, print_result
from iop_screen.core.exits import CannotGoOn, Exit, Stopped
from iop_screen.interview import line_mode
from iop_screen.interview.autosave import Fulfil, Save
from iop_screen.interview.front_end import Mode, choose_mode
from iop_screen.interview.pages import Discarded, Finished, Interrupted, LeftUnfinished
from iop_screen.interview.requests import fulfilling
from iop_screen.interview.start import (
    InterviewSetup,
    ResumeRequest,
    autosaver,
    now,
    open_or_create_record,
    start_session,
)
from iop_screen.interview.state import Session
from iop_screen.interview.wording import messages, result_page
from iop_screen.records.locked_record import LockedRecord
from iop_screen.records.practice import outer_folder
from iop_screen.records.private_folders import FRONT_END, make_private, write_private_file
from iop_screen.report.wording import WIDTH


def run_interviews(setup: InterviewSetup, resume: ResumeRequest | None) -> int:
    """Lead one interview, new or resumed, and then a new one for each further caller; gives the exit code.

    Raises CannotGoOn if a record cannot be opened or a result cannot be written.
    """
    sessions = [_run_interview(setup, resume)]
    while isinstance(sessions[-1].page, Finished) and sessions[-1].page.next_caller:
        sessions.append(_run_interview(setup, None))
    # answers that were lost decide the exit code, whatever came after them
    return _exit_code([*sessions, *(session for session in sessions if session.not_saved)][-1])


def remember(folder: Path, mode: Mode) -> str:
    """Store which front end to use from now on; a message if that is refused, for the interview goes on without it."""
    refusal = make_private(folder)
    try:
        if not refusal:
            write_private_file(folder / FRONT_END, f"{mode}\n".encode())
    except CannotGoOn as refused:
        refusal = str(refused)
    return f"The front end is not remembered: {refusal}\n" if refusal else ""


def _run_interview(setup: InterviewSetup, resume: ResumeRequest | None) -> Session:
    with open_or_create_record(setup.store, resume) as locked:
        setup, session = start_session(setup, locked, resume)
        of_site = Mode(setup.site.front_end) if setup.site and setup.site.front_end else None
        mode = choose_mode(setup.requested_mode, os.environ, _remembered_mode(setup), of_site, _terminal_size())
        session, mode = _run_front_end(session, setup, mode, autosaver(setup, locked))
        if isinstance(session.page, Discarded) and locked is not None:
            session = _discarded(session, locked)
    _print_ending(session, setup, mode)
    return session


def _discarded(session: Session, locked: LockedRecord) -> Session:
    """The session with its draft deleted, or, if the disk refuses that, left as it is."""
    refused = locked.discard()
    if refused is None:
        return session
    print_message(f"The draft is not deleted, or not all of it: {refused.why}.\n")
    return replace(session, page=LeftUnfinished())


def _run_front_end(session: Session, setup: InterviewSetup, mode: Mode, save: Save) -> tuple[Session, Mode]:
    """The session at its end, and the front end that led it."""
    if mode is Mode.FULL_SCREEN:
        ended = _run_full_screen(session, save, fulfilling(setup.store))
        if ended is not None:
            return ended, mode
        print_message("This console cannot show the full screen, so the questions come line by line.\n")
    if sys.stderr is None:
        raise CannotGoOn("cannot ask anything: standard error is closed", Exit.FILE)
    write_result = print_message if setup.as_json else print_result
    terminal = line_mode.LineTerminal(
        _typed_line,
        print_message,
        write_result,
        save,
        now,
        signals_deferred,
        discard_unread_input,
        fulfilling(setup.store),
    )
    return _run_to_end(lambda: line_mode.run_line_mode(session, terminal)), Mode.PLAIN


def _run_full_screen(session: Session, save: Save, fulfil: Fulfil) -> Session | None:
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
    with keys.raw_mode():  # until nobody types any more, so that nothing is echoed meanwhile
        screen = terminal.ScreenTerminal(keys, output, save, now, fulfil=fulfil)
        return _run_to_end(lambda: terminal.run_full_screen(session, screen))


def _run_to_end(run: Callable[[], Session]) -> Session:
    """The session at its end. If a signal or a fault ends it, what is still being typed is dropped."""
    interrupted = True
    try:
        session = run()
        interrupted = isinstance(session.page, Interrupted)
        return session
    finally:
        if interrupted:
            discard_until_quiet()


def _print_ending(session: Session, setup: InterviewSetup, mode: Mode) -> None:
    """Print the result, if it goes to standard output, and the last words."""
    finished = session.record.final and not isinstance(session.page, Interrupted)
    if finished and setup.as_json:
        from iop_screen.report.result_json import explained_json  # noqa: PLC0415 - only --json needs it, and the batch

        print_result(explained_json(session.explanation(), setup.compiled, session.record))
    elif finished and mode is Mode.FULL_SCREEN and not (sys.stdout and sys.stdout.isatty()):
        print_result(result_page.result_text(session))
    size = _terminal_size()
    columns = min(WIDTH, size.columns) if size else WIDTH
    still_shown = mode is Mode.PLAIN and size is not None
    # after a signal the terminal may be gone, and then nobody reads the last words
    with suppress(CannotGoOn) if isinstance(session.page, Interrupted) else nullcontext():
        print_message(messages.farewell(session, columns, window_not_empty=still_shown))


def _exit_code(session: Session) -> int:
    if isinstance(session.page, Interrupted):
        return 128 + session.page.signal
    if session.not_saved:
        return Exit.FILE
    done = session.record.final or isinstance(session.page, Discarded)
    return Exit.DONE if done else Exit.NOT_FINISHED


def _remembered_mode(setup: InterviewSetup) -> Mode | None:
    """The front end that `remember` stored. A file with any other content counts as none."""
    if setup.store is None:
        return None
    try:
        with (outer_folder(setup.store, practice=setup.practice) / FRONT_END).open("rb") as file:
            word = file.read(40).decode("ascii", "replace").strip()
    except OSError:
        return None
    return Mode(word) if word in {*Mode} else None


def _terminal_size() -> os.terminal_size | None:
    """The size of the terminal that is drawn on: standard error, if standard output goes to a file.

    None if keys do not come from a terminal, or none shows what is drawn.
    """
    shown = [stream for stream in (sys.stdout, sys.stderr) if stream is not None and stream.isatty()]
    if not (sys.stdin is not None and sys.stdin.isatty() and shown):
        return None
    size = os.get_terminal_size(shown[0].fileno())
    return os.terminal_size((size.columns or 80, size.lines or 24))


def _typed_line() -> str | None:
    """A whole line that was typed; None at the end of the input, where the rest may be half a line.

    Raises Stopped if the terminal has gone away.
    """
    try:
        line = sys.stdin.readline() if sys.stdin else ""
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        raise Stopped(1) from None  # the number of SIGHUP, which Windows has no name for
    return line.rstrip("\r\n") if line.endswith("\n") else None
