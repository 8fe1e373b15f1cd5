"""What the solver finds is held against plain enumeration, and against the ordinary engine."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.naive import Sketch, telling_answers
from support.questionnaires import ready
from support.strategies import sketches, text_of

from iop_screen.checking.claims import Claim, all_of, below, certain_step, gets_more_with, holding, must, suggested
from iop_screen.checking.solver import FormSolver
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition
from iop_screen.questionnaire.answers import MissingReason

pytestmark = pytest.mark.slow

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
