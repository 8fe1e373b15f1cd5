"""An answer of more than one key, while it is being typed: digits, ticks, and what they would give."""

from __future__ import annotations

from iop_screen.interview.answer_input import typed_answer
from iop_screen.interview.fullscreen.key_names import BACKSPACE
from iop_screen.questionnaire.answers import Answer, Chosen
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import InputMode

DIGIT_KEYS = frozenset("0123456789")


def needs_enter(question: Question) -> bool:
    """Whether an answer is ended with Enter: there can be more than one key to it."""
    return question.input_mode is not InputMode.ONE_KEY


def has_boxes(question: Question) -> bool:
    """Whether each option is ticked with one key."""
    return question.input_mode is InputMode.BOXES


def is_letter(key: str) -> bool:
    """Whether a key is a character that is part of no number and of no list of numbers."""
    return len(key) == 1 and key not in DIGIT_KEYS and key not in "+-., "


def is_spelling(question: Question, key: str) -> bool:
    """Whether a key is part of a number that answers this question, or takes some of it back."""
    return question.input_mode is InputMode.DIGITS and (key == BACKSPACE or (len(key) == 1 and not is_letter(key)))


def typed_line(half: str, ticked: frozenset[str]) -> str:
    """What is half typed, as one would type it on a line."""
    return half or ",".join(sorted(ticked))


def edited_text(half: str, key: str) -> str:
    """What is half typed after one more key."""
    if key == BACKSPACE:
        return half[:-1]
    return half + key if len(key) == 1 else half


def ticked_after(question: Question, ticked: frozenset[str], key: str) -> frozenset[str]:
    """The ticks after a key ticked an option or took its tick away. One that goes with no other takes theirs away."""
    alone = {name for name, option in question.option_keys() if option.exclusive}
    if key not in {name for name, _ in question.option_keys()}:
        return ticked
    if key in ticked:
        return ticked - {key}
    return frozenset({key}) if key in alone else (ticked | {key}) - alone


def ticks_of(question: Question, answer: Answer) -> frozenset[str]:
    """The ticks that a question starts with: those of the answer that it has."""
    return keys_of(question, answer) if question.allows_multiple else frozenset()


def keys_given(question: Question, line: str) -> frozenset[str]:
    """The keys of the options that a line stands for."""
    return keys_of(question, typed_answer(question, line))


def keys_of(question: Question, answer: Answer | None) -> frozenset[str]:
    """The keys of the options that were chosen."""
    if not isinstance(answer, Chosen):
        return frozenset()
    return frozenset(key for key, option in question.option_keys() if option.id in answer.options)


def input_from_paste(question: Question, line: str) -> tuple[str, frozenset[str]] | None:
    """What is half typed and ticked once a line was pasted at once; None where it is no answer of several keys."""
    answer = typed_answer(question, line)
    if answer is None or question.input_mode not in {InputMode.BOXES, InputMode.DIGITS}:
        return None
    return ("", keys_of(question, answer)) if has_boxes(question) else (line, frozenset())
