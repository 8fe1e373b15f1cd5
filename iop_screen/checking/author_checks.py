"""The checks that only the author of a questionnaire waits for, in the order in which they run."""

from __future__ import annotations

from iop_screen.checking import coverage, guarantees, polarity, reachability, rules, texts, waivers
from iop_screen.checking.analysis import Check

AUTHOR_CHECKS: tuple[Check, ...] = (
    guarantees.guarantees_hold,
    rules.rules_matter,
    rules.rules_differ,
    rules.tests_tell_answers_apart,
    coverage.questions_can_be_asked,
    coverage.answers_are_used,
    coverage.somebody_is_in_scope,
    reachability.levels_can_be_suggested,
    reachability.first_steps_can_be_given,
    reachability.danger_is_acted_on,
    coverage.worst_answers_lead_somewhere,
    coverage.notes_can_be_given,
    polarity.options_look_right,
    waivers.waivers_are_needed,
    texts.texts_are_plain,
    texts.words_are_fit,
    texts.texts_show_as_written,
    texts.texts_are_finished,
    texts.reasons_are_given,
    texts.callers_are_asked_alike,
    texts.first_steps_say_by_when,
    texts.lists_are_short,
    texts.contacts_are_fresh,
)
