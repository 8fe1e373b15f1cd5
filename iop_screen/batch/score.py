"""Scores files of forms: each form of the input gives one row, in order, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from iop_screen.batch.account import Account, id_hash
from iop_screen.batch.answer_columns import AnswerColumns, AnswersReader
from iop_screen.batch.broken_lines import records_with_broken_ends
from iop_screen.batch.code_check import CodeCheck
from iop_screen.batch.header import MatchedColumns, match_columns
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.record_choice import (
    Choice,
    ChoiceById,
    LatestById,
    RecordChoice,
    ToExclude,
    ToReject,
    ToScore,
    choice_by_id,
    cut_cell,
    is_blank,
    latest_by_id,
)
from iop_screen.batch.rows import RECORD, ExcludedRow, Origin, OutputShape, ScoredRow, rejected_row
from iop_screen.batch.second_header import FIRST_RECORDS, second_header
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import UNENDED, Record, Source, SourceRecord
from iop_screen.batch.tally import Tally
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import BATCH_SIZE, AnswerProblem, Result, assess

Outcome = ScoredRow | ExcludedRow
"""What became of a record that is not blank."""
Decided = tuple[SourceRecord, Choice]
"""A record that is not blank, and what becomes of it."""


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
    by_id: ChoiceById
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
        rows = self.tally.rows == self.account.scored + self.account.rejected
        return lines and rows and self.account.adds_up and read == self.account.records

    @property
    def as_expected(self) -> bool:
        """Whether there were as many records as there should be, if that was said."""
        return self.settings.expect in {None, self.account.records}

    @property
    def clean(self) -> bool:
        """Whether nothing was found that a person should look at."""
        return self.tally.clean and self.as_expected and not self.leaves_all_out

    @property
    def leaves_all_out(self) -> bool:
        """Whether records were left out and none was scored: most likely nobody meant that."""
        return not self.account.scored and self.account.excluded.total() > 0

    def row_batches(self, done: Callable[[], None] = lambda: None) -> Iterator[list[ScoredRow]]:
        """The rows of the output in the order of the files, a batch at a time; for `done` see `outcome_batches`."""
        for outcomes in self.outcome_batches(done):
            yield rows_among(outcomes)

    def outcome_batches(self, done: Callable[[], None] = lambda: None) -> Iterator[list[Outcome]]:
        """What became of all records that are not blank, a batch at a time; `done` is called after each is scored."""
        for file in self.files:
            run = _FileRun(self, file)
            while batch := [*islice(run.records, BATCH_SIZE)]:
                outcomes = [*run.outcomes(run.decided(batch))]
                self.stopped_by = run.problems()
                if self.stopped_by:
                    return
                for each in outcomes:
                    self._count(each)
                done()
                yield outcomes
            self.stopped_by = run.end()
            if self.stopped_by:
                return
        if isinstance(self.by_id, LatestById):
            self.by_id.check_end()

    def _count(self, outcome: Outcome) -> None:
        match outcome:
            case ScoredRow(result=None):
                self.account.rejected += 1
                self.tally.count(outcome)
            case ScoredRow():
                self.account.scored += 1
                self.tally.count(outcome)
            case ExcludedRow(reason, row_id, origin, result):
                self.account.excluded[reason] += 1
                self.tally.exclude(reason, origin.record.line, row_id, origin.source.name, result)
        if outcome.id is not None:
            self.account.ids_used += id_hash(outcome.id)


class _FileRun:
    """The way of the records of one file through a run: counted, chosen, read, judged."""

    def __init__(self, scoring: Scoring, file: InputFile) -> None:
        records = records_with_broken_ends(file.source)
        first = [*islice(records, FIRST_RECORDS)]
        self.records = chain(first, records)
        self._scoring, self._file = scoring, file
        self._reader = AnswersReader(file.columns.answers)
        self._unscored_reader = AnswersReader(file.columns.answers)  # so that no cell that is not scored stops a run
        self._choice = RecordChoice(file.columns)
        self._code_check = CodeCheck(self._reader, file.source.header.names)
        self._read_columns = _columns_read(file.columns.answers)
        mapping = scoring.settings.mapping
        said = mapping is not None and mapping.file.header_rows is not None
        self._header_problem = None if said else second_header(file.source.name, first)

    def decided(self, batch: Iterable[SourceRecord]) -> list[Decided]:
        """Count the records and their ids as they were read; those that are not blank, with what becomes of them."""
        account, by_id, id_index = self._scoring.account, self._scoring.by_id, self._file.columns.id_index
        decided: list[Decided] = []
        for record in batch:
            account.records += 1
            if isinstance(record, Record):
                if is_blank(record):
                    account.blank += 1
                    self._scoring.tally.blank(record.line, self._file.source.name)
                    continue
                if id_index is not None:
                    account.ids_read += id_hash(record.cells[id_index])
            decided.append((record, self._choice.choose(record, by_id)))
        return decided

    def outcomes(self, decided: Sequence[Decided]) -> Iterator[Outcome]:
        """The records with their results; they are judged together, for danger also those that are not scored."""
        read = [
            (self._reader if isinstance(choice, ToScore) else self._unscored_reader).read(
                record.cells, cut_cell(record), record.line
            )
            for record, choice in decided
            if isinstance(record, Record)
        ]
        judged = zip(read, assess(self._scoring.compiled, [answers for answers, _ in read]), strict=True)
        for record, choice in decided:
            origin, row_id = Origin(self._file.source, self._file.columns, record), self._id_of(record)
            match choice:
                case ToReject(code):
                    yield rejected_row(origin, code, row_id, _next_result(record, judged))
                case ToExclude(reason):
                    yield ExcludedRow(reason, row_id, origin, _next_result(record, judged))
                case ToScore(of_record):
                    (answers, of_cells), result = next(judged)
                    problems = (*of_record, *self._unended(record), *of_cells, *result.problems)
                    yield ScoredRow(record.line, row_id, answers, result, problems, origin)

    def problems(self) -> tuple[InputProblem, ...]:
        """What the records read so far say against reading on."""
        if self._header_problem is not None:
            return (self._header_problem,)
        return self._code_check.problems(self._file.source.name, show_values=self._scoring.settings.show_values)

    def end(self) -> tuple[InputProblem, ...]:
        """What all cells of the file say against its rows; to be called when all records are read."""
        for columns, use in zip(self._reader.columns, self._reader.uses, strict=True):
            if use.no_answer_words:
                self._scoring.tally.no_answer_words[str(columns.question.id)] += use.no_answer_words
        return self._code_check.problems_at_end(self._file.source.name)

    def _id_of(self, record: SourceRecord) -> str | None:
        index = self._file.columns.id_index
        return record.cells[index] if index is not None and isinstance(record, Record) else None

    def _unended(self, record: SourceRecord) -> tuple[AnswerProblem, ...]:
        """The problem of a record that may have been cut in a cell that is no answer; else the answer has it."""
        cut = cut_cell(record) if isinstance(record, Record) else None
        if not isinstance(record, Record) or cut is None:
            return ()
        all_said = cut in self._read_columns and not (record.unended and record.unbegun)
        return () if all_said else (AnswerProblem(RECORD, UNENDED),)


def _next_result(record: SourceRecord, judged: Iterator[tuple[object, Result]]) -> Result | None:
    """What a record comes to that is not scored; None if it could not be read."""
    return next(judged)[1] if isinstance(record, Record) else None


def rows_among(outcomes: Iterable[Outcome]) -> list[ScoredRow]:
    """The outcomes that have a row in the output."""
    return [each for each in outcomes if isinstance(each, ScoredRow)]


def _columns_read(answers: Iterable[AnswerColumns]) -> frozenset[int]:
    """The indexes of the columns that some question reads."""
    return frozenset(index for each in answers for index in each.indexes)


def _danger_questions(compiled: CompiledQuestionnaire) -> dict[str, int]:
    return {str(compiled.questions[index].id): index for index in danger_indexes(compiled)}


def open_scoring(
    sources: Iterable[Source], compiled: CompiledQuestionnaire, settings: ScoreSettings, again: Iterable[Source] = ()
) -> Scoring | tuple[InputProblem, ...]:
    """Match the columns of all files: a run that can begin, or all that keeps it from that.

    For the latest record of each id, all files are read once before: `again` are the same files, opened once more.
    """
    files = [InputFile(source, match_columns(source, compiled, settings)) for source in sources]
    problems = tuple(problem for file in files for problem in file.columns.problems)
    if problems:
        return problems
    if settings.duplicates == "latest":
        choices = (RecordChoice(file.columns) for file in files)
        first = zip(choices, map(records_with_broken_ends, again), strict=True)
        by_id: ChoiceById = latest_by_id(first, settings)
    else:
        by_id = choice_by_id(settings)
    return Scoring(compiled, settings, tuple(files), by_id, Tally(_danger_questions(compiled)))
