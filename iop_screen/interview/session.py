"""An interview without a screen: a frozen value, and the function `enter` for each line that is typed.

A front end draws the page of the session and passes on what was typed; it decides nothing. Moving to another page never
erases or checks an answer. No question is ever answered by default, by Enter alone or by the end of the input. Every
entry goes into a log that only grows, so nothing is lost as long as the log is saved.
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
    AnswerRefused,
    ConfirmPage,
    DecisionPage,
    EmergencyPage,
    Ended,
    Finished,
    GoToPage,
    Interrupted,
    LeavePage,
    LeftUnfinished,
    NoteKept,
    NotePage,
    Notice,
    Page,
    QuestionExplained,
    QuestionPage,
    ReferencePage,
    ResultPage,
    ResultPart,
    ResultPartPage,
    ReviewPage,
    SoFarPage,
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
from iop_screen.records.fitted_answers import result_shown_entry
from iop_screen.records.model import DangerActedOn, DangerCleared, NoteWritten, ReferenceSet

QUESTION_COMMANDS = frozenset("!bcdfjpqrsu?")
"""Input that is a command on every question, never an answer in words."""

RESULT_PARTS = {
    "w": ResultPart.WHY,
    "o": ResultPart.OPEN,
    "a": ResultPart.ADVICE,
    "v": ResultPart.SOURCES,
    "l": ResultPart.ALL,
}
"""The keys of the parts of a result."""

_RESULT_PARTS = {key: ResultPartPage(part) for key, part in RESULT_PARTS.items()}


def enter(session: Session, typed: str, at: datetime) -> Session:
    """The session after a line was typed at that moment.

    A front end changes a session otherwise only to save it, to drop its replies, to leave a page, to end, or to keep an
    answer that is half typed.
    """
    if isinstance(session.page, Ended):
        return session
    session = replace(session, replies=(), at=at)
    word = typed.strip()
    if word == "!":
        return _open_emergency_page(session)
    if isinstance(session.page, Writing):
        return _take_text(session, session.page, word)
    if isinstance(session.page, DecisionPage):
        return decide(session, session.page, word)
    if not word:
        return with_reply(session, Notice.NOTHING_TYPED)
    return _run_command(session, word)


def _run_command(session: Session, word: str) -> Session:
    command = word.casefold()
    target = _linked_pages(session.page).get(command)
    if target is not None:
        return on_page(session, target)
    match session.page, command:
        case LeavePage(_, next_caller), "q":
            return leave_now(session, next_caller=next_caller)
        case (_, "q") | (ResultPage(), "n"):
            return _leave(session, next_caller=command == "n")
        case ((QuestionPage() as page), _):
            return _at_question(session, page, word)
        case ReviewPage(), _:
            return _at_review(session, command)
        case GoToPage(), _:
            return to_numbered(session, command, None)
        case ConfirmPage(), "f":
            return _show_result(session)
        case EmergencyPage(), "m":
            acted = with_log_entry(session, DangerActedOn(session.at)) if session.record.danger_waits else session
            return with_reply(acted, Notice.DANGER_ACTED_ON)
        case EmergencyPage(_, back), "x" if can_clear_danger(session):
            return with_reply(on_page(with_log_entry(session, DangerCleared(session.at)), back), Notice.DANGER_CLEARED)
        case _:
            return with_reply(session, Notice.NOT_UNDERSTOOD)


def _linked_pages(page: Page) -> dict[str, Page]:
    """The pages that a command of one letter leads to from a page, where nothing else happens on the way."""
    match page:
        case QuestionPage(index):
            note, review = NotePage(index, page), ReviewPage()
            return {"r": review, "f": review, "j": GoToPage(page), "c": note, "p": SoFarPage(page)}
        case ReviewPage():
            return {"t": ReferencePage(page), "p": SoFarPage(page)}
        case ResultPage():
            return {"t": ReferencePage(page), "b": ReviewPage(), "k": DecisionPage(), **_RESULT_PARTS}
        case ResultPartPage():
            return {**_RESULT_PARTS, "b": ResultPage()}
        case ConfirmPage(indexes):
            return {"g": QuestionPage(indexes[0]), "b": ReviewPage(), "r": ReviewPage()}
        case EmergencyPage(_, back):
            return {"g": back, "r": ReviewPage()}
        case SoFarPage(back) | GoToPage(back):
            return {"g": back, "b": back}
        case LeavePage(back):
            return {"b": back}
        case NotePage() | ReferencePage() | DecisionPage() | Finished() | LeftUnfinished() | Interrupted():
            return {}


def _leave(session: Session, *, next_caller: bool) -> Session:
    """Leave the interview; first show the emergency page if danger waits, or a warning if answers are not saved."""
    if session.record.final and session.record.danger_waits and not isinstance(session.page, EmergencyPage):
        return with_reply(to_emergency(session), Notice.DANGER_WAITS)
    if session.not_saved:
        return on_page(session, LeavePage(session.page, next_caller))
    return leave_now(session, next_caller=next_caller)


def leave_now(session: Session, *, next_caller: bool) -> Session:
    """End the interview without further checks."""
    return on_page(session, Finished(next_caller) if session.record.final else LeftUnfinished())


def _at_question(session: Session, page: QuestionPage, word: str) -> Session:
    match word.casefold():
        case "b":
            return go_back(session, page)
        case "s":
            return go_on(session, page, skipped=True)
        case "?":
            return with_reply(session, QuestionExplained(page.index))
        case "u":
            return take_answer(session, page.index, MissingReason.UNKNOWN)
        case "d":
            return take_answer(session, page.index, MissingReason.DECLINED)
        case _:
            answer = typed_answer(session.compiled.questions[page.index], word)
            if answer is None:
                return with_reply(session, Notice.TOO_LONG if too_long(word) else AnswerRefused(page.index))
            return take_answer(session, page.index, answer)


def _at_review(session: Session, command: str) -> Session:
    match command:
        case "g":
            left = session.unanswered_indexes()
            return on_page(session, QuestionPage(left[0])) if left else with_reply(session, Notice.NO_QUESTION_LEFT)
        case "f":
            result = session.result()
            danger = () if result.suggestion == EMERGENCY else open_danger_indexes(session.compiled, result)
            return on_page(session, ConfirmPage(danger)) if danger else _show_result(session)
        case "b":
            return to_last_answered(session)
        case _:
            return to_numbered(session, command, frozenset(session.unanswered_indexes()))


def _open_emergency_page(session: Session) -> Session:
    """The emergency page.

    If it is called up while a note or a reference is being written, it leads back to the page before that.
    """
    if isinstance(session.page, EmergencyPage):
        return session
    return show_emergency(on_page(session, session.page.back) if isinstance(session.page, Writing) else session)


def _show_result(session: Session) -> Session:
    return on_page(with_log_entry(session, result_shown_entry(session.explanation(), session.at)), ResultPage())


def _take_text(session: Session, page: Writing, text: str) -> Session:
    """Record a note or a reference; a further note is added to the one that is there.

    Enter alone changes nothing; a dash alone removes what was there.
    """
    if not text:
        return on_page(session, page.back)
    kept = "" if text == "-" else text
    if isinstance(page, NotePage) and kept and session.notes[page.index]:
        kept = f"{session.notes[page.index]}; {kept}"
    if too_long(kept):
        return with_reply(session, Notice.TOO_LONG)
    match page:
        case NotePage(index, back):
            noted = NoteWritten(session.at, str(session.compiled.questions[index].id), kept)
            notes = (*session.notes[:index], kept, *session.notes[index + 1 :])
            return with_reply(on_page(with_log_entry(replace(session, notes=notes), noted), back), NoteKept(index))
        case ReferencePage(back):
            referenced = with_log_entry(session, ReferenceSet(session.at, kept))
            return with_reply(on_page(referenced, back), Notice.REFERENCE_KEPT)
