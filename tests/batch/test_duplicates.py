"""Which records have an id that was there before, and how much memory it takes to know."""

from __future__ import annotations

import random
import tracemalloc
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iop_screen.batch.duplicates import IdTimes, SeenIds, Standing, TimeReader, id_key
from iop_screen.batch.mapping.model import TimeFormat

MANY = 200_000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A-1", "A-1", True),
        (" A-1", "A-1\u00a0", True),
        ("e\u0301", "\u00e9", True),
        ("007", "7", False),
        ("a", "A", False),
        ("1", "1.0", False),
        ("A 1", "A1", False),
    ],
)
def test_ids_are_compared_as_they_are_written_but_for_blanks_around_them(one: str, other: str, *, same: bool) -> None:
    assert (id_key(one) == id_key(other)) is same


@pytest.mark.parametrize("text", ["", "  ", "\t", "\u00a0"])
def test_a_blank_id_is_nobodys(text: str) -> None:
    assert id_key(text) is None


@given(st.lists(st.integers(0, 60)))
def test_an_id_is_new_once(numbers: list[int]) -> None:
    seen, known = SeenIds(), set[int]()
    for number in numbers:
        assert seen.add(number) is (number not in known)
        known.add(number)


def test_an_id_is_new_once_among_so_many_that_they_are_sorted_in() -> None:
    chance, seen, known = random.Random(3), SeenIds(), set[int]()  # noqa: S311 - no secret
    for _ in range(60_000):
        key = 256 * chance.randrange(30_000)
        assert seen.add(key) is (key not in known)
        known.add(key)


TIMES = st.none() | st.integers(0, 4) | st.just(31_553_781_120_000)


@given(st.lists(st.tuples(st.integers(0, 5), TIMES)))
def test_a_standing_is_what_the_times_of_its_id_say(records: list[tuple[int, int | None]]) -> None:
    times = IdTimes()
    for key, time in records:
        times.add(key, time)
    standings = times.standings()
    assert [standings.next(key) for key, _ in records] == [_told_simply(each, records) for each in records]
    assert not standings.left
    assert standings.next(0) is None


def _told_simply(record: tuple[int, int | None], records: list[tuple[int, int | None]]) -> Standing:
    same = [time for key, time in records if key == record[0]]
    if len(same) == 1:
        return Standing.LATEST
    read = [time for time in same if time is not None]
    if len(read) < len(same):
        return Standing.TIED if record[1] is not None else Standing.UNREADABLE_TIME
    if record[1] != max(read):
        return Standing.EARLIER
    return Standing.EQUAL_TIME if Counter(read)[max(read)] > 1 else Standing.LATEST


def test_records_that_were_not_asked_for_are_left() -> None:
    times = IdTimes()
    times.add(7, 1)
    assert times.standings().left


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (None, ["2026-11-28", "2026-11-28T23:59:59", "2026-11-29 00:00:01", "9999-12-31"]),
        (None, ["2026-11-29T01:00:00+02:00", "2026-11-28T23:30:00Z", "2026-11-28T23:40:00+00:00"]),
        ("%m/%d/%Y", ["9/30/2026", "11/28/2026", "01/02/2027"]),
        ("%b %d, %Y %I:%M:%S %p", ["Apr 26, 2018 8:58:20 AM", "Apr 26, 2018 8:58:20 PM"]),
    ],
)
def test_times_are_in_their_order(pattern: str | None, texts: list[str]) -> None:
    reader = TimeReader(TimeFormat(pattern))
    read = [reader.read(text) for text in texts]
    assert None not in read
    assert read == sorted(set(filter(None, read)))


@pytest.mark.parametrize(
    "text", ["", " ", "yesterday", "20261129", "2026-13-01", "29/11/2026", "0001-01-01T00:00:00+14:00"]
)
def test_a_time_that_cannot_be_read_is_none(text: str) -> None:
    reader = TimeReader(TimeFormat(None))
    reader.read("2026-01-01T00:00:00Z" if "+" in text else "2026-01-01")
    assert reader.read(text) is None


@pytest.mark.parametrize(
    ("first", "second"), [("2026-11-29", "2026-11-29T01:00Z"), ("2026-11-29T01:00Z", "2026-11-29")]
)
def test_times_with_and_without_a_zone_cannot_be_compared(first: str, second: str) -> None:
    reader = TimeReader(TimeFormat(None))
    assert reader.read(first) is not None
    assert reader.read(second) is None


@given(st.datetimes(), st.datetimes())
def test_a_later_time_is_never_before_an_earlier_one(one: datetime, other: datetime) -> None:
    reader = TimeReader(TimeFormat(None))
    first, second = reader.read(min(one, other).isoformat()), reader.read(max(one, other).isoformat())
    assert first is not None
    assert second is not None
    assert first <= second
    assert first < second or abs(one - other) < timedelta(milliseconds=10)


def peak_bytes(what: Callable[[], object]) -> int:
    """The most memory that something takes while it runs."""
    tracemalloc.start()
    try:
        kept = what()
        assert kept is not None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def ids(count: int) -> list[int]:
    chance = random.Random(1)  # noqa: S311 - no secret
    return [chance.getrandbits(64) for _ in range(count)]


@pytest.mark.slow
def test_to_know_many_ids_takes_at_most_sixteen_bytes_each() -> None:
    keys = ids(MANY)

    def seen_all() -> SeenIds:
        seen = SeenIds()
        for key in keys:
            seen.add(key)
        return seen

    assert peak_bytes(seen_all) <= 16 * MANY


@pytest.mark.slow
def test_to_find_the_latest_of_many_records_takes_at_most_sixteen_bytes_each() -> None:
    keys = ids(MANY)

    def standings_of_all() -> object:
        times = IdTimes()
        for place, key in enumerate(keys):
            times.add(key, place)
        return times.standings()

    assert peak_bytes(standings_of_all) <= 16 * MANY
