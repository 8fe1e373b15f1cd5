"""Columns that say something about a form as a whole: who it is of, when it was filled in, and whether it counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
STATUS_NAMES = ("finished", "responsestatus", "responsetype", "status", "complete", "datesubmitted")
REVIEW_NAMES = ("reviewstate", "validationstatus")
NOT_APPROVED = ("rejected", "not approved", "validation_status_not_approved")
"""Where ODK and Kobo write what somebody thinks of a form, and how they say that it is not to count."""

BORN_NAMES = ("dateofbirth", "dob", "birthdate", "birthday", "bornon", "born")
StatusWords = tuple[tuple[str, ...], tuple[str, ...]]
"""The texts by which a program says that a form counts, and those by which the same says that it does not."""

STATUS_WORDS: tuple[StatusWords, ...] = (
    (("True",), ("False",)),
    (("Yes",), ("No",)),
    (("Finished",), ("Unfinished",)),
    (("Complete", "Completed"), ("Incomplete", "Partial", "In progress")),
    (("Submitted",), ("Draft",)),
    (("IP Address", "Imported", "Offline"), ("Survey Preview", "Survey Test", "Offline Preview", "Spam")),
)
ONE_AND_ZERO: StatusWords = (("1",), ("0",))
KINDS_OF_RESPONSE: StatusWords = (("0", "4", "16"), ("1", "2", "8", "9", "12", "17"))
"""How Qualtrics writes the kind of a response as a number: 0 is a real one, and 1 a preview."""

KIND_NAMES = frozenset({"status", "responsetype"})
QUALTRICS_NAMES = frozenset({"responseid", "finished"})
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
    """A column, from 0, that says whether a form counts, and what its values most likely mean.

    Beside the values found there are those that mean the opposite, so that another one is not taken for either.
    """

    index: int
    score: tuple[str, ...]
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeGuess:
    """The columns about a form as a whole, and one with dates of birth; None where none looks so.

    Each of `status` leaves some forms out; if there is none of that kind, it is the first column with a status.
    """

    id_index: int | None = None
    time: TimeGuess | None = None
    status: tuple[StatusGuess, ...] = ()
    born: TimeGuess | None = None

    @property
    def indexes(self) -> frozenset[int]:
        """The columns that are named here."""
        found = [] if self.id_index is None else [self.id_index]
        times = [] if self.time is None else [self.time.index]
        return frozenset([*found, *times, *(each.index for each in self.status)])


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
    births = (_time(named[name], columns[named[name]]) for name in BORN_NAMES if name in named)
    first_time, first_birth = next(filter(None, times), None), next(filter(None, births), None)
    return WholeGuess(next(ids, None), first_time, _statuses(named, columns), first_birth)


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


def _statuses(named: Mapping[str, int], columns: Sequence[ColumnInventory]) -> tuple[StatusGuess, ...]:
    """The columns with a status: all that leave a form out, or else the first."""
    is_qualtrics = named.keys() >= QUALTRICS_NAMES
    guesses = (
        _status(name, named[name], columns[named[name]], is_qualtrics=is_qualtrics)
        for name in (*STATUS_NAMES, *REVIEW_NAMES)
        if name in named
    )
    found = [guess for guess in guesses if guess is not None]
    return tuple(each for each in found if {*each.exclude} & {*columns[each.index].values}) or tuple(found[:1])


def _status(name: str, index: int, column: ColumnInventory, *, is_qualtrics: bool) -> StatusGuess | None:
    """A status whose values are all known; or a time of submission, which is blank in an unfinished form."""
    if name in REVIEW_NAMES:
        refused = tuple(value for value in column.values if fold(value) in NOT_APPROVED)
        return StatusGuess(index, (), refused) if refused else None
    if name == "datesubmitted":
        return StatusGuess(index, (), ("",)) if "" in column.values and column.filled else None
    values = {fold(value): value for value in column.values}
    families = [family for family in _status_words(name, is_qualtrics=is_qualtrics) if _found(family, values)]
    score = [word for counts, _ in families for word in counts]
    exclude = [word for _, counts_not in families for word in counts_not]
    if column.more or not {*map(fold, score)} & values.keys() or values.keys() - {*map(fold, (*score, *exclude))}:
        return None
    written = (tuple(values.get(fold(word), word) for word in words) for words in (score, exclude))
    return StatusGuess(index, *written)


def _status_words(name: str, *, is_qualtrics: bool) -> tuple[StatusWords, ...]:
    """The texts that a column with this name may have. A `status` that is a number may mean anything."""
    if name not in KIND_NAMES:
        return (*STATUS_WORDS, ONE_AND_ZERO)
    return (*STATUS_WORDS, KINDS_OF_RESPONSE) if is_qualtrics else STATUS_WORDS


def _found(family: StatusWords, values: Collection[str]) -> bool:
    return any(fold(word) in values for words in family for word in words)
