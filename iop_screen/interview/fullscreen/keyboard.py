"""The state of the interview between two keys: the session, what is typed but not entered, and when keys came.

A frozen value. One key answers a question where one key is enough; keys that `key_guard` ignores change nothing else.
What an entered line means is decided by the session.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.interview.answer_input import MAX_WORDS, too_long, typed_answer
from iop_screen.interview.answering import keep_pending_answer, take_answer_back
from iop_screen.interview.deciding import leave_decision
from iop_screen.interview.fullscreen.key_guard import HELD, KeyContext, KeyGuard, why_ignored
from iop_screen.interview.fullscreen.key_names import (
    BACKSPACE,
    DOWN,
    END,
    ENTER,
    ESCAPE,
    HOME,
    LEFT,
    PAGE_DOWN,
    PAGE_UP,
    PASTE,
    RIGHT,
    SCROLLS,
    SPACE,
    UP,
)
from iop_screen.interview.fullscreen.pending_input import (
    DIGIT_KEYS,
    edited_text,
    edits_number,
    input_from_paste,
    is_letter,
    keys_of,
    needs_enter,
    ticked_after,
)
from iop_screen.interview.fullscreen.scrolling import HELP_START, Drawing, Place
from iop_screen.interview.keymap import Action, Effect, KeyRow, row_for
from iop_screen.interview.pages import (
    ActedPage,
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    DecisionPage,
    Discarded,
    DiscardPage,
    EmergencyPage,
    Finished,
    GoToPage,
    GuidePage,
    GuideSectionPage,
    Interrupted,
    LeavePage,
    LeftUnfinished,
    NotePage,
    Notice,
    Page,
    QuestionPage,
    ResultPage,
    ResultPartPage,
    ReviewPage,
    SoFarPage,
    Writing,
)
from iop_screen.interview.session import act, enter
from iop_screen.interview.state import Session
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import InputMode

NO_PLACE_FOR_PASTE = "Ignored: a paste is no answer here. Press a key."
FURTHER_DOWN = "Ignored: that answer is further down. Press Down to read it."
PRESS_ENTER = "Press Enter, then type."
WORDS_WAIT = "Not recorded yet. Press Enter to go on."
TAKEN_BACK = "Held key: the answer to question"
TOO_LONG_REPLY = f"Ignored: at most {MAX_WORDS:,} characters are kept."

SCROLL_STEPS = {UP: -1, DOWN: 1}
"""How many rows or lines a key moves. How far a page goes depends on the screen."""

NUMBER_KEYS = DIGIT_KEYS | {BACKSPACE}


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The session, and what was typed on its page but not entered yet.

    `pending_text`: digits or words. `ticked`: the keys of the ticked options. `text_box_open`: letters go into the text
    box of the question. `row`: the selected row of a list. `top`: the first line of the page that is shown, or
    HELP_START. `page_turned`: a page up or down was the last move in a list, so it need not show the whole selected
    row. `ignored_reason`: why the last key was ignored. `drawing`: what was drawn of the page before the last key, with
    the answers that were never on the screen yet; None before the first key on a page. `before_repeat`: the keyboard
    before the last key, if that may have been the repeat of a held key.
    """

    session: Session
    guard: KeyGuard
    pending_text: str = ""
    ticked: frozenset[str] = frozenset()
    text_box_open: bool = False
    row: int = 0
    top: int = 0
    page_turned: bool = False
    help_open: bool = False
    ignored_reason: str = ""
    drawing: Drawing | None = None
    before_repeat: Keyboard | None = None

    @property
    def pending_line(self) -> str:
        """The pending input as one would type it on a line."""
        return self.pending_text or ",".join(sorted(self.ticked))

    @property
    def question(self) -> Question | None:
        """The question on the page."""
        page = self.session.page
        return self.session.compiled.questions[page.index] if isinstance(page, QuestionPage) else None

    @property
    def takes_text(self) -> bool:
        """Whether letters are text here, not commands."""
        page = self.session.page
        explains = isinstance(page, DecisionPage) and page.selected is not None
        return self.text_box_open or isinstance(page, Writing) or explains


