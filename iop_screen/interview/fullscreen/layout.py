"""A whole screen of the interview as lines: a pure function of what is going on and of the size of the screen.

The last line always says how to reach help in danger; a longer page scrolls above it. ASCII marks only, and every
text of a person goes through `show` once more before it is cut to the width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat

from iop_screen.core.safe_text import sanitize
from iop_screen.interview.fullscreen.keyboard import Keyboard
from iop_screen.interview.fullscreen.pending_input import needs_enter
from iop_screen.interview.fullscreen.styled_lines import (
    LineStyle,
    StyledLine,
    cut,
    filled_lines,
    packed,
    padded,
    width,
    wrapped,
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
    QuestionPage,
    ReferencePage,
    ResultPage,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.state import Session
from iop_screen.interview.wording import (
    danger_page,
    decision_page,
    page_text,
    progress,
    question_page,
    replies,
    result_page,
    review_page,
    start_and_end,
)
from iop_screen.interview.wording.review_page import ListRow
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import InputMode
from iop_screen.records.model import DangerActedOn
from iop_screen.report.wording import BLANK_LINE, Passage

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

AIRY = 20
"""From so many rows on there are empty lines between the parts of a question."""

_GUTTER = progress.COLUMN + 3

NARROWEST, LOWEST = 40, 12
"""The smallest screen that is drawn on; below it the line mode is the better choice."""


@dataclass(frozen=True, slots=True)
class Layout:
    """All lines of a screen, and how far the page is scrolled after it was brought into bounds.

    `unseen` are the keys of the answers that there was no room for.
    """

    lines: tuple[StyledLine, ...]
    top: int
    unseen: frozenset[str] = frozenset()


def layout(keyboard: Keyboard, columns: int, rows: int) -> Layout:
    """Exactly `rows` lines of at most `columns` columns."""
    session = keyboard.session
    head = _head(session, columns, rows)
    bar = _key_bar(keyboard, columns, rows)
    has_column = _has_column(session, columns, rows)
    body = [*_body(keyboard, min(columns - (_GUTTER if has_column else 0), WIDEST), rows)]
    writing = [body.pop()] if body and body[-1].cursor >= 0 else []  # where one writes does not scroll away
    said = _replies(keyboard, columns, rows, rows - len(head) - len(bar) - len(body) - len(writing))
    room = max(1, rows - len(head) - len(said) - len(bar) - len(writing))
    top = _top(keyboard, body, room)
    shown = _shown(body, top, room, columns)
    unseen = {line.key for line in body if line.key} - {line.key for line in shown}
    padding = [StyledLine("")] * (room - len(shown))
    beside = progress.column(session, room + len(writing)) if has_column else []
    middle = [*shown, *writing, *padding]
    middle = _side_by_side(beside, middle) if beside else middle
    return Layout(tuple([*head, *middle, *said, *bar][:rows]), top, frozenset(unseen))


def _shown(body: list[StyledLine], top: int, room: int, columns: int) -> list[StyledLine]:
    """What of a page is on the screen; where it goes on, the last line says so."""
    shown = body[top : top + room]
    if top + room < len(body):
        answers = any(line.key for line in body[top + room - 1 :])
        shown[-1] = StyledLine(cut(f"-- more {'answers ' if answers else ''}below: Down --", columns), LineStyle.QUIET)
    return shown


def _has_column(session: Session, columns: int, rows: int) -> bool:
    """Whether a column beside the page says how far the interview is; else, if there is room, a strip above it."""
    return columns >= WIDEST and rows >= ROOMY and isinstance(session.page, QuestionPage | NotePage)


def _side_by_side(beside: list[str], lines: list[StyledLine]) -> list[StyledLine]:
    """The column on the left, and the page to the right of it."""
    filled_up = chain(beside, repeat(""))
    return [
        replace(line, beside=f"{padded(text, progress.COLUMN)} | ")
        for line, text in zip(lines, filled_up, strict=False)
    ]


def _top(keyboard: Keyboard, body: list[StyledLine], room: int) -> int:
    """How far a page is scrolled: as asked for, and on a list so that the row with the cursor is seen."""
    here = [index for index, line in enumerate(body) if line.tone is LineStyle.HERE]
    help_ = [index for index, line in enumerate(body) if line.tone is LineStyle.HELP]
    top = keyboard.top
    if here:
        top = max(0, here[-1] - room + 2)
    if help_ and not top and help_[-1] >= room:
        top = help_[0]
    return max(0, min(top, len(body) - room))


def _head(session: Session, columns: int, rows: int) -> list[StyledLine]:
    whole = session.compiled.questionnaire
    where = question_page.progress(session, session.page.index) if isinstance(session.page, QuestionPage) else ""
    parts = [f"Ref {session.head.ref}", where, start_and_end.kept_text(session)]
    line = "  ".join(filter(None, [str(whole.title), *parts]))
    if width(line) > columns:
        line = "  ".join(filter(None, parts)).replace("Question ", "")
    lines = [StyledLine(padded(line, columns), LineStyle.BAR)]
    if rows >= ROOMY and not _has_column(session, columns, rows):
        lines += [StyledLine(line, LineStyle.QUIET) for line in packed(progress.strip(session), columns)[:2]]
    if not isinstance(session.page, EmergencyPage):
        waiting = danger_page.waiting_danger(session)
        lines += [StyledLine(_danger_waits(danger, columns), LineStyle.ALARM) for danger in waiting]
    return [*lines, StyledLine("")] if rows >= ROOMY else lines


def _danger_waits(danger: str, columns: int) -> str:
    """That danger waits, and where to go; on a narrow screen in fewer words."""
    whole = f"{danger}: press !"
    return whole if width(whole) <= columns else cut(f"{danger.partition(',')[0]}: press !", columns)


def _replies(keyboard: Keyboard, columns: int, rows: int, spare: int) -> list[StyledLine]:
    """What is said back; a taken answer is read back, too. On a low screen it leaves the page the room it needs."""
    session = keyboard.session
    texts = [replies.reply_text(session, reply) for reply in session.replies]
    if keyboard.ignored:
        texts = [keyboard.ignored]
    if session.not_saved:
        texts.append(start_and_end.not_saved_text(session))
    lines = [line for text in texts for line in wrapped(" ".join(text.split()), columns)]
    least = 1 if keyboard.ignored or session.not_saved or not isinstance(session.page, QuestionPage) else 0
    most = 4 if rows >= ROOMY else max(least, min(2, spare))
    if most and len(lines) > most:
        lines[most - 1] = f"{cut(lines[most - 1], columns - 3).removesuffix('...')}..."
    return [StyledLine(line, LineStyle.REPLY) for line in lines[:most]]


def _key_bar(keyboard: Keyboard, columns: int, rows: int) -> list[StyledLine]:
    """The keys of the page, and below them whom to call; on the emergency page only once that is scrolled away."""
    session = keyboard.session
    shown = [(key, does) for key, does in page_text.page_keys(session) if key != "!"]
    if isinstance(session.page, NotePage | ReferencePage | DecisionPage):
        shown = [("Enter", "go on"), ("Esc", "leave"), ("Esc then !", "danger")]
    if isinstance(session.page, QuestionPage) and rows < ROOMY:
        shown = [("?", "help and keys"), ("b", "back"), ("q", "quit")]
    lines = packed([f"{key} {does}" for key, does in shown], columns)
    if len(lines) > 2:
        lines = packed([f"{key} {_SHORT.get(does, does)}" for key, does in shown], columns)[:3]
    bar = [StyledLine(padded(line, columns), LineStyle.BAR) for line in lines]
    if not isinstance(session.page, EmergencyPage):
        return [*bar, StyledLine(_whom_to_call("! DANGER: ", session, columns), LineStyle.ALARM)]
    return [*bar, StyledLine(_whom_to_call("DANGER: ", session, columns), LineStyle.ALARM)] if keyboard.top else bar


def _whom_to_call(start: str, session: Session, columns: int) -> str:
    """How to reach those whom the emergency page names; where there is no room for that, in the fewest words."""
    whole = session.compiled.questionnaire
    on_page = whole.contacts_of(whole.interrupt()) or (
        whole.contacts if isinstance(session.page, EmergencyPage) else ()
    )
    said = start + ("; ".join(str(contact.reach) for contact in on_page) or "whom to call")
    if width(said) <= columns:
        return said
    return cut(start + "; ".join(str(contact.short or contact.reach) for contact in on_page), columns)


def _body(keyboard: Keyboard, columns: int, rows: int) -> Iterator[StyledLine]:  # noqa: C901 - one case a page
    session = keyboard.session
    match session.page:
        case QuestionPage(index):
            yield from _question(keyboard, index, columns, rows)
        case NotePage(index):
            yield from filled_lines(question_page.noting_lines(session, index), columns)
            yield _typed("Note: ", keyboard.half, columns)
        case ReferencePage():
            yield from filled_lines(page_text.filing_lines(session), columns)
            yield _typed("Reference: ", keyboard.half, columns)
        case ReviewPage() | GoToPage():
            yield from _list(keyboard, columns)
        case LeavePage():
            yield from filled_lines(page_text.leaving_lines(session), columns)
        case ConfirmPage(indexes):
            yield from filled_lines(review_page.confirming_lines(session, indexes), columns)
        case EmergencyPage():
            yield from _emergency(session, columns)
        case SoFarPage() | ResultPage():
            yield from _passages(result_page.result_page(session), columns)
        case DecisionPage():
            yield from filled_lines(decision_page.deciding_lines(session, session.page), columns)
            yield _typed(f"{decision_page.deciding_prompt(session, session.page)}: ", keyboard.half, columns)
        case Finished() | LeftUnfinished() | Interrupted():
            return


def _question(keyboard: Keyboard, index: int, columns: int, rows: int) -> Iterator[StyledLine]:
    session = keyboard.session
    question = session.compiled.questions[index]
    airy = rows >= AIRY
    gap = [StyledLine("")] if airy else []
    yield from filled_lines([str(question.ask)], columns, LineStyle.ASK, " " if airy else "")
    yield from gap
    for key, label, mark in _choices(keyboard, question):
        *before, last = filled_lines([f"{key}  {mark}{label}"], columns, indent="  ", hanging=" " * (3 + len(mark)))
        yield from (*before, replace(last, key=key))
    if keyboard.typing or keyboard.half or (needs_enter(question) and not question.allows_multiple):
        yield _typed("  > ", keyboard.half, columns)
    if needs_enter(question):
        types = question.input_mode is InputMode.WORDS and not keyboard.typing
        yield StyledLine("  Enter  type the answer" if types else "  Enter  done", LineStyle.QUIET)
    yield from gap
    if keyboard.helping:
        yield from filled_lines(question_page.why_lines(question), columns, LineStyle.HELP, "  ")
        if rows < ROOMY:
            yield from filled_lines(
                [f"Keys: {page_text.listed(page_text.page_keys(session))}."], columns, LineStyle.HELP, "  "
            )
    yield from filled_lines(question_page.earlier_lines(session, index), columns, LineStyle.QUIET, "  ")


def _choices(keyboard: Keyboard, question: Question) -> Iterator[tuple[str, str, str]]:
    """The keys of a question with what they say, and a box where several can be ticked."""
    for key, option in question.option_keys():
        box = ("[x] " if key in keyboard.ticked else "[ ] ") if question.allows_multiple else ""
        yield key, str(option.label), box


def _list(keyboard: Keyboard, columns: int) -> Iterator[StyledLine]:
    session = keyboard.session
    title = "Check the answers before the suggestion" if isinstance(session.page, ReviewPage) else "Go to a question"
    yield StyledLine(cut(f"  {title}", columns), LineStyle.ASK)
    yield from filled_lines(review_page.left_over(session), columns, indent="  ")
    for row in review_page.list_rows(session):
        here = row.number == keyboard.row + 1
        tone = LineStyle.HERE if here else LineStyle.PLAIN
        yield from (StyledLine(text, tone) for text in _row(row, ">" if here else " ", columns))
    yield from filled_lines(review_page.set_aside_lines(session), columns, indent="  ", hanging="  ")
    if keyboard.half:
        yield StyledLine(cut(f"  Number: {keyboard.half}", columns), LineStyle.QUIET)


def _row(row: ListRow, mark: str, columns: int) -> Iterator[str]:
    """A question and its answer. The question is cut, the answer never: where it is long, it has lines of its own."""
    answer = sanitize(row.answer) + (" +note" if row.noted else "")
    start, room = f"{mark}{row.number:>3} ", columns - 6
    left = room - width(answer) - 1
    if left >= room // 3:
        yield f"{start}{padded(row.ask, left)} {answer}"
        return
    yield start + cut(row.ask, room)
    yield from (f"{' ' * 8}{line}" for line in wrapped(answer, columns - 8))


def _emergency(session: Session, columns: int) -> Iterator[StyledLine]:
    """Whom to call before everything else, in as few lines as can be."""
    title, *more = (passage for passage in danger_page.emergency_page(session) if passage != BLANK_LINE)
    yield from filled_lines([title.text], columns, LineStyle.ALARM)
    yield from _passages(more, columns)
    acted = [danger_page.clock(mark.at) for mark in session.record.alarms[-1:] if isinstance(mark, DangerActedOn)]
    yield from filled_lines((f"Marked: acted at {at}." for at in acted), columns)
    yield StyledLine(cut(start_and_end.kept_text(session), columns), LineStyle.QUIET)


def _passages(passages: Iterable[Passage], columns: int) -> Iterator[StyledLine]:
    """Titles, paragraphs and items, filled for this screen."""
    for passage in passages:
        room = columns - len(passage.rest)
        for number, line in enumerate(wrapped(passage.text, room)):
            yield StyledLine((passage.rest if number else passage.first) + line)


def _typed(label: str, half: str, columns: int) -> StyledLine:
    """What is being written, its end in view."""
    text = sanitize(half)
    while width(label + text) >= columns:
        text = text[1:]
    return StyledLine(label + text, LineStyle.ASK, cursor=width(label + text))
