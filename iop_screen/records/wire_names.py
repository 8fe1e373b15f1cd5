"""The names in the file of a record: kinds of entries, keys and words.

They may never change, so they stand apart from the names of classes, fields and enum members, which may.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from iop_screen.questionnaire.answers import Amount, Chosen, MissingReason, Words
from iop_screen.records.model import (
    AnswerRecorded,
    AnswerTakenBack,
    CallEnded,
    CallOutcome,
    DangerActedOn,
    DangerAction,
    DangerCleared,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    Entry,
    Head,
    KeptApart,
    NoteWritten,
    QuestionnaireChanged,
    QuestionnaireRef,
    ReferenceSet,
    ResultShown,
)

WIRE_KINDS: Mapping[type[Entry], str] = {
    AnswerRecorded: "answered",
    AnswerTakenBack: "taken-back",
    NoteWritten: "noted",
    EmergencyShown: "alarmed",
    DangerActedOn: "acted",
    DangerCleared: "cleared",
    ReferenceSet: "filed",
    ResultShown: "result-shown",
    QuestionnaireChanged: "carried",
    CallEnded: "call-ended",
    KeptApart: "kept-apart",
    DecisionMade: "decided",
}
"""The `kind` of each entry of a log."""

WIRE_KEYS: Mapping[type[Any], Mapping[str, str]] = {
    Head: {
        "ref": "ref",
        "revision": "revision",
        "started": "started",
        "questionnaire": "questionnaire",
        "practice": "practice",
    },
    QuestionnaireRef: {"id": "id", "version": "version", "hash12": "hash12"},
    AnswerRecorded: {"at": "at", "question": "question", "answer": "answer"},
    AnswerTakenBack: {"at": "at", "question": "question"},
    NoteWritten: {"at": "at", "question": "question", "text": "text"},
    EmergencyShown: {"at": "at", "rules": "rules"},
    DangerActedOn: {"at": "at", "action": "action", "words": "words"},
    DangerCleared: {"at": "at"},
    ReferenceSet: {"at": "at", "reference": "reference"},
    ResultShown: {
        "at": "at",
        "suggestion": "suggestion",
        "level_at_least": "level_at_least",
        "level_at_most": "level_at_most",
        "first_step_at_least": "first_step_at_least",
        "first_step_at_most": "first_step_at_most",
        "danger_open": "danger_open",
        "set_aside": "set_aside",
    },
    QuestionnaireChanged: {"at": "at", "made_with": "made_with", "left_out": "left_out"},
    CallEnded: {"at": "at", "outcome": "outcome", "words": "words"},
    KeptApart: {"at": "at", "ref": "ref"},
    DecisionMade: {
        "at": "at",
        "selected": "selected",
        "first_step": "first_step",
        "by": "by",
        "because": "because",
        "clinician": "clinician",
        "risk": "risk",
        "note": "note",
    },
    Chosen: {"options": "options"},
    Amount: {"number": "number"},
    Words: {"text": "text"},
}
"""The fields of each class, in the order in which they are written, and the key of each."""

ADDED_LATER: Mapping[type[Any], frozenset[str]] = {
    Head: frozenset({"practice"}),
    DangerActedOn: frozenset({"action", "words"}),
}
"""Fields that a record from before may lack; their defaults say that it is from before."""

WIRE_WORDS: Mapping[Enum, str] = {
    MissingReason.MISSING: "missing",
    MissingReason.UNKNOWN: "unknown",
    MissingReason.DECLINED: "declined",
    MissingReason.UNREADABLE: "unreadable",
    MissingReason.NOT_SHOWN: "not-shown",
    MissingReason.NOT_APPLICABLE: "not-applicable",
    DangerAction.CALLED_EMERGENCY: "called-emergency",
    DangerAction.HANDED_TO_CRISIS_LINE: "handed-to-crisis-line",
    DangerAction.SOMEONE_WITH_THEM: "someone-with-them",
    DangerAction.CLINICIAN_ON_LINE: "clinician-on-line",
    DangerAction.OTHER: "other",
    CallOutcome.FINISHED: "finished",
    CallOutcome.HUNG_UP: "hung-up",
    CallOutcome.CALL_BACK: "call-back",
    CallOutcome.WRONG_NUMBER: "wrong-number",
    CallOutcome.DUPLICATE: "duplicate",
    CallOutcome.REFERRED: "referred",
    DecisionReason.NOT_AVAILABLE: "not-available",
    DecisionReason.WAITING_LIST: "waiting-list",
    DecisionReason.PERSONS_CHOICE: "persons-choice",
    DecisionReason.CLINICIANS_JUDGEMENT: "clinicians-judgement",
    DecisionReason.COST: "cost",
    DecisionReason.JOB: "job",
    DecisionReason.FAMILY_CARE: "family-care",
    DecisionReason.COURT: "court",
    DecisionReason.TRAVEL: "travel",
    DecisionReason.LANGUAGE: "language",
    DecisionReason.PROGRAM_REFUSED: "program-refused",
    DecisionReason.OTHER: "other",
}
"""The word for each member of an enum."""
