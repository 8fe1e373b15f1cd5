"""Counts of what the rows of scored files came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, product
from typing import TypeVar

from iop_screen.batch.answer_columns import NO_COLUMN
from iop_screen.batch.lots.lot import JudgedLot, Lot
from iop_screen.batch.lots.masks import chosen, places
from iop_screen.batch.record_choice import STATUS
from iop_screen.batch.rows import RECORD, REJECTED
from iop_screen.batch.sources.source import UNENDED
from iop_screen.batch.tally_state import SeenState, TallyState, TotalState
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import ANSWERED_BUT_NOT_ASKED, AnswerProblem
from iop_screen.questionnaire.answers import UNREADABLE, MissingReason
from iop_screen.questionnaire.model import Score

PLACES_KEPT = 200
"""Of each group of records, only the first so many are kept by line and id."""

LONGEST_ID_KEPT = 100

READABLE = frozenset({ANSWERED_BUT_NOT_ASKED, NO_COLUMN})
"""Problems of a row all of whose cells could be read."""

KeyT = TypeVar("KeyT")


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


PlaceOf = Callable[[int], Place]


@dataclass(slots=True)
class Seen:
    """How many records are of one kind, and the places of the first of them."""

    count: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, mask: int, place_of: Callable[[int], Place]) -> None:
        """Count the records of a lot of which the mask holds; `place_of` gives the place of one by its number."""
        self.count += mask.bit_count()
        room = PLACES_KEPT - len(self.places)
        if mask and room:
            self.places += map(place_of, places(mask, mask.bit_length(), room))

    def state(self) -> SeenState:
        """The same as plain numbers and texts."""
        return SeenState(self.count, tuple((each.file_number, each.line, each.id) for each in self.places))

    @classmethod
    def before(cls, state: SeenState, files: Sequence[str]) -> Seen:
        """What was seen before; `files` are the names by their numbers."""
        return cls(state.count, [Place(number, line, files[number], name) for number, line, name in state.places])


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

    It is counted from the lots that were judged. The account is kept where records are read, so each is a check on the
    other.

    `danger_questions` are the questions that a rule of the interrupt step reads: their ids with their indexes.
    `no_answer_words` counts, by question, the cells that cannot be read and look like a reason for no answer; who reads
    the cells puts it here.
    """

    danger_questions: Mapping[str, int] = field(default_factory=dict)
    no_answer_words: Counter[str] = field(default_factory=Counter)
    _files: dict[str, int] = field(default_factory=dict)
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

    def count(self, judged: JudgedLot) -> None:
        """Count the records of a lot."""
        lot, place_of = judged.lot, self._place_in(judged.lot)
        self._blank.add(lot.blank, place_of)
        scored = [(key, mask & lot.scored) for key, mask in _outcome_masks(judged)]
        for key, mask in scored:
            if mask:
                _seen(self._outcomes, key).add(mask, place_of)
        for code, mask in lot.rejected:
            _seen(self._rejected, code).add(mask, place_of)
        rejected = sum(mask for _, mask in lot.rejected)  # whatever the code, in the order of the run
        if rejected:
            _seen(self._outcomes, (REJECTED, "", "")).add(rejected, place_of)
        for reason, mask in lot.excluded:
            _seen(self._excluded, reason).add(mask, place_of)
        by_status = sum(mask for reason, mask in lot.excluded if reason == STATUS)  # somebody filled them in
        self._not_judged.add((rejected | by_status) & ~lot.read, place_of)
        for reason, mask in (*lot.rejected, *lot.excluded):
            self._count_unscored(reason, mask & lot.read, judged, place_of)
        self._count_answers(judged, place_of)
        self._count_problems(judged, place_of)
        self._count_totals(judged)

    def state(self, no_answer_words: tuple[tuple[str, int], ...]) -> TallyState:
        """All that was counted so far, to be written to a file; others may have counted words already."""
        totals = (
            TotalState(name, each.forms, each.with_total, each.estimated, (*each.bands.items(),))
            for name, each in self._totals.items()
        )
        return TallyState(
            files=(*self._files,),
            no_answer_words=no_answer_words,
            outcomes=_state_of(self._outcomes),
            problems=(*self._problems.items(),),
            of_records=_state_of(self._of_records),
            rejected=_state_of(self._rejected),
            excluded=_state_of(self._excluded),
            unscored=_state_of(self._unscored),
            not_judged=self._not_judged.state(),
            open_dangers=tuple(((name, why.value), seen.state()) for (name, why), seen in self._open_dangers.items()),
            blank=self._blank.state(),
            totals=(*totals,),
            rules=(*self._rules.items(),),
            open=(*self._open.items(),),
            missing=tuple(tuple((why.value, number) for why, number in each.items()) for each in self._missing),
        )

    def go_on_from(self, state: TallyState, scores: Iterable[Score]) -> None:
        """Take over what was counted before, in place of what is counted here; `scores` are all of the questionnaire.

        A score that is not among them, and a reason that there is not, is a KeyError or a ValueError.
        """
        by_id = {str(score.id): score for score in scores}
        files = state.files
        self.no_answer_words = Counter(dict(state.no_answer_words))
        self._files = {name: number for number, name in enumerate(files)}
        self._outcomes = _seen_before(state.outcomes, files)
        self._problems = Counter(dict(state.problems))
        self._of_records = _seen_before(state.of_records, files)
        self._rejected = _seen_before(state.rejected, files)
        self._excluded = _seen_before(state.excluded, files)
        self._unscored = _seen_before(state.unscored, files)
        self._not_judged = Seen.before(state.not_judged, files)
        self._open_dangers = {
            (name, MissingReason(why)): Seen.before(seen, files) for (name, why), seen in state.open_dangers
        }
        self._blank = Seen.before(state.blank, files)
        self._totals = {
            each.score: TotalCounts(
                by_id[each.score], each.forms, each.with_total, each.estimated, Counter(dict(each.bands))
            )
            for each in state.totals
        }
        self._rules, self._open = Counter(dict(state.rules)), Counter(dict(state.open))
        self._missing = [Counter({MissingReason(why): number for why, number in each}) for each in state.missing]

    @property
    def outcomes(self) -> Counter[RowOutcome]:
        """How many rows came to what."""
        return Counter({outcome: seen.count for outcome, seen in self.by_outcome().items()})

    def by_outcome(self) -> dict[RowOutcome, Seen]:
        """The rows by what they came to; what was there first stands first, whatever was counted together."""
        return {RowOutcome(*key): seen for key, seen in _by_first(self._outcomes)}

    @property
    def cell_problems(self) -> Counter[AnswerProblem]:
        """How often the rows that were scored have each problem."""
        return Counter({AnswerProblem(*key): number for key, number in self._problems.items()})

    @property
    def of_records(self) -> dict[str, Seen]:
        """The records that were scored with a problem about the record itself, by its code.

        `unreadable` are those with a cell that could not be read, `unended` the last ones of files that may be cut.
        """
        return dict(_by_first(self._of_records))

    @property
    def rejected(self) -> dict[str, Seen]:
        """The records that could not be read, by the code of why."""
        return dict(_by_first(self._rejected))

    @property
    def excluded(self) -> dict[str, Seen]:
        """The records that were left out, by the reason."""
        return dict(_by_first(self._excluded))

    @property
    def danger_unscored(self) -> list[tuple[str, RowOutcome, Seen]]:
        """The records that were read and not scored and are an emergency or may be one: why not, and what they are.

        They were left out, or rejected by their status. What they are is in no other count.
        """
        return [(reason, RowOutcome(*key), seen) for (reason, key), seen in _by_first(self._unscored)]

    @property
    def not_judged(self) -> Seen:
        """The records that could not be read, so that nobody knows if they are an emergency.

        They were rejected, or left out by a status that could be read all the same.
        """
        return self._not_judged

    @property
    def open_dangers(self) -> dict[tuple[str, MissingReason], Seen]:
        """Why an emergency is not ruled out in some rows: the danger questions that are open there, by the reason."""
        return dict(_by_first(self._open_dangers))

    @property
    def totals(self) -> dict[str, TotalCounts]:
        """What became of each score that has bands or may miss items, by its id."""
        return self._totals

    @property
    def blank_records(self) -> Seen:
        """The records whose every cell is blank."""
        return self._blank

    @property
    def rules_fired(self) -> Counter[str]:
        """In how many rows each rule holds for certain, by its id; a rule that never did is not there."""
        return self._rules

    @property
    def open_questions(self) -> Counter[str]:
        """In how many rows each question has no answer that could still matter, by its id."""
        return self._open

    @property
    def missing(self) -> tuple[Counter[MissingReason], ...]:
        """For each question, in file order, how many of the scored forms have no answer, by the reason.

        Nothing if no form was scored.
        """
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

    def _count_unscored(self, reason: str, unscored: int, judged: JudgedLot, place_of: PlaceOf) -> None:
        danger = unscored & (judged.emergency | judged.danger_open)
        for key, mask in _outcome_masks(judged) if danger else ():
            if mask & danger:
                _seen(self._unscored, (reason, key)).add(mask & danger, place_of)

    def _count_answers(self, judged: JudgedLot, place_of: PlaceOf) -> None:
        """Count the rules that hold, the questions that are open, and why there is no answer."""
        scored, compiled = judged.lot.scored, judged.compiled
        for rule, mask in zip(compiled.rules, judged.judged.rules, strict=True):
            _count(self._rules, str(rule.definition.id), mask & scored)
        for index, (question, mask) in enumerate(zip(compiled.questions, judged.judged.open, strict=True)):
            _count(self._open, str(question.id), mask & scored)
            if scored and index == len(self._missing):
                self._missing.append(Counter())
            for meaning, of_meaning in judged.meanings[index]:
                if isinstance(meaning.answer, MissingReason):
                    _count(self._missing[index] if scored else Counter(), meaning.answer, of_meaning & scored)
        for name, index in self.danger_questions.items():
            danger = judged.judged.open[index] & judged.danger_open & scored
            by_reason: dict[MissingReason, int] = {}
            for meaning, mask in judged.meanings[index] if danger else ():
                if isinstance(meaning.answer, MissingReason) and mask & danger:
                    by_reason[meaning.answer] = by_reason.get(meaning.answer, 0) | (mask & danger)
            for reason, mask in by_reason.items():
                _seen(self._open_dangers, (name, reason)).add(mask, place_of)

    def _count_problems(self, judged: JudgedLot, place_of: PlaceOf) -> None:
        """Count the problems, and what is wrong with records themselves or with a cell that could not be read."""
        of_records: dict[str, int] = {}
        for problem, mask in judged.problems:
            _count(self._problems, (problem.question, problem.code), mask)
            if problem.question == RECORD or problem.code == UNENDED:
                of_records[problem.code] = of_records.get(problem.code, 0) | mask
            elif problem.code not in READABLE:
                of_records[UNREADABLE] = of_records.get(UNREADABLE, 0) | mask
        for code, mask in of_records.items():
            if mask:
                _seen(self._of_records, code).add(mask, place_of)

    def _count_totals(self, judged: JudgedLot) -> None:
        """Count the totals of those scores of which the questionnaire says more than their items."""
        lot = judged.lot
        for index, score in enumerate(_scores(judged)):
            if not lot.scored or (score.may_miss is None and not score.bands):
                continue
            scored = [*compress(judged.totals(index), chosen(lot.scored, lot.size))]
            counts = self._totals.setdefault(score.id, TotalCounts(score))
            counts.forms += len(scored)
            counts.with_total += sum(each.total is not None for each in scored)
            counts.estimated += sum(each.estimated for each in scored)
            counts.bands.update(each.band.id for each in scored if each.band is not None)

    def _place_in(self, lot: Lot) -> PlaceOf:
        """What gives the place of a record of a lot. Files are numbered in their order."""
        name, lines, ids = lot.file.source.name, lot.lines, lot.ids
        self._files.setdefault(name, len(self._files))

        def place_of(place: int) -> Place:
            read = lot.read >> place & 1
            return self._place(name, lines[place], ids[place] if ids is not None and read else None)

        return place_of

    def _place(self, file: str, line: int | None, record_id: str | None) -> Place:
        number = self._files.setdefault(file, len(self._files))
        return Place(number, line or 0, file, (record_id or "").strip()[:LONGEST_ID_KEPT])


