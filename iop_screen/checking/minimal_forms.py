"""Minimal forms: a short list of answers that stand for all answers for which a condition must hold.

Conditions only ask for "at least this bad", so every condition that holds for some answers also holds for answers with
more questions answered, or worse answers. What is true of every minimal form of a condition is therefore true of all
answers for which the condition must hold. A minimal form leaves open every question that it does not need.

Three things have no order, so each value is looked at: the options of a context question, its numbers (one for each
range in which all tests agree), and the points of a score, of which only the sum counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from math import prod
from typing import assert_never

from iop_screen.checking.answer_order import AnswerOrder, Pairing, SharedAnswerOrder
from iop_screen.engine.answer_batch import Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, ScoreAtLeast, ScoreItem, leaf_tests
from iop_screen.engine.representative_answers import check_minimal_form_limit, conditions_of, every_answer
from iop_screen.questionnaire.answers import Answer, Chosen, HasOption, NumberAtLeast, NumberAtMost

MAX_COMPARED = 400
"""Up to so many minimal forms are compared, to drop those that contain another. Dropping them only saves work."""


@dataclass(frozen=True, slots=True)
class MinimalForm:
    """Answers, by the index of their question, and the sums that scores have to reach."""

    answers: tuple[tuple[int, Answer], ...] = ()
    sums: tuple[ScoreAtLeast, ...] = ()


class MinimalForms:
    """Finds minimal forms in one questionnaire. `beside` are further conditions that are looked at with it.

    With a `pairing`, answers are ordered as both questionnaires of it order them: what holds in either of them for
    some answers also holds there for all answers that contain these. Without `stand_ins`, one item of a score does not
    stand for another one: all answers for which a condition must hold then contain a minimal form answer by answer.
    """

    def __init__(
        self,
        compiled: CompiledQuestionnaire,
        beside: Iterable[Condition] = (),
        *,
        pairing: Pairing | None = None,
        stand_ins: bool = True,
    ) -> None:
        self.compiled = compiled
        self._stand_ins = stand_ins
        beside = tuple(beside)
        in_notes = [note.when for note in compiled.notes if note.when is not None]  # their bounds count as well
        self._order = AnswerOrder(compiled, [*beside, *in_notes]) if pairing is None else SharedAnswerOrder(pairing)
        tests = [test for condition in (*conditions_of(compiled), *beside) for test in leaf_tests(condition)]
        self._tested = {test.question for test in tests if not isinstance(test, ScoreAtLeast)}
        self._tested |= set() if pairing is None else pairing.read_separately()
        scores = {test.items for test in tests if isinstance(test, ScoreAtLeast)}
        added = [item.question for items in scores for item in items]
        self._in_several_scores = {index for index in added if added.count(index) > 1}
        self._known: dict[int, list[MinimalForm]] = {}

    def answer_sets(self, condition: Condition) -> list[Answers]:
        """The minimal forms of a condition as answers, each once. Raises TooManyMinimalForms."""
        found: dict[Answers, None] = {}
        for minimal_form in self.find(condition):
            for answers in self._as_answers(minimal_form):
                found[answers] = None
                check_minimal_form_limit(len(found))
        return [*found]

    def find(self, condition: Condition) -> list[MinimalForm]:
        """The minimal forms of a condition; none if it can never hold for certain. Raises TooManyMinimalForms."""
        match condition:
            case AllHold(parts):
                return self._combinations([self.find(part) for part in parts])
            case AnyHolds(parts):
                return self._without_larger([minimal_form for part in parts for minimal_form in self.find(part)])
            case ScoreAtLeast():
                return [MinimalForm(sums=(condition,))]
            case HasOption() | NumberAtLeast() | NumberAtMost():
                tests = [MinimalForm(((condition.question, answer),)) for answer in self._order.mildest(condition)]
                return self._combinations([tests, self._asked(condition.question)])
            case _:
                assert_never(condition)

    def _asked(self, index: int) -> list[MinimalForm]:
        """The minimal forms for which a question is asked for certain.

        Those of the questions that it depends on are found first, so that a long chain does not recurse deeply.
        """
        for above in (*sorted(self._unknown_above(index)), index):
            if above not in self._known:
                ask_when = self.compiled.ask_when[above]
                self._known[above] = [MinimalForm()] if ask_when is None else self.find(ask_when)
        return self._known[index]

    def _unknown_above(self, index: int) -> set[int]:
        """The questions that decide whether this one is asked and whose minimal forms are not known yet.

        Scores are left out: `find` does not look at whether their items are asked.
        """
        found: set[int] = set()
        waiting = [index]
        while waiting:
            ask_when = self.compiled.ask_when[waiting.pop()]
            tests = () if ask_when is None else leaf_tests(ask_when)
            new = {test.question for test in tests if not isinstance(test, ScoreAtLeast)} - found - self._known.keys()
            found |= new
            waiting += new
        return found

    def _combinations(self, alternatives: list[list[MinimalForm]]) -> list[MinimalForm]:
        minimal_forms = [MinimalForm()]
        for further in alternatives:
            check_minimal_form_limit(len(minimal_forms) * len(further))
            pairs = product(minimal_forms, further)
            minimal_forms = self._without_larger(
                [minimal_form for one, other in pairs for minimal_form in self._joined(one, other)]
            )
        return minimal_forms

    def _joined(self, one: MinimalForm, other: MinimalForm) -> list[MinimalForm]:
        """The minimal forms that contain both; none if no answers can."""
        answers = dict(one.answers)
        ways = {
            index: self._order.joined(index, answers[index], answer) if index in answers else [answer]
            for index, answer in other.answers
        }
        bounds: dict[tuple[ScoreItem, ...], int] = {}
        for test in (*one.sums, *other.sums):
            bounds[test.items] = max(test.bound, bounds.get(test.items, 0))
        ordered = sorted(bounds.items(), key=lambda pair: [item.question for item in pair[0]])
        sums = tuple(ScoreAtLeast(items, bound) for items, bound in ordered)
        return [
            MinimalForm(_by_index(answers | dict(zip(ways, picked, strict=True))), sums)
            for picked in product(*ways.values())
        ]

    def _without_larger(self, minimal_forms: list[MinimalForm]) -> list[MinimalForm]:
        distinct = [*dict.fromkeys(minimal_forms)]
        if len(distinct) > MAX_COMPARED:
            return distinct
        kept: list[MinimalForm] = []
        for minimal_form in distinct:
            if not any(self._is_contained(other, minimal_form) for other in kept):
                kept = [other for other in kept if not self._is_contained(minimal_form, other)] + [minimal_form]
        return kept

    def _is_contained(self, one: MinimalForm, other: MinimalForm) -> bool:
        """Whether the second minimal form contains the first one."""
        answers = dict(other.answers)
        sums = {test.items: test.bound for test in other.sums}
        return all(
            index in answers and self._order.no_worse(index, answer, answers[index]) for index, answer in one.answers
        ) and all(test.items in sums and test.bound <= sums[test.items] for test in one.sums)

    def _as_answers(self, minimal_form: MinimalForm) -> Iterator[Answers]:
        """The answers of a minimal form, with the fewest further ones that reach its sums."""
        if not minimal_form.sums:
            values = [*no_answers(self.compiled).values]
            for index, answer in minimal_form.answers:
                values[index] = answer
            yield Answers(tuple(values))
            return
        test, *rest = minimal_form.sums
        for fuller in self._reaching_bound(MinimalForm(minimal_form.answers), test):
            for joined in self._joined(fuller, MinimalForm(sums=tuple(rest))):
                yield from self._as_answers(joined)

    def _reaching_bound(self, minimal_form: MinimalForm, test: ScoreAtLeast) -> Iterator[MinimalForm]:
        """The minimal form with answers added until the score reaches its bound.

        Only one choice of items is tried where only this score reads them.
        """
        fixed = dict(minimal_form.answers)
        single = [item for item in test.items if self._is_separate(item, fixed)]
        totals = self._totals([item for item in test.items if item not in single])
        ways = [[*self._choices(item, fixed)] for item in single]
        check_minimal_form_limit(prod(map(len, ways)))
        for picked in product(*ways):
            low = sum(points for points, _ in picked)
            enough = [total for total in totals if total + low >= test.bound]
            if enough:
                minimal_forms = [[minimal_form], [totals[min(enough)]], *[asked for _, asked in picked]]
                yield from self._combinations(minimal_forms)

    def _is_separate(self, item: ScoreItem, fixed: dict[int, Answer]) -> bool:
        index = item.question
        read = index in self._tested or index in self._in_several_scores or index in fixed
        return read or self.compiled.ask_when[index] is not None or not self._stand_ins

    def _totals(self, items: list[ScoreItem]) -> dict[int, MinimalForm]:
        """Each sum that answers to these items reach, with such answers; an open item counts its fewest points."""
        totals = {0: MinimalForm()}
        for item in items:
            added: dict[int, MinimalForm] = {}
            for total, minimal_form in totals.items():
                for points, answer in self._mildest_answers(item):
                    more = minimal_form.answers if answer is None else (*minimal_form.answers, (item.question, answer))
                    known = added.get(total + points)
                    if known is None or len(more) < len(known.answers):
                        added[total + points] = MinimalForm(more)
            check_minimal_form_limit(len(added))
            totals = {total: MinimalForm(_by_index(dict(found.answers))) for total, found in added.items()}
        return totals

    def _mildest_answers(self, item: ScoreItem) -> Iterator[tuple[int, Answer | None]]:
        """The points that an item can have, each with the mildest answer for them: first its fewest, when open."""
        yield item.fewest, None
        mildest: dict[int, Answer] = {}
        for points, answer in self._answers_with_points(item):
            mildest.setdefault(points, answer)
        yield from ((points, mildest[points]) for points in sorted(mildest) if points > item.fewest)

    def _choices(self, item: ScoreItem, fixed: dict[int, Answer]) -> Iterator[tuple[int, list[MinimalForm]]]:
        """The points that a separate item can have, and the minimal forms for which it has them."""
        index = item.question
        asked = self._asked(index)
        always_asked = self.compiled.ask_when[index] is None
        worth = {answer: points for points, answer in self._answers_with_points(item)}
        if index in fixed:
            joined = (self._order.joined(index, fixed[index], answer) for answer in worth)
            for answer in dict.fromkeys(chain.from_iterable(joined)):
                yield worth[answer], [MinimalForm(((index, answer),))]
            return
        yield item.fewest if always_asked else 0, [MinimalForm()]
        if item.fewest and not always_asked:
            yield item.fewest, asked
        for answer, points in worth.items():
            if points:
                yield points, self._combinations([[MinimalForm(((index, answer),))], asked])

    def _answers_with_points(self, item: ScoreItem) -> Iterator[tuple[int, Answer]]:
        """Each answer to an item, after its points."""
        worth = {option: number for test, number in item.points for option in test.options}
        for answer in every_answer(self.compiled.questions[item.question]):
            options = answer.options if isinstance(answer, Chosen) else ()
            yield sum(worth[option] for option in options), answer


def _by_index(answers: dict[int, Answer]) -> tuple[tuple[int, Answer], ...]:
    return tuple(sorted(answers.items(), key=lambda pair: pair[0]))
