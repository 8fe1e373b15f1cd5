"""Case files: what is read, what is wrong with one, what its cases come to, and how that is shown."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.paths import REPOSITORY
from support.questionnaires import HEADER, ready
from support.strategies import form_of as form_of_sheet
from support.strategies import sheets, sketches, text_of

from iop_screen.checking.cases import (
    EXPECTED_FIELDS,
    OR_MORE_FIELDS,
    CaseFile,
    CaseOutcome,
    Expectation,
    Mismatch,
    case_text,
    read_cases,
    result_fields,
    run_cases,
)
from iop_screen.core.problems import Problem, Related, Span
from iop_screen.engine.answer_batch import Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import Result, assess_one
from iop_screen.questionnaire.answers import Amount, Answer, MissingReason, Words, chosen
from iop_screen.questionnaire.nodes import MAX_QUESTIONNAIRE_BYTES
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.choice import ChoiceQuestion
from iop_screen.questionnaire.types.multiple import MultipleQuestion
from iop_screen.questionnaire.types.number import NumberQuestion
from iop_screen.questionnaire.types.text import TextQuestion
from iop_screen.questionnaire.types.yes_no import YesNoQuestion
from iop_screen.report.check_report import cases_json, cases_text
from iop_screen.report.diagnostics import diagnostics

SMALL = (
    HEADER
    + """\
applies_when: {age: {at_least: 18}}
sections:
  - id: one
    title: One
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - id: sleep
        ask: Sleep?
        role: risk
        type: choice
        options: [{id: good, label: Good}, {id: poor, label: Poor}, {id: none, label: "No sleep, at all"}]
      - {id: age, ask: How old?, role: context, type: number, min: 0, max: 120}
      - id: aches
        ask: Aches?
        role: risk
        type: multiple
        options: [{id: nowhere, label: None, exclusive: true}, {id: head, label: Head}, {id: back, label: Back}]
      - id: tired
        ask: Tired by day?
        role: risk
        type: yes_no
        worse: yes
        ask_when: {sleep: {at_least: poor}}
      - {id: words, ask: Anything else?, role: context, type: text}
rules:
  - {id: in_danger, when: {danger: yes}, first_step: help_now, because: Someone is in danger.}
  - {id: no_sleep, when: {sleep: none}, level: stay, because: No sleep at night.}
  - {id: worn_out, when: {tired: yes}, first_step: nurse, because: Tired by day.}
  - {id: aching, when: {aches: [head, back]}, first_step: nurse, because: Something hurts.}
notes:
  - {id: rest, when: {sleep: {at_least: poor}}, say: Rest.}
