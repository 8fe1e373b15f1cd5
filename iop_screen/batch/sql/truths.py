"""Truths as SQL: each is a text that is true or false of every row, never NULL.

What is used more than once becomes a column of a stage, and so does what has a name: where a question is asked, where
a rule holds, which step is reached. The rest is written where it is used. Constants are folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from iop_screen.batch.sql.dialect import Dialect
from iop_screen.engine.noted_judgement import ALWAYS, FIRST_STEP, NEVER, Adds, Does, Notes
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

    def columns(self, question: int) -> Sequence[str]:
        """The columns that these texts read, as SQL."""

    def answer_columns(self) -> Sequence[str]:
        """The names of all columns of that stage, as SQL; no truth gets one of them."""


@dataclass(frozen=True, slots=True)
class NamedTruth:
    """The name that the column of a truth gets, and the part of the query that it belongs to, from 0."""

    part: int
    name: str


@dataclass(slots=True)
class Written:
    """A truth as it is written: its text, the operator that it has outermost, and the columns that it reads."""

    text: str
    operator: str = ""
    reads: tuple[str, ...] = ()
    stage: tuple[int, int] = (0, 0)
    size: int = 1

    def within(self, operator: str) -> str:
        """The text as an operand of an operator."""
        return self.text if self.operator in {"", operator} else f"({self.text})"


@dataclass(frozen=True, slots=True)
class StageColumn:
    """A column of a stage: its name and its text, both SQL, and the columns that it reads."""

    name: str
    text: str
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TruthStages:
    """The stages in order, each with its part and its columns, and how each wanted truth is read after the last."""

    stages: tuple[tuple[int, tuple[StageColumn, ...]], ...]
    truths: Mapping[int, Written]


def truth_stages(
    notes: Notes, leaves: AnswerLeaves, names: Mapping[int, NamedTruth], wanted: Iterable[int], dialect: Dialect
) -> TruthStages:
    """Write down the steps that the `wanted` truths need, by their places; `names` are those of some of the truths."""
    return _Writing(notes, leaves, names, dialect).written([*wanted])


_OPERATORS = {Does.AND: "AND", Does.OR: "OR", Does.AND_NOT: "AND"}


class _Writing:
    def __init__(self, notes: Notes, leaves: AnswerLeaves, names: Mapping[int, NamedTruth], dialect: Dialect) -> None:
        self._notes, self._leaves, self._names, self._dialect = notes, leaves, names, dialect
        self._same: list[int] = [NEVER, ALWAYS]  # what each place comes to once constants are folded
        self._leaf: dict[int, Written] = {}
        self._taken = {name.casefold() for name in leaves.answer_columns()}

    def written(self, wanted: Sequence[int]) -> TruthStages:
        for place, step in enumerate(self._notes.steps, start=FIRST_STEP):
            self._same.append(self._folded(place, *step))
        names = {self._same[place]: name for place, name in [*self._names.items()][::-1]}
        needed = {self._same[place] for place in wanted}
        uses, parts = self._looked_over(needed, names)
        texts: dict[int, Written] = {NEVER: Written(FALSE), ALWAYS: Written(TRUE)}
        stages: dict[tuple[int, int], list[StageColumn]] = {}
        for place in sorted(uses):
            if place < FIRST_STEP:
                continue
            text = self._text(place, texts)
            if place in names or (uses[place] > 1 and text.size >= FEWEST):
                text = self._column(place, text, parts[place], names, stages)
            texts[place] = text
        ordered = tuple((stage[0], tuple(stages[stage])) for stage in sorted(stages))
        return TruthStages(ordered, {place: texts[self._same[place]] for place in wanted})

    # -------------------------------------------------------------- constants

    def _folded(self, place: int, does: int, first: int, second: int) -> int:
        """The place that a step comes to: its own, or that of an equal one before it."""
        if does > Does.AND_NOT:
            return self._folded_leaf(place, does, first)
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
        if does == Does.ADDS:
            written = self._sum(self._notes.sums[first])
            return written if isinstance(written, int) else place
        test = self._notes.tests[first] if does == Does.PASSES else None
        text = self._leaves.unanswered(first) if test is None else self._leaves.passes(test)
        if text in {TRUE, FALSE}:
            return ALWAYS if text == TRUE else NEVER
        reads = self._leaves.columns(first if test is None else test.question)
        self._leaf[place] = Written(text, "", tuple(reads))
        return place

    def _sum(self, adds: Adds) -> int | list[tuple[int, int]]:
        """The points that are neither always nor never there, each with its place; a place if that settles it."""
        points = [(number, self._same[place]) for number, place in adds.points if number]
        sure = sum(number for number, place in points if place == ALWAYS)
        open_points = [(number, place) for number, place in points if place not in {ALWAYS, NEVER}]
        if sure >= adds.bound:
            return ALWAYS
        if sure + sum(number for number, _ in open_points) < adds.bound:
            return NEVER
        return open_points

    def _sure(self, adds: Adds) -> int:
        return sum(number for number, place in adds.points if self._same[place] == ALWAYS)

    # -------------------------------------------------------------- what is needed

    def _operands(self, place: int) -> list[int]:
        """The places that a step reads, after folding."""
        does, first, second = self._notes.steps[place - FIRST_STEP]
        if does <= Does.AND_NOT:
            return [self._same[first], self._same[second]]
        if does == Does.ADDS:
            points = self._sum(self._notes.sums[first])
            return [] if isinstance(points, int) else [at for _, at in points]
        return []

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

    def _text(self, place: int, texts: Mapping[int, Written]) -> Written:
        if place in self._leaf:
            return self._leaf[place]
        does, first, _ = self._notes.steps[place - FIRST_STEP]
        operands = [texts[operand] for operand in self._operands(place)]
        reads = tuple(dict.fromkeys(name for operand in operands for name in operand.reads))
        stage, size = max(operand.stage for operand in operands), sum(operand.size for operand in operands)
        if does == Does.ADDS:
            return Written(self._sum_text(self._notes.sums[first], texts), "", reads, stage, size)
        one, other = operands
        operator = _OPERATORS[Does(does)]
        if does == Does.AND_NOT:
            negated = f"NOT {other.within('NOT')}"
            text = negated if one.text == TRUE else f"{one.within(operator)} AND {negated}"
            return Written(text, "NOT" if one.text == TRUE else operator, reads, stage, size)
        return Written(f"{one.within(operator)} {operator} {other.within(operator)}", operator, reads, stage, size)

    def _sum_text(self, adds: Adds, texts: Mapping[int, Written]) -> str:
        points = self._sum(adds)
        assert not isinstance(points, int)  # noqa: S101 - a sum that is settled has been folded
        whens = [f"CASE WHEN {texts[place].text} THEN {number} ELSE 0 END" for number, place in points]
        return f"{' + '.join(whens)} >= {adds.bound - self._sure(adds)}"

    def _column(
        self,
        place: int,
        text: Written,
        part: int,
        names: Mapping[int, NamedTruth],
        stages: dict[tuple[int, int], list[StageColumn]],
    ) -> Written:
        """Make a column of a truth, in the first stage of its part in which all that it reads is there."""
        stage = max((part, 1), (text.stage[0], text.stage[1] + 1))
        named = names.get(place)
        name = self._dialect.identifier(self._unique(f"part_{place}" if named is None else named.name))
        stages.setdefault(stage, []).append(StageColumn(name, text.text, text.reads))
        return Written(name, "", (name,), stage)

    def _unique(self, name: str) -> str:
        """A name that no other column has, whatever the case of its letters, and that every database can hold."""
        short, number = name[:MOST_SIGNS], 1
        while self._dialect.identifier(short).casefold() in self._taken:
            number += 1
            short = f"{name[: MOST_SIGNS - 5]}_{number}"
        self._taken.add(self._dialect.identifier(short).casefold())
        return short


FEWEST = 3
"""A truth with so many parts that is used more than once gets a column; one with fewer is written again."""

MOST_SIGNS = 60
"""The longest name of a column between stages; Postgres cuts names off behind 63 bytes."""