def start_keyboard(session: Session, now: float) -> Keyboard:
    """The keyboard at the start of an interview, which the "n" for the next caller may have started."""
    return _on_new_page(Keyboard(session, KeyGuard(now, key="n", key_at=now, page_key="n")))


def press(keyboard: Keyboard, key: str, at: datetime, now: float) -> Keyboard:
    """The keyboard after one key: a character, or a name such as "enter"."""
    key = _meant_key(keyboard, key)
    if keyboard.before_repeat is not None and keyboard.guard.was_held(key, now):
        return _take_back(keyboard, keyboard.before_repeat, key, at, now)
    context = _context(keyboard, key)
    why = _why_ignored(keyboard, key, now, context)
    if why:
        return _ignored(keyboard, key, now, why, context)
    waits = keyboard.guard.is_waiting(now, is_danger=context.is_danger)
    reason = keyboard.ignored_reason if key in SCROLLS and waits else ""
    after = _after_key(replace(keyboard, ignored_reason=reason), key, at)
    new_page = after.session.page != keyboard.session.page
    may_be_repeat = keyboard.guard.may_be_repeat(key, now, context)
    after = replace(
        after,
        guard=keyboard.guard.after_accepted(key, now, new_page=new_page),
        before_repeat=replace(keyboard, before_repeat=None) if may_be_repeat else None,
    )
    return _on_new_page(after) if new_page else after


def _take_back(keyboard: Keyboard, before: Keyboard, key: str, at: datetime, now: float) -> Keyboard:
    """The keyboard as it was before the last key, which was the repeat of a held key; this one is ignored, too."""
    session = take_answer_back(keyboard.session, before.session, at)
    page = before.session.page
    reason = HELD
    if isinstance(page, QuestionPage) and session.log != keyboard.session.log:
        reason = f"{TAKEN_BACK} {session.asked_indexes().index(page.index) + 1} was taken back."
    guard = before.guard.after_ignored(key, now, HELD, is_danger=_is_danger(before))
    after = replace(before, session=session, guard=replace(guard, shown_at=now), ignored_reason=reason)
    return after if session.page == page else _on_new_page(after)


def paste(keyboard: Keyboard, text: str, now: float) -> Keyboard:
    """The keyboard after a paste, read as one line. A paste enters nothing, for some consoles paste fast typing."""
    line = " ".join(text.split())
    context = _context(keyboard, PASTE)
    why = why_ignored(keyboard.guard, PASTE, now, context) or _why_unseen(keyboard, line)
    pasted = None if why else _with_pasted(replace(keyboard, ignored_reason=""), line)
    if pasted is None:
        return _ignored(keyboard, PASTE, now, why or NO_PLACE_FOR_PASTE, context)
    return replace(pasted, before_repeat=None, guard=keyboard.guard.after_accepted(PASTE, now, new_page=False))


def note_shown(keyboard: Keyboard, now: float) -> Keyboard:
    """The keyboard once its page is on the screen."""
    return replace(keyboard, guard=keyboard.guard.after_shown(now))


def note_drawn(keyboard: Keyboard, drawing: Drawing) -> Keyboard:
    """The keyboard with what was drawn of its page. An answer that was on the screen once has been seen."""
    unseen = drawing.unseen_keys
    still_unseen = unseen if keyboard.drawing is None else unseen & keyboard.drawing.unseen_keys
    return replace(keyboard, top=drawing.top, drawing=replace(drawing, unseen_keys=still_unseen))


def take_pending_input(keyboard: Keyboard, at: datetime, *, only_danger: bool = False) -> Session:
    """The session with the pending input recorded, if it is an answer, so that leaving a page loses nothing."""
    return keep_pending_answer(keyboard.session, keyboard.pending_line, at, only_danger=only_danger)


def _context(keyboard: Keyboard, key: str) -> KeyContext:
    row = _row_for(keyboard, key)
    effect = Effect.ANSWERS if row is None else row.effect
    may_repeat = _may_repeat(keyboard, key, effect)
    return KeyContext(keyboard.session.page, keyboard.takes_text, effect, may_repeat, _is_danger(keyboard))


