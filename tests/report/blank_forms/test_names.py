"""Names in another system: a question keeps its id, or it is a problem."""

from __future__ import annotations

import pytest
from support.questionnaires import HEADER, ready

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms.form import blank_form
from iop_screen.report.blank_forms.names import (
    CSV_NAMES,
    FHIR_NAMES,
    REDCAP_NAMES,
    XLSFORM_NAMES,
    NameRule,
    free_name,
    question_name_problems,
)


def with_ids(*names: str) -> CompiledQuestionnaire:
    """A questionnaire with questions of these names."""
    asked = ", ".join(f"{{id: {name}, ask: A?, role: risk, type: yes_no, worse: no}}" for name in names)
    rule = f"{{id: r, when: {{{names[0]}: no}}, level: stay, because: So.}}"
    return ready(f"{HEADER}sections: [{{id: all, title: All, questions: [{asked}]}}]\nrules: [{rule}]\n")


@pytest.mark.parametrize(("taken", "name"), [(set(), "note"), ({"NOTE"}, "note_2"), ({"note", "note_2"}, "note_3")])
def test_a_free_name_has_the_next_number(taken: set[str], name: str) -> None:
    assert free_name("note", taken, REDCAP_NAMES) == name


@pytest.mark.parametrize(
    ("rule", "name", "code"),
    [
        (CSV_NAMES, "2nd", None),
        (CSV_NAMES, "ID", None),
        (CSV_NAMES, "id", "form-name-taken"),
        (FHIR_NAMES, "2nd", None),
        (FHIR_NAMES, "iop_screen_form", "form-name-taken"),
        (XLSFORM_NAMES, "2nd", "form-name"),
        (XLSFORM_NAMES, "Meta", "form-name-taken"),
        (XLSFORM_NAMES, "a-b.c", None),
        (REDCAP_NAMES, "2nd", "form-name"),
        (REDCAP_NAMES, "Sleep", "form-name"),
        (REDCAP_NAMES, "a__b", "form-name"),
        (REDCAP_NAMES, "_a", "form-name"),
        (REDCAP_NAMES, "a_", "form-name"),
        (REDCAP_NAMES, "a-b", "form-name"),
        (REDCAP_NAMES, "record_id", "form-name-taken"),
        (REDCAP_NAMES, "redcap_event_name", "form-name-taken"),
        (REDCAP_NAMES, "iop_screen_form", "form-name-taken"),
        (REDCAP_NAMES, "care_complete", None),
        (REDCAP_NAMES, "q2", None),
    ],
)
def test_a_name_that_a_system_cannot_have_is_a_problem_at_its_place(
    rule: NameRule, name: str, code: str | None
) -> None:
    compiled = with_ids("sleep", name)
    problems = [*question_name_problems(blank_form(compiled), rule)]
    assert [problem.code for problem in problems] == ([] if code is None else [code])
    assert [problem.span for problem in problems] == ([] if code is None else [compiled.questions[1].id.span])
    assert all(name in problem.message and rule.system in problem.message for problem in problems)
