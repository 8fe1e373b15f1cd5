"""Decides with a solver what minimal forms are too many to decide: is there a form of which a claim is true?

What a form can say is a few variables for each question: one for each answer that tests can tell apart; none of them
is true of a form without a usable answer. What a claim means is read off by the ordinary `judge`, with a `Valuation`
whose truths are expressions over these variables. So the meaning of a condition is not written a second time.

A form that the solver finds is never shown before the ordinary engine has come to the same result for it. Only its
word that there is none is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import combinations
from typing import Any

import z3

from iop_screen.checking.claims import Claim, Judged, all_of, holding, must
from iop_screen.checking.undecided import SolverGaveUp
from iop_screen.checking.weakening import milder, reduced, weakest
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition, Valuation, Verdict, judge_optional
from iop_screen.engine.representative_answers import bounds_tested, every_answer, questions_behind
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, UsableAnswer, predicate
from iop_screen.questionnaire.types import Question

Term = Any
"""What is true of the form that is looked for: a Boolean expression of z3, which has no types of its own."""

QUERY_SECONDS = 10.0
"""So long the solver may look for one form."""

SECONDS_IN_ALL = 120.0
"""So long it may look for forms on one questionnaire."""


MOST_TRIES = 200
"""So many of the weakest forms of one condition are looked for, one after the other."""


class FormVariables:
    """What a form can say, as variables: of each question one for each answer that is told apart.

    Of a question where several options can be chosen, it is one for each option. `bounds` gives, by the index of a
    question, the numbers at which answers to it are told apart. Of the questions in `listed`, each answer has a
    variable, also where it is several options.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        bounds: Callable[[int], Collection[Decimal]],
        listed: Collection[int] = (),
    ) -> None:
        self._questions = questions
        self.bounds = bounds
        self._combined = [question.allows_multiple and index not in listed for index, question in enumerate(questions)]
        self._said: list[list[tuple[UsableAnswer, Term]]] = []
        self.constraints: list[Term] = []
        for index, question in enumerate(questions):
            answers = (
                every_answer(question, bounds(index)) if index in listed else question.distinct_answers(bounds(index))
            )
            said = [(answer, z3.Bool(f"{index}:{number}")) for number, answer in enumerate(answers)]
            self._said.append(said)
            self.constraints += [
                z3.Or(z3.Not(one), z3.Not(other))
                for (answer, one), (further, other) in combinations(said, 2)
                if not self._combined[index] or question.together([answer, further]) is None
            ]
        self.answered = [z3.Or([variable for _, variable in said]) for said in self._said]

    def where(self, index: int, passes: Callable[[Answer], bool]) -> Term:
        """The question has a usable answer that passes; of several options, one of them passes by itself."""
        return z3.Or([variable for answer, variable in self._said[index] if passes(answer)])

    def contains(self, answers: Answers) -> Term:
        """Each question that these answers answer has the same answer or a worse one; of options, all of them."""
        given = [
            (index, answer) for index, answer in enumerate(answers.values) if not isinstance(answer, MissingReason)
        ]
        return z3.And([self._no_better(index, answer) for index, answer in given])

    def _no_better(self, index: int, answer: Answer) -> Term:
        question = self._questions[index]
        if self._combined[index]:
            parts = [variable for part, variable in self._said[index] if question.is_no_worse(part, answer)]
            return z3.And(parts)
        return self.where(index, lambda other: question.is_no_worse(answer, other))

    def at_most_answered(self, count: int) -> Term:
        """No more questions than this are answered."""
        return z3.AtMost(*self.answered, count) if count >= 0 else z3.BoolVal(val=False)

    def read(self, model: Term) -> Answers:
        """The answers that a model of the solver stands for."""
        values: list[Answer] = []
        for question, said in zip(self._questions, self._said, strict=True):
            true = [answer for answer, variable in said if z3.is_true(model.eval(variable))]
            values.append(question.together(true) or MissingReason.MISSING)
        return Answers(tuple(values))


class FormValuation(Valuation[Term]):
    """What is true of the form that is looked for."""

    def __init__(self, compiled: CompiledQuestionnaire, variables: FormVariables) -> None:
        self.compiled = compiled
        self.variables = variables
        self._asked: list[Verdict[Term]] = []
        self._passes: dict[AnswerTest, Term] = {}
        self._sums: dict[tuple[tuple[int, int], ...], _Sum] = {}

    always = z3.BoolVal(val=True)
    never = z3.BoolVal(val=False)

    def passes(self, test: AnswerTest) -> Term:
        if test not in self._passes:
            self._passes[test] = self.variables.where(test.question, predicate(test))
        return self._passes[test]

    def unanswered(self, question: int) -> Term:
        return z3.Not(self.variables.answered[question])

    def asked(self, question: int) -> Verdict[Term]:
        for index in range(len(self._asked), question + 1):  # an `ask_when` reads only questions further up
            self._asked.append(judge_optional(self.compiled.ask_when[index], self))
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, Term]], bound: int) -> Term:
        counted = tuple((number, term) for number, term in points if number)
        most = sum(number for number, _ in counted)
        if not 0 < bound <= most:
            return self.always if bound <= 0 else self.never
        if len(counted) > MOST_TERMS or bound > MOST_POINTS:
            return z3.PbGe([(term, number) for number, term in counted], bound)
        key = tuple((number, term.get_id()) for number, term in counted)  # a sum holds its terms: their ids stay theirs
        return self._sums.setdefault(key, _Sum(counted)).reaches(bound)

    def and_not(self, this: Term, other: Term) -> Term:
        return this & z3.Not(other)


