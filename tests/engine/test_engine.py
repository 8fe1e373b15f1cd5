"""What a form means, row by row: small questionnaires written out, and what the design says of forms on them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from support.interviews import HEAD, NOON, typed
from support.questionnaires import THREE_LEVELS, ready

from iop_screen.core.files import default_questionnaire
from iop_screen.engine import suggest
from iop_screen.engine.answer_batch import Answers, no_answers, set_all_aside, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, explain
from iop_screen.engine.suggest import Result, assess, assess_one, certain_steps, possible_steps
from iop_screen.interview.state import begin_session
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words, chosen
from iop_screen.records.model import AnswerRecorded

Said = str | int | set[str] | MissingReason
Step = str | None


@cache
def written(rest: str) -> CompiledQuestionnaire:
    """A questionnaire made of a head that all share and the rest."""
    return ready(THREE_LEVELS + rest)


def filled(compiled: CompiledQuestionnaire, **said: Said) -> Answers:
    """A form with these answers and no others."""
    answers = no_answers(compiled)
    for name, word in said.items():
        answers = answers.with_answer(compiled.index_of(name), _answer(word))
    return answers


def _answer(word: Said) -> Answer:
    match word:
        case MissingReason():
            return word
        case int():
            return Amount(Decimal(word))
        case str():
            return chosen(word)
        case _:
            return chosen(*word)


def judged(compiled: CompiledQuestionnaire, **said: Said) -> Result:
    """The result of a form with these answers and no others."""
    return assess_one(compiled, filled(compiled, **said))


def explained(compiled: CompiledQuestionnaire, **said: Said) -> Explanation:
    """The same, and why."""
    return explain(compiled, filled(compiled, **said))


def levels(result: Result) -> tuple[str, str]:
    """Both bounds of the first ladder."""
    return result.levels.at_least.id, result.levels.at_most.id


def first_steps(result: Result) -> tuple[Step, Step]:
    """Both bounds of the second ladder."""
    low, high = result.first_steps.at_least, result.first_steps.at_most
    return None if low is None else low.id, None if high is None else high.id


def open_ids(result: Result) -> list[str]:
    """The open questions."""
    return [str(question.id) for question in result.open_questions]


# A test on an answer, behind a gate.

GATED = """
sections:
  - id: one
    title: One
    questions:
      - {id: drinks, ask: Drinks?, role: context, type: yes_no}
      - id: sick
        ask: How sick?
        role: risk
        type: choice
        options: [{id: well, label: Not sick}, {id: poorly, label: A little}, {id: very, label: Very}]
        ask_when: {drinks: yes}
rules: [{id: very_sick, when: {sick: very}, level: beds, because: Very sick.}]
"""


def test_a_question_is_found_by_its_id() -> None:
    assert [written(GATED).index_of(name) for name in ("drinks", "sick")] == [0, 1]


def test_the_index_of_an_unknown_question_is_an_error_inside_a_generator_too() -> None:
    """StopIteration would come out of one as RuntimeError."""
    with pytest.raises(KeyError):
        [*(written(GATED).index_of(name) for name in ["unknown"])]


@pytest.mark.parametrize(
    ("drinks", "sick", "bounds"),
    [
        ("yes", "very", ("beds", "beds")),
        ("yes", "poorly", ("home", "home")),
        ("yes", MissingReason.MISSING, ("home", "beds")),
        (MissingReason.MISSING, "very", ("home", "beds")),
        (MissingReason.MISSING, "poorly", ("home", "home")),
        (MissingReason.MISSING, MissingReason.MISSING, ("home", "beds")),
        ("no", "very", ("home", "beds")),
        ("no", "poorly", ("home", "home")),
        ("no", MissingReason.MISSING, ("home", "home")),
    ],
)
def test_a_test_must_or_may_hold_as_its_question_is_asked(drinks: Said, sick: Said, bounds: tuple[str, str]) -> None:
    assert levels(judged(written(GATED), drinks=drinks, sick=sick)) == bounds


@pytest.mark.parametrize("gap", MissingReason)
@pytest.mark.parametrize(("drinks", "bounds"), [("yes", ("home", "beds")), ("no", ("home", "home"))])
def test_every_gap_is_neither_yes_nor_no(gap: MissingReason, drinks: str, bounds: tuple[str, str]) -> None:
    assert levels(judged(written(GATED), drinks=drinks, sick=gap)) == bounds


@pytest.mark.parametrize("gap", MissingReason)
def test_a_gap_in_a_gate_leaves_the_question_behind_it_open(gap: MissingReason) -> None:
    assert open_ids(judged(written(GATED), drinks=gap)) == ["drinks", "sick"]


def test_an_answer_behind_an_open_gate_leaves_only_the_gate_open() -> None:
    assert open_ids(judged(written(GATED), sick="very")) == ["drinks"]


# Answers to questions that should not have been asked.


def test_an_answer_to_an_unasked_question_keeps_the_result_from_settling() -> None:
    result = judged(written(GATED), drinks="no", sick="very")
    assert (result.suggestion, result.reasons, result.open_questions) == ("undetermined", (), ())


@pytest.mark.parametrize("sick", ["well", "poorly", "very"])
def test_an_answer_to_an_unasked_question_is_reported(sick: str) -> None:
    [problem] = judged(written(GATED), drinks="no", sick=sick).problems
    assert (problem.question, problem.code) == ("sick", "answered-but-not-asked")


@pytest.mark.parametrize(
    ("drinks", "sick"),
    [
        ("yes", "very"),
        (MissingReason.MISSING, "very"),
        (MissingReason.DECLINED, "very"),
        *(("no", gap) for gap in MissingReason),
    ],
)
def test_what_may_be_asked_or_is_not_answered_is_not_reported(drinks: Said, sick: Said) -> None:
    assert judged(written(GATED), drinks=drinks, sick=sick).problems == ()


def test_an_interview_neither_counts_nor_counts_against_what_it_set_aside() -> None:
    left = set_aside(written(GATED), filled(written(GATED), drinks="no", sick="very"))
    result = assess_one(written(GATED), left)
    assert (result.suggestion, result.problems) == ("home", ())


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({"uses": "yes", "days": 6, "sick": "yes"}, {"uses": "yes", "days": 6, "sick": "yes"}),
        (
            {"uses": MissingReason.UNKNOWN, "days": 6, "sick": "yes"},
            {"uses": MissingReason.UNKNOWN, "days": 6, "sick": "yes"},
        ),
        ({"uses": "yes", "days": 2, "sick": "yes"}, {"uses": "yes", "days": 2}),
        ({"uses": "no", "days": 6, "sick": "yes"}, {"uses": "no"}),
        ({"uses": "no", "days": MissingReason.DECLINED}, {"uses": "no"}),
    ],
)
def test_only_what_is_behind_a_closed_branch_is_set_aside(said: dict[str, Said], left: dict[str, Said]) -> None:
    chain = written(CHAIN)
    assert set_aside(chain, filled(chain, **said)) == filled(chain, **left)


def test_opening_the_branch_brings_an_answer_back() -> None:
    answers = filled(written(GATED), drinks="yes", sick="very")
    assert set_aside(written(GATED), answers) == answers


# `all` and `any`, and what is open in them.

NESTED = """
sections:
  - id: one
    title: One
    questions:
      - {id: a, ask: A?, role: risk, type: yes_no, worse: yes}
      - {id: b, ask: B?, role: risk, type: yes_no, worse: yes}
      - {id: c, ask: C?, role: risk, type: yes_no, worse: yes}
      - {id: d, ask: D?, role: risk, type: yes_no, worse: yes}
