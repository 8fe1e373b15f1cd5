"""From options to interviews: which front end leads, what is kept and where, and how each one ends."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import danger_places
from iop_screen.files import new_file
from iop_screen.interview import ends, lines, result_page
from iop_screen.interview.keeping import Save, keep_nothing, put
from iop_screen.interview.modes import Choice, Mode, Terminal, choose
from iop_screen.interview.pages import Finished, Interrupted, Reviewing, TakenUp
from iop_screen.interview.state import Session, alarm, begin, danger_unheard_of, to
from iop_screen.opening import copy_of, no_record
from iop_screen.problems import CannotGoOn, Stopped
from iop_screen.records.folders import FRONT_END, make_private
from iop_screen.records.forms import Taken, form_of
from iop_screen.records.held import Held, begun, opened
from iop_screen.records.lock import InUse
from iop_screen.records.model import Carried, Head, Made, Record
from iop_screen.records.store import NotThere, Store
from iop_screen.records.written import Unreadable
from iop_screen.report.explained import explained_json
from iop_screen.showing import show
from iop_screen.streams import Exit, forget_typed_ahead, print_result, say

HANG_UP = 1
"""The number of the signal that says so, where there is one."""

FINGERS_STOP = 0.25
"""Seconds in which somebody who is typing sees that the interview has gone."""

UNSAVED_REF = "----"
"""What stands for the reference of an interview that is not kept."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What all interviews of one run share. Without a store nothing is kept on disk."""

    instrument: Instrument
    questionnaire: bytes
    store: Store | None
    asked_for: Mode | None
    as_json: bool

    @property
    def made(self) -> Made:
        """What records say of the questionnaire."""
        whole = self.instrument.questionnaire
        return Made(str(whole.id), str(whole.version), self.instrument.hash12)


@dataclass(frozen=True, slots=True)
class Again:
    """A record to go on with, by its reference: it is read once no other window can write it.

    To edit it opens on the review, and what is final stays as it is: a new revision begins. With `own_questions` the
    questions are those it was made with, where their copy can be read.
    """

    ref: str
    edit: bool = False
    own_questions: bool = False


def lead_interviews(desk: Desk, again: Again | None) -> int:
    """Lead one interview, from its start or from where a record stands, and then one for each further caller."""
    session = _lead_one(desk, again)
    while isinstance(session.page, Finished) and session.page.another:
        session = _lead_one(desk, None)
    return _exit_code(session)


def remember(folder: Path, mode: Mode) -> None:
    """Keep which front end is wanted from now on."""
    refusal = make_private(folder)
    if refusal:
        raise CannotGoOn(refusal, Exit.FILE)
    with new_file(folder / FRONT_END, replace=True) as out:
        out.write(f"{mode}\n".encode())


def now() -> datetime:
    """The moment, in UTC; front ends show it as the time of day where they are."""
    return datetime.now(UTC)


def _lead_one(desk: Desk, again: Again | None) -> Session:
    with _held(desk.store, again) as held:
        desk, begun = _begun(desk, held, again)
        choice = choose(desk.asked_for, os.environ, _preferred(desk.store), _terminal())
        session, choice = _led(begun, desk, choice, _save(desk, held))
    _end(session, desk, choice)
    return session


@contextmanager
def _held(store: Store | None, again: Again | None) -> Iterator[Held | None]:
    """Hold a record against other windows: a new one, or the one to go on with. None if nothing is to be kept."""
    if store is None:
        yield None
        return
    if again is None:
        with begun(store) as held:
            yield held
        return
    ref = again.ref
    with opened(store, ref) as found:
        match found:
            case Held(found=Record(final=True)) if not again.edit:
                raise CannotGoOn(f"{ref} is finished; to change it: iop-screen records edit {ref}", Exit.USAGE)
            case Held():
                yield found
            case InUse():
                raise CannotGoOn(f"{ref} is open in another window; close it there first", Exit.FILE)
            case NotThere() | Unreadable():
                raise no_record(store, ref, found)


def _begun(desk: Desk, held: Held | None, again: Again | None) -> tuple[Desk, Session]:
    """A session at its start, and the desk with the questionnaire that it takes place with."""
    if held is None:
        return desk, replace(begun_at(desk, UNSAVED_REF, None), off_the_record=True)
    record = held.found
    if again is None or isinstance(record, NotThere):
        return desk, replace(begun_at(desk, held.ref, None), not_saved=held.not_saved)
    if again.own_questions:
        desk = _with_own_questions(desk, held.store, record)
    begins = held.store.next_revision(record, now()) if record.final else record
    session = begun_at(desk, held.ref, begins, to_review=again.edit)
    session = replace(session, not_saved=held.not_saved, last_saved=record)
    alarmed = len(session.record.alarms) > len(record.alarms)  # on disk before the page is seen
    return desk, put(session, _save(desk, held)) if alarmed else session


