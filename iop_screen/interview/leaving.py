"""How an interview is left: at once, or first past danger that waits and answers that are not saved."""

from __future__ import annotations

from iop_screen.interview.pages import EmergencyPage, Finished, LeavePage, LeftUnfinished, Notice
from iop_screen.interview.state import Session, on_page, to_emergency, with_reply


def leave(session: Session, *, next_caller: bool) -> Session:
    """Leave the interview; first show the emergency page if danger waits, or a warning if answers are not saved."""
    if isinstance(session.page, LeavePage):
        return leave_now(session, next_caller=session.page.next_caller)
    if session.record.final and session.record.danger_waits and not isinstance(session.page, EmergencyPage):
        return with_reply(to_emergency(session), Notice.DANGER_WAITS)
    if session.not_saved:
        return on_page(session, LeavePage(session.page, next_caller))
    return leave_now(session, next_caller=next_caller)


def leave_now(session: Session, *, next_caller: bool) -> Session:
    """End the interview without further checks."""
    return on_page(session, Finished(next_caller) if session.record.final else LeftUnfinished())
