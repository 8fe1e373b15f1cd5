"""The decision, which is not the suggestion: what was chosen, what comes first, by whom, and why it differs."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE
from iop_screen.engine.suggest import Result
from iop_screen.interview.answer_input import too_long
from iop_screen.interview.pages import DecisionPage, Notice, ResultPage
from iop_screen.interview.state import Session, on_page, with_log_entry, with_reply
from iop_screen.records.model import EMERGENCY_CARE, SOMETHING_ELSE, DecisionMade, DecisionReason


class DecisionStep(Enum):
    """What is asked next. The value names the field of `DecisionPage`; the note, which ends the decision, has none."""

    SELECTED = "selected"
    FIRST_STEP = "first_step"
    BECAUSE = "because"
    CLINICIAN = "clinician"
    RISK = "risk"
    BY = "by"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class RequiredFields:
    """What a choice has to come with.

    `because`: why it is not what was suggested. `clinician`: the name of a clinician who is responsible for a choice
    that may be too low, and what may go wrong.
    """

    because: bool
    clinician: bool


def choices(step: DecisionStep, compiled: CompiledQuestionnaire) -> tuple[str | DecisionReason, ...]:
    """What can be chosen at a step, in the order of its numbers; nothing where words are typed.

    Levels, emergency care and something else by id; the first step "" means that none is needed.
    """
    questionnaire = compiled.questionnaire
    match step:
        case DecisionStep.SELECTED:
            return (*(str(level.id) for level in questionnaire.levels), EMERGENCY_CARE, SOMETHING_ELSE)
        case DecisionStep.FIRST_STEP:
            return ("", *(str(step.id) for step in questionnaire.first_steps if not step.interrupt))
        case DecisionStep.BECAUSE:
            return tuple(DecisionReason)
        case DecisionStep.CLINICIAN | DecisionStep.RISK | DecisionStep.BY | DecisionStep.NOTE:
            return ()


def required_fields(
    selected: str, first_step: str | None, result: Result, compiled: CompiledQuestionnaire
) -> RequiredFields:
    """A choice that is not what was suggested needs a reason; one that may be too low needs a clinician.

    Where something is not settled, a choice below the most that may be needed counts as lower. So do "something
    else", which cannot be compared, and any level for a person for whom the questionnaire is not made.
    """
    suggested = EMERGENCY_CARE if result.suggestion == EMERGENCY else result.suggestion
    steps = [None, *compiled.questionnaire.first_steps]  # by rank: none, then the least urgent first
    ids = [None if each is None else str(each.id) for each in steps]
    step = ids.index(first_step) if _is_level(selected) else None
    least, most = steps.index(result.first_steps.at_least), steps.index(result.first_steps.at_most)
    lower = _rank(selected, compiled) < _needed_rank(result, compiled) or (step is not None and step < most)
    out_of_scope = result.suggestion == OUT_OF_SCOPE and _is_level(selected)
    differs = selected != suggested or (step is not None and not least <= step <= most)
    return RequiredFields(differs or lower, lower or out_of_scope)


def _is_level(selected: str) -> bool:
    return selected not in {EMERGENCY_CARE, SOMETHING_ELSE}


def _rank(selected: str, compiled: CompiledQuestionnaire) -> int:
    """How intensive a choice is, counted from the first level up."""
    levels = [str(level.id) for level in compiled.questionnaire.levels]
    ranks = {level: rank for rank, level in enumerate(levels)}
    return {**ranks, SOMETHING_ELSE: -1, EMERGENCY_CARE: len(levels)}[selected]


def _needed_rank(result: Result, compiled: CompiledQuestionnaire) -> int:
    """How intensive a choice has to be so that it is not lower than what may be needed."""
    levels, most = compiled.questionnaire.levels, result.first_steps.at_most
    return len(levels) if most is not None and most.interrupt else levels.index(result.levels.at_most)


def decide(session: Session, page: DecisionPage, word: str) -> Session:
    """Take what was typed at the next step of a decision. The note is the last step; then the decision is recorded."""
    step = next_step(session, page)
    numbered = choices(step, session.compiled)
    if numbered:
        if not (re.fullmatch(r"[0-9]{1,2}", word) and 1 <= int(word) <= len(numbered)):
            return with_reply(session, Notice.NOT_UNDERSTOOD)
        return _filled_in(session, page, step, numbered[int(word) - 1])
    if too_long(word):
        return with_reply(session, Notice.TOO_LONG)
    if step is DecisionStep.NOTE and (word or not needs_note(page)):
        decided = with_log_entry(session, _decision_entry(session, page, word))
        return with_reply(on_page(decided, ResultPage()), Notice.DECISION_RECORDED)
    if not word:
        return with_reply(session, Notice.NOTHING_TYPED)
    if sum(map(str.isalpha, word)) < 2:
        return with_reply(session, Notice.TOO_FEW_LETTERS)
    return _filled_in(session, page, step, word)


def _filled_in(session: Session, page: DecisionPage, step: DecisionStep, value: Any) -> Session:
    return on_page(session, replace(page, **{step.value: value}))


def _decision_entry(session: Session, page: DecisionPage, note: str) -> DecisionMade:
    return DecisionMade(
        session.at,
        page.selected or "",
        page.first_step,
        page.by or "",
        page.because,
        page.clinician or "",
        page.risk or "",
        note,
    )


def next_step(session: Session, page: DecisionPage) -> DecisionStep:
    """The first step that is required and not yet filled in; the note comes last."""
    if page.selected is None:
        return DecisionStep.SELECTED
    required = _required_in_session(session, page.selected, page.first_step or None)
    steps = (
        (DecisionStep.FIRST_STEP, _needs_first_step(session, page.selected)),
        (DecisionStep.BECAUSE, required.because),
        (DecisionStep.CLINICIAN, required.clinician),
        (DecisionStep.RISK, required.clinician),
        (DecisionStep.BY, True),
    )
    missing = (step for step, needed in steps if needed and getattr(page, step.value) is None)
    return next(missing, DecisionStep.NOTE)


def _needs_first_step(session: Session, selected: str) -> bool:
    """Whether a first step before a level was reached, or may be."""
    reached = any(result.first_steps.at_most is not None for result in _results(session))
    return reached and _is_level(selected) and len(choices(DecisionStep.FIRST_STEP, session.compiled)) > 1


def _results(session: Session) -> tuple[Result, ...]:
    """The result of the answers that count, and that of all answers where some that were set aside change it."""
    explanation = session.explanation()
    return tuple(filter(None, (explanation.result, explanation.if_set_aside_counted)))


def _required_in_session(session: Session, selected: str, first_step: str | None) -> RequiredFields:
    """As `required_fields`; a clinician is needed also after danger, and if answers that were set aside ask for one."""
    required = [required_fields(selected, first_step, result, session.compiled) for result in _results(session)]
    after_danger = session.record.danger_raised and _is_level(selected)
    return RequiredFields(required[0].because, after_danger or any(each.clinician for each in required))


def needs_note(page: DecisionPage) -> bool:
    """Whether the codes alone do not say what was chosen, or why."""
    return page.selected == SOMETHING_ELSE or page.because is DecisionReason.OTHER


def leave_decision(session: Session) -> Session:
    """Back to the result, without a decision."""
    return with_reply(on_page(session, ResultPage()), Notice.NO_DECISION)


def step_back(session: Session, page: DecisionPage) -> Session:
    """The session without the field that was filled in last; from the first, back to the result."""
    filled = [field.name for field in fields(page) if getattr(page, field.name) is not None]
    return on_page(session, replace(page, **{filled[-1]: None})) if filled else leave_decision(session)
