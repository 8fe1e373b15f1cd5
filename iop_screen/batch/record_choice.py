"""What becomes of a record that was read: it is scored, rejected or left out, by its status and its id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from iop_screen.batch.cells import cell_key
from iop_screen.batch.duplicates import IdTimes, Standing, Standings, TimeReader, id_key, id_keys
from iop_screen.batch.form_stamp import FormColumn, MadeFrom
from iop_screen.batch.header import MatchedColumns
from iop_screen.batch.mapping.model import StatusColumn, TimeFormat
from iop_screen.batch.rows import RECORD
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import UNENDED, Record, SourceRecord
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.suggest import AnswerProblem

DUPLICATE_ID = "duplicate-id"
TIME_UNREADABLE = "time-unreadable"
TIME_EQUAL = "time-equal"
UNKNOWN_STATUS = "unknown-status"
OTHER_VERSION = "other-version"
OTHER_QUESTIONNAIRE = "other-questionnaire"
STATUS = "status"
CHOICE_PROBLEMS = (
    UNENDED,
    DUPLICATE_ID,
    TIME_UNREADABLE,
    TIME_EQUAL,
    UNKNOWN_STATUS,
    OTHER_VERSION,
    OTHER_QUESTIONNAIRE,
)
"""The codes that a record as a whole can have beside those of what could not be read."""
EXCLUSIONS = (STATUS, DUPLICATE_ID)
"""Why a record that could be read is left out."""


@dataclass(frozen=True, slots=True)
class ToScore:
    """The record is scored, with these problems of its own."""

    problems: tuple[AnswerProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ToReject:
    """The record has a row that says why it is not scored."""

    code: str


@dataclass(frozen=True, slots=True)
class ToExclude:
    """The record is left out of the output, and counted."""

    reason: str


Choice = ToScore | ToReject | ToExclude

SCORED = ToScore()
MARKED = ToScore((AnswerProblem(RECORD, DUPLICATE_ID),))
LEFT_OUT = ToExclude(DUPLICATE_ID)
BY_STANDING: dict[Standing | None, Choice] = {
    Standing.LATEST: SCORED,
    Standing.EARLIER: LEFT_OUT,
    Standing.TIED: MARKED,
    Standing.UNREADABLE_TIME: ToScore((*MARKED.problems, AnswerProblem(RECORD, TIME_UNREADABLE))),
    Standing.EQUAL_TIME: ToScore((*MARKED.problems, AnswerProblem(RECORD, TIME_EQUAL))),
}
CHANGED = "an input changed while it was read; nothing of it can be trusted"


class WrittenCells(Protocol):
    """What was written in the records of a lot. `single` has all records of which a cell may have been cut."""

    @property
    def size(self) -> int:
        """How many records there are."""

    @property
    def single(self) -> Mapping[int, SourceRecord]:
        """Some of the records, by their place."""

    def texts(self, index: int) -> Sequence[str]:
        """The cells of a column."""


class SeenBefore(Protocol):
    """The ids that were there so far in a run."""

    def again(self, cells: WrittenCells, index: int, nobody: Iterable[int]) -> Iterable[int]:
        """The records of the next lot with an id, in the column `index`, that was there before, also in this lot.

        `nobody` are records without an id.
        """


class ChoiceById(Protocol):
    """Chooses among records by their ids, in the order of the run."""

    def choices(self, cells: WrittenCells, index: int, nobody: Collection[int]) -> Iterable[tuple[int, Choice]]:
        """What becomes of the records of the next lot; see `SeenBefore`. What is just scored is not given."""


class AllById:
    """Scores each record, whatever its id."""

    def choices(self, _cells: WrittenCells, _index: int, _nobody: Collection[int]) -> Iterable[tuple[int, Choice]]:
        """Nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class FirstById:
    """Scores the first record of each id; `later` is what becomes of the others."""

    later: Choice
    seen: SeenBefore

    def choices(self, cells: WrittenCells, index: int, nobody: Collection[int]) -> Iterable[tuple[int, Choice]]:
        """The records with an id that was there before."""
        return ((place, self.later) for place in self.seen.again(cells, index, nobody))


@dataclass(frozen=True, slots=True)
class LatestById:
    """Chooses the latest record of each id, in the second reading of all files of a run."""

    standings: Standings

    def choices(self, cells: WrittenCells, index: int, nobody: Collection[int]) -> Iterable[tuple[int, Choice]]:
        """By the standing of each record. Raises CannotGoOn if one was not there in the first reading."""
        for place, key in enumerate(id_keys(cells.texts(index))):
            choice = SCORED if key is None or place in nobody else BY_STANDING.get(self.standings.next(key))
            if choice is None:
                raise CannotGoOn(CHANGED, Exit.FILE)
            if choice is not SCORED:
                yield place, choice

    def check_end(self) -> None:
        """Raises CannotGoOn if the first reading had more records."""
        if self.standings.left:
            raise CannotGoOn(CHANGED, Exit.FILE)


def choice_by_id(settings: ScoreSettings, seen: SeenBefore) -> ChoiceById:
    """What becomes of records with an id that was there before; for `latest`, see `LatestById`."""
    if settings.duplicates == "allow":
        return AllById()
    return FirstById(LEFT_OUT if settings.duplicates == "first" else MARKED, seen)


@dataclass(frozen=True, slots=True)
class _Deciding:
    """A column that decides what becomes of a record; `if_cut` is what does where a part of its cell may be missing."""

    index: int
    choose: Callable[[str], Choice]
    if_cut: Choice