"""
)

OTHERWISE = "otherwise: {danger: no, sleep: good, age: 30, aches: nowhere, tired: no}"


@pytest.fixture(scope="module")
def small() -> CompiledQuestionnaire:
    return ready(SMALL)


def good(content: str | bytes, compiled: CompiledQuestionnaire) -> CaseFile:
    """What is read from a file that must have no problem."""
    content = content.encode() if isinstance(content, str) else content
    file, problems = read_cases(content, compiled)
    assert file is not None, diagnostics(problems, "cases", content)
    assert problems == ()
    return file


def ran(content: str | bytes, compiled: CompiledQuestionnaire) -> tuple[CaseOutcome, ...]:
    return run_cases(good(content, compiled), compiled)


def one_case(*lines: str, otherwise: str = OTHERWISE) -> str:
    """A file with one case: these lines behind its id and story."""
    inside = "".join(f"    {line}\n" for line in lines)
    return f"format: 1\n{otherwise}\ncases:\n  - id: one\n    story: A story.\n{inside}"


def answers_from(compiled: CompiledQuestionnaire, **answers: Answer) -> Answers:
    made = no_answers(compiled)
    for name, answer in answers.items():
        made = made.with_answer(compiled.index_of(name), answer)
    return made


# ---------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ("{}", {}),
        ("{danger: yes}", {"danger": chosen("yes")}),
        ("{danger: no}", {"danger": chosen("no")}),
        ("{sleep: none}", {"sleep": chosen("none")}),
        ("{sleep: unknown, danger: declined}", {"sleep": MissingReason.UNKNOWN, "danger": MissingReason.DECLINED}),
        ("{age: 17.5}", {"age": Amount(Decimal("17.5"))}),
        ("{age: +0}", {"age": Amount(Decimal(0))}),
        ("{age: unknown}", {"age": MissingReason.UNKNOWN}),
        (
            "{age: not-shown, sleep: not-applicable}",
            {"age": MissingReason.NOT_SHOWN, "sleep": MissingReason.NOT_APPLICABLE},
        ),
        ("{aches: head}", {"aches": chosen("head")}),
        ("{aches: [back, head, head]}", {"aches": chosen("head", "back")}),
        ("{aches: [nowhere]}", {"aches": chosen("nowhere")}),
        ("{aches: declined}", {"aches": MissingReason.DECLINED}),
        ("{words: a friend rings}", {"words": Words("a friend rings")}),
        ("{words: unknown}", {"words": MissingReason.UNKNOWN}),
        ("{words: 'unknown'}", {"words": Words("unknown")}),
        ("{words: ''}", {"words": Words("")}),
        ("{tired: yes}", {"tired": chosen("yes")}),
    ],
)
def test_answers_are_read_as_they_are_written(
    written: str, answers: dict[str, Answer], small: CompiledQuestionnaire
) -> None:
    (outcome,) = ran(one_case(f"answers: {written}", "otherwise: blank", "fires: []"), small)
    assert outcome.answers == answers_from(small, **answers)


@pytest.mark.parametrize(
    ("lines", "answers"),
    [
        (["answers: {}"], {"sleep": chosen("good")}),
        (["answers: {sleep: poor}"], {"sleep": chosen("poor"), "tired": chosen("no")}),
        (["answers: {sleep: unknown}"], {"sleep": MissingReason.UNKNOWN, "tired": chosen("no")}),
        (["answers: {tired: yes}"], {"sleep": chosen("good"), "tired": chosen("yes")}),
    ],
    ids=["nothing more is asked", "more is asked", "more may be asked", "what a case names always stays"],
)
def test_questions_that_a_case_does_not_name_have_the_answers_under_otherwise(
    lines: list[str], answers: dict[str, Answer], small: CompiledQuestionnaire
) -> None:
    (outcome,) = ran(one_case(*lines, "fires: []"), small)
    base: dict[str, Answer] = {"danger": chosen("no"), "age": Amount(Decimal(30)), "aches": chosen("nowhere")}
    assert outcome.answers == answers_from(small, **base, **answers)


def test_without_otherwise_a_case_answers_only_what_it_names(small: CompiledQuestionnaire) -> None:
    (outcome,) = ran(one_case("answers: {danger: yes}", "suggestion: emergency", otherwise=""), small)
    assert outcome.answers == answers_from(small, danger=chosen("yes"))
    assert not outcome.mismatches


def test_a_case_keeps_what_its_author_wrote_and_where(small: CompiledQuestionnaire) -> None:
    content = one_case("answers: {}", "misses: [worn_out, no_sleep]", "suggestion: visits", "first_step_at_most: none")
    (case,) = good(content, small).cases
    assert (case.id, case.story, case.blank) == ("one", "A story.", False)
    assert case.span == Span(4, 5, 4, 7)
    assert [(expected.field, expected.value) for expected in case.expected] == [
        ("suggestion", "visits"),
        ("first_step_at_most", "none"),
        ("misses", ("no_sleep", "worn_out")),
    ]


# ---------------------------------------------------------------------- what is wrong with a file

CASE = "format: 1\ncases:\n- {id: one, story: S., "
WRONG = [
    ("@", "empty-file", "there is nothing in this file", ""),
    ("@[]", "other-file", "this is no file of the kind that is wanted here: it has no line `format: 1`", None),
    ("@[\nformat: 1]", "wrong-kind", "a case file is a set of keys, not a list", ""),
    ("@format: 1", "missing-key", "the key `cases` is missing here", "add `cases:`"),
    (
        "format: @2\ncases: [{id: a, story: S., answers: {}, fires: []}]",
        "unknown-word",
        "`2` is not known as `format`",
        "it is `1`",
    ),
    (
        "format: 1\n@case: []\ncases: [{id: a, story: S., answers: {}, fires: []}]",
        "unknown-key",
        "`case` is not a key of a case file",
        "did you mean `cases`?",
    ),
    ("format: 1\ncases: @[]", "no-cases", "there is no case in this file", ""),
    (
        "format: 1\ncases: {@id: a}",
        "wrong-kind",
        "`cases` wants a list, not a set of keys",
        "write it as `[a, b]` or one `- ` a line",
    ),
    (
        "format: 1\ncases:@",
        "wrong-kind",
        "`cases` wants a list, not nothing",
        "write it as `[a, b]` or one `- ` a line",
    ),
    ("format: 1\ncases: [@one]", "wrong-kind", "a case is a set of keys, not one piece of text", ""),
    (
        "format: 1\notherwise: {@slep: good}\ncases: [{id: a, story: S., answers: {}, fires: []}]",
        "unknown-question",
        "there is no question `slep`",
        "did you mean `sleep`?",
    ),
    (
        CASE + "answers: {}, fires: []}\n- {id: @one, story: S., answers: {}, fires: []}",
        "duplicate-id",
        "the id `one` stands here twice",
        "rename one of the two",
    ),
    (
        "format: 1\ncases: [{id: @a b, story: S., answers: {}, fires: []}]",
        "wrong-kind",
        "`id` wants an id (letters a to z, digits and `_`, at most 64 of them), not `a b`",
        "",
    ),
    (
        "format: 1\ncases:\n- {@id: one, story: S., answers: {}}",
        "nothing-expected",
        "this case does not say what it should come to",
        None,
    ),
    (
        "format: 1\ncases:\n- {@id: one, story: S., suggestion: stay}",
        "missing-key",
        "the key `answers` is missing here",
        "add `answers:`",
    ),
    (
        CASE + "answers: {}, @sugestion: stay, fires: []}",
        "unknown-key",
        "`sugestion` is not a key of a case",
        "did you mean `suggestion`?",
    ),
    (
        CASE + "answers: {}, fires: [], @fires: []}",
        "duplicate-key",
        "the key `fires` stands here twice",
        "keep one of the two",
    ),
    (
        CASE + "answers: {}, fires: [], otherwise: @best}",
        "unknown-word",
        "`best` is not known as `otherwise`",
        "it is `blank`",
    ),
    ("format: 1\ncases: [{id: a, story: @'', answers: {}, fires: []}]", "empty-text", "`story` is empty", "fill it in"),
    (
        "format: 1\ncases: [{id: a, story: @[S.], answers: {}, fires: []}]",
        "wrong-kind",
        "`story` wants text, not a list",
        "",
    ),
    (
        CASE + "fires: [], answers: @all well}",
        "wrong-kind",
        "answers are a set of keys, one a question, not one piece of text",
        "write `{question: option}`",
    ),
    (
        CASE + "fires: [], answers: {@dangr: yes}}",
        "unknown-question",
        "there is no question `dangr`",
        "did you mean `danger`?",
    ),
    (
        CASE + "fires: [], answers: {sleep: @pore}}",
        "unknown-option",
        "`sleep` has no option `pore`",
        "did you mean `poor`?",
    ),
    (
        CASE + "fires: [], answers: {danger: @maybe}}",
        "unknown-option",
        "`danger` has no option `maybe`",
        "it has `no` or `yes`",
    ),
    (CASE + "fires: [], answers: {sleep: @[good]}}", "wrong-kind", "`sleep` wants one option, not a list", ""),
    (CASE + "fires: [], answers: {sleep: @}}", "empty-text", "`sleep` is empty", "leave out what is not answered"),
    (
        CASE + "fires: [], answers: {age: {@at_least: 3}}}",
        "wrong-kind",
        "`age` wants a number such as 12 or 0.5, not a set of keys",
        "",
    ),
    (CASE + "fires: [], answers: {age: @old}}", "wrong-kind", "`age` wants a number such as 12 or 0.5, not `old`", ""),
    (CASE + "fires: [], answers: {age: @130}}", "out-of-range", "`age` goes from 0 to 120; `130` is outside", ""),
    (
        CASE + "fires: [], answers: {aches: @[head, nowhere]}}",
        "not-alone",
        "the option `nowhere` of `aches` goes with no other",
        "keep it, or keep the others",
    ),
    (
        CASE + "fires: [], answers: {aches: [head, @bak]}}",
        "unknown-option",
        "`aches` has no option `bak`",
        "did you mean `back`?",
    ),
    (
        CASE + "fires: [], answers: {aches: @[]}}",
        "wrong-kind",
        "`aches` wants an option or a list of options, not an empty list",
        "",
    ),
    (CASE + "fires: [], answers: {words: @[a]}}", "wrong-kind", "`words` wants one piece of text, not a list", ""),
    (
        CASE + "answers: {}, suggestion: @weekly}",
        "unknown-suggestion",
        "there is no suggestion `weekly`",
        "it is `visits`, `stay`, `emergency`, `undetermined` or `out_of_scope`",
    ),
    (
        CASE + "answers: {}, level_at_least: @visit}",
        "unknown-level",
        "there is no level `visit`",
        "did you mean `visits`?",
    ),
    (
        CASE + "answers: {}, first_step_at_most: @doctor}",
        "unknown-first-step",
        "there is no first step `doctor`",
        "it is `none`, `nurse` or `help_now`",
    ),
    (
        CASE + "answers: {}, reasons: [@no_slep]}",
        "unknown-rule",
        "there is no rule `no_slep`",
        "did you mean `no_sleep`?",
    ),
    (CASE + "answers: {}, fires: [@xyz]}", "unknown-rule", "there is no rule `xyz`", ""),
    (CASE + "answers: {}, misses: [@aking]}", "unknown-rule", "there is no rule `aking`", "did you mean `aching`?"),
    (CASE + "answers: {}, open: [@wrds]}", "unknown-question", "there is no question `wrds`", "did you mean `words`?"),
    (CASE + "answers: {}, notes: [@rst]}", "unknown-note", "there is no note `rst`", "did you mean `rest`?"),
    (
        CASE + "answers: {}, notes: @rest}",
        "wrong-kind",
        "`notes` wants a list, not one piece of text",
        "write it as `[a, b]` or one `- ` a line",
    ),
]
"""A file with `@` where its one problem is; the problem's code, its message, and its hint."""


