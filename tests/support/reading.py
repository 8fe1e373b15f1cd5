"""How hard a text is to read: the Flesch-Kincaid grade, by a plain count of vowel groups."""

from __future__ import annotations

import re

VOWELS = re.compile(r"[aeiouy]+")
TWO_SOUNDS = re.compile(r"(?<![tcsg])i[ao]|eing|eat[ei]|uat|[^q]uie")
SILENT_END = re.compile(r"(?<=[^aeiouylr])e$|(?<=[aeiouyr][lr])e$|(?<=[^aeioutd])ed$|(?<=[^aeiousxzcghlt])es$")


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]+(?:'[a-z]+)?|\d+", text)


def syllables(word: str) -> int:
    """A number or a short form in capitals counts as one."""
    if not word[0].isalpha() or (word.isupper() and len(word) > 1):
        return 1
    spoken = SILENT_END.sub("", word.casefold())
    return max(1, len(VOWELS.findall(spoken)) + len(TWO_SOUNDS.findall(spoken)))


def sentences(text: str) -> list[str]:
    """Parted at `.`, `!`, `?` and `:` before a blank or an end, and at line breaks before an item or a blank line."""
    parts = re.split(r"[.!?:][\"')]*(?=\s|$)|\n(?=\n|- )", text)
    return [part for part in parts if words(part)]


def grade(text: str) -> float:
    """The school year for which a text reads well."""
    said = words(text)
    if not said:
        return 0.0
    return 0.39 * len(said) / len(sentences(text)) + 11.8 * sum(map(syllables, said)) / len(said) - 15.59