def _with_own_questions(desk: Desk, store: Store, record: Record) -> Desk:
    """The desk with the questionnaire that a record was made with; says which it is, or that its copy is not there."""
    own = copy_of(record.head.questionnaire, store)
    if isinstance(own, Unreadable):
        say(f"The questionnaire of this record cannot be read: {own.why}. The questions are {desk.made.stamp}.\n")
        return desk
    desk = replace(desk, instrument=own[0], questionnaire=own[1])
    say(f"The questions are those that the record was made with: {show(desk.made.stamp)}\n")
    return desk


def begun_at(desk: Desk, ref: str, record: Record | None, *, to_review: bool = False) -> Session:
    """A session at its start, or where a record stands.

    What does not fit the questionnaire any more is named. Where the answers mean danger by its rules, and did not by
    those they were given under, it opens on the emergency page.
    """
    if record is None:
        return begin(desk.instrument, Head(ref, 1, now(), desk.made))
    taken = form_of(record, desk.instrument)
    log, head, lost = record.log, record.head, (*taken.left_out, *taken.notes_left_out)
    if head.questionnaire != desk.made:
        log = (*log, Carried(now(), head.questionnaire, taken.left_out))
        lost = _in_words(taken, _asked_before(desk, record))
        head = replace(head, questionnaire=desk.made)
    session = begin(desk.instrument, head, log)
    kept = len(record.answers) - len(taken.left_out)
    session = replace(session, replies=(TakenUp(kept, lost),))
    session = to(session, Reviewing()) if to_review else session
    return alarm(replace(session, at=now())) if danger_unheard_of(session) else session


def _asked_before(desk: Desk, record: Record) -> Instrument | None:
    """The questionnaire that a record was made with, if its copy can be read."""
    own = None if desk.store is None else copy_of(record.head.questionnaire, desk.store)
    return own[0] if isinstance(own, tuple) else None


def _in_words(taken: Taken, old: Instrument | None) -> tuple[str, ...]:
    """What is not used, in the words of the questionnaire it was asked from: questions about danger first."""
    if old is None:
        return (*taken.left_out, *taken.notes_left_out)
    asked = {str(question.id): f'"{question.ask}"' for question in old.questions}
    danger = {str(old.questions[place].id) for place in danger_places(old)}
    lost = sorted(taken.left_out, key=lambda name: name not in danger)
    notes = (f"the note on {asked.get(name, name)}" for name in taken.notes_left_out)
    return (*(asked.get(name, name) for name in lost), *notes)


def _led(session: Session, desk: Desk, choice: Choice, save: Save) -> tuple[Session, Choice]:
    """The session at its end, and the front end that led it there."""
    if choice.mode is Mode.FULL_SCREEN:
        led = _on_full_screen(session, save)
        if led is not None:
            return led, choice
        say("This console cannot show the full screen, so the questions come line by line.\n")
    shows = say if desk.as_json else print_result
    led = _to_the_end(lambda: lines.run(session, lines.LineDesk(_typed_line, say, shows, save, now)))
    return led, Choice(Mode.PLAIN, choice.because)


def _save(desk: Desk, held: Held | None) -> Save:
    if held is None:
        return keep_nothing

    def save(record: Record) -> str:
        refused = held.save(record, desk.questionnaire)
        return "" if refused is None else refused.why

    return save


def _on_full_screen(session: Session, save: Save) -> Session | None:
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
    keys = create_input()
    with keys.raw_mode():  # until the fingers rest, so that nothing is echoed meanwhile
        return _to_the_end(lambda: screen.run(session, screen.ScreenDesk(keys, output, save, now)))


def _to_the_end(lead: Callable[[], Session]) -> Session:
    """The session at its end. If a signal or a fault breaks it off, what is still being typed goes nowhere."""
    broken_off = True
    try:
        session = lead()
        broken_off = isinstance(session.page, Interrupted)
        return session
    finally:
        if broken_off:
            forget_typed_ahead(FINGERS_STOP)


def _end(session: Session, desk: Desk, choice: Choice) -> None:
    """Print what is to be printed, and say how it ended and where it is kept."""
    finished = session.record.final and not isinstance(session.page, Interrupted)
    if finished and desk.as_json:
        print_result(explained_json(session.explanation(), desk.instrument, session.record))
    elif finished and choice.mode is Mode.FULL_SCREEN and not (sys.stdout and sys.stdout.isatty()):
        print_result(result_page.result_text(session))
    still_shown = ends.STILL_SHOWN if choice.mode is Mode.PLAIN and _terminal().interactive else ""
    gone = suppress(CannotGoOn) if isinstance(session.page, Interrupted) else nullcontext()
    with gone:  # a terminal that went away with whoever sat there hears nothing, and that is no other ending
        say(ends.farewell(session) + still_shown)


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