@pytest.mark.parametrize(
    ("marked", "code", "message", "hint"), WRONG, ids=[f"{case[1]}-{number}" for number, case in enumerate(WRONG)]
)
def test_each_problem_has_its_position(
    marked: str, code: str, message: str, hint: str | None, small: CompiledQuestionnaire
) -> None:
    before, _ = marked.split("@")
    file, (problem,) = read_cases(marked.replace("@", "").encode(), small)
    assert file is None or file.left_out == 1
    assert (problem.code, problem.message) == (code, message)
    assert (problem.span.line, problem.span.column) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    assert hint is None or problem.hint == hint


def test_a_very_long_word_is_shown_in_part(small: CompiledQuestionnaire) -> None:
    _, (problem,) = read_cases((CASE + f"answers: {{}}, suggestion: {'visits' * 1000}}}").encode(), small)
    assert problem.message == f"there is no suggestion `{'visits' * 10}...`"


def test_a_case_that_expects_nothing_is_reported_with_what_it_could_expect(small: CompiledQuestionnaire) -> None:
    _, (problem,) = read_cases((CASE + "answers: {}}").encode(), small)
    assert problem.hint.startswith("add one of `suggestion`, `level_at_least`")
    assert all(f"`{field}`" in problem.hint for field in EXPECTED_FIELDS)


