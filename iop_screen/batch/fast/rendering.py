"""The rows of a lot as bytes, from the same segments as in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.fast import bits, kernels
from iop_screen.batch.fast.kernels import SLACK
from iop_screen.batch.fast.reading import CellTexts, CodedCells
from iop_screen.batch.fast.row_text import LONGEST_NUMBER, RowData, RowTables, needs_care, render
from iop_screen.batch.lots.lot import JudgedLot
from iop_screen.batch.lots.masks import chosen, places
from iop_screen.batch.lots.rendering import (
    GROUP,
    Choice,
    Constant,
    CopiedCells,
    Joined,
    LineNumbers,
    Numbered,
    Segment,
    rendered,
    table_of,
)

Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]
SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class _Sign:
    """What a segment is, without what differs from lot to lot: its kind, which of its kind, and its texts."""

    kind: int
    which: int = 0
    texts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Parts:
    """The segments of a lot taken apart: signs for what stays, and what differs from lot to lot."""

    lot: CodedCells
    signs: list[_Sign] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)
    codes: list[Sequence[int]] = field(default_factory=list)
    overrides: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def add(self, segment: Segment) -> bool:
        """Take a segment; False if it cannot be written here."""
        match segment:
            case Constant(text):
                self.signs.append(_Sign(kernels.CONSTANT, 0, (text,)))
            case LineNumbers():
                self.signs.append(_Sign(kernels.LINE))
            case CopiedCells(texts) if isinstance(texts, CellTexts):
                self.signs.append(_Sign(kernels.COPIED, texts.copied))
                self._override(segment, texts)
            case Choice(choices, ""):
                self._add_groups([each for each in choices if each[1]], kernels.GROUP)
            case Joined(joined, separator) if separator == SEPARATOR:
                self.signs.append(_Sign(kernels.LIST_START))
                self._add_groups(joined, kernels.SEPARATED)
            case Numbered(numbers, numbered):
                self.signs.append(_Sign(kernels.CHOICE, len(self.codes), numbered))
                self.codes.append(numbers)
            case _:
                return False
        return True

    def _add_groups(self, texts: Sequence[tuple[str, int]], kind: int) -> None:
        for start in range(0, len(texts), GROUP):
            group = texts[start : start + GROUP]
            self.signs.append(_Sign(kind, len(self.masks) // GROUP, tuple(text for text, _ in group)))
            self.masks += [mask for _, mask in group] + [0] * (GROUP - len(group))

    def _override(self, segment: CopiedCells, texts: CellTexts) -> None:
        """Note the cells that cannot be copied as they stand in the input: Python writes them."""
        there, size = self.lot.scanned, len(texts)
        if there is None:
            raise AssertionError("texts of a block without the block")
        care = needs_care(there.data, texts.starts[None, :], texts.ends[None, :], size)[0]
        care[[*texts.single]] = 1
        for place in np.flatnonzero(care).tolist():
            self.overrides[texts.copied, place] = segment.write([texts[place]])[0].encode()
        for place in places(segment.absent, size):
            self.overrides[texts.copied, place] = segment.nothing.encode()


def rendered_rows(segments: Iterable[Segment], judged: JudgedLot, room: Callable[[int], Bytes]) -> memoryview | bytes:
    """The rows of a lot; of each, all segments in order. `room` gives space for so many bytes."""
    listed, lot = [*segments], judged.lot
    parts = _Parts(lot.cells) if isinstance(lot.cells, CodedCells) and lot.cells.scanned is not None else None
    if parts is None or not all(map(parts.add, listed)):
        return rendered(listed, lot.rows, lot.size).encode()
    cells, block = parts.lot, parts.lot.scanned
    if block is None:
        raise AssertionError("checked before")
    tables = _tables(tuple(parts.signs))
    overrides, starts, ends = _overrides(parts)
    groups = np.empty((len(parts.masks) // GROUP, lot.size), np.uint8)
    bits.group_keys(bits.bits_of(parts.masks, lot.size), lot.size, groups)
    data = RowData(
        data=block.data,
        copied_start=cells.starts,
        copied_end=cells.ends,
        overrides=overrides,
        override_start=starts,
        override_end=ends,
        lines=cells.numbers,
        groups=groups,
        codes=np.array([*map(_numbers, parts.codes)], np.int32).reshape(len(parts.codes), lot.size),
        rows=np.frombuffer(chosen(lot.rows, lot.size), np.uint8).copy(),
    )
    longest = tables.longest + int(sum((cells.ends - cells.starts).max(axis=1, initial=0))) + overrides.size
    return _written(tables, data, lot.size, longest, room)


def _numbers(codes: Sequence[int]) -> NDArray[np.integer[Any]]:
    return np.frombuffer(codes, np.uint8) if isinstance(codes, bytes) else np.asarray(codes, np.int32)


def _written(
    tables: RowTables, data: RowData, size: int, longest: int, room: Callable[[int], Bytes]
) -> memoryview | bytes:
    """All rows; mostly they fit into the space that is there."""
    out, done, record = room(longest + SLACK), list[bytes](), 0
    while True:
        written = render(tables, data, record, size, out)
        if written.record == record and not written.size and record < size:
            raise AssertionError("there is no room for one row")
        if written.record == size and not done:
            return out[: written.size].data
        done.append(out[: written.size].tobytes())
        if written.record == size:
            return b"".join(done)
        record = written.record


def _overrides(parts: _Parts) -> tuple[Bytes, Places, Places]:
    """The texts that stand in for cells of the input, and where they are for each copied column and record."""
    shape = parts.lot.starts.shape
    starts, ends, texts, at = np.full(shape, -1, np.int32), np.full(shape, -1, np.int32), list[bytes](), 0
    for (column, place), text in parts.overrides.items():
        starts[column, place], ends[column, place] = at, at + len(text)
        texts.append(text)
        at += len(text)
    return np.frombuffer(b"".join(texts) + bytes(SLACK), np.uint8), starts, ends


@lru_cache(32)
def _tables(signs: tuple[_Sign, ...]) -> RowTables:
    """The segments of a row as arrays."""
    texts, text_places, segments, longest, at, size = list[bytes](), list[Places](), list[list[int]](), 0, 0, 0
    for sign in signs:
        table = _table(sign)
        segments.append([sign.kind, sign.which, at])
        text_places.append(table.places + np.array([[size, 0]], np.int32))
        texts.append(table.texts)
        at, size, longest = at + len(table.places), size + len(table.texts), longest + table.longest
    return RowTables(
        np.frombuffer(b"".join(texts) + bytes(SLACK), np.uint8),
        np.array(segments, np.int32),
        np.concatenate(text_places).astype(np.int32),
        longest,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Texts end to end, where each is and how long, and the longest with what may stand before it."""

    texts: bytes
    places: Places
    longest: int


@lru_cache(1024)
def _table(sign: _Sign) -> _Table:
    grouped = sign.kind in {kernels.GROUP, kernels.SEPARATED}
    listed = (
        table_of(sign.texts, SEPARATOR if sign.kind == kernels.SEPARATED else "", led=False) if grouped else sign.texts
    )
    texts = [text.encode() for text in listed]
    sizes = np.array([*map(len, texts)], np.int32)
    starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(sizes)[:-1]]) if texts else np.zeros(0, np.int32)
    longest = LONGEST_NUMBER if sign.kind == kernels.LINE else int(sizes.max(initial=0)) + 1
    return _Table(b"".join(texts), np.stack([starts, sizes], axis=1).astype(np.int32), longest)
