"""From keys to what is typed: one key answers where one is enough, and a key nobody can have meant does nothing.

A frozen value around the session. It holds what is typed but not entered yet (ticks, digits, words), where one is on
a list or a long page, and when the page was shown. What a finished line means, only the session knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from iop_screen.engine.answers import Chosen
from iop_screen.interview.pages import (
    Asking,
    Confirming,
    Deciding,
    Emergency,
    Filing,
    GoingTo,
    Noting,
    Page,
    Result,
    Reviewing,
    SoFar,
    Writing,
)
from iop_screen.interview.session import enter, keep
from iop_screen.interview.state import Session
from iop_screen.interview.typed import MAX_WORDS, keys
from iop_screen.questionnaire.model import (
    ChoiceQuestion,
    MultipleQuestion,
    Question,
    TextQuestion,
    YesNoQuestion,
)

UNREAD_SECONDS = 0.25
"""Faster than this nobody reads a page and answers it: such a key was typed ahead, and it does nothing."""

HELD_SECONDS = 0.6
"""The key that brought the page does nothing for so long, for it may be held down."""

ENTER, ESCAPE, BACKSPACE = "enter", "escape", "backspace"
UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN = "up", "down", "left", "right", "pageup", "pagedown"
NAMES = frozenset({ENTER, ESCAPE, BACKSPACE, UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN})
"""The keys that are no character."""

MOVES = frozenset({UP, DOWN, PAGE_UP, PAGE_DOWN, LEFT, "b", "j", "r", "?", "!", "q"})
"""Keys that answer nothing and confirm nothing; they are never taken for typed ahead."""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A session with what stands between it and the keys.

    Times are seconds of a clock that never goes back. `shown` is when the page was last shown or a key was last
    ignored; `brought_by` is the key that led to the page.
    """

    session: Session
    half: str = ""
    ticked: frozenset[str] = frozenset()
    typing: bool = False
    row: int = 0
    top: int = 0
    helping: bool = False
    ignored: str = ""
    shown: float = 0.0
    brought_by: str = ""


def sit_down(session: Session, now: float) -> Keyboard:
    """The keyboard at the start of an interview."""
    return _at_page(Keyboard(session, shown=now))


def press(keyboard: Keyboard, key: str, at: datetime, now: float) -> Keyboard:
    """The keyboard after one key: a character, or a name such as "enter"."""
    if _too_early(keyboard, key, now):
        held = key == keyboard.brought_by
        said = "Held key ignored." if held else "Ignored: that key came before the question was read."
        return replace(keyboard, ignored=said, shown=now)
    before = keyboard.session.page
    pressed = _pressed(replace(keyboard, ignored=""), key, at)
    if pressed.session.page != before:
        pressed = _at_page(replace(pressed, shown=now, brought_by=key.casefold()))
    return pressed


def paste(keyboard: Keyboard, text: str, at: datetime, now: float) -> Keyboard:
    """The keyboard after a paste: taken whole where one writes; elsewhere key by key, up to the next page."""
    if _writes(keyboard):
        return _longer(keyboard, " ".join(text.split()))
    page = keyboard.session.page
    for character in text:
        keyboard = press(keyboard, ENTER if character in "\r\n" else character, at, now)
        if keyboard.session.page != page or keyboard.ignored:
            break
    return keyboard


def shown_at(keyboard: Keyboard, now: float) -> Keyboard:
    """The keyboard once a new page is really on the screen: the time it took to save does not count as reading."""
    return replace(keyboard, shown=now)


def question_of(keyboard: Keyboard) -> Question | None:
    """The question on the page."""
    page = keyboard.session.page
    return keyboard.session.instrument.questions[page.place] if isinstance(page, Asking) else None


def needs_enter(question: Question) -> bool:
    """Whether an answer is ended with Enter: there can be more than one key to it."""
    return not isinstance(question, YesNoQuestion | ChoiceQuestion) or len(keys(question)) > 9


def _too_early(keyboard: Keyboard, key: str, now: float) -> bool:
    """Whether a key cannot be meant for this page: it came before the page was read, or it may be held down."""
    if _writes(keyboard) or not isinstance(keyboard.session.page, Asking | Emergency | Confirming | Reviewing | Result):
        return False
    held = key.casefold() == keyboard.brought_by and now - keyboard.shown < HELD_SECONDS
    if key.casefold() in MOVES and not isinstance(keyboard.session.page, Emergency):
        return False
    return key != "!" and (held or now - keyboard.shown < UNREAD_SECONDS)


