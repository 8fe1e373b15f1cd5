"""The emergency page: where the person is, whom to call, and only the lines of the danger that is there."""

from __future__ import annotations

import pytest
from support.interviews import HEAD, SMALL, drawn, pressed, text_of, typed
from support.questionnaires import ready
from support.record_builder import RecordBuilder, choices

from iop_screen.checking.texts import reading_grade
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.interview.fullscreen.key_names import PAGE_DOWN
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import Notice, QuestionPage
from iop_screen.interview.state import Session, begin_session, on_page
from iop_screen.interview.wording.emergency_page import emergency_page
from iop_screen.interview.wording.messages import reply_text
from iop_screen.interview.wording.page_text import page_lines
from iop_screen.interview.wording.question_page import question_number
from iop_screen.interview.wording.result_page import result_text
from iop_screen.interview.wording.standing_lines import standing_lines
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.record_document import record_text
from iop_screen.report.result_text import first_words
from iop_screen.report.screen_text import screen_text

FIRST_WORDS = "Where is the person now? Get an address.\nStay on the line.\nAsk for a number to call back.\n"

WITH_NOTES = (
    SMALL.replace("[Stay with the person.]", "[Stay with the person., Wait for help.]")
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
    assert text.startswith(f"\n*** HELP NOW ***\n{FIRST_WORDS}\nWhom to call: call 000\n")
    assert text.index("\nDO THIS NOW\n") < text.index("\nCONTACTS\n  - Help line: call 000\n")


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
    assert f"*** EMERGENCY HELP NOW ***\n{FIRST_WORDS}" in shown
    assert "call 911" in shown
    assert "call or text 988" in " ".join(shown.split())


def test_a_line_that_belongs_to_one_danger_shows_only_for_it() -> None:
    fire, guns = (page_lines(session_of(WITH_NOTES, *lines), "") for lines in (["y"], ["n", "3"]))
    assert f"DO THIS NOW\n  - Stay with the person.\n  - {FIRE}\n  - Wait for help.\n" in fire
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
    steps = f"NEXT STEPS\n  - Stay with the person.\n  - {FIRE}\n  - Wait for help.\n"
    assert f"{steps}\nDAILY LIFE AND WHAT ELSE TO KNOW\n  - {BUS}\n" in shown
    record = RecordBuilder(ready(WITH_NOTES)).answer(choices({"danger": "yes"})).show_result().record()
    report = record_text(record, ready(WITH_NOTES))
    assert f"- Stay with the person.\n- {FIRE}\n" in report
    assert [report.count(text) for text in (FIRE, BUS)] == [1, 1]


def test_out_of_scope_the_questions_about_danger_are_named_in_words_and_then_by_number() -> None:
    session = session_of(WITH_SCOPE, "1")
    assert Notice.OUT_OF_SCOPE in session.replies
    assert (
        in_one_line(reply_text(session, Notice.OUT_OF_SCOPE)) == "No level: not made for this person. "
        "Still ask about danger: Is there danger? (2); Is there a threat? (3). "
        "Then hand the call to a licensed clinician."
    )
    said = "Ask 2, 3 about danger. No level: not made for this person. Then hand the call to a licensed clinician."
    assert said in in_one_line(page_lines(typed(session, "p"), ""))


def test_only_the_questions_that_are_left_are_named() -> None:
    session = session_of(WITH_SCOPE, "1", "n")
    assert "about danger: Is there a threat? (3). Then" in in_one_line(reply_text(session, Notice.OUT_OF_SCOPE))
    none_left = in_one_line(reply_text(typed(session, "1"), Notice.OUT_OF_SCOPE))
    assert none_left == "No level: not made for this person. Hand the call to a licensed clinician."


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["1"], "4, 5, 7, 8, 11"),
        (["1", "1", "1", "n"], "5, 7, 8, 11"),
        (["1", "1", "1", "n", "1"], "6, 7, 10"),  # the next question is not asked after this answer
        (["1", "1", "1", "n", "2"], "7, 8, 11"),
    ],
)
def test_while_no_level_is_given_each_page_names_what_is_left_by_the_numbers_of_now(
    compiled: CompiledQuestionnaire, lines: list[str], left: str
) -> None:
    session = typed(begin_session(compiled, HEAD), *lines)
    text = f"Not made for this person: no level. Still ask about danger: {left}"
    for there in ([], ["r"], ["j"], ["c"], ["t"]):
        page = typed(session, *there)
        assert text in page_lines(page, "").replace("\n", " ")
        assert text in text_of(layout(start_keyboard(page, 0.0), 80, 24))
        short = f"\nNo level. Ask about danger: {left.replace(' ', '')}\n"
        assert short in text_of(layout(start_keyboard(page, 0.0), 40, 12))
    number = left.split(",", maxsplit=1)[0]
    assert question_number(session, danger_left(session)[0]).startswith(f"Question {number} of ")


