"""Polarity: warns of answers that look as if best and worst had been swapped. It guesses from words.

The tone of a text is what its words say of a person: something good or something bad. Only clear words count, and a
"no" before or inside of one turns it into the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from iop_screen.checking.analysis import Analysis, CheckVerdict, warning_finding
from iop_screen.checking.words import word_lists
from iop_screen.questionnaire.types import Question

LOOKS_REVERSED = "looks-reversed"

WordTone = Literal["good", "bad"]
OPPOSITE: dict[WordTone, WordTone] = {"good": "bad", "bad": "good"}


def options_look_right(analysis: Analysis) -> Iterator[CheckVerdict]:
    """As far as words tell, the best answer to each question stands first and the worst one last.

    The author can accept that it looks otherwise.
    """
    for question in analysis.questionnaire.questions():
        if looks_reversed(question) and not any(waiver.check == LOOKS_REVERSED for waiver in question.accepted):
            yield warning_finding(
                LOOKS_REVERSED,
                f"the answers to `{question.id}` look reversed: is the best one first, and the worst one last?",
                question.id.span,
                f"{question.order_description}; if it is meant so, say why beside the question in `accepted`",
            )


def looks_reversed(question: Question) -> bool:
    """Whether the words of a risk question say that its best answer is a bad one, or its worst one a good one.

    Not if one end looks right, nor if nothing is clear.
    """
    if question.role != "risk":
        return False
    yes, labels = tone_of(question.ask), question.labels_in_order
    ends = [_option_tone(label, yes) for label in (*labels[:1], *labels[-1:])]
    return ends in (["bad", "good"], ["bad", None], [None, "good"])


def tone_of(text: str) -> WordTone | None:
    """The tone of all clear words of a text; None if there are none, or if they differ."""
    parts = re.split(r"[.?!:;]\s*", text.casefold().replace("\u2019", "'"))
    aside = rf"(?<=\w ){word_lists().aside}\b.*"
    tones = {tone for part in parts for tone in _tones(re.sub(aside, "", part))}
    return tones.pop() if len(tones) == 1 else None


def _tones(part: str) -> Iterator[WordTone]:
    lists = word_lists()
    both: tuple[tuple[str, WordTone], ...] = ((lists.good, "good"), (lists.bad, "bad"))
    for expression, tone in both:
        for match in re.finditer(rf"\b{expression}\b", part):
            before = re.search(rf"\b{lists.turns}(?: [\w-]+){{0,2}} ?$", part[: match.start()])
            inside = re.search(rf"\b{lists.turns_inside}\b", match.group())
            yield OPPOSITE[tone] if before or inside else tone


def _option_tone(label: str, yes: WordTone | None) -> WordTone | None:
    """The tone of an option: of its own words, or of a "yes" or "no" to a question whose "yes" has the tone given."""
    own = tone_of(label)
    if own is not None or yes is None:
        return own
    if _begins(label, word_lists().says_yes):
        return yes
    return OPPOSITE[yes] if _begins(label, word_lists().says_no) else None


def _begins(label: str, expression: str) -> bool:
    return re.match(rf"\W*{expression}\b", label, re.IGNORECASE) is not None
