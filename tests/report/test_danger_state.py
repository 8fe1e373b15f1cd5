"""What a record says of danger: no draft and no result looks clean while a question about danger is open."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.markup import Page, one_line
from support.record_builder import RecordBuilder, choices

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.questionnaire.answers import Answer, MissingReason, Words, chosen
from iop_screen.records.call_data import CallData
from iop_screen.records.chain import Chain, EntryBroken
from iop_screen.records.model import DangerActedOn, DangerCleared, EmergencyShown, Record, ResultShown
from iop_screen.report.danger_state import (
    MAX_CELL,
    danger_cell,
    danger_findings,
    findings_field,
    findings_object,
)
from iop_screen.report.handover import handover_text
from iop_screen.report.record_document import record_html, record_text
from iop_screen.report.record_exports import export_json, export_row

SAFE = {"emergency_now": "no", "suicide": "no", "harm_others": "no", "reality": "no", "ed_body": "no"}


def draft_of(compiled: CompiledQuestionnaire, **answers: str) -> Record:
    """A draft with the best answers to all questions about danger but these; an empty one is not asked."""
    given = {name: answer for name, answer in {**SAFE, **answers}.items() if answer}
    return RecordBuilder(compiled, "7KQ2").answer(choices(given)).record()


@pytest.mark.parametrize(
    ("answers", "cell", "field"),
    [
        ({}, "", ()),
        ({"suicide": "thoughts"}, "suicide", ("suicide:sign",)),
        ({"suicide": "thoughts", "reality": "steady"}, "suicide +1", ("suicide:sign", "reality:sign")),
        ({"suicide": "thoughts", "reality": ""}, "suicide; 1 open", ("suicide:sign", "reality:not_asked")),
        ({"suicide": "-"}, "open: suicide", ("suicide:declined",)),
        ({"suicide": "?"}, "open: suicide", ("suicide:unknown",)),
        ({"emergency_now": "-"}, "1 open", ("emergency_now:declined",)),
        ({"suicide": "?", "harm_others": ""}, "open: suicide +1", ("suicide:unknown", "harm_others:not_asked")),
        ({"reality": "", "ed_body": ""}, "2 not asked", ("reality:not_asked", "ed_body:not_asked")),
    ],
)
def test_a_draft_says_what_is_known_of_danger_and_what_is_not(
    compiled: CompiledQuestionnaire, answers: dict[str, str], cell: str, field: tuple[str, ...]
) -> None:
    record = draft_of(compiled, **answers)
    findings = danger_findings(record, compiled)
    assert danger_cell(record, findings) == cell
    assert findings_field(findings) == field


@pytest.mark.parametrize(
    ("reason", "cell", "field"),
    [
        (MissingReason.NOT_SHOWN, "1 not asked", "suicide:not_asked"),
        (MissingReason.NOT_APPLICABLE, "open: suicide", "suicide:not_applicable"),
    ],
)
def test_a_question_about_danger_that_a_form_did_not_show_was_not_asked(
    compiled: CompiledQuestionnaire, reason: MissingReason, cell: str, field: str
) -> None:
    record = RecordBuilder(compiled).answer({**choices(SAFE), "suicide": reason}).record()
    findings = danger_findings(record, compiled)
    assert (danger_cell(record, findings), findings_field(findings)) == (cell, (field,))
    [finding] = findings
    assert finding.text.endswith("[not shown]" if reason is MissingReason.NOT_SHOWN else "[not applicable]")


def test_a_question_that_was_not_shown_is_still_to_be_asked_in_a_draft_and_open_in_the_handover(
    compiled: CompiledQuestionnaire,
) -> None:
    answers = {**choices(SAFE), "suicide": MissingReason.NOT_SHOWN, "reality": MissingReason.NOT_APPLICABLE}
    record = RecordBuilder(compiled).answer(answers).record()
    ask = {name: str(compiled.questions[compiled.index_of(name)].ask) for name in ("suicide", "reality")}
    draft = one_line(record_text(record, compiled))
    not_answered = draft.partition("Not answered yet")[2].partition("Asked, and still open")[0]
    assert (ask["suicide"] in not_answered, ask["reality"] in not_answered) == (True, False)
    page = one_line(handover_text(record, CallData(), compiled))
    assert f"{ask['suicide']} [not shown]" in page
    assert f"{ask['reality']} [not applicable]" in page


def test_an_answer_that_does_not_fit_is_unreadable_and_not_clean(compiled: CompiledQuestionnaire) -> None:
    record = RecordBuilder(compiled).answer({**choices(SAFE), "suicide": Words("no")}).record()
    findings = danger_findings(record, compiled)
    assert findings_object(findings) == {
        "sign": [],
        "declined": [],
        "unknown": [],
        "unreadable": ["suicide"],
        "not_applicable": [],
        "not_asked": [],
    }
    assert "[could not be read]" in one_line(record_text(record, compiled))


@pytest.mark.parametrize(
    ("marks", "cell"),
    [
        ([EmergencyShown], "NOT MARKED"),
        ([EmergencyShown, DangerActedOn], "acted: suicide"),
        ([EmergencyShown, DangerCleared], "suicide; 1 open"),
    ],
)
def test_what_was_marked_stands_with_what_is_open(
    compiled: CompiledQuestionnaire, marks: list[type[EmergencyShown | DangerActedOn | DangerCleared]], cell: str
) -> None:
    builder = RecordBuilder(compiled).answer(choices({**SAFE, "suicide": "thoughts", "reality": "-"}))
    builder.entries += [EmergencyShown(builder.now, ()) if m is EmergencyShown else m(builder.now) for m in marks]  # type: ignore[call-arg]
    record = builder.record()
    assert danger_cell(record, danger_findings(record, compiled)) == cell


def test_without_its_questionnaire_nothing_is_known(compiled: CompiledQuestionnaire) -> None:
    record = draft_of(compiled)
    assert danger_cell(record, None) == "not known"
    builder = RecordBuilder(compiled).answer(choices(SAFE))
    builder.entries.append(EmergencyShown(builder.now, ()))
    assert danger_cell(builder.record(), None) == "NOT MARKED"
    builder.entries.append(DangerActedOn(builder.now))
    assert danger_cell(builder.record(), None) == "acted"
    builder.entries.append(
        ResultShown(builder.now, "undetermined", "iop", "iop", None, None, danger_open=True, set_aside=0)
    )
    assert danger_cell(builder.record(), None) == "NOT RULED OUT"


def any_answers(compiled: CompiledQuestionnaire, data: st.DataObject) -> dict[str, Answer]:
    """Any answers to the questions about danger, or none."""
    answers: dict[str, Answer] = {}
    for index in danger_indexes(compiled):
        question = compiled.questions[index]
        options = [chosen(option) for option in question.answer_ids()]
        answer = data.draw(st.sampled_from([*options, *MissingReason]))
        if answer is not MissingReason.MISSING:
            answers[str(question.id)] = answer
    return answers


@pytest.mark.slow
@settings(max_examples=examples(60))
@given(data=st.data())
def test_nothing_looks_clean_unless_each_danger_question_has_its_best_answer(
    compiled: CompiledQuestionnaire, data: st.DataObject
) -> None:
    answers = any_answers(compiled, data)
    builder = RecordBuilder(compiled, "7KQ2").answer(answers)
    if data.draw(st.booleans()):
        builder.show_result()
    record = builder.record()
    findings = danger_findings(record, compiled)
    cell = danger_cell(record, findings)
    assert (cell == "") == (answers == choices(SAFE))
    assert len(cell) <= MAX_CELL
    assert cell.isascii()
    text = one_line(record_text(record, compiled))
    assert ("Danger: whom to call" in text) == bool(findings)
    for finding in findings:
        assert finding.text in text
    listed = json.loads(export_json(record, compiled))["danger_questions"]
    ids = [name for names in listed.values() for name in names]
    assert sorted(ids) == sorted(str(finding.question.id) for finding in findings)


def test_a_hung_up_draft_names_its_danger_first(compiled: CompiledQuestionnaire) -> None:
    record = draft_of(compiled, suicide="thoughts", harm_others="", reality="-")
    for shown in (one_line(record_text(record, compiled)), Page(record_html(record, compiled)).text):
        danger, _, rest = shown.partition("Not answered yet")
        assert rest
        assert "end their life, or get ready to? [Yes, but no plan, no wish to act" in danger
        assert "badly hurt someone else soon? [not answered]" in danger
        assert "could come to harm? [declined]" in danger
        assert "call or text 988" in danger


def test_a_row_names_the_open_questions_about_danger(compiled: CompiledQuestionnaire) -> None:
    record = (
        RecordBuilder(compiled).answer(choices({**SAFE, "suicide": "thoughts", "reality": "?"})).show_result().record()
    )
    (row,) = csv.DictReader(io.StringIO(export_row(record, compiled)))
    assert row["danger_questions"] == "suicide:sign;reality:unknown"


def test_a_broken_chain_never_looks_clean(compiled: CompiledQuestionnaire) -> None:
    """Whoever changed the file may have taken a sign of danger out."""
    record = RecordBuilder(compiled).answer(choices(SAFE)).record()
    findings = danger_findings(record, compiled)
    assert danger_cell(record, findings) == ""
    broken = replace(record, chain=Chain((), EntryBroken(1)))
    assert danger_cell(broken, findings) == "not known"