rules: [{id: nested, when: {any: [{a: yes, b: yes}, {c: yes}], d: yes}, level: beds, because: All in all.}]
"""


@pytest.mark.parametrize(
    ("said", "bounds", "still_open"),
    [
        ({}, ("home", "beds"), ["a", "b", "c", "d"]),
        ({"a": "yes"}, ("home", "beds"), ["b", "c", "d"]),
        ({"a": "no"}, ("home", "beds"), ["c", "d"]),
        ({"c": "yes"}, ("home", "beds"), ["d"]),
        ({"a": "yes", "b": "yes"}, ("home", "beds"), ["d"]),
        ({"d": "yes"}, ("home", "beds"), ["a", "b", "c"]),
        ({"d": "no"}, ("home", "home"), []),
        ({"a": "no", "c": "no"}, ("home", "home"), []),
        ({"c": "yes", "d": "yes"}, ("beds", "beds"), []),
    ],
)
def test_only_what_stands_in_undecided_conditions_is_open(
    said: dict[str, Said], bounds: tuple[str, str], still_open: list[str]
) -> None:
    result = judged(written(NESTED), **said)
    assert (levels(result), open_ids(result)) == (bounds, still_open)


# The two ladders.

LADDERS = """
first_steps: [{id: call, title: A call first}, {id: check, title: A check first}]
sections:
  - id: one
    title: One
    questions:
      - {id: a, ask: A?, role: risk, type: yes_no, worse: yes}
      - {id: b, ask: B?, role: risk, type: yes_no, worse: yes}
      - {id: c, ask: C?, role: risk, type: yes_no, worse: yes}
rules:
  - {id: a_beds, when: {a: yes}, level: beds, because: A.}
  - {id: b_day, when: {b: yes}, level: day, first_step: call, because: B.}
  - {id: c_check, when: {c: yes}, first_step: check, because: C.}
  - {id: b_home, when: {b: yes}, level: home, because: B again.}
"""


@pytest.mark.parametrize(
    ("said", "suggestion", "level_bounds", "step_bounds", "still_open"),
    [
        ({}, "undetermined", ("home", "beds"), (None, "check"), ["a", "b", "c"]),
        ({"a": "no", "b": "no", "c": "no"}, "home", ("home", "home"), (None, None), []),
        ({"a": "no", "b": "yes", "c": "no"}, "day", ("day", "day"), ("call", "call"), []),
        ({"a": "yes", "b": "yes", "c": "yes"}, "beds", ("beds", "beds"), ("check", "check"), []),
        ({"a": "yes", "b": "no"}, "beds", ("beds", "beds"), (None, "check"), ["c"]),
        ({"a": "yes", "c": "yes"}, "beds", ("beds", "beds"), ("check", "check"), []),
        ({"a": "yes", "c": "no"}, "beds", ("beds", "beds"), (None, "call"), ["b"]),
        ({"a": "no", "c": "yes"}, "undetermined", ("home", "day"), ("check", "check"), ["b"]),
        ({"b": "yes"}, "undetermined", ("day", "beds"), ("call", "check"), ["a", "c"]),
    ],
)
def test_the_worst_need_wins_on_each_ladder(
    said: dict[str, Said],
    suggestion: str,
    level_bounds: tuple[str, str],
    step_bounds: tuple[Step, Step],
    still_open: list[str],
) -> None:
    result = judged(written(LADDERS), **said)
    assert (levels(result), first_steps(result)) == (level_bounds, step_bounds)
    assert (result.suggestion, open_ids(result)) == (suggestion, still_open)


def test_a_level_can_be_settled_while_a_first_step_is_open() -> None:
    result = judged(written(LADDERS), a="yes", b="no")
    assert result.level is not None
    assert (result.level.id, open_ids(result)) == ("beds", ["c"])


# Tests on each kind of question.

KINDS = """
sections:
  - id: one
    title: One
    questions:
      - {id: hours, ask: Hours?, role: risk, type: number, worse: higher, min: 0, max: 24}
      - {id: sleep, ask: Sleep?, role: risk, type: number, worse: lower, min: 0, max: 24}
      - id: pains
        ask: Pains?
        role: risk
        type: multiple
        options:
          [{id: head, label: The head}, {id: back, label: The back}, {id: none, label: No pains, exclusive: true}]
      - {id: safe, ask: Safe?, role: risk, type: yes_no, worse: no}
      - id: often
        ask: How often?
        role: risk
        type: choice
        options: [{id: never, label: Not once}, {id: weekly, label: Weekly}, {id: daily, label: Daily}]
      - {id: age, ask: Age?, role: context, type: number, min: 0, max: 120}
      - {id: speech, ask: Language?, role: context, type: choice, options: [{id: en, label: E}, {id: fr, label: F}]}
