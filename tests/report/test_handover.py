"""The handover: one page, whatever was said; what is never cut; and the picture of the answers."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.interviews import SMALL
from support.markup import ALLOWED, Page, one_line
from support.paths import GOLDEN
from support.questionnaires import ready
from support.record_builder import (
    ANSWERS,
    LONG_WORDS,
    RecordBuilder,
    choices,
    draft,
    hostile,
    residential,
    worst,
)
from support.running import Run

from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire
from iop_screen.interview.handover import write_handover
from iop_screen.questionnaire.answers import Amount, Answer, MissingReason, chosen
from iop_screen.questionnaire.scalars import Text
from iop_screen.records.call_data import NO_CALL_DATA, CallData, Caller, YesNo
from iop_screen.records.fitted_answers import explain_record
from iop_screen.records.forget import forget
from iop_screen.records.handovers import handover_files
from iop_screen.records.lock import Refused
from iop_screen.records.model import (
    DangerActedOn,
    DangerAction,
    DangerCleared,
    EmergencyShown,
    Record,
)
from iop_screen.records.store import Store
from iop_screen.report.call_safety import CAUTION
from iop_screen.report.handover import handover_html, handover_text
from iop_screen.report.result_text import headline
from iop_screen.report.wording import asked_and_answered, short_name

CALL = CallData(Caller.OTHER, YesNo.NO, "12 Oak St, Dayton", "555 0142", "Spanish", YesNo.YES, "CHART 2291/A")
PLACE = "The back room of the blue house behind the feed store, 1200 Old County Road, Yellow Springs, Ohio 45387"
NUMBER = "(937) 555-0142, extension 2291, or 555-0143 at the feed store; ask for Rosa, leave no message"
LONG_CALL = CallData(Caller.OTHER, YesNo.NO, PLACE, NUMBER, LONG_WORDS, YesNo.YES, LONG_WORDS)
Made = Callable[[CompiledQuestionnaire], Record]
DANGER_QUESTIONS = ("emergency_now", "suicide", "harm_others", "reality", "ed_body")


def nothing_asked(compiled: CompiledQuestionnaire) -> Record:
    """A call that broke off at once, and long notes on each question all the same."""
    return RecordBuilder(compiled).note({str(question.id): LONG_WORDS for question in compiled.questions}).record()


def calm_but_worst(compiled: CompiledQuestionnaire) -> Record:
    return worst(compiled, danger=False)


def short_notes(compiled: CompiledQuestionnaire) -> Record:
    """As many lines as there can be, none of which is long."""
    return worst(compiled, danger=False, words="She said so.")


def wide_letters(compiled: CompiledQuestionnaire) -> Record:
    return worst(compiled, danger=False, words="W" * 2000)


def capital_letters(compiled: CompiledQuestionnaire) -> Record:
    return worst(compiled, danger=False, words=LONG_WORDS.upper())


def danger_often(compiled: CompiledQuestionnaire) -> Record:
    """Danger that was seen and acted on again and again."""
    builder = RecordBuilder(compiled).answer(choices({**ANSWERS, "suicide": "danger"}))
    for number in range(20):
        builder.entries.append(EmergencyShown(builder.now, ("suicide_danger",) if number % 2 else ()))
        builder.entries.append(DangerActedOn(builder.now, DangerAction.OTHER, f"{number} {LONG_WORDS}"))
    return builder.note({str(question.id): LONG_WORDS for question in compiled.questions}).show_result().record()


FULL: list[Made] = [
    worst,
    calm_but_worst,
    short_notes,
    nothing_asked,
    wide_letters,
    capital_letters,
    danger_often,
    residential,
    draft,
]


def both(record: Record, compiled: CompiledQuestionnaire, call: CallData = CALL) -> tuple[str, str]:
    """The handover as one line of text, and the text of its page."""
    return one_line(handover_text(record, call, compiled)), Page(handover_html(record, call, compiled)).text


@pytest.mark.parametrize(("name", "made"), [("handover", residential), ("handover-draft", draft)])
def test_a_handover_reads_as_it_did(name: str, made: Made, compiled: CompiledQuestionnaire) -> None:
    shown = re.sub(r"#[0-9a-f]{12}", "#............", handover_text(made(compiled), CALL, compiled))
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small() -> CompiledQuestionnaire:
    return ready(SMALL)


# ---------------------------------------------------------------------- one page


@pytest.mark.parametrize("call", [NO_CALL_DATA, LONG_CALL])
@pytest.mark.parametrize("made", FULL)
def test_the_text_is_one_page_without_a_cut_in_what_is_urgent(
    made: Made, call: CallData, compiled: CompiledQuestionnaire
) -> None:
    record = made(compiled)
    shown = handover_text(record, call, compiled)
    assert len(shown.splitlines()) <= 66
    assert all(len(line) <= 78 and line.isascii() for line in shown.splitlines())
    assert_never_cut(record, compiled, one_line(shown))


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=examples(20))
def test_it_is_one_page_whatever_was_said(compiled: CompiledQuestionnaire, data: st.DataObject) -> None:
    reasons = [MissingReason.DECLINED, MissingReason.UNKNOWN]
    builder = RecordBuilder(compiled)
    for question in compiled.questions:
        options = st.sampled_from(question.answer_ids()).map(chosen)
        answer = data.draw(st.none() | st.sampled_from(reasons) | options)
        builder.answer({} if answer is None else {str(question.id): answer})
        length = data.draw(st.sampled_from([0, 0, 30, 300, 2000]))
        builder.note({str(question.id): LONG_WORDS[:length]})
    record = data.draw(st.sampled_from([builder, builder.show_result()])).record()
    shown = handover_text(record, data.draw(st.sampled_from([NO_CALL_DATA, CALL, LONG_CALL])), compiled)
    assert shown.count("\n") <= 66
    assert_never_cut(record, compiled, one_line(shown))


def assert_never_cut(record: Record, compiled: CompiledQuestionnaire, shown: str) -> None:
    explanation = explain_record(record, compiled)
    assert headline(explanation, danger_raised=record.danger_raised, finished=record.final) in shown
    assert one_line(str(compiled.questionnaire.disclaimer)) in shown
    assert one_line(str(compiled.questionnaire.handling)) in shown
    assert compiled.stamp in shown
    assert record.danger_since is None or "Nobody has marked yet that they acted on this." in shown
    urgent = [rule.definition for rule in compiled.interrupting()]
    assert all(str(reason.rule.because) in shown for reason in explanation.reasons if reason.rule in urgent)
    for name in DANGER_QUESTIONS:
        answer = explanation.answers.values[index := compiled.index_of(name)]
        if isinstance(answer, MissingReason):
            assert one_line(asked_and_answered(compiled.questions[index], answer)) in shown


@pytest.mark.parametrize("made", FULL)
def test_on_the_sheet_nothing_urgent_is_cut(made: Made, compiled: CompiledQuestionnaire) -> None:
    record = made(compiled)
    assert_never_cut(record, compiled, Page(handover_html(record, LONG_CALL, compiled)).text)


@pytest.mark.parametrize("made", [worst, calm_but_worst, short_notes, nothing_asked, wide_letters])
def test_what_is_cut_is_counted(made: Made, compiled: CompiledQuestionnaire) -> None:
    record = made(compiled)
    for shown in (handover_text(record, CALL, compiled), handover_html(record, CALL, compiled)):
        listed = len(re.findall(r"(?:- |<li>|<dd>|Notes: )(?:[\w ]+):\s+(?:The caller said|She said so|WWWW)", shown))
        left = re.search(r"Notes(?::|</dt>).*?\.\.\. (\d+) more in the record", shown, re.DOTALL)
        assert left is not None
        assert listed + int(left[1]) == len(record.notes)


def test_what_there_is_room_for_is_whole(compiled: CompiledQuestionnaire) -> None:
    for shown in both(draft(compiled), compiled):
        assert "suicide: call dropped here" in shown
        assert "more in the record" not in shown


def test_notes_on_danger_are_the_last_to_go(compiled: CompiledQuestionnaire) -> None:
    shown = handover_html(nothing_asked(compiled), CALL, compiled)
    kept = re.findall(r"<li>([\w ]+): The caller", shown)
    assert kept[:5] == [*map(short_name, DANGER_QUESTIONS)]
    assert 5 <= len(kept) < len(compiled.questions)


def test_a_sheet_holds_more_than_a_page_of_text(compiled: CompiledQuestionnaire) -> None:
    left = [
        int(found[1])
        for shown in both(short_notes(compiled), compiled)
        if (found := re.search(r"Why.*?(\d+) more in the record", shown))
    ]
    assert len(left) == 2
    assert left[0] > left[1]


# ---------------------------------------------------------------------- what it says


def test_both_references_and_the_call_are_there(compiled: CompiledQuestionnaire) -> None:
    for shown in both(residential(compiled), compiled):
        for expected in (
            "7KQ2-M4XP, revision 1; of the site: MR-0042; CHART 2291/A",
            "call began 2026-11-24 09:30:00 UTC; last entry 2026-11-24 09:36:30 UTC",
            "Who is calling: somebody else; Safe to talk: no; Language: Spanish; Interpreter needed: yes",
            "12 Oak St, Dayton",
            "555 0142",
        ):
            assert expected in shown, expected


def test_what_was_not_filled_in_is_said(compiled: CompiledQuestionnaire) -> None:
    for shown in both(draft(compiled), compiled, NO_CALL_DATA):
        assert "who calls, from where and the number to call back were not filled in" in shown
        assert "of the site: none given" in shown
    for shown in both(draft(compiled), compiled, CallData(where="at work")):
        assert re.search("Number to call back:? not filled in", shown)


def test_a_draft_and_practice_are_marked(compiled: CompiledQuestionnaire) -> None:
    made_up = draft(compiled)
    made_up = replace(made_up, head=replace(made_up.head, practice=True))
    for shown in both(made_up, compiled):
        assert "PRACTICE: the caller is made up. DRAFT - no result yet." in shown
        assert "NOT FINISHED. Not settled: an emergency is not ruled out" in shown
    for shown in both(residential(compiled), compiled):
        assert "PRACTICE" not in shown
        assert "DRAFT" not in shown


SEEN = ("suicide_danger",)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], ["The emergency page was not shown on this call."]),
        (
            [EmergencyShown],
            ["DANGER since 2026-11-24 09:3", "the emergency page was shown. There is a danger of suicide."],
        ),
        ([EmergencyShown, DangerActedOn], ["09:30:40: handed to 988 (they stay on the line)."]),
        ([EmergencyShown, DangerCleared], ["09:30:40: it was marked that nobody is in danger."]),
    ],
)
def test_danger_and_what_was_done_stand_with_their_times(
    compiled: CompiledQuestionnaire, marks: list[type], expected: list[str]
) -> None:
    builder = RecordBuilder(compiled).answer(choices({"age": "18_64", "suicide": "-"}))
    for mark in marks:
        done = (DangerAction.HANDED_TO_CRISIS_LINE, "they stay on the line") if mark is DangerActedOn else ()
        builder.entries.append(mark(builder.now, *((SEEN,) if mark is EmergencyShown else done)))
    for shown in both(builder.record(), compiled):
        for each in expected:
            assert each in shown
        assert ("Nobody has marked yet" in shown) == (marks == [EmergencyShown])


def test_danger_without_an_answer_is_named_and_one_with_an_answer_is_not(compiled: CompiledQuestionnaire) -> None:
    record = RecordBuilder(compiled).answer(choices({"suicide": "thoughts", "reality": "?"})).record()
    for shown in both(record, compiled):
        left = shown.partition("Danger questions without an answer")[2].partition("Why")[0]
        assert "badly hurt someone else soon? [not answered]" in left
        assert "they could come to harm? [don't know]" in left
        assert "has suicide been on" not in left
        assert "There are thoughts of suicide" in shown.partition("Why")[2]


CALM = {"emergency_now": "no", "suicide": "no", "harm_others": "no", "reality": "no", "ed_body": "no"}


def thoughts_then_nothing(compiled: CompiledQuestionnaire) -> Record:
    """A call that broke off after thoughts of suicide, with a gun at hand."""
    told = {"age": "18_64", **CALM, "suicide": "thoughts", "means_at_hand": "yes"}
    return RecordBuilder(compiled).answer(choices(told)).record()


def no_sign(compiled: CompiledQuestionnaire) -> Record:
    return RecordBuilder(compiled).answer(choices({**ANSWERS, "suicide": "no"})).show_result().record()


RED = [worst, residential, draft, calm_but_worst, thoughts_then_nothing, nothing_asked]


@pytest.mark.parametrize(("made", "red"), [*((made, True) for made in RED), (no_sign, False)])
def test_the_box_of_danger_is_red_only_where_there_is_or_may_be_danger(
    made: Made,
    red: bool,  # noqa: FBT001 - what is expected
    compiled: CompiledQuestionnaire,
) -> None:
    assert ('<section class="danger">' in handover_html(made(compiled), CALL, compiled)) == red


@pytest.mark.parametrize("finished", [False, True])
def test_signs_of_danger_stand_in_its_box(
    finished: bool,  # noqa: FBT001 - a draft and a record with a result
    compiled: CompiledQuestionnaire,
) -> None:
    record = thoughts_then_nothing(compiled)
    if finished:
        record = replace(record, log=(*record.log, *RecordBuilder(compiled).show("iop", None).entries))
    thoughts = "Yes, but no plan, no wish to act, and no try in the past 3 months"
    expected = f"Signs of danger: suicide: {thoughts}; means at hand: Yes"
    for shown in both(record, compiled):
        box = shown.partition("Danger, and what was done")[2].partition("Danger questions without an answer")[0]
        assert expected in box


def test_guns_or_pills_that_were_not_asked_for_are_not_passed_over(compiled: CompiledQuestionnaire) -> None:
    record = RecordBuilder(compiled).answer(choices({"age": "18_64", **CALM, "suicide": "thoughts"})).record()
    for shown in both(record, compiled):
        left = shown.partition("Danger questions without an answer")[2].partition("Why")[0]
        assert "Are there guns where the person lives, or enough pills to do harm? [not answered]" in left


@pytest.mark.parametrize("made", [worst, danger_often, calm_but_worst, draft])
def test_the_place_and_the_number_to_call_back_are_whole(made: Made, compiled: CompiledQuestionnaire) -> None:
    for shown in both(made(compiled), compiled, LONG_CALL):
        assert PLACE in shown
        assert NUMBER in shown


def test_a_place_that_fills_the_page_takes_it_from_the_picture(compiled: CompiledQuestionnaire) -> None:
    place = ("Past the bridge, left at the red barn, then on to the fourth gate. " * 16).strip()
    shown = handover_text(worst(compiled), CallData(where=place, call_back=NUMBER), compiled)
    assert place in one_line(shown)
    assert shown.count("\n") <= 66
    assert "Where the need lies" not in shown


def test_what_was_done_about_danger_is_never_cut(compiled: CompiledQuestionnaire) -> None:
    record = danger_often(compiled)
    times = [f"{mark.at:%H:%M:%S}" for mark in record.alarms if isinstance(mark, DangerActedOn)]
    for shown in both(record, compiled, LONG_CALL):
        assert re.findall(r"([\d:]{8}): something else \(\d+ The caller", shown) == times
        assert len(times) == 20
        assert "The emergency page was shown 20 times in all." in shown
        assert ": the emergency page was shown" not in shown


def test_a_reason_for_the_page_stays_where_showings_of_it_go(compiled: CompiledQuestionnaire) -> None:
    """The answer that meant danger was changed: what it was is told by the page that was shown, and by nothing else."""
    builder = RecordBuilder(compiled).answer(choices({**ANSWERS, "suicide": "no"}))
    for _ in range(5):
        builder.entries += [
            EmergencyShown(builder.now, SEEN),
            DangerActedOn(builder.now, DangerAction.CALLED_EMERGENCY),
        ]
    builder.note({str(question.id): LONG_WORDS for question in compiled.questions})
    shown = one_line(handover_text(builder.record(), LONG_CALL, compiled))
    assert shown.count("the emergency page was shown. There is a danger of suicide.") == 1
    assert shown.count(": called 911.") == 5
    assert "shown 5 times in all" in shown


YOUNG = {**ANSWERS, "age": "under_18", "suicide": "no"}


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("told", [YOUNG, {**YOUNG, "suicide": "danger"}, {"age": "under_18", "suicide": "-"}])
def test_it_says_at_the_top_for_whom_the_questionnaire_is_not_made(
    told: dict[str, str],
    finished: bool,  # noqa: FBT001 - a draft and a record with a result
    compiled: CompiledQuestionnaire,
) -> None:
    builder = RecordBuilder(compiled).answer(choices(told))
    record = (builder.show_result() if finished else builder).record()
    for shown in both(record, compiled):
        assert 0 < shown.find("No level: not made for this person.") < shown.index("Reference")
    for shown in both(residential(compiled), compiled):
        assert "No level" not in shown


def test_in_an_emergency_weaker_reasons_stand_apart(compiled: CompiledQuestionnaire) -> None:
    told = {"age": "18_64", **CALM, "suicide": "danger"}
    record = RecordBuilder(compiled).answer(choices(told)).show_result().record()
    for shown in both(record, compiled):
        now, title, later = shown.partition("Once nobody is in danger")
        assert title
        assert "They decide if the talk can wait" in later
        assert "They decide if the talk can wait" not in now


def test_reasons_stand_apart_while_danger_waits_that_no_answer_means_any_more(compiled: CompiledQuestionnaire) -> None:
    builder = RecordBuilder(compiled).answer(choices({"age": "18_64", **CALM, "suicide": "thoughts"}))
    builder.entries.append(EmergencyShown(builder.now, SEEN))
    for shown in both(builder.record(), compiled):
        assert "They decide if the talk can wait" in shown.partition("Once nobody is in danger")[2]
        assert "Do this now" in shown


CALLS = "call 911; call or text 988; hurt at home: 1-800-799-7233"


def test_it_says_what_to_do_now_and_whom_to_call(compiled: CompiledQuestionnaire) -> None:
    site = replace(compiled, questionnaire=replace(compiled.questionnaire, site_lines=(Text("Dr. A. Roe: ring 12"),)))
    for shown in both(residential(site), site):
        top = shown.partition("This is not a diagnosis")[0]
        do_now = top.partition("Do now")[2]
        assert CALLS in top
        assert "Dr. A. Roe: ring 12" in top
        assert "Tell a clinician now, with the reasons. Find out who can see the person today." in do_now
    for shown in both(worst(site), site):
        top = shown.partition("This is not a diagnosis")[0]
        do_now = top.partition("Do this now")[2]
        assert CALLS in top
        assert "Dr. A. Roe: ring 12" in top
        assert "Call 911 or the local emergency number now. Keep the caller on the line." in do_now
        for note in ("put guns and pills out of reach", "ask if naloxone is at hand", "get to a safe place"):
            assert note in do_now


def test_with_danger_open_the_questions_about_it_come_first(compiled: CompiledQuestionnaire) -> None:
    for shown in both(draft(compiled), compiled, NO_CALL_DATA):
        assert re.search("Do now:?(?: -)? Ask the open questions about danger first.", shown)


DRINKS = {
    **ANSWERS,
    "suicide": "no",
    "alcohol_use": "most_days",
    "alcohol_amount": "three_to_seven",
    "stay_safe": "yes",
}
LAST_DRINK = "Ask when the last drink was, and pass it on."
BOOK = "Book a full assessment."


def do_now_of(answers: dict[str, str], compiled: CompiledQuestionnaire, call: CallData = NO_CALL_DATA) -> list[str]:
    """What to do now, as the text and as the page says it."""
    record = RecordBuilder(compiled).answer(choices(answers)).show_result().record()
    parts = (
        shown.partition("Do now")[2].partition("This is not a diagnosis")[0] for shown in both(record, compiled, call)
    )
    return [*parts]


@pytest.mark.parametrize(
    "answers",
    [DRINKS, {**DRINKS, "age": "65_plus"}, {**ANSWERS, "suicide": "no"}, {**DRINKS, "withdrawal_now": "strong"}],
)
def test_no_step_of_the_first_step_gives_way_to_one_of_the_level(
    answers: dict[str, str], compiled: CompiledQuestionnaire
) -> None:
    record = RecordBuilder(compiled).answer(choices(answers)).record()
    first = explain_record(record, compiled).result.first_steps.at_least
    assert first is not None
    for do_now in do_now_of(answers, compiled):
        places = [do_now.index(one_line(str(step))) for step in first.next_steps]
        assert places == sorted(places)
        assert BOOK not in do_now or do_now.index(BOOK) > places[-1]


def test_the_notes_on_what_the_first_step_rests_on_stand_with_what_to_do(compiled: CompiledQuestionnaire) -> None:
    for do_now in do_now_of(DRINKS, compiled):
        assert LAST_DRINK in do_now
        assert "To quit alcohol or calming drugs all at once can kill" in do_now
    for do_now in do_now_of({**DRINKS, "withdrawal_now": "strong", "past_care": "no", "thinking": "no"}, compiled):
        assert LAST_DRINK in do_now
    for do_now in do_now_of({**DRINKS, "alcohol_use": "none"}, compiled):
        assert LAST_DRINK not in do_now


def test_what_to_do_that_has_no_room_is_counted(compiled: CompiledQuestionnaire) -> None:
    settled = {"withdrawal_now": "none", "past_care": "?", "thinking": "no", "support": "day_and_night"}
    text, _ = do_now_of({**DRINKS, **settled, "home": "not_safe"}, compiled)
    assert BOOK not in text
    assert "4 more in the record" in text


def test_where_nothing_comes_first_the_level_says_what_to_do(compiled: CompiledQuestionnaire) -> None:
    calm = {**ANSWERS, "suicide": "no", "alcohol_use": "none", "withdrawal_now": "none", "stay_safe": "yes"}
    for do_now in do_now_of({**calm, "past_care": "helped", "thinking": "no", "home": "supportive"}, compiled):
        assert BOOK in do_now


@pytest.mark.parametrize("call", [NO_CALL_DATA, CallData(call_back="555 0100"), CallData(safe_to_talk=YesNo.YES)])
def test_violence_at_home_is_a_caution_beside_the_number_and_the_first_thing_to_do(
    call: CallData, compiled: CompiledQuestionnaire
) -> None:
    answers = {**ANSWERS, "suicide": "no", "home": "not_safe"}
    record = RecordBuilder(compiled).answer(choices(answers)).show_result().record()
    for shown in both(record, compiled, call):
        number = call.call_back or "not filled in"
        assert f"{number} - {CAUTION}" in shown
        assert re.search(r"Do now:?(?: -| \(1\))? Plan for safety before all else", shown)
    danger = RecordBuilder(compiled).answer(choices({**answers, "suicide": "danger"})).record()
    for shown in both(danger, compiled, call):
        do_now = shown.partition("Do this now")[2]
        assert do_now.index("Call 911") < do_now.index("Plan for safety") < do_now.index("Have someone stay")


def test_not_safe_to_talk_is_a_caution_beside_the_number_and_with_what_to_do(compiled: CompiledQuestionnaire) -> None:
    for shown in both(residential(compiled), compiled):
        assert f"555 0142 - {CAUTION}" in shown
        assert CAUTION in shown.partition("Do now")[2]
    for shown in both(residential(compiled), compiled, replace(CALL, safe_to_talk=YesNo.YES)):
        assert "NOT SAFE" not in shown


def test_how_many_questions_were_not_asked_is_said(compiled: CompiledQuestionnaire) -> None:
    for shown in both(draft(compiled), compiled):
        assert "26 questions were not asked." in shown
    for shown in both(residential(compiled), compiled):
        assert "1 question was not asked." in shown
    whole = (
        RecordBuilder(compiled).answer(choices({**ANSWERS, "suicide": "no", "travel": "yes"})).show_result().record()
    )
    for shown in both(whole, compiled):
        assert "not asked." not in shown


@pytest.mark.parametrize("made", FULL)
def test_with_the_lines_of_a_site_it_is_still_one_page(made: Made, compiled: CompiledQuestionnaire) -> None:
    lines = tuple(Text(f"On-call clinician {number}: Dr. A. Roe, ring 12 or 555-0190") for number in range(4))
    site = replace(compiled, questionnaire=replace(compiled.questionnaire, site_lines=lines))
    shown = handover_text(made(site), LONG_CALL, site)
    assert shown.count("\n") <= 66
    assert all(str(line) in one_line(shown) for line in lines)


def test_an_answer_is_told_once_and_named_after_that(compiled: CompiledQuestionnaire) -> None:
    told = choices({**ANSWERS, "suicide": "no", "stay_safe": "no", "support": "none"})
    for shown in both(RecordBuilder(compiled).answer(told).show_result().record(), compiled):
        assert shown.count("stay safe: No, not even with a lot of help") == 1
        assert shown.count("stay safe; ") + shown.count("; stay safe]") >= 1


def test_the_reasons_of_the_first_step_and_the_level_come_first(compiled: CompiledQuestionnaire) -> None:
    """Even if the file has them last."""
    questionnaire = compiled.questionnaire
    turned = compile_questionnaire(replace(questionnaire, rules=questionnaire.rules[::-1]), compiled.hash12)
    shown = handover_html(calm_but_worst(turned), CALL, turned)
    why = re.search(r"<dt>Why</dt><dd><ul>(.*?)</ul>", shown)
    assert why is not None
    listed = [unescape(text) for text in re.findall(r"<li>([A-Z].*?)(?: \[|</li>)", why[1])]
    of_both = {
        str(r.because) for r in questionnaire.rules if r.first_step == "medical_care" or r.level == "residential"
    }
    assert listed
    assert {*listed} <= of_both


def test_another_result_than_the_one_that_was_shown_is_said(compiled: CompiledQuestionnaire) -> None:
    record = RecordBuilder(compiled).answer(choices(ANSWERS)).show("iop", None).record()
    for shown in both(record, compiled):
        assert "When the result was shown it was another one: Intensive Outpatient Program (IOP)." in shown


def test_answers_that_do_not_fit_are_named(compiled: CompiledQuestionnaire) -> None:
    record = RecordBuilder(compiled).answer({"gone_by_now": chosen("yes")}).record()
    for shown in both(record, compiled):
        assert "Answers that are not used here: gone by now." in shown


def test_nothing_that_was_typed_acts(small: CompiledQuestionnaire) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\" style='x'"
    source = handover_html(hostile(small, nasty), CallData(where=nasty, call_back=nasty), small)
    page = Page(source)
    assert "\x1b" not in source + handover_text(hostile(small, nasty), CallData(where=nasty), small)
    assert {tag for tag, _ in page.tags} <= ALLOWED | PICTURE_TAGS
    assert not [name for _, attributes in page.tags for name in attributes if name == "style" or name.startswith("on")]


PICTURE_TAGS = {"figure", "figcaption", "b", "svg", "title", "desc", "g", "text", "path", "circle", "rect"}


def test_the_page_allows_one_style_sheet_and_nothing_else(compiled: CompiledQuestionnaire) -> None:
    source = handover_html(residential(compiled), CALL, compiled)
    style = re.search(r"<style>(.*?)</style>", source, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', source)
    assert policy is not None
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert " style=" not in source
    assert "url(" not in source


# ---------------------------------------------------------------------- the picture


ASKED: dict[str, Answer] = {"kinds": chosen("a")}
SCALES: list[tuple[dict[str, Answer], str, str]] = [
    ({"danger": chosen("no")}, "danger", "#-----------"),
    ({"danger": chosen("yes")}, "danger", "===========#"),
    ({"threat": chosen("none")}, "threat", "#-----------"),
    ({"threat": chosen("some")}, "threat", "======#-----"),
    ({"threat": chosen("plan")}, "threat", "===========#"),
    ({"kinds": chosen("neither")}, "kinds", "#-----------"),
    ({"kinds": chosen("b")}, "kinds", "======#-----"),
    ({"kinds": chosen("a", "b")}, "kinds", "===========#"),
    ({**ASKED, "days": Amount(Decimal(0))}, "days", "#-----------"),
    ({**ASKED, "days": Amount(Decimal(7))}, "days", "===========#"),
    ({**ASKED, "days": Amount(Decimal("3.5"))}, "days", "======#-----"),
    ({**ASKED}, "days", "(no answer )"),
    ({**ASKED, "days": MissingReason.UNKNOWN}, "days", "(don't know)"),
    ({**ASKED, "days": MissingReason.DECLINED}, "days", "( declined )"),
    ({**ASKED, "days": MissingReason.UNREADABLE}, "days", "(unreadable)"),
    ({"kinds": chosen("b")}, "days", "-"),
    ({"kinds": chosen("b"), "days": Amount(Decimal(7))}, "days", "-"),
]


@pytest.mark.parametrize(("answers", "question", "scale"), SCALES)
def test_each_answer_stands_on_its_scale(
    small: CompiledQuestionnaire, answers: dict[str, Answer], question: str, scale: str
) -> None:
    shown = handover_text(RecordBuilder(small).answer(answers).record(), NO_CALL_DATA, small)
    found = re.search(rf"  {question} +(\(.{{10}}\)|[=#-]+)", shown)
    assert found is not None
    assert found[1] == scale


LOWER = SMALL.replace("worse: higher, min: 0", "worse: lower, min: 0").replace("days: {at_least", "days: {at_most")


def test_where_lower_is_worse_the_lowest_number_is_the_worst() -> None:
    lower = ready(LOWER)
    record = RecordBuilder(lower).answer({**ASKED, "days": Amount(Decimal(0))}).record()
    assert re.search(r"  days +={11}#", handover_text(record, NO_CALL_DATA, lower))


def test_only_risk_questions_have_a_scale_and_the_others_are_told(small: CompiledQuestionnaire) -> None:
    text = handover_text(RecordBuilder(small).answer({"job": chosen("yes")}).record(), NO_CALL_DATA, small)
    picture = text.partition("Where the need lies")[2]
    assert not re.search(r"\b(job|words)\b", picture)
    assert "Further things: words: not answered; job: Yes" in one_line(text)


def svg(record: Record, compiled: CompiledQuestionnaire) -> str:
    found = re.search(r"<svg.*</svg>", handover_html(record, CALL, compiled), re.DOTALL)
    assert found is not None
    return found[0]


def test_the_drawing_has_filled_marks_for_answers_and_hollow_ones_for_what_is_not_known(
    compiled: CompiledQuestionnaire,
) -> None:
    drawn, record = svg(residential(compiled), compiled), residential(compiled)
    text = handover_text(record, CALL, compiled).partition("Where the need lies")[2]
    marks = Counter(re.findall(r"#|\(|(?<= )-$", text.partition("Filled:")[0], re.MULTILINE))
    assert drawn.count("<circle") == marks["#"] == 21
    assert drawn.count('<rect x="198"') == drawn.count('fill="none"') == marks["("] == 2
    assert {*re.findall(r'<circle[^>]* fill="([^"]*)"', drawn)} == {"#1d2328"}


def test_the_drawing_puts_the_worst_answer_at_the_end_of_its_scale(small: CompiledQuestionnaire) -> None:
    ends = [
        svg(RecordBuilder(small).answer({"threat": chosen(one)}).record(), small) for one in ("none", "some", "plan")
    ]
    assert [re.findall(r'<circle cx="([\d.]+)"', drawn) for drawn in ends] == [["198.0"], ["269.0"], ["340.0"]]


def test_the_drawing_can_be_read_without_seeing_it(compiled: CompiledQuestionnaire) -> None:
    drawn = svg(residential(compiled), compiled)
    assert drawn.startswith('<svg role="img" ')
    assert "<title>Where the need lies" in drawn
    assert "stay safe, worst, No, not even with a lot of help" in drawn
    assert "withdrawal now, 50% of the way from best to worst, A little sick" in drawn
    assert "thinking, not known, don&#x27;t know" in drawn
    assert "ed meals, not asked" in drawn


# ---------------------------------------------------------------------- files


def test_the_files_are_private_and_go_with_the_record(compiled: CompiledQuestionnaire, tmp_path: Path) -> None:
    store, record = Store(tmp_path / "kept"), residential(compiled)
    record = replace(record, head=replace(record.head, ref="7KQ2"))
    assert store.save(record, default_questionnaire().read_bytes()) is None
    written = write_handover(record, CALL, compiled, store.folder)
    assert written == store.folder / "handovers" / "7KQ2.1.html"
    assert [path.name for path in handover_files(store.folder, "7KQ2")] == ["7KQ2.1.html", "7KQ2.1.txt"]
    assert stat.S_IMODE(written.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.parent.iterdir()} == {0o600}
    assert written.read_text("utf-8") == handover_html(record, CALL, compiled)
    assert written.with_suffix(".txt").read_text("utf-8") == handover_text(record, CALL, compiled)
    other = replace(record, head=replace(record.head, ref="832J"))
    write_handover(other, CALL, compiled, store.folder)
    assert forget(store, "7KQ2") is None
    assert [path.name for path in written.parent.iterdir()] != []
    assert handover_files(store.folder, "7KQ2") == []
    assert len(handover_files(store.folder, "832J")) == 2


def test_a_later_handover_replaces_the_one_before(compiled: CompiledQuestionnaire, tmp_path: Path) -> None:
    record = replace(draft(compiled), head=replace(draft(compiled).head, ref="7KQ2"))
    write_handover(record, NO_CALL_DATA, compiled, tmp_path)
    written = write_handover(record, CALL, compiled, tmp_path)
    assert isinstance(written, Path)
    assert "12 Oak St" in written.read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_no_end(compiled: CompiledQuestionnaire, tmp_path: Path) -> None:
    (tmp_path / "handovers").write_text("in the way", encoding="utf-8")
    record = replace(draft(compiled), head=replace(draft(compiled).head, ref="7KQ2"))
    refused = write_handover(record, CALL, compiled, tmp_path)
    assert isinstance(refused, Refused)
    assert "cannot write" in refused.why


# ---------------------------------------------------------------------- the command


@pytest.fixture
def kept(compiled: CompiledQuestionnaire, records_folder: Path) -> Record:
    """A record in the folder of the test, with its call."""
    record = replace(residential(compiled), head=replace(residential(compiled).head, ref="7KQ2"))
    store = Store(records_folder)
    assert store.save(record, default_questionnaire().read_bytes()) is None
    assert store.save_call("7KQ2", CALL) is None
    return record


def test_the_command_prints_the_text(run: Run, kept: Record, compiled: CompiledQuestionnaire) -> None:
    ran = run("records", "handover", "7kq2")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == handover_text(kept, CALL, compiled)
    assert run("records", "handover", "7KQ2", "--to", "html").out == handover_html(kept, CALL, compiled)


@pytest.mark.parametrize(("name", "start"), [("x.html", "<!DOCTYPE html>"), ("x.TXT", "Handover [7KQ2]")])
@pytest.mark.usefixtures("kept")
def test_the_name_of_the_file_says_what_is_written(run: Run, tmp_path: Path, name: str, start: str) -> None:
    path = tmp_path / name
    assert run("records", "handover", "7KQ2", "-o", path).code == 0
    assert path.read_text("utf-8").startswith(start)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("records", "handover", "7KQ2", "-o", path).code == 3
    assert run("records", "handover", "7KQ2", "-o", path, "--force").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["7KQ2", "-o", "x.html", "--to", "text"], 2, "a file whose name ends in .html cannot be text"),
        (["7KQ2", "-o", "x.doc"], 2, "say what to write: --to text or html, or a name with .html or .txt"),
        (["2222"], 3, "there is no record with this reference"),
        (["7KQ2", "--revision", "2"], 3, "there is no such revision"),
    ],
)
@pytest.mark.usefixtures("kept")
def test_a_mistake_is_named(run: Run, arguments: list[str], code: int, said: str) -> None:
    ran = run("records", "handover", *arguments)
    assert ran.code == code
    assert said in ran.err
    assert not ran.out


# ---------------------------------------------------------------------- on paper

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PAPERS = {"letter": "612 792", "A4": "59[45][.0-9]* 84[12][.0-9]*"}


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="Chromium keeps its sandbox from root")
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("made", FULL)
def test_it_prints_on_one_sheet(made: Made, paper: str, compiled: CompiledQuestionnaire, tmp_path: Path) -> None:
    """The policy is taken out of the copy that is printed, for the size of the paper is put into its style sheet."""
    source = handover_html(made(compiled), LONG_CALL if made is worst else CALL, compiled)
    source = re.sub(r"<meta http-equiv[^>]*>", "", source)
    sized = source.replace("@page { margin: 11mm", f"@page {{ size: {paper}; margin: 11mm")
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(sized, encoding="utf-8")
    quiet = [
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        f"--user-data-dir={tmp_path}",
    ]
    command = [str(CHROMIUM), *quiet, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    printed = pdf.read_bytes()
    assert re.search(rb"/MediaBox \[0 0 " + PAPERS[paper].encode(), printed)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 1
