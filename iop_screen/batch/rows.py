"""A scored form as a row, and the output columns: the same names in the same order for CSV and for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from iop_screen.batch.header import MatchedColumns
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, Source
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem, Result
from iop_screen.questionnaire.answers import STATED_REASONS, MissingReason
from iop_screen.questionnaire.model import Band, FirstStep, Score

REJECTED = "rejected"
RECORD = "record"
"""What the problem of a rejected record names in place of a question."""

Field = int | str | tuple[str, ...] | None
RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row comes from: its file, what the header of the file came to, and its record."""

    source: Source
    columns: MatchedColumns
    record: Record | RejectedRecord | ExcludedRecord


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """The answers of a form with their result, or a record that was rejected and why.

    `line` is where the record starts, `id` the text of the id column, `origin` where it was read; None where there is
    no file or no such column. `unscored` is what a rejected record would have come to, so that no danger is out of
    sight; None if it could not be read.
    """

    line: int | None
    id: str | None
    answers: Answers | None
    result: Result | None
    problems: tuple[AnswerProblem, ...]
    origin: Origin | None = None
    unscored: Result | None = None


@dataclass(frozen=True, slots=True)
class ExcludedRow:
    """A record that is left out on purpose and has no row in the output: why, and the text of its id column.

    `result` is what it would have come to, so that no danger is out of sight; None if it is no form.
    """

    reason: str
    id: str | None
    origin: Origin
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class OutputShape:
    """What an output has beyond the columns of every result.

    `mapping` is the stamp of the mapping that was used, None if there was none. With `files` each row names its file.
    `kept` are the names of the columns of the input that are copied.
    """

    mapping: str | None = None
    files: bool = False
    kept: tuple[str, ...] = ()


PLAIN = OutputShape()


@dataclass(frozen=True, slots=True)
class OutputColumn(Generic[RecordT]):
    """A column of an output: its name, what it holds (as the reference says it), and what gives its field."""

    name: str
    holds: str
    of: Callable[[RecordT], Field]


def file_name(source: Source) -> str:
    """The name of a file as an output has it; what is no text in it stands as an escape."""
    return source.name.encode("utf-8", "backslashreplace").decode()


def rejected_row(origin: Origin, code: str, row_id: str | None = None, unscored: Result | None = None) -> ScoredRow:
    """The row of a record that could not be read, or whose cells were read but must not be scored."""
    return ScoredRow(origin.record.line, row_id, None, None, (AnswerProblem(RECORD, code),), origin, unscored)


