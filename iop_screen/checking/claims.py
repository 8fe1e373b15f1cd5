"""Claims about one form: each is told from what is true of the form, whatever kind of truth that is.

So the same claim is worked out for a batch of forms by the ordinary engine, and for a form that a solver looks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import Protocol

from iop_screen.engine.answer_batch import AnswerBatch, Answers, bit_positions
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import Condition, T, Valuation, Verdict, judge, judge_optional
from iop_screen.engine.judgement import ladders, suggestions
from iop_screen.engine.suggest import BATCH_SIZE
from iop_screen.questionnaire.answers import AnswerTest


class Claim(Protocol):
    """Something that is true of some forms and not of others."""

    def __call__(self, valuation: Valuation[T], /) -> T: ...


def holding(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers], claim: Claim) -> list[Answers]:
    """Those of some forms of which a claim is true, by the ordinary engine."""
    found: list[Answers] = []
    for start in range(0, len(answer_sets), BATCH_SIZE):
        batch = answer_sets[start : start + BATCH_SIZE]
        found += [batch[index] for index in bit_positions(claim(AnswerBatch(compiled, batch)))]
    return found


def anything(valuation: Valuation[T]) -> T:
    """True of every form."""
    return valuation.always


def must(condition: Condition) -> Claim:
    """A condition must hold."""

    def claim(valuation: Valuation[T]) -> T:
        return judge(condition, valuation).must

    return claim


def all_of(*claims: Claim) -> Claim:
    """Several claims are true."""

    def claim(valuation: Valuation[T]) -> T:
        return reduce(and_, (each(valuation) for each in claims), valuation.always)

    return claim


def only_one_must(one: Condition, other: Condition) -> Claim:
    """One of two conditions must hold, and the other need not."""

    def claim(valuation: Valuation[T]) -> T:
        first, second = judge(one, valuation).must, judge(other, valuation).must
        return valuation.and_not(first, second) | valuation.and_not(second, first)

    return claim


def below(compiled: CompiledQuestionnaire, level: int, first_step: int, rules: Iterable[CompiledRule]) -> Claim:
    """These rules reach, for certain, less than this level or this first step."""
    judged = [*rules]

    def claim(valuation: Valuation[T]) -> T:
        levels, steps = ladders(compiled, [(rule, judge(rule.when, valuation)) for rule in judged], valuation)
        return valuation.and_not(valuation.always, levels.must[level] & steps.must[first_step])

    return claim


def certain_step(
    compiled: CompiledQuestionnaire,
    *,
    levels: Iterable[int] | None = None,
    first_steps: Iterable[int] | None = None,
) -> Claim:
    """The rules reach, for certain, one of these levels and one of these first steps; left out, any will do."""
    wanted = [None if each is None else {*each} for each in (levels, first_steps)]

    def claim(valuation: Valuation[T]) -> T:
        verdicts = [(rule, judge(rule.when, valuation)) for rule in compiled.rules]
        holds = valuation.always
        for ladder, steps in zip(ladders(compiled, verdicts, valuation), wanted, strict=True):
            if steps is not None:
                above = (*ladder.must[1:], valuation.never)
                exactly = [valuation.and_not(*pair) for pair in zip(ladder.must, above, strict=True)]
                at_any = valuation.never
                for step in steps:
                    at_any = at_any | exactly[step]
                holds = holds & at_any
        return holds

    return claim


def suggested(compiled: CompiledQuestionnaire, suggestion: str) -> Claim:
    """This is what is suggested."""

    def claim(valuation: Valuation[T]) -> T:
        verdicts = [(rule, judge(rule.when, valuation)) for rule in compiled.rules]
        found = valuation.never
        for name, where in suggestions(compiled, *ladders(compiled, verdicts, valuation), valuation):
            found = found | where if name == suggestion else found
        return found

    return claim


def gets_more_with(compiled: CompiledQuestionnaire, question: int) -> Claim:
    """The rules reach, for certain, more than they do without the answer to one question."""

    def claim(valuation: Valuation[T]) -> T:
        without = _WithoutAnswer(compiled, valuation, question)
        more = valuation.never
        now, then = (
            ladders(compiled, [(rule, judge(rule.when, each)) for rule in compiled.rules], each)
            for each in (valuation, without)
        )
        for ladder, lower in zip(now, then, strict=True):
            for reached, still in zip(ladder.must, lower.must, strict=True):
                more = more | valuation.and_not(reached, still)
        return more

    return claim


class _WithoutAnswer(Valuation[T]):
    """What is true of the same forms without the answer to one question."""

    def __init__(self, compiled: CompiledQuestionnaire, valuation: Valuation[T], question: int) -> None:
        self._compiled = compiled
        self._valuation = valuation
        self._question = question
        self._asked: dict[int, Verdict[T]] = {}

    @property
    def always(self) -> T:
        return self._valuation.always

    @property
    def never(self) -> T:
        return self._valuation.never

    def passes(self, test: AnswerTest) -> T:
        return self.never if test.question == self._question else self._valuation.passes(test)

    def unanswered(self, question: int) -> T:
        return self.always if question == self._question else self._valuation.unanswered(question)

    def asked(self, question: int) -> Verdict[T]:
        for index in range(len(self._asked), question + 1):  # an `ask_when` reads only questions further up
            self._asked[index] = judge_optional(self._compiled.ask_when[index], self)
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, T]], bound: int) -> T:
        return self._valuation.add_up_to(points, bound)

    def and_not(self, this: T, other: T) -> T:
        return self._valuation.and_not(this, other)
