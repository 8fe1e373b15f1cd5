"""Scores files of forms: each record of the input gives one row, in order, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from iop_screen.batch.account import Account, id_hash
from iop_screen.batch.answer_columns import AnswersReader
from iop_screen.batch.header import MatchedColumns, match_columns
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.rows import Origin, OutputShape, ScoredRow, rejected_row
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, Source, SourceRecord
from iop_screen.batch.tally import Tally
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import BATCH_SIZE, assess


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of a run: its source, and what its header came to."""

    source: Source
    columns: MatchedColumns


@dataclass(slots=True)
class Scoring:
    """One run. The files are known from the start; `tally` and `account` grow as rows are read.

    If something is met while rows are read that a person has to decide, `stopped_by` says it and the rows end there;
    an output made of them must not get its name.
    """

    compiled: CompiledQuestionnaire
    settings: ScoreSettings
    files: tuple[InputFile, ...]
    tally: Tally = field(default_factory=Tally)
    account: Account = field(default_factory=Account)
    stopped_by: tuple[InputProblem, ...] = ()

    @property
    def shape(self) -> OutputShape:
        """What columns the output has beyond those of every result."""
        mapping = self.settings.mapping
        return OutputShape(None if mapping is None else mapping.stamp, len(self.files) > 1, self.settings.keep)

    @property
    def adds_up(self) -> bool:
        """Whether every physical line, every record and every id is accounted for, by independent counts."""
        read = sum(file.source.account.records for file in self.files)
        lines = all(file.source.account.adds_up for file in self.files)
        return lines and self.account.adds_up and read == self.account.records

    def row_batches(self, done: Callable[[], None] = lambda: None) -> Iterator[list[ScoredRow]]:
        """The rows in the order of the files, a batch at a time; `done` is called after each batch is scored."""
        for file in self.files:
            reader, records = AnswersReader(file.columns.answers), file.source.records()
            while batch := [*islice(records, BATCH_SIZE)]:
                rows = [*self._score(file, self._counted(file, batch), reader)]
                for row in rows:
                    self._count_row(row)
                done()
                yield rows

    def _counted(self, file: InputFile, batch: Iterable[SourceRecord]) -> Sequence[Record | RejectedRecord]:
        """The records of a batch that give a row, after all have been counted."""
        kept: list[Record | RejectedRecord] = []
        for record in batch:
            self.account.records += 1
            if isinstance(record, ExcludedRecord):
                self.account.excluded[record.reason] += 1
                continue
            if isinstance(record, Record) and not any(map(str.strip, record.cells)):
                self.account.blank += 1
                continue
            if isinstance(record, Record) and file.columns.id_index is not None:
                self.account.ids_read += id_hash(record.cells[file.columns.id_index])
            kept.append(record)
        return kept

    def _score(
        self, file: InputFile, batch: Sequence[Record | RejectedRecord], reader: AnswersReader
    ) -> Iterator[ScoredRow]:
        read = [reader.read(record.cells) for record in batch if isinstance(record, Record)]
        scored = zip(read, assess(self.compiled, [answers for answers, _ in read]), strict=True)
        id_index = file.columns.id_index
        for record in batch:
            origin = Origin(file.source, file.columns, record)
            if isinstance(record, RejectedRecord):
                yield rejected_row(origin, record.code)
            else:
                (answers, problems), result = next(scored)
                row_id = None if id_index is None else record.cells[id_index]
                yield ScoredRow(record.line, row_id, answers, result, (*problems, *result.problems), origin)

    def _count_row(self, row: ScoredRow) -> None:
        self.tally.count(row)
        if row.result is None:
            self.account.rejected += 1
        else:
            self.account.scored += 1
        if row.id is not None:
            self.account.ids_used += id_hash(row.id)


def open_scoring(
    sources: Iterable[Source], compiled: CompiledQuestionnaire, settings: ScoreSettings
) -> Scoring | tuple[InputProblem, ...]:
    """Match the columns of all files: a run that can begin, or all that keeps it from that."""
    files = [InputFile(source, match_columns(source, compiled, settings)) for source in sources]
    problems = tuple(problem for file in files for problem in file.columns.problems)
    return problems or Scoring(compiled, settings, tuple(files))
