"""How a blank form for another system says which questionnaire it was made from, and what comes back says it again."""

from __future__ import annotations

from iop_screen.engine.compiled import CompiledQuestionnaire

FORM_COLUMN = "iop_screen_form"
"""The column, or the hidden field, that holds the stamp of the questionnaire that a form was made from."""


def canonical(compiled: CompiledQuestionnaire) -> str:
    """The address of a questionnaire in FHIR, without its version. It names it, and leads nowhere."""
    return f"urn:iop-screen:{compiled.questionnaire.id}"


def canonical_version(compiled: CompiledQuestionnaire) -> str:
    """The version of a questionnaire in FHIR: that of the file, and the first 12 hex digits of its hash."""
    return f"{compiled.questionnaire.version}+{compiled.hash12}"


def option_system(compiled: CompiledQuestionnaire, question: str) -> str:
    """The system in FHIR of the options of a question; an id means something else in another question."""
    return f"{canonical(compiled)}:{question}"
