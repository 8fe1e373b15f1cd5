"""A whole screen of the interview as lines: a pure function of what is going on and of the size of the screen.

The last line always says how to reach help in danger; a longer page scrolls above it. ASCII marks only, and every
text of a person goes through `show` once more before it is cut to the width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from wcwidth import wcwidth

from iop_screen.interview import ends, replies, views
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

NARROWEST, LOWEST = 40, 12
"""The smallest screen that is drawn on; below it the line mode is the better choice."""


class Tone(StrEnum):
    """How a line is set off; each also says in words what it is, so a screen without any of them reads the same."""

    PLAIN = ""
    BAR = "bar"
    ASK = "ask"
    QUIET = "quiet"
    HERE = "here"
    REPLY = "reply"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen, no wider than it. `cursor` is where one writes, counted in columns, or -1."""

    text: str
    tone: Tone = Tone.PLAIN
    cursor: int = -1


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
    body = [*_body(keyboard, min(columns, WIDEST), rows)]
    top = _top(keyboard, body, room)
    shown = body[top : top + room]
    if top + room < len(body):
        shown[-1] = Line(_cut("-- more below: Down --", columns), Tone.QUIET)
    padding = [Line("")] * (room - len(shown))
    return Screenful(tuple([*head, *shown, *padding, *foot][:rows]), top)


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
    if _width(line) > columns:
        line = "  ".join(filter(None, parts)).replace("Question ", "")
    lines = [Line(_padded(line, columns), Tone.BAR)]
    if rows >= 16:
        lines += [Line(line, Tone.QUIET) for line in _packed(_sections(session), columns)[:2]]
    if not isinstance(session.page, Emergency):
        waiting = ends.waiting_danger(session)
        lines += [Line(_cut(f"{danger}: press !", columns), Tone.ALARM) for danger in waiting]
    return [*lines, Line("")] if rows >= 16 else lines


def _sections(session: Session) -> list[str]:
    """How far each section is: done, or so many of so many."""
    asked = {session.instrument.questions[place].id for place in session.asked_places()}
    left = {session.instrument.questions[place].id for place in session.unanswered_places()}
    said = []
    for section in session.instrument.questionnaire.sections:
        here = {question.id for question in section.questions} & asked
        done = len(here - left)
        if here:
            said.append(f"{section.title} {'done' if done == len(here) else f'{done}/{len(here)}'}")
    return said


def _replies(keyboard: Keyboard, columns: int, rows: int) -> list[Line]:
    """What is said back; a taken answer is read back, too."""
    session = keyboard.session
    texts = [replies.reply_text(session, reply) for reply in session.replies]
    if keyboard.ignored:
        texts = [keyboard.ignored]
    if session.not_saved:
        texts.append(ends.not_saved_text(session))
    lines = [line for text in texts for line in _wrapped(" ".join(text.split()), columns)]
    return [Line(line, Tone.REPLY) for line in lines[: 2 if rows < 16 else 4]]


def _key_bar(keyboard: Keyboard, columns: int) -> list[Line]:
    """The keys of the page, and below them whom to call; on the emergency page only once that is scrolled away."""
    session = keyboard.session
    shown = [(key, does) for key, does in views.page_keys(session) if key != "!"]
    if isinstance(session.page, Noting | Filing | Deciding):
        shown = [("Enter", "go on"), ("Esc", "leave")]
    lines = _packed([f"{key} {does}" for key, does in shown], columns)
    if len(lines) > 2:
        lines = _packed([f"{key} {_SHORT.get(does, does)}" for key, does in shown], columns)[:3]
    bar = [Line(_padded(line, columns), Tone.BAR) for line in lines]
    if not isinstance(session.page, Emergency):
        return [*bar, Line(_cut(f"! DANGER: {_reach(session) or 'whom to call'}", columns), Tone.ALARM)]
    return [*bar, Line(_cut(f"DANGER: {_reach(session)}", columns), Tone.ALARM)] if keyboard.top else bar


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
            yield from _all(views.noting_lines(session, place), columns)
            yield _typed("Note: ", keyboard.half, columns)
        case Filing():
            yield from _all(views.filing_lines(session), columns)
            yield _typed("Reference: ", keyboard.half, columns)
        case Reviewing() | GoingTo():
            yield from _list(keyboard, columns)
        case Confirming(places):
            yield from _all(views.confirming_lines(session, places), columns)
        case Emergency():
            yield from _emergency(session, columns)
        case SoFar() | Result():
            yield from _text(_unfilled(views.result_text(session)), columns)
        case Deciding():
            yield from _all(views.deciding_lines(session, session.page), columns)
            yield _typed(f"{views.deciding_prompt(session, session.page)}: ", keyboard.half, columns)


