"""The two names that become part of a path: the reference of a record, and the hash of a questionnaire."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection

from iop_screen.problems import CannotGoOn

ALPHABET = "23456789CDFGHJKMNPQRTVWX"
"""No character looks like another one, and there is no vowel to make a word of."""
REFERENCE = re.compile(f"[{ALPHABET}]{{4}}")
HASH12 = re.compile("[0-9a-f]{12}")
TRIES = 10_000


def reference(typed: str) -> str | None:
    """The reference that somebody typed, case and blanks aside; None if it can be none."""
    folded = "".join(typed.split()).upper()
    return folded if REFERENCE.fullmatch(folded) else None


def new_reference(taken: Collection[str]) -> str:
    """A reference that is not taken, drawn so that it tells nothing."""
    for _ in range(TRIES):
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(4))
        if drawn not in taken:
            return drawn
    raise CannotGoOn("there are too many records here; forget some first", 3)


def hash12(content: bytes) -> str:
    """What a questionnaire is known by: the first 12 hex digits of the SHA-256 of its bytes."""
    return hashlib.sha256(content).hexdigest()[:12]


def sound(name: str, pattern: re.Pattern[str]) -> str:
    """The name, which has to be of this pattern before it becomes part of a path."""
    if not pattern.fullmatch(name):
        wrong = "not a name that may become part of a path"
        raise ValueError(wrong)
    return name
