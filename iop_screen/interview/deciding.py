"""The decision, which is not the suggestion: what was chosen, by whom, and why it differs."""

from __future__ import annotations

from dataclasses import dataclass

from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import EMERGENCY, Result
from iop_screen.records.model import EMERGENCY_CARE, SOMETHING_ELSE


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