rules:
  - {id: hours, when: {hours: {at_least: 8}}, level: day, because: Hours.}
  - {id: sleep, when: {sleep: {at_most: 4}}, level: day, because: Sleep.}
  - {id: pains, when: {pains: [head, back]}, level: day, because: Pains.}
  - {id: head, when: {pains: head}, level: day, because: The head.}
  - {id: safe, when: {safe: no}, level: day, because: Not safe.}
  - {id: weekly, when: {often: {at_least: weekly}}, level: day, because: Weekly.}
  - {id: daily, when: {often: daily}, level: day, because: Daily.}
  - {id: young, when: {age: {at_most: 17}}, level: day, because: Young.}
  - {id: speech, when: {speech: [fr, en]}, level: day, because: Any language.}
"""


@pytest.mark.parametrize(
    ("said", "reasons"),
    [
        ({"hours": 7}, []),
        ({"hours": 8}, ["hours"]),
        ({"sleep": 4}, ["sleep"]),
        ({"sleep": 5}, []),
        ({"pains": {"head"}}, ["pains", "head"]),
        ({"pains": {"back"}}, ["pains"]),
        ({"pains": {"head", "back"}}, ["pains", "head"]),
        ({"pains": {"none"}}, []),
        ({"safe": "no"}, ["safe"]),
        ({"safe": "yes"}, []),
        ({"often": "never"}, []),
        ({"often": "weekly"}, ["weekly"]),
        ({"often": "daily"}, ["weekly", "daily"]),
        ({"age": 17}, ["young"]),
        ({"age": 18}, []),
        ({"speech": "en"}, ["speech"]),
    ],
)
def test_a_condition_asks_for_this_or_worse(said: dict[str, Said], reasons: list[str]) -> None:
    assert [rule.id for rule in judged(written(KINDS), **said).reasons] == reasons


@pytest.mark.parametrize("different", [2, 256, 257, 600])
def test_a_batch_with_very_many_different_answers_is_judged_as_each_alone(different: int) -> None:
    blank = no_answers(written(KINDS))
    crowd = [blank.with_answer(0, Amount(Decimal(number % different) / 50)) for number in range(601)]
    days = [[rule.id for rule in result.reasons] for result in assess(written(KINDS), crowd)]
    assert days == [["hours"] if number % different >= 400 else [] for number in range(601)]


def test_a_number_is_compared_exactly() -> None:
    just_below = Amount(Decimal("7.999999"))
    answers = no_answers(written(KINDS)).with_answer(0, just_below)
    assert assess_one(written(KINDS), answers).reasons == ()


# Scores.

SCORED = """
sections:
  - id: one
    title: One
    questions:
      - {id: alone, ask: Alone?, role: context, type: yes_no}
      - id: sleep
        ask: Sleep?
        role: risk
        type: choice
        options:
          - {id: good, label: Good, points: 1}
          - {id: fair, label: Fair, points: 2}
          - {id: bad, label: Bad, points: 3}
      - id: pains
        ask: Pains?
        role: risk
        type: multiple
        options:
          - {id: none, label: No pains, points: 0, exclusive: true}
          - {id: head, label: The head, points: 1}
          - {id: back, label: The back, points: 2}
      - id: fear
        ask: Fear?
        role: risk
        type: choice
        options: [{id: low, label: Little, points: 0}, {id: high, label: Much, points: 3}]
        ask_when: {alone: yes}
