"""The interview line by line: append-only, no escape codes, from a terminal or a pipe. It only draws."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from iop_screen.core.exits import CannotGoOn, Stopped
from iop_screen.interview.autosave import Fulfil, Save, save_interrupted, unchanged, with_save
from iop_screen.interview.pages import Ended, Finished, QuestionPage, ResultPage, ResultPartPage, ReviewPage
from iop_screen.interview.session import enter
from iop_screen.interview.state import Session
from iop_screen.interview.wording import messages, page_text, question_page, result_page, review_page
from iop_screen.records.model import ResultShown

DROPPED_LINES = "\nIgnored: that was typed before this page was shown.\n"


@dataclass(frozen=True, slots=True)
class LineTerminal:
    """What line mode reads from, writes to and saves with.

    `read_line` gives a line without its line end, or None at the end of the input. `write` shows text, `write_result`
    the text of a result. `save` saves a record. `defer_signals` holds signals back while it lasts. `drop_typed_ahead`
    drops what was typed before the page was shown, and says whether there was any. `fulfil` does what a session asks.
    """

    read_line: Callable[[], str | None]
    write: Callable[[str], None]
    write_result: Callable[[str], None]
    save: Save
    clock: Callable[[], datetime]
    defer_signals: Callable[[], AbstractContextManager[None]] = nullcontext
    drop_typed_ahead: Callable[[], bool] = bool
    fulfil: Fulfil = unchanged


def run_line_mode(session: Session, terminal: LineTerminal) -> Session:
    """Lead an interview until it is ended, the input ends, or a signal arrives; gives the session as it is then.

    Raises CannotGoOn if the result cannot be written.
    """
    drawn: Session | None = None
    saved = session
    try:
        terminal.write(messages.opening_lines(session))
        while not isinstance(session.page, Ended):
            if drawn is None or drawn.page is not session.page:
                _draw(session, drawn, terminal)
                if terminal.drop_typed_ahead():
                    terminal.write(DROPPED_LINES)
            terminal.write(page_text.prompt(session))
            typed = terminal.read_line()
            if typed is None:
                return _at_end_of_input(session, terminal)
            drawn = session
            if isinstance(session.page, ReviewPage) and typed.strip().casefold() == review_page.ALL_ANSWERS:
                terminal.write(page_text.page_lines(session, ""))
                continue
            with terminal.defer_signals():
                session = enter(session, typed, terminal.clock())
                saved = session = terminal.fulfil(with_save(session, drawn, terminal.save))
            _write_replies(session, terminal)
    except KeyboardInterrupt:
        return save_interrupted(session, saved, terminal.save, signal.SIGINT)
    except Stopped as stop:
        return save_interrupted(session, saved, terminal.save, stop.number)
    except CannotGoOn:  # the result cannot be written; the last words say whom to call and where it is saved
        with suppress(CannotGoOn):
            terminal.write(messages.farewell(session))
        raise
    return session


def _at_end_of_input(session: Session, terminal: LineTerminal) -> Session:
    """Try once more to save what could not be saved."""
    session = with_save(session, session, terminal.save)
    terminal.write("\n")
    return replace(session, page=Finished()) if isinstance(session.page, ResultPage | ResultPartPage) else session


def _write_replies(session: Session, terminal: LineTerminal) -> None:
    for reply in session.replies:
        terminal.write(messages.reply_text(session, reply) + "\n")
    if session.not_saved:
        terminal.write(messages.not_saved_text(session) + "\n")


def _draw(session: Session, before: Session | None, terminal: LineTerminal) -> None:
    """Write a page that follows the session `before`, and its keys.

    After a change from the review, the review names only what is left: a long list takes long to listen to. A result
    may go to another stream, so its blank line comes first; one that was shown before is not written again.
    """
    page, previous = session.page, None if before is None else before.page
    if isinstance(page, ReviewPage) and isinstance(previous, QuestionPage) and previous.left_open is not None:
        terminal.write(review_page.short_review(session))
    elif not isinstance(page, ResultPage):
        terminal.write(page_text.page_lines(session, "" if before is None else question_page.section_id(before)))
    elif before is not None and any(isinstance(entry, ResultShown) for entry in session.log[len(before.log) :]):
        terminal.write("\n")
        terminal.write_result(page_text.page_lines(session, ""))
        terminal.write("\n")
    else:
        terminal.write(result_page.decision_text(session))
    terminal.write(page_text.keys_text(session))
