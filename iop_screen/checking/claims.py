"""Claims about one form: each is told from what is true of the form, whatever kind of truth that is.

So the same claim is worked out for a batch of forms by the ordinary engine, and for a form that a solver looks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Generic, Protocol

from iop_screen.engine.answer_batch import AnswerBatch, Answers, bit_positions
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import (
    AllHold,
    AnyHolds,
    Condition,
    ScoreAtLeast,
    T,
    Valuation,
    Verdict,
    judge,
    judge_optional,
)
from iop_screen.engine.judgement import Reached, highest_certain, ladders, suggestions
from iop_screen.engine.suggest import BATCH_SIZE
from iop_screen.questionnaire.answers import AnswerTest, MissingReason


class Judged(Generic[T]):
    """A valuation, and the verdicts that it has come to. `answered` are the questions that anybody has answered, if
    that is known.
    """

    def __init__(
        self, compiled: CompiledQuestionnaire, valuation: Valuation[T], answered: frozenset[int] | None = None
    ) -> None:
        self.compiled = compiled
        self.valuation = valuation
        self._answered = answered
        self._known: dict[int, tuple[Condition, Verdict[T]]] = {}

    def verdict(self, condition: Condition) -> Verdict[T]:
        """Whether a condition must hold, and whether it may; worked out once."""
        if id(condition) not in self._known:  # conditions are large; one that is kept here keeps its number
            self._known[id(condition)] = condition, judge(condition, self.valuation)
        return self._known[id(condition)][1]

    def ladders(self, rules: Iterable[CompiledRule]) -> tuple[Reached[T], Reached[T]]:
        """Who reaches each level and each first step by some rules."""
        return ladders(self.compiled, [(rule, self.verdict(rule.when)) for rule in rules], self.valuation)

    def without_answer(self, question: int) -> Judged[T]:
        """What is true of the same forms without the answer to one question."""
        answered = None if self._answered is None else self._answered - {question}
        return Judged(self.compiled, _WithoutAnswer(self.compiled, self.valuation, question), answered)

    def certain_ladders(self, rules: Iterable[CompiledRule]) -> tuple[Reached[T], Reached[T]]:
        """The same, but only what *must* be reached is right: rules that can hold for nobody are not judged."""
        if self._answered is None:
            return self.ladders(rules)
        answered = self._answered
        return self.ladders(rule for rule in rules if _could_hold(rule.when, answered))


class Claim(Protocol):
    """Something that is true of some forms and not of others."""

    def __call__(self, judged: Judged[T], /) -> T: ...


def _answered(answer_sets: Iterable[Answers]) -> frozenset[int]:
    values = (enumerate(answers.values) for answers in answer_sets)
    return frozenset(index for each in values for index, answer in each if not isinstance(answer, MissingReason))


def holding(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers], claim: Claim) -> list[Answers]:
    """Those of some forms of which a claim is true, by the ordinary engine."""
    found: list[Answers] = []
    for start in range(0, len(answer_sets), BATCH_SIZE):
        batch = answer_sets[start : start + BATCH_SIZE]
        judged = Judged(compiled, AnswerBatch(compiled, batch), _answered(batch))
        found += [batch[index] for index in bit_positions(claim(judged))]
    return found


def _could_hold(condition: Condition, answered: frozenset[int]) -> bool:
    """Whether a condition could hold for certain where no more than these questions are answered."""
    if isinstance(condition, AllHold):
        return all(_could_hold(part, answered) for part in condition.parts)
    if isinstance(condition, AnyHolds):
        return any(_could_hold(part, answered) for part in condition.parts)
    if isinstance(condition, ScoreAtLeast):
        fewest = sum(item.fewest for item in condition.items)
        return fewest >= condition.bound or any(item.question in answered for item in condition.items)
    return condition.question in answered


def must(condition: Condition) -> Claim:
    """A condition must hold."""

    def claim(judged: Judged[T]) -> T:
        return judged.verdict(condition).must

    return claim


def must_without(condition: Condition, other: Condition) -> Claim:
    """A condition must hold, and another one need not."""

    def claim(judged: Judged[T]) -> T:
        return judged.valuation.and_not(judged.verdict(condition).must, judged.verdict(other).must)

    return claim


def all_of(*claims: Claim) -> Claim:
    """Several claims are true."""

    def claim(judged: Judged[T]) -> T:
        return reduce(and_, (each(judged) for each in claims), judged.valuation.always)

    return claim


def below(level: int, first_step: int, rules: Iterable[CompiledRule]) -> Claim:
    """These rules reach, for certain, less than this level or this first step."""
    enough = [rule for rule in rules if rule.level >= level > 0 or rule.first_step >= first_step > 0]

    def claim(judged: Judged[T]) -> T:
        levels, steps = judged.certain_ladders(enough)
        return judged.valuation.and_not(judged.valuation.always, levels.must[level] & steps.must[first_step])

    return claim


def certain_step(levels: Collection[int] | None = None, first_steps: Collection[int] | None = None) -> Claim:
    """The rules reach, for certain, one of these levels and one of these first steps; left out, any will do."""

    def claim(judged: Judged[T]) -> T:
        holds = judged.valuation.always
        for ladder, steps in zip(judged.certain_ladders(judged.compiled.rules), (levels, first_steps), strict=True):
            holds = holds if steps is None else holds & _highest_in(steps, ladder, judged.valuation)
        return holds

    return claim


def _highest_in(steps: Collection[int], ladder: Reached[T], valuation: Valuation[T]) -> T:
    """The highest step that must be reached is one of these."""
    highest = highest_certain(ladder, valuation)
    return reduce(or_, (highest[step] for step in steps), valuation.never)


def suggested(suggestion: str) -> Claim:
    """This is what is suggested."""

    def claim(judged: Judged[T]) -> T:
        compiled, valuation = judged.compiled, judged.valuation
        fitting = suggestions(compiled, *judged.ladders(compiled.rules), valuation)
        return reduce(or_, (where for name, where in fitting if name == suggestion), valuation.never)

    return claim


def gets_more_with(question: int) -> Claim:
    """The rules reach, for certain, more than they do without the answer to one question."""

    def claim(judged: Judged[T]) -> T:
        compiled, valuation = judged.compiled, judged.valuation
        without = judged.without_answer(question)
        pairs = zip(judged.certain_ladders(compiled.rules), without.certain_ladders(compiled.rules), strict=True)
        more = (step for now, then in pairs for step in map(valuation.and_not, now.must, then.must))
        return reduce(or_, more, valuation.never)

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
