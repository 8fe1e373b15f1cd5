"""The questionnaire that checks look at, what they find in it, and the queries that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib import import_module
from itertools import cycle, islice, product
from math import prod
from random import Random
from typing import TYPE_CHECKING, TypeVar

from iop_screen.checking.claims import Claim, all_of, below, holding, must
from iop_screen.checking.meanings import first_with_same_meaning
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.checking.one_form import must_hold
from iop_screen.checking.undecided import INSTALL_SOLVER, NotDecided, SolverGaveUp
from iop_screen.checking.weakening import weakest
from iop_screen.core.problems import Problem, Severity, Span
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import AllHold, Condition
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested, questions_behind
from iop_screen.engine.suggest import Result, assess_one
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, WrittenCondition, clauses
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.references.declarations import Declarations

if TYPE_CHECKING:
    from iop_screen.checking.solver import FormSolver

Said = TypeVar("Said")


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


def not_decided(
    what: str, undecided: NotDecided, span: Span, shorter: str, severity: Severity = Severity.ERROR
) -> Finding:
    """The finding that something is not decided; `shorter` says how to write less."""
    hint = f"install the solver that can: {INSTALL_SOLVER}; or {shorter}" if undecided.is_solver_missing else shorter
    return finding("not-decided", f"{what} is not decided: {undecided.why}", span, hint, severity)


def installed_solver() -> type[FormSolver] | None:
    """The class that asks a solver, if one is installed. It takes a tenth of a second to import."""
    try:
        import_module("z3")
    except ImportError:
        return None
    from iop_screen.checking.solver import FormSolver  # noqa: PLC0415 - slow to import, and needed by few

    return FormSolver


MAX_FULLEST_FORMS = 4096
"""If there are more, other ways are tried to tell whether a condition can be met."""

MOST_WEAKENED = 4
"""So many times a form is made as weak as a condition lets it be, in other orders, before a solver is asked."""


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
    _known_answer_sets: dict[Condition, list[Answers] | TooManyMinimalForms] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _known_weakest_forms: dict[Condition, list[Answers]] = field(
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
        """Finds minimal forms of the conditions of rules, guarantees and notes."""
        return MinimalForms(self.compiled, self._further_conditions)

    @cached_property
    def _further_conditions(self) -> list[Condition]:
        """The conditions that move nothing: those of guarantees and notes."""
        of_notes = (note.when for note in self.compiled.notes if note.when is not None)
        return [*(guarantee.when for guarantee in self.compiled.guarantees), *of_notes]

    @cached_property
    def solver(self) -> FormSolver | None:
        """Finds forms where minimal forms are too many; None if no solver is installed."""
        solver = installed_solver()
        return None if solver is None else solver(self.compiled, self._further_conditions)

    def answer_sets(self, condition: Condition) -> list[Answers]:
        """The minimal forms of a condition, found once. Raises TooManyMinimalForms."""
        known = self._known_answer_sets.get(condition)
        if known is None:
            try:
                known = self.minimal_forms.answer_sets(condition)
            except TooManyMinimalForms as many:
                known = many
            self._known_answer_sets[condition] = known
        if isinstance(known, TooManyMinimalForms):
            raise known
        return known

    @cached_property
    def applies(self) -> Condition | None:
        """`applies_when`, if there is one and it can be met; one that cannot be met is reported by its own check."""
        applies = self.compiled.applies_when
        try:
            return applies if applies is None or self.can_hold(applies) else None
        except NotDecided:
            return applies

    def in_scope(self, condition: Condition) -> Condition:
        """A condition together with `applies_when`."""
        return condition if self.applies is None else AllHold((self.applies, condition))

    def can_hold(self, condition: Condition) -> bool:
        """Whether some form meets a condition for certain. Raises NotDecided."""
        try:
            return bool(self.answer_sets(condition))
        except TooManyMinimalForms as many:
            if (fullest := self._fullest_forms(condition)) is not None:
                return bool(self.holding(fullest, must(condition)))
            return self.solved(f"it has {many}", must(condition)) is not None

    def _fullest_forms(self, condition: Condition) -> list[Answers] | None:
        """Forms one of which meets a condition if any does; None if there are too many of them.

        All risk questions have their worst answers, for no answer to these can undo a test.
        """
        choices: list[list[Answer]] = [[MissingReason.MISSING] for _ in self.compiled.questions]
        for index in questions_behind(self.compiled, [condition]):
            choices[index] = [*self.compiled.questions[index].fullest_answers(self._bounds(index))]
        if prod(map(len, choices)) > MAX_FULLEST_FORMS:
            return None
        return [Answers(values) for values in product(*choices)]

    def _bounds(self, index: int) -> set[Decimal]:
        return bounds_tested(self.compiled, index, self._further_conditions)

    def some_weakest_forms(self, condition: Condition) -> list[Answers]:
        """A few of the weakest forms of a condition that has too many of them; none if none are found at once."""
        if condition not in self._known_weakest_forms:
            fullest = self.holding(self._fullest_forms(condition) or [], must(condition))[:MOST_WEAKENED]
            holds, chance = must_hold(self.compiled, condition), Random(len(fullest))  # noqa: S311 - nothing secret
            starts = islice(cycle(fullest), MOST_WEAKENED)
            found = (weakest(answers, holds, self.compiled.questions, self._bounds, chance) for answers in starts)
            self._known_weakest_forms[condition] = [*dict.fromkeys(found)]
        return self._known_weakest_forms[condition]

    def forms_with(self, condition: Condition, claim: Claim) -> list[Answers]:
        """The minimal forms of a condition of which a claim is true; where these are too many, one form that is found.

        It is enough to look at minimal forms if a claim that is true of a form is true of every milder one too, as
        that its rules reach less. Raises NotDecided.
        """
        try:
            return self.holding(self.answer_sets(condition), claim)
        except TooManyMinimalForms as many:
            if found := self.holding(self.some_weakest_forms(condition), claim):
                return found
            solved = self.solved(f"it has {many}", all_of(must(condition), claim))
            return [] if solved is None else [solved]

    def holding(self, answer_sets: Sequence[Answers], claim: Claim) -> list[Answers]:
        """Those of some answers of which a claim is true."""
        return holding(self.compiled, answer_sets, claim)

    def has_minimal_form_with(self, condition: Condition, claim: Claim) -> bool:
        """Whether a claim is true of a minimal form of a condition. Raises NotDecided."""
        try:
            return bool(self.holding(self.answer_sets(condition), claim))
        except TooManyMinimalForms as many:
            if self.holding(self.some_weakest_forms(condition), claim):
                return True
            return self._by_solver(f"it has {many}", lambda solver: solver.has_minimal_form_with(condition, claim))

    def solved(self, why: str, claim: Claim, *, smallest: bool = False) -> Answers | None:
        """Some answers of which a claim is true, or None, by a solver; `why` says why minimal forms did not tell.

        If it is to be the smallest, no form with fewer answers will do. Raises NotDecided.
        """
        return self._by_solver(
            why, lambda solver: solver.smallest_form_with(claim) if smallest else solver.form_with(claim)
        )

    def _by_solver(self, why: str, ask: Callable[[FormSolver], Said]) -> Said:
        if self.solver is None:
            raise NotDecided(why, is_solver_missing=True)
        try:
            return ask(self.solver)
        except SolverGaveUp as gave_up:
            raise NotDecided(f"{why}, and {gave_up}", is_solver_missing=False) from None

    @cached_property
    def deciding_questions(self) -> frozenset[int]:
        """The questions that rules or `applies_when` read: directly, through a score, or through an `ask_when`."""
        applies = self.compiled.applies_when
        conditions = [*(rule.when for rule in self.compiled.rules), *([] if applies is None else [applies])]
        return frozenset(questions_behind(self.compiled, conditions))

    @cached_property
    def first_with_same_meaning(self) -> dict[str, CompiledRule]:
        """For each rule that can hold, by its id, the first rule that means the same; of most it is the rule itself."""
        return first_with_same_meaning(self)

    def falls_short(self, level: int, first_step: int, rules: Iterable[CompiledRule] | None = None) -> Claim:
        """The claim that these rules, or else all, reach less than a level or a first step for certain."""
        return below(level, first_step, self.compiled.rules if rules is None else rules)

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
