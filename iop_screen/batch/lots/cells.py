"""What was written in the records of a lot, put together piece by piece."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Protocol

from iop_screen.batch.answer_columns import Codes, QuestionCells
from iop_screen.batch.broken_lines import Piece
from iop_screen.batch.lots.masks import chosen
from iop_screen.batch.record_choice import cut_cell
from iop_screen.batch.sources.source import CleanLines, Record, SourceRecord

LOT_RECORDS = 4096
"""A lot is whole when it has so many records, or more if one stretch brings them."""
LOT_CELLS = 2**20
"""It is whole, too, when its records that came alone have so many cells: a table may be wide, and nearly empty."""


class GatheredCells(Protocol):
    """The cells of the records of a lot. `single` are the records of which more is to be known, by their place."""

    @property
    def size(self) -> int:
        """How many records there are."""

    @property
    def all(self) -> int:
        """The mask of all of them."""

    @property
    def lines(self) -> Sequence[int]:
        """The lines on which they start."""

    @property
    def single(self) -> Mapping[int, SourceRecord]:
        """The records without cells, or with a cell that may have been cut, or rejected for a code, by their place."""

    def texts(self, index: int) -> Sequence[str]:
        """The cells of a column, by its index; what stands for a record without cells means nothing."""

    def record(self, place: int) -> SourceRecord:
        """The record in this place."""

    def blank_places(self, index: int) -> Iterable[int]:
        """The records whose cell in a column is blank, and perhaps some more."""

    def id_sum(self, index: int, mask: int) -> int:
        """A sum over the cells that some records have in a column, whatever their order."""

    def codes(self, questions: Sequence[QuestionCells]) -> tuple[Codes, ...]:
        """The numbers of the meanings of the cells of each question; a cell that may have been cut is no answer."""


@dataclass(slots=True)
class Pieces:
    """Pieces in their order, and which record stands in which of them."""

    size: int = 0
    single: dict[int, SourceRecord] = field(default_factory=dict)
    _pieces: list[Piece] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        """Add the records of a piece."""
        self._starts.append(self.size)
        self._pieces.append(piece)
        if isinstance(piece, Record) and cut_cell(piece) is None and not piece.rejected_for:
            self.size += 1
        elif isinstance(piece, SourceRecord):
            self.single[self.size] = piece
            self.size += 1
        else:
            self.size += piece.records

    def record(self, place: int) -> SourceRecord:
        """The record in this place."""
        at = bisect_right(self._starts, place) - 1
        piece = self._pieces[at]
        return piece if isinstance(piece, SourceRecord) else piece.record(place - self._starts[at])


@dataclass(slots=True)
class TextCells:
    """Cells as texts: those of all records, one after another, each with `width` of them.

    Blanks stand for those of a record without cells, and for a cell that may have been cut.
    """

    width: int
    lines: list[int] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _pieces: Pieces = field(default_factory=Pieces)

    def takes(self, piece: Piece) -> bool:
        """Add a piece, unless there are enough."""
        if self.size >= LOT_RECORDS or len(self._cells) >= LOT_CELLS:
            return False
        self._pieces.add(piece)
        match piece:
            case CleanLines():
                self._cells += piece.cells
                self.lines += range(piece.line, piece.line + piece.records)
            case Record(cells=cells):
                cut = cut_cell(piece)
                self._cells += cells if cut is None else ["" if at == cut else cell for at, cell in enumerate(cells)]
                self.lines.append(piece.line)
            case _:
                self._cells += [""] * self.width
                self.lines.append(piece.line)
        return True

    def gathered(self) -> TextCells:
        """Itself: there is nothing left to do."""
        return self

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.lines)

    @property
    def all(self) -> int:
        """The mask of all of them."""
        return (1 << self.size) - 1

    @property
    def single(self) -> Mapping[int, SourceRecord]:
        """The records without cells, and those of which a cell may have been cut, by their place."""
        return self._pieces.single

    def texts(self, index: int) -> Sequence[str]:
        """The cells of a column."""
        texts = self._uncut(index)
        for place, record in self.single.items():
            if isinstance(record, Record):
                texts[place] = record.cells[index]
        return texts

    def record(self, place: int) -> SourceRecord:
        """The record in this place."""
        return self._pieces.record(place)

    def blank_places(self, index: int) -> Iterable[int]:
        """The records whose cell in a column is blank."""
        return [place for place, text in enumerate(self.texts(index)) if not text or text.isspace()]

    def id_sum(self, index: int, mask: int) -> int:
        """A sum over the cells that some records have in a column."""
        texts = self.texts(index)
        return sum(map(hash, texts if mask == self.all else compress(texts, chosen(mask, self.size))))

    def codes(self, questions: Sequence[QuestionCells]) -> tuple[Codes, ...]:
        """The numbers of the meanings of the cells of each question."""
        cut = [*cut_codes(self.single, questions)]
        codes = tuple(question.codes(self._uncut, self.size) for question in questions)
        for place, of_record in cut:
            for of_question, code in zip(codes, of_record, strict=True):
                of_question[place] = code
        return codes

    def _uncut(self, index: int) -> list[str]:
        return self._cells[index :: self.width]


def cut_codes(
    single: Mapping[int, SourceRecord], questions: Sequence[QuestionCells]
) -> Iterator[tuple[int, list[int]]]:
    """The numbers for each record of which a cell may have been cut, with its place."""
    for place, record in single.items():
        cut = cut_cell(record) if isinstance(record, Record) else None
        if isinstance(record, Record) and cut is not None:
            yield place, [question.code_of_cut(record.cells, cut) for question in questions]
