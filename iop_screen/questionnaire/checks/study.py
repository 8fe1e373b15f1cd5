"""A questionnaire under study: what its ladders give at the corners of a condition, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from iop_screen.engine.answers import Form
from iop_screen.engine.conditions import questions_in
from iop_screen.engine.corners import Corners
from iop_screen.engine.instrument import Instrument, ReadyRule
from iop_screen.engine.representatives import TooManyCorners, leaves
from iop_screen.engine.suggest import Result, assess_one, certain_steps
from iop_screen.problems import Problem, Span, warning
from iop_screen.questionnaire.checks.scope import Scope
from iop_screen.questionnaire.model import All, Condition, Questionnaire


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
    """A problem, with a form that shows it where there is one. `of` is the id of the guarantee, if it is about one."""

    problem: Problem
    witness: Witness | None = None
    of: str = ""


Verdict = Finding | Proof


def warned(code: str, message: str, span: Span, hint: str) -> Finding:
    """A warning without a form that shows it."""
    return Finding(warning(code, message, span, hint))


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

    def forms(self, condition: Condition) -> list[Form]:
        """The weakest forms of a condition, worked out once."""
        if condition not in self._known:
            self._known[condition] = self.corners.forms(condition)
        return self._known[condition]

    @cached_property
    def applies(self) -> Condition | None:
        """`applies_when`, if there is one. None also if no form can meet it: that is said once, not of all else too."""
        applies = self.instrument.applies_when
        try:
            return applies if applies is None or self.forms(applies) else None
        except TooManyCorners:
            return applies

    def in_scope(self, condition: Condition) -> list[Form]:
        """The weakest forms of a condition that are in scope for certain."""
        return self.forms(condition if self.applies is None else All((self.applies, condition)))

    @cached_property
    def moving(self) -> frozenset[int]:
        """The questions that rules or `applies_when` read, themselves, through a score or through a gate."""
        instrument = self.instrument
        applies = [] if instrument.applies_when is None else [instrument.applies_when]
        waiting = [*(ready.when for ready in instrument.rules), *applies]
        read: set[int] = set()
        while waiting:
            for test in leaves(waiting.pop()):
                for place in {*questions_in(test)} - read:
                    read.add(place)
                    gate = instrument.gates[place]
                    waiting += [] if gate is None else [gate]
        return frozenset(read)

    @cached_property
    def _known(self) -> dict[Condition, list[Form]]:
        return {}

    def short(self, forms: Sequence[Form], level: int, first_step: int, rules: Sequence[ReadyRule]) -> list[Form]:
        """Those forms to which some rules give less, for certain, than the steps given."""
        given = zip(forms, certain_steps(self.instrument, forms, rules), strict=True)
        return [form for form, (reached, step) in given if reached < level or step < first_step]

    def others(self, rule: ReadyRule, instead: Condition | None = None) -> list[ReadyRule]:
        """All rules but one, or all with that one under another condition."""
        kept = [ready for ready in self.instrument.rules if ready is not rule]
        return kept if instead is None else [*kept, replace(rule, when=instead)]

    def witness(self, forms: Sequence[Form]) -> Witness:
        """The smallest of some forms, with the result it gets."""
        smallest = min(forms, key=lambda form: form.size)
        return Witness(smallest, assess_one(self.instrument, smallest))
