"""Texts of headers and cells as form builders write them, made plain so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from iop_screen.batch.near_names import TAG

LONGEST = 2000
"""So many characters of a text are compared at most."""

_NUMBER_BEFORE = re.compile(r"^q?\d{1,3}\s*[.):]\s*", re.ASCII)
_NO_WORD = re.compile(r"[^\w]+|_+")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A text without tags, a number before it, and punctuation; words are parted by one blank, case is folded."""
    text = unicodedata.normalize("NFKC", TAG.sub(" ", text[:LONGEST])).casefold().replace("\u2019", "").replace("'", "")
    return " ".join(_NO_WORD.sub(" ", _NUMBER_BEFORE.sub("", text.strip())).split())


def squeezed(text: str) -> str:
    """An id without what parts its words: `coming.from`, `coming-from` and `comingFrom` are the same."""
    return plain(text).replace(" ", "")
