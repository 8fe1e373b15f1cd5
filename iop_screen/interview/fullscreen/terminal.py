"""The interview on a full screen: prompt_toolkit passes keys in and draws what `layout` gives. It only draws."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Point
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.styles import Style

from iop_screen.console.signals import END_SIGNALS, current_handlers, ignore_end_signals, restore_handlers
from iop_screen.interview.autosave import Save, save_interrupted, with_save
from iop_screen.interview.fullscreen import key_names
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.fullscreen.styled_lines import LineStyle
from iop_screen.interview.pages import Ended, Interrupted
from iop_screen.interview.state import Session

STYLE = Style.from_dict(
    {
        LineStyle.BAR: "reverse",
        LineStyle.ASK: "bold",
        LineStyle.QUIET: "",
        LineStyle.HELP: "",
        LineStyle.HERE: "reverse",
        LineStyle.REPLY: "underline",
        LineStyle.ALARM: "bold reverse",
    }
)
"""No colour is needed, and none is used: bold, reverse and underline show on every terminal and every theme."""

NAMED = {
    Keys.Enter: key_names.ENTER,
    Keys.ControlJ: key_names.ENTER,
    Keys.Escape: key_names.ESCAPE,
    Keys.Backspace: key_names.BACKSPACE,
    Keys.Delete: key_names.BACKSPACE,
    Keys.Up: key_names.UP,
    Keys.Down: key_names.DOWN,
    Keys.Left: key_names.LEFT,
    Keys.Right: key_names.RIGHT,
    Keys.PageUp: key_names.PAGE_UP,
    Keys.PageDown: key_names.PAGE_DOWN,
}
CARRY_ON = getattr(signal, "SIGCONT", None)

ESCAPE_CODE_SECONDS = 0.5
"""So long the rest of an escape code may take on a slow line. Esc alone is taken after that; it only closes things."""


@dataclass(frozen=True, slots=True)
class ScreenTerminal:
    """What the full screen works with: where keys come from, where it draws, what saves and what tells the time."""

    input: Input
    output: Output
    save: Save
    clock: Callable[[], datetime]
    ticks: Callable[[], float] = time.monotonic


def run_full_screen(session: Session, desk: ScreenTerminal) -> Session:
    """Lead an interview to its end, as the line mode does."""
    return _Screen(session, desk).run()


def _handlers() -> dict[int, Any]:
    """Who is told of the signals that matter here."""
    return current_handlers(filter(None, (*END_SIGNALS, CARRY_ON)))


def _pass_on(loop: asyncio.AbstractEventLoop, hear: Callable[[int], None], number: int) -> None:
    """A signal waits until the stroke that is being taken is on disk. After the end there is nothing to break off."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(hear, number)


