"""What a questionnaire has to keep: who may stand where, which test fits which question, what is asked of everyone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.effort import lines_run

from iop_screen.checking.load import load_questionnaire
from iop_screen.core.problems import Problem

QUESTIONS = """\
  - id: needs
    title: Needs
    questions:
      - {id: danger, ask: A, role: risk, type: yes_no, worse: yes}
      - {id: eats, ask: A, role: risk, type: yes_no, worse: no}
      - id: sleep
        ask: A
        role: risk
        type: choice
        options:
          - {id: good, label: Good, points: 0}
          - {id: poor, label: Poor, points: 1}
          - {id: bad, label: Bad, points: 2}
      - id: trouble
        ask: A
        role: risk
        type: multiple
        options:
          - {id: noise, label: Noise, points: 1}
          - {id: dreams, label: Dreams, points: 1}
          - {id: nothing, label: Nothing, points: 0, exclusive: true}
      - {id: fever, ask: A, role: risk, type: number, min: 35, max: 43, worse: higher}
      - {id: hours, ask: A, role: risk, type: number, min: 0, max: 24, worse: lower}
      - {id: smoker, ask: A, role: context, type: yes_no}
      - {id: town, ask: A, role: context, type: choice, options: [{id: here, label: Here}, {id: there, label: There}]}
      - id: langs
        ask: A
        role: context
        type: multiple
        options: [{id: en, label: English}, {id: es, label: Spanish}, {id: other, label: Other, exclusive: true}]
      - {id: age, ask: A, role: context, type: number, min: 0, max: 120}
      - {id: story, ask: A, role: context, type: text}
      - {id: job, ask: A, role: access, type: yes_no}
      - {id: travel, ask: A, role: access, type: choice, options: [{id: car, label: Car}, {id: bus, label: Bus}]}
      - {id: duties, ask: A, role: access, type: multiple, options: [{id: kids, label: Kids}, {id: pets, label: Pets}]}
      - {id: miles, ask: A, role: access, type: number, min: 0, max: 999}
      - {id: wish, ask: A, role: access, type: text}
"""


def questionnaire(questions: str = "", *, rules: str = "[]", first_steps: str = "", rest: str = "") -> bytes:
    """A questionnaire with one question of each kind and role, and whatever a test adds."""
    steps = first_steps or "[{id: nurse, title: Nurse}, {id: help_now, title: Help, interrupt: true}]"
    return f"""\
