"""Scores a file of forms: each record of the input gives one row, in order, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from iop_screen.batch.input_columns import AnswersReader, InputColumns, read_header
from iop_screen.batch.rows import ScoredRow, rejected_row
from iop_screen.batch.sources.csv_framing import NOT_UTF_8, NUL, CsvRecord, CsvRecords, RejectedRecord
from iop_screen.batch.tally import Tally
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import BATCH_SIZE, assess


@dataclass(slots=True)
class Scoring:
    """One run over one file. `columns` are known from the start; `tally` and the line count grow as rows are read."""

    compiled: CompiledQuestionnaire
    columns: InputColumns
    records: CsvRecords
    tally: Tally = field(default_factory=Tally)

    @property
    def record_count(self) -> int:
        """How many records were read so far. The header is not one."""
        return self.records.line_count.records - 1

    @property
    def adds_up(self) -> bool:
        """Whether every physical line and every record is accounted for, by two independent counts."""
        count = self.records.line_count
        return self.tally.rows == self.record_count and count.lines == count.blank + count.in_records

    def row_batches(self, done: Callable[[], None] = lambda: None) -> Iterator[list[ScoredRow]]:
        """The rows in the order of the file, a batch at a time; `done` is called after each batch is scored."""
        reader, records = AnswersReader(self.compiled, self.columns), iter(self.records)
        while batch := [*islice(records, BATCH_SIZE)]:
            rows = [*self._score(batch, reader)]
            for row in rows:
                self.tally.count(row)
            done()
            yield rows

    def _score(self, batch: Iterable[CsvRecord | RejectedRecord], reader: AnswersReader) -> Iterator[ScoredRow]:
        read = [reader.read(record.cells) for record in batch if isinstance(record, CsvRecord)]
        scored = zip(read, assess(self.compiled, [answers for answers, _ in read]), strict=True)
        id_index = self.columns.id_index
        for record in batch:
            if isinstance(record, RejectedRecord):
                yield rejected_row(record.line, record.code)
            else:
                (answers, problems), result = next(scored)
                row_id = None if id_index is None else record.cells[id_index]
                yield ScoredRow(record.line, row_id, answers, result, (*problems, *result.problems))


def open_scoring(
    stream: BinaryIO, compiled: CompiledQuestionnaire, *, delimiter: str = ",", id_column: str | None = None
) -> Scoring:
    """Read the header of an export. Raises CannotGoOn if there is none that can be used."""
    records = CsvRecords(stream, delimiter)
    header = next(iter(records), None)
    if header is None:
        raise CannotGoOn("the file has no header: it is empty", Exit.FILE)
    if isinstance(header, RejectedRecord):
        hint = "; is it UTF-16? save it as CSV in UTF-8" if header.code in {NUL, NOT_UTF_8} else ""
        raise CannotGoOn(f"the header cannot be read: line {header.line}, {header.code}{hint}", Exit.FILE)
    return Scoring(compiled, read_header(header.cells, compiled, id_column), records)