def danger_left(session: Session) -> list[int]:
    indexes = danger_indexes(session.compiled)
    return [index for index in indexes if session.answers.values[index] is MissingReason.MISSING]


def test_where_no_question_about_danger_is_left_the_line_says_whom_the_call_goes_to() -> None:
    session = session_of(WITH_SCOPE, "1", "n", "1")
    assert [line.text for line in standing_lines(session)] == ["No level: hand the call to a clinician"]
    assert not [*standing_lines(session_of(WITH_SCOPE, "2", "n", "1"))]


DANGERS = [
    ("emergency_now", "y", "There are signs that the person is in danger", "If it may be an overdose, ask if naloxone"),
    ("suicide", "3", "There is a danger of suicide.", "put guns and pills out of reach."),
    ("harm_others", "3", "Someone may get badly hurt soon.", ""),
    ("reality", "3", "The person hears or sees what others do not", ""),
    ("ed_body", "3", "Fainting, chest pain, a bad pulse or a dangerous", ""),
]


@pytest.mark.parametrize(("question", "answer", "why", "note"), DANGERS)
def test_the_first_screen_says_what_to_do_in_each_danger(
    compiled: CompiledQuestionnaire, question: str, answer: str, why: str, note: str
) -> None:
    page = emergency_by(begin_session(compiled, HEAD), question, answer)
    roomy = in_one_line(text_of(layout(start_keyboard(page, 0.0), 80, 24)))
    parts = ["Whom to call: call 911; call or text 988", f"WHY - {why}", "DO THIS NOW - Call 911"]
    places = [roomy.index(part) for part in (*parts, "Have someone stay with the person")]
    assert places == sorted(places)
    assert note in roomy.partition("DO THIS NOW")[2]
    low = text_of(layout(start_keyboard(page, 0.0), 40, 12))
    assert f"*** EMERGENCY HELP NOW ***\n{FIRST_WORDS}  - " in low
    assert why in in_one_line(low)
    assert low.endswith("DANGER: call 911; call or text 988\n")


def emergency_by(start: Session, question: str, answer: str) -> Session:
    return typed(on_page(start, QuestionPage(start.compiled.index_of(question))), answer)


def test_on_a_low_screen_whom_to_call_follows_why_and_leads_where_there_is_no_why() -> None:
    page = in_one_line(text_of(layout(start_keyboard(session_of(SMALL, "y"), 0.0), 40, 15)))
    assert "- There is danger. Whom to call: call 000 DO THIS NOW" in page
    without = session_of(SMALL.replace("interrupt: true, ", ""), "!")
    page = in_one_line(text_of(layout(start_keyboard(without, 0.0), 40, 15)))
    assert "Ask for a number to call back. Call your local emergency number now if someone is in danger. - Help" in page


def test_on_a_low_screen_a_long_address_leaves_room_and_is_whole_further_down(
    compiled: CompiledQuestionnaire,
) -> None:
    address = "The yellow house behind the old school at the end of Meadow Lane, second door on the left, ask for Jo"
    page = emergency_by(typed(begin_session(compiled, HEAD), "t", "3", address, "b"), "suicide", "3")
    keyboard = start_keyboard(page, 0.0)
    first = text_of(layout(keyboard, 40, 12))
    assert (
        "\nWhere the person is: The yellow house\nbehind the old school at the end of...\nStay on the line.\n" in first
    )
    assert "There is a danger of suicide." in in_one_line(first)
    seen = first
    for _ in range(30):
        keyboard = pressed(drawn(keyboard, 40, 12), [PAGE_DOWN])
        seen += text_of(layout(keyboard, 40, 12))
    assert "ask for Jo" in in_one_line(seen)
    assert address in in_one_line(text_of(layout(start_keyboard(page, 0.0), 80, 24)))


def test_the_words_are_easy_to_read(compiled: CompiledQuestionnaire) -> None:
    session = typed(begin_session(compiled, HEAD), "1")
    said = [line.text.partition(": 4")[0] for line in standing_lines(session)]
    for text in (*first_words().texts, *first_words("a place", "a number").texts, *said):
        assert reading_grade(text) <= 8


def in_one_line(text: str) -> str:
    return " ".join(text.split())
