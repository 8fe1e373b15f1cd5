"""The texts around the pages: the first words, the replies to input, whether all is saved, and the last words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from iop_screen.core.safe_text import sanitize
from iop_screen.engine.open_advice import open_for_notes
from iop_screen.interview.answer_input import MAX_WORDS
from iop_screen.interview.keymap import listed_rows, offered_rows
from iop_screen.interview.pages import (
    AnswerRefused,
    AnswerTaken,
    CallFieldKept,
    DecisionPage,
    Discarded,
    HandoverRefused,
    HandoverWritten,
    NoteKept,
    Notice,
    QuestionExplained,
    QuestionPage,
    Reply,
    Resumed,
    SameReference,
)
from iop_screen.interview.state import Session
from iop_screen.interview.wording.emergency_page import (
    call_caution,
    danger_signs_texts,
    time_of_day,
    waiting_danger,
)
from iop_screen.interview.wording.page_text import keys_in_words
from iop_screen.interview.wording.question_page import question_number, why_lines
from iop_screen.interview.wording.result_page import decision_prompt, out_of_scope_notice, questionnaire_lines
from iop_screen.questionnaire.model import Note, Questionnaire
from iop_screen.records.call_data import FIELD_NAMES, NO_CALL_DATA, CallField, field_text
from iop_screen.records.model import DangerActedOn, Record
from iop_screen.report.chain_text import kept_apart_text, record_notices
from iop_screen.report.headline import quoted
from iop_screen.report.questionnaire_version import copy_lost_text
from iop_screen.report.record_history import danger_action_text
from iop_screen.report.wording import WIDTH, answer_text, paragraphs, plural, short_name, suggestion_text

MOST_NAMED = 3
"""So many questions that the advice hangs on are named."""
NOT_UNDERSTOOD = "That means nothing here."
WINDOW_NOT_EMPTY = "This window still shows the answers. To empty it, type: clear"

_NOTICES = {
    Notice.TOO_LONG: f"That is too long: at most {MAX_WORDS:,} characters are kept. Nothing was recorded.",
    Notice.NUMBER_IN_WORDS: "Nothing was recorded. Phone numbers go into the call: Enter, then t. Type it without one.",
    Notice.NOTHING_TYPED: "Enter alone does not answer.",
    Notice.DANGER_WAITS: "Nobody has marked that they acted on the danger. If you have, press m and say what was done. "
    "q closes all the same.",
    Notice.NO_EARLIER_QUESTION: "This is the first question.",
    Notice.NO_QUESTION_LEFT: "There is no question left to ask.",
    Notice.DECISION_RECORDED: "What was chosen has been recorded.",
    Notice.TOO_FEW_LETTERS: "Type at least two letters, or b to go back.",
    Notice.NO_DECISION: "No decision was recorded.",
    Notice.DANGER_BY_ANSWER: "An answer says that there is danger. If it is wrong, change it first: r, then its "
    "number. Then x can be pressed here.",
    Notice.CALL_MERGED: "Another window changed the call, too. Nothing of either is lost: look at it with t.",
    Notice.NO_ACTION: "Nothing was marked.",
    Notice.NOT_DISCARDED: "The draft is kept.",
    Notice.DANGER_CLEARED: "Written down: nobody is in danger.",
}
"""The notices that always have the same text."""


def opening_lines(session: Session) -> str:
    """The first lines of an interview."""
    questionnaire = session.compiled.questionnaire
    parts = [
        f"{questionnaire.title}. Line mode: type an answer and press Enter.",
        questionnaire.disclaimer,
        *_whom_to_call(questionnaire),
        f"Reference {session.head.ref}. Answer, or type: {keys_in_words(listed_rows(QuestionPage))}.",
        *(reply_text(session, reply) for reply in session.replies),
        *(f"{waiting}. Type ! for whom to call." for waiting in waiting_danger(session)),
        *([not_saved_text(session)] if session.not_saved else []),
    ]
    return "\n".join(paragraphs(str(part)) for part in parts) + "\n"


def _whom_to_call(questionnaire: Questionnaire) -> Iterator[str]:
    """Whom to call if somebody is in danger already: this stands before the first question."""
    contacts = questionnaire.contacts_of(questionnaire.interrupt())
    if contacts:
        yield f"If someone is in danger now: {'; '.join(f'{contact.name}, {contact.reach}' for contact in contacts)}."


def reply_text(session: Session, reply: Reply, *, is_low: bool = False) -> str:  # noqa: C901, PLR0912 - a case a reply
    """A reply in words, wrapped. `is_low`: for a low screen, whose last lines have the keys."""
    questions = session.compiled.questions
    match reply:
        case AnswerTaken(index):
            number = question_number(session, index).partition(" of ")[0]
            return paragraphs(f"{number}, recorded: {answer_text(questions[index], session.answers.values[index])}.")
        case AnswerRefused(index):
            expected = questions[index].input_hint
            return paragraphs(f"That is no answer here. Type {expected}; u if not known, ? for help, b back.")
        case NoteKept(index):
            return "Note kept." if session.notes[index] else "Note taken away."
        case QuestionExplained(index):
            return "\n".join(map(paragraphs, why_lines(questions[index])))
        case Resumed():
            return paragraphs(sanitize(" ".join(_resumed_texts(session, reply))))
        case CallFieldKept(field):
            return paragraphs(" ".join(_field_kept_texts(session, field)))
        case SameReference(refs):
            return paragraphs(
                f"Another record has this reference: {', '.join(refs)}. If it is the same call: z, then 4 {refs[0]}"
            )
        case HandoverWritten(path):
            return paragraphs(f"The handover is in {sanitize(path)}")
        case HandoverRefused(why):
            return paragraphs(f"The handover was not written: {why}.")
        case Notice.NOT_UNDERSTOOD if is_low:
            return NOT_UNDERSTOOD
        case Notice.NOT_UNDERSTOOD:
            page, keys = session.page, keys_in_words(offered_rows(session))
            expected = decision_prompt(session, page) if isinstance(page, DecisionPage) else keys
            return paragraphs(f"{NOT_UNDERSTOOD} Type: {expected}." if expected else f"{NOT_UNDERSTOOD} See above.")
        case Notice.SUGGESTION_SETTLED if is_low:
            return "Suggestion settled, advice is not; f finishes." if _advice_left(session) else "Settled: f finishes."
        case Notice.SUGGESTION_SETTLED:
            return paragraphs(" ".join(_settled_texts(session)))
        case Notice.OUT_OF_SCOPE:
            return paragraphs(out_of_scope_notice(session))
        case Notice.DANGER_ACTED_ON:
            acted = session.record.alarms[-1]
            done = danger_action_text(acted) if isinstance(acted, DangerActedOn) else "acted"
            return paragraphs(sanitize(f"{acted.at.astimezone():%H:%M} {done}. Written down."))
        case Notice.KEPT_APART:
            there = session.record.kept_apart_from
            see = f"Both are kept. To see that one: iop-screen records show {there}"
            return paragraphs(f"This goes on as {session.head.ref}. {kept_apart_text(session.record)}. {see}")
        case Notice():
            return paragraphs(_NOTICES[reply])


def _settled_texts(session: Session) -> Iterator[str]:
    """That the suggestion is settled, what the advice still hangs on, and how to finish."""
    yield f"No question that is left can change the suggestion {quoted(suggestion_text(session.result()))}."
    left = _advice_left(session)
    names = ", ".join(short_name(session.compiled.questions[index].id) for index in _most_needed(session, left))
    if left:
        yield f"The advice can still change by what is left{f', such as: {names}' if names else ''}."
    yield "Type f to finish now, or go on with what is left."


def _advice_left(session: Session) -> dict[int, tuple[Note, ...]]:
    """The questions not asked yet that could still bring a note, by index, each with these notes."""
    found = open_for_notes(session.compiled, session.counted)
    return {index: found[index] for index in session.unanswered_indexes() if index in found}


def _most_needed(session: Session, left: dict[int, tuple[Note, ...]]) -> list[int]:
    """A few of these questions that are about risk: first those whose notes say whom to call."""
    risk = [index for index in left if session.compiled.questions[index].role == "risk"]
    return sorted(risk, key=lambda index: not any(note.contacts for note in left[index]))[:MOST_NAMED]


def _field_kept_texts(session: Session, field: CallField) -> Iterator[str]:
    """What a field of the call says now; with the two that a call back depends on, that it may not be safe."""
    yield f"{FIELD_NAMES[field]}: {field_text(session.call, field) or 'taken away'}."
    if field in {CallField.SAFE_TO_TALK, CallField.CALL_BACK}:
        yield from call_caution(session)


def _resumed_texts(session: Session, resumed: Resumed) -> Iterator[str]:
    """The signs of danger, by which questionnaire the record goes if that has to be said, and what became of it."""
    changes = session.record.questionnaire_changes
    yield from danger_signs_texts(session)  # first, for a low screen has room for little more
    yield from call_caution(session)
    yield from questionnaire_lines(session)
    if resumed.copy_lost and changes:
        yield copy_lost_text(changes[-1].made_with, resumed.copy_lost)
    yield f"Going on with {session.head.ref}; {plural(resumed.kept, 'answer')} kept."
    if resumed.left_out:
        yield f"Not used, for the questionnaire has no place for it: {'; '.join(resumed.left_out)}."


def saved_text(session: Session) -> str:
    """Whether the last answers are saved, in a few words."""
    if session.not_saved:
        return f"NOT SAVED: {session.not_saved}"
    if session.off_the_record:
        return "nothing is kept on disk"
    return f"saved {time_of_day(session.at)}" if session.log or session.call != NO_CALL_DATA else ""


def not_saved_text(session: Session) -> str:
    """That the last answers are not saved, and why."""
    return paragraphs(
        f"NOT SAVED. The answers are kept in this window only; it is tried again. Why: {session.not_saved}."
    )


def farewell(session: Session, columns: int = WIDTH, *, window_not_empty: bool = False) -> str:
    """The last words, in lines of so many columns.

    Whether there is a suggestion, the signs of danger in a draft, whom to call after danger, where the record is, and,
    if asked for, that the window still shows the answers. No word is broken, nor a command that fits in a line, so that
    it can be copied.
    """
    if isinstance(session.page, Discarded):
        return f"\nThe draft {session.head.ref} is deleted.\n"
    parts = [] if session.record.final else ["The interview is not finished; there is no suggestion."]
    parts += [*record_notices(session.record), *(f"{waiting}." for waiting in waiting_danger(session))]
    danger_signs = " ".join(danger_signs_texts(session)) if not session.record.final else ""
    parts += [danger_signs] if danger_signs else []
    if danger_signs or session.danger() or session.record.danger_waits:
        parts += _whom_to_call(session.compiled.questionnaire)
    if session.not_saved:
        parts.append(f"NOT SAVED: {session.not_saved}. The last answers are lost.")
    elif session.off_the_record:
        parts.append("Nothing was kept on disk.")
    elif session.last_saved is not None:
        words, command = _where_saved(session, session.last_saved)
        parts += [f"{words} {command}"] if len(f"{words} {command}") <= columns else [words, command]
    if window_not_empty:
        parts.append(WINDOW_NOT_EMPTY)
    return "\n" + "".join(f"{_filled(part, columns)}\n" for part in parts)


def _filled(text: str, columns: int) -> str:
    """A text in lines of so many columns, broken at blanks only: half a phone number helps nobody."""
    return textwrap.fill(text, columns, break_long_words=False, break_on_hyphens=False)


def _where_saved(session: Session, record: Record) -> tuple[str, str]:
    """What was saved, and the command that opens it."""
    ref = f"{record.head.ref} --practice" if record.head.practice else record.head.ref
    unchanged = record.head.revision != session.head.revision
    if not record.final and not unchanged:
        return f"Saved as {record.head.ref}. To go on:", f"iop-screen interview --resume {ref}"
    done = "Nothing was changed" if unchanged else f"Saved as {record.head.ref}"
    return f"{done}. To read it:", f"iop-screen records show {ref}"