def _scores(judged: JudgedLot) -> list[Score]:
    return [score.definition for score in judged.compiled.scores]


def _outcome_masks(judged: JudgedLot) -> list[tuple[tuple[str, str, str], int]]:
    """The fields of each RowOutcome that a record of a lot has, with the mask of which do."""
    steps = ("", *(str(step.id) for step in judged.compiled.questionnaire.first_steps))
    found: dict[tuple[str, str, str], int] = {}
    bounds = [[*zip(steps, side, strict=True)] for side in judged.first_steps()]
    for (name, fits), (least, at_least), (most, at_most) in product(judged.judged.suggestions, *bounds):
        mask = fits & at_least & at_most
        if mask:
            found[name, least, most] = found.get((name, least, most), 0) | mask
    return [*found.items()]


def _count(counter: Counter[KeyT], key: KeyT, mask: int) -> None:
    if mask:
        counter[key] += mask.bit_count()


def _seen(groups: dict[KeyT, Seen], key: KeyT) -> Seen:
    """The records of one kind; empty if there were none yet."""
    seen = groups.get(key)
    if seen is None:
        seen = groups[key] = Seen()
    return seen


def _by_first(groups: Mapping[KeyT, Seen]) -> list[tuple[KeyT, Seen]]:
    """Groups in the order of the first record of each; those of the same record as they are."""
    return sorted(groups.items(), key=lambda group: group[1].places[:1])


def _state_of(groups: Mapping[KeyT, Seen]) -> tuple[tuple[KeyT, SeenState], ...]:
    return tuple((key, seen.state()) for key, seen in groups.items())


def _seen_before(groups: Iterable[tuple[KeyT, SeenState]], files: Sequence[str]) -> dict[KeyT, Seen]:
    return {key: Seen.before(seen, files) for key, seen in groups}


def all_seen(groups: Iterable[Seen]) -> Seen:
    """Several groups as one, in the order of the run."""
    together = [*groups]
    places = sorted(chain.from_iterable(seen.places for seen in together))
    return Seen(sum(seen.count for seen in together), places[:PLACES_KEPT])
