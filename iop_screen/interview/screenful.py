"""A whole screen of the interview as lines: a pure function of what is going on and of the size of the screen.

The last line always says how to reach help in danger; a longer page scrolls above it. ASCII marks only, and every
text of a person goes through `show` once more before it is cut to the width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat

from iop_screen.interview import ends, overview, replies, views
from iop_screen.interview.fitted import Line, Tone, cut, filled, packed, padded, width, wrapped
from iop_screen.interview.keyboard import Keyboard, needs_enter
from iop_screen.interview.pages import (
    Asking,
    Confirming,
    Deciding,
    Emergency,
    Filing,
    GoingTo,
    Noting,
    Result,
    Reviewing,
    SoFar,
)
from iop_screen.interview.state import Session
from iop_screen.interview.typed import keys
from iop_screen.questionnaire.model import MultipleQuestion, Question, TextQuestion, YesNoQuestion
from iop_screen.report.wording import BLANK, Passage
from iop_screen.showing import show

_SHORT = {
    "don't know": "unknown",
    "result so far": "so far",
    "save and quit": "quit",
    "change that answer": "change",
    "ask what is left": "ask the rest",
    "file reference": "file ref",
    "back to the interview": "back",
    "back to the answers": "back",
    "record what was chosen": "decision",
    "finish all the same": "finish",
}
"""What keys do in fewer words, for a narrow screen."""

WIDEST = 100
"""Longer lines are hard to read."""

ROOMY = 16
"""From so many rows on there is room for more than the page itself."""

_GUTTER = overview.COLUMN + 3

NARROWEST, LOWEST = 40, 12
"""The smallest screen that is drawn on; below it the line mode is the better choice."""


@dataclass(frozen=True, slots=True)
class Screenful:
    """All lines of a screen, and how far the page is scrolled after it was brought into bounds."""

    lines: tuple[Line, ...]
    top: int


def screenful(keyboard: Keyboard, columns: int, rows: int) -> Screenful:
    """Exactly `rows` lines of at most `columns` columns."""
    session = keyboard.session
    head = _head(session, columns, rows)
    foot = [*_replies(keyboard, columns, rows), *_key_bar(keyboard, columns)]
    room = max(1, rows - len(head) - len(foot))
    beside = overview.column(session, room) if _has_column(session, columns, rows) else []
    body = [*_body(keyboard, min(columns - (_GUTTER if beside else 0), WIDEST), rows)]
    top = _top(keyboard, body, room)
    shown = body[top : top + room]
    if top + room < len(body):
        shown[-1] = Line(cut("-- more below: Down --", columns), Tone.QUIET)
    padding = [Line("")] * (room - len(shown))
    middle = _side_by_side(beside, [*shown, *padding]) if beside else [*shown, *padding]
    return Screenful(tuple([*head, *middle, *foot][:rows]), top)


def _has_column(session: Session, columns: int, rows: int) -> bool:
    """Whether a column beside the page says how far the interview is; else, if there is room, a strip above it."""
    return columns >= WIDEST and rows >= ROOMY and isinstance(session.page, Asking | Noting)


def _side_by_side(beside: list[str], lines: list[Line]) -> list[Line]:
    """The column on the left, and the page to the right of it."""
    filled_up = chain(beside, repeat(""))
    return [
        replace(line, beside=f"{padded(text, overview.COLUMN)} | ")
        for line, text in zip(lines, filled_up, strict=False)
    ]


def _top(keyboard: Keyboard, body: list[Line], room: int) -> int:
    """How far a page is scrolled: as asked for, and on a list so that the row with the cursor is seen."""
    here = [place for place, line in enumerate(body) if line.tone is Tone.HERE]
    top = keyboard.top
    if here:
        top = max(0, here[-1] - room + 2)
    return max(0, min(top, len(body) - room))


def _head(session: Session, columns: int, rows: int) -> list[Line]:
    whole = session.instrument.questionnaire
    where = views.progress(session, session.page.place) if isinstance(session.page, Asking) else ""
    parts = [f"Ref {session.head.ref}", where, ends.kept_text(session)]
    line = "  ".join(filter(None, [str(whole.title), *parts]))
    if width(line) > columns:
        line = "  ".join(filter(None, parts)).replace("Question ", "")
    lines = [Line(padded(line, columns), Tone.BAR)]
    if rows >= ROOMY and not _has_column(session, columns, rows):
        lines += [Line(line, Tone.QUIET) for line in packed(overview.strip(session), columns)[:2]]
    if not isinstance(session.page, Emergency):
        waiting = views.waiting_danger(session)
        lines += [Line(cut(f"{danger}: press !", columns), Tone.ALARM) for danger in waiting]
    return [*lines, Line("")] if rows >= ROOMY else lines


def _replies(keyboard: Keyboard, columns: int, rows: int) -> list[Line]:
    """What is said back; a taken answer is read back, too."""
    session = keyboard.session
    texts = [replies.reply_text(session, reply) for reply in session.replies]
    if keyboard.ignored:
        texts = [keyboard.ignored]
    if session.not_saved:
        texts.append(ends.not_saved_text(session))
    lines = [line for text in texts for line in wrapped(" ".join(text.split()), columns)]
    return [Line(line, Tone.REPLY) for line in lines[: 4 if rows >= ROOMY else 2]]


def _key_bar(keyboard: Keyboard, columns: int) -> list[Line]:
    """The keys of the page, and below them whom to call; on the emergency page only once that is scrolled away."""
    session = keyboard.session
    shown = [(key, does) for key, does in views.page_keys(session) if key != "!"]
    if isinstance(session.page, Noting | Filing | Deciding):
        shown = [("Enter", "go on"), ("Esc", "leave")]
    lines = packed([f"{key} {does}" for key, does in shown], columns)
    if len(lines) > 2:
        lines = packed([f"{key} {_SHORT.get(does, does)}" for key, does in shown], columns)[:3]
    bar = [Line(padded(line, columns), Tone.BAR) for line in lines]
    if not isinstance(session.page, Emergency):
        return [*bar, Line(cut(f"! DANGER: {_reach(session) or 'whom to call'}", columns), Tone.ALARM)]
    return [*bar, Line(cut(f"DANGER: {_reach(session)}", columns), Tone.ALARM)] if keyboard.top else bar


def _reach(session: Session) -> str:
    """How to reach those whom the emergency page names."""
    whole = session.instrument.questionnaire
    on_page = whole.contacts_of(whole.interrupt()) or (whole.contacts if isinstance(session.page, Emergency) else ())
    return "; ".join(str(contact.reach) for contact in on_page)


def _body(keyboard: Keyboard, columns: int, rows: int) -> Iterator[Line]:
    session = keyboard.session
    match session.page:
        case Asking(place):
            yield from _question(keyboard, place, columns, airy=rows >= 20)
        case Noting(place):
            yield from filled(views.noting_lines(session, place), columns)
            yield _typed("Note: ", keyboard.half, columns)
        case Filing():
            yield from filled(views.filing_lines(session), columns)
            yield _typed("Reference: ", keyboard.half, columns)
        case Reviewing() | GoingTo():
            yield from _list(keyboard, columns)
        case Confirming(places):
            yield from filled(views.confirming_lines(session, places), columns)
        case Emergency():
            yield from _emergency(session, columns)
        case SoFar() | Result():
            yield from _passages(views.result_page(session), columns)
        case Deciding():
            yield from filled(views.deciding_lines(session, session.page), columns)
            yield _typed(f"{views.deciding_prompt(session, session.page)}: ", keyboard.half, columns)


def _question(keyboard: Keyboard, place: int, columns: int, *, airy: bool) -> Iterator[Line]:
    session = keyboard.session
    question = session.instrument.questions[place]
    gap = [Line("")] if airy else []
    yield from filled([str(question.ask)], columns, Tone.ASK, " " if airy else "")
    yield from gap
    for key, label, mark in _choices(keyboard, question):
        yield from filled([f"{key}  {mark}{label}"], columns, indent="  ", hanging=" " * (3 + len(mark)))
    if keyboard.typing or keyboard.half or (needs_enter(question) and not isinstance(question, MultipleQuestion)):
        yield _typed("  > ", keyboard.half, columns)
    if needs_enter(question):
        types = isinstance(question, TextQuestion) and not keyboard.typing
        yield Line("  Enter  type the answer" if types else "  Enter  done", Tone.QUIET)
    yield from gap
    if keyboard.helping:
        yield from filled(views.why_lines(question), columns, Tone.QUIET, "  ")
    yield from filled(views.earlier_lines(session, place), columns, Tone.QUIET, "  ")


def _choices(keyboard: Keyboard, question: Question) -> Iterator[tuple[str, str, str]]:
    """The keys of a question with what they say, and a box where several can be ticked."""
    if isinstance(question, YesNoQuestion):
        yield from (("y", "Yes", ""), ("n", "No", ""))
    for key, option in keys(question):
        box = ("[x] " if key in keyboard.ticked else "[ ] ") if isinstance(question, MultipleQuestion) else ""
        yield key, str(option.label), box


def _list(keyboard: Keyboard, columns: int) -> Iterator[Line]:
    session = keyboard.session
    title = "Check the answers before the suggestion" if isinstance(session.page, Reviewing) else "Go to a question"
    yield Line(cut(f"  {title}", columns), Tone.ASK)
    for row in views.list_rows(session):
        here = row.number == keyboard.row + 1
        answer = show(row.answer) + (" +note" if row.noted else "")
        room = columns - 6
        shown = cut(answer, max(12, room // 2))
        ask = cut(show(row.ask), room - width(shown) - 1)
        text = f"{'>' if here else ' '}{row.number:>3} {padded(ask, room - width(shown) - 1)} {shown}"
        yield Line(cut(text, columns), Tone.HERE if here else Tone.PLAIN)
    yield from filled(views.review_endings(session), columns, indent="  ")
    if keyboard.half:
        yield Line(cut(f"  Number: {keyboard.half}", columns), Tone.QUIET)


def _emergency(session: Session, columns: int) -> Iterator[Line]:
    """Whom to call before everything else, in as few lines as can be."""
    title, *more = (passage for passage in views.emergency_page(session) if passage != BLANK)
    yield from filled([title.text], columns, Tone.ALARM)
    yield from _passages(more, columns)
    acted = [views.clock(mark.at) for mark in session.record.alarms[-1:] if not session.record.danger_waits]
    yield from filled((f"Marked: acted at {at}." for at in acted), columns)
    yield Line(cut(ends.kept_text(session), columns), Tone.QUIET)


def _passages(passages: Iterable[Passage], columns: int) -> Iterator[Line]:
    """Titles, paragraphs and items, filled for this screen."""
    for passage in passages:
        room = columns - len(passage.rest)
        for number, line in enumerate(wrapped(passage.text, room)):
            yield Line((passage.rest if number else passage.first) + line)


def _typed(label: str, half: str, columns: int) -> Line:
    """What is being written, its end in view."""
    text = show(half)
    while width(label + text) >= columns:
        text = text[1:]
    return Line(label + text, Tone.ASK, cursor=width(label + text))
