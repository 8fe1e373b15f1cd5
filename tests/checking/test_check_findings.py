"""What all checks find in small questionnaires, and what it lets pass."""

from __future__ import annotations

import re
from datetime import date

import pytest
from support.questionnaires import HEADER

from iop_screen.checking import invariants
from iop_screen.checking.load import check_questionnaire, load_questionnaire
from iop_screen.core.problems import Problem, Severity
from iop_screen.engine import judgement
from iop_screen.engine.suggest import certain_steps

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
    """The problems with one of these codes that all checks find in a questionnaire that can be used."""
    check_report = check_questionnaire(content.encode(), DAY)
    assert check_report.compiled is not None, [finding.problem for finding in check_report.findings]
    return [finding.problem for finding in check_report.findings if finding.problem.code in codes]


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


# ---------------------------------------------------------------------- what silence may settle


def test_an_engine_that_took_a_missing_answer_for_a_good_one_would_be_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Here even the best answer gets a stay. Without it the form is open, so it settles no lower."""
    content = (HEADER + QUESTIONS + rule("{sleep: {at_least: good}}")).encode()
    assert load_questionnaire(content).problems == ()
    monkeypatch.setattr(invariants, "possible_steps", certain_steps)
    (problem,) = load_questionnaire(content).problems
    assert (problem.code, "`sleep`" in problem.message) == ("silence-reassures", True)


def test_the_proofs_of_loading_ask_for_no_whole_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are made for some hundred forms each time, and a result takes several times as long as its suggestion."""
    monkeypatch.setattr(judgement, "open_questions", None)
    assert load_questionnaire((HEADER + QUESTIONS + RULES).encode()).problems == ()


# ---------------------------------------------------------------------- who is in scope

LEVELS = HEADER.replace("levels: [", "levels: [{id: call, title: A call}, ")


@pytest.mark.parametrize(
    ("applies_when", "reported"),
    [
        ("{age: old}", False),
        ("{age: [young, old]}", False),
        ("{all: [{age: young}, {age: old}]}", True),
        ("{any: [{age: old}, {all: [{age: young}, {age: old}]}]}", False),
    ],
)
def test_a_questionnaire_applies_to_somebody(applies_when: str, *, reported: bool) -> None:
    problems = found(f"{HEADER}applies_when: {applies_when}\n{QUESTIONS}{RULES}", "never-applies")
    assert [problem.severity for problem in problems] == [Severity.ERROR] * reported


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
    """The first steps that no rule names are reported as well; the nurse is not one of them where a rule names her."""
    rules = f"rules: [{{id: v, {visits}, level: visits, because: So.}}, {RULES.removeprefix('rules: [')}"
    problems = found(f"{LEVELS}applies_when: {{age: old}}\n{QUESTIONS}{rules}", "never-reached")
    reported = [problem.message.split("`")[1] for problem in problems]
    assert all(("form in scope" in problem.message) == ("level" in problem.message) for problem in problems)
    assert reported == [*unreached, *([] if "nurse" in visits else ["nurse"]), "help_now"]


HIDDEN = ("role: risk\n        type: choice", "role: risk\n        ask_when: {age: young}\n        type: choice")
ALL_ELSE = "rules: [{id: ill, when: {fever: {at_least: 39}}, level: stay, because: So.}, "


def test_a_question_that_is_hidden_from_everybody_in_scope_does_not_go_unnoticed() -> None:
    """Nor what rests on its answer: its rule, its worst answer, and a guarantee of a level or of a first step."""
    hidden = QUESTIONS.replace(*HIDDEN)
    rest = (
        ALL_ELSE
        + RULES.removeprefix("rules: [")
        + (
            "guarantees: [{id: g, when: {sleep: poor}, level: stay}, "
            "{id: h, when: {fever: {at_least: 39}}, level: stay}]\n"
        )
    )
    codes = "never-asked", "worst-leads-nowhere", "never-matters", "guarantee-never-applies"
    for applies_when, reported in (("", []), ("applies_when: {age: old}\n", sorted(codes))):
        problems = found(HEADER + applies_when + hidden + rest, *codes)
        assert sorted(problem.code for problem in problems) == reported
    errors = [problem.code for problem in problems if problem.severity is Severity.ERROR]
    assert sorted(errors) == ["guarantee-never-applies", "never-asked"]
    check_report = check_questionnaire((HEADER + "applies_when: {age: old}\n" + hidden + rest).encode(), DAY)
    assert [proof.guarantee_id for proof in check_report.proofs if proof.guarantee_id] == ["h"]


