"""Notes: each can be given to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iop_screen.engine.instrument import Instrument, ReadyNote
from iop_screen.engine.representatives import TooManyCorners
from iop_screen.engine.suggest import certain_steps
from iop_screen.problems import or_list
from iop_screen.questionnaire.checks.ranges import why_never
from iop_screen.questionnaire.checks.study import Study, Verdict, warned
from iop_screen.questionnaire.model import All, Condition, Id


def notes_can_be_given(study: Study) -> Iterator[Verdict]:
    """For every note there is a form that meets its condition and gets one of its levels."""
    for ready in study.instrument.notes:
        levels = ready.note.for_levels
        try:
            if not study.forms(_every(ready.when)):
                message = f"no form can meet the condition of the note `{ready.note.id}`"
                yield warned("note-never-given", message, ready.note.id.span, why_never(study, ready.note.when))
            elif levels is not None and not _gets_its_level(study, ready, levels):
                message = (
                    f"the note `{ready.note.id}` is never given: who meets its condition never gets {or_list(levels)}"
                )
                yield warned(
                    "note-never-given", message, ready.note.id.span, "see `for_levels`, or whom the note is meant for"
                )
        except TooManyCorners as many:
            message = f"whether the note `{ready.note.id}` is ever given is not decided: it has {many}"
            yield warned("not-decided", message, ready.note.id.span, "split the note into several smaller ones")


def _gets_its_level(study: Study, ready: ReadyNote, levels: Sequence[Id]) -> bool:
    """Whether some form in scope with a note's condition gets one of its levels, and no emergency, for certain.

    Any such form holds a rule of that level, unless it is the first, and a weakest form with both gets no more.
    """
    instrument = study.instrument
    applies = instrument.applies_when
    scope = applies if applies is not None and study.forms(applies) else None  # nobody in scope is said once
    places = {place for place, level in enumerate(study.questionnaire.levels) if level.id in levels}
    with_rules = (rule.when for rule in instrument.rules if rule.level in places)
    return any(
        level in places and not _is_emergency(instrument, step)
        for more in (None, *with_rules)
        for level, step in certain_steps(instrument, study.forms(_every(scope, ready.when, more)), instrument.rules)
    )


def _is_emergency(instrument: Instrument, first_step: int) -> bool:
    return instrument.interrupt is not None and first_step == instrument.interrupt


def _every(*parts: Condition | None) -> Condition:
    return All(tuple(part for part in parts if part is not None))