def test_two_cases_with_one_id_are_shown_together(small: CompiledQuestionnaire) -> None:
    case = "{id: a, story: S., answers: {}, fires: []}"
    _, (problem,) = read_cases(f"format: 1\ncases: [{case}, {case}]".encode(), small)
    assert problem.related == (Related("first written here", Span(2, 14, 2, 15)),)


def test_everything_that_is_wrong_is_shown_at_once_and_letter_for_letter(small: CompiledQuestionnaire) -> None:
    content = b"""\
format: 1
cases:
  - id: one
    answers: {slep: good, age: 200}
    suggestion: stai
  - id: one
    story: Another.
    answers: {danger: [no]}
    fires: []
"""
    _, problems = read_cases(content, small)
    assert (
        diagnostics(problems, "cases.yaml", content)
        == """\
cases.yaml:3:5: error: the key `story` is missing here [missing-key]
    - id: one
      ^^
  hint: add `story:`

cases.yaml:4:15: error: there is no question `slep` [unknown-question]
      answers: {slep: good, age: 200}
                ^^^^
  hint: did you mean `sleep`?

cases.yaml:4:32: error: `age` goes from 0 to 120; `200` is outside [out-of-range]
      answers: {slep: good, age: 200}
                                 ^^^

cases.yaml:5:17: error: there is no suggestion `stai` [unknown-suggestion]
      suggestion: stai
                  ^^^^
  hint: did you mean `stay`?

cases.yaml:6:9: error: the id `one` stands here twice [duplicate-id]
    - id: one
          ^^^
  hint: rename one of the two
  cases.yaml:3:9: first written here

cases.yaml:8:23: error: `danger` wants one option, not a list [wrong-kind]
      answers: {danger: [no]}
                        ^^^^
"""
    )


