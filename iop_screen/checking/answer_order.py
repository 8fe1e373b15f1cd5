"""Which answers to a question are no worse than others, and which are the mildest that pass a test."""

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
    """The order of the answers in one questionnaire. `beside` are further conditions whose bounds count."""

    def __init__(self, compiled: CompiledQuestionnaire, beside: Iterable[Condition] = ()) -> None:
        self.compiled = compiled
        self._beside = tuple(beside)

    def no_worse(self, index: int, one: Answer, other: Answer) -> bool:
        """Whether the first answer is no worse than the second: every need that it has, the second has too."""
        return self.compiled.questions[index].holds_all_of(one, other)

    def joined(self, index: int, one: Answer, other: Answer) -> list[Answer]:
        """The mildest answers that are as bad as both."""
        return self.compiled.questions[index].joined(one, other)

    def weakest(self, test: AnswerTest) -> list[Answer]:
        """The mildest answers that pass a test."""
        return [*self.compiled.questions[test.question].weakest(test, self.bounds(test.question))]

    def bounds(self, index: int) -> set[Decimal]:
        """The numbers at which tests tell the answers to a question apart."""
        return bounds_tested(self.compiled, index, self._beside)


class SharedAnswerOrder(AnswerOrder):
    """The order that two questionnaires share: an answer is no worse than another if it is so in both.

    Where both have the same question it is the order of one. Elsewhere the answers are listed and compared one by one.
    An answer that a questionnaire cannot read is unreadable there, which is milder than any answer.
    """

    def __init__(self, pairing: Pairing) -> None:
        super().__init__(pairing.of)
        self._pairing = pairing
        self._joined: dict[tuple[int, Answer, Answer], list[Answer]] = {}

    def no_worse(self, index: int, one: Answer, other: Answer) -> bool:
        """Whether the first answer is no worse than the second in both questionnaires."""
        counterpart = self._pairing.counterpart(index)
        if counterpart is None or self._pairing.is_shared(index):
            return super().no_worse(index, one, other)
        return super().no_worse(index, one, other) and counterpart.holds_all_of(
            self._pairing.read(index, one), self._pairing.read(index, other)
        )

    def joined(self, index: int, one: Answer, other: Answer) -> list[Answer]:
        """The mildest answers that are as bad as both; there can be several."""
        if self._pairing.is_shared(index):
            return super().joined(index, one, other)
        key = index, one, other
        if key not in self._joined:
            as_bad = (
                answer
                for answer in self.every(index)
                if self.no_worse(index, one, answer) and self.no_worse(index, other, answer)
            )
            self._joined[key] = self._mildest(index, as_bad)
        return self._joined[key]

    def weakest(self, test: AnswerTest) -> list[Answer]:
        """The mildest answers that pass a test."""
        if self._pairing.is_shared(test.question):
            return super().weakest(test)
        return self._mildest(test.question, filter(predicate(test), self.every(test.question)))

    def containing_both(self, own: Answers, other: Answers) -> Iterator[Answers]:
        """The mildest answers that are as bad as these of the own and these of the other questionnaire.

        None if the own questionnaire does not have one of the questions. Raises TooManyMinimalForms.
        """
        values, indexes, choices = [*own.values], [], []
        for index, counterpart, answer in self._pairing.answered(other):
            if index is None:
                return
            indexes.append(index)
            choices.append(self._as_bad_as(index, counterpart, values[index], answer))
        check_minimal_form_limit(prod(map(len, choices)))
        for picked in product(*choices):
            for index, answer in zip(indexes, picked, strict=True):
                values[index] = answer
            yield Answers(tuple(values))

    def _as_bad_as(self, index: int, counterpart: Question, own: Answer, other: Answer) -> list[Answer]:
        """The mildest answers that are as bad as one of the own and one of the other questionnaire."""
        question = self.compiled.questions[index]
        as_bad = (
            answer
            for answer in self.every(index)
            if self.no_worse(index, own, answer)
            and question.holds_all_of(read_as(question, other), answer)
            and counterpart.holds_all_of(other, self._pairing.read(index, answer))
        )
        return self._mildest(index, as_bad)

    def every(self, index: int) -> Iterator[Answer]:
        """Answers to a question that stand for all that its own questionnaire can read. Raises TooManyMinimalForms."""
        return every_answer(self.compiled.questions[index], self.bounds(index))

    def bounds(self, index: int) -> set[Decimal]:
        """The numbers at which either questionnaire tells the answers to a question apart."""
        return super().bounds(index) | self._pairing.other_bounds(index)

    def _mildest(self, index: int, answers: Iterable[Answer]) -> list[Answer]:
        kept: list[Answer] = []
        for answer in answers:
            if not any(self.no_worse(index, other, answer) for other in kept):
                kept = [other for other in kept if not self.no_worse(index, answer, other)] + [answer]
        return kept
