"""What is said at the start and at the end of an interview, and whether it is on disk."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.interview.state import Session
from iop_screen.interview.wording.danger_page import clock, waiting_danger
from iop_screen.interview.wording.page_text import COMMANDS, listed
from iop_screen.interview.wording.replies import reply_text
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.records.model import Record
from iop_screen.report.wording import paragraphs


def opening_lines(session: Session) -> str:
    """The first lines of an interview."""
    questionnaire = session.compiled.questionnaire
    parts = [
        f"{questionnaire.title}. Line mode: type an answer and press Enter.",
        questionnaire.disclaimer,
        *in_danger(questionnaire),
        f"Reference {session.head.ref}. Answer, or type: {listed(COMMANDS)}.",
        *(reply_text(session, reply) for reply in session.replies),
        *(f"{waiting}. Type ! for whom to call." for waiting in waiting_danger(session)),
    ]
    return "\n".join(paragraphs(str(part)) for part in parts) + "\n"


def in_danger(questionnaire: Questionnaire) -> Iterator[str]:
    """Whom to call if somebody is in danger already, for no question may stand before that."""
    named = questionnaire.contacts_of(questionnaire.interrupt())
    if named:
        yield f"If someone is in danger now: {'; '.join(f'{contact.name}, {contact.reach}' for contact in named)}."


STILL_SHOWN = "This window still shows the answers. To empty it, type: clear\n"


def farewell(session: Session) -> str:
    """What is said at the end: whether there is a suggestion, whom to call after danger, and where the record is."""
    parts = [] if session.record.final else ["The interview is not finished; there is no suggestion."]
    parts += [f"{waiting}." for waiting in waiting_danger(session)]
    if session.danger() or session.record.danger_waits:
        parts += in_danger(session.compiled.questionnaire)
    if session.not_saved:
        parts.append(f"NOT SAVED: {session.not_saved}. The last answers are lost.")
    elif session.off_the_record:
        parts.append("Nothing was kept on disk.")
    elif session.last_saved is not None:
        parts.append(_on_disk(session, session.last_saved))
    return "\n" + "".join(paragraphs(part) + "\n" for part in parts)


def _on_disk(session: Session, record: Record) -> str:
    """What is on disk, and what can be done with it."""
    ref = record.head.ref
    if record.head.revision != session.head.revision:
        return f"Nothing was changed. To read it: iop-screen records show {ref}"
    if record.final:
        return f"Saved as {ref}. To read it: iop-screen records show {ref}"
    return f"Saved as {ref}. To go on: iop-screen interview --resume {ref}"


def kept_text(session: Session) -> str:
    """Whether what was said is on disk."""
    if session.not_saved:
        return f"NOT SAVED: {session.not_saved}"
    if session.off_the_record:
        return "nothing is kept on disk"
    return f"saved {clock(session.at)}" if session.log else ""


def not_saved_text(session: Session) -> str:
    """That the last answers are not on disk, and why."""
    kept = "The answers are kept in this window only; it is tried again."
    return paragraphs(f"NOT SAVED. {kept} Why: {session.not_saved}.")
