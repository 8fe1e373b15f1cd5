"""A questionnaire under study: what its ladders give at the corners of a condition, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.core.problems import Problem, Span, warning
from iop_screen.engine.answers import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import AllHold, Condition, leaf_tests, questions_in
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.engine.suggest import Result, assess_one, certain_steps
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.references.declarations import Declarations


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that holds for every possible form, as a sentence. `of` is the id of the guarantee, if it is one."""

    code: str
    sentence: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A form that shows what a problem says, and the result it gets from the ordinary engine."""

    answers: Answers
    result: Result


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, with a form that shows it where there is one. `of` is the id of the guarantee, if it is about one."""

    problem: Problem
    witness: Witness | None = None
    of: str = ""


CheckVerdict = Finding | Proof


def warning_finding(code: str, message: str, span: Span, hint: str) -> Finding:
    """A warning without a form that shows it."""
    return Finding(warning(code, message, span, hint))


@dataclass(frozen=True)
class Analysis:
    """A questionnaire that can be used, its instrument, and how to find the weakest forms of a condition.

    `today` is the day of the review; what was checked long before it is worth another look.
    """

    compiled: CompiledQuestionnaire
    today: date

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire as it is written."""
        return self.compiled.questionnaire

    @cached_property
    def scope(self) -> Declarations:
        """What is declared under which name."""
        return Declarations(self.questionnaire)

    @cached_property
    def minimal_forms(self) -> MinimalForms:
        """Finds corners; guarantees are looked at beside the rules."""
        return MinimalForms(self.compiled, [guarantee.when for guarantee in self.compiled.guarantees])

    def answer_sets(self, condition: Condition) -> list[Answers]:
        """The weakest forms of a condition, worked out once."""
        if condition not in self._known:
            self._known[condition] = self.minimal_forms.answer_sets(condition)
        return self._known[condition]

    @cached_property
    def applies(self) -> Condition | None:
        """`applies_when`, if there is one. None also if no form can meet it: that is said once, not of all else too."""
        applies = self.compiled.applies_when
        try:
            return applies if applies is None or self.answer_sets(applies) else None
        except TooManyMinimalForms:
            return applies

    def in_scope(self, condition: Condition) -> list[Answers]:
        """The weakest forms of a condition that are in scope for certain."""
        return self.answer_sets(condition if self.applies is None else AllHold((self.applies, condition)))

    @cached_property
    def moving(self) -> frozenset[int]:
        """The questions that rules or `applies_when` read, themselves, through a score or through a gate."""
        compiled = self.compiled
        applies = [] if compiled.applies_when is None else [compiled.applies_when]
        waiting = [*(rule.when for rule in compiled.rules), *applies]
        read: set[int] = set()
        while waiting:
            for test in leaf_tests(waiting.pop()):
                for index in {*questions_in(test)} - read:
                    read.add(index)
                    ask_when = compiled.ask_when[index]
                    waiting += [] if ask_when is None else [ask_when]
        return frozenset(read)

    @cached_property
    def _known(self) -> dict[Condition, list[Answers]]:
        return {}

    def short(
        self, answer_sets: Sequence[Answers], level: int, first_step: int, rules: Sequence[CompiledRule]
    ) -> list[Answers]:
        """Those forms to which some rules give less, for certain, than the steps given."""
        given = zip(answer_sets, certain_steps(self.compiled, answer_sets, rules), strict=True)
        return [answers for answers, (reached, step) in given if reached < level or step < first_step]

    def others(self, rule: CompiledRule, instead: Condition | None = None) -> list[CompiledRule]:
        """All rules but one, or all with that one under another condition."""
        kept = [other for other in self.compiled.rules if other is not rule]
        return kept if instead is None else [*kept, replace(rule, when=instead)]

    def witness(self, answer_sets: Sequence[Answers]) -> Witness:
        """The smallest of some forms, with the result it gets."""
        smallest = min(answer_sets, key=lambda answers: answers.size)
        return Witness(smallest, assess_one(self.compiled, smallest))


Check = Callable[[Analysis], Iterator[CheckVerdict]]
