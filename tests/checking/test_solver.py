"""What the solver finds is held against plain enumeration, and what checks make of it or do without it."""

from __future__ import annotations

from datetime import date
from itertools import product
from types import SimpleNamespace

import pytest
import z3
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.naive import Sketch, telling_answers
from support.no_solver import without_solver
from support.questionnaires import HEADER, ready
from support.strategies import sketches, text_of

from iop_screen.checking.claims import Claim, all_of, below, certain_step, gets_more_with, holding, must, suggested
from iop_screen.checking.containment import implies
from iop_screen.checking.load import CheckReport, check_questionnaire
from iop_screen.checking.solver import FormSolver, FormVariables
from iop_screen.core.problems import Severity
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition
from iop_screen.questionnaire.answers import MissingReason

MOST_FORMS = 800

law = settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def every_form(sketch: Sketch) -> list[Answers]:
    """Every form that tests can tell apart."""
    choices = [(MissingReason.MISSING, *telling_answers(sketch, question)) for question in sketch.questions]
    size = 1
    for answers in choices:
        size *= len(answers)
    assume(size <= MOST_FORMS)
    return [Answers(answers) for answers in product(*choices)]


def every_condition(compiled: CompiledQuestionnaire) -> list[Condition]:
    """Every condition, those of rules first."""
    parts = [*(rule.when for rule in compiled.rules), *(guarantee.when for guarantee in compiled.guarantees)]
    others = (*(note.when for note in compiled.notes), *compiled.ask_when, compiled.applies_when)
    return [*parts, *(condition for condition in others if condition is not None)]


def claims_on(compiled: CompiledQuestionnaire) -> list[Claim]:
    """One claim or more of each kind."""
    conditions = every_condition(compiled)
    questionnaire = compiled.questionnaire
    names = ["emergency", "undetermined", "out_of_scope", *(str(level.id) for level in questionnaire.levels)]
    steps = range(len(questionnaire.first_steps) + 1)
    return [
        *map(must, conditions),
        *(below(rule.level, rule.first_step, compiled.rules[:1]) for rule in compiled.rules),
        *(certain_step(levels={level}) for level in range(len(questionnaire.levels))),
        *(certain_step(first_steps={step}) for step in steps),
        *(suggested(name) for name in names),
        *(gets_more_with(index) for index in range(len(compiled.questions))),
        all_of(must(conditions[0]), suggested(names[-1])),
    ]


@pytest.mark.slow
@law
@given(sketches(most_questions=5))
def test_the_solver_finds_a_form_when_there_is_one(sketch: Sketch) -> None:
    """For claims of every kind it finds one if and only if enumeration does, and the smallest is as small as any."""
    forms = every_form(sketch)
    compiled = ready(text_of(sketch).encode())
    solver = FormSolver(compiled, every_condition(compiled))
    for claim in claims_on(compiled):
        where = holding(compiled, forms, claim)
        event("a form" if where else "no form")
        assert (solver.form_with(claim) is not None) == bool(where)
        smallest = solver.smallest_form_with(claim)
        assert (smallest is not None) == bool(where)
        if smallest is not None:
            assert smallest.size == min(answers.size for answers in where)
            assert holding(compiled, [smallest], claim)


@pytest.mark.slow
@law
@given(sketches(most_questions=4), st.data())
def test_no_answer_of_a_smallest_form_can_be_left_out_or_milder(sketch: Sketch, data: st.DataObject) -> None:
    """Of a claim that some forms fulfil, no form next to the one found is smaller or milder and fulfils it too."""
    compiled = ready(text_of(sketch).encode())
    solver = FormSolver(compiled, every_condition(compiled))
    claim = data.draw(st.sampled_from(claims_on(compiled)))
    smallest = solver.smallest_form_with(claim)
    assume(smallest is not None)
    assert smallest is not None
    for index, (question, sketched) in enumerate(zip(compiled.questions, sketch.questions, strict=True)):
        now = smallest.values[index]
        for answer in (MissingReason.MISSING, *telling_answers(sketch, sketched)):
            if answer != now and question.is_no_worse(answer, now):
                assert not holding(compiled, [smallest.with_answer(index, answer)], claim)


