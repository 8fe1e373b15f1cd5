"""The keymap: each of its keys does something on each of its pages, in both front ends, and no key means two things."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.interviews import HEAD, LONG, NOON, SMALL, typed
from support.questionnaires import ready

from iop_screen.interview.fullscreen.keyboard import press, start_keyboard
from iop_screen.interview.keymap import KEYMAP, Action, KeyRow, offered_rows, row_for
from iop_screen.interview.pages import (
    ActedPage,
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    DecisionPage,
    DiscardPage,
    EmergencyPage,
    GoToPage,
    LeavePage,
    NotePage,
    Notice,
    Page,
    QuestionPage,
    ResultPage,
    ResultPart,
    ResultPartPage,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.session import enter, linked_page
from iop_screen.interview.state import Session, begin_session, on_page
from iop_screen.records.call_data import CallField

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
    ResultPartPage(ResultPart.WHY),
    NotePage(1, HERE),
    CallPage(HERE),
    ClearPage((0,), EmergencyPage((), HERE)),
    CallFieldPage(CallField.WHERE, CallPage(HERE)),
    ActedPage(EmergencyPage((), HERE)),
    CallEndPage(HERE),
    DiscardPage(CallEndPage(HERE)),
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
    if linked_page(page, row.action) == page:
        return  # the part of the result that is shown
    before = on(page)
    line = enter(before, row.key, NOON)
    assert Notice.NOT_UNDERSTOOD not in line.replies
    assert (line.page, line.replies, line.log, line.request) != (before.page, (), before.log, None)
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


def test_a_key_is_offered_only_while_it_has_something_to_do() -> None:
    def offered(session: Session) -> set[str]:
        return {row.key for row in offered_rows(session)}

    danger = typed(begin_session(ready(SMALL), HEAD), "y")
    assert "x" not in offered(danger)
    assert "x" in offered(on(EmergencyPage((), HERE)))
    review = on(ReviewPage())
    assert "g" in offered(review)
    assert "g" not in offered(typed(review, "g", "d", "d", "d", "d", "d"))


def test_to_skip_an_answered_question_is_to_keep_its_answer() -> None:
    labels = [{row.key: row.label for row in offered_rows(on(QuestionPage(index)))}["s"] for index in (0, 1)]
    assert labels == ["keep", "skip"]


def test_what_is_no_key_is_an_answer_or_a_number() -> None:
    for text in ("number", "", "1", "uu", "x"):
        assert row_for(HERE, text) is None
    upper = row_for(HERE, "U")
    assert upper is not None
    assert upper.action is Action.ANSWER_UNKNOWN
