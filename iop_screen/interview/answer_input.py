"""What is typed as an answer, and what it stands for."""

from __future__ import annotations

import re
from decimal import Decimal

from iop_screen.engine.answers import Amount, Answer, Chosen, Words, chosen, misfit
from iop_screen.questionnaire.model import (
    NUMBER,
    ChoiceQuestion,
    MultipleQuestion,
    NumberQuestion,
    Option,
    Question,
    TextQuestion,
    YesNoQuestion,
)

MAX_WORDS = 2_000
"""So many characters are kept of a note or of an answer in words; a longer one is refused, never cut."""


def keys(question: Question) -> tuple[tuple[str, Option], ...]:
    """What is typed for each option: 1 and up in file order, and 0 for the one option that goes with no other."""
    if not isinstance(question, ChoiceQuestion | MultipleQuestion):
        return ()
    alone = [option for option in question.options if option.exclusive]
    none = alone[0] if len(alone) == 1 else None
    numbered = [option for option in question.options if option is not none]
    pairs = tuple((str(number), option) for number, option in enumerate(numbered, start=1))
    return pairs if none is None else (*pairs, ("0", none))


def _spelled_out(question: Question, word: str) -> dict[str, str]:
    """Yes and no by their letters, where an option says just that: a tired hand types what it hears."""
    said = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}.get(word)
    meant = [str(option.id) for _, option in keys(question) if str(option.label).casefold() == said]
    return {word: meant[0]} if meant else {}


def too_long(text: str) -> bool:
    """Whether a text is longer than is kept."""
    return len(text) > MAX_WORDS


def typed_answer(question: Question, word: str) -> Answer | None:
    """The answer that was typed, or None if it is none. Nothing is clamped, rounded, cut or completed."""
    answer = None if too_long(word) else _typed(question, word)
    return None if answer is None or misfit(question, answer) else answer


def _typed(question: Question, word: str) -> Answer | None:
    match question:
        case YesNoQuestion():
            said = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}.get(word.casefold())
            return None if said is None else chosen(said)
        case NumberQuestion():
            return Amount(Decimal(word)) if NUMBER.fullmatch(word) else None
        case TextQuestion():
            return Words(word) if word else None
    options = {key: str(option.id) for key, option in keys(question)}
    options |= _spelled_out(question, word.casefold())
    typed = [*filter(None, re.split(r"[,\s]+", word))]
    known = all(key.casefold() in options for key in typed)
    return Chosen(frozenset(options[key.casefold()] for key in typed)) if typed and known else None
