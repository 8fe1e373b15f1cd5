"""What an answer changes in an interview, and how to get from question to question; moving changes no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from iop_screen.engine.judgement import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.answer_input import typed_answer
from iop_screen.interview.pages import (
    AnswerTaken,
    EmergencyPage,
    Notice,
    QuestionPage,
    ReviewPage,
)
from iop_screen.interview.state import Session, on_page, show_emergency, with_log_entry, with_reply
from iop_screen.questionnaire.answers import NOT_ASKED, Answer
from iop_screen.records.model import AnswerRecorded, AnswerTakenBack


def keep_pending_answer(session: Session, typed: str, at: datetime, *, only_danger: bool = False) -> Session:
    """Take unfinished input as the answer to the question on the page, if it is one, and stay on the page.

    An answer that means danger leads to the emergency page all the same. With `only_danger`, no other answer is taken:
    a person who is interrupted in the middle of a number has not given an answer.
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
    """Record an answer; then to the emergency page if it is new danger, else to the next question without an answer."""
    before = {*session.danger()}
    page = session.page
    recorded = AnswerRecorded(session.at, str(session.compiled.questions[index].id), answer)
    session = with_log_entry(replace(session, answers=session.answers.with_answer(index, answer)), recorded)
    session = with_reply(session, AnswerTaken(index))
    onward = go_on(session, page, skipped=False) if isinstance(page, QuestionPage) else session
    if {*session.danger()} - before:
        return show_emergency(onward)
    return _offer_to_finish(_tell_scope(onward))


def take_answer_back(session: Session, before: Session, at: datetime) -> Session:
    """The session with its answers and its page as they were before; what was recorded since is taken back in the log.

    The emergency page stays, if an answer led to it: danger that was shown is cleared by hand only.
    """
    page = session.page
    if isinstance(page, EmergencyPage) and not isinstance(before.page, EmergencyPage):
        page = replace(page, back=before.page)
    else:
        page = before.page
    recorded = [entry for entry in session.log[len(before.log) :] if isinstance(entry, AnswerRecorded)]
    taken_back = (AnswerTakenBack(at, entry.question) for entry in recorded)
    return replace(
        session,
        at=at,
        answers=before.answers,
        page=page,
        replies=(),
        finish_offered=before.finish_offered,
        scope_told=before.scope_told,
        log=(*session.log, *taken_back),
    )


def go_on(session: Session, page: QuestionPage, *, skipped: bool) -> Session:
    """To the next question without an answer, or to the review after the last.

    A question that was reached from the review leads back there, after the questions that the change has opened.
    """
    left = session.unanswered_indexes()
    known = page.left_open
    if known is None:
        following = [index for index in left if index > page.index]
    else:
        known |= {page.index} if skipped else frozenset()
        following = [index for index in left if index not in known]
    return on_page(session, QuestionPage(following[0], known) if following else ReviewPage())


def _tell_scope(session: Session) -> Session:
    """Say once that no level will be suggested for this person."""
    if session.scope_told or not session.out_of_scope():
        return session
    return with_reply(replace(session, scope_told=True), Notice.OUT_OF_SCOPE)


def _offer_to_finish(session: Session) -> Session:
    """Say once that no question that is left could change the suggestion."""
    if session.finish_offered or not isinstance(session.page, QuestionPage):
        return session
    result = session.result()
    if result.open_questions or result.suggestion in {UNDETERMINED, OUT_OF_SCOPE}:
        return session
    return with_reply(replace(session, finish_offered=True), Notice.SUGGESTION_SETTLED)


def go_back(session: Session, page: QuestionPage) -> Session:
    """To the question before, or to the review if the question was reached from there."""
    if page.left_open is not None:
        return on_page(session, ReviewPage())
    return _to_last(session, [index for index in session.asked_indexes() if index < page.index])


def to_last_answered(session: Session) -> Session:
    """To the last question that has an answer."""
    answers = session.answers.values
    return _to_last(session, [i for i in session.asked_indexes() if answers[i] not in NOT_ASKED])


def _to_last(session: Session, indexes: Sequence[int]) -> Session:
    return on_page(session, QuestionPage(indexes[-1])) if indexes else with_reply(session, Notice.NO_EARLIER_QUESTION)


def to_numbered(session: Session, number: str, left_open: frozenset[int] | None) -> Session:
    """To the question with this number on the list, counted from 1; `left_open` as in `QuestionPage`."""
    indexes = session.asked_indexes()
    if not re.fullmatch(r"[0-9]{1,4}", number) or not 1 <= int(number) <= len(indexes):
        return with_reply(session, Notice.NOT_UNDERSTOOD)
    return on_page(session, QuestionPage(indexes[int(number) - 1], left_open))
