"""The interview as a value: what each line that is typed does, and what it never does."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

import pytest
from conftest import ready
from hypothesis import given, settings
from hypothesis import strategies as st

from iop_screen.engine.answers import Amount, Answer, Chosen, Gap, Words, chosen, set_aside
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.session import (
    Asking,
    Emergency,
    Explain,
    Finished,
    Left,
    Nothing,
    NothingBefore,
    NothingOpen,
    NotKnown,
    NotTaken,
    Recorded,
    Reviewing,
    Session,
    begin,
    enter,
)

SMALL = """
format: 1
id: small
version: 1.0.0
title: A small screening
intended_use: For tests.
disclaimer: Not a diagnosis.
contacts: [{id: help, name: Help line, reach: call 000}]
levels: [{id: home, title: At home}, {id: live_in, title: Live in}]
first_steps:
  - {id: check, title: A check first}
  - {id: now, title: Help now, interrupt: true, contacts: [help], next_steps: [Stay with the person.]}
sections:
  - id: one
    title: First things
    questions:
      - {id: danger, ask: Is there danger?, role: risk, type: yes_no, worse: yes, why: It comes first.}
      - id: threat
        ask: Is there a threat?
        role: risk
        type: choice
        options: [{id: none, label: No threat}, {id: some, label: Some}, {id: plan, label: A plan}]
      - id: kinds
        ask: Which kinds?
        role: risk
        type: multiple
        options: [{id: a, label: Kind A}, {id: b, label: Kind B}, {id: neither, label: Neither, exclusive: true}]
  - id: two
    title: Further things
    questions:
      - {id: days, ask: How many days?, role: risk, type: number, worse: higher, min: 0, max: 7, ask_when: {kinds: a}}
      - {id: words, ask: What else?, role: context, type: text}
      - {id: job, ask: Is there a job?, role: access, type: yes_no}
rules:
  - {id: danger_now, when: {danger: yes}, first_step: now, because: There is danger.}
  - {id: a_plan, when: {threat: plan}, first_step: now, because: There is a plan.}
  - {id: many_days, when: {days: {at_least: 5}}, level: live_in, because: Too many days.}
  - {id: kind_b, when: {kinds: b}, first_step: check, because: Kind B.}