GOOD_CASE = "{id: good, story: S., answers: {}, suggestion: visits}"


@pytest.mark.parametrize(
    "bad",
    [
        "{id: bad, story: S., answers: {}, fires: [no_slep]}",
        "{id: bad, story: S., answers: {slep: good}, fires: []}",
        "{id: bad, story: S., answers: {age: 200}, fires: []}",
        "{id: good, story: S., answers: {}, fires: []}",
        "bad",
    ],
)
def test_a_case_with_a_problem_is_left_out_and_the_others_are_run(bad: str, small: CompiledQuestionnaire) -> None:
    content = (
        f"format: 1\n{OTHERWISE}\ncases:\n- {GOOD_CASE}\n- {bad}\n- {{id: last, story: S., answers: {{}}, open: []}}"
    )
    file, (problem,) = read_cases(content.encode(), small)
    assert problem.span.line == 5
    assert file is not None
    assert ([case.id for case in file.cases], file.left_out) == (["good", "last"], 1)
    assert [outcome.mismatches for outcome in run_cases(file, small)] == [(), ()]


@pytest.mark.parametrize(
    "head", ["format: 2", "format: 1\notherwise: {slep: good}", "format: 1\nothers: {}", "format: 1\nformat: 1"]
)
def test_where_the_file_itself_has_a_problem_no_case_is_run(head: str, small: CompiledQuestionnaire) -> None:
    file, problems = read_cases(f"{head}\ncases: [{GOOD_CASE}, bad]".encode(), small)
    assert (file, len(problems)) == (None, 2)


@pytest.mark.parametrize(
    ("content", "code", "hint"),
    [
        (b"\xff", "not-utf-8", "save the file as UTF-8 and try again"),
        (b"format: 1\ncases: &all []", "yaml-anchor", "remove the `&...`; a text that starts with `&` goes in quotes"),
        (
            b"#" * (MAX_QUESTIONNAIRE_BYTES + 1),
            "file-too-large",
            "such a file has some hundred lines; is it the right one?",
        ),
        ("format: 1\u200b".encode(), "hidden-character", "delete it, or write the text in another way"),
    ],
)
def test_what_no_file_may_hold_a_case_file_may_not_either(
    content: bytes, code: str, hint: str, small: CompiledQuestionnaire
) -> None:
    file, problems = read_cases(content, small)
    assert file is None
    assert (code, hint) in {(problem.code, problem.hint) for problem in problems}


SHIPPED = (REPOSITORY / "cases.yaml").read_bytes()


@pytest.mark.slow
@settings(max_examples=examples(60))
@given(
    start=st.integers(0, len(SHIPPED)),
    length=st.integers(0, 40),
    instead=st.sampled_from(
        ["", ":", "[", "]", "{", "}", "\n", "- ", "'", '"', "#", "&", "*", "!", "|", "\t", "a: b", "\0"]
    ),
)
def test_each_problem_of_a_broken_file_has_a_span_in_it(
    compiled: CompiledQuestionnaire, start: int, length: int, instead: str
) -> None:
    """Any edit leaves a file that can be used, or cases in it that can be used, or problems that say why not."""
    content = SHIPPED[:start] + instead.encode() + SHIPPED[start + length :]
    file, problems = read_cases(content, compiled)
    assert (file is None or file.left_out > 0) == bool(problems)
    lines = content.decode("utf-8", "replace").split("\n")
    assert all(is_inside(problem, lines) for problem in problems)


def is_inside(problem: Problem, lines: list[str]) -> bool:
    span = problem.span
    return 1 <= span.line <= len(lines) and 1 <= span.column <= len(lines[span.line - 1]) + 1


# ---------------------------------------------------------------------- what the cases come to

NO_SLEEP = "answers: {sleep: none, tired: yes}"


