"""The checks of a questionnaire that can be compiled: each a function, listed in two tuples.

`INVARIANTS` are proofs that every questionnaire has to pass before it is used. `AUTHOR_CHECKS` are for its author.
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

Check = Callable[[Analysis], Iterator[CheckVerdict]]

INVARIANTS: tuple[Check, ...] = (
    invariants.worse_never_lowers,
    invariants.access_moves_nothing,
    invariants.silence_never_reassures,
    invariants.one_suggestion,
)

AUTHOR_CHECKS: tuple[Check, ...] = (
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
