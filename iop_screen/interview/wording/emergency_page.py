"""Danger in words: since when it waits for action, and the emergency page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iop_screen.interview.pages import EmergencyPage
from iop_screen.interview.state import Session
from iop_screen.report.result_text import emergency_passages
from iop_screen.report.wording import Passage


def time_of_day(moment: datetime) -> str:
    """A moment as the local time of day."""
    return f"{moment.astimezone():%H:%M:%S}"


def waiting_danger(session: Session) -> Iterator[str]:
    """One sentence if there was danger and nobody has marked yet that they acted on it; else nothing."""
    since = session.record.danger_since
    if since is not None:
        day = "" if since.astimezone().date() == session.at.astimezone().date() else f"{since.astimezone():%Y-%m-%d} "
        yield f"DANGER since {day}{time_of_day(since)}, not marked as acted on"


def emergency_page(session: Session) -> tuple[Passage, ...]:
    """The emergency page: whom to call, before everything else.

    A questionnaire without an interrupt step still has contacts, and there is always the emergency number.
    """
    rules = session.page.rules if isinstance(session.page, EmergencyPage) else ()
    contacts = session.compiled.questionnaire.contacts
    return tuple(emergency_passages(session.compiled, (str(rule.because) for rule in rules))) or (
        Passage("*** DANGER ***"),
        Passage("Call your local emergency number now if someone is in danger."),
        *(Passage(f"- {contact.name}: {contact.reach}") for contact in contacts),
    )
