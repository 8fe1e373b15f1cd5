"""Tone: whether words speak of something good or bad for a person. Only clear words count, and "no" turns them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from iop_screen.checking.words import words

WordTone = Literal["good", "bad"]


def tone_of(text: str) -> WordTone | None:
    """What all clear words of a text say; None if there are none, or some say one thing and some the other."""
    parts = re.split(r"[.?!:;]\s*", text.casefold().replace("\u2019", "'"))
    aside = rf"(?<=\w ){words().aside}\b.*"
    tones = {tone for part in parts for tone in _tones(re.sub(aside, "", part))}
    return tones.pop() if len(tones) == 1 else None


def turned(tone: WordTone) -> WordTone:
    """The other tone."""
    return "bad" if tone == "good" else "good"


def _tones(part: str) -> Iterator[WordTone]:
    known = words()
    sides: tuple[tuple[str, WordTone], ...] = ((known.good, "good"), (known.bad, "bad"))
    for side, tone in sides:
        for match in re.finditer(rf"\b{side}\b", part):
            before = re.search(rf"\b{known.turns}(?: [\w-]+){{0,2}} ?$", part[: match.start()])
            inside = re.search(rf"\b{known.turns_inside}\b", match.group())
            yield turned(tone) if before or inside else tone
