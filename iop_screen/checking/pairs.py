"""Every answer that is not the best one, alone and in pairs, on a form that is otherwise the best, with its result.

Answers are counted as follows:

- A risk question: each answer but the best one; of a number, each bound that a test names; of a `multiple` question,
  each need by itself.
- A context question: each answer but the one on the best form; of a `multiple` question, each option by itself.
- An `access` question and free text: none, for they move neither a level nor a first step.

Two options of one `multiple` question are a pair. Any other two answers to one question are not.

Where an answer is to a question that the form does not ask, further answers are added that open it: those for which
least is done, of these the ones with the fewest worse answers. A pair for which there are none is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from iop_screen.checking.best_form import BestForm, best_form
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AllHold
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested
from iop_screen.engine.suggest import BATCH_SIZE, Result, assess, certain_steps
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, UsableAnswer, chosen
from iop_screen.questionnaire.types import Question

Height = tuple[int, int]
"""How high a result stands: its first step and its level, counted from 0, of what is certain."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer, with the index of its question."""

    index: int
    answer: UsableAnswer


_Given = tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """A form with one answer or two that are not the best, those that were added to open their questions, its result.

    `more_together` says of a pair that it stands higher on one of the ladders than either answer does alone.
    """

    given: _Given
    added: _Given
    answers: Answers
    result: Result
    height: Height
    more_together: bool = False


@dataclass(frozen=True, slots=True)
class PairTable:
    """Each answer alone and each pair, in file order; what is left out; and the result of the best form.

    `never_asked` are answers to questions that no further answers open. `one_question` counts pairs of answers to one
    question that cannot be given together, `not_together` other pairs of which no form has both.
    """

    best: Result
    singles: tuple[Tried, ...]
    pairs: tuple[Tried, ...]
    never_asked: tuple[GivenAnswer, ...]
    one_question: int
    not_together: int

    @property
    def every_pair(self) -> int:
        """How many pairs there are of all answers, those that are left out among them."""
        return len(self.pairs) + self.one_question + self.not_together


def pair_table(compiled: CompiledQuestionnaire) -> PairTable:
    """Judges each answer that is not the best one, alone and in pairs, by the ordinary engine."""
    forms = _Forms(compiled)
    every = [*_answers_that_are_not_best(forms.best)]
    singles = _tried(compiled, forms.with_given([(one,) for one in every]))
    alone = {single.given[0]: single for single in singles}
    couples = [*combinations(every, 2)]
    possible = [couple for couple in couples if _fit_together(compiled, *couple)]
    pairs = _tried(compiled, forms.with_given(possible))
    return PairTable(
        assess(compiled, forms.best.with_answers([{}]))[0],
        tuple(singles),
        tuple(_compared_with_alone(pair, alone) for pair in pairs),
        tuple(one for one in every if one not in alone),
        len(couples) - len(possible),
        len(possible) - len(pairs),
    )


def _answers_that_are_not_best(best: BestForm) -> Iterator[GivenAnswer]:
    for index, question in enumerate(best.compiled.questions):
        if question.role != "access":
            answers = _distinct_answers(best.compiled, index, question)
            yield from (GivenAnswer(index, answer) for answer in answers if answer != best.values[index])


def _distinct_answers(compiled: CompiledQuestionnaire, index: int, question: Question) -> Iterator[UsableAnswer]:
    bounds = bounds_tested(compiled, index)
    if question.number_range is not None and question.role == "risk":
        low, high = question.number_range
        yield from (Amount(bound) for bound in sorted(bounds) if low <= bound <= high)
    elif question.allows_multiple:
        alone = {str(option.id) for option in question.options_listed if option.exclusive}
        yield from (chosen(option) for option in question.answer_ids() if option not in alone)
    else:
        yield from question.distinct_answers(bounds)


def _fit_together(compiled: CompiledQuestionnaire, one: GivenAnswer, other: GivenAnswer) -> bool:
    return one.index != other.index or compiled.questions[one.index].allows_multiple


@dataclass(frozen=True, slots=True)
class _Form:
    given: _Given
    added: _Given
    answers: Answers


