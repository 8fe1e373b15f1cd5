"""The questionnaire that checks look at, what they find in it, and the queries that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.core.problems import Problem, Severity, Span
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import AllHold, Condition, leaf_tests, questions_in
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.engine.suggest import Result, assess_one, certain_steps
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, WrittenCondition, clauses
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.references.declarations import Declarations


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence that holds for all possible answers. `guarantee_id` is empty unless it is about a guarantee."""

    code: str
    sentence: str
    guarantee_id: str = ""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Answers that show a problem, and the result that the ordinary engine gives for them."""

    answers: Answers
    result: Result


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and answers that show it where there are any. `guarantee_id` is set if it is about a guarantee."""

    problem: Problem
    counterexample: Counterexample | None = None
    guarantee_id: str = ""


CheckVerdict = Finding | Proof


def finding(code: str, message: str, span: Span, hint: str, severity: Severity = Severity.ERROR) -> Finding:
    """A problem without a counterexample."""
    return Finding(Problem(code, message, span, hint, severity=severity))


def warning_finding(code: str, message: str, span: Span, hint: str) -> Finding:
    """A warning without a counterexample."""
    return finding(code, message, span, hint, Severity.WARNING)


@dataclass(frozen=True)
class Analysis:
    """A compiled questionnaire, and what several checks want to know of it.

    `today` is the day of the check; contacts that were last checked long before it are reported.
    """

    compiled: CompiledQuestionnaire
    today: date
    _known_answer_sets: dict[Condition, list[Answers]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire as it is written."""
        return self.compiled.questionnaire

    @cached_property
    def declarations(self) -> Declarations:
        """What is declared under which name."""
        return Declarations(self.questionnaire)

    @cached_property
    def minimal_forms(self) -> MinimalForms:
        """Finds minimal forms of the conditions of rules and of guarantees."""
        return MinimalForms(self.compiled, [guarantee.when for guarantee in self.compiled.guarantees])

    def answer_sets(self, condition: Condition) -> list[Answers]:
        """The minimal forms of a condition, found once. Raises TooManyMinimalForms."""
        if condition not in self._known_answer_sets:
            self._known_answer_sets[condition] = self.minimal_forms.answer_sets(condition)
        return self._known_answer_sets[condition]

    @cached_property
    def applies(self) -> Condition | None:
        """`applies_when`, if there is one and it can be met; one that cannot be met is reported by its own check."""
        applies = self.compiled.applies_when
        try:
            return applies if applies is None or self.answer_sets(applies) else None
        except TooManyMinimalForms:
            return applies

    def answer_sets_in_scope(self, condition: Condition) -> list[Answers]:
        """The minimal forms of a condition together with `applies_when`. Raises TooManyMinimalForms."""
        return self.answer_sets(condition if self.applies is None else AllHold((self.applies, condition)))

    @cached_property
    def deciding_questions(self) -> frozenset[int]:
        """The questions that rules or `applies_when` read: directly, through a score, or through an `ask_when`."""
        waiting = [rule.when for rule in self.compiled.rules]
        waiting += [] if self.compiled.applies_when is None else [self.compiled.applies_when]
        read: set[int] = set()
        while waiting:
            new = {index for test in leaf_tests(waiting.pop()) for index in questions_in(test)} - read
            read |= new
            waiting += [when for index in new if (when := self.compiled.ask_when[index]) is not None]
        return frozenset(read)

    def answers_below(
        self, answer_sets: Sequence[Answers], level: int, first_step: int, rules: Sequence[CompiledRule]
    ) -> list[Answers]:
        """Those answers for which the rules given reach, for certain, less than this level or this first step."""
        reached = zip(answer_sets, certain_steps(self.compiled, answer_sets, rules), strict=True)
        return [answers for answers, (to_level, to_step) in reached if to_level < level or to_step < first_step]

    def other_rules(self, rule: CompiledRule, instead: Condition | None = None) -> list[CompiledRule]:
        """All rules but one; with `instead`, that rule too, with this condition."""
        others = [other for other in self.compiled.rules if other is not rule]
        return others if instead is None else [*others, replace(rule, when=instead)]

    def counterexample(self, answer_sets: Sequence[Answers]) -> Counterexample:
        """Of several answers those that answer the fewest questions, with their result."""
        smallest = min(answer_sets, key=lambda answers: answers.size)
        return Counterexample(smallest, assess_one(self.compiled, smallest))

    def why_never_met(self, condition: WrittenCondition | None) -> str:
        """A hint for a condition that no answers can meet: a bound outside of the possible range, if there is one."""
        beyond = filter(None, map(self._bound_out_of_range, clauses(condition)))
        return next(beyond, "look for two tests that exclude each other, or an `ask_when` that does")

    def _bound_out_of_range(self, clause: Clause) -> str:
        """The end of the range of a number or score, if a test asks for more or less than that; else empty."""
        question = self.declarations.questions.get(clause.subject)
        if question is None:
            score = next(score for score in self.compiled.scores if score.definition.id == clause.subject)
            limits: tuple[Decimal, Decimal] | None = Decimal(0), Decimal(sum(item.most for item in score.items))
        else:
            limits = question.number_range
        match limits, clause.test:
            case (_, most), AtLeast(bound) if Decimal(bound) > most:
                return f"`{clause.subject}` goes up to {most}"
            case (least, _), AtMost(bound) if Decimal(bound) < least:
                return f"`{clause.subject}` goes down to {least}"
        return ""


Check = Callable[[Analysis], Iterator[CheckVerdict]]
