"""The REDCap data dictionary: its columns, its fields, when each is shown, and what it cannot say."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.filled_forms import reads_points, shown_in_order, sketches_without_points, without_words_for_numbers
from support.laws import law
from support.naive import Sheet, Sketch
from support.questionnaires import HEADER, ready
from support.redcap_logic import Record, is_shown
from support.scoring import scored_bytes
from support.strategies import answers_to, form_of, sheets, sketches, text_of

from iop_screen.engine.answer_batch import Answers, asked_indexes, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from iop_screen.report.blank_forms import redcap
from iop_screen.report.blank_forms.checks import Read, WrittenItem, WrongFormError
from iop_screen.report.blank_forms.form import blank_form
from iop_screen.report.blank_forms.redcap import redcap_dictionary
from iop_screen.report.score_output import csv_text

NAME = "Variable / Field Name"
CHOICES = "Choices, Calculations, OR Slider Labels"
BRANCHING = "Branching Logic (Show field only if...)"
HEADER_LINE = (
    'Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"Choices, Calculations, OR Slider Labels",'
    "Field Note,Text Validation Type OR Show Slider Number,Text Validation Min,Text Validation Max,Identifier?,"
    "Branching Logic (Show field only if...),Required Field?,Custom Alignment,Question Number (surveys only),"
    "Matrix Group Name,Matrix Ranking?,Field Annotation"
)
ALL_KINDS = f"""{HEADER}
sections:
  - id: home
    title: At home
    questions:
      - {{id: home, ask: "Calm,\\nat home?", help: Read it out., role: context, type: yes_no}}
      - id: drugs
        ask: Which drugs?
        role: context
        type: multiple
        options:
          - {{id: beer, label: "Beer, wine"}}
          - {{id: pills, label: Pills}}
          - {{id: no, label: No, exclusive: true}}
      - {{id: days, ask: How many days?, role: context, type: number, min: -1.5, max: 30}}
  - id: more
    title: More
    questions:
      - {{id: notes, ask: What else?, role: context, type: text, ask_when: {{days: {{at_least: 2.5}}}}}}
      - {{id: hurt, ask: Hurt?, role: risk, type: yes_no, worse: yes}}
      - id: sleep
        ask: Sleep?
        role: context
        type: yes_no
        ask_when: {{home: yes, any: [{{drugs: beer}}, {{days: {{at_most: 3}}}}]}}
rules:
  - {{id: r, when: {{hurt: yes}}, first_step: help_now, because: So.}}
  - {{id: s, when: {{home: yes}}, level: stay, because: So.}}
