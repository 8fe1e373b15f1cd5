"""Numbers that fall into the options of a question, such as an age in years into an age group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from iop_screen.batch.mapping.times import OLDEST
from iop_screen.questionnaire.types import Question

_UNDER = re.compile(r"(?:under|below|less than|younger than|up to)[ _-]*(\d{1,3})", re.ASCII)
_FROM_TO = re.compile(r"(\d{1,3})[ _]*(?:to|-|_)[ _]*(\d{1,3})", re.ASCII)
_FROM = re.compile(r"(\d{1,3})[ _]*(?:\+|plus|or older|or over|or more|and over|and older|and up)", re.ASCII)


@dataclass(frozen=True, slots=True)
class NumberRange:
    """An option, and the whole numbers that most likely mean it: `start` and above, below `below`."""

    option: str
    start: int
    below: int


def likely_ranges(question: Question) -> tuple[NumberRange, ...]:
    """The ranges that the ids or labels of the options name; none unless they follow on each other without a gap."""
    ranges = [_range(str(option.id), option.label) for option in question.options_listed]
    found = sorted((each for each in ranges if each is not None), key=lambda each: each.start)
    whole = len(found) == len(ranges) > 1 and all(one.below == other.start for one, other in pairwise(found))
    return tuple(found) if whole else ()


def ranged(number: int, ranges: Sequence[NumberRange]) -> str | None:
    """The option of a number."""
    return next((each.option for each in ranges if each.start <= number < each.below), None)


def _range(option: str, label: str) -> NumberRange | None:
    for text in (option.casefold(), label.casefold()):
        if match := _UNDER.fullmatch(text):
            return NumberRange(option, 0, int(match[1]))
        if match := _FROM_TO.fullmatch(text):
            return NumberRange(option, int(match[1]), int(match[2]) + 1)
        if match := _FROM.fullmatch(text):
            return NumberRange(option, int(match[1]), OLDEST)
    return None