@pytest.mark.parametrize(
    ("expected", "mismatches"),
    [
        ("suggestion: stay", []),
        ("suggestion: visits", [Mismatch("suggestion", "visits", "stay")]),
        ("level_at_least: stay", []),
        ("level_at_most: visits", [Mismatch("level_at_most", "visits", "stay")]),
        ("first_step_at_least: nurse", []),
        ("level_or_more: visits", []),
        ("level_or_more: stay", []),
        ("first_step_or_more: none", []),
        ("first_step_or_more: nurse", []),
        ("first_step_or_more: help_now", [Mismatch("first_step_or_more", "help_now", "nurse")]),
        ("first_step_at_most: none", [Mismatch("first_step_at_most", "none", "nurse")]),
        ("reasons: [no_sleep, worn_out]", []),
        ("reasons: [worn_out, no_sleep]", []),
        ("reasons: [no_sleep]", [Mismatch("reasons", ("no_sleep",), ("no_sleep", "worn_out"))]),
        ("reasons: []", [Mismatch("reasons", (), ("no_sleep", "worn_out"))]),
        ("open: []", []),
        ("open: [words]", [Mismatch("open", ("words",), ())]),
        ("notes: [rest]", []),
        ("notes: []", [Mismatch("notes", (), ("rest",))]),
        ("fires: [worn_out]", []),
        ("fires: [aching, worn_out]", [Mismatch("fires", ("worn_out", "aching"), ("worn_out",))]),
        ("misses: [aching, in_danger]", []),
        ("misses: [aching, worn_out]", [Mismatch("misses", ("worn_out", "aching"), ("aching",))]),
    ],
)
def test_a_mismatch_names_the_field_what_was_expected_and_what_came(
    expected: str, mismatches: list[Mismatch], small: CompiledQuestionnaire
) -> None:
    (outcome,) = ran(one_case(NO_SLEEP, expected), small)
    assert [*outcome.mismatches] == mismatches
    assert outcome.result == assess_one(small, outcome.answers)


@pytest.mark.parametrize(
    ("answers", "suggestion"),
    [
        ("{}", "visits"),
        ("{danger: yes}", "emergency"),
        ("{danger: unknown}", "undetermined"),
        ("{age: 17}", "out_of_scope"),
    ],
)
def test_a_case_can_expect_any_suggestion(answers: str, suggestion: str, small: CompiledQuestionnaire) -> None:
    (outcome,) = ran(one_case(f"answers: {answers}", f"suggestion: {suggestion}"), small)
    assert not outcome.mismatches


def test_cases_come_to_the_same_alone_and_together(small: CompiledQuestionnaire) -> None:
    together = ran(FAILING, small)
    file = good(FAILING, small)
    assert [run_cases(CaseFile(file.otherwise, (case,)), small)[0] for case in file.cases] == [*together]


def test_the_cases_that_come_along_all_come_to_what_they_should(compiled: CompiledQuestionnaire) -> None:
    outcomes = ran(SHIPPED, compiled)
    assert cases_text(outcomes, compiled, "cases.yaml") == f"cases.yaml: {len(outcomes)} cases, 0 mismatches\n"
    assert len(outcomes) > 400


# ---------------------------------------------------------------------- how it is shown

FAILING = f"""\
format: 1
{OTHERWISE}
cases:
  - id: worn_out_and_sore
    story: She does not sleep, and her back hurts.
    answers: {{sleep: none, tired: yes, aches: [head, back]}}
    suggestion: visits
    first_step_at_least: none
    reasons: []
    fires: [in_danger]
  - {{id: all_well, story: Nothing is wrong., answers: {{}}, suggestion: visits}}
  - {{id: not_well, story: Nothing is wrong., answers: {{age: 17}}, suggestion: visits}}
"""


def test_mismatches_are_shown_letter_for_letter(small: CompiledQuestionnaire) -> None:
    assert (
        cases_text(ran(FAILING, small), small, "cases.yaml")
        == """\
cases.yaml:4:5: worn_out_and_sore: She does not sleep, and her back hurts.
  suggestion
    expected: visits
    got:      stay
  first_step_at_least
    expected: none
    got:      nurse
  reasons
    expected: nothing
    got:      no_sleep, worn_out, aching
  fires
    expected: in_danger
    got:      nothing
  result: First: A nurse rings. Then: A stay
  why
    - no_sleep: No sleep at night.
      > Sleep? [No sleep, at all]
    - worn_out: Tired by day.
      > Tired by day? [Yes]
    - aching: Something hurts.
      > Aches? [Head, Back]

cases.yaml:12:6: not_well: Nothing is wrong.
  suggestion
    expected: visits
    got:      out_of_scope
  result: Out of scope: this questionnaire is not made for this person
  why
    - no rule holds for certain

cases.yaml: 3 cases, 5 mismatches
"""
    )


