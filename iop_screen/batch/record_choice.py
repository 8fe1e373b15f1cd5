"""What becomes of a record that was read: it is scored, rejected or left out, by its status and its id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from iop_screen.batch.cells import cell_key
from iop_screen.batch.duplicates import IdTimes, SeenIds, Standing, Standings, TimeReader, id_key
from iop_screen.batch.header import MatchedColumns
from iop_screen.batch.mapping.model import StatusColumn, TimeFormat
from iop_screen.batch.rows import RECORD
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import UNENDED, ExcludedRecord, Record, RejectedRecord, SourceRecord
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.suggest import AnswerProblem

DUPLICATE_ID = "duplicate-id"
TIME_UNREADABLE = "time-unreadable"
TIME_EQUAL = "time-equal"
UNKNOWN_STATUS = "unknown-status"
STATUS = "status"
CHOICE_PROBLEMS = (UNENDED, DUPLICATE_ID, TIME_UNREADABLE, TIME_EQUAL, UNKNOWN_STATUS)
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
ChoiceById = Callable[[int], Choice]
"""What becomes of the next record, by the key of its id."""

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


def choice_by_id(settings: ScoreSettings) -> ChoiceById:
    """What becomes of records with an id that was there before; for `latest`, see `LatestById`."""
    if settings.duplicates == "allow":
        return lambda _: SCORED
    seen, later = SeenIds(), LEFT_OUT if settings.duplicates == "first" else MARKED
    return lambda key: SCORED if seen.add(key) else later


@dataclass(frozen=True, slots=True)
class LatestById:
    """Chooses the latest record of each id, in the second reading of all files of a run."""

    standings: Standings

    def __call__(self, key: int) -> Choice:
        """What becomes of the next record. Raises CannotGoOn if it was not there in the first reading."""
        choice = BY_STANDING.get(self.standings.next(key))
        if choice is None:
            raise CannotGoOn(CHANGED, Exit.FILE)
        return choice

    def check_end(self) -> None:
        """Raises CannotGoOn if the first reading had more records."""
        if self.standings.left:
            raise CannotGoOn(CHANGED, Exit.FILE)


class RecordChoice:
    """Chooses among the records of one file, by its columns with a status and by its ids."""

    def __init__(self, columns: MatchedColumns) -> None:
        self._id, self._time = columns.id_index, columns.time_index
        self._statuses = [(index, choice_by_status(status)) for index, status in columns.statuses]

    def choose(self, record: SourceRecord, by_id: ChoiceById) -> Choice:
        """What becomes of a record. A cell that may have been cut decides nothing that loses the record."""
        match record:
            case Record():
                choice = self._of_status(record)
                key = self._key(record) if choice is SCORED else None
                return choice if key is None else by_id(key)
            case RejectedRecord():
                return ToReject(record.code)
            case ExcludedRecord():
                return ToExclude(record.reason)

    def note_time(self, record: SourceRecord, times: IdTimes, reader: TimeReader) -> None:
        """Note the id and the time of a record in the first reading, if a choice by id will be made of it."""
        if isinstance(record, Record) and not is_blank(record) and self._of_status(record) is SCORED:
            key = self._key(record)
            if key is not None:
                times.add(key, None if _is_cut(record, self._time) else self._time_of(record, reader))

    def _time_of(self, record: Record, reader: TimeReader) -> int | None:
        return None if self._time is None else reader.read(record.cells[self._time])

    def _of_status(self, record: Record) -> Choice:
        choices = [
            ToReject(UNENDED) if _is_cut(record, index) else choose(record.cells[index])
            for index, choose in self._statuses
        ]
        return _strictest(choices) if choices else SCORED

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


def _is_cut(record: Record, index: int | None) -> bool:
    return (record.unended and index == len(record.cells) - 1) or (record.unbegun and index == 0)


def _strictest(choices: Sequence[Choice]) -> Choice:
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