class _Screen:
    """The one place where the interview is not a value: it holds the keyboard between two keys."""

    def __init__(self, session: Session, desk: ScreenTerminal) -> None:
        self.desk = desk
        self.keyboard = kb.start_keyboard(session, desk.ticks())
        drawn = FormattedTextControl(self._drawn, get_cursor_position=self._cursor, show_cursor=True)
        self.application: Application[None] = Application(
            layout=Layout(Window(drawn)),
            key_bindings=self._bindings(),
            style=STYLE,
            full_screen=True,
            input=desk.input,
            output=desk.output,
            color_depth=ColorDepth.DEPTH_1_BIT,
            mouse_support=False,
            include_default_pygments_style=False,
        )
        self.application.ttimeoutlen = ESCAPE_CODE_SECONDS
        self.application.timeoutlen = 0.1
        self.application.after_render += self._shown
        self.unseen = True
        self._at = Point(0, 0)
        self.fault: Exception | None = None

    def run(self) -> Session:
        """Run until the interview has ended. A terminal that has gone away ends it, too."""
        before = _handlers()
        try:
            self.application.run(pre_run=self._watch, set_exception_handler=False, handle_sigint=False)
        except (EOFError, OSError):
            self._interrupt(END_SIGNALS[0])
        except Exception as fault:  # noqa: BLE001 - what went wrong first is what there is to say
            self.fault = self.fault or fault
        finally:
            restore_handlers(before)
            if isinstance(self.keyboard.session.page, Interrupted):
                ignore_end_signals()
        clear_typeahead(self.desk.input)  # keys after the last one are nothing for the next caller
        if self.fault is not None:
            self._put_right()
            raise self.fault
        return self.keyboard.session

    def _fail(self, fault: Exception) -> None:
        """Something failed between two strokes: the terminal has gone away, or it is a fault of ours."""
        if isinstance(fault, OSError):
            self._interrupt(END_SIGNALS[0])
        else:
            self._end_with(fault)

    def _end_with(self, fault: Exception) -> None:
        """A fault of ours: the terminal is made sane before anybody hears of it, and no text of it is shown here."""
        self.fault = self.fault or fault
        self._leave()

    def _put_right(self) -> None:
        """What a page that broke off in the middle has left switched: its style, the line wrap, the cursor."""
        output = self.desk.output
        with suppress(OSError):
            output.reset_attributes()
            output.enable_autowrap()
            output.show_cursor()
            output.flush()

    def _leave(self) -> None:
        if self.application.is_running and not self.application.is_done:
            self.application.exit()

    def _watch(self) -> None:
        """A closed window, a dropped line or a kill: leave the screen as it was found. One that is ignored stays so."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, about: self._fail(about.get("exception") or RuntimeError()))
        for number, handler in _handlers().items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, lambda heard, _frame: _pass_on(loop, self._hear, heard))

    def _hear(self, number: int) -> None:
        if number != CARRY_ON:
            self._interrupt(number)
        elif not isinstance(self.keyboard.session.page, Ended):  # a hang-up wakes who is stopped, too
            self._carry_on()

    def _carry_on(self) -> None:
        """The process was stopped from outside: keys come one by one again, and all is drawn anew."""
        self.desk.input.raw_mode().__enter__()  # the application leaves it
        self.application.renderer.reset()
        self.unseen = True
        self.application.invalidate()

    def _interrupt(self, number: int) -> None:
        """Broken off: by Ctrl-C what is half typed is kept, as by whoever leaves a page; by others only danger."""
        try:
            taken = kb.take_pending_input(self.keyboard, self.desk.clock(), only_danger=number != signal.SIGINT)
            session = save_interrupted(taken, self.keyboard.session, self.desk.save, number)
        except Exception as fault:  # noqa: BLE001 - it is raised again once the terminal is sane
            self._end_with(fault)
            return
        self.keyboard = replace(self.keyboard, session=session)
        self._leave()

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        bindings.add(Keys.Any)(self._typed)
        for key in NAMED:
            bindings.add(key, eager=True)(self._typed)
        bindings.add(Keys.BracketedPaste)(self._pasted)
        bindings.add(Keys.ControlC)(lambda _event: self._interrupt(signal.SIGINT))
        return bindings

    def _typed(self, event: KeyPressEvent) -> None:
        pressed = event.key_sequence[-1]
        key = NAMED.get(pressed.key, pressed.data) if isinstance(pressed.key, Keys) else pressed.key
        if key in NAMED.values() or (len(key) == 1 and key.isprintable()):
            self._step(lambda keyboard, at, now: kb.press(keyboard, key, at, now))

    def _pasted(self, event: KeyPressEvent) -> None:
        self._step(lambda keyboard, _at, now: kb.paste(keyboard, event.data, now))

    def _step(self, stroke: Callable[[kb.Keyboard, datetime, float], kb.Keyboard]) -> None:
        """One stroke, and what it changed on disk, before anything is drawn."""
        before = self.keyboard
        try:
            after = stroke(before, self.desk.clock(), self.desk.ticks())
            after = replace(after, session=with_save(after.session, before.session, self.desk.save))
        except Exception as fault:  # noqa: BLE001 - it is raised again once the terminal is sane
            self._end_with(fault)
            return
        self.unseen = self.unseen or after.session.page != before.session.page
        self.keyboard = kb.note_shown(after, self.desk.ticks()) if self.unseen else after
        if isinstance(after.session.page, Ended):
            self._leave()

    def _drawn(self) -> StyleAndTextTuples:
        try:
            return self._pieces()
        except Exception as fault:  # noqa: BLE001 - as above
            self._end_with(fault)
            self._at = Point(0, 0)
            return []

    def _pieces(self) -> StyleAndTextTuples:
        size = self.application.output.get_size()
        drawn = layout(self.keyboard, size.columns, size.rows)
        self.keyboard = kb.note_drawn(self.keyboard, drawn.top, drawn.unseen)
        written = [(len(line.beside) + line.cursor, row) for row, line in enumerate(drawn.lines) if line.cursor >= 0]
        self._at = Point(*written[-1]) if written else Point(0, size.rows - 1)
        pieces: StyleAndTextTuples = []
        for line in drawn.lines:
            pieces += [("", line.beside), (f"class:{line.tone}" if line.tone else "", line.text), ("", "\n")]
        return pieces[:-1]

    def _shown(self, _application: Application[None]) -> None:
        """A page counts as shown once the terminal has taken it, be the line to it ever so slow."""
        if self.unseen:
            self.keyboard = kb.note_shown(self.keyboard, self.desk.ticks())
            self.unseen = False

    def _cursor(self) -> Point:
        return self._at