def _pressed(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    if _writes(keyboard):
        return _write(keyboard, key, at)
    if key in {UP, DOWN, PAGE_UP, PAGE_DOWN}:
        return _scroll(keyboard, key)
    if key == ESCAPE:
        return _escape(keyboard, at)
    if key in {LEFT, RIGHT}:
        key = "b" if key == LEFT else "s"
    question = question_of(keyboard)
    if question is not None and needs_enter(question) and not _is_command(key):
        return _half_typed(keyboard, question, key, at)
    if isinstance(keyboard.session.page, Reviewing | GoingTo | Deciding) and (key.isdecimal() or key in _EDITING):
        return _pick(keyboard, key, at)
    if key == "?" and question is not None:
        keyboard = replace(keyboard, helping=not keyboard.helping)
        return replace(keyboard, session=replace(keyboard.session, replies=()))
    return _said(keyboard, "" if key == ENTER else key, at)


_EDITING = frozenset({ENTER, BACKSPACE})


def _is_command(key: str) -> bool:
    return len(key) == 1 and not key.isdecimal() and key not in "+-., "


def _said(keyboard: Keyboard, typed: str, at: datetime) -> Keyboard:
    """Pass on what was typed. What is half typed on the page is taken first, for leaving a page loses nothing."""
    session = keyboard.session
    half = _line(keyboard)
    if half and typed not in {half, "u", "d", "U", "D"} and isinstance(session.page, Asking):
        page = session.page
        session = keep(session, half, at)
        if session.page != page:
            return replace(keyboard, session=session)
    return replace(keyboard, session=enter(session, typed, at))


def _line(keyboard: Keyboard) -> str:
    """What is half typed, as one would type it on a line."""
    return keyboard.half or ",".join(sorted(keyboard.ticked))


def _half_typed(keyboard: Keyboard, question: Question, key: str, at: datetime) -> Keyboard:
    if isinstance(question, TextQuestion):
        return replace(keyboard, typing=True) if key == ENTER else keyboard
    if key == ENTER:
        return replace(keyboard, session=enter(keyboard.session, _line(keyboard), at))
    if isinstance(question, MultipleQuestion) and len(keys(question)) <= 10:
        return _tick(keyboard, question, key)
    return _edit(keyboard, key)


def _tick(keyboard: Keyboard, question: MultipleQuestion, key: str) -> Keyboard:
    """Tick an option or take its tick away. One that goes with no other takes theirs away."""
    alone = {name for name, option in keys(question) if option.exclusive}
    if key not in {name for name, _ in keys(question)}:
        return keyboard
    if key in keyboard.ticked:
        return replace(keyboard, ticked=keyboard.ticked - {key})
    return replace(keyboard, ticked=frozenset({key}) if key in alone else (keyboard.ticked | {key}) - alone)


def _edit(keyboard: Keyboard, key: str) -> Keyboard:
    if key == BACKSPACE:
        return replace(keyboard, half=keyboard.half[:-1])
    return _longer(keyboard, key) if len(key) == 1 else keyboard


def _longer(keyboard: Keyboard, text: str) -> Keyboard:
    """More of what is being written. What is too long is refused when it is entered, so one more is kept."""
    return replace(keyboard, half=(keyboard.half + text)[: MAX_WORDS + 1])


def _writes(keyboard: Keyboard) -> bool:
    """Whether letters are text here, and not commands."""
    page = keyboard.session.page
    words = isinstance(page, Deciding) and page.selected is not None
    return keyboard.typing or isinstance(page, Writing) or words


def _write(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    if key == ESCAPE:
        return _escape(keyboard, at)
    if key == "!" and not keyboard.half:
        return replace(keyboard, session=enter(keyboard.session, "!", at))
    if key != ENTER:
        return _edit(keyboard, key)
    written = replace(keyboard, session=enter(keyboard.session, keyboard.half, at), typing=False)
    return replace(written, half="") if written.session.page != keyboard.session.page else written


def _escape(keyboard: Keyboard, at: datetime) -> Keyboard:
    """Close what is open and answer nothing."""
    page, session = keyboard.session.page, keyboard.session
    if keyboard.typing or keyboard.helping:
        return replace(keyboard, typing=False, helping=False, half="")
    match page:
        case Noting() | Filing():
            return replace(keyboard, half="", session=enter(session, "", at))
        case Deciding():
            return replace(keyboard, half="", session=replace(session, page=Result(), replies=()))
        case SoFar() | GoingTo():
            return replace(keyboard, session=enter(session, "b", at))
    return keyboard


def _pick(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    """Pick from a list, by its number or with the cursor."""
    if key != ENTER:
        keyboard = _edit(keyboard, key)
        row = int(keyboard.half) - 1 if keyboard.half else keyboard.row
        return replace(keyboard, row=max(0, min(row, _rows(keyboard) - 1)))
    on_list = isinstance(keyboard.session.page, Reviewing | GoingTo)
    typed = keyboard.half or (str(keyboard.row + 1) if on_list else "")
    return replace(keyboard, half="", session=enter(keyboard.session, typed, at))


def _scroll(keyboard: Keyboard, key: str) -> Keyboard:
    step = {UP: -1, DOWN: 1, PAGE_UP: -8, PAGE_DOWN: 8}[key]
    if isinstance(keyboard.session.page, Reviewing | GoingTo):
        row = max(0, min(keyboard.row + step, _rows(keyboard) - 1))
        return replace(keyboard, row=row, half="")
    return replace(keyboard, top=max(0, keyboard.top + step))


def _rows(keyboard: Keyboard) -> int:
    return len(keyboard.session.asked_places())


def _at_page(keyboard: Keyboard) -> Keyboard:
    """A page starts with nothing half typed, and a question with the answer that it has."""
    page = keyboard.session.page
    row = _row_of(keyboard, page)
    return replace(keyboard, half="", ticked=_ticks(keyboard), typing=False, row=row, top=0, helping=False)


def _row_of(keyboard: Keyboard, page: Page) -> int:
    """Where the cursor starts on a list: on the question that one comes from."""
    places = keyboard.session.asked_places()
    if isinstance(page, GoingTo) and isinstance(page.back, Asking) and page.back.place in places:
        return places.index(page.back.place)
    return min(keyboard.row, max(0, len(places) - 1)) if isinstance(page, Reviewing) else 0


def _ticks(keyboard: Keyboard) -> frozenset[str]:
    """The keys of the options that a question has as its answer."""
    question = question_of(keyboard)
    if not isinstance(question, MultipleQuestion) or not isinstance(keyboard.session.page, Asking):
        return frozenset()
    answer = keyboard.session.form.answers[keyboard.session.page.place]
    given = answer.options if isinstance(answer, Chosen) else frozenset()
    return frozenset(key for key, option in keys(question) if option.id in given)
