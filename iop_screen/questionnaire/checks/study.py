"""A questionnaire under study: what its ladders give at the corners of a condition, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from iop_screen.engine.answers import Form
from iop_screen.engine.corners import Corners
from iop_screen.engine.instrument import Instrument, ReadyRule
from iop_screen.engine.suggest import Result, assess
from iop_screen.problems import Problem
from iop_screen.questionnaire.checks.scope import Scope
from iop_screen.questionnaire.model import Condition, Questionnaire


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that holds for every possible form, as a sentence. `of` is the id of the guarantee, if it is one."""

    code: str
    sentence: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A form that shows what a problem says, and the result it gets from the ordinary engine."""

    form: Form
    result: Result


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, with a form that shows it where there is one."""

    problem: Problem
    witness: Witness | None = None


Verdict = Finding | Proof


@dataclass(frozen=True)
class Study:
    """A questionnaire that can be used, its instrument, and how to find the weakest forms of a condition.

    `today` is the day of the review; what was checked long before it is worth another look.
    """

    instrument: Instrument
    today: date

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire as it is written."""
        return self.instrument.questionnaire

    @cached_property
    def scope(self) -> Scope:
        """What is declared under which name."""
        return Scope(self.questionnaire)

    @cached_property
    def corners(self) -> Corners:
        """Finds corners; guarantees are looked at beside the rules."""
        return Corners(self.instrument, [ready.when for ready in self.instrument.guarantees])

    def falls_short(self, forms: Sequence[Form], level: int, first_step: int) -> list[Witness]:
        """Those forms whose ladders give less, for certain, than the steps given; the smallest form first."""
        return falling_short(self.instrument, forms, level, first_step)

    def without(self, rule: ReadyRule, instead: Condition | None = None) -> Instrument:
        """The instrument without one rule, or with another condition in its place."""
        rules = [
            replace(ready, when=instead) if ready is rule and instead is not None else ready
            for ready in self.instrument.rules
            if ready is not rule or instead is not None
        ]
        return replace(self.instrument, rules=tuple(rules))


def falling_short(instrument: Instrument, forms: Sequence[Form], level: int, first_step: int) -> list[Witness]:
    """Those forms for which the instrument gives less, for certain, than the steps given; the smallest form first."""
    whole = instrument.questionnaire
    steps = (None, *whole.first_steps)
    found = [
        Witness(form, result)
        for form, result in zip(forms, assess(instrument, forms), strict=True)
        if whole.levels.index(result.levels.at_least) < level or steps.index(result.first_steps.at_least) < first_step
    ]
    return sorted(found, key=lambda witness: witness.form.size)
