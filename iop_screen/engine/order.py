"""Which answers to a question hold no less than others, and which are the weakest that pass a test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod

from iop_screen.engine.answers import Amount, Answer, Chosen, Form, Gap, chosen, holds, misfit
from iop_screen.engine.conditions import AnswerTest, Chose, NoLess, NoMore
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.pairing import Pairing, read_as
from iop_screen.engine.representatives import readable_sets, telling_numbers, within_limits
from iop_screen.questionnaire.model import Condition, MultipleQuestion, NumberQuestion, Question, answers_of


class Order:
    """The order of the answers in one instrument. `beside` are conditions outside of it that are looked at with it."""

    def __init__(self, instrument: Instrument, beside: Iterable[Condition] = ()) -> None:
        self.instrument = instrument
        self._beside = tuple(beside)

    def no_worse(self, place: int, one: Answer, other: Answer) -> bool:
        """Whether the second answer holds all that the first one holds."""
        return _no_worse(self.instrument.questions[place], one, other)

    def joined(self, place: int, one: Answer, other: Answer) -> list[Answer]:
        """The weakest answers that are as bad as both."""
        question = self.instrument.questions[place]
        if isinstance(question, MultipleQuestion) and isinstance(one, Chosen) and isinstance(other, Chosen):
            union = Chosen(one.options | other.options)
            return [] if misfit(question, union) else [union]
        if _no_worse(question, one, other):
            return [other]
        return [one] if _no_worse(question, other, one) else []

    def weakest(self, test: AnswerTest) -> list[Answer]:
        """The weakest answers that pass a test."""
        question = self.instrument.questions[test.question]
        match test:
            case Chose(_, options):
                ordered = [option for option in answers_of(question) if option in options]
                one_stands_for_all = question.role == "risk" and not isinstance(question, MultipleQuestion)
                return [chosen(option) for option in (ordered[:1] if one_stands_for_all else ordered)]
            case NoLess(_, bound) | NoMore(_, bound) if isinstance(question, NumberQuestion):
                return [*self._weakest_numbers(test, question, Amount(bound))]
        return []

    def _weakest_numbers(self, test: NoLess | NoMore, question: NumberQuestion, bound: Amount) -> Iterator[Amount]:
        if question.role == "risk":
            if isinstance(test, NoLess):
                bound = Amount(max(bound.number, question.min + 0))
            else:
                bound = Amount(min(bound.number, question.max + 0))
            if question.min <= bound.number <= question.max:
                yield bound
            return
        yield from filter(holds(test), self._numbers(test.question, question))

    def _numbers(self, place: int, question: NumberQuestion) -> list[Amount]:
        return telling_numbers(self.instrument, place, question, self._beside)


class SharedOrder(Order):
    """The order that two instruments share: an answer holds no less than another if it does so in both.

    Where both have the same question it is the order of one. Elsewhere the answers are listed and compared one by one:
    what an instrument cannot read is a gap there, and a gap is weaker than any answer.
    """

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(pairing.of)
        self._pairing = pairing
        self._joined: dict[tuple[int, Answer, Answer], list[Answer]] = {}

    def no_worse(self, place: int, one: Answer, other: Answer) -> bool:
        """Whether the second answer holds, in both instruments, all that the first one holds there."""
        there = self._pairing.counterpart(place)
        if there is None or self._pairing.is_shared(place):
            return super().no_worse(place, one, other)
        return super().no_worse(place, one, other) and _no_worse(
            there, self._pairing.read(place, one), self._pairing.read(place, other)
        )

    def joined(self, place: int, one: Answer, other: Answer) -> list[Answer]:
        """The weakest answers that are as bad as both; there can be several."""
        if self._pairing.is_shared(place):
            return super().joined(place, one, other)
        key = place, one, other
        if key not in self._joined:
            both = (w for w in self.every(place) if self.no_worse(place, one, w) and self.no_worse(place, other, w))
            self._joined[key] = self._least(place, both)
        return self._joined[key]

    def weakest(self, test: AnswerTest) -> list[Answer]:
        """The weakest answers that pass a test."""
        place = test.question
        if self._pairing.is_shared(place):
            return super().weakest(test)
        return self._least(place, filter(holds(test), self.every(place)))

    def at_both(self, mine: Form, its: Form) -> Iterator[Form]:
        """The weakest forms of the first instrument that are no weaker than a form of it and one of the other."""
        answers, places, choices = [*mine.answers], [], []
        for place, there, answer in self._pairing.answered(its):
            if place is None:
                return
            places.append(place)
            choices.append(self._as_bad_as(place, there, answers[place], answer))
        within_limits(prod(map(len, choices)))
        for picked in product(*choices):
            for place, answer in zip(places, picked, strict=True):
                answers[place] = answer
            yield Form(tuple(answers))

    def _as_bad_as(self, place: int, there: Question, mine: Answer, its: Answer) -> list[Answer]:
        """The weakest answers that are as bad as one of this instrument and one of the other."""
        here = self.instrument.questions[place]
        as_bad = (
            answer
            for answer in self.every(place)
            if self.no_worse(place, mine, answer)
            and _no_worse(here, read_as(here, its), answer)
            and _no_worse(there, its, self._pairing.read(place, answer))
        )
        return self._least(place, as_bad)

    def every(self, place: int) -> Iterator[Answer]:
        """Answers to a question that stand for all that its own instrument can read."""
        question = self.instrument.questions[place]
        if isinstance(question, NumberQuestion):
            yield from self._numbers(place, question)
        elif isinstance(question, MultipleQuestion):
            yield from readable_sets(question)
        else:
            yield from map(chosen, answers_of(question))

    def _numbers(self, place: int, question: NumberQuestion) -> list[Amount]:
        return telling_numbers(self.instrument, place, question, marks=self._pairing.marks(place))

    def _least(self, place: int, answers: Iterable[Answer]) -> list[Answer]:
        kept: list[Answer] = []
        for answer in answers:
            if not any(self.no_worse(place, other, answer) for other in kept):
                kept = [other for other in kept if not self.no_worse(place, answer, other)] + [answer]
        return kept


def _no_worse(question: Question, one: Answer, other: Answer) -> bool:
    if one == other or isinstance(one, Gap):
        return True
    match one, other:
        case Chosen(these), Chosen(those) if isinstance(question, MultipleQuestion):
            return these <= those
        case Chosen(these), Chosen(those) if question.role == "risk":
            ids = answers_of(question)
            return ids.index(min(these)) <= ids.index(min(those))
        case Amount(low), Amount(high) if isinstance(question, NumberQuestion) and question.role == "risk":
            return low <= high if question.worse == "higher" else low >= high
    return False
