"""Finds with a solver forms to which two questionnaires give something else, or proves that there are none.

The form that is looked for is one of the own questionnaire. What the other questionnaire makes of it is read off by
the same `judge`, with a `Valuation` that reads each answer as the other questionnaire does. Before a form is shown,
both questionnaires judge it with the ordinary engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import z3

from iop_screen.checking.answer_order import Pairing, SharedAnswerOrder
from iop_screen.checking.claims import Judged
from iop_screen.checking.diff_claims import PairClaim
from iop_screen.checking.solver import FormSolver, FormValuation, FormVariables, Term
from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, predicate


class DifferenceSolver:
    """Looks for forms of the own questionnaire of a pairing of which claims about both questionnaires are true."""

    def __init__(self, pairing: Pairing) -> None:
        self._pairing = pairing
        self._variables = FormVariables(pairing.own.questions, SharedAnswerOrder(pairing).bounds)
        self._solver = FormSolver(pairing.own, variables=self._variables)
        self._own = Judged(pairing.own, self._solver.valuation)
        self._other = Judged(pairing.other, _ReadByOther(pairing, self._variables))

    def next_form(self, claim: PairClaim, known: Sequence[Answers], *, or_worse: bool) -> Answers | None:
        """A form of which a claim is true and that contains none that is known; None if there is none.

        No answer of it can be left out, and none can be milder. With `or_worse` a known form is contained in those
        with worse answers too, where both questionnaires order them alike. Raises SolverGaveUp.
        """
        new = z3.Not(z3.Or([self._contains(answers, or_worse=or_worse) for answers in known]))
        found = self._solver.find(claim(self._own, self._other) & new, self._replay(claim))
        return None if found is None else self._solver.weakest(found, self._replay(claim))

    def _replay(self, claim: PairClaim) -> Callable[[Answers], bool]:
        """Whether a claim is true of a form, by the ordinary engine of both questionnaires."""
        own, other = self._pairing.own, self._pairing.other

        def holds(answers: Answers) -> bool:
            there = AnswerBatch(other, [self._pairing.translated(answers)])
            return bool(claim(Judged(own, AnswerBatch(own, [answers])), Judged(other, there)))

        return holds

    def _contains(self, answers: Answers, *, or_worse: bool) -> Term:
        given = ((index, each) for index, each in enumerate(answers.values) if not isinstance(each, MissingReason))
        return z3.And([self._gives(index, answer, or_worse=or_worse) for index, answer in given])

    def _gives(self, index: int, answer: Answer, *, or_worse: bool) -> Term:
        """A form has this answer, or a worse one; where several options can be chosen, all of these."""
        question = self._pairing.own.questions[index]
        if question.allows_multiple:
            parts = (part for part in self._parts(index) if question.is_no_worse(part, answer))
            return z3.And([self._variables.where(index, _is_this(part)) for part in parts])
        or_worse = or_worse and self._pairing.is_shared(index)
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
