"""Whether a call back may put the person at risk, and the words that say so beside a number."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledNote, CompiledQuestionnaire
from iop_screen.engine.conditions import judge
from iop_screen.questionnaire.model import Note
from iop_screen.records.call_data import CallData, YesNo
from iop_screen.records.fitted_answers import answers_from_record
from iop_screen.records.model import Record

VIOLENCE_AT_HOME = "domestic_violence"
"""The id of the contact that a note names where somebody at home hurts or threatens the person."""

NOT_SAFE = "NOT SAFE"
"""The mark where there is room for two words only."""

CAUTION = f"{NOT_SAFE} TO CALL: leave no message; call only as agreed."


def unsafe_to_call(call: CallData, compiled: CompiledQuestionnaire | None, answers: Answers | None) -> bool:
    """Whether to call back, or to leave a message, may put the person at risk.

    It may if it was not safe to talk, or if the answers say that there is violence at home. Without a questionnaire
    that can be read, only the header of the call is known.
    """
    if call.safe_to_talk is YesNo.NO:
        return True
    return compiled is not None and answers is not None and any(violence_notes(compiled, answers))


def unsafe_record(record: Record, call: CallData, compiled: CompiledQuestionnaire | None) -> bool:
    """The same of a record and the header of its call."""
    return unsafe_to_call(call, compiled, None if compiled is None else answers_from_record(record, compiled).answers)


def violence_notes(compiled: CompiledQuestionnaire, answers: Answers) -> Iterator[Note]:
    """The notes on violence at home whose condition holds: those that name the contact for it.

    For which level or first step a note is shown makes no difference here: the risk is the same with each.
    """
    notes = [note for note in compiled.notes if VIOLENCE_AT_HOME in note.definition.contacts]
    batch = AnswerBatch(compiled, [answers]) if notes else None
    return (note.definition for note in notes if batch is not None and _holds(note, batch))


def _holds(note: CompiledNote, batch: AnswerBatch) -> bool:
    """A note without a condition is for everyone, so it says nothing of this person."""
    return note.when is not None and bool(judge(note.when, batch).must)
