"""The pages about the call itself: its header, what was done about danger, how it ended, and a draft to be deleted."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.interview.calling import ACTIONS, OUTCOMES, can_discard, field_choices
from iop_screen.interview.pages import ActedPage, CallEndPage, CallFieldPage, CallPage, ClearPage, DiscardPage
from iop_screen.interview.state import Session
from iop_screen.interview.wording.emergency_page import call_caution
from iop_screen.records.call_data import CALLER_TEXTS, FIELD_NAMES, NOT_FILLED_IN, Caller, CallField, field_text
from iop_screen.report.record_history import CALL_OUTCOME_TEXTS, DANGER_ACTION_TEXTS
from iop_screen.report.wording import answer_text

_HINTS = {
    CallField.CALLER: "The questions are then read to the person as you, or to somebody else about them.",
    CallField.SAFE_TO_TALK: "Can they be overheard? If they cannot talk now, ask when to call back.",
    CallField.WHERE: "An address, or what is near, so that help can find them.",
    CallField.CALL_BACK: "In case the call breaks off. Ask if it is safe to leave a message.",
    CallField.LANGUAGE: "The language that the person speaks best.",
    CallField.INTERPRETER: "Whether an interpreter is needed for this call.",
    CallField.REFERENCE: "Your own file reference, not a name.",
}


AboutCall = CallPage | CallFieldPage | ActedPage | ClearPage | CallEndPage | DiscardPage


def about_call_lines(session: Session, page: AboutCall) -> Iterator[str]:
    """A page about the call as paragraphs."""
    match page:
        case CallPage():
            return call_lines(session)
        case CallFieldPage():
            return field_lines(session, page)
        case ActedPage():
            return acted_lines()
        case ClearPage():
            return clear_lines(session, page)
        case CallEndPage():
            return call_end_lines(session)
        case DiscardPage():
            return discard_lines(session)


def call_lines(session: Session) -> Iterator[str]:
    """The header of the call: each field with its number and what it says."""
    yield "The call. None of this is asked for; no rule reads it, and it is kept apart from the answers."
    for number, field in enumerate(CallField, start=1):
        caution = call_caution(session) if field is CallField.CALL_BACK else ()
        yield " ".join([f"{number}. {FIELD_NAMES[field]}: {_field_or_none(session, field)}", *caution])
    yield "Type a number to fill it in. Enter alone goes on with what is not filled in."


def _field_or_none(session: Session, field: CallField) -> str:
    return field_text(session.call, field) or NOT_FILLED_IN


def field_lines(session: Session, page: CallFieldPage) -> Iterator[str]:
    """What stands above the place where a field is filled in."""
    yield f"{FIELD_NAMES[page.field]}. {_HINTS[page.field]}"
    for number, choice in enumerate(field_choices(page.field), start=1):
        yield f"{number}. {CALLER_TEXTS[choice] if isinstance(choice, Caller) else choice.value}"
    if text := field_text(session.call, page.field):
        yield f"So far: {text}"
    yield "Enter alone changes nothing; - alone takes it away."


def field_prompt(page: CallFieldPage) -> str:
    """What can be typed there."""
    choices = field_choices(page.field)
    return f"1 to {len(choices)}" if choices else FIELD_NAMES[page.field]


def acted_lines() -> Iterator[str]:
    """What can have been done about danger, in one line with numbers."""
    yield "What was done? Type a number and Enter; or a number, a comma and words, which become part of the record."
    yield ", ".join(f"{number} {DANGER_ACTION_TEXTS[action]}" for number, action in enumerate(ACTIONS, start=1))


def call_end_lines(session: Session) -> Iterator[str]:
    """How a call can end, with numbers; and what becomes of a draft. The choices stand first, for a low screen."""
    yield "How did the call end? A number, and Enter."
    for number, outcome in enumerate(OUTCOMES, start=1):
        yield f"{number}. {CALL_OUTCOME_TEXTS[outcome]}"
    if can_discard(session):
        yield "x. delete this draft, for it is not wanted"
    yield from call_caution(session)
    yield (
        "Words may follow the number: when to call back, which record, to whom. They become part of the record. "
        "A phone number goes into the call instead: t. Enter alone goes back."
    )


def discard_lines(session: Session) -> Iterator[str]:
    """What is typed to delete a draft."""
    yield f"This deletes the draft {session.head.ref} with all its answers. There is no way back."
    yield f"Type {session.head.ref} and Enter to delete it. Enter alone keeps it."


def clear_lines(session: Session, page: ClearPage) -> Iterator[str]:
    """The questions about danger that do not rule it out, before it is marked that nobody is in danger."""
    yield "These questions about danger do not rule it out:"
    for index in page.indexes:
        answer = answer_text(session.compiled.questions[index], session.answers.values[index])
        yield f"- {session.ask(index)} [{answer}]"
    yield "Is it certain that nobody is in danger?"
