"""The guide on the command line: all of it or one section, to read, as a page, and through a pager."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from support.questionnaires import HEADER
from support.running import Run
from support.window import Window, environment

SMALL = f"""{HEADER}
sections: [{{id: all, title: All, questions: [{{id: rest, ask: Rested?, role: risk, type: yes_no, worse: no}}]}}]
rules: [{{id: tired, when: {{rest: no}}, level: stay, because: Tired.}}]
guide: [{{title: What to do, body: Rest.}}]
"""
FIRST, LAST = "Who this is for", "Contacts\n---"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A questionnaire that is soon read."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_the_guide_is_printed_as_a_whole_or_by_section(run: Run) -> None:
    whole, one = run("guide"), run("guide", "iop_safe_place")
    assert (whole.code, one.code, whole.err, one.err) == (0, 0, "", "")
    assert FIRST in whole.out
    assert LAST in whole.out
    assert "IOP with a safe place to live\n---" in one.out
    assert FIRST not in one.out
    assert LAST not in one.out
    assert "Questionnaire: level-of-care@" in one.out


def test_words_of_a_name_will_do(run: Run) -> None:
    assert run("guide", "costs").out == run("guide", "what-it-costs-and-who-helps-with-that").out


def test_the_names_are_listed_and_each_of_them_works(run: Run, small: Path) -> None:
    names = [line.partition(":")[0] for line in run("guide", "--list", "--questions", small).out.splitlines()]
    assert names == ["who-this-is-for", "visits", "stay", "what-to-do"]
    assert [name for name in names if run("guide", name, "--questions", small).code] == []


@pytest.mark.parametrize(
    ("typed", "said", "named"),
    [("Zq7canary", "no such section", "\niop: Intensive"), ("what", "have that", "\nwhat-people-do-there\n")],
)
def test_a_name_that_means_no_section_or_several_is_answered_with_names(
    run: Run, typed: str, said: str, named: str
) -> None:
    ran = run("guide", typed)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert named in ran.err
    assert typed not in ran.err.replace("what-", "").replace("-what", "")


@pytest.mark.parametrize("arguments", [["iop"], ["--to", "html"]])
def test_the_list_goes_with_nothing_else(run: Run, arguments: list[str]) -> None:
    assert run("guide", "--list", *arguments).code == 2


def test_a_page_of_the_guide_is_private_and_replaces_nothing(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "guide.html"
    assert run("guide", "--to", "html", "-o", page).code == 0
    written = page.read_text("utf-8")
    assert written.startswith("<!DOCTYPE html>")
    assert "<h2>Residential care</h2>" in written
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert (run("guide", "iop", "-o", page).code, page.read_text("utf-8")) == (3, written)
    assert run("guide", "iop", "-o", page, "--force").code == 0
    assert "<h2>" not in page.read_text("utf-8")


def test_the_document_of_the_questionnaire_takes_the_same_option(run: Run, small: Path) -> None:
    ran = run("show", "--to", "html", "--questions", small)
    assert (ran.code, ran.out) == (0, run("show", "--format", "html", "--questions", small).out)
    assert ran.out.startswith("<!DOCTYPE html>")


PAGER = "sed s/^/paged:/"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirected", "arguments", "pager", "paged"),
    [
        ("", ["guide"], PAGER, True),
        ("", ["guide"], "cat", False),
        ("", ["guide", "contacts"], PAGER, False),
        ("</dev/null", ["guide"], PAGER, False),
        ("| cat", ["guide"], PAGER, False),
    ],
)
def test_on_a_terminal_what_does_not_fit_goes_through_the_pager(
    tmp_path: Path, redirected: str, arguments: list[str], pager: str, *, paged: bool
) -> None:
    window = Window(arguments, environment(tmp_path, PAGER=pager, MANPAGER="false"), redirected=redirected)
    assert window.end() == 0
    assert (b"paged:" in window.raw) == paged
    assert b"Questionnaire: level-of-care@" in window.raw
    assert b"\x1b" not in window.raw


@pytest.mark.slow
def test_a_pager_can_be_left_at_once(tmp_path: Path) -> None:
    window = Window(["guide"], environment(tmp_path, PAGER="head -n 2"))
    assert window.end() == 0
    assert b"internal error" not in window.raw
