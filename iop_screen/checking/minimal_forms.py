"""The weakest forms for which a condition must hold: a short list of corners that stand for all forms.

Conditions only ever ask for "at least this bad", so a form on which more is answered, or answered worse, holds all
that a weaker form holds. What is true at every corner of a condition is therefore true of every form for which the
condition must hold. A corner leaves open whatever it does not ask for.

Three things have no order and stand as they are: an option of a context question, a number of one (one number stands
for each stretch on which all tests say the same), and the points of a score, of which only the sum counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from typing import assert_never

from iop_screen.checking.answer_order import AnswerOrder, SharedAnswerOrder
from iop_screen.checking.pairing import Pairing
from iop_screen.engine.answers import Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, ScoreAtLeast, ScoreItem, leaf_tests, questions_in
from iop_screen.engine.representative_answers import check_minimal_form_limit, conditions_of, every_answer
from iop_screen.questionnaire.answers import Answer, Chosen, HasOption, NumberAtLeast, NumberAtMost

SLIM = 400
"""Up to so many corners, those that a weaker one makes needless are taken out; it only saves work."""


@dataclass(frozen=True, slots=True)
class MinimalForm:
    """Answers, by the place of their question, and the sums that scores have to reach."""

    answers: tuple[tuple[int, Answer], ...] = ()
    sums: tuple[ScoreAtLeast, ...] = ()


class MinimalForms:
    """Finds corners in one instrument. `beside` are conditions outside of it that are looked at together with it.

    With a `pairing`, forms are ordered as both instruments of it order them: what holds on a form in either
    instrument also holds there on every form that is no weaker. Without `stand_ins`, the items of a score do not stand
    in for one another: then each form on which a condition must hold is no weaker, answer by answer, than a corner.
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
        self._order = AnswerOrder(compiled, beside) if pairing is None else SharedAnswerOrder(pairing)
        every = [*conditions_of(compiled), *beside]
        tests = [test for condition in every for test in leaf_tests(condition)]
        self._tested = {test.question for test in tests if not isinstance(test, ScoreAtLeast)}
        self._tested |= set() if pairing is None else pairing.read_separately()
        scores = {test.items for test in tests if isinstance(test, ScoreAtLeast)}
        added = [item.question for items in scores for item in items]
        self._shared = {index for index in added if added.count(index) > 1}
        self._known: dict[int, list[MinimalForm]] = {}

    def answer_sets(self, condition: Condition) -> list[Answers]:
        """The weakest forms for which a condition must hold, each once."""
        found: dict[Answers, None] = {}
        for minimal_form in self.of(condition):
            for answers in self._realized(minimal_form):
                found[answers] = None
                check_minimal_form_limit(len(found))
        return [*found]

    def of(self, condition: Condition) -> list[MinimalForm]:
        """The corners of a condition; empty if it can never hold for certain."""
        match condition:
            case AllHold(parts):
                return self._all_of([self.of(part) for part in parts])
            case AnyHolds(parts):
                return self._slim([minimal_form for part in parts for minimal_form in self.of(part)])
            case ScoreAtLeast():
                return [MinimalForm(sums=(condition,))]
            case HasOption() | NumberAtLeast() | NumberAtMost():
                tests = [MinimalForm(((condition.question, answer),)) for answer in self._order.weakest(condition)]
                return self._all_of([tests, self._asked(condition.question)])
            case _:
                assert_never(condition)

    def _asked(self, index: int) -> list[MinimalForm]:
        """The corners at which a question is asked for certain.

        Those further up are found first, so that a long chain of gates is no deep one.
        """
        for above in (*sorted(self._not_known_above(index)), index):
            if above not in self._known:
                ask_when = self.compiled.ask_when[above]
                self._known[above] = [MinimalForm()] if ask_when is None else self.of(ask_when)
        return self._known[index]

    def _not_known_above(self, index: int) -> set[int]:
        """The questions that decide whether one is asked, as far as their corners have not been found."""
        found: set[int] = set()
        waiting = [index]
        while waiting:
            ask_when = self.compiled.ask_when[waiting.pop()]
            tests = () if ask_when is None else leaf_tests(ask_when)
            new = {above for test in tests if not isinstance(test, ScoreAtLeast) for above in questions_in(test)}
            new -= found | self._known.keys()
            found |= new
            waiting += new
        return found

    def _all_of(self, alternatives: list[list[MinimalForm]]) -> list[MinimalForm]:
        minimal_forms = [MinimalForm()]
        for further in alternatives:
            check_minimal_form_limit(len(minimal_forms) * len(further))
            pairs = product(minimal_forms, further)
            minimal_forms = self._slim(
                [minimal_form for one, other in pairs for minimal_form in self._both(one, other)]
            )
        return minimal_forms

    def _both(self, one: MinimalForm, other: MinimalForm) -> list[MinimalForm]:
        """The weakest corners that are as strong as both; none if no form can be."""
        answers = dict(one.answers)
        ways = {}
        for index, answer in other.answers:
            ways[index] = self._order.joined(index, answers[index], answer) if index in answers else [answer]
        bounds: dict[tuple[ScoreItem, ...], int] = {}
        for test in (*one.sums, *other.sums):
            bounds[test.items] = max(test.bound, bounds.get(test.items, 0))
        ordered = sorted(bounds.items(), key=lambda pair: [item.question for item in pair[0]])
        sums = tuple(ScoreAtLeast(items, bound) for items, bound in ordered)
        return [
            MinimalForm(_by_place(answers | dict(zip(ways, picked, strict=True))), sums)
            for picked in product(*ways.values())
        ]

    def _slim(self, minimal_forms: list[MinimalForm]) -> list[MinimalForm]:
        distinct = [*dict.fromkeys(minimal_forms)]
        if len(distinct) > SLIM:
            return distinct
        kept: list[MinimalForm] = []
        for minimal_form in distinct:
            if not any(self._weaker(other, minimal_form) for other in kept):
                kept = [other for other in kept if not self._weaker(minimal_form, other)] + [minimal_form]
        return kept

    def _weaker(self, one: MinimalForm, other: MinimalForm) -> bool:
        """Whether every form at the second corner is also at the first."""
        answers = dict(other.answers)
        sums = {test.items: test.bound for test in other.sums}
        return all(
            index in answers and self._order.no_worse(index, answer, answers[index]) for index, answer in one.answers
        ) and all(test.items in sums and test.bound <= sums[test.items] for test in one.sums)

    def _realized(self, minimal_form: MinimalForm) -> Iterator[Answers]:
        """The weakest forms at a corner: its answers, and for its sums the cheapest ways to reach them."""
        if not minimal_form.sums:
            yield _form(self.compiled, minimal_form)
            return
        test, *rest = minimal_form.sums
        for fuller in self._reaching(MinimalForm(minimal_form.answers), test):
            for joined in self._both(fuller, MinimalForm(sums=tuple(rest))):
                yield from self._realized(joined)

    def _reaching(self, minimal_form: MinimalForm, test: ScoreAtLeast) -> Iterator[MinimalForm]:
        """Corners at which a score reaches its bound. Items that only this score reads stand in for one another."""
        fixed = dict(minimal_form.answers)
        single = [item for item in test.items if self._is_looked_at(item, fixed)]
        alike = [item for item in test.items if item not in single]
        totals = self._totals(alike)
        ways = [[*self._ways(item, fixed)] for item in single]
        count = 1
        for way in ways:
            count *= len(way)
        check_minimal_form_limit(count)
        for picked in product(*ways):
            low = sum(points for points, _ in picked)
            enough = [total for total in totals if total + low >= test.bound]
            if enough:
                minimal_forms = [[minimal_form], [totals[min(enough)]], *[asked for _, asked in picked]]
                yield from self._all_of(minimal_forms)

    def _is_looked_at(self, item: ScoreItem, fixed: dict[int, Answer]) -> bool:
        index = item.question
        read = index in self._tested or index in self._shared or index in fixed
        return read or self.compiled.ask_when[index] is not None or not self._stand_ins

    def _totals(self, items: list[ScoreItem]) -> dict[int, MinimalForm]:
        """Each sum that some answers to these items reach, with the answers; an item left open has its fewest."""
        totals = {0: MinimalForm()}
        for item in items:
            added: dict[int, MinimalForm] = {}
            for total, minimal_form in totals.items():
                for points, answer in self._levels(item):
                    more = minimal_form.answers if answer is None else (*minimal_form.answers, (item.question, answer))
                    known = added.get(total + points)
                    if known is None or len(more) < len(known.answers):
                        added[total + points] = MinimalForm(more)
            check_minimal_form_limit(len(added))
            totals = {total: MinimalForm(_by_place(dict(c.answers))) for total, c in added.items()}
        return totals

    def _levels(self, item: ScoreItem) -> Iterator[tuple[int, Answer | None]]:
        """What an item can bring: its fewest points if it is left open, and each further number of points."""
        yield item.fewest, None
        mildest: dict[int, Answer] = {}
        for points, answer in self._worth(item):
            mildest.setdefault(points, answer)
        yield from ((points, mildest[points]) for points in sorted(mildest) if points > item.fewest)

    def _ways(self, item: ScoreItem, fixed: dict[int, Answer]) -> Iterator[tuple[int, list[MinimalForm]]]:
        """What an item that is looked at by itself can bring, and the corners at which it does."""
        index = item.question
        asked = self._asked(index)
        gated = self.compiled.ask_when[index] is not None
        worth = {answer: points for points, answer in self._worth(item)}
        if index in fixed:
            joined = (self._order.joined(index, fixed[index], answer) for answer in worth)
            for answer in dict.fromkeys(chain.from_iterable(joined)):
                yield worth[answer], [MinimalForm(((index, answer),))]
            return
        yield 0 if gated else item.fewest, [MinimalForm()]
        if gated and item.fewest:
            yield item.fewest, asked
        for answer, points in worth.items():
            if points:
                yield points, self._all_of([[MinimalForm(((index, answer),))], asked])

    def _worth(self, item: ScoreItem) -> Iterator[tuple[int, Answer]]:
        """Each answer to an item with its points."""
        worth = {option: number for test, number in item.points for option in test.options}
        for answer in every_answer(self.compiled.questions[item.question]):
            options = answer.options if isinstance(answer, Chosen) else ()
            yield sum(worth[option] for option in options), answer


def _by_place(answers: dict[int, Answer]) -> tuple[tuple[int, Answer], ...]:
    return tuple(sorted(answers.items(), key=lambda pair: pair[0]))


def _form(compiled: CompiledQuestionnaire, minimal_form: MinimalForm) -> Answers:
    answers = [*no_answers(compiled).values]
    for index, answer in minimal_form.answers:
        answers[index] = answer
    return Answers(tuple(answers))
