"""From keys to answers: one key where one is enough, and never one that nobody can have meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

import pytest
from conftest import ready
from hypothesis import given, settings
from hypothesis import strategies as st
from test_session import DANGER, DAYS, HEAD, KINDS, NOON, SMALL, THREAT, WORDS

from iop_screen.engine.answers import Amount, Gap, Words, chosen
from iop_screen.interview import keyboard as kb
from iop_screen.interview.keyboard import Keyboard, paste, press, shown_at, sit_down
from iop_screen.interview.pages import (
    Asking,
    Confirming,
    Deciding,
    Emergency,
    Finished,
    GoingTo,
    Nothing,
    Noting,
    Result,
    Reviewing,
    SoFar,
)
from iop_screen.interview.state import begin
from iop_screen.records.model import Because

LONG = 2.0
"""Seconds after which a page has been read."""


@pytest.fixture(scope="module")
def start() -> Keyboard:
    return sit_down(begin(ready(SMALL), HEAD), 0.0)


def pressed(keyboard: Keyboard, keys: Iterable[str], *, every: float = LONG) -> Keyboard:
    """The keyboard after some keys, the first on a page that has been read, then one every so many seconds."""
    now = keyboard.shown + LONG
    for key in keys:
        keyboard = press(keyboard, key, NOON, now)
        now += every
    return keyboard


def answers(keyboard: Keyboard) -> tuple[object, ...]:
    return keyboard.session.form.answers


def test_one_key_answers_a_question_with_one_answer(start: Keyboard) -> None:
    after = pressed(start, "n2")
    assert answers(after)[:2] == (chosen("no"), chosen("some"))
    assert after.session.page == Asking(KINDS)


def test_upper_case_counts_as_lower_case(start: Keyboard) -> None:
    assert answers(pressed(start, "Y"))[DANGER] == chosen("yes")
    assert isinstance(pressed(start, "C").session.page, Noting)


def test_ticks_are_an_answer_only_with_enter(start: Keyboard) -> None:
    ticking = pressed(start, "n112")
    assert ticking.ticked == {"1", "2"}
    assert answers(ticking)[KINDS] is Gap.MISSING
    assert pressed(ticking, "2").ticked == {"1"}
    assert pressed(ticking, "0").ticked == {"0"}
    assert pressed(ticking, "01").ticked == {"1"}
    assert pressed(ticking, "7").ticked == {"1", "2"}
    assert answers(pressed(ticking, [kb.ENTER]))[KINDS] == chosen("a", "b")


def test_enter_with_nothing_ticked_or_typed_answers_nothing(start: Keyboard) -> None:
    for keys in ("n1", "n11" + "1"):
        after = pressed(start, [*keys, kb.ENTER])
        assert after.session.page == Asking(KINDS)
        assert answers(after)[KINDS] is Gap.MISSING
        assert after.session.replies == (Nothing(),)


@pytest.mark.parametrize("key", ["b", "j", "r", "s", "c", "p", "f", kb.LEFT, kb.RIGHT])
def test_to_leave_a_question_takes_what_is_ticked(start: Keyboard, key: str) -> None:
    left = pressed(start, ["n", "1", "1", key])
    assert answers(left)[KINDS] == chosen("a")
    assert left.session.page != Asking(KINDS)


def test_dont_know_goes_before_what_is_ticked(start: Keyboard) -> None:
    assert answers(pressed(start, "n11u"))[KINDS] is Gap.UNKNOWN


def test_a_number_is_typed_and_entered_and_never_made_to_fit(start: Keyboard) -> None:
    typing = pressed(start, ["n", "1", "1", kb.ENTER, "1", "2"])
    assert (typing.half, typing.session.page) == ("12", Asking(DAYS))
    refused = pressed(typing, [kb.ENTER])
    assert answers(refused)[DAYS] is Gap.MISSING
    assert refused.half == "12"
    assert answers(pressed(refused, [kb.BACKSPACE, kb.ENTER]))[DAYS] == Amount(Decimal(1))
    assert answers(pressed(refused, [kb.BACKSPACE, "b"]))[DAYS] == Amount(Decimal(1))
    assert answers(pressed(refused, ["b"]))[DAYS] is Gap.MISSING


def test_words_are_typed_in_a_box_of_their_own(start: Keyboard) -> None:
    """So that the keys stay the same on a question that wants words."""
    there = pressed(start, ["n", "1", "0", kb.ENTER])
    assert there.session.page == Asking(WORDS)
    assert answers(pressed(there, "u"))[WORDS] is Gap.UNKNOWN
    typing = pressed(there, [kb.ENTER, *"u said !so", kb.BACKSPACE])
    assert typing.half == "u said !s"
    assert answers(pressed(typing, [kb.ENTER]))[WORDS] == Words("u said !s")
    closed = pressed(typing, [kb.ESCAPE])
    assert (closed.half, answers(closed)[WORDS]) == ("", Gap.MISSING)


def test_a_question_starts_with_the_answer_that_it_has(start: Keyboard) -> None:
    back = pressed(start, ["n", "1", "1", "2", kb.ENTER, "b", "b"])
    assert pressed(back, "s").session.page != Asking(KINDS)
    there = pressed(start, ["n", "1", "1", "2", kb.ENTER, "j", "3", kb.ENTER])
    assert there.session.page == Asking(KINDS)
    assert there.ticked == {"1", "2"}


def test_the_help_opens_and_closes_and_the_page_stays(start: Keyboard) -> None:
    helped = pressed(start, "?")
    assert (helped.helping, helped.session.page) == (True, Asking(DANGER))
    assert not pressed(helped, "?").helping
    assert not pressed(helped, [kb.ESCAPE]).helping
    assert not pressed(helped, "n").helping


def test_a_held_key_answers_one_question(start: Keyboard) -> None:
    held = pressed(start, "n" * 15, every=0.03)
    assert answers(held).count(Gap.MISSING) == len(answers(held)) - 1
    assert held.ignored == "Held key ignored."
    assert isinstance(pressed(held, "1").session.page, Asking)
    assert answers(pressed(held, "1"))[THREAT] == chosen("none")


def test_a_held_key_is_held_however_slowly_the_page_was_saved(start: Keyboard) -> None:
    answered = shown_at(press(start, "n", NOON, 5.0), 9.0)
    assert press(answered, "n", NOON, 9.5).ignored
    assert press(answered, "1", NOON, 9.1).ignored
    assert not press(answered, "1", NOON, 9.3).ignored


def test_what_is_typed_ahead_answers_only_what_could_be_read(start: Keyboard) -> None:
    """After a key that was dropped the rest of a burst is dropped, too: it was meant for other questions."""
    for burst in ("n12", "nn1", "y3", "n1" + "1" * 5):
        after = pressed(start, burst, every=0.01)
        given = [answer for answer in answers(after) if answer is not Gap.MISSING]
        assert len(given) == 1
        assert answers(after)[DANGER] is not Gap.MISSING


def test_keys_from_before_the_first_page_are_dropped() -> None:
    early = press(sit_down(begin(ready(SMALL), HEAD), 100.0), "y", NOON, 100.01)
    assert answers(early)[DANGER] is Gap.MISSING


@pytest.mark.parametrize("key", ["y", "g", "m", "r", kb.ENTER, kb.ESCAPE])
def test_a_second_key_cannot_dismiss_the_emergency_page(start: Keyboard, key: str) -> None:
    alarm = pressed(start, "y")
    assert isinstance(alarm.session.page, Emergency)
    assert press(alarm, key, NOON, alarm.shown + 0.1).session == alarm.session


@pytest.mark.parametrize("key", [kb.ENTER, kb.ESCAPE, "y", " ", kb.DOWN])
def test_only_the_keys_it_names_dismiss_the_emergency_page(start: Keyboard, key: str) -> None:
    alarm = pressed(start, "!")
    assert pressed(alarm, [key]).session.page == alarm.session.page
    assert pressed(alarm, "g").session.page == Asking(DANGER)


@pytest.mark.parametrize(
    "before", ["", "n", "n1", "n11", "r", "j", "c", "p", "rt", "n10\n", "n10\n\n", "n10\nrf", "n10\nrfk", "n10\nrfk1"]
)
def test_danger_is_one_key_away_on_every_page(start: Keyboard, before: str) -> None:
    keyboard = pressed(start, [kb.ENTER if key == "\n" else key for key in before])
    assert isinstance(pressed(keyboard, "!").session.page, Emergency)
    at_once = press(keyboard, "!", NOON, keyboard.shown)
    assert isinstance(at_once.session.page, Emergency)


def test_the_last_key_lands_on_the_review_and_not_beyond(start: Keyboard) -> None:
    finish = pressed(start, ["n", "1", "0", kb.ENTER, "s"])
    assert finish.session.page == Asking(5)
    assert pressed(finish, "n").session.page == Reviewing()
    assert pressed(finish, "nff").session.page == Result()
    assert pressed(finish, "nffq").session.page == Finished()
    assert pressed(finish, "nffq"[:-1] + "q").session.page == Finished()
    assert pressed(start, "ufff"[:3]).session.page == Confirming((DANGER, THREAT))


def test_a_held_finish_does_not_confirm_itself(start: Keyboard) -> None:
    asked = pressed(pressed(start, "ur"), "f" * 20, every=0.05)
    assert asked.session.page == Confirming((DANGER, THREAT))


def test_the_list_is_picked_from_by_cursor_or_number(start: Keyboard) -> None:
    review = pressed(start, "n1r")
    down = pressed(review, [kb.DOWN])
    assert (review.row, down.row) == (0, 1)
    picked = pressed(down, [kb.ENTER]).session.page
    assert isinstance(picked, Asking)
    assert picked.place == THREAT
    by_number = pressed(review, ["3", kb.ENTER]).session.page
    assert isinstance(by_number, Asking)
    assert by_number.place == KINDS
    assert pressed(review, ["9", "9"]).row == 5
    assert pressed(review, [kb.UP]).row == 0
    assert pressed(review, [kb.PAGE_DOWN]).row == 5
    assert pressed(start, "nj").row == 1
    assert isinstance(pressed(start, "nj").session.page, GoingTo)


def test_a_decision_is_typed_line_by_line(start: Keyboard) -> None:
    result = pressed(start, ["n", "1", "0", kb.ENTER, "r", "f"])
    deciding = pressed(result, ["k", "2", kb.ENTER, "1", "2", kb.ENTER, *"q b!", kb.ENTER, *"why", kb.ENTER])
    decision = deciding.session.record.decision
    assert decision is not None
    assert (decision.selected, decision.by, decision.because) == ("live_in", "q b!", Because.OTHER)
    assert pressed(result, ["k", "2", kb.ENTER, kb.ESCAPE]).session.page == Result()
    assert isinstance(pressed(result, ["k", "9", kb.ENTER]).session.page, Deciding)


def test_escape_closes_and_answers_nothing(start: Keyboard) -> None:
    for keys in ("c", "p", "j"):
        closed = pressed(start, [*keys, kb.ESCAPE])
        assert closed.session.page == Asking(DANGER)
        assert answers(closed) == answers(start)
    assert pressed(start, ["c", *"half a note", kb.ESCAPE]).session.notes[DANGER] == ""
    assert pressed(start, [kb.ESCAPE]).session == start.session


def test_a_note_takes_every_letter(start: Keyboard) -> None:
    noted = pressed(start, ["c", *"q b u! ", kb.BACKSPACE, "?", kb.ENTER])
    assert noted.session.notes[DANGER] == "q b u!?"


def test_a_long_page_scrolls(start: Keyboard) -> None:
    so_far = pressed(start, "p")
    assert isinstance(so_far.session.page, SoFar)
    assert pressed(so_far, [kb.PAGE_DOWN, kb.DOWN, kb.UP]).top == 8
    assert pressed(so_far, [kb.UP]).top == 0


def test_a_paste_answers_at_most_the_question_on_the_page(start: Keyboard) -> None:
    pasted = paste(start, "ynyn1212\nyn" * 20, NOON, LONG)
    assert sum(answer is not Gap.MISSING for answer in answers(pasted)) == 1
    assert answers(pasted)[DANGER] == chosen("yes")


def test_a_paste_of_one_key_is_that_key(start: Keyboard) -> None:
    """Some consoles hand on fast typing as a paste."""
    assert answers(paste(start, "n", NOON, LONG))[DANGER] == chosen("no")
    number = pressed(start, ["n", "1", "1", kb.ENTER])
    assert answers(paste(number, "5\r", NOON, number.shown + LONG))[DAYS] == Amount(Decimal(5))


def test_a_note_takes_a_paste_whole_on_one_line(start: Keyboard) -> None:
    noting = pressed(start, "c")
    pasted = pressed(paste(noting, "two\r\nlines q!\n", NOON, LONG), [kb.ENTER])
    assert pasted.session.notes[DANGER] == "two lines q!"


KEYS = st.one_of(
    st.sampled_from([*"ynudsbjrcpfgmktq!?0123456789.,- ", *kb.NAMES]),
    st.characters(codec="utf-8"),
)


@settings(deadline=None)
@given(st.lists(st.tuples(KEYS, st.sampled_from([0.0, 0.01, 0.3, 0.7, 5.0])), max_size=40))
def test_no_key_breaks_the_keyboard_and_one_changes_one_answer(strokes: list[tuple[str, float]]) -> None:
    """Whatever is pressed, and however fast: one key changes at most the answer of the question on the page."""
    keyboard, now = sit_down(begin(ready(SMALL), HEAD), 0.0), 0.0
    for key, wait in strokes:
        now += wait
        after = press(keyboard, key, NOON + timedelta(seconds=now), now)
        pairs = zip(answers(keyboard), answers(after), strict=True)
        changed = [place for place, (old, new) in enumerate(pairs) if old != new]
        page = keyboard.session.page
        assert changed in ([], [page.place] if isinstance(page, Asking) else [])
        assert len(after.session.log) >= len(keyboard.session.log)
        keyboard = after
