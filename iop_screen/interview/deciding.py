"""The decision, which is not the suggestion: what was chosen, what comes first, by whom, and why it differs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import TypeVar

from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import EMERGENCY, OUT_OF_SCOPE, Result
from iop_screen.interview.pages import Deciding, DecisionTaken, NotDecided, Nothing, NotKnown, NoWords, TooLong
from iop_screen.interview.pages import Result as ResultPage
from iop_screen.interview.state import Session, logged, say, to
from iop_screen.interview.typed import too_long
from iop_screen.records.model import EMERGENCY_CARE, SOMETHING_ELSE, Because, Decided

T = TypeVar("T")


class Step(Enum):
    """What is to be said next of a decision."""

    SELECTED = "selected"
    FIRST_STEP = "first step"
    BECAUSE = "because"
    CLINICIAN = "clinician"
    RISK = "risk"
    BY = "by"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be said with a choice.

    `because`: why it is not what was suggested. `clinician`: the name of who stands for a lower one, and what may go
    wrong.
    """

    because: bool
    clinician: bool


def selectable(instrument: Instrument) -> tuple[str, ...]:
    """What can be chosen, by id: each level, emergency or hospital care, something else."""
    return (*(str(level.id) for level in instrument.questionnaire.levels), EMERGENCY_CARE, SOMETHING_ELSE)


def first_steps(instrument: Instrument) -> tuple[str, ...]:
    """What can be chosen to come before a level, by id: "" for nothing, or a first step that is no emergency."""
    return ("", *(str(step.id) for step in instrument.questionnaire.first_steps if not step.interrupt))


def wanted(selected: str, first_step: str | None, result: Result, instrument: Instrument) -> Wanted:
    """A choice that is not what was suggested needs a reason; one that may be too low needs a clinician.

    Where something is not settled, a choice below the most that may be needed counts as lower. So do "something else",
    which cannot be compared, and any level for a person for whom the questionnaire is not made.
    """
    suggested = EMERGENCY_CARE if result.suggestion == EMERGENCY else result.suggestion
    step = _first_step_height(first_step, instrument) if _has_level(selected) else None
    bounds = result.first_steps.at_least, result.first_steps.at_most
    least, most = (_first_step_height(None if each is None else str(each.id), instrument) for each in bounds)
    lower = _height(selected, instrument) < _needed(result, instrument) or (step is not None and step < most)
    unfit = result.suggestion == OUT_OF_SCOPE and _has_level(selected)
    another = selected != suggested or (step is not None and not least <= step <= most)
    return Wanted(another or lower, lower or unfit)


def _has_level(selected: str) -> bool:
    return selected not in {EMERGENCY_CARE, SOMETHING_ELSE}


def _height(selected: str, instrument: Instrument) -> int:
    """How intensive a choice is, counted from the first level up."""
    levels = [str(level.id) for level in instrument.questionnaire.levels]
    heights = {level: height for height, level in enumerate(levels)}
    return {**heights, SOMETHING_ELSE: -1, EMERGENCY_CARE: len(levels)}[selected]


def _first_step_height(first_step: str | None, instrument: Instrument) -> int:
    """How urgent a first step is; none is 0."""
    return [None, *(str(step.id) for step in instrument.questionnaire.first_steps)].index(first_step)


def _needed(result: Result, instrument: Instrument) -> int:
    """How intensive a choice has to be so that it is not lower than what may be needed."""
    levels = instrument.questionnaire.levels
    most = result.first_steps.at_most
    if most is not None and most.interrupt:
        return len(levels)
    return levels.index(result.levels.at_most)


