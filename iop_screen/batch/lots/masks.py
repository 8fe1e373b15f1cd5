"""Masks of a lot and numbers a record, turned into each other in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress

from iop_screen.batch.answer_columns import Codes
from iop_screen.engine.answer_batch import BYTES, one_at, spread


def mask_of(places: Iterable[int], size: int) -> int:
    """The mask of the records in these places."""
    bits = bytearray(size // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def masks_by_code(codes: Codes, size: int) -> list[tuple[int, int]]:
    """Each code that a record of the lot has, with the mask of which do."""
    if isinstance(codes, bytearray):
        return [*_masks_by_byte(codes, size)]
    if not isinstance(codes, list):
        return codes.masks(size)
    bits: dict[int, bytearray] = {}
    for place, code in enumerate(codes):
        if code not in bits:
            bits[code] = bytearray(size // 8 + 1)
        bits[code][place >> 3] |= 1 << (place & 7)
    return [(code, int.from_bytes(each, "little")) for code, each in bits.items()]


def _masks_by_byte(codes: bytearray, size: int) -> Iterator[tuple[int, int]]:
    """The same where codes are bytes. The mask of the last code is what is left."""
    backwards, left, more = codes[::-1], (1 << size) - 1, size
    for code in range(BYTES):
        if not more:
            return
        count = codes.count(code)
        if count:
            mask = left if count == more else int(backwards.translate(one_at(code)), 2)
            left, more = left ^ mask, more - count
            yield code, mask


def keys(masks: Iterable[tuple[int, int]], size: int) -> bytes:
    """A byte for each record: the sum of the numbers whose mask holds, which must be below 256."""
    return sum(spread(mask, size) * number for number, mask in masks).to_bytes(size, "little")


def chosen(mask: int, size: int) -> bytes:
    """A byte for each record: 1 where the mask holds, else 0."""
    return spread(mask, size).to_bytes(size, "little")


def places(mask: int, size: int, most: int | None = None) -> Iterator[int]:
    """The places of the records of which the mask holds, in order; only the first so many if `most` is given."""
    if most is not None:
        while mask and most:
            lowest = mask & -mask
            yield lowest.bit_length() - 1
            mask, most = mask ^ lowest, most - 1
    elif mask:
        yield from compress(range(size), chosen(mask, size))
