"""The names of questions and choices in another system, and what else has to get a name there.

A question and a choice keep their ids, since what comes back is scored by them. If the system cannot take one, that is
a problem. What only the form needs a name for gets one that is free.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from iop_screen.batch.form_stamp import FORM_COLUMN
from iop_screen.core.problems import Problem, Span
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.conditions import clauses
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import Option
from iop_screen.report.blank_forms.form import BlankForm


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a system takes as the name of a question: what fits the pattern, which `may_be` says in words.

    `reserved` is the pattern of names that the system, or our form, needs for something else.
    """

    system: str
    pattern: re.Pattern[str]
    may_be: str
    reserved: re.Pattern[str]

    def takes(self, name: str) -> bool:
        """Whether something can have this name."""
        return self.pattern.fullmatch(name) is not None and self.reserved.fullmatch(name) is None


ANY_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")

CSV_NAMES = NameRule("CSV", ANY_ID, "an id", re.compile(f"id|{FORM_COLUMN}"))
FHIR_NAMES = NameRule("FHIR", ANY_ID, "an id", re.compile(FORM_COLUMN))
XLSFORM_NAMES = NameRule(
    "XLSForm",
    re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*"),
    "a letter or `_`, and then letters, digits, `_`, `.` and `-`",
    re.compile(f"meta|instanceID|instanceName|{FORM_COLUMN}", re.IGNORECASE),
)
REDCAP_NAMES = NameRule(
    "REDCap",
    re.compile(r"(?=.{1,100}$)[a-z][a-z0-9]*(_[a-z0-9]+)*"),
    "a small letter, and then small letters, digits and single `_`, not at the end; at most 100 in all",
    re.compile(f"record_id|redcap_.*|hidden_edit_flag|{FORM_COLUMN}"),
)


def question_name_problems(form: BlankForm, rule: NameRule) -> Iterator[Problem]:
    """A problem for each question whose id the system cannot take, or needs for something else."""
    for question in form.compiled.questions:
        if not rule.pattern.fullmatch(question.id):
            message = f"the question `{question.id}` cannot have this name in {rule.system}"
            yield Problem("form-name", message, question.id.span, f"a name there is {rule.may_be}")
        elif rule.reserved.fullmatch(question.id):
            message = f"the question `{question.id}` has a name that a form for {rule.system} needs for something else"
            yield Problem("form-name-taken", message, question.id.span, "give the question another id")


def points_gate_problems(form: BlankForm, system: str) -> Iterator[Problem]:
    """A problem for each test on points that decides whether a question is asked; few systems can add them up."""
    scores = {str(score.id) for score in form.compiled.questionnaire.scores}
    for question in form.compiled.questions:
        for clause in clauses(question.ask_when):
            if clause.subject in scores:
                message = f"{system} cannot show `{question.id}` by the points of `{clause.subject}`"
                yield Problem("form-gate", message, clause.subject.span, "name the answers that matter instead")


def free_name(wanted: str, taken: Collection[str], rule: NameRule) -> str:
    """A name that the system takes and that is not taken: this one, else with `_2`, `_3` and so on behind it."""
    known = {name.casefold() for name in taken}
    name, number = wanted, 2
    while name.casefold() in known or not rule.takes(name):
        name, number = f"{wanted}_{number}", number + 1
    return name


def clean_name(name: str) -> str:
    """A name of small letters, digits and single `_`: what every system takes, if it begins with a letter."""
    return "_".join(re.findall(r"[a-z0-9]+", name.lower()))


def question_span(compiled: CompiledQuestionnaire, question: str) -> Span:
    """Where the id of a question stands in its file."""
    return _question(compiled, question).id.span


def option_span(compiled: CompiledQuestionnaire, question: str, code: str) -> Span:
    """Where the label of an option stands in its file; that of the question if its type brings the option along."""
    asked = _question(compiled, question)
    found: Option | None = next((option for option in asked.options_listed if option.id == code), None)
    return asked.id.span if found is None else found.label.span


def _question(compiled: CompiledQuestionnaire, question: str) -> Question:
    return compiled.questions[compiled.index_of(question)]
