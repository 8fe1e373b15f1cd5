"""Picking from a list of questions or of choices: by number, or with the cursor on a row."""

from __future__ import annotations

from iop_screen.interview.fullscreen.key_names import BACKSPACE, DOWN, ENTER, PAGE_DOWN, PAGE_UP, UP
from iop_screen.interview.fullscreen.pending_input import DIGIT_KEYS
from iop_screen.interview.pages import DecisionPage, GoToPage, Page, QuestionPage, ReviewPage
from iop_screen.interview.state import Session

STEPS = {UP: -1, DOWN: 1, PAGE_UP: -8, PAGE_DOWN: 8}
"""How many rows or lines a key moves."""

NUMBER_KEYS = DIGIT_KEYS | {BACKSPACE}
PICKING = NUMBER_KEYS | {ENTER}


def is_list(page: Page) -> bool:
    """Whether one picks by number here."""
    return isinstance(page, ReviewPage | GoToPage | DecisionPage)


def has_cursor(page: Page) -> bool:
    """Whether one row of the page is the one that Enter takes."""
    return isinstance(page, ReviewPage | GoToPage)


def is_number(line: str) -> bool:
    """Whether a line that was pasted can be the number of a row."""
    return {*line} <= DIGIT_KEYS and 0 < len(line) <= 4


def row_typed(session: Session, half: str, row: int) -> int:
    """The row whose number is typed; the one that the cursor was on if none is."""
    return _within(session, int(half) - 1 if half else row)


def row_moved(session: Session, row: int, key: str) -> int:
    """The row that a key moves the cursor to."""
    return _within(session, row + STEPS[key])


def _within(session: Session, row: int) -> int:
    return max(0, min(row, len(session.asked_indexes()) - 1))


def first_row(session: Session, row: int) -> int:
    """Where the cursor starts on a list: on the question that one comes from; in the review where it was."""
    indexes, page = session.asked_indexes(), session.page
    if isinstance(page, GoToPage) and isinstance(page.back, QuestionPage) and page.back.index in indexes:
        return indexes.index(page.back.index)
    return _within(session, row) if isinstance(page, ReviewPage) else 0
