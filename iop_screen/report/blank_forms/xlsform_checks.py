"""What an XLSForm cannot say, found before it is written, and what holds for every one that is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from iop_screen.core.problems import Problem
from iop_screen.report.blank_forms.checks import Read, WrittenItem, WrongFormError, check_written
from iop_screen.report.blank_forms.form import BlankForm, shown_labels, shown_texts
from iop_screen.report.blank_forms.names import (
    XLSFORM_NAMES,
    points_gate_problems,
    question_name_problems,
    question_span,
)

LONGEST_TEXT = 32_767
"""So many characters fit into a cell of a workbook."""

STAMPED = re.compile(r"[^'\"$]*")
"""A version that can stand in an expression, within quotation marks."""

READ = re.compile(r"\$\{(?P<name>[^}]+)\}(?:, | = )?(?:'(?P<code>[^']+)')?")
"""A question that an expression reads, and the choice that it asks for, if it asks for one."""


def xlsform_problems(form: BlankForm) -> tuple[Problem, ...]:
    """Names that the system cannot take, gates that it cannot say, texts that it would take for something else."""
    names, gates = question_name_problems(form, XLSFORM_NAMES), points_gate_problems(form, "XLSForm")
    return (*names, *gates, *_text_problems(form))


def _text_problems(form: BlankForm) -> Iterator[Problem]:
    questionnaire = form.compiled.questionnaire
    for text in (*shown_texts(form.compiled), *shown_labels(form.compiled)):
        if "${" in text:
            message = "XLSForm takes `${` in a text for the answer to a question"
            yield Problem("form-text", message, text.span, "write it in another way")
    if not STAMPED.fullmatch(questionnaire.version):
        message = "an XLSForm cannot carry this version"
        yield Problem("form-version", message, questionnaire.version.span, "write it without `'`, `\"` and `$`")


def too_long_problems(form: BlankForm, rows: Iterable[Mapping[str, str]]) -> Iterator[Problem]:
    """A problem for each row with a cell that is longer than a workbook can have."""
    for row in rows:
        if any(len(cell) > LONGEST_TEXT for cell in row.values()):
            name = row.get("list_name", row["name"])
            asked = name in form.compiled.indexes
            span = question_span(form.compiled, name) if asked else form.compiled.questionnaire.title.span
            message = f"`{name}` has a text or an `ask_when` of more than the {LONGEST_TEXT} characters of a cell"
            yield Problem("form-text", message, span, "make it shorter")


def check_xlsform(survey: Iterable[Mapping[str, str]], choices: Iterable[Mapping[str, str]]) -> None:
    """Raises WrongFormError with what is wrong with the rows of the two sheets."""
    lists: dict[str, list[str]] = {}
    for choice in choices:
        lists.setdefault(choice["list_name"], []).append(choice["name"])
    rows = [row for row in survey if row["type"] != "end_group"]
    check_written([_written(row, lists) for row in rows], XLSFORM_NAMES.pattern)
    asked = {row["type"].partition(" ")[2] for row in rows} - {""}
    if asked != {*lists}:
        raise WrongFormError(f"lists without a question, or the other way round: {sorted(asked ^ {*lists})}")


def _written(row: Mapping[str, str], lists: Mapping[str, list[str]]) -> WrittenItem:
    own = tuple(lists.get(row["type"].partition(" ")[2], ()))
    reads = (Read(found["name"], found["code"]) for found in READ.finditer(row.get("relevant", "")))
    return WrittenItem(row["name"], own, tuple(reads))
