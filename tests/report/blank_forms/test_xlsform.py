"""A blank form as an XLSForm: it shows what the interview asks, takes what can be answered, and spells each header."""

from __future__ import annotations

import io
import re
from itertools import product
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.blank_forms import EVERY_KIND, POINTS, clashing, every_filling, form_of_text, questionnaire_of
from support.effort import examples
from support.form_walks import Filled, amount_of, as_answers, codes_of, gated, holds, points_in_gates, texts_of, walks
from support.laws import law
from support.naive import Sketch
from support.paths import GOLDEN
from support.questionnaires import ready
from support.scoring import scored_bytes
from support.strategies import text_of
from support.xls_forms import evaluated, sheet_rows

from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms import xlsform_checks
from iop_screen.report.blank_forms.checks import WrongFormError
from iop_screen.report.blank_forms.danger import GET_HELP_FIRST
from iop_screen.report.blank_forms.form import BlankForm, blank_form
from iop_screen.report.blank_forms.xlsform import xlsform
from iop_screen.report.blank_forms.xlsform_checks import check_xlsform
from iop_screen.report.score_output import csv_text

LABEL, HINT, MESSAGE = "label::English (en)", "hint::English (en)", "constraint_message::English (en)"
Rows = list[dict[str, str]]


def content_of(form: BlankForm) -> bytes:
    content = xlsform(form)
    assert isinstance(content, bytes), content
    return content


def rows_of(form: BlankForm, sheet: str = "survey") -> Rows:
    return sheet_rows(content_of(form), sheet)


def row_of(name: str, source: str = EVERY_KIND) -> dict[str, str]:
    return next(row for row in rows_of(form_of_text(source)) if row["name"] == name and row["type"] != "end_group")


def problems_of(source: str) -> tuple[Problem, ...]:
    content = xlsform(form_of_text(source))
    assert not isinstance(content, bytes)
    return content


def cells_of(filled: Filled) -> dict[str, str]:
    """What was filled in, as the form holds it."""
    numbers = {name: amount_of(answer) for name, answer in filled.items()}
    return {
        name: " ".join(sorted(codes_of(answer))) if (number := numbers[name]) is None else f"{number:f}"
        for name, answer in filled.items()
    }


@law
@given(st.data())
def test_a_question_is_shown_when_its_gate_is_open_and_when_an_interview_would_ask_it(data: st.DataObject) -> None:
    sketch: Sketch = data.draw(gated())
    compiled = ready(text_of(sketch))
    form = blank_form(compiled)
    content = xlsform(form)
    if isinstance(content, bytes):
        shown = {row["name"]: row["relevant"] for row in sheet_rows(content, "survey") if row["type"] != "end_group"}
        data.draw(walks(sketch, compiled, form, lambda name, filled: evaluated(shown[name], cells_of(filled))))
    else:
        assert {problem.code for problem in content} == {"form-gate"}
        assert [problem.message.split("`")[1] for problem in content] == points_in_gates(sketch)


@settings(law, max_examples=examples(25))
@given(st.data())
@pytest.mark.parametrize("separator", ["-", "/"])
def test_what_is_filled_in_comes_back_and_is_read_without_a_mapping(separator: str, data: st.DataObject) -> None:
    sketch: Sketch = data.draw(gated())
    compiled = ready(text_of(sketch))
    form = blank_form(compiled)
    content = xlsform(form)
    if isinstance(content, bytes):
        rows = sheet_rows(content, "survey")
        shown = {row["name"]: row["relevant"] for row in rows if row["type"] != "end_group"}
        filled = data.draw(walks(sketch, compiled, form, lambda name, so_far: evaluated(shown[name], cells_of(so_far))))
        (row,) = scored_bytes(exported(rows, cells_of(filled) | texts_of(filled), separator), compiled)
        assert (row.answers, row.problems) == (as_answers(form, filled), ())


