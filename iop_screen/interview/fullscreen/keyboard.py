"""From keys to what is typed: one key answers where one is enough, and a key nobody can have meant does nothing.

A frozen value around the session. It holds what is typed but not entered yet (ticks, digits, words), where one is on
a list or a long page, and when keys came. What a finished line means, only the session knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from iop_screen.interview.answer_input import MAX_WORDS, too_long
from iop_screen.interview.answering import keep_pending_answer
from iop_screen.interview.deciding import leave_decision
from iop_screen.interview.fullscreen.key_guard import SCROLLS, KeyContext, KeyGuard, first_key_guard, why_ignored
from iop_screen.interview.fullscreen.key_names import ENTER, ESCAPE, LEFT, PASTE, RIGHT
from iop_screen.interview.fullscreen.list_cursor import (
    NUMBER_KEYS,
    PICKING,
    STEPS,
    first_row,
    has_cursor,
    is_list,
    is_number,
    row_moved,
    row_typed,
)
from iop_screen.interview.fullscreen.pending_input import (
    edited_text,
    has_boxes,
    input_from_paste,
    is_letter,
    is_spelling,
    keys_given,
    needs_enter,
    ticked_after,
    ticks_of,
    typed_line,
)
from iop_screen.interview.pages import (
    ConfirmPage,
    DecisionPage,
    EmergencyPage,
    Finished,
    GoToPage,
    Interrupted,
    LeavePage,
    LeftUnfinished,
    NotePage,
    Notice,
    QuestionPage,
    ReferencePage,
    ResultPage,
    ReviewPage,
    SoFarPage,
    Writing,
)
from iop_screen.interview.session import QUESTION_COMMANDS, enter
from iop_screen.interview.state import Session
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import InputMode

NO_PLACE_FOR_PASTE = "Ignored: a paste is no answer here. Press a key."
FURTHER_DOWN = "Ignored: that answer is further down. Press Down to read it."
PRESS_ENTER = "Press Enter, then type."
TOO_LONG_REPLY = f"Ignored: at most {MAX_WORDS:,} characters are kept."


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A session with what stands between it and the keys; `ignored` says why the last key did nothing.

    `unseen` are the keys of answers that there was no room for yet; None before the page has been drawn.
    """

    session: Session
    guard: KeyGuard
    half: str = ""
    ticked: frozenset[str] = frozenset()
    typing: bool = False
    row: int = 0
    top: int = 0
    helping: bool = False
    ignored: str = ""
    unseen: frozenset[str] | None = None


def start_keyboard(session: Session, now: float) -> Keyboard:
    """The keyboard at the start of an interview."""
    return _at_page(Keyboard(session, first_key_guard(now)))


def press(keyboard: Keyboard, key: str, at: datetime, now: float) -> Keyboard:
    """The keyboard after one key: a character, or a name such as "enter"."""
    why = _why_ignored(keyboard, key, now)
    if why:
        return _drop(keyboard, key, now, why)
    before = keyboard.session.page
    pressed = _pressed(replace(keyboard, ignored=_still_ignored(keyboard, key, now)), key, at)
    turned = pressed.session.page != before
    pressed = replace(pressed, guard=keyboard.guard.took(key, now, turned=turned))
    return _at_page(pressed) if turned else pressed


def paste(keyboard: Keyboard, text: str, now: float) -> Keyboard:
    """The keyboard after a paste, taken whole as one line. It never answers; some consoles make one of fast typing."""
    line = " ".join(text.split())
    why = _why_ignored(keyboard, PASTE, now) or _unread(keyboard, line)
    pasted = None if why else _filled(replace(keyboard, ignored=""), line)
    if pasted is None:
        return _drop(keyboard, PASTE, now, why or NO_PLACE_FOR_PASTE)
    return replace(pasted, guard=keyboard.guard.took(PASTE, now, turned=False))


def note_shown(keyboard: Keyboard, now: float) -> Keyboard:
    """The keyboard once a new page is really on the screen."""
    return replace(keyboard, guard=keyboard.guard.seen(now))


def note_drawn(keyboard: Keyboard, top: int, unseen: frozenset[str]) -> Keyboard:
    """The keyboard once its page is drawn, so far scrolled and without the answers that these keys give."""
    return replace(keyboard, top=top, unseen=unseen if keyboard.unseen is None else unseen & keyboard.unseen)


