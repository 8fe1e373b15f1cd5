"""Notes: each can be given to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iop_screen.checking.analysis import Analysis, CheckVerdict, warning_finding
from iop_screen.checking.ranges import why_never
from iop_screen.core.problems import or_list
from iop_screen.engine.compiled import CompiledNote, CompiledQuestionnaire
from iop_screen.engine.conditions import AllHold, Condition
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.engine.suggest import certain_steps
from iop_screen.questionnaire.scalars import Id


def notes_can_be_given(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every note there is a form that meets its condition and gets one of its levels."""
    for note in analysis.compiled.notes:
        levels = note.definition.for_levels
        try:
            if not analysis.answer_sets(_every(note.when)):
                message = f"no form can meet the condition of the note `{note.definition.id}`"
                yield warning_finding(
                    "note-never-given", message, note.definition.id.span, why_never(analysis, note.definition.when)
                )
            elif levels is not None and not _gets_its_level(analysis, note, levels):
                never = f"who meets its condition never gets {or_list(levels)}"
                message = f"the note `{note.definition.id}` is never given: {never}"
                yield warning_finding(
                    "note-never-given",
                    message,
                    note.definition.id.span,
                    "see `for_levels`, or whom the note is meant for",
                )
        except TooManyMinimalForms as many:
            message = f"whether the note `{note.definition.id}` is ever given is not decided: it has {many}"
            yield warning_finding(
                "not-decided", message, note.definition.id.span, "split the note into several smaller ones"
            )


def _gets_its_level(analysis: Analysis, note: CompiledNote, levels: Sequence[Id]) -> bool:
    """Whether some form in scope with a note's condition gets one of its levels, and no emergency, for certain.

    Any such form holds a rule of that level, unless it is the first, and a weakest form with both gets no more.
    """
    compiled = analysis.compiled
    applies = compiled.applies_when
    scope = applies if applies is not None and analysis.answer_sets(applies) else None  # nobody in scope is said once
    indexes = {index for index, level in enumerate(analysis.questionnaire.levels) if level.id in levels}
    with_rules = (rule.when for rule in compiled.rules if rule.level in indexes)
    return any(
        level in indexes and not _is_emergency(compiled, step)
        for more in (None, *with_rules)
        for level, step in certain_steps(compiled, analysis.answer_sets(_every(scope, note.when, more)), compiled.rules)
    )


def _is_emergency(compiled: CompiledQuestionnaire, first_step: int) -> bool:
    return compiled.interrupt is not None and first_step == compiled.interrupt


def _every(*parts: Condition | None) -> Condition:
    return AllHold(tuple(part for part in parts if part is not None))
