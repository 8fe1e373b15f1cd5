"""Rows of a header that look like records: nobody is scored that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.questionnaires import HEADER, ready
from support.running import Run
from support.scoring import scoring_of

from iop_screen.batch.score import Scoring

QUESTIONS = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: danger, ask: In danger?, role: risk, type: yes_no, worse: yes}}
      - {{id: words, ask: What else?, role: access, type: text}}
rules:
  - {{id: danger, when: {{danger: yes}}, level: stay, because: In danger.}}
"""
COMPILED = ready(QUESTIONS)
TEXTS = b"Response ID,In danger?,What else?\n"
IDS = b'"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}"\n'
NAMES = b"id,danger,words\n"
PERSON = b"A,yes,the response was good\n"


def read_to_the_end(content: bytes) -> tuple[Scoring, int]:
    """The run when all is read, and how many rows it has."""
    scoring = scoring_of(content, COMPILED)
    return scoring, sum(map(len, scoring.row_batches()))


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (NAMES + TEXTS + IDS, 3),
        (NAMES + IDS, 2),
        (NAMES + TEXTS + b"x" + IDS, 3),
        (NAMES + TEXTS + b"x," + IDS, 3),
        (NAMES + b",Response,Open-Ended Response\n", 2),
        (NAMES + b",Yes,response\n", 2),
    ],
)
def test_a_further_row_of_a_header_stops_the_run_before_a_row_is_made(head: bytes, rows: int) -> None:
    scoring, made = read_to_the_end(head + PERSON)
    (problem,) = scoring.stopped_by
    assert (problem.code, problem.line, made) == ("second-header", 2, 0)
    assert f"header_rows: {rows}" in problem.hint
    assert problem.command == ("iop-screen", "inspect", "forms.csv", "--write-mapping", "map.yaml")
    assert "In danger?" not in str(problem)


@pytest.mark.parametrize(
    "content", [NAMES, NAMES + PERSON, NAMES + PERSON * 3 + IDS, NAMES + PERSON + b"B,no,Response\n"]
)
def test_people_are_not_taken_for_a_header(content: bytes) -> None:
    scoring, _ = read_to_the_end(content)
    assert scoring.stopped_by == ()


@pytest.mark.parametrize(("rows", "head"), [(3, NAMES + TEXTS + IDS), (1, NAMES + b"B,no,Response\n")])
def test_where_a_mapping_says_how_many_rows_the_header_has_none_is_suspected(
    run: Run, tmp_path: Path, rows: int, head: bytes
) -> None:
    forms, mapping, questions = tmp_path / "forms.csv", tmp_path / "map.yaml", tmp_path / "q.yaml"
    forms.write_bytes(head + PERSON)
    questions.write_text(QUESTIONS)
    mapping.write_text("format: 1\nid: m\nquestionnaire: small\n")
    options = (forms, "--questions", questions, "--mapping", mapping)
    stopped, looked_at = run("score", *options), run("inspect", *options)
    assert (stopped.code, stopped.out.count("\n"), "second-header" in stopped.err) == (3, 1, True)
    assert (looked_at.code, "second-header" in looked_at.out) == (1, True)
    mapping.write_text(f"{mapping.read_text()}file: {{header_rows: {rows}}}\n")
    assert [run(command, *options).code for command in ("score", "inspect")] == [0, 0]