def decide(session: Session, page: Deciding, word: str) -> Session:
    """One thing after the other: what was chosen and what comes first, why it differs, who stands for it, a note."""
    step = next_step(session, page)
    if word.casefold() == "b":
        return _one_back(session, page)
    match step:
        case Step.SELECTED:
            return _picked(session, word, selectable(session.instrument), Deciding)
        case Step.FIRST_STEP:
            return _picked(session, word, first_steps(session.instrument), lambda step: replace(page, first_step=step))
        case Step.BECAUSE:
            return _picked(session, word, [*Because], lambda because: replace(page, because=because))
        case _ if too_long(word):
            return say(session, TooLong())
        case _ if not word and (step is not Step.NOTE or needs_note(page)):
            return say(session, Nothing())
        case Step.CLINICIAN | Step.RISK | Step.BY if sum(map(str.isalpha, word)) < 2:
            return say(session, NoWords())
        case Step.CLINICIAN | Step.RISK | Step.BY:
            worded = {
                Step.CLINICIAN: replace(page, clinician=word),
                Step.RISK: replace(page, risk=word),
                Step.BY: replace(page, by=word),
            }
            return to(session, worded[step])
    return say(to(logged(session, _decided(session, page, word)), ResultPage()), DecisionTaken())


def _decided(session: Session, page: Deciding, note: str) -> Decided:
    return Decided(
        session.at,
        page.selected or "",
        page.first_step,
        page.by or "",
        page.because,
        page.clinician or "",
        page.risk or "",
        note,
    )


def next_step(session: Session, page: Deciding) -> Step:
    """The first thing that a decision wants and that has not been said; a note comes last."""
    if page.selected is None:
        return Step.SELECTED
    if page.first_step is None and _first_step_in_question(session, page.selected):
        return Step.FIRST_STEP
    needs = _needs(session, page.selected, page.first_step or None)
    still = (
        (Step.BECAUSE, needs.because and page.because is None),
        (Step.CLINICIAN, needs.clinician and page.clinician is None),
        (Step.RISK, needs.clinician and page.risk is None),
        (Step.BY, page.by is None),
    )
    return next((step for step, missing in still if missing), Step.NOTE)


def _first_step_in_question(session: Session, selected: str) -> bool:
    """Whether something was reached, or may be, that comes before a level."""
    reached = any(result.first_steps.at_most is not None for result in _results(session))
    return reached and _has_level(selected) and len(first_steps(session.instrument)) > 1


def _results(session: Session) -> tuple[Result, ...]:
    """What the answers come to; and with those that were set aside, where that is something else."""
    told = session.explanation()
    return (told.result,) if told.otherwise is None else (told.result, told.otherwise)


def _needs(session: Session, selected: str, first_step: str | None) -> Wanted:
    """What a choice wants here. After danger on the call, and against answers set aside, a clinician stands for it."""
    all_of_it = [wanted(selected, first_step, result, session.instrument) for result in _results(session)]
    after_danger = session.record.danger_raised and _has_level(selected)
    return Wanted(all_of_it[0].because, after_danger or any(needs.clinician for needs in all_of_it))


def needs_note(page: Deciding) -> bool:
    """Whether the codes alone do not say what was chosen, or why."""
    return page.selected == SOMETHING_ELSE or page.because is Because.OTHER


def not_decided(session: Session) -> Session:
    """Back to the result, without a decision."""
    return say(to(session, ResultPage()), NotDecided())


def _one_back(session: Session, page: Deciding) -> Session:
    """Without the last thing that was said; from the first, back to the result."""
    said = [field.name for field in fields(page) if getattr(page, field.name) is not None]
    return to(session, replace(page, **{said[-1]: None})) if said else not_decided(session)


def _picked(session: Session, word: str, things: Sequence[T], then: Callable[[T], Deciding]) -> Session:
    """On with the thing that has this number, counted from 1."""
    number = _number(word, len(things))
    return say(session, NotKnown()) if number is None else to(session, then(things[number - 1]))


def _number(word: str, most: int) -> int | None:
    """A number from 1 to `most`, as typed."""
    return int(word) if re.fullmatch(r"[0-9]{1,2}", word) and 1 <= int(word) <= most else None