"""
DANGER, THREAT, KINDS, DAYS, WORDS = range(5)


@pytest.fixture(scope="module")
def start() -> Session:
    return begin(ready(SMALL))


def typed(session: Session, *lines: str) -> Session:
    """The session after some lines."""
    return reduce(enter, lines, session)


def test_the_first_question_comes_first(start: Session) -> None:
    assert start.page == Asking(DANGER)


@pytest.mark.parametrize(
    ("before", "line", "place", "answer"),
    [
        ([], "n", DANGER, chosen("no")),
        ([], " YES ", DANGER, chosen("yes")),
        ([], "u", DANGER, Gap.UNKNOWN),
        ([], "D", DANGER, Gap.DECLINED),
        (["n"], "2", THREAT, chosen("some")),
        (["n", "1"], "1,2", KINDS, chosen("a", "b")),
        (["n", "1"], "2 1", KINDS, chosen("a", "b")),
        (["n", "1"], "0", KINDS, chosen("neither")),
        (["n", "1", "1"], "7", DAYS, Amount(Decimal(7))),
        (["n", "1", "1"], "0.5", DAYS, Amount(Decimal("0.5"))),
        (["n", "1", "0"], "two words", WORDS, Words("two words")),
    ],
)
def test_an_answer_is_taken_as_typed(start: Session, before: list[str], line: str, place: int, answer: Answer) -> None:
    after = typed(start, *before, line)
    assert after.form.answers[place] == answer
    assert Recorded(place) in after.replies


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ([], "1"),
        ([], "yn"),
        ([], "no way"),
        (["n"], "y"),
        (["n"], "0"),
        (["n"], "4"),
        (["n"], "1 2"),
        (["n"], "some"),
        (["n", "1"], "0,1"),
        (["n", "1"], "1,9"),
        (["n", "1"], ","),
        (["n", "1", "1"], "8"),
        (["n", "1", "1"], "-1"),
        (["n", "1", "1"], "1e1"),
        (["n", "1", "1"], "five"),
    ],
)
def test_what_is_no_answer_changes_nothing(start: Session, before: list[str], line: str) -> None:
    session = typed(start, *before)
    after = enter(session, line)
    assert (after.form, after.page) == (session.form, session.page)
    assert isinstance(after.replies[0], NotTaken)


@pytest.mark.parametrize("before", [[], ["n"], ["n", "1"], ["n", "1", "1"], ["n", "1", "0"], ["y"], ["r"]])
@pytest.mark.parametrize("line", ["", "   ", "\t"])
def test_enter_alone_never_answers(start: Session, before: list[str], line: str) -> None:
    session = typed(start, *before)
    after = enter(session, line)
    assert (after.form, after.page, after.replies) == (session.form, session.page, (Nothing(),))


def test_back_keeps_what_was_there(start: Session) -> None:
    session = typed(start, "n", "2", "b", "b")
    assert session.page == Asking(DANGER)
    assert session.form.answers[THREAT] == chosen("some")
    assert enter(session, "b").replies == (NothingBefore(),)


def test_after_a_changed_answer_the_next_question_without_one_is_asked(start: Session) -> None:
    assert typed(start, "n", "1", "b", "b", "n").page == Asking(KINDS)


def test_a_closed_branch_sets_its_answer_aside_and_opening_it_brings_it_back(start: Session) -> None:
    answered = typed(start, "n", "1", "1", "6", "r")
    closed = typed(answered, "3", "0")
    assert closed.set_aside_places() == (DAYS,)
    assert assess_one(closed.instrument, closed.counted).suggestion == "home"
    opened = typed(closed, "r", "3", "1")
    assert opened.set_aside_places() == ()
    assert assess_one(opened.instrument, opened.counted).suggestion == "live_in"


def test_an_answer_that_opens_a_branch_from_the_review_asks_it_first(start: Session) -> None:
    review = typed(start, "n", "1", "0", "nothing", "y")
    assert review.page == Reviewing()
    assert typed(review, "3", "1").page == Asking(DAYS)
    assert typed(review, "3", "1", "2").page == Reviewing()


def test_an_unknown_gate_still_asks_its_question(start: Session) -> None:
    assert typed(start, "n", "1", "u").page == Asking(DAYS)


@pytest.mark.parametrize("lines", [["y"], ["n", "3"]])
def test_danger_shows_the_emergency_page_at_once(start: Session, lines: list[str]) -> None:
    session = typed(start, *lines)
    assert isinstance(session.page, Emergency)
    assert isinstance(enter(session, "g").page, Asking)
    assert enter(session, "f").page == Finished()
    assert enter(session, "y").page == session.page


def test_a_second_danger_shows_the_page_again_and_the_same_one_does_not(start: Session) -> None:
    first = typed(start, "y", "g")
    assert isinstance(enter(first, "3").page, Emergency)
    assert typed(first, "b", "y").page == Asking(THREAT)


def test_an_open_danger_is_no_emergency(start: Session) -> None:
    assert typed(start, "u").page == Asking(THREAT)


def test_it_is_said_once_that_nothing_open_is_left(start: Session) -> None:
    session = typed(start, "n", "1", "0")
    assert session.replies == (Recorded(KINDS), NothingOpen())
    assert NothingOpen() not in enter(session, "words").replies


def test_while_a_first_step_is_open_finishing_is_not_offered(start: Session) -> None:
    assert not typed(start, "n", "1", "u").offered


@pytest.mark.parametrize("before", [[], ["n"], ["r"], ["y"]])
def test_finish_and_quit_work_everywhere(start: Session, before: list[str]) -> None:
    session = typed(start, *before)
    assert enter(session, "f").page == Finished()
    assert enter(session, "q").page == Left()
    assert enter(enter(session, "q"), "y") == enter(session, "q")


def test_why_explains_the_question_on_the_page(start: Session) -> None:
    after = enter(start, "?")
    assert (after.page, after.replies) == (Asking(DANGER), (Explain(DANGER),))


def test_the_review_goes_on_back_and_to_a_number(start: Session) -> None:
    review = typed(start, "n", "r")
    assert enter(review, "g").page == Asking(THREAT)
    assert enter(review, "1").page == Asking(DANGER)
    assert enter(review, "9").replies == (NotKnown(),)
    assert enter(review, "\u00b2").replies == (NotKnown(),)
    assert enter(review, "b").page == Asking(DANGER)


def test_going_on_keeps_an_answer_and_never_gives_one(start: Session) -> None:
    session = typed(start, "n", "2", "b", "g")
    assert (session.page, session.form.answers[THREAT]) == (Asking(KINDS), chosen("some"))
    assert typed(start, "g").form == start.form


LINES = st.one_of(
    st.sampled_from(["y", "n", "u", "d", "b", "r", "g", "?", "", "0", "1", "2", "3", "5", "1,2"]), st.text()
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=25))
def test_nothing_typed_breaks_an_interview(lines: list[str]) -> None:
    """Whatever is typed, the session goes on, and what counts is what set_aside leaves of what was answered."""
    session = begin(ready(SMALL))
    for line in lines:
        session = enter(session, line)
        assert session.counted == set_aside(session.instrument, session.form)
        if isinstance(session.page, Asking):
            assert session.page.place in session.asked_places()


@settings(deadline=None)
@given(st.lists(LINES, max_size=25))
def test_one_line_changes_at_most_the_answer_on_the_page(lines: list[str]) -> None:
    """A line answers the question on the page or nothing; no other answer ever changes."""
    session = begin(ready(SMALL))
    for line in lines:
        after = enter(session, line)
        changed = [
            place
            for place, pair in enumerate(zip(session.form.answers, after.form.answers, strict=True))
            if pair[0] != pair[1]
        ]
        assert changed in ([], [session.page.place] if isinstance(session.page, Asking) else [])
        session = after


def test_a_number_of_any_length_is_only_not_known(start: Session) -> None:
    assert typed(start, "r", "9" * 5000).replies == (NotKnown(),)


def test_multiple_answers_are_sets(start: Session) -> None:
    assert typed(start, "n", "1", "1,1").form.answers[KINDS] == Chosen(frozenset({"a"}))
