"""The hash chain of a log: each entry has a hash over its own text and the hash before it, the whole file has a seal.

It finds accidents and careless edits. Whoever can write the file and runs this code can make a new, whole chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from itertools import accumulate

HASH_DIGITS = 32
"""Half of a SHA-256: no two texts meet by chance, and a line of the file stays short."""

BROKEN_SEAL = "broken"
"""Stands in place of the seal once a broken chain was read: it stays broken, whatever is saved after that."""


class ChainState(Enum):
    """Whether the hashes agree with what is stored. NONE: there are none for some or all of the entries."""

    WHOLE = "whole"
    BROKEN = "broken"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EntryBroken:
    """The entry with this number, from 1 up, or one right before it, is not what was written."""

    number: int


class FileBroken(Enum):
    """What does not agree where every entry does.

    SEAL: the head was changed, or entries at the end are gone. FORM: the file says the same, but is not written as the
    program writes it. EARLIER: it was broken already when it was last saved.
    """

    SEAL = "seal"
    FORM = "form"
    EARLIER = "earlier"


Break = EntryBroken | FileBroken


@dataclass(frozen=True, slots=True)
class Chain:
    """The hashes of a log as they are stored, one an entry, None for each from before there were hashes.

    There may be fewer hashes than entries: the others are new, and get theirs when they are saved. `broken`: the first
    thing that does not agree. `sealed`: the file had a seal; one from before has none.
    """

    hashes: tuple[str | None, ...] = ()
    broken: Break | None = None
    sealed: bool = True

    @property
    def unhashed(self) -> int:
        """How many entries are from before there were hashes."""
        return sum(stored is None for stored in self.hashes)

    @property
    def state(self) -> ChainState:
        """Whether it is whole."""
        if self.broken is not None:
            return ChainState.BROKEN
        return ChainState.WHOLE if self.sealed and not self.unhashed else ChainState.NONE


NEW_CHAIN = Chain()
"""The chain of a record that nobody has saved yet."""


def link(before: str, text: str) -> str:
    """The hash of a text that follows on this hash."""
    return hashlib.sha256(f"{before}\n{text}".encode("ascii")).hexdigest()[:HASH_DIGITS]


def last_hash(root: str, texts: Iterable[str], hashes: Sequence[str | None]) -> str:
    """The hash of the last of these entries, as stored; without hashes, that over all their texts."""
    return (hashes[-1] if hashes else None) or reduce(link, texts, root)


def new_hashes(before: str, texts: Iterable[str]) -> tuple[str, ...]:
    """The hashes of entries that follow on this hash."""
    return tuple(accumulate(texts, link, initial=before))[1:]


def first_broken(root: str, texts: Iterable[str], hashes: Iterable[str | None]) -> EntryBroken | None:
    """The first entry whose hash is not that of its text and the hash before it; None if all agree.

    Only the first entries may have none.
    """
    before, hashed = root, False
    for number, (text, stored) in enumerate(zip(texts, hashes, strict=True), 1):
        expected = link(before, text)
        if stored != expected and (hashed or stored is not None):
            return EntryBroken(number)
        before, hashed = expected, stored is not None
    return None
