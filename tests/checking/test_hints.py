"""What a hint leads to: it names the likely mistake, and a mistake is reported once, without what follows from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.paths import QUESTIONNAIRES
from support.questionnaires import HEADER

from iop_screen.checking.load import load_questionnaire
from iop_screen.checking.texts import SHORTEST_GRADED, reading_grade
from iop_screen.core.problems import Problem

QUESTIONS = """\
sections:
  - id: one
    title: One
    questions:
      - {id: danger, ask: Any danger?, role: risk, type: yes_no, worse: no}
      - {id: town, ask: Where?, role: context, type: choice, options: [{id: here, label: Here}, {id: far, label: Far}]}
      - id: overdose
        ask: When was the last overdose?
        role: risk
        type: choice
        options:
          - {id: past_year, label: In the past year, points: 1}
          - {id: past_month, label: In the past month, points: 2}
          - {id: never, label: Never, points: 3}
"""
SCORES = "scores: [{id: total, title: Total, add: [overdose]}]\n"


def problems(content: str) -> tuple[Problem, ...]:
    return load_questionnaire(content.encode()).problems


def rule(when: str) -> str:
    return f"rules: [{{id: r, when: {when}, first_step: help_now, because: So.}}]\n"


def hints(content: str) -> list[str]:
    return [problem.hint for problem in problems(content)]


IN_ORDER = "are the options in order, best first and worst last?"

# ---------------------------------------------------------------------- a question that is turned around


def test_where_a_test_names_the_better_answer_worse_itself_is_in_doubt() -> None:
    hint = "is `worse: no` right? if it is, a test can only ask for `no`"
    assert hints(HEADER + QUESTIONS + rule("{danger: yes}")) == [hint]


@pytest.mark.parametrize(
    ("test", "hint"),
    [
        ("past_year", f"`past_year` stands first, which means best: {IN_ORDER}"),
        ("past_month", f"{IN_ORDER} if they are, write `{{at_least: past_month}}`"),
        ("[past_month, never]", f"{IN_ORDER} if they are, write `{{at_least: past_month}}`"),
        ("{at_most: past_month}", f"{IN_ORDER} if they are, write `{{at_least: past_month}}`"),
    ],
)
def test_where_a_test_names_an_option_that_is_not_the_last_the_order_is_in_doubt(test: str, hint: str) -> None:
    assert hints(HEADER + QUESTIONS + rule(f"{{overdose: {test}}}")) == [hint]


# ---------------------------------------------------------------------- hints that can be followed


@pytest.mark.parametrize("ask_when", ["{overdose: never}", "{total: {at_least: 2}}"])
def test_a_question_is_not_to_be_moved_above_itself(ask_when: str) -> None:
    gated = QUESTIONS.replace("ask: When was", f"ask_when: {ask_when}\n        ask: When was")
    (problem,) = problems(HEADER + gated + SCORES + rule("{danger: no}"))
    assert problem.code == "gate-looks-ahead"
    assert problem.message == "whether `overdose` is asked cannot hang on its own answer"
    assert problem.hint == "look at questions further up only"


def test_what_stands_twice_is_offered_once() -> None:
    twice = HEADER.replace("levels: [", "levels: [{id: stay, title: A bed}, ")
    rules = (
        "rules: [{id: r, when: {danger: no}, level: ward, because: So.}]\nnotes: [{id: n, say: So., for_levels: [x]}]"
    )
    reported = problems(twice + QUESTIONS + rules)
    assert [problem.hint for problem in reported if problem.code == "unknown-level"] == [
        "known: `stay` or `visits`"
    ] * 2


# ---------------------------------------------------------------------- one mistake, reported once


@pytest.mark.parametrize(
    ("now", "then", "reported"),
    [
        ("id: overdose", "id: danger", ["duplicate-id"]),
        ("id: never", "id: past_year", ["duplicate-id"]),
        ("id: total", "id: town", ["duplicate-id"]),
        ("id: visits", "id: stay", ["duplicate-id"]),
        ("id: nurse", "id: help_now", ["duplicate-id"]),
        ("points: 3", "points: -1", ["wrong-kind"]),
        ("title: A nurse rings", "title: A nurse rings, interrupt: true", ["interrupt-not-last"]),
        ("{overdose: never}", "{overdos: never}", ["unknown-question"]),
        ("id: overdose", "id: danger\n        asks: Too much", ["duplicate-id", "unknown-key"]),
    ],
)
def test_what_follows_from_a_mistake_is_not_reported(now: str, then: str, reported: list[str]) -> None:
    late = "      - {id: late, ask: A, role: risk, type: yes_no, worse: yes, ask_when: {overdose: never}}\n"
    rules = """\
