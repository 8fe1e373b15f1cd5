"""The decision, which is not the suggestion: what was chosen, what comes first, by whom, and why it differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import TypeVar

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE
from iop_screen.engine.suggest import Result
from iop_screen.interview.answer_input import too_long
from iop_screen.interview.pages import (
    DecisionPage,
    DecisionTaken,
    NotDecided,
    Nothing,
    NotKnown,
    NoWords,
    ResultPage,
    TooLong,
)
from iop_screen.interview.state import Session, on_page, with_log_entry, with_reply
from iop_screen.records.model import EMERGENCY_CARE, SOMETHING_ELSE, DecisionMade, DecisionReason

T = TypeVar("T")


class DecisionStep(Enum):
    """What is to be said next of a decision."""

    SELECTED = "selected"
    FIRST_STEP = "first step"
    BECAUSE = "because"
    CLINICIAN = "clinician"
    RISK = "risk"
    BY = "by"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class RequiredFields:
    """What has to be said with a choice.

    `because`: why it is not what was suggested. `clinician`: the name of who stands for a lower one, and what may go
    wrong.
    """

    because: bool
    clinician: bool


def selectable(compiled: CompiledQuestionnaire) -> tuple[str, ...]:
    """What can be chosen, by id: each level, emergency or hospital care, something else."""
    return (*(str(level.id) for level in compiled.questionnaire.levels), EMERGENCY_CARE, SOMETHING_ELSE)


def first_steps(compiled: CompiledQuestionnaire) -> tuple[str, ...]:
    """What can be chosen to come before a level, by id: "" for nothing, or a first step that is no emergency."""
    return ("", *(str(step.id) for step in compiled.questionnaire.first_steps if not step.interrupt))


def required_fields(
    selected: str, first_step: str | None, result: Result, compiled: CompiledQuestionnaire
) -> RequiredFields:
    """A choice that is not what was suggested needs a reason; one that may be too low needs a clinician.

    Where something is not settled, a choice below the most that may be needed counts as lower. So do "something else",
    which cannot be compared, and any level for a person for whom the questionnaire is not made.
    """
    suggested = EMERGENCY_CARE if result.suggestion == EMERGENCY else result.suggestion
    step = _first_step_height(first_step, compiled) if _has_level(selected) else None
    bounds = result.first_steps.at_least, result.first_steps.at_most
    least, most = (_first_step_height(None if each is None else str(each.id), compiled) for each in bounds)
    lower = _height(selected, compiled) < _needed(result, compiled) or (step is not None and step < most)
    unfit = result.suggestion == OUT_OF_SCOPE and _has_level(selected)
    another = selected != suggested or (step is not None and not least <= step <= most)
    return RequiredFields(another or lower, lower or unfit)


def _has_level(selected: str) -> bool:
    return selected not in {EMERGENCY_CARE, SOMETHING_ELSE}


def _height(selected: str, compiled: CompiledQuestionnaire) -> int:
    """How intensive a choice is, counted from the first level up."""
    levels = [str(level.id) for level in compiled.questionnaire.levels]
    heights = {level: height for height, level in enumerate(levels)}
    return {**heights, SOMETHING_ELSE: -1, EMERGENCY_CARE: len(levels)}[selected]


def _first_step_height(first_step: str | None, compiled: CompiledQuestionnaire) -> int:
    """How urgent a first step is; none is 0."""
    return [None, *(str(step.id) for step in compiled.questionnaire.first_steps)].index(first_step)


def _needed(result: Result, compiled: CompiledQuestionnaire) -> int:
    """How intensive a choice has to be so that it is not lower than what may be needed."""
    levels = compiled.questionnaire.levels
    most = result.first_steps.at_most
    if most is not None and most.interrupt:
        return len(levels)
    return levels.index(result.levels.at_most)


def decide(session: Session, page: DecisionPage, word: str) -> Session:
    """One thing after the other: what was chosen and what comes first, why it differs, who stands for it, a note."""
    step = next_step(session, page)
    if word.casefold() == "b":
        return _one_back(session, page)
    match step:
        case DecisionStep.SELECTED:
            return _picked(session, word, selectable(session.compiled), DecisionPage)
        case DecisionStep.FIRST_STEP:
            return _picked(session, word, first_steps(session.compiled), lambda step: replace(page, first_step=step))
        case DecisionStep.BECAUSE:
            return _picked(session, word, [*DecisionReason], lambda because: replace(page, because=because))
        case _ if too_long(word):
            return with_reply(session, TooLong())
        case _ if not word and (step is not DecisionStep.NOTE or needs_note(page)):
            return with_reply(session, Nothing())
        case DecisionStep.CLINICIAN | DecisionStep.RISK | DecisionStep.BY if sum(map(str.isalpha, word)) < 2:
            return with_reply(session, NoWords())
        case DecisionStep.CLINICIAN | DecisionStep.RISK | DecisionStep.BY:
            worded = {
                DecisionStep.CLINICIAN: replace(page, clinician=word),
                DecisionStep.RISK: replace(page, risk=word),
                DecisionStep.BY: replace(page, by=word),
            }
            return on_page(session, worded[step])
        case DecisionStep.NOTE:
            return with_reply(
                on_page(with_log_entry(session, _decided(session, page, word)), ResultPage()), DecisionTaken()
            )


def _decided(session: Session, page: DecisionPage, note: str) -> DecisionMade:
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
    """The first thing that a decision wants and that has not been said; a note comes last."""
    if page.selected is None:
        return DecisionStep.SELECTED
    if page.first_step is None and _first_step_in_question(session, page.selected):
        return DecisionStep.FIRST_STEP
    needs = _needs(session, page.selected, page.first_step or None)
    still = (
        (DecisionStep.BECAUSE, needs.because and page.because is None),
        (DecisionStep.CLINICIAN, needs.clinician and page.clinician is None),
        (DecisionStep.RISK, needs.clinician and page.risk is None),
        (DecisionStep.BY, page.by is None),
    )
    return next((step for step, missing in still if missing), DecisionStep.NOTE)


def _first_step_in_question(session: Session, selected: str) -> bool:
    """Whether something was reached, or may be, that comes before a level."""
    reached = any(result.first_steps.at_most is not None for result in _results(session))
    return reached and _has_level(selected) and len(first_steps(session.compiled)) > 1


def _results(session: Session) -> tuple[Result, ...]:
    """What the answers come to; and with those that were set aside, where that is something else."""
    told = session.explanation()
    return (told.result,) if told.if_set_aside_counted is None else (told.result, told.if_set_aside_counted)


def _needs(session: Session, selected: str, first_step: str | None) -> RequiredFields:
    """What a choice wants here. After danger on the call, and against answers set aside, a clinician stands for it."""
    all_of_it = [required_fields(selected, first_step, result, session.compiled) for result in _results(session)]
    after_danger = session.record.danger_raised and _has_level(selected)
    return RequiredFields(all_of_it[0].because, after_danger or any(needs.clinician for needs in all_of_it))


def needs_note(page: DecisionPage) -> bool:
    """Whether the codes alone do not say what was chosen, or why."""
    return page.selected == SOMETHING_ELSE or page.because is DecisionReason.OTHER


def not_decided(session: Session) -> Session:
    """Back to the result, without a decision."""
    return with_reply(on_page(session, ResultPage()), NotDecided())


def _one_back(session: Session, page: DecisionPage) -> Session:
    """Without the last thing that was said; from the first, back to the result."""
    said = [field.name for field in fields(page) if getattr(page, field.name) is not None]
    return on_page(session, replace(page, **{said[-1]: None})) if said else not_decided(session)


def _picked(session: Session, word: str, things: Sequence[T], then: Callable[[T], DecisionPage]) -> Session:
    """On with the thing that has this number, counted from 1."""
    number = _number(word, len(things))
    return with_reply(session, NotKnown()) if number is None else on_page(session, then(things[number - 1]))


def _number(word: str, most: int) -> int | None:
    """A number from 1 to `most`, as typed."""
    return int(word) if re.fullmatch(r"[0-9]{1,2}", word) and 1 <= int(word) <= most else None
