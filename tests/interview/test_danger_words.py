"""What is said of danger when a call breaks off, when it goes on, and while an answer still means it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.interviews import HEAD, SMALL, text_of, typed
from support.questionnaires import ready

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import Notice, QuestionPage, Resumed
from iop_screen.interview.state import Session, begin_session, on_page
from iop_screen.interview.wording.messages import farewell, reply_text
from iop_screen.interview.wording.result_page import result_text
from iop_screen.report.record_history import danger_mark_texts

SIGN = "Signs of danger in the answers: suicide. 4 questions about danger are open."


def with_thoughts(compiled: CompiledQuestionnaire, answer: str) -> Session:
    return typed(on_page(begin_session(compiled, HEAD), QuestionPage(compiled.index_of("suicide"))), answer)


def test_a_draft_with_a_sign_of_danger_says_so_at_the_end_and_whom_to_call(compiled: CompiledQuestionnaire) -> None:
    words = " ".join(farewell(with_thoughts(compiled, "2")).split())
    assert f"there is no suggestion. {SIGN} If someone is in danger now: Emergency services, call 911" in words
    assert "call or text 988" in words
    for quiet in ("1", "u"):
        words = farewell(with_thoughts(compiled, quiet))
        assert "danger" not in words


def test_with_every_question_about_danger_answered_only_the_signs_are_named() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "n", "2", "r")
    assert "\nSigns of danger in the answers: threat.\nIf someone is in danger now" in farewell(session)
    assert "Signs" not in farewell(typed(session, "f", "f"))


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_a_draft_with_a_sign_of_danger_says_so_when_it_goes_on(
    compiled: CompiledQuestionnaire, size: tuple[int, int]
) -> None:
    log = with_thoughts(compiled, "2").log
    again = replace(begin_session(compiled, HEAD, log), replies=(Resumed(1, ()),))
    assert " ".join(reply_text(again, Resumed(1, ())).split()) == f"{SIGN} Going on with 7KQ2; 1 answer kept."
    assert SIGN in " ".join(text_of(layout(start_keyboard(again, 0.0), *size)).split())


def test_what_was_done_is_said_with_its_time_first_so_that_a_small_screen_has_it() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "y", "m", "1, at 10")
    time = f"{session.at.astimezone():%H:%M}"
    assert reply_text(session, Notice.DANGER_ACTED_ON) == f"{time} called 911 (at 10). Written down."
    assert f"\n{time} called 911 (at 10). Written down.\n" in text_of(layout(start_keyboard(session, 0.0), 40, 12))


def test_a_low_screen_says_of_what_means_nothing_no_more_than_that() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "y", "7")
    assert session.replies == (Notice.NOT_UNDERSTOOD,)
    assert "\nThat means nothing here.\n" in text_of(layout(start_keyboard(session, 0.0), 40, 12))
    assert "That means nothing here. Type: m I have acted," in text_of(layout(start_keyboard(session, 0.0), 80, 24))


def test_danger_that_an_answer_still_means_is_not_told_as_if_it_were_over() -> None:
    stands = typed(begin_session(ready(SMALL), HEAD), "y", "m", "1", "g", "p")
    over = typed(begin_session(ready(SMALL), HEAD), "y", "m", "1", "g", "b", "n", "p")
    assert "There is danger by the answers. It was marked at" in result_text(stands)
    assert "There was danger" not in result_text(stands)
    assert "There was danger by the answers. It was marked at" in result_text(over)
    assert next(danger_mark_texts(stands.record)).startswith("There was danger by the answers.")