def _is_danger(keyboard: Keyboard) -> bool:
    """Whether an answer to the question on the page can reach the emergency step."""
    page = keyboard.session.page
    return isinstance(page, QuestionPage) and page.index in _danger_indexes(keyboard.session.compiled)


@lru_cache(maxsize=4)
def _danger_indexes(compiled: CompiledQuestionnaire) -> frozenset[int]:
    return frozenset(danger_indexes(compiled))


def _why_ignored(keyboard: Keyboard, key: str, now: float, context: KeyContext) -> str:
    question = keyboard.question
    adds_digit = question is not None and edits_number(question, key)
    line = edited_text(keyboard.pending_text, key) if adds_digit else key
    return why_ignored(keyboard.guard, key, now, context) or _why_unseen(keyboard, line)


def _row_for(keyboard: Keyboard, key: str) -> KeyRow | None:
    """The row of a key in the keymap; None for one that is part of an answer, or picks from a list."""
    return row_for(keyboard.session.page, _ARROW_KEYS.get(key, key))


_ARROW_KEYS = {LEFT: "b", RIGHT: "s"}


def _may_repeat(keyboard: Keyboard, key: str, effect: Effect) -> bool:
    """Whether a key may well come twice in a row here.

    A digit of a number does, and fast typing that arrives as pastes, and a key that opens a note, if the note begins
    with that letter.
    """
    if key == PASTE or effect is Effect.OPENS_TEXT:
        return True
    if keyboard.question is None:
        return _is_list(keyboard.session.page) and key in NUMBER_KEYS
    return edits_number(keyboard.question, key)


def _why_unseen(keyboard: Keyboard, line: str) -> str:
    """Why a line is ignored if it gives an answer that there was no room for on the screen yet."""
    question = keyboard.question
    if question is None or keyboard.drawing is None or keyboard.takes_text:
        return ""
    return FURTHER_DOWN if keys_of(question, typed_answer(question, line)) & keyboard.drawing.unseen_keys else ""


def _ignored(keyboard: Keyboard, key: str, now: float, why: str, context: KeyContext) -> Keyboard:
    still_said = why == HELD and keyboard.ignored_reason.startswith(TAKEN_BACK)
    reason = keyboard.ignored_reason if still_said else why
    guard = keyboard.guard.after_ignored(key, now, why, is_danger=context.is_danger)
    before = keyboard.before_repeat if keyboard.guard.may_be_late_repeat(key, now) else None
    return replace(keyboard, ignored_reason=reason, before_repeat=before, guard=guard)


