"""The table of pairs for a clinician: its text, its page and its rows hold the same, and the counts add up."""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path

import pytest
from support.markup import ALLOWED, Page, one_line
from support.paths import REPOSITORY
from support.questionnaires import HEADER, ready
from support.running import Run

from iop_screen.checking.pairs import PairTable, pair_table
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.pairs import CSV_COLUMNS, pairs_csv, pairs_html, pairs_text

GOLDEN = REPOSITORY / "tests" / "golden" / "pairs.txt"
SMALL = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - id: age
        ask: Age?
        role: context
        type: choice
        options: [{{id: child, label: A child}}, {{id: young, label: Young}}, {{id: old, label: Old}}]
      - {{id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}}
      - id: sleep
        ask: Nights?
        role: risk
        type: choice
        options: [{{id: good, label: Good}}, {{id: poor, label: Poor}}, {{id: bad, label: =Bad}}]
      - {{id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes, ask_when: {{sleep: {{at_least: poor}}}}}}
      - {{id: drinks, ask: Drinks?, role: risk, type: number, worse: higher, min: 0, max: 40}}
rules:
  - {{id: in_danger, when: {{danger: yes}}, first_step: help_now, because: Danger.}}
  - {{id: no_sleep, when: {{sleep: bad}}, first_step: nurse, because: No sleep.}}
  - {{id: is_alone, when: {{alone: yes, drinks: {{at_least: 3}}}}, level: stay, because: Alone.}}
applies_when: {{age: [young, old]}}
"""


@pytest.fixture(scope="module")
def small() -> CompiledQuestionnaire:
    return ready(SMALL)


@pytest.fixture(scope="module")
def table(small: CompiledQuestionnaire) -> PairTable:
    return pair_table(small)


def test_the_text(small: CompiledQuestionnaire, table: PairTable) -> None:
    text = pairs_text(table, small)
    if os.environ.get("REWRITE_GOLDEN"):
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_the_page_says_what_the_text_says(small: CompiledQuestionnaire, table: PairTable) -> None:
    page = Page(pairs_html(table, small))
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert page.title == "Answers in pairs: Small"
    text = one_line(pairs_text(table, small))
    named = ("all others (5)", "age old; alone yes; drinks 3", "(with sleep poor)")
    for words in ("More together than alone: 1", *named, small.hash12, "Made up."):
        assert words in page.text
        assert words in text


NEEDS = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: age, ask: Age?, role: context, type: choice, options: [{{id: young, label: Y}}, {{id: old, label: O}}]}}
      - {{id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}}
      - {{id: sleep, ask: Nights?, role: risk, type: yes_no, worse: no}}
      - {{id: pain, ask: Pain?, role: risk, type: yes_no, worse: yes}}
      - {{id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes}}
      - id: more
        ask: More?
        role: risk
        type: multiple
        options: [{{id: none, label: None, exclusive: true}}, {{id: cold, label: Cold}}, {{id: hot, label: Hot}}]
      - {{id: inside, ask: Inside?, role: risk, type: yes_no, worse: yes, ask_when: {{more: hot}}}}
rules:
  - {{id: in_danger, when: {{danger: yes}}, first_step: help_now, because: Danger.}}
  - {{id: no_sleep, when: {{sleep: no}}, first_step: nurse, because: No sleep.}}
  - {{id: in_pain, when: {{pain: yes}}, first_step: nurse, because: Pain.}}
  - {{id: is_alone, when: {{alone: yes}}, level: stay, first_step: nurse, because: Alone.}}
  - {{id: is_inside, when: {{inside: yes}}, first_step: nurse, because: Inside.}}
"""


