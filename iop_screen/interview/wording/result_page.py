"""The result page of an interview: with the danger that waits, and with what was chosen."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.interview.pages import SoFarPage
from iop_screen.interview.state import Session
from iop_screen.interview.wording.danger_page import waiting_danger
from iop_screen.report.blocks import Fields, Paragraph
from iop_screen.report.record_history import danger_mark_texts, decision_blocks
from iop_screen.report.result_text import result_passages, with_blank_lines
from iop_screen.report.wording import Passage, passages_text, titled_list


def result_text(session: Session) -> str:
    """The result page as text."""
    return passages_text(result_page(session)) + "\n"


def result_page(session: Session) -> Iterator[Passage]:
    """The result page: as things stand, or at the end with what was chosen."""
    so_far = [Passage("RESULT SO FAR: THE INTERVIEW IS NOT FINISHED")] if isinstance(session.page, SoFarPage) else []
    known = [*waiting_danger(session), *danger_mark_texts(session.record), *([OUT] if session.out_of_scope() else [])]
    explanation, compiled, danger_raised = session.explanation(), session.compiled, session.record.danger_raised
    remarks = tuple(map(Passage, known))
    return with_blank_lines(
        so_far, result_passages(explanation, compiled, remarks, _decision(session), danger_raised=danger_raised)
    )


OUT = "These questions are not made for this person, so no level is suggested."


def result_again(session: Session) -> str:
    """What is shown of a result that has been read already: what was chosen."""
    chosen = _decision(session)
    return f"\n{passages_text(chosen)}\n\n" if chosen else "\n"


def _decision(session: Session) -> tuple[Passage, ...]:
    """What was chosen, if that has been recorded; or that it does not stand any more."""
    said = []
    for block in decision_blocks(session.record, session.compiled):
        if isinstance(block, Fields):
            said += [f"{name}: {texts[0]}" for name, texts in block.pairs]
        if isinstance(block, Paragraph) and block.tone:
            said.append(block.text)
    return titled_list("What was chosen", said)
