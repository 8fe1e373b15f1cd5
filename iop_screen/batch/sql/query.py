"""The questionnaire as one SQL query: a stage of `WITH` for each part of the judgement, and the columns of a result.

In the first stage cells are read as answers; what does that is an `AnswersStage`, one for a table of answers as they
are written, and one for any texts that our own readers have read. All others are the same for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from iop_screen.batch.rows import PLAIN, OutputShape
from iop_screen.batch.sql.dialect import Dialect, indented
from iop_screen.batch.sql.free_names import MOST_SIGNS
from iop_screen.batch.sql.names import PARTS, rule_and_note_names, truth_names
from iop_screen.batch.sql.result_columns import AnswerWords, ResultColumns, wanted_truths
from iop_screen.batch.sql.text_lists import TextLists, by_cases
from iop_screen.batch.sql.truths import AnswerLeaves, StageColumn, TruthStages, truth_stages
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.noted_judgement import NotedJudgement


class AnswersStage(AnswerLeaves, AnswerWords, Protocol):
    """The first stage of a query, in which cells are read as answers, and what can be said of them after it."""

    def stages(self) -> Sequence[tuple[str, str]]:
        """The name and the SELECT of each stage up to the one named `answers`, in order."""

    def kept(self) -> Sequence[tuple[str, str]]:
        """Further columns of the output behind those of a result, each as its name and its value, both SQL."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its stages, by name, and the last SELECT.

    `shared` has the names that a reader of a rule or a note would look for in vain, each with the column, as SQL, that
    holds for it too.
    """

    stages: tuple[tuple[str, str], ...]
    select: str
    shared: tuple[tuple[str, str], ...] = ()

    def text(self, comment: str = "") -> str:
        """The whole query; `comment` stands before it."""
        stages = ",\n\n".join(f"{name} AS (\n{indented(select)}\n)" for name, select in self.stages)
        return f"{comment}WITH\n{stages}\n\n{self.select}\n"

    def projections(self) -> Iterator[tuple[str, str]]:
        """The columns of each SELECT and its condition, in order; each SELECT reads the one before it alone.

        What stands behind FROM has no line break in it.
        """
        for select in (*(select for _, select in self.stages), self.select):
            columns, _, behind = select.removeprefix("SELECT\n").rpartition("\nFROM ")
            yield columns, behind.partition("\nWHERE ")[2]


def score_query(
    compiled: CompiledQuestionnaire,
    answers: AnswersStage,
    dialect: Dialect,
    shape: OutputShape = PLAIN,
    lists: TextLists = by_cases,
) -> Query:
    """The query that gives the columns of a result, but for `line`, for each row of the stage `answers`."""
    noted = NotedJudgement(compiled)
    names, wanted = truth_names(compiled, noted), wanted_truths(noted.judgement)
    written = truth_stages(noted.notes, answers, names, wanted, dialect)
    columns = ResultColumns(compiled, noted.judgement, written, answers, shape, dialect, lists)
    named = ((dialect.identifier(name), value) for name, value in columns.named())
    result = [StageColumn(name, value) for name, value in (*named, *answers.kept())]
    shared = _shared(rule_and_note_names(compiled, noted), written, dialect)
    return replace(_query(answers, written, result, dialect), shared=tuple(shared))


def _shared(names: Iterable[tuple[str, int]], written: TruthStages, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """The names of those that have no column of their own, since it would be the same as another."""
    columns = {column.name for _, stage in written.stages for column in stage}
    for name, place in names:
        column = written.truth(place)
        if column in columns and column != dialect.identifier(name[:MOST_SIGNS]):
            yield name, column


def _query(answers: AnswersStage, written: TruthStages, result: Sequence[StageColumn], dialect: Dialect) -> Query:
    numbered = _stage_names([part for part, _ in written.stages])
    stages = [*answers.stages()]
    steps = [columns for _, columns in written.stages]
    for name, columns in zip(numbered, steps, strict=True):
        stages.append((name, select_from(stages[-1][0], ["*", *map(_aliased, columns)])))
    ended = tuple((name, select + dialect.stage_end) for name, select in stages)
    return Query(ended, select_from(stages[-1][0], map(_aliased, result)))


def _stage_names(parts: Sequence[int]) -> list[str]:
    """A name for each stage: that of its part, with a number where the part has several."""
    return [
        f"{PARTS[part]}_{parts[: place + 1].count(part)}" if parts.count(part) > 1 else PARTS[part]
        for place, part in enumerate(parts)
    ]


def _aliased(column: StageColumn) -> str:
    return f"{column.text} AS {column.name}"


def select_from(source: str, columns: Iterable[str]) -> str:
    """A SELECT as a stage has it."""
    listed = ",\n".join(f"  {column}" for column in columns)
    return f"SELECT\n{listed}\nFROM {source}"
