"""What a close look finds in small questionnaires, and what it lets pass."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import HEADER

from iop_screen.problems import Problem, Severity
from iop_screen.questionnaire.load import examine

DAY = date(2026, 11, 23)

QUESTIONS = """\
sections:
  - id: one
    title: One
    questions:
      - id: age
        ask: How old?
        role: context
        type: choice
        options: [{id: young, label: Young}, {id: old, label: Old}]
      - id: sleep
        ask: How are the nights?
        role: risk
        type: choice
        options: [{id: good, label: Good, points: 1}, {id: poor, label: Poor, points: 2}]
      - {id: fever, ask: A fever?, role: risk, type: number, min: 35, max: 43, worse: higher}
"""
RULES = "rules: [{id: r, when: {sleep: poor}, level: stay, because: So.}]\n"
SCORES = "scores: [{id: total, title: Total, add: [sleep]}]\n"


def found(content: str, *codes: str) -> list[Problem]:
    """The problems with one of these codes that a close look finds in a questionnaire that can be used."""
    examined = examine(content.encode(), DAY)
    assert examined.instrument is not None, [finding.problem for finding in examined.findings]
    return [finding.problem for finding in examined.findings if finding.problem.code in codes]


# ---------------------------------------------------------------------- tests that every answer passes


def rule(when: str) -> str:
    return f"rules: [{{id: r, when: {when}, level: stay, because: So.}}]\n"


@pytest.mark.parametrize("test", ["sleep: {at_least: good}", "fever: {at_least: 35}", "total: {at_least: 1}"])
@pytest.mark.parametrize(
    ("part", "severity"),
    [
        ("rules: [{id: r, when: {TEST}, level: stay, because: So.}]", Severity.ERROR),
        (f"{RULES}guarantees: [{{id: g, when: {{TEST}}, level: stay}}]", Severity.ERROR),
        (f"{RULES}notes: [{{id: n, when: {{TEST}}, say: Rest.}}]", Severity.WARNING),
        (f"{RULES}applies_when: {{TEST}}", Severity.WARNING),
    ],
    ids=["rule", "guarantee", "note", "applies_when"],
)
def test_a_need_that_every_answer_passes_is_an_error_where_a_step_hangs_on_it(
    test: str, part: str, severity: Severity
) -> None:
    (problem,) = found(HEADER + QUESTIONS + SCORES + part.replace("TEST", test), "always-passes")
    assert problem.severity is severity


@pytest.mark.parametrize("test", ["sleep: {at_least: poor}", "fever: {at_least: 35.1}", "total: {at_least: 2}"])
def test_a_need_that_the_best_answer_does_not_pass_is_no_error(test: str) -> None:
    assert found(HEADER + QUESTIONS + SCORES + rule(f"{{{test}}}"), "always-passes") == []


# ---------------------------------------------------------------------- who is in scope

LEVELS = HEADER.replace("levels: [", "levels: [{id: call, title: A call}, ")


@pytest.mark.parametrize(
    ("applies_when", "told"),
    [
        ("{age: old}", False),
        ("{age: [young, old]}", False),
        ("{all: [{age: young}, {age: old}]}", True),
        ("{any: [{age: old}, {all: [{age: young}, {age: old}]}]}", False),
    ],
)
def test_a_questionnaire_applies_to_somebody(applies_when: str, *, told: bool) -> None:
    problems = found(f"{HEADER}applies_when: {applies_when}\n{QUESTIONS}{RULES}", "never-applies")
    assert [problem.severity for problem in problems] == [Severity.ERROR] * told


@pytest.mark.parametrize(
    ("visits", "unreached"),
    [
        ("when: {fever: {at_least: 39}}", []),
        ("when: {age: old, fever: {at_least: 39}}", []),
        ("when: {age: young, fever: {at_least: 39}}", ["visits"]),
        ("when: {age: young, fever: {at_least: 39}}, first_step: nurse", ["visits"]),
    ],
)
def test_a_level_is_reached_in_scope_and_a_first_step_by_anybody(visits: str, unreached: list[str]) -> None:
    """The first steps that no rule names are told as well; the nurse is not one of them where a rule names her."""
    rules = f"rules: [{{id: v, {visits}, level: visits, because: So.}}, {RULES.removeprefix('rules: [')}"
    problems = found(f"{LEVELS}applies_when: {{age: old}}\n{QUESTIONS}{rules}", "never-reached")
    told = [problem.message.split("`")[1] for problem in problems]
    assert all(("form in scope" in problem.message) == ("level" in problem.message) for problem in problems)
    assert told == [*unreached, *([] if "nurse" in visits else ["nurse"]), "help_now"]


@pytest.mark.parametrize(
    ("header", "where"),
    [
        (HEADER, "in an emergency"),
        (HEADER.replace(", interrupt: true", ""), ""),
        (f"{HEADER}applies_when: {{age: old}}\n", "in an emergency or outside `applies_when`"),
        (HEADER.replace(", interrupt: true", "") + "applies_when: {age: old}\n", "outside `applies_when`"),
    ],
)
@pytest.mark.parametrize("promise", ["level: stay", "first_step: nurse"])
def test_it_is_said_once_where_the_level_of_a_guarantee_is_not_suggested(header: str, where: str, promise: str) -> None:
    rules = RULES.replace("level: stay", "level: stay, first_step: nurse")
    promises = ", ".join(f"{{id: g{number}, when: {{sleep: poor}}, {promise}}}" for number in range(2))
    proofs = examine(f"{header}{QUESTIONS}{rules}guarantees: [{promises}]".encode(), DAY).proofs
    said = [proof.sentence for proof in proofs if proof.code == "least-level"]
    assert len(said) == (bool(where) and promise == "level: stay")
    assert all(f" not suggested {where}; " in sentence for sentence in said)


# ---------------------------------------------------------------------- notes


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("when: {fever: {at_least: 38}}", False),
        ("for_levels: [stay]", False),
        ("for_levels: [call, stay], when: {fever: {at_least: 38}}", False),
        ("for_levels: [visits], when: {age: old}", False),
        ("for_levels: [call], when: {age: old}", False),
        ("when: {all: [{age: young}, {age: old}]}", True),
        ("when: {age: young}", False),
        ("for_levels: [call], when: {age: young}", True),
        ("for_levels: [call, visits], when: {sleep: poor}", True),
        ("for_levels: [visits], when: {fever: {at_least: 40}}", True),
        ("for_levels: [stay], when: {fever: {at_least: 40}}", True),
        ("when: {fever: {at_least: 40}}", False),
        ("for_levels: [visits], when: {fever: {at_least: 38}}", False),
    ],
)
def test_a_note_is_given_to_somebody(note: str, *, told: bool) -> None:
    rules = """\
