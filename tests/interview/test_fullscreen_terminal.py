"""The full-screen driver on an emulated terminal: it draws, passes keys on, saves before it draws, and ends cleanly."""

from __future__ import annotations

import io
import os
import re
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, count, repeat
from threading import Condition, Thread

import pyte
import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.output.vt100 import Vt100_Output
from support.interviews import DANGER, HEAD, KINDS, NOON, SMALL, THREAT, saves, typed
from support.questionnaires import ready
from support.window import PATIENCE

from iop_screen.console import signals
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen import terminal as fullscreen
from iop_screen.interview.fullscreen.keyboard import Keyboard
from iop_screen.interview.fullscreen.layout import Layout, layout
from iop_screen.interview.pages import Finished, Interrupted, LeftUnfinished
from iop_screen.interview.state import Session, begin_session
from iop_screen.questionnaire.answers import MissingReason, chosen
from iop_screen.records.model import Record


@dataclass
class Emulated:
    """A terminal in memory, and what was saved and drawn in which order."""

    columns: int = 80
    rows: int = 24
    slow: float = 0.0
    late: float = 0.0
    events: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.screen = pyte.Screen(self.columns, self.rows)
        self.stream = pyte.Stream(self.screen)
        self.raw = io.StringIO()
        self.written = Condition()

    def write(self, data: str) -> int:
        self.raw.write(data)
        self.late += self.slow if "Is there danger?" in data else 0.0
        with self.written:
            self.stream.feed(data)
            self.written.notify_all()
        if "911" in data or "call 000" in data:
            self.events.append("drawn danger" if "***" in self.shown else "drawn")
        return len(data)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return True

    @property
    def encoding(self) -> str:
        return "utf-8"

    def once(self, text: str, key: str) -> str:
        """A key that is typed once this is on the screen, however slow the machine is."""
        with self.written:
            self.written.wait_for(lambda: text in self.shown, PATIENCE)
        return key

    def settle(self, since: int) -> int:
        """Wait until something is drawn after that much, for half a second at most, and then until nothing more is."""
        waited = time.monotonic() + 0.5
        while self.raw.tell() == since and time.monotonic() < waited:
            time.sleep(0.005)
        drawn = -1
        while drawn != (drawn := self.raw.tell()):
            time.sleep(0.05)
        return drawn

    @property
    def shown(self) -> str:
        return "\n".join(self.screen.display)


PAUSE = "..."
"""In keys, a moment in which nothing comes, as on a slow line."""


def ran(
    compiled: CompiledQuestionnaire,
    keys: Iterable[str],
    terminal: Emulated | None = None,
    save: Callable[[Record], str] = lambda _record: "",
    *,
    seconds: float = 10.0,
    ticks: Callable[[], float] | None = None,
) -> Session:
    """The session after some keys, each typed once the screen had time to show what the last one did.

    To the keyboard, they come so many seconds apart, or when that clock says. None is left for whoever comes next.
    """
    terminal = terminal or Emulated()
    output = Vt100_Output(terminal, lambda: Size(terminal.rows, terminal.columns), term="xterm")  # type: ignore[arg-type]
    clock = count(0.0, seconds)
    with create_pipe_input() as pipe:

        def typing() -> None:
            drawn = 0
            for key in keys:
                drawn = terminal.settle(drawn)
                for number, piece in enumerate(key.split(PAUSE)):
                    time.sleep(0.15 if number else 0.0)
                    pipe.send_text(piece)

        tells = ticks or (lambda: next(clock) + terminal.late)
        desk = fullscreen.ScreenTerminal(pipe, output, saves(save), lambda: NOON, tells)
        fingers = Thread(target=typing)
        fingers.start()
        try:
            return fullscreen.run_full_screen(begin_session(compiled, HEAD), desk)
        finally:
            fingers.join()
            assert not get_typeahead(pipe)


@pytest.fixture(scope="module")
def small() -> CompiledQuestionnaire:
    return ready(SMALL)