def exported(rows: Rows, cells: dict[str, str], separator: str) -> bytes:
    """A file as ODK and Kobo write it: groups before names, lists with blanks between their codes."""
    record = {"KEY": "uuid:1"}
    around: list[str] = []
    for row in rows:
        if row["type"] == "begin_group":
            around.append(row["name"])
        elif row["type"] == "end_group":
            around.pop()
        else:
            record[separator.join([*around, row["name"]])] = cells.get(row["name"], row["calculation"].strip("'"))
    return csv_text([[*record], [*record.values()]]).encode()


def test_each_gate_is_open_for_exactly_the_answers_it_names() -> None:
    form = form_of_text(EVERY_KIND)
    gates = {question.id: question.gate for question in form.questions}
    texts = {row["name"]: row["relevant"] for row in rows_of(form)}
    shown = [(name, filled, evaluated(texts[name], cells_of(filled))) for name, filled in every_filling()]
    assert shown == [(name, filled, holds(gates[name], filled)) for name, filled in every_filling()]
    assert {(name, opened) for name, _, opened in shown} == set(product(("dreams", "alone", "tired"), (True, False)))


@settings(law, max_examples=examples(25))
@given(clashing())
def test_every_name_is_there_once_and_every_question_keeps_its_own(sections: dict[str, list[str]]) -> None:
    form = form_of_text(questionnaire_of(sections))
    rows = [row for row in rows_of(form) if row["type"] != "end_group"]
    (root,) = {settings["name"] or "data" for settings in rows_of(form, "settings")}
    names = [root, *(row["name"].casefold() for row in rows)]
    assert len(names) == len(set(names)) == len(rows) + 1
    questions = [each for questions in sections.values() for each in questions]
    assert [row["name"] for row in rows if row["type"].startswith("select_one")] == questions
    assert [row["type"] for row in rows].count("begin_group") == len(sections)


def test_the_whole_form_is_as_it_was_looked_at() -> None:
    content = content_of(form_of_text(EVERY_KIND))
    sheets = [(sheet, sheet_rows(content, sheet)) for sheet in ("survey", "choices", "settings")]
    shown = "".join(
        f"{sheet}\n" + "".join(f"{'|'.join(part)}\n" for part in (rows[0], *(row.values() for row in rows)))
        for sheet, rows in sheets
    )
    assert shown == (GOLDEN / "blank-form.xlsform.txt").read_text()


def test_nothing_in_the_workbook_depends_on_the_day(compiled: CompiledQuestionnaire) -> None:
    content = content_of(blank_form(compiled))
    assert content == content_of(blank_form(compiled))
    with ZipFile(io.BytesIO(content)) as workbook:
        properties = workbook.read("docProps/core.xml").decode()
        packed_on = {part.date_time for part in workbook.infolist()}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[^<]*", properties)) == {"2000-01-01T00:00:00Z"}
    assert packed_on == {(1980, 1, 1, 0, 0, 0)}


def test_the_default_questionnaire_is_written_with_each_of_its_questions(compiled: CompiledQuestionnaire) -> None:
    form = blank_form(compiled)
    assert {question.id for question in form.questions} <= {row["name"] for row in rows_of(form)}


def test_the_stamp_is_a_calculated_field_outside_of_all_groups_and_the_settings_name_the_version() -> None:
    form = form_of_text(EVERY_KIND)
    first = rows_of(form)[0]
    assert (first["type"], first["name"]) == ("calculate", "iop_screen_form")
    assert first["calculation"] == f"'{form.compiled.stamp}'"
    (settings,) = rows_of(form, "settings")
    assert settings == {
        "form_title": "A small screening",
        "form_id": "small",
        "version": f"1.2.0+{form.compiled.hash12}",
        "default_language": "English (en)",
        "name": "",
    }


def test_the_default_language_is_the_one_that_the_headers_name() -> None:
    (settings,) = rows_of(form_of_text(EVERY_KIND), "settings")
    for sheet in ("survey", "choices"):
        headers = rows_of(form_of_text(EVERY_KIND), sheet)[0]
        assert {header.partition("::")[2] for header in headers if "::" in header} == {settings["default_language"]}


