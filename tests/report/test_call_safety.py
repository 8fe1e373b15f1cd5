"""When a call back may put the person at risk, and that it is said wherever a number or a call to make is shown."""

from __future__ import annotations

import pytest
from support.interviews import HEAD, SMALL, drawn, text_of, typed
from support.questionnaires import ready
from support.record_builder import ANSWERS, RecordBuilder, choices, draft

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import Resumed
from iop_screen.interview.state import Session, begin_session
from iop_screen.interview.wording.messages import reply_text
from iop_screen.interview.wording.page_text import page_lines
from iop_screen.questionnaire.answers import MissingReason, chosen
from iop_screen.records.call_data import NO_CALL_DATA, CallData, YesNo
from iop_screen.records.model import CallEnded, CallOutcome, Record
from iop_screen.report.call_safety import CAUTION, unsafe_record
from iop_screen.report.record_document import record_html, record_text

NOT_SAFE = CallData(safe_to_talk=YesNo.NO, call_back="555 0100")
WITH_VIOLENCE = (
    SMALL.replace("contacts: [{", "contacts: [{id: domestic_violence, name: Safe line, reach: call 111}, {")
    + """
notes:
  - {id: hurt, when: {threat: {at_least: some}}, for_levels: [live_in], contacts: [domestic_violence], say: Be safe.}
  - {id: told_to_all, contacts: [domestic_violence], say: The safe line is there at night.}
  - {id: other, when: {danger: yes}, contacts: [help], say: Call the help line.}
"""
)


def answered(compiled: CompiledQuestionnaire, **answers: str) -> Record:
    return RecordBuilder(compiled).answer(choices(answers)).record()


@pytest.mark.parametrize(
    ("call", "answers", "unsafe"),
    [
        (NO_CALL_DATA, {}, False),
        (CallData(safe_to_talk=YesNo.NO), {}, True),
        (CallData(safe_to_talk=YesNo.YES), {"home": "not_safe"}, True),
        (NO_CALL_DATA, {"home": "not_safe"}, True),
        (NO_CALL_DATA, {"home": "not_safe", "age": "under_18"}, True),
        (NO_CALL_DATA, {**ANSWERS, "home": "not_safe"}, True),
        (CallData(safe_to_talk=YesNo.YES), {"home": "no_stable_place"}, False),
        (NO_CALL_DATA, {"home": "-"}, False),
    ],
)
def test_it_is_not_safe_by_the_header_of_the_call_or_by_the_answers(
    call: CallData, answers: dict[str, str], *, unsafe: bool, compiled: CompiledQuestionnaire
) -> None:
    assert unsafe_record(answered(compiled, **answers), call, compiled) == unsafe


def test_any_questionnaire_can_say_so_by_the_contact_of_a_note_with_a_condition() -> None:
    compiled = ready(WITH_VIOLENCE)
    assert unsafe_record(answered(compiled, threat="some"), NO_CALL_DATA, compiled)
    for record in (answered(compiled), answered(compiled, danger="yes", threat="none")):
        assert not unsafe_record(record, NO_CALL_DATA, compiled)


def test_without_the_questionnaire_the_header_of_the_call_is_what_is_known(compiled: CompiledQuestionnaire) -> None:
    record = answered(compiled, home="not_safe")
    assert unsafe_record(record, NOT_SAFE, None)
    assert not unsafe_record(record, NO_CALL_DATA, None)


# In the interview


def seen(session: Session) -> tuple[str, str]:
    """A page line by line and on the full screen, each as one line."""
    screen = text_of(layout(drawn(start_keyboard(session, 0.0), 80, 24), 80, 24))
    return " ".join(page_lines(session, "").split()), " ".join(screen.split())


BY_CALL = ("t", "2", "no", "4", "555 0100", "b")


@pytest.mark.parametrize("page", [("!",), ("t",)])
def test_the_caution_stands_below_the_number_on_each_page_that_has_it(page: tuple[str, ...]) -> None:
    start = begin_session(ready(SMALL), HEAD)
    for shown in seen(typed(start, *BY_CALL, *page)):
        assert f"555 0100 {CAUTION}" in shown
    for shown in seen(typed(start, "t", "4", "555 0100", "b", *page)):
        assert "555 0100" in shown
        assert CAUTION not in shown


def test_an_answer_on_violence_at_home_brings_the_caution(compiled: CompiledQuestionnaire) -> None:
    record = RecordBuilder(compiled).answer({"home": chosen("not_safe")}).record()
    session = begin_session(compiled, HEAD, record.log)
    for shown in seen(typed(session, "!")):
        assert f"Ask for a number to call back. {CAUTION}" in shown
    for shown in seen(typed(session, "z")):
        assert CAUTION in shown


def test_the_caution_follows_when_a_number_is_typed_and_when_a_draft_goes_on() -> None:
    start = begin_session(ready(SMALL), HEAD)
    unsafe = typed(start, "t", "2", "no")
    assert CAUTION in " ".join(reply_text(unsafe, unsafe.replies[0]).split())
    numbered = typed(unsafe, "4", "555 0100")
    assert f"555 0100. {CAUTION}" in " ".join(reply_text(numbered, numbered.replies[0]).split())
    elsewhere = typed(unsafe, "3", "12 Oak St")
    assert CAUTION not in reply_text(elsewhere, elsewhere.replies[0])
    assert CAUTION in reply_text(unsafe, Resumed(1, (), ""))


# On paper


def test_the_report_of_a_record_has_it_with_the_call(compiled: CompiledQuestionnaire) -> None:
    record = draft(compiled)
    for render in (record_text, record_html):
        assert CAUTION in render(record, compiled, call=NOT_SAFE)
        assert CAUTION not in render(record, compiled, call=CallData(call_back="555 0100"))


def test_the_report_of_a_call_to_make_has_it_without_the_header_too(compiled: CompiledQuestionnaire) -> None:
    builder = RecordBuilder(compiled).answer({"home": chosen("not_safe"), "support": MissingReason.UNKNOWN})
    assert CAUTION not in record_text(builder.record(), compiled)
    builder.entries.append(CallEnded(builder.now, CallOutcome.CALL_BACK, "tomorrow"))
    assert CAUTION in record_text(builder.record(), compiled)
