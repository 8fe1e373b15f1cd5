"""The decision, which is not the suggestion: what was chosen, by whom, and why it differs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import EMERGENCY, Result
from iop_screen.interview.pages import Deciding, DecisionTaken, Nothing, NotKnown, TooLong
from iop_screen.interview.pages import Result as ResultPage
from iop_screen.interview.state import Session, logged, say, to
from iop_screen.interview.typed import MAX_WORDS
from iop_screen.records.model import EMERGENCY_CARE, SOMETHING_ELSE, Because, Decided


class Step(Enum):
    """What is to be said next of a decision."""

    SELECTED = "selected"
    BECAUSE = "because"
    CLINICIAN = "clinician"
    BY = "by"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be said with a choice: why it differs, and the name of the clinician who stands for a lower one."""

    because: bool
    clinician: bool


def selectable(instrument: Instrument) -> tuple[str, ...]:
    """What can be chosen, by id: each level, emergency or hospital care, something else."""
    return (*(str(level.id) for level in instrument.questionnaire.levels), EMERGENCY_CARE, SOMETHING_ELSE)


def wanted(selected: str, result: Result, instrument: Instrument) -> Wanted:
    """A choice that is not the suggestion needs a reason; one that may be too low needs a clinician.

    Where nothing is settled, a choice below the most that may be needed counts as lower. "Something else" cannot be
    compared, so it counts as lower, too.
    """
    suggested = EMERGENCY_CARE if result.suggestion == EMERGENCY else result.suggestion
    return Wanted(selected != suggested, _height(selected, instrument) < _needed(result, instrument))


def _height(selected: str, instrument: Instrument) -> int:
    """How intensive a choice is, counted from the first level up."""
    levels = [str(level.id) for level in instrument.questionnaire.levels]
    heights = {level: height for height, level in enumerate(levels)}
    return {**heights, SOMETHING_ELSE: -1, EMERGENCY_CARE: len(levels)}[selected]


def _needed(result: Result, instrument: Instrument) -> int:
    """How intensive a choice has to be so that it is not lower than what may be needed."""
    levels = instrument.questionnaire.levels
    most = result.first_steps.at_most
    if most is not None and most.interrupt:
        return len(levels)
    return levels.index(result.levels.at_most)


def decide(session: Session, page: Deciding, word: str) -> Session:
    """One thing after the other: what was chosen, why it differs, the clinician, who recorded it, a note."""
    match next_step(session, page):
        case Step.SELECTED:
            return _select(session, word)
        case Step.BECAUSE:
            return _give_reason(session, page, word)
        case _ if len(word) > MAX_WORDS:
            return say(session, TooLong())
        case Step.CLINICIAN | Step.BY if not word:
            return say(session, Nothing())
        case Step.CLINICIAN:
            return to(session, replace(page, clinician=word))
        case Step.BY:
            return to(session, replace(page, by=word))
    decided = Decided(session.at, page.selected or "", page.by or "", page.because, page.clinician or "", word)
    return say(to(logged(session, decided), ResultPage()), DecisionTaken())


def next_step(session: Session, page: Deciding) -> Step:
    """The first thing that a decision wants and that has not been said; a note comes last."""
    if page.selected is None:
        return Step.SELECTED
    needs = wanted(page.selected, session.result(), session.instrument)
    if needs.because and page.because is None:
        return Step.BECAUSE
    if needs.clinician and page.clinician is None:
        return Step.CLINICIAN
    return Step.BY if page.by is None else Step.NOTE


def _select(session: Session, word: str) -> Session:
    if word.casefold() == "b":
        return to(session, ResultPage())
    things = selectable(session.instrument)
    number = _number(word, len(things))
    return say(session, NotKnown()) if number is None else to(session, Deciding(things[number - 1]))


def _give_reason(session: Session, page: Deciding, word: str) -> Session:
    if word.casefold() == "b":
        return to(session, Deciding())
    number = _number(word, len(Because))
    return say(session, NotKnown()) if number is None else to(session, replace(page, because=[*Because][number - 1]))


def _number(word: str, most: int) -> int | None:
    """A number from 1 to `most`, as typed."""
    return int(word) if re.fullmatch(r"[0-9]{1,2}", word) and 1 <= int(word) <= most else None
