"""The full-screen driver on an emulated terminal: it draws, passes keys on, saves before it draws, and ends cleanly."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from threading import Thread

import pyte
import pytest
from conftest import ready
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from test_session import DANGER, HEAD, NOON, SMALL, THREAT, typed

from iop_screen.engine.answers import Gap, chosen
from iop_screen.engine.instrument import Instrument
from iop_screen.interview import screen
from iop_screen.interview.keyboard import Keyboard
from iop_screen.interview.pages import Finished, Interrupted, Left
from iop_screen.interview.screenful import Screenful, screenful
from iop_screen.interview.state import Session, begin
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

    def write(self, data: str) -> int:
        self.raw.write(data)
        self.late += self.slow if "Is there danger?" in data else 0.0
        self.stream.feed(data)
        if "911" in data or "call 000" in data:
            self.events.append("drawn danger" if "***" in self.shown else "drawn")
        return len(data)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return True

    @property
    def encoding(self) -> str:
        return "utf-8"

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


def ran(
    instrument: Instrument,
    keys: Iterable[str],
    terminal: Emulated | None = None,
    save: Callable[[Record], str] = lambda _record: "",
    seconds: float = 10.0,
) -> Session:
    """The session after some keys, each typed once the screen had time to show what the last one did.

    To the keyboard, they come so many seconds apart.
    """
    terminal = terminal or Emulated()
    output = Vt100_Output(terminal, lambda: Size(terminal.rows, terminal.columns), term="xterm")  # type: ignore[arg-type]
    clock = count(0.0, seconds)
    with create_pipe_input() as pipe:

        def typing() -> None:
            drawn = 0
            for key in keys:
                drawn = terminal.settle(drawn)
                pipe.send_text(key)

        desk = screen.ScreenDesk(pipe, output, save, lambda: NOON, lambda: next(clock) + terminal.late)
        fingers = Thread(target=typing)
        fingers.start()
        try:
            return screen.run(begin(instrument, HEAD), desk)
        finally:
            fingers.join()


@pytest.fixture(scope="module")
def small() -> Instrument:
    return ready(SMALL)


def test_a_whole_interview(small: Instrument) -> None:
    session = ran(small, "n212\r6\r\rthe phone rang\ryfq")
    assert session.page == Finished()
    lines = typed(begin(small, HEAD), "n", "2", "1,2", "6", "the phone rang", "y", "f", "q")
    assert session.form == lines.form
    assert [type(entry) for entry in session.log] == [type(entry) for entry in lines.log]


def test_arrows_go_back_and_on(small: Instrument) -> None:
    assert ran(small, ["n", "2", "\x1b[D", "\x1b[D", "y", "g", "q"]).form.answers[DANGER] == chosen("yes")
    assert ran(small, ["\x1b[C", "2", "q"]).form.answers[:2] == (Gap.MISSING, chosen("some"))


def test_what_is_no_key_does_nothing(small: Instrument) -> None:
    session = ran(small, ["\x01", "\x05", "\t", "\x1b[15~", "\x1bOP", "\x1b[1;5C", "\u00e9", "n", "q"])
    assert session.form.answers[:2] == (chosen("no"), Gap.MISSING)


def test_a_bracketed_paste_answers_one_question(small: Instrument) -> None:
    session = ran(small, ["\x1b[200~" + "nynynyn121212" * 15 + "\x1b[201~", "q"])
    assert sum(answer is not Gap.MISSING for answer in session.form.answers) == 1


def test_a_burst_answers_only_what_could_be_read(small: Instrument) -> None:
    """Here the first page was not read either, so even the first key does nothing."""
    session = ran(small, ["n212\r6\rq"], seconds=0.01)
    assert all(answer is Gap.MISSING for answer in session.form.answers)
    read = ran(small, ["n", "2", "12\r6\rq"], seconds=0.2)
    assert sum(answer is not Gap.MISSING for answer in read.form.answers) <= 1


def test_a_page_counts_as_shown_once_the_terminal_has_taken_it(small: Instrument) -> None:
    """On a slow line, what is typed while a page is drawn comes before anybody can have read it."""
    session = ran(small, ["n", "q"], Emulated(slow=5.0), seconds=0.0)
    assert all(answer is Gap.MISSING for answer in session.form.answers)


def test_control_c_leaves_at_once(small: Instrument) -> None:
    session = ran(small, "n\x03")
    assert session.page == Interrupted(2)
    assert session.form.answers[DANGER] == chosen("no")


@pytest.mark.parametrize("keys", ["q", "nq", "n2q", "rq", "pq"])
def test_quit_leaves(small: Instrument, keys: str) -> None:
    assert ran(small, keys).page == Left()


def test_an_answer_is_saved_before_anything_is_drawn(small: Instrument) -> None:
    terminal = Emulated()

    def save(record: Record) -> str:
        terminal.events.append(f"saved {len(record.log)}")
        return ""

    ran(small, "yq", terminal, save)
    assert terminal.events.index("saved 2") < terminal.events.index("drawn danger")


def test_what_could_not_be_saved_is_said_and_tried_again(small: Instrument) -> None:
    terminal = Emulated()
    faults = iter(["no space left on device", "no space left on device", ""])
    shown: list[str] = []

    def save(_record: Record) -> str:
        shown.append(terminal.shown)
        return next(faults)

    session = ran(small, "n2bq", terminal, save)
    for said in ("NOT SAVED: no space left on device", "NOT SAVED. The answers are kept in this window only"):
        assert said in shown[1]
    assert session.not_saved == ""
    assert len(shown) == 3


def test_a_fault_of_ours_leaves_a_sane_terminal_and_comes_out(small: Instrument) -> None:
    terminal = Emulated()

    def fault(_record: Record) -> str:
        message = "marked answer"
        raise ZeroDivisionError(message)

    with pytest.raises(ZeroDivisionError):
        ran(small, "n", terminal, fault)
    assert "\x1b[?1049l" in terminal.raw.getvalue()
    assert "marked answer" not in terminal.raw.getvalue()


def test_a_fault_while_drawing_comes_out_too(small: Instrument, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Emulated()

    def fault(*_arguments: object) -> None:
        message = "marked answer"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(screen, "screenful", fault)
    with pytest.raises(ZeroDivisionError):
        ran(small, "n", terminal)
    assert "marked answer" not in terminal.raw.getvalue()


def test_a_fault_while_drawing_a_later_page_is_the_one_that_comes_out(
    small: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And none that follows from it, as with a cursor below an empty page."""
    drawn = screenful

    def fault(keyboard: Keyboard, columns: int, rows: int) -> Screenful:
        if keyboard.session.log:
            raise ZeroDivisionError
        return drawn(keyboard, columns, rows)

    monkeypatch.setattr(screen, "screenful", fault)
    with pytest.raises(ZeroDivisionError):
        ran(small, "n")


def test_no_colour_is_needed(small: Instrument) -> None:
    """Only bold, underline and reverse; so no theme and no NO_COLOR can make it unreadable."""
    terminal = Emulated()
    ran(small, "n2rq", terminal)
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", terminal.raw.getvalue()) for code in found.split(";")}
    assert codes <= {"", "0", "1", "4", "7"}


def test_the_screen_is_the_alternate_one(small: Instrument) -> None:
    """So that nothing stays in the window's scrollback."""
    terminal = Emulated()
    session = ran(small, "nrq", terminal)
    written = terminal.raw.getvalue()
    assert written.index("\x1b[?1049h") < written.index("Is there danger?")
    assert written.rindex("\x1b[?1049l") > written.rindex("Is there danger?")
    assert isinstance(session.page, Left)
    assert session.form.answers[THREAT] is Gap.MISSING
    assert typed(session, "r").page == Left()
