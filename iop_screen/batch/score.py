"""Scores files of forms: each form of the input gives one row, in order, in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from iop_screen.batch.account import Account
from iop_screen.batch.broken_lines import records_with_broken_ends
from iop_screen.batch.header import match_columns
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.lots.build import Build, PlainBuild
from iop_screen.batch.lots.lot import InputFile, JudgedLot, Lot, judged_lot
from iop_screen.batch.lots.masks import places
from iop_screen.batch.lots.reading import FileReader
from iop_screen.batch.record_choice import CHANGED, ChoiceById, LatestById, RecordChoice, choice_by_id, latest_by_id
from iop_screen.batch.rows import ExcludedRow, Origin, OutputShape, ScoredRow, rejected_row
from iop_screen.batch.run_state import AccountState, ReadUpTo, RunState
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import Record, Source
from iop_screen.batch.tally import Tally
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement_plan import JudgementPlan
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import AnswerProblem, results

WorkT = TypeVar("WorkT")

Outcome = ScoredRow | ExcludedRow
"""What became of a record that is not blank."""


@dataclass(frozen=True, slots=True)
class _ReadLot:
    """A lot with a plan to judge it by, if that pays, and how far the run has come with it."""

    lot: Lot
    plan: JudgementPlan | None
    up_to: ReadUpTo


_Worked = tuple[tuple[JudgedLot, ReadUpTo], WorkT]


@dataclass(slots=True)
class Scoring:
    """One run. The files are known from the start; `tally` and `account` grow as rows are read.

    If something is met while rows are read that a person has to decide, `stopped_by` says it and the rows end there;
    an output made of them must not get its name. `goes_on_from` is what a run that was killed had written: those
    records are passed over. `read_up_to` is as of the last lot that was given.
    """

    compiled: CompiledQuestionnaire
    settings: ScoreSettings
    files: tuple[InputFile, ...]
    by_id: ChoiceById
    build: Build = field(default_factory=PlainBuild)
    tally: Tally = field(default_factory=Tally)
    account: Account = field(default_factory=Account)
    stopped_by: tuple[InputProblem, ...] = ()
    goes_on_from: RunState | None = None
    given: tuple[int, int] = (0, 0)
    read_up_to: ReadUpTo | None = None

    @property
    def shape(self) -> OutputShape:
        """What columns the output has beyond those of every result."""
        return OutputShape(self.settings.mapping_stamp, len(self.files) > 1, self.settings.keep)

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

    def lots(self) -> Iterator[JudgedLot]:
        """The records of all files, judged and counted, lot by lot in their order."""
        return (judged for judged, _ in self.worked(lambda _: None))

    def worked(self, work: Callable[[JudgedLot], WorkT], threads: int = 1) -> Iterator[tuple[JudgedLot, WorkT]]:
        """Each lot, judged and counted, with what `work` makes of it; they come in the order of the files.

        With more than one thread, the others judge and work while this one reads on.
        """
        judged = self._worked_here(work) if threads == 1 else self._worked_aside(work, threads - 1)
        for (each, up_to), done in judged:
            self._count(each)
            self.read_up_to = up_to
            yield each, done
        if not self.stopped_by and isinstance(self.by_id, LatestById):
            self.by_id.check_end()

    def _read(self) -> Iterator[_ReadLot]:
        """The lots as they are read. For a single one, a plan of the judgement would not pay."""
        plan: JudgementPlan | None = None
        before = self.goes_on_from
        for number, file in enumerate(self.files):
            reader = FileReader(file, self.build, self.settings, self.by_id, self.account)
            records = 0
            if before is not None and number <= before.read_up_to.file_number:
                whole = number < before.read_up_to.file_number
                for lot in reader.passed_over(None if whole else before.read_up_to.records):
                    self._count_records(lot)
                if whole:
                    continue
                self._take_over(before, reader)
                records = before.read_up_to.records
            words = tuple(self.tally.no_answer_words.items())
            for lot in reader.lots():
                self.stopped_by = reader.problems()
                if self.stopped_by:
                    return
                if plan is None and (number or records):
                    plan = JudgementPlan(self.compiled)
                records += lot.size
                yield _ReadLot(lot, plan, ReadUpTo(number, records, reader.uses, words))
            self.stopped_by = reader.end(self.tally.no_answer_words)
            if self.stopped_by:
                return

    def _worked_here(self, work: Callable[[JudgedLot], WorkT]) -> Iterator[_Worked[WorkT]]:
        return (self._judged_and_worked(lot, work) for lot in self._read())

    def _judged_and_worked(self, lot: _ReadLot, work: Callable[[JudgedLot], WorkT]) -> _Worked[WorkT]:
        judged = judged_lot(self.compiled, lot.lot, lot.plan)
        return (judged, lot.up_to), work(judged)

    def _worked_aside(self, work: Callable[[JudgedLot], WorkT], threads: int) -> Iterator[_Worked[WorkT]]:
        """The work of other threads in the order in which lots were read; also of those read before reading failed."""
        pending: deque[Future[_Worked[WorkT]]] = deque()
        failed: CannotGoOn | None = None
        lots = self._read()
        with _Workers(threads) as workers:
            while failed is None:
                try:
                    lot = next(lots, None)
                except CannotGoOn as error:
                    lot, failed = None, error
                if lot is None:
                    break
                pending.append(workers.submit(self._judged_and_worked, lot, work))
                if len(pending) > threads:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        if failed is not None:
            raise failed

    def row_batches(self) -> Iterator[list[ScoredRow]]:
        """The rows of the output in the order of the files, a lot at a time."""
        for outcomes in self.outcome_batches():
            yield rows_among(outcomes)

    def outcome_batches(self) -> Iterator[list[Outcome]]:
        """What became of all records that are not blank, a lot at a time."""
        return map(outcomes_of, self.lots())

    def state(self) -> RunState | None:
        """All that a run needs to go on after the last lot that was given; None if there was none."""
        if self.read_up_to is None:
            return None
        excluded = tuple(sorted(self.account.excluded.items()))
        account = AccountState(*self.given, self.account.scored, self.account.rejected, excluded)
        return RunState(self.read_up_to, account, self.tally.state(self.read_up_to.no_answer_words))

    def _take_over(self, before: RunState, reader: FileReader) -> None:
        """Go on as the run before; CannotGoOn if not the same records were passed over as that has read."""
        if AccountState.of(self.account) != before.account:
            raise CannotGoOn(CHANGED, Exit.FILE)
        self.tally.go_on_from(before.tally, (score.definition for score in self.compiled.scores))
        reader.go_on_from(before.read_up_to.uses)
        self.read_up_to = before.read_up_to

    def _count(self, judged: JudgedLot) -> None:
        self.tally.count(judged)
        self._count_records(judged.lot)

    def _count_records(self, lot: Lot) -> None:
        records, blank = self.given
        self.given = records + lot.size, blank + lot.blank.bit_count()
        self.account.scored += lot.scored.bit_count()
        self.account.rejected += sum(mask.bit_count() for _, mask in lot.rejected)
        for reason, mask in lot.excluded:
            self.account.excluded[reason] += mask.bit_count()
        index = lot.file.columns.id_index
        if index is not None:
            used = lot.rows | sum(mask for _, mask in lot.excluded)
            self.account.ids_used += lot.cells.id_sum(index, used & lot.read)


class _Workers(ThreadPoolExecutor):
    """Threads that begin nothing more once the run is left early."""

    def __exit__(self, *_: object) -> None:
        self.shutdown(cancel_futures=True)


def outcomes_of(judged: JudgedLot) -> list[Outcome]:
    """What became of each record of a lot that is not blank, one by one."""
    lot = judged.lot
    by_place: dict[int, Outcome] = {}
    judged_results = results(judged.compiled, judged.judged, judged.valuation)
    problems: dict[int, list[AnswerProblem]] = {}
    for problem, mask in judged.problems:
        for place in places(mask, lot.size):
            problems.setdefault(place, []).append(problem)
    for place in places(lot.scored, lot.size):
        origin, result = _origin(lot, place), judged_results[place]
        answers = judged.answers(place, _cells(origin))
        of_row = tuple(problems.get(place, ()))
        by_place[place] = ScoredRow(lot.lines[place], _id_of(origin), answers, result, of_row, origin)
    for code, mask in lot.rejected:
        for place in places(mask, lot.size):
            origin, unscored = _origin(lot, place), judged_results[place] if lot.read >> place & 1 else None
            by_place[place] = rejected_row(origin, code, _id_of(origin), unscored)
    for reason, mask in lot.excluded:
        for place in places(mask, lot.size):
            origin, unscored = _origin(lot, place), judged_results[place] if lot.read >> place & 1 else None
            by_place[place] = ExcludedRow(reason, _id_of(origin), origin, unscored)
    return [by_place[place] for place in sorted(by_place)]


def _origin(lot: Lot, place: int) -> Origin:
    return Origin(lot.file.source, lot.file.columns, lot.cells.record(place))


def _cells(origin: Origin) -> Sequence[str]:
    return origin.record.cells if isinstance(origin.record, Record) else ()


def _id_of(origin: Origin) -> str | None:
    index = origin.columns.id_index
    return origin.record.cells[index] if index is not None and isinstance(origin.record, Record) else None


def rows_among(outcomes: Iterable[Outcome]) -> list[ScoredRow]:
    """The outcomes that have a row in the output."""
    return [each for each in outcomes if isinstance(each, ScoredRow)]


def _danger_questions(compiled: CompiledQuestionnaire) -> dict[str, int]:
    return {str(compiled.questions[index].id): index for index in danger_indexes(compiled)}


def open_scoring(
    sources: Iterable[Source],
    compiled: CompiledQuestionnaire,
    settings: ScoreSettings,
    again: Iterable[Source] = (),
    build: Build | None = None,
) -> Scoring | tuple[InputProblem, ...]:
    """Match the columns of all files: a run that can begin, or all that keeps it from that.

    For the latest record of each id, all files are read once before: `again` are the same files, opened once more.
    """
    build = build or PlainBuild()
    files = [InputFile(source, match_columns(source, compiled, settings)) for source in sources]
    problems = tuple(problem for file in files for problem in file.columns.problems)
    if problems:
        return problems
    if settings.duplicates == "latest":
        choices = (RecordChoice(file.columns) for file in files)
        first = zip(choices, map(records_with_broken_ends, again), strict=True)
        by_id: ChoiceById = latest_by_id(first, settings)
    else:
        by_id = choice_by_id(settings, build.seen_ids())
    return Scoring(compiled, settings, tuple(files), by_id, build, Tally(_danger_questions(compiled)))
