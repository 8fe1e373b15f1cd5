"""Names in another system: a question keeps its id, a section gives way."""

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
    section_names,
)


def with_ids(sections: dict[str, list[str]]) -> CompiledQuestionnaire:
    """A questionnaire with these sections, each with questions of these names."""
    parts = [
        f"{{id: {section}, title: T, questions: ["
        + ", ".join(f"{{id: {name}, ask: A?, role: risk, type: yes_no, worse: no}}" for name in names)
        + "]}"
        for section, names in sections.items()
    ]
    first = next(iter(sections.values()))[0]
    rule = f"{{id: r, when: {{{first}: no}}, level: stay, because: So.}}"
    return ready(f"{HEADER}sections: [{', '.join(parts)}]\nrules: [{rule}]\n")


@pytest.mark.parametrize(
    ("sections", "names"),
    [
        ({"body": ["sleep"], "home": ["travel"]}, ["body", "home"]),
        ({"body": ["sleep"], "home": ["home"]}, ["body", "section_home"]),
        ({"home": ["sleep"], "body": ["home"]}, ["section_home", "body"]),
        ({"home": ["home", "section_home"]}, ["section_home_2"]),
        ({"home": ["home", "section_home", "section_home_2"]}, ["section_home_3"]),
        ({"home": ["home"], "section_home": ["travel"]}, ["section_home", "section_section_home"]),
        ({"meta": ["sleep"]}, ["section_meta"]),
        ({"META": ["sleep"]}, ["section_meta"]),
        ({"2nd": ["sleep"]}, ["section_2nd"]),
        ({"Home": ["home"]}, ["section_home"]),
        ({"daily-life": ["sleep"]}, ["daily-life"]),
        ({"x.-y": ["x.-y"]}, ["section_x_y"]),
        ({"__": ["__"]}, ["section"]),
        ({"iop_screen_form": ["sleep"]}, ["section_iop_screen_form"]),
    ],
)
def test_the_section_gives_way_and_never_the_question(sections: dict[str, list[str]], names: list[str]) -> None:
    form = blank_form(with_ids(sections))
    assert [*section_names(form, XLSFORM_NAMES).values()] == names


def test_a_name_that_the_writer_needs_is_taken_too() -> None:
    form = blank_form(with_ids({"body": ["sleep"]}))
    assert section_names(form, FHIR_NAMES, {"body", "section_body"}) == {"body": "section_body_2"}


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
    compiled = with_ids({"all": ["sleep", name]})
    problems = [*question_name_problems(blank_form(compiled), rule)]
    assert [problem.code for problem in problems] == ([] if code is None else [code])
    assert [problem.span for problem in problems] == ([] if code is None else [compiled.questions[1].id.span])
    assert all(name in problem.message and rule.system in problem.message for problem in problems)
