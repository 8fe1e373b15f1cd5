"""Which answer a cell holds. A cell that cannot be read counts as unanswered; it never becomes a "no"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iop_screen.questionnaire.answers import NOT_ALONE, OUT_OF_RANGE, UNREADABLE, Answer, MissingReason
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.option_names import option_name

CELL_PROBLEMS = (UNREADABLE, OUT_OF_RANGE, NOT_ALONE)

GUARDS = ("'", "\u2018", "\u2019")

MISSING_REASON_CELLS = {
    "": MissingReason.MISSING,
    "not-shown": MissingReason.NOT_SHOWN,
    "declined": MissingReason.DECLINED,
    "unknown": MissingReason.UNKNOWN,
    "not-applicable": MissingReason.NOT_APPLICABLE,
}
"""The texts of a cell that are reasons for no answer, whatever the question."""

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


@dataclass(frozen=True, slots=True)
class Cell:
    """The answer in a cell, and a problem code if it cannot be read (else empty)."""

    answer: Answer
    code: str = ""


CANNOT_BE_READ = Cell(MissingReason.UNREADABLE, UNREADABLE)

CellReader = Callable[[str], Cell]


def cell_reader(question: Question) -> CellReader:
    """A function that reads a cell of one question: option ids or labels, yes or no, a number, or several options.

    Case, blanks and curly quotes are not told apart. A blank cell is missing; `unknown`, `declined`, `not-shown` and
    `not-applicable` are reasons for no answer. An apostrophe before a text, which keeps a spreadsheet from taking it as
    a formula, does not count. What a program writes for nothing, such as `None`, is not the option `none`.
    """
    read = question.cell_reader()
    for_blank = WRITTEN_FOR_BLANK - {str(name) for each in question.options_listed for name in (each.id, each.label)}

    def read_text(text: str) -> Cell:
        if text.strip() in for_blank and question.options_listed:
            return CANNOT_BE_READ
        reason = MISSING_REASON_CELLS.get(fold(text))
        if reason is not None:
            return Cell(reason)
        answer = read(text)
        if answer is None:
            return CANNOT_BE_READ
        misfit = question.misfit(answer)
        return Cell(answer) if misfit is None else Cell(MissingReason.UNREADABLE, misfit.code)

    def read_cell(text: str) -> Cell:
        cell, behind_guard = read_text(text), without_guard(text)
        if behind_guard and (cell is CANNOT_BE_READ or fold(behind_guard) in MISSING_REASON_CELLS):
            return read_text(behind_guard)
        return cell

    return read_cell


def without_guard(text: str) -> str:
    """What stands behind an apostrophe that keeps a spreadsheet from reading a text as a formula; else nothing."""
    start = text.strip()
    return start[1:].strip() if start.startswith(GUARDS) else ""


def likely_missing(text: str) -> MissingReason | None:
    """Why there is most likely no answer, if the text is one by which many forms say that; it is only a guess."""
    name = option_name(text)
    written = MissingReason.MISSING if text.strip() in WRITTEN_FOR_BLANK else None
    return MISSING_REASON_CELLS.get(name) or _LIKELY_REASONS.get(name) or written