def why_of(content: str, compiled: CompiledQuestionnaire) -> list[str]:
    """The lines about one case that failed, without its place, its story and the count."""
    return cases_text(ran(content, compiled), compiled, "cases.yaml").splitlines()[1:-2]


def test_an_answer_to_a_question_that_is_not_asked_is_reported(small: CompiledQuestionnaire) -> None:
    content = one_case("answers: {sleep: good, tired: yes}", "first_step_at_least: nurse")
    assert why_of(content, small)[3:] == [
        '  result: First, still open: up to "A nurse rings". Then: Visits',
        "  why",
        "    - no rule holds for certain",
        "    - the answer to tired does not count: the other answers say that it is not",
        "      asked",
    ]
    shown = json.loads(json.dumps(cases_json(ran(content, small), small)))
    assert [failed["not_counted"] for failed in shown["failed"]] == [["tired"]]


def test_a_rule_that_should_not_fire_is_reported_if_it_does(small: CompiledQuestionnaire) -> None:
    content = one_case("answers: {sleep: none}", "misses: [no_sleep, worn_out]")
    assert why_of(content, small)[:3] == [
        "  misses",
        "    expected: no_sleep, worn_out",
        "    got:      fires: no_sleep",
    ]


@pytest.mark.parametrize(
    ("expected", "last"),
    [("suggestion: visits", "cases.yaml: 1 case, 0 mismatches"), ("open: [age]", "cases.yaml: 1 case, 1 mismatch")],
)
def test_the_last_line_counts(expected: str, last: str, small: CompiledQuestionnaire) -> None:
    text = cases_text(ran(one_case("answers: {}", expected), small), small, "cases.yaml")
    assert text.splitlines()[-1] == last


def test_a_path_and_a_story_can_do_nothing_to_a_screen(small: CompiledQuestionnaire) -> None:
    text = cases_text(ran(one_case("answers: {}", "open: [age]"), small), small, "a\x1b[31m")
    assert text.startswith("a\\x1b[31m:4:5: one: A story.\n")


def test_mismatches_as_json(small: CompiledQuestionnaire) -> None:
    shown = json.loads(json.dumps(cases_json(ran(FAILING, small), small)))
    first, second = shown.pop("failed")
    assert shown == {"schema": "iop-screen.cases/1", "questionnaire": small.stamp, "cases": 3, "mismatches": 5}
    assert (first["id"], first["story"]) == ("worn_out_and_sore", "She does not sleep, and her back hurts.")
    assert (first["line"], first["column"]) == (4, 5)
    assert first["mismatches"] == [
        {"field": "suggestion", "expected": "visits", "got": "stay"},
        {"field": "first_step_at_least", "expected": "none", "got": "nurse"},
        {"field": "reasons", "expected": [], "got": ["no_sleep", "worn_out", "aching"]},
        {"field": "fires", "expected": ["in_danger"], "got": []},
    ]
    assert first["reasons"] == [
        {"id": "no_sleep", "because": "No sleep at night.", "answers": {"sleep": "No sleep, at all"}},
        {"id": "worn_out", "because": "Tired by day.", "answers": {"tired": "Yes"}},
        {"id": "aching", "because": "Something hurts.", "answers": {"aches": "Head, Back"}},
    ]
    assert (second["id"], second["reasons"]) == ("not_well", [])


# ---------------------------------------------------------------------- a form as a case file


def saved(answers: Answers, compiled: CompiledQuestionnaire, story: str = "A story.") -> str:
    return case_text(answers, exactly(assess_one(compiled, answers)), compiled, "saved", story)


def exactly(result: Result) -> list[Expectation]:
    """That each field says what it says in a result."""
    return [Expectation(field, said) for field, said in result_fields(result).items()]


def test_a_form_is_saved_letter_for_letter(small: CompiledQuestionnaire) -> None:
    reported = answers_from(
        small,
        sleep=chosen("none"),
        danger=MissingReason.DECLINED,
        age=Amount(Decimal("40.50")),
        aches=chosen("back", "head"),
        words=Words('she said "soon": 12 # no'),
    )
    assert (
        saved(reported, small, "A form that breaks it: `stay`.")
        == """\
format: 1
cases:
  - id: saved
    story: "A form that breaks it: `stay`."
    answers:
      danger: declined
      sleep: none
      age: 40.50
      aches: [head, back]
      words: "she said \\"soon\\": 12 # no"
    suggestion: undetermined
    level_at_least: stay
    level_at_most: stay
    first_step_at_least: nurse
    first_step_at_most: help_now
    reasons: [no_sleep, aching]
    open: [danger]
    notes: [rest]
"""
    )


