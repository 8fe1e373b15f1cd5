"""An interview without a screen: a frozen value, and the function `enter` for each line that is typed.

A front end draws the page of the session and passes on what was typed; it decides nothing. The keymap says which action
a key or a typed line stands for, and `act` does it. Moving to another page never erases or checks an answer. No
question is ever answered by default, by Enter alone or by the end of the input. Every entry goes into a log that only
grows, so nothing is lost as long as the log is saved.
"""

from __future__ import annotations

import re
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
from iop_screen.interview.deciding import decide, step_back
from iop_screen.interview.keymap import Action, row_for
from iop_screen.interview.leaving import leave
from iop_screen.interview.pages import (
    ActedPage,
    AnswerRefused,
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    DecisionPage,
    DiscardPage,
    EmergencyPage,
    Ended,
    GoToPage,
    GuidePage,
    GuideSectionPage,
    LeavePage,
    NoteKept,
    NotePage,
    Notice,
    Page,
    QuestionExplained,
    QuestionPage,
    Request,
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
    look_at_emergency,
    on_page,
    with_log_entry,
    with_reply,
)
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.records.fitted_answers import result_shown_entry
from iop_screen.records.model import NoteWritten
from iop_screen.report.guide import guide_sections

RESULT_PARTS = {
    Action.SHOW_WHY: ResultPart.WHY,
    Action.SHOW_OPEN: ResultPart.OPEN,
    Action.SHOW_ADVICE: ResultPart.ADVICE,
    Action.SHOW_SOURCES: ResultPart.SOURCES,
    Action.SHOW_ALL: ResultPart.ALL,
}
"""What of a result is shown on a page of its own."""


def enter(session: Session, typed: str, at: datetime) -> Session:
    """The session after a line was typed at that moment.

    A front end changes a session otherwise only to save it, to drop its replies, to leave a page, to end, or to keep an
    answer that is half typed.
    """
    word = typed.strip()
    row = row_for(session.page, word)
    return act(session, row.action, at) if row is not None else _take_line(session, word, at)


def act(session: Session, action: Action, at: datetime) -> Session:
    """The session after a key of the keymap was pressed, or typed as a line, at that moment."""
    session = replace(session, replies=(), at=at, request=None)
    target = linked_page(session.page, action)
    if target is not None:
        return on_page(session, target)
    match session.page, action:
        case _, Action.DANGER:
            return _open_emergency_page(session)
        case _, (Action.QUIT | Action.NEXT_CALLER):
            return leave(session, next_caller=action is Action.NEXT_CALLER)
        case QuestionPage() as page, _:
            return _act_at_question(session, page, action)
        case ReviewPage(), _:
            return _act_at_review(session, action)
        case ConfirmPage(), Action.SHOW_RESULT:
            return _show_result(session)
        case ((EmergencyPage() | ClearPage()), Action.CLEAR_DANGER):
            return _clear_danger(session)
        case DecisionPage() as page, Action.BACK:
            return step_back(session, page)
        case ((ResultPage() | EmergencyPage()), Action.WRITE_HANDOVER):
            return replace(session, request=Request.WRITE_HANDOVER)
        case _:
            return with_reply(session, Notice.NOT_UNDERSTOOD)


def _clear_danger(session: Session) -> Session:
    """Mark that nobody is in danger, if nothing says so any more; ask once more first where answers are missing."""
    match session.page:
        case EmergencyPage() as page if can_clear_danger(session):
            return clear_danger(session, page)
        case EmergencyPage() if session.danger():
            return with_reply(session, Notice.DANGER_BY_ANSWER)
        case ClearPage(_, back):
            return clear_now(session, back)
        case _:
            return with_reply(session, Notice.NOT_UNDERSTOOD)


