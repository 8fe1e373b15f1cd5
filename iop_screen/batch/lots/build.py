"""The two builds of one path: what reads stretches and cells, knows the ids that were there, and writes rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from iop_screen.batch.answer_columns import QuestionCells
from iop_screen.batch.broken_lines import Piece
from iop_screen.batch.duplicates import SeenIds, id_keys
from iop_screen.batch.lots.cells import GatheredCells, TextCells
from iop_screen.batch.lots.lot import InputFile, JudgedLot
from iop_screen.batch.lots.rendering import Segment, rendered
from iop_screen.batch.record_choice import SeenBefore, WrittenCells
from iop_screen.batch.sources.clean_lines import CleanLineScan
from iop_screen.batch.sources.physical_lines import StretchScan
from iop_screen.batch.sources.source import CleanStretch


class Gathering(Protocol):
    """The reading of one file: what finds its clean lines, and what gathers the cells of a lot."""

    @property
    def scan(self) -> StretchScan[CleanStretch]:
        """What reads its clean lines."""

    def new_cells(self) -> Gatherer:
        """The cells of a lot, of which there are none yet."""


class Gatherer(Protocol):
    """Takes pieces as long as they belong to one lot."""

    def takes(self, piece: Piece) -> bool:
        """Add a piece; False, and nothing is added, if it belongs to the next lot."""

    def gathered(self) -> GatheredCells:
        """The cells of all pieces that were added."""


class Build(Protocol):
    """What the work inside a lot is done with. Whatever it is, the same comes out, to the byte."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    def gathering(self, file: InputFile, questions: Sequence[QuestionCells]) -> Gathering:
        """The reading of a file."""

    def seen_ids(self) -> SeenBefore:
        """What knows the ids that were there; so far none."""

    def rows(self, segments: Iterable[Segment], judged: JudgedLot) -> bytes | memoryview:
        """The rows of a lot; of each, all segments in order. They are there until they are taken back."""

    def take_back(self, rows: bytes | memoryview) -> None:
        """Let the memory in which rows stand be used for others."""


@dataclass(frozen=True, slots=True)
class TextGathering:
    """The reading of a file as texts."""

    scan: CleanLineScan

    def new_cells(self) -> TextCells:
        """The cells of a lot, of which there are none yet."""
        return TextCells(self.scan.width)


@dataclass(frozen=True, slots=True)
class SeenTexts:
    """The ids that were there so far, found by their texts."""

    seen: SeenIds

    def again(self, cells: WrittenCells, index: int, nobody: Iterable[int]) -> Iterable[int]:
        """The records with an id that was there before; `nobody` are records without one."""
        keys = id_keys(cells.texts(index))
        for place in nobody:
            keys[place] = None
        return self.seen.add_all(keys)


class PlainBuild:
    """Plain Python."""

    name = "plain Python"

    def gathering(self, file: InputFile, _questions: Sequence[QuestionCells]) -> TextGathering:
        """The reading of a file."""
        return TextGathering(CleanLineScan(file.source.delimiter, len(file.source.header.names)))

    def seen_ids(self) -> SeenTexts:
        """What knows the ids that were there; so far none."""
        return SeenTexts(SeenIds())

    def rows(self, segments: Iterable[Segment], judged: JudgedLot) -> bytes:
        """The rows of a lot."""
        return rendered(segments, judged.lot.rows, judged.lot.size).encode()

    def take_back(self, rows: bytes | memoryview) -> None:
        """Nothing: each text has memory of its own."""
