"""The command that writes a blank form: where it goes, and what is said when it cannot be written."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import get_args

import pytest
from support.paths import REPOSITORY
from support.questionnaires import HEADER
from support.running import Run

from iop_screen.cli import form as cli_form
from iop_screen.cli.form import FormSystem
from iop_screen.report.blank_forms.form import BlankForm
from iop_screen.report.blank_forms.writers import WRITERS

SECTION = (
    (REPOSITORY / "docs" / "reference.md").read_text("utf-8").partition("\n## Blank forms\n")[2].partition("\n## ")[0]
)
TAKEN = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: iop_screen_form, ask: Rested?, role: risk, type: yes_no, worse: no}}
      - {{id: id, ask: Rested?, role: risk, type: yes_no, worse: no}}
rules: [{{id: tired, when: {{id: no}}, level: stay, because: Tired.}}]
"""


@pytest.fixture
def taken(tmp_path: Path) -> Path:
    """A questionnaire with two questions whose names a CSV file needs for something else."""
    file = tmp_path / "taken.yaml"
    file.write_text(TAKEN, encoding="utf-8")
    return file


def test_each_system_has_a_writer() -> None:
    assert {*WRITERS} == {*get_args(FormSystem)}


@pytest.mark.parametrize("to", get_args(FormSystem))
def test_each_system_is_in_the_reference(to: str) -> None:
    assert re.search(rf"^\| `{to}` \| .{{20,}} \|$", SECTION, re.MULTILINE)


def test_each_code_of_a_problem_is_in_the_reference() -> None:
    sources = (REPOSITORY / "iop_screen" / "report" / "blank_forms").glob("*.py")
    codes = {code for source in sources for code in re.findall(r'"(form-[a-z-]+)"', source.read_text("utf-8"))}
    assert len(codes) >= 6
    assert [code for code in sorted(codes) if not re.search(rf"^\| `{code}` \| .+ \|$", SECTION, re.MULTILINE)] == []


def test_a_form_goes_to_standard_output_and_nothing_else_is_said(run: Run) -> None:
    ran = run("form", "--to", "csv")
    assert (ran.code, ran.out.count("\n"), ran.err) == (0, 1, "")
    assert ran.out.startswith("id,age,")


@pytest.mark.parametrize("arguments", [[], ["--to", "xls"], ["--to"]])
def test_the_system_has_to_be_named(run: Run, arguments: list[str]) -> None:
    ran = run("form", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "--to" in ran.err


def test_a_file_is_private_and_replaces_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "form.csv"
    assert run("form", "--to", "csv", "-o", file).code == 0
    written = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(b"mine")
    assert (run("form", "--to", "csv", "-o", file).code, file.read_bytes()) == (3, b"mine")
    assert run("form", "--to", "csv", "-o", file, "--force").code == 0
    assert file.read_bytes() == written


def test_a_form_never_takes_the_place_of_its_questionnaire(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    text = TAKEN.replace("iop_screen_form", "sleep").replace("id: id,", "id: rest,").replace("{id: no}", "{rest: no}")
    file.write_text(text, encoding="utf-8")
    ran = run("form", "--to", "csv", "--questions", file, "-o", file, "--force")
    assert (ran.code, file.read_text("utf-8")) == (3, text)


def test_all_problems_are_said_with_their_places_and_nothing_is_written(run: Run, taken: Path, tmp_path: Path) -> None:
    file = tmp_path / "form.csv"
    ran = run("form", "--to", "csv", "--questions", taken, "-o", file)
    assert (ran.code, ran.out, file.exists()) == (1, "", False)
    assert f"{taken}:14:14: error: the question `iop_screen_form` has a name" in ran.err
    assert f"{taken}:15:14: error: the question `id` has a name" in ran.err
    assert ran.err.endswith("2 problems: --to csv cannot say this questionnaire; no form was written\n")


def test_a_questionnaire_that_cannot_be_used_is_another_exit_code(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("format: 1\n", encoding="utf-8")
    assert run("form", "--to", "csv", "--questions", file).code == 4
    assert run("form", "--to", "csv", "--questions", tmp_path / "nowhere.yaml").code == 3


@pytest.fixture
def no_text(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What the writer for `csv` writes instead of a text."""

    def writer(_: BlankForm) -> bytes:
        return b"PK\x03\x04\xff"

    monkeypatch.setitem(WRITERS, "csv", writer)
    monkeypatch.setattr(cli_form, "NO_TEXT", frozenset({"csv"}))
    return b"PK\x03\x04\xff"


def test_a_form_that_is_no_text_goes_to_a_file_or_a_pipe(run: Run, tmp_path: Path, no_text: bytes) -> None:
    assert run("form", "--to", "csv").stdout == no_text
    file = tmp_path / "form.xlsx"
    assert run("form", "--to", "csv", "-o", file).code == 0
    assert file.read_bytes() == no_text


@pytest.mark.usefixtures("no_text")
def test_on_a_terminal_a_form_that_is_no_text_needs_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_form, "is_terminal", lambda _: True)
    ran = run("form", "--to", "csv")
    assert (ran.code, ran.stdout) == (2, b"")
    assert "--to csv needs -o FILE" in ran.err
    assert run("form", "--to", "csv", "-o", tmp_path / "form.xlsx").code == 0
