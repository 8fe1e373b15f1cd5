"""The pages of a decision: what is asked next, and what can be typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.engine.judgement import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.deciding import DecisionStep, first_steps, needs_note, next_step, selectable
from iop_screen.interview.pages import DecisionPage
from iop_screen.interview.state import Session
from iop_screen.records.model import DecisionReason
from iop_screen.report.record_history import DECISION_REASON_TEXTS, first_step_text, selected_text
from iop_screen.report.wording import suggestion_text


def deciding_lines(session: Session, page: DecisionPage) -> Iterator[str]:
    """What stands above the next thing to say about a decision."""
    compiled = session.compiled
    match next_step(session, page):
        case DecisionStep.SELECTED:
            yield f"What was chosen? The suggestion was: {suggestion_text(session.result())}."
            yield from numbered(selected_text(selected, compiled) for selected in selectable(compiled))
        case DecisionStep.FIRST_STEP:
            yield "What comes first, as it was decided?"
            yield from numbered(first_step_text(step, compiled) for step in first_steps(compiled))
        case DecisionStep.BECAUSE:
            settled = session.result().suggestion not in {UNDETERMINED, OUT_OF_SCOPE}
            yield "That is not the suggestion. Why?" if settled else "No level was suggested. Why this choice?"
            yield from numbered(DECISION_REASON_TEXTS[because] for because in DecisionReason)
        case DecisionStep.CLINICIAN:
            yield "It may be less than is needed, or there was danger on this call."
            yield "A licensed clinician has to stand for this choice: type their name."
        case DecisionStep.RISK:
            yield "What may go wrong with this choice, and who watches for it? Type it in a few words."
        case DecisionStep.BY:
            yield "Who records this? Type initials or a name."
        case DecisionStep.NOTE if needs_note(page):
            yield "Say in a few words what was chosen, or why."
        case DecisionStep.NOTE:
            yield "A note on the decision, if you like. Enter alone leaves it out."


def numbered(texts: Iterable[str]) -> Iterator[str]:
    """Texts with the numbers that one picks them by."""
    return (f"{number}. {text}" for number, text in enumerate(texts, start=1))


def deciding_prompt(session: Session, page: DecisionPage) -> str:
    """What can be typed next about a decision."""
    return {
        DecisionStep.SELECTED: f"1 to {len(selectable(session.compiled))}, b back",
        DecisionStep.FIRST_STEP: f"1 to {len(first_steps(session.compiled))}, b back",
        DecisionStep.BECAUSE: f"1 to {len(DecisionReason)}, b back",
        DecisionStep.CLINICIAN: "Clinician, or b back",
        DecisionStep.RISK: "Risk, or b back",
        DecisionStep.BY: "Recorded by, or b back",
        DecisionStep.NOTE: "Note, or b back",
    }[next_step(session, page)]