def take_pending_input(keyboard: Keyboard, at: datetime, *, only_danger: bool = False) -> Session:
    """The session with what is half typed taken, if it is an answer, for leaving a page loses nothing."""
    return keep_pending_answer(keyboard.session, _line(keyboard), at, only_danger=only_danger)


def question_of(keyboard: Keyboard) -> Question | None:
    """The question on the page."""
    page = keyboard.session.page
    return keyboard.session.compiled.questions[page.index] if isinstance(page, QuestionPage) else None


def _why_ignored(keyboard: Keyboard, key: str, now: float) -> str:
    here = KeyContext(keyboard.session.page, _writes(keyboard), _comes_twice(keyboard, key))
    return why_ignored(keyboard.guard, key, now, here) or _unread(keyboard, _line_with(keyboard, key))


def _comes_twice(keyboard: Keyboard, key: str) -> bool:
    """Whether a key may well come twice in a row here.

    A digit of a number does, the key that opens a note if the note begins with that letter, and fast typing that comes
    as pastes.
    """
    question = question_of(keyboard)
    if key == PASTE or key.casefold() in _OPENS_A_NOTE:
        return True
    if question is None:
        return is_list(keyboard.session.page) and key in NUMBER_KEYS
    return is_spelling(question, key)


_OPENS_A_NOTE = frozenset("ct")


def _line_with(keyboard: Keyboard, key: str) -> str:
    """What a key makes of the line: a digit of a number is added to the digits before it."""
    question = question_of(keyboard)
    return edited_text(keyboard.half, key) if question is not None and is_spelling(question, key) else key


def _unread(keyboard: Keyboard, line: str) -> str:
    """Why a line does nothing if it stands for an answer that there was no room for yet."""
    question = question_of(keyboard)
    if question is None or not keyboard.unseen or _writes(keyboard):
        return ""
    return FURTHER_DOWN if keys_given(question, line) & keyboard.unseen else ""


def _still_ignored(keyboard: Keyboard, key: str, now: float) -> str:
    """Why keys do nothing stays on the page while one scrolls it."""
    return keyboard.ignored if key in SCROLLS and keyboard.guard.waits(now) else ""


def _drop(keyboard: Keyboard, key: str, now: float, why: str) -> Keyboard:
    return replace(keyboard, ignored=why, guard=keyboard.guard.ignored(key, now, why))


