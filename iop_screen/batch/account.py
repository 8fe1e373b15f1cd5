"""The account of a run: what became of every record that was read, and of every id."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

ID_BITS = 128
IDS_REMEMBERED = 4096
"""More than the records that are on their way at one time: the same id is asked for up to three times on it."""


@dataclass(slots=True)
class Account:
    """Counts over all files of a run. `excluded` counts by reason; `blank` are records whose every cell is blank.

    It is counted in two places: `records` and `ids_read` where records are read, the rest where rows are made, so that
    each is a check on the other. Ids are counted as a sum of their hashes, which does not depend on their order.
    """

    records: int = 0
    blank: int = 0
    scored: int = 0
    rejected: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    ids_read: int = 0
    ids_used: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every record and every id is accounted for."""
        used = self.scored + self.rejected + self.excluded.total() + self.blank
        return self.records == used and self.ids_read == self.ids_used


@lru_cache(IDS_REMEMBERED)
def id_hash(text: str) -> int:
    """A number of 128 bits for an id, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=ID_BITS // 8).digest(), "little")