rules:
  - {id: q, when: {overdose: never}, level: stay, because: So.}
  - {id: s, when: {any: [{total: {at_least: 2}}, {late: yes}]}, first_step: nurse, because: So.}
  - {id: t, when: {danger: no}, first_step: help_now, because: So.}
notes: [{id: n, say: Rest., for_levels: [visits]}]
"""
    content = HEADER + QUESTIONS + late + SCORES + rules
    assert [problem.code for problem in problems(content)] == []
    assert sorted(problem.code for problem in problems(content.replace(now, then, 1))) == reported


def test_more_unknown_names_than_twins_are_reported() -> None:
    twins = QUESTIONS.replace("id: overdose", "id: danger")
    when = "{any: [{overdose: never}, {overdos: never}]}"
    reported = [problem.code for problem in problems(HEADER + twins + rule(when))]
    assert sorted(reported) == ["duplicate-id", "unknown-question", "unknown-question"]


def test_only_one_of_two_steps_breaks_off() -> None:
    steps = HEADER.replace("title: A nurse rings", "title: A nurse rings, interrupt: true")
    assert hints(steps + QUESTIONS + rule("{danger: no}")) == [
        "only one can break off the interview: remove `interrupt` here"
    ]


# ---------------------------------------------------------------------- what to write


@pytest.mark.parametrize(
    "line", ["%YAML 2.0\n---", "%YAML 1.1\n%YAML 1.1\n---", "%FOO\n---", "%TAG ! x\n%TAG ! y\n---"]
)
def test_a_line_that_the_parser_stumbles_over_is_to_be_removed(line: str) -> None:
    (problem,) = problems(f"{line}\n{HEADER}")
    assert (problem.code, problem.hint) == ("yaml-directive", "remove the line")
    assert "document" not in problem.message


@pytest.mark.parametrize(
    ("now", "then", "hint"),
    [
        ("title: Small\n", "", "add `title:`"),
        ("title: Small", "tilte: Small", "is it written as `tilte`?"),
        ("ask: Any danger?, ", "", "add `ask:`"),
        ("ask: Any danger?", "aks: Any danger?", "is it written as `aks`?"),
        (", because: So.", "", "add `because:`"),
        (
            "id: town, ask: Where?, role: context, type: choice",
            "id: town, ask: Where?, role: context",
            "add `type:` with ",
        ),
    ],
)
def test_a_missing_key_is_to_be_added_or_spelled_right(now: str, then: str, hint: str) -> None:
    reported = problems((HEADER + QUESTIONS + rule("{danger: no}")).replace(now, then, 1))
    assert next(problem.hint for problem in reported if problem.code == "missing-key").startswith(hint)


@pytest.mark.parametrize(
    ("day", "hint"),
    [
        ("23.11.2026", "write the year first, then the month and the day, each with two digits"),
        ("2026-3-1", "write the year first, then the month and the day, each with two digits"),
        ("2026-13-23", "write the year first, then the month (01 to 12) and the day (01 to 31)"),
        ("2026-02-30", "write the year first, then the month (01 to 12) and the day (01 to 31)"),
    ],
)
def test_a_date_that_cannot_be_read_is_reported_with_how_to_write_it(day: str, hint: str) -> None:
    contact = f"contacts: [{{id: c, name: Line, reach: call, checked_on: {day}}}]\n"
    assert hints(HEADER + contact + QUESTIONS + rule("{danger: no}")) == [hint]


# ---------------------------------------------------------------------- plain words


@pytest.mark.parametrize("path", sorted(QUESTIONNAIRES.glob("[ce]*/*.out")), ids=lambda p: p.stem)
def test_what_is_printed_reads_at_grade_8(path: Path) -> None:
    """What stands in backticks is the author's."""
    printed = path.read_text("utf-8")
    messages = re.findall(r"^\S+: (?:error|warning): (.*) \[[a-z0-9-]+\]$|^  hint: (.*)$", printed, re.MULTILINE)
    texts = [re.sub(r"`[^`]*`", "it", "".join(found)) for found in messages]
    graded = {text: reading_grade(text) for text in texts if len(text.split()) >= SHORTEST_GRADED}
    assert {text: grade for text, grade in graded.items() if grade > 8} == {}
