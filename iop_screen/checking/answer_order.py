"""Which answers to a question hold no less than others, and which are the weakest that pass a test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product
from math import prod

from iop_screen.checking.pairing import Pairing, read_as
from iop_screen.engine.answers import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition
from iop_screen.engine.representative_answers import bounds_tested, check_minimal_form_limit, every_answer
from iop_screen.questionnaire.answers import Answer, AnswerTest, predicate
from iop_screen.questionnaire.types import Question


class AnswerOrder:
    """The order of the answers in one instrument. `beside` are conditions outside of it that are looked at with it."""

    def __init__(self, compiled: CompiledQuestionnaire, beside: Iterable[Condition] = ()) -> None:
        self.compiled = compiled
        self._beside = tuple(beside)

    def no_worse(self, index: int, one: Answer, other: Answer) -> bool:
        """Whether the second answer holds all that the first one holds."""
        return self.compiled.questions[index].is_no_worse(one, other)

    def joined(self, index: int, one: Answer, other: Answer) -> list[Answer]:
        """The weakest answers that are as bad as both."""
        return self.compiled.questions[index].joined(one, other)

    def weakest(self, test: AnswerTest) -> list[Answer]:
        """The weakest answers that pass a test."""
        return [*self.compiled.questions[test.question].weakest(test, self.bounds(test.question))]

    def bounds(self, index: int) -> set[Decimal]:
        """The numbers at which the answers to a question are told apart."""
        return bounds_tested(self.compiled, index, self._beside)


class SharedAnswerOrder(AnswerOrder):
    """The order that two instruments share: an answer holds no less than another if it does so in both.

    Where both have the same question it is the order of one. Elsewhere the answers are listed and compared one by one:
    what an instrument cannot read is a gap there, and a gap is weaker than any answer.
    """

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(pairing.of)
        self._pairing = pairing
        self._joined: dict[tuple[int, Answer, Answer], list[Answer]] = {}

    def no_worse(self, index: int, one: Answer, other: Answer) -> bool:
        """Whether the second answer holds, in both instruments, all that the first one holds there."""
        there = self._pairing.counterpart(index)
        if there is None or self._pairing.is_shared(index):
            return super().no_worse(index, one, other)
        return super().no_worse(index, one, other) and there.is_no_worse(
            self._pairing.read(index, one), self._pairing.read(index, other)
        )

    def joined(self, index: int, one: Answer, other: Answer) -> list[Answer]:
        """The weakest answers that are as bad as both; there can be several."""
        if self._pairing.is_shared(index):
            return super().joined(index, one, other)
        key = index, one, other
        if key not in self._joined:
            both = (w for w in self.every(index) if self.no_worse(index, one, w) and self.no_worse(index, other, w))
            self._joined[key] = self._least(index, both)
        return self._joined[key]

    def weakest(self, test: AnswerTest) -> list[Answer]:
        """The weakest answers that pass a test."""
        index = test.question
        if self._pairing.is_shared(index):
            return super().weakest(test)
        return self._least(index, filter(predicate(test), self.every(index)))

    def at_both(self, mine: Answers, its: Answers) -> Iterator[Answers]:
        """The weakest forms of the first instrument that are no weaker than a form of it and one of the other."""
        answers, indexes, choices = [*mine.values], [], []
        for index, there, answer in self._pairing.answered(its):
            if index is None:
                return
            indexes.append(index)
            choices.append(self._as_bad_as(index, there, answers[index], answer))
        check_minimal_form_limit(prod(map(len, choices)))
        for picked in product(*choices):
            for index, answer in zip(indexes, picked, strict=True):
                answers[index] = answer
            yield Answers(tuple(answers))

    def _as_bad_as(self, index: int, there: Question, mine: Answer, its: Answer) -> list[Answer]:
        """The weakest answers that are as bad as one of this instrument and one of the other."""
        here = self.compiled.questions[index]
        as_bad = (
            answer
            for answer in self.every(index)
            if self.no_worse(index, mine, answer)
            and here.is_no_worse(read_as(here, its), answer)
            and there.is_no_worse(its, self._pairing.read(index, answer))
        )
        return self._least(index, as_bad)

    def every(self, index: int) -> Iterator[Answer]:
        """Answers to a question that stand for all that its own instrument can read."""
        return every_answer(self.compiled.questions[index], self.bounds(index))

    def bounds(self, index: int) -> set[Decimal]:
        """The numbers at which either instrument tells the answers to a question apart."""
        return super().bounds(index) | self._pairing.marks(index)

    def _least(self, index: int, answers: Iterable[Answer]) -> list[Answer]:
        kept: list[Answer] = []
        for answer in answers:
            if not any(self.no_worse(index, other, answer) for other in kept):
                kept = [other for other in kept if not self.no_worse(index, answer, other)] + [answer]
        return kept
