"""Columns that say something about a form as a whole: who it is of, when it was filled in, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from iop_screen.batch.guesses.texts import squeezed
from iop_screen.batch.inventory import ColumnInventory
from iop_screen.questionnaire.scalars import fold

ID_NAMES = (
    "responseid", "respondentid", "submissionid", "recordid", "key", "metainstanceid", "instanceid", "uuid", "id",
)  # fmt: skip
TIME_NAMES = (
    "timestamp", "submissiondate", "submitdateutc", "submitdate", "completiontime", "datesubmitted", "submissiontime",
    "recordeddate", "enddate", "end",
)  # fmt: skip
STATUS_NAMES = ("finished", "responsestatus", "status", "complete", "datesubmitted")
BORN_NAMES = ("dateofbirth", "dob", "birthdate", "birthday", "bornon", "born")
DONE = frozenset({"1", "true", "yes", "finished", "complete", "completed", "submitted", "ip address"})
NOT_DONE = frozenset(
    {"0", "false", "no", "unfinished", "incomplete", "partial", "in progress", "survey preview", "spam"}
)
FORMATS = (
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M", "%m/%d/%y %H:%M:%S", "%m/%d/%y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p",
    "%b %d, %Y %I:%M:%S %p", "%b %d, %Y", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S",
)  # fmt: skip
"""How times are written, the likeliest first."""

MOST_TIMES = 200
"""So many different times are tried at most."""


@dataclass(frozen=True, slots=True)
class TimeGuess:
    """A column, from 0, with times, and how they are written; None is ISO 8601. `other` is a way that fits as well."""

    index: int
    format: str | None
    other: str | None


@dataclass(frozen=True, slots=True)
class StatusGuess:
    """A column, from 0, that says whether a form counts, and what its values found most likely mean."""

    index: int
    score: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeGuess:
    """The columns about a form as a whole, and one with dates of birth; None where none looks so."""

    id_index: int | None = None
    time: TimeGuess | None = None
    status: StatusGuess | None = None
    born: TimeGuess | None = None

    @property
    def indexes(self) -> frozenset[int]:
        """The columns that are named here."""
        found = [] if self.id_index is None else [self.id_index]
        return frozenset(found + [each.index for each in (self.time, self.status) if each is not None])


def guess_whole(
    names: Sequence[str], columns: Sequence[ColumnInventory], free: Iterable[int], *, id_known: bool
) -> WholeGuess:
    """What the columns that are no question say of the form as a whole."""
    named: dict[str, int] = {}
    for index in free:
        named.setdefault(squeezed(names[index]) or names[index].strip(), index)
    id_names = () if id_known else (*ID_NAMES, "#")
    ids = (named[name] for name in id_names if name in named)
    times = (_time(named[name], columns[named[name]]) for name in TIME_NAMES if name in named)
    states = (_status(name, named[name], columns[named[name]]) for name in STATUS_NAMES if name in named)
    births = (_time(named[name], columns[named[name]]) for name in BORN_NAMES if name in named)
    first_time, first_state = next(filter(None, times), None), next(filter(None, states), None)
    return WholeGuess(next(ids, None), first_time, first_state, next(filter(None, births), None))


def _time(index: int, column: ColumnInventory) -> TimeGuess | None:
    values = [value for value in column.values if value][:MOST_TIMES]
    if not values:
        return None
    if all(_is_iso(value) for value in values):
        return TimeGuess(index, None, None)
    fitting = [pattern for pattern in FORMATS if all(_fits(value, pattern) for value in values)]
    return TimeGuess(index, fitting[0], next(iter(fitting[1:]), None)) if fitting else None


def _is_iso(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _fits(value: str, pattern: str) -> bool:
    try:
        datetime.strptime(value, pattern)  # noqa: DTZ007 - only whether it can be read is asked
    except ValueError:
        return False
    return True


def _status(name: str, index: int, column: ColumnInventory) -> StatusGuess | None:
    """A status whose values are all known; or a time of submission, which is blank in an unfinished form."""
    values = [*column.values]
    if name == "datesubmitted":
        return StatusGuess(index, (), ("",)) if "" in values and column.filled else None
    score = tuple(value for value in values if fold(value) in DONE)
    exclude = tuple(value for value in values if fold(value) in NOT_DONE)
    known = bool(score) and len(score) + len(exclude) == len(values) and not column.more
    return StatusGuess(index, score, exclude) if known else None