scores: [{id: total, title: Total, add: [sleep, pains, fear]}]
rules: [{id: enough, when: {total: {at_least: BOUND}}, level: beds, because: Enough.}]
"""


def two_sums(**said: Said) -> tuple[int, int]:
    """The highest bound that the score must reach, and the highest that it may."""
    bounds = [levels(judged(written(SCORED.replace("BOUND", str(bound))), **said)) for bound in range(1, 12)]
    return sum(low == "beds" for low, _ in bounds), sum(high == "beds" for _, high in bounds)


@pytest.mark.parametrize(
    ("said", "sums", "total"),
    [
        ({}, (1, 9), None),
        ({"alone": "no"}, (1, 6), None),
        ({"alone": "yes"}, (1, 9), None),
        ({"alone": "no", "sleep": "bad", "pains": {"head"}}, (4, 4), 4),
        ({"alone": "yes", "sleep": "bad", "pains": {"head", "back"}, "fear": "high"}, (9, 9), 9),
        ({"alone": "yes", "sleep": "good", "pains": {"none"}, "fear": MissingReason.DECLINED}, (1, 4), None),
        ({"alone": "yes", "sleep": MissingReason.UNREADABLE, "pains": {"none"}, "fear": "low"}, (1, 3), None),
        ({"alone": "yes", "sleep": "good", "pains": MissingReason.UNKNOWN, "fear": "low"}, (1, 4), None),
        ({"sleep": "bad", "pains": {"none"}}, (3, 6), None),
        ({"sleep": "bad", "pains": {"none"}, "fear": "high"}, (3, 6), None),
        ({"alone": "no", "sleep": "bad", "pains": {"none"}, "fear": "high"}, (3, 6), 3),
    ],
)
def test_a_score_has_two_sums_and_a_total_when_every_item_asked_is_answered(
    said: dict[str, Said], sums: tuple[int, int], total: int | None
) -> None:
    assert two_sums(**said) == sums
    [score] = judged(written(SCORED.replace("BOUND", "5")), **said).scores
    assert score.total == total


@pytest.mark.parametrize(
    ("said", "still_open"),
    [
        ({}, ["alone", "sleep", "pains", "fear"]),
        ({"alone": "no"}, ["sleep", "pains"]),
        ({"alone": "no", "pains": {"none"}}, []),
        ({"alone": "no", "pains": {"head", "back"}}, ["sleep"]),
        ({"sleep": "fair", "pains": {"none"}, "fear": "high"}, ["alone"]),
        ({"sleep": "bad", "pains": {"head", "back"}}, []),
    ],
)
def test_the_items_of_an_undecided_score_are_open(said: dict[str, Said], still_open: list[str]) -> None:
    assert open_ids(judged(written(SCORED.replace("BOUND", "5")), **said)) == still_open


EXCLUSIVE_POINTS = """
sections:
  - id: one
    title: One
    questions:
      - id: help
        ask: Who helps?
        role: context
        type: multiple
        options:
          - {id: kin, label: Family, points: 2}
          - {id: kith, label: Friends, points: 1}
          - {id: nobody, label: Nobody, points: MANY, exclusive: true}
scores: [{id: total, title: Total, add: [help]}]
rules:
  - {id: some, when: {total: {at_least: 1}}, level: day, because: Some.}
  - {id: four, when: {total: {at_least: 4}}, level: beds, because: Four.}
"""


@pytest.mark.parametrize(
    ("points", "bounds"), [(0, ("home", "day")), (1, ("day", "day")), (3, ("day", "day")), (5, ("day", "beds"))]
)
def test_the_fewest_and_most_points_are_those_of_an_answer_that_can_be_given(
    points: int, bounds: tuple[str, str]
) -> None:
    assert levels(judged(written(EXCLUSIVE_POINTS.replace("MANY", str(points))))) == bounds


# The five suggestions.

WHOLE = """
applies_when: {age: [adult, old]}
first_steps: [{id: check, title: A check first}, {id: now, title: Help now, interrupt: true}]
sections:
  - id: one
    title: One
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - id: age
        ask: Age?
        role: context
        type: choice
        options: [{id: child, label: A child}, {id: adult, label: An adult}, {id: old, label: Over 65}]
      - {id: sick, ask: Sick?, role: risk, type: yes_no, worse: yes}
      - {id: faint, ask: Faint?, role: risk, type: yes_no, worse: yes}
rules:
  - {id: in_danger, when: {danger: yes}, first_step: now, because: Danger.}
  - {id: is_sick, when: {sick: yes}, level: beds, because: Sick.}
  - {id: is_faint, when: {faint: yes}, first_step: check, because: Faint.}
"""


@pytest.mark.parametrize(
    ("said", "suggestion"),
    [
        ({"danger": "yes"}, "emergency"),
        ({"danger": "yes", "age": "child"}, "emergency"),
        ({"danger": "yes", "age": "adult", "sick": "yes", "faint": "yes"}, "emergency"),
        ({}, "undetermined"),
        ({"age": "child"}, "undetermined"),
        ({"danger": MissingReason.DECLINED, "age": "child", "sick": "no", "faint": "no"}, "undetermined"),
        ({"danger": MissingReason.UNKNOWN, "age": "adult", "sick": "yes", "faint": "no"}, "undetermined"),
        ({"danger": "no", "age": "child"}, "out_of_scope"),
        ({"danger": "no", "age": "child", "sick": "yes", "faint": "yes"}, "out_of_scope"),
        ({"danger": "no", "sick": "yes", "faint": "no"}, "undetermined"),
        ({"danger": "no", "age": MissingReason.DECLINED, "sick": "no", "faint": "no"}, "undetermined"),
        ({"danger": "no", "age": "adult"}, "undetermined"),
        ({"danger": "no", "age": "adult", "sick": "no"}, "home"),
        ({"danger": "no", "age": "old", "sick": "yes"}, "beds"),
    ],
)
def test_the_first_suggestion_that_fits_is_made(said: dict[str, Said], suggestion: str) -> None:
    assert judged(written(WHOLE), **said).suggestion == suggestion


@pytest.mark.parametrize(
    "said", [{}, {"danger": "yes", "sick": "yes"}, {"danger": "no", "age": "child", "sick": "yes"}]
)
def test_only_a_level_names_a_level(said: dict[str, Said]) -> None:
    assert judged(written(WHOLE), **said).level is None


def test_out_of_scope_still_reports_first_steps_and_both_bounds() -> None:
    result = judged(written(WHOLE), danger="no", age="child", sick="yes", faint="yes")
    assert (first_steps(result), levels(result)) == (("check", "check"), ("beds", "beds"))


@pytest.mark.parametrize(
    ("said", "still_open"),
    [
        ({}, ["danger", "age", "sick", "faint"]),
        ({"danger": "no"}, ["age", "sick", "faint"]),
        ({"danger": "no", "sick": "yes", "faint": "no"}, ["age"]),
        ({"danger": "yes"}, ["age", "sick"]),
        ({"danger": "no", "age": "child"}, ["sick", "faint"]),
    ],
)
def test_open_questions_are_given_whatever_is_suggested(said: dict[str, Said], still_open: list[str]) -> None:
    assert open_ids(judged(written(WHOLE), **said)) == still_open


def test_on_the_empty_form_everything_is_possible_and_nothing_is_said() -> None:
    result = assess_one(written(WHOLE), no_answers(written(WHOLE)))
    assert (levels(result), first_steps(result)) == (("home", "beds"), (None, "now"))
    assert (result.suggestion, result.reasons, result.problems) == ("undetermined", (), ())


def test_a_crowd_of_nobody_has_no_results() -> None:
    assert assess(written(WHOLE), []) == []


NO_NEED = """
sections:
  - {id: one, title: One, questions: [{id: a, ask: A?, role: risk, type: yes_no, worse: yes}]}
