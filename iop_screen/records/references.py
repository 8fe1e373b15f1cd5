"""The two names that become part of a path: the reference of a record, and the hash of a questionnaire."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Iterator
from itertools import islice

from iop_screen.core.problems import CannotGoOn, Exit

ALPHABET = "23456789CDFGHJKMNPQRTVWX"
"""No character looks like another one, and there is no vowel to make a word of."""
REFERENCE = re.compile(f"[{ALPHABET}]{{4}}")
HASH12 = re.compile("[0-9a-f]{12}")
TRIES = 10_000
TRIES_FOR_FAR = 200


def parse_reference(typed: str) -> str | None:
    """The reference that somebody typed, case and blanks aside; None if it can be none."""
    folded = "".join(typed.split()).upper()
    return folded if REFERENCE.fullmatch(folded) else None


def new_reference(taken: Collection[str]) -> str:
    """A reference that is not taken, drawn so that it tells nothing.

    It is more than one slip of the hand away from any that is taken, as long as one like that is soon found.
    """
    free = (drawn for _ in range(TRIES) if (drawn := _drawn()) not in taken)
    for drawn in islice(free, TRIES_FOR_FAR):
        if not any(slip in taken for slip in near_misses(drawn)):
            return drawn
    found = next(free, None)
    if found is None:
        raise CannotGoOn("there are too many records here; forget some first", Exit.FILE)
    return found


def near_misses(ref: str) -> Iterator[str]:
    """What is typed for a reference if one character is another, or two neighbours are swapped."""
    for index in range(len(ref)):
        yield from (ref[:index] + other + ref[index + 1 :] for other in ALPHABET if other != ref[index])
        yield ref[:index] + ref[index : index + 2][::-1] + ref[index + 2 :]


def _drawn() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(4))


def hash12(content: bytes) -> str:
    """What a questionnaire is known by: the first 12 hex digits of the SHA-256 of its bytes."""
    return hashlib.sha256(content).hexdigest()[:12]


def require_pattern(name: str, pattern: re.Pattern[str]) -> str:
    """The name, which has to be of this pattern before it becomes part of a path."""
    if not pattern.fullmatch(name):
        wrong = "not a name that may become part of a path"
        raise ValueError(wrong)
    return name
