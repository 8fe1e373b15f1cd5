"""Reads the cells of a file as numbers: those of clean lines all at once, those of other records one by one."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.answer_columns import Codes, QuestionCells
from iop_screen.batch.broken_lines import Piece
from iop_screen.batch.fast import bits
from iop_screen.batch.fast.ids import id_sum
from iop_screen.batch.fast.kernels import SLACK, UNKNOWN_CODE
from iop_screen.batch.fast.lines import Cells, CodeTables, Layout, Scanner, Stop, cells_for
from iop_screen.batch.lots.cells import LOT_CELLS, LOT_RECORDS, Pieces, cut_codes
from iop_screen.batch.lots.lot import InputFile
from iop_screen.batch.lots.masks import chosen
from iop_screen.batch.sources import physical_lines
from iop_screen.batch.sources.csv_framing import CsvRecords
from iop_screen.batch.sources.physical_lines import UTF8_BOM
from iop_screen.batch.sources.source import Record, SourceRecord

Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]

UNKNOWN_CELLS = 8192
BLOCKS = 2
"""So many times as much is read at once as without machine code: what is done once a lot weighs more."""
MOST_ROWS = 65_536
BLANK = 32
BEYOND_ASCII = 128


@dataclass(slots=True)
class ScannedBlock:
    """The clean lines of one block, in rows of arrays; `rows` of them are filled.

    `of_column` are the questions of the coded columns. `late` are those columns with a cell that has too high a number
    for its row of codes.
    """

    block: bytes
    data: Bytes
    layout: Layout
    cells: Cells
    of_column: tuple[QuestionCells, ...]
    rows: int = 0
    late: set[int] = field(default_factory=set)

    def column_of(self, question: QuestionCells) -> int | None:
        """The coded column of a question; None if the question is read by its texts."""
        indexes = question.columns.indexes
        column = int(self.layout.slot[indexes[0]]) if len(indexes) == 1 else -1
        return column if column >= 0 and self.of_column[column] is question and column not in self.late else None

    def line(self, row: int) -> bytes:
        """A line with its line end."""
        start = int(self.cells.line_start[row])
        return self.block[start : self.block.index(b"\n", start) + 1]


@dataclass(frozen=True, slots=True)
class CodedLines:
    """Clean lines in the rows of a scanned block from `first` on; see `CleanStretch`."""

    scanned: ScannedBlock
    first: int
    records: int
    line: int
    end: int

    def record(self, place: int) -> Record:
        """One of the records, from 0."""
        delimiter = chr(self.scanned.layout.delimiter)
        line = UTF8_BOM + self.scanned.line(self.first + place)  # a mark is taken away from the start of a stream
        framed = next(iter(CsvRecords(io.BytesIO(line), delimiter)))
        if not isinstance(framed, Record):
            raise AssertionError("a clean line is a record")  # noqa: TRY004 - it is no matter of types
        return replace(framed, line=self.line + place, last_line=self.line + place)

    def part(self, start: int, stop: int) -> Iterator[CodedLines]:
        """The records from `start` up to `stop` as a stretch; nothing if there are none."""
        if start < stop:
            yield replace(self, first=self.first + start, records=stop - start, line=self.line + start)

    def places_of(self, first_cells: Collection[str]) -> Iterable[int]:
        """The records whose first cell may be one of these, by its first and last byte and its length."""
        column = self.scanned.layout.copied[0]
        rows = slice(self.first, self.first + self.records)
        starts, ends = self.scanned.cells.copied_start[column, rows], self.scanned.cells.copied_end[column, rows]
        likely = np.zeros(self.records, np.bool_)
        for cell in first_cells:
            text = cell.encode() or b" "
            first, last = self.scanned.data[starts], self.scanned.data[np.maximum(ends - 1, 0)]
            likely |= (ends - starts >= len(cell.encode())) & _may_be(first, text[0]) & _may_be(last, text[-1])
        likely |= (ends == starts) & ("" in first_cells)
        places: list[int] = np.flatnonzero(likely).tolist()
        return places


def _may_be(found: Bytes, byte: int) -> NDArray[np.bool_]:
    """Where a byte is this one, or part of a blank around it."""
    return np.asarray((found == byte) | (found <= BLANK) | (found >= BEYOND_ASCII), np.bool_)


class CodedScan:
    """Finds clean lines and the numbers of their cells; it goes on in the same arrays as long as the block is the same.

    A column with the cells of one question is coded. A question of several columns, one that shares its column, and
    one with too many meanings is read by its texts, so where these are is kept, as that of the id and the like is.
    """

    def __init__(self, file: InputFile, questions: Sequence[QuestionCells]) -> None:
        self._delimiter, self._width = ord(file.source.delimiter), len(file.source.header.names)
        self._questions = questions
        self._kept = _kept_columns(file)
        self._late: set[int] = set()
        self._arrange()
        self._scanned: ScannedBlock | None = None

    @property
    def block_bytes(self) -> int:
        """How many bytes to read at once."""
        return BLOCKS * physical_lines.BLOCK_BYTES

    def take(self, block: bytes, start: int, end: int, line: int) -> CodedLines | None:
        """The clean lines at the start of a part of a block; see `StretchScan`."""
        scanned = self._scanned
        if scanned is None or scanned.block is not block or scanned.rows == len(scanned.cells.line_start):
            scanned = self._scanned = self._new_block(block, end - start)
        scanner = Scanner(scanned.layout, self._tables, scanned.cells)
        first, at, stop = scanned.rows, start, Stop.UNKNOWN_FULL
        while stop is Stop.UNKNOWN_FULL:
            found = scanner.scan(scanned.data, at, end, scanned.rows)
            self._read_unknown(scanned, found.unknowns)
            scanned.rows = found.rows
            at, stop = found.at, found.stop
        records = scanned.rows - first
        return CodedLines(scanned, first, records, line, at) if records else None

    def _arrange(self) -> None:
        """Say which columns are coded and of which it is kept where the cells are."""
        slot, copied = np.full(self._width, -1, np.int32), np.full(self._width, -1, np.int32)
        self._of_column: list[QuestionCells] = []
        texts = {*self._kept}
        for number, question in enumerate(self._questions):
            indexes = question.columns.indexes
            if len(indexes) == 1 and slot[indexes[0]] < 0 and number not in self._late:
                slot[indexes[0]] = len(self._of_column)
                self._of_column.append(question)
            else:
                texts.update(indexes)
        for number, index in enumerate(dict.fromkeys((*self._kept, *sorted(texts)))):
            copied[index] = number
        self._layout = Layout(self._delimiter, slot, copied, physical_lines.MAX_RECORD_BYTES)
        self._tables = CodeTables(len(self._of_column))
        self._entered: list[set[str]] = [set() for _ in self._of_column]

    def _new_block(self, block: bytes, size: int) -> ScannedBlock:
        if self._scanned is not None and self._scanned.late:
            late = [self._scanned.of_column[column] for column in self._scanned.late]
            self._late |= {number for number, each in enumerate(self._questions) if each in late}
            self._arrange()
        rows = max(1, min(size // self._width, MOST_ROWS))
        data = np.frombuffer(block + bytes(SLACK), np.uint8)
        cells = cells_for(self._layout, rows, UNKNOWN_CELLS)
        return ScannedBlock(block, data, self._layout, cells, tuple(self._of_column))

    def _read_unknown(self, scanned: ScannedBlock, count: int) -> None:
        """Read the cells whose text has no number yet."""
        for row, column, start, end in scanned.cells.unknown[:, :count].T.tolist():
            question, text = self._of_column[column], scanned.block[start:end].decode()
            number = question.known[text]
            if number >= UNKNOWN_CODE:
                scanned.late.add(column)
                continue
            scanned.cells.codes[column, row] = number
            if text in question.known and text not in self._entered[column]:
                self._entered[column].add(text)
                self._tables.add(column, text.encode(), number)


def _kept_columns(file: InputFile) -> tuple[int, ...]:
    """The columns of which the cells are used as texts, the id first, and the first column of the file."""
    columns = file.columns
    ids = () if columns.id_index is None else (columns.id_index,)
    statuses = (index for index, _ in columns.statuses)
    forms = () if columns.form is None else (columns.form.index,)
    times = () if columns.time_index is None else (columns.time_index,)
    return tuple(dict.fromkeys((*ids, 0, *columns.kept, *statuses, *forms, *times)))


@dataclass(frozen=True, slots=True)
class CellTexts(Sequence[str]):
    """The cells of a column of a lot as texts, each decoded when it is asked for; those in `single` are given.

    `copied` is the number of the copied column in the arrays of the lot.
    """

    block: bytes
    data: Bytes
    starts: Places
    ends: Places
    single: Mapping[int, str]
    copied: int

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if place in self.single:
            return self.single[place]
        return self.block[int(self.starts[place]) : int(self.ends[place])].decode()

    def __iter__(self) -> Iterator[str]:
        pairs = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        texts = [self.block[start:end].decode() for start, end in pairs]
        for place, text in self.single.items():
            texts[place] = text
        return iter(texts)


class PackedCodes:
    """The numbers of meanings of a lot in an array of bytes."""

    __slots__ = ("codes",)

    def __init__(self, codes: Bytes) -> None:
        self.codes = codes

    def __getitem__(self, place: int, /) -> int:
        return int(self.codes[place])

    def masks(self, size: int) -> list[tuple[int, int]]:
        """Each number with the mask of the records that have it."""
        return [*bits.masks_by_code(self.codes, size).items()]


@dataclass(slots=True)
class CodedCells:
    """The cells of a lot as numbers, and where those are in the block that are copied; see `GatheredCells`.

    In the arrays there is a place for each record; where it came alone, its cells are in `alone`.
    """

    scanned: ScannedBlock | None
    pieces: Pieces
    alone: Mapping[int, SourceRecord]
    numbers: NDArray[np.int64]
    codes_of_columns: Bytes
    starts: Places
    ends: Places
    layout: Layout | None

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.numbers)

    @property
    def lines(self) -> Sequence[int]:
        """The lines on which they start."""
        return self.numbers.data

    @property
    def all(self) -> int:
        """The mask of all of them."""
        return (1 << self.size) - 1

    @property
    def single(self) -> Mapping[int, SourceRecord]:
        """The records without cells, and those of which a cell may have been cut, by their place."""
        return self.pieces.single

    def record(self, place: int) -> SourceRecord:
        """The record in this place."""
        return self.pieces.record(place)

    def texts(self, index: int) -> Sequence[str]:
        """The cells of a column."""
        copied = -1 if self.layout is None else int(self.layout.copied[index])
        single = {at: _cell(record, index) for at, record in self.alone.items()}
        if copied < 0 or self.scanned is None:
            return [_cell(self.record(place), index) for place in range(self.size)]
        return CellTexts(self.scanned.block, self.scanned.data, self.starts[copied], self.ends[copied], single, copied)

    def blank_places(self, index: int) -> Iterable[int]:
        """The records whose cell in a column may be blank."""
        copied = -1 if self.layout is None else int(self.layout.copied[index])
        if copied < 0 or self.scanned is None:
            return range(self.size)
        starts, first = self.starts[copied], self.scanned.data[self.starts[copied]]
        likely = (starts == self.ends[copied]) | (first <= BLANK) | (first >= BEYOND_ASCII)
        likely[[*self.alone]] = True
        places: list[int] = np.flatnonzero(likely).tolist()
        return places

    def id_sum(self, index: int, mask: int) -> int:
        """A sum over the cells that some records have in a column."""
        copied = -1 if self.layout is None else int(self.layout.copied[index])
        alone = sum(hash(_cell(record, index)) for at, record in self.alone.items() if mask >> at & 1)
        if copied < 0 or self.scanned is None:
            return alone
        rows = np.frombuffer(chosen(mask, self.size), np.uint8).copy()
        rows[[*self.alone]] = 0
        return alone + id_sum(self.scanned.data, self.starts[copied], self.ends[copied], rows, self.size)

    def codes(self, questions: Sequence[QuestionCells]) -> tuple[Codes, ...]:
        """The numbers of the meanings of the cells of each question."""
        alone = {at: _uncut_codes(record, questions) for at, record in self.alone.items()}
        alone |= dict(cut_codes(self.single, questions))
        return tuple(self._codes_of(number, question, alone) for number, question in enumerate(questions))

    def _codes_of(self, number: int, question: QuestionCells, alone: Mapping[int, Sequence[int]]) -> Codes:
        column = None if self.scanned is None else self.scanned.column_of(question)
        if column is None or any(codes[number] >= UNKNOWN_CODE for codes in alone.values()):
            codes = question.codes(self._readable, self.size)
            for place, of_record in alone.items():
                codes[place] = of_record[number]
            return codes
        packed = self.codes_of_columns[column]
        for place, of_record in alone.items():
            packed[place] = of_record[number]
        return PackedCodes(packed)

    def _readable(self, index: int) -> Sequence[str]:
        """The cells of a column; blanks for those of records that came alone, which have their numbers already."""
        texts = [*self.texts(index)]
        for place in self.alone:
            texts[place] = ""
        return texts


def _cell(record: SourceRecord, index: int) -> str:
    return record.cells[index] if isinstance(record, Record) else ""


def _uncut_codes(record: SourceRecord, questions: Sequence[QuestionCells]) -> list[int]:
    """The numbers for a record that came alone; if it has no cells, what they are does not matter."""
    if not isinstance(record, Record) or record.unended or record.unbegun:
        return [0] * len(questions)
    return [question.code_of(record.cells) for question in questions]


@dataclass(slots=True)
class CodedGatherer:
    """Takes pieces as long as their lines are in the same block."""

    pieces: Pieces = field(default_factory=Pieces)
    scanned: ScannedBlock | None = None
    alone: dict[int, SourceRecord] = field(default_factory=dict)
    _cells_alone: int = 0
    _taken: list[CodedLines | SourceRecord] = field(default_factory=list)

    def takes(self, piece: Piece) -> bool:
        """Add a piece; False, and nothing is added, if it belongs to the next lot."""
        if isinstance(piece, CodedLines):
            if self.scanned is not None and self.scanned is not piece.scanned:
                return False
            self.scanned = piece.scanned
        elif not isinstance(piece, SourceRecord):
            raise TypeError("a stretch of another build")
        elif len(self.alone) >= LOT_RECORDS or self._cells_alone >= LOT_CELLS:
            return False
        else:
            self.alone[self.pieces.size] = piece
            self._cells_alone += len(piece.cells) if isinstance(piece, Record) else 0
        self._taken.append(piece)
        self.pieces.add(piece)
        return True

    def gathered(self) -> CodedCells:
        """The cells of all pieces that were added."""
        rows = self._joined(lambda lines: np.arange(lines.first, lines.first + lines.records), lambda _: 0)
        lines = self._joined(
            lambda lines: np.arange(lines.line, lines.line + lines.records), lambda record: record.line
        )
        none = np.zeros((0, len(lines)), np.int32)
        scanned = self.scanned
        if scanned is None:
            return CodedCells(None, self.pieces, self.alone, lines, none.astype(np.uint8), none, none, None)
        cells = scanned.cells
        codes, starts, ends = (
            cells.codes.take(rows, 1),
            cells.copied_start.take(rows, 1),
            cells.copied_end.take(rows, 1),
        )
        places = [*self.alone]
        starts[:, places] = 0
        ends[:, places] = 0
        return CodedCells(scanned, self.pieces, self.alone, lines, codes, starts, ends, scanned.layout)

    def _joined(
        self, numbers: Callable[[CodedLines], NDArray[np.int64]], of_one: Callable[[SourceRecord], int]
    ) -> NDArray[np.int64]:
        """A number for each record, in their order."""
        parts = [
            numbers(piece) if isinstance(piece, CodedLines) else np.array([of_one(piece)], np.int64)
            for piece in self._taken
        ]
        return np.concatenate([*parts, np.zeros(0, np.int64)])


@dataclass(frozen=True, slots=True)
class CodedGathering:
    """The reading of a file as numbers."""

    scan: CodedScan

    def new_cells(self) -> CodedGatherer:
        """The cells of a lot, of which there are none yet."""
        return CodedGatherer()
