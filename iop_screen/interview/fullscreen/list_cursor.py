"""Lists of questions or of choices: a row is picked by its number, or with a cursor."""

from __future__ import annotations

from iop_screen.interview.fullscreen.key_names import BACKSPACE, DOWN, ENTER, PAGE_DOWN, PAGE_UP, UP
from iop_screen.interview.fullscreen.pending_input import DIGIT_KEYS
from iop_screen.interview.pages import DecisionPage, GoToPage, Page, QuestionPage, ReviewPage
from iop_screen.interview.state import Session

SCROLL_STEPS = {UP: -1, DOWN: 1, PAGE_UP: -8, PAGE_DOWN: 8}
"""How many rows or lines a key moves."""

NUMBER_KEYS = DIGIT_KEYS | {BACKSPACE}
LIST_KEYS = NUMBER_KEYS | {ENTER}


def is_list(page: Page) -> bool:
    """Whether a number typed on this page picks a row."""
    return isinstance(page, ReviewPage | GoToPage | DecisionPage)


def has_cursor(page: Page) -> bool:
    """Whether one row of the page is selected, for Enter to open."""
    return isinstance(page, ReviewPage | GoToPage)


def nearest_row(session: Session, row: int) -> int:
    """The row with this index; the first or the last one if there is none."""
    return max(0, min(row, len(session.asked_indexes()) - 1))


def first_row(session: Session, row: int) -> int:
    """Where the cursor starts: on the question one came from; in the review on the row where it was."""
    indexes, page = session.asked_indexes(), session.page
    if isinstance(page, GoToPage) and isinstance(page.back, QuestionPage) and page.back.index in indexes:
        return indexes.index(page.back.index)
    return nearest_row(session, row) if isinstance(page, ReviewPage) else 0