rules:
  - {id: s, when: {sleep: poor}, level: stay, because: So.}
  - {id: v, when: {age: old, fever: {at_least: 37}}, level: visits, because: So.}
  - {id: h, when: {fever: {at_least: 40}}, first_step: help_now, because: So.}
"""
    content = f"{LEVELS}applies_when: {{age: old}}\n{QUESTIONS}{rules}notes: [{{id: n, say: Rest., {note}}}]\n"
    problems = found(content, "note-never-given")
    assert [problem.severity for problem in problems] == [Severity.WARNING] * told


def test_a_note_for_a_level_that_no_rule_names_is_never_given() -> None:
    assert found(
        LEVELS + QUESTIONS + RULES + "notes: [{id: n, say: Rest., for_levels: [visits]}]\n", "note-never-given"
    )


# ---------------------------------------------------------------------- bounds out of range

EXCLUDE = "look for two tests that exclude each other, or an `ask_when` that does"


@pytest.mark.parametrize(
    ("when", "hint"),
    [
        ("{fever: {at_least: 43.1}}", "`fever` goes up to 43"),
        ("{any: [{fever: {at_least: 44}}, {fever: {at_least: 45}}]}", "`fever` goes up to 43"),
        ("{total: {at_least: 3}}", "`total` goes up to 2"),
        ("{years: {at_most: -1}}", "`years` goes down to 0"),
        ("{years: {at_least: 121}}", "`years` goes up to 120"),
        ("{all: [{years: {at_least: 65}}, {years: {at_most: 64}}]}", EXCLUDE),
        ("{all: [{age: young}, {age: old}, {fever: {at_least: 43}}]}", EXCLUDE),
    ],
)
@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("rules: [{id: r, when: WHEN, level: stay, because: So.}]", "never-holds"),
        (f"{RULES}guarantees: [{{id: g, when: WHEN, level: stay}}]", "guarantee-never-applies"),
        (f"{RULES}applies_when: WHEN", "never-applies"),
        ("ask_when: WHEN", "never-asked"),
    ],
)
def test_a_bound_that_no_answer_reaches_is_told_with_the_range(when: str, hint: str, part: str, code: str) -> None:
    years = "      - {id: years, ask: How many?, role: context, type: number, min: 0, max: 120}\n"
    last = "      - {id: last, ask: A drop?, role: context, type: yes_no, ask_when: WHEN}\n" if "ask_" in part else ""
    content = HEADER + QUESTIONS + years + last + SCORES + (RULES if last else part)
    (problem,) = found(content.replace("WHEN", when), code)
    assert problem.hint == hint


# ---------------------------------------------------------------------- wording


def worded(key: str, text: str, avoid: str) -> str:
    """A questionnaire with a text in one place, in double quotes, and a word that it is not to have."""
    places = dict.fromkeys(("why", "source", "accepted", "because", "rule_source"), '"So."') | {key: f'"{text}"'}
    accepted = f"[{{check: worst-leads-nowhere, because: {places['accepted']}}}]"
    question = f"why: {places['why']}, source: {places['source']}, accepted: {accepted}"
    reason = f"because: {places['because']}, source: {places['rule_source']}"
    last = f"      - {{id: last, ask: A drop?, role: risk, type: yes_no, worse: yes, {question}}}\n"
    rules = f"rules: [{{id: r, when: {{sleep: poor}}, level: stay, {reason}}}]\n"
    return f'{HEADER}review: {{avoid: ["{avoid}"]}}\n{QUESTIONS}{last}{rules}'


@pytest.mark.parametrize("key", ["why", "source", "accepted", "because", "rule_source"])
@pytest.mark.parametrize(
    ("text", "avoid", "told"),
    [
        ("He committed\\nsuicide.", "committed suicide", True),
        ("He was non\u2010compliant.", "non-compliant", True),
        ("He was non-compliant.", "Non\u2011Compliant", True),
        ("It is the person\u2019s fault.", "person's fault", True),
        ("It is the person's fault.", "person\u2019s fault", True),
        ("It is recommitted  suicide.", "committed suicide", False),
        ("It is the persons fault.", "person's fault", False),
    ],
)
def test_a_word_is_seen_however_its_marks_and_lines_are_written(key: str, text: str, avoid: str, *, told: bool) -> None:
    assert len(found(worded(key, text, avoid), "word-to-avoid")) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("TODO", True),
        ("todo", True),
        ("TBD: ask the nurse.", True),
        ("Ask her. FIXME", True),
        ("xxx", True),
        ("??", True),
        ("To do this is to heal.", False),
        ("What is there to do?", False),
    ],
)
@pytest.mark.parametrize("key", ["why", "source", "accepted", "because"])
def test_what_is_still_to_be_written_is_seen(key: str, text: str, *, told: bool) -> None:
    assert len(found(worded(key, text, "x"), "unfinished-text")) == told


@pytest.mark.parametrize(("key", "told"), [("source", True), ("rule_source", True), ("why", False), ("because", False)])
def test_only_prose_has_line_breaks(key: str, *, told: bool) -> None:
    assert len(found(worded(key, "One\\ntwo.", "x"), "odd-character")) == told


@pytest.mark.parametrize("title", ["Small", "A stay", "A nurse rings", "One", "Young"])
def test_a_name_or_a_label_stands_on_one_line(title: str) -> None:
    broken = (HEADER + QUESTIONS + RULES).replace(f": {title}", f': "{title}\\nand more"', 1)
    (problem,) = found(broken, "odd-character")
    assert problem.hint == "write it on one line, or after `>-`"


# ---------------------------------------------------------------------- answers that look reversed


@pytest.mark.parametrize(
    ("ask", "labels", "reversed_"),
    [
        ("Does noise wake the person?", ["Yes, each night", "At times", "No, never"], True),
        ("Is there pain?", ["Strong pain", "A little", "Free of pain"], True),
        ("Is there pain?", ["It hurts a lot", "A little", "Not at all"], True),
        ("Is there pain?", ["Not at all", "A little", "Strong pain"], False),
        ("Is there pain?", ["It is easy", "A little", "It is hard"], False),
        ("How are the nights?", ["Good", "Poor", "No sleep"], False),
        ("Who is there?", ["Always a friend", "At times", "No one"], False),
        ("Who is there?", ["Day and night", "At times", "No one"], False),
        ("What is it like there?", ["Very calm", "Loud", "Rough"], False),
        ("Can the person sleep?", ["Not at all", "At times", "All night"], True),
        ("Can the person sleep?", ["Hardly", "At times", "As long as need be"], True),
        ("Can the person sleep?", ["As long as need be", "At times", "Most nights"], True),
        ("Can the person sleep?", ["Yes", "At times", "No"], False),
    ],
)
def test_one_end_can_tell_that_answers_are_reversed(ask: str, labels: list[str], reversed_: bool) -> None:  # noqa: FBT001
    options = ", ".join(f'{{id: o{place}, label: "{label}"}}' for place, label in enumerate(labels))
    last = f"      - {{id: last, ask: {ask}, role: risk, type: choice, options: [{options}]}}\n"
    assert bool(found(HEADER + QUESTIONS + last + RULES, "looks-reversed")) is reversed_