@pytest.mark.slow
@law
@given(sketches(most_questions=4, fewest_rules=4))
def test_a_condition_that_implies_another_never_holds_without_it(sketch: Sketch) -> None:
    """What is told from how two conditions are written is so on every form; a condition implies itself."""
    forms = every_form(sketch)
    compiled = ready(text_of(sketch).encode())
    conditions = every_condition(compiled)
    wheres = [{*holding(compiled, forms, must(condition))} for condition in conditions]
    for condition, where in zip(conditions, wheres, strict=True):
        for other, other_where in zip(conditions, wheres, strict=True):
            said = implies(condition, other)
            event(f"{'implied' if said else 'not implied'}, {'so' if where <= other_where else 'not so'}")
            assert where <= other_where or not said
            assert said or condition != other


# By hand: a dozen needs that are rated, and their sum.

ITEMS = [f"need{number}" for number in range(12)]
DOZEN = f"""\
sections:
  - id: needs
    title: Needs
    questions:
{"".join(f"      - {{id: {item}, ask: A, role: risk, type: choice, options: *}}" + chr(10) for item in ITEMS)}\
      - {{id: miles, ask: A, role: access, type: number, min: 0, max: 99}}
scores: [{{id: total, title: Total, add: [{", ".join(ITEMS)}]}}]
""".replace(
    "*", "[{id: no, label: No, points: 0}, {id: some, label: Some, points: 1}, {id: much, label: Much, points: 2}]"
)
RULES = f"""\
rules:
  - {{id: many, when: {{total: {{at_least: 8}}}}, level: stay, because: So.}}
{"".join(f"  - {{id: r_{item}, when: {{{item}: much}}, first_step: nurse, because: So.}}" + chr(10) for item in ITEMS)}\
"""
TODAY = date(2026, 11, 23)


def checked(rest: str, rules: str = RULES) -> CheckReport:
    return check_questionnaire((HEADER + DOZEN + rules + rest).encode(), TODAY)


def codes(check_report: CheckReport) -> list[str]:
    """What was found, but for what these questionnaires lack on purpose."""
    lacking = {"unused-question", "never-reached", "no-source", "no-why"}
    return [finding.problem.code for finding in check_report.findings if finding.problem.code not in lacking]


def promise(name: str, when: str, reaches: str = "level: stay") -> str:
    return f"guarantees: [{{id: {name}, when: {when}, {reaches}}}]\n"


def test_a_sum_of_a_dozen_needs_is_decided() -> None:
    """The rule, a promise with its condition, one for more and one for less, and notes beside it."""
    notes = """\
notes:
  - {id: given, when: {total: {at_least: 6}}, for_levels: [stay], for_first_steps: [none], say: See.}
  - {id: never, when: {total: {at_least: 8}}, for_levels: [visits], say: See.}
"""
    same = checked(notes + promise("same", "{total: {at_least: 8}}"))
    assert codes(same) == ["note-never-given"]
    assert [proof.sentence for proof in same.proofs if proof.code == "guarantee"] == [
        "same: if total at least 8, then at least A stay (whoever meets its condition meets the rule `many`)."
    ]
    assert codes(checked(promise("more", "{total: {at_least: 9}, need0: much}"))) == []
    [less] = checked(promise("less", "{total: {at_least: 7}}")).findings[-1:]
    assert less.problem.code == "guarantee-broken"
    assert less.counterexample is not None
    assert less.counterexample.answers.size == 4


def test_without_a_solver_it_is_said_what_to_install() -> None:
    """A promise with the condition of a rule is proved even so, and a form that shows it is enough for the rule.

    Nothing is taken for proved that is not.
    """
    with without_solver():
        check_report = checked(promise("same", "{total: {at_least: 8}}"))
        broken = checked(promise("less", "{total: {at_least: 7}}"))
    assert {"guarantee", "rules-matter"} <= {proof.code for proof in check_report.proofs}
    [undecided] = [finding.problem for finding in check_report.findings if finding.problem.code == "not-decided"]
    assert undecided.severity is Severity.ERROR
    assert undecided.message == f"whether any form gets the level `stay` is not decided: `many` has {TOO_MANY}"
    assert undecided.hint == "install the solver that can: pip install 'iop-screen[prove]'; or write shorter rules"
    assert [finding.problem.code for finding in broken.findings if finding.guarantee_id] == ["not-decided"]
    assert "guarantee" not in {proof.code for proof in broken.proofs}