def _after_key(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    """The keyboard after a key that was not ignored."""
    if keyboard.takes_text and key not in SCROLLS:
        return _type_text(keyboard, key, at)
    if key in SCROLLS:
        return _scroll(keyboard, key)
    if key == ESCAPE:
        return _escape(keyboard, at)
    row = _row_for(keyboard, key)
    if row is not None:
        return _take_command(keyboard, row.action, at)
    question = keyboard.question
    if question is not None and question.input_mode is InputMode.WORDS:
        return _open_text_box(keyboard, key)
    if question is not None and needs_enter(question) and not is_letter(key):
        return _type_answer(keyboard, question, key, at)
    if _is_list(keyboard.session.page) and key in {*NUMBER_KEYS, ENTER}:
        return _type_row_number(keyboard, key, at)
    return replace(keyboard, session=enter(keyboard.session, "" if key == ENTER else key, at))


def _take_command(keyboard: Keyboard, action: Action, at: datetime) -> Keyboard:
    """Do what a key of the keymap asks for. If it leaves a question, the pending input is recorded and read back first.

    "!" may come in the middle of a number, so it records the pending input only if that means danger. To skip,
    "don't know" and "declined" do not record it.
    """
    if action is Action.EXPLAIN:
        top = 0 if keyboard.help_open else HELP_START
        return replace(
            keyboard, help_open=not keyboard.help_open, top=top, session=replace(keyboard.session, replies=())
        )
    before = keyboard.session
    drops = action in {Action.SKIP, Action.ANSWER_UNKNOWN, Action.ANSWER_DECLINED}
    taken = before if drops else take_pending_input(keyboard, at, only_danger=action is Action.DANGER)
    if taken.page != before.page:
        return replace(keyboard, session=taken)
    done = act(taken, action, at)
    if taken is not before:
        done = replace(done, replies=(*taken.replies, *done.replies))
    return replace(keyboard, session=done)


def _open_text_box(keyboard: Keyboard, key: str) -> Keyboard:
    """A question for words, before its text box is open: Enter opens it, and other characters are ignored."""
    if key == ENTER:
        return replace(keyboard, text_box_open=True)
    return replace(keyboard, ignored_reason=PRESS_ENTER) if len(key) == 1 else keyboard


def _type_answer(keyboard: Keyboard, question: Question, key: str, at: datetime) -> Keyboard:
    """One key of an answer that Enter ends."""
    if key == ENTER:
        return replace(keyboard, session=enter(keyboard.session, keyboard.pending_line, at))
    if question.input_mode is InputMode.BOXES:
        return replace(keyboard, ticked=ticked_after(question, keyboard.ticked, key))
    return _with_text(keyboard, edited_text(keyboard.pending_text, key))


def _with_pasted(keyboard: Keyboard, line: str) -> Keyboard | None:
    """With a pasted line as pending input; None where it can be no part of an answer."""
    if keyboard.takes_text:
        return _with_text(keyboard, keyboard.pending_text + line)
    if _is_list(keyboard.session.page):
        is_row_number = {*line} <= DIGIT_KEYS and 0 < len(line) <= 4
        return _select_typed_row(replace(keyboard, pending_text=line)) if is_row_number else None
    pending = None if keyboard.question is None else input_from_paste(keyboard.question, line)
    return None if pending is None else replace(keyboard, pending_text=pending[0], ticked=pending[1])


def _with_text(keyboard: Keyboard, text: str) -> Keyboard:
    """With this pending text. What is too long is refused as a whole, never cut."""
    return replace(keyboard, ignored_reason=TOO_LONG_REPLY) if too_long(text) else replace(keyboard, pending_text=text)


def _type_text(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    """One key where letters are text. "!" at the start still means danger."""
    if key == ESCAPE:
        return _escape(keyboard, at)
    if key == "!" and not keyboard.pending_text:
        return replace(keyboard, session=enter(keyboard.session, "!", at))
    if key != ENTER:
        return _with_text(keyboard, edited_text(keyboard.pending_text, key))
    return _enter_text(keyboard, keyboard.pending_text, at)


def _enter_text(keyboard: Keyboard, text: str, at: datetime) -> Keyboard:
    """Enter a text. What was no choice is dropped; what is refused for another reason can be mended and stays."""
    entered = replace(keyboard, session=enter(keyboard.session, text, at))
    if entered.session.page == keyboard.session.page:
        kept = "" if Notice.NOT_UNDERSTOOD in entered.session.replies else keyboard.pending_text
        return replace(entered, pending_text=kept, text_box_open=keyboard.text_box_open and bool(kept))
    return replace(entered, pending_text="", text_box_open=False)


def _escape(keyboard: Keyboard, at: datetime) -> Keyboard:
    """Close what is open, without an answer. No words are lost but those that would record something half."""
    page, session = keyboard.session.page, keyboard.session
    if keyboard.text_box_open:
        reason = WORDS_WAIT if keyboard.pending_text else ""
        return replace(keyboard, text_box_open=False, ignored_reason=reason)
    if keyboard.help_open:
        return replace(keyboard, help_open=False, top=0)
    match page:
        case NotePage() | CallFieldPage():
            # a dash takes a text away, but only with Enter
            return _enter_text(keyboard, "" if keyboard.pending_text.strip() == "-" else keyboard.pending_text, at)
        case ActedPage() | CallEndPage() | DiscardPage():
            return replace(keyboard, pending_text="", session=enter(session, "", at))
        case DecisionPage():
            return replace(keyboard, pending_text="", session=leave_decision(replace(session, replies=())))
        case SoFarPage() | GoToPage() | CallPage() | ClearPage() | ResultPartPage() | GuidePage() | GuideSectionPage():
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
            | Discarded()
            | Interrupted()
        ):
            return keyboard


def _type_row_number(keyboard: Keyboard, key: str, at: datetime) -> Keyboard:
    """Pick from a list: by the number that is typed, or with Enter the selected row."""
    if key != ENTER:
        return _select_typed_row(_with_text(keyboard, edited_text(keyboard.pending_text, key)))
    typed = keyboard.pending_text or (str(keyboard.row + 1) if _has_cursor(keyboard.session.page) else "")
    return replace(keyboard, pending_text="", session=enter(keyboard.session, typed, at))


def _select_typed_row(keyboard: Keyboard) -> Keyboard:
    row = int(keyboard.pending_text) - 1 if keyboard.pending_text else keyboard.row
    return replace(keyboard, row=_nearest_row(keyboard.session, row), page_turned=False)


def _scroll(keyboard: Keyboard, key: str) -> Keyboard:
    if key not in SCROLL_STEPS:
        return _turn_page(keyboard, _place_after(keyboard.drawing, key))
    if _has_cursor(keyboard.session.page):
        row = _nearest_row(keyboard.session, keyboard.row + SCROLL_STEPS[key])
        return replace(keyboard, row=row, page_turned=False, pending_text="")
    return replace(keyboard, top=max(0, keyboard.top + SCROLL_STEPS[key]))


def _place_after(drawing: Drawing | None, key: str) -> Place | None:
    """Where a key leads by the last drawing, so that one that comes twice before the next drawing skips nothing."""
    if key == HOME:
        return Place(0, 0)
    if drawing is None:
        return None
    return {PAGE_UP: drawing.page_up, PAGE_DOWN: drawing.page_down, END: drawing.end}[key]


def _turn_page(keyboard: Keyboard, to: Place | None) -> Keyboard:
    if to is None:
        return keyboard
    if _has_cursor(keyboard.session.page):
        return replace(keyboard, top=to.top, row=to.row, page_turned=True, pending_text="")
    return replace(keyboard, top=to.top)


def _meant_key(keyboard: Keyboard, key: str) -> str:
    """The space bar turns the page, where it is no part of what is typed and cannot be taken for a tick."""
    question = keyboard.question
    types = keyboard.takes_text or isinstance(keyboard.session.page, DecisionPage)
    ticks = question is not None and question.input_mode is not InputMode.ONE_KEY
    return PAGE_DOWN if key == SPACE and not types and not ticks else key


def _on_new_page(keyboard: Keyboard) -> Keyboard:
    """The keyboard at the start of a page: nothing pending but the ticks of the answer that the question has."""
    page, question, ticked = keyboard.session.page, keyboard.question, frozenset[str]()
    if isinstance(page, QuestionPage) and question is not None and question.allows_multiple:
        ticked = keys_of(question, keyboard.session.answers.values[page.index])
    row = _first_row(keyboard.session, keyboard.row)
    return Keyboard(
        keyboard.session,
        keyboard.guard,
        ticked=ticked,
        row=row,
        ignored_reason=keyboard.ignored_reason,
        before_repeat=keyboard.before_repeat,
    )


def _is_list(page: Page) -> bool:
    """Whether a number typed on this page picks a row."""
    return isinstance(page, ReviewPage | GoToPage | DecisionPage | CallPage | GuidePage)


def _has_cursor(page: Page) -> bool:
    """Whether one row of the page is selected, for Enter to open."""
    return isinstance(page, ReviewPage | GoToPage)


def _nearest_row(session: Session, row: int) -> int:
    """The row with this index; the first or the last one if there is none."""
    return max(0, min(row, len(session.asked_indexes()) - 1))


def _first_row(session: Session, row: int) -> int:
    """Where the cursor starts: on the question one came from; in the review on the row where it was."""
    indexes, page = session.asked_indexes(), session.page
    if isinstance(page, GoToPage) and isinstance(page.back, QuestionPage) and page.back.index in indexes:
        return indexes.index(page.back.index)
    return _nearest_row(session, row) if isinstance(page, ReviewPage) else 0
