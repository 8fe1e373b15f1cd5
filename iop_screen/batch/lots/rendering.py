"""The text of the rows of a lot, put together by tables: what each part of a row can be is written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, repeat

from iop_screen.batch.lots.masks import chosen, keys, places
from iop_screen.engine.answer_batch import BYTES, spread

GROUP = 8
"""So many texts of a list are looked up together: each is a bit of a byte."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text in each row."""

    text: str


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """The number of the line of each record."""

    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class CopiedCells:
    """A text of the input for each record, as `write` writes them; `nothing` where the mask `absent` holds."""

    texts: Sequence[str]
    write: Callable[[Sequence[str]], Sequence[str]]
    absent: int
    nothing: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """One of some texts for each record, by its number."""

    numbers: Sequence[int]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The text whose mask holds, of which at most one does; else `nothing`."""

    texts: tuple[tuple[str, int], ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The texts whose masks hold, with a separator between them."""

    texts: tuple[tuple[str, int], ...]
    separator: str


Segment = Constant | LineNumbers | CopiedCells | Numbered | Choice | Joined


def rendered(segments: Iterable[Segment], rows: int, size: int) -> str:
    """The text of the records of a lot of `size` of which the mask `rows` holds: of each, all segments in order."""
    texts = map("".join, zip(*(_texts(each, size) for each in segments), strict=True))
    whole = rows == (1 << size) - 1
    return "".join(texts if whole else compress(texts, chosen(rows, size)))


def _texts(segment: Segment, size: int) -> Iterable[str]:
    """The text of a segment for each record."""
    match segment:
        case Constant(text):
            return repeat(text, size)
        case LineNumbers(numbers):
            return map(str, numbers)
        case CopiedCells(texts, write, absent, nothing):
            return _copied(write(texts), absent, nothing, size)
        case Numbered(numbers, texts):
            return map(texts.__getitem__, numbers)
        case Choice(texts, nothing):
            return _choices(texts, nothing, size)
        case Joined(texts, separator):
            return _joined(texts, separator, size)


def _copied(texts: Sequence[str], absent: int, nothing: str, size: int) -> Sequence[str]:
    """The texts with nothing where a record has none."""
    if not absent:
        return texts
    left = [*texts]
    for place in places(absent, size):
        left[place] = nothing
    return left


def _choices(texts: Sequence[tuple[str, int]], nothing: str, size: int) -> Iterable[str]:
    there = [(text, mask) for text, mask in texts if mask]
    if len(there) >= BYTES:
        chosen_texts = [nothing] * size
        for text, mask in there:
            for place in places(mask, size):
                chosen_texts[place] = text
        return chosen_texts
    table = [nothing, *(text for text, _ in there)]
    numbered = keys(((number, mask) for number, (_, mask) in enumerate(there, start=1)), size)
    return map(table.__getitem__, numbered)


def _joined(texts: Sequence[tuple[str, int]], separator: str, size: int) -> Iterable[str]:
    """Each group of texts has a table; where there are several groups, each text has a separator before it."""
    there = [texts[start : start + GROUP] for start in range(0, len(texts), GROUP)]
    there = [group for group in there if any(mask for _, mask in group)]
    if not there:
        return repeat("", size)
    if len(there) == 1:
        (group,) = there
        return map(table_of(tuple(text for text, _ in group), separator, led=False).__getitem__, _bits(group, size))
    columns = [
        map(table_of(tuple(text for text, _ in group), separator, led=True).__getitem__, _bits(group, size))
        for group in there
    ]
    start = len(separator)
    return [text[start:] for text in map("".join, zip(*columns, strict=True))]


def _bits(group: Sequence[tuple[str, int]], size: int) -> bytes:
    """A byte for each record, of which bit i says that the i-th mask holds."""
    return sum(spread(mask, size) << place for place, (_, mask) in enumerate(group)).to_bytes(size, "little")


@lru_cache(512)
def table_of(texts: tuple[str, ...], separator: str, *, led: bool) -> Sequence[str]:
    """For each set of these texts, as the bits of a number, the texts joined; `led` by a separator if there are any."""
    table = [""]
    for text in texts:
        table += [f"{before}{separator}{text}" if before or led else text for before in table]
    return table
