"""The import contract holds every package to a layer, docs/design.md names the same layers, and a breach is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from support.paths import REPOSITORY

PACKAGE = REPOSITORY / "iop_screen"
DESIGN = (REPOSITORY / "docs" / "design.md").read_text("utf-8")
CONTRACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS: list[str] = CONTRACTS[0]["layers"]
ENTRY_POINT = "__main__"
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]


def layer_members() -> list[str]:
    return [member.strip() for layer in LAYERS for member in layer.split("|")]


def table_rows() -> list[str]:
    """The packages in the first column of the table "Where things are"."""
    table = DESIGN.partition("## Where things are\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(\w+)/?` \| .{20,} \|$", table, re.MULTILINE)


def test_each_package_and_module_is_in_exactly_one_layer() -> None:
    there = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in PACKAGE.rglob("*.py")}
    assert sorted(layer_members()) == sorted(there - {"__init__"})


def test_each_folder_of_modules_is_a_package() -> None:
    """Of a folder without `__init__.py` the import linter sees nothing."""
    assert all((path.parent / "__init__.py").exists() for path in PACKAGE.rglob("*.py"))


def test_the_layer_contract_has_no_exemption() -> None:
    contract = CONTRACTS[0]
    assert (contract["type"], contract["containers"], contract["exhaustive"]) == ("layers", ["iop_screen"], True)
    assert not {"exhaustive_ignores", "ignore_imports"} & {*contract}
    assert not any("(" in layer for layer in LAYERS), "a layer in brackets may be missing"


def test_the_table_in_the_design_has_the_layers_in_their_order() -> None:
    assert table_rows() == [member for member in layer_members() if member != ENTRY_POINT]


# ---------------------------------------------------------------------- a breach is found


def lint(root: Path) -> tuple[int, str]:
    """The exit code and the output of the import linter for a copy of the repository."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    ran = subprocess.run([*LINT, "--no-cache"], cwd=root, env=environment, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def broken_contracts(output: str) -> set[str]:
    return {*re.findall(r"^(.+) BROKEN\b", output, re.MULTILINE)}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package with its contract."""
    shutil.copytree(PACKAGE, tmp_path / "iop_screen", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


LAYERED, NO_IO, NO_NETWORK = (contract["name"] for contract in CONTRACTS)


def test_an_untouched_copy_keeps_every_contract(copy: Path) -> None:
    code, output = lint(copy)
    assert code == 0, output
    assert not broken_contracts(output)
    assert output.count(" KEPT") == len(CONTRACTS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("planted", "source", "broken", "named"),
    [
        (
            "questionnaire/foo.py",
            "import socket\n\nimport iop_screen.cli\n",
            {LAYERED, NO_IO, NO_NETWORK},
            ["iop_screen.questionnaire.foo -> iop_screen.cli", "iop_screen.questionnaire.foo -> socket"],
        ),
        ("engine/foo.py", "import iop_screen.records.store\n", {LAYERED}, ["iop_screen.engine.foo"]),
        ("core/foo.py", "import iop_screen.console.streams\n", {LAYERED}, ["iop_screen.core.foo"]),
        ("batch/foo.py", "import iop_screen.records.store\n", {LAYERED}, ["iop_screen.batch.foo"]),
        ("cli/foo.py", "import urllib.request\n", {NO_NETWORK}, ["iop_screen.cli.foo -> urllib"]),
        ("report/foo.py", "import asyncio\n", {NO_NETWORK}, ["iop_screen.report.foo -> asyncio"]),
        ("extra/__init__.py", "", {LAYERED}, ["iop_screen.extra"]),
        ("extra.py", "", {LAYERED}, ["iop_screen.extra"]),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith(".py") else "",
)
def test_a_planted_module_breaks_a_contract_and_is_named(
    copy: Path, planted: str, source: str, broken: set[str], named: list[str]
) -> None:
    path = copy / "iop_screen" / planted
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, "utf-8")
    code, output = lint(copy)
    assert code == 1, output
    assert broken_contracts(output) == broken, output
    assert all(name in output for name in named), output
