"""An answer of more than one key, while it is being typed: digits, ticks, and what they would give."""

from __future__ import annotations

from iop_screen.engine.answers import Answer, Chosen
from iop_screen.interview.answer_input import keys, typed_answer
from iop_screen.interview.fullscreen.key_names import BACKSPACE
from iop_screen.questionnaire.model import ChoiceQuestion, MultipleQuestion, Question, TextQuestion, YesNoQuestion

DIGIT_KEYS = frozenset("0123456789")


def needs_enter(question: Question) -> bool:
    """Whether an answer is ended with Enter: there can be more than one key to it."""
    return not isinstance(question, YesNoQuestion | ChoiceQuestion) or len(keys(question)) > 9


def has_boxes(question: Question) -> bool:
    """Whether each option is ticked with one key."""
    return isinstance(question, MultipleQuestion) and len(keys(question)) <= 10


def is_letter(key: str) -> bool:
    """Whether a key is a character that is part of no number and of no list of numbers."""
    return len(key) == 1 and key not in DIGIT_KEYS and key not in "+-., "


def is_spelling(question: Question, key: str) -> bool:
    """Whether a key is part of a number that answers this question, or takes some of it back."""
    digit_by_digit = needs_enter(question) and not isinstance(question, TextQuestion) and not has_boxes(question)
    return digit_by_digit and (key == BACKSPACE or (len(key) == 1 and not is_letter(key)))


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
    alone = {name for name, option in keys(question) if option.exclusive}
    if key not in {name for name, _ in keys(question)}:
        return ticked
    if key in ticked:
        return ticked - {key}
    return frozenset({key}) if key in alone else (ticked | {key}) - alone


def ticks_of(question: Question, answer: Answer) -> frozenset[str]:
    """The ticks that a question starts with: those of the answer that it has."""
    return keys_of(question, answer) if isinstance(question, MultipleQuestion) else frozenset()


def keys_given(question: Question, line: str) -> frozenset[str]:
    """The keys of the options that a line stands for."""
    return keys_of(question, typed_answer(question, line))


def keys_of(question: Question, answer: Answer | None) -> frozenset[str]:
    """The keys of the options that were chosen."""
    if not isinstance(answer, Chosen):
        return frozenset()
    if isinstance(question, YesNoQuestion):
        return frozenset(str(option)[0] for option in answer.options)
    return frozenset(key for key, option in keys(question) if option.id in answer.options)


def input_from_paste(question: Question, line: str) -> tuple[str, frozenset[str]] | None:
    """What is half typed and ticked once a line was pasted at once; None where it is no answer of several keys."""
    answer = typed_answer(question, line)
    if answer is None or not needs_enter(question) or isinstance(question, TextQuestion):
        return None
    return ("", keys_of(question, answer)) if has_boxes(question) else (line, frozenset())