def _question(keyboard: Keyboard, place: int, columns: int, *, airy: bool) -> Iterator[Line]:
    session = keyboard.session
    question = session.instrument.questions[place]
    gap = [Line("")] if airy else []
    yield from _all([str(question.ask)], columns, Tone.ASK, " " if airy else "")
    yield from gap
    for key, label, mark in _choices(keyboard, question):
        yield from _all([f"{key}  {mark}{label}"], columns, indent="  ", hanging=" " * (3 + len(mark)))
    if keyboard.typing or keyboard.half or (needs_enter(question) and not isinstance(question, MultipleQuestion)):
        yield _typed("  > ", keyboard.half, columns)
    if needs_enter(question):
        types = isinstance(question, TextQuestion) and not keyboard.typing
        yield Line("  Enter  type the answer" if types else "  Enter  done", Tone.QUIET)
    yield from gap
    if keyboard.helping:
        yield from _all(views.why_lines(question), columns, Tone.QUIET, "  ")
    yield from _all(views.earlier_lines(session, place), columns, Tone.QUIET, "  ")


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
    yield Line(_cut(f"  {title}", columns), Tone.ASK)
    for row in views.list_rows(session):
        here = row.number == keyboard.row + 1
        answer = show(row.answer) + (" +note" if row.noted else "")
        room = columns - 6
        shown = _cut(answer, max(12, room // 2))
        ask = _cut(show(row.ask), room - _width(shown) - 1)
        text = f"{'>' if here else ' '}{row.number:>3} {_padded(ask, room - _width(shown) - 1)} {shown}"
        yield Line(_cut(text, columns), Tone.HERE if here else Tone.PLAIN)
    yield from _all(views.review_endings(session), columns, indent="  ")
    if keyboard.half:
        yield Line(_cut(f"  Number: {keyboard.half}", columns), Tone.QUIET)


def _emergency(session: Session, columns: int) -> Iterator[Line]:
    """Whom to call before everything else, in as few lines as can be."""
    title, *lines = [line for line in _unfilled(views.emergency_text(session)) if line.strip()]
    yield from _all([title], columns, Tone.ALARM)
    yield from _text(lines, columns)
    acted = [views.clock(mark.at) for mark in session.record.alarms[-1:] if not session.record.danger_waits]
    yield from _all((f"Marked: acted at {at}." for at in acted), columns)
    yield Line(_cut(ends.kept_text(session), columns), Tone.QUIET)


def _all(
    texts: Iterable[str], columns: int, tone: Tone = Tone.PLAIN, indent: str = "", hanging: str = ""
) -> Iterator[Line]:
    for text in texts:
        for number, line in enumerate(_wrapped(text, columns - len(indent) - len(hanging))):
            yield Line(indent + (hanging if number else "") + line, tone)


def _text(lines: Iterable[str], columns: int) -> Iterator[Line]:
    """Titles, paragraphs and items, filled for this screen under their own indents."""
    for line in lines:
        indent = " " * min(len(line) - len(line.lstrip(" ")), 4)
        mark = "  " if line.strip()[:2] in {"- ", "> "} else ""
        yield from _all([line.strip()], columns, indent=indent, hanging=mark) if line.strip() else [Line("")]


def _unfilled(text: str) -> list[str]:
    """The lines of a filled text joined to what they were: titles, paragraphs and items."""
    lines = [""]
    for line in text.splitlines():
        starts = not line.strip() or not lines[-1].strip() or lines[-1].isupper() or line.strip()[:2] in {"- ", "> "}
        if starts:
            lines.append(line)
        else:
            lines[-1] += f" {line.strip()}"
    return lines[1:]


def _typed(label: str, half: str, columns: int) -> Line:
    """What is being written, its end in view."""
    text = show(half)
    while _width(label + text) >= columns:
        text = text[1:]
    return Line(label + text, Tone.ASK, cursor=_width(label + text))


def _wrapped(text: str, columns: int) -> list[str]:
    """A text in lines, counted in the columns that a terminal gives each character; a longer word is broken."""
    lines: list[str] = []
    line = ""
    for word in show(" ".join(text.split())).split(" "):
        piece = word
        if line and _width(line) + 1 + _width(piece) > columns:
            lines.append(line)
            line = ""
        while _width(piece) > columns:
            head = _fitting(piece, columns)
            lines.append(head)
            piece = piece[len(head) :]
        line = f"{line} {piece}" if line else piece
    return [*lines, line] if line or not lines else lines


def _packed(pieces: Iterable[str], columns: int) -> list[str]:
    """Pieces in lines, two blanks between them; none is broken if it fits on a line."""
    lines: list[str] = []
    for piece in map(show, pieces):
        if lines and _width(lines[-1]) + 2 + _width(piece) <= columns:
            lines[-1] += f"  {piece}"
        else:
            lines.append(_cut(piece, columns))
    return lines


def _cut(text: str, columns: int) -> str:
    """A text cut to so many columns, with three dots where something is left out."""
    text = show(text)
    if _width(text) <= columns:
        return text
    return _fitting(text, columns - 3) + "..." if columns > 3 else _fitting(text, columns)


def _padded(text: str, columns: int) -> str:
    text = _cut(text, columns)
    return text + " " * (columns - _width(text))


def _fitting(text: str, columns: int) -> str:
    """As much of the start of a text as fits; at least one character."""
    taken = 0
    for place, character in enumerate(text):
        taken += max(0, wcwidth(character))
        if taken > columns:
            return text[: max(1, place)]
    return text


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(max(0, wcwidth(character)) for character in text)