class RecordChoice:
    """Chooses among the records of one file, by its columns with a status or a stamp and by its ids."""

    def __init__(self, columns: MatchedColumns) -> None:
        self._id, self._time = columns.id_index, columns.time_index
        cut = ToReject(UNENDED)
        self._deciding = [_Deciding(index, choice_by_status(status), cut) for index, status in columns.statuses]
        if columns.form is not None:
            self._deciding.append(_Deciding(columns.form.index, choice_by_form(columns.form), SCORED))

    def by_status(self, cells: WrittenCells, passed: Collection[int]) -> dict[int, Choice]:
        """What becomes of the records of a lot by their status and their stamp, where that is not to be scored.

        Those `passed` are left out.

        A cell that may have been cut decides nothing that loses the record.
        """
        if not self._deciding:
            return {}
        columns = [map(each.choose, cells.texts(each.index)) for each in self._deciding]
        choices = {
            place: strictest(of_record)
            for place, of_record in enumerate(zip(*columns, strict=True))
            if place not in passed and any(choice is not SCORED for choice in of_record)
        }
        for place, record in cells.single.items():
            if isinstance(record, Record) and place not in passed:
                choices[place] = self._of_status(record)
        return {place: choice for place, choice in choices.items() if choice is not SCORED}

    def by_id(self, cells: WrittenCells, passed: Collection[int], by_id: ChoiceById) -> dict[int, Choice]:
        """What becomes of the other records of a lot by their ids, where that is not just to be scored."""
        if self._id is None:
            return {}
        cut = (place for place, record in cells.single.items() if _is_cut(record, self._id))
        return dict(by_id.choices(cells, self._id, {*passed, *cut}))

    def note_time(self, record: SourceRecord, times: IdTimes, reader: TimeReader) -> None:
        """Note the id and the time of a record in the first reading, if a choice by id will be made of it."""
        if not isinstance(record, Record) or record.rejected_for or is_blank(record):
            return
        if self._of_status(record) is SCORED:
            key = self._key(record)
            if key is not None:
                times.add(key, None if _is_cut(record, self._time) else self._time_of(record, reader))

    def _time_of(self, record: Record, reader: TimeReader) -> int | None:
        return None if self._time is None else reader.read(record.cells[self._time])

    def _of_status(self, record: Record) -> Choice:
        choices = [
            each.if_cut if _is_cut(record, each.index) else each.choose(record.cells[each.index])
            for each in self._deciding
        ]
        return strictest(choices) if choices else SCORED

    def _key(self, record: Record) -> int | None:
        return None if self._id is None or _is_cut(record, self._id) else id_key(record.cells[self._id])


def is_blank(record: Record) -> bool:
    """Whether every cell is blank, that of the id too."""
    return not any(map(str.strip, record.cells))


def cut_cell(record: Record) -> int | None:
    """The index of the cell of which a part may be missing; if that can be said of the first and the last, the last."""
    if record.unended:
        return len(record.cells) - 1
    return 0 if record.unbegun else None


def _is_cut(record: SourceRecord, index: int | None) -> bool:
    if not isinstance(record, Record):
        return False
    return (record.unended and index == len(record.cells) - 1) or (record.unbegun and index == 0)


def strictest(choices: Sequence[Choice]) -> Choice:
    """What several columns make of a record: nobody leaves it out without a row while one cannot be understood."""
    rejects = (choice for choice in choices if isinstance(choice, ToReject))
    return next(rejects, None) or next((choice for choice in choices if choice is not SCORED), SCORED)


def choice_by_status(status: StatusColumn) -> Callable[[str], Choice]:
    """What becomes of a record by the text in a column with a status."""
    score, exclude = _folded(status.score), _folded(status.exclude)
    other = ToExclude(STATUS) if exclude is None else SCORED if score is None else ToReject(UNKNOWN_STATUS)

    @lru_cache(256)
    def choose(text: str) -> Choice:
        if score is not None and cell_key(text) in score:
            return SCORED
        return ToExclude(STATUS) if exclude is not None and cell_key(text) in exclude else other

    return choose


def choice_by_form(column: FormColumn) -> Callable[[str], Choice]:
    """What becomes of a record by its stamp: the questions of another questionnaire may mean something else."""

    @lru_cache(256)
    def choose(text: str) -> Choice:
        other = column.made_from(text) is MadeFrom.OTHER_QUESTIONNAIRE
        return ToReject(OTHER_QUESTIONNAIRE) if other else SCORED

    return choose


def _folded(texts: Collection[str] | None) -> frozenset[str] | None:
    return None if texts is None else frozenset(map(cell_key, texts))


def latest_by_id(files: Iterable[tuple[RecordChoice, Iterable[SourceRecord]]], settings: ScoreSettings) -> LatestById:
    """Read all records of a run once, and find the latest of each id."""
    times, reader = IdTimes(), TimeReader(time_format(settings))
    for choice, records in files:
        for record in records:
            choice.note_time(record, times, reader)
    return LatestById(times.standings())


def time_format(settings: ScoreSettings) -> TimeFormat:
    """How times are written: as the option says, or as the mapping says of its column; else as in ISO 8601."""
    mapped = None if settings.mapping is None or settings.time_column is not None else settings.mapping.time
    return TimeFormat(settings.time_format) if settings.time_format is not None or mapped is None else mapped.format
