"""An answer of more than one key while it is being typed: digits, or ticked options."""

from __future__ import annotations

from iop_screen.interview.answer_input import typed_answer
from iop_screen.interview.fullscreen.key_names import BACKSPACE
from iop_screen.questionnaire.answers import Answer, Chosen
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import InputMode

DIGIT_KEYS = frozenset("0123456789")


def needs_enter(question: Question) -> bool:
    """Whether an answer ends with Enter, because it may take more than one key."""
    return question.input_mode is not InputMode.ONE_KEY


def is_letter(key: str) -> bool:
    """Whether a key is a character that cannot be part of a number or of a list of numbers."""
    return len(key) == 1 and key not in DIGIT_KEYS and key not in "+-., "


def edits_number(question: Question, key: str) -> bool:
    """Whether a key adds to or deletes from a number that answers this question."""
    return question.input_mode is InputMode.DIGITS and (key == BACKSPACE or (len(key) == 1 and not is_letter(key)))


def edited_text(text: str, key: str) -> str:
    """The pending text after one more key."""
    if key == BACKSPACE:
        return text[:-1]
    return text + key if len(key) == 1 else text


def ticked_after(question: Question, ticked: frozenset[str], key: str) -> frozenset[str]:
    """The ticked keys after a key that ticks or unticks an option. An exclusive option unticks all others."""
    exclusive = {name for name, option in question.option_keys() if option.exclusive}
    if key not in {name for name, _ in question.option_keys()}:
        return ticked
    if key in ticked:
        return ticked - {key}
    return frozenset({key}) if key in exclusive else (ticked | {key}) - exclusive


def keys_of(question: Question, answer: Answer | None) -> frozenset[str]:
    """The keys of the options in an answer."""
    if not isinstance(answer, Chosen):
        return frozenset()
    return frozenset(key for key, option in question.option_keys() if option.id in answer.options)


def input_from_paste(question: Question, line: str) -> tuple[str, frozenset[str]] | None:
    """The pending text and ticked keys after a line was pasted; None if it is no answer of several keys."""
    answer = typed_answer(question, line)
    if answer is None or question.input_mode not in {InputMode.BOXES, InputMode.DIGITS}:
        return None
    return ("", keys_of(question, answer)) if question.input_mode is InputMode.BOXES else (line, frozenset())
