"""A blank form as a FHIR Questionnaire: it shows what the interview asks, and says in each item what FHIR wants."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.blank_forms import EVERY_KIND, POINTS, clashing, every_filling, form_of_text, questionnaire_of
from support.effort import examples
from support.fhir_forms import Coding, ReadForm, Values, response_of
from support.form_walks import Filled, amount_of, as_answers, codes_of, gated, holds, points_in_gates, texts_of, walks
from support.laws import law
from support.naive import Sketch
from support.paths import GOLDEN
from support.questionnaires import ready
from support.scoring import begun
from support.strategies import text_of

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.rows import ScoredRow
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.json_file.open import open_json
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms import fhir_form, stages
from iop_screen.report.blank_forms.checks import WrongFormError
from iop_screen.report.blank_forms.danger import GET_HELP_FIRST
from iop_screen.report.blank_forms.fhir_checks import check_fhir
from iop_screen.report.blank_forms.fhir_form import fhir_questionnaire
from iop_screen.report.blank_forms.form import BlankForm, blank_form

ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
EXTENSION = "http://hl7.org/fhir/StructureDefinition"


def written(form: BlankForm) -> ReadForm:
    content = fhir_questionnaire(form)
    assert isinstance(content, bytes), content
    return ReadForm(content)


def values_of(form: BlankForm, filled: Filled) -> Values:
    """What was filled in, as a FHIR form holds it."""
    prefix = f"urn:iop-screen:{form.compiled.questionnaire.id}"
    reasons = {"unknown": (ABSENT, "asked-unknown"), "declined": (ABSENT, "asked-declined")}
    values: dict[str, frozenset[Coding | Decimal]] = {}
    for question, answer in filled.items():
        codes = {reasons.get(code, (f"{prefix}:{question}", code)) for code in codes_of(answer)}
        number = amount_of(answer)
        values[question] = frozenset(codes if number is None else {number})
    return values


def extensions(part: dict[str, Any]) -> dict[str, Any]:
    """The values of the extensions of a part, by the last word of their address."""
    return {
        each["url"].removeprefix(f"{EXTENSION}/"): next(value for key, value in each.items() if key != "url")
        for each in part.get("extension", [])
    }


def problems_of(form: BlankForm) -> tuple[Problem, ...]:
    content = fhir_questionnaire(form)
    assert not isinstance(content, bytes)
    return content


@pytest.fixture(scope="module")
def _any_depth() -> Iterator[None]:
    """However deep a gate is, it is written."""
    with patch.object(fhir_form, "MOST_STAGES", 10_000), patch.object(stages, "MOST_LISTS", 10_000):
        yield


@pytest.mark.usefixtures("_any_depth")
@law
@given(st.data())
def test_a_question_is_shown_when_its_gate_is_open_and_when_an_interview_would_ask_it(data: st.DataObject) -> None:
    sketch: Sketch = data.draw(gated())
    compiled = ready(text_of(sketch))
    form = blank_form(compiled)
    content = fhir_questionnaire(form)
    if isinstance(content, bytes):
        shows = ReadForm(content).shows
        data.draw(walks(sketch, compiled, form, lambda name, filled: shows(name, values_of(form, filled))))
    else:
        assert {problem.code for problem in content} == {"form-gate"}
        assert [problem.message.split("`")[1] for problem in content] == points_in_gates(sketch)


@settings(law, max_examples=examples(25))
@given(st.data())
def test_what_is_filled_in_comes_back_and_is_read_without_a_mapping(data: st.DataObject) -> None:
    sketch: Sketch = data.draw(gated())
    compiled = ready(text_of(sketch))
    form = blank_form(compiled)
    content = fhir_questionnaire(form)
    if isinstance(content, bytes):
        read = ReadForm(content)
        filled = data.draw(
            walks(sketch, compiled, form, lambda name, so_far: read.shows(name, values_of(form, so_far)))
        )
        if filled:
            response = response_of(read, values_of(form, filled), texts_of(filled))
            (row,) = scored(response, compiled)
            assert (row.id, row.answers, row.problems) == ("f1", as_answers(form, filled), ())


def scored(response: bytes, compiled: CompiledQuestionnaire) -> list[ScoredRow]:
    """The rows of a run over a file of FHIR."""
    sources = [open_json("forms.json", io.BytesIO(response), FileSettings(), compiled) for _ in range(2)]
    first, again = (source for source in sources if not isinstance(source, InputProblem))
    scoring = begun([first], compiled, ScoreSettings(allow_all_missing=True), [again])
    return [row for rows in scoring.row_batches() for row in rows]


def test_each_gate_is_open_for_exactly_the_answers_it_names() -> None:
    form = form_of_text(EVERY_KIND)
    gates = {question.id: question.gate for question in form.questions}
    read = written(form)
    shown = [(name, filled, read.shows(name, values_of(form, filled))) for name, filled in every_filling()]
    assert shown == [(name, filled, holds(gates[name], filled)) for name, filled in every_filling()]
    assert {(name, opened) for name, _, opened in shown} == set(product(("dreams", "alone", "tired"), (True, False)))


@settings(law, max_examples=examples(25))
@given(clashing())
def test_every_name_is_there_once_and_every_question_keeps_its_own(sections: dict[str, list[str]]) -> None:
    content = fhir_questionnaire(form_of_text(questionnaire_of(sections)))
    assert isinstance(content, bytes)
    names = re.findall(r'"linkId": "(.*)"', content.decode())
    assert len(names) == len(set(names))
    paths = ReadForm(content).paths
    questions = [each for questions in sections.values() for each in questions]
    assert [paths[each][-1]["type"] for each in questions] == ["choice"] * len(questions)
    assert len([path for path in paths.values() if path[-1]["type"] == "group"]) == len(sections)


def test_the_whole_form_is_as_it_was_looked_at() -> None:
    content = fhir_questionnaire(form_of_text(EVERY_KIND))
    assert isinstance(content, bytes)
    assert content.decode() == (GOLDEN / "blank-form.fhir.json").read_text()


def test_the_default_questionnaire_is_written_with_each_of_its_questions(compiled: CompiledQuestionnaire) -> None:
    form = blank_form(compiled)
    items = written(form).paths
    assert {question.id for question in form.questions} <= {*items}


def test_every_question_keeps_its_id_and_only_a_section_of_the_same_name_gets_another() -> None:
    paths = written(form_of_text(EVERY_KIND)).paths
    assert [item["linkId"] for item in paths["home"]] == ["section_home", "home"]
    assert [item["linkId"] for item in paths["sleep"]] == ["nights", "sleep"]


def test_the_form_says_which_questionnaire_it_was_made_from() -> None:
    form = form_of_text(EVERY_KIND)
    resource = written(form).resource
    assert resource["url"] == "urn:iop-screen:small"
    assert resource["version"] == f"1.2.0+{form.compiled.hash12}"
    assert resource["status"] == "draft"


@pytest.mark.parametrize(
    ("question", "kind", "repeats"),
    [
        ("home", "choice", False),
        ("likes", "choice", True),
        ("sleep", "decimal", False),
        ("alone", "choice", False),
        ("wishes", "text", False),
    ],
)
def test_each_type_of_question_has_its_type_of_item(question: str, kind: str, *, repeats: bool) -> None:
    item = written(form_of_text(EVERY_KIND)).item(question)
    assert (item["type"], item.get("repeats", False)) == (kind, repeats)


def test_a_choice_has_its_options_and_the_reasons_of_hl7_for_no_answer() -> None:
    item = written(form_of_text(EVERY_KIND)).item("likes")
    assert [option["valueCoding"] for option in item["answerOption"]] == [
        {"system": "urn:iop-screen:small:likes", "code": "1_walk", "display": 'Walks & "talks"'},
        {"system": "urn:iop-screen:small:likes", "code": "rest", "display": "Rest"},
        {"system": "urn:iop-screen:small:likes", "code": "none", "display": "None of these"},
        {"system": ABSENT, "code": "asked-unknown", "display": "Don't know"},
        {"system": ABSENT, "code": "asked-declined", "display": "Prefer not to say"},
    ]
    alone = [extensions(option).get("questionnaire-optionExclusive", False) for option in item["answerOption"]]
    assert alone == [False, False, True, True, True]


def test_a_number_has_its_bounds_as_written() -> None:
    item = written(form_of_text(EVERY_KIND)).item("sleep")
    assert extensions(item) == {"minValue": 0, "maxValue": Decimal("12.5")}


def test_help_stands_under_its_question_and_is_marked_as_help() -> None:
    (help_item,) = written(form_of_text(EVERY_KIND)).item("home")["item"]
    assert (help_item["linkId"], help_item["type"], help_item["text"]) == ("home:help", "display", "Ask gently.")
    assert extensions(help_item)["questionnaire-itemControl"]["coding"][0]["code"] == "help"


def test_what_it_is_for_the_disclaimer_and_whom_to_call_stand_first_and_again_where_danger_is_asked() -> None:
    form = written(form_of_text(EVERY_KIND))
    top = [(item["linkId"], item["text"]) for item in form.resource["item"] if item["type"] == "display"]
    assert top == [
        ("form:intended-use", "For tests."),
        ("form:disclaimer", "Not a diagnosis."),
        ("form:first-contacts-1", GET_HELP_FIRST),
        ("form:first-contacts-2", "The line: call 555-0100"),
        ("form:first-contacts-3", "On call: ring 7"),
    ]
    inside = [(item["linkId"], item["text"]) for item in form.item("section_home")["item"]]
    assert inside[:3] == [(link_id.replace("form:first-", "home:"), text) for link_id, text in top[2:]]
    assert inside[3][0] == "home"
    assert [link_id for link_id in form.paths if link_id.endswith("contacts-1")] == [
        "form:first-contacts-1",
        "home:contacts-1",
    ]


def test_no_text_to_read_has_line_ends_that_a_system_may_show_as_blanks(compiled: CompiledQuestionnaire) -> None:
    items = [path[-1] for path in written(blank_form(compiled)).paths.values()]
    assert [item["linkId"] for item in items if item["type"] == "display" and "\n" in item["text"]] == []


def test_no_item_is_ever_required_and_behavior_is_always_written(compiled: CompiledQuestionnaire) -> None:
    items = [path[-1] for path in written(blank_form(compiled)).paths.values()]
    assert not any("required" in item for item in items)
    assert {"enableWhen" in item for item in items if "enableBehavior" not in item} == {False}
    assert any("enableBehavior" in item for item in items)


def test_parts_that_must_all_hold_become_groups_around_the_question() -> None:
    form = written(form_of_text(EVERY_KIND))
    around, inner = form.paths["alone"][-2:]
    assert around["linkId"] == "alone:when-1"
    assert [test["question"] for test in around["enableWhen"]] == ["home"] * 3
    assert [test["question"] for test in inner["enableWhen"]] == ["sleep", "dreams", "dreams", "dreams"]
    assert inner["enableWhen"][0] == {"question": "sleep", "operator": "<=", "answerDecimal": Decimal("4.5")}
    assert {around["enableBehavior"], inner["enableBehavior"]} == {"any"}


def test_a_question_asked_by_points_is_a_problem_that_names_it() -> None:
    (problem,) = problems_of(form_of_text(POINTS))
    assert problem.code == "form-gate"
    assert "`more`" in problem.message
    assert "{sum: {at_least: 2}}" in POINTS.splitlines()[problem.span.line - 1]


@pytest.mark.parametrize(("module", "bound", "value"), [(fhir_form, "MOST_STAGES", 1), (stages, "MOST_LISTS", 0)])
def test_a_gate_that_is_too_deep_is_a_problem_and_never_a_wrong_form(
    module: Any, bound: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, bound, value)
    (problem,) = problems_of(form_of_text(EVERY_KIND))
    assert "`alone`" in problem.message


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"linkId": "sleep"', '"linkId": "home"'),
        ('"linkId": "sleep"', '"linkId": "a sleep"'),
        ('"question": "sleep"', '"question": "sleeep"'),
        ('"question": "sleep"', '"question": "wishes"'),
        ('"question": "sleep"', '"question": "alone"'),
        ('"code": "rest",', '"code": "1_walk",'),
        ('"type": "decimal"', '"type": "zzz"'),
        ('"type": "text"', '"type": "choice"'),
        ('"enableBehavior": "any"', '"enableBehaviour": "any"'),
        ('"type": "text"', '"type": "text", "required": true'),
        ('"type": "text"', '"type": "group"'),
        ('"code": "yes"\n                  }', '"code": "maybe"\n                  }'),
    ],
)
def test_a_form_that_cannot_be_right_is_never_written(right: str, wrong: str) -> None:
    content = fhir_questionnaire(form_of_text(EVERY_KIND))
    assert isinstance(content, bytes)
    assert right in content.decode()
    check_fhir(content)
    with pytest.raises(WrongFormError):
        check_fhir(content.decode().replace(right, wrong).encode())
