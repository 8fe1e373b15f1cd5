"""The keys by which the ids of records are compared, and those that were there before, in flat memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.fast import kernels
from iop_screen.batch.fast.kernels import SLACK

Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]
Keys = NDArray[np.uint64]

SHARDS = 32
FEWEST_PLACES = 64
FULL, GROWTH = 0.75, 1.375
"""How full a shard gets before it grows, and by how much: 10.7 bytes a key before, 14.7 after."""


def id_keys(data: Bytes, starts: Places, ends: Places, secret: tuple[int, int], out: Keys) -> list[int]:
    """The keys of as many ids as `out` has room for: SipHash-1-3 without the ASCII blanks around; 0 for a blank one.

    The rows of the ids beyond ASCII come back, and have 0: for those, `id_key_of` has to be asked.
    """
    special = np.empty(out.size, np.int32)
    count = kernels.hash_ids(data, starts, ends, out.size, *_words(secret), False, out, special)  # noqa: FBT003
    rows: list[int] = special[:count].tolist()
    return rows


def id_key_of(name: bytes, secret: tuple[int, int]) -> int:
    """The key of an id that is in NFC and has no blanks around it but ASCII ones; 0 for a blank one."""
    data, out, none = np.zeros(len(name) + SLACK, np.uint8), np.empty(1, np.uint64), np.empty(0, np.int32)
    data[: len(name)] = np.frombuffer(name, np.uint8)
    start, end = np.zeros(1, np.int32), np.array([len(name)], np.int32)
    kernels.hash_ids(data, start, end, 1, *_words(secret), True, out, none)  # noqa: FBT003
    return int(out[0])


def id_sum(data: Bytes, starts: Places, ends: Places, rows: Bytes, n: int) -> int:
    """A sum over the ids of the first n records that have a row, whatever their order; `render` makes the same."""
    return int(kernels.sum_ids(data, starts, ends, rows, n))


def _words(secret: tuple[int, int]) -> tuple[np.uint64, np.uint64]:
    return np.uint64(secret[0]), np.uint64(secret[1])


class SeenKeys:
    """Keys that were there so far; once there are some thousands, it takes at most 16 bytes for each, also growing."""

    def __init__(self) -> None:
        self._shards = [np.zeros(FEWEST_PLACES, np.uint64) for _ in range(SHARDS)]
        self._counts = [0] * SHARDS
        self.peak = self.size

    @property
    def size(self) -> int:
        """How many bytes the keys take now."""
        return sum(shard.nbytes for shard in self._shards)

    def add_all(self, keys: Keys, n: int, seen: Bytes) -> None:
        """Mark each of the first n keys that was there before, in this call too; 0 is nobody's and never seen."""
        rows, ends = np.empty(n, np.int32), np.empty(SHARDS, np.int32)
        seen[:n] = 0
        kernels.sort_by_shard(keys, n, ends, rows)
        start = 0
        for shard, end in enumerate(ends.tolist()):
            if end > start:
                self._make_room(shard, end - start)
                self._counts[shard] += kernels.put_keys(self._shards[shard], keys, rows[start:end], seen)
            start = end

    def _make_room(self, shard: int, more: int) -> None:
        """Let a shard hold so many more keys."""
        old, wanted = self._shards[shard], self._counts[shard] + more
        if wanted <= FULL * old.size:
            return
        places = max(int(GROWTH * old.size), int(wanted / FULL) + 1)
        table = np.zeros(places, np.uint64)
        self.peak = max(self.peak, self.size + table.nbytes)
        kernels.move_keys(old, table)
        self._shards[shard] = table
