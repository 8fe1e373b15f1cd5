"""What an answer does to an interview, and how one moves from question to question. Moving never erases or checks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from iop_screen.engine.answers import Answer, Gap
from iop_screen.engine.suggest import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.pages import (
    Asking,
    Emergency,
    NothingBefore,
    NothingOpen,
    NotKnown,
    NotMadeFor,
    Recorded,
    Reviewing,
)
from iop_screen.interview.state import Session, alarm, logged, say, to
from iop_screen.interview.typed import typed_answer
from iop_screen.records.model import Answered


def keep(session: Session, typed: str, at: datetime, *, only_danger: bool = False) -> Session:
    """The session with what was half typed taken as the answer to the question on the page, if it is one; no move.

    An answer of danger moves all the same: to the emergency page. With `only_danger` no other is taken: whoever was
    broken off in the middle of a number has not said it.
    """
    page = session.page
    if not isinstance(page, Asking):
        return session
    answer = typed_answer(session.instrument.questions[page.place], typed.strip())
    if answer is None or answer == session.form.answers[page.place]:
        return session
    taken = take(replace(session, replies=(), at=at), page.place, answer)
    if isinstance(taken.page, Emergency):
        return taken
    return session if only_danger else replace(taken, page=page)


def take(session: Session, place: int, answer: Answer) -> Session:
    """Take an answer; then an emergency comes first, and otherwise the next question without an answer."""
    before = {*session.danger()}
    page = session.page
    question = str(session.instrument.questions[place].id)
    session = replace(session, form=session.form.with_answer(place, answer))
    session = say(logged(session, Answered(session.at, question, answer)), Recorded(place))
    danger = {*session.danger()}
    onward = go_on(session, page, skipped=False) if isinstance(page, Asking) else session
    if danger - before:
        return alarm(to(session, onward.page))
    return _offer_to_finish(_tell_scope(onward))


def go_on(session: Session, page: Asking, *, skipped: bool) -> Session:
    """To the next question without an answer, or to the review after the last.

    One that came from the review goes back there, save for what a change has opened since.
    """
    left = session.unanswered_places()
    if page.left_open is None:
        further = [place for place in left if place > page.place]
        return to(session, Asking(further[0]) if further else Reviewing())
    known = page.left_open | ({page.place} if skipped else frozenset())
    opened = [place for place in left if place not in known]
    return to(session, Asking(opened[0], known) if opened else Reviewing())


def _tell_scope(session: Session) -> Session:
    """Say once that no level will be suggested for this person."""
    if session.scope_told or not session.out_of_scope():
        return session
    return say(replace(session, scope_told=True), NotMadeFor())


def _offer_to_finish(session: Session) -> Session:
    """Say once that no question that is left could change the suggestion."""
    if session.offered or not isinstance(session.page, Asking):
        return session
    result = session.result()
    if result.open_questions or result.suggestion in {UNDETERMINED, OUT_OF_SCOPE}:
        return session
    return say(replace(session, offered=True), NothingOpen())


def go_back(session: Session, page: Asking) -> Session:
    """To the question before, or to the review that one came from."""
    if page.left_open is not None:
        return to(session, Reviewing())
    earlier = [place for place in session.asked_places() if place < page.place]
    return to(session, Asking(earlier[-1])) if earlier else say(session, NothingBefore())


def to_last_answered(session: Session) -> Session:
    """To the last question that has an answer."""
    answered = [place for place in session.asked_places() if session.form.answers[place] is not Gap.MISSING]
    return to(session, Asking(answered[-1])) if answered else say(session, NothingBefore())


def to_numbered(session: Session, number: str, left_open: frozenset[int] | None) -> Session:
    """To the question with this number on the list, counted from 1."""
    places = session.asked_places()
    if not re.fullmatch(r"[0-9]{1,4}", number) or not 1 <= int(number) <= len(places):
        return say(session, NotKnown())
    return to(session, Asking(places[int(number) - 1], left_open))
