"""From keys to what is typed: one key answers where one is enough, and a key nobody can have meant does nothing.

A frozen value around the session. It holds what is typed but not entered yet (ticks, digits, words), where one is on
a list or a long page, and when keys came. What a finished line means, only the session knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from iop_screen.engine.answers import Chosen
from iop_screen.interview.answering import keep
from iop_screen.interview.deciding import not_decided
from iop_screen.interview.meant import Place, Watch, first_watch, why_ignored
from iop_screen.interview.pages import (
    Asking,
    Deciding,
    Filing,
    GoingTo,
    Noting,
    NotKnown,
    Page,
    Reviewing,
    SoFar,
    Writing,
)
from iop_screen.interview.session import AT_QUESTION, enter
from iop_screen.interview.state import Session
from iop_screen.interview.strokes import (
    BACKSPACE,
    DOWN,
    ENTER,
    ESCAPE,
    LEFT,
    PAGE_DOWN,
    PAGE_UP,
    PASTE,
    RIGHT,
    UP,
)
from iop_screen.interview.typed import MAX_WORDS, keys, too_long, typed_answer
from iop_screen.questionnaire.model import (
    ChoiceQuestion,
    MultipleQuestion,
    Question,
    TextQuestion,
    YesNoQuestion,
)

NO_PLACE_FOR_PASTE = "Ignored: a paste is no answer here. Press a key."
FURTHER_DOWN = "Ignored: that answer is further down. Press Down to read it."
PRESS_ENTER = "Press Enter, then type."
TOO_LONG = f"Ignored: at most {MAX_WORDS:,} characters are kept."


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A session with what stands between it and the keys; `ignored` says why the last key did nothing.

    `unseen` are the keys of answers that there was no room for yet; None before the page has been drawn.
    """

    session: Session
    watch: Watch
    half: str = ""
    ticked: frozenset[str] = frozenset()
    typing: bool = False
    row: int = 0
    top: int = 0
    helping: bool = False
    ignored: str = ""
    unseen: frozenset[str] | None = None


def sit_down(session: Session, now: float) -> Keyboard:
    """The keyboard at the start of an interview."""
    return _at_page(Keyboard(session, first_watch(now)))


def press(keyboard: Keyboard, key: str, at: datetime, now: float) -> Keyboard:
    """The keyboard after one key: a character, or a name such as "enter"."""
    why = _why_ignored(keyboard, key, now)
    if why:
        return _drop(keyboard, key, now, why)
    before = keyboard.session.page
    pressed = _pressed(replace(keyboard, ignored=""), key, at)
    turned = pressed.session.page != before
    pressed = replace(pressed, watch=keyboard.watch.took(key, now, turned=turned))
    return _at_page(pressed) if turned else pressed


def paste(keyboard: Keyboard, text: str, now: float) -> Keyboard:
    """The keyboard after a paste, taken whole as one line. It never answers; some consoles make one of fast typing."""
    why = _why_ignored(keyboard, PASTE, now)
    pasted = None if why else _filled(replace(keyboard, ignored=""), " ".join(text.split()))
    if pasted is None:
        return _drop(keyboard, PASTE, now, why or NO_PLACE_FOR_PASTE)
    return replace(pasted, watch=keyboard.watch.took(PASTE, now, turned=False))


def shown_at(keyboard: Keyboard, now: float) -> Keyboard:
    """The keyboard once a new page is really on the screen."""
    return replace(keyboard, watch=keyboard.watch.seen(now))


def drawn_as(keyboard: Keyboard, top: int, unseen: frozenset[str]) -> Keyboard:
    """The keyboard once its page is drawn, so far scrolled and without the answers that these keys give."""
    return replace(keyboard, top=top, unseen=unseen if keyboard.unseen is None else unseen & keyboard.unseen)


def half_taken(keyboard: Keyboard, at: datetime) -> Session:
    """The session with what is half typed taken, if it is an answer, for leaving a page loses nothing."""
    return keep(keyboard.session, _line(keyboard), at)


def question_of(keyboard: Keyboard) -> Question | None:
    """The question on the page."""
    page = keyboard.session.page
    return keyboard.session.instrument.questions[page.place] if isinstance(page, Asking) else None


def needs_enter(question: Question) -> bool:
    """Whether an answer is ended with Enter: there can be more than one key to it."""
    return not isinstance(question, YesNoQuestion | ChoiceQuestion) or len(keys(question)) > 9


def _why_ignored(keyboard: Keyboard, key: str, now: float) -> str:
    here = Place(keyboard.session.page, _writes(keyboard), _spells(keyboard, key))
    unread = FURTHER_DOWN if key.casefold() in (keyboard.unseen or ()) and not here.writes else ""
    return why_ignored(keyboard.watch, key, now, here) or unread


def _spells(keyboard: Keyboard, key: str) -> bool:
    """Whether a key is part of a number here, or takes some of it back."""
    question = question_of(keyboard)
    if question is None:
        return _is_list(keyboard) and key in {*_DIGITS, BACKSPACE}
    spelled = needs_enter(question) and not isinstance(question, TextQuestion) and not _has_boxes(question)
    return spelled and (key == BACKSPACE or (len(key) == 1 and not _is_letter(key)))