TOO_MANY = "too many weakest forms to look at each (531,441 met, at most 20,000 looked at)"


def test_a_solver_that_comes_to_no_end_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = SimpleNamespace(
        set=lambda *_: None, add=lambda *_: None, check=lambda: z3.unknown, reason_unknown=lambda: "timeout"
    )
    monkeypatch.setattr(z3, "SolverFor", lambda _: answers)
    check_report = checked(promise("less", "{total: {at_least: 7}}"))
    [about] = [finding.problem for finding in check_report.findings if finding.guarantee_id]
    assert about.message == f"`less` is not decided: it has {TOO_MANY}, and a solver came to no end in 10 seconds"
    assert about.hint == "split the guarantee into several smaller ones"
    assert not [proof for proof in check_report.proofs if proof.code == "guarantee"]


def test_ctrl_c_ends_the_solver_and_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver takes Ctrl-C for itself while it is looking."""
    stopped = SimpleNamespace(
        set=lambda *_: None,
        add=lambda *_: None,
        check=lambda: z3.unknown,
        reason_unknown=lambda: "interrupted from keyboard",
    )
    monkeypatch.setattr(z3, "SolverFor", lambda _: stopped)
    with pytest.raises(KeyboardInterrupt):
        checked(promise("less", "{total: {at_least: 7}}"))


def test_a_form_that_the_engine_judges_otherwise_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = ready(HEADER + DOZEN + RULES)
    nothing = Answers((MissingReason.MISSING,) * len(compiled.questions))
    monkeypatch.setattr(FormVariables, "read", lambda *_: nothing)
    with pytest.raises(RuntimeError, match="another result"):
        FormSolver(compiled).form_with(must(compiled.rules[0].when))


@pytest.mark.parametrize(("points", "can_hold"), [(83_334, True), (83_333, False)])
def test_very_many_points_are_added_up_right(points: int, *, can_hold: bool) -> None:
    """All twelve have to bring the most, and that is just enough, or just not."""
    rules = RULES.replace("at_least: 8", "at_least: 999999")
    compiled = ready((HEADER + DOZEN + rules).replace("points: 2", f"points: {points}"))
    most = FormSolver(compiled).smallest_form_with(must(compiled.rules[0].when))
    assert (most is not None) == can_hold
    assert most is None or most.size == 12


# What minimal forms did not tell.


GATED = """\
sections:
  - id: needs
    title: Needs
    questions:
      - {id: tired, ask: A, role: risk, type: yes_no, worse: yes}
      - {id: sleep, ask: A, role: risk, type: choice, ask_when: {tired: yes}, options: OPTIONS}
      - {id: food, ask: A, role: risk, type: choice, ask_when: {tired: yes}, options: OPTIONS}
scores: [{id: total, title: Total, add: [sleep, food]}]
rules:
  - {id: by_sum, when: {total: {at_least: 4}}, level: stay, because: So.}
  - {id: by_both, when: {sleep: much, food: much}, level: stay, because: So.}
  - {id: by_three, when: {total: {at_least: 3}}, first_step: nurse, because: So.}
""".replace("OPTIONS", "[{id: no, label: No, points: 0}, {id: much, label: Much, points: 2}]")


def test_rules_mean_the_same_if_no_form_tells_them_apart() -> None:
    """The sum of gated items and the items themselves have other minimal forms, and hold for the same forms."""
    check_report = check_questionnaire((HEADER + GATED).encode(), TODAY)
    messages = [finding.problem.message for finding in check_report.findings]
    assert "the rules `by_sum` and `by_both` have the same meaning" in messages
    apart = GATED.replace("at_least: 4", "at_least: 2")
    assert "same-meaning" not in codes(check_questionnaire((HEADER + apart).encode(), TODAY))


def test_a_note_for_a_stretch_of_numbers_that_no_rule_tests_can_be_given() -> None:
    note = "notes: [{id: near, when: {all: [{miles: {at_least: 20}}, {miles: {at_most: 30}}]}, say: See.}]\n"
    assert "note-never-given" not in codes(checked(note))
