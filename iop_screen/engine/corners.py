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

from iop_screen.engine.answers import Answer, Form, chosen, empty_form
from iop_screen.engine.conditions import Chose, Item, NoLess, NoMore, Reaches, questions_in
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.order import Order, SharedOrder
from iop_screen.engine.pairing import Pairing
from iop_screen.engine.representatives import conditions_of, leaves, readable_sets, within_limits
from iop_screen.questionnaire.model import All, AnyOf, Condition, MultipleQuestion

SLIM = 400
"""Up to so many corners, those that a weaker one makes needless are taken out; it only saves work."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Answers, by the place of their question, and the sums that scores have to reach."""

    answers: tuple[tuple[int, Answer], ...] = ()
    sums: tuple[Reaches, ...] = ()


class Corners:
    """Finds corners in one instrument. `beside` are conditions outside of it that are looked at together with it.

    With a `pairing`, forms are ordered as both instruments of it order them: what holds on a form in either
    instrument also holds there on every form that is no weaker. Without `stand_ins`, the items of a score do not stand
    in for one another: then each form on which a condition must hold is no weaker, answer by answer, than a corner.
    """

    def __init__(
        self,
        instrument: Instrument,
        beside: Iterable[Condition] = (),
        *,
        pairing: Pairing | None = None,
        stand_ins: bool = True,
    ) -> None:
        self.instrument = instrument
        self._stand_ins = stand_ins
        beside = tuple(beside)
        self._order = Order(instrument, beside) if pairing is None else SharedOrder(pairing)
        every = [*conditions_of(instrument), *beside]
        tests = [test for condition in every for test in leaves(condition)]
        self._tested = {test.question for test in tests if not isinstance(test, Reaches)}
        self._tested |= set() if pairing is None else pairing.looked_at()
        scores = {test.items for test in tests if isinstance(test, Reaches)}
        added = [item.question for items in scores for item in items]
        self._shared = {place for place in added if added.count(place) > 1}
        self._known: dict[int, list[Corner]] = {}

    def forms(self, condition: Condition) -> list[Form]:
        """The weakest forms for which a condition must hold, each once."""
        found: dict[Form, None] = {}
        for corner in self.of(condition):
            for form in self._realized(corner):
                found[form] = None
                within_limits(len(found))
        return [*found]

    def of(self, condition: Condition) -> list[Corner]:
        """The corners of a condition; empty if it can never hold for certain."""
        match condition:
            case All(parts):
                return self._all_of([self.of(part) for part in parts])
            case AnyOf(parts):
                return self._slim([corner for part in parts for corner in self.of(part)])
            case Reaches():
                return [Corner(sums=(condition,))]
            case Chose() | NoLess() | NoMore():
                tests = [Corner(((condition.question, answer),)) for answer in self._order.weakest(condition)]
                return self._all_of([tests, self._asked(condition.question)])
        raise TypeError(type(condition))

    def _asked(self, place: int) -> list[Corner]:
        """The corners at which a question is asked for certain.

        Those further up are found first, so that a long chain of gates is no deep one.
        """
        for above in (*sorted(self._not_known_above(place)), place):
            if above not in self._known:
                gate = self.instrument.gates[above]
                self._known[above] = [Corner()] if gate is None else self.of(gate)
        return self._known[place]

    def _not_known_above(self, place: int) -> set[int]:
        """The questions that decide whether one is asked, as far as their corners have not been found."""
        found: set[int] = set()
        waiting = [place]
        while waiting:
            gate = self.instrument.gates[waiting.pop()]
            tests = () if gate is None else leaves(gate)
            new = {above for test in tests if not isinstance(test, Reaches) for above in questions_in(test)}
            new -= found | self._known.keys()
            found |= new
            waiting += new
        return found

    def _all_of(self, alternatives: list[list[Corner]]) -> list[Corner]:
        corners = [Corner()]
        for further in alternatives:
            within_limits(len(corners) * len(further))
            pairs = product(corners, further)
            corners = self._slim([corner for one, other in pairs for corner in self._both(one, other)])
        return corners

    def _both(self, one: Corner, other: Corner) -> list[Corner]:
        """The weakest corners that are as strong as both; none if no form can be."""
        answers = dict(one.answers)
        ways = {}
        for place, answer in other.answers:
            ways[place] = self._order.joined(place, answers[place], answer) if place in answers else [answer]
        bounds: dict[tuple[Item, ...], int] = {}
        for test in (*one.sums, *other.sums):
            bounds[test.items] = max(test.bound, bounds.get(test.items, 0))
        ordered = sorted(bounds.items(), key=lambda pair: [item.question for item in pair[0]])
        sums = tuple(Reaches(items, bound) for items, bound in ordered)
        return [
            Corner(_by_place(answers | dict(zip(ways, picked, strict=True))), sums)
            for picked in product(*ways.values())
        ]

    def _slim(self, corners: list[Corner]) -> list[Corner]:
        distinct = [*dict.fromkeys(corners)]
        if len(distinct) > SLIM:
            return distinct
        kept: list[Corner] = []
        for corner in distinct:
            if not any(self._weaker(other, corner) for other in kept):
                kept = [other for other in kept if not self._weaker(corner, other)] + [corner]
        return kept

    def _weaker(self, one: Corner, other: Corner) -> bool:
        """Whether every form at the second corner is also at the first."""
        answers = dict(other.answers)
        sums = {test.items: test.bound for test in other.sums}
        return all(
            place in answers and self._order.no_worse(place, answer, answers[place]) for place, answer in one.answers
        ) and all(test.items in sums and test.bound <= sums[test.items] for test in one.sums)

    def _realized(self, corner: Corner) -> Iterator[Form]:
        """The weakest forms at a corner: its answers, and for its sums the cheapest ways to reach them."""
        if not corner.sums:
            yield _form(self.instrument, corner)
            return
        test, *rest = corner.sums
        for fuller in self._reaching(Corner(corner.answers), test):
            for joined in self._both(fuller, Corner(sums=tuple(rest))):
                yield from self._realized(joined)

    def _reaching(self, corner: Corner, test: Reaches) -> Iterator[Corner]:
        """Corners at which a score reaches its bound. Items that only this score reads stand in for one another."""
        fixed = dict(corner.answers)
        single = [item for item in test.items if self._is_looked_at(item, fixed)]
        alike = [item for item in test.items if item not in single]
        totals = self._totals(alike)
        ways = [[*self._ways(item, fixed)] for item in single]
        count = 1
        for way in ways:
            count *= len(way)
        within_limits(count)
        for picked in product(*ways):
            low = sum(points for points, _ in picked)
            enough = [total for total in totals if total + low >= test.bound]
            if enough:
                corners = [[corner], [totals[min(enough)]], *[asked for _, asked in picked]]
                yield from self._all_of(corners)

    def _is_looked_at(self, item: Item, fixed: dict[int, Answer]) -> bool:
        place = item.question
        read = place in self._tested or place in self._shared or place in fixed
        return read or self.instrument.gates[place] is not None or not self._stand_ins

    def _totals(self, items: list[Item]) -> dict[int, Corner]:
        """Each sum that some answers to these items reach, with the answers; an item left open has its fewest."""
        totals = {0: Corner()}
        for item in items:
            added: dict[int, Corner] = {}
            for total, corner in totals.items():
                for points, answer in self._levels(item):
                    more = corner.answers if answer is None else (*corner.answers, (item.question, answer))
                    known = added.get(total + points)
                    if known is None or len(more) < len(known.answers):
                        added[total + points] = Corner(more)
            within_limits(len(added))
            totals = {total: Corner(_by_place(dict(c.answers))) for total, c in added.items()}
        return totals

    def _levels(self, item: Item) -> Iterator[tuple[int, Answer | None]]:
        """What an item can bring: its fewest points if it is left open, and each further number of points."""
        yield item.fewest, None
        mildest: dict[int, Answer] = {}
        for points, answer in self._worth(item):
            mildest.setdefault(points, answer)
        yield from ((points, mildest[points]) for points in sorted(mildest) if points > item.fewest)

    def _ways(self, item: Item, fixed: dict[int, Answer]) -> Iterator[tuple[int, list[Corner]]]:
        """What an item that is looked at by itself can bring, and the corners at which it does."""
        place = item.question
        asked = self._asked(place)
        gated = self.instrument.gates[place] is not None
        worth = {answer: points for points, answer in self._worth(item)}
        if place in fixed:
            joined = (self._order.joined(place, fixed[place], answer) for answer in worth)
            for answer in dict.fromkeys(chain.from_iterable(joined)):
                yield worth[answer], [Corner(((place, answer),))]
            return
        yield 0 if gated else item.fewest, [Corner()]
        if gated and item.fewest:
            yield item.fewest, asked
        for answer, points in worth.items():
            if points:
                yield points, self._all_of([[Corner(((place, answer),))], asked])

    def _worth(self, item: Item) -> Iterator[tuple[int, Answer]]:
        """Each answer to an item with its points."""
        question = self.instrument.questions[item.question]
        points = {option: number for test, number in item.points for option in test.options}
        if not isinstance(question, MultipleQuestion):
            yield from ((number, chosen(option)) for option, number in points.items())
            return
        yield from ((sum(points[option] for option in some.options), some) for some in readable_sets(question))


def _by_place(answers: dict[int, Answer]) -> tuple[tuple[int, Answer], ...]:
    return tuple(sorted(answers.items(), key=lambda pair: pair[0]))


def _form(instrument: Instrument, corner: Corner) -> Form:
    answers = [*empty_form(instrument).answers]
    for place, answer in corner.answers:
        answers[place] = answer
    return Form(tuple(answers))
