"""What to do now and whom to call, in the few lines that a page for somebody in a hurry has room for."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.model import FirstStep, Questionnaire
from iop_screen.report.result_text import next_without_level, urgent_notes

MOST_STEPS = 3
"""So many steps are given. In an emergency there may be more, for no note on the danger is left out."""


def do_now_texts(result: Result, questionnaire: Questionnaire, *, danger: bool) -> tuple[str, ...]:
    """The first next steps: with `danger` those of the emergency, else of the first step and of the level."""
    interrupt = questionnaire.interrupt()
    if danger and interrupt is not None:
        return tuple(_in_danger(result, interrupt))
    step, level = result.first_steps.at_least, result.level
    first = () if step is None else step.next_steps
    if level is None and result.suggestion != EMERGENCY:
        return (*next_without_level(result), *map(str, first))[:MOST_STEPS]
    then = () if level is None else level.next_steps
    return tuple(map(str, (*first[: MOST_STEPS - bool(then)], *then)))[:MOST_STEPS]


def _in_danger(result: Result, interrupt: FirstStep) -> Iterator[str]:
    """The first step to take, each note on this danger, and more steps where there is room."""
    notes = [str(note.say) for note in urgent_notes(result.notes, interrupt)]
    yield from map(str, interrupt.next_steps[:1])
    yield from notes
    yield from map(str, interrupt.next_steps[1 : max(1, MOST_STEPS - len(notes))])


def call_texts_in_short(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Whom to call in danger: the contacts in their short form as one text, and each line of the site."""
    contacts = questionnaire.contacts_of(questionnaire.interrupt()) or questionnaire.contacts
    short = "; ".join(str(contact.short or contact.reach) for contact in contacts)
    return (*([short] if short else []), *map(str, questionnaire.site_lines))
