"""What a choice of a REDCap field means as an answer to the question that has the name of the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from iop_screen.batch.cells import MISSING_REASON_CELLS, cell_key
from iop_screen.batch.mapping.plan import own_texts
from iop_screen.batch.shown_words import display_check
from iop_screen.batch.sources.redcap.texts import Choice
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.types import Question

_NUMBERED = re.compile(r"\d+\s*=\s*", re.ASCII)
"""How some forms write a code once more before its label, as in `0 = No`."""

_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)

ChoiceMeaning = str | MissingReason | None
"""The id of an option, a reason for no answer, or nothing that the questionnaire knows."""


_check = lru_cache(64)(display_check)


def choice_meaning(choice: Choice, question: Question) -> ChoiceMeaning:
    """What a choice means: by its label if that is the id or the label of an option, else by its code if that is an id.

    A code that is a whole number says nothing alone: another form counts from 1, or the other way round. Where a code
    in words is one option and its label another, begins like it, or says why there is no answer, nobody can tell which
    is meant.
    """
    code = _by_code(choice.code, question)
    option = _by_label(choice.label, question)
    if option is None:
        says_else = code is not None and _check(question)(choice.code, choice.label)
        return None if _WHOLE.fullmatch(choice.code) or says_else else code
    if code is None or code == option or _WHOLE.fullmatch(choice.code):
        return option
    return None


def _by_code(code: str, question: Question) -> ChoiceMeaning:
    if code in question.answer_ids():
        return code
    return MISSING_REASON_CELLS.get(cell_key(code)) if code else None


def _by_label(label: str, question: Question) -> str | None:
    own = own_texts(question)
    keys = (cell_key(label), cell_key(_NUMBERED.sub("", label, count=1)))
    found = [min(own[key]) for key in keys if key and key in own]
    return found[0] if found else None


def meanings(choices: Iterable[Choice], question: Question, *, labelled: bool) -> Mapping[str, ChoiceMeaning]:
    """What each text of a cell means, by its `cell_key`: codes, or labels in an export with labels.

    A text that two choices have means nothing, unless both mean the same.
    """
    found: dict[str, ChoiceMeaning] = {}
    for choice in choices:
        key, meaning = cell_key(choice.label if labelled else choice.code), choice_meaning(choice, question)
        found[key] = meaning if found.get(key, meaning) == meaning else None
    return {key: meaning for key, meaning in found.items() if key}
