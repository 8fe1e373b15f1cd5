"""A run of scoring by hand: slow and plain, each record on its own, as a check on the run in lots.

It shares with the program the exact framing, the reading of one cell, and the judging of one person. It has no lots, no
masks, and no tables of texts.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from iop_screen.batch.answer_columns import NO_COLUMN, AnswerColumns
from iop_screen.batch.broken_lines import records_with_broken_ends
from iop_screen.batch.cells import Cell, likely_missing
from iop_screen.batch.duplicates import TimeReader
from iop_screen.batch.lots.lot import InputFile
from iop_screen.batch.mapping.model import StatusColumn
from iop_screen.batch.record_choice import STATUS, cut_cell, is_blank, time_format
from iop_screen.batch.rejects import reject_lines
from iop_screen.batch.rows import RECORD, REJECTED, ExcludedRow, Origin, ScoredRow, column_values
from iop_screen.batch.score import Scoring
from iop_screen.batch.sources.rejects_source import COLUMNS
from iop_screen.batch.sources.source import UNENDED, ExcludedRecord, Record, RejectedRecord, SourceRecord
from iop_screen.batch.tally import LONGEST_ID_KEPT, PLACES_KEPT, READABLE, Place, RowOutcome, Seen, Tally, TotalCounts
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import AnswerProblem, Result, assess_one
from iop_screen.questionnaire.answers import UNREADABLE, MissingReason
from iop_screen.report.score_output import csv_cell, json_line, json_object
from iop_screen.report.score_rejects import rejects_head

Outcome = ScoredRow | ExcludedRow
Keys = dict[str, list[tuple[int | None, int]]]
"""For each id the records with it that are scored: the time, and the number of the record in the run."""


@dataclass
class ByHand:
    """What a run came to."""

    outcomes: list[Outcome] = field(default_factory=list)
    blank: list[tuple[int, str]] = field(default_factory=list)
    no_answer_words: Counter[str] = field(default_factory=Counter)
    records: int = 0

    @property
    def rows(self) -> list[ScoredRow]:
        """The rows of the output."""
        return [each for each in self.outcomes if isinstance(each, ScoredRow)]


def run_by_hand(scoring: Scoring) -> ByHand:
    """Read the files of a run that has not begun, and make of each record what the reference says."""
    records = [(file, record) for file in scoring.files for record in records_with_broken_ends(file.source)]
    found = ByHand(records=len(records))
    by_status = [_of_status(file, record) for file, record in records]
    by_id = _by_id(scoring, records, by_status)
    for number, (file, record) in enumerate(records):
        if isinstance(record, Record) and is_blank(record):
            found.blank.append((record.line, file.source.name))
        else:
            choice = by_status[number] or by_id.get(number, ())
            found.outcomes.append(_outcome(scoring.compiled, file, record, choice, found))
    return found


def _of_status(file: InputFile, record: SourceRecord) -> str:
    """Why a record is not scored whatever its id: "reject:CODE" or "exclude:REASON"; nothing if it is."""
    if isinstance(record, RejectedRecord):
        return f"reject:{record.code}"
    if isinstance(record, ExcludedRecord):
        return f"exclude:{record.reason}"
    if is_blank(record):
        return ""
    found = [_status(each, record, index) for index, each in file.columns.statuses]
    return next((each for each in found if each.startswith("reject")), "") or next(filter(None, found), "")


def _status(status: StatusColumn, record: Record, index: int) -> str:
    if _cut(record, index):
        return f"reject:{UNENDED}"
    text = _folded(record.cells[index])
    if status.score is not None and text in map(_folded, status.score):
        return ""
    if status.exclude is not None and text in map(_folded, status.exclude):
        return "exclude:status"
    if status.exclude is None:
        return "exclude:status"
    return "" if status.score is None else "reject:unknown-status"


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _cut(record: Record, index: int | None) -> bool:
    return (record.unended and index == len(record.cells) - 1) or (record.unbegun and index == 0)


def _by_id(
    scoring: Scoring, records: list[tuple[InputFile, SourceRecord]], by_status: list[str]
) -> dict[int, tuple[str, ...] | str]:
    """What an id that is there more than once says of a record, by the number of the record."""
    reader, keys = TimeReader(time_format(scoring.settings)), Keys()
    for number, (file, record) in enumerate(records):
        index, at = file.columns.id_index, file.columns.time_index
        if by_status[number] or not isinstance(record, Record) or is_blank(record) or index is None:
            continue
        name = unicodedata.normalize("NFC", record.cells[index].strip())
        if name and not _cut(record, index):
            time = None if at is None or _cut(record, at) else reader.read(record.cells[at])
            keys.setdefault(name, []).append((time, number))
    found: dict[int, tuple[str, ...] | str] = {}
    for group in keys.values():
        for place, (time, number) in enumerate(group):
            found[number] = _of_group(scoring.settings.duplicates, [each for each, _ in group], place, time)
    return found


def _of_group(policy: str, times: list[int | None], place: int, time: int | None) -> tuple[str, ...] | str:
    if len(times) == 1 or policy == "allow":
        return ()
    if policy in {"mark", "first"}:
        return () if place == 0 else ("duplicate-id",) if policy == "mark" else "exclude:duplicate-id"
    if None in times:
        return ("duplicate-id", "time-unreadable") if time is None else ("duplicate-id",)
    known = [each for each in times if each is not None]
    if time != max(known):
        return "exclude:duplicate-id"
    return () if known.count(max(known)) == 1 else ("duplicate-id", "time-equal")


def _outcome(
    compiled: CompiledQuestionnaire, file: InputFile, record: SourceRecord, choice: tuple[str, ...] | str, run: ByHand
) -> Outcome:
    origin, row_id, result = Origin(file.source, file.columns, record), None, None
    answers, problems = Answers(()), list[AnswerProblem]()
    if isinstance(record, Record):
        row_id = None if file.columns.id_index is None else record.cells[file.columns.id_index]
        answers, problems = _read(file.columns.answers, record)
        result = assess_one(compiled, answers)
    if isinstance(choice, str) and choice:
        what, _, why = choice.partition(":")
        if what == "exclude":
            return ExcludedRow(why, row_id, origin, result)
        return ScoredRow(record.line, row_id, None, None, (AnswerProblem(RECORD, why),), origin, result)
    assert isinstance(record, Record)
    assert result is not None
    for each in file.columns.answers:
        texts = [record.cells[index] for index in each.indexes]
        bad = AnswerProblem(str(each.question.id), UNENDED) not in problems and any(
            problem.question == each.question.id and problem.code != NO_COLUMN for problem in problems
        )
        if bad and any(text.strip() and likely_missing(text) is not None for text in texts):
            run.no_answer_words[str(each.question.id)] += 1
    of_record = [AnswerProblem(RECORD, code) for code in (*choice, *_unended(file, record))]
    return ScoredRow(record.line, row_id, answers, result, (*of_record, *problems, *result.problems), origin)


def _unended(file: InputFile, record: Record) -> tuple[str, ...]:
    if not (record.unended or record.unbegun):
        return ()
    read = {index for each in file.columns.answers for index in each.indexes}
    both = record.unended and record.unbegun
    return (UNENDED,) if both or cut_cell(record) not in read else ()


def _read(columns: Iterable[AnswerColumns], record: Record) -> tuple[Answers, list[AnswerProblem]]:
    """The answers in the cells of one record, and what was wrong with them."""
    cut, values, problems = cut_cell(record), [], list[AnswerProblem]()
    for each in columns:
        cell = Cell(MissingReason.MISSING)
        if each.indexes:
            lost = Cell(MissingReason.UNREADABLE, UNENDED)
            cell = each.read(tuple(lost if index == cut else record.cells[index] for index in each.indexes))
            cell = replace(cell, code=UNENDED) if cut in each.indexes else cell
        values.append(cell.answer)
        codes = [cell.code, NO_COLUMN if each.allowed else ""]
        problems += [AnswerProblem(str(each.question.id), code) for code in codes if code]
    return Answers(tuple(values)), problems


# What is written


def csv_by_hand(run: ByHand, scoring: Scoring) -> bytes:
    """The output as CSV."""
    stream = io.StringIO()
    blank = ScoredRow(None, None, None, None, ())
    lines: list[list[object]] = [[*column_values(blank, scoring.compiled, scoring.shape)]]
    lines += [[*map(csv_cell, column_values(row, scoring.compiled, scoring.shape).values())] for row in run.rows]
    return _written(lines, stream)


def _written(lines: Iterable[Iterable[object]], stream: io.StringIO) -> bytes:
    """Each line is written alone, with CR LF after it, so that a cell with a CR is quoted; then it ends in LF."""
    for line in lines:
        one = io.StringIO()
        csv.writer(one, lineterminator="\r\n").writerow(line)
        stream.write(one.getvalue()[:-2] + "\n")
    return stream.getvalue().encode()


def json_by_hand(run: ByHand, scoring: Scoring) -> bytes:
    """The output as JSON lines."""
    return "".join(json_line(json_object(row, scoring.compiled, scoring.shape)) for row in run.rows).encode()


def rejects_by_hand(run: ByHand, scoring: Scoring) -> str:
    """The rejects file."""
    lines: list[list[str | int]] = [
        [each.file, each.line, each.last_line, each.column, each.code, each.message, each.raw]
        for each in reject_lines(run.outcomes)
    ]
    assert len(COLUMNS) == len(lines[0] if lines else COLUMNS)
    body = _written(([csv_cell(cell) for cell in line] for line in lines), io.StringIO())
    return rejects_head(scoring.files) + body.decode()


# What is counted


@dataclass
class Counts:
    """What a tally has to say, counted row by row."""

    by_outcome: dict[RowOutcome, Seen] = field(default_factory=dict)
    cell_problems: Counter[AnswerProblem] = field(default_factory=Counter)
    of_records: dict[str, Seen] = field(default_factory=dict)
    rejected: dict[str, Seen] = field(default_factory=dict)
    excluded: dict[str, Seen] = field(default_factory=dict)
    danger_unscored: dict[tuple[str, RowOutcome], Seen] = field(default_factory=dict)
    not_judged: Seen = field(default_factory=Seen)
    open_dangers: dict[tuple[str, MissingReason], Seen] = field(default_factory=dict)
    blank_records: Seen = field(default_factory=Seen)
    rules_fired: Counter[str] = field(default_factory=Counter)
    open_questions: Counter[str] = field(default_factory=Counter)
    missing: tuple[Counter[MissingReason], ...] = ()
    totals: dict[str, TotalCounts] = field(default_factory=dict)


def counts_by_hand(run: ByHand, scoring: Scoring) -> Counts:
    """Count the rows, one after another."""
    counts, dangers = Counts(), scoring.tally.danger_questions
    read = {each.origin.source.name for each in run.outcomes if each.origin} | {name for _, name in run.blank}
    names = [file.source.name for file in scoring.files if file.source.name in read]  # only files with records
    numbers = {name: number for number, name in enumerate(names)}

    def see(seen: Seen, line: int, file: str, row_id: str | None) -> None:
        seen.count += 1
        if len(seen.places) < PLACES_KEPT:
            seen.places.append(Place(numbers[file], line, file, (row_id or "").strip()[:LONGEST_ID_KEPT]))

    for each in run.outcomes:
        assert each.origin is not None
        line, file = each.origin.record.line, each.origin.source.name
        for seen in _kinds(each, counts, dangers):
            see(seen, line, file, each.id)
    for line, file in run.blank:
        see(counts.blank_records, line, file, None)
    scored = [row for row in run.rows if row.result is not None]
    counts.missing = tuple(
        Counter(a for row in scored if row.answers and isinstance(a := row.answers.values[index], MissingReason))
        for index in range(len(scoring.compiled.questions) if scored else 0)
    )
    for row in scored:
        _count_row(row, counts)
    return counts


def _count_row(row: ScoredRow, counts: Counts) -> None:
    assert row.result is not None
    counts.cell_problems.update(row.problems)
    counts.rules_fired.update(str(rule.id) for rule in row.result.reasons)
    counts.open_questions.update(str(question.id) for question in row.result.open_questions)
    for total in row.result.scores:
        if total.score.may_miss is not None or total.score.bands:
            of_score = counts.totals.setdefault(total.score.id, TotalCounts(total.score))
            of_score.forms += 1
            of_score.with_total += total.total is not None
            of_score.estimated += total.estimated
            of_score.bands.update([] if total.band is None else [total.band.id])


def _kinds(each: Outcome, counts: Counts, dangers: Mapping[str, int]) -> Iterator[Seen]:
    """The groups of records that one belongs to."""
    unscored = each.result if isinstance(each, ExcludedRow) else each.unscored
    if isinstance(each, ExcludedRow):
        why = each.reason
        yield counts.excluded.setdefault(why, Seen())
        if unscored is None and why == STATUS:
            yield counts.not_judged
    elif each.result is None:
        why = each.problems[0].code
        yield counts.by_outcome.setdefault(RowOutcome(REJECTED), Seen())
        yield counts.rejected.setdefault(why, Seen())
        if unscored is None:
            yield counts.not_judged
    else:
        yield counts.by_outcome.setdefault(outcome_of(each.result), Seen())
        codes = {_code(problem) for problem in each.problems}
        for code in sorted(codes - {""}):
            yield counts.of_records.setdefault(code, Seen())
        values = () if each.answers is None or not each.result.danger_open else each.answers.values
        for name, index in dangers.items() if values else ():
            answer = values[index]
            if name in {question.id for question in each.result.open_questions} and isinstance(answer, MissingReason):
                yield counts.open_dangers.setdefault((name, answer), Seen())
        return
    if unscored is not None and (unscored.suggestion == EMERGENCY or unscored.danger_open):
        yield counts.danger_unscored.setdefault((why, outcome_of(unscored)), Seen())


def _code(problem: AnswerProblem) -> str:
    """What a problem says of its record; nothing if all of it could be read."""
    if problem.question == RECORD or problem.code == UNENDED:
        return problem.code
    return "" if problem.code in READABLE else UNREADABLE


def outcome_of(result: Result) -> RowOutcome:
    """What a row with this result is counted as."""
    steps = result.first_steps
    least, most = ("" if step is None else str(step.id) for step in (steps.at_least, steps.at_most))
    return RowOutcome(result.suggestion, least, most)


def scoring_by_hand(run: ByHand, scoring: Scoring) -> Scoring:
    """The run as if it had been counted so, for what is said about it."""
    counts, account = counts_by_hand(run, scoring), scoring.account
    scored = sum(row.result is not None for row in run.rows)
    account.records, account.blank = run.records, len(run.blank)
    account.scored, account.rejected = scored, len(run.rows) - scored
    account.excluded = Counter(each.reason for each in run.outcomes if isinstance(each, ExcludedRow))
    scoring.tally = Tally(
        danger_questions=scoring.tally.danger_questions,
        no_answer_words=run.no_answer_words,
        _outcomes={_key(outcome): seen for outcome, seen in counts.by_outcome.items()},
        _problems=Counter({(each.question, each.code): n for each, n in counts.cell_problems.items()}),
        _of_records=counts.of_records,
        _rejected=counts.rejected,
        _excluded=counts.excluded,
        _unscored={(why, _key(outcome)): seen for (why, outcome), seen in counts.danger_unscored.items()},
        _not_judged=counts.not_judged,
        _open_dangers=counts.open_dangers,
        _blank=counts.blank_records,
        _totals=counts.totals,
        _rules=counts.rules_fired,
        _open=counts.open_questions,
        _missing=[*counts.missing],
    )
    return scoring


def _key(outcome: RowOutcome) -> tuple[str, str, str]:
    return outcome.suggestion, outcome.first_step_at_least, outcome.first_step_at_most
