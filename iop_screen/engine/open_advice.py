"""Which questions could still bring advice, once the suggestion is settled."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledNote, CompiledQuestionnaire
from iop_screen.engine.judgement import open_in
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.model import NO_FIRST_STEP, Note


def open_for_notes(compiled: CompiledQuestionnaire, counted: Answers, result: Result) -> dict[int, tuple[Note, ...]]:
    """The questions whose answer could still bring a note, by index in file order, each with these notes.

    `result` is that of the answers; notes that are for another level or first step cannot come any more.
    """
    found: dict[int, tuple[Note, ...]] = {}
    for note in filter(lambda note: _may_come(note.definition, result), compiled.notes):
        for index in _read_by(compiled, note, counted):
            found[index] = (*found.get(index, ()), note.definition)
    return dict(sorted(found.items()))


def _may_come(note: Note, result: Result) -> bool:
    step = result.first_steps.at_least
    first_step = NO_FIRST_STEP if step is None else str(step.id)
    for_level = note.for_levels is None or result.suggestion in note.for_levels
    return for_level and (note.for_first_steps is None or first_step in note.for_first_steps)


def _read_by(compiled: CompiledQuestionnaire, note: CompiledNote, counted: Answers) -> Iterator[int]:
    batch = AnswerBatch(compiled, [counted])
    matters = open_in(compiled, [(note.when, batch.always)], batch)
    return (index for index, where in enumerate(matters) if where)
