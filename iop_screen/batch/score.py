"""Scoring a file of forms: every record of the input comes out as one row, in its order, in flat memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from iop_screen.batch.account import Account, Tally
from iop_screen.batch.columns import Columns, FormReader, read_header
from iop_screen.batch.rows import Row, rejected
from iop_screen.batch.sources.csv_framing import NOT_UTF_8, NUL, CsvRecord, CsvRecords, RejectedRecord
from iop_screen.core.problems import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import assess

FORMS_AT_ONCE = 1024


@dataclass(slots=True)
class Scoring:
    """One run over one file. Its columns are known once it is made; its tally grows while `rows` is read."""

    compiled: CompiledQuestionnaire
    columns: Columns
    records: CsvRecords
    tally: Tally = field(default_factory=Tally)

    @property
    def adds_up(self) -> bool:
        """Every physical line and every record is accounted for, by two counts that know nothing of each other."""
        read = self.records.account
        return self.tally.rows == read.records - 1 and read.lines == read.blank + read.framed

    def account(self) -> Account:
        """The figures of this run; whole when every row has been read. The header is no record."""
        read, tally = self.records.account, self.tally
        return Account(
            records=read.records - 1,
            lines=read.lines,
            blank_lines=read.blank,
            outcomes=tuple(tally.outcomes.items()),
            cell_problems=tuple(tally.cell_problems.most_common()),
            emergency_lines=tuple(tally.emergency_lines),
            open_danger_lines=tuple(tally.open_danger_lines),
            rejected_lines=tuple(tally.rejected_lines),
            absent=self.columns.absent,
            not_questions=self.columns.not_questions,
            unended=read.unended,
        )

    def blocks(self, done: Callable[[], None] = lambda: None) -> Iterator[list[Row]]:
        """The rows, some at a time, in the order of the file; `done` is called after each lot."""
        reader = FormReader(self.compiled, self.columns)
        framed = iter(self.records)
        while block := [*islice(framed, FORMS_AT_ONCE)]:
            rows = [*_rows(block, self.compiled, reader, self.columns.id_place)]
            for row in rows:
                self.tally.count(row)
            done()
            yield rows


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


def _rows(
    block: Iterable[CsvRecord | RejectedRecord],
    compiled: CompiledQuestionnaire,
    reader: FormReader,
    id_place: int | None,
) -> Iterator[Row]:
    framed_forms = [*block]
    read = [reader.read(framed.cells) for framed in framed_forms if isinstance(framed, CsvRecord)]
    results = assess(compiled, [answers for answers, _ in read])
    scored = zip(read, results, strict=True)
    for framed in framed_forms:
        if isinstance(framed, RejectedRecord):
            yield rejected(framed.line, framed.code)
        else:
            (answers, problems), result = next(scored)
            name = None if id_place is None else framed.cells[id_place]
            yield Row(framed.line, name, answers, result, (*problems, *result.problems))
