"""What a questionnaire has to keep: each check a function, listed in tuples.

`REFERENCE_CHECKS` read the model alone; a questionnaire that breaks one cannot be judged at all. `ALWAYS` are proofs
that every questionnaire has to pass before it is used. `CLOSE_CHECKS` are for its author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iop_screen.checking import (
    coverage,
    guarantees,
    invariants,
    notes,
    polarity,
    questions,
    reachability,
    rules,
    texts,
    waivers,
)
from iop_screen.checking.analysis import Analysis, CheckVerdict
from iop_screen.core.problems import Problem
from iop_screen.questionnaire.references import answers, conditions, ids, ladders
from iop_screen.questionnaire.references.declarations import Declarations

ReferenceCheck = Callable[[Declarations], Iterator[Problem]]
CloseCheck = Callable[[Analysis], Iterator[CheckVerdict]]

REFERENCE_CHECKS: tuple[ReferenceCheck, ...] = (
    ids.ids_stand_once,
    ids.ids_are_free,
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
    invariants.worse_never_lowers,
    invariants.access_moves_nothing,
    invariants.silence_never_reassures,
    invariants.one_suggestion,
)

CLOSE_CHECKS: tuple[CloseCheck, ...] = (
    guarantees.guarantees_hold,
    rules.rules_matter,
    rules.rules_differ,
    rules.tests_tell_answers_apart,
    questions.questions_can_be_asked,
    questions.answers_are_used,
    coverage.somebody_is_in_scope,
    reachability.levels_can_be_suggested,
    reachability.first_steps_can_be_given,
    reachability.danger_is_acted_on,
    coverage.worst_answers_lead_somewhere,
    notes.notes_can_be_given,
    polarity.options_look_right,
    waivers.accepted_is_needed,
    texts.texts_are_plain,
    texts.words_are_fit,
    texts.texts_show_as_written,
    texts.texts_are_finished,
    texts.reasons_are_given,
    texts.lists_are_short,
    texts.contacts_are_fresh,
)
