"""Which records of a run have an id that another one has, in flat memory.

Ids are the same if their texts are, in NFC and without the blanks around them: `007` is not `7`, and `a` is not `A`.
Blank ids are nobody's. What is kept of an id is a hash of 64 bits. That two different ids of a run have the same hash,
so that one of them is taken for a duplicate, has a chance below one in 30 million for a million ids, and below one in
300,000 for ten million.
"""

from __future__ import annotations

import sys
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import blake2b

from iop_screen.batch.mapping.model import TimeFormat
from iop_screen.batch.mapping.times import read_time

SHARDS = 256
KEY_BITS = 64
ALL_BITS = (1 << KEY_BITS) - 1
FEWEST_SLOTS = 64


def id_key(text: str) -> int | None:
    """The hash by which an id is compared, in this run alone; None for a blank one."""
    name = text.strip()
    name = name if name.isascii() else unicodedata.normalize("NFC", name)
    return _hash(name) if name else None


def id_keys(texts: Iterable[str]) -> list[int | None]:
    """The keys of many ids."""
    return [*map(id_key, texts)]


def _hash(name: str) -> int:
    """A hash of 64 bits; Python's own has as many on most machines, and nobody can know its secret."""
    if sys.hash_info.width == KEY_BITS:
        return hash(name) & ALL_BITS
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=KEY_BITS // 8).digest(), "little")


class SeenIds:
    """The ids that were there so far. It takes at most 16 bytes for each, beside a fixed megabyte.

    In each shard a key stands in the first free slot from where it belongs; 0 is a free slot. Shards grow one by one.
    """

    def __init__(self) -> None:
        self._shards = [array("Q", bytes(8 * FEWEST_SLOTS)) for _ in range(SHARDS)]
        self._room = [FEWEST_SLOTS * 4 // 5] * SHARDS

    def add(self, key: int) -> bool:
        """Whether this id is new; from now on it is not."""
        return not [*self.add_all([key])]

    def add_all(self, keys: Iterable[int | None]) -> Iterator[int]:
        """Add many keys, of which None is no id; the places among them of those that were there before."""
        shards, room = self._shards, self._room
        for place, key in enumerate(keys):
            if key is None:
                continue
            shard = key % SHARDS
            slots, key = shards[shard], key or 1  # noqa: PLW2901 - 0 is a free slot
            at = key // SHARDS % len(slots)
            while (there := slots[at]) and there != key:
                at = at + 1 if at + 1 < len(slots) else 0
            if there:
                yield place
                continue
            slots[at] = key
            room[shard] -= 1
            if not room[shard]:
                self._grow(shard)

    def _grow(self, shard: int) -> None:
        keys = self._shards[shard]
        size = len(keys) * 3 // 2
        slots = array("Q", bytes(8 * size))
        for key in filter(None, keys):
            at = key // SHARDS % size
            while slots[at]:
                at = at + 1 if at + 1 < size else 0
            slots[at] = key
        self._shards[shard] = slots
        self._room[shard] = size * 4 // 5 - len(keys) * 4 // 5


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
