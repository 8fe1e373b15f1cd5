"""Finds with a solver forms to which two questionnaires give something else, or proves that there are none.

The form that is looked for is one of the own questionnaire. What the other questionnaire makes of it is read off by
the same `judge`, with a `Valuation` that reads each answer as the other questionnaire does. Before a form is shown,
both questionnaires judge it with the ordinary engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

import z3

from iop_screen.checking.answer_order import Pairing, SharedAnswerOrder
from iop_screen.checking.outcomes import Outcomes, outcome_texts
from iop_screen.checking.solver import FormSolver, FormValuation, FormVariables, Term
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledRule
from iop_screen.engine.conditions import judge
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, predicate


class DifferenceSolver:
    """Looks for forms of the own questionnaire of a pairing that get another outcome from the other one."""

    def __init__(self, pairing: Pairing, outcomes: Outcomes, *, or_worse: bool) -> None:
        """With `or_worse` a form stands for those with worse answers too, where both order them alike."""
        self._pairing = pairing
        self._outcomes = outcomes
        self._or_worse = or_worse
        self._variables = FormVariables(pairing.own.questions, SharedAnswerOrder(pairing).bounds)
        self._solver = FormSolver(pairing.own, variables=self._variables)
        self._read_by_other = _ReadByOther(pairing, self._variables)
        self._own = outcomes(pairing.own, self._solver.valuation)
        self._other = outcomes(pairing.other, self._read_by_other)
        self._news = z3.Not(z3.Or([self._own[text] & self._other[text] for text in self._own.keys() & self._other]))

    def block(self, known: Iterable[Answers]) -> None:
        """No form is looked for any more that contains one of these and has the same outcomes."""
        answer_sets = [*known]
        for answers, pair in zip(answer_sets, self._pairs(answer_sets), strict=True):
            self._news = self._news & z3.Not(self._contains(answers) & self._with_outcomes(pair))

    def anywhere(self) -> Answers | None:
        """A form with another outcome that contains none that is known, or None. Raises SolverGaveUp."""
        return self._difference(z3.BoolVal(val=True))

    def where_one_holds(self, rules: Iterable[CompiledRule]) -> Answers | None:
        """The same where one of these rules of the own questionnaire must hold. Raises SolverGaveUp."""
        return self._difference(z3.Or([judge(rule.when, self._solver.valuation).must for rule in rules]))

    def where_two_hold(self, pairs: Iterable[tuple[CompiledRule, CompiledRule]]) -> Answers | None:
        """The same where both rules of a pair must hold, the second one in the other questionnaire.

        Raises SolverGaveUp.
        """
        own, other = self._solver.valuation, self._read_by_other
        return self._difference(
            z3.Or([judge(rule.when, own).must & judge(there.when, other).must for rule, there in pairs])
        )

    def _difference(self, where: Term) -> Answers | None:
        """A form that is then known. It has as few answers as can be with its outcomes, and no milder ones."""
        found = self._solver.find(where & self._news, self._differ)
        if found is None:
            return None
        pair = self._pair(found)
        smallest = self._solver.smallest(self._with_outcomes(pair), lambda answers: self._pair(answers) == pair)
        if smallest is None:
            raise RuntimeError("a form that was found is not found again")
        self.block([smallest])
        return smallest

    def _differ(self, answers: Answers) -> bool:
        own, other = self._pair(answers)
        return own != other

    def _pair(self, answers: Answers) -> tuple[str, str]:
        return self._pairs([answers])[0]

    def _pairs(self, answer_sets: Sequence[Answers]) -> list[tuple[str, str]]:
        """The outcomes of forms in both questionnaires, by the ordinary engine."""
        there = [self._pairing.translated(answers) for answers in answer_sets]
        own = outcome_texts(self._pairing.own, answer_sets, self._outcomes)
        return [*zip(own, outcome_texts(self._pairing.other, there, self._outcomes), strict=True)]

    def _with_outcomes(self, pair: tuple[str, str]) -> Term:
        return self._own[pair[0]] & self._other[pair[1]]

    def _contains(self, answers: Answers) -> Term:
        given = ((index, each) for index, each in enumerate(answers.values) if not isinstance(each, MissingReason))
        return z3.And([self._gives(index, answer) for index, answer in given])

    def _gives(self, index: int, answer: Answer) -> Term:
        """A form has this answer, or one that a difference with this answer speaks of too; of options, all of them."""
        question = self._pairing.own.questions[index]
        if question.allows_multiple:
            parts = (part for part in self._parts(index) if question.is_no_worse(part, answer))
            return z3.And([self._variables.where(index, _is_this(part)) for part in parts])
        or_worse = self._or_worse and self._pairing.is_shared(index)
        return self._variables.where(
            index, lambda other: other == answer or (or_worse and question.is_no_worse(answer, other))
        )

    def _parts(self, index: int) -> Iterator[Answer]:
        return self._pairing.own.questions[index].distinct_answers(self._variables.bounds(index))


class _ReadByOther(FormValuation):
    """What is true of the form, which is one of the own questionnaire, as the other questionnaire reads it."""

    def __init__(self, pairing: Pairing, variables: FormVariables) -> None:
        super().__init__(pairing.other, variables)
        self._pairing = pairing
        self._readable: dict[int, Term] = {}

    def passes(self, test: AnswerTest) -> Term:
        index = self._pairing.own_index(test.question)
        if index is None:
            return self.never
        if test not in self._passes:
            self._passes[test] = self._is_readable(index) & self.variables.where(index, predicate(test))
        return self._passes[test]

    def unanswered(self, question: int) -> Term:
        index = self._pairing.own_index(question)
        return self.always if index is None else z3.Not(self.variables.answered[index] & self._is_readable(index))

    def _is_readable(self, index: int) -> Term:
        """No part of the answer, and no two parts, are unreadable to the other questionnaire."""
        if index not in self._readable:
            self._readable[index] = z3.Not(z3.Or([*self._unreadable(index)]))
        return self._readable[index]

    def _unreadable(self, index: int) -> Iterator[Term]:
        own, other = self._pairing.own.questions[index], self._pairing.counterpart(index)
        parts = [*own.distinct_answers(self.variables.bounds(index))]
        if other is None:
            return
        yield from (self.variables.where(index, _is_this(part)) for part in parts if not other.fits(part))
        for one, further in combinations(parts, 2):
            both = own.together([one, further])
            if both is not None and not other.fits(both):
                yield self.variables.where(index, _is_this(one)) & self.variables.where(index, _is_this(further))


def _is_this(answer: Answer) -> Callable[[Answer], bool]:
    """Whether an answer is this one."""
    return lambda other: other == answer
