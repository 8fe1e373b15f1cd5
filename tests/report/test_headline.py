"""The headline: the first step, with by when, stands before the level, and a level never stands for the whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.interviews import HEAD, SMALL, text_of, typed
from support.laws import law
from support.questionnaires import ready
from support.strategies import form_of, sheets, sketches
from support.strategies import text_of as file_of

from iop_screen.checking.texts import reading_grade
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import MIN_COLUMNS, MIN_ROWS, layout
from iop_screen.interview.state import begin_session
from iop_screen.interview.wording.result_page import result_text
from iop_screen.report.blocks import Heading
from iop_screen.report.headline import Outcome, after_warning, choice_text, outcome_text, quoted, step_names
from iop_screen.report.result_text import emergency_blocks
from iop_screen.report.wording import suggestion_text

WITH_WHEN = """
format: 1
id: small
version: 1.0.0
title: Small
intended_use: For tests.
disclaimer: Made up.
levels: [{id: visits, title: Day visits (DV)}, {id: stay, title: A stay}]
first_steps:
  - {id: nurse, title: A nurse rings}
  - {id: visits, title: A doctor looks, when: today}
  - {id: now, title: Help, when: now, interrupt: true}
sections:
  - id: one
    title: One
    questions: [{id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}]
rules: [{id: danger_now, when: {danger: yes}, first_step: now, because: Danger.}]
"""
"""A first step without `when`, and one with it that has the id of a level."""


def said(suggestion: str, levels: tuple[str, str] | None, first_steps: tuple[str, str], *, danger_open: bool) -> str:
    names = step_names(ready(WITH_WHEN).questionnaire)
    return outcome_text(Outcome(suggestion, levels, first_steps, danger_open), names)


ONE, OTHER, BETWEEN = ("visits", "visits"), ("stay", "stay"), ("visits", "stay")
NONE, NURSE, DOCTOR = ("", ""), ("nurse", "nurse"), ("visits", "visits")

SENTENCES = [
    # the level is settled
    ("visits", ONE, NONE, "Day visits (DV)"),
    ("visits", ONE, NURSE, "First: A nurse rings. Then: Day visits (DV)"),
    ("stay", OTHER, DOCTOR, "First, today: A doctor looks. Then: A stay"),
    ("visits", ONE, ("", "nurse"), 'First, still open: up to "A nurse rings". Then: Day visits (DV)'),
    ("visits", ONE, ("", "visits"), 'First, still open: up to "A doctor looks" (today). Then: Day visits (DV)'),
    (
        "visits",
        ONE,
        ("nurse", "visits"),
        'First: A nurse rings. Still open: up to "A doctor looks" (today). Then: Day visits (DV)',
    ),
    # it is not
    ("undetermined", BETWEEN, NONE, "Not settled: between Day visits (DV) and A stay"),
    ("undetermined", OTHER, NONE, "Not settled: A stay, if this questionnaire is made for the person"),
    ("undetermined", None, NONE, "Not settled"),
    (
        "undetermined",
        BETWEEN,
        DOCTOR,
        "First, today: A doctor looks. Then, not settled: between Day visits (DV) and A stay",
    ),
    (
        "undetermined",
        OTHER,
        NURSE,
        "First: A nurse rings. Then, not settled: A stay, if this questionnaire is made for the person",
    ),
    ("undetermined", None, DOCTOR, "First, today: A doctor looks. Then, not settled"),
    # the questionnaire is not made for the person
    ("out_of_scope", ONE, NONE, "Out of scope: this questionnaire is not made for this person"),
    (
        "out_of_scope",
        ONE,
        DOCTOR,
        "First, today: A doctor looks. Then, out of scope: this questionnaire is not made for this person",
    ),
    # danger
    ("emergency", BETWEEN, ("now", "now"), "First, now: Help"),
    # ids that the questionnaire does not have
    ("beds", ("beds", "beds"), ("rest", "rest"), "First: rest. Then: beds"),
    ("beds", ("beds", "beds"), ("", "rest"), 'First, still open: up to "rest". Then: beds'),
]


@pytest.mark.parametrize(("suggestion", "levels", "first_steps", "sentence"), SENTENCES)
def test_each_kind_of_result_has_its_sentence(
    suggestion: str, levels: tuple[str, str] | None, first_steps: tuple[str, str], sentence: str
) -> None:
    assert said(suggestion, levels, first_steps, danger_open=False) == sentence


@pytest.mark.parametrize(
    ("least", "sentence"),
    [
        ("", "Not settled: an emergency is not ruled out"),
        ("nurse", "Not settled: an emergency is not ruled out. First for certain: A nurse rings"),
        ("visits", "Not settled: an emergency is not ruled out. First for certain, today: A doctor looks"),
    ],
)
def test_while_danger_is_open_no_level_is_named(least: str, sentence: str) -> None:
    assert said("undetermined", ONE, (least, "now"), danger_open=True) == sentence


@pytest.mark.parametrize(
    ("first_step", "sentence"),
    [
        (None, "A stay"),
        ("", "First: nothing. Then: A stay"),
        ("nurse", "First: A nurse rings. Then: A stay"),
        ("visits", "First, today: A doctor looks. Then: A stay"),
    ],
)
def test_a_decision_is_named_in_the_same_order(first_step: str | None, sentence: str) -> None:
    assert choice_text(first_step, "A stay", step_names(ready(WITH_WHEN).questionnaire)) == sentence


@pytest.mark.parametrize(
    ("set_aside", "sentence"),
    [
        (0, "A stay"),
        (1, "Look again: 1 answer that does not count says otherwise. A stay"),
        (2, "Look again: 2 answers that do not count say otherwise. A stay"),
    ],
)
def test_a_warning_stands_before_the_level(set_aside: int, sentence: str) -> None:
    assert after_warning("A stay", set_aside) == sentence


def test_a_headline_inside_a_sentence_has_single_quotes_within() -> None:
    headline = said("visits", ONE, ("", "visits"), danger_open=False)
    assert quoted(headline) == "\"First, still open: up to 'A doctor looks' (today). Then: Day visits (DV)\""


@law
@given(st.data())
def test_no_level_stands_before_a_first_step(data: st.DataObject) -> None:
    """Whatever the questionnaire and the form: the headline names each bound of the first step, and no level before."""
    sketch = data.draw(sketches())
    compiled = ready(file_of(sketch))
    result = assess_one(compiled, form_of(sketch, data.draw(sheets(sketch))))
    text, steps = suggestion_text(result), result.first_steps
    named = [step for step in (steps.at_least, steps.at_most) if step is not None and not result.danger_open]
    places = [text.index(str(step.title)) for step in named]
    level = re.search(r"\bLevel \w", text)
    assert level is None or all(place < level.start() for place in places)
    assert (level is None) == (result.suggestion in {"emergency", "out_of_scope"} or result.danger_open)


@pytest.mark.parametrize(("suggestion", "levels", "first_steps", "sentence"), SENTENCES)
def test_each_sentence_is_easy_to_read(
    suggestion: str, levels: tuple[str, str] | None, first_steps: tuple[str, str], sentence: str
) -> None:
    assert suggestion, (levels, first_steps)
    assert reading_grade(sentence) <= 8


def test_the_emergency_page_says_by_when() -> None:
    assert next(iter(emergency_blocks(ready(WITH_WHEN), ["Danger."]))) == Heading(1, "*** HELP NOW ***")


LONG_TITLES = """
format: 1
id: long
version: 1.0.0
title: Long titles
intended_use: For tests.
disclaimer: Made up.
levels:
  - {id: iop, title: Intensive Outpatient Program (IOP)}
  - {id: iop_safe_place, title: IOP with a safe place to live}
