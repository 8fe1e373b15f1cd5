"""The interview line by line: append-only, no escape codes, from a terminal or a pipe. It only draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from iop_screen.interview import ends, replies, views
from iop_screen.interview.keeping import Save, saved
from iop_screen.interview.pages import Ended, Finished, Interrupted, Result
from iop_screen.interview.session import enter
from iop_screen.interview.state import Session
from iop_screen.records.model import ResultShown


@dataclass(frozen=True, slots=True)
class LineDesk:
    """What the line mode works with.

    `read` gives one line without its line end, or None at the end of the input. `say` shows text, `show_result` the
    text of a result. `save` puts a record on disk.
    """

    read: Callable[[], str | None]
    say: Callable[[str], None]
    show_result: Callable[[str], None]
    save: Save
    clock: Callable[[], datetime]


def run(session: Session, desk: LineDesk) -> Session:
    """Lead an interview to its end: to `Finished`, or to another page if the input ended or the coordinator left."""
    desk.say(ends.opening(session))
    before = None
    while not isinstance(session.page, Ended):
        if before is None or before.page is not session.page:
            _draw(session, before, desk)
        before = session
        desk.say(views.prompt(session))
        try:
            typed = desk.read()
        except KeyboardInterrupt:
            desk.say("\n")
            return replace(session, page=Interrupted())
        if typed is None:
            desk.say("\n")
            return replace(session, page=Finished()) if isinstance(session.page, Result) else session
        session = _step(session, typed, desk)
    return session


def _step(session: Session, typed: str, desk: LineDesk) -> Session:
    after = saved(enter(session, typed, desk.clock()), session, desk.save)
    for reply in after.replies:
        desk.say(replies.reply_text(after, reply) + "\n")
    if after.not_saved:
        desk.say(ends.not_saved_text(after) + "\n")
    return after


def _draw(session: Session, before: Session | None, desk: LineDesk) -> None:
    """Show a page. A result may go elsewhere, so its blank line comes first; one that was read is not shown again."""
    if not isinstance(session.page, Result):
        desk.say(views.page(session, "" if before is None else views.section_of(before)))
    elif before is not None and isinstance(session.log[-1], ResultShown) and session.log is not before.log:
        desk.say("\n")
        desk.show_result(views.page(session, ""))
        desk.say("\n")
    else:
        desk.say(views.result_again(session))
    desk.say(views.keys_text(session))
