"""Which answer a cell holds. A cell that cannot be read counts as unanswered; it never becomes a "no"."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from iop_screen.questionnaire.answers import (
    NOT_ALONE,
    OUT_OF_RANGE,
    STATED_REASONS,
    UNREADABLE,
    Answer,
    MissingReason,
    UsableAnswer,
)
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.option_names import SEPARATORS, option_name

CELL_PROBLEMS = (UNREADABLE, OUT_OF_RANGE, NOT_ALONE)

GUARDS = ("'", "\u2018", "\u2019")

MISSING_REASON_CELLS = {"": MissingReason.MISSING, **{reason.value: reason for reason in STATED_REASONS}}
"""The texts of a cell that are reasons for no answer, whatever the question."""

WHOLE_NUMBER = re.compile(r"'?(?P<sign>[+-]?)0*(?P<digits>\d+)(?:\.0+)?", re.ASCII)

WRITTEN_FOR_BLANK = frozenset({"None", "NULL", "null", "NaN", "nan", "NA", "NaT", "<NA>", "#N/A"})
"""What programs write where there is nothing. It is an answer only where an option is written exactly so."""

LIKELY_MISSING = {
    MissingReason.MISSING: (
        *("-", "--", ".", "..", "na", "nan", "null", "#n/a", "missing", "(missing)", "blank", "(blank)", "skipped"),
        *("no answer", "no response", "not answered", "not completed", "[not completed]", "incomplete"),
        *("not collected", "not reported", "not recorded", "-9", "-99", "-999", "-9999"),
    ),
    MissingReason.NOT_SHOWN: ("not shown", "not asked", "not displayed", "hidden", "-88", "-888"),
    MissingReason.DECLINED: (
        *("prefer not to say", "prefer not to answer", "prefer not to disclose", "prefer not to respond"),
        *("i prefer not to say", "i prefer not to answer", "i would prefer not to say", "i'd rather not say"),
        *("would rather not say", "rather not say", "choose not to answer", "chose not to answer"),
        *("choose not to disclose", "do not wish to answer", "do not want to answer", "don't want to answer"),
        *("decline to answer", "declined to answer", "decline to state", "decline", "refuse", "refused"),
        *("refused to answer", "client refused", "patient refused", "-7", "-77", "77", "777"),
    ),
    MissingReason.UNKNOWN: (
        *("don't know", "dont know", "do not know", "i don't know", "i do not know", "dk", "idk", "not known"),
        *("not sure", "i'm not sure", "i am not sure", "unsure", "uncertain", "unk", "client doesn't know"),
        *("don't know / not sure", "don't know/not sure", "can't remember", "cannot remember", "?", "99", "999"),
    ),
    MissingReason.NOT_APPLICABLE: (
        *("n/a", "n.a.", "n.a", "not applicable", "does not apply", "doesn't apply", "not relevant", "88", "888"),
    ),
}
"""Texts by which forms and survey tools often mean that there is no answer, and what they most likely mean."""

_LIKELY_REASONS = {text: reason for reason, texts in LIKELY_MISSING.items() for text in texts}
_BETWEEN = re.compile(rf"[\s{re.escape(SEPARATORS)}]")

Missing = Mapping[str, MissingReason]
"""Texts of a cell that are reasons for no answer, as `cell_key` gives them."""

NO_REASONS: Missing = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer in a cell, and a problem code if it cannot be read (else empty)."""

    answer: Answer
    code: str = ""


CANNOT_BE_READ = Cell(MissingReason.UNREADABLE, UNREADABLE)

CellReader = Callable[[str], Cell]

CellText = str | Cell
"""The text of a cell, or what the cell counts as where its text is not to be read."""

CellsReader = Callable[[tuple[CellText, ...]], Cell]
"""Reads the cells of the columns of a question, in their order, as one answer."""

T = TypeVar("T")


def cell_key(text: str) -> str:
    """A text of a cell as it is compared with those of a mapping: folded, and a whole number by its digits alone.

    A spreadsheet writes 1 as `1.0` and `01` as `1`, so they are the same; an apostrophe before a number keeps one from
    taking it as a formula. What programs write for nothing, such as `None`, is not the same as `none`.
    """
    if text.strip() in WRITTEN_FOR_BLANK:
        return text.strip()
    folded = fold(text)
    whole = WHOLE_NUMBER.fullmatch(folded)
    if whole is None:
        return folded
    return f"-{whole['digits']}" if whole["sign"] == "-" and whole["digits"] != "0" else whole["digits"]


