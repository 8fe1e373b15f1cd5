"""What a questionnaire has to keep: each check a function, listed in tuples.

`REFERENCE_CHECKS` read the model alone; a questionnaire that breaks one cannot be judged at all. `ALWAYS` are proofs
that every questionnaire has to pass before it is used. `CLOSE_CHECKS` are for its author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iop_screen.problems import Problem
from iop_screen.questionnaire.checks import (
    accepted,
    always,
    answers,
    asking,
    conditions,
    coverage,
    guarantees,
    ladders,
    names,
    notes,
    polarity,
    reached,
    rules,
    wording,
)
from iop_screen.questionnaire.checks.scope import Scope
from iop_screen.questionnaire.checks.study import Study, Verdict

ReferenceCheck = Callable[[Scope], Iterator[Problem]]
CloseCheck = Callable[[Study], Iterator[Verdict]]

REFERENCE_CHECKS: tuple[ReferenceCheck, ...] = (
    names.ids_stand_once,
    names.ids_are_free,
    ladders.ladders_have_steps,
    ladders.the_interrupt_step_is_last,
    ladders.the_order_is_the_one_signed,
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

ALWAYS: tuple[CloseCheck, ...] = (
    always.worse_never_lowers,
    always.access_moves_nothing,
    always.silence_never_reassures,
    always.one_suggestion,
)

CLOSE_CHECKS: tuple[CloseCheck, ...] = (
    guarantees.guarantees_hold,
    rules.rules_matter,
    rules.rules_differ,
    rules.tests_tell_answers_apart,
    asking.questions_can_be_asked,
    asking.answers_are_used,
    coverage.somebody_is_in_scope,
    reached.levels_can_be_suggested,
    reached.first_steps_can_be_given,
    reached.danger_is_acted_on,
    coverage.worst_answers_lead_somewhere,
    notes.notes_can_be_given,
    polarity.options_look_right,
    accepted.accepted_is_needed,
    wording.texts_are_plain,
    wording.words_are_fit,
    wording.texts_show_as_written,
    wording.texts_are_finished,
    wording.reasons_are_given,
    wording.lists_are_short,
    wording.contacts_are_fresh,
)
