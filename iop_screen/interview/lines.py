"""The interview line by line: append-only, no escape codes, from a terminal or a pipe. It only draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iop_screen.interview import views
from iop_screen.interview.session import Finished, Interrupted, Left, Session, enter

ReadLine = Callable[[], str | None]
Say = Callable[[str], None]


def run(session: Session, read_line: ReadLine, say: Say) -> Session:
    """Lead an interview to its end: `Finished`, or any other page if the input ended or the coordinator left.

    `read_line` gives one line without its line end, or None at the end of the input.
    """
    say(views.opening(session))
    section = ""
    drawn = None
    while True:
        if drawn is not session.page:
            say(views.page(session, section))
            drawn = session.page
            section = views.section_of(session) or section
        say(views.prompt(session))
        try:
            typed = read_line()
        except KeyboardInterrupt:
            say("\n")
            return replace(session, page=Interrupted())
        if typed is None:
            say("\n")
            return session
        session = enter(session, typed)
        for reply in session.replies:
            say(views.reply_text(session, reply) + "\n")
        if isinstance(session.page, Finished | Left):
            return session