first_steps:
  - {id: clinician, title: A clinician checks, when: within a day or two}
  - {id: medical, title: 24-hour medical care, when: "today, with a bed"}
sections:
  - id: one
    title: One
    questions:
      - {id: ill, ask: Ill?, role: risk, type: yes_no, worse: yes}
      - {id: sick, ask: Sick?, role: risk, type: yes_no, worse: yes}
      - {id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes}
rules:
  - {id: is_ill, when: {ill: yes}, first_step: clinician, because: Ill.}
  - {id: is_sick, when: {sick: yes}, first_step: medical, because: Sick.}
  - {id: is_alone, when: {alone: yes}, level: iop_safe_place, because: Alone.}
"""
LONGEST = (
    'First, within a day or two: A clinician checks. Still open: up to "24-hour medical care" (today, with a bed). '
    "Then, not settled: between Intensive Outpatient Program (IOP) and IOP with a safe place to live"
)


@pytest.mark.parametrize(
    ("lines", "start"),
    [(["y", "u", "u", "f"], ""), (["y", "u", "u", "b", "p"], "NOT FINISHED. ")],
    ids=["the result", "the result so far"],
)
def test_on_the_smallest_screen_the_headline_is_first_and_whole(lines: list[str], start: str) -> None:
    session = typed(begin_session(ready(LONG_TITLES), HEAD), *lines)
    shown = text_of(layout(start_keyboard(session, 0), MIN_COLUMNS, MIN_ROWS)).split("\n", 1)[1]
    assert " ".join(shown.split()).startswith(f"{start}{LONGEST} ")


@pytest.mark.parametrize(
    ("lines", "whom"),
    [
        (["n", "u", "p"], "CONTACTS - Help line: call 000"),
        (["u", "u", "u", "f", "f", "f"], "Whom to call: call 000"),
        (["!", "b", "g", "n", "u", "p"], "CONTACTS - Help line: call 000"),
    ],
)
def test_while_danger_is_open_the_first_small_screen_has_the_headline_and_whom_to_call(
    lines: list[str], whom: str
) -> None:
    session = typed(begin_session(ready(SMALL), HEAD), *lines)
    shown = text_of(layout(start_keyboard(session, 0), MIN_COLUMNS, MIN_ROWS))
    assert f"Not settled: an emergency is not ruled out {whom}" in " ".join(shown.split())


def test_the_contacts_stand_below_the_headline_where_there_is_or_may_be_danger_or_a_sign_of_it() -> None:
    calm = typed(begin_session(ready(SMALL), HEAD), "n", "1", "u", "f", "f")
    open_danger = typed(begin_session(ready(SMALL), HEAD), "n", "u", "u", "f", "f")
    danger = typed(begin_session(ready(SMALL), HEAD), "y", "m", "1", "r", "f")
    assert result_text(calm).startswith('First, still open: up to "A check first". Then, not settled: between ')
    contacts = "CONTACTS\n  - Help line: call 000\n\n"
    assert result_text(open_danger).startswith(f"Not settled: an emergency is not ruled out\n\n{contacts}")
    assert result_text(danger).startswith(f"First: Help now\n\n{contacts}")
    sign = typed(begin_session(ready(SMALL), HEAD), "n", "2", "3", "f", "f")
    for session, at_the_top in ((calm, False), (sign, True)):
        assert result_text(session).partition("\n\n")[2].startswith(contacts) == at_the_top
