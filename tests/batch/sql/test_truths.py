"""Truths as SQL: constants are folded, what is shared is one column, and each column has a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from iop_screen.batch.sql.dialect import LONGEST_LINE, Dialect
from iop_screen.batch.sql.free_names import MOST_SIGNS
from iop_screen.batch.sql.truths import FALSE, TRUE, NamedTruth, TruthStages, truth_stages
from iop_screen.engine.noted_judgement import Adds, Noted, Notes
from iop_screen.questionnaire.answers import AnswerTest, HasOption

DUCKDB = Dialect("duckdb")


@dataclass(frozen=True, slots=True)
class Leaves:
    """Of question 0 nothing is known to pass, of question 1 everything; that of each other is a comparison."""

    taken: Sequence[str] = field(default=())

    def passes(self, test: AnswerTest) -> str:
        """A constant, or a comparison."""
        return {0: FALSE, 1: TRUE}.get(test.question, f"q{test.question} = 1")

    def unanswered(self, question: int) -> str:
        """The same."""
        return {0: TRUE, 1: FALSE}.get(question, f"q{question} = 0")

    def answer_columns(self) -> Sequence[str]:
        """The names that no truth gets."""
        return self.taken


def passes(notes: Notes, question: int) -> Noted:
    return notes.passes(HasOption(question, frozenset({"yes"})))


def written(
    notes: Notes, *wanted: Noted, names: Mapping[int, NamedTruth] | None = None, taken: Sequence[str] = ()
) -> TruthStages:
    return truth_stages(notes, Leaves(taken), names or {}, [truth.place for truth in wanted], DUCKDB)


FOLDED: dict[str, tuple[Callable[[Noted, Noted, Noted], Noted], str]] = {
    "never and": (lambda never, _, one: never & one, FALSE),
    "always and": (lambda _, always, one: always & one, "q2 = 1"),
    "never or": (lambda never, _, one: one | never, "q2 = 1"),
    "always or": (lambda _, always, one: one | always, TRUE),
    "and not never": (lambda never, _, one: one.and_not(never), "q2 = 1"),
    "and not always": (lambda _, always, one: one.and_not(always), FALSE),
    "never and not": (lambda never, _, one: never.and_not(one), FALSE),
    "always and not": (lambda _, always, one: always.and_not(one), "NOT q2 = 1"),
    "twice the same after folding": (lambda never, _, one: (one | never) & one, "q2 = 1"),
    "nothing is left of it": (lambda never, always, one: (never & one) | (always & never), FALSE),
}


@pytest.mark.parametrize("name", FOLDED)
def test_what_the_answers_settle_is_folded(name: str) -> None:
    notes = Notes()
    joined, text = FOLDED[name]
    truth = joined(*(passes(notes, question) for question in (0, 1, 2)))
    stages = written(notes, truth)
    assert (stages.truth(truth.place), stages.stages) == (text, ())


@pytest.mark.parametrize(
    ("bound", "text"),
    [(0, TRUE), (3, TRUE), (4, '"points_1" >= 1'), (5, '"points_1" >= 2'), (6, FALSE)],
)
def test_points_that_are_settled_are_folded(bound: int, text: str) -> None:
    """Question 0 brings no points and question 1 three; that leaves the two of question 2."""
    notes = Notes()
    points = tuple((number, passes(notes, at).place) for number, at in ((5, 0), (3, 1), (2, 2)))
    truth = notes.adds(Adds(points, bound))
    stages = written(notes, truth)
    assert stages.truth(truth.place) == text
    columns = [column for _, columns in stages.stages for column in columns]
    assert [column.text for column in columns] == ["CASE WHEN q2 = 1 THEN 2 ELSE 0 END"] * (bound in {4, 5})


def test_points_are_added_up_once_for_all_bounds_and_for_the_total() -> None:
    notes = Notes()
    points = tuple((at, passes(notes, at).place) for at in (2, 3, 4))
    low, high = notes.adds(Adds(points, 3)), notes.adds(Adds(points, 7))
    never, always = (passes(notes, at).place for at in (0, 1))
    stages = written(notes, low, high)
    assert [stages.truth(truth.place) for truth in (low, high)] == ['"points_1" >= 3', '"points_1" >= 7']
    assert len(stages.stages) == 1
    assert stages.total(points) == '("points_1")'
    assert stages.total([*points, (4, always)]) == '("points_1" + 4)'
    assert stages.total([(4, never)]) == "0"


def test_what_is_written_often_is_a_column_and_what_is_short_is_not() -> None:
    notes = Notes()
    short = passes(notes, 2) | passes(notes, 3)
    long = short & passes(notes, 4) & passes(notes, 5)
    wanted = [long.and_not(passes(notes, at)) for at in (6, 7, 8)]
    stages = written(notes, *wanted, short)
    ((_, columns),) = stages.stages
    assert [column.text for column in columns] == ["(q2 = 1 OR q3 = 1) AND q4 = 1 AND q5 = 1"]
    assert [stages.truth(truth.place) for truth in wanted] == [
        f"{columns[0].name} AND NOT q{at} = 1" for at in (6, 7, 8)
    ]
    assert stages.truth(short.place) == "q2 = 1 OR q3 = 1"


def test_a_named_truth_is_a_column_and_a_single_comparison_is_written_where_it_is_used() -> None:
    notes = Notes()
    one, other = passes(notes, 2), passes(notes, 3)
    both = one & other
    names = {one.place: NamedTruth(1, "one"), both.place: NamedTruth(2, "both")}
    stages = written(notes, one, both, names=names)
    found = [(part, [(column.name, column.text) for column in columns]) for part, columns in stages.stages]
    assert found == [(1, [('"one"', "q2 = 1")]), (2, [('"both"', "q2 = 1 AND q3 = 1")])]
    assert [stages.truth(truth.place) for truth in (one, both)] == ['"one"', '"both"']


def test_a_column_stands_behind_all_that_it_reads() -> None:
    notes = Notes()
    first = passes(notes, 2) & passes(notes, 3)
    second = first | passes(notes, 4)
    third = second.and_not(passes(notes, 5))
    named = zip((first, second, third), ((3, "first"), (1, "second"), (2, "third")), strict=True)
    stages = written(notes, third, names={truth.place: NamedTruth(*name) for truth, name in named})
    order = [column.name for _, columns in stages.stages for column in columns]
    assert order == ['"first"', '"second"', '"third"']
    assert [part for part, _ in stages.stages] == [1, 1, 2]


LONG = "x" * 100


@pytest.mark.parametrize("taken", [(), ('"Rule_A"',), ('"RULE_A"', '"rule_a_2"', f'"{LONG[:MOST_SIGNS]}"')])
def test_no_two_columns_have_one_name_in_any_case(taken: Sequence[str]) -> None:
    notes = Notes()
    wishes = ["rule_a", "rule_A", "RULE_A", "rule_a_2", LONG, LONG + "y", LONG.upper()]
    truths = [passes(notes, at) for at in range(2, 2 + len(wishes))]
    names = {truth.place: NamedTruth(1, wish) for truth, wish in zip(truths, wishes, strict=True)}
    ((_, columns),) = written(notes, *truths, names=names, taken=taken).stages
    found = [column.name for column in columns]
    assert len({name.casefold() for name in (*found, *taken)}) == len(wishes) + len(taken)
    assert max(len(name.strip('"').encode()) for name in found) <= 63


def test_a_long_truth_stands_in_short_lines() -> None:
    notes = Notes()
    truth = passes(notes, 2)
    for question in range(3, 60):
        truth |= passes(notes, question)
    lines = written(notes, truth).truth(truth.place).split("\n")
    assert len(lines) > 3
    assert max(map(len, lines)) <= LONGEST_LINE + 10