def _pressed(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    if _writes(keyboard) and not (key in SCROLLS and isinstance(keyboard.session.page, DecisionPage)):
        return _write(keyboard, key, at)
    if key in SCROLLS:
        return _scroll(keyboard, key)
    if key == ESCAPE:
        return _escape(keyboard, at)
    if key in {LEFT, RIGHT}:
        key = "b" if key == LEFT else "s"
    question = question_of(keyboard)
    if question is not None and question.input_mode is InputMode.WORDS and key.casefold() not in QUESTION_COMMANDS:
        return _at_box(keyboard, key)
    if question is not None and needs_enter(question) and not is_letter(key):
        return _half_typed(keyboard, question, key, at)
    if is_list(keyboard.session.page) and key in PICKING:
        return _pick(keyboard, key, at)
    if key == "?" and question is not None:
        keyboard = replace(keyboard, helping=not keyboard.helping)
        return replace(keyboard, session=replace(keyboard.session, replies=()))
    return _said(keyboard, "" if key == ENTER else key, at)


def _said(keyboard: Keyboard, typed: str, at: datetime) -> Keyboard:
    """Pass on what was typed; before one leaves a page, what is half typed there is taken, and read back.

    "!" takes it only if it means danger, for it may come in the middle of a number. To skip takes nothing.
    """
    before = keyboard.session
    leaves = typed.casefold() in QUESTION_COMMANDS - {"u", "d", "s"}
    taken = take_pending_input(keyboard, at, only_danger=typed == "!") if leaves else before
    if taken.page != before.page:
        return replace(keyboard, session=taken)
    entered = enter(taken, typed, at)
    if taken is not before:
        entered = replace(entered, replies=(*taken.replies, *entered.replies))
    return replace(keyboard, session=entered)


def _line(keyboard: Keyboard) -> str:
    return typed_line(keyboard.half, keyboard.ticked)


def _at_box(keyboard: Keyboard, key: str) -> Keyboard:
    """A question that wants words, before its box is open: what is typed is no answer yet."""
    if key == ENTER:
        return replace(keyboard, typing=True)
    return replace(keyboard, ignored=PRESS_ENTER) if len(key) == 1 else keyboard


def _half_typed(keyboard: Keyboard, question: Question, key: str, at: datetime) -> Keyboard:
    if key == ENTER:
        return replace(keyboard, session=enter(keyboard.session, _line(keyboard), at))
    if has_boxes(question):
        return replace(keyboard, ticked=ticked_after(question, keyboard.ticked, key))
    return _edit(keyboard, key)


def _filled(keyboard: Keyboard, line: str) -> Keyboard | None:
    """What is half typed once a line was pasted; None where it can be no part of an answer."""
    question = question_of(keyboard)
    if _writes(keyboard):
        return _with_half(keyboard, keyboard.half + line)
    if is_list(keyboard.session.page):
        return _at_row(replace(keyboard, half=line)) if is_number(line) else None
    questionnaire = None if question is None else input_from_paste(question, line)
    return None if questionnaire is None else replace(keyboard, half=questionnaire[0], ticked=questionnaire[1])


def _edit(keyboard: Keyboard, key: str) -> Keyboard:
    return _with_half(keyboard, edited_text(keyboard.half, key))


def _with_half(keyboard: Keyboard, half: str) -> Keyboard:
    """With that half typed. What would be too long is refused, never cut."""
    return replace(keyboard, ignored=TOO_LONG_REPLY) if too_long(half) else replace(keyboard, half=half)


def _writes(keyboard: Keyboard) -> bool:
    """Whether letters are text here, and not commands."""
    page = keyboard.session.page
    words = isinstance(page, DecisionPage) and page.selected is not None
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
        kept = "" if Notice.NOT_UNDERSTOOD in written.session.replies else keyboard.half
        return replace(written, half=kept, typing=keyboard.typing and bool(kept))
    return replace(written, half="", typing=False)


def _escape(keyboard: Keyboard, at: datetime) -> Keyboard:
    """Close what is open and answer nothing."""
    page, session = keyboard.session.page, keyboard.session
    if keyboard.typing or keyboard.helping:
        return replace(keyboard, typing=False, helping=False, half="")
    match page:
        case NotePage() | ReferencePage():
            return replace(keyboard, half="", session=enter(session, "", at))
        case DecisionPage():
            return replace(keyboard, half="", session=leave_decision(replace(session, replies=())))
        case SoFarPage() | GoToPage():
            return replace(keyboard, session=enter(session, "b", at))
        case (
            QuestionPage()
            | ReviewPage()
            | ConfirmPage()
            | EmergencyPage()
            | ResultPage()
            | LeavePage()
            | Finished()
            | LeftUnfinished()
            | Interrupted()
        ):
            return keyboard


def _pick(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    """Pick from a list, by its number or with the cursor."""
    if key != ENTER:
        return _at_row(_edit(keyboard, key))
    typed = keyboard.half or (str(keyboard.row + 1) if has_cursor(keyboard.session.page) else "")
    return replace(keyboard, half="", session=enter(keyboard.session, typed, at))


def _at_row(keyboard: Keyboard) -> Keyboard:
    """The cursor on the row whose number is typed."""
    return replace(keyboard, row=row_typed(keyboard.session, keyboard.half, keyboard.row))


def _scroll(keyboard: Keyboard, key: str) -> Keyboard:
    if has_cursor(keyboard.session.page):
        return replace(keyboard, row=row_moved(keyboard.session, keyboard.row, key), half="")
    return replace(keyboard, top=max(0, keyboard.top + STEPS[key]))


def _at_page(keyboard: Keyboard) -> Keyboard:
    """A page starts with nothing half typed, and a question with the answer that it has."""
    row, ticked = first_row(keyboard.session, keyboard.row), _ticks(keyboard)
    return replace(keyboard, half="", ticked=ticked, typing=False, row=row, top=0, helping=False, unseen=None)


def _ticks(keyboard: Keyboard) -> frozenset[str]:
    page, question = keyboard.session.page, question_of(keyboard)
    if question is None or not isinstance(page, QuestionPage):
        return frozenset()
    return ticks_of(question, keyboard.session.answers.values[page.index])
