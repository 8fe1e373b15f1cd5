"""The page of a decision: what is asked at each step, and what can be typed."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.deciding import DecisionStep, choices, needs_note, next_step
from iop_screen.interview.pages import DecisionPage
from iop_screen.interview.state import Session
from iop_screen.records.model import DecisionReason
from iop_screen.report.record_history import BECAUSE, first_step_text, selected_text
from iop_screen.report.wording import suggestion_text


def decision_lines(session: Session, page: DecisionPage) -> Iterator[str]:
    """The question of the next step, and the numbered choices."""
    compiled = session.compiled
    step = next_step(session, page)
    match step:
        case DecisionStep.SELECTED:
            yield f"What was chosen? The suggestion was: {suggestion_text(session.result())}."
        case DecisionStep.FIRST_STEP:
            yield "What comes first, as it was decided?"
        case DecisionStep.BECAUSE:
            settled = session.result().suggestion not in {UNDETERMINED, OUT_OF_SCOPE}
            yield "That is not the suggestion. Why?" if settled else "No level was suggested. Why this choice?"
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
    for number, choice in enumerate(choices(step, compiled), start=1):
        yield f"{number}. {_choice_text(choice, step, compiled)}"


def _choice_text(choice: str | DecisionReason, step: DecisionStep, compiled: CompiledQuestionnaire) -> str:
    if isinstance(choice, DecisionReason):
        return BECAUSE[choice]
    return selected_text(choice, compiled) if step is DecisionStep.SELECTED else first_step_text(choice, compiled)


def decision_prompt(session: Session, page: DecisionPage) -> str:
    """What can be typed at the next step."""
    step = next_step(session, page)
    expected = {
        DecisionStep.CLINICIAN: "Clinician, or",
        DecisionStep.RISK: "Risk, or",
        DecisionStep.BY: "Recorded by, or",
        DecisionStep.NOTE: "Note, or",
    }.get(step) or f"1 to {len(choices(step, session.compiled))},"
    return f"{expected} b back"
