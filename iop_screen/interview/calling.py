"""The call itself: its header, what was done about danger, how it ended, and a draft that is not wanted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from iop_screen.interview.answer_input import holds_phone_number, too_long
from iop_screen.interview.leaving import leave
from iop_screen.interview.pages import (
    ActedPage,
    CallEndPage,
    CallFieldKept,
    CallFieldPage,
    CallPage,
    ClearPage,
    Discarded,
    DiscardPage,
    EmergencyPage,
    Notice,
    Request,
)
from iop_screen.interview.state import Session, on_page, to_emergency, with_log_entry, with_reply
from iop_screen.records.call_data import Caller, CallField, YesNo, with_field
from iop_screen.records.model import CallEnded, CallOutcome, DangerActedOn, DangerAction, DangerCleared
from iop_screen.records.references import parse_reference
from iop_screen.report.danger_state import danger_findings

ACTIONS = tuple(DangerAction)
"""What can have been done about danger, in the order of the numbers."""

NUMBERS_TO_CALL = {"911": "1", "988": "2"}
"""What somebody may type in place of the number of an action, because it was called."""

OUTCOMES = (
    CallOutcome.HUNG_UP,
    CallOutcome.CALL_BACK,
    CallOutcome.WRONG_NUMBER,
    CallOutcome.DUPLICATE,
    CallOutcome.REFERRED,
    CallOutcome.FINISHED,
)
"""How a call can end, in the order of the numbers."""


def field_choices(field: CallField) -> tuple[Caller | YesNo, ...]:
    """What can be chosen for a field, in the order of its numbers; nothing where words are typed."""
    match field:
        case CallField.CALLER:
            return tuple(Caller)
        case CallField.SAFE_TO_TALK | CallField.INTERPRETER:
            return tuple(YesNo)
        case CallField.WHERE | CallField.CALL_BACK | CallField.LANGUAGE | CallField.REFERENCE:
            return ()


def next_field(session: Session) -> CallField | None:
    """The first field that is not filled in."""
    return next((field for field in CallField if not getattr(session.call, field.value)), None)


def open_field(session: Session, page: CallPage, number: str) -> Session:
    """To the field with this number, counted from 1; without one, to the first that is not filled in, or back."""
    if not number:
        field = next_field(session)
        return on_page(session, page.back if field is None else CallFieldPage(field, page))
    fields = tuple(CallField)
    if not re.fullmatch("[0-9]{1,2}", number) or not 1 <= int(number) <= len(fields):
        return with_reply(session, Notice.NOT_UNDERSTOOD)
    return on_page(session, CallFieldPage(fields[int(number) - 1], page))


def take_field(session: Session, page: CallFieldPage, text: str) -> Session:
    """Fill in a field, and back to the header. Enter alone changes nothing, a dash alone empties the field."""
    if not text:
        return on_page(session, page.back)
    if too_long(text):
        return with_reply(session, Notice.TOO_LONG)
    value = _field_value(page.field, text)
    if value is None and text != "-":
        return with_reply(session, Notice.NOT_UNDERSTOOD)
    call = with_field(session.call, page.field, value)
    request = Request.FIND_REFERENCE if page.field is CallField.REFERENCE and value is not None else None
    kept = on_page(replace(session, call=call, request=request), page.back)
    return with_reply(kept, CallFieldKept(page.field))


def _field_value(field: CallField, text: str) -> Caller | YesNo | str | None:
    """What a text stands for in a field; None for a dash, and for what cannot be chosen."""
    choices = field_choices(field)
    if not choices:
        return None if text == "-" else text
    words = {name: choice for number, choice in enumerate(choices, 1) for name in (str(number), choice.value)}
    short = {YesNo.YES.value[0]: YesNo.YES, YesNo.NO.value[0]: YesNo.NO}
    return words.get(text.casefold()) or (short.get(text.casefold()) if YesNo.YES in choices else None)


def take_action(session: Session, page: ActedPage, text: str) -> Session:
    """Mark what was done about danger: a number, then a comma and words if there is more to say; or words alone.

    Words that only begin with a number are not taken for it: "2 officers are here" is something else that was done.
    """
    if not text:
        return with_reply(on_page(session, page.back), Notice.NO_ACTION)
    if too_long(text):
        return with_reply(session, Notice.TOO_LONG)
    action, words = _numbered(NUMBERS_TO_CALL.get(text, text), ACTIONS, parted_by=r" *[,:;.)]")
    if action is None and sum(map(str.isalpha, words)) < 2:
        return with_reply(session, Notice.NOT_UNDERSTOOD)
    acted = DangerActedOn(session.at, action or DangerAction.OTHER, words)
    return with_reply(on_page(with_log_entry(session, acted), page.back), Notice.DANGER_ACTED_ON)


def clear_danger(session: Session, page: EmergencyPage) -> Session:
    """Mark that nobody is in danger.

    Ask once more where a question about danger has no answer yet, or one that is a sign of danger.
    """
    asked, compiled = session.asked_indexes(), session.compiled
    found = (compiled.index_of(finding.question.id) for finding in danger_findings(session.record, compiled))
    indexes = tuple(index for index in found if index in asked)
    return on_page(session, ClearPage(indexes, page)) if indexes else clear_now(session, page)


def clear_now(session: Session, page: EmergencyPage) -> Session:
    """Mark that nobody is in danger, and go back to where the emergency page came from."""
    cleared = with_log_entry(session, DangerCleared(session.at))
    return with_reply(on_page(cleared, page.back), Notice.DANGER_CLEARED)


def take_call_end(session: Session, page: CallEndPage, text: str) -> Session:
    """Record how the call ended, and end the interview, past danger that waits.

    Enter alone goes back, `x` is for a draft nobody wants. A phone number is not taken: the record keeps what is typed
    here, and `records forget --call` would leave it.
    """
    if not text:
        return on_page(session, page.back)
    if text.casefold() == "x" and can_discard(session):
        return on_page(session, DiscardPage(page))
    if too_long(text):
        return with_reply(session, Notice.TOO_LONG)
    outcome, words = _numbered(text, OUTCOMES)
    if outcome is None:
        return with_reply(session, Notice.NOT_UNDERSTOOD)
    if holds_phone_number(words):
        return with_reply(session, Notice.NUMBER_IN_WORDS)
    ended = on_page(with_log_entry(session, CallEnded(session.at, outcome, words)), page.back)
    if ended.record.danger_waits:
        on_it = isinstance(page.back, EmergencyPage)
        return with_reply(ended if on_it else to_emergency(ended), Notice.DANGER_WAITS)
    return leave(ended, next_caller=False)


def can_discard(session: Session) -> bool:
    """Whether this is a draft that may be deleted: no result was shown, and no danger waits."""
    return not session.record.final and not session.record.danger_waits


def take_discard(session: Session, page: DiscardPage, text: str) -> Session:
    """Delete the draft if its reference was typed; else keep it."""
    if parse_reference(text) == session.head.ref:
        return on_page(session, Discarded())
    return with_reply(on_page(session, page.back.back), Notice.NOT_DISCARDED)


_Choice = TypeVar("_Choice")


def _numbered(text: str, choices: Sequence[_Choice], parted_by: str = r"[ ,.:;)-]+") -> tuple[_Choice | None, str]:
    """The choice whose number begins the text, and the words after it; no choice if it begins with no such number."""
    found = re.fullmatch(rf"([0-9])(?:{parted_by}(.*))?", text, re.DOTALL)
    if found is None or not 1 <= int(found[1]) <= len(choices):
        return None, text
    return choices[int(found[1]) - 1], (found[2] or "").strip()
