"""Answers that our own readers have read: in the first stage each question is the number of a meaning.

What a text means was decided by the reader of cells, once for each distinct text; whether a meaning passes a test is
decided by the engine. So a database compares whole numbers, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from iop_screen.batch.answer_columns import Meaning
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.text_lists import Member
from iop_screen.batch.sql.truths import FALSE, TRUE
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import (
    STATED_REASONS,
    Amount,
    Answer,
    AnswerTest,
    Chosen,
    MissingReason,
    Words,
    predicate,
)
from iop_screen.questionnaire.types import Question


@dataclass(frozen=True, slots=True)
class NumberedQuestion:
    """A question: its meanings by their numbers, and what gives the number of a row, as SQL over the input.

    `number` is empty if there is no column: then every row has meaning 0. `allowed` says that the user allowed that.
    """

    meanings: tuple[Meaning, ...]
    number: str
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What a row says beside its answers, as SQL over the input: its id, and problems of the record as a whole.

    Each problem is a text, and a truth that is never NULL; so is each code for which a row is `rejected`, of which
    no two hold together. Rows for which `where` does not hold are left out; an empty one holds for all.
    """

    id: str | None
    problems: tuple[tuple[str, str], ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()
    where: str = ""


class NumberedAnswers:
    """The first stage of a query over texts that were read before; see `AnswersStage`."""

    def __init__(
        self,
        compiled: CompiledQuestionnaire,
        questions: Sequence[NumberedQuestion],
        record: RecordWords,
        source: str,
        dialect: Dialect,
    ) -> None:
        self._questions, self._record, self._source, self._dialect = questions, record, source, dialect
        self._ids = [str(question.id) for question in compiled.questions]
        self._names = [dialect.identifier(f"a{index}") for index in range(len(questions))]
        self._problem_names = [dialect.identifier(f"p{index}") for index in range(len(record.problems))]
        self._rejected_names = [dialect.identifier(f"r{index}") for index in range(len(record.rejected))]
        self._kept_names = [dialect.identifier(f"k{index}") for index in range(len(record.kept))]

    # -------------------------------------------------------------- truths

    def passes(self, test: AnswerTest) -> str:
        """The test holds for the answer."""
        holds = predicate(test)
        return self._where(test.question, lambda meaning: holds(meaning.answer))

    def unanswered(self, question: int) -> str:
        """There is no usable answer."""
        return self._where(question, lambda meaning: isinstance(meaning.answer, MissingReason))

    def _where(self, question: int, holds: Callable[[Meaning], bool]) -> str:
        """The truth that the meaning is one of those of which something holds."""
        meanings = self._questions[question].meanings
        found = [number for number, meaning in enumerate(meanings) if holds(meaning)]
        if len(found) in {0, len(meanings)}:
            return TRUE if found else FALSE
        return among(self._names[question], found, len(meanings))

    # -------------------------------------------------------------- words

    def id(self) -> str:
        """The text of the id column; NULL if there is none."""
        return self._dialect.no_text if self._record.id is None else self._dialect.identifier("id")

    def problems_of_record(self) -> Sequence[Member]:
        """The problems of a record as a whole."""
        pairs = zip(self._problem_names, self._record.problems, strict=True)
        return [Member(((name, text),)) for name, (text, _) in pairs]

    def rejected(self) -> Member:
        """The codes for which a row is rejected."""
        pairs = zip(self._rejected_names, self._record.rejected, strict=True)
        return Member(tuple((name, text) for name, (text, _) in pairs))

    def problem(self, question: int) -> Member:
        """The problem of the cells of a question, as `question:code`."""
        return self._said(question, lambda meaning: meaning.code)

    def missing(self, question: int) -> Member:
        """The reason for no answer that a form states, as `question:reason`."""
        return self._said(question, lambda meaning: stated(meaning.answer))

    def no_column(self, question: int) -> bool:
        """Whether the user allowed that a question, or a column of it, is not there."""
        return self._questions[question].allowed

    def _said(self, question: int, word_of: Callable[[Meaning], str]) -> Member:
        """What the meanings of a question say by a word."""
        words = sorted({*map(word_of, self._questions[question].meanings)} - {""})
        truths = (self._where(question, _says(word_of, word)) for word in words)
        return Member(
            tuple((truth, f"{self._ids[question]}:{word}") for truth, word in zip(truths, words, strict=True))
        )

    # -------------------------------------------------------------- the stage

    def stages(self) -> Sequence[tuple[str, str]]:
        """The stage `answers`."""
        columns = [f"  {text} AS {name}" for text, name in self._columns()]
        return [("answers", "SELECT\n" + ",\n".join(columns) + f"\nFROM {self._source}" + self._condition())]

    def _condition(self) -> str:
        return f"\nWHERE {self._record.where}" if self._record.where else ""

    def answer_columns(self) -> Sequence[str]:
        """The names of the columns of the stage, as SQL."""
        return [name for _, name in self._columns()]

    def kept(self) -> Sequence[tuple[str, str]]:
        """The columns that are handed through."""
        pairs = zip(self._record.kept, self._kept_names, strict=True)
        return [(self._dialect.identifier(name), at) for (name, _), at in pairs]

    def _columns(self) -> Iterator[tuple[str, str]]:
        if self._record.id is not None:
            yield self._record.id, self._dialect.identifier("id")
        for (_, text), name in zip(self._record.kept, self._kept_names, strict=True):
            yield text, name
        for (_, truth), name in zip(self._record.problems, self._problem_names, strict=True):
            yield truth, name
        for (_, truth), name in zip(self._record.rejected, self._rejected_names, strict=True):
            yield truth, name
        for question, name in zip(self._questions, self._names, strict=True):
            if question.number:
                yield question.number, name


def among(name: str, numbers: Sequence[int], count: int = 0) -> str:
    """The truth that a number is one of some, in order: as a stretch if they are one, else one by one.

    `count` is how many numbers there can be, from 0; nothing is known of that if it is 0.
    """
    if not numbers:
        return FALSE
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return f"{name} = {first}"
    if last - first + 1 != len(numbers):
        return f"{name} IN ({', '.join(map(str, numbers))})"
    if last == count - 1:
        return f"{name} >= {first}"
    return f"{name} <= {last}" if first == 0 else f"{name} BETWEEN {first} AND {last}"


def _says(word_of: Callable[[Meaning], str], word: str) -> Callable[[Meaning], bool]:
    return lambda meaning: word_of(meaning) == word


def stated(answer: Answer) -> str:
    """The reason for no answer that a form states, as a word; else nothing."""
    return answer.value if isinstance(answer, MissingReason) and answer in STATED_REASONS else ""


def in_order(meanings: Sequence[Meaning], question: Question) -> list[int]:
    """The places of meanings as they are best numbered: without an answer first, then from the best answer on.

    So what a test is about is mostly one stretch of numbers.
    """
    options = {option: place for place, option in enumerate(question.answer_ids())}

    def key(place: int) -> tuple[object, ...]:
        answer = meanings[place].answer
        match answer:
            case MissingReason():
                return 0, answer.value, meanings[place].code
            case Chosen(chosen):
                return 1, tuple(sorted(options[option] for option in chosen)), meanings[place].code
            case Amount(number):
                return 1, number, meanings[place].code
            case Words():
                return 1, 0, meanings[place].code
            case _:
                assert_never(answer)

    return sorted(range(len(meanings)), key=key)
