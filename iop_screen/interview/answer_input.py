"""Reading an answer from the text that was typed."""

from __future__ import annotations

import re

from iop_screen.questionnaire.answers import UsableAnswer
from iop_screen.questionnaire.types import Question

MAX_WORDS = 2_000
"""The most characters of a note or of an answer in words; a longer one is refused, never cut."""


_PHONE_NUMBER = re.compile(r"\d(?:[\s.()\[\]/\u2010-\u2015-]*\d){6}")
"""Seven digits or more, with what people write between them; a comma or a colon parts two numbers."""

_YEAR, _SHORT = r"(?:19|20)\d\d", r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(rf"(?<!\d)(?:{_YEAR}([-./]){_SHORT}\1{_SHORT}|{_SHORT}([-./]){_SHORT}\2{_YEAR})(?!\d)")
"""A day by its numbers, which has as many digits as a phone number."""


def holds_phone_number(text: str) -> bool:
    """Whether words have what may be a phone number in them. The day of a call back is none."""
    return _PHONE_NUMBER.search(_DATE.sub(",", text)) is not None


def too_long(text: str) -> bool:
    """Whether a text has more characters than may be recorded."""
    return len(text) > MAX_WORDS


def typed_answer(question: Question, text: str) -> UsableAnswer | None:
    """The answer that a text stands for, or None. Nothing is clamped, rounded, cut or completed."""
    answer = question.from_typed(text) if text and not too_long(text) else None
    return None if answer is None or question.misfit(answer) else answer
