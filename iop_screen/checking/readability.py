"""The Flesch-Kincaid grade: about how many years of school a text asks for.

Source: Kincaid and others 1975 (US Navy, Research Branch Report 8-75). Syllables are counted as groups of vowels, less
a silent `e` at the end: rough for one word, fair for a paragraph of English.
"""

from __future__ import annotations

import re

from iop_screen.checking.words import word_lists

WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n\s*-|\n\n")


def reading_grade(text: str) -> float:
    """The school grade of a text; 0 for one without words."""
    words = WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, sum(bool(WORD.search(part)) for part in SENTENCE_END.split(text)))
    syllables = sum(_syllables(word.lower()) for word in words)
    return max(0.0, 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59)


def _syllables(word: str) -> int:
    lists = word_lists()
    if not re.search(f"{lists.spoken_endings}$", word):
        word = re.sub(f"{lists.silent_endings}$", "", word)
    return max(1, len(re.findall(f"{lists.vowels}+", word)))
