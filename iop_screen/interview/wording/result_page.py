"""The page of the result, with the danger that waits for action and the decision that was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.interview.pages import SoFarPage
from iop_screen.interview.state import Session
from iop_screen.interview.wording.danger_page import waiting_danger
from iop_screen.report.blocks import Fields, Paragraph
from iop_screen.report.record_history import decision, raised
from iop_screen.report.result_text import result_passages, separated
from iop_screen.report.wording import Passage, as_lines, items

OUT_OF_SCOPE_TEXT = "These questions are not made for this person, so no level is suggested."


def result_text(session: Session) -> str:
    """The page as text."""
    return as_lines(result_page(session)) + "\n"


def result_page(session: Session) -> Iterator[Passage]:
    """The result so far, or the result with the decision."""
    title = [Passage("RESULT SO FAR: THE INTERVIEW IS NOT FINISHED")] if isinstance(session.page, SoFarPage) else []
    scope = [OUT_OF_SCOPE_TEXT] if session.out_of_scope() else []
    remarks = tuple(map(Passage, (*waiting_danger(session), *raised(session.record), *scope)))
    danger = session.record.danger_raised
    result = result_passages(session.explanation(), session.compiled, remarks, _decision(session), raised=danger)
    return separated(title, result)


def decision_text(session: Session) -> str:
    """The decision alone, for a result that was shown before."""
    decided = _decision(session)
    return f"\n{as_lines(decided)}\n\n" if decided else "\n"


def _decision(session: Session) -> tuple[Passage, ...]:
    """The decision, if one was recorded; or that it does not stand any more."""
    texts = []
    for block in decision(session.record, session.compiled):
        if isinstance(block, Fields):
            texts += [f"{name}: {values[0]}" for name, values in block.pairs]
        if isinstance(block, Paragraph) and block.tone:
            texts.append(block.text)
    return items("What was chosen", texts)
