"""The build with machine code; see `lots.build`."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.answer_columns import QuestionCells
from iop_screen.batch.fast.ids import SeenKeys, id_key_of, id_keys
from iop_screen.batch.fast.kernels import SLACK
from iop_screen.batch.fast.reading import CellTexts, CodedGathering, CodedScan
from iop_screen.batch.fast.rendering import rendered_rows
from iop_screen.batch.lots.lot import InputFile, JudgedLot
from iop_screen.batch.lots.rendering import Segment
from iop_screen.batch.record_choice import WrittenCells

Bytes = NDArray[np.uint8]
Keys = NDArray[np.uint64]


LEAST_SPACE = 8 * 1024 * 1024


class SeenCells:
    """The ids that were there so far, found by the bytes of their cells."""

    def __init__(self) -> None:
        self._secret = secrets.randbits(64), secrets.randbits(64)
        self._seen = SeenKeys()

    def again(self, cells: WrittenCells, index: int, nobody: Iterable[int]) -> Iterable[int]:
        """The records with an id that was there before; `nobody` are records without one."""
        keys = self._keys(cells.texts(index))
        keys[[*nobody]] = 0
        again = np.zeros(len(keys), np.uint8)
        self._seen.add_all(keys, len(keys), again)
        places: list[int] = np.flatnonzero(again).tolist()
        return places

    def _keys(self, texts: Sequence[str]) -> Keys:
        keys = np.empty(len(texts), np.uint64)
        if isinstance(texts, CellTexts):
            special = [*id_keys(texts.data, texts.starts, texts.ends, self._secret, keys), *texts.single]
        else:
            special = [*range(len(texts))]
        for place in special:
            name = unicodedata.normalize("NFC", texts[place].strip())
            keys[place] = id_key_of(name.encode("utf-8", "surrogatepass"), self._secret)
        return keys


class FastBuild:
    """Machine code, made by numba."""

    name = "machine code (numba)"

    def __init__(self) -> None:
        self._free: list[Bytes] = []
        self._lent: dict[int, Bytes] = {}

    def gathering(self, file: InputFile, questions: Sequence[QuestionCells]) -> CodedGathering:
        """The reading of a file."""
        return CodedGathering(CodedScan(file, questions))

    def seen_ids(self) -> SeenCells:
        """What knows the ids that were there; so far none."""
        return SeenCells()

    def rows(self, segments: Iterable[Segment], judged: JudgedLot) -> memoryview | bytes:
        """The rows of a lot; they stand in memory that is used for others once it is taken back."""
        lent: list[Bytes] = []

        def space(least: int) -> Bytes:
            lent.append(self._space(least))
            return lent[-1]

        rows = rendered_rows(segments, judged, space)
        if lent:
            self._lent[id(rows)] = lent[-1]
        return rows

    def take_back(self, rows: bytes | memoryview) -> None:
        """Let the memory in which rows stand be used for others."""
        if id(rows) in self._lent:
            self._free.append(self._lent.pop(id(rows)))

    def _space(self, least: int) -> Bytes:
        try:
            space = self._free.pop()
        except IndexError:  # another thread may have taken the last one
            space = np.empty(0, np.uint8)
        return space if space.size >= least else np.empty(max(least, LEAST_SPACE) + SLACK, np.uint8)
