"""Answers as our own forms write them: a table has one column for each question, and a cell is compared as it is.

What runs such a query has no reader of cells. So an option is its id and nothing else, and a label is unreadable. What
cannot be read is never an answer, and so never a "no".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from iop_screen.batch.sql.dialect import LONGEST_LINE, SEPARATOR, Dialect, filled_lines, indented
from iop_screen.batch.sql.free_names import FreeNames
from iop_screen.batch.sql.text_lists import NO_MEMBER, Member
from iop_screen.batch.sql.truths import FALSE, TRUE
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import (
    NOT_ALONE,
    OUT_OF_RANGE,
    STATED_REASONS,
    UNREADABLE,
    AnswerTest,
    HasOption,
    NumberAtLeast,
    NumberAtMost,
)
from iop_screen.questionnaire.types import Question

REASONS = tuple(reason.value for reason in STATED_REASONS)
"""The texts by which a cell says why it has no answer, in any column."""

ID_COLUMN = "id"
"""The column of the table that is copied as `id`, unless another one is named."""

NUMBER_PATTERN = "[+-]?[0-9]{1,9}([.][0-9]{1,6})?"
"""How a number is written, as `questionnaire.scalars.NUMBER` has it, in the words that all databases know."""

NUMBER_TYPE = "DECIMAL(15, 6)"
"""A type that holds each such number, exactly."""

CELLS, READ, ANSWERS = "cells", "numbers_and_lists", "answers"
"""The stages in which a table is read: its cells as texts, those that are numbers or lists as such, and the answers."""

LONGEST_CASE = 80
"""A CASE with more signs is broken; the name of its column is still to come."""


class ReadAs(Enum):
    """What a cell of a question is read as: the id of an option, a list of them, a number, or any words."""

    OPTION = auto()
    LIST = auto()
    NUMBER = auto()
    WORDS = auto()


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A table of answers: its name as SQL, its column of ids, None if it has none, and questions without a column."""

    source: str
    id_column: str | None = ID_COLUMN
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a question, each as SQL: the one of the table, and those of the stages.

    `answer` is empty where there is no answer, or NULL for a number; before that it is the text of the cell, and `read`
    what it is as a number or a list. `no_answer` says why there is none: a reason that the cell states, or the code of
    its problem; it is empty if there is nothing to say.
    """

    question: Question
    cell: str
    answer: str
    read: str
    no_answer: str
    missing: bool


class WrittenAnswers:
    """The first stages of a query over a table of answers; see `AnswersStage`."""

    def __init__(self, compiled: CompiledQuestionnaire, table: AnswerTable, dialect: Dialect) -> None:
        self._table, self._dialect = table, dialect
        names = FreeNames(dialect)
        answers = [names.free(str(question.id)) for question in compiled.questions]
        self._columns = [
            _Columns(
                question,
                dialect.identifier(str(question.id)),
                answer,
                names.free(f"{_NAMED_FOR[read_as(question)]}_{question.id}") if _NAMED_FOR[read_as(question)] else "",
                names.free(f"no_answer_{question.id}"),
                str(question.id) in table.missing,
            )
            for question, answer in zip(compiled.questions, answers, strict=True)
        ]
        self._id = names.free(ID_COLUMN)
        self._there = [columns for columns in self._columns if not columns.missing]

    # -------------------------------------------------------------- truths

    def passes(self, test: AnswerTest) -> str:
        """The test holds for the answer."""
        columns = self._columns[test.question]
        if columns.missing:
            return FALSE
        match test:
            case HasOption(_, options):
                return self._has_option(columns, options)
            case NumberAtLeast(_, bound):
                return f"COALESCE({columns.answer} >= {bound:f}, FALSE)"
            case NumberAtMost(_, bound):
                return f"COALESCE({columns.answer} <= {bound:f}, FALSE)"

    def unanswered(self, question: int) -> str:
        """There is no usable answer."""
        columns = self._columns[question]
        if columns.missing:
            return TRUE
        none = "IS NULL" if read_as(columns.question) is ReadAs.NUMBER else "= ''"
        return f"{columns.answer} {none}"

    def _has_option(self, columns: _Columns, options: Collection[str]) -> str:
        known = [option for option in columns.question.answer_ids() if option in options]
        if not known:
            return FALSE
        if not columns.question.allows_multiple:
            return self._among(columns.answer, known)
        found = [self._dialect.contains(columns.answer, self._text(f";{option};")) for option in known]
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    # -------------------------------------------------------------- words

    def id(self) -> str:
        """The text of the id column; NULL if there is none."""
        return self._id

    def problems_of_record(self) -> Sequence[Member]:
        """None: a query looks at one row at a time, and takes each as a form."""
        return ()

    def rejected(self) -> Member:
        """None: each row has a result."""
        return NO_MEMBER

    def problem(self, question: int) -> Member:
        """What is wrong with the cell, as `question:code`."""
        codes = _codes(self._columns[question].question)
        return self._member(question, self._one_of(codes), codes)

    def missing(self, question: int) -> Member:
        """The reason for no answer that the cell states, as `question:reason`."""
        codes = _codes(self._columns[question].question)
        return self._member(question, f"NOT {self._one_of(['', *codes])}" if codes else "<> ''", REASONS)

    def no_column(self, question: int) -> bool:
        """Whether the table has no column for a question."""
        return self._columns[question].missing

    def kept(self) -> Sequence[tuple[str, str]]:
        """None: whoever wants more columns joins the result with the table by its id."""
        return ()

    def _member(self, question: int, where: str, words: Sequence[str]) -> Member:
        """What a cell says with one of some words, where a truth about its column `no_answer` holds."""
        columns = self._columns[question]
        if columns.missing or not words:
            return NO_MEMBER
        holds, said = f"{columns.no_answer} {where}", f"{columns.question.id}:"
        if len(words) == 1:
            return Member(((holds, f"{said}{words[0]}"),))
        return Member(((holds, said),), columns.no_answer)

    # -------------------------------------------------------------- stages

    def stages(self) -> Sequence[tuple[str, str]]:
        """The stages up to `answers`."""
        read = [*self._numbers_and_lists()]
        return [
            (CELLS, _select(self._cells(), self._table.source)),
            *([(READ, _select(["*", *read], CELLS))] if read else []),
            (ANSWERS, _select(self._answers(), READ if read else CELLS)),
        ]

    def answer_columns(self) -> Sequence[str]:
        """The names of the columns of the stage `answers`, as SQL."""
        return [self._id, *(name for columns in self._there for name in (columns.answer, columns.no_answer))]

    def _cells(self) -> Iterator[str]:
        """The id, and the text of each cell; a cell with nothing in it has an empty text."""
        kind, named = self._dialect.text_type, self._table.id_column
        column = "NULL" if named is None else self._dialect.identifier(named)
        yield f"CAST({column} AS {kind}) AS {self._id}"
        for columns in self._there:
            yield f"COALESCE(CAST({columns.cell} AS {kind}), '') AS {columns.answer}"

    def _numbers_and_lists(self) -> Iterator[str]:
        for columns in self._there:
            match read_as(columns.question):
                case ReadAs.NUMBER:
                    yield f"{self._number(columns.answer)} AS {columns.read}"
                case ReadAs.LIST:
                    yield f"{self._list(columns.question, columns.answer)} AS {columns.read}"
                case ReadAs.OPTION | ReadAs.WORDS:
                    pass

    def _number(self, cell: str) -> str:
        """A cell as a number, NULL if it is none. No other text comes to the CAST, whatever is worked out first."""
        is_number = self._dialect.matches(cell, NUMBER_PATTERN)
        return f"CAST(\n  CASE WHEN {is_number} THEN {cell} END AS {NUMBER_TYPE}\n)"

    def _list(self, question: Question, cell: str) -> str:
        """A cell as a list of options that go together, with `;` around each; an empty text if it is none."""
        needs = [str(option.id) for option in question.options_listed if not option.exclusive]
        together = [*([needs] if needs else []), *([option] for option in sorted(_exclusive(question)))]
        is_list = self._is_list(cell, "|".join(map(self._list_of, together)))
        mark = self._text(SEPARATOR)
        return _case([(is_list, f"concat({mark}, {cell}, {mark})"), ("", "''")])

    def _list_of(self, options: Sequence[str]) -> str:
        """The pattern of a list of some options, with `;` behind each. An id has no sign of a pattern but the point."""
        ids = "|".join(option.replace(".", "[.]") for option in options)
        one = ids if len(options) == 1 else f"({ids})"
        return f"({one}{SEPARATOR}){self._dialect.repeated}"

    def _is_list(self, cell: str, pattern: str) -> str:
        return self._dialect.matches(f"concat({cell}, {self._text(SEPARATOR)})", pattern)

    def _answers(self) -> Iterator[str]:
        yield self._id
        for columns in self._there:
            answer, no_answer = self._reading(columns)
            yield f"{answer} AS {columns.answer}"
            yield f"{_case(no_answer)} AS {columns.no_answer}"

    def _reading(self, columns: _Columns) -> tuple[str, Sequence[tuple[str, str]]]:
        """How a cell is read: its answer, and the cases of why there is none."""
        cell, read, question = columns.answer, columns.read, columns.question
        reason, unreadable = (self._among(cell, REASONS), cell), ("", self._text(UNREADABLE))
        match read_as(question):
            case ReadAs.OPTION:
                ids = question.answer_ids()
                answer = _case([(self._among(cell, ids), cell), ("", "''")])
                return answer, [(self._among(cell, ["", *ids]), "''"), reason, unreadable]
            case ReadAs.LIST:
                is_list = self._is_list(cell, self._list_of(question.answer_ids()))
                not_alone = [(is_list, self._text(NOT_ALONE))] if _exclusive(question) else []
                return read, [(f"{cell} = '' OR {read} <> ''", "''"), reason, *not_alone, unreadable]
            case ReadAs.NUMBER:
                lowest, highest = question.number_range or (0, 0)
                inside = f"{read} BETWEEN {lowest:f} AND {highest:f}"
                outside = (f"{read} IS NOT NULL", self._text(OUT_OF_RANGE))
                answer = f"CASE WHEN {inside} THEN {read} END"
                return answer, [(f"{cell} = '' OR {inside}", "''"), reason, outside, unreadable]
            case ReadAs.WORDS:
                answer = _case([(self._among(cell, ["", *REASONS]), "''"), ("", "'words'")])
                return answer, [reason, ("", "''")]

    # -------------------------------------------------------------- SQL

    def _among(self, column: str, texts: Sequence[str]) -> str:
        """The truth that a column holds one of some texts."""
        return f"{column} {self._one_of(texts)}"

    def _one_of(self, texts: Sequence[str]) -> str:
        listed = [*map(self._text, texts)]
        if len(listed) == 1:
            return f"= {listed[0]}"
        if sum(map(len, listed)) < LONGEST_LINE - 50:
            return f"IN ({', '.join(listed)})"
        lines = "\n".join(filled_lines(listed, ", "))
        return f"IN (\n{indented(lines)}\n)"

    def _text(self, text: str) -> str:
        return self._dialect.text(text)


def read_as(question: Question) -> ReadAs:
    """What a cell of a question is read as."""
    if question.is_free_text:
        return ReadAs.WORDS
    if question.number_range is not None:
        return ReadAs.NUMBER
    return ReadAs.LIST if question.allows_multiple else ReadAs.OPTION


def _exclusive(question: Question) -> list[str]:
    """The options that go with no other."""
    return [str(option.id) for option in question.options_listed if option.exclusive]


def _codes(question: Question) -> tuple[str, ...]:
    """The codes of what can be wrong with a cell of a question."""
    match read_as(question):
        case ReadAs.OPTION:
            return (UNREADABLE,)
        case ReadAs.LIST:
            return (UNREADABLE, NOT_ALONE) if _exclusive(question) else (UNREADABLE,)
        case ReadAs.NUMBER:
            return (UNREADABLE, OUT_OF_RANGE)
        case ReadAs.WORDS:
            return ()


_NAMED_FOR = {ReadAs.NUMBER: "number", ReadAs.LIST: "list", ReadAs.OPTION: "", ReadAs.WORDS: ""}
"""What a column is named for in which a cell is read before it is an answer; empty if it is only compared."""


def _case(cases: Sequence[tuple[str, str]]) -> str:
    """A CASE, on one line or with a line for each case; the case without a condition is the last."""
    parts = [_case_part(when, then) for when, then in cases]
    line = " ".join(["CASE", *parts, "END"])
    if len(parts) < 3 and len(line) <= LONGEST_CASE and "\n" not in line:
        return line
    return "\n".join(["CASE", *map(indented, parts), "END"])


def _case_part(when: str, then: str) -> str:
    if not when:
        return f"ELSE {then}"
    line = f"WHEN {when} THEN {then}"
    return line if len(line) <= LONGEST_LINE else f"WHEN {when}\n  THEN {then}"


def _select(columns: Iterable[str], source: str) -> str:
    listed = ",\n".join(map(indented, columns))
    return f"SELECT\n{listed}\nFROM {source}"
