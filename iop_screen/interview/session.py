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
from iop_screen.interview.calling import (
    clear_danger,
    clear_now,
    open_field,
    take_action,
    take_call_end,
    take_discard,
    take_field,
)
from iop_screen.interview.deciding import decide
from iop_screen.interview.pages import (
    ActedPage,
    AnswerRefused,
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    DecisionPage,
    Discarded,
    DiscardPage,
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
    Request,
    ResultPage,
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
from iop_screen.records.model import NoteWritten

QUESTION_COMMANDS = frozenset("!bcdfjpqrstuz?")
"""Input that is a command on every question, never an answer in words."""


def enter(session: Session, typed: str, at: datetime) -> Session:
    """The session after a line was typed at that moment.

    A front end changes a session otherwise only to save it, to drop its replies, to leave a page, to end, or to keep an
    answer that is half typed.
    """
    if isinstance(session.page, Ended):
        return session
    session = replace(session, replies=(), at=at, request=None)
    word = typed.strip()
    if word == "!":
        return _open_emergency_page(session)
    if isinstance(session.page, Writing):
        return _take_text(session, session.page, word)
    if isinstance(session.page, DecisionPage):
        return decide(session, session.page, word)
    if not word and not isinstance(session.page, CallPage):
        return with_reply(session, Notice.NOTHING_TYPED)
    return _run_command(session, word)


def _run_command(session: Session, word: str) -> Session:  # noqa: C901, PLR0912 - one case a command
    command = word.casefold()
    target = _linked_pages(session.page).get(command)
    if target is not None:
        return on_page(session, target)
    match session.page, command:
        case CallPage() as page, _ if command not in {"q", "x"}:
            return open_field(session, page, command)
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
        case EmergencyPage() as page, "m":
            return on_page(session, ActedPage(page))
        case EmergencyPage() as page, "x" if can_clear_danger(session):
            return clear_danger(session, page)
        case ClearPage(_, back), "x":
            return clear_now(session, back)
        case ResultPage(), "e":
            return replace(session, request=Request.WRITE_HANDOVER)
        case _:
            return with_reply(session, Notice.NOT_UNDERSTOOD)


def _linked_pages(page: Page) -> dict[str, Page]:  # noqa: C901 - one case a page
    """The pages that a command of one letter leads to from a page, where nothing else happens on the way."""
    call: dict[str, Page] = {"t": CallPage(page), "z": CallEndPage(page)}
    match page:
        case QuestionPage(index):
            note, review = NotePage(index, page), ReviewPage()
            return {**call, "r": review, "f": review, "j": GoToPage(page), "c": note, "p": SoFarPage(page)}
        case ReviewPage():
            return {**call, "p": SoFarPage(page)}
        case ResultPage():
            return {**call, "b": ReviewPage(), "k": DecisionPage()}
        case ConfirmPage(indexes):
            return {**call, "g": QuestionPage(indexes[0]), "b": ReviewPage(), "r": ReviewPage()}
        case EmergencyPage(_, back):
            return {**call, "g": back, "r": ReviewPage()}
        case SoFarPage(back) | GoToPage(back):
            return {**call, "g": back, "b": back}
        case CallPage(back):
            return {"g": back, "b": back}
        case ClearPage(indexes, back):
            return {"g": QuestionPage(indexes[0]), "b": back}
        case LeavePage(back):
            return {"b": back}
        case NotePage() | CallFieldPage() | ActedPage() | CallEndPage() | DiscardPage() | DecisionPage():
            return {}
        case Finished() | LeftUnfinished() | Discarded() | Interrupted():
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

    If it is called up while a line of text is being typed, it leads back to the page before that.
    """
    match session.page:
        case EmergencyPage():
            return session
        case ActedPage(back) | ClearPage(_, back):
            return on_page(session, back)
        case NotePage(_, back) | CallFieldPage(_, CallPage(back)) | CallEndPage(back):
            return show_emergency(on_page(session, back))
        case DiscardPage(CallEndPage(back)):
            return show_emergency(on_page(session, back))
        case _:
            return show_emergency(session)


def _show_result(session: Session) -> Session:
    return on_page(with_log_entry(session, result_shown_entry(session.explanation(), session.at)), ResultPage())


def _take_text(session: Session, page: Writing, text: str) -> Session:
    """Take the line that was typed on a page for text."""
    match page:
        case NotePage():
            return _take_note(session, page, text)
        case CallFieldPage():
            return take_field(session, page, text)
        case ActedPage():
            return take_action(session, page, text)
        case CallEndPage():
            return take_call_end(session, page, text)
        case DiscardPage():
            return take_discard(session, page, text)


def _take_note(session: Session, page: NotePage, text: str) -> Session:
    """Record a note; a further one is added to the one that is there.

    Enter alone changes nothing; a dash alone removes what was there.
    """
    if not text:
        return on_page(session, page.back)
    kept = "" if text == "-" else text
    if kept and session.notes[page.index]:
        kept = f"{session.notes[page.index]}; {kept}"
    if too_long(kept):
        return with_reply(session, Notice.TOO_LONG)
    noted = NoteWritten(session.at, str(session.compiled.questions[page.index].id), kept)
    notes = (*session.notes[: page.index], kept, *session.notes[page.index + 1 :])
    return with_reply(on_page(with_log_entry(replace(session, notes=notes), noted), page.back), NoteKept(page.index))
