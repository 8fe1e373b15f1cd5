"""What the codes of a column most likely mean, by the labels that the file itself gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from iop_screen.batch.cells import Cell, likely_missing
from iop_screen.batch.guesses.values import ValueGuess
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
    left = (text for text in values if text.strip() and text not in {*answers, *reasons})
    unknown = [text for text in left if read(text).code or (needed and _option(question, read(text)))]
    return ValueGuess(
        codes=tuple(answers.items()) if needed else (), missing=tuple(reasons.items()), unknown=tuple(unknown)
    )


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