"""


def rows(compiled: CompiledQuestionnaire) -> dict[str, dict[str, str]]:
    """The rows of the dictionary by the names of their fields."""
    written = redcap_dictionary(blank_form(compiled))
    assert isinstance(written, bytes), [problem.message for problem in written]
    read = [*csv.DictReader(io.StringIO(written.decode(), newline=""))]
    assert len({row[NAME] for row in read}) == len(read)
    return {row[NAME]: row for row in read}


def filled(row: dict[str, str]) -> dict[str, str]:
    """What stands in a row beside its name and that of its instrument."""
    return {name: cell for name, cell in row.items() if cell and name not in {NAME, "Form Name"}}


def test_the_header_is_the_one_that_redcap_looks_for(compiled: CompiledQuestionnaire) -> None:
    written = redcap_dictionary(blank_form(compiled))
    assert isinstance(written, bytes)
    assert written.decode().splitlines()[0] == HEADER_LINE
    assert {len(row) for row in csv.reader(io.StringIO(written.decode(), newline=""))} == {18}


def test_each_kind_of_question_is_a_field_of_its_type() -> None:
    compiled = ready(ALL_KINDS)
    fields = rows(compiled)
    assert [*fields] == [
        *("record_id", "iop_screen_form", "about_this_form"),
        *("home", "drugs", "days", "notes", "whom_to_call", "hurt", "sleep"),
    ]
    assert {row["Form Name"] for row in fields.values()} == {"small"}
    assert filled(fields["home"]) == {
        "Section Header": "At home",
        "Field Type": "radio",
        "Field Label": "Calm, at home?",
        "Field Note": "Read it out.",
        CHOICES: "no, No | yes, Yes | unknown, Don't know | declined, Prefer not to say",
    }
    assert filled(fields["drugs"]) == {
        "Field Type": "checkbox",
        "Field Label": "Which drugs?",
        CHOICES: "beer, Beer, wine | pills, Pills | no, No | unknown, Don't know | declined, Prefer not to say",
        "Field Annotation": "@NONEOFTHEABOVE='no,unknown,declined'",
    }
    assert filled(fields["days"]) == {
        "Field Type": "text",
        "Field Label": "How many days?",
        "Text Validation Type OR Show Slider Number": "number",
        "Text Validation Min": "-1.5",
        "Text Validation Max": "30",
        "Field Annotation": "@FORCE-MINMAX",
    }
    assert filled(fields["notes"]) == {
        "Section Header": "More",
        "Field Type": "notes",
        "Field Label": "What else?",
        "Identifier?": "y",
        BRANCHING: "[days] <> '' and [days] >= 2.5",
    }
    assert fields["sleep"][BRANCHING] == (
        "([home] = 'yes' or [home] = 'unknown' or [home] = 'declined') and "
        "(([drugs(beer)] = '1' or [drugs(unknown)] = '1' or [drugs(declined)] = '1') or "
        "([days] <> '' and [days] <= 3))"
    )


def test_each_record_carries_the_stamp_of_the_questionnaire(compiled: CompiledQuestionnaire) -> None:
    fields = rows(compiled)
    assert fields["iop_screen_form"]["Field Annotation"] == f"@HIDDEN @DEFAULT='{compiled.stamp}'"
    assert len({row["Form Name"] for row in fields.values()}) == 1  # a default is saved with its own instrument only


def test_whom_to_call_stands_first_and_before_danger_is_asked(compiled: CompiledQuestionnaire) -> None:
    fields = rows(compiled)
    names = [*fields]
    assert names[:3] == ["record_id", "iop_screen_form", "about_this_form"]
    assert names[names.index("emergency_now") - 1] == "whom_to_call"
    assert fields["whom_to_call"]["Section Header"] == "Safety"
    assert names[names.index("ed_body") - 1] == "whom_to_call_2"
    for name in ("about_this_form", "whom_to_call", "whom_to_call_2"):
        assert fields[name]["Field Type"] == "descriptive"
        assert "Lifeline: call or text 988" in fields[name]["Field Label"]
    assert str(compiled.questionnaire.disclaimer) in fields["about_this_form"]["Field Label"]


def test_every_text_of_a_question_is_there(compiled: CompiledQuestionnaire) -> None:
    fields = rows(compiled)
    for question in compiled.questions:
        assert fields[question.id]["Field Label"] == " ".join(question.ask.split())
        assert fields[question.id]["Field Note"] == " ".join((question.help or "").split())
        for option in question.options_listed:
            assert f"{option.id}, {option.label}" in fields[question.id][CHOICES].split(" | ")


def test_what_was_written_is_read_back_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[WrittenItem] = []
    monkeypatch.setattr(redcap, "check_written", lambda items, _: checked.extend(items))
    rows(ready(ALL_KINDS))
    items = {item.name: item for item in checked}
    assert [*items] == [*rows(ready(ALL_KINDS))]
    assert items["drugs"].choices == ("beer", "pills", "no", "unknown", "declined")
    assert {*items["notes"].reads} == {Read("days")}
    said = ("unknown", "declined")
    named = {Read("home", code) for code in ("yes", *said)} | {Read("drugs", code) for code in ("beer", *said)}
    assert {*items["sleep"].reads} == {*named, Read("days")}


def test_a_dictionary_that_is_wrong_is_given_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redcap, "_branching", lambda *_: "[hurt] = 'yes'")
    with pytest.raises(WrongFormError, match="notes reads hurt, which does not stand further up"):
        redcap_dictionary(blank_form(ready(ALL_KINDS)))


# ---------------------------------------------------------------------- what cannot be said


SCORED = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - id: low
        ask: Low?
        role: risk
        type: choice
        options: [{{id: no, label: No, points: 0}}, {{id: yes, label: Yes, points: 2}}]
      - id: more
        ask: More?
        role: context
        type: yes_no
        ask_when: {{any: [{{low: yes}}, {{sum: {{at_least: 1}}}}]}}
scores: [{{id: sum, title: S, add: [low]}}]
rules: [{{id: r, when: {{low: yes}}, level: stay, because: So.}}]
"""


def problems_of(source: str) -> list[tuple[str, str]]:
    """The code of each problem, and what stands at its place in the file."""
    written = redcap_dictionary(blank_form(ready(source)))
    assert not isinstance(written, bytes)
    lines = source.splitlines()
    return [
        (problem.code, lines[problem.span.line - 1][problem.span.column - 1 :].lstrip('"').split(",")[0])
        for problem in written
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "there"),
    [
        ("id: notes", "id: 2notes", "form-name", "2notes"),
        ("id: notes", "id: redcap_notes", "form-name-taken", "redcap_notes"),
        ("id: pills", "id: pills-a", "form-choice", "Pills}"),
        ("label: Pills", 'label: "Pills | pads"', "form-text", 'Pills | pads"}'),
        ("label: Pills", 'label: "Pills [days]"', "form-text", 'Pills [days]"}'),
        ("label: Pills", 'label: "Pills <b>"', "form-text", 'Pills <b>"}'),
        ("ask: What else?", 'ask: "A &amp; B?"', "form-text", 'A &amp; B?"'),
        ("ask: What else?", 'ask: "Else, [days]?"', "form-text", "Else"),
        ("ask: What else?", 'ask: "{days}?"', "form-text", '{days}?"'),
        ("help: Read it out.", "help: Below < 5", "form-text", "Below < 5"),
        ("title: At home", "title: At <home", "form-text", "At <home"),
        ("disclaimer: Made up.", "disclaimer: Made <up>.", "form-text", "Made <up>."),
        ("intended_use: For tests.", "intended_use: For [tests].", "form-text", "For [tests]."),
        ("version: 1.0.0", 'version: "it\'s 1"', "form-version", "it's 1\""),
    ],
)
def test_what_redcap_cannot_say_is_a_problem_at_its_place(old: str, new: str, code: str, there: str) -> None:
    source = ALL_KINDS.replace(old, new)
    assert source != ALL_KINDS
    assert problems_of(source) == [(code, there)]