rules: []
"""


def test_without_rules_every_form_ends_up_at_the_first_level() -> None:
    result = judged(written(NO_NEED))
    assert (result.suggestion, levels(result), first_steps(result)) == ("home", ("home", "home"), (None, None))


# Notes.

NOTES = """
sections:
  - id: one
    title: One
    questions:
      - {id: sick, ask: Sick?, role: risk, type: yes_no, worse: yes}
      - {id: job, ask: Job?, role: access, type: yes_no}
      - {id: shifts, ask: Shifts?, role: access, type: yes_no, ask_when: {job: yes}}
      - {id: words, ask: What else?, role: access, type: text}
rules: [{id: is_sick, when: {sick: yes}, level: beds, because: Sick.}]
notes:
  - {id: always, say: Always.}
  - {id: leave, when: {job: yes}, for_levels: [day, beds], say: Ask for leave.}
  - {id: evenings, when: {job: yes}, for_levels: [home], say: Evenings.}
  - {id: nights, when: {shifts: yes}, say: Not at night.}
  - {id: resting, when: {sick: yes}, say: Rest.}
  - {id: at_home, for_levels: [home], say: At home.}
"""


@pytest.mark.parametrize(
    ("said", "notes"),
    [
        ({}, ["always"]),
        ({"job": "yes"}, ["always"]),
        ({"sick": "no"}, ["always", "at_home"]),
        ({"sick": "no", "job": "yes"}, ["always", "evenings", "at_home"]),
        ({"sick": "yes", "job": "yes"}, ["always", "leave", "resting"]),
        ({"sick": "yes", "job": MissingReason.UNKNOWN}, ["always", "resting"]),
        ({"sick": "no", "job": "yes", "shifts": "yes"}, ["always", "evenings", "nights", "at_home"]),
        ({"sick": "no", "job": "no", "shifts": "yes"}, ["always", "at_home"]),
        ({"sick": "no", "shifts": "yes"}, ["always", "at_home"]),
    ],
)
def test_a_note_applies_when_it_must_hold_and_its_level_is_suggested(said: dict[str, Said], notes: list[str]) -> None:
    assert [note.id for note in judged(written(NOTES), **said).notes] == notes


FOR_FIRST_STEPS = """
first_steps:
  - {id: call, title: Call, when: in a week}
  - {id: visit, title: Visit, when: today}
  - {id: help_now, title: Help now, interrupt: true}
applies_when: {grown_up: yes}
sections:
  - id: one
    title: One
    questions:
      - {id: grown_up, ask: Grown up?, role: context, type: yes_no}
      - id: sick
        ask: Sick?
        role: risk
        type: choice
        options: [{id: no, label: No}, {id: some, label: Some}, {id: bad, label: Bad}]
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: job, ask: Job?, role: access, type: yes_no}
rules:
  - {id: some_sick, when: {sick: {at_least: some}}, first_step: call, because: Sick.}
  - {id: bad_sick, when: {sick: bad}, level: beds, first_step: visit, because: Sick.}
  - {id: in_danger, when: {danger: yes}, first_step: help_now, because: Danger.}
notes:
  - {id: no_step, for_first_steps: [none], say: No hurry.}
  - {id: calls, for_first_steps: [call], say: A call.}
  - {id: some_step, for_first_steps: [visit, call], say: Somebody comes or calls.}
  - {id: no_visit, for_first_steps: [none, call, help_now], say: Nobody visits.}
  - {id: emergency, for_first_steps: [help_now], say: Stay.}
  - {id: at_home, for_levels: [home], for_first_steps: [none, call, visit, help_now], say: At home.}
  - {id: job_no_step, when: {job: yes}, for_levels: [home], for_first_steps: [none], say: Go to work.}
