"""Truths as SQL: each is a text that is true or false of every row, never NULL.

What has a name becomes a column of a stage: where a question is asked, where a rule holds, which step is reached. So
does what is used more than once, if that saves enough operators; see SAVED. The rest is written where it is used.
Constants are folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from iop_screen.batch.sql.dialect import LONGEST_LINE, NEXT_LINE, Dialect, filled
from iop_screen.batch.sql.free_names import FreeNames
from iop_screen.engine.noted_judgement import ALWAYS, FIRST_STEP, NEVER, Does, Notes
from iop_screen.questionnaire.answers import AnswerTest

TRUE, FALSE = "TRUE", "FALSE"


class AnswerLeaves(Protocol):
    """What is known of the answers, as SQL over the columns of the stage in which they were read.

    Each text is true or false of every row, or one of TRUE and FALSE.
    """

    def passes(self, test: AnswerTest) -> str:
        """There is a usable answer, and the test holds for it."""

    def unanswered(self, question: int) -> str:
        """There is no usable answer."""

    def answer_columns(self) -> Sequence[str]:
        """The names of all columns of that stage, as SQL; no truth gets one of them."""


@dataclass(frozen=True, slots=True)
class NamedTruth:
    """The name that the column of a truth gets, and the part of the query that it belongs to, from 0."""

    part: int
    name: str


Points = tuple[tuple[int, int], ...]
"""Points, each with the place of its truth, once constants are folded."""

Stage = tuple[int, int]
"""A stage of a query: its part, and its place in the part."""


@dataclass(frozen=True, slots=True)
class Written:
    """A truth as it is written: its text, the operator that it has outermost, and how many parts it has.

    `stage` is the last stage of which it reads a column.
    """

    text: str
    operator: str = ""
    stage: Stage = (0, 0)
    size: int = 1

    def within(self, operator: str) -> str:
        """The text as an operand of an operator."""
        return self.text if self.operator in {"", operator} else f"({self.text})"


@dataclass(frozen=True, slots=True)
class StageColumn:
    """A column of a stage: its name and its text, both SQL."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TruthStages:
    """The stages in order, each with its part and its columns, and how truths and totals are read after the last.

    `same` has the place that each place comes to, by which `truths` are found; `totals` are columns, by their points.
    """

    stages: tuple[tuple[int, tuple[StageColumn, ...]], ...]
    truths: Mapping[int, Written]
    same: Sequence[int]
    totals: Mapping[Points, str]

    def truth(self, place: int) -> str:
        """A wanted truth as SQL that stands after the last stage."""
        return self.truths[self.same[place]].text

    def total(self, points: Iterable[tuple[int, int]]) -> str:
        """The sum of points, each with the place of its truth, as SQL that stands after the last stage."""
        sure, open_points = folded_points(points, self.same)
        if not open_points:
            return str(sure)
        total = self.totals.get(open_points)
        if total is None:
            total = _added_up((number, self.truths[place].text) for number, place in open_points)
        return f"({total} + {sure})" if sure else f"({total})"


def truth_stages(
    notes: Notes, leaves: AnswerLeaves, names: Mapping[int, NamedTruth], wanted: Iterable[int], dialect: Dialect
) -> TruthStages:
    """Write down the steps that the `wanted` truths need, by their places; `names` are those of some of the truths."""
    return _Writing(notes, leaves, names, dialect).written([*wanted])


_OPERATORS = {int(Does.AND): "AND", int(Does.OR): "OR", int(Does.AND_NOT): "AND"}


