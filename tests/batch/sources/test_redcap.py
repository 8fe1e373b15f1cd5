"""An export of REDCap, raw or with labels, is scored as the same forms in a plain CSV file are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mapped import COMPILED, QUESTIONNAIRE
from support.mapped import mapping as mapping_of
from support.pollution import CODED
from support.questionnaires import ready
from support.redcap import HEADER, Form, csv_file, dictionary_file, field, write_redcap
from support.running import Run
from support.scoring import scored_bytes

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.mapping.model import Mapping
from iop_screen.batch.redcap_settings import by_dictionary
from iop_screen.batch.rows import ExcludedRow, ScoredRow
from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import open_csv
from iop_screen.batch.sources.redcap import source as redcap_source
from iop_screen.batch.sources.redcap.dictionary import Dictionary, read_dictionary
from iop_screen.batch.sources.redcap.meanings import choice_meaning
from iop_screen.batch.sources.redcap.source import RedcapSource, open_redcap
from iop_screen.batch.sources.redcap.texts import Choice
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.cli.resuming import asked_of
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Amount, Answer, MissingReason, chosen

RADIO = "none, No thoughts|passive, Passive | 3,A plan"
CONCERNS = "substances, Alcohol | eating, Eating, purging or weight | none, None of these | declined, Prefer not to say"
FIELDS = (
    field("record_id", "intake", "text", "Record"),
    field("thoughts", "intake", "radio", "Thoughts of death?", RADIO),
    field("seizures", "intake", "yesno", "Seizures?"),
    field("sober", "body", "truefalse", "Sober <b>today</b>?"),
    field("hint", "body", "descriptive", "Read this aloud"),
    field("concerns", "body", "checkbox", "What brings them?", CONCERNS),
    field("nights", "body", "text", "How many nights?"),
    field("note", "other", "notes", "Seizures?"),
)
"""Two fields have the same label, and one of them is no question."""

RAW = (
    "record_id", "thoughts", "seizures", "intake_complete", "sober", "concerns___substances", "concerns___eating",
    "concerns___none", "concerns___declined", "nights", "body_complete", "note", "other_complete",
)  # fmt: skip
LABELS = (
    "Record", "Thoughts of death?", "Seizures?", "Complete?", "Sober today?", "What brings them? (choice=Alcohol)",
    "What brings them? (choice=Eating, purging or weight)", "What brings them? (choice=None of these)",
    "What brings them? (choice=Prefer not to say)", "How many nights?", "Complete?", "Seizures?", "Complete?",
)  # fmt: skip


def dictionary(fields: Iterable[dict[str, str]] = FIELDS) -> Dictionary:
    found = read_dictionary("dictionary.csv", dictionary_file(fields))
    assert isinstance(found, Dictionary), found
    return found


def opened(
    export: bytes, fields: Iterable[dict[str, str]] = FIELDS, mapping: Mapping | None = None
) -> RedcapSource | InputProblem:
    source = open_csv("export.csv", io.BytesIO(export), FileSettings())
    assert not isinstance(source, InputProblem), source
    return open_redcap(source, dictionary(fields), COMPILED, mapping)


def scoring_of(
    export: bytes, fields: Iterable[dict[str, str]] = FIELDS, mapping: Mapping | None = None, *, lacking: bool = True
) -> Scoring:
    """A run over one export; with `lacking`, questions need no column."""
    source = opened(export, fields, mapping)
    assert isinstance(source, RedcapSource), source
    asked = ScoreSettings(mapping=mapping, allow_all_missing=lacking)
    with_dictionary = by_dictionary(asked, dictionary(fields), [source], COMPILED)
    assert isinstance(with_dictionary, ScoreSettings), with_dictionary
    scoring = open_scoring([source], COMPILED, with_dictionary)
    assert isinstance(scoring, Scoring), scoring
    return scoring


def rows(export: bytes, fields: Iterable[dict[str, str]] = FIELDS, mapping: Mapping | None = None) -> list[ScoredRow]:
    scoring = scoring_of(export, fields, mapping)
    found = [row for batch in scoring.row_batches() for row in batch]
    assert scoring.adds_up
    return found


def values_of(row: ScoredRow) -> tuple[Answer, ...]:
    assert row.answers is not None
    return row.answers.values


def answers(
    question: str, export: bytes, fields: Iterable[dict[str, str]] = FIELDS, mapping: Mapping | None = None
) -> list[Answer]:
    """The answers to one question in all rows."""
    index = COMPILED.index_of(question)
    return [values_of(row)[index] for row in rows(export, fields, mapping)]


def one_field(kind: str, choices: str, question: str, *cells: str, labels: bool = False) -> list[Answer]:
    """The answers to one question that is the only field beside the id; the form is complete."""
    fields = [field("id_no", "f", "text", "No"), field(question, "f", kind, "The question", choices)]
    head = ["No", "The question", "Complete?"] if labels else ["id_no", question, "f_complete"]
    complete = "Complete" if labels else "2"
    return answers(question, csv_file([head, *([str(n), cell, complete] for n, cell in enumerate(cells))]), fields)


def raw(**cells: str) -> list[str]:
    """One raw row; boxes that are not named are not ticked, what else is not named is blank."""
    return [cells.get(name, "0" if "___" in name or name.endswith("_complete") else "") for name in RAW]


def raw_file(*lines: Sequence[str]) -> bytes:
    return csv_file([RAW, *lines])


MISSING, DECLINED, UNREADABLE = MissingReason.MISSING, MissingReason.DECLINED, MissingReason.UNREADABLE

# ------------------------------------------------------------------ the same as a plain file

PLAIN = ("id", *(str(question.id) for question in COMPILED.questions))


def cells_of(question: str) -> st.SearchStrategy[str]:
    """What a plain file may have in the column of a question."""
    found = COMPILED.questions[COMPILED.index_of(question)]
    reasons = ["", "unknown", "declined"]
    if found.number_range is not None or found.is_free_text:
        return st.sampled_from(["0", "3", "30", *reasons])
    ids = [str(each) for each in found.answer_ids()]
    if not found.allows_multiple:
        return st.sampled_from([*ids, *reasons])
    alone = [option for option in ids if option == "none"]
    several = st.lists(st.sampled_from([each for each in ids if each not in alone]), min_size=1, unique=True)
    return st.sampled_from([*alone, *reasons]) | several.map(";".join)


FORMS = st.lists(st.fixed_dictionaries({name: cells_of(name) for name in PLAIN[1:]}), min_size=1, max_size=8)


@settings(max_examples=30)
@given(FORMS, st.booleans(), st.booleans())
def test_raw_labels_and_plain_csv_are_scored_alike_row_by_row(
    forms: list[Form],
    labels: bool,  # noqa: FBT001 - drawn
    numbered: bool,  # noqa: FBT001
) -> None:
    forms = [{"id": f"P{number}", **form} for number, form in enumerate(forms)]
    explained, export = write_redcap(COMPILED, forms, labels=labels, numbered=numbered)
    with_fields = [dict(zip(HEADER, row, strict=True)) for row in csv.reader(io.StringIO(explained.decode()))][1:]
    plain = scored_bytes(csv_file([PLAIN, *([form[name] for name in PLAIN] for form in forms)]), COMPILED)
    assert [_told(row) for row in rows(export, with_fields)] == [_told(row) for row in plain]


def _told(row: ScoredRow) -> tuple[object, ...]:
    return row.id, row.answers, row.result, row.problems


def test_raw_and_labels_are_told_apart_by_their_header() -> None:
    one = raw(record_id="7", thoughts="3", seizures="1", sober="0", concerns___eating="1", nights="4")
    labelled = ["7", "A plan", "Yes", "Complete", "False", "Unchecked", "Checked", "Unchecked", "Unchecked", "4"]
    labelled += ["Incomplete", "", "Incomplete"]
    first, second = (rows(each) for each in (raw_file(one), csv_file([LABELS, labelled])))
    assert first[0].answers == second[0].answers
    assert values_of(first[0])[1:6] == (
        chosen("plan"), chosen("yes"), chosen("no"), chosen("eating"), Amount(Decimal(4))
    )  # fmt: skip


def test_a_file_with_names_of_fields_and_labels_in_its_cells_is_read() -> None:
    one = ["7", "A plan", "Yes", "Complete", "", *["Unchecked"] * 4, "", "Incomplete", "", "Incomplete"]
    assert answers("thoughts", csv_file([RAW, one])) == [chosen("plan")]


def test_boxes_tell_the_kind_of_a_file_that_has_nothing_else() -> None:
    places = [RAW.index(name) for name in ("record_id", "thoughts", "concerns___eating")]
    head, line = [RAW[place] for place in places], ["7", "A plan", "Checked"]
    assert answers("thoughts", csv_file([head, line])) == [chosen("plan")]


def test_codes_below_labels_in_the_header_are_read() -> None:
    export = csv_file([LABELS, raw(record_id="7", thoughts="3", intake_complete="2")])
    assert answers("thoughts", export) == [chosen("plan")]


def test_a_file_with_codes_and_labels_is_refused() -> None:
    found = opened(raw_file(raw(intake_complete="2"), raw(intake_complete="Complete")))
    assert isinstance(found, InputProblem)
    assert found.code == "mixed-export"


# ------------------------------------------------------------------ what a code means


@pytest.mark.parametrize(
    ("kind", "choices", "cells", "wanted"),
    [
        ("yesno", "", ["1", "0", ""], [chosen("yes"), chosen("no"), MISSING]),
        ("truefalse", "", ["1", "0"], [chosen("yes"), chosen("no")]),
        ("radio", "1, 0 = No | 2, 1 = Yes", ["1", "2"], [chosen("no"), chosen("yes")]),
        ("radio", "0, Yes | 1, No", ["1", "0"], [chosen("no"), chosen("yes")]),
        ("dropdown", "YES, Sure | NO, Not", ["YES", "no"], [UNREADABLE, UNREADABLE]),
        ("dropdown", "yes, Sure | no, Not", ["YES", "no"], [chosen("yes"), chosen("no")]),
        ("radio", "1,Yes|0,No|2,", ["1", "2"], [chosen("yes"), UNREADABLE]),
        ("radio", "1, <b>Yes</b> | 0, <i>No</i>", ["1", "0"], [chosen("yes"), chosen("no")]),
        ("radio", "no, Yes | yes, No", ["no", "yes"], [UNREADABLE, UNREADABLE]),
        ("radio", "1, Yes | 01, No", ["1"], [UNREADABLE]),
        ("radio", "1, Yes | 0, No | 9, Not asked", ["9"], [UNREADABLE]),
        ("radio", "1, Yes | 0, No | declined, Rather not", ["declined"], [DECLINED]),
        ("radio", "1, Yes | 0, No", ["Yes"], [UNREADABLE]),
        ("calc", "if([a] = 1, 1, 0)", ["1"], [UNREADABLE]),
        ("sql", "select 1, 'Yes'", ["yes"], [UNREADABLE]),
        ("text", "", ["Yes", "1"], [chosen("yes"), UNREADABLE]),
    ],
)
def test_a_code_means_what_the_dictionary_says(kind: str, choices: str, cells: list[str], wanted: list[Answer]) -> None:
    assert one_field(kind, choices, "seizures", *cells) == wanted


@pytest.mark.parametrize(
    ("choices", "raw_means", "label_means"),
    [("2, 1 = Yes | 1, 0 = No", [chosen("no")], [UNREADABLE]), ("0, Yes | Yes, No", [chosen("no")], [chosen("yes")])],
)
def test_a_text_that_is_a_code_and_a_label_is_read_as_the_export_has_it(
    choices: str, raw_means: list[Answer], label_means: list[Answer]
) -> None:
    text = "Yes" if "Yes, No" in choices else "1"
    assert one_field("radio", choices, "seizures", text) == raw_means
    assert one_field("radio", choices, "seizures", text, labels=True) == label_means


@pytest.mark.parametrize(
    ("kind", "choices", "cells", "wanted"),
    [
        ("text", "", ["4", "more", "31", ""], [Amount(Decimal(4)), UNREADABLE, UNREADABLE, MISSING]),
        ("slider", "none | half | all", ["4"], [Amount(Decimal(4))]),
        ("calc", "[a] + 1", ["4"], [Amount(Decimal(4))]),
        ("dropdown", "0, 0 | 5, 5", ["5"], [Amount(Decimal(5))]),
        ("dropdown", "0, None | 1, One to ten", ["1"], [UNREADABLE]),
    ],
)
def test_a_number_is_read_where_the_cell_is_the_number(
    kind: str, choices: str, cells: list[str], wanted: list[Answer]
) -> None:
    assert one_field(kind, choices, "nights", *cells) == wanted


def test_a_column_that_the_dictionary_lacks_is_told_and_no_answer_in_it_is_taken() -> None:
    fields = [each for each in FIELDS if each[HEADER[0]] != "seizures"]
    export = raw_file(raw(record_id="1", seizures="1", intake_complete="2"))
    source = opened(export, fields)
    assert isinstance(source, RedcapSource)
    assert "columns that the data dictionary does not have: 'seizures'" in source.remarks
    assert answers("seizures", export, fields) == [UNREADABLE]


CODED_ITEM = ready(CODED).questions[0]
"""A question whose options are 0 to 3, each with a label such as `Level 0`."""


@pytest.mark.parametrize(
    ("code", "label", "wanted"),
    [
        ("1", "Level 1", "1"),
        ("1", "Level 0", "0"),
        ("1", "1", "1"),
        ("1", "Several days", None),
        ("0", "Nearly every day", None),
        ("unknown", "Not known", MissingReason.UNKNOWN),
        ("level_1", "Level 1", "1"),
        ("level_1", "", None),
    ],
)
def test_a_number_that_another_form_may_count_otherwise_means_nothing_alone(
    code: str, label: str, wanted: str | MissingReason | None
) -> None:
    assert choice_meaning(Choice(code, label), CODED_ITEM) == wanted


@pytest.mark.parametrize(
    ("code", "label", "wanted"),
    [
        ("no", "Not at all in that time", "no"),
        ("no", "Has a plan", None),
        ("no", "Yes, at times", None),
        ("no", "Don't know", None),
        ("danger", "No, not now", None),
        ("declined", "Yes", MissingReason.DECLINED),
    ],
)
def test_a_code_with_the_words_of_another_choice_means_nothing(
    code: str, label: str, wanted: str | MissingReason | None, compiled: CompiledQuestionnaire
) -> None:
    (suicide,) = (question for question in compiled.questions if question.id == "suicide")
    assert choice_meaning(Choice(code, label), suicide) == wanted


@pytest.mark.parametrize(
    ("name", "code", "label"),
    [("medical", "not_stable", "No, not under control"), ("home", "not_safe", "No es seguro")],
)
def test_a_code_keeps_its_meaning_if_its_words_only_put_it_another_way(
    name: str, code: str, label: str, compiled: CompiledQuestionnaire
) -> None:
    (asked,) = (question for question in compiled.questions if question.id == name)
    assert choice_meaning(Choice(code, label), asked) == code


# ------------------------------------------------------------------ boxes


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({}, MISSING),
        ({"body_complete": "2"}, MISSING),
        ({"concerns___eating": "1"}, chosen("eating")),
        ({"concerns___eating": "1", "concerns___substances": "1"}, chosen("eating", "substances")),
        ({"concerns___none": "1"}, chosen("none")),
        ({"concerns___none": "1", "concerns___eating": "1"}, UNREADABLE),
        ({"concerns___declined": "1"}, DECLINED),
        ({"concerns___declined": "1", "concerns___eating": "1"}, UNREADABLE),
        ({"concerns___eating": "perhaps"}, UNREADABLE),
    ],
)
def test_the_boxes_of_a_question_are_one_answer(cells: dict[str, str], wanted: Answer) -> None:
    assert answers("concerns", raw_file(raw(record_id="1", **cells))) == [wanted]


NONE_TICKED = (
    "questions: {concerns: {ticks: {substances: concerns___substances, eating: concerns___eating}, none_ticked: none}}"
)
OPENED = [
    ({}, False),
    ({"body_complete": "0"}, False),
    ({"body_complete": ""}, False),
    ({"intake_complete": "2", "thoughts": "3"}, False),
    ({"body_complete": "1"}, True),
    ({"body_complete": "2"}, True),
    ({"nights": "0"}, True),
    ({"sober": "0"}, True),
    ({"concerns___none": "1"}, True),
]


@pytest.mark.parametrize(("cells", "is_opened"), OPENED)
def test_boxes_count_only_if_somebody_opened_their_form(cells: dict[str, str], is_opened: bool) -> None:  # noqa: FBT001
    """A mapping may say what it means that no box is ticked; of a form that nobody opened, that says nothing."""
    said = mapping_of(NONE_TICKED)
    assert answers("concerns", raw_file(raw(record_id="1", **cells)), mapping=said) == [
        chosen("none") if is_opened else MISSING
    ]


def test_numbers_that_went_through_a_spreadsheet_are_the_same() -> None:
    one = of_event("later", "intake", "2.0", concerns___eating="1.0", seizures="1.0", body_complete="0.0")
    line = ["0.0" if cell == "0" else cell for cell in one]
    other = of_event("later", "intake", "3.0", body_complete="0.0")
    found = rows(csv_file([EVENT_HEAD, line, ["0.0" if cell == "0" else cell for cell in other]]))
    assert [row.id for row in found] == ["9/later/intake/2", "9/later/intake/3"]
    assert [values_of(row)[COMPILED.index_of("concerns")] for row in found] == [chosen("eating"), MISSING]
    said = mapping_of(NONE_TICKED)
    assert answers("concerns", csv_file([RAW, ["0.0" if cell == "0" else cell for cell in raw()]]), mapping=said) == [
        MISSING
    ]


@pytest.mark.parametrize("label", ["No", "Unchecked", "0", "1"])
def test_a_ticked_box_may_hold_its_label_and_an_open_one_nothing(label: str) -> None:
    fields = [field("no", "f", "text", "No."), field("concerns", "f", "checkbox", "Why?", f"eating, {label} | none, B")]
    head = ["No.", f"Why? (choice={label})", "Why? (choice=B)", "Complete?"]
    lines = [["1", "", "B", "Complete"], ["2", "Checked", "Unchecked", "Complete"], ["3", label, "", "Complete"]]
    eating = MISSING if label == "Unchecked" else chosen("eating")
    found = answers("concerns", csv_file([head, *lines]), fields)
    assert found == [chosen("none"), chosen("eating"), eating]


def test_an_open_box_whose_label_is_nought_is_not_ticked() -> None:
    fields = [field("no", "f", "text", "No."), field("concerns", "f", "checkbox", "Why?", "eating, 0 | none, B")]
    export = csv_file([["no", "concerns___eating", "concerns___none", "f_complete"], ["1", "0", "1", "2"]])
    assert answers("concerns", export, fields) == [chosen("none")]


@pytest.mark.parametrize(
    ("codes", "column"), [("EATING", "eating"), ("-1", "_1"), ("A-b", "a_b"), ("7", "7")], ids=lambda text: text
)
def test_the_column_of_a_box_has_its_code_in_small_letters(codes: str, column: str) -> None:
    fields = [
        field("no", "f", "text", "No."),
        field("concerns", "f", "checkbox", "Why?", f"{codes}, Eating, purging or weight | none, B"),
    ]
    export = csv_file([["no", f"concerns___{column}", "concerns___none", "f_complete"], ["1", "1", "0", "2"]])
    assert answers("concerns", export, fields) == [chosen("eating")]


def test_the_box_of_a_missing_data_code_is_a_reason_once_a_mapping_says_so() -> None:
    head = [*RAW[:9], "concerns___unk", "concerns____99", *RAW[9:]]
    lines = [[*raw(record_id="1")[:9], *ticked, *raw(record_id="1")[9:]] for ticked in (["1", "0"], ["0", "1"])]
    said = mapping_of("missing: {UNK: unknown, -99: declined}")
    assert answers("concerns", csv_file([head, lines[0]])) == [UNREADABLE]
    assert answers("concerns", csv_file([head, *lines]), mapping=said) == [MissingReason.UNKNOWN, DECLINED]


@pytest.mark.parametrize("choices", ["", " | 0, Something else | 1, Something more"], ids=["not listed", "listed"])
@pytest.mark.parametrize("code", ["0", "1"])
def test_a_box_that_is_no_option_never_reads_as_one(code: str, choices: str) -> None:
    """What stands for such a box must not be a text that ticks the box of an option."""
    fields = [
        field("no", "f", "text", "No."),
        field("concerns", "f", "checkbox", "Why?", f"eating, Eating | none, B{choices}"),
    ]
    head = ["no", "concerns___eating", "concerns___none", f"concerns___{code}", "f_complete"]
    export = csv_file([head, ["1", "0", "0", "1", "2"], ["2", "1", "0", "1", "2"]])
    assert answers("concerns", export, fields) == [UNREADABLE, UNREADABLE]


# ------------------------------------------------------------------ events and repeats

EVENT_HEAD = ("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", *RAW[1:])


def of_event(event: str, instrument: str = "", instance: str = "", **cells: str) -> list[str]:
    one = raw(record_id="9", **cells)
    return [one[0], event, instrument, instance, *one[1:]]


def test_an_id_is_the_record_the_event_and_the_repeat() -> None:
    lines = [
        of_event("first", thoughts="3", intake_complete="2"),
        of_event("later", thoughts="3", intake_complete="2"),
        of_event("later", "intake", "1", thoughts="3"),
        of_event("later", "intake", "2", thoughts="3"),
        of_event("later", "body", "2", nights="3"),
    ]
    ids = [row.id for row in rows(csv_file([EVENT_HEAD, *lines]))]
    assert ids == ["9/first", "9/later", "9/later/intake/1", "9/later/intake/2", "9/later/body/2"]


def test_an_id_has_no_form_where_all_questions_are_on_one() -> None:
    fields = [each for each in FIELDS if each[HEADER[1]] != "body"]
    export = csv_file([EVENT_HEAD[:7], of_event("later", "intake", "2", thoughts="3")[:7]])
    assert [row.id for row in rows(export, fields)] == ["9/later/2"]


def test_a_record_of_a_project_without_events_keeps_its_id() -> None:
    assert [row.id for row in rows(raw_file(raw(record_id="9")))] == ["9"]


KEPT = [
    (of_event("first", other_complete="2", note="x"), False),
    (of_event("first", other_complete="2"), False),
    (of_event("first", "other", "1", note="x"), False),
    (of_event("first", intake_complete="0", body_complete="0"), False),
    (of_event("first", "intake", "1"), True),
    (of_event("first", "Intake", "1"), True),
    (of_event("first", intake_complete="1"), True),
    (of_event("first", concerns___none="1"), True),
    (of_event("first", nights="0"), True),
]


@pytest.mark.parametrize(("line", "is_kept"), KEPT)
def test_a_row_of_another_event_or_form_is_left_out_and_counted(line: list[str], is_kept: bool) -> None:  # noqa: FBT001
    scoring = scoring_of(csv_file([EVENT_HEAD, line]))
    (outcome,) = (each for outcomes in scoring.outcome_batches() for each in outcomes)
    assert scoring.adds_up
    if is_kept:
        assert isinstance(outcome, ScoredRow)
    else:
        assert isinstance(outcome, ExcludedRow)
        assert outcome.reason == "no-field-of-this-form"
        assert scoring.account.excluded == {"no-field-of-this-form": 1}


@pytest.mark.parametrize("column", ["note", "column of another table"])
def test_a_row_with_a_column_that_a_mapping_names_is_kept(column: str) -> None:
    line = [*of_event("first"), ""]
    head = [*EVENT_HEAD, "column of another table"]
    line[head.index(column)] = "Yes"
    said = mapping_of(f"ignore: [seizures]\nquestions: {{seizures: {{column: {column}}}}}")
    assert (answers("seizures", csv_file([head, line])), answers("seizures", csv_file([head, line]), mapping=said)) == (
        [],
        [chosen("yes")],
    )


@pytest.mark.parametrize(("form", "is_kept"), [("body", True), ("other", False)])
def test_a_survey_that_somebody_began_is_kept_although_nothing_is_answered(form: str, is_kept: bool) -> None:  # noqa: FBT001
    export = csv_file([[*EVENT_HEAD, f"{form}_timestamp"], [*of_event("first"), "[not completed]"]])
    assert len(rows(export)) == is_kept
    assert not is_kept or answers("concerns", export) == [MISSING]


def test_a_form_that_nobody_filled_in_is_scored_where_there_are_no_events() -> None:
    assert len(rows(raw_file(raw(record_id="1")))) == 1


def test_a_blank_row_is_counted_as_blank() -> None:
    scoring = scoring_of(csv_file([EVENT_HEAD, [""] * len(EVENT_HEAD), of_event("first", nights="2")]))
    assert [*scoring.lots()]
    assert (scoring.account.blank, scoring.account.excluded.total(), scoring.account.scored) == (1, 0, 1)


def test_a_row_that_may_have_been_cut_is_not_left_out() -> None:
    """What says that the form was opened may be what is missing."""
    whole = csv_file([EVENT_HEAD, of_event("first", note="x")])
    assert (len(rows(whole)), len(rows(whole.removesuffix(b"\n")))) == (0, 1)


def test_a_survey_that_was_not_sent_is_remarked() -> None:
    head = [*RAW, "intake_timestamp"]
    export = csv_file([head, [*raw(record_id="1"), "[not completed]"], [*raw(record_id="2"), "2026-01-02 03:04:05"]])
    scoring = scoring_of(export)
    assert len([*scoring.lots()]) == 1
    assert "records with a survey that was begun and not sent: 1" in scoring.files[0].source.remarks
    assert answers("concerns", export) == [MISSING, MISSING]


# ------------------------------------------------------------------ a mapping beside the dictionary


def test_what_a_mapping_says_of_a_text_goes_before_the_dictionary() -> None:
    export = raw_file(raw(record_id="1", thoughts="3"), raw(record_id="2", thoughts="9"))
    said = mapping_of("questions: {thoughts: {missing: {9: declined}}}")
    assert answers("thoughts", export, mapping=said) == [chosen("plan"), DECLINED]


def test_a_mapping_says_of_all_questions_what_a_choice_means_that_is_no_answer() -> None:
    fields = [*FIELDS[:1], field("seizures", "intake", "radio", "Seizures?", "1, Yes | 0, No | 99, Not asked")]
    export = csv_file([RAW[:1] + RAW[2:4], ["1", "99", "2"]])
    assert answers("seizures", export, fields) == [UNREADABLE]
    assert answers("seizures", export, fields, mapping_of("missing: {99: not-shown}")) == [MissingReason.NOT_SHOWN]


def test_the_dictionary_explains_a_column_that_a_mapping_names() -> None:
    fields = [*FIELDS, field("death", "other", "radio", "Death?", "1, No thoughts | 2, Passive | 3, A plan")]
    export = csv_file([[*RAW, "death"], [*raw(record_id="1"), "2"]])
    said = mapping_of("ignore: [thoughts]\nquestions: {thoughts: {column: death}}")
    assert answers("thoughts", export, fields, said) == [chosen("passive")]


@pytest.mark.parametrize(
    ("kind", "choices", "wanted"),
    [
        ("yesno", "", [chosen("yes"), chosen("no")]),
        ("radio", "1, No | 0, Yes", [UNREADABLE, UNREADABLE]),
    ],
)
def test_the_dictionary_explains_several_columns_that_have_the_same_choices(
    kind: str, choices: str, wanted: list[Answer]
) -> None:
    fields = [*FIELDS, field("fits", "other", "yesno", "Fits?"), field("falls", "other", kind, "Falls?", choices)]
    lines = [[*raw(record_id="1"), "0", "1"], [*raw(record_id="2"), "0", "0"]]
    said = mapping_of("ignore: [seizures]\nquestions: {seizures: {any_of: [fits, falls]}}")
    assert answers("seizures", csv_file([[*RAW, "fits", "falls"], *lines]), fields, said) == wanted


def test_the_results_name_the_mapping_and_the_dictionary() -> None:
    export = raw_file(raw(record_id="1"))
    said, hashed = mapping_of("missing: {-9: declined}"), dictionary().hash12
    assert scoring_of(export).shape.mapping == f"redcap-codes#{hashed}"
    assert scoring_of(export, mapping=said).shape.mapping == f"{said.stamp}+redcap-codes#{hashed}"


# ------------------------------------------------------------------ columns that do not fit


def test_of_two_fields_with_one_label_each_has_its_own_column() -> None:
    one = ["1", "A plan", "No", "Complete", "True", *["Unchecked"] * 4, "4", "Complete", "Yes", "Complete"]
    assert answers("seizures", csv_file([LABELS, one])) == [chosen("no")]


def problem(export: bytes, fields: Iterable[dict[str, str]] = FIELDS) -> InputProblem:
    found = opened(export, fields)
    assert isinstance(found, InputProblem), found
    return found


def without(names: Sequence[str], *places: int) -> list[str]:
    return [name for place, name in enumerate(names) if place not in places]


def test_a_label_of_two_fields_of_which_one_is_gone_is_told() -> None:
    found = problem(csv_file([[LABELS[0], LABELS[11], LABELS[12]]]))
    assert (found.code, found.line) == ("column-out-of-place", 1)
    assert found.message == "column 2 ('Seizures?') may be one of several fields with this label"


def test_a_label_that_does_not_stand_where_the_dictionary_has_it_is_told() -> None:
    found = problem(csv_file([[*LABELS[:1], LABELS[9], *LABELS[1:9], *LABELS[10:]]]))
    assert found.code == "column-out-of-place"
    assert found.message == "column 3 ('Thoughts of death?') does not stand where the dictionary has it"


def test_names_of_fields_may_stand_in_any_order() -> None:
    line = raw(record_id="7", thoughts="3", concerns___eating="1")
    again = rows(csv_file([RAW[::-1], line[::-1]]))
    assert [_told(row) for row in again] == [_told(row) for row in rows(raw_file(line))]


def test_an_export_may_lack_fields_that_nothing_reads() -> None:
    kept = [place for place, name in enumerate(RAW) if name in {"record_id", "seizures", "intake_complete"}]
    line = raw(record_id="7", seizures="1")
    export = csv_file([[RAW[place] for place in kept], [line[place] for place in kept]])
    scoring = scoring_of(export, lacking=False)
    assert [row.id for batch in scoring.row_batches() for row in batch] == ["7"]


def test_a_field_that_a_rule_reads_and_the_export_lacks_is_told() -> None:
    source = opened(csv_file([without(RAW, 2)]))
    assert isinstance(source, RedcapSource)
    asked = by_dictionary(ScoreSettings(), dictionary(), [source], COMPILED)
    assert isinstance(asked, ScoreSettings)
    found = open_scoring([source], COMPILED, asked)
    assert isinstance(found, tuple)
    assert [(each.code, "`seizures`" in each.message) for each in found] == [("missing-columns", True)]


def test_the_dictionary_of_another_project_is_told() -> None:
    export = csv_file([["no", "redcap_event_name", "colour"], ["1", "first", "red"]])
    assert problem(export).code == "other-dictionary"


def test_columns_that_every_export_has_are_not_listed_as_no_questions() -> None:
    scoring = scoring_of(csv_file([EVENT_HEAD, of_event("first", nights="1")]))
    assert scoring.files[0].columns.not_questions == ("'note'",)


def test_few_records_are_looked_at_and_all_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redcap_source, "LOOKED_AT", 2)
    export = raw_file(*(raw(record_id=str(number), nights="3") for number in range(5)))
    assert [row.id for row in rows(export)] == ["0", "1", "2", "3", "4"]


# ------------------------------------------------------------------ the commands


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {
        "questions.yaml": QUESTIONNAIRE.encode(),
        "dictionary.csv": dictionary_file(FIELDS),
        "raw.csv": raw_file(raw(record_id="7", thoughts="9", seizures="1", nights="x", intake_complete="2")),
        "labels.csv": csv_file([LABELS, ["8", "A plan", "No", "Complete", *[""] * 6, "Incomplete", "", "Incomplete"]]),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def asked(files: dict[str, Path], name: str = "raw.csv") -> list[object]:
    return [files[name], "--questions", files["questions.yaml"], "--dictionary", files["dictionary.csv"]]


def test_what_is_rejected_can_be_scored_again_with_the_dictionary(run: Run, files: dict[str, Path]) -> None:
    rejects, again = files["raw.csv"].with_name("rejects.csv"), files["raw.csv"].with_name("again.csv")
    files["raw.csv"].write_bytes(csv_file([EVENT_HEAD, of_event("first", seizures="1", nights="x")]))
    ran = run("score", *asked(files), "--rejects", rejects)
    assert (ran.code, "9/first" in ran.out, "nights:unreadable" in ran.out) == (1, True, True)
    again.write_bytes(rejects.read_bytes().replace(b",x,", b",5,"))
    mended = run("score", again, *asked(files)[1:])
    assert mended.code == 0, mended.err
    assert ran.out.replace("nights:unreadable", "") == mended.out


def test_the_next_commands_name_the_dictionary(run: Run, files: dict[str, Path]) -> None:
    for command in ("score", "inspect"):
        ran = run(command, *asked(files))
        assert ran.code == 1 if command == "inspect" else ran.code == 3
        lines = [line for line in ran.err.splitlines() if "iop-screen" in line and " inspect " in line]
        assert lines
        assert all(f"--dictionary {files['dictionary.csv']}" in line for line in lines)


def test_a_mapping_that_is_written_beside_a_dictionary_says_only_what_that_leaves_open(
    run: Run, files: dict[str, Path]
) -> None:
    written = files["raw.csv"].with_name("map.yaml")
    run("inspect", *asked(files), "--write-mapping", written)
    text = written.read_text()
    assert "name both, `--dictionary` and `--mapping`" in text
    assert "thoughts:\n    # What these mean" in text
    mended = text.replace('# labels:\n    #   "9": ANSWER', 'labels:\n      "9": plan').replace(
        '# missing:\n    #   "x": ANSWER', 'missing:\n      "x": unknown'
    )
    written.write_text("".join(line for line in mended.splitlines(keepends=True) if "guess: true" not in line))
    ran = run("score", *asked(files), "--mapping", written, "--allow-missing", "all")
    assert ran.code == 0, ran.err
    assert "nights:unknown" in ran.out


def test_codes_and_labels_are_not_scored_in_one_run(run: Run, files: dict[str, Path]) -> None:
    ran = run("score", files["labels.csv"], *asked(files))
    assert (ran.code, "[mixed-export]" in ran.err) == (3, True)


@pytest.mark.parametrize("command", ["score", "inspect"])
def test_a_dictionary_in_the_place_of_the_forms_is_told(command: str, run: Run, files: dict[str, Path]) -> None:
    for words in (asked(files, "dictionary.csv"), [files["dictionary.csv"]]):
        ran = run(command, *words)
        assert (ran.code, "[dictionary-as-forms]" in ran.err) == (3, True)


@pytest.mark.parametrize("command", ["score", "inspect"])
def test_forms_in_the_place_of_the_dictionary_are_told(command: str, run: Run, files: dict[str, Path]) -> None:
    ran = run(command, files["raw.csv"], "--dictionary", files["raw.csv"])
    assert (ran.code, "[not-a-dictionary]" in ran.err) == (3, True)
    assert "it has no column `Variable / Field Name`" in " ".join(ran.err.split())


def test_inspect_says_by_what_a_column_is_known_and_what_was_left_out(run: Run, files: dict[str, Path]) -> None:
    lines = [of_event("first", seizures="1"), of_event("later", note="x")]
    files["raw.csv"].write_bytes(csv_file([EVENT_HEAD, *lines]))
    ran = run("inspect", *asked(files))
    said = " ".join(ran.out.split())
    assert 'seizures <- column "seizures" (6) By the data dictionary. 1 "1" = Yes' in said
    assert "Left out: 1 record: they are of another event or form" in said
    assert "its cells are codes, as the data dictionary explains them" in said


def test_an_export_without_its_dictionary_is_told(run: Run, files: dict[str, Path]) -> None:
    ran = run("score", *asked(files)[:3])
    assert ran.code == 3
    assert "name its data dictionary behind `--dictionary`" in " ".join(ran.err.split())


def test_a_run_is_not_gone_on_with_by_another_dictionary() -> None:
    first, second = (
        dict(asked_of((), FileSettings(), COMPILED, ScoreSettings(dictionary=dictionary(fields)), ()))
        for fields in (FIELDS, FIELDS[:2])
    )
    assert [name for name in first if first[name] != second[name]] == ["--dictionary"]
