"""What the codes of a column most likely mean, by the labels that the file itself gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from iop_screen.batch.cells import Cell, cell_key, likely_missing
from iop_screen.batch.guesses.values import Doubt, ValueGuess
from iop_screen.questionnaire.answers import Chosen, MissingReason
from iop_screen.questionnaire.types import Question


def guess_by_labels(
    question: Question, values: Iterable[str], labels: Mapping[str, str], read: Callable[[str], Cell]
) -> ValueGuess | None:
    """A guess for all codes that have a label, found in the values or not; None if no label is known to the question.

    `read` reads what needs no guess: a label is one if it is the answer, or says why there is none.
    """
    answers = {code: option for code, label in labels.items() if (option := _option(question, read(label)))}
    reasons = {
        code: reason for code, label in labels.items() if code not in answers and (reason := _reason(read, label))
    }
    if not answers and not reasons:
        return None
    needed = {code: option for code, option in answers.items() if _option(question, read(code)) != option}
    codes = tuple(answers.items()) if needed else ()
    guess = ValueGuess(codes=codes, missing=tuple(reasons.items()), doubt=Doubt.LABELS)
    left = (text for text in values if text.strip() and text not in {*answers, *reasons})
    unknown = [text for text in left if read(text).code or (needed and _option(question, read(text)))]
    return replace(guess, unknown=tuple(text for text in unknown if guess.meaning(text) is None))


def ticked_option(question: Question, labels: Mapping[str, str], read: Callable[[str], Cell]) -> str:
    """The option that a column of ticks is about: the label of its code 1, if no other code is one; else nothing."""
    options = {code: option for code, label in labels.items() if (option := _option(question, read(label)))}
    return options["1"] if [*options] == ["1"] else ""


def guess_reasons(values: Iterable[str], labels: Mapping[str, str]) -> ValueGuess:
    """Which values that nothing explains say that there is no answer, by the labels that the file has for them."""
    known = {cell_key(code): reason for code, label in labels.items() if label and (reason := likely_missing(label))}
    listed = [*values]
    reasons = {text: known[cell_key(text)] for text in listed if cell_key(text) in known}
    return ValueGuess(missing=tuple(reasons.items()), unknown=tuple(text for text in listed if text not in reasons))


def _option(question: Question, cell: Cell) -> str:
    """The one option that a cell names; nothing if it names none."""
    answer = cell.answer
    return question.as_cell(answer) if isinstance(answer, Chosen) and len(answer.options) == 1 else ""


def _reason(read: Callable[[str], Cell], label: str) -> MissingReason | None:
    """Why there is no answer, if a label says that."""
    answer = read(label).answer
    if isinstance(answer, MissingReason) and answer not in {MissingReason.UNREADABLE, MissingReason.MISSING}:
        return answer
    return likely_missing(label)
