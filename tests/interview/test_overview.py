"""How far an interview is: every question that is asked has its number and its mark, on a screen of any size."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.interviews import HEAD, SMALL, enter, full_text, pressed, text_of
from support.questionnaires import ready

from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import MAX_COLUMNS, ROOMY_ROWS, layout
from iop_screen.interview.state import Session, begin_session
from iop_screen.interview.wording.overview import COLUMN, column, strip
from iop_screen.questionnaire.answers import MissingReason

ALL = 100


@pytest.fixture(scope="module")
def start() -> Session:
    return begin_session(ready(SMALL), HEAD)


def after(session: Session, lines: list[str]) -> Session:
    for line in lines:
        session = enter(session, line)
    return session


def cells(session: Session) -> dict[int, str]:
    """Each number in the column with the mark after it, and with a star for a note."""
    found = re.findall(r"(>?) *([0-9]+)([-+.?])(\*?)", "\n".join(column(session, ALL)[:-4]))
    return {int(number): here + mark + noted for here, number, mark, noted in found}


@pytest.mark.parametrize(
    ("lines", "first", "second"),
    [
        ([], ">.", "."),
        (["n"], "+", ">."),
        (["u"], "?", ">."),
        (["d"], "-", ">."),
        (["s"], ".", ">."),
        (["c", "said twice"], ">.*", "."),
        (["n", "1", "b"], "+", ">+"),
        (["n", "1", "r"], "+", "+"),
    ],
)
def test_a_mark_says_how_a_question_stands(start: Session, lines: list[str], first: str, second: str) -> None:
    marks = cells(after(start, lines))
    assert (marks[1], marks[2]) == (first, second)


ENTERED = st.lists(st.sampled_from(["y", "n", "1", "2", "3", "0", "4", "u", "d", "s", "b", "g", "r", "j"]), max_size=12)


@settings(max_examples=examples(150))
@given(ENTERED)
def test_the_column_counts_what_the_session_counts(lines: list[str]) -> None:
    """Numbers are those of the lists one goes to a question by, and as many are open as are unanswered."""
    session = after(begin_session(ready(SMALL), HEAD), lines)
    marks = cells(session)
    asked = session.asked_indexes()
    assert [*marks] == [*range(1, len(asked) + 1)]
    for number, index in enumerate(asked, start=1):
        missing = session.answers.values[index] is MissingReason.MISSING
        assert ("." in marks[number]) == missing
    assert sum("." in mark for mark in marks.values()) == len(session.unanswered_indexes())


def test_the_strip_says_what_is_done(start: Session) -> None:
    assert next(strip(after(start, ["n", "u"]))) == "First things 2/3"
    assert next(strip(after(start, ["n", "1", "0"]))) == "First things done"
    assert next(strip(after(start, ["n", "u", "0"]))) == "First things done, 1 not known"


@settings(max_examples=examples(60))
@given(st.integers(min_value=1, max_value=40), st.integers(min_value=0, max_value=4))
def test_the_question_on_the_page_is_in_the_column_however_low_it_is(rows: int, moved: int) -> None:
    """Never more lines than there are rows, none wider than the column; with seven rows the question is among them."""
    session = after(begin_session(ready(SMALL), HEAD), ["n", *["s"] * moved])
    lines = column(session, rows)
    assert len(lines) <= rows
    assert all(len(line) <= COLUMN for line in lines)
    assert rows < 7 or any(">" in line for line in lines[:-4])


@pytest.mark.parametrize(
    ("columns", "rows", "wide"),
    [(MAX_COLUMNS, ROOMY_ROWS, True), (MAX_COLUMNS - 1, 40, False), (200, ROOMY_ROWS - 1, False)],
)
def test_the_column_stands_only_where_there_is_room(start: Session, columns: int, rows: int, *, wide: bool) -> None:
    keyboard = start_keyboard(start, 0.0)
    for keys, on_it in (([], wide), (["c"], wide), (["r"], False), (["!"], False), (["n", "p"], False)):
        shown = text_of(layout(pressed(keyboard, keys), columns, rows))
        assert ("? don't know" in shown) == on_it, keys
        assert "call 000" in shown


def test_one_writes_to_the_right_of_the_column(start: Session) -> None:
    keyboard = pressed(start_keyboard(start, 0.0), ["c", *"ab"])
    line = next(line for line in layout(keyboard, 120, 30).lines if line.cursor >= 0)
    assert full_text(line)[len(line.left_column) + line.cursor - 2 :] == "ab"
    assert len(line.left_column) == COLUMN + 3