def test_a_question_that_moves_nothing_and_is_hidden_from_everybody_in_scope_is_a_warning() -> None:
    key = "      - {id: key, ask: Who has it?, role: context, type: yes_no, ask_when: {age: young}}\n"
    note = "notes: [{id: n, when: {key: yes}, say: Fetch it.}]\n"
    (problem,) = found(HEADER + "applies_when: {age: old}\n" + QUESTIONS + key + RULES + note, "never-asked")
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("promise", "severities"),
    [
        ("when: {sleep: poor}, first_step: nurse", [Severity.WARNING]),
        ("when: {sleep: poor}, level: stay, first_step: nurse", [Severity.ERROR]),
        ("when: {age: young, sleep: poor}, first_step: nurse", []),
        ("when: {age: young, sleep: poor}, level: stay", [Severity.ERROR]),
        ("when: {fever: {at_least: 39}}, level: stay", []),
    ],
)
def test_a_guarantee_for_nobody_in_scope_may_say_so_itself_if_it_is_of_a_first_step(
    promise: str, severities: list[Severity]
) -> None:
    hidden = QUESTIONS.replace(*HIDDEN)
    rules = ALL_ELSE + "{id: r, when: {sleep: poor}, level: stay, first_step: nurse, because: So.}]\n"
    content = f"{HEADER}applies_when: {{age: old}}\n{hidden}{rules}guarantees: [{{id: g, {promise}}}]\n"
    problems = found(content, "guarantee-never-applies", "guarantee-broken")
    assert [problem.severity for problem in problems] == severities
    proved = [proof.guarantee_id for proof in check_questionnaire(content.encode(), DAY).proofs if proof.guarantee_id]
    assert proved == ([] if severities else ["g"])


@pytest.mark.parametrize(
    ("rules", "unreached"),
    [
        ("{id: v, when: {fever: {at_least: 39}}, level: visits, because: So.}", []),
        ("{id: v, when: {age: [young, old]}, level: visits, because: So.}", ["call"]),
        ("{id: v, when: {any: [{age: young}, {age: old}]}, level: visits, because: So.}", ["call"]),
        ("{id: v, when: {age: old}, level: visits, because: So.}", []),
        ("{id: v, when: {age: old}, first_step: help_now, because: So.}", ["visits"]),
        ("{id: v, when: {fever: {at_least: 39}}, level: visits, first_step: help_now, because: So.}", ["visits"]),
        (
            "{id: w, when: {age: [young, old]}, first_step: help_now, because: So.}",
            ["call", "visits", "stay"],
        ),
    ],
)
@pytest.mark.parametrize("scope", ["", "applies_when: {age: [young, old]}\n"])
def test_a_level_that_nobody_can_be_settled_on_is_reported_the_first_one_too(
    scope: str, rules: str, unreached: list[str]
) -> None:
    content = f"{LEVELS}{scope}{QUESTIONS}rules: [{rules}, {RULES.removeprefix('rules: [')}"
    reported = [problem.message.split("`")[1] for problem in found(content, "never-reached")]
    assert [name for name in reported if name in {"call", "visits", "stay"}] == unreached


def test_without_an_interrupting_step_or_a_contact_on_any_step_there_is_a_warning() -> None:
    contacts = "contacts: [{id: line, name: Line, reach: call 000}]\n"
    none = HEADER.replace(", interrupt: true", "")
    shown = HEADER.replace("title: Help now", "title: Help now, contacts: [line]")
    codes = "no-interrupt", "no-contacts"
    assert [problem.code for problem in found(none + QUESTIONS + RULES, *codes)] == ["no-interrupt"]
    assert [problem.code for problem in found(HEADER + contacts + QUESTIONS + RULES, *codes)] == ["no-contacts"]
    assert found(shown + contacts + QUESTIONS + RULES, *codes) == []


