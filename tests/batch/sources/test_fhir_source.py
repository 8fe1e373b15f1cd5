"""FHIR responses are scored as the same forms in CSV are, and what cannot be read of them is said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fhir_responses import (
    ABSENT,
    ABSENT_CODES,
    ABSENT_CODES_BEFORE,
    RELEASES,
    SHAPES,
    Release,
    Shape,
    responses,
    written,
)
from support.paths import REPOSITORY
from support.questionnaires import TWO_LEVELS, ready
from support.scoring import begun, scoring_of

from iop_screen.batch.form_stamp import FORM_COLUMN
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.rejects import MESSAGES
from iop_screen.batch.rows import RECORD, ExcludedRow, ScoredRow
from iop_screen.batch.score import Outcome, Scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.fhir import open as fhir_open
from iop_screen.batch.sources.fhir import response as fhir_response
from iop_screen.batch.sources.fhir import survey
from iop_screen.batch.sources.fhir.columns import ABOUT
from iop_screen.batch.sources.file_kinds import file_kind
from iop_screen.batch.sources.json_file.open import open_json
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, SourceRecord
from iop_screen.batch.sources.table_source import TableSource
from iop_screen.core.exits import CannotGoOn
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import (
    STATED_REASONS,
    UNREADABLE,
    Amount,
    Answer,
    Chosen,
    MissingReason,
    Words,
    chosen,
)
from iop_screen.report.score_words import EXCLUDED_WORDS

NOTHING_SAID = FileSettings()
QUESTIONS = (
    TWO_LEVELS
    + """\
first_steps: [{id: help_now, title: Help now, interrupt: true}]
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: bad_days, ask: Bad days?, role: risk, type: number, worse: higher, min: 0, max: 30}
      - id: sick
        ask: How sick?
        role: risk
        type: choice
        options: [{id: not_sick, label: Not sick}, {id: mild, label: A little}, {id: strong, label: Very sick}]
      - id: ties
        ask: What ties?
        role: context
        type: multiple
        options: [{id: job, label: A job}, {id: kids, label: "Children, small"}]
      - {id: words, ask: Anything else?, role: context, type: text}
rules: [{id: in_danger, when: {danger: yes}, first_step: help_now, because: There is danger.},
        {id: days, when: {bad_days: {at_least: 7}}, level: stay, because: There are bad days.},
        {id: sick, when: {sick: strong}, level: stay, because: The person is very sick.}]
