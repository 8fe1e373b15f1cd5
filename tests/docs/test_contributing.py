"""What CONTRIBUTING.md tells a newcomer to open or to run is there."""

from __future__ import annotations

import re
import tomllib

import pytest
from support.paths import REPOSITORY

GUIDE = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
JUSTFILE = (REPOSITORY / "justfile").read_text("utf-8")
IN_BACKTICKS = sorted({*re.findall(r"`([^`\n]+)`", GUIDE)})
MADE = {"dist/"}
FILES = [
    word
    for word in IN_BACKTICKS
    if re.fullmatch(r"[\w./-]+", word)
    and ("/" in word or word.endswith((".py", ".yaml", ".md", ".lock", ".toml")))
    and word not in MADE
    and not word.startswith(".venv/")
]
RECIPES = [word.removeprefix("just ") for word in IN_BACKTICKS if word.startswith("just ")]


def test_files_are_named() -> None:
    assert len(FILES) > 15
    assert {"questions.yaml", "tests/check_docs.py", ".ci/run"} <= {*FILES}


@pytest.mark.parametrize("name", FILES)
def test_each_file_that_is_named_is_there(name: str) -> None:
    assert (REPOSITORY / name).exists()


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_recipe_that_is_named_is_there(recipe: str) -> None:
    assert re.search(rf"^{recipe}\b.*:$", JUSTFILE, re.MULTILINE)


@pytest.mark.parametrize(("command", "recipe"), re.findall(r"\| `([^|]+)` \| `just (\w+)` \|$", GUIDE, re.MULTILINE))
def test_a_recipe_runs_the_command_beside_it(command: str, recipe: str) -> None:
    body = re.search(rf"^{recipe}\b.*:\n    (.*)$", JUSTFILE.replace("{{ bin }}", ".venv/bin"), re.MULTILINE)
    assert body
    assert body[1].removesuffix(" {{ what }}") == command


@pytest.mark.parametrize("recipe", re.findall(r"(.*)\n\w[\w ]*\*?\w*:\n", JUSTFILE))
def test_each_recipe_has_a_comment_above(recipe: str) -> None:
    assert recipe.startswith("# ")


def test_the_headings_of_what_can_be_added_are_there() -> None:
    added = GUIDE.split("## Where to add what\n")[1]
    wanted = ["A question type", "A key of the questionnaire", "A source", "A check", "An output column", "A language"]
    assert re.findall(r"^### (.*)$", added, re.MULTILINE) == wanted


# ---------------------------------------------------------------------- what users install


def test_the_lock_has_every_dependency_with_hashes_and_no_address() -> None:
    lock = (REPOSITORY / "requirements.lock").read_text("utf-8")
    entries = re.findall(r"^([a-z0-9-]+)==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^[a-z]", lock, re.MULTILINE))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[<>=]", dependency)[0].replace("_", "-") for dependency in project["dependencies"]}
    assert needed <= {*entries}
    assert not re.search(r"://|--(?:extra-)?index|--find-links|\.(?:org|com|net)\b", lock)


def test_each_bound_on_a_dependency_has_its_reason_beside_it() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    listed = text[text.index("\ndependencies = [") : text.index("[project.scripts]")]
    bounds = [line for line in listed.splitlines() if re.search(r'"[\w-]+[<>=]', line)]
    assert len(bounds) >= 3
    assert all(re.search(r'",  # .{20,}', line) for line in bounds)
