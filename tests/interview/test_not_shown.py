"""A question that a form did not show was not asked: an interview that goes on from there asks it."""

from __future__ import annotations

import pytest
from support.interviews import HEAD, NOON, SMALL
from support.questionnaires import ready

from iop_screen.interview.answering import to_last_answered
from iop_screen.interview.keymap import offered_rows
from iop_screen.interview.pages import QuestionPage
from iop_screen.interview.state import Session, begin_session, on_page
from iop_screen.interview.wording.emergency_page import danger_questions_left
from iop_screen.interview.wording.overview import column, strip
from iop_screen.interview.wording.question_page import earlier_lines
from iop_screen.interview.wording.review_page import unanswered_lines
from iop_screen.questionnaire.answers import Answer, MissingReason, chosen
from iop_screen.records.model import AnswerRecorded, Record
from iop_screen.records.serialization import read_record, record_json

COMPILED = ready(SMALL)


def going_on(**answers: Answer) -> Session:
    """An interview that goes on from these answers."""
    return begin_session(COMPILED, HEAD, [AnswerRecorded(NOON, name, answer) for name, answer in answers.items()])


@pytest.mark.parametrize("reason", [MissingReason.NOT_SHOWN, MissingReason.NOT_APPLICABLE])
def test_a_record_keeps_which_reason_it_was(reason: MissingReason) -> None:
    record = Record(HEAD, (AnswerRecorded(NOON, "danger", reason),))
    read = read_record(record_json(record).encode())
    assert isinstance(read, Record)
    assert read.answers == {"danger": reason}


def test_it_is_asked_and_one_that_does_not_apply_is_not_asked_again() -> None:
    session = going_on(danger=MissingReason.NOT_APPLICABLE, threat=MissingReason.NOT_SHOWN, kinds=chosen("a"))
    assert session.page == QuestionPage(1)
    assert 1 in session.unanswered_indexes()
    assert 0 not in session.unanswered_indexes()


def test_it_looks_like_a_question_that_is_still_to_be_asked() -> None:
    session = going_on(danger=chosen("no"), threat=MissingReason.NOT_SHOWN, kinds=MissingReason.UNKNOWN)
    assert [*earlier_lines(session, 1)] == []
    assert next(iter(strip(session))) == "First things 2/3"
    assert "2." in "".join(column(session, 20))
    assert {row.label for row in offered_rows(session)} >= {"skip"}
    assert danger_questions_left(session) == {2: "Is there a threat?"}
    assert "1 not shown" in " ".join(unanswered_lines(session))


def test_the_last_question_answered_is_one_that_was_asked() -> None:
    session = going_on(danger=chosen("no"), threat=MissingReason.NOT_SHOWN)
    assert to_last_answered(on_page(session, QuestionPage(2))).page == QuestionPage(0)