"""


@pytest.mark.parametrize(
    ("said", "suggestion", "notes"),
    [
        ({"sick": "no", "danger": "no"}, "home", ["no_step", "no_visit", "at_home"]),
        ({"sick": "no", "danger": "no", "job": "yes"}, "home", ["no_step", "no_visit", "at_home", "job_no_step"]),
        ({"sick": "some", "danger": "no", "job": "yes"}, "home", ["calls", "some_step", "no_visit", "at_home"]),
        ({"sick": "bad", "danger": "no"}, "beds", ["some_step"]),
        ({"sick": "no", "danger": "yes"}, "emergency", ["no_visit", "emergency"]),
        ({"sick": "bad", "danger": "yes"}, "emergency", ["no_visit", "emergency"]),
        ({"danger": "no"}, "undetermined", ["no_step", "no_visit"]),
        ({"sick": "no"}, "undetermined", ["no_step", "no_visit"]),
        ({"sick": "some"}, "undetermined", ["calls", "some_step", "no_visit"]),
        ({"sick": "bad"}, "undetermined", ["some_step"]),
        ({"danger": "yes"}, "emergency", ["no_visit", "emergency"]),
        ({"grown_up": "no", "sick": "some", "danger": "no"}, "out_of_scope", ["calls", "some_step", "no_visit"]),
        ({"grown_up": "no", "danger": "yes"}, "emergency", ["no_visit", "emergency"]),
    ],
)
def test_a_note_is_for_the_first_step_that_is_certain(said: dict[str, Said], suggestion: str, notes: list[str]) -> None:
    result = judged(written(FOR_FIRST_STEPS), **{"grown_up": "yes", **said})
    assert (result.suggestion, [note.id for note in result.notes]) == (suggestion, notes)


def test_a_note_for_the_first_step_none_is_given_where_there_are_no_first_steps() -> None:
    notes = NOTES.replace("{id: always, say", "{id: always, for_first_steps: [none], say")
    assert [note.id for note in judged(written(notes), sick="yes").notes] == ["always", "resting"]


@pytest.mark.parametrize("job", ["yes", "no", *MissingReason])
def test_a_duty_decides_nothing_and_is_never_open(job: Said) -> None:
    result = judged(written(NOTES), sick="no", job=job)
    assert (result.suggestion, result.open_questions) == ("home", ())


# Open questions up through gates.

CHAIN = """
applies_when: {seen: yes}
sections:
  - id: one
    title: One
    questions:
      - {id: place, ask: Place?, role: context, type: yes_no}
      - {id: seen, ask: Seen?, role: context, type: yes_no, ask_when: {place: yes}}
      - {id: uses, ask: Uses?, role: context, type: yes_no}
      - {id: days, ask: Days?, role: risk, type: number, worse: higher, min: 0, max: 7, ask_when: {uses: yes}}
      - {id: aside, ask: Aside?, role: risk, type: yes_no, worse: yes, ask_when: {uses: yes}}
      - {id: sick, ask: Sick?, role: risk, type: yes_no, worse: yes, ask_when: {days: {at_least: 5}}}
rules: [{id: is_sick, when: {sick: yes}, level: beds, because: Sick.}]
"""


@pytest.mark.parametrize(
    ("said", "still_open"),
    [
        ({}, ["place", "seen", "uses", "days", "sick"]),
        ({"seen": "yes"}, ["place", "uses", "days", "sick"]),
        ({"place": "no"}, ["uses", "days", "sick"]),
        ({"place": "yes", "seen": "yes"}, ["uses", "days", "sick"]),
        ({"place": "no", "sick": "yes"}, ["uses", "days"]),
        ({"place": "no", "sick": "yes", "days": 5}, ["uses"]),
        ({"place": "no", "days": 4}, []),
        ({"place": "no", "uses": "no"}, []),
        ({"place": "no", "uses": "yes", "days": 5}, ["sick"]),
        ({"place": "no", "sick": "no"}, []),
    ],
)
def test_what_decides_whether_to_ask_is_open_too(said: dict[str, Said], still_open: list[str]) -> None:
    assert open_ids(judged(written(CHAIN), **said)) == still_open


def test_a_question_that_no_rule_reads_is_never_open() -> None:
    assert "aside" not in open_ids(judged(written(CHAIN)))


LONG_CHAIN = """
sections:
  - id: one
    title: One
    questions:
      - {{id: q0, ask: First?, role: risk, type: yes_no, worse: yes}}
{gated}
rules: [{{id: last, when: {{q{last}: yes}}, level: beds, because: The last.}}]
"""


@pytest.mark.slow
@pytest.mark.parametrize("length", [50, 1000])
def test_gates_may_follow_one_another_through_a_whole_file(length: int) -> None:
    line = "      - {{id: q{0}, ask: More?, role: risk, type: yes_no, worse: yes, ask_when: {{q{1}: yes}}}}"
    gated = "\n".join(line.format(number, number - 1) for number in range(1, length))
    compiled = ready(THREE_LEVELS + LONG_CHAIN.format(gated=gated, last=length - 1))
    assert len(open_ids(assess_one(compiled, no_answers(compiled)))) == length


# The order of lists.

ORDER = """
first_steps: [{id: check, title: A check first}]
sections:
  - id: one
    title: One
    questions:
      - {id: z, ask: Z?, role: risk, type: yes_no, worse: yes}
      - {id: y, ask: Y?, role: risk, type: yes_no, worse: yes, ask_when: {z: yes}}
      - id: x
        ask: X?
        role: risk
        type: choice
        options: [{id: no, label: Not so, points: 0}, {id: so, label: So, points: 1}]
        ask_when: {z: yes}
  - {id: two, title: Two, questions: [{id: w, ask: W?, role: risk, type: yes_no, worse: yes}]}
scores: [{id: t2, title: Second, add: [x]}, {id: t1, title: First, add: [x]}]
rules:
  - {id: r4, when: {w: yes}, level: day, because: W.}
  - {id: r3, when: {z: yes}, first_step: check, because: Z.}
  - {id: r2, when: {y: yes}, level: beds, because: Y.}
  - {id: r1, when: {x: so}, level: day, because: X.}