def test_pairs_are_named_where_they_could_get_more() -> None:
    """Not in an emergency, and not beside an answer that gets the most by itself.

    What is always added stands once, and is no more said of an answer that is the added one.
    """
    compiled = ready(NEEDS)
    text = pairs_text(pair_table(compiled), compiled)
    rows = text.partition("First: Help now\n-")[2]
    assert rows.count("all others") == 2
    assert "danger yes: all others (7)" in rows
    assert "alone yes: all others (6)" in rows
    assert "sleep no:\n  - Both need something: pain yes; inside yes (with more hot)\n  - Others: age old; more" in rows
    assert "inside yes (with more hot): age old; more cold, hot\n" in rows
    assert "age old: more cold, hot\n" in rows


def test_the_rows_are_the_singles_and_the_pairs(small: CompiledQuestionnaire, table: PairTable) -> None:
    rows = [*csv.DictReader(io.StringIO(pairs_csv(table, small)))]
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == len(table.singles) + len(table.pairs)
    assert {(row["questionnaire"], row["disclaimer"]) for row in rows} == {(small.stamp, "Made up.")}
    found = {tuple(row[name] for name in CSV_COLUMNS[:4]): row for row in rows}
    assert [found["alone", "yes", "drinks", "3"][name] for name in CSV_COLUMNS[4:9]] == [
        "sleep poor",
        "stay",
        "stay",
        "",
        "yes",
    ]
    danger = [found["danger", "yes", "", ""][name] for name in CSV_COLUMNS[4:9]]
    assert danger == ["", "emergency", "visits", "help_now", ""]


def test_every_column_is_in_the_reference() -> None:
    table = (REPOSITORY / "docs" / "reference.md").read_text("utf-8").split("## Answers in pairs")[1]
    table = table.split("\n## ")[0]
    told = [name for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]
    assert {*CSV_COLUMNS} <= {*told}


def test_the_counts_of_the_groups_add_up(small: CompiledQuestionnaire, table: PairTable) -> None:
    counts = r"answers alone: (\d+); pairs: (\d+); more together than alone: (\d+)"
    numbers = [[*map(int, found)] for found in re.findall(counts, one_line(pairs_text(table, small)))]
    *groups, every = numbers
    assert [*map(sum, zip(*groups, strict=True))] == every
    assert every == [len(table.singles), len(table.pairs), sum(pair.more_together for pair in table.pairs)]


# ---------------------------------------------------------------------- the command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.mark.parametrize("to", ["text", "csv", "html"])
def test_the_command_writes_each(run: Run, file: Path, to: str, small: CompiledQuestionnaire, table: PairTable) -> None:
    render = {"text": pairs_text, "csv": pairs_csv, "html": pairs_html}[to]
    ran = run("check", file, "--pairs", "--format", to)
    assert (ran.code, ran.out, ran.err) == (0, render(table, small), "")
    out = file.with_name("out")
    assert run("check", file, "--pairs", "--format", to, "-o", out).code == 0
    assert out.read_bytes() == ran.stdout
    assert run("check", file, "--pairs", "-o", out).code == 3
    assert run("check", file, "--pairs", "-o", out, "--force").code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--pairs", "--format", "json"),
        ("--pairs", "--strict"),
        ("--pairs", "--cases", "cases.yaml"),
        ("--pairs", "--save-counterexample", "counter.yaml"),
        ("--format", "csv"),
        ("--format", "html"),
    ],
)
def test_options_that_do_not_go_together(run: Run, file: Path, options: tuple[str, ...]) -> None:
    ran = run("check", file, *options)
    assert (ran.code, ran.out) == (2, "")
    assert "pairs" in ran.err


def test_a_questionnaire_that_cannot_be_used_has_no_table(run: Run, file: Path) -> None:
    file.write_text(SMALL.replace("sleep: bad", "sleep: worst"), "utf-8")
    ran = run("check", file, "--pairs")
    assert (ran.code, ran.out) == (4, "")
    assert "worst" in ran.err


def test_the_report_can_be_written_to_a_file(run: Run, file: Path) -> None:
    out = file.with_name("report.txt")
    printed = run("check", file)
    written = run("check", file, "-o", out)
    assert (written.code, written.out) == (printed.code, "")
    assert out.read_bytes() == printed.stdout