def test_a_section_called_as_a_question_gets_another_name_and_the_question_keeps_its_own() -> None:
    rows = rows_of(form_of_text(EVERY_KIND))
    assert [row["name"] for row in rows if row["type"] == "begin_group"] == ["section_home", "nights"]
    assert [row["type"] for row in rows if row["name"] == "home"] == ["select_one home"]
    assert [row["type"] for row in rows].count("end_group") == 2


def test_a_question_called_as_the_whole_form_keeps_its_name_and_the_form_gets_another() -> None:
    source = EVERY_KIND.replace("id: wishes", "id: data").replace("id: nights", "id: data_2")
    form = form_of_text(source)
    (settings,) = rows_of(form, "settings")
    assert settings["name"] == "data_3"
    assert row_of("data", source)["type"] == "text"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("home", "select_one home"),
        ("likes", "select_multiple likes"),
        ("sleep", "decimal"),
        ("alone", "select_one alone"),
        ("wishes", "text"),
    ],
)
def test_each_type_of_question_has_its_type_there(question: str, kind: str) -> None:
    assert row_of(question)["type"] == kind


def test_a_list_has_the_options_and_the_reasons_for_no_answer() -> None:
    choices = rows_of(form_of_text(EVERY_KIND), "choices")
    assert [(row["name"], row[LABEL]) for row in choices if row["list_name"] == "likes"] == [
        ("1_walk", 'Walks & "talks"'),
        ("rest", "Rest"),
        ("none", "None of these"),
        ("unknown", "Don't know"),
        ("declined", "Prefer not to say"),
    ]


@pytest.mark.parametrize(
    ("question", "value", "taken"),
    [
        ("sleep", "0", True),
        ("sleep", "12.5", True),
        ("sleep", "12.6", False),
        ("sleep", "-0.1", False),
        ("likes", "1_walk", True),
        ("likes", "1_walk rest", True),
        ("likes", "none", True),
        ("likes", "unknown", True),
        ("likes", "rest none", False),
        ("likes", "declined unknown", False),
        ("likes", "1_walk declined", False),
        ("home", "unknown", True),
    ],
)
def test_an_answer_that_cannot_be_is_not_taken(question: str, value: str, *, taken: bool) -> None:
    assert evaluated(row_of(question)["constraint"], {}, value) == taken


def test_what_is_not_taken_is_told_in_words() -> None:
    assert row_of("sleep")[MESSAGE] == "A number from 0 to 12.5, please."
    assert row_of("likes")[MESSAGE] == (
        "Each of these can only be chosen alone: None of these; Don't know; Prefer not to say."
    )
    assert row_of("home")[MESSAGE] == ""


def test_help_is_the_hint_of_its_question() -> None:
    assert row_of("home")[HINT] == "Ask gently."


def test_the_disclaimer_and_whom_to_call_stand_first_and_again_where_danger_is_asked() -> None:
    rows = rows_of(form_of_text(EVERY_KIND))
    assert [(row["type"], row["name"]) for row in rows[1:6]] == [
        ("note", "about_this_form"),
        ("note", "contacts"),
        ("begin_group", "section_home"),
        ("note", "whom_to_call"),
        ("select_one home", "home"),
    ]
    help_first = f"{GET_HELP_FIRST}\n\nThe line: call 555-0100\n\nOn call: ring 7"
    assert rows[1][LABEL] == "For tests.\n\nNot a diagnosis."
    assert rows[2][LABEL] == rows[4][LABEL] == help_first
    assert [row["type"] for row in rows].count("note") == 3


def test_a_note_gives_way_to_a_question_of_its_name() -> None:
    rows = rows_of(form_of_text(EVERY_KIND.replace("id: wishes", "id: contacts")))
    assert [row["name"] for row in rows if row["type"] == "note"] == ["about_this_form", "contacts_2", "whom_to_call"]


def test_only_headers_that_pyxform_knows_are_written() -> None:
    form = form_of_text(EVERY_KIND)
    known = {"type", "name", LABEL, HINT, "relevant", "constraint", MESSAGE, "calculation"}
    assert {*rows_of(form)[0]} == known
    assert {*rows_of(form, "choices")[0]} == {"list_name", "name", LABEL}


