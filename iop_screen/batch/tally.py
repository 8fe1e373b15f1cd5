"""Counts of what the rows of scored files came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from iop_screen.batch.answer_columns import NO_COLUMN
from iop_screen.batch.rows import RECORD, REJECTED, ScoredRow
from iop_screen.batch.sources.source import UNENDED
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import ANSWERED_BUT_NOT_ASKED, AnswerProblem, Result, ScoreTotal
from iop_screen.questionnaire.answers import UNREADABLE, Answer, MissingReason
from iop_screen.questionnaire.model import Score

PLACES_KEPT = 200
"""Of each group of records, only the first so many are kept by line and id."""

LONGEST_ID_KEPT = 100
ROWS_WAITING = 1024

READABLE = frozenset({ANSWERED_BUT_NOT_ASKED, NO_COLUMN})
"""Problems of a row all of whose cells could be read."""

KeyT = TypeVar("KeyT")

_code = attrgetter("question", "code")
_id = attrgetter("id")


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row is counted as: its suggestion with both bounds of its first step; `rejected` has no step."""

    suggestion: str
    first_step_at_least: str = ""
    first_step_at_most: str = ""

    def may_become(self, step: str) -> bool:
        """Whether the first step is not this one yet, but can still be."""
        return self.first_step_at_most == step != self.first_step_at_least


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a record is: how many files stand before its own, its line, its file, and its id if it has one.

    Places sort in the order of the run. `line` is 0 where there is no file.
    """

    file_number: int
    line: int
    file: str
    id: str


@dataclass(slots=True)
class Seen:
    """How many records are of one kind, and the places of the first of them."""

    count: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, place: Place) -> None:
        """Count one more, at this place."""
        self.count += 1
        if len(self.places) < PLACES_KEPT:
            self.places.append(place)


@dataclass(slots=True)
class TotalCounts:
    """Of one score: how many forms have a total, how many of these are estimated, and how many lie in each band."""

    score: Score
    forms: int = 0
    with_total: int = 0
    estimated: int = 0
    bands: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """Counts over rows. Of single records only the first of each kind are kept, so that memory stays flat.

    It is counted from the rows alone. The account is kept where records are read, so each is a check on the other.
    Rows wait until there are many of them: to count them together costs half as much.

    `danger_questions` are the questions that a rule of the interrupt step reads: their ids with their indexes.
    `no_answer_words` counts, by question, the cells that cannot be read and look like a reason for no answer; who reads
    the cells puts it here.
    """

    danger_questions: Mapping[str, int] = field(default_factory=dict)
    no_answer_words: Counter[str] = field(default_factory=Counter)
    _files: dict[str, int] = field(default_factory=dict)
    _waiting: list[ScoredRow] = field(default_factory=list)
    _outcomes: dict[tuple[str, str, str], Seen] = field(default_factory=dict)
    _problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    _of_records: dict[str, Seen] = field(default_factory=dict)
    _rejected: dict[str, Seen] = field(default_factory=dict)
    _excluded: dict[str, Seen] = field(default_factory=dict)
    _unscored: dict[tuple[str, tuple[str, str, str]], Seen] = field(default_factory=dict)
    _not_judged: Seen = field(default_factory=Seen)
    _open_dangers: dict[tuple[str, MissingReason], Seen] = field(default_factory=dict)
    _blank: Seen = field(default_factory=Seen)
    _totals: dict[str, TotalCounts] = field(default_factory=dict)
    _rules: Counter[str] = field(default_factory=Counter)
    _open: Counter[str] = field(default_factory=Counter)
    _missing: list[Counter[MissingReason]] = field(default_factory=list)

    def count(self, row: ScoredRow) -> None:
        """Count a row of the output."""
        self._waiting.append(row)
        if len(self._waiting) >= ROWS_WAITING:
            self._count_waiting()

    def exclude(self, reason: str, line: int, record_id: str | None, file: str, result: Result | None = None) -> None:
        """Count a record that was left out, and why; by its result, whether it is an emergency or may be one."""
        place = self._place_now(file, line, record_id)
        _seen(self._excluded, reason).add(place)
        if result is not None:
            self._count_unscored(reason, result, place)

    def blank(self, line: int, file: str) -> None:
        """Count a record whose every cell is blank."""
        self._blank.add(self._place_now(file, line, None))

    @property
    def outcomes(self) -> Counter[RowOutcome]:
        """How many rows came to what."""
        return Counter({outcome: seen.count for outcome, seen in self.by_outcome().items()})

    def by_outcome(self) -> dict[RowOutcome, Seen]:
        """The rows by what they came to."""
        self._count_waiting()
        return {RowOutcome(*key): seen for key, seen in self._outcomes.items()}

    @property
    def cell_problems(self) -> Counter[AnswerProblem]:
        """How often the rows that were scored have each problem."""
        self._count_waiting()
        return Counter({AnswerProblem(*key): number for key, number in self._problems.items()})

    @property
    def of_records(self) -> dict[str, Seen]:
        """The records that were scored with a problem about the record itself, by its code.

        `unreadable` are those with a cell that could not be read, `unended` the last ones of files that may be cut.
        """
        self._count_waiting()
        return self._of_records

    @property
    def rejected(self) -> dict[str, Seen]:
        """The records that could not be read, by the code of why."""
        self._count_waiting()
        return self._rejected

    @property
    def excluded(self) -> dict[str, Seen]:
        """The records that were left out, by the reason."""
        return self._excluded

    @property
    def danger_unscored(self) -> list[tuple[str, RowOutcome, Seen]]:
        """The records that were read and not scored and are an emergency or may be one: why not, and what they are.

        They were left out, or rejected by their status. What they are is in no other count.
        """
        self._count_waiting()
        return [(reason, RowOutcome(*key), seen) for (reason, key), seen in self._unscored.items()]

    @property
    def not_judged(self) -> Seen:
        """The records that could not be read, so that nobody knows if they are an emergency."""
        self._count_waiting()
        return self._not_judged

    @property
    def open_dangers(self) -> dict[tuple[str, MissingReason], Seen]:
        """Why an emergency is not ruled out in some rows: the danger questions that are open there, by the reason."""
        self._count_waiting()
        return self._open_dangers

    @property
    def totals(self) -> dict[str, TotalCounts]:
        """What became of each score that has bands or may miss items, by its id."""
        self._count_waiting()
        return self._totals

    @property
    def blank_records(self) -> Seen:
        """The records whose every cell is blank."""
        return self._blank

    @property
    def rules_fired(self) -> Counter[str]:
        """In how many rows each rule holds for certain, by its id; a rule that never did is not there."""
        self._count_waiting()
        return self._rules

    @property
    def open_questions(self) -> Counter[str]:
        """In how many rows each question has no answer that could still matter, by its id."""
        self._count_waiting()
        return self._open

    @property
    def missing(self) -> tuple[Counter[MissingReason], ...]:
        """For each question, in file order, how many of the scored forms have no answer, by the reason.

        Nothing if no form was scored.
        """
        self._count_waiting()
        return tuple(self._missing)

    @property
    def rows(self) -> int:
        """How many rows were counted."""
        return self.outcomes.total()

    @property
    def clean(self) -> bool:
        """No record was rejected, every cell could be read, and no emergency was left unscored."""
        emergency = any(outcome.suggestion == EMERGENCY for _, outcome, _ in self.danger_unscored)
        return not self.rejected and not emergency and all(code in READABLE for _, code in self._problems)

    def _count_waiting(self) -> None:
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        for row in rows:
            if row.result is None:
                self._count_rejected(row)
            else:
                self._count_outcome(row, row.result)
        scored = [row for row in rows if row.result is not None]
        self._count_problems(chain.from_iterable([row.problems for row in scored if row.problems]))
        results = [row.result for row in scored if row.result is not None]
        self._rules.update(map(_id, chain.from_iterable([result.reasons for result in results])))
        self._open.update(map(_id, chain.from_iterable([result.open_questions for result in results])))
        self._count_missing([row.answers.values for row in scored if row.answers is not None])
        for totals in zip(*[result.scores for result in results], strict=True):
            self._count_totals(totals)

    def _count_rejected(self, row: ScoredRow) -> None:
        self._add(_seen(self._outcomes, (REJECTED, "", "")), row)
        code = row.problems[0].code
        self._add(_seen(self._rejected, code), row)
        if row.unscored is None:
            self._add(self._not_judged, row)
        else:
            self._count_unscored(code, row.unscored, self._place_of(row))

    def _count_unscored(self, reason: str, result: Result, place: Place) -> None:
        if result.suggestion == EMERGENCY or result.danger_open:
            _seen(self._unscored, (reason, _outcome_key(result))).add(place)

    def _count_outcome(self, row: ScoredRow, result: Result) -> None:
        self._add(_seen(self._outcomes, _outcome_key(result)), row)
        if result.danger_open:
            self._count_open_dangers(row, result)
        if row.problems:
            self._count_of_record(row)

    def _count_open_dangers(self, row: ScoredRow, result: Result) -> None:
        """Count the danger questions that are open, by why they have no answer; an open one never has a usable one."""
        values = () if row.answers is None else row.answers.values
        for question in result.open_questions if values else ():
            index = self.danger_questions.get(question.id)
            answer = None if index is None else values[index]
            if isinstance(answer, MissingReason):
                self._add(_seen(self._open_dangers, (str(question.id), answer)), row)

    def _count_totals(self, totals: Sequence[ScoreTotal]) -> None:
        """Count the totals of one score, if the questionnaire says more of it than its items."""
        score = totals[0].score
        if score.may_miss is None and not score.bands:
            return
        counts = self._totals.setdefault(score.id, TotalCounts(score))
        counts.forms += len(totals)
        counts.with_total += sum(each.total is not None for each in totals)
        counts.estimated += sum(each.estimated for each in totals)
        counts.bands.update(each.band.id for each in totals if each.band is not None)

    def _count_of_record(self, row: ScoredRow) -> None:
        """Count what is wrong with the record itself, and whether a cell of it could not be read."""
        codes = set()
        for problem in row.problems:
            if problem.question == RECORD or problem.code == UNENDED:
                codes.add(problem.code)
            elif problem.code not in READABLE:
                codes.add(UNREADABLE)
        for code in codes:
            self._add(_seen(self._of_records, code), row)

    def _add(self, seen: Seen, row: ScoredRow) -> None:
        """Count a row; its place is only made if it is kept, for most are not."""
        if len(seen.places) < PLACES_KEPT:
            seen.add(self._place_of(row))
        else:
            seen.count += 1

    def _count_problems(self, problems: Iterable[AnswerProblem]) -> None:
        self._problems.update(map(_code, problems))

    def _count_missing(self, answers: list[tuple[Answer, ...]]) -> None:
        """Reasons are told by their class, for to compare answers is slow, and counted by identity."""
        for index, column in enumerate(zip(*answers, strict=True)):
            if index == len(self._missing):
                self._missing.append(Counter())
            reasons = [answer for answer in column if answer.__class__ is MissingReason]
            if reasons:
                self._missing[index].update(reasons)

    def _place_now(self, file: str, line: int, record_id: str | None) -> Place:
        """The place of a record that gives no row. Files are numbered in their order, so rows that wait come first."""
        if file not in self._files:
            self._count_waiting()
        return self._place(file, line, record_id)

    def _place_of(self, row: ScoredRow) -> Place:
        return self._place("" if row.origin is None else row.origin.source.name, row.line, row.id)

    def _place(self, file: str, line: int | None, record_id: str | None) -> Place:
        number = self._files.setdefault(file, len(self._files))
        return Place(number, line or 0, file, (record_id or "").strip()[:LONGEST_ID_KEPT])


def _outcome_key(result: Result) -> tuple[str, str, str]:
    """The fields of the RowOutcome of a result."""
    least, most = result.first_steps.at_least, result.first_steps.at_most
    return result.suggestion, "" if least is None else least.id, "" if most is None else most.id


def _seen(groups: dict[KeyT, Seen], key: KeyT) -> Seen:
    """The records of one kind; empty if there were none yet."""
    seen = groups.get(key)
    if seen is None:
        seen = groups[key] = Seen()
    return seen


def all_seen(groups: Iterable[Seen]) -> Seen:
    """Several groups as one, in the order of the run."""
    together = [*groups]
    places = sorted(chain.from_iterable(seen.places for seen in together))
    return Seen(sum(seen.count for seen in together), places[:PLACES_KEPT])
