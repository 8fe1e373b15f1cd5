"""The two names that become part of a path: the reference of a record and the hash of a questionnaire."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from iop_screen.core.exits import CannotGoOn, Exit

ALPHABET = "23456789CDFGHJKMNPQRTVWX"
"""Characters that are not taken for one another, and no vowels, so that no reference is a word."""
REFERENCE = re.compile(f"[{ALPHABET}]{{4}}")
HASH12 = re.compile("[0-9a-f]{12}")
_RECORD_FILE = re.compile(rf"({REFERENCE.pattern})\.[1-9]\d{{0,5}}\.json", re.ASCII)
TRIES = 10_000
TRIES_FOR_DISTANT = 200


def parse_reference(typed: str) -> str | None:
    """The reference that somebody typed, case and blanks aside; None if it can be none."""
    folded = "".join(typed.split()).upper()
    return folded if REFERENCE.fullmatch(folded) else None


def new_reference(taken: Collection[str]) -> str:
    """A random reference that is not taken; CannotGoOn if none is found.

    If such a one is soon found, it differs from every taken reference by more than one typing mistake.
    """
    free = (drawn for _ in range(TRIES) if (drawn := _drawn()) not in taken)
    for drawn in islice(free, TRIES_FOR_DISTANT):
        if not any(mistyped in taken for mistyped in near_misses(drawn)):
            return drawn
    found = next(free, None)
    if found is None:
        raise CannotGoOn("there are too many records here; forget some first", Exit.FILE)
    return found


def references_in(names: Iterable[str]) -> list[str]:
    """The references of the records among the names of files, each once, in order."""
    return sorted({found[1] for name in names if (found := _RECORD_FILE.fullmatch(name))})


def near_misses(ref: str) -> Iterator[str]:
    """What one typing mistake makes of a reference: one other character, or two neighbours swapped."""
    for index in range(len(ref)):
        yield from (ref[:index] + other + ref[index + 1 :] for other in ALPHABET if other != ref[index])
        yield ref[:index] + ref[index : index + 2][::-1] + ref[index + 2 :]


def _drawn() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(4))


def hash12(content: bytes) -> str:
    """The hash that names a questionnaire: the first 12 hex digits of the SHA-256 of its bytes."""
    return hashlib.sha256(content).hexdigest()[:12]


def require_pattern(name: str, pattern: re.Pattern[str]) -> str:
    """The name, if it has this pattern, so that it may become part of a path; else ValueError."""
    if not pattern.fullmatch(name):
        wrong = "not a name that may become part of a path"
        raise ValueError(wrong)
    return name
