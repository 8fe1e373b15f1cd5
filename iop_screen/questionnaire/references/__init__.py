"""What has to be right in the file before it can be compiled: each check a function, listed in one tuple."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.references import condition_checks, ladders, parts, score_checks
from iop_screen.questionnaire.references.declarations import Declarations

ReferenceCheck = Callable[[Declarations], Iterator[Problem]]

REFERENCE_CHECKS: tuple[ReferenceCheck, ...] = (
    parts.ids_stand_once,
    parts.ids_are_free,
    ladders.ladders_have_steps,
    ladders.the_interrupt_step_is_last,
    ladders.the_order_is_the_one_signed,
    ladders.rules_reach_something,
    ladders.named_steps_exist,
    ladders.the_disclaimer_is_short,
    parts.questions_are_sound,
    parts.scores_add_up,
    score_checks.totals_can_be_estimated,
    score_checks.bands_cover_the_range,
    score_checks.columns_are_free,
    condition_checks.subjects_exist,
    condition_checks.tests_fit_their_question,
    condition_checks.access_stays_outside,
    condition_checks.ask_when_looks_up,
    condition_checks.danger_is_asked_of_everyone,
)
