"""The documents are true as far as a program can tell: commands, options, codes and links."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from support.paths import REPOSITORY
from support.questionnaires import HEADER, ready

from iop_screen.batch.cells import CELL_PROBLEMS
from iop_screen.batch.rejects import MESSAGES
from iop_screen.batch.rows import ScoredRow, output_columns
from iop_screen.batch.sources.csv_framing import REJECTIONS
from iop_screen.batch.sources.rejects_source import EXCLUDED
from iop_screen.cli import COMMAND_FILES
from iop_screen.cli.records import ExportFormat, records
from iop_screen.core.exits import Exit
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.suggest import assess_one
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.schema import questionnaire_schema
from iop_screen.records.wire_names import WIRE_KINDS
from iop_screen.report.record_exports import ADDED_COLUMNS
from iop_screen.report.score_output import json_object
from iop_screen.report.score_words import EXCLUDED_WORDS
from iop_screen.site.source import CONTACT_KEYS, FILE_KEYS, check_site

README = (REPOSITORY / "README.md").read_text("utf-8")
REFERENCE = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
HOWTO = (REPOSITORY / "docs" / "howto.md").read_text("utf-8")
DESIGN = (REPOSITORY / "docs" / "design.md").read_text("utf-8")
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
ONE_SCORE = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - id: rest
        ask: Rested?
        role: context
        type: choice
        options: [{{id: well, label: Well, points: 0}}, {{id: badly, label: Badly, points: 1}}]
scores:
  - {{id: ID, title: Rest, add: [rest], may_miss: 0, bands: [{{id: rested, title: Rested, from: 0}}]}}
rules: [{{id: tired, when: {{rest: badly}}, level: stay, because: Tired.}}]
"""
COMMANDS = [
    f"records {command.name or command.callback.__name__}"
    for command in records.registered_commands
    if command.callback
]
COMMANDS += [name for name in COMMAND_FILES if name != "records"]


def test_the_readme_has_two_command_lines_each_alone() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert [len(block.strip().splitlines()) for block in blocks] == [1, 1]
    assert "score examples/intake.csv" in blocks[0]
    assert "pytest" in blocks[1]


def test_the_readme_says_who_has_to_sign() -> None:
    assert re.search(r"licensed clinician must read .*sign it off before it is used\s+on real people", README)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_reference(command: str) -> None:
    assert f"`iop-screen {command}" in REFERENCE


@pytest.mark.parametrize("to", get_args(ExportFormat))
def test_everything_a_record_is_exported_to_is_in_the_reference(to: str) -> None:
    assert re.search(rf"^\| `{to}` \|", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("kind", WIRE_KINDS.values())
def test_every_kind_of_entry_is_in_the_reference(kind: str) -> None:
    assert re.search(rf"^\| `{kind}` \|", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_in_the_reference(code: Exit) -> None:
    assert re.search(rf"^\| {code.value} \|", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("code", [*REJECTIONS, *CELL_PROBLEMS, "answered-but-not-asked"])
def test_every_code_of_a_row_is_in_the_reference(code: str) -> None:
    assert f"`{code}`" in REFERENCE


WHY_REJECTED = ("A rejected record (", "A record of a file of JSON can also", "rejected (`record:code`) for what a")
"""What stands before each table of codes for which a record is rejected."""


@pytest.mark.parametrize("words", WHY_REJECTED)
def test_each_reason_to_reject_a_record_has_words_in_a_rejects_file(words: str) -> None:
    table = REFERENCE.partition(words)[2].partition("| code | meaning |")[2].split("\n\n")[0]
    codes = re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)
    assert len(codes) >= 5
    assert [code for code in codes if code not in MESSAGES] == []


def test_each_reason_to_leave_a_record_out_has_words_in_a_rejects_file_and_in_the_summary() -> None:
    of_rejects = {code.removeprefix(EXCLUDED) for code in MESSAGES if code.startswith(EXCLUDED)}
    assert of_rejects == {*EXCLUDED_WORDS}


FILE_PROBLEMS = {
    code
    for name in ("header", "code_check")
    for code in re.findall(
        r'(?:_add\(|None\)?, |^ +)"([a-z]+(?:-[a-z]+)+)"',
        (REPOSITORY / "iop_screen" / "batch" / f"{name}.py").read_text("utf-8"),
        re.MULTILINE,
    )
}


def test_every_code_of_a_file_is_in_the_reference() -> None:
    assert len(FILE_PROBLEMS) >= 9
    assert [code for code in sorted(FILE_PROBLEMS) if f"| `{code}` |" not in REFERENCE] == []


def _table_after(words: str) -> list[tuple[str, str]]:
    """The rows of the first table of fields after these words in the reference."""
    table = REFERENCE.partition(words)[2].partition("| field | meaning |\n")[2].split("\n\n")[0]
    return re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE)


def test_the_table_of_result_fields_is_that_of_the_columns() -> None:
    """A score named ID stands for any."""
    scored = ready(ONE_SCORE)
    held = [(column.name, column.holds) for column in output_columns(scored)]
    _, *written, _ = _table_after("## Result fields")
    assert written == held
    answers = Answers((MissingReason.MISSING,))
    row = ScoredRow(None, None, answers, assess_one(scored, answers), ())
    assert [*json_object(row, scored)] == [name for name, _ in _table_after("## Result fields")]


def test_the_table_of_what_a_record_adds_is_that_of_its_columns() -> None:
    assert _table_after("A row in `csv` has these columns") == [(column.name, column.holds) for column in ADDED_COLUMNS]


def test_every_runtime_dependency_is_named_with_its_reason() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    for dependency in project["dependencies"]:
        name = re.split(r"[<>=]", dependency)[0]
        assert re.search(rf"^\| `?{name}`?.*\| .{{20,}}\|$", DESIGN, re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_are_plain_ascii(page: Path) -> None:
    """Save for one example, which shows what a character that is not plain leads to."""
    odd = [line for line in page.read_text("utf-8").splitlines() if not line.isascii()]
    assert len(odd) <= (3 if page.name == "checks.md" else 0)


def test_the_schema_beside_the_questionnaire_is_the_one_that_is_printed() -> None:
    beside = (REPOSITORY / "questions.schema.json").read_text("utf-8")
    assert beside == json.dumps(questionnaire_schema(), indent=2) + "\n"
    first = (REPOSITORY / "questions.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=questions.schema.json"


@pytest.mark.parametrize("key", [*FILE_KEYS, *CONTACT_KEYS])
def test_every_key_of_site_settings_is_in_the_reference(key: str) -> None:
    section = REFERENCE.partition("\n## Site settings\n")[2].partition("\n## ")[0]
    assert re.search(rf"^\| `{key}` \| (yes|no) \| .+ \|$", section, re.MULTILINE)


def test_the_example_of_site_settings_in_the_recipe_has_no_problems() -> None:
    recipe = HOWTO.partition("\n## Settings of your site\n")[2].partition("```yaml\n")[2].partition("```")[0]
    read = check_site(recipe.encode(), date(2026, 11, 28))
    assert read.settings is not None
    assert read.problems == ()
