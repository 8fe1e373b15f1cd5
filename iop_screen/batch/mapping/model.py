"""A mapping: what the columns and the cells of one kind of export mean, as a person has confirmed it."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnlyMapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from iop_screen.batch.sources.settings import FileSettings
from iop_screen.core.problems import Span
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.scalars import Text


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column: one of several names that it goes by, of which a file has one, or its place in the file, from 1."""

    names: tuple[Text, ...]
    position: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How a date or a time is written, in the letters of `strptime`; None is ISO 8601."""

    pattern: str | None


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """A column with a date or a time."""

    column: ColumnRef
    format: TimeFormat


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """A column that says whether a form counts. Texts are compared as answers are.

    With `score` and no `exclude`, forms with any other text are left out; with `exclude` alone, those with any other
    text are scored; with both, a form with any other text is rejected. A blank cell is the text "". The texts are
    written as `cell_key` gives them.
    """

    column: ColumnRef
    score: frozenset[str] | None
    exclude: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Range:
    """An option, and the numbers that mean it: `start` and above, below `below`."""

    option: str
    start: Decimal
    below: Decimal


@dataclass(frozen=True, slots=True)
class FromColumn:
    """The answer is in one column."""

    column: ColumnRef


Combination = Literal["any_of", "worst_of", "one_of"]


@dataclass(frozen=True, slots=True)
class FromColumns:
    """The answer is made of several columns.

    `any_of`: yes if one says yes, no only if all say no; of a question with several answers, all that are chosen.
    `worst_of`: the worst answer. While one column has no answer that could still change what these two give, there is
    no answer, for the reason of the first such column, or because one of them cannot be read.
    `one_of`: old and new columns of one question: the answer of the one that has any. Only a blank or one that was not
    shown gives way to it: two that differ are a conflict, and so are an answer and another reason for having none. One
    that cannot be read makes the answer unreadable.
    """

    kind: Combination
    columns: tuple[ColumnRef, ...]


@dataclass(frozen=True, slots=True)
class FromTicks:
    """Each option has a column of its own.

    A cell with a text of `ticked` chooses the option, one with a text of `unticked` does not; a reason for no answer in
    one of them is that of the whole, and any other text makes it unreadable. `ticked` is None for the usual texts and
    the id and label of the option. `none_ticked` is what it means that no column is ticked: an option, or why there is
    no answer. A blank cell does not choose its option where others are ticked and none says that it is not. Else, where
    all are blank or a blank stands beside a text of `unticked`, the option may not have been shown, and there is no
    answer, unless "" stands in `unticked`.
    """

    columns: tuple[tuple[str, ColumnRef], ...]
    ticked: frozenset[str] | None
    unticked: frozenset[str]
    none_ticked: str | MissingReason


@dataclass(frozen=True, slots=True)
class FromAge:
    """The answer is the age in whole years on the day of the form: `born` and `on` are dates."""

    born: TimeColumn
    on: TimeColumn


AnswerFrom = FromColumn | FromColumns | FromTicks | FromAge


@dataclass(frozen=True, slots=True)
class QuestionMapping:
    """Where the answer to one question is, and what its cells mean.

    All texts are written as `cell_key` gives them. A `source` of None is the column that has the name of the question.
    With `codes`, the texts of a cell that mean options, an answer is read by them alone; without, by the ids and labels
    of the questionnaire. `labels` are further labels of options, such as old wordings. With `ranges` it is a number.
    `missing` says which texts are reasons for no answer; "" is a blank cell. `separator` parts the options of a cell
    beside `;`, `,`, `|` and line ends. `guess` is the place of the word that says that nobody has confirmed this yet.
    """

    question: str
    source: AnswerFrom | None
    codes: ReadOnlyMapping[str, frozenset[str]] | None
    labels: ReadOnlyMapping[str, str]
    ranges: tuple[Range, ...]
    missing: ReadOnlyMapping[str, MissingReason]
    separator: str
    span: Span
    guess: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A mapping file as it was read. `hash12` is the first 12 hex digits of the SHA-256 of its bytes.

    A form counts if each column of `status` says so. `missing` holds for every question, by the `cell_key` of a text.
    `ignore` are columns that are no question although they look like one.
    `guesses` are the places of all words that say that nobody has confirmed something yet.
    """

    id: str
    hash12: str
    file: FileSettings
    id_column: ColumnRef | None
    time: TimeColumn | None
    status: tuple[StatusColumn, ...]
    questions: tuple[QuestionMapping, ...]
    missing: ReadOnlyMapping[str, MissingReason]
    ignore: tuple[ColumnRef, ...]
    guesses: tuple[Span, ...]

    @property
    def stamp(self) -> str:
        """The mapping as results name it."""
        return f"{self.id}#{self.hash12}"
