"""One person's answers, and the truths about a batch of them as bit masks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import compress
from operator import or_

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Verdict, judge_optional
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, predicate

BYTES = 256
"""How many different bytes there are."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One person's answers: for each question, in file order, an answer or why there is none."""

    values: tuple[Answer, ...]

    @property
    def size(self) -> int:
        """How many questions have an answer."""
        return sum(not isinstance(answer, MissingReason) for answer in self.values)

    def with_answer(self, index: int, answer: Answer) -> Answers:
        """The same answers but for the question at this index."""
        return Answers((*self.values[:index], answer, *self.values[index + 1 :]))


def no_answers(compiled: CompiledQuestionnaire) -> Answers:
    """Nothing has been answered."""
    return Answers((MissingReason.MISSING,) * len(compiled.questions))


AnswerMasks = Sequence[tuple[Answer, int]]
"""The answers to one question, each with the mask of who gave it; equal answers may stand there more than once."""


class MaskValuation:
    """A `Valuation` of many people's answers at once: a truth is a mask whose bits say of whom it is true.

    `columns` has the answers to each question in file order; each of the `size` people is in one mask of each.
    """

    def __init__(self, compiled: CompiledQuestionnaire, size: int, columns: Sequence[AnswerMasks]) -> None:
        self.compiled = compiled
        self.size = size
        self.always = (1 << size) - 1
        self.never = 0
        self._masks = columns
        self._asked: list[Verdict[int]] = []
        self._passes: dict[AnswerTest, int] = {}
        self._unanswered = [
            _union(mask for answer, mask in column if isinstance(answer, MissingReason)) for column in columns
        ]

    def passes(self, test: AnswerTest) -> int:
        if test not in self._passes:
            passes = predicate(test)
            self._passes[test] = _union(mask for answer, mask in self._masks[test.question] if passes(answer))
        return self._passes[test]

    def unanswered(self, question: int) -> int:
        return self._unanswered[question]

    def asked(self, question: int) -> Verdict[int]:
        # in file order: an `ask_when` reads only questions further up
        for index in range(len(self._asked), question + 1):
            self._asked.append(judge_optional(self.compiled.ask_when[index], self))
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, int]], bound: int) -> int:
        digits = _sum_digits(points)
        if bound >> len(digits):
            return self.never
        above, equal = self.never, self.always  # so far, from the highest digit down
        for place in reversed(range(len(digits))):
            if bound >> place & 1:
                equal &= digits[place]
            else:
                above |= equal & digits[place]
                equal &= ~digits[place]
        return above | equal

    def sums(self, points: Iterable[tuple[int, int]]) -> Sequence[int]:
        """For each person, the sum of the points that are true of them."""
        points = [*points]
        if sum(number for number, _ in points) < BYTES:
            return sum(spread(mask, self.size) * number for number, mask in points).to_bytes(self.size, "little")
        totals = [0] * self.size
        for place, mask in enumerate(_sum_digits(points)):
            for index in positions(mask, self.size):
                totals[index] += 1 << place
        return totals

    def and_not(self, this: int, other: int) -> int:
        return this & ~other


class AnswerBatch(MaskValuation):
    """The valuation of answers given one person at a time; bit 0 is the first person in the order given."""

    def __init__(self, compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> None:
        columns = zip(*(answers.values for answers in answer_sets), strict=True)
        masks = [_masks_by_answer(column) for column in columns] or [[] for _ in compiled.questions]
        super().__init__(compiled, len(answer_sets), masks)


def _sum_digits(points: Iterable[tuple[int, int]]) -> list[int]:
    """The sums of everybody's points in binary: for each digit, lowest first, the mask of whose sum has it.

    All sums are added up at once, as one adds on paper.
    """
    digits: list[int] = []
    for number, mask in points:
        for place in bit_positions(number):
            carry, at = mask, place
            while carry:
                digits += [0] * (at + 1 - len(digits))
                digits[at], carry = digits[at] ^ carry, digits[at] & carry
                at += 1
    return digits


def positions(mask: int, size: int) -> Iterator[int]:
    """Which of `size` people a mask is true of, lowest first; for large masks far quicker than `bit_positions`."""
    if not mask:
        return iter(())
    return compress(range(size), spread(mask, size).to_bytes(size, "little"))


@lru_cache(8)
def _ones(size: int) -> int:
    return int.from_bytes(b"\1" * size, "little")


def spread(mask: int, size: int) -> int:
    """A number with a byte for each record, the lowest for the first: 1 where the mask holds, else 0."""
    if not mask:
        return 0
    ones = _ones(size)
    return int.from_bytes(format(mask, f"0{size}b").encode(), "big") & ones


def bit_positions(mask: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def asked_indexes(compiled: CompiledQuestionnaire, counted: Answers) -> tuple[int, ...]:
    """The indexes of the questions that may be asked, in file order; `counted` are the answers that count."""
    batch = AnswerBatch(compiled, [counted])
    return tuple(index for index in range(len(counted.values)) if batch.asked(index).may)


def set_aside(compiled: CompiledQuestionnaire, answers: Answers) -> Answers:
    """The answers as an interview counts them: those to questions that may not be asked are left out."""
    return set_all_aside(compiled, [answers])[0]


def set_all_aside(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[Answers]:
    """What `set_aside` gives for each person.

    Leaving an answer out can close further branches but never opens one, so this is repeated until nothing changes.
    """
    left = [*answer_sets]
    indexes: Sequence[int] = range(len(left))
    while indexes:
        batch = AnswerBatch(compiled, [left[index] for index in indexes])
        may_be_asked = [batch.asked(question).may for question in range(len(compiled.questions))]
        kept = {index: _only_asked(left[index], may_be_asked, 1 << bit) for bit, index in enumerate(indexes)}
        indexes = [index for index, answers in kept.items() if answers != left[index]]
        left = [kept.get(index, answers) for index, answers in enumerate(left)]
    return left


def _only_asked(answers: Answers, may_be_asked: Sequence[int], mask: int) -> Answers:
    pairs = zip(answers.values, may_be_asked, strict=True)
    return Answers(tuple(answer if asked & mask else MissingReason.MISSING for answer, asked in pairs))


def _masks_by_answer(answers: Sequence[Answer]) -> list[tuple[Answer, int]]:
    """Each answer to one question with the mask of who gave it.

    Answers are told apart by identity, which is fast; equal answers may stand there more than once.
    """
    keys = [*map(id, answers)]
    found = dict(zip(keys, answers, strict=True))
    if len(found) == 1:  # in most batches nobody has answered most of the questions
        return [(answers[0], (1 << len(answers)) - 1)]
    if len(found) > BYTES:
        return _masks_of_many(answers)
    place_of = {key: place for place, key in enumerate(found)}
    places = bytes(map(place_of.__getitem__, reversed(keys)))
    return [(answer, int(places.translate(one_at(place)), 2)) for place, answer in enumerate(found.values())]


@lru_cache(BYTES)
def one_at(byte: int) -> bytes:
    """A table that turns a byte into the digit 1 if it is this one, else into 0."""
    return b"0" * byte + b"1" + b"0" * (BYTES - 1 - byte)


def _masks_of_many(answers: Sequence[Answer]) -> list[tuple[Answer, int]]:
    """The same for any number of different answers, one answer at a time."""
    masks: dict[int, tuple[Answer, int]] = {}
    for index, answer in enumerate(answers):
        masks[id(answer)] = answer, masks.get(id(answer), (answer, 0))[1] | 1 << index
    return [*masks.values()]


def _union(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)
