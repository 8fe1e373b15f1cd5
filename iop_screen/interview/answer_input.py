"""Reading an answer from the text that was typed."""

from __future__ import annotations

from iop_screen.questionnaire.answers import UsableAnswer
from iop_screen.questionnaire.types import Question

MAX_WORDS = 2_000
"""The most characters of a note or of an answer in words; a longer one is refused, never cut."""


def too_long(text: str) -> bool:
    """Whether a text has more characters than may be recorded."""
    return len(text) > MAX_WORDS


def typed_answer(question: Question, text: str) -> UsableAnswer | None:
    """The answer that a text stands for, or None. Nothing is clamped, rounded, cut or completed."""
    answer = question.from_typed(text) if text and not too_long(text) else None
    return None if answer is None or question.misfit(answer) else answer