def _drop(keyboard: Keyboard, key: str, now: float, why: str) -> Keyboard:
    return replace(keyboard, ignored=why, watch=keyboard.watch.dropped(key, now, why))


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
    if isinstance(question, TextQuestion) and key.casefold() not in AT_QUESTION:
        return _at_box(keyboard, key)
    if question is not None and needs_enter(question) and not _is_letter(key):
        return _half_typed(keyboard, question, key, at)
    if _is_list(keyboard) and key in {*_DIGITS, ENTER, BACKSPACE}:
        return _pick(keyboard, key, at)
    if key == "?" and question is not None:
        keyboard = replace(keyboard, helping=not keyboard.helping)
        return replace(keyboard, session=replace(keyboard.session, replies=()))
    return _said(keyboard, "" if key == ENTER else key, at)


_DIGITS = frozenset("0123456789")


def _is_letter(key: str) -> bool:
    """Whether a key is a character that is part of no number and of no list of numbers."""
    return len(key) == 1 and key not in _DIGITS and key not in "+-., "


def _is_list(keyboard: Keyboard) -> bool:
    """Whether one picks by number here."""
    return isinstance(keyboard.session.page, Reviewing | GoingTo | Deciding)


def _has_boxes(question: Question) -> bool:
    """Whether each option is ticked with one key."""
    return isinstance(question, MultipleQuestion) and len(keys(question)) <= 10


def _said(keyboard: Keyboard, typed: str, at: datetime) -> Keyboard:
    """Pass on what was typed; before one leaves a page, what is half typed there is taken."""
    leaves = typed.casefold() in AT_QUESTION - {"u", "d"}
    taken = replace(keyboard, session=half_taken(keyboard, at)) if leaves else keyboard
    if taken.session.page != keyboard.session.page:
        return taken
    return replace(taken, session=enter(taken.session, typed, at))


def _line(keyboard: Keyboard) -> str:
    """What is half typed, as one would type it on a line."""
    return keyboard.half or ",".join(sorted(keyboard.ticked))


def _at_box(keyboard: Keyboard, key: str) -> Keyboard:
    """A question that wants words, before its box is open: what is typed is no answer yet."""
    if key == ENTER:
        return replace(keyboard, typing=True)
    return replace(keyboard, ignored=PRESS_ENTER) if len(key) == 1 else keyboard


def _half_typed(keyboard: Keyboard, question: Question, key: str, at: datetime) -> Keyboard:
    if key == ENTER:
        return replace(keyboard, session=enter(keyboard.session, _line(keyboard), at))
    if isinstance(question, MultipleQuestion) and _has_boxes(question):
        return _tick(keyboard, question, key)
    return _edit(keyboard, key)


def _filled(keyboard: Keyboard, line: str) -> Keyboard | None:
    """What is half typed once a line was pasted; None where it can be no part of an answer."""
    question = question_of(keyboard)
    if _writes(keyboard):
        return _longer(keyboard, line)
    if _is_list(keyboard):
        return _at_row(replace(keyboard, half=line)) if {*line} <= _DIGITS and 0 < len(line) <= 4 else None
    if question is None or not needs_enter(question) or isinstance(question, TextQuestion):
        return None
    answer = typed_answer(question, line)
    if isinstance(answer, Chosen) and _has_boxes(question):
        return replace(keyboard, ticked=_keys_of(question, answer))
    return None if answer is None else replace(keyboard, half=line)


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
    """More of what is being written. What would be too long is refused, never cut."""
    half = keyboard.half + text
    return replace(keyboard, ignored=TOO_LONG) if too_long(half) else replace(keyboard, half=half)


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
    written = replace(keyboard, session=enter(keyboard.session, keyboard.half, at))
    if written.session.page == keyboard.session.page:
        kept = "" if NotKnown() in written.session.replies else keyboard.half
        return replace(written, half=kept, typing=keyboard.typing and bool(kept))
    return replace(written, half="", typing=False)


def _escape(keyboard: Keyboard, at: datetime) -> Keyboard:
    """Close what is open and answer nothing."""
    page, session = keyboard.session.page, keyboard.session
    if keyboard.typing or keyboard.helping:
        return replace(keyboard, typing=False, helping=False, half="")
    match page:
        case Noting() | Filing():
            return replace(keyboard, half="", session=enter(session, "", at))
        case Deciding():
            return replace(keyboard, half="", session=not_decided(replace(session, replies=())))
        case SoFar() | GoingTo():
            return replace(keyboard, session=enter(session, "b", at))
    return keyboard


def _pick(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    """Pick from a list, by its number or with the cursor."""
    if key != ENTER:
        return _at_row(_edit(keyboard, key))
    on_list = isinstance(keyboard.session.page, Reviewing | GoingTo)
    typed = keyboard.half or (str(keyboard.row + 1) if on_list else "")
    return replace(keyboard, half="", session=enter(keyboard.session, typed, at))


def _at_row(keyboard: Keyboard) -> Keyboard:
    """The cursor on the row whose number is typed."""
    row = int(keyboard.half) - 1 if keyboard.half else keyboard.row
    return replace(keyboard, row=max(0, min(row, _rows(keyboard) - 1)))


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
    return replace(keyboard, half="", ticked=_ticks(keyboard), typing=False, row=row, top=0, helping=False, unseen=None)


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
    return _keys_of(question, answer) if isinstance(answer, Chosen) else frozenset()


def _keys_of(question: Question, answer: Chosen) -> frozenset[str]:
    """The keys of the options that were chosen."""
    return frozenset(key for key, option in keys(question) if option.id in answer.options)
