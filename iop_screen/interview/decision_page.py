"""The pages of a decision: what is asked next, and what can be typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.engine.suggest import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.deciding import Step, first_steps, needs_note, next_step, selectable
from iop_screen.interview.pages import Deciding
from iop_screen.interview.state import Session
from iop_screen.records.model import Because
from iop_screen.report.history import BECAUSE, first_step_text, selected_text
from iop_screen.report.wording import suggestion_text


def deciding_lines(session: Session, page: Deciding) -> Iterator[str]:
    """What stands above the next thing to say about a decision."""
    instrument = session.instrument
    match next_step(session, page):
        case Step.SELECTED:
            yield f"What was chosen? The suggestion was: {suggestion_text(session.result())}."
            yield from numbered(selected_text(selected, instrument) for selected in selectable(instrument))
        case Step.FIRST_STEP:
            yield "What comes first, as it was decided?"
            yield from numbered(first_step_text(step, instrument) for step in first_steps(instrument))
        case Step.BECAUSE:
            settled = session.result().suggestion not in {UNDETERMINED, OUT_OF_SCOPE}
            yield "That is not the suggestion. Why?" if settled else "No level was suggested. Why this choice?"
            yield from numbered(BECAUSE[because] for because in Because)
        case Step.CLINICIAN:
            yield "It may be less than is needed, or there was danger on this call."
            yield "A licensed clinician has to stand for this choice: type their name."
        case Step.RISK:
            yield "What may go wrong with this choice, and who watches for it? Type it in a few words."
        case Step.BY:
            yield "Who records this? Type initials or a name."
        case Step.NOTE if needs_note(page):
            yield "Say in a few words what was chosen, or why."
        case Step.NOTE:
            yield "A note on the decision, if you like. Enter alone leaves it out."


def numbered(texts: Iterable[str]) -> Iterator[str]:
    """Texts with the numbers that one picks them by."""
    return (f"{number}. {text}" for number, text in enumerate(texts, start=1))


def deciding_prompt(session: Session, page: Deciding) -> str:
    """What can be typed next about a decision."""
    return {
        Step.SELECTED: f"1 to {len(selectable(session.instrument))}, b back",
        Step.FIRST_STEP: f"1 to {len(first_steps(session.instrument))}, b back",
        Step.BECAUSE: f"1 to {len(Because)}, b back",
        Step.CLINICIAN: "Clinician, or b back",
        Step.RISK: "Risk, or b back",
        Step.BY: "Recorded by, or b back",
        Step.NOTE: "Note, or b back",
    }[next_step(session, page)]