def test_a_gate_by_points_is_a_problem_where_it_stands() -> None:
    assert problems_of(SCORED) == [("form-gate", "sum: {at_least: 1}}]}")]


def test_all_problems_are_told_together() -> None:
    source = ALL_KINDS.replace("title: At home", "title: At <home").replace("1.0.0", '"a b"').replace("pills,", "p.q,")
    assert {code for code, _ in problems_of(source)} == {"form-text", "form-version", "form-choice"}


@pytest.mark.parametrize(
    ("identity", "questions", "name"),
    [
        ("small", ["days"], "small"),
        ("Level-of.Care", ["days"], "level_of_care"),
        ("2nd", ["days"], "form_2nd"),
        ("__", ["days"], "form"),
        ("small", ["small_complete"], "small_2"),
        ("small", ["small_timestamp", "small_2_return_code"], "small_3"),
        ("s" * 64, ["days"], "s" * 50),
        ("redcap_form", ["days"], "form_redcap_form"),
    ],
)
def test_the_instrument_has_a_name_that_makes_no_name_of_a_question(
    identity: str, questions: list[str], name: str
) -> None:
    asked = ", ".join(f"{{id: {each}, ask: A?, role: risk, type: yes_no, worse: no}}" for each in questions)
    compiled = ready(
        f"{HEADER.replace('id: small', f'id: {identity}')}"
        f"sections: [{{id: all, title: All, questions: [{asked}]}}]\n"
        f"rules: [{{id: r, when: {{{questions[0]}: no}}, level: stay, because: So.}}]\n"
    )
    assert {row["Form Name"] for row in rows(compiled).values()} == {name}


# ---------------------------------------------------------------------- when a field is shown


def field(answer: Answer, kind: str) -> str | frozenset[str]:
    """What somebody puts into a field; other reasons for no answer than the two on the form leave it blank."""
    match answer:
        case Chosen(options) if kind == "checkbox":
            return options
        case Chosen(options):
            return next(iter(options))
        case Amount(number):
            return f"{number:f}"
        case Words(text):
            return text
        case MissingReason.UNKNOWN | MissingReason.DECLINED if kind in {"radio", "checkbox"}:
            return frozenset({answer.value}) if kind == "checkbox" else str(answer.value)
        case MissingReason():
            return frozenset() if kind == "checkbox" else ""


def filled_in(fields: dict[str, dict[str, str]], sheet: Sheet) -> Record:
    """A form that somebody fills in from its top down; a field that is not shown stays blank."""
    record: dict[str, str | frozenset[str]] = {}
    for name, answer in sheet.items():
        if is_shown(fields[name][BRANCHING], record):
            record[name] = field(answer, fields[name]["Field Type"])
    return record


@law
@given(st.data())
def test_a_field_is_shown_when_its_question_would_be_asked(data: st.DataObject) -> None:
    sketch = data.draw(sketches_without_points())
    sheet = without_words_for_numbers(sketch, data.draw(sheets(sketch)))
    record = filled_in(rows(ready(text_of(sketch))), sheet)
    assert [*record] == shown_in_order(sketch, sheet)


@law
@given(st.data())
def test_where_all_is_answered_a_field_is_shown_when_the_interview_asks(data: st.DataObject) -> None:
    sketch = data.draw(sketches_without_points())
    compiled = ready(text_of(sketch))
    sheet = {question.id: data.draw(answers_to(question)) for question in sketch.questions}
    asked = asked_indexes(compiled, set_aside(compiled, form_of(sketch, sheet)))
    assert [*filled_in(rows(compiled), sheet)] == [compiled.questions[index].id for index in asked]


@law
@given(st.data())
def test_a_questionnaire_that_adds_points_up_to_ask_is_never_written(data: st.DataObject) -> None:
    sketch: Sketch = data.draw(sketches())
    written = redcap_dictionary(blank_form(ready(text_of(sketch))))
    assert isinstance(written, bytes) != any(reads_points(sketch, question) for question in sketch.questions)


@law
@given(st.data())
def test_what_is_filled_in_and_exported_is_read_as_it_was_meant(data: st.DataObject) -> None:
    sketch = data.draw(sketches_without_points(multiple=False))
    compiled = ready(text_of(sketch))
    sheet, fields = data.draw(sheets(sketch)), rows(compiled)
    record = filled_in(fields, sheet)
    export = csv_text([["id", *compiled.indexes], ["7", *(record.get(name, "") for name in compiled.indexes)]])
    (row,) = scored_bytes(export.encode(), compiled, allow_all_missing=False)
    meant = tuple(sheet[name] if record.get(name) else MissingReason.MISSING for name in compiled.indexes)
    assert row.answers == Answers(meant)
