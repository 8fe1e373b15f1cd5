"""Which questions could still bring advice, once the suggestion is settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import judge_all, note_holds, open_in
from iop_screen.questionnaire.model import Note


def open_for_notes(compiled: CompiledQuestionnaire, counted: Answers) -> dict[int, tuple[Note, ...]]:
    """The questions whose answer could still bring a note, by index in file order, each with these notes.

    Notes that are for another level or first step than that of these answers cannot come any more.
    """
    found: dict[int, tuple[Note, ...]] = {}
    for index, note in _open_notes(compiled, AnswerBatch(compiled, [counted])):
        found[index] = (*found.get(index, ()), note)
    return dict(sorted(found.items()))


def _open_notes(compiled: CompiledQuestionnaire, batch: AnswerBatch) -> Iterator[tuple[int, Note]]:
    """Each question that could decide a note, with the note."""
    judged = judge_all(compiled, batch)
    for note in compiled.notes:
        of_all = replace(note, when=None)  # what is left of it are the levels and first steps that it is for
        where = note_holds(compiled, of_all, judged.suggestions, judged.first_steps, batch)
        matters = open_in(compiled, [(note.when, where)], batch)
        yield from ((index, note.definition) for index, decides in enumerate(matters) if decides)
