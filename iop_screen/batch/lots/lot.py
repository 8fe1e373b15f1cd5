"""A lot of records as it was read, and as it was judged.

Whatever is true of records is a mask: bit i is the i-th record of the lot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from iop_screen.batch.answer_columns import NO_COLUMN, Codes, Meaning, QuestionCells
from iop_screen.batch.header import MatchedColumns
from iop_screen.batch.lots.masks import masks_by_code
from iop_screen.batch.sources.source import Source, SourceRecord
from iop_screen.engine.answer_batch import Answers, MaskValuation
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, Judgement, judge_all
from iop_screen.engine.judgement_plan import JudgementPlan
from iop_screen.engine.suggest import ANSWERED_BUT_NOT_ASKED, AnswerProblem, ScoreTotal, totals


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file of a run: its source, and what its header came to."""

    source: Source
    columns: MatchedColumns


class LotCells(Protocol):
    """What was written in the records of a lot."""

    def texts(self, index: int) -> Sequence[str]:
        """The cells of a column, by its index; what stands for a record without cells means nothing."""

    def record(self, place: int) -> SourceRecord:
        """The record in this place."""

    def id_sum(self, index: int, mask: int) -> int:
        """A sum over the cells that some records have in a column, whatever their order."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Records of one file, in their order.

    `lines` are those on which they start. `codes` has the numbers of the meanings of the cells of each question of
    `questions`. `blank` are records whose every cell is blank; they are in no other mask. `read` says of which records
    the cells were read. `scored`, the masks of `rejected` and those of `excluded` have no record in common; these two
    are by their code or reason. `of_record` are the problems of scored records as a whole.
    """

    file: InputFile
    size: int
    lines: Sequence[int]
    cells: LotCells
    questions: tuple[QuestionCells, ...]
    codes: tuple[Codes, ...]
    blank: int
    read: int
    scored: int
    rejected: tuple[tuple[str, int], ...]
    excluded: tuple[tuple[str, int], ...]
    of_record: tuple[tuple[AnswerProblem, int], ...]

    @property
    def rows(self) -> int:
        """The records that have a row in the output."""
        return self.scored | sum(mask for _, mask in self.rejected)

    @property
    def ids(self) -> Sequence[str] | None:
        """The cells of the column with the id; None if there is none. Those of records without cells mean nothing."""
        index = self.file.columns.id_index
        return None if index is None else self.cells.texts(index)


@dataclass(frozen=True, slots=True)
class JudgedLot:
    """A lot with all that is true of its records, by one questionnaire.

    `meanings` has for each question what its cells came to, each with its mask. `problems` are those of the records
    that are scored, in the order in which a row has them. `danger_open` says where an open answer could still make it
    an emergency.
    """

    compiled: CompiledQuestionnaire
    lot: Lot
    meanings: tuple[tuple[tuple[Meaning, int], ...], ...]
    valuation: MaskValuation
    judged: Judgement[int]
    problems: tuple[tuple[AnswerProblem, int], ...]
    emergency: int
    danger_open: int
    _totals: dict[int, list[ScoreTotal]] = field(default_factory=dict)

    def totals(self, index: int) -> Sequence[ScoreTotal]:
        """The total of each record for one score, by its index."""
        if index not in self._totals:
            self._totals[index] = totals(self.compiled.scores[index], self.judged.scores[index], self.valuation)
        return self._totals[index]

    @property
    def needs_look(self) -> bool:
        """Whether a record of it has a problem, or has no result."""
        return bool(self.problems or self.lot.rejected or self.lot.excluded)

    def levels(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """For each level, where it is the lowest that a record can still mean, and where it is the highest."""
        must, may = self.judged.levels.must, self.judged.levels.may
        return _highest(must), _highest(may)

    def first_steps(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The same for each first step, of which the first is none."""
        must, may = self.judged.first_steps.must, self.judged.first_steps.may
        return _highest(must), _highest(may)

    def answers(self, place: int, cells: Sequence[str]) -> Answers:
        """The answers of one record, whose cells these are."""
        pairs = zip(self.lot.questions, self.lot.codes, strict=True)
        return Answers(tuple(question.answer(cells, codes[place]) for question, codes in pairs))


def judged_lot(compiled: CompiledQuestionnaire, lot: Lot, plan: JudgementPlan | None = None) -> JudgedLot:
    """Judge all records of a lot whose cells were read, for danger also those that are not scored.

    A plan of the questionnaire makes it quicker, from the second lot on.
    """
    meanings = tuple(
        tuple((question.meanings[code], mask) for code, mask in masks_by_code(codes, lot.size))
        for question, codes in zip(lot.questions, lot.codes, strict=True)
    )
    answers = [[(meaning.answer, mask) for meaning, mask in each] for each in meanings]
    valuation = MaskValuation(compiled, lot.size, answers)
    judged = judge_all(compiled, valuation) if plan is None else plan.judge(valuation)
    emergency = sum(mask for name, mask in judged.suggestions if name == EMERGENCY)
    steps = zip(compiled.questionnaire.first_steps, _highest(judged.first_steps.may)[1:], strict=True)
    most = sum(mask for step, mask in steps if step.interrupt)
    problems = tuple((problem, mask) for problem, mask in _problems(compiled, lot, meanings, judged) if mask)
    return JudgedLot(compiled, lot, meanings, valuation, judged, problems, emergency, most & ~emergency)


def _problems(
    compiled: CompiledQuestionnaire,
    lot: Lot,
    meanings: Sequence[Sequence[tuple[Meaning, int]]],
    judged: Judgement[int],
) -> list[tuple[AnswerProblem, int]]:
    """All problems of scored records: first of the record, then of its cells, then of answers nobody should have."""
    problems = [*lot.of_record]
    for question, of_question in zip(lot.questions, meanings, strict=True):
        name = str(question.columns.question.id)
        by_code: dict[str, int] = {}
        for meaning, mask in of_question:
            if meaning.code:
                by_code[meaning.code] = by_code.get(meaning.code, 0) | mask
        problems += ((AnswerProblem(name, code), mask & lot.scored) for code, mask in by_code.items())
        if question.columns.allowed:
            problems.append((AnswerProblem(name, NO_COLUMN), lot.scored))
    for each, mask in zip(compiled.questions, judged.not_asked, strict=True):
        problems.append((AnswerProblem(str(each.id), ANSWERED_BUT_NOT_ASKED), mask & lot.scored))
    return problems


def _highest(reached: Sequence[int]) -> tuple[int, ...]:
    """For each step of one side of a ladder, where it is reached and no higher one is."""
    return tuple(this & ~above for this, above in zip(reached, (*reached[1:], 0), strict=True))