def test_an_empty_form_is_saved_too(small: CompiledQuestionnaire) -> None:
    text = saved(no_answers(small), small)
    assert "    answers: {}\n" in text
    assert_comes_back(no_answers(small), text, small)


@pytest.mark.parametrize(
    "words",
    ["unknown", "", "  ", "- a", "a: b", "#", "'", '"', "\\", "two\nlines", "\t", "\u00e9\U0001f600", "{[&*!|>%@`"],
)
def test_any_words_come_back(words: str, small: CompiledQuestionnaire) -> None:
    reported = answers_from(small, words=Words(words))
    assert_comes_back(reported, saved(reported, small), small)


@pytest.mark.parametrize("words", ["\x00", "\x1b[0m", "\u202e", "\u00a0", "\ud800", "\ufffe", "\x85", "\u2028"])
def test_what_a_screen_would_hide_is_replaced(words: str, small: CompiledQuestionnaire) -> None:
    reported = answers_from(small, words=Words(words))
    file = good(saved(reported, small, f"a{words}"), small)
    assert file.cases[0].story == f"a\ufffd{words[1:]}"
    assert file.cases[0].answers[0].answer == Words(f"\ufffd{words[1:]}")


def assert_comes_back(reported: Answers, text: str, compiled: CompiledQuestionnaire) -> None:
    """The file has one case, which tells the form and comes to what it expects."""
    (outcome,) = ran(text, compiled)
    assert outcome.answers == Answers(
        tuple(MissingReason.MISSING if given is MissingReason.UNREADABLE else given for given in reported.values)
    )
    assert outcome.mismatches == ()
    assert {wanted.field for wanted in outcome.case.expected} == {*EXPECTED_FIELDS} - {
        *OR_MORE_FIELDS,
        "fires",
        "misses",
    }


def answers_to(question: Question) -> st.SearchStrategy[Answer]:
    """Any answer, and any reason why there is none."""
    gaps: st.SearchStrategy[Answer] = st.sampled_from(MissingReason)
    match question:
        case TextQuestion():
            return gaps | st.text().map(Words)
        case NumberQuestion():
            return gaps | st.decimals(question.min, question.max, places=2).map(Amount)
        case MultipleQuestion():
            needs = [str(option.id) for option in question.options_listed if not option.exclusive]
            return gaps | st.lists(st.sampled_from(needs), min_size=1).map(lambda ids: chosen(*ids))
        case YesNoQuestion() | ChoiceQuestion():
            return gaps | st.sampled_from(question.answer_ids()).map(lambda option: chosen(str(option)))


round_trip = settings(
    max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@round_trip
@given(drawn=st.data())
def test_any_form_of_the_default_questionnaire_comes_back(
    compiled: CompiledQuestionnaire, drawn: st.DataObject
) -> None:
    reported = Answers(tuple(drawn.draw(answers_to(question)) for question in compiled.questions))
    assert_comes_back(reported, saved(reported, compiled), compiled)


@pytest.mark.slow
@round_trip
@given(drawn=st.data(), story=st.text())
def test_any_form_of_any_questionnaire_comes_back(drawn: st.DataObject, story: str) -> None:
    """An answer to a question that should not have been asked comes back too: the case names it."""
    sketch = drawn.draw(sketches())
    compiled = ready(text_of(sketch))
    reported = form_of_sheet(sketch, drawn.draw(sheets(sketch)))
    assert_comes_back(reported, saved(reported, compiled, f"S {story}"), compiled)


@pytest.mark.parametrize("every", [16, pytest.param(1, marks=pytest.mark.slow)])
def test_the_same_form_is_saved_the_same(every: int, compiled: CompiledQuestionnaire) -> None:
    for outcome in ran(SHIPPED, compiled)[::every]:
        text = case_text(outcome.answers, exactly(outcome.result), compiled, outcome.case.id, outcome.case.story)
        (again,) = ran(text, compiled)
        assert text == case_text(again.answers, exactly(again.result), compiled, again.case.id, again.case.story)
        assert (again.answers, again.result) == (outcome.answers, outcome.result)
