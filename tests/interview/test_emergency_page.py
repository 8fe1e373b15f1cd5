"""The emergency page: where the person is, whom to call, and only the lines of the danger that is there."""

from __future__ import annotations

import pytest
from support.interviews import HEAD, SMALL, pressed, text_of, typed
from support.questionnaires import ready
from support.record_builder import RecordBuilder, choices

from iop_screen.checking.texts import reading_grade
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import Notice
from iop_screen.interview.state import Session, begin_session
from iop_screen.interview.wording.emergency_page import emergency_page
from iop_screen.interview.wording.messages import reply_text
from iop_screen.interview.wording.page_text import page_lines
from iop_screen.interview.wording.result_page import result_text
from iop_screen.report.record_document import record_text
from iop_screen.report.result_text import first_words
from iop_screen.report.screen_text import screen_text

FIRST_WORDS = "Where is the person now? Get an address.\nStay on the line.\nAsk for a number to call back.\n"

WITH_NOTES = (
    SMALL
    + """
notes:
  - {id: guns, when: {threat: plan}, for_first_steps: [now], say: Have the guns locked up., contacts: [help]}
  - {id: fire, when: {danger: yes}, for_first_steps: [check, now], say: Leave the house.}
  - {id: bus, when: {danger: yes}, say: There is a bus.}
"""
)
GUNS, FIRE, BUS = "Have the guns locked up.", "Leave the house.", "There is a bus."

WITH_SCOPE = SMALL.replace("rules:", "applies_when: {age: grown}\nrules:").replace(
    "      - {id: danger,",
    "      - {id: age, ask: Age?, role: context, type: choice, options: [{id: child, label: Child}, {id: grown, label: "
    "Grown}]}\n      - {id: danger,",
)


def session_of(text: str, *lines: str) -> Session:
    return typed(begin_session(ready(text), HEAD), *lines)


@pytest.mark.parametrize("line", ["!", "y"])
def test_the_page_asks_first_where_the_person_is(line: str) -> None:
    text = page_lines(session_of(SMALL, line), "")
    assert text.startswith(f"\n*** HELP NOW ***\n{FIRST_WORDS}\nCONTACTS\n  - Help line: call 000\n")


def test_a_questionnaire_without_an_interrupt_step_asks_it_too() -> None:
    without = SMALL.replace("interrupt: true, ", "")
    text = page_lines(session_of(without, "!"), "")
    assert text.startswith(f"\n*** DANGER ***\n{FIRST_WORDS}\nCall your local emergency number now")


def test_what_is_known_is_said_and_not_asked_again() -> None:
    page = screen_text(emergency_page(session_of(SMALL, "t", "3", "12 Elm St", "4", "555 0100", "b", "y")))
    assert "\nWhere the person is: 12 Elm St\nStay on the line.\nCall back: 555 0100\n" in page
    assert "Get an address" not in page
    assert "Ask for a number" not in page


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
@pytest.mark.parametrize("keys", [["!"], ["2", "1", "enter", "1", "y"]])
def test_the_first_screen_has_the_first_words_and_whom_to_call(
    compiled: CompiledQuestionnaire, keys: list[str], size: tuple[int, int]
) -> None:
    shown = text_of(layout(pressed(start_keyboard(begin_session(compiled, HEAD), 0.0), keys), *size))
    assert f"*** EMERGENCY HELP NOW ***\n{FIRST_WORDS}CONTACTS\n" in shown
    assert "call 911" in shown
    assert "call or text 988" in " ".join(shown.split())


def test_a_line_that_belongs_to_one_danger_shows_only_for_it() -> None:
    fire, guns = (page_lines(session_of(WITH_NOTES, *lines), "") for lines in (["y"], ["n", "3"]))
    assert f"DO THIS NOW\n  - Stay with the person.\n  - {FIRE}\n" in fire
    assert f"DO THIS NOW\n  - Stay with the person.\n  - {GUNS}\n" in guns
    assert GUNS not in fire
    assert FIRE not in guns
    assert BUS not in fire


def test_where_nobody_knows_which_danger_it_is_the_lines_of_each_show() -> None:
    page = page_lines(session_of(WITH_NOTES, "!"), "")
    assert f"  - {GUNS}\n  - {FIRE}\n" in page
    assert BUS not in page


def test_the_result_has_such_a_line_with_the_next_steps_and_nowhere_else() -> None:
    lines = ["y", "m", "r", "f"]
    shown = result_text(session_of(WITH_NOTES, *lines))
    assert (
        f"NEXT STEPS\n  - Stay with the person.\n  - {FIRE}\n\nDAILY LIFE AND WHAT ELSE TO KNOW\n  - {BUS}\n" in shown
    )
    record = RecordBuilder(ready(WITH_NOTES)).answer(choices({"danger": "yes"})).show_result().record()
    report = record_text(record, ready(WITH_NOTES))
    assert f"- Stay with the person.\n- {FIRE}\n" in report
    assert [report.count(text) for text in (FIRE, BUS)] == [1, 1]


def test_out_of_scope_the_questions_about_danger_are_named_by_number() -> None:
    session = session_of(WITH_SCOPE, "1")
    assert Notice.OUT_OF_SCOPE in session.replies
    said = "Ask 2, 3 about danger. No level: not made for this person. Then hand the call to a licensed clinician."
    assert (
        in_one_line(reply_text(session, Notice.OUT_OF_SCOPE))
        == f"{said} In short: 2 Is there danger?; 3 Is there a threat?"
    )
    assert said in in_one_line(page_lines(typed(session, "p"), ""))


def test_only_the_questions_that_are_left_are_named() -> None:
    session = session_of(WITH_SCOPE, "1", "n")
    assert in_one_line(reply_text(session, Notice.OUT_OF_SCOPE)).startswith("Ask 3 about danger. ")
    none_left = in_one_line(reply_text(typed(session, "1"), Notice.OUT_OF_SCOPE))
    assert none_left == "No level: not made for this person. Hand the call to a licensed clinician."


def test_the_numbers_are_on_the_smallest_screen_and_the_short_forms_on_a_larger_one(
    compiled: CompiledQuestionnaire,
) -> None:
    keyboard = pressed(start_keyboard(begin_session(compiled, HEAD), 0.0), ["1"])
    assert "Ask 4, 5, 7, 8, 11 about danger." in text_of(layout(keyboard, 40, 12))
    roomy = in_one_line(text_of(layout(keyboard, 80, 24)))
    assert "4 Is the person in danger right now?; 5 In the past month, has suicide been...;" in roomy
    assert "11 Is the person losing weight fast..." in roomy


def test_the_words_are_easy_to_read(compiled: CompiledQuestionnaire) -> None:
    session = typed(begin_session(compiled, HEAD), "1")
    said = reply_text(session, Notice.OUT_OF_SCOPE).partition("In short")[0]
    for text in (*first_words().texts, *first_words("a place", "a number").texts, said):
        assert reading_grade(text) <= 8


def in_one_line(text: str) -> str:
    return " ".join(text.split())