def test_a_whole_interview(small: CompiledQuestionnaire) -> None:
    session = ran(small, "n212\r6\r\rthe phone rang\ryfq")
    assert session.page == Finished()
    lines = typed(begin_session(small, HEAD), "n", "2", "1,2", "6", "the phone rang", "y", "f", "q")
    assert session.answers == lines.answers
    assert [type(entry) for entry in session.log] == [type(entry) for entry in lines.log]


def test_arrows_go_back_and_on(small: CompiledQuestionnaire) -> None:
    assert ran(small, ["n", "2", "\x1b[D", "\x1b[D", "y", "g", "q"]).answers.values[DANGER] == chosen("yes")
    assert ran(small, ["\x1b[C", "2", "q"]).answers.values[:2] == (MissingReason.MISSING, chosen("some"))


def test_an_arrow_is_an_arrow_on_a_slow_line(small: CompiledQuestionnaire, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is not Esc, and then letters."""
    monkeypatch.setattr(fullscreen, "ESCAPE_CODE_SECONDS", 60.0)  # the machine may be slower than any line
    session = ran(small, ["n", f"\x1b{PAUSE}[D", f"\x1b[{PAUSE}C", f"\x1b{PAUSE}O{PAUSE}D", "u", "\x03"])
    assert session.answers.values[:2] == (MissingReason.UNKNOWN, MissingReason.MISSING)


def test_what_is_no_key_does_nothing(small: CompiledQuestionnaire) -> None:
    session = ran(small, ["\x01", "\x05", "\t", "\x1b[15~", "\x1bOP", "\x1b[1;5C", "\u00e9", "n", "q"])
    assert session.answers.values[:2] == (chosen("no"), MissingReason.MISSING)


ESCAPE_CODES = ["\x1by", "\x1bOy", "\x1bOM", "\x1b[?2026;2$y", "\x1b[57358u", "\x1b[?62;22c", "\x1b[29~", "\x1b[I"]
"""Alt, a keypad, late replies, keys that no program knows."""


@pytest.mark.slow
@pytest.mark.parametrize("code", ESCAPE_CODES)
@pytest.mark.parametrize("torn", [0, 1, 2])
def test_an_escape_code_answers_nothing(small: CompiledQuestionnaire, code: str, torn: int) -> None:
    """In one piece, and torn apart after so many bytes by a slow line."""
    clock = chain([0.0, 0.0], count(1.0, 0.05))  # the page has been read; then all comes close together
    pieces = filter(None, [code[:torn], code[torn:], "\x03"])
    session = ran(small, pieces, ticks=lambda: next(clock))
    assert (session.log, session.page) == ((), Interrupted(2))


@pytest.mark.parametrize("pasted", ["nynynyn121212" * 15, "Maybe later", "today\nq", "!", "n\r"])
def test_a_bracketed_paste_answers_nothing(small: CompiledQuestionnaire, pasted: str) -> None:
    session = ran(small, [f"\x1b[200~{pasted}\x1b[201~", "q"])
    assert session.log == ()
    assert session.page == LeftUnfinished()


def test_a_burst_answers_only_what_could_be_read(small: CompiledQuestionnaire) -> None:
    """Here the first page was not read either, so even the first key does nothing."""
    session = ran(small, ["n212\r6\r", "\x03"], seconds=0.01)
    assert all(answer is MissingReason.MISSING for answer in session.answers.values)


@pytest.mark.parametrize("burst", ["n212\r6\rq", "n1nnq", "nn3q", "n2!q", "n22q"])
def test_a_burst_is_taken_for_the_page_that_was_read_and_no_other(small: CompiledQuestionnaire, burst: str) -> None:
    """Even if it takes long to save the first of it."""
    terminal = Emulated()
    session = ran(small, [burst, "\x03"], terminal, slow_disk(terminal), ticks=read_first(terminal))
    assert session.answers.values == (chosen("no"), *[MissingReason.MISSING] * 5)


def slow_disk(terminal: Emulated) -> Callable[[Record], str]:
    def save(_record: Record) -> str:
        terminal.late += 5.0
        return ""

    return save


def read_first(terminal: Emulated) -> Callable[[], float]:
    """A clock that stands still once the first page has been read, save for what the terminal is late."""
    clock = chain([0.0, 0.0], repeat(2.0))
    return lambda: next(clock) + terminal.late


def test_a_page_counts_as_shown_once_the_terminal_has_taken_it(small: CompiledQuestionnaire) -> None:
    """On a slow line, what is typed while a page is drawn comes before anybody can have read it."""
    session = ran(small, ["n", "\x03"], Emulated(slow=5.0), seconds=0.0)
    assert all(answer is MissingReason.MISSING for answer in session.answers.values)


def test_control_c_leaves_at_once(small: CompiledQuestionnaire) -> None:
    session = ran(small, "n\x03")
    assert session.page == Interrupted(2)
    assert session.answers.values[DANGER] == chosen("no")


def test_what_is_ticked_is_kept_however_one_leaves(small: CompiledQuestionnaire) -> None:
    for keys in ("n11q", "n11\x03"):
        assert ran(small, keys).answers.values[KINDS] == chosen("a")


@pytest.mark.parametrize("end", ["\x03", "q"])
def test_what_could_not_be_saved_is_tried_once_more_at_the_end(small: CompiledQuestionnaire, end: str) -> None:
    refusals = iter(["no space left on device", ""])
    assert ran(small, ["n", end], save=lambda _record: next(refusals)).not_saved == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_breaks_it_off_and_none_breaks_into_the_goodbye(
    small: CompiledQuestionnaire, number: signal.Signals
) -> None:
    def save(_record: Record) -> str:
        os.kill(os.getpid(), number)
        return ""

    session = ran(small, ["n"], save=save)
    assert session.page == Interrupted(number)
    assert session.answers.values[DANGER] == chosen("no")
    assert {signal.getsignal(each) for each in signals.END_SIGNALS} == {signal.SIG_IGN}


def test_afterwards_a_signal_goes_to_whoever_had_it(small: CompiledQuestionnaire) -> None:
    before = {each: signal.getsignal(each) for each in signals.END_SIGNALS}
    assert ran(small, ["n", "q"]).page == LeftUnfinished()
    assert {each: signal.getsignal(each) for each in signals.END_SIGNALS} == before


def test_a_signal_that_is_ignored_stays_so(small: CompiledQuestionnaire) -> None:
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def save(_record: Record) -> str:
        os.kill(os.getpid(), signal.SIGHUP)
        return ""

    try:
        assert ran(small, ["n", "q"], save=save).page == LeftUnfinished()
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("keys", ["q", "nq", "n2q", "rq", "pq", ["qn"], ["n", "qqq2"]])
def test_quit_leaves_and_nothing_typed_after_it_is_kept(small: CompiledQuestionnaire, keys: Iterable[str]) -> None:
    assert ran(small, keys).page == LeftUnfinished()


def test_an_answer_is_saved_before_anything_is_drawn(small: CompiledQuestionnaire) -> None:
    terminal = Emulated()

    def save(record: Record) -> str:
        terminal.events.append(f"saved {len(record.log)}")
        return ""

    keys = (terminal.once(text, key) for text, key in [("Is there danger?", "y"), ("***", "q")])
    ran(small, keys, terminal, save)
    assert terminal.events.index("saved 2") < terminal.events.index("drawn danger")


def test_what_could_not_be_saved_is_said_and_tried_again(small: CompiledQuestionnaire) -> None:
    terminal = Emulated()
    faults = iter(["no space left on device", "no space left on device", ""])
    shown: list[str] = []

    def save(_record: Record) -> str:
        shown.append(terminal.shown)
        return next(faults)

    waited_for = [("Is there danger?", "n"), ("NOT SAVED: no space left on device", "2"), ("", "b"), ("", "q")]
    session = ran(small, (terminal.once(text, key) for text, key in waited_for), terminal, save)
    for said in ("NOT SAVED: no space left on device", "NOT SAVED. The answers are kept in this window only"):
        assert said in shown[1]
    assert session.not_saved == ""
    assert len(shown) == 3


def test_a_fault_of_ours_leaves_a_sane_terminal_and_comes_out(small: CompiledQuestionnaire) -> None:
    terminal = Emulated()

    def fault(_record: Record) -> str:
        message = "marked answer"
        raise ZeroDivisionError(message)

    with pytest.raises(ZeroDivisionError):
        ran(small, "n", terminal, fault)
    assert "\x1b[?1049l" in terminal.raw.getvalue()
    assert "marked answer" not in terminal.raw.getvalue()


def test_a_fault_while_drawing_comes_out_too(small: CompiledQuestionnaire, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Emulated()

    def fault(*_arguments: object) -> None:
        message = "marked answer"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(fullscreen, "layout", fault)
    with pytest.raises(ZeroDivisionError):
        ran(small, "n", terminal)
    assert "marked answer" not in terminal.raw.getvalue()


def test_a_fault_while_drawing_a_later_page_is_the_one_that_comes_out(
    small: CompiledQuestionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none that follows from it, as with a cursor below an empty page."""
    drawn = layout

    def fault(keyboard: Keyboard, columns: int, rows: int) -> Layout:
        if keyboard.session.log:
            raise ZeroDivisionError
        return drawn(keyboard, columns, rows)

    monkeypatch.setattr(fullscreen, "layout", fault)
    with pytest.raises(ZeroDivisionError):
        ran(small, "n")


def test_the_text_cursor_stands_on_the_marked_row_of_a_list(small: CompiledQuestionnaire) -> None:
    """For screen readers, which read the line that the cursor is on."""
    terminal, read = Emulated(), list[str]()

    def keys() -> Iterable[str]:
        yield "r"
        terminal.once("Check the answers", "")
        for key in ("\x1b[B", "\x1b[F", "\x1b[H", "q"):
            terminal.settle(0)
            read.append(terminal.screen.display[terminal.screen.cursor.y][:4])
            yield key

    ran(small, keys(), terminal)
    assert read == [">  1", ">  2", ">  6", ">  1"]


def test_drawing_changes_nothing_but_what_the_next_key_is_told(
    small: CompiledQuestionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often a page is drawn, the keyboard is the one that the last key left."""
    told: list[Keyboard] = []
    at_draw: list[Keyboard] = []
    press = kb.press

    def pressed(keyboard: Keyboard, key: str, at: datetime, now: float) -> Keyboard:
        after = press(keyboard, key, at, now)
        told.append(after)
        return after

    def drawn(keyboard: Keyboard, columns: int, rows: int) -> Layout:
        at_draw.append(keyboard)
        return layout(keyboard, columns, rows)

    monkeypatch.setattr(kb, "press", pressed)
    monkeypatch.setattr(fullscreen, "layout", drawn)
    ran(small, ["p", "\x1b[6~", "\x1b[6~", "g", "q"], Emulated(40, 12))
    tops = [keyboard.top for keyboard in told]
    assert tops[:3] == sorted({*tops[:3]})  # each page key went on from what was drawn
    assert {(keyboard.session, keyboard.top, keyboard.drawing) for keyboard in at_draw[1:]} <= {
        (keyboard.session, keyboard.top, keyboard.drawing) for keyboard in (*told, at_draw[0])
    }


def test_no_colour_is_needed(small: CompiledQuestionnaire) -> None:
    """Only bold, underline and reverse; so no theme and no NO_COLOR can make it unreadable."""
    terminal = Emulated()
    ran(small, "n2rq", terminal)
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", terminal.raw.getvalue()) for code in found.split(";")}
    assert codes <= {"", "0", "1", "4", "7"}


def test_the_screen_is_the_alternate_one(small: CompiledQuestionnaire) -> None:
    """So that nothing stays in the window's scrollback."""
    terminal = Emulated()
    session = ran(small, "nrq", terminal)
    written = terminal.raw.getvalue()
    assert written.index("\x1b[?1049h") < written.index("Is there danger?")
    assert written.rindex("\x1b[?1049l") > written.rindex("Is there danger?")
    assert isinstance(session.page, LeftUnfinished)
    assert session.answers.values[THREAT] is MissingReason.MISSING
    assert typed(session, "r").page == LeftUnfinished()
