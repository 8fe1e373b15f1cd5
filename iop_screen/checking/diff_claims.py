"""Claims about one form and two questionnaires; where one is true, the two give the form something else.

The form is one of the questionnaire `own`; `other` reads it by the ids in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import Protocol

from iop_screen.checking.answer_order import Pairing
from iop_screen.checking.claims import Claim, Judged
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import T, judge_optional


class PairClaim(Protocol):
    """Something that is true of some forms, by what both questionnaires make of them."""

    def __call__(self, own: Judged[T], other: Judged[T], /) -> T: ...


def gives_more(pairing: Pairing, rule: CompiledRule) -> PairClaim:
    """A rule of the own questionnaire must hold, and the other questionnaire gives less than the rule does."""
    lacking = [*_lacking(pairing, rule)]

    def claim(own: Judged[T], other: Judged[T]) -> T:
        less = own.valuation.never
        for each in lacking:
            less = less | each(own, other)
        return own.verdict(rule.when).must & less

    return claim


def gives_swapped_steps(pairing: Pairing) -> Iterator[tuple[str, PairClaim]]:
    """For each two steps in another order: the form gets the first from the own, the second from the other one."""
    for ladder in (0, 1):
        own, other = _steps(pairing.own)[ladder], _steps(pairing.other)[ladder]
        for here, there in sorted(swapped(own, other)):
            name = f"{own[here][0]} and {other[there][0]}"
            yield name, _both(_Exactly(ladder, here), _Exactly(ladder, there))


def gives_other_scope() -> Iterator[PairClaim]:
    """For each two answers to whether it applies: the own one gives the first, and the other one the second."""
    for own, other in permutations((_in_scope, _perhaps_in_scope, _out_of_scope), 2):
        yield _both(own, other)


def _both(of_own: Claim, of_other: Claim) -> PairClaim:
    def claim(own: Judged[T], other: Judged[T]) -> T:
        return of_own(own) & of_other(other)

    return claim


# Steps.


@dataclass(frozen=True, slots=True)
class _Reached:
    """A step of a ladder, or a higher one, is given for certain."""

    ladder: int
    step: int

    def __call__(self, judged: Judged[T]) -> T:
        if self.step >= len(_steps(judged.compiled)[self.ladder]):
            return judged.valuation.never
        rules = [rule for rule in judged.compiled.rules if (rule.level, rule.first_step)[self.ladder] >= self.step > 0]
        return judged.ladders(rules)[self.ladder].must[self.step]


@dataclass(frozen=True, slots=True)
class _Exactly:
    """A step of a ladder is given for certain, and no higher one."""

    ladder: int
    step: int

    def __call__(self, judged: Judged[T]) -> T:
        higher = _Reached(self.ladder, self.step + 1)(judged)
        return judged.valuation.and_not(_Reached(self.ladder, self.step)(judged), higher)


def _lacking(pairing: Pairing, rule: CompiledRule) -> Iterator[PairClaim]:
    """For the level and for the first step of a rule: the other questionnaire gives less."""
    for ladder, step in enumerate((rule.level, rule.first_step)):
        own, other = _steps(pairing.own)[ladder], _steps(pairing.other)[ladder]
        there = other.index(own[step]) if own[step] in other else None
        if step:
            yield _less(ladder, step, there, is_highest=there is None or bool(swapped(own, other)))


def _less(ladder: int, step: int, there: int | None, *, is_highest: bool) -> PairClaim:
    """The other questionnaire does not reach a step, which is `there` in it, if it has it.

    With `is_highest` the own questionnaire reaches none above it: where steps stand in another order, or only one has
    them, both could otherwise give the same one.
    """

    def claim(own: Judged[T], other: Judged[T]) -> T:
        valuation = own.valuation
        less = valuation.always
        if there is not None:
            less = valuation.and_not(less, _Reached(ladder, there)(other))
        return valuation.and_not(less, _Reached(ladder, step + 1)(own)) if is_highest else less

    return claim


Step = tuple[str, bool]
"""The id of a step, and whether it makes an emergency."""


def _steps(compiled: CompiledQuestionnaire) -> tuple[list[Step], list[Step]]:
    """The steps of both ladders from the bottom."""
    questionnaire = compiled.questionnaire
    levels = [(str(level.id), False) for level in questionnaire.levels]
    return levels, [("no first step", False), *((str(step.id), step.interrupt) for step in questionnaire.first_steps)]


def swapped(own: Sequence[object], other: Sequence[object]) -> set[tuple[int, int]]:
    """Pairs of steps, as their indexes: the first is above the second in the own order, and below it in the other."""
    both = {*own} & {*other}
    return {
        (own_index, other_index)
        for (own_index, higher), (other_index, lower) in product(enumerate(own), enumerate(other))
        if {higher, lower} <= both and own_index > own.index(lower) and other_index > other.index(higher)
    }


# Scope.


def _in_scope(judged: Judged[T]) -> T:
    return judge_optional(judged.compiled.applies_when, judged.valuation).must


def _perhaps_in_scope(judged: Judged[T]) -> T:
    applies = judge_optional(judged.compiled.applies_when, judged.valuation)
    return judged.valuation.and_not(applies.may, applies.must)


def _out_of_scope(judged: Judged[T]) -> T:
    applies = judge_optional(judged.compiled.applies_when, judged.valuation)
    return judged.valuation.and_not(judged.valuation.always, applies.may)
