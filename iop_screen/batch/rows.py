"""A scored form as a row, and the output columns: the same names in the same order for CSV and for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Generic, Literal, TypeVar

from iop_screen.batch.header import MatchedColumns
from iop_screen.batch.lots.fields import Copied, LineNumbers, ListOf, LotField, Numbers, OneOf, Same
from iop_screen.batch.lots.lot import JudgedLot
from iop_screen.batch.lots.masks import chosen, mask_of
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, Source
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem, Result, ScoreTotal
from iop_screen.questionnaire.answers import STATED_REASONS, MissingReason
from iop_screen.questionnaire.model import Band, FirstStep, Score

REJECTED = "rejected"
RECORD = "record"
"""What the problem of a rejected record names in place of a question."""

Field = int | str | tuple[str, ...] | None
RecordT = TypeVar("RecordT")

ColumnKind = Literal["known", "text", "number", "list"]
"""What a column holds: one of a few texts that are known before, a text of the input, a number, or a list of texts."""


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


@dataclass(frozen=True, slots=True)
class ResultColumn(OutputColumn[ScoredRow]):
    """A column of the results; `in_lot` gives its fields for all rows of a lot at once."""

    in_lot: Callable[[JudgedLot], LotField]
    kind: ColumnKind = "known"


def file_name(source: Source) -> str:
    """The name of a file as an output has it; what is no text in it stands as an escape."""
    return source.name.encode("utf-8", "backslashreplace").decode()


def rejected_row(origin: Origin, code: str, row_id: str | None = None, unscored: Result | None = None) -> ScoredRow:
    """The row of a record that could not be read, or whose cells were read but must not be scored."""
    return ScoredRow(origin.record.line, row_id, None, None, (AnswerProblem(RECORD, code),), origin, unscored)


def output_columns(compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> tuple[ResultColumn, ...]:
    """The columns of rows scored with this questionnaire, in order."""
    stamp, disclaimer = compiled.stamp, str(compiled.questionnaire.disclaimer)
    return (
        *([_FILE] if shape.files else []),
        *_BEFORE_SCORES,
        ResultColumn(
            "missing",
            "list of `question:reason` where the form says why it has no answer",
            _missing(compiled),
            _missing_in_lot,
            "list",
        ),
        *(column for index, score in enumerate(compiled.scores) for column in _score_columns(score.definition, index)),
        ResultColumn(
            "questionnaire",
            "`id@version#hash`: the first 12 hex digits of the SHA-256 of the file",
            lambda _: stamp,
            lambda _: Same(stamp),
        ),
        ResultColumn(
            "mapping",
            "`id#hash` of the mapping; nothing if there was none",
            lambda _: shape.mapping,
            lambda _: Same(shape.mapping),
        ),
        ResultColumn("disclaimer", "the disclaimer", lambda _: disclaimer, lambda _: Same(disclaimer)),
        *(_kept_column(name, place) for place, name in enumerate(shape.kept)),
    )


def column_values(row: ScoredRow, compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN) -> dict[str, Field]:
    """The fields of a row by the names of their columns."""
    return {column.name: column.of(row) for column in output_columns(compiled, shape)}


def _kept_column(name: str, place: int) -> ResultColumn:
    """The column of the output that copies the column of the input which `--keep` names in this place."""
    holds = "one for each column that `--keep` names: its cell as it is; nothing for a record that was not read"
    return ResultColumn(
        f"input_{name}",
        holds,
        lambda row: _kept_cell(row.origin, place),
        lambda judged: Copied(judged.lot.cells.texts(judged.lot.file.columns.kept[place]), judged.lot.read),
        "text",
    )


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


def _missing_in_lot(judged: JudgedLot) -> LotField:
    return ListOf(
        tuple(
            (f"{question.id}:{meaning.answer.value}", mask & judged.lot.scored)
            for question, meanings in zip(judged.compiled.questions, judged.meanings, strict=True)
            for meaning, mask in meanings
            if isinstance(meaning.answer, MissingReason) and meaning.answer in STATED_REASONS
        )
    )


def _of_result(read: Callable[[Result], Field], rejected: Field = None) -> Callable[[ScoredRow], Field]:
    """What reads a field of the result of a row; `rejected` is the field of a rejected record."""
    return lambda row: rejected if row.result is None else read(row.result)


def _score_columns(score: Score, index: int) -> Iterator[ResultColumn]:
    """The total of a score, and what the questionnaire adds to it."""
    name = f"score_{score.id}"
    holds = (
        "one for each score: its total, or nothing while more items that are asked have no answer than may be missing"
    )
    yield (
        _score_column(name, holds, index, lambda total: total.total)
        if score.may_miss is not None
        else ResultColumn(
            name,
            holds,
            _of_result(lambda result: result.scores[index].total),
            lambda judged: _whole_totals(judged, index),
            "number",
        )
    )
    if score.may_miss is not None:
        holds = "of a score with `may_miss`: how many items that are asked have no answer; nothing while that is open"
        yield _score_column(f"{name}_missing", holds, index, lambda total: total.missing)
    if score.bands:
        holds = "of a score with `bands`: the id of the band that the total lies in; nothing without a total"
        yield ResultColumn(
            f"{name}_band", holds, _of_result(lambda result: _id(result.scores[index].band)), _band_in_lot(score, index)
        )


def _score_column(name: str, holds: str, index: int, read: Callable[[ScoreTotal], int | None]) -> ResultColumn:
    """A column with a number that is read from the total of a score."""

    def in_lot(judged: JudgedLot) -> LotField:
        scored = chosen(judged.lot.scored, judged.lot.size)
        pairs = zip(judged.totals(index), scored, strict=True)
        numbers = [read(total) if counts else None for total, counts in pairs]
        different = {number: place for place, number in enumerate(dict.fromkeys(numbers))}
        return Numbers([*map(different.__getitem__, numbers)], tuple(different))

    return ResultColumn(name, holds, _of_result(lambda result: read(result.scores[index])), in_lot, "number")


def _whole_totals(judged: JudgedLot, index: int) -> LotField:
    """The totals of a score of which no item may be missing: where all that count are there, the sum of the points."""
    points, scored = judged.judged.scores[index], judged.lot.scored
    complete = scored & ~points.open & ~reduce(or_, points.missing, 0)
    most = sum(number for number, _ in points.points)
    sums = judged.valuation.sums([(1, complete), *((number, mask & complete) for number, mask in points.points)])
    return Numbers(sums, (None, *range(most + 1)))


def _band_in_lot(score: Score, index: int) -> Callable[[JudgedLot], LotField]:
    def in_lot(judged: JudgedLot) -> LotField:
        lot = judged.lot
        bands = [None if each.band is None else str(each.band.id) for each in judged.totals(index)]
        names = [str(band.id) for band in score.bands]
        return OneOf(
            tuple(
                (name, lot.scored & mask_of((at for at, band in enumerate(bands) if band == name), lot.size))
                for name in names
            )
        )

    return in_lot


def _suggestions(judged: JudgedLot) -> LotField:
    lot, fitting = judged.lot, dict[str, int]()
    for name, mask in judged.judged.suggestions:
        fitting[name] = fitting.get(name, 0) | (mask & lot.scored)
    return OneOf((*fitting.items(), (REJECTED, lot.rows & ~lot.scored)))


def _levels(judged: JudgedLot, side: int) -> LotField:
    """The lowest level that a form can still mean, side 0, or the highest, side 1."""
    ids = [str(level.id) for level in judged.compiled.questionnaire.levels]
    return _steps(judged, ids, judged.levels()[side])


def _first_steps(judged: JudgedLot, side: int) -> LotField:
    ids = [str(step.id) for step in judged.compiled.questionnaire.first_steps]
    return _steps(judged, ids, judged.first_steps()[side][1:])


def _steps(judged: JudgedLot, ids: Iterable[str], masks: Iterable[int]) -> LotField:
    return OneOf(tuple((name, mask & judged.lot.scored) for name, mask in zip(ids, masks, strict=True)))


def _reasons(judged: JudgedLot) -> LotField:
    ids = (str(rule.definition.id) for rule in judged.compiled.rules)
    return _listed(judged, ids, judged.judged.rules)


def _open_questions(judged: JudgedLot) -> LotField:
    return _listed(judged, (str(question.id) for question in judged.compiled.questions), judged.judged.open)


def _notes(judged: JudgedLot) -> LotField:
    return _listed(judged, (str(note.definition.id) for note in judged.compiled.notes), judged.judged.notes)


def _listed(judged: JudgedLot, ids: Iterable[str], masks: Iterable[int]) -> LotField:
    return ListOf(tuple((name, mask & judged.lot.scored) for name, mask in zip(ids, masks, strict=True)))


def _problems(judged: JudgedLot) -> LotField:
    of_rejected = [(AnswerProblem(RECORD, code), mask) for code, mask in judged.lot.rejected]
    listed = (*of_rejected, *judged.problems)
    return ListOf(tuple((f"{problem.question}:{problem.code}", mask) for problem, mask in listed))


def _ids(judged: JudgedLot) -> LotField:
    ids = judged.lot.ids
    return Same(None) if ids is None else Copied(ids, judged.lot.read)


def _id(part: FirstStep | Band | None) -> str | None:
    return None if part is None else part.id


_FILE: ResultColumn = ResultColumn(
    "file",
    "the file, if several were read",
    lambda row: None if row.origin is None else file_name(row.origin.source),
    lambda judged: Same(file_name(judged.lot.file.source)),
)

_BEFORE_SCORES: tuple[ResultColumn, ...] = (
    ResultColumn(
        "line",
        "line of the input where the record starts; `null` in an interview",
        lambda row: row.line,
        lambda judged: LineNumbers(judged.lot.lines),
        "number",
    ),
    ResultColumn("id", "text of the id column; `null` in an interview", lambda row: row.id, _ids, "text"),
    ResultColumn(
        "suggestion",
        "what is suggested; see the next table",
        _of_result(lambda r: r.suggestion, REJECTED),
        _suggestions,
    ),
    ResultColumn(
        "level_at_least",
        "lowest level the form can still mean",
        _of_result(lambda r: r.levels.at_least.id),
        lambda judged: _levels(judged, 0),
    ),
    ResultColumn(
        "level_at_most",
        "highest level the form can still mean",
        _of_result(lambda r: r.levels.at_most.id),
        lambda judged: _levels(judged, 1),
    ),
    ResultColumn(
        "first_step_at_least",
        'lowest first step the form can still mean; nothing is "no first step"',
        _of_result(lambda result: _id(result.first_steps.at_least)),
        lambda judged: _first_steps(judged, 0),
    ),
    ResultColumn(
        "first_step_at_most",
        'highest first step the form can still mean; nothing is "no first step"',
        _of_result(lambda result: _id(result.first_steps.at_most)),
        lambda judged: _first_steps(judged, 1),
    ),
    ResultColumn(
        "reasons",
        "ids of the rules that hold for certain",
        _of_result(lambda result: tuple(rule.id for rule in result.reasons), ()),
        _reasons,
        "list",
    ),
    ResultColumn(
        "open_questions",
        "ids of the questions without an answer that could still matter",
        _of_result(lambda result: tuple(question.id for question in result.open_questions), ()),
        _open_questions,
        "list",
    ),
    ResultColumn(
        "notes",
        "ids of the notes that apply",
        _of_result(lambda r: tuple(note.id for note in r.notes), ()),
        _notes,
        "list",
    ),
    ResultColumn(
        "problems",
        "list of `question:code`, or `record:code` for a rejected record",
        lambda row: tuple(f"{problem.question}:{problem.code}" for problem in row.problems),
        _problems,
        "list",
    ),
)
