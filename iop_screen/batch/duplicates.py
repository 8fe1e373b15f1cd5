"""Which records of a run have an id that another one has, in flat memory.

Ids are the same if their texts are, in NFC and without the blanks around them: `007` is not `7`, and `a` is not `A`.
Blank ids are nobody's. What is kept of an id is a hash of 64 bits. That two different ids of a run have the same hash,
so that one of them is taken for a duplicate, has a chance below one in 30 million for a million ids, and below one in
300,000 for ten million.
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from iop_screen.batch.account import id_hash
from iop_screen.batch.mapping.model import TimeFormat
from iop_screen.batch.mapping.times import read_time

SHARDS = 256
KEY_BITS = 64
FEWEST_WAITING = 16
WAITING_SHARE = 24
"""Of the ids of a shard, at most one in so many waits to be sorted in; one that waits takes far more memory."""


def id_key(text: str) -> int | None:
    """The hash by which an id is compared; None for a blank one."""
    name = text.strip()
    name = name if name.isascii() else unicodedata.normalize("NFC", name)
    return id_hash(name) % (1 << KEY_BITS) if name else None


class SeenIds:
    """The ids that were there so far. It takes at most 16 bytes for each, beside a fixed megabyte."""

    def __init__(self) -> None:
        self._shards = [_SortedKeys() for _ in range(SHARDS)]

    def add(self, key: int) -> bool:
        """Whether this id is new; from now on it is not."""
        return self._shards[key % SHARDS].add(key)


class _SortedKeys:
    """Keys in order, and a few that wait to be sorted in."""

    __slots__ = ("_sorted", "_waiting")

    def __init__(self) -> None:
        self._sorted = array("Q")
        self._waiting: set[int] = set()

    def add(self, key: int) -> bool:
        if key in self._waiting:
            return False
        place = bisect_left(self._sorted, key)
        if place < len(self._sorted) and self._sorted[place] == key:
            return False
        self._waiting.add(key)
        if len(self._waiting) > max(FEWEST_WAITING, len(self._sorted) // WAITING_SHARE):
            self._sorted = array("Q", sorted([*self._sorted, *self._waiting]))
            self._waiting = set()
        return True


class Standing(Enum):
    """What becomes of a record among those with its id; each stands in memory as its value.

    `LATEST` is the only one to count, be it the only one at all; `EARLIER` is left out. Where
    which record is the latest cannot be told, each is kept: `EQUAL_TIME` has the latest time with others, `TIED` stands
    beside a time that cannot be read, and that of `UNREADABLE_TIME` cannot.
    """

    LATEST = 0
    EARLIER = 1
    TIED = 2
    UNREADABLE_TIME = 3
    EQUAL_TIME = 4


TICK = timedelta(milliseconds=10)
"""Times that are nearer to each other than this may count as the same."""

_BEGINNING = datetime(1, 1, 1)  # noqa: DTZ001 - times without a zone are counted from here
_BEGINNING_IN_UTC = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class TimeReader:
    """Reads times, written in one way, as numbers that can be compared.

    A time with a zone cannot be compared with one without, so those that are not like the first one are unreadable.
    """

    written: TimeFormat
    _with_zone: bool | None = None

    def read(self, text: str) -> int | None:
        """How many ticks after the year 1 a time is; None if it cannot be read."""
        time = read_time(text, self.written)
        if time is None:
            return None
        if self._with_zone is None:
            self._with_zone = time.tzinfo is not None
        if self._with_zone is (time.tzinfo is None):
            return None
        ticks = (time - (_BEGINNING_IN_UTC if self._with_zone else _BEGINNING)) // TICK
        return ticks if ticks >= 0 else None  # in UTC, the first hours of the year 1 may lie before it


class IdTimes:
    """The ids and times of all records of a run, and then the standing of each.

    It takes at most 16 bytes for each record as Python counts them; what the system gives for that can be 20.
    """

    def __init__(self) -> None:
        self._shards = [_ShardTimes() for _ in range(SHARDS)]

    def add(self, key: int, time: int | None) -> None:
        """Note the next record in the order of the run; `time` is None if it cannot be read."""
        self._shards[key % SHARDS].add(key, time)

    def standings(self) -> Standings:
        """The standing of each record that was noted. To be called once: the ids and times are forgotten."""
        shards, self._shards = self._shards[::-1], []
        return Standings([shards.pop().standings() for _ in range(SHARDS)])


NO_TIME = (1 << 48) - 1
"""Stands for a time that cannot be read; more ticks than there are up to the year 9999."""


@dataclass(slots=True)
class _ShardTimes:
    """The keys and times of records in their order; a time is kept as its upper 16 and its lower 32 bits."""

    keys: array[int] = field(default_factory=lambda: array("Q"))
    upper: array[int] = field(default_factory=lambda: array("H"))
    lower: array[int] = field(default_factory=lambda: array("I"))

    def add(self, key: int, time: int | None) -> None:
        ticks = NO_TIME if time is None else time
        self.keys.append(key)
        self.upper.append(ticks >> 32)
        self.lower.append(ticks & 0xFFFFFFFF)

    def standings(self) -> bytes:
        """The standing of each record, in their order."""
        ids: dict[int, _OneId] = {}
        for key, time in self._records():
            ids.setdefault(key, _OneId()).add(time)
        return bytes(ids[key].standing(time).value for key, time in self._records())

    def _records(self) -> Iterator[tuple[int, int]]:
        parts = zip(self.keys, self.upper, self.lower, strict=True)
        return ((key, upper << 32 | lower) for key, upper, lower in parts)


@dataclass(slots=True)
class _OneId:
    """The records of one id: how many, the latest time, how many have it, and whether a time cannot be read."""

    records: int = 0
    latest: int = -1
    at_latest: int = 0
    unreadable: bool = False

    def add(self, time: int) -> None:
        self.records += 1
        self.unreadable = self.unreadable or time == NO_TIME
        if time > self.latest:
            self.latest, self.at_latest = time, 0
        self.at_latest += time == self.latest

    def standing(self, time: int) -> Standing:
        if self.records == 1:
            return Standing.LATEST
        if self.unreadable:
            return Standing.UNREADABLE_TIME if time == NO_TIME else Standing.TIED
        if time < self.latest:
            return Standing.EARLIER
        return Standing.LATEST if self.at_latest == 1 else Standing.EQUAL_TIME


class Standings:
    """The standing of each record of a run, one byte for each, to be asked for in the order of the records."""

    def __init__(self, shards: list[bytes]) -> None:
        self._shards: list[Iterator[int]] = [iter(shard) for shard in shards]

    def next(self, key: int) -> Standing | None:
        """The standing of the next record, which has this id; None if no such record was noted."""
        value = next(self._shards[key % SHARDS], None)
        return None if value is None else Standing(value)

    @property
    def left(self) -> bool:
        """Whether a record that was noted was not asked for. Ask nothing after this."""
        return any(next(shard, None) is not None for shard in self._shards)
