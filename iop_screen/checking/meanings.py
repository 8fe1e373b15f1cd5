"""Which rules mean the same: they name the same steps, and there is no form for which only one of them must hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from iop_screen.checking.claims import must_without
from iop_screen.checking.containment import implies
from iop_screen.checking.undecided import NotDecided
from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledRule
from iop_screen.engine.conditions import judge
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.engine.suggest import BATCH_SIZE

if TYPE_CHECKING:
    from iop_screen.checking.analysis import Analysis


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A rule, its minimal forms (None if they are too many), and of which of some forms it must hold, as bits."""

    rule: CompiledRule
    minimal: Sequence[Answers] | None
    holds: tuple[int, ...] = ()


def first_with_same_meaning(analysis: Analysis) -> dict[str, CompiledRule]:
    """For each rule that can hold, by its id, the first rule that means the same; of most it is the rule itself.

    Two rules are said to mean the same only if that is proved.
    """
    first: dict[str, CompiledRule] = {}
    for _, rules in groupby(sorted(analysis.compiled.rules, key=_steps), key=_steps):
        known: list[_Meaning] = []
        for meaning in _meanings(analysis, rules):
            same = next((earlier for earlier in known if _is_same(analysis, earlier, meaning)), meaning)
            first[meaning.rule.definition.id] = same.rule
            known += [meaning] if same is meaning else []
    return first


def _steps(rule: CompiledRule) -> tuple[int, int]:
    return rule.level, rule.first_step


def _meanings(analysis: Analysis, rules: Iterable[CompiledRule]) -> Iterator[_Meaning]:
    """What is known of each of these rules that can hold, at the minimal forms of them that are known."""
    found = [
        meaning for meaning in (_Meaning(rule, _minimal(analysis, rule)) for rule in rules) if meaning.minimal != []
    ]
    if len(found) < 2:
        yield from found
        return
    forms = [*dict.fromkeys(answers for meaning in found for answers in _known_forms(analysis, meaning))]
    starts = range(0, len(forms), BATCH_SIZE)
    batches = [AnswerBatch(analysis.compiled, forms[start : start + BATCH_SIZE]) for start in starts]
    for meaning in found:
        holds = tuple(judge(meaning.rule.when, batch).must for batch in batches)
        yield _Meaning(meaning.rule, meaning.minimal, holds)


def _known_forms(analysis: Analysis, meaning: _Meaning) -> Sequence[Answers]:
    """All minimal forms of a rule, or some of them where they are too many."""
    return analysis.some_weakest_forms(meaning.rule.when) if meaning.minimal is None else meaning.minimal


def _minimal(analysis: Analysis, rule: CompiledRule) -> Sequence[Answers] | None:
    """The minimal forms of a rule: none if it never holds, and None if they are too many."""
    try:
        return analysis.answer_sets(rule.when)
    except TooManyMinimalForms:
        with suppress(NotDecided):
            return None if analysis.can_hold(rule.when) else []
        return None


def _is_same(analysis: Analysis, one: _Meaning, other: _Meaning) -> bool:
    """Whether two rules that name the same steps are proved to hold for the same forms.

    They do if each holds at all minimal forms of the other, and if that is not known of all, if a solver says so.
    """
    if one.holds != other.holds:
        return False
    if one.minimal is not None and other.minimal is not None:
        return True
    when, other_when = one.rule.when, other.rule.when
    if implies(when, other_when) and implies(other_when, when):
        return True
    try:
        pairs = ((when, other_when), (other_when, when))
        return all(analysis.solved("", must_without(*pair)) is None for pair in pairs)
    except NotDecided:
        return False
