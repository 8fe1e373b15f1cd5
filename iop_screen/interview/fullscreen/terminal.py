"""The interview on a full screen: prompt_toolkit reads the keys and draws the lines that `layout` gives."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
from prompt_toolkit.layout import Layout as PromptLayout
from prompt_toolkit.layout import Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.styles import Style

from iop_screen.console.signals import END_SIGNALS, current_handlers, ignore_end_signals, restore_handlers
from iop_screen.interview.autosave import Fulfil, Save, save_interrupted, unchanged, with_save
from iop_screen.interview.fullscreen import key_names
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.layout import Layout, layout
from iop_screen.interview.fullscreen.styled_lines import LineStyle
from iop_screen.interview.pages import Ended, Interrupted
from iop_screen.interview.state import Session

STYLE = Style.from_dict(
    {
        LineStyle.BAR: "reverse",
        LineStyle.ASK: "bold",
        LineStyle.QUIET: "",
        LineStyle.HELP: "",
        LineStyle.SELECTED: "reverse",
        LineStyle.REPLY: "underline",
        LineStyle.ALARM: "bold reverse",
    }
)
"""No colours: bold, reverse and underline show on every terminal and in every theme."""

KEY_NAMES = {
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
    Keys.Home: key_names.HOME,
    Keys.End: key_names.END,
}
CONTINUE_SIGNAL = getattr(signal, "SIGCONT", None)

ESCAPE_CODE_SECONDS = 0.5
"""How long the rest of an escape code may take on a slow line. Only after that is Esc taken for the key alone."""


@dataclass(frozen=True, slots=True)
class ScreenTerminal:
    """What the full screen uses: input, output, what saves a record, the time of day, and a monotonic clock.

    `fulfil` does what a session asks.
    """

    input: Input
    output: Output
    save: Save
    clock: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    fulfil: Fulfil = unchanged


def run_full_screen(session: Session, terminal: ScreenTerminal) -> Session:
    """Run an interview to its end; a fault of the program is raised again once the terminal is restored."""
    return _Screen(session, terminal).run()


def _handlers() -> dict[int, Any]:
    """The handlers of the signals that end the interview or continue it."""
    return current_handlers(filter(None, (*END_SIGNALS, CONTINUE_SIGNAL)))


def _queue_signal(loop: asyncio.AbstractEventLoop, handle: Callable[[int], None], number: int) -> None:
    """Handle a signal once the key that is being handled is on disk; not at all once the loop is closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(handle, number)


def _styled_text(drawn: Layout) -> StyleAndTextTuples:
    """The lines as prompt_toolkit takes them."""
    pieces: StyleAndTextTuples = []
    for line in drawn.lines:
        pieces += [("", line.left_column), (f"class:{line.style}" if line.style else "", line.text), ("", "\n")]
    return pieces[:-1]


def _cursor_of(drawn: Layout) -> Point:
    """Where the text cursor stands: behind what is typed, else on the marked row of a list, where screen readers read.

    Where there is neither, it stands at the end.
    """
    lines = [*enumerate(drawn.lines)]
    typed = [Point(len(line.left_column) + line.cursor, row) for row, line in lines if line.cursor >= 0]
    marked = [Point(0, row) for row, line in lines if line.style is LineStyle.SELECTED]
    return (typed[-1:] or marked[:1] or [Point(0, len(lines) - 1)])[0]


