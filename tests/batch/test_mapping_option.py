"""The option `--mapping`: what is wrong with a mapping is shown before anything is scored, or by `check`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.mapped import QUESTIONNAIRE, START
from support.running import Ran, Run

FORMS = "id,age,thoughts,seizures,concerns,nights,remark\n1,18_64,none,no,none,0,\n"


@pytest.fixture
def scored(run: Run, tmp_path: Path) -> Run:
    """Scores one form with a mapping that has this text after its first lines."""
    forms, questions, mapping = (tmp_path / name for name in ("forms.csv", "forms.yaml", "map.yaml"))
    forms.write_text(FORMS)
    questions.write_text(QUESTIONNAIRE)

    def score(text: str) -> Ran:
        mapping.write_text(START + text)
        return run("score", str(forms), "--questions", str(questions), "--mapping", str(mapping))

    return score


def test_all_problems_of_a_mapping_are_shown_and_nothing_is_scored(scored: Run, tmp_path: Path) -> None:
    ran = scored("ignoer: [A]\nquestions: {thoghts: {column: B}}\n")
    assert (ran.code, ran.out) == (3, "")
    mapping = tmp_path / "map.yaml"
    assert f"{mapping}:4:1: error: `ignoer` is not a key of a mapping [unknown-key]" in ran.err
    assert "questions: {thoghts: {column: B}}" in ran.err
    assert "did you mean `thoughts`?" in ran.err
    assert "2 problems: this mapping cannot be used" in ran.err


def test_nothing_is_scored_by_a_guess(scored: Run, tmp_path: Path) -> None:
    ran = scored("questions:\n  thoughts:\n    codes: {0: none, 1: passive, 2: plan}\n    guess: true\n")
    assert (ran.code, ran.out) == (3, "")
    assert f"{tmp_path / 'map.yaml'}:7:5: error: nobody has confirmed this yet [not-confirmed]" in ran.err


def test_a_warning_is_shown_and_stops_nothing(scored: Run) -> None:
    ran = scored("questions:\n  thoughts:\n    codes: {none: none, 1: passive}\n")
    assert "warning: no cell can mean `plan` of `thoughts` [unreachable-option]" in ran.err
    assert ran.code == 0
    assert ran.out.startswith("line,id,suggestion")


def test_a_spreadsheet_that_writes_a_status_as_a_number_leaves_nobody_out(run: Run, tmp_path: Path) -> None:
    forms, questions, mapping = (tmp_path / name for name in ("forms.csv", "forms.yaml", "map.yaml"))
    forms.write_text(FORMS.replace("id,", "done,id,").replace("\n1,", "\n1.0,1,"))
    questions.write_text(QUESTIONNAIRE)
    mapping.write_text(f"{START}status: {{column: done, score: [1]}}\n")
    ran = run("score", str(forms), "--questions", str(questions), "--mapping", str(mapping))
    assert ran.out.splitlines()[1].startswith("2,1,home,")


def test_a_mapping_that_is_not_there_is_exit_3(run: Run, tmp_path: Path) -> None:
    forms = tmp_path / "forms.csv"
    forms.write_text(FORMS)
    ran = run("score", str(forms), "--mapping", str(tmp_path / "gone.yaml"))
    assert ran.code == 3
    assert "gone.yaml" in ran.err


GUESS = "questions: {thoughts: {column: A, guess: true}}\n"
DOUBTFUL = "questions: {thoughts: {codes: {1: none, 2: plan}}}\n"


@pytest.fixture
def checked(run: Run, tmp_path: Path) -> Run:
    """Checks a mapping that has this text after its first lines, with these options."""
    questions, mapping = tmp_path / "forms.yaml", tmp_path / "map.yaml"
    questions.write_text(QUESTIONNAIRE)

    def check(text: str, *more: str) -> Ran:
        mapping.write_text(START + text)
        return run("check", str(questions), "--mapping", str(mapping), *more)

    return check


@pytest.mark.parametrize(
    ("text", "more", "code", "counts"),
    [
        ("", [], 0, "no problems"),
        (DOUBTFUL, [], 0, "0 errors, 1 warning"),
        (DOUBTFUL, ["--strict"], 1, "0 errors, 1 warning"),
        (GUESS, [], 1, "1 error, 0 warnings"),
        ("ignoer: []\n", [], 1, "1 error, 0 warnings"),
    ],
)
def test_check_counts_what_is_wrong_with_a_mapping(
    checked: Run, text: str, more: list[str], code: int, counts: str
) -> None:
    ran = checked(text, *more)
    assert (ran.code, ran.err) == (code, "")
    assert f"map.yaml: {counts}" in ran.out


def test_check_names_a_mapping_as_results_do(checked: Run) -> None:
    assert "Mapping clinic#" in checked(DOUBTFUL).out
    assert "Mapping clinic#" not in checked("ignoer: []\n").out


def test_check_writes_what_it_found_in_a_mapping_as_json(checked: Run) -> None:
    found = json.loads(checked(GUESS, "--format", "json").out)
    assert found["schema"] == "iop-screen.mapping-check/1"
    assert found["mapping"].startswith("clinic#")
    assert [problem["code"] for problem in found["problems"]] == ["not-confirmed"]
    assert json.loads(checked("ignoer: []\n", "--format", "json").out)["mapping"] is None


@pytest.mark.parametrize("more", [["--pairs"], ["--cases", "cases.yaml"], ["--format", "html"]])
def test_check_refuses_what_does_not_go_with_a_mapping(checked: Run, more: list[str]) -> None:
    assert checked("", *more).code == 2
