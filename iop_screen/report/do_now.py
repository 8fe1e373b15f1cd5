"""What to do now and whom to call, in the few lines that a page for somebody in a hurry has room for."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.model import FirstStep, Questionnaire
from iop_screen.report.result_text import next_without_level, short_contacts, urgent_notes

MOST_STEPS = 3
"""So many steps are given. In an emergency all of them are."""


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
    """The first step to take, each note on this danger, and then all other steps."""
    yield from map(str, interrupt.next_steps[:1])
    yield from (str(note.say) for note in urgent_notes(result.notes, interrupt))
    yield from map(str, interrupt.next_steps[1:])


def call_texts_in_short(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Whom to call in danger: the contacts in their short form as one text, and each line of the site."""
    short = short_contacts(questionnaire)
    return (*([short] if short else []), *map(str, questionnaire.site_lines))