notes: [{id: n2, say: Second.}, {id: n1, say: First.}]
"""


def test_all_lists_are_in_file_order() -> None:
    result = judged(written(ORDER), z="yes", y="yes", x="so", w="yes")
    assert [rule.id for rule in result.reasons] == ["r4", "r3", "r2", "r1"]
    assert [note.id for note in result.notes] == ["n2", "n1"]
    assert [score.score.id for score in result.scores] == ["t2", "t1"]


def test_open_questions_and_problems_are_in_file_order() -> None:
    assert open_ids(judged(written(ORDER))) == ["z", "y", "x", "w"]
    assert [problem.question for problem in judged(written(ORDER), z="no", x="no", y="no").problems] == ["y", "x"]


# Reasons.


@pytest.mark.parametrize(
    ("said", "cited"),
    [
        ({"a": "yes", "b": "yes", "c": "no", "d": "yes"}, ["a", "b", "d"]),
        ({"a": "yes", "b": "no", "c": "yes", "d": "yes"}, ["c", "d"]),
        ({"a": "yes", "c": "yes", "d": "yes"}, ["c", "d"]),
        ({"a": "yes", "b": "yes", "c": "yes", "d": "yes"}, ["a", "b", "c", "d"]),
    ],
)
def test_a_reason_cites_the_answers_that_made_it_hold(said: dict[str, Said], cited: list[str]) -> None:
    [reason] = explained(written(NESTED), **said).reasons
    assert [given.question.id for given in reason.because_of] == cited
    assert {given.answer for given in reason.because_of} == {chosen("yes")}


def test_a_score_is_a_reason_with_its_items() -> None:
    said: dict[str, Said] = {"alone": "no", "sleep": "bad", "pains": {"back"}}
    [reason] = explained(written(SCORED.replace("BOUND", "5")), **said).reasons
    assert [given.question.id for given in reason.because_of] == ["sleep", "pains"]


@pytest.mark.parametrize("alone", ["no", MissingReason.MISSING])
def test_an_answer_that_does_not_count_is_no_reason(alone: Said) -> None:
    said: dict[str, Said] = {"alone": alone, "sleep": "bad", "pains": {"back"}, "fear": "high"}
    [reason] = explained(written(SCORED.replace("BOUND", "5")), **said).reasons
    assert [given.question.id for given in reason.because_of] == ["sleep", "pains"]


# What would change a result.


def changes(compiled: CompiledQuestionnaire, question: str, **said: Said) -> dict[Answer, str]:
    """Each answer to one question that would change the result, and the suggestion it would lead to."""
    named = explained(compiled, **said).changes
    return {change.given.answer: change.result.suggestion for change in named if change.given.question.id == question}


BOUNDED = """
sections:
  - id: one
    title: One
    questions:
      - {id: hours, ask: Hours?, role: risk, type: number, worse: higher, min: 2, max: 24}
      - {id: sleep, ask: Sleep?, role: risk, type: number, worse: lower, min: 0, max: 12}
rules:
  - {id: many, when: {hours: {at_least: 8}}, level: day, because: Many.}
  - {id: very_many, when: {hours: {at_least: 16}}, level: beds, because: Very many.}
  - {id: too_many, when: {hours: {at_least: 30}}, level: beds, because: Too many.}
  - {id: little, when: {sleep: {at_most: 0}}, level: beds, because: Little.}
"""


@pytest.mark.parametrize(
    ("hours", "reached"),
    [
        (5, {"day", "beds"}),
        (8, {"home", "beds"}),
        (16, {"home", "day"}),
        (MissingReason.UNKNOWN, {"home", "day", "beds"}),
    ],
)
def test_a_number_on_each_side_of_a_bound_is_tried(hours: Said, reached: set[str]) -> None:
    named = changes(written(BOUNDED), "hours", hours=hours, sleep=8)
    assert set(named.values()) == reached
    assert all(named.get(Amount(Decimal(bound)), level) == level for bound, level in [(8, "day"), (16, "beds")])


def test_numbers_are_tried_only_in_their_range() -> None:
    named = changes(written(BOUNDED), "hours", sleep=8)
    assert all(isinstance(answer, Amount) and 2 <= answer.number <= 24 for answer in named)


def test_a_bound_that_is_the_end_of_the_range_is_tried_on_both_sides() -> None:
    named = changes(written(BOUNDED), "sleep", hours=5)
    assert named[Amount(Decimal(0))] == "beds"
    assert {suggestion for answer, suggestion in named.items() if answer != Amount(Decimal(0))} == {"home"}


WINDOWS = """
applies_when: {age: {at_least: 18}, all: [{age: {at_most: 64}}]}
sections:
  - id: one
    title: One
    questions:
      - {id: age, ask: Age?, role: context, type: number, min: 0, max: 120}
      - {id: rooms, ask: Rooms?, role: context, type: number, min: 0, max: 9}
rules:
  - {id: few, when: {rooms: {at_most: 3}}, level: day, because: Few.}
  - {id: many, when: {rooms: {at_least: 6}}, level: beds, because: Many.}
"""


def test_a_number_between_two_bounds_is_tried() -> None:
    assert set(changes(written(WINDOWS), "rooms", age=40, rooms=3).values()) == {"home", "beds"}


@pytest.mark.parametrize(("age", "reached"), [(10, {"home"}), (70, {"home"}), (40, {"out_of_scope"})])
def test_the_bounds_of_applies_when_are_tried_too(age: int, reached: set[str]) -> None:
    assert set(changes(written(WINDOWS), "age", age=age, rooms=5).values()) == reached


FINE = """
sections:
  - id: one
    title: One
    questions: [{id: dose, ask: Dose?, role: risk, type: number, worse: higher, min: 0, max: 0.000002}]
