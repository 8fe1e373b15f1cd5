"""The files that CONTRIBUTING.md and docs/design.md name are there, and so are the recipes and commands."""

from __future__ import annotations

import re
import tomllib

import pytest
from support.paths import REPOSITORY

GUIDE = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
JUSTFILE = (REPOSITORY / "justfile").read_text("utf-8")
DESIGN = (REPOSITORY / "docs" / "design.md").read_text("utf-8")
MADE = {"dist/", "PYTHONPATH=tests"}


def in_backticks(page: str) -> list[str]:
    return sorted({*re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL))})


def files_named(page: str) -> list[str]:
    """What looks like a file or a folder, alone or as an argument of a command; not what is installed or built."""
    words = {word for quoted in in_backticks(page) for word in quoted.split()}
    ends = (".py", ".yaml", ".md", ".lock", ".toml")
    looks_like_a_file = (word for word in words if re.fullmatch(r"[\w./-]+", word))
    files = (word for word in looks_like_a_file if "/" in word or word.endswith(ends))
    return sorted(word for word in files if word not in MADE and not word.startswith(".venv/"))


RECIPES = [word.removeprefix("just ") for word in in_backticks(GUIDE) if word.startswith("just ")]


def test_files_are_named() -> None:
    assert len(files_named(GUIDE)) > 15
    assert len(files_named(DESIGN)) > 30
    assert {"questions.yaml", "scripts/release.py", ".ci/run"} <= {*files_named(GUIDE)}


@pytest.mark.parametrize("name", files_named(GUIDE))
def test_each_file_that_the_guide_names_is_there(name: str) -> None:
    assert (REPOSITORY / name).exists()


@pytest.mark.parametrize("name", files_named(DESIGN))
def test_each_file_that_the_design_names_is_there(name: str) -> None:
    """Most paths there start in the package."""
    assert (REPOSITORY / "iop_screen" / name).exists() or (REPOSITORY / name).exists()


@pytest.mark.parametrize("module", sorted({*re.findall(r"-m (support\.\w+)", GUIDE + DESIGN)}))
def test_each_program_of_the_tests_that_is_named_is_there(module: str) -> None:
    assert (REPOSITORY / "tests" / f"{module.replace('.', '/')}.py").exists()


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
    forms = ["A source", "A blank form"]
    wanted = ["A question type", "A key of the questionnaire", *forms, "A check", "An output column", "A language"]
    assert re.findall(r"^### (.*)$", added, re.MULTILINE) == wanted


@pytest.mark.parametrize(("name", "file"), re.findall(r"`(\w+)`\s+in\s+`([\w/]+\.py)`", GUIDE))
def test_each_name_that_the_guide_places_in_a_file_is_there(name: str, file: str) -> None:
    assert re.search(rf"^(class )?{name}\b", (REPOSITORY / file).read_text("utf-8"), re.MULTILINE)


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
