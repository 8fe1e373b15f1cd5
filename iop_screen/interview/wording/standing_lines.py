"""What stands above every page as long as it holds: practice, danger, no level, and that a record was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from iop_screen.interview.pages import ActedPage, ClearPage, EmergencyPage, ResultPage, SoFarPage
from iop_screen.interview.state import Session
from iop_screen.interview.wording.emergency_page import danger_questions_left, waiting_danger
from iop_screen.records.model import DangerActedOn, EmergencyShown, Record
from iop_screen.report.chain_text import BROKEN_MARK, broken_text, kept_apart_text
from iop_screen.report.wording import PRACTICE, paragraphs


@dataclass(frozen=True, slots=True)
class StandingLine:
    """One line above a page, in full and in few words. `alarm`: it asks for something to be done."""

    text: str
    short: str
    alarm: bool = False


def standing_lines(session: Session) -> Iterator[StandingLine]:
    """The lines that stand above the page, in the order of their weight."""
    if session.head.practice:
        yield StandingLine(PRACTICE, "PRACTICE")
    if not isinstance(session.page, EmergencyPage):
        for danger in waiting_danger(session):
            press = "" if isinstance(session.page, ActedPage | ClearPage) else ": press !"
            yield StandingLine(f"{danger}{press}", f"{danger.partition(',')[0]}{press}", alarm=True)
        yield from (StandingLine(acted, acted) for acted in danger_acted_on(session))
        yield from _scope_lines(session)
        yield from _record_lines(session.record)


def _scope_lines(session: Session) -> Iterator[StandingLine]:
    """That no level is suggested for this person, and which questions about danger are left, as they count now.

    The numbers are reckoned anew for each page, for an answer can open questions or close them. The page of a result
    says it in its own words.
    """
    if not session.out_of_scope() or isinstance(session.page, SoFarPage | ResultPage):
        return
    left = [*map(str, danger_questions_left(session))]
    if left:
        text = f"Not made for this person: no level. Still ask about danger: {', '.join(left)}"
        yield StandingLine(text, f"No level. Ask about danger: {','.join(left)}")
    else:
        yield StandingLine("No level: hand the call to a clinician", "No level: hand the call to a clinician")


def _record_lines(record: Record) -> Iterator[StandingLine]:
    """That the chain of the record is broken, and that it was kept apart."""
    broken, apart = broken_text(record), kept_apart_text(record)
    if broken:
        yield StandingLine(broken, f"{BROKEN_MARK}: records verify {record.head.ref}", alarm=True)
    if apart:
        yield StandingLine(apart, f"Kept apart from {record.kept_apart_from}")


def danger_acted_on(session: Session) -> Iterator[str]:
    """When danger was answered and when somebody acted, until it is marked that nobody is in danger."""
    alarms = session.record.alarms
    if alarms and isinstance(alarms[-1], DangerActedOn):
        shown = [mark for mark in alarms if isinstance(mark, EmergencyShown)]
        by_answer = [mark for mark in shown if mark.rules]
        what = "Danger answered" if by_answer else "Danger page opened"
        yield f"{what} {_clock((by_answer or shown)[-1].at, session.at)}; acted {_clock(alarms[-1].at, session.at)}"


def _clock(at: datetime, now: datetime) -> str:
    """A time of day, with its date if that is not today's."""
    local = at.astimezone()
    return f"{local:%H:%M}" if local.date() == now.astimezone().date() else f"{local:%Y-%m-%d %H:%M}"


def standing_text(session: Session) -> str:
    """The same as text above a page of line mode."""
    lines = (line.text.replace(": press !", ". Type ! for whom to call") for line in standing_lines(session))
    return "".join(f"\n{paragraphs(f'{line}.')}\n" for line in lines)
