"""Answers that our own readers have read: in the first stage each question is the number of a meaning.

What a text means was decided by the reader of cells, once for each distinct text; whether a meaning passes a test is
decided by the engine. So a database compares whole numbers, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from iop_screen.batch.answer_columns import Meaning
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.result_columns import Expression
from iop_screen.batch.sql.truths import FALSE, TRUE
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import STATED_REASONS, AnswerTest, MissingReason, predicate


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

    Each problem is a text, and a truth that is never NULL.
    """

    id: str | None
    problems: tuple[tuple[str, str], ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


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
        self._kept_names = [dialect.identifier(f"k{index}") for index in range(len(record.kept))]

    # -------------------------------------------------------------- truths

    def passes(self, test: AnswerTest) -> str:
        """The test holds for the answer."""
        holds = predicate(test)
        return self._where(test.question, lambda meaning: holds(meaning.answer))

    def unanswered(self, question: int) -> str:
        """There is no usable answer."""
        return self._where(question, lambda meaning: isinstance(meaning.answer, MissingReason))

    def columns(self, question: int) -> Sequence[str]:
        """The number of the meaning."""
        return (self._names[question],)

    def _where(self, question: int, holds: Callable[[Meaning], bool]) -> str:
        """The truth that the meaning is one of those of which something holds."""
        meanings = self._questions[question].meanings
        found = [number for number, meaning in enumerate(meanings) if holds(meaning)]
        if len(found) in {0, len(meanings)}:
            return TRUE if found else FALSE
        name = self._names[question]
        return f"{name} = {found[0]}" if len(found) == 1 else f"{name} IN ({', '.join(map(str, found))})"

    # -------------------------------------------------------------- words

    def id(self) -> Expression:
        """The text of the id column; NULL if there is none."""
        if self._record.id is None:
            return Expression(self._dialect.nothing(self._dialect.text_type))
        return self._column("id")

    def problems_of_record(self) -> Sequence[Expression]:
        """For each problem of a record as a whole, its text where it has it, else NULL."""
        pairs = zip(self._record.problems, self._problem_names, strict=True)
        return [Expression(f"CASE WHEN {name} THEN {self._dialect.text(text)} END", (name,)) for (text, _), name in pairs]

    def problem(self, question: int) -> Sequence[Expression]:
        """For each problem of the cells of a question, `question:code` where it is there, else NULL."""
        codes = dict.fromkeys(meaning.code for meaning in self._questions[question].meanings if meaning.code)
        return [*self._each(question, codes, lambda code: lambda meaning: meaning.code == code)]

    def missing(self, question: int) -> Sequence[Expression]:
        """For each reason for no answer that a form can state, `question:reason` where it does, else NULL."""
        reasons = {reason.value: reason for reason in STATED_REASONS}
        return [*self._each(question, reasons, lambda word: lambda meaning: meaning.answer is reasons[word])]

    def no_column(self, question: int) -> bool:
        """Whether the user allowed that a question, or a column of it, is not there."""
        return self._questions[question].allowed

    def _each(
        self, question: int, words: Iterator[str] | dict[str, object] | dict[str, MissingReason], holds_for: Callable[[str], Callable[[Meaning], bool]]
    ) -> Iterator[Expression]:
        for word in words:
            truth = self._where(question, holds_for(word))
            text = self._dialect.text(f"{self._ids[question]}:{word}")
            if truth == TRUE:
                yield Expression(text)
            elif truth != FALSE:
                yield Expression(f"CASE WHEN {truth} THEN {text} END", (self._names[question],))

    # -------------------------------------------------------------- the stage

    def stages(self) -> Sequence[tuple[str, str]]:
        """The stage `answers`."""
        columns = [f"  {text} AS {name}" for text, name in self._columns()]
        return [("answers", "SELECT\n" + ",\n".join(columns) + f"\nFROM {self._source}")]

    def answer_columns(self) -> Sequence[str]:
        """The names of the columns of the stage, as SQL."""
        return [name for _, name in self._columns()]

    def kept(self) -> Sequence[tuple[str, Expression]]:
        """The columns that are handed through."""
        pairs = zip(self._record.kept, self._kept_names, strict=True)
        return [(self._dialect.identifier(name), Expression(at, (at,))) for (name, _), at in pairs]

    def _columns(self) -> Iterator[tuple[str, str]]:
        if self._record.id is not None:
            yield self._record.id, self._dialect.identifier("id")
        for (_, text), name in zip(self._record.kept, self._kept_names, strict=True):
            yield text, name
        for (_, truth), name in zip(self._record.problems, self._problem_names, strict=True):
            yield truth, name
        for question, name in zip(self._questions, self._names, strict=True):
            if question.number:
                yield question.number, name

    def _column(self, name: str) -> Expression:
        at = self._dialect.identifier(name)
        return Expression(at, (at,))
