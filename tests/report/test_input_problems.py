"""Problems of input files as text: the next command can be pasted as it is."""

from __future__ import annotations

import shlex

import pytest

from iop_screen.batch.input_problems import InputProblem, inspect_command
from iop_screen.report.input_problems import SaidFiles, input_problems_text, next_command

BOTH = SaidFiles("my questions.yaml", "m.yaml")


@pytest.mark.parametrize(
    ("words", "said", "line"),
    [
        (("iop-screen", "score", "a b.csv"), SaidFiles(), "iop-screen score 'a b.csv'"),
        (
            ("iop-screen", "score", "a.csv"),
            BOTH,
            "iop-screen score a.csv --questions 'my questions.yaml' --mapping m.yaml",
        ),
        (inspect_command("a.csv"), SaidFiles(), "iop-screen inspect a.csv --write-mapping map.yaml"),
        (
            inspect_command("a.csv"),
            SaidFiles("q.yaml"),
            "iop-screen inspect a.csv --write-mapping map.yaml --questions q.yaml",
        ),
        (inspect_command("a.csv"), SaidFiles(None, "m.yaml"), "iop-screen inspect a.csv --mapping m.yaml"),
        (
            inspect_command("a.xlsx"),
            SaidFiles(sheet="Form Responses 1"),
            "iop-screen inspect a.xlsx --write-mapping map.yaml --sheet 'Form Responses 1'",
        ),
        (
            ("iop-screen", "inspect", "a.xlsx", "--sheet", "Forms"),
            SaidFiles(sheet="Other"),
            "iop-screen inspect a.xlsx --sheet Forms",
        ),
        (("libreoffice", "a.xlsx"), BOTH, "libreoffice a.xlsx"),
    ],
)
def test_a_next_command_names_again_what_was_named(words: tuple[str, ...], said: SaidFiles, line: str) -> None:
    assert next_command(words, said) == line


def test_a_pipeline_names_the_files_for_its_last_command() -> None:
    line = next_command(("sh", "-c", "gunzip -c < a.gz | iop-screen score -"), BOTH)
    assert shlex.split(line) == [
        "sh",
        "-c",
        "gunzip -c < a.gz | iop-screen score - --questions 'my questions.yaml' --mapping m.yaml",
    ]


def test_no_code_and_no_option_is_broken_at_its_hyphen() -> None:
    problem = InputProblem("f.csv", 1, "missing-columns", "word " * 11 + "word", "hint " * 12 + "--allow-missing all")
    text = input_problems_text([problem])
    assert "[missing-columns]" in text
    assert "--allow-missing" in text
