"""An interview without a screen: a frozen value with one door, `enter`, for everything that is typed.

A front end draws the page the session is on and passes on what was typed; it decides nothing. Moving never erases or
checks an answer. Nothing is ever answered by default, by Enter alone or by the end of the input. Everything that is
said goes into a log that only grows, so whoever keeps the log has lost nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from iop_screen.engine.explain import open_danger_indexes
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.interview.answer_input import too_long, typed_answer
from iop_screen.interview.answering import go_back, go_on, take_answer, to_last_answered, to_numbered
from iop_screen.interview.deciding import decide
from iop_screen.interview.pages import (
    ActedOn,
    ConfirmPage,
    DangerWaits,
    DecisionPage,
    EmergencyPage,
    Ended,
    Explain,
    Finished,
    GoToPage,
    Interrupted,
    LeavePage,
    LeftUnfinished,
    NobodyInDanger,
    NotePage,
    NoteTaken,
    Nothing,
    NothingLeft,
    NotKnown,
    NotTaken,
    Page,
    QuestionPage,
    ReferencePage,
    ReferenceTaken,
    ResultPage,
    ReviewPage,
    SoFarPage,
    TooLong,
    Writing,
)
from iop_screen.interview.state import (
    Session,
    can_clear_danger,
    on_page,
    show_emergency,
    to_emergency,
    with_log_entry,
    with_reply,
)
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.records.answers import result_shown_entry
from iop_screen.records.model import DangerActedOn, DangerCleared, NoteWritten, ReferenceSet

AT_QUESTION = frozenset("!bcdfjpqrsu?")
"""What is typed at a question and is no answer in words: moves, pages aside, "don't know" and "declined"."""


def enter(session: Session, typed: str, at: datetime) -> Session:
    """The session after a line was typed at that moment. The only way in."""
    if isinstance(session.page, Ended):
        return session
    session = replace(session, replies=(), at=at)
    word = typed.strip()
    if word == "!":
        return _emergency_asked_for(session)
    if isinstance(session.page, Writing):
        return _written(session, session.page, word)
    if isinstance(session.page, DecisionPage):
        return decide(session, session.page, word)
    if not word:
        return with_reply(session, Nothing())
    return _command(session, word)


def _command(session: Session, word: str) -> Session:  # noqa: C901 - one case a page
    command = word.casefold()
    if isinstance(session.page, LeavePage):
        return _at_the_door(session, session.page, command)
    if command == "q" or (command == "n" and isinstance(session.page, ResultPage)):
        return _leave(session, another=command == "n")
    match session.page, command:
        case EmergencyPage(), _:
            return _at_emergency(session, session.page, command)
        case ((SoFarPage(back) | GoToPage(back)), ("b" | "g")):
            return on_page(session, back)
        case GoToPage(), _:
            return to_numbered(session, command, None)
        case QuestionPage(), _:
            return _at_question(session, session.page, word)
        case ReviewPage(), _:
            return _at_review(session, command)
        case ConfirmPage(), _:
            return _at_confirmation(session, session.page, command)
        case ResultPage(), _:
            return _at_result(session, command)
        case (
            (
                NotePage()
                | ReferencePage()
                | SoFarPage()
                | DecisionPage()
                | Finished()
                | LeftUnfinished()
                | Interrupted()
            ),
            _,
        ):
            return with_reply(session, NotKnown())


def _leave(session: Session, *, another: bool) -> Session:
    """Out of the interview. A result is not left while danger waits, and nothing that is not saved, without a word."""
    page = session.page
    if session.record.final and session.record.danger_waits and not isinstance(page, EmergencyPage):
        return with_reply(to_emergency(session), DangerWaits())
    if session.not_saved:
        return on_page(session, LeavePage(page, another=another))
    return _gone(session, another=another)


def _gone(session: Session, *, another: bool) -> Session:
    return on_page(session, Finished(another) if session.record.final else LeftUnfinished())


def leave_anyway(session: Session) -> Session:
    """Out, as one was about to go when the last answers were not saved."""
    return _gone(session, another=isinstance(session.page, LeavePage) and session.page.another)


def _at_the_door(session: Session, page: LeavePage, command: str) -> Session:
    match command:
        case "q":
            return leave_anyway(session)
        case "b":
            return on_page(session, page.back)
        case _:
            return with_reply(session, NotKnown())


def _at_question(session: Session, page: QuestionPage, word: str) -> Session:
    match word.casefold():
        case "b":
            return go_back(session, page)
        case "s":
            return go_on(session, page, skipped=True)
        case "?":
            return with_reply(session, Explain(page.index))
        case "u":
            return take_answer(session, page.index, MissingReason.UNKNOWN)
        case "d":
            return take_answer(session, page.index, MissingReason.DECLINED)
        case command:
            aside = _pages_aside(page).get(command)
    if aside is not None:
        return on_page(session, aside)
    answer = typed_answer(session.compiled.questions[page.index], word)
    if answer is None:
        return with_reply(session, TooLong() if too_long(word) else NotTaken(page.index))
    return take_answer(session, page.index, answer)


def _pages_aside(page: QuestionPage) -> dict[str, Page]:
    """The pages that one can turn to from a question, by their keys."""
    review = ReviewPage()
    return {"r": review, "f": review, "j": GoToPage(page), "c": NotePage(page.index, page), "p": SoFarPage(page)}


def _at_review(session: Session, command: str) -> Session:
    match command:
        case "g":
            left = session.unanswered_indexes()
            return on_page(session, QuestionPage(left[0])) if left else with_reply(session, NothingLeft())
        case "f":
            danger = _open_danger(session)
            return on_page(session, ConfirmPage(danger)) if danger else _show_result(session)
        case "b":
            return to_last_answered(session)
        case "t":
            return on_page(session, ReferencePage(session.page))
        case "p":
            return on_page(session, SoFarPage(session.page))
        case _:
            return to_numbered(session, command, frozenset(session.unanswered_indexes()))


def _at_confirmation(session: Session, page: ConfirmPage, command: str) -> Session:
    match command:
        case "f":
            return _show_result(session)
        case "g":
            return on_page(session, QuestionPage(page.indexes[0]))
        case "b" | "r":
            return on_page(session, ReviewPage())
        case _:
            return with_reply(session, NotKnown())


def _at_emergency(session: Session, page: EmergencyPage, command: str) -> Session:
    match command:
        case "g":
            return on_page(session, page.back)
        case "r":
            return on_page(session, ReviewPage())
        case "m":
            acted = with_log_entry(session, DangerActedOn(session.at)) if session.record.danger_waits else session
            return with_reply(acted, ActedOn())
        case "x" if can_clear_danger(session):
            return with_reply(with_log_entry(on_page(session, page.back), DangerCleared(session.at)), NobodyInDanger())
        case _:
            return with_reply(session, NotKnown())


def _at_result(session: Session, command: str) -> Session:
    match command:
        case "b":
            return on_page(session, ReviewPage())
        case "k":
            return on_page(session, DecisionPage())
        case "t":
            return on_page(session, ReferencePage(session.page))
        case _:
            return with_reply(session, NotKnown())


def _emergency_asked_for(session: Session) -> Session:
    """The emergency page. From a note that is half written one goes back to the page under it."""
    page = session.page
    if isinstance(page, EmergencyPage):
        return session
    return show_emergency(on_page(session, page.back) if isinstance(page, Writing) else session)


def _open_danger(session: Session) -> tuple[int, ...]:
    """The places of the open questions that could reach the interrupt step; none once it is reached."""
    result = session.result()
    return () if result.suggestion == EMERGENCY else open_danger_indexes(session.compiled, result)


def _show_result(session: Session) -> Session:
    return on_page(with_log_entry(session, result_shown_entry(session.explanation(), session.at)), ResultPage())


def _written(session: Session, page: Writing, text: str) -> Session:
    """A note or a reference as it was written; a further note is added to the one that is there.

    Enter alone leaves what was there; a dash alone takes it away.
    """
    if too_long(text):
        return with_reply(session, TooLong())
    kept = "" if text == "-" else text
    match page:
        case NotePage(index, back) if text:
            kept = f"{session.notes[index]}; {kept}" if kept and session.notes[index] else kept
            if too_long(kept):
                return with_reply(session, TooLong())
            notes = (*session.notes[:index], kept, *session.notes[index + 1 :])
            noted = NoteWritten(session.at, str(session.compiled.questions[index].id), kept)
            return with_reply(on_page(with_log_entry(replace(session, notes=notes), noted), back), NoteTaken(index))
        case ReferencePage(back) if text:
            return with_reply(on_page(with_log_entry(session, ReferenceSet(session.at, kept)), back), ReferenceTaken())
        case NotePage(_, back) | ReferencePage(back):
            return on_page(session, back)
