"""What `diff` says of two files that carry one version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.paths import QUESTIONNAIRES
from support.running import Run

OLD = (QUESTIONNAIRES / "ok" / "points.yaml").read_text("utf-8")
WARNING = "! WARNING: these two differ and carry the same id and version."


def changed(old: str, new: str) -> str:
    assert old in OLD
    return OLD.replace(old, new, 1)


VERSION = next(line for line in OLD.splitlines() if line.startswith("version:"))
NAME = next(line for line in OLD.splitlines() if line.startswith("id:"))
TITLE = next(line for line in OLD.splitlines() if line.startswith("title:"))
POINTS = "points: 3"


@pytest.mark.parametrize(
    ("new", "warned"),
    [
        (OLD, False),
        (f"# A comment.\n\n{OLD}", False),
        (changed(TITLE, "title: Another title"), True),
        (changed(POINTS, "points: 4"), True),
        (changed(TITLE, "title: Another title").replace(VERSION, "version: 99.0.0"), False),
        (changed(TITLE, "title: Another title").replace(NAME, "id: another"), False),
    ],
    ids=["the same", "a comment", "a text", "points", "with a version of its own", "another questionnaire"],
)
def test_two_files_that_differ_under_one_version_are_named_first(
    run: Run, tmp_path: Path, new: str, *, warned: bool
) -> None:
    """The exit code is that of any comparison; a script reads `same_version`."""
    before, after = tmp_path / "old.yaml", tmp_path / "new.yaml"
    before.write_text(OLD, "utf-8")
    after.write_text(new, "utf-8")
    ran = run("diff", before, after)
    assert ran.code == 0
    assert (WARNING in " ".join(ran.out.split())) == warned
    assert ran.out.split("\n\n")[1].startswith("  ! WARNING") == warned
    report = json.loads(run("diff", before, after, "--format", "json").out)
    assert report["same_version"] is warned
