"""Tone: whether words speak of something good or bad for a person. Only clear words count, and "no" turns them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

WordTone = Literal["good", "bad"]

GOOD = re.compile(
    r"\b(?:able to|as (?:ordered|planned|agreed|told)|better|calm|cope|easy|fewer|gone|good|healthy|helped|less|"
    r"manages?|mild|naloxone|recovered|safe|safely|sober|stable|steady|treated|under control|willing)\b"
    r"|\bcan (?:an?|any|he|she|the|they|you)\b(?: \w+)?(?: not\b)?"
    r"|\bcould (?:the person|he|she|they) (?:still )?(?:call|cope|do without|eat|keep|sleep|stay|walk|wash)\b"
    r"|(?:^|\b(?:do|does|doing|eats?|feels?|getting|is|not|sleeps?|very) )well\b"
    r"|\bsomeone there to\b|\b(?:know|knows) (?:how|what|when|where|whom?)\b"
    r"|\b(?:are there|eats?|enough|feels?|gets?|got|had|has|have|is there|sees?)(?: (?:any|some|the|their|an?|enough))?"
    r"(?: \w+)? (?:bed|family|food|friends?|home|meals?|money|place|rest|sleep|to drink|to eat|water)\b"
)
"""What a person needs, has or can do. "Could" says "maybe" too, so it counts only before what people do themselves."""

BAD = re.compile(
    r"\b(?:abus\w*|afraid|aggressive|alcohol|attack\w*|bad|badly|bleed\w*|blood|chest pain|confused|craving|crisis|"
    r"danger\w*|dead|death|die|dizzy|drank|drink|drinking|drinks|drugs?|drunk|faint\w*|fear\w*|fever\w*|fights?|guns?|"
    r"hard|harm\w*|hopeless|hurts?|hurting|infection|injur\w*|kill\w*|lose|loses|losing|lost|noise|opioids?|overdose\w*|"
    r"pain\w*|panic\w*|poor|pregnant|problems?|purg\w*|risk\w*|scared|seizures?|severe\w*|shak\w+|sick\w*|stroke|"
    r"suicid\w*|threat\w*|trouble\w*|unbearable|unsafe|unstable|unwell|violen\w*|voices|vomit\w*|weapons?|withdrawal|"
    r"worried|worse|worst|worthless|wounds?)\b"
    r"|\bneeds? (?:help|care|support|to be watched)\b"
)

TURNS = re.compile(
    r"(?:\b(?:below|cannot|free (?:of|from)|hardly|lack\w*|leaves?|left|never|no|nobody|none|not|nothing|over|"
    r"quit|rarely|stop\w*|without)|n't)(?: [\w-]+){0,2} ?$"
)
"""What stands within two words before a word and turns it around."""

INSIDE = re.compile(r"\b(?:no|not|never)\b|n't\b")
ASIDE = re.compile(
    r"(?<=\w )(?:about|after|against|before|despite|for|from|if|in case|should|since|unless|until|when)\b.*"
)
"""What is said only of a case that may come, or of what something is kept from."""


def tone_of(text: str) -> WordTone | None:
    """What all clear words of a text say; None if there are none, or some say one thing and some the other."""
    parts = re.split(r"[.?!:;]\s*", text.casefold().replace("\u2019", "'"))
    tones = {tone for part in parts for tone in _tones(ASIDE.sub("", part))}
    return tones.pop() if len(tones) == 1 else None


def turned(tone: WordTone) -> WordTone:
    """The other tone."""
    return "bad" if tone == "good" else "good"


def _tones(part: str) -> Iterator[WordTone]:
    sides: tuple[tuple[re.Pattern[str], WordTone], ...] = ((GOOD, "good"), (BAD, "bad"))
    for words, tone in sides:
        for match in words.finditer(part):
            turns = TURNS.search(part, 0, match.start()) or INSIDE.search(match.group())
            yield turned(tone) if turns else tone
