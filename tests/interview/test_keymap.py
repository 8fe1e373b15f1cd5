"""The keymap: each of its keys does something on each of its pages, in both front ends, and no key means two things."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.interviews import HEAD, LONG, NOON, SMALL, typed
from support.questionnaires import ready

from iop_screen.interview.fullscreen.keyboard import press, start_keyboard
from iop_screen.interview.keymap import KEYMAP, Action, KeyRow, listed_rows, offered_rows, row_for
from iop_screen.interview.pages import (
    CallEndPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    DecisionPage,
    EmergencyPage,
    GoToPage,
    LeavePage,
    NotePage,
    Notice,
    Page,
    QuestionPage,
    ResultPage,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.session import enter
from iop_screen.interview.state import Session, begin_session, on_page

HERE = QuestionPage(1)
PAGES: tuple[Page, ...] = (
    HERE,
    ReviewPage(),
    GoToPage(HERE),
    ConfirmPage((0,)),
    EmergencyPage((), HERE),
    LeavePage(HERE, next_caller=False),
    SoFarPage(HERE),
    ResultPage(),
    NotePage(1, HERE),
    CallPage(ReviewPage()),
    CallEndPage(HERE),
    ClearPage((0,), EmergencyPage((), HERE)),
    DecisionPage(),
)
ON_PAGES = [(page, row) for page in PAGES for row in KEYMAP if isinstance(page, row.pages)]
"""Every key on every page that has it."""


def on(page: Page) -> Session:
    """A session on a page, in which each key of it has something to do: danger waits, and no answer says so."""
    session = typed(begin_session(ready(SMALL), HEAD), "n", "!", "g")
    return replace(on_page(session, page), replies=())


@pytest.mark.parametrize(("page", "row"), ON_PAGES, ids=lambda value: str(getattr(value, "key", type(value).__name__)))
def test_every_key_does_something_on_its_pages(page: Page, row: KeyRow) -> None:
    if row.action is Action.PICK_NUMBER:
        assert row_for(page, "number") is None
        return
    if isinstance(page, EmergencyPage) and row.action is Action.DANGER:
        return  # that is where one is
    before = on(page)
    line = enter(before, row.key, NOON)
    assert Notice.NOT_UNDERSTOOD not in line.replies
    assert (line.page, line.replies, line.log, line.request) != (before.page, before.replies, before.log, None)
    if row.action is not Action.EXPLAIN and not isinstance(page, DecisionPage):  # there it opens, and a line is typed
        pressed = press(start_keyboard(before, 0.0), row.key, NOON, LONG).session
        assert (pressed.page, pressed.log) == (line.page, line.log)


def test_no_key_stands_twice_on_a_page() -> None:
    keys = [(page, row.key) for row in KEYMAP for page in row.pages]
    assert len(keys) == len({*keys})


def test_danger_is_a_key_of_every_page_that_is_not_the_end() -> None:
    for page in PAGES:
        row = row_for(page, "!")
        assert row is not None
        assert row.action is Action.DANGER


@pytest.mark.parametrize(
    "page", [page for page in PAGES if [*listed_rows(type(page))]], ids=lambda page: str(type(page))
)
def test_a_page_offers_no_key_that_it_does_not_have(page: Page) -> None:
    offered = [row.key for row in offered_rows(on(page))]
    assert offered
    assert [*dict.fromkeys(offered)] == [row.key for row in listed_rows(type(page)) if row.key in offered]


def test_what_is_no_key_is_an_answer_or_a_number() -> None:
    for text in ("number", "", "1", "uu", "x"):
        assert row_for(HERE, text) is None
    upper = row_for(HERE, "U")
    assert upper is not None
    assert upper.action is Action.ANSWER_UNKNOWN