def test_a_question_asked_by_points_is_a_problem_that_names_it() -> None:
    (problem,) = problems_of(POINTS)
    assert problem.code == "form-gate"
    assert "`more`" in problem.message
    assert "{sum: {at_least: 2}}" in POINTS.splitlines()[problem.span.line - 1]


@pytest.mark.parametrize("name", ["meta", "instanceID", "Meta"])
def test_a_question_with_a_name_that_odk_needs_is_a_problem(name: str) -> None:
    (problem,) = problems_of(EVERY_KIND.replace("id: wishes", f"id: {name}"))
    assert (problem.code, f"`{name}`" in problem.message) == ("form-name-taken", True)


def test_a_question_that_begins_with_a_digit_is_a_problem() -> None:
    (problem,) = problems_of(EVERY_KIND.replace("id: wishes", "id: 9_wishes"))
    assert problem.code == "form-name"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Any wishes?", '"Any ${wishes}?"'),
        ("label: Rest", 'label: "Rest ${home}"'),
        ("title: Nights", 'title: "${home}"'),
        ("help: Ask gently.", 'help: "Ask ${home}."'),
        ("disclaimer: Not a diagnosis.", 'disclaimer: "${home}"'),
        ("reach: call 555-0100", 'reach: "${home}"'),
        ("intended_use: For tests.", 'intended_use: "${home}"'),
    ],
)
def test_a_text_that_would_be_taken_for_an_expression_is_a_problem_at_its_place(right: str, wrong: str) -> None:
    source = EVERY_KIND.replace(right, wrong)
    (problem,) = problems_of(source)
    assert problem.code == "form-text"
    assert "${" in source.splitlines()[problem.span.line - 1]


@pytest.mark.parametrize("version", ["it's", "'a \"b\"'", "${home}"])
def test_a_version_that_cannot_stand_in_an_expression_is_a_problem(version: str) -> None:
    (problem,) = problems_of(EVERY_KIND.replace("version: 1.2.0", f"version: {version}"))
    assert (problem.code, problem.span.line) == ("form-version", 3)


def test_a_cell_that_is_too_long_is_a_problem_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = max(len(cell) for row in rows_of(form_of_text(EVERY_KIND)) for cell in row.values())
    monkeypatch.setattr(xlsform_checks, "LONGEST_TEXT", longest)
    content_of(form_of_text(EVERY_KIND))
    monkeypatch.setattr(xlsform_checks, "LONGEST_TEXT", longest - 1)
    (problem,) = problems_of(EVERY_KIND)
    assert (problem.code, "`alone`" in problem.message) == ("form-text", True)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("alone", {"name": "home"}),
        ("alone", {"name": "a lone"}),
        ("alone", {"relevant": "${homee} = 'no'"}),
        ("alone", {"relevant": "${alone} = 'some'"}),
        ("alone", {"relevant": "${wishes} != ''"}),
        ("alone", {"relevant": "${home} = 'maybe'"}),
        ("alone", {"relevant": "selected(${likes}, 'talk')"}),
        ("alone", {"type": "select_one nobody"}),
        ("alone", {"type": "text"}),
    ],
)
def test_a_form_that_cannot_be_right_is_never_written(name: str, changes: dict[str, str]) -> None:
    rows, choices = rows_of(form_of_text(EVERY_KIND)), rows_of(form_of_text(EVERY_KIND), "choices")
    check_xlsform(rows, choices)
    with pytest.raises(WrongFormError):
        check_xlsform([row | changes if row["name"] == name else row for row in rows], choices)


def test_a_choice_that_stands_twice_in_its_list_is_never_written() -> None:
    rows, choices = rows_of(form_of_text(EVERY_KIND)), rows_of(form_of_text(EVERY_KIND), "choices")
    with pytest.raises(WrongFormError):
        check_xlsform(rows, [*choices, choices[0]])
