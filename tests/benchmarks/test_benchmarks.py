"""What the benchmarks compare: made-up forms that stay the same, and rules that mean the same in another language."""

from __future__ import annotations

import csv
import re
import sys
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from support.paths import REPOSITORY

from iop_screen.core.files import default_questionnaire


@pytest.fixture(scope="module")
def scoring() -> Any:
    """The benchmark of scoring, which imports the others from its own folder."""
    folder = str(REPOSITORY / "benchmarks")
    sys.path.insert(0, folder)
    yield import_module("scoring")
    sys.path.remove(folder)


@pytest.fixture(scope="module")
def engines(scoring: Any) -> Any:
    """The benchmark of the engines, from the same folder."""
    assert scoring
    return import_module("engines")


@pytest.fixture(scope="module")
def compiled(scoring: Any) -> Any:
    return scoring.compiled_from(default_questionnaire().read_bytes())


def made_up(compiled: Any, kind: str, rows: int) -> list[list[str]]:
    parts = sys.modules["forms"].file_parts(compiled, kind, rows)
    return [*csv.reader("".join(parts).splitlines(keepends=True))]


@pytest.mark.parametrize("kind", ["mixed", "random", "noted"])
def test_a_shorter_file_of_made_up_forms_is_the_start_of_a_longer_one(compiled: Any, kind: str) -> None:
    shorter, longer = (made_up(compiled, kind, rows) for rows in (100, 200))
    assert shorter == longer[:101]
    assert len(longer) == 201
    assert len({record[0] for record in longer}) == 201
    assert len({tuple(record[1:]) for record in longer}) > 190


def test_each_tenth_noted_form_has_a_note_that_needs_quotes(compiled: Any) -> None:
    notes = [record[-1] for record in islice(made_up(compiled, "noted", 200), 1, None)]
    assert [number for number, note in enumerate(notes) if note] == [*range(0, 200, 10)]
    assert {mark for note in notes for mark in ',"\n' if mark in note} == {*',"\n'}


def test_no_mixed_form_answers_what_is_not_asked(scoring: Any, compiled: Any) -> None:
    records = [record[1:] for record in made_up(compiled, "mixed", 200)[1:]]
    readers = [scoring.cell_reader(question) for question in compiled.questions]
    answers = [
        scoring.Answers(tuple(r(cell).answer for r, cell in zip(readers, record, strict=True))) for record in records
    ]
    results = scoring.assess(compiled, answers)
    assert not [result for result in results if result.problems]
    assert len({result.suggestion for result in results}) >= 5


@pytest.mark.parametrize("kind", ["mixed", "random"])
def test_generated_python_finds_the_outcome_that_the_engine_finds(scoring: Any, compiled: Any, kind: str) -> None:
    names: dict[str, Any] = {}
    exec(scoring.rules_for("generated-python", compiled), names)  # noqa: S102 - it is our own
    records = made_up(compiled, kind, 200)[1:]
    found = [scoring.Outcome(*names["outcome"](record)) for record in records]
    assert scoring.found_alike(compiled, found, [record[1:] for record in records])


def test_another_outcome_is_noticed(scoring: Any, compiled: Any) -> None:
    nothing_reached = scoring.Outcome(0, 0, 0, 0, 1, 1)
    records = [record[1:] for record in made_up(compiled, "mixed", 20)[1:]]
    assert not scoring.found_alike(compiled, [nothing_reached] * 20, records)


def test_a_ratio_is_that_of_the_least_runs_after_one_that_is_not_counted(engines: Any) -> None:
    clock = iter([0, 90, 90, 91, 100, 104, 104, 106, 106, 112, 112, 115])  # 90 and 1, 4 and 2, 6 and 3
    work = engines.Work(lambda: None, lambda: None, lambda: next(clock))
    assert work.ratio(2) == 2


def test_the_query_of_a_larger_questionnaire_is_written_too(engines: Any, compiled: Any) -> None:
    assert re.fullmatch(r"\d+ ms, \d+ kB, \d+ stages", engines.writing(compiled, 1))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["duckdb-parquet", "duckdb-arrow"])
def test_a_few_forms_are_scored_on_duckdb(name: str, engines: Any, compiled: Any, tmp_path: Path) -> None:
    forms = tmp_path / "forms.csv"
    sys.modules["forms"].write_forms(compiled, "mixed", 300, forms)
    (work,) = engines.RATIOS[name](forms, tmp_path)
    work.score()
    work.copy()
    import duckdb  # noqa: PLC0415 - it comes with an extra

    counts = duckdb.connect().execute(
        f"SELECT (SELECT count(DISTINCT reasons) FROM '{tmp_path / 'results.parquet'}') > 50, count(*)"
        f" FROM '{tmp_path / 'copy.parquet'}'"
    )
    assert counts.fetchall() == [(True, 300)]
