"""The command `check` around its report: cases, the counterexample it writes, and what it says where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.no_solver import without_solver
from support.paths import QUESTIONNAIRES, REPOSITORY
from support.questionnaires import HEADER
from support.running import Run

SECTIONS = """\
sections:
  - id: one
    title: One
    questions:
      - id: sleep
        ask: How are the nights?
        why: Sleep heals.
        source: made up
        role: risk
        type: choice
        options: [{id: good, label: Good}, {id: poor, label: Poor}, {id: bad, label: Bad}]
      - {id: danger, ask: Danger?, why: To help., source: made up, role: risk, type: yes_no, worse: yes}
"""
RULES = """\
rules:
  - {id: in_danger, when: {danger: yes}, first_step: help_now, because: Danger., source: made up}
  - {id: no_sleep, when: {sleep: bad}, level: stay, first_step: nurse, because: No sleep., source: made up}
"""
BROKEN = "guarantees: [{id: poor_sleep_counts, when: {sleep: {at_least: poor}}, level: stay, first_step: nurse}]\n"
KEPT = "guarantees: [{id: bad_sleep_counts, when: {sleep: bad}, level: stay}]\n"
NEVER = (
    "guarantees: [{id: g, when: {all: [{at: a}, {at: b}]}, level: stay}, {id: h, when: {sleep: bad}, level: stay}]\n"
)
PLACE = "      - {id: at, ask: At?, role: context, type: choice, options: [{id: a, label: A}, {id: b, label: B}]}\n"
USABLE = HEADER + SECTIONS + RULES
UNUSABLE = HEADER + SECTIONS + RULES.replace("sleep: bad", "sleep: badly")
MENDED = USABLE.replace("when: {sleep: bad}", "when: {sleep: {at_least: poor}}") + BROKEN

GAPS = "".join(
    f"      - {{id: q{n}, ask: Q?, role: context, type: choice, options: [{{id: a, label: A}}, {{id: b, label: B}}]}}\n"
    for n in range(32)
)
PAIRS = ", ".join(f"{{any: [{{q{n}: a}}, {{q{n + 1}: a}}]}}" for n in range(0, 32, 2))
UNDECIDED = f"guarantees: [{{id: g, when: {{all: [{PAIRS}]}}, level: stay}}]\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


def write(path: Path, content: str) -> Path:
    path.write_text(content, "utf-8")
    return path


# ---------------------------------------------------------------------- the counterexample


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (USABLE + KEPT, "every guarantee holds"),
        (USABLE, "the questionnaire has no guarantees"),
        (UNUSABLE + BROKEN, "no guarantee was looked at, for the questionnaire cannot be used"),
        (HEADER + SECTIONS + PLACE + RULES + NEVER, "no guarantee is broken, but 1 of 2 can never apply"),
    ],
    ids=["kept", "none", "unusable", "never applies"],
)
def test_it_says_why_there_is_no_counterexample(run: Run, file: Path, content: str, why: str) -> None:
    out = file.with_name("counter.yaml")
    assert run("check", write(file, content), "--save-counterexample", out).err == f"no counterexample: {why}\n"
    assert not out.exists()


@pytest.mark.slow
def test_it_says_why_there_is_no_counterexample_without_a_solver(run: Run, file: Path) -> None:
    out = file.with_name("counter.yaml")
    content = HEADER + SECTIONS + GAPS + RULES + UNDECIDED
    why = "no guarantee is broken, but 1 of 1 could not be decided"
    with without_solver():
        assert run("check", write(file, content), "--save-counterexample", out).err == f"no counterexample: {why}\n"
    assert not out.exists()


def test_the_counterexample_states_the_promise_exactly(run: Run, file: Path) -> None:
    out = file.with_name("counter.yaml")
    ran = run("check", write(file, USABLE + BROKEN), "--save-counterexample", out)
    assert (ran.code, ran.err) == (1, "")
    assert (
        out.read_text("utf-8")
        == """\
# A form that breaks a guarantee, as a case that expects what the guarantee promises. It fails until the
# questionnaire is mended, and passes from then on. `iop-screen check QUESTIONNAIRE --cases THIS_FILE` runs it.
format: 1
cases:
  - id: poor_sleep_counts
    story: "By guarantee, if sleep at least poor, then the first step \\"A nurse rings\\" or a more urgent one, and at least A stay."
    answers:
      sleep: poor
    level_or_more: stay
    first_step_or_more: nurse
