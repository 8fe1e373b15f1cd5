"""Polarity: answers that look as if best and worst had been swapped. A guess from words, so only ever a warning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iop_screen.checking.analysis import Analysis, CheckVerdict, warning_finding
from iop_screen.checking.tone import WordTone, tone_of, turned
from iop_screen.checking.words import words
from iop_screen.questionnaire.types import Question

LOOKS_REVERSED = "looks-reversed"


def options_look_right(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Where words tell whether "yes" is good or bad, or what an option is, the best stands first and the worst last.

    The author can accept that it looks otherwise.
    """
    for question in analysis.questionnaire.questions():
        if looks_reversed(question) and not any(entry.check == LOOKS_REVERSED for entry in question.accepted):
            message = f"the answers to `{question.id}` look reversed: is the best one first, and the worst one last?"
            hint = f"{question.order_description}; if it is meant so, say why beside the question in `accepted`"
            yield warning_finding(LOOKS_REVERSED, message, question.id.span, hint)


def looks_reversed(question: Question) -> bool:
    """Whether the words of a risk question say that its best answer is a bad one, or its worst a good one.

    Not if one end looks right; nor if nothing is clear.
    """
    if question.role != "risk":
        return False
    yes, labels = tone_of(question.ask), question.labels_in_order
    ends = [_option_tone(label, yes) for label in (*labels[:1], *labels[-1:])]
    return ends in (["bad", "good"], ["bad", None], [None, "good"])


def _option_tone(label: str, yes: WordTone | None) -> WordTone | None:
    """What an option says: by its own words, or as a "yes" or a "no" to a question whose "yes" is good or bad."""
    own = tone_of(label)
    if own is not None or yes is None:
        return own
    if _begins(label, words().says_yes):
        return yes
    return turned(yes) if _begins(label, words().says_no) else None


def _begins(label: str, said: str) -> bool:
    return re.match(rf"\W*{said}\b", label, re.IGNORECASE) is not None
