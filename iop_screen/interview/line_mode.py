"""The interview line by line: append-only, no escape codes, from a terminal or a pipe. It only draws."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime

from iop_screen.core.problems import CannotGoOn, Stopped
from iop_screen.interview.autosave import Save, save_interrupted, with_save
from iop_screen.interview.pages import Ended, Finished, QuestionPage, ResultPage, ReviewPage
from iop_screen.interview.session import enter
from iop_screen.interview.state import Session
from iop_screen.interview.wording import page_text, question_page, replies, result_page, review_page, start_and_end
from iop_screen.records.model import ResultShown

DROPPED_LINES = "\nIgnored: that was typed before this page was shown.\n"


@dataclass(frozen=True, slots=True)
class LineTerminal:
    """What the line mode works with.

    `read` gives one line without its line end, or None at the end of the input. `say` shows text, `show_result` the
    text of a result. `save` puts a record on disk. While `unbroken` lasts no signal breaks in. `forget` drops what was
    typed before the page was shown, and says whether there was any.
    """

    read: Callable[[], str | None]
    say: Callable[[str], None]
    show_result: Callable[[str], None]
    save: Save
    clock: Callable[[], datetime]
    unbroken: Callable[[], AbstractContextManager[None]] = nullcontext
    forget: Callable[[], bool] = bool


def run_line_mode(session: Session, desk: LineTerminal) -> Session:
    """Lead an interview to its end: to `Finished`, or to another page if the input ended or the coordinator left."""
    before: Session | None = None
    kept = session
    try:
        desk.say(start_and_end.opening_lines(session))
        while not isinstance(session.page, Ended):
            if before is None or before.page is not session.page:
                _draw(session, before, desk)
                if desk.forget():
                    desk.say(DROPPED_LINES)
            desk.say(page_text.prompt(session))
            typed = desk.read()
            if typed is None:
                return _at_end_of_input(session, desk)
            if _asks_for_the_list(session, typed):
                desk.say(page_text.page_lines(session, ""))
                before = session
                continue
            with desk.unbroken():
                before, session = session, enter(session, typed, desk.clock())
                kept = session = with_save(session, before, desk.save)
            _reply(session, desk)
    except KeyboardInterrupt:
        return save_interrupted(session, kept, desk.save, signal.SIGINT)
    except Stopped as stop:
        return save_interrupted(session, kept, desk.save, stop.number)
    except CannotGoOn:  # nobody takes the result; whom to call and where it is saved is said all the same
        with suppress(CannotGoOn):
            desk.say(start_and_end.farewell(session))
        raise
    return session


def _at_end_of_input(session: Session, desk: LineTerminal) -> Session:
    """What could not be saved is tried once more."""
    session = with_save(session, session, desk.save)
    desk.say("\n")
    return replace(session, page=Finished()) if isinstance(session.page, ResultPage) else session


def _reply(session: Session, desk: LineTerminal) -> None:
    for reply in session.replies:
        desk.say(replies.reply_text(session, reply) + "\n")
    if session.not_saved:
        desk.say(start_and_end.not_saved_text(session) + "\n")


def _was_changing(before: Session) -> bool:
    """Whether one comes from the review and knows it."""
    return isinstance(before.page, QuestionPage) and before.page.left_open is not None


def _asks_for_the_list(session: Session, typed: str) -> bool:
    """All answers once more: after a change the review names only what is left, for a list takes long to listen to."""
    return isinstance(session.page, ReviewPage) and typed.strip().casefold() == review_page.ALL_ANSWERS


def _draw(session: Session, before: Session | None, desk: LineTerminal) -> None:
    """Show a page. A result may go elsewhere, so its blank line comes first; one that was read is not shown again."""
    if isinstance(session.page, ReviewPage) and before is not None and _was_changing(before):
        desk.say(review_page.review_again(session))
    elif not isinstance(session.page, ResultPage):
        desk.say(page_text.page_lines(session, "" if before is None else question_page.section_of(before)))
    elif before is not None and isinstance(session.log[-1], ResultShown) and session.log is not before.log:
        desk.say("\n")
        desk.show_result(page_text.page_lines(session, ""))
        desk.say("\n")
    else:
        desk.say(result_page.result_again(session))
    desk.say(page_text.keys_text(session))
