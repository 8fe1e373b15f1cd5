"""The report of a record: everything that was said and happened, nothing that could act, and what no longer fits."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.interviews import SMALL
from support.markup import ALLOWED, Page, one_line
from support.paths import GOLDEN
from support.questionnaires import ready
from support.record_builder import ANSWERS, RecordBuilder, choices, draft, hostile, residential, result_page
from support.texts import NAUGHTY

from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words, chosen
from iop_screen.questionnaire.scalars import Text
from iop_screen.records.fitted_answers import answers_from_record, explain_record, result_shown_entry
from iop_screen.records.model import (
    AnswerRecorded,
    DangerActedOn,
    DangerCleared,
    DecisionReason,
    EmergencyShown,
    QuestionnaireChanged,
    QuestionnaireRef,
    Record,
    ResultShown,
)
from iop_screen.report.headline import step_names
from iop_screen.report.record_document import record_html, record_text
from iop_screen.report.record_exports import export_json
from iop_screen.report.record_history import DECISION_REASON_TEXTS, shown_result_text
from iop_screen.report.wording import suggestion_text

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
LINES = (Text("On-call clinician: Dr. A. Roe, ring 12"), Text("If the line breaks off, call back at once."))


def both(record: Record, compiled: CompiledQuestionnaire) -> tuple[str, str]:
    """The report as one line of text, and the text of its page."""
    return one_line(record_text(record, compiled)), Page(record_html(record, compiled)).text


@pytest.mark.parametrize(("name", "made"), [("record", residential), ("record-draft", draft)])
def test_a_report_reads_as_it_did(name: str, made: type[Record], compiled: CompiledQuestionnaire) -> None:
    shown = re.sub(r"#[0-9a-f]{12}", "#............", record_text(made(compiled), compiled))  # type: ignore[arg-type]
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def test_everything_that_was_said_is_in_both(compiled: CompiledQuestionnaire) -> None:
    record = residential(compiled)
    for shown in both(record, compiled):
        for expected in (
            suggestion_text(explain_record(record, compiled).result),
            "The person could not stay safe at times when no staff are there.",
            "[No, not even with a lot of help]",
            "brother drinks daily, 12 cans or more",
            "car broke down no bus on Sundays",
            "IOP with a safe place to live",
            "There is a waiting list.",
            "J. Doe",
            "Dr. A. Roe",
            "bed from Monday on",
            "7KQ2-M4XP",
            "2026-11-24 09:30:00 UTC",
            "The coordinator marked that they acted.",
            "no longer asked because of other answers",
            "SAMHSA National Helpline: call 1-800-662-4357",
            one_line(str(compiled.questionnaire.disclaimer)),
            compiled.stamp,
        ):
            assert expected in shown, expected


def test_danger_comes_before_everything(compiled: CompiledQuestionnaire) -> None:
    site = replace(compiled, questionnaire=replace(compiled.questionnaire, site_lines=LINES))
    for shown in both(residential(site), site):
        assert 0 < shown.index("call 911 or the local emergency number") < shown.index("Suggestion (not a diagnosis")
        assert 0 < shown.index("ring 12") < shown.index("Suggestion (not a diagnosis")
        assert shown.count("ring 12") == 1


def test_without_danger_the_contacts_and_the_lines_of_the_site_stand_further_down(
    compiled: CompiledQuestionnaire,
) -> None:
    site = replace(compiled, questionnaire=replace(compiled.questionnaire, site_lines=LINES))
    calm = (
        RecordBuilder(site)
        .answer(choices({**ANSWERS, "suicide": "no"}))
        .show("residential", "clinician_check")
        .record()
    )
    for shown in both(calm, site):
        assert "Danger" not in shown
        assert shown.index("Suggestion (not a diagnosis") < shown.index("ring 12")


def test_how_it_is_to_be_handled_stands_at_the_top_and_the_foot(compiled: CompiledQuestionnaire) -> None:
    handling = one_line(str(compiled.questionnaire.handling))
    for record in (draft(compiled), residential(compiled)):
        for shown in both(record, compiled):
            assert shown.count(handling) == 2
            assert shown.index(handling) < 200
            assert shown.rindex(handling) > len(shown) - len(handling) - 200
        assert json.loads(export_json(record, compiled))["handling"] == str(compiled.questionnaire.handling)


def test_danger_that_nobody_acted_on_is_said(compiled: CompiledQuestionnaire) -> None:
    builder = RecordBuilder(compiled).answer(choices(ANSWERS))
    builder.entries.append(EmergencyShown(builder.now, ("suicide_danger", "no_longer_there")))
    for shown in both(builder.show_result().record(), compiled):
        assert shown.count("Nobody has marked yet that they acted on this.") == 2
        assert "Rule no_longer_there." in shown
        assert "Call or text 988" in shown or "call or text 988" in shown


CLOSED = {**ANSWERS, "suicide": "no", "concerns": "mood_or_other", "alcohol_use": "none", "withdrawal_now": "strong"}
"""No use of drugs by the answers that count, and a strong withdrawal among those that were given."""

BEST = {
    "coming_from": "no",
    "thinking": "no",
    "self_care": "yes",
    "stay_safe": "yes",
    "past_care": "none_or_helped",
    "home": "supportive",
    "support": "day_and_night",
}


def test_answers_that_no_longer_count_are_named_with_what_they_would_come_to(compiled: CompiledQuestionnaire) -> None:
    record = RecordBuilder(compiled).answer(choices({**CLOSED, **BEST})).show_result().record()
    for shown in both(record, compiled):
        before = shown.index("Answers that do not count") < shown.index("What was chosen") < shown.index("Why")
        assert before
        assert "bad shakes" in shown[: shown.index("What was chosen")]
        assert 'It would be "First' in shown
        assert "No answer that counts showed a need for more than this." in shown
    page = one_line(result_page(explain_record(record, compiled), compiled))
    assert "ANSWERS THAT DO NOT COUNT" in page
    assert "this result is not to be relied on" in page


def test_an_emergency_names_the_other_dangers_that_were_not_ruled_out(compiled: CompiledQuestionnaire) -> None:
    record = (
        RecordBuilder(compiled)
        .answer(choices({"age": "18_64", "suicide": "danger", "reality": "?"}))
        .show_result()
        .record()
    )
    for shown in both(record, compiled):
        others = shown.partition("Other dangers that are not ruled out")[2].partition("Still open")[0]
        assert "badly hurt someone else soon? [not answered]" in others
        assert "so wound up with nights of no sleep, that they could come to harm? [don't know]" in others
        assert "has suicide been on" not in others


def test_in_an_emergency_the_other_reasons_stand_apart(compiled: CompiledQuestionnaire) -> None:
    told = {"age": "18_64", "suicide": "danger", "harm_others": "worry"}
    record = RecordBuilder(compiled).answer(choices(told)).show_result().record()
    for shown in both(record, compiled):
        now, _, later = shown.partition("What else counts, once nobody is in danger")
        assert "There is a danger of suicide." in now
        assert "Someone else may come to harm." not in now
        assert "Someone else may come to harm." in later


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([EmergencyShown], "DANGER since 2026-11-24 09:3"),
        ([EmergencyShown, DangerActedOn], "The emergency page was opened by hand. It was marked at 2026-11-24 09:3"),
        ([EmergencyShown, DangerCleared], "that nobody is in danger."),
        ([], "An emergency is not ruled out. Ask these first:"),
    ],
)
def test_how_danger_stands_is_the_first_thing_said(
    compiled: CompiledQuestionnaire, marks: list[type[EmergencyShown | DangerActedOn | DangerCleared]], expected: str
) -> None:
    builder = RecordBuilder(compiled).answer(choices({"age": "18_64", "suicide": "-"}))
    for mark in marks:
        builder.entries.append(EmergencyShown(builder.now, ()) if mark is EmergencyShown else mark(builder.now))  # type: ignore[call-arg]
    for shown in both(builder.show_result().record(), compiled):
        assert shown.index(expected) < shown.index("call 911") < shown.index("Suggestion (not a diagnosis")


def test_a_decision_that_stands_no_longer_is_still_in_the_history(compiled: CompiledQuestionnaire) -> None:
    record = residential(compiled)
    first = next(entry for entry in record.log if isinstance(entry, ResultShown))
    changed = replace(record, log=(*record.log, AnswerRecorded(record.changed, "stay_safe", chosen("yes"))))
    again = replace(changed, log=(*changed.log, result_shown_entry(explain_record(changed, compiled), record.changed)))
    for shown in both(again, compiled):
        assert "The answers have changed since a decision was recorded. It does not stand for them." in shown
        history = shown[shown.index("What happened, and when") :]
        assert "[No, not even with a lot of help] -> [Yes]" in history
        assert f"The result was shown: {shown_result_text(first, step_names(compiled.questionnaire))}" in history
        assert "it may be less than is needed, or there was danger; clinician named: Dr. A. Roe" in history


def test_a_first_step_that_is_open_is_to_be_taken_for_needed(compiled: CompiledQuestionnaire) -> None:
    told = {**ANSWERS, "suicide": "no", **BEST, "medical": "-", "concerns": "mood_or_other"}
    told |= {"alcohol_use": "none", "sedative_use": "none", "withdrawal_now": "none"}
    record = RecordBuilder(compiled).answer(choices(told)).show_result().record()
    for shown in both(record, compiled):
        assert "First, still open: up to" in shown
        assert "act as if this came first" in shown
        assert "Not every question was answered." in shown


def test_a_draft_gives_no_result(compiled: CompiledQuestionnaire) -> None:
    for shown in both(draft(compiled), compiled):
        assert "DRAFT - no result yet" in shown
        assert "Suggestion" not in shown
        assert "Residential" not in shown
        assert "life, or get ready to? [declined]" in shown
        assert "Is the person pregnant, or might they be?" in shown


def test_a_draft_with_an_answer_that_is_danger_says_that_it_is_an_emergency(compiled: CompiledQuestionnaire) -> None:
    told = {"age": "18_64", "emergency_now": "no", "suicide": "danger", "means_at_hand": "yes"}
    for shown in both(RecordBuilder(compiled).answer(choices(told)).record(), compiled):
        assert "NOT FINISHED. First, now: Emergency help" in shown.partition("Whom to call")[0]
        assert "An emergency is not ruled out" not in shown
        others = shown.partition("Other dangers that are not ruled out:")[2].partition("Whom to call")[0]
        assert "badly hurt someone else soon? [not answered]" in others
        signs = shown.partition("Signs of danger in the answers:")[2].partition("Other dangers")[0]
        assert "enough pills to do harm? [Yes]" in signs


@pytest.mark.parametrize("mark", [None, DangerActedOn])
def test_a_danger_answer_that_was_changed_stays_named_at_the_top(
    mark: type[DangerActedOn] | None, compiled: CompiledQuestionnaire
) -> None:
    builder = RecordBuilder(compiled).answer(choices({"age": "18_64", "suicide": "danger"}))
    builder.entries.append(EmergencyShown(builder.now, ("suicide_danger",)))
    builder.entries += [] if mark is None else [mark(builder.now)]
    named = "An earlier answer that meant danger was changed: In the past month, has suicide been"
    for shown in both(builder.record(), compiled):
        assert named not in shown
    for shown in both(builder.answer(choices({"suicide": "no"})).record(), compiled):
        assert named in shown.partition("Whom to call")[0]


@pytest.mark.parametrize("suicide", ["-", "danger"])
def test_a_draft_says_for_whom_the_questionnaire_is_not_made(suicide: str, compiled: CompiledQuestionnaire) -> None:
    young = RecordBuilder(compiled).answer(choices({"age": "under_18", "suicide": suicide}))
    for shown in both(young.record(), compiled):
        assert 0 < shown.find("No level: not made for this person.") < shown.index("Danger: whom to call")
    for shown in both(draft(compiled), compiled):
        assert "No level" not in shown


def test_another_questionnaire_and_another_result_are_said(compiled: CompiledQuestionnaire) -> None:
    other = replace(compiled, hash12="0123456789ab")
    record = RecordBuilder(compiled).answer(choices(ANSWERS)).show("iop", None).record()
    for shown in both(record, other):
        assert f"made with another questionnaire, {compiled.stamp}" in shown
        assert "When the result was shown it was another one: Intensive Outpatient Program (IOP)." in shown
    for shown in both(residential(compiled), compiled):
        assert "another" not in shown.replace("live-in", "")


def test_a_record_that_was_taken_over_says_so(compiled: CompiledQuestionnaire) -> None:
    record = residential(compiled)
    made = QuestionnaireRef("level-of-care", "1.0.0", "0123456789ab")
    carried = replace(record, log=(*record.log, QuestionnaireChanged(record.changed, made, ("gone",))))
    for shown in both(carried, compiled):
        assert "made with another questionnaire" not in shown
        assert "not used since then: gone" in shown
        assert "DRAFT" in shown


def test_every_reason_for_a_decision_has_words() -> None:
    assert set(DECISION_REASON_TEXTS) == set(DecisionReason)


MISFITS: list[tuple[str, Answer]] = [
    ("gone", chosen("yes")),
    ("gone", MissingReason.DECLINED),
    ("threat", chosen("a_lot")),
    ("threat", chosen("none", "some")),
    ("threat", Amount(Decimal(1))),
    ("threat", Words("some")),
    ("threat", Chosen(frozenset())),
    ("kinds", chosen("a", "neither")),
    ("days", Amount(Decimal(8))),
    ("days", chosen("yes")),
    ("words", chosen("yes")),
]
FITTING: list[tuple[str, Answer]] = [
    ("threat", chosen("some")),
    ("threat", MissingReason.UNKNOWN),
    ("days", Amount(Decimal(7))),
    ("days", MissingReason.DECLINED),
]


@pytest.fixture(scope="module")
def small() -> CompiledQuestionnaire:
    return ready(SMALL)


@pytest.mark.parametrize(("question", "answer"), MISFITS)
def test_what_no_longer_fits_is_named_and_leaves_no_answer(
    small: CompiledQuestionnaire, question: str, answer: Answer
) -> None:
    record = RecordBuilder(small).answer({question: answer}).note({question: "a note"}).record()
    taken = answers_from_record(record, small)
    assert taken.left_out == (question,)
    assert set(taken.answers.values) == {MissingReason.MISSING}
    known = question in {str(each.id) for each in small.questions}
    assert taken.notes_left_out == (() if known else (question,))
    asked = {str(each.id): f'"{each.ask}"' for each in small.questions}
    for shown in both(record, small):
        assert "a note" in shown
        assert f"Answers that are not used here: {asked.get(question, question)}." in shown


@pytest.mark.parametrize(("question", "answer"), FITTING)
def test_what_fits_is_kept(small: CompiledQuestionnaire, question: str, answer: Answer) -> None:
    taken = answers_from_record(
        RecordBuilder(small).answer({question: answer}).note({question: "a note"}).record(), small
    )
    index = small.index_of(question)
    assert (taken.answers.values[index], taken.notes[index]) == (answer, "a note")
    assert (taken.left_out, taken.notes_left_out) == ((), ())


def test_a_whole_record_fits_the_questionnaire_it_was_made_with(compiled: CompiledQuestionnaire) -> None:
    record = residential(compiled)
    taken = answers_from_record(record, compiled)
    assert taken.left_out == taken.notes_left_out == ()
    names = [str(question.id) for question in compiled.questions]
    kept = {
        name: answer
        for name, answer in zip(names, taken.answers.values, strict=True)
        if answer is not MissingReason.MISSING
    }
    assert kept == record.answers


def holds_nothing_that_acts(record: Record, compiled: CompiledQuestionnaire, text: str) -> None:
    shown, source = record_text(record, compiled), record_html(record, compiled)
    assert not CONTROL.search(shown)
    assert max(map(len, shown.split("\n"))) <= 78
    page = Page(source)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= ALLOWED
    names = {name for _, given in page.tags for name in given}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "scope", "colspan"}
    style = source.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in source
    expected = sanitize(" ".join(text.split()))
    assert page.text.count(one_line(expected)) >= (7 if expected else 0)
    assert "".join(expected.split()) in "".join(shown.split())


@pytest.mark.slow
@settings(max_examples=examples(150))
@given(text=st.text(max_size=60) | st.text("<>&\"'/=`\x1b\u202e\n;:{}", max_size=30))
def test_no_text_of_a_person_can_act(small: CompiledQuestionnaire, text: str) -> None:
    holds_nothing_that_acts(hostile(small, text), small, text)


@settings(max_examples=examples(100))
@given(ref=st.text(max_size=20), version=st.text(min_size=1, max_size=20))
def test_no_stamp_can_act(small: CompiledQuestionnaire, ref: str, version: str) -> None:
    odd = replace(small, questionnaire=replace(small.questionnaire, version=Text(version)))
    source = record_html(RecordBuilder(odd, ref).record(), odd)
    page = Page(source)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= ALLOWED
    style = source.partition("<style>")[2].partition("</style>")[0]
    content = style.partition('@bottom-left { content: "')[2].partition('"; font')[0]
    assert re.fullmatch(r"(?:[A-Za-z0-9 ._@#:-]|\\[0-9a-f]+ )*", content)


@pytest.mark.slow
def test_a_text_that_means_something_elsewhere_stays_text(small: CompiledQuestionnaire) -> None:
    for text in NAUGHTY:
        holds_nothing_that_acts(hostile(small, text), small, text)


def test_a_page_can_be_followed_without_seeing_it(compiled: CompiledQuestionnaire) -> None:
    """One title, headings that skip no rank, and every cell of a table under a head and beside one."""
    page = Page(record_html(residential(compiled), compiled))
    tags = [tag for tag, _ in page.tags]
    ranks = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert ranks[0] == 1
    assert ranks.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(ranks))
    assert page.title == "7KQ2-M4XP - Level-of-care screening"
    assert {given.get("scope") for tag, given in page.tags if tag == "th"} == {"col", "row"}
    assert ("html", {"lang": "en"}) in page.tags