def cell_reader(question: Question) -> CellReader:
    """A function that reads a cell of one question: option ids or labels, yes or no, a number, or several options.

    Case, blanks and curly quotes are not told apart.
    """
    names = {str(name) for each in question.options_listed for name in (each.id, each.label)}
    return with_reasons(answer_reader(question), NO_REASONS, written_for_nothing(question, names))


def alone(read: CellReader) -> CellsReader:
    """What reads a question that has one column."""
    return lambda texts: read_unless_known(texts[0], read)


def read_unless_known(text: CellText, read: Callable[[str], T]) -> T | Cell:
    """What a cell says; what it counts as where its text is not to be read."""
    return text if isinstance(text, Cell) else read(text)


def with_reasons(
    read: Callable[[str], T | Cell], missing: Missing, nothing: Collection[str]
) -> Callable[[str], T | Cell]:
    """What reads a cell, whatever it is read as: `read` never sees one that says why it has no answer.

    A blank cell is missing, unless `missing` says what it is; the texts in `missing` are reasons, and so are `unknown`,
    `declined`, `not-shown` and `not-applicable`. A text of `nothing`, or a list of them, cannot be read. An apostrophe
    before a text, which keeps a spreadsheet from taking it as a formula, does not count.
    """

    def read_text(text: str) -> T | Cell:
        reason = _reason(text, missing)
        if reason is not None:
            return no_answer(reason)
        return CANNOT_BE_READ if _lists_only(text, nothing) else read(text)

    def read_cell(text: str) -> T | Cell:
        found, behind_guard = read_text(text), without_guard(text)
        if behind_guard and (found is CANNOT_BE_READ or _reason(behind_guard, missing) is not None):
            return read_text(behind_guard)
        return found

    return read_cell


def written_for_nothing(question: Question, answers: Collection[str]) -> frozenset[str]:
    """The texts that programs write for nothing and that are no answer to a question, unless it takes any words.

    `answers` are the texts that mean an option, written exactly so.
    """
    return WRITTEN_FOR_BLANK - {*answers} if question.answer_ids() else frozenset()


def no_answer(reason: MissingReason) -> Cell:
    """A cell that has no answer for a reason; a problem if it cannot be read."""
    return Cell(reason, UNREADABLE if reason is MissingReason.UNREADABLE else "")


def answer_reader(question: Question) -> CellReader:
    """A function that reads a cell that has an answer."""
    read = question.cell_reader()

    def read_cell(text: str) -> Cell:
        answer = read(text)
        return CANNOT_BE_READ if answer is None else fitting(answer, question)

    return read_cell


def fitting(answer: UsableAnswer, question: Question) -> Cell:
    """An answer, if the question can have it; else why it cannot be read."""
    misfit = question.misfit(answer)
    return Cell(answer) if misfit is None else Cell(MissingReason.UNREADABLE, misfit.code)


def _reason(text: str, missing: Missing) -> MissingReason | None:
    """Why a cell has no answer, if it says so or is blank.

    Some forms put a `;` behind each answer where several can be chosen, and so behind a reason, too.
    """
    found = (missing.get(key) or MISSING_REASON_CELLS.get(key) for key in map(cell_key, (text, _before_mark(text))))
    return next(filter(None, found), None)


def _before_mark(text: str) -> str:
    """A text without the `;` at its end; the same text if it has none, or is nothing else."""
    return text.rstrip("; \u00a0\t") or text


def _lists_only(text: str, nothing: Collection[str]) -> bool:
    parts = {part.strip() for part in _BETWEEN.split(text)} - {""} if nothing else set()
    return bool(parts) and all(part in nothing for part in parts)


def without_guard(text: str) -> str:
    """What stands behind an apostrophe that keeps a spreadsheet from reading a text as a formula; else nothing."""
    start = text.strip()
    return start[1:].strip() if start.startswith(GUARDS) else ""


def likely_missing(text: str) -> MissingReason | None:
    """Why there is most likely no answer, if the text is one by which many forms say that; it is only a guess."""
    name = option_name(_before_mark(text))
    written = MissingReason.MISSING if text.strip() in WRITTEN_FOR_BLANK else None
    return MISSING_REASON_CELLS.get(name) or _LIKELY_REASONS.get(name) or written
