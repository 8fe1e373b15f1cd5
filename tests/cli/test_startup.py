"""What each command imports: what is slow to import is imported by the command that needs it, and by no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import REPOSITORY
from support.questionnaires import HEADER
from support.window import Window, environment

SLOW = {
    "asyncio",
    "duckdb",
    "filelock",
    "html",
    "numpy",
    "pandas",
    "polars",
    "prompt_toolkit",
    "pydantic",
    "pyarrow",
    "pydantic_core",
    "pyreadstat",
    "pyspark",
    "python_calamine",
    "rich",
    "secrets",
    "sqlglot",
    "tempfile",
    "typer",
    "wcwidth",
    "xlsxwriter",
    "yaml",
    "z3",
    *(f"iop_screen.{name}" for name in ("batch", "interview", "questionnaire", "records", "report", "site")),
    *(f"iop_screen.cli.{name}" for name in ("check", "interview", "options", "records", "score", "show")),
    *(f"iop_screen.checking.{name}" for name in ("author_checks", "tone", "texts")),
    *(f"iop_screen.report.{name}" for name in ("record_document", "html_page", "result_text")),
    *(f"iop_screen.{name}" for name in ("batch.mapping.reader", "records.model", "records.store")),
    *(f"iop_screen.batch.sources.{name}" for name in ("other_process", "redcap.dictionary", "spreadsheet.archive")),
}
"""Modules that are slow to import, so that a command without them starts sooner."""

QUESTIONNAIRE = {"pydantic_core", "typer", "yaml"} | {
    f"iop_screen.{name}" for name in ("questionnaire", "report", "cli.options")
}
"""What every command needs that reads a questionnaire."""

INTERVIEW = QUESTIONNAIRE | {
    "iop_screen.cli.interview",
    "iop_screen.interview",
    "iop_screen.report.result_text",
    "iop_screen.site",
    *(f"iop_screen.records{name}" for name in ("", ".model", ".store")),
}
"""What an interview needs, whatever its front end."""

SCRIPT = """\
import sys
from iop_screen.cli import main
sys.argv = ["iop-screen", *sys.argv[2:]]
try:
    main()
finally:
    with open({path!r}, "w") as file:
        print(*sys.modules, file=file)
"""


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        (["--version"], set()),
        (["guide"], QUESTIONNAIRE | {"iop_screen.cli.show"}),
        (["sql"], QUESTIONNAIRE | {"iop_screen.batch", "sqlglot", "tempfile"}),
        (["form", "--to", "csv"], QUESTIONNAIRE | {"iop_screen.batch", "iop_screen.report.html_page", "html"}),
        (
            ["score", str(REPOSITORY / "examples" / "intake.csv")],
            QUESTIONNAIRE | {"iop_screen.batch", "iop_screen.cli.score"},
        ),
        (
            ["score", str(REPOSITORY / "examples" / "intake.csv"), "-o", "out.csv"],
            QUESTIONNAIRE | {"iop_screen.batch", "iop_screen.cli.score", "iop_screen.records", "tempfile"},
        ),
        (["interview", "--plain", "--no-save"], INTERVIEW | {"wcwidth", "secrets"}),
    ],
)
def test_a_command_imports_what_it_needs_and_no_more(command: list[str], needed: set[str], tmp_path: Path) -> None:
    imported = tmp_path / "imported"
    ran = [sys.executable, "-c", SCRIPT.format(path=str(imported)), "-", *command]
    subprocess.run(ran, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert SLOW & {*imported.read_text("utf-8").split()} == needed


@pytest.mark.parametrize(("tests", "needed"), [(1, False), pytest.param(15, True, marks=pytest.mark.slow)])
def test_check_imports_the_solver_if_there_is_too_much_to_look_at(tests: int, tmp_path: Path, *, needed: bool) -> None:
    """A promise has one weakest form for each way to pass its tests, each of which two answers pass."""
    names = [f"q{number}" for number in range(tests)]
    questions = [f"{{id: {name}, ask: A, role: context, type: choice, options: [{ABC}]}}" for name in ("last", *names)]
    file, imported = tmp_path / "file.yaml", tmp_path / "imported"
    file.write_text(
        f"{HEADER}sections: [{{id: s, title: S, questions: [{', '.join(questions)}]}}]\n"
        "rules: [{id: r, when: {last: a}, level: stay, because: So.}]\n"
        f"guarantees: [{{id: g, when: {{last: a, {', '.join(f'{name}: [a, b]' for name in names)}}}, level: stay}}]\n"
    )
    ran = [sys.executable, "-c", SCRIPT.format(path=str(imported)), "-", "check", str(file)]
    subprocess.run(ran, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert ("z3" in imported.read_text("utf-8").split()) == needed


@pytest.mark.parametrize(("tests", "needed"), [(1, False), pytest.param(15, True, marks=pytest.mark.slow)])
def test_diff_imports_the_solver_if_there_is_too_much_to_look_at(tests: int, tmp_path: Path, *, needed: bool) -> None:
    """The rule that is compared has one weakest form for each way to pass its tests, each of which two answers pass."""
    names = [f"q{number}" for number in range(tests)]
    questions = [f"{{id: {name}, ask: A, role: context, type: choice, options: [{ABC}]}}" for name in ("last", *names)]
    when = ", ".join(f"{name}: [a, b]" for name in names)
    files = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for file, last in zip(files, "ab", strict=True):
        file.write_text(
            f"{HEADER}sections: [{{id: s, title: S, questions: [{', '.join(questions)}]}}]\n"
            f"rules: [{{id: r, when: {{last: {last}, {when}}}, level: stay, because: So.}}]\n"
        )
    imported = tmp_path / "imported"
    ran = [sys.executable, "-c", SCRIPT.format(path=str(imported)), "-", "diff", *map(str, files)]
    subprocess.run(ran, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert ("z3" in imported.read_text("utf-8").split()) == needed


ABC = "{id: a, label: A}, {id: b, label: B}, {id: c, label: C}"


def test_an_interview_on_the_full_screen_imports_what_it_needs_and_no_more(tmp_path: Path) -> None:
    imported = tmp_path / "imported"
    program = (sys.executable, "-c", SCRIPT.format(path=str(imported)), "-")
    window = Window(["interview"], environment(tmp_path, IOP_SCREEN_DATA_DIR=str(tmp_path / "kept")), program=program)
    window.see("Question 1 of")
    window.type("\x03")
    assert window.end() == 130
    needed = INTERVIEW | {"asyncio", "filelock", "prompt_toolkit", "secrets", "tempfile", "wcwidth"}
    assert SLOW & {*imported.read_text("utf-8").split()} == needed
