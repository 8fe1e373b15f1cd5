"""The result page of an interview: with the danger that waits, and with what was chosen."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.interview.pages import SoFarPage
from iop_screen.interview.state import Session
from iop_screen.interview.wording.danger_page import waiting_danger
from iop_screen.report.blocks import Fields, Paragraph
from iop_screen.report.record_history import decision, raised
from iop_screen.report.result_text import result_passages, separated
from iop_screen.report.wording import Passage, as_lines, items


def result_text(session: Session) -> str:
    """The result page as text."""
    return as_lines(result_page(session)) + "\n"


def result_page(session: Session) -> Iterator[Passage]:
    """The result page: as things stand, or at the end with what was chosen."""
    so_far = [Passage("RESULT SO FAR: THE INTERVIEW IS NOT FINISHED")] if isinstance(session.page, SoFarPage) else []
    known = [*waiting_danger(session), *raised(session.record), *([OUT] if session.out_of_scope() else [])]
    explanation, compiled, was_raised = session.explanation(), session.compiled, session.record.danger_raised
    remarks = tuple(map(Passage, known))
    return separated(so_far, result_passages(explanation, compiled, remarks, _decision(session), raised=was_raised))


OUT = "These questions are not made for this person, so no level is suggested."


def result_again(session: Session) -> str:
    """What is shown of a result that has been read already: what was chosen."""
    chosen = _decision(session)
    return f"\n{as_lines(chosen)}\n\n" if chosen else "\n"


def _decision(session: Session) -> tuple[Passage, ...]:
    """What was chosen, if that has been recorded; or that it does not stand any more."""
    said = []
    for block in decision(session.record, session.compiled):
        if isinstance(block, Fields):
            said += [f"{name}: {texts[0]}" for name, texts in block.pairs]
        if isinstance(block, Paragraph) and block.tone:
            said.append(block.text)
    return items("What was chosen", said)