rules: [{id: a_dose, when: {dose: {at_least: 0.000001}}, level: beds, because: A dose.}]
"""


def test_a_change_names_a_number_that_can_be_written_on_a_form() -> None:
    named = changes(written(FINE), "dose", dose=0)
    assert all(isinstance(answer, Amount) and answer.number == round(answer.number, 6) for answer in named)


TOGGLED = """
sections:
  - id: one
    title: One
    questions:
      - id: pains
        ask: Pains?
        role: risk
        type: multiple
        options:
          - {id: head, label: The head}
          - {id: back, label: The back}
          - {id: teeth, label: The teeth}
          - {id: none, label: No pains, exclusive: true}
rules:
  - {id: one, when: {pains: head}, level: day, because: The head.}
  - {id: two, when: {all: [{pains: head}, {pains: back}]}, level: beds, because: Head and back.}
"""


@pytest.mark.parametrize(
    ("pains", "expected"),
    [
        (MissingReason.MISSING, [({"head"}, "day"), ({"back"}, "home"), ({"teeth"}, "home"), ({"none"}, "home")]),
        ({"none"}, [({"head"}, "day")]),
        ({"head"}, [({"head", "back"}, "beds"), ({"none"}, "home")]),
        ({"back"}, [({"head", "back"}, "beds")]),
        ({"teeth"}, [({"head", "teeth"}, "day")]),
        ({"head", "back"}, [({"back"}, "home"), ({"head"}, "day"), ({"none"}, "home")]),
        ({"back", "teeth"}, [({"head", "back", "teeth"}, "beds")]),
    ],
)
def test_a_multiple_answer_changes_by_one_option(pains: Said, expected: list[tuple[set[str], str]]) -> None:
    named = changes(written(TOGGLED), "pains", pains=pains)
    assert [*named.items()] == [(Chosen(frozenset(names)), suggestion) for names, suggestion in expected]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"danger": "yes"}, {("danger", "no", "undetermined")}),
        (
            {"danger": "no", "age": "adult", "sick": "no", "faint": "no"},
            {
                ("danger", "yes", "emergency"),
                ("age", "child", "out_of_scope"),
                ("sick", "yes", "beds"),
                ("faint", "yes", "home"),
            },
        ),
        (
            {"danger": "no", "age": "child", "sick": "yes", "faint": "no"},
            {
                ("danger", "yes", "emergency"),
                ("age", "adult", "beds"),
                ("age", "old", "beds"),
                ("faint", "yes", "out_of_scope"),
            },
        ),
    ],
)
def test_every_answer_that_changes_suggestion_or_first_step_is_named(
    said: dict[str, Said], named: set[tuple[str, str, str]]
) -> None:
    found = explained(written(WHOLE), **said).changes
    assert {
        (str(each.given.question.id), *_words(each.given.answer), each.result.suggestion) for each in found
    } == named


def _words(answer: Answer) -> list[str]:
    return sorted(answer.options) if isinstance(answer, Chosen) else []


@pytest.mark.parametrize("said", [{}, {"sick": "yes"}, {"sick": "no", "job": "yes", "shifts": "no"}])
def test_neither_duties_nor_words_are_named_as_a_change(said: dict[str, Said]) -> None:
    answers = filled(written(NOTES), **said).with_answer(3, Words("a word"))
    assert {change.given.question.id for change in explain(written(NOTES), answers).changes} <= {"sick"}


def test_an_answer_to_a_question_that_is_not_asked_is_no_change() -> None:
    assert changes(written(GATED), "sick", drinks="no") == {}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({"drinks": "yes", "sick": "very"}, "no"),
        ({"drinks": "no", "sick": "very"}, "yes"),
    ],
)
def test_a_change_leads_an_interview_where_it_says(said: dict[str, Said], answer: str) -> None:
    compiled = written(GATED)
    given = zip(compiled.questions, filled(compiled, **said).values, strict=True)
    log = [
        AnswerRecorded(NOON, str(question.id), answered)
        for question, answered in given
        if answered is not MissingReason.MISSING
    ]
    session = begin_session(compiled, HEAD, log)
    named = {_words(each.given.answer)[0]: each.result for each in session.explanation().changes}
    replayed = typed(session, "r", "1", answer)
    assert named[answer] == replayed.explanation().result


def test_forms_judged_in_lots_get_what_they_get_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is certain is never above what is possible, and the size of a lot changes neither."""
    compiled = ready(default_questionnaire().read_bytes())
    answer_sets = [
        no_answers(compiled).with_answer(index, chosen(option))
        for index, question in enumerate(compiled.questions)
        for option in question.answer_ids()
    ]
    steps = [
        certain_steps(compiled, answer_sets, compiled.rules),
        possible_steps(compiled, answer_sets, compiled.rules),
    ]
    assert all(low <= high for pairs in zip(*steps, strict=True) for low, high in zip(*pairs, strict=True))
    monkeypatch.setattr(suggest, "BATCH_SIZE", 7)
    assert steps == [
        certain_steps(compiled, answer_sets, compiled.rules),
        possible_steps(compiled, answer_sets, compiled.rules),
    ]
    assert [certain_steps(compiled, [answers], compiled.rules)[0] for answers in answer_sets] == steps[0]
    assert set_all_aside(compiled, answer_sets) == [set_aside(compiled, answers) for answers in answer_sets]
