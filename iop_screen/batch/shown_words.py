"""The words that a system shows for a code, where they say something else than the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from iop_screen.batch.cells import cell_reader, likely_missing
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question

Contradicts = Callable[[str, str], bool]
"""Whether the words shown for a code are those of another choice."""

SAID_REASONS = frozenset({MissingReason.UNKNOWN, MissingReason.DECLINED})
_WORD = re.compile(r"\w+")


def display_check(question: Question) -> Contradicts:
    """What tells of a code of a question and the words shown for it whether they contradict each other."""
    read, begins_as_another = cell_reader(question), _beginnings(question)

    @lru_cache(256)
    def contradicts(code: str, display: str) -> bool:
        coded, shown = read(code), read(display)
        if coded.code or question.is_free_text:
            return False
        if not shown.code:
            return shown.answer not in {coded.answer, MissingReason.MISSING}
        if isinstance(coded.answer, MissingReason):
            return _says_reason(display) and coded.answer not in SAID_REASONS
        return _says_reason(display) or begins_as_another(code, display)

    return contradicts


def _says_reason(display: str) -> bool:
    """Whether words that are no choice of a question say that there is no answer, such as "Don't know"."""
    return likely_missing(display) in SAID_REASONS


def _beginnings(question: Question) -> Contradicts:
    """What tells whether words begin as another choice does more than as that of the code: "Yes, today" for `no`."""
    labels = {str(option.id): str(option.label) for option in question.options_listed}
    names = {fold(each): (_words(each), _words(labels.get(each, ""))) for each in question.answer_ids()}

    def begins_as_another(code: str, display: str) -> bool:
        shown = _words(display)
        shared = {choice: max(_shared(shown, name) for name in both) for choice, both in names.items()}
        return max(shared.values(), default=0) > shared.get(fold(code), 0)

    return begins_as_another


def _words(text: str) -> Sequence[str]:
    return _WORD.findall(fold(text))


def _shared(some: Sequence[str], others: Sequence[str]) -> int:
    """With how many words both begin if one of them is the start of the other, or with a yes; else 0.

    A no is no sign: "No, not under control" is another way to say that a health problem is not under control.
    """
    shortest = min(len(some), len(others))
    if some[:shortest] == others[:shortest]:
        return shortest
    return int(some[0] == others[0] == "yes")