def linked_page(page: Page, action: Action) -> Page | None:  # noqa: C901, PLR0912 - one case a page that is opened
    """The page that an action leads to, where nothing else happens on the way; else None."""
    match page, action:
        case _, Action.REVIEW:
            return ReviewPage()
        case _, Action.SO_FAR:
            return SoFarPage(page)
        case _, Action.GO_TO:
            return GoToPage(page)
        case _, Action.THE_CALL:
            return CallPage(page)
        case _, Action.END_CALL:
            return CallEndPage(page)
        case _, Action.GUIDE:
            return GuidePage(page)
        case GuidePage(back), Action.RETURN:
            return back
        case GuideSectionPage(_, guide), Action.RETURN:
            return guide
        case _, Action.DECIDE:
            return DecisionPage()
        case _, _ if action in RESULT_PARTS:
            return ResultPartPage(RESULT_PARTS[action])
        case ResultPartPage(), Action.RETURN:
            return ResultPage()
        case QuestionPage(index), Action.WRITE_NOTE:
            return NotePage(index, page)
        case EmergencyPage(), Action.MARK_ACTED_ON:
            return ActedPage(page)
        case ((ConfirmPage(indexes) | ClearPage(indexes, _)), Action.ASK_REST):
            return QuestionPage(indexes[0])
        case (
            EmergencyPage(_, back) | SoFarPage(back) | GoToPage(back) | LeavePage(back) | CallPage(back),
            Action.RETURN,
        ):
            return back
        case ClearPage(_, emergency), Action.RETURN:
            return emergency
        case _:
            return None


def _take_line(session: Session, word: str, at: datetime) -> Session:  # noqa: C901 - one case a page
    """The session after a line that is no key of the page: an answer, the number of a row, or a text."""
    page = session.page
    if isinstance(page, Ended):
        return session
    session = replace(session, replies=(), at=at, request=None)
    if isinstance(page, Writing):
        return _take_text(session, page, word)
    if isinstance(page, DecisionPage):
        return decide(session, page, word)
    if isinstance(page, CallPage):
        return open_field(session, page, word)
    if not word:
        return with_reply(session, Notice.NOTHING_TYPED)
    match page:
        case QuestionPage(index):
            return _take_typed_answer(session, index, word)
        case ReviewPage():
            return to_numbered(session, word, frozenset(session.unanswered_indexes()))
        case GoToPage():
            return to_numbered(session, word, None)
        case GuidePage():
            return _to_guide_section(session, page, word)
        case ConfirmPage() | EmergencyPage() | ClearPage() | GuideSectionPage() | LeavePage():
            return with_reply(session, Notice.NOT_UNDERSTOOD)
        case SoFarPage() | ResultPage() | ResultPartPage():
            return with_reply(session, Notice.NOT_UNDERSTOOD)


def _to_guide_section(session: Session, page: GuidePage, word: str) -> Session:
    count = len(guide_sections(session.compiled))
    if not re.fullmatch("[0-9]{1,3}", word) or not 1 <= int(word) <= count:
        return with_reply(session, Notice.NOT_UNDERSTOOD)
    return on_page(session, GuideSectionPage(int(word) - 1, page))


def _act_at_question(session: Session, page: QuestionPage, action: Action) -> Session:
    match action:
        case Action.BACK:
            return go_back(session, page)
        case Action.SKIP:
            return go_on(session, page, skipped=True)
        case Action.EXPLAIN:
            return with_reply(session, QuestionExplained(page.index))
        case Action.ANSWER_UNKNOWN:
            return take_answer(session, page.index, MissingReason.UNKNOWN)
        case Action.ANSWER_DECLINED:
            return take_answer(session, page.index, MissingReason.DECLINED)
        case _:
            return with_reply(session, Notice.NOT_UNDERSTOOD)


def _take_typed_answer(session: Session, index: int, word: str) -> Session:
    answer = typed_answer(session.compiled.questions[index], word)
    if answer is None:
        return with_reply(session, Notice.TOO_LONG if too_long(word) else AnswerRefused(index))
    return take_answer(session, index, answer)


def _act_at_review(session: Session, action: Action) -> Session:
    match action:
        case Action.ASK_REST:
            left = session.unanswered_indexes()
            return on_page(session, QuestionPage(left[0])) if left else with_reply(session, Notice.NO_QUESTION_LEFT)
        case Action.SHOW_RESULT:
            result = session.result()
            danger = () if result.suggestion == EMERGENCY else open_danger_indexes(session.compiled, result)
            return on_page(session, ConfirmPage(danger)) if danger else _show_result(session)
        case Action.BACK:
            return to_last_answered(session)
        case _:
            return with_reply(session, Notice.NOT_UNDERSTOOD)


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
            return look_at_emergency(on_page(session, back))
        case DiscardPage(CallEndPage(back)):
            return look_at_emergency(on_page(session, back))
        case _:
            return look_at_emergency(session)


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