"""  # noqa: E501 - a story is one line
    )


def test_the_how_to_shows_a_counterexample_as_it_is_written(run: Run, file: Path) -> None:
    example = QUESTIONNAIRES / "close" / "guarantee-broken.yaml"
    run("check", example, "--save-counterexample", file)
    assert f"```yaml\n{file.read_text('utf-8')}```\n" in (REPOSITORY / "docs" / "howto.md").read_text("utf-8")


def test_the_counterexample_fails_until_the_questionnaire_is_mended(run: Run, file: Path) -> None:
    out = file.with_name("counter.yaml")
    run("check", write(file, USABLE + BROKEN), "--save-counterexample", out)
    before = run("check", file, "--cases", out)
    assert (before.code, before.out.endswith("1 case, 2 mismatches\n")) == (1, True)
    after = run("check", write(file, MENDED), "--cases", out)
    assert (after.code, after.out.endswith("1 case, 0 mismatches\n")) == (0, True)


def test_a_counterexample_replaces_a_file_only_with_force(run: Run, file: Path) -> None:
    out = write(file.with_name("counter.yaml"), "mine")
    refused = run("check", write(file, USABLE + BROKEN), "--save-counterexample", out)
    assert (refused.code, out.read_text("utf-8")) == (3, "mine")
    assert refused.err == f"iop-screen: {out} exists already; add --force to replace it\n"
    assert run("check", file, "--save-counterexample", out, "--force").code == 1
    assert "poor_sleep_counts" in out.read_text("utf-8")


def test_a_counterexample_never_replaces_the_questionnaire(run: Run, file: Path) -> None:
    ran = run("check", write(file, USABLE + BROKEN), "--save-counterexample", file, "--force")
    assert (ran.code, file.read_text("utf-8")) == (3, USABLE + BROKEN)


def test_a_counterexample_never_replaces_the_cases_that_were_run(run: Run, file: Path) -> None:
    cases = write(file.with_name("cases.yaml"), CASES)
    ran = run("check", write(file, USABLE + BROKEN), "--cases", cases, "--save-counterexample", cases, "--force")
    assert (ran.code, cases.read_text("utf-8")) == (3, CASES)
    assert ran.err == f"iop-screen: cannot write {cases}: it is the input\n"


# ---------------------------------------------------------------------- cases

GOOD_CASE = "  - {id: bad_nights, story: No sleep., answers: {sleep: bad}, level_at_least: stay}\n"
BAD_CASE = "  - {id: worse_nights, story: No sleep., answers: {sleep: bad}, fires: [no_slep]}\n"
CASES = f"format: 1\ncases:\n{GOOD_CASE}"


def test_of_another_file_it_says_that_no_cases_were_run_and_how(run: Run, file: Path) -> None:
    ran = run("check", write(file, USABLE))
    assert ran.out.endswith("\nno cases were run; --cases FILE runs those in a file\n")
    assert json.loads(run("check", file, "--format", "json").out)["cases"] is None


@pytest.mark.slow
def test_the_default_questionnaire_runs_its_own_cases(run: Run) -> None:
    assert "no cases" not in run("check").out


@pytest.mark.slow
@pytest.mark.parametrize(("name", "run_them"), [("level-of-care", True), ("our-own", False)])
def test_a_copy_of_the_default_questionnaire_runs_the_same_cases(
    run: Run, file: Path, name: str, *, run_them: bool
) -> None:
    """Also if it has been edited: here nobody is asked whether the person can stay safe, and cases say so."""
    content = (REPOSITORY / "questions.yaml").read_text("utf-8").replace("id: level-of-care\n", f"id: {name}\n", 1)
    ran = run("check", write(file, content))
    cases = REPOSITORY / "cases.yaml"
    written = cases.read_text("utf-8").count("\n  - id: ")
    count = f"{cases}: {written} cases, 0 mismatches"
    assert (ran.code, ran.out.endswith(f"\n{count}\n"), "no cases were run" in ran.out) == (0, run_them, not run_them)
    hidden = content.replace("      - id: stay_safe\n", "      - id: stay_safe\n        ask_when: {age: under_18}\n")
    ran = run("check", write(file, hidden), "--format", "json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert {"never-asked", "guarantee-never-applies"} <= {problem["code"] for problem in found["problems"]}
    assert bool(found["cases"] and found["cases"]["mismatches"]) == run_them


def test_with_a_questionnaire_that_cannot_be_used_it_says_that_the_cases_were_not_run(run: Run, file: Path) -> None:
    cases = write(file.with_name("cases.yaml"), CASES)
    ran = run("check", write(file, UNUSABLE), "--cases", cases)
    assert ran.code == 1
    assert ran.out.endswith(f"\n{cases}: the cases were not run, for the questionnaire cannot be used\n")
    assert "cases" not in run("check", file).out


def test_a_case_with_a_problem_is_shown_in_its_place_and_the_others_are_run(run: Run, file: Path) -> None:
    cases = write(file.with_name("cases.yaml"), CASES + BAD_CASE)
    ran = run("check", write(file, USABLE), "--cases", cases)
    assert ran.code == 1
    column = BAD_CASE.index("no_slep") + 1
    assert f"\n{cases}:4:{column}: error: there is no rule `no_slep` [unknown-rule]\n" in ran.out
    assert ran.out.endswith(f"\n{cases}: 1 case, 0 mismatches\nnot run: 1 case with problems\n")
    found = json.loads(run("check", file, "--cases", cases, "--format", "json").out)["cases"]
    assert (found["cases"], found["mismatches"], found["not_run"]) == (1, 0, 1)
    assert [(problem["code"], problem["line"]) for problem in found["problems"]] == [("unknown-rule", 4)]


def test_of_a_case_file_that_cannot_be_read_no_case_is_run(run: Run, file: Path) -> None:
    cases = write(file.with_name("cases.yaml"), CASES.replace("format: 1", "format: 2"))
    ran = run("check", write(file, USABLE), "--cases", cases)
    assert (ran.code, ran.out.endswith("\nthe cases were not run\n")) == (1, True)
