"""What a run on Spark came to: counted while the rows are written, so that nothing is read again for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iop_screen.batch.record_choice import DUPLICATE_ID, OTHER_VERSION
from iop_screen.batch.rows import RECORD, REJECTED
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.tally import READABLE, RowOutcome
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

OUTCOME = "outcome of a row"
"""The name of the column that is counted and not written."""

CELL_PROBLEM = f";(?!{RECORD}:)[^:;]+:(?!({'|'.join(sorted(READABLE))});)"
"""A problem of a cell that could not be read, or that holds no answer that can be, as Java reads a pattern."""


@dataclass(frozen=True, slots=True)
class SparkCounts:
    """Counts of a run: of the records that were read, those whose cells are all blank, and of the rows.

    `outcomes` has those that there are, in order. `unreadable` are the rows with a cell that could not be read,
    or whose answer cannot be.
    """

    records: int
    blank: int
    rows: int
    outcomes: Mapping[RowOutcome, int]
    unreadable: int
    duplicates: int
    other_version: int

    @property
    def rejected(self) -> int:
        """The rows that say that a record was not scored."""
        return self.outcomes.get(RowOutcome(REJECTED), 0)

    @property
    def excluded(self) -> int:
        """The records that have no row although they are not blank."""
        return self.records - self.blank - self.rows

    @property
    def clean(self) -> bool:
        """Whether nothing was found that a person should look at, as `score` has it without Spark."""
        return not (self.unreadable or self.rejected or self.duplicates or self.other_version or self.leaves_all_out)

    @property
    def leaves_all_out(self) -> bool:
        """Whether records were left out and none was scored: most likely nobody meant that."""
        return self.rows == self.rejected and self.excluded > 0


class Counting:
    """What is counted of the rows, as SQL over the columns of a result, in which lists are texts or `arrays`."""

    def __init__(self, compiled: CompiledQuestionnaire, *, arrays: bool = False) -> None:
        self._arrays = arrays
        self._text = Dialect("spark").text
        questionnaire = compiled.questionnaire
        levels = [str(level.id) for level in questionnaire.levels]
        self._suggestions = [EMERGENCY, OUT_OF_SCOPE, *levels, UNDETERMINED, REJECTED]
        self._steps = ["", *(str(step.id) for step in questionnaire.first_steps)]
        self._outcomes = [*self._possible()]

    def _possible(self) -> Iterator[RowOutcome]:
        for suggestion in self._suggestions[:-1]:
            for place, least in enumerate(self._steps):
                yield from (RowOutcome(suggestion, least, most) for most in self._steps[place:])
        yield RowOutcome(REJECTED)

    def observed(self, results: DataFrame) -> tuple[DataFrame, Observed]:
        """The results without OUTCOME; by it the rows are counted while they are written."""
        from pyspark.sql import Observation  # noqa: PLC0415
        from pyspark.sql.functions import expr  # noqa: PLC0415

        numbers = [f"count_if(`{OUTCOME}` = {self._number(each)})" for each in self._outcomes]
        observation = Observation()
        counts = [
            expr(text).alias(name)
            for name, text in zip(_names(len(numbers) + len(self._more())), [*numbers, *self._more()], strict=True)
        ]
        return results.observe(observation, *counts).drop(OUTCOME), Observed(observation, tuple(self._outcomes))

    def _more(self) -> list[str]:
        return [
            "count(*)",
            f"count_if({self._problems()} RLIKE {self._text(CELL_PROBLEM)})",
            f"count_if({self._has_problem(f';{RECORD}:{DUPLICATE_ID};')})",
            f"count_if({self._has_problem(f';{RECORD}:{OTHER_VERSION};')})",
        ]

    def _has_problem(self, part: str) -> str:
        """The truth that the problems of a row, a text or an array, hold a part."""
        return f"instr({self._problems()}, {self._text(part)}) > 0"

    def _problems(self) -> str:
        """The problems of a row as a text, with `;` around each."""
        text = "array_join(problems, ';')" if self._arrays else "problems"
        return f"concat(';', {text}, ';')"

    def _number(self, outcome: RowOutcome) -> int:
        """The number of an outcome."""
        steps, width = self._steps, len(self._steps)
        suggestion = self._suggestions.index(outcome.suggestion)
        least, most = steps.index(outcome.first_step_at_least), steps.index(outcome.first_step_at_most)
        return (suggestion * width + least) * width + most

    def outcome(self) -> str:
        """The number of the outcome of a row, as SQL."""
        width = len(self._steps)
        suggestion = self._place("suggestion", self._suggestions)
        least, most = (self._place(f"coalesce(first_step_at_{side}, '')", self._steps) for side in ("least", "most"))
        return f"({suggestion} * {width} + {least}) * {width} + {most}"

    def _place(self, text: str, texts: Sequence[str]) -> str:
        return f"(array_position(array({', '.join(map(self._text, texts))}), {text}) - 1)"


def _names(count: int) -> list[str]:
    return [f"n{place}" for place in range(count)]


class Observed:
    """The counts of the rows that were written."""

    def __init__(self, observation: object, outcomes: tuple[RowOutcome, ...]) -> None:
        self._observation, self._outcomes = observation, outcomes

    def counts(self, records: int, blank: int) -> SparkCounts:
        """The counts of a run that is over; AssertionError if not every row has an outcome."""
        from pyspark.sql import Observation  # noqa: PLC0415

        assert isinstance(self._observation, Observation)  # noqa: S101
        found = [int(self._observation.get[name]) for name in _names(len(self._outcomes) + 4)]
        of_outcomes, (rows, unreadable, duplicates, other) = found[:-4], found[-4:]
        if sum(of_outcomes) != rows or rows + blank > records:
            raise AssertionError("the account does not add up")
        outcomes = {each: number for each, number in zip(self._outcomes, of_outcomes, strict=True) if number}
        return SparkCounts(records, blank, rows, outcomes, unreadable, duplicates, other)
