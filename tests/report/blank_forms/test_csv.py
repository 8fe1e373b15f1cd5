"""The header of a blank CSV file: what is written under it is scored with no mapping."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.laws import law
from support.naive import Sketch
from support.questionnaires import HEADER, ready
from support.running import Run
from support.scoring import scored_bytes
from support.strategies import cells, form_of, sheets, sketches, text_of

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms.csv_header import csv_header
from iop_screen.report.blank_forms.form import blank_form
from iop_screen.report.score_output import csv_text


def named(question: str) -> CompiledQuestionnaire:
    """A questionnaire with one question of this name."""
    asked = f"{{id: {question}, ask: Rested?, role: risk, type: yes_no, worse: no}}"
    return ready(
        f"{HEADER}sections: [{{id: all, title: All, questions: [{asked}]}}]\n"
        f"rules: [{{id: r, when: {{{question}: no}}, level: stay, because: So.}}]\n"
    )


def test_the_header_is_the_id_and_each_question(compiled: CompiledQuestionnaire) -> None:
    written = csv_header(blank_form(compiled))
    assert isinstance(written, bytes)
    assert written.endswith(b"travel,wishes\n")
    assert next(csv.reader([written.decode()])) == ["id", *(question.id for question in compiled.questions)]


@pytest.mark.parametrize("name", ["id", "iop_screen_form"])
def test_a_question_with_the_name_of_a_column_of_ours_is_a_problem_at_its_place(name: str) -> None:
    problems = csv_header(blank_form(named(name)))
    assert not isinstance(problems, bytes)
    assert [(problem.code, problem.span.line) for problem in problems] == [("form-name-taken", 9)]
    assert f"`{name}`" in problems[0].message


@law
@given(st.data())
def test_what_is_written_under_the_header_is_read_as_it_was_meant(data: st.DataObject) -> None:
    sketch: Sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    compiled = ready(text_of(sketch))
    header = csv_header(blank_form(compiled))
    assert isinstance(header, bytes)
    content = header + csv_text([["7", *cells(sketch, sheet).values()]]).encode()
    (row,) = scored_bytes(content, compiled, allow_all_missing=False)
    assert row.id == "7"
    assert row.answers == form_of(sketch, sheet)


def test_a_filled_form_is_scored_as_any_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "intake.csv"
    assert run("form", "--to", "csv", "-o", file).code == 0
    names = file.read_text("utf-8").strip().split(",")
    answers = {"id": "7", "age": "18_64", "emergency_now": "yes"}
    file.write_text(f"{','.join(names)}\n{','.join(answers.get(name, '') for name in names)}\n", encoding="utf-8")
    ran = run("score", file, "--exit-zero")
    (row,) = csv.DictReader(ran.out.splitlines())
    assert (ran.code, row["id"], row["suggestion"]) == (0, "7", "emergency")