def output_columns(compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> tuple[OutputColumn[ScoredRow], ...]:
    """The columns of rows scored with this questionnaire, in order."""
    stamp, disclaimer = compiled.stamp, str(compiled.questionnaire.disclaimer)
    return (
        *([_FILE] if shape.files else []),
        *_BEFORE_SCORES,
        OutputColumn(
            "missing", "list of `question:reason` where the form says why it has no answer", _missing(compiled)
        ),
        *(column for index, score in enumerate(compiled.scores) for column in _score_columns(score.definition, index)),
        OutputColumn(
            "questionnaire", "`id@version#hash`: the first 12 hex digits of the SHA-256 of the file", lambda _: stamp
        ),
        OutputColumn("mapping", "`id#hash` of the mapping; nothing if there was none", lambda _: shape.mapping),
        OutputColumn("disclaimer", "the disclaimer", lambda _: disclaimer),
        *(_kept_column(name, place) for place, name in enumerate(shape.kept)),
    )


def column_values(row: ScoredRow, compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> dict[str, Field]:
    """The fields of a row by the names of their columns."""
    return {column.name: column.of(row) for column in output_columns(compiled, shape)}


def _kept_column(name: str, place: int) -> OutputColumn[ScoredRow]:
    """The column of the output that copies the column of the input which `--keep` names in this place."""
    holds = "one for each column that `--keep` names: its cell as it is; nothing for a record that was not read"
    return OutputColumn(f"input_{name}", holds, lambda row: _kept_cell(row.origin, place))


def _kept_cell(origin: Origin | None, place: int) -> Field:
    if origin is None or not isinstance(origin.record, Record):
        return None
    return origin.record.cells[origin.columns.kept[place]]


def _missing(compiled: CompiledQuestionnaire) -> Callable[[ScoredRow], Field]:
    """Why there is no answer, for each question of which the form says that.

    Reasons are told by their class, for there are many answers and few reasons.
    """
    ids = [str(question.id) for question in compiled.questions]

    def missing(row: ScoredRow) -> Field:
        values = () if row.answers is None else row.answers.values
        return tuple(
            [
                f"{ids[index]}:{answer.value}"
                for index, answer in enumerate(values)
                if answer.__class__ is MissingReason and answer in STATED_REASONS
            ]
        )

    return missing


def _of_result(read: Callable[[Result], Field], rejected: Field = None) -> Callable[[ScoredRow], Field]:
    """What reads a field of the result of a row; `rejected` is the field of a rejected record."""
    return lambda row: rejected if row.result is None else read(row.result)


def _score_columns(score: Score, index: int) -> Iterator[OutputColumn[ScoredRow]]:
    """The total of a score, and what the questionnaire adds to it."""
    name = f"score_{score.id}"
    holds = (
        "one for each score: its total, or nothing while more items that are asked have no answer than may be missing"
    )
    yield OutputColumn(name, holds, _of_result(lambda result: result.scores[index].total))
    if score.may_miss is not None:
        holds = "of a score with `may_miss`: how many items that are asked have no answer; nothing while that is open"
        yield OutputColumn(f"{name}_missing", holds, _of_result(lambda result: result.scores[index].missing))
    if score.bands:
        holds = "of a score with `bands`: the id of the band that the total lies in; nothing without a total"
        yield OutputColumn(f"{name}_band", holds, _of_result(lambda result: _id(result.scores[index].band)))


def _id(part: FirstStep | Band | None) -> str | None:
    return None if part is None else part.id


_FILE: OutputColumn[ScoredRow] = OutputColumn(
    "file",
    "the file, if several were read",
    lambda row: None if row.origin is None else file_name(row.origin.source),
)

_BEFORE_SCORES: tuple[OutputColumn[ScoredRow], ...] = (
    OutputColumn("line", "line of the input where the record starts; `null` in an interview", lambda row: row.line),
    OutputColumn("id", "text of the id column; `null` in an interview", lambda row: row.id),
    OutputColumn("suggestion", "what is suggested; see the next table", _of_result(lambda r: r.suggestion, REJECTED)),
    OutputColumn("level_at_least", "lowest level the form can still mean", _of_result(lambda r: r.levels.at_least.id)),
    OutputColumn("level_at_most", "highest level the form can still mean", _of_result(lambda r: r.levels.at_most.id)),
    OutputColumn(
        "first_step_at_least",
        'lowest first step the form can still mean; nothing is "no first step"',
        _of_result(lambda result: _id(result.first_steps.at_least)),
    ),
    OutputColumn(
        "first_step_at_most",
        'highest first step the form can still mean; nothing is "no first step"',
        _of_result(lambda result: _id(result.first_steps.at_most)),
    ),
    OutputColumn(
        "reasons",
        "ids of the rules that hold for certain",
        _of_result(lambda result: tuple(rule.id for rule in result.reasons), ()),
    ),
    OutputColumn(
        "open_questions",
        "ids of the questions without an answer that could still matter",
        _of_result(lambda result: tuple(question.id for question in result.open_questions), ()),
    ),
    OutputColumn("notes", "ids of the notes that apply", _of_result(lambda r: tuple(note.id for note in r.notes), ())),
    OutputColumn(
        "problems",
        "list of `question:code`, or `record:code` for a rejected record",
        lambda row: tuple(f"{problem.question}:{problem.code}" for problem in row.problems),
    ),
)
