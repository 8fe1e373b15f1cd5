"""The page of the result, and the page on which the decision is recorded, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.deciding import DecisionStep, choices, needs_note, next_step
from iop_screen.interview.pages import DecisionPage, ResultPart, ResultPartPage, SoFarPage
from iop_screen.interview.state import Session
from iop_screen.interview.wording.emergency_page import danger_questions_left, waiting_danger
from iop_screen.records.model import DecisionReason
from iop_screen.report.blocks import Block, Fields, Paragraph
from iop_screen.report.chain_text import record_notices
from iop_screen.report.first_screen import FirstScreen, first_screen
from iop_screen.report.headline import quoted
from iop_screen.report.questionnaire_version import version_texts
from iop_screen.report.record_history import (
    DECISION_REASON_TEXTS,
    chosen_first_step_text,
    danger_mark_texts,
    decision_blocks,
    selected_text,
)
from iop_screen.report.result_text import (
    NO_LEVEL,
    InterviewContext,
    advice_part,
    open_part,
    result_blocks,
    source_part,
    why_part,
)
from iop_screen.report.screen_text import screen_text
from iop_screen.report.wording import suggestion_text

NOTHING_OPEN = "No answer is missing that could change the result."


def result_text(session: Session) -> str:
    """The page as text."""
    return screen_text(result_page(session)) + "\n"


def result_page(session: Session) -> Iterator[Block]:
    """The result so far, the result with the decision, or the part of it that the page shows."""
    part = session.page.part if isinstance(session.page, ResultPartPage) else ResultPart.ALL
    explanation, compiled, context = session.explanation(), session.compiled, _context(session)
    match part:
        case ResultPart.ALL:
            yield from result_blocks(explanation, compiled, context)
        case ResultPart.WHY:
            yield from why_part(explanation, compiled, context)
        case ResultPart.OPEN:
            yield from [*open_part(explanation, compiled)] or [Paragraph(NOTHING_OPEN)]
        case ResultPart.ADVICE:
            yield from advice_part(explanation, compiled, context)
        case ResultPart.SOURCES:
            yield from source_part(explanation, compiled)


def first_page(session: Session) -> FirstScreen:
    """The result in few lines."""
    return first_screen(session.explanation(), session.compiled, _context(session))


def _context(session: Session) -> InterviewContext:
    finished = not isinstance(session.page, SoFarPage)
    return InterviewContext(tuple(_remarks(session)), tuple(_decision(session)), session.record.danger_raised, finished)


def _remarks(session: Session) -> Iterator[str]:
    """What is to be read with the headline: how danger stands, and what this questionnaire is not made for."""
    yield from record_notices(session.record)
    yield from waiting_danger(session)
    yield from danger_mark_texts(session.record, danger_stands=bool(session.danger()))
    if session.out_of_scope():
        yield out_of_scope_text(session)
    yield from questionnaire_lines(session)


def out_of_scope_text(session: Session) -> str:
    """That no level is suggested, and by number which questions about danger are still to be asked.

    The numbers stand first, for a low screen has room for little more.
    """
    left = ", ".join(map(str, danger_questions_left(session)))
    if not left:
        return f"{NO_LEVEL} Hand the call to a licensed clinician."
    return f"Ask {left} about danger. {NO_LEVEL} Then hand the call to a licensed clinician."


def out_of_scope_notice(session: Session) -> str:
    """The same when it is found: the questions about danger that are left in few words, and then their numbers."""
    asks = "; ".join(f"{ask} ({number})" for number, ask in danger_questions_left(session).items())
    if not asks:
        return out_of_scope_text(session)
    return f"{NO_LEVEL} Still ask about danger: {asks}. Then hand the call to a licensed clinician."


def questionnaire_lines(session: Session) -> Iterator[str]:
    """By which questionnaire the record goes, if that is not today's, or not the one that it was made with."""
    yield from version_texts(session.record, session.todays_questionnaire)


def decision_text(session: Session) -> str:
    """The decision alone, for a result that was shown before."""
    decided = screen_text(_decision(session))
    return f"\n{decided}\n\n" if decided else "\n"


def _decision(session: Session) -> Iterator[Block]:
    """The decision, if one was recorded; or that it does not stand any more."""
    title, decision = decision_blocks(session.record, session.compiled)
    if isinstance(decision, Fields) or (isinstance(decision, Paragraph) and decision.tone):
        yield from (title, decision)


def decision_lines(session: Session, page: DecisionPage) -> Iterator[str]:
    """The question of the next step, and the numbered choices."""
    compiled = session.compiled
    step = next_step(session, page)
    match step:
        case DecisionStep.SELECTED:
            yield f"The suggestion was {quoted(suggestion_text(session.result()))}. What was chosen?"
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
        return DECISION_REASON_TEXTS[choice]
    return (
        selected_text(choice, compiled) if step is DecisionStep.SELECTED else chosen_first_step_text(choice, compiled)
    )


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
