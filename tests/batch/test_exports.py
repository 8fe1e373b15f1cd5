"""From the export of a form builder by a confirmed mapping to scores: the same as those of the plain table."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from support.exports import BUILDERS, Builder, Person, confirmed, made_up_people, plain
from support.running import Run

from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.engine.compiled import CompiledQuestionnaire

SAME = (
    "suggestion", "level_at_least", "level_at_most", "first_step_at_least", "first_step_at_most", "reasons",
    "open_questions", "problems",
)  # fmt: skip
IDS = [builder.__name__ for builder in BUILDERS]


@pytest.fixture(scope="module")
def people(compiled: CompiledQuestionnaire) -> list[Person]:
    return made_up_people(compiled, 60)


def _results(path: Path) -> list[tuple[str, ...]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [tuple(row[name] for name in SAME) for row in csv.DictReader(file)]


@pytest.mark.parametrize("builder", BUILDERS, ids=IDS)
@pytest.mark.slow
def test_an_export_with_the_guesses_confirmed_scores_as_the_plain_table(
    builder: Builder, run: Run, compiled: CompiledQuestionnaire, people: list[Person], tmp_path: Path
) -> None:
    table, export = plain(compiled, people), builder(compiled, people)
    for file in (table, export):
        (tmp_path / file.name).write_bytes(file.content)
    mapping, results = tmp_path / "map.yaml", tmp_path / "results.csv"

    assert run("score", tmp_path / export.name, "-o", results).code == 3, "it cannot be scored without a mapping"
    assert run("inspect", tmp_path / export.name, "--write-mapping", mapping).code == 1
    assert run("score", tmp_path / export.name, "--mapping", mapping, "-o", results).code == 3, "nothing is confirmed"
    mapping.write_text(confirmed(mapping.read_text(encoding="utf-8")), encoding="utf-8")
    inspected = run("inspect", tmp_path / export.name, "--mapping", mapping)
    assert (inspected.code, inspected.err.count("iop-screen score")) == (0, 1)
    assert run("score", tmp_path / export.name, "--mapping", mapping, "-o", results).code in {0, 1}
    assert run("score", tmp_path / table.name, "-o", tmp_path / "plain.csv.results").code in {0, 1}
    assert _results(results) == _results(tmp_path / "plain.csv.results")


@pytest.mark.parametrize("builder", BUILDERS, ids=IDS)
@pytest.mark.slow
def test_the_mapping_that_is_written_can_be_read_and_all_of_it_is_a_guess(
    builder: Builder, run: Run, compiled: CompiledQuestionnaire, people: list[Person], tmp_path: Path
) -> None:
    export = builder(compiled, people)
    (tmp_path / export.name).write_bytes(export.content)
    run("inspect", tmp_path / export.name, "--write-mapping", tmp_path / "map.yaml")
    written = (tmp_path / "map.yaml").read_bytes()
    read = read_mapping(written, compiled)
    assert read.mapping is not None
    assert [problem.code for problem in read.problems] == []
    assert len(read.mapping.guesses) == len(re.findall(r"(?m)^ *guess", written.decode()))
    assert {entry.question for entry in read.mapping.questions if entry.guess is None} == set()
    assert len(read.mapping.questions) == len(compiled.questions)