MOST_TERMS, MOST_POINTS = 200, 1_000
"""A sum of more terms, or up to more points, is left to the solver as a whole."""


class _Sum:
    """Points that are added up one term after the other, and from where on they reach how many.

    All bounds on a score share these expressions, so the solver sees that a sum of 12 is also one of 8.
    """

    def __init__(self, points: tuple[tuple[int, Term], ...]) -> None:
        self._points = points
        self._most = [sum(number for number, _ in points[start:]) for start in range(len(points) + 1)]
        self._reached: dict[tuple[int, int], Term] = {}

    def reaches(self, bound: int, start: int = 0) -> Term:
        """The terms from one on add up to a bound or more."""
        if bound <= 0 or self._most[start] < bound:
            return z3.BoolVal(val=bound <= 0)
        if (bound, start) not in self._reached:
            number, term = self._points[start]
            with_it, without_it = self.reaches(bound - number, start + 1), self.reaches(bound, start + 1)
            self._reached[bound, start] = (term & with_it) | without_it
        return self._reached[bound, start]


class FormSolver:
    """Looks for forms on one questionnaire. `beside` are further conditions that are asked about."""

    def __init__(
        self,
        compiled: CompiledQuestionnaire,
        beside: Iterable[Condition] = (),
        variables: FormVariables | None = None,
    ) -> None:
        self.compiled = compiled
        beside = tuple(beside)
        self.variables = variables or FormVariables(
            compiled.questions, lambda index: bounds_tested(compiled, index, beside)
        )
        self.valuation = FormValuation(compiled, self.variables)
        self._judged = Judged(compiled, self.valuation)
        self._seconds_left = SECONDS_IN_ALL

    def form_with(self, claim: Claim, *more: Term) -> Answers | None:
        """Some answers of which a claim is true, and more terms; None if there are none. Raises SolverGaveUp."""
        return self.find(z3.And(claim(self._judged), *more), self.replay(claim))

    def smallest_form_with(self, claim: Claim) -> Answers | None:
        """Such answers to as few questions as can be, none of which can be milder. Raises SolverGaveUp."""
        return self.smallest(claim(self._judged), self.replay(claim))

    def has_minimal_form_with(self, condition: Condition, claim: Claim) -> bool:
        """Whether a claim is true of one of the weakest forms for which a condition must hold. Raises SolverGaveUp.

        A form is found of which both are true, and made as weak as the condition lets it be. If the claim is no longer
        true then, no form that contains this one is looked at again.
        """
        both, meets, fits = all_of(must(condition), claim), self.replay(must(condition)), self.replay(claim)
        behind = questions_behind(self.compiled, [condition])
        left = z3.Not(z3.Or([said for index, said in enumerate(self.variables.answered) if index not in behind]))
        for _ in range(MOST_TRIES):
            found = self.form_with(both, left)
            if found is None:
                return False
            weakest = self.weakest(found, meets)
            if fits(weakest):
                return True
            left = left & z3.Not(self.variables.contains(weakest))
        raise SolverGaveUp(f"{MOST_TRIES} tries")

    def replay(self, claim: Claim) -> Callable[[Answers], bool]:
        """Whether a claim is true of some answers, by the ordinary engine."""
        return lambda answers: bool(holding(self.compiled, [answers], claim))

    def find(self, term: Term, holds: Callable[[Answers], bool]) -> Answers | None:
        """Some answers of which a term is true, or None. `holds` says the same of answers by the ordinary engine.

        Raises SolverGaveUp; RuntimeError if the engine says something else, which is a bug of ours.
        """
        found = self._solve(term)
        if found is not None and not holds(found):
            raise RuntimeError("the engine comes to another result than the solver")
        return found

    def smallest(self, term: Term, holds: Callable[[Answers], bool]) -> Answers | None:
        """The same with as few questions answered as can be, and no answer that could be milder.

        If only the search for fewer takes too long, none of the answers can be left out. Raises SolverGaveUp.
        """
        found, smallest = self.find(term, holds), None
        with suppress(SolverGaveUp):
            while found is not None:
                smallest = reduced(found, holds)
                found = self.find(term & self.variables.at_most_answered(smallest.size - 1), holds)
        if smallest is None:
            return None
        return milder(smallest, holds, self.compiled.questions, self.variables.bounds)

    def weakest(self, answers: Answers, holds: Callable[[Answers], bool]) -> Answers:
        """The answers made weaker while something holds: none can be left out and none can be milder."""
        return weakest(answers, holds, self.compiled.questions, self.variables.bounds)

    def _solve(self, term: Term) -> Answers | None:
        """What the solver finds, or None if it proves that there is nothing. Raises SolverGaveUp."""
        if self._seconds_left <= 0:
            raise SolverGaveUp(f"{QUERY_SECONDS:g} seconds")
        solver = z3.SolverFor("QF_FD")  # whole numbers in a range and sums of them, which is all there is
        solver.set("timeout", int(1000 * min(QUERY_SECONDS, self._seconds_left)))
        solver.add(*self.variables.constraints, term)
        started = time.monotonic()
        said = solver.check()
        self._seconds_left -= time.monotonic() - started
        if said == z3.unsat:
            return None
        if said == z3.sat:
            return self.variables.read(solver.model())
        if solver.reason_unknown() == "interrupted from keyboard":  # it takes Ctrl-C for itself
            raise KeyboardInterrupt
        raise SolverGaveUp(f"{QUERY_SECONDS:g} seconds")
