"""Which answers to a question hold no less than others, and which are the weakest that pass a test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod

from iop_screen.checking.pairing import Pairing, read_as
from iop_screen.engine.answers import Amount, Answer, Answers, Chosen, MissingReason, chosen, misfit, predicate
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AnswerTest, HasOption, NumberAtLeast, NumberAtMost
from iop_screen.engine.representative_answers import check_minimal_form_limit, readable_sets, telling_numbers
from iop_screen.questionnaire.model import Condition, MultipleQuestion, NumberQuestion, Question, answers_of


class AnswerOrder:
    """The order of the answers in one instrument. `beside` are conditions outside of it that are looked at with it."""

    def __init__(self, compiled: CompiledQuestionnaire, beside: Iterable[Condition] = ()) -> None:
        self.compiled = compiled
        self._beside = tuple(beside)

    def no_worse(self, index: int, one: Answer, other: Answer) -> bool:
        """Whether the second answer holds all that the first one holds."""
        return _no_worse(self.compiled.questions[index], one, other)

    def joined(self, index: int, one: Answer, other: Answer) -> list[Answer]:
        """The weakest answers that are as bad as both."""
        question = self.compiled.questions[index]
        if isinstance(question, MultipleQuestion) and isinstance(one, Chosen) and isinstance(other, Chosen):
            union = Chosen(one.options | other.options)
            return [] if misfit(question, union) else [union]
        if _no_worse(question, one, other):
            return [other]
        return [one] if _no_worse(question, other, one) else []

    def weakest(self, test: AnswerTest) -> list[Answer]:
        """The weakest answers that pass a test."""
        question = self.compiled.questions[test.question]
        match test:
            case HasOption(_, options):
                ordered = [option for option in answers_of(question) if option in options]
                one_stands_for_all = question.role == "risk" and not isinstance(question, MultipleQuestion)
                return [chosen(option) for option in (ordered[:1] if one_stands_for_all else ordered)]
            case NumberAtLeast(_, bound) | NumberAtMost(_, bound) if isinstance(question, NumberQuestion):
                return [*self._weakest_numbers(test, question, Amount(bound))]
        return []

    def _weakest_numbers(
        self, test: NumberAtLeast | NumberAtMost, question: NumberQuestion, bound: Amount
    ) -> Iterator[Amount]:
        if question.role == "risk":
            if isinstance(test, NumberAtLeast):
                bound = Amount(max(bound.number, question.min + 0))
            else:
                bound = Amount(min(bound.number, question.max + 0))
            if question.min <= bound.number <= question.max:
                yield bound
            return
        yield from filter(predicate(test), self._numbers(test.question, question))

    def _numbers(self, index: int, question: NumberQuestion) -> list[Amount]:
        return telling_numbers(self.compiled, index, question, self._beside)


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
        return super().no_worse(index, one, other) and _no_worse(
            there, self._pairing.read(index, one), self._pairing.read(index, other)
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
            and _no_worse(here, read_as(here, its), answer)
            and _no_worse(there, its, self._pairing.read(index, answer))
        )
        return self._least(index, as_bad)

    def every(self, index: int) -> Iterator[Answer]:
        """Answers to a question that stand for all that its own instrument can read."""
        question = self.compiled.questions[index]
        if isinstance(question, NumberQuestion):
            yield from self._numbers(index, question)
        elif isinstance(question, MultipleQuestion):
            yield from readable_sets(question)
        else:
            yield from map(chosen, answers_of(question))

    def _numbers(self, index: int, question: NumberQuestion) -> list[Amount]:
        return telling_numbers(self.compiled, index, question, marks=self._pairing.marks(index))

    def _least(self, index: int, answers: Iterable[Answer]) -> list[Answer]:
        kept: list[Answer] = []
        for answer in answers:
            if not any(self.no_worse(index, other, answer) for other in kept):
                kept = [other for other in kept if not self.no_worse(index, answer, other)] + [answer]
        return kept


def _no_worse(question: Question, one: Answer, other: Answer) -> bool:
    if one == other or isinstance(one, MissingReason):
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
