"""What a questionnaire has to keep so that its answers can be judged: each check a function, listed in one tuple.

A questionnaire that breaks one of these cannot be used. They read the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iop_screen.problems import Problem
from iop_screen.questionnaire.checks import answers, conditions, ladders, names
from iop_screen.questionnaire.checks.scope import Scope

Check = Callable[[Scope], Iterator[Problem]]

REFERENCE_CHECKS: tuple[Check, ...] = (
    names.ids_stand_once,
    names.ids_are_free,
    ladders.ladders_have_steps,
    ladders.the_interrupt_step_is_last,
    ladders.rules_reach_something,
    ladders.named_steps_exist,
    ladders.the_disclaimer_is_short,
    answers.options_can_be_told_apart,
    answers.risk_questions_say_what_is_worse,
    answers.numbers_have_a_range,
    answers.scores_add_up,
    answers.points_never_fall,
    conditions.subjects_exist,
    conditions.tests_fit_their_question,
    conditions.access_stays_outside,
    conditions.gates_look_up,
    conditions.danger_is_asked_of_everyone,
)