"""
)
SMALL = ready(QUESTIONS)
SYSTEM = "urn:iop-screen:small"
OURS = f"{SYSTEM}|{SMALL.questionnaire.version}+{SMALL.hash12}"

Object = dict[str, Any]


def a_response(items: Sequence[Object] | None = None, **more: Any) -> Object:
    """A response with these items."""
    made = {"resourceType": "QuestionnaireResponse", "id": "r1", "status": "completed", "questionnaire": OURS}
    return made | ({} if items is None else {"item": [*items]}) | more


def item(link: str, *answers: Object, **more: Any) -> Object:
    """An item with these answers."""
    return {"linkId": link} | ({"answer": [*answers]} if answers else {}) | more


def coding(code: str | None = None, system: str | None = None, display: str | None = None) -> Object:
    """An answer that is a coding."""
    parts = {"code": code, "system": system, "display": display}
    return {"valueCoding": {name: text for name, text in parts.items() if text is not None}}


def absent(code: str) -> Object:
    """An extension that says why there is no value."""
    return {"extension": [{"url": ABSENT, "valueCode": code}]}


def content(*resources: Object | None, shape: str = "lines") -> bytes:
    return written(resources, shape)  # type: ignore[arg-type]


def opened(data: bytes, settings: FileSettings = NOTHING_SAID) -> TableSource:
    source = open_json("in.json", io.BytesIO(data), settings, SMALL)
    assert isinstance(source, TableSource), source
    return source


def problem(data: bytes, settings: FileSettings = NOTHING_SAID) -> InputProblem:
    found = open_json("in.json", io.BytesIO(data), settings, SMALL)
    assert isinstance(found, InputProblem), found
    return found


def read(*resources: Object | None, shape: str = "lines") -> list[SourceRecord]:
    return [*opened(content(*resources, shape=shape)).records()]


def cells(*items: Object, **more: Any) -> dict[str, str]:
    """The cells of one response by their columns."""
    source = opened(content(a_response(items, **more)))
    (record,) = source.records()
    assert isinstance(record, Record), record
    return dict(zip(source.header.names, record.cells, strict=True))


def begin(*resources: Object | None, **settings: Any) -> Scoring:
    """A run over these resources."""
    sources = [opened(content(*resources)) for _ in range(2)]
    return begun(sources[:1], SMALL, ScoreSettings(**{"allow_all_missing": True, **settings}), sources[1:])


def outcomes(run: Scoring) -> list[Outcome]:
    """What became of all its records."""
    return [outcome for batch in run.outcome_batches() for outcome in batch]


def the_row(*resources: Object | None) -> ScoredRow:
    """The only outcome of a run, which has a row."""
    (row,) = outcomes(begin(*resources))
    assert isinstance(row, ScoredRow)
    return row


# Cells


@pytest.mark.parametrize(
    ("link", "answer", "wanted"),
    [
        ("danger", {"valueBoolean": True}, "true"),
        ("danger", {"valueBoolean": False}, "false"),
        ("danger", coding("yes", f"{SYSTEM}:danger", "Yes"), "yes"),
        ("danger", coding("no", None, "yes"), 'no "yes"'),
        ("danger", coding("no", None, "Yes, today"), 'no "Yes, today"'),
        ("danger", coding("no", None, "No, never"), "no"),
        ("danger", coding("no", None, "..."), "no"),
        ("bad_days", {"valueInteger": 7}, "7"),
        ("words", {"valueString": " a; b "}, " a; b "),
        ("words", {"valueDate": "2026-11"}, "2026-11"),
        ("words", {"valueReference": {"reference": "Patient/1", "display": "Ann"}}, "Patient/1"),
        ("words", {"valueAttachment": {"title": "x"}}, "a valueAttachment"),
        ("sick", coding("strong", f"{SYSTEM}:sick", "Very sick"), "strong"),
        ("sick", coding("strong"), "strong"),
        ("sick", coding("strong", None, "very  SICK"), "strong"),
        ("sick", coding("strong", None, "As bad as it gets"), "strong"),
        ("sick", coding("strong", None, "Not sick"), 'strong "Not sick"'),
        ("sick", coding("strong", None, "not_sick"), 'strong "not_sick"'),
        ("sick", coding("not_sick", None, "Very"), 'not_sick "Very"'),
        ("sick", coding("not_sick", None, "very sick, cannot eat"), 'not_sick "very sick, cannot eat"'),
        ("sick", coding("not_sick", None, "Not very"), "not_sick"),
        ("sick", coding("mild", None, "A little bit"), "mild"),
        ("sick", coding("unknown", None, "Very hard to say"), "unknown"),
        ("sick", coding("strong", None, "Don't know"), 'strong "Don\'t know"'),
        ("sick", coding("unknown", None, "Don't know"), "unknown"),
        ("sick", coding("unknown", None, "Not sick"), 'unknown "Not sick"'),
        ("sick", coding("sehr", None, "Not sick"), "sehr"),
        ("sick", coding("strong", "http://loinc.org"), "http://loinc.org|strong"),
        ("sick", coding("strong", f"{SYSTEM}:other"), f"{SYSTEM}:other|strong"),
        ("sick", coding(None, None, "Very sick"), "Very sick"),
        ("sick", coding(), "a coding without a code"),
        ("words", coding("a", None, "b"), "a"),
        ("/other", coding("a", None, "b"), "a"),
        ("/other", coding("a", "urn:x", "b"), "urn:x|a"),
        ("bad_days", {"valueQuantity": {"value": 5}}, "5"),
        ("bad_days", {"valueQuantity": {"value": 5, "unit": "weeks"}}, "5 weeks"),
        ("bad_days", {"valueQuantity": {"value": 5, "comparator": "<"}}, "<5"),
        ("danger", {"valueBoolean": "yes"}, 'valueBoolean "yes"'),
        ("bad_days", {"valueInteger": "7"}, 'valueInteger "7"'),
        ("words", {"valueString": 7}, "valueString 7"),
        ("sick", {"valueCoding": "strong"}, 'valueCoding "strong"'),
        ("sick", {"valueCoding": None}, ""),
        ("danger", {"valueBoolean": True, "valueString": "no"}, "more than one value"),
        ("sick", {}, ""),
    ],
)
def test_a_value_becomes_the_text_of_a_cell(link: str, answer: Object, wanted: str) -> None:
    assert cells(item(link, answer), item("/more", {"valueBoolean": True}))[link] == wanted


def test_a_number_keeps_all_its_digits() -> None:
    line = json.dumps(a_response([item("/n", {"valueDecimal": "DIGITS"})])).replace(
        '"DIGITS"', "1.500000000000000000001"
    )
    (record,) = opened(line.encode()).records()
    assert isinstance(record, Record)
    assert "1.500000000000000000001" in record.cells


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("unknown", "unknown"),
        ("asked-unknown", "unknown"),
        ("temp-unknown", "unknown"),
        ("asked-declined", "declined"),
        ("not-asked", "not-shown"),
        ("not-permitted", "not-shown"),
        ("not-applicable", "not-applicable"),
        ("masked", "absent: masked"),
        ("error", "absent: error"),
        ("as-text", "absent: as-text"),
        ("unsupported", "absent: unsupported"),
        ("not-performed", "absent: not-performed"),
        ("not-a-number", "absent: not-a-number"),
    ],
)
def test_why_a_value_is_absent_is_a_reason_or_unreadable_wherever_it_is_said(code: str, wanted: str) -> None:
    ways = (
        item("sick", absent(code)),
        item("sick", {"_valueString": absent(code)}),
        item("sick", {"valueCoding": absent(code)}),
        item("sick", coding(code, ABSENT_CODES, "whatever")),
        item("sick", coding(code, ABSENT_CODES_BEFORE)),
        item("sick", **absent(code)),
    )
    assert {cells(each)["sick"] for each in ways} == {wanted}


def test_a_value_that_is_said_to_be_absent_is_no_answer() -> None:
    said = coding("not_sick") | absent("masked")
    assert cells(item("sick", said))["sick"] == "not_sick (absent: masked)"
    assert the_row(a_response([item("sick", said)])).problems == (AnswerProblem("sick", UNREADABLE),)


def test_a_boolean_answers_yes_or_no() -> None:
    row = the_row(a_response([item("danger", {"valueBoolean": True})]))
    assert row.answers is not None
    assert row.answers.values[0] == chosen("yes")


def test_a_code_whose_words_are_those_of_another_option_is_no_answer() -> None:
    row = the_row(a_response([item("sick", coding("not_sick", f"{SYSTEM}:sick", "Very sick"))]))
    assert row.answers is not None
    assert (row.answers.values[2], row.problems) == (
        MissingReason.UNREADABLE,
        (AnswerProblem("sick", UNREADABLE),),
    )


# Items


def test_items_are_found_in_items_and_in_answers() -> None:
    inner = item("bad_days", {"valueInteger": 3})
    found = cells(
        item("part", item=[item("danger", {"valueBoolean": True} | {"item": [inner]})]),
        item("part", item=[item("deeper", item=[item("sick", coding("mild"))])]),
        item("shown", text="Only words"),
    )
    assert {name: found[name] for name in ("danger", "bad_days", "sick", "shown")} == {
        "danger": "true",
        "bad_days": "3",
        "sick": "mild",
        "shown": "",
    }
    assert not {"part", "deeper"} & {*found}


def test_a_question_with_several_answers_has_them_as_answers_or_as_items() -> None:
    together = cells(item("ties", coding("job"), coding("kids", None, "Children, small")))
    apart = cells(item("ties", coding("job")), item("part", item=[item("ties", coding("kids"), coding("job"))]))
    assert together["ties"] == apart["ties"] == "job;kids"


def test_answers_that_hold_the_mark_between_answers_are_told_apart() -> None:
    assert cells(item("/other", {"valueString": "a;b"}, {"valueString": "c"}))["/other"] == '["a;b","c"]'


def test_equal_answers_to_a_question_that_takes_one_are_one() -> None:
    assert cells(item("sick", coding("mild")), item("sick", coding("mild", f"{SYSTEM}:sick")))["sick"] == "mild"


@pytest.mark.parametrize(
    "items",
    [
        [item("sick", coding("mild"), coding("strong"))],
        [item("sick", coding("mild")), item("part", item=[item("sick", coding("strong"))])],
        [item("danger", {"valueBoolean": True}), item("danger", absent("unknown"))],
        [item("sick", coding("mild"), **absent("asked-declined"))],
        [item("words", {"valueString": "a"}, {"valueString": "b"})],
    ],
)
def test_different_answers_to_a_question_that_takes_one_reject_the_response(items: Sequence[Object]) -> None:
    row = the_row(a_response(items))
    assert (row.id, row.result, row.problems) == ("r1", None, (AnswerProblem(RECORD, "conflicting-answers"),))


@pytest.mark.parametrize("duplicates", ["mark", "first", "latest"])
def test_a_response_with_conflicting_answers_is_judged_for_danger_and_is_not_the_first_of_its_id(
    duplicates: str,
) -> None:
    danger = item("danger", {"valueBoolean": True})
    conflict = a_response([danger, item("sick", coding("mild"), coding("strong"))], authored="2026-11-30")
    good = a_response([danger], authored="2026-11-28")
    time = {"time_column": "authored"} if duplicates == "latest" else {}
    run = begin(conflict, good, duplicates=duplicates, **time)
    first, second = outcomes(run)
    assert isinstance(first, ScoredRow)
    assert first.unscored is not None
    assert first.unscored.suggestion == "emergency"
    assert isinstance(second, ScoredRow)
    assert (second.problems, run.adds_up) == ((), True)


def test_a_link_id_that_is_no_question_may_have_several_answers() -> None:
    assert cells(item("/n", {"valueInteger": 1}, {"valueInteger": 2}))["/n"] == "1;2"


# What a response says of itself


def test_what_a_response_says_of_itself_has_columns() -> None:
    subject = {"reference": "Patient/1", "display": "Ann"}
    found = cells(item("sick", coding("mild")), authored="2026-11-28", subject=subject)
    assert [found[name] for name in ABOUT] == [
        "r1",
        "completed",
        "2026-11-28",
        "Patient/1",
        OURS,
        SMALL.stamp,
    ]


def test_a_link_id_keeps_its_name_where_a_column_about_the_response_has_it_too() -> None:
    found = cells(item("status", {"valueString": "well"}), item("id", {"valueString": "x"}))
    assert (found["status"], found["response.status"], found["id"], found["item.id"]) == (
        "well",
        "completed",
        "r1",
        "x",
    )


def test_an_id_is_exact_and_one_in_a_bundle_is_the_address_if_there_is_no_other() -> None:
    without = a_response([item("sick", coding("mild"))])
    del without["id"]
    first, second = read(without, a_response(without["item"], id="90071992547409931234567"), shape="Bundle")
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.cells[0], second.cells[0]) == ("http://example.org/0", "90071992547409931234567")


@pytest.mark.parametrize(
    ("questionnaire", "wanted"),
    [
        (OURS, SMALL.stamp),
        ({"reference": OURS}, SMALL.stamp),
        (f"{SYSTEM}|0.9.0+aaaaaaaaaaaa", "small@0.9.0#aaaaaaaaaaaa"),
        (f"{SYSTEM}|0.9.0", "small@0.9.0"),
        ("urn:iop-screen:large|1.0.0+aaaaaaaaaaaa", "large@1.0.0#aaaaaaaaaaaa"),
        (SYSTEM, ""),
        ("http://example.org/Questionnaire/small|1.0.0", ""),
        (None, ""),
    ],
)
def test_the_stamp_of_a_form_is_made_of_the_address_of_its_questionnaire(questionnaire: object, wanted: str) -> None:
    assert cells(item("sick", coding("mild")), questionnaire=questionnaire)[FORM_COLUMN] == wanted


def test_only_where_a_response_names_the_questionnaire_each_question_has_a_column() -> None:
    items, other = [item("sick", coding("mild"))], "http://example.org/q"
    ours = opened(content(a_response(items), a_response(items, questionnaire=other), a_response(items)))
    theirs = opened(content(a_response(items, questionnaire=other), a_response(items, questionnaire=None)))
    assert "questionnaires that responses name: this one 2, another 1, none 0" in ours.remarks
    for address in (SYSTEM, f"{SYSTEM}|0.9.0", {"reference": SYSTEM}):
        assert {"danger", "ties"} <= {*opened(content(a_response(items, questionnaire=address))).header.names}
    assert "questionnaires that responses name: this one 0, another 1, none 1" in theirs.remarks
    assert {"danger", "bad_days", "sick", "ties", "words"} <= {*ours.header.names}
    assert {"danger", "bad_days", "sick", "ties", "words"} & {*theirs.header.names} == {"sick"}


# Which responses count


@pytest.mark.parametrize("status", ["completed", "in-progress", "entered-in-error", "banana"])
@pytest.mark.parametrize("items", [None, [], [item("sick")], [item("sick", {"valueString": " "})]])
def test_a_response_without_an_answer_is_left_out_and_counted(status: str, items: list[Object] | None) -> None:
    run = begin(a_response(items, status=status), a_response([item("sick", coding("mild"))]))
    assert [isinstance(each, ExcludedRow) for each in outcomes(run)] == [True, False]
    assert run.account.excluded == {"empty-response": 1}
    assert run.adds_up


def test_a_reason_for_no_answer_is_no_empty_response() -> None:
    assert the_row(a_response([item("sick", absent("asked-declined"))])).problems == ()


@pytest.mark.parametrize("status", ["completed", "amended", "in-progress", "stopped", "banana", ""])
def test_a_response_with_an_answer_is_scored_whatever_its_status(status: str) -> None:
    row = the_row(a_response([item("danger", {"valueBoolean": True})], status=status))
    assert row.result is not None
    assert row.result.suggestion == "emergency"


def test_a_response_that_was_entered_in_error_is_left_out_and_its_danger_is_said() -> None:
    danger = item("danger", {"valueBoolean": True})
    run = begin(a_response([danger], status="entered-in-error"), a_response([danger]))
    first, second = outcomes(run)
    assert isinstance(first, ExcludedRow)
    assert first.reason == "status"
    assert first.result is not None
    assert first.result.suggestion == "emergency"
    assert isinstance(second, ScoredRow)


def test_a_conflict_in_a_response_that_was_entered_in_error_needs_no_look() -> None:
    conflict = item("sick", coding("mild"), coding("strong"))
    (outcome,) = outcomes(begin(a_response([conflict], status="entered-in-error")))
    assert isinstance(outcome, ExcludedRow)
    assert outcome.reason == "status"


def test_a_response_in_error_that_cannot_be_read_is_named_as_not_judged() -> None:
    """It is left out by its status only if it was judged for danger, as the others are."""
    unknown = item("danger", {"valueBoolean": True}, modifierExtension=[{"url": "urn:not"}])
    outcome, _ = outcomes(begin(a_response([unknown], status="entered-in-error"), a_response([])))
    assert isinstance(outcome, ScoredRow)
    assert (outcome.result, [each.code for each in outcome.problems]) == (None, ["modified-meaning"])


def test_the_remarks_say_how_many_responses_had_which_status() -> None:
    statuses = ("completed", "in-progress", "completed", "SECRET", None)
    said = "\n".join(opened(content(*(a_response([], status=each) for each in statuses))).remarks)
    assert "completed 2, in-progress 1, another status 1, no status 1" in said
    assert "SECRET" not in said


@pytest.mark.parametrize("shape", SHAPES)
def test_other_resources_are_left_out_and_counted(shape: str) -> None:
    other = {"resourceType": "Patient", "id": "p", "name": "SECRET"}
    first, second = read(other, a_response([item("sick", coding("mild"))]), shape=shape)
    assert isinstance(first, ExcludedRecord)
    assert (first.reason, first.line, first.raw) == ("not-a-response", 1, b'{"resourceType": "Patient", "id": "p"}')
    assert isinstance(second, Record)
    assert second.line == 2


def test_an_entry_of_a_bundle_without_a_resource_is_counted() -> None:
    first, _ = read(None, a_response([item("sick", coding("mild"))]), shape="Bundle")
    assert isinstance(first, ExcludedRecord)
    assert first.reason == "not-a-response"


def test_contained_resources_are_not_read_and_that_is_said() -> None:
    inner = a_response([item("danger", {"valueBoolean": True})], id="inner")
    source = opened(content(a_response([item("sick", coding("mild"))], contained=[inner])))
    assert "responses that contain other resources, which are not read: 1" in source.remarks
    (record,) = source.records()
    assert isinstance(record, Record)
    assert "true" not in record.cells


# What cannot be read


@pytest.mark.parametrize(
    ("resource", "code"),
    [
        (a_response([{"answer": [{"valueBoolean": True}]}]), "bad-response"),
        (a_response([item("", {"valueBoolean": True})]), "bad-response"),
        (a_response([item("x" * 1001, {"valueBoolean": True})]), "bad-response"),
        (a_response([item("x", answer={"valueBoolean": True})]), "bad-response"),
        (a_response([item("x", answer=[True])]), "bad-response"),
        (a_response(item={"linkId": "x"}), "bad-response"),
        (a_response(group={"question": []}), "bad-response"),
        ({"id": "x"}, "bad-response"),
        ([], "bad-response"),
        (a_response([item("sick", coding("mild"), modifierExtension=[{"url": "urn:not"}])]), "modified-meaning"),
        (a_response([item("sick", coding("mild") | {"modifierExtension": [{"url": "urn:not"}]})]), "modified-meaning"),
        (a_response([item("sick", coding("mild"))], modifierExtension=[{"url": "urn:not"}]), "modified-meaning"),
        (a_response([item("words", {"valueString": "a\0b"})]), "nul"),
    ],
)
def test_what_is_not_built_as_fhir_says_is_rejected_and_the_next_is_read(resource: Object, code: str) -> None:
    good = a_response([item("sick", coding("mild"))])
    _, first, second = read(good, resource, good)
    assert isinstance(first, RejectedRecord)
    assert (first.code, first.line) == (code, 2)
    assert isinstance(second, Record)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"resourceType": "QuestionnaireResponse", "item": [', "bad-json"),
        (b'{"resourceType": "QuestionnaireResponse", "id": "a", "id": "b"}', "duplicate-key"),
    ],
)
def test_a_line_that_is_no_json_is_rejected_and_the_next_is_read(line: bytes, code: str) -> None:
    good = content(a_response([item("sick", coding("mild"))]))
    _, first, second = opened(good + line + b"\n" + good).records()
    assert isinstance(first, RejectedRecord)
    assert (first.code, first.line) == (code, 2)
    assert isinstance(second, Record)


def test_a_response_that_nests_too_deep_is_rejected() -> None:
    inner = item("sick", coding("mild"))
    for _ in range(30):
        inner = {"linkId": "part", "item": [inner]}
    first, second = read(a_response([inner["item"][0]]), a_response([{"linkId": "part", "item": [inner]}]))
    assert isinstance(first, Record)
    assert isinstance(second, RejectedRecord)
    assert second.code == "too-deep"


def test_a_response_with_too_many_items_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_response, "MAX_ITEMS", 5)
    fits, many = [item("/a", {"valueInteger": 1})] * 2, [item("/a", {"valueInteger": 1})] * 3
    first, second = read(a_response(fits), a_response(many))
    assert isinstance(first, Record)
    assert isinstance(second, RejectedRecord)
    assert second.code == "too-many-items"


def test_a_file_with_too_many_link_ids_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "MAX_LINKS", 2)
    items = [item(f"/{number}", {"valueInteger": 1}) for number in range(3)]
    assert problem(content(a_response(items))).code == "too-many-columns"
    assert isinstance(open_json("in", io.BytesIO(content(a_response(items[:2]))), NOTHING_SAID, SMALL), TableSource)


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ([{"resourceType": "Questionnaire"}], "blank form"),
        ([{"resourceType": "Patient"}, {"resourceType": "Patient"}], "it has Patient (2)"),
        ([{"resourceType": "<secret>"}], "another type (1)"),
        ([], "no entries"),
    ],
)
def test_fhir_without_a_response_cannot_be_read_and_the_message_says_what_it_is(
    resources: list[Object], said: str
) -> None:
    found = problem(content(*resources, shape="Bundle"))
    assert found.code == "no-responses"
    assert said in found.message


def test_a_setting_that_fhir_does_not_have_is_said() -> None:
    assert problem(content(a_response()), FileSettings(delimiter=";")).code == "unused-setting"


def test_a_bundle_that_is_cut_ends_the_run() -> None:
    whole = content(a_response([item("sick", coding("mild"))]), shape="Bundle")
    source = opened(whole[:-3])
    assert any("only the responses before byte" in remark for remark in source.remarks)
    records = source.records()
    assert isinstance(next(records), Record)
    with pytest.raises(CannotGoOn, match="cannot be read on after item 1"):
        next(records)


@pytest.mark.parametrize("size", [60, 100, 200])
def test_a_file_that_is_cut_before_its_first_response_ends_cannot_be_read(size: int) -> None:
    whole = content(a_response([item("sick", coding("mild"))]), shape="Bundle")
    assert problem(whole[:size]).code == "bad-json"
    single = json.dumps(a_response([item("sick", coding("mild"))])).encode()
    assert problem(single[:size]).code == "bad-json"


def test_a_bundle_inside_the_file_is_rejected_and_nothing_of_it_is_lost_unseen() -> None:
    inner = {"resourceType": "Bundle", "entry": [{"resource": a_response([item("danger", {"valueBoolean": True})])}]}
    first, _ = read(inner, a_response([item("sick", coding("mild"))]))
    assert isinstance(first, RejectedRecord)
    assert (first.code, first.raw) == ("nested-bundle", b'{"resourceType": "Bundle", "id": ""}')


def test_a_response_inside_another_resource_is_rejected_and_never_just_left_out() -> None:
    inner = a_response([item("danger", {"valueBoolean": True})])
    parameters = {"resourceType": "Parameters", "id": "p", "parameter": [{"name": "return", "resource": inner}]}
    first, _ = read(parameters, a_response([item("sick", coding("mild"))]))
    assert isinstance(first, RejectedRecord)
    assert (first.code, first.raw) == ("nested-response", b'{"resourceType": "Parameters", "id": "p"}')
    assert "nested-response (1 times)" in problem(content(parameters)).message


@pytest.mark.parametrize(("relation", "said"), [("next", 1), ("self", 0)])
def test_a_bundle_that_is_followed_by_another_page_says_so(relation: str, said: int) -> None:
    bundle = json.loads(content(a_response([item("sick", coding("mild"))]), shape="Bundle"))
    links = [{"relation": relation, "url": "http://example.org"}]
    data = json.dumps({**bundle, "link": links}).encode()
    assert sum("another page follows" in remark for remark in opened(data).remarks) == said


def test_a_response_that_is_too_long_says_so() -> None:
    found = problem(content(a_response([item("words", {"valueString": "x" * 1024 * 1024})])))
    assert "too-long (1 times): it is longer than 1 MiB" in found.message


@pytest.mark.parametrize(
    "start",
    [
        b'<Bundle xmlns="http://hl7.org/fhir">',
        b"\xef\xbb\xbf<QuestionnaireResponse>",
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- a\nb -->\n<QuestionnaireResponse xmlns="http://hl7.org/fhir">',
    ],
)
def test_fhir_in_xml_is_told_to_be_so(start: bytes) -> None:
    kind = file_kind(start)
    assert kind is not None
    assert kind.problem("in.xml").message == "the file is no CSV: it is FHIR in XML"


def test_a_file_of_which_no_response_can_be_read_says_why() -> None:
    found = problem(content(a_response(group={}), a_response(group={})))
    assert found.code == "no-responses"
    assert "bad-response (2 times): the response is not built as FHIR says" in found.message


@pytest.mark.parametrize(
    "data",
    [
        b'{"resourceType": 5}',
        b'{"resource": {"resourceType": "QuestionnaireResponse"}}',
        b'[{"id": 1}, {"resourceType": "Patient"}]',
    ],
)
def test_json_that_does_not_begin_with_a_resource_is_no_fhir(data: bytes) -> None:
    found = open_json("in.json", io.BytesIO(data), NOTHING_SAID, SMALL)
    assert isinstance(found, TableSource)
    assert "FHIR" not in " ".join(found.remarks)


def test_a_first_line_that_cannot_be_read_does_not_hide_that_it_is_fhir() -> None:
    source = opened(b'{"resourceType": "Quest\n' + content(a_response([item("sick", coding("mild"))])))
    assert source.header.names[: len(ABOUT)] == ABOUT
    first, second = source.records()
    assert isinstance(first, RejectedRecord)
    assert isinstance(second, Record)


def test_a_file_that_changes_while_it_is_read_ends_the_run() -> None:
    stream = io.BytesIO(content(a_response([item("/a", {"valueInteger": 1})])))
    source = open_json("in", stream, NOTHING_SAID, SMALL)
    assert isinstance(source, TableSource)
    stream.seek(0)
    stream.write(content(a_response([item("/b", {"valueInteger": 1})])))
    with pytest.raises(CannotGoOn, match="changed"):
        [*source.records()]


def test_every_code_has_a_message_and_is_in_the_reference() -> None:
    reference = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
    codes = [*fhir_response.FHIR_REJECTIONS, *(f"excluded-{each}" for each in fhir_response.FHIR_EXCLUSIONS)]
    assert {*codes} <= {*MESSAGES}
    assert {*fhir_response.FHIR_EXCLUSIONS} <= {*EXCLUDED_WORDS}
    named = [*codes[: len(fhir_response.FHIR_REJECTIONS)], *fhir_response.FHIR_EXCLUSIONS, fhir_open.NO_RESPONSES]
    assert [code for code in named if f"| `{code}` |" not in reference] == []


# The same forms, the same results

REASONS = [MissingReason.MISSING, *STATED_REASONS, MissingReason.UNREADABLE]
ANSWERS: tuple[st.SearchStrategy[Answer], ...] = (
    st.sampled_from([chosen("yes"), chosen("no"), *REASONS]),
    st.sampled_from([Amount(Decimal(0)), Amount(Decimal("7.5")), Amount(Decimal(30)), *REASONS]),
    st.sampled_from([chosen("not_sick"), chosen("mild"), chosen("strong"), *REASONS]),
    st.sampled_from([chosen("job"), chosen("kids"), chosen("job", "kids"), *REASONS]),
    st.sampled_from([Words("a friend; drives"), Words('"x"'), *REASONS[:-1]]),
)
A_FORM = st.tuples(*ANSWERS).map(Answers)


def as_cell(answer: Answer) -> str:
    match answer:
        case Chosen(options):
            return ";".join(sorted(options))
        case Amount(number):
            return format(number, "f")
        case Words(text):
            return text
        case MissingReason.MISSING:
            return ""
        case MissingReason.UNREADABLE:
            return "no answer to this"
        case MissingReason():
            return str(answer.value)


def as_csv(forms: Sequence[Answers]) -> bytes:
    stream = io.StringIO()
    rows = csv.writer(stream)
    rows.writerow(["id", *(str(question.id) for question in SMALL.questions)])
    rows.writerows([f"f{place}", *map(as_cell, form.values)] for place, form in enumerate(forms, start=1))
    return stream.getvalue().encode()


def come_to(run: Scoring) -> list[tuple[object, ...]]:
    """What the rows say, but not where they come from. In a text, only that there are words counts."""
    rows = outcomes(run)
    assert run.adds_up
    return [(row.id, row.answers, row.result, row.problems) for row in rows if isinstance(row, ScoredRow)]


@given(
    st.lists(A_FORM, min_size=1, max_size=5),
    st.sampled_from(SHAPES),
    st.sampled_from(RELEASES),
    st.fixed_dictionaries({"grouped": st.booleans(), "coded_reasons": st.booleans()}),
)
def test_forms_come_to_the_same_as_fhir_and_as_csv(
    forms: list[Answers], shape: Shape, release: Release, ways: dict[str, Any]
) -> None:
    data = responses(SMALL, forms, shape=shape, release=release, **ways)
    run = begun([opened(data)], SMALL, ScoreSettings())
    filled = [any(answer is not MissingReason.MISSING for answer in form.values) for form in forms]
    rows = come_to(scoring_of(as_csv(forms), SMALL))
    assert come_to(run) == [row for row, is_filled in zip(rows, filled, strict=True) if is_filled]
    assert run.account.excluded.total() == filled.count(False)


@pytest.mark.parametrize("answer", [{"answerBoolean": True}, {"code": "yes"}, {"ValueBoolean": True}])
def test_an_answer_under_a_key_that_fhir_does_not_have_is_not_blank(answer: Object) -> None:
    outcome, _ = outcomes(begin(a_response([item("danger", answer)]), a_response([])))
    assert isinstance(outcome, ScoredRow)
    assert [(each.question, each.code) for each in outcome.problems] == [("danger", "unreadable")]


@pytest.mark.parametrize("answer", [{}, {"id": "a"}, {"valueBoolean": None}, {"_valueBoolean": {"id": "a"}}])
def test_an_answer_with_nothing_in_it_is_blank(answer: Object) -> None:
    (outcome,) = outcomes(begin(a_response([item("danger", answer), item("sick", coding("mild"))])))
    assert isinstance(outcome, ScoredRow)
    assert outcome.problems == ()


@pytest.mark.parametrize("key", ["answers", "valueBoolean", "answerBoolean"])
def test_an_item_whose_answer_stands_right_in_it_is_not_blank(key: str) -> None:
    astray = {"linkId": "danger", key: [{"valueBoolean": True}]}
    record, _ = read(a_response([astray]), a_response([item("sick", coding("mild"))]))
    assert isinstance(record, RejectedRecord)
    assert record.code == "bad-response"


def test_a_response_of_many_lines_that_cannot_be_read_is_one_record_of_a_rejects_file() -> None:
    """Its lines would else be taken for as many records."""
    broken = a_response([item("sick", coding("mild"))], modifierExtension=[{"url": "urn:not"}])
    bundle = json.dumps(
        {"resourceType": "Bundle", "entry": [{"resource": broken}, {"resource": a_response([])}]}, indent=1
    )
    record, *_ = opened(bundle.encode()).records()
    assert isinstance(record, RejectedRecord)
    assert [len(row) for row in csv.reader(io.StringIO(record.raw.decode(), newline=""))] == [1]