class _Screen:
    """Holds the keyboard between two keys, and what was drawn last; all else in the interview is a frozen value.

    `drawn` is the screen as it was drawn since the last key, None if it was not: the next key is told of it once.
    """

    def __init__(self, session: Session, terminal: ScreenTerminal) -> None:
        self.terminal = terminal
        self.keyboard = kb.start_keyboard(session, terminal.monotonic())
        control = FormattedTextControl(self._draw, get_cursor_position=self._cursor, show_cursor=True)
        self.application: Application[None] = Application(
            layout=PromptLayout(Window(control)),
            key_bindings=self._bindings(),
            style=STYLE,
            full_screen=True,
            input=terminal.input,
            output=terminal.output,
            color_depth=ColorDepth.DEPTH_1_BIT,
            mouse_support=False,
            include_default_pygments_style=False,
        )
        self.application.ttimeoutlen = ESCAPE_CODE_SECONDS
        self.application.timeoutlen = 0.1
        self.application.after_render += self._note_shown
        self.page_not_shown = True
        self.drawn: Layout | None = None
        self.fault: Exception | None = None

    def run(self) -> Session:
        """Run until the interview has ended. A terminal that is gone ends it, too."""
        before = _handlers()
        try:
            self.application.run(pre_run=self._handle_signals, set_exception_handler=False, handle_sigint=False)
        except (EOFError, OSError):
            self._interrupt(END_SIGNALS[0])
        except Exception as fault:  # noqa: BLE001 - the first fault is the one to report
            self.fault = self.fault or fault
        finally:
            restore_handlers(before)
            if isinstance(self.keyboard.session.page, Interrupted):
                ignore_end_signals()
        clear_typeahead(self.terminal.input)  # keys after the end are not meant for the next caller
        if self.fault is not None:
            self._restore_terminal()
            raise self.fault
        return self.keyboard.session

    @contextmanager
    def _ending_on_fault(self) -> Iterator[None]:
        """Keep a fault for `run`, which raises it once the terminal is restored; nothing of it is drawn."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - `run` raises it
            self.fault = self.fault or fault
            self._leave()

    def _on_loop_error(self, error: Exception | None) -> None:
        """An error between two keys: the terminal is gone, or it is a fault of the program."""
        if isinstance(error, OSError):
            self._interrupt(END_SIGNALS[0])
        else:
            self.fault = self.fault or error or RuntimeError()
            self._leave()

    def _restore_terminal(self) -> None:
        """Reset what a page that was only half drawn may have changed: style, line wrap, cursor."""
        output = self.terminal.output
        with suppress(OSError):
            output.reset_attributes()
            output.enable_autowrap()
            output.show_cursor()
            output.flush()

    def _leave(self) -> None:
        if self.application.is_running and not self.application.is_done:
            self.application.exit()

    def _handle_signals(self) -> None:
        """End the interview in order when a signal asks for it. A signal that is ignored stays ignored."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: self._on_loop_error(context.get("exception")))
        for number, handler in _handlers().items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, lambda received, _frame: _queue_signal(loop, self._on_signal, received))

    def _on_signal(self, number: int) -> None:
        if number != CONTINUE_SIGNAL:
            self._interrupt(number)
        elif not isinstance(self.keyboard.session.page, Ended):  # a hang-up continues a stopped process, too
            # the process was stopped from outside: read single keys again, and draw everything anew
            self.terminal.input.raw_mode().__enter__()  # the application leaves it
            self.application.renderer.reset()
            self.page_not_shown = True
            self.application.invalidate()

    def _interrupt(self, number: int) -> None:
        """Save and end. Ctrl-C records the pending input, as leaving a page does; other signals only danger."""
        with self._ending_on_fault():
            only_danger = number != signal.SIGINT
            taken = kb.take_pending_input(self.keyboard, self.terminal.clock(), only_danger=only_danger)
            session = save_interrupted(taken, self.keyboard.session, self.terminal.save, number)
            self.keyboard = replace(self.keyboard, session=session)
            self._leave()

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        bindings.add(Keys.Any)(self._on_key)
        for key in KEY_NAMES:
            bindings.add(key, eager=True)(self._on_key)
        bindings.add(Keys.BracketedPaste)(self._on_paste)
        bindings.add(Keys.ControlC)(lambda _event: self._interrupt(signal.SIGINT))
        return bindings

    def _on_key(self, event: KeyPressEvent) -> None:
        pressed = event.key_sequence[-1]
        key = KEY_NAMES.get(pressed.key, pressed.data) if isinstance(pressed.key, Keys) else pressed.key
        if key in KEY_NAMES.values() or (len(key) == 1 and key.isprintable()):
            self._step(lambda keyboard, at, now: kb.press(keyboard, key, at, now))

    def _on_paste(self, event: KeyPressEvent) -> None:
        self._step(lambda keyboard, _at, now: kb.paste(keyboard, event.data, now))

    def _step(self, change: Callable[[kb.Keyboard, datetime, float], kb.Keyboard]) -> None:
        """Take one key or paste, and save what it recorded before anything is drawn."""
        with self._ending_on_fault():
            before = self.keyboard if self.drawn is None else kb.note_drawn(self.keyboard, self.drawn)
            self.drawn = None
            after = change(before, self.terminal.clock(), self.terminal.monotonic())
            saved = with_save(after.session, before.session, self.terminal.save)
            after = replace(after, session=self.terminal.fulfil(saved))
            self.page_not_shown = self.page_not_shown or after.session.page != before.session.page
            self.keyboard = kb.note_shown(after, self.terminal.monotonic()) if self.page_not_shown else after
            if isinstance(after.session.page, Ended):
                self._leave()

    def _draw(self) -> StyleAndTextTuples:
        """The lines of the screen. Only what was drawn is noted here; the keyboard hears of it with the next key."""
        with self._ending_on_fault():
            size = self.application.output.get_size()
            self.drawn = layout(self.keyboard, size.columns, size.rows)
            return _styled_text(self.drawn)
        self.drawn = None
        return []

    def _note_shown(self, _application: Application[None]) -> None:
        """A page counts as shown only once the terminal has taken it, for its line may be slow."""
        if self.page_not_shown:
            self.keyboard = kb.note_shown(self.keyboard, self.terminal.monotonic())
            self.page_not_shown = False

    def _cursor(self) -> Point:
        return Point(0, 0) if self.drawn is None else _cursor_of(self.drawn)