@pytest.mark.parametrize(
    ("signed", "refused"),
    [
        ("levels: [visits, stay], first_steps: [nurse, help_now]", 0),
        ("levels: [stay, visits]", 1),
        ("first_steps: [help_now, nurse]", 1),
        ("levels: [visits]", 1),
        ("levels: [visits, stay, ward]", 1),
        ("grade: 8", 0),
    ],
)
def test_steps_in_another_order_than_was_signed_are_refused(signed: str, refused: int) -> None:
    loaded = load_questionnaire(f"{HEADER}review: {{{signed}}}\n{QUESTIONS}{RULES}".encode())
    assert [problem.code for problem in loaded.problems] == ["order-changed"] * refused
    assert (loaded.compiled is None) == bool(refused)


def test_a_promise_says_when_its_questions_are_asked() -> None:
    """Also of the question that decides whether another one is asked."""
    gated = (
        "      - {id: wakes, ask: Wakes?, role: risk, type: yes_no, worse: yes, ask_when: {sleep: poor}}\n"
        "      - {id: pain, ask: Pain?, role: risk, type: yes_no, worse: yes, ask_when: {wakes: yes}}\n"
    )
    rules = RULES.replace("}]", "}, {id: p, when: {pain: yes}, level: stay, because: So.}]")
    promises = "guarantees: [{id: g, when: {pain: yes}, level: stay}, {id: h, when: {sleep: poor}, level: stay}]\n"
    proofs = check_questionnaire((HEADER + QUESTIONS + gated + rules + promises).encode(), DAY).proofs
    said = {proof.guarantee_id: proof.sentence for proof in proofs if proof.guarantee_id}
    assert said["g"].startswith(
        "g: if pain is yes where it is asked (wakes is yes where it is asked (sleep is poor)), then at least A stay"
    )
    assert said["h"].startswith("h: if sleep is poor, then at least A stay")
    assert [proof.code for proof in proofs].count("only-what-is-asked") == 1


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
def test_one_proof_says_where_the_level_of_a_guarantee_is_not_suggested(header: str, where: str, promise: str) -> None:
    rules = RULES.replace("level: stay", "level: stay, first_step: nurse")
    promises = ", ".join(f"{{id: g{number}, when: {{sleep: poor}}, {promise}}}" for number in range(2))
    proofs = check_questionnaire(f"{header}{QUESTIONS}{rules}guarantees: [{promises}]".encode(), DAY).proofs
    said = [proof.sentence for proof in proofs if proof.code == "least-level"]
    assert len(said) == (bool(where) and promise == "level: stay")
    assert all(f" not suggested {where}; " in sentence for sentence in said)


# ---------------------------------------------------------------------- notes


