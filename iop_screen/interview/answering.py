"""What an answer does to an interview, and how one moves from question to question. Moving never erases or checks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from iop_screen.engine.judgement import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.answer_input import typed_answer
from iop_screen.interview.pages import (
    EmergencyPage,
    NothingBefore,
    NothingOpen,
    NotKnown,
    NotMadeFor,
    QuestionPage,
    Recorded,
    ReviewPage,
)
from iop_screen.interview.state import Session, on_page, show_emergency, with_log_entry, with_reply
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.records.model import AnswerRecorded


def keep_pending_answer(session: Session, typed: str, at: datetime, *, only_danger: bool = False) -> Session:
    """The session with what was half typed taken as the answer to the question on the page, if it is one; no move.

    An answer of danger moves all the same: to the emergency page. With `only_danger` no other is taken: whoever was
    broken off in the middle of a number has not said it.
    """
    page = session.page
    if not isinstance(page, QuestionPage):
        return session
    answer = typed_answer(session.compiled.questions[page.index], typed.strip())
    if answer is None or answer == session.answers.values[page.index]:
        return session
    taken = take_answer(replace(session, replies=(), at=at), page.index, answer)
    if isinstance(taken.page, EmergencyPage):
        return taken
    return session if only_danger else replace(taken, page=page)


def take_answer(session: Session, index: int, answer: Answer) -> Session:
    """Take an answer; then an emergency comes first, and otherwise the next question without an answer."""
    before = {*session.danger()}
    page = session.page
    question = str(session.compiled.questions[index].id)
    session = replace(session, answers=session.answers.with_answer(index, answer))
    session = with_reply(with_log_entry(session, AnswerRecorded(session.at, question, answer)), Recorded(index))
    danger = {*session.danger()}
    onward = go_on(session, page, skipped=False) if isinstance(page, QuestionPage) else session
    if danger - before:
        return show_emergency(on_page(session, onward.page))
    return _offer_to_finish(_tell_scope(onward))


def go_on(session: Session, page: QuestionPage, *, skipped: bool) -> Session:
    """To the next question without an answer, or to the review after the last.

    One that came from the review goes back there, save for what a change has opened since.
    """
    left = session.unanswered_indexes()
    if page.left_open is None:
        further = [index for index in left if index > page.index]
        return on_page(session, QuestionPage(further[0]) if further else ReviewPage())
    known = page.left_open | ({page.index} if skipped else frozenset())
    opened = [index for index in left if index not in known]
    return on_page(session, QuestionPage(opened[0], known) if opened else ReviewPage())


def _tell_scope(session: Session) -> Session:
    """Say once that no level will be suggested for this person."""
    if session.scope_told or not session.out_of_scope():
        return session
    return with_reply(replace(session, scope_told=True), NotMadeFor())


def _offer_to_finish(session: Session) -> Session:
    """Say once that no question that is left could change the suggestion."""
    if session.offered or not isinstance(session.page, QuestionPage):
        return session
    result = session.result()
    if result.open_questions or result.suggestion in {UNDETERMINED, OUT_OF_SCOPE}:
        return session
    return with_reply(replace(session, offered=True), NothingOpen())


def go_back(session: Session, page: QuestionPage) -> Session:
    """To the question before, or to the review that one came from."""
    if page.left_open is not None:
        return on_page(session, ReviewPage())
    earlier = [index for index in session.asked_indexes() if index < page.index]
    return on_page(session, QuestionPage(earlier[-1])) if earlier else with_reply(session, NothingBefore())


def to_last_answered(session: Session) -> Session:
    """To the last question that has an answer."""
    answered = [
        index for index in session.asked_indexes() if session.answers.values[index] is not MissingReason.MISSING
    ]
    return on_page(session, QuestionPage(answered[-1])) if answered else with_reply(session, NothingBefore())


def to_numbered(session: Session, number: str, left_open: frozenset[int] | None) -> Session:
    """To the question with this number on the list, counted from 1."""
    indexes = session.asked_indexes()
    if not re.fullmatch(r"[0-9]{1,4}", number) or not 1 <= int(number) <= len(indexes):
        return with_reply(session, NotKnown())
    return on_page(session, QuestionPage(indexes[int(number) - 1], left_open))
