"""Danger, as pages say it: since when it waits, and the emergency page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iop_screen.interview.pages import EmergencyPage
from iop_screen.interview.state import Session
from iop_screen.report.result_text import emergency_passages
from iop_screen.report.wording import Passage, paragraphs


def clock(moment: datetime) -> str:
    """A moment as the time of day where the coordinator is."""
    return f"{moment.astimezone():%H:%M:%S}"


def waiting_danger(session: Session) -> Iterator[str]:
    """That there was danger before, and that nobody has marked yet that they acted; else nothing."""
    since = session.record.danger_since
    if since is not None:
        day = "" if since.astimezone().date() == session.at.astimezone().date() else f"{since.astimezone():%Y-%m-%d} "
        yield f"DANGER since {day}{clock(since)}, not marked as acted on"


def waiting_text(session: Session) -> str:
    """The danger that waits, above a page."""
    return "".join(f"\n{paragraphs(f'{said}. Type ! for whom to call.')}\n" for said in waiting_danger(session))


def emergency_page(session: Session) -> tuple[Passage, ...]:
    """The emergency page: whom to call before everything else, and whether somebody has acted."""
    rules = session.page.rules if isinstance(session.page, EmergencyPage) else ()
    shown = tuple(emergency_passages(session.compiled, (str(rule.because) for rule in rules)))
    return shown or tuple(map(Passage, _no_emergency_step(session)))


def _no_emergency_step(session: Session) -> Iterator[str]:
    """A questionnaire without an interrupt step still has contacts, and there is always the emergency number."""
    yield "*** DANGER ***"
    yield "Call your local emergency number now if someone is in danger."
    for contact in session.compiled.questionnaire.contacts:
        yield f"- {contact.name}: {contact.reach}"