class _Writing:
    def __init__(self, notes: Notes, leaves: AnswerLeaves, names: Mapping[int, NamedTruth], dialect: Dialect) -> None:
        self._notes, self._leaves, self._names = notes, leaves, names
        self._same: list[int] = [NEVER, ALWAYS]  # what each place comes to once constants are folded
        self._leaf: dict[int, Written] = {}
        self._points: dict[int, tuple[int, Points]] = {}  # of each place that adds up: what is missing, and the points
        self._totals: dict[Points, Written] = {}
        self._stages: dict[Stage, list[StageColumn]] = {}
        self._free = FreeNames(dialect, leaves.answer_columns()).free

    def written(self, wanted: Sequence[int]) -> TruthStages:
        for place, step in enumerate(self._notes.steps, start=FIRST_STEP):
            self._same.append(self._folded(place, *step))
        names = {self._same[place]: name for place, name in [*self._names.items()][::-1]}
        uses, parts = self._looked_over({self._same[place] for place in wanted}, names)
        texts: dict[int, Written] = {NEVER: Written(FALSE), ALWAYS: Written(TRUE)}
        columns: dict[int, Written] = {}
        for place in sorted(uses):
            if place < FIRST_STEP:
                continue
            text = texts[place] = self._text(place, parts[place], texts)
            if place in names or (uses[place] - 1) * (text.size - 1) >= SAVED:
                name = names[place].name if place in names else f"part_{place}"
                columns[place] = self._column(name, text, parts[place])
                if text.size > 1:
                    texts[place] = columns[place]
        ordered = tuple((stage[0], tuple(self._stages[stage])) for stage in sorted(self._stages))
        totals = {points: total.text for points, total in self._totals.items()}
        return TruthStages(ordered, texts | columns, self._same, totals)

    # -------------------------------------------------------------- constants

    def _folded(self, place: int, does: int, first: int, second: int) -> int:
        """The place that a step comes to: its own, or that of an equal one before it."""
        if does > Does.AND_NOT:
            return self._folded_sum(place, first) if does == Does.ADDS else self._folded_leaf(place, does, first)
        one, other = self._same[first], self._same[second]
        match does:
            case Does.AND if NEVER in {one, other}:
                return NEVER
            case Does.AND | Does.OR if one == other:
                return one
            case Does.AND if ALWAYS in {one, other}:
                return one if other == ALWAYS else other
            case Does.OR if ALWAYS in {one, other}:
                return ALWAYS
            case Does.OR if NEVER in {one, other}:
                return one if other == NEVER else other
            case Does.AND_NOT if one == NEVER or other in {ALWAYS, one}:
                return NEVER
            case Does.AND_NOT if other == NEVER:
                return one
        return place

    def _folded_leaf(self, place: int, does: int, first: int) -> int:
        text = self._leaves.passes(self._notes.tests[first]) if does == Does.PASSES else self._leaves.unanswered(first)
        if text in {TRUE, FALSE}:
            return ALWAYS if text == TRUE else NEVER
        self._leaf[place] = Written(text)
        return place

    def _folded_sum(self, place: int, first: int) -> int:
        adds = self._notes.sums[first]
        sure, points = folded_points(adds.points, self._same)
        if sure >= adds.bound:
            return ALWAYS
        if sure + sum(number for number, _ in points) < adds.bound:
            return NEVER
        self._points[place] = adds.bound - sure, points
        return place

    # -------------------------------------------------------------- what is needed

    def _operands(self, place: int) -> tuple[int, ...]:
        """The places that a step reads, after folding."""
        does, first, second = self._notes.steps[place - FIRST_STEP]
        if does <= Does.AND_NOT:
            return self._same[first], self._same[second]
        return tuple(at for _, at in self._points[place][1]) if does == Does.ADDS else ()

    def _looked_over(
        self, needed: Iterable[int], names: Mapping[int, NamedTruth]
    ) -> tuple[dict[int, int], dict[int, int]]:
        """How often each truth is used that is needed, and the first part of the query that uses it."""
        last = 1 + max((name.part for name in names.values()), default=0)
        uses = dict.fromkeys(needed, 1)
        parts = dict.fromkeys(uses, last)
        for place in range(len(self._same) - 1, FIRST_STEP - 1, -1):
            if place not in uses:
                continue
            if place in names:
                parts[place] = min(parts[place], names[place].part)
            for operand in self._operands(place):
                uses[operand] = uses.get(operand, 0) + 1
                parts[operand] = min(parts.get(operand, last), parts[place])
        return uses, parts

    # -------------------------------------------------------------- texts

    def _text(self, place: int, part: int, texts: Mapping[int, Written]) -> Written:
        if place in self._leaf:
            return self._leaf[place]
        if place in self._points:
            missing, points = self._points[place]
            total = self._total(points, part, texts)
            return Written(f"{total.text} >= {missing}", "", total.stage)
        does, first, second = self._notes.steps[place - FIRST_STEP]
        one, other = texts[self._same[first]], texts[self._same[second]]
        stage, size = max(one.stage, other.stage), one.size + other.size
        operator = _OPERATORS[does]
        if does != Does.AND_NOT:
            return Written(_in_lines(one.within(operator), operator, other.within(operator)), operator, stage, size)
        negated = f"NOT {other.within('NOT')}"
        if one.text == TRUE:
            return Written(negated, "NOT", stage, size)
        return Written(_in_lines(one.within(operator), "AND", negated), operator, stage, size)

    def _total(self, points: Points, part: int, texts: Mapping[int, Written]) -> Written:
        """The column in which points are added up."""
        if points not in self._totals:
            stage = max(texts[place].stage for _, place in points)
            text = _added_up((number, texts[place].text) for number, place in points)
            self._totals[points] = self._column(f"points_{len(self._totals) + 1}", Written(text, "", stage), part)
        return self._totals[points]

    def _column(self, wish: str, text: Written, part: int) -> Written:
        """Make a column of a text, in the first stage of its part in which all that it reads is there."""
        stage = max((part, 1), (text.stage[0], text.stage[1] + 1))
        name = self._free(wish)
        self._stages.setdefault(stage, []).append(StageColumn(name, text.text))
        return Written(name, "", stage)


def _in_lines(one: str, operator: str, other: str) -> str:
    """Two truths and what stands between them, in a new line if the line is long."""
    length = len(one) - one.rfind("\n") + (other.find("\n") if "\n" in other else len(other))
    return f"{one}{' ' if length < LONGEST_LINE else NEXT_LINE}{operator} {other}"


def folded_points(points: Iterable[tuple[int, int]], same: Sequence[int]) -> tuple[int, Points]:
    """The sum of the points that are always there, and those that may be there or not."""
    there = [(number, same[place]) for number, place in points if number]
    sure = sum(number for number, place in there if place == ALWAYS)
    return sure, tuple((number, place) for number, place in there if place > ALWAYS)


def _added_up(points: Iterable[tuple[int, str]]) -> str:
    return filled((f"CASE WHEN {truth} THEN {number} ELSE 0 END" for number, truth in points), " + ")


SAVED = 4
"""A truth gets a column if that saves writing so many operators; else it is written wherever it is used."""
