"""What is typed as an answer, and what it stands for."""

from __future__ import annotations

from iop_screen.questionnaire.answers import UsableAnswer
from iop_screen.questionnaire.types import Question

MAX_WORDS = 2_000
"""So many characters are kept of a note or of an answer in words; a longer one is refused, never cut."""


def too_long(text: str) -> bool:
    """Whether a text is longer than is kept."""
    return len(text) > MAX_WORDS


def typed_answer(question: Question, word: str) -> UsableAnswer | None:
    """The answer that was typed, or None if it is none. Nothing is clamped, rounded, cut or completed."""
    answer = question.from_typed(word) if word and not too_long(word) else None
    return None if answer is None or question.misfit(answer) else answer