format: 1
id: checks
version: 1.0.0
title: Checks
intended_use: For tests.
disclaimer: Made up.
levels: [{{id: visits, title: Visits}}, {{id: stay, title: A stay}}]
first_steps: {steps}
scores: [{{id: total, title: Total, add: [sleep, trouble]}}]
sections:
{QUESTIONS}  - {{id: more, title: More, questions: [{questions}]}}
rules: {rules}
{rest}
""".encode()


def problems(content: bytes) -> tuple[Problem, ...]:
    return load_questionnaire(content).problems


def codes(content: bytes) -> list[str]:
    return [problem.code for problem in problems(content)]


def rule(when: str, reaches: str = "level: stay") -> bytes:
    return questionnaire(rules=f"[{{id: r, when: {when}, {reaches}, because: So.}}]")


def ask_when(when: str, role: str = "context") -> bytes:
    return questionnaire(f"{{id: last, ask: A, role: {role}, type: yes_no, worse: yes, ask_when: {when}}}")


PLACES: dict[str, Callable[[str], bytes]] = {
    "rule": rule,
    "applies_when": lambda when: questionnaire(rest=f"applies_when: {when}"),
    "guarantee": lambda when: questionnaire(rest=f"guarantees: [{{id: g, when: {when}, level: stay}}]"),
    "gate of a risk question": lambda when: ask_when(when, "risk"),
    "gate of a context question": lambda when: ask_when(when, "context"),
    "gate of an access question": lambda when: ask_when(when, "access"),
    "note": lambda when: questionnaire(rest=f"notes: [{{id: n, when: {when}, say: Hello.}}]"),
}
OPEN_TO_ACCESS = ["gate of an access question", "note"]
CLOSED_TO_ACCESS = [place for place in PLACES if place not in OPEN_TO_ACCESS]
READS_ACCESS = ["{job: yes}", "{travel: [bus]}", "{all: [{danger: yes}, {any: [{miles: {at_least: 50}}]}]}"]


@pytest.mark.parametrize("place", CLOSED_TO_ACCESS)
@pytest.mark.parametrize("when", READS_ACCESS)
def test_duties_move_no_level(place: str, when: str) -> None:
    assert codes(PLACES[place](when)) == ["access-moves-level"]


@pytest.mark.parametrize("place", OPEN_TO_ACCESS)
@pytest.mark.parametrize("when", READS_ACCESS)
def test_duties_may_bring_advice_and_further_questions_on_duties(place: str, when: str) -> None:
    assert codes(PLACES[place](when)) == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("when", ["{danger: yes}", "{town: here}", "{total: {at_least: 2}}"])
def test_needs_and_circumstances_may_be_read_everywhere(place: str, when: str) -> None:
    assert codes(PLACES[place](when)) == []


def test_a_score_adds_no_duties() -> None:
    content = questionnaire().replace(b"add: [sleep, trouble]", b"add: [sleep, duties]")
    content = content.replace(b"label: Kids", b"label: Kids, points: 0").replace(
        b"label: Pets", b"label: Pets, points: 1"
    )
    assert codes(content) == ["access-moves-level"]


def test_a_part_with_two_faults_is_reported_twice() -> None:
    assert codes(rule("{job: yes, travel: car}")) == ["access-moves-level"] * 2


FITS = """
danger: yes
eats: no
sleep: bad
sleep: {at_least: good}
sleep: {at_least: poor}
sleep: {at_least: bad}
trouble: noise
trouble: [noise]
trouble: [noise, dreams]
fever: {at_least: 39.5}
hours: {at_most: 3}
smoker: yes
smoker: no
smoker: [yes, no]
town: here
town: [here, there]
langs: en
langs: [en, other]
age: {at_least: 18}
age: {at_most: 17}
total: {at_least: 3}
total: {at_least: 0}
"""
FITS_ACCESS = """
job: yes
job: no
job: [no]
travel: car
travel: [car, bus]
duties: kids
duties: [kids, pets]
miles: {at_least: 30}
miles: {at_most: 2}
"""
MISFITS = """
danger: no
danger: [yes]
danger: [yes, no]
danger: {at_least: yes}
danger: {at_most: yes}
eats: yes
sleep: good
sleep: poor
sleep: [bad]
sleep: [poor, bad]
sleep: {at_most: poor}
trouble: {at_least: noise}
trouble: {at_most: noise}
fever: 39
fever: [39]
fever: {at_most: 36}
hours: {at_least: 3}
hours: 3
smoker: {at_least: yes}
town: {at_least: here}
town: {at_most: here}
langs: {at_least: en}
age: 18
age: [18, 19]
story: hello
story: {at_least: 1}
total: 3
total: [3]
total: {at_most: 3}
total: {at_least: 1.5}
total: {at_least: -1}
total: {at_least: many}
"""
MISFITS_ACCESS = """
job: {at_least: yes}
travel: {at_least: car}
duties: {at_most: kids}
miles: 30
wish: hello
"""


@pytest.mark.parametrize("test", FITS.strip().split("\n"))
def test_a_test_that_fits_is_no_problem(test: str) -> None:
    assert codes(rule(f"{{{test}}}")) == []


@pytest.mark.parametrize("test", FITS_ACCESS.strip().split("\n"))
def test_a_test_that_fits_a_duty_is_no_problem(test: str) -> None:
    assert codes(PLACES["note"](f"{{{test}}}")) == []


@pytest.mark.parametrize("test", MISFITS.strip().split("\n"))
def test_a_test_that_does_not_fit_is_refused(test: str) -> None:
    assert codes(rule(f"{{{test}}}")) == ["wrong-test"]


@pytest.mark.parametrize("test", MISFITS_ACCESS.strip().split("\n"))
def test_a_test_that_does_not_fit_a_duty_is_refused(test: str) -> None:
    assert codes(PLACES["note"](f"{{{test}}}")) == ["wrong-test"]


@pytest.mark.parametrize("place", PLACES)
def test_a_test_is_checked_in_every_kind_of_condition(place: str) -> None:
    assert codes(PLACES[place]("{any: [{danger: yes}, {all: [{sleep: good}]}]}")) == ["wrong-test"]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{trouble: nothing}", "exclusive-in-condition"),
        ("{trouble: [noise, nothing]}", "exclusive-in-condition"),
        ("{slep: bad}", "unknown-question"),
        ("{r: yes}", "unknown-question"),
        ("{needs: yes}", "unknown-question"),
        ("{sleep: worst}", "unknown-option"),
        ("{sleep: Bad}", "unknown-option"),
        ("{sleep: {at_least: worst}}", "unknown-option"),
        ("{danger: true}", "unknown-option"),
        ("{smoker: unknown}", "unknown-option"),
        ("{town: [here, nowhere]}", "unknown-option"),
        ("{sleep: }", "bad-test"),
        ("{fever: {at_least: high}}", "wrong-kind"),
        ("{age: {at_most: 1e3}}", "wrong-kind"),
        ("yes", "wrong-kind"),
        ("[danger]", "wrong-kind"),
        ("{all: {danger: yes}}", "wrong-kind"),
        ("{any: [danger]}", "wrong-kind"),
        ("{}", "empty-condition"),
        ("{any: []}", "empty-condition"),
        ("{all: [{}]}", "empty-condition"),
        ("{not: {danger: yes}}", "bad-test"),
        ("{sleep: {not: good}}", "bad-test"),
        ("{sleep: []}", "bad-test"),
        ("{sleep: [[bad]]}", "bad-test"),
        ("{age: {at_least: 18, at_most: 65}}", "bad-test"),
        ("{sleep: {at_least: [bad]}}", "bad-test"),
        ("{sleep: {}}", "bad-test"),
    ],
)
def test_a_condition_asks_for_what_there_is(when: str, code: str) -> None:
    assert codes(rule(when)) == [code]


@pytest.mark.parametrize("place", PLACES)
def test_there_is_no_not(place: str) -> None:
    assert codes(PLACES[place]("{danger: yes, not: {sleep: bad}}")) == ["bad-test"]


@pytest.mark.parametrize(
    ("when", "hint"),
    [
        ("{danger: no}", "is `worse: yes` right? if it is, a test can only ask for `yes`"),
        ("{eats: yes}", "is `worse: no` right? if it is, a test can only ask for `no`"),
        ("{sleep: poor}", "are the options in order, best first and worst last? if they are, write `{at_least: poor}`"),
        (
            "{sleep: [bad, poor]}",
            "are the options in order, best first and worst last? if they are, write `{at_least: poor}`",
        ),
        ("{fever: {at_most: 36}}", "write `{at_least: 36}`"),
        ("{hours: {at_least: 3}}", "write `{at_most: 3}`"),
        ("{town: {at_least: here}}", "name the options: `[here, there]`"),
        (
            "{sleep: good}",
            "`good` stands first, which means best: are the options in order, best first and worst last?",
        ),
        (
            "{sleep: [bad, good]}",
            "`good` stands first, which means best: are the options in order, best first and worst last?",
        ),
        (
            "{sleep: {at_most: good}}",
            "`good` stands first, which means best: are the options in order, best first and worst last?",
        ),
        pytest.param(
            "{sleep: {at_most: poor}}",
            "are the options in order, best first and worst last? if they are, write `{at_least: poor}`",
        ),
        pytest.param(
            "{trouble: {at_least: noise}}",
            "name the options: `[noise, dreams]`",
        ),
    ],
)
def test_the_hint_is_a_test_that_would_do_or_asks_for_the_order_of_the_options(when: str, hint: str) -> None:
    (problem,) = problems(rule(when))
    assert problem.hint == hint


def asked_when(when: str) -> str:
    return f"{{id: late, ask: A, role: risk, type: yes_no, worse: yes, ask_when: {when}}}"


AFTER = (
    "{id: after, ask: A, role: risk, type: choice,"
    " options: [{id: a, label: A, points: 0}, {id: b, label: B, points: 1}]}"
)


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (f"{asked_when('{danger: yes}')}, {AFTER}", []),
        (f"{AFTER}, {asked_when('{after: b}')}", []),
        (f"{asked_when('{after: b}')}, {AFTER}", ["gate-looks-ahead"]),
        (f"{asked_when('{any: [{danger: yes}, {all: [{after: b}]}]}')}, {AFTER}", ["gate-looks-ahead"]),
        (asked_when("{late: yes}"), ["gate-looks-ahead"]),
        (f"{AFTER}, {asked_when('{sum: {at_least: 1}}')}", []),
        (f"{asked_when('{sum: {at_least: 1}}')}, {AFTER}", ["gate-looks-ahead"]),
        (AFTER.replace("type:", "ask_when: {sum: {at_least: 1}}, type:"), ["gate-looks-ahead"]),
    ],
)
def test_a_gate_looks_up(questions: str, expected: list[str]) -> None:
    content = questionnaire(questions)
    if "sum" in questions:
        content = content.replace(b"scores: [", b"scores: [{id: sum, title: Sum, add: [sleep, after]}, ")
    assert codes(content) == expected


GATED = (
    "{id: late, ask: A, role: risk, type: choice, ask_when: {danger: yes},"
    " options: [{id: a, label: A, points: 0}, {id: b, label: B, points: 1}]}"
)


@pytest.mark.parametrize(
    ("when", "reaches", "expected"),
    [
        ("{danger: yes}", "first_step: help_now", []),
        ("{late: b}", "first_step: help_now", ["danger-behind-gate"]),
        ("{late: {at_least: b}}", "level: stay, first_step: help_now", ["danger-behind-gate"]),
        ("{any: [{danger: yes}, {all: [{late: b}, {danger: yes}]}]}", "first_step: help_now", ["danger-behind-gate"]),
        ("{sum: {at_least: 1}}", "first_step: help_now", ["danger-behind-gate"]),
        ("{total: {at_least: 1}}", "first_step: help_now", []),
        ("{late: b}", "first_step: nurse", []),
        ("{late: b}", "level: stay", []),
        ("{sum: {at_least: 1}}", "first_step: nurse", []),
    ],
)
def test_danger_is_asked_of_everyone(when: str, reaches: str, expected: list[str]) -> None:
    content = questionnaire(GATED, rules=f"[{{id: r, when: {when}, {reaches}, because: So.}}]")
    content = content.replace(b"scores: [", b"scores: [{id: sum, title: Sum, add: [sleep, late]}, ")
    assert codes(content) == expected


def test_where_no_first_step_interrupts_any_question_may_have_a_gate() -> None:
    rules = "[{id: r, when: {late: b}, first_step: nurse, because: So.}]"
    assert codes(questionnaire(GATED, rules=rules, first_steps="[{id: nurse, title: Nurse}]")) == []


def options(*options: str, kind: str = "choice", role: str = "risk") -> bytes:
    listed = ", ".join(f"{{{option}}}" for option in options)
    return questionnaire(f"{{id: last, ask: A, role: {role}, type: {kind}, options: [{listed}]}}")


@pytest.mark.parametrize("kind", ["choice", "multiple"])
@pytest.mark.parametrize("role", ["risk", "context", "access"])
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("id: a, label: One", "id: b, label: Two", []),
        ("id: a, label: a", "id: b, label: b", []),
        ("id: a, label: Same", "id: b, label: Same", ["options-alike"]),
        ("id: a, label: Same", "id: b, label: SAME", ["options-alike"]),
        ("id: a, label: Straße", "id: b, label: STRASSE", ["options-alike"]),
        ("id: a, label: b", "id: b, label: Two", ["options-alike"]),
        ("id: a, label: One", "id: b, label: A", ["options-alike"]),
        ("id: a, label: One", "id: A, label: Two", ["options-alike"]),
        ("id: a, label: One", "id: a, label: Two", ["duplicate-id"]),
        ("id: a, label: Unknown", "id: b, label: Two", ["reserved-id"]),
        ("id: a, label: One", "id: declined, label: Two", ["reserved-id"]),
        ("id: a, label: One", "id: DECLINED, label: Two", ["reserved-id"]),
        pytest.param(
            "id: a, label: Caf\u00e9",
            "id: b, label: Cafe\u0301",
            ["options-alike"],
        ),
    ],
)
def test_options_can_be_told_apart(kind: str, role: str, first: str, second: str, expected: list[str]) -> None:
    assert codes(options(first, second, kind=kind, role=role)) == expected


@pytest.mark.parametrize("kind", ["choice", "multiple"])
@pytest.mark.parametrize("listed", [["id: a, label: One"], []])
def test_there_are_two_options_or_more(kind: str, listed: list[str]) -> None:
    assert codes(options(*listed, kind=kind)) == ["too-few-options"]


def test_to_tell_a_thousand_options_apart_takes_ten_times_the_work_of_a_hundred() -> None:
    few, many = (options(*(f"id: o{index}, label: L{index}" for index in range(count))) for count in (100, 1000))
    assert codes(many) == []
    assert lines_run(lambda: codes(many)) < 12 * lines_run(lambda: codes(few))


@pytest.mark.parametrize(("kind", "expected"), [("choice", []), ("multiple", ["label-with-semicolon"])])
def test_a_semicolon_parts_the_answers_of_a_multiple_question(kind: str, expected: list[str]) -> None:
    assert codes(options("id: a, label: One; more", "id: b, label: Two", kind=kind)) == expected


@pytest.mark.parametrize(("kind", "expected"), [("choice", ["exclusive-in-choice"]), ("multiple", [])])
def test_only_among_several_answers_can_one_be_exclusive(kind: str, expected: list[str]) -> None:
    assert codes(options("id: a, label: One", "id: b, label: Two, exclusive: true", kind=kind)) == expected


@pytest.mark.parametrize(
    ("kind", "role", "points", "expected"),
    [
        ("choice", "risk", (0, 1, 2), []),
        ("choice", "risk", (1, 1, 1), []),
        ("choice", "risk", (0, 2, 1), ["points-fall"]),
        ("choice", "risk", (2, 1, 0), ["points-fall", "points-fall"]),
        ("choice", "context", (2, 1, 0), []),
        ("multiple", "risk", (2, 1, 0), []),
        ("multiple", "context", (2, 1, 0), []),
    ],
)
def test_points_do_not_fall_as_things_get_worse(
    kind: str, role: str, points: tuple[int, ...], expected: list[str]
) -> None:
    listed = [f"id: o{index}, label: L{index}, points: {number}" for index, number in enumerate(points)]
    assert codes(options(*listed, kind=kind, role=role)) == expected


@pytest.mark.parametrize(("none", "need", "expected"), [(0, 1, []), (1, 1, []), (2, 1, ["points-fall"])])
def test_a_need_has_no_fewer_points_than_its_lack(none: int, need: int, expected: list[str]) -> None:
    needs = [f"id: need, label: Need, points: {need}", "id: more, label: More, points: 9"]
    assert (
        codes(options(*needs, f"id: none, label: None, points: {none}, exclusive: true", kind="multiple")) == expected
    )


def test_an_option_without_points_hides_no_fall() -> None:
    listed = ["id: a, label: One, points: 5", "id: b, label: Two", "id: c, label: Three, points: 1"]
    assert codes(options(*listed)) == ["points-fall"]


@pytest.mark.parametrize("points", ["-1", "1.5", "two", "1234567", '""'])
def test_points_are_whole_and_not_below_nought(points: str) -> None:
    (code,) = codes(options("id: a, label: One", f"id: b, label: Two, points: {points}"))
    assert code in {"wrong-kind", "empty-text"}


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("sleep", []),
        ("sleep, trouble", []),
        ("", ["empty-score"]),
        ("sleep, sleep", ["duplicate-id"]),
        ("slep", ["unknown-question"]),
        ("total", ["unknown-question"]),
        ("danger", ["no-points"]),
        ("age", ["no-points"]),
        ("story", ["no-points"]),
        ("town", ["no-points", "no-points"]),
    ],
)
def test_a_score_adds_questions_with_points(added: str, expected: list[str]) -> None:
    content = questionnaire().replace(b"add: [sleep, trouble]", f"add: [{added}]".encode())
    assert codes(content) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("role: risk, type: yes_no", ["missing-key"]),
        ("role: risk, type: yes_no, worse: no", []),
        ("role: risk, type: yes_no, worse: higher", ["unknown-word"]),
        ("role: context, type: yes_no", []),
        ("role: access, type: yes_no", []),
        ("role: risk, type: number, min: 0, max: 1", ["missing-key"]),
        ("role: risk, type: number, min: 0, max: 1, worse: lower", []),
        ("role: risk, type: number, min: 0, max: 1, worse: yes", ["unknown-word"]),
        ("role: context, type: number, min: 0, max: 1", []),
        ("role: context, type: number, min: 0", ["missing-key"]),
        ("role: context, type: number, max: 0", ["missing-key"]),
        ("role: context, type: number, min: 1, max: 1", ["empty-range"]),
        ("role: context, type: number, min: -1, max: -1.5", ["empty-range"]),
        ("role: risk, type: choice", ["missing-key"]),
        ("role: risk, type: multiple", ["missing-key"]),
        ("role: risk, type: text", ["text-as-risk"]),
        ("role: context, type: text", []),
        ("role: access, type: text", []),
        ("role: context", ["missing-key"]),
        ("type: text", ["missing-key"]),
        ("role: context, type: text, options: []", ["unknown-key"]),
        ("role: context, type: yes_no, min: 0", ["unknown-key"]),
        ("role: duty, type: text", ["unknown-word"]),
        ("role: context, type: date", ["unknown-word"]),
    ],
)
def test_each_type_of_question_has_its_keys(question: str, expected: list[str]) -> None:
    assert codes(questionnaire(f"{{id: last, ask: A, {question}}}")) == expected


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("{id: all, ask: A, role: context, type: text}", "reserved-id"),
        ("{id: Any, ask: A, role: context, type: text}", "reserved-id"),
        ("{id: danger, ask: A, role: context, type: text}", "duplicate-id"),
        ("{id: total, ask: A, role: context, type: text}", "duplicate-id"),
        ("{id: a b, ask: A, role: context, type: text}", "wrong-kind"),
        ("{id: Größe, ask: A, role: context, type: text}", "wrong-kind"),
        (f"{{id: {'x' * 65}, ask: A, role: context, type: text}}", "wrong-kind"),
    ],
)
def test_a_question_has_an_id_of_its_own(question: str, code: str) -> None:
    assert codes(questionnaire(question)) == [code]


@pytest.mark.parametrize("word", ["emergency", "undetermined", "out_of_scope", "Emergency"])
def test_no_level_is_called_like_a_suggestion(word: str) -> None:
    assert codes(questionnaire().replace(b"id: visits", f"id: {word}".encode())) == ["reserved-id"]


def test_no_score_is_called_like_a_group() -> None:
    assert codes(questionnaire().replace(b"id: total", b"id: any")) == ["reserved-id"]


@pytest.mark.parametrize(
    ("part", "twice"),
    [
        ("contacts", "{id: x, name: A, reach: B}"),
        ("rules", "{id: x, when: {danger: yes}, level: stay, because: So.}"),
        ("notes", "{id: x, say: Hello.}"),
        ("guarantees", "{id: x, when: {danger: yes}, level: visits}"),
        ("scores", "{id: x, title: X, add: [sleep]}"),
        ("levels", "{id: x, title: X}"),
        ("first_steps", "{id: x, title: X}"),
    ],
)
def test_no_two_things_of_a_kind_share_an_id(part: str, twice: str) -> None:
    lines = questionnaire().decode().split("\n")
    kept = [line for line in lines if not line.startswith(f"{part}:")]
    assert codes("\n".join([*kept, f"{part}: [{twice}, {twice}]"]).encode()) == ["duplicate-id"]


def test_things_of_different_kinds_may_share_an_id() -> None:
    content = rule("{danger: yes}").replace(b"id: r,", b"id: danger,").replace(b"id: needs", b"id: visits")
    assert codes(content) == []


@pytest.mark.parametrize(
    "key", ["format", "id", "version", "title", "intended_use", "disclaimer", "levels", "sections", "rules"]
)
def test_no_required_key_of_the_file_can_be_left_out(key: str) -> None:
    text = questionnaire().decode()
    if key == "sections":
        text = text.replace(QUESTIONS, "").replace("  - {id: more, title: More, questions: []}\n", "")
    lines = [line for line in text.split("\n") if not line.startswith(f"{key}:")]
    (problem,) = problems("\n".join(lines).encode())
    assert (problem.code, f"`{key}`" in problem.message) == ("missing-key", True)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("contacts: [{id: c, reach: B}]", "name"),
        ("contacts: [{id: c, name: A}]", "reach"),
        ("contacts: [{name: A, reach: B}]", "id"),
        ("notes: [{id: n}]", "say"),
        ("notes: [{say: Hello.}]", "id"),
        ("guarantees: [{id: g, level: stay}]", "when"),
        ("guarantees: [{when: {danger: yes}, level: stay}]", "id"),
        ("guide: [{title: A}]", "body"),
        ("guide: [{body: A}]", "title"),
    ],
)
def test_no_required_key_of_a_part_can_be_left_out(rest: str, expected: str) -> None:
    (problem,) = problems(questionnaire(rest=rest))
    assert (problem.code, problem.message) == ("missing-key", f"the key `{expected}` is missing here")


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("{when: {danger: yes}, level: stay, because: So.}", "missing-key"),
        ("{id: r, level: stay, because: So.}", "missing-key"),
        ("{id: r, when: {danger: yes}, level: stay}", "missing-key"),
        ("{id: r, when: {danger: yes}, because: So.}", "reaches-nothing"),
        ("{id: r, when: {danger: yes}, level: ward, because: So.}", "unknown-level"),
        ("{id: r, when: {danger: yes}, level: nurse, because: So.}", "unknown-level"),
        ("{id: r, when: {danger: yes}, first_step: visits, because: So.}", "unknown-first-step"),
        ("{id: r, when: {danger: yes}, levels: [stay], level: stay, because: So.}", "unknown-key"),
        ("r", "wrong-kind"),
    ],
)
def test_a_rule_says_when_where_to_and_why(rules: str, code: str) -> None:
    assert codes(questionnaire(rules=f"[{rules}]")) == [code]


@pytest.mark.parametrize("reaches", ["level: stay", "first_step: nurse", "level: visits, first_step: help_now"])
def test_a_rule_reaches_a_level_a_first_step_or_both(reaches: str) -> None:
    assert codes(rule("{danger: yes}", reaches)) == []


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("guarantees: [{id: g, when: {danger: yes}}]", "reaches-nothing"),
        ("guarantees: [{id: g, when: {danger: yes}, level: ward}]", "unknown-level"),
        ("guarantees: [{id: g, when: {danger: yes}, first_step: ward}]", "unknown-first-step"),
        ("notes: [{id: n, say: A, for_levels: [visits, ward]}]", "unknown-level"),
        ("notes: [{id: n, say: A, for_levels: visits}]", "wrong-kind"),
        ("notes: [{id: n, say: A, for_levels: [none]}]", "unknown-level"),
        ("notes: [{id: n, say: A, for_first_steps: [nurse, ward]}]", "unknown-first-step"),
        ("notes: [{id: n, say: A, for_first_steps: nurse}]", "wrong-kind"),
        ("notes: [{id: n, say: A, contacts: [ward]}]", "unknown-contact"),
        ("notes: [{id: n, say: A, contacts: ward}]", "wrong-kind"),
        ("guarantees: [{id: g, when: {danger: yes}, first_step: none}]", "unknown-first-step"),
    ],
)
def test_what_names_a_step_names_one_that_exists(rest: str, code: str) -> None:
    assert codes(questionnaire(rest=rest)) == [code]


@pytest.mark.parametrize(
    ("name", "first_steps", "hint"),
    [
        ("ward", "", "known: `none`, `nurse` or `help_now`"),
        ("non", "", "did you mean `none`?"),
        ("nurs", "", "did you mean `nurse`?"),
        ("ward", "[]", "known: `none`"),
    ],
)
def test_an_unknown_first_step_of_a_note_is_reported_with_those_it_can_be_for(
    name: str, first_steps: str, hint: str
) -> None:
    rest = f"notes: [{{id: n, say: A, for_first_steps: [none, {name}]}}]"
    (problem,) = problems(questionnaire(rest=rest, first_steps=first_steps))
    assert (problem.code, problem.hint) == ("unknown-first-step", hint)


@pytest.mark.parametrize(
    ("by_when", "code"), [("{danger: yes}", "wrong-kind"), ("[today]", "wrong-kind"), ('""', "empty-text")]
)
def test_the_when_of_a_first_step_is_a_text(by_when: str, code: str) -> None:
    assert codes(questionnaire(first_steps=f"[{{id: nurse, title: Nurse, when: {by_when}}}]")) == [code]
    assert codes(questionnaire(first_steps="[{id: nurse, title: Nurse, when: today}]")) == []


@pytest.mark.parametrize(
    ("first_steps", "expected"),
    [
        ("[]", []),
        ("[{id: a, title: A}]", []),
        ("[{id: a, title: A, interrupt: true}]", []),
        ("[{id: a, title: A}, {id: b, title: B, interrupt: true}]", []),
        ("[{id: a, title: A, interrupt: true}, {id: b, title: B}]", ["interrupt-not-last"]),
        ("[{id: a, title: A, interrupt: true}, {id: b, title: B, interrupt: true}]", ["interrupt-not-last"]),
        ("[{id: a, title: A, contacts: [c]}]", ["unknown-contact"]),
        ("[{title: A}]", ["missing-key"]),
        ("[{id: a}]", ["missing-key"]),
    ],
)
def test_only_the_last_first_step_interrupts(first_steps: str, expected: list[str]) -> None:
    assert codes(questionnaire(first_steps=first_steps)) == expected


@pytest.mark.parametrize(("length", "expected"), [(160, []), (161, ["disclaimer-too-long"])])
@pytest.mark.parametrize("letter", ["x", "é", "危"])
def test_the_disclaimer_has_160_characters_at_most(length: int, expected: list[str], letter: str) -> None:
    assert codes(questionnaire().replace(b"Made up.", (letter * length).encode())) == expected


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("[]", ["too-few-levels"]),
        ("[{id: visits, title: A}]", ["too-few-levels"]),
        ("[{id: visits, title: A}, {id: stay, title: B}, {id: ward, title: C}]", []),
        ("[{id: visits}, {id: stay, title: B}]", ["missing-key"]),
        ("[{title: A}, {id: stay, title: B}]", ["missing-key"]),
    ],
)
def test_there_are_two_levels_or_more(levels: str, expected: list[str]) -> None:
    listed = b"[{id: visits, title: Visits}, {id: stay, title: A stay}]"
    assert codes(questionnaire().replace(listed, levels.encode())) == expected


@pytest.mark.parametrize("sections", ["[]", "[{id: a, title: A, questions: []}]"])
def test_there_is_a_question(sections: str) -> None:
    head, _, _ = questionnaire().partition(b"scores:")
    assert codes(head + f"sections: {sections}\nrules: []\n".encode()) == ["no-questions"]