@pytest.mark.parametrize(
    ("note", "reported"),
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
def test_a_note_is_given_to_somebody(note: str, *, reported: bool) -> None:
    rules = """\
rules:
  - {id: s, when: {sleep: poor}, level: stay, because: So.}
  - {id: v, when: {age: old, fever: {at_least: 37}}, level: visits, because: So.}
  - {id: h, when: {fever: {at_least: 40}}, first_step: help_now, because: So.}
"""
    content = f"{LEVELS}applies_when: {{age: old}}\n{QUESTIONS}{rules}notes: [{{id: n, say: Rest., {note}}}]\n"
    problems = found(content, "note-never-given")
    assert [problem.severity for problem in problems] == [Severity.WARNING] * reported


@pytest.mark.parametrize(
    ("note", "reported"),
    [
        ("for_first_steps: [none]", ""),
        ("for_first_steps: [nurse]", ""),
        ("for_first_steps: [help_now]", ""),
        ("for_first_steps: [none, none]", ""),
        ("for_first_steps: [none], when: {age: young, fever: {at_least: 37}}", ""),
        ("for_first_steps: [none], when: {sleep: poor}", "the first step `none`"),
        ("for_first_steps: [none, nurse], when: {fever: {at_least: 40}}", "the first step `none` or `nurse`"),
        ("for_first_steps: [none, help_now], when: {fever: {at_least: 40}}", ""),
        ("for_first_steps: [nurse], when: {age: old}", ""),
        ("for_first_steps: [nurse], when: {age: old, fever: {at_least: 41}}", "the first step `nurse`"),
        ("for_levels: [stay], for_first_steps: [none]", "`stay` together with the first step `none`"),
        ("for_levels: [stay, visits], for_first_steps: [none]", ""),
        ("for_levels: [visits], for_first_steps: [nurse]", "`visits` together with the first step `nurse`"),
        ("for_levels: [stay], for_first_steps: [nurse]", ""),
        ("for_levels: [stay], for_first_steps: [nurse], when: {fever: {at_least: 40}}", "`stay` together with the fir"),
        ("for_levels: [stay], for_first_steps: [nurse], when: {age: young}", "`stay` together with the first step"),
        ("for_levels: [stay], for_first_steps: [help_now]", "`stay` together with the first step `help_now`"),
        ("for_first_steps: [help_now], when: {age: young}", ""),
    ],
)
def test_a_note_for_some_first_steps_is_given_to_somebody(note: str, reported: str) -> None:
    """A first step counts out of scope and in an emergency too, but not for a note that is for some levels as well."""
    rules = """\
rules:
  - {id: s, when: {sleep: poor}, level: stay, first_step: nurse, because: So.}
  - {id: v, when: {age: old, fever: {at_least: 37}}, level: visits, because: So.}
  - {id: h, when: {fever: {at_least: 40}}, first_step: help_now, because: So.}
"""
    content = f"{HEADER}applies_when: {{age: old}}\n{QUESTIONS}{rules}notes: [{{id: n, say: Rest., {note}}}]\n"
    problems = found(content, "note-never-given", "not-decided")
    start = f"the note `n` is never given: who meets its condition never gets {reported}"
    assert [problem.message[: len(start)] for problem in problems] == [start] * bool(reported)


@pytest.mark.parametrize("key", ["for_levels", "for_first_steps"])
def test_a_note_for_no_step_at_all_is_never_given(key: str) -> None:
    (problem,) = found(f"{HEADER}{QUESTIONS}{RULES}notes: [{{id: n, say: Rest., {key}: []}}]\n", "note-never-given")
    assert problem.message == f"the note `n` is never given: its `{key}` is empty"
    assert problem.hint == f"name some, or remove `{key}` if the note is for all of them"


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
def test_a_bound_that_no_answer_reaches_is_reported_with_the_range(when: str, hint: str, part: str, code: str) -> None:
    years = "      - {id: years, ask: How many?, role: context, type: number, min: 0, max: 120}\n"
    last = "      - {id: last, ask: A drop?, role: context, type: yes_no, ask_when: WHEN}\n" if "ask_" in part else ""
    content = HEADER + QUESTIONS + years + last + SCORES + (RULES if last else part)
    (problem,) = found(content.replace("WHEN", when), code)
    assert problem.hint == hint


# ---------------------------------------------------------------------- wording


def worded(key: str, text: str, avoid: str) -> str:
    """A questionnaire with a text in one place, in double quotes, and a word that it is not to have."""
    indexes = dict.fromkeys(("why", "source", "accepted", "because", "rule_source"), '"So."') | {key: f'"{text}"'}
    accepted = f"[{{check: worst-leads-nowhere, because: {indexes['accepted']}}}]"
    question = f"why: {indexes['why']}, source: {indexes['source']}, accepted: {accepted}"
    reason = f"because: {indexes['because']}, source: {indexes['rule_source']}"
    last = f"      - {{id: last, ask: A drop?, role: risk, type: yes_no, worse: yes, {question}}}\n"
    rules = f"rules: [{{id: r, when: {{sleep: poor}}, level: stay, {reason}}}]\n"
    return f'{HEADER}review: {{avoid: ["{avoid}"]}}\n{QUESTIONS}{last}{rules}'


@pytest.mark.parametrize("key", ["why", "source", "accepted", "because", "rule_source"])
@pytest.mark.parametrize(
    ("text", "avoid", "reported"),
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
def test_a_word_is_seen_however_its_marks_and_lines_are_written(
    key: str, text: str, avoid: str, *, reported: bool
) -> None:
    assert len(found(worded(key, text, avoid), "word-to-avoid")) == reported


@pytest.mark.parametrize(
    ("text", "reported"),
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
def test_what_is_still_to_be_written_is_seen(key: str, text: str, *, reported: bool) -> None:
    assert len(found(worded(key, text, "x"), "unfinished-text")) == reported


@pytest.mark.parametrize(
    ("key", "reported"), [("source", True), ("rule_source", True), ("why", False), ("because", False)]
)
def test_only_prose_has_line_breaks(key: str, *, reported: bool) -> None:
    assert len(found(worded(key, "One\\ntwo.", "x"), "odd-character")) == reported


# ---------------------------------------------------------------------- for whom a question is worded, and by when


def asked_and_due(ask_self: str = "Do you sleep?", when: str = "today") -> str:
    """A questionnaire with this wording of one question for callers themselves, and this `when` of a first step."""
    steps = HEADER.replace("title: A nurse rings", f'title: A nurse rings, when: "{when}"')
    return steps + QUESTIONS.replace("ask: How old?", f'ask: How old?\n        ask_self: "{ask_self}"') + RULES


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (asked_and_due(when="TODO"), "unfinished-text", "`when` of `nurse` is not finished: it says `TODO`"),
        (asked_and_due(ask_self="TODO"), "unfinished-text", "`ask_self` of `age` is not finished: it says `TODO`"),
        (asked_and_due(when="at \u2603"), "odd-character", "`when` of `nurse` holds U+2603, which not every "),
        (asked_and_due(when="to\\nday"), "odd-character", "`when` of `nurse` holds a line break, which is not "),
        (asked_and_due(ask_self="a\u2603"), "odd-character", "`ask_self` of `age` holds U+2603, which not every "),
        (f"review: {{avoid: [soon]}}\n{asked_and_due(when='soon')}", "word-to-avoid", "`when` of `nurse` says `soon`"),
        (f"review: {{avoid: [sleep]}}\n{asked_and_due()}", "word-to-avoid", "`ask_self` of `age` says `sleep`"),
        (
            f"review: {{grade: 5}}\n{asked_and_due(ask_self='Is supervision of medication habitual in the evening?')}",
            "hard-to-read",
            "`ask_self` of `age` reads at grade ",
        ),
    ],
)
def test_the_wording_for_callers_and_by_when_are_checked_as_texts(content: str, code: str, message: str) -> None:
    (problem,) = found(content, code)
    assert problem.message.startswith(message)


def test_a_time_that_is_cut_short_is_seen() -> None:
    """The `when` of a first step is a text; that of a rule is none, and a comment may stand behind it."""
    header, _, _ = HEADER.partition("first_steps")
    steps = "first_steps:\n  - id: nurse\n    title: A nurse rings\n    when: today # or so\n"
    rules = "rules:\n  - id: r\n    when: {sleep: poor} # or so\n    level: stay\n    because: So.\n"
    (problem,) = found(header + steps + QUESTIONS + rules, "text-cut-short")
    assert problem.message == "`when` ends here: what follows ` #` is a comment and will not be seen"


WORDED_FOR_ALL = re.sub(r"(ask: [^,\n]*)(, |\n *)", r"\1\2ask_self: And you?\2", HEADER + QUESTIONS + RULES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + QUESTIONS + RULES, ""),
        (asked_and_due(), "other questions have `ask_self`, but not `sleep` or `fever`"),
        (WORDED_FOR_ALL, ""),
    ],
)
def test_either_all_questions_or_none_have_a_wording_for_callers_themselves(content: str, message: str) -> None:
    assert [problem.message for problem in found(content, "no-ask-self")] == [message] * bool(message)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER, ""),
        (
            HEADER.replace("nurse rings", "nurse rings, when: today"),
            "other first steps have `when`, but not `help_now`",
        ),
        (HEADER.replace("nurse rings", "nurse rings, when: today").replace("Help now", "Help now, when: now"), ""),
        (HEADER.partition("first_steps")[0], ""),
    ],
)
def test_either_all_first_steps_or_none_say_by_when(header: str, message: str) -> None:
    assert [problem.message for problem in found(header + QUESTIONS + RULES, "no-by-when")] == [message] * bool(message)


@pytest.mark.parametrize("length", [1, 30, 31, 200])
def test_by_when_is_said_in_a_few_words(length: int) -> None:
    said = [problem.message for problem in found(asked_and_due(when="x" * length), "long-by-when")]
    assert said == [f"`when` of `nurse` has {length} characters; a headline has room for 30"] * (length > 30)


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
    options = ", ".join(f'{{id: o{index}, label: "{label}"}}' for index, label in enumerate(labels))
    last = f"      - {{id: last, ask: {ask}, role: risk, type: choice, options: [{options}]}}\n"
    assert bool(found(HEADER + QUESTIONS + last + RULES, "looks-reversed")) is reversed_