class _Forms:
    """The best form with answers that are not the best, and with what opens their questions."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self.compiled = compiled
        self.best = best_form(compiled)
        self._minimal_forms = MinimalForms(compiled)
        self._ways_to_ask: dict[tuple[int, ...], list[dict[int, Answer]]] = {}

    def with_given(self, given: Sequence[_Given]) -> list[_Form]:
        """The forms with these answers, in order, without those that cannot be given together on one form."""
        fixed = {each: _together(each) for each in given}
        found = self._forms(fixed)
        closed = {each: changes for each, changes in fixed.items() if each not in found}
        found |= self._forms({each: way for each, changes in closed.items() if (way := self._opened(changes))})
        return [_Form(each, self._added(found[each], fixed[each]), found[each]) for each in given if each in found]

    def _forms(self, changed: Mapping[_Given, Mapping[int, Answer]]) -> dict[_Given, Answers]:
        """The best form with changes, where every answer given is to a question that is asked for certain."""
        forms = [*zip(changed, self.best.with_answers([*changed.values()]), strict=True)]
        found: dict[_Given, Answers] = {}
        for start in range(0, len(forms), BATCH_SIZE):
            batch = forms[start : start + BATCH_SIZE]
            valuation = AnswerBatch(self.compiled, [answers for _, answers in batch])
            asked = [valuation.asked(index).must for index in range(len(self.compiled.questions))]
            for bit, (given, answers) in enumerate(batch):
                if all(asked[each.index] >> bit & 1 for each in given):
                    found[given] = answers
        return found

    def _opened(self, fixed: Mapping[int, Answer]) -> dict[int, Answer] | None:
        """The answers given, with others for which their questions are asked: those with which they get least.

        None if there are none.
        """
        ways = (self._joined(fixed, way) for way in self._ways(tuple(fixed)))
        joined = [way for way in ways if way is not None]
        heights = _heights(self.compiled, self.best.with_answers(joined)) if joined else []
        ranked = ((height, *self._worse(way), way) for height, way in zip(heights, joined, strict=True))
        return min(ranked, key=lambda each: each[:3], default=(None,))[-1]

    def _joined(self, fixed: Mapping[int, Answer], way: Mapping[int, Answer]) -> dict[int, Answer] | None:
        """The answers given with those that open their questions; None if these would replace one of them."""
        joined = {**fixed, **way}
        for index in fixed.keys() & way.keys():
            question = self.compiled.questions[index]
            both = question.joined(fixed[index], way[index])
            if not both or not (question.allows_multiple or both[0] == fixed[index]):
                return None
            joined[index] = both[0]
        return joined

    def _ways(self, indexes: tuple[int, ...]) -> list[dict[int, Answer]]:
        """The minimal answers for which these questions are asked."""
        if indexes not in self._ways_to_ask:
            conditions = tuple(when for index in indexes if (when := self.compiled.ask_when[index]) is not None)
            try:
                answer_sets = self._minimal_forms.answer_sets(AllHold(conditions))
            except TooManyMinimalForms:
                answer_sets = []
            self._ways_to_ask[indexes] = [*map(_given_answers, answer_sets)]
        return self._ways_to_ask[indexes]

    def _worse(self, way: Mapping[int, Answer]) -> tuple[int, int]:
        """How many answers to risk questions, and how many in all, are not the best."""
        worse = [index for index, answer in way.items() if answer != self.best.values[index]]
        return sum(self.compiled.questions[index].role == "risk" for index in worse), len(worse)

    def _added(self, answers: Answers, fixed: Mapping[int, Answer]) -> _Given:
        """What a form has beyond the best form and the answers given."""
        return tuple(
            GivenAnswer(index, _without(answer, fixed.get(index)))
            for index, (answer, best) in enumerate(zip(answers.values, self.best.values, strict=True))
            if not isinstance(answer, MissingReason) and answer not in {best, fixed.get(index)}
        )


def _together(given: _Given) -> dict[int, Answer]:
    """The answers by the index of their question; several options of one question are one answer."""
    changes: dict[int, Answer] = {}
    for each in given:
        changes[each.index] = _union(changes.get(each.index), each.answer)
    return changes


def _given_answers(answers: Answers) -> dict[int, Answer]:
    return {index: answer for index, answer in enumerate(answers.values) if not isinstance(answer, MissingReason)}


def _union(before: Answer | None, answer: Answer) -> Answer:
    if isinstance(before, Chosen) and isinstance(answer, Chosen):
        return Chosen(before.options | answer.options)
    return answer


def _without(answer: UsableAnswer, given: Answer | None) -> UsableAnswer:
    if isinstance(answer, Chosen) and isinstance(given, Chosen):
        return Chosen(answer.options - given.options)
    return answer


def _tried(compiled: CompiledQuestionnaire, forms: Sequence[_Form]) -> list[Tried]:
    """The forms with their results."""
    found: list[Tried] = []
    for start in range(0, len(forms), BATCH_SIZE):
        batch = forms[start : start + BATCH_SIZE]
        answer_sets = [form.answers for form in batch]
        judged = zip(batch, assess(compiled, answer_sets), _heights(compiled, answer_sets), strict=True)
        found += [Tried(form.given, form.added, form.answers, result, height) for form, result, height in judged]
    return found


def _heights(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[Height]:
    """How high each stands; an emergency names no level."""
    found = certain_steps(compiled, answer_sets, compiled.rules)
    return [(step, 0 if step == compiled.interrupt else level) for level, step in found]


def _compared_with_alone(pair: Tried, alone: Mapping[GivenAnswer, Tried]) -> Tried:
    """The pair, marked if it stands higher than either answer alone."""
    heights = [alone[one].height for one in pair.given if one in alone]
    ladders = zip(*heights, pair.height, strict=True)
    return replace(pair, more_together=any(together > max(ladder) for *ladder, together in ladders))
