"""The lines of a screen of the interview: a pure function of the keyboard and of the size of the screen.

The last line always says how to reach help in danger; a longer page scrolls above it. All marks are ASCII, and every
text passes through `sanitize` before it is cut to the width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat

from iop_screen.core.safe_text import sanitize
from iop_screen.interview import keymap
from iop_screen.interview.fullscreen.keyboard import Keyboard
from iop_screen.interview.fullscreen.pending_input import needs_enter
from iop_screen.interview.fullscreen.scrolling import Drawing, first_shown, page_down, page_end, page_up
from iop_screen.interview.fullscreen.styled_lines import (
    LineStyle,
    StyledLine,
    cut,
    packed,
    padded,
    width,
    wrap,
    wrapped_lines,
)
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
    QuestionPage,
    ResultPage,
    ResultPartPage,
    Resumed,
    ReviewPage,
    SoFarPage,
    Writing,
)
from iop_screen.interview.state import Session
from iop_screen.interview.wording import (
    emergency_page,
    guide_page,
    messages,
    overview,
    page_text,
    question_page,
    result_page,
    review_page,
)
from iop_screen.interview.wording.review_page import ListRow
from iop_screen.interview.wording.standing_lines import StandingLine, standing_lines
from iop_screen.questionnaire.types.base import InputMode
from iop_screen.records.model import DangerActedOn
from iop_screen.report.blocks import Block, Lines
from iop_screen.report.chain_text import chain_text
from iop_screen.report.result_text import WHY_TITLE
from iop_screen.report.screen_text import screen_lines

MAX_COLUMNS = 100
"""Longer lines are hard to read."""

ROOMY_ROWS = 16
"""From this height on there is room for more than the page itself."""

SPACED_ROWS = 20
"""From this height on there are empty lines between the parts of a question."""

_LEFT_COLUMNS = overview.COLUMN + 3

MIN_COLUMNS, MIN_ROWS = 40, 12
"""The smallest screen that is drawn on; on a smaller one the line mode is used."""


@dataclass(frozen=True, slots=True)
class Layout(Drawing):
    """All lines of a screen, and what was drawn of the page."""

    lines: tuple[StyledLine, ...]


def layout(keyboard: Keyboard, columns: int, rows: int) -> Layout:
    """Exactly `rows` lines of at most `columns` columns."""
    session = keyboard.session
    head = _head(session, columns, rows)
    bar = _key_bar(keyboard, columns, rows)
    has_column = _has_left_column(session, columns, rows)
    page_columns = min(columns - (_LEFT_COLUMNS if has_column else 0), MAX_COLUMNS)
    room = rows - len(head) - len(bar) - len(_replies(keyboard, columns, rows, 0))
    page = [*_page(keyboard, page_columns, rows, room)]
    text_line = [page.pop()] if page and page[-1].cursor >= 0 else []  # where one writes does not scroll away
    replied = _replies(keyboard, columns, rows, rows - len(head) - len(bar) - len(page) - len(text_line))
    room = max(1, rows - len(head) - len(replied) - len(bar) - len(text_line))
    top = first_shown(page, keyboard.top, room, follows_row=not keyboard.page_turned)
    visible = _visible(page, top, room, columns)
    unseen_keys = {line.key for line in page if line.key} - {line.key for line in visible}
    middle = [*visible, *text_line, *[StyledLine("")] * (room - len(visible))]
    if has_column:
        texts = chain(overview.column(session, room + len(text_line)), repeat(""))
        left = (f"{padded(text, overview.COLUMN)} | " for text in texts)
        middle = [replace(line, left_column=text) for line, text in zip(middle, left, strict=False)]
    lines = tuple([*head, *middle, *replied, *bar][:rows])
    up, down, end = page_up(page, top, room), page_down(page, top, room), page_end(page, room)
    return Layout(top, up, down, end, frozenset(unseen_keys), lines)


def _visible(page: list[StyledLine], top: int, room: int, columns: int) -> list[StyledLine]:
    """The lines of a page that there is room for. If more follow, the last line says so."""
    visible = page[top : top + room]
    if top + room < len(page):
        answers = "answers " if any(line.key for line in page[top + room - 1 :]) else ""
        visible[-1] = StyledLine(cut(f"-- more {answers}below: Down --", columns), LineStyle.QUIET)
    return visible


def _has_left_column(session: Session, columns: int, rows: int) -> bool:
    """Whether progress is shown in a column beside the page; else, if there is room, it is shown above the page."""
    return columns >= MAX_COLUMNS and rows >= ROOMY_ROWS and isinstance(session.page, QuestionPage | NotePage)


def _head(session: Session, columns: int, rows: int) -> list[StyledLine]:
    page = session.page
    number = question_page.question_number(session, page.index) if isinstance(page, QuestionPage) else ""
    mark = chain_text(session.record) if isinstance(page, EmergencyPage) else ""  # whom to call needs the lines below
    parts = [*filter(None, [f"Ref {session.head.ref}", mark, number, messages.saved_text(session)])]
    title = "  ".join(filter(None, [str(session.compiled.questionnaire.title), *parts]))
    if width(title) > columns:
        title = "  ".join(parts).replace("Question ", "")
    lines = [StyledLine(padded(title, columns), LineStyle.BAR)]
    if rows >= ROOMY_ROWS and not _has_left_column(session, columns, rows):
        lines += [StyledLine(line, LineStyle.QUIET) for line in packed(overview.strip(session), columns)[:2]]
    if rows >= ROOMY_ROWS and isinstance(page, QuestionPage | ReviewPage) and not _has_just_resumed(session):
        about = (line for text in result_page.questionnaire_lines(session) for line in wrap(sanitize(text), columns))
        lines += [StyledLine(line, LineStyle.QUIET) for line in about]
    lines += [_standing_line(line, columns) for line in standing_lines(session)]
    return [*lines, StyledLine("")] if rows >= ROOMY_ROWS else lines


def _standing_line(line: StandingLine, columns: int) -> StyledLine:
    """A line that stands above the page; in fewer words where it does not fit."""
    text = line.text if width(line.text) <= columns else cut(line.short, columns)
    return StyledLine(text, LineStyle.ALARM if line.alarm else LineStyle.QUIET)


def _replies(keyboard: Keyboard, columns: int, rows: int, spare: int) -> list[StyledLine]:
    """The replies to what was entered, or why a key was ignored; fewer lines of them on a low screen."""
    session = keyboard.session
    texts = [keyboard.ignored_reason] if keyboard.ignored_reason else []
    is_low = rows < ROOMY_ROWS
    texts = texts or [messages.reply_text(session, reply, is_low=is_low) for reply in session.replies]
    if session.not_saved:
        texts.append(messages.not_saved_text(session))
    lines = [line for text in texts for line in wrap(" ".join(text.split()), columns)]
    long = {Notice.OUT_OF_SCOPE, Notice.SUGGESTION_SETTLED} & {*session.replies}
    roomy = 6 if _has_just_resumed(session) or long else 4
    most = roomy if not is_low else max(_lines_needed(keyboard), min(2, spare))
    if most and len(lines) > most:
        lines[most - 1] = f"{cut(lines[most - 1], columns - 3).rstrip('.')}..."
    return [StyledLine(line, LineStyle.REPLY) for line in lines[:most]]


def _lines_needed(keyboard: Keyboard) -> int:
    """How many lines of replies are shown on a low screen in any case."""
    session = keyboard.session
    if _has_just_resumed(session):
        signs = 2 if any(emergency_page.danger_signs_texts(session)) else 0
        caution = 2 if any(emergency_page.call_caution(session)) else 0
        about = 3 if any(result_page.questionnaire_lines(session)) else 0  # by which questionnaire the record goes
        return min(4, signs + caution + about)
    if Notice.KEPT_APART in session.replies:
        return 2  # under which reference it goes on
    needed = keyboard.ignored_reason or session.not_saved or not isinstance(session.page, QuestionPage)
    return min(2, len(wrap(keyboard.ignored_reason, MIN_COLUMNS))) if needed else 0


def _has_just_resumed(session: Session) -> bool:
    """Whether a reply says what became of the record that the interview goes on with."""
    return any(isinstance(reply, Resumed) for reply in session.replies)


def _key_bar(keyboard: Keyboard, columns: int, rows: int) -> list[StyledLine]:
    """The keys of the page, and below them whom to call; not at the start of a roomy emergency page."""
    session = keyboard.session
    lines = _footer_lines(session, columns, is_low=rows < ROOMY_ROWS)
    bar = [StyledLine(padded(line, columns), LineStyle.BAR) for line in lines]
    on_emergency_page = isinstance(session.page, EmergencyPage)
    if on_emergency_page and not keyboard.top and rows >= ROOMY_ROWS:
        return bar
    return [*bar, _contact_line("DANGER: " if on_emergency_page else "! DANGER: ", session, columns)]


def _footer_lines(session: Session, columns: int, *, is_low: bool) -> list[str]:
    """The keys of the page: in fewer words where they do not fit on two lines; on a low screen the most needed."""
    if isinstance(session.page, Writing | DecisionPage):
        return packed([f"{key} {label}" for key, label in keymap.TEXT_FOOTER], columns)
    keys = [row for row in keymap.offered_rows(session) if row.action is not keymap.Action.DANGER]
    small = keymap.SMALL_FOOTERS.get(type(session.page), ()) if is_low else ()
    if small:
        needed = sorted((row for row in keys if row.key in small), key=lambda row: small.index(row.key))
        return packed([f"{row.key} {row.short_label}" for row in needed], columns)
    lines = packed([f"{row.key} {row.label}" for row in keys], columns)
    return lines if len(lines) <= 2 else packed([f"{row.key} {row.short_label}" for row in keys], columns)[:3]


def _contact_line(start: str, session: Session, columns: int) -> StyledLine:
    """How to reach the contacts of the emergency page: in their short form where there is no room for the long one.

    Where not all of them have room, the first ones do: half a phone number helps nobody.
    """
    questionnaire = session.compiled.questionnaire
    contacts = questionnaire.contacts_of(questionnaire.interrupt())
    if not contacts and isinstance(session.page, EmergencyPage):
        contacts = questionnaire.contacts
    short = [str(contact.short or contact.reach) for contact in contacts]
    choices = [[str(contact.reach) for contact in contacts], *(short[:count] for count in range(len(short), 0, -1))]
    texts = [start + ("; ".join(choice) or "whom to call") for choice in choices]
    text = next((text for text in texts if width(text) <= columns), cut(texts[-1], columns))
    return StyledLine(text, LineStyle.ALARM)


def _page(  # noqa: C901, PLR0912 - one case a page
    keyboard: Keyboard, columns: int, rows: int, room: int
) -> Iterator[StyledLine]:
    session = keyboard.session
    match session.page:
        case QuestionPage(index):
            yield from _question_page(keyboard, index, columns, rows)
        case NotePage(index):
            yield from wrapped_lines(question_page.note_lines(session, index), columns)
            yield _text_line("Note: ", keyboard.pending_text, columns)
        case CallFieldPage() | ActedPage() | CallEndPage() | DiscardPage():
            yield from wrapped_lines(page_text.short_page_lines(session, session.page), columns)
            yield _text_line(page_text.prompt(session), keyboard.pending_text, columns)
        case GuideSectionPage(index):
            yield from _block_lines(guide_page.section_blocks(session, index), columns)
        case CallPage() | ClearPage() | GuidePage():
            yield from wrapped_lines(page_text.short_page_lines(session, session.page), columns)
            if keyboard.pending_text:
                yield _text_line("Number: ", keyboard.pending_text, columns)
        case ReviewPage() | GoToPage():
            yield from _list_page(keyboard, columns)
        case LeavePage():
            yield from wrapped_lines(page_text.leave_lines(session), columns)
        case ConfirmPage(indexes):
            yield from wrapped_lines(review_page.confirm_lines(session, indexes), columns)
        case EmergencyPage():
            yield from _emergency_page(session, columns, rows)
        case ResultPage():
            yield from _first_screen(session, columns, room)
        case SoFarPage() | ResultPartPage():
            yield from _block_lines(result_page.result_page(session), columns)
        case DecisionPage():
            yield from wrapped_lines(result_page.decision_lines(session, session.page), columns)
            yield _text_line(f"{result_page.decision_prompt(session, session.page)}: ", keyboard.pending_text, columns)
        case Finished() | LeftUnfinished() | Discarded() | Interrupted():
            return


def _question_page(keyboard: Keyboard, index: int, columns: int, rows: int) -> Iterator[StyledLine]:
    session = keyboard.session
    question = session.compiled.questions[index]
    spaced = rows >= SPACED_ROWS
    gap = [StyledLine("")] if spaced else []
    yield from wrapped_lines([session.ask(index)], columns, LineStyle.ASK, " " if spaced else "")
    yield from gap
    for key, option in question.option_keys():
        box = ("[x] " if key in keyboard.ticked else "[ ] ") if question.allows_multiple else ""
        text, hanging = f"{key}  {box}{option.label}", " " * (3 + len(box))
        *before, last = wrapped_lines([text], columns, indent="  ", hanging=hanging)
        yield from (*before, replace(last, key=key))
    if keyboard.text_box_open or keyboard.pending_text or (needs_enter(question) and not question.allows_multiple):
        yield _text_line("  > ", keyboard.pending_text, columns)
    if needs_enter(question):
        opens_box = question.input_mode is InputMode.WORDS and not keyboard.text_box_open
        yield StyledLine("  Enter  type the answer" if opens_box else "  Enter  done", LineStyle.QUIET)
    yield from gap
    if keyboard.help_open:
        keys = [f"Keys: {page_text.keys_in_words(keymap.offered_rows(session))}."] if rows < ROOMY_ROWS else []
        yield from wrapped_lines([*question_page.why_lines(question), *keys], columns, LineStyle.HELP, "  ")
    yield from wrapped_lines(question_page.earlier_lines(session, index), columns, LineStyle.QUIET, "  ")


def _list_page(keyboard: Keyboard, columns: int) -> Iterator[StyledLine]:
    session = keyboard.session
    title = "Check the answers before the suggestion" if isinstance(session.page, ReviewPage) else "Go to a question"
    yield StyledLine(cut(f"  {title}", columns), LineStyle.ASK)
    yield from wrapped_lines(review_page.unanswered_lines(session), columns, indent="  ")
    for row in review_page.list_rows(session):
        selected = row.number == keyboard.row + 1
        style = LineStyle.SELECTED if selected else LineStyle.PLAIN
        texts = _row(row, ">" if selected else " ", columns)
        yield from (StyledLine(text, style, row=row.number - 1) for text in texts)
    yield from wrapped_lines(review_page.set_aside_lines(session), columns, indent="  ", hanging="  ")
    if keyboard.pending_text:
        yield StyledLine(cut(f"  Number: {keyboard.pending_text}", columns), LineStyle.QUIET)


def _row(row: ListRow, mark: str, columns: int) -> Iterator[str]:
    """A question and its answer. The question is cut, the answer never: a long one has lines of its own."""
    answer = sanitize(row.answer) + (" +note" if row.noted else "")
    start, room = f"{mark}{row.number:>3} ", columns - 6
    left = room - width(answer) - 1
    if left >= room // 3:
        yield f"{start}{padded(row.ask, left)} {answer}"
        return
    yield start + cut(row.ask, room)
    yield from (f"{' ' * 8}{line}" for line in wrap(answer, columns - 8))


def _emergency_page(session: Session, columns: int, rows: int) -> Iterator[StyledLine]:
    """The emergency page without its empty lines, so that what to do is on the screen.

    On a low screen whom to call stands below it, so why comes first here, without its title, if the page has a why. Of
    a long address two lines stand at the top then, and the whole of it at the end.
    """
    title, words, whom_to_call, *more = emergency_page.emergency_page(session)
    yield from (replace(line, style=LineStyle.ALARM) for line in _block_lines([title], columns))
    if rows >= ROOMY_ROWS:
        yield from _without_blank_lines([words, whom_to_call, *more], columns)
    else:
        each = [_without_blank_lines([Lines((text,))], columns) for text in words.texts]
        yield from (line for lines in each for line in _at_most_two(lines, columns))
        long = [Lines((text,)) for text, lines in zip(words.texts, each, strict=True) if len(lines) > 2]
        untitled = [block for block in more if block != WHY_TITLE]
        has_why = session.compiled.questionnaire.interrupt() is not None
        why, rest = (untitled[:1], untitled[1:]) if has_why else ([], untitled)
        yield from _without_blank_lines([*why, whom_to_call, *rest, *long], columns)
    acted = (mark.at for mark in session.record.alarms[-1:] if isinstance(mark, DangerActedOn))
    yield from wrapped_lines((f"Marked: acted at {emergency_page.time_of_day(at)}." for at in acted), columns)
    yield StyledLine(cut(messages.saved_text(session), columns), LineStyle.QUIET)


def _at_most_two(lines: list[StyledLine], columns: int) -> list[StyledLine]:
    """The first two lines; if there are more, the second says so."""
    return lines if len(lines) <= 2 else [lines[0], StyledLine(f"{cut(lines[1].text, columns - 3)}...")]


def _first_screen(session: Session, columns: int, room: int) -> list[StyledLine]:
    """The result on one screen: if need be, without blank lines, and then with fewer reasons and steps.

    On a screen that is too small even for that it scrolls.
    """
    page = result_page.first_page(session)
    everything = [*_block_lines(page.whole(), columns)]
    if len(everything) <= room:
        return everything
    for limits in page.limits_to_try(room):
        shown = _without_blank_lines(page.blocks(limits), columns)
        if len(shown) <= room:
            return shown
    return _without_blank_lines(page.whole(), columns)


def _without_blank_lines(blocks: Iterable[Block], columns: int) -> list[StyledLine]:
    return [line for line in _block_lines(blocks, columns) if line.text]


def _block_lines(blocks: Iterable[Block], columns: int) -> Iterator[StyledLine]:
    """Blocks in lines of so many columns."""

    def fill(text: str, first: str, rest: str) -> Iterator[str]:
        starts = chain([first], repeat(rest))
        return (start + line for start, line in zip(starts, wrap(text, columns - len(rest)), strict=False))

    return map(StyledLine, screen_lines(blocks, fill))


def _text_line(label: str, text: str, columns: int) -> StyledLine:
    """A label and the end of the text that is being typed."""
    text = sanitize(text)
    while width(label + text) >= columns:
        text = text[1:]
    return StyledLine(label + text, LineStyle.ASK, cursor=width(label + text))
