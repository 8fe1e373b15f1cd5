"""Scales of whole numbers of which an end never occurs: the codes of the file may be others than are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FEWEST_CELLS = 10
"""So many cells of the columns with one scale must hold a code before an end that never occurs is a sign."""


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """The columns of a question that is answered by codes in order: the codes, and how often cells have which."""

    question: str
    answers: tuple[str, ...]
    codes: frozenset[int]
    found: Counter[int]


@dataclass(frozen=True, slots=True)
class UnusedEnd:
    """An end of a scale that no cell of some questions has: `unused`, and the code farthest from it that a cell has.

    If the file has other codes, they are most likely those from `likely_first` to `likely_last`.
    """

    questions: tuple[str, ...]
    unused: int
    furthest: int
    likely_first: int
    likely_last: int


def unused_ends(columns: Iterable[CodedColumn]) -> Iterator[UnusedEnd]:
    """The ends that do not occur although codes that are shifted by one would look just so.

    Columns with the same scale are looked at together, since a file writes them alike.
    """
    alike: defaultdict[tuple[tuple[str, ...], frozenset[int]], list[CodedColumn]] = defaultdict(list)
    for column in columns:
        alike[column.answers, column.codes].append(column)
    for (_, codes), group in alike.items():
        found = sum((column.found for column in group), Counter[int]())
        if found.total() >= FEWEST_CELLS and _is_scale(codes):
            yield from _unused_end(tuple(column.question for column in group), codes, found)


def _is_scale(codes: frozenset[int]) -> bool:
    """Whether there are several codes, without a gap between them."""
    return len(codes) > 1 and max(codes) - min(codes) + 1 == len(codes)


def _unused_end(questions: tuple[str, ...], codes: frozenset[int], found: Counter[int]) -> Iterator[UnusedEnd]:
    first, last = min(codes), max(codes)
    if first not in found:
        yield UnusedEnd(questions, first, max(found), first + 1, last + 1)
    elif first == 1 and last not in found:
        yield UnusedEnd(questions, last, min(found), first - 1, last - 1)
