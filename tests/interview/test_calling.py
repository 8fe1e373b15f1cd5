"""The call itself: its header, what was done about danger, how it ended, and a draft that nobody wants."""

from __future__ import annotations

import pytest
from support.interviews import HEAD, NOON, SMALL, drawn, enter, pressed, text_of, typed
from support.questionnaires import ready

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.calling import OUTCOMES as OUTCOMES_BY_NUMBER
from iop_screen.interview.fullscreen import key_names
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import (
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    Discarded,
    DiscardPage,
    EmergencyPage,
    Finished,
    LeftUnfinished,
    Notice,
    QuestionPage,
    Request,
    ReviewPage,
)
from iop_screen.interview.state import Session, begin_session
from iop_screen.interview.wording.messages import reply_text
from iop_screen.interview.wording.page_text import page_lines
from iop_screen.interview.wording.standing_lines import standing_lines
from iop_screen.records.call_data import NO_CALL_DATA, CallData, Caller, CallField, YesNo, call_json, read_call
from iop_screen.records.model import CallEnded, CallOutcome, DangerActedOn, DangerAction
from iop_screen.report.record_history import CALL_OUTCOME_TEXTS


@pytest.fixture(scope="module")
def start() -> Session:
    return begin_session(ready(SMALL), HEAD)


ACTIONS = [
    ("1", DangerAction.CALLED_EMERGENCY, ""),
    ("2", DangerAction.HANDED_TO_CRISIS_LINE, ""),
    ("3: her sister", DangerAction.SOMEONE_WITH_THEM, "her sister"),
    ("911", DangerAction.CALLED_EMERGENCY, ""),
    ("988", DangerAction.HANDED_TO_CRISIS_LINE, ""),
    ("2 officers are with him", DangerAction.OTHER, "2 officers are with him"),
    ("4, Dr. C", DangerAction.CLINICIAN_ON_LINE, "Dr. C"),
    ("5, drove there", DangerAction.OTHER, "drove there"),
    ("called the police", DangerAction.OTHER, "called the police"),
]


@pytest.mark.parametrize(("line", "action", "words"), ACTIONS)
def test_what_was_done_about_danger_is_recorded_with_its_time(
    start: Session, line: str, action: DangerAction, words: str
) -> None:
    session = typed(start, "y", "m", line)
    assert session.log[-1] == DangerActedOn(session.at, action, words)
    assert isinstance(session.page, EmergencyPage)
    assert session.replies == (Notice.DANGER_ACTED_ON,)
    assert not session.record.danger_waits


@pytest.mark.parametrize("line", ["", "6", "0", "-", "9 times"])
def test_nothing_is_marked_by_enter_or_by_another_number(start: Session, line: str) -> None:
    session = typed(start, "y", "m", line)
    assert session.record.danger_waits == (line != "9 times")
    assert isinstance(session.page, EmergencyPage) == (line in {"", "9 times"})


def test_danger_that_was_acted_on_keeps_a_line_on_every_page(start: Session) -> None:
    session = typed(start, "y", "m", "1", "g")
    for lines in ([], ["j"], ["r"], ["c"], ["p"], ["t"], ["z"], ["r", "f"], ["r", "f", "k"]):
        page = typed(session, *lines)
        texts = [line.text for line in standing_lines(page)]
        assert len(texts) == 1
        assert texts[0].startswith("Danger answered ")
        assert "; acted " in texts[0]
        assert texts[0] in page_lines(page, "") or "f" in lines or "p" in lines
    again = begin_session(session.compiled, session.head, session.log)
    assert [line.text for line in standing_lines(again)] == [line.text for line in standing_lines(session)]


def test_to_look_again_at_danger_that_was_acted_on_leaves_it_acted_on(start: Session) -> None:
    acted = typed(start, "y", "m", "1", "g")
    again = enter(acted, "!")
    assert isinstance(again.page, EmergencyPage)
    assert (again.log, again.record.danger_waits) == (acted.log, False)
    assert typed(acted, "b", "n", "b", "y").record.danger_waits
    assert typed(acted, "3", "g").record.danger_waits
    assert typed(start, "!", "m", "1", "g", "!").record.danger_waits


@pytest.mark.parametrize(
    ("lines", "indexes"), [(["u", "1"], (0,)), (["d", "1"], (0,)), (["n", "2"], (1,)), (["n"], (1,)), ([], (0, 1))]
)
def test_danger_is_cleared_only_after_one_more_question_where_it_is_not_ruled_out(
    start: Session, lines: list[str], indexes: tuple[int, ...]
) -> None:
    """By an answer that is not known, declined, a sign of danger, or not there yet."""
    asked = typed(start, *lines, "!", "x")
    assert isinstance(asked.page, ClearPage)
    assert asked.page.indexes == indexes
    assert str(asked.compiled.questions[indexes[-1]].ask) in page_lines(asked, "")
    assert asked.record.danger_waits
    assert not enter(asked, "x").record.danger_raised
    assert enter(asked, "g").page == QuestionPage(indexes[0])
    assert isinstance(enter(asked, "b").page, EmergencyPage)
    assert not typed(start, "n", "1", "!", "x").record.danger_raised


def test_the_header_is_filled_in_by_number_or_one_field_after_the_other(start: Session) -> None:
    one_by_one = typed(start, "t", "", "1", "", "y", "", "12 Oak St", "", "555 0100", "", "Spanish", "", "no")
    assert one_by_one.call == CallData(Caller.SELF, YesNo.YES, "12 Oak St", "555 0100", "Spanish", YesNo.NO)
    assert one_by_one.page == CallPage(QuestionPage(0))
    filed = typed(one_by_one, "7", "CHART 2291/A")
    assert (filed.call.reference, filed.request) == ("CHART 2291/A", Request.FIND_REFERENCE)
    assert typed(filed, "").page == QuestionPage(0)
    assert typed(filed, "").request is None
    assert (filed.log, filed.answers) == (start.log, start.answers)


def test_a_field_is_emptied_by_a_dash_and_kept_by_enter(start: Session) -> None:
    session = typed(start, "t", "3", "12 Oak St")
    assert typed(session, "3", "").call.where == "12 Oak St"
    assert typed(session, "3", "-").call == NO_CALL_DATA
    assert typed(session, "1", "2", "1", "-").call.caller is None
    assert typed(session, "1", "3").page == CallFieldPage(CallField.CALLER, CallPage(QuestionPage(0)))
    assert typed(session, "8").replies == (Notice.NOT_UNDERSTOOD,)


def test_a_caller_who_asks_for_themselves_hears_you(compiled: CompiledQuestionnaire) -> None:
    start = begin_session(compiled, HEAD)
    first = compiled.questions[0]
    assert first.ask_self is not None
    themselves = typed(start, "t", "1", "1", "b")
    others = typed(themselves, "t", "1", "2", "b")
    for session, asked, not_asked in (
        (start, first.ask, first.ask_self),
        (themselves, first.ask_self, first.ask),
        (others, first.ask, first.ask_self),
    ):
        for page in (session, enter(session, "r"), enter(session, "c")):
            shown = " ".join(page_lines(page, "").split())
            assert str(asked) in shown
            assert str(not_asked) not in shown


OUTCOMES = [
    ("1", CallOutcome.HUNG_UP, ""),
    ("2 tomorrow at 9", CallOutcome.CALL_BACK, "tomorrow at 9"),
    ("3", CallOutcome.WRONG_NUMBER, ""),
    ("4 7KQ3", CallOutcome.DUPLICATE, "7KQ3"),
    ("5 the clinic", CallOutcome.REFERRED, "the clinic"),
    ("6", CallOutcome.FINISHED, ""),
]


@pytest.mark.parametrize(("line", "outcome", "words"), OUTCOMES)
@pytest.mark.parametrize("before", [[], ["n", "r"], ["n", "1", "0", "r", "f"]])
def test_how_the_call_ended_is_recorded_and_ends_the_interview(
    start: Session, before: list[str], line: str, outcome: CallOutcome, words: str
) -> None:
    session = typed(start, *before, "z", line)
    assert session.record.call_end == CallEnded(session.at, outcome, words)
    assert session.page == (Finished() if session.record.final else LeftUnfinished())


NUMBERS = ["555-0199", "at 555 0199", "(937) 555-0199", "937.555.0199", "+1 937 555 0199", "5550199", "555\u20110199"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("outcome", ["2 tomorrow", "5 the clinic,"])
def test_a_phone_number_is_not_kept_with_how_the_call_ended(start: Session, outcome: str, number: str) -> None:
    asked = typed(start, "z", f"{outcome} {number}")
    assert asked.replies == (Notice.NUMBER_IN_WORDS,)
    assert asked.record.call_end is None
    assert isinstance(asked.page, CallEndPage)
    assert "then t." in reply_text(asked, Notice.NUMBER_IN_WORDS)
    assert typed(asked, "2 tomorrow").record.call_end is not None


@pytest.mark.parametrize(
    "words",
    ["tomorrow 15:30", "2026-11-29 at 14:30", "11/28/2026, 9.30", "28.11.2026", "Nov 28, 10:00 to 12:30", "in 2 days"],
)
def test_a_day_and_a_time_are_no_phone_number(start: Session, words: str) -> None:
    ended = typed(start, "z", f"2 {words}").record.call_end
    assert ended is not None
    assert ended.words == words


@pytest.mark.parametrize("before", [["y", "g"], ["y", "r", "f"]])
def test_a_call_with_danger_that_waits_does_not_end_without_the_emergency_page(
    start: Session, before: list[str]
) -> None:
    asked = typed(start, *before, "z", "1")
    assert isinstance(asked.page, EmergencyPage)
    assert asked.replies == (Notice.DANGER_WAITS,)
    assert asked.record.call_end is not None
    assert typed(asked, "z", "1").page == asked.page
    assert enter(asked, "q").page in {Finished(), LeftUnfinished()}


def test_going_on_after_the_call_ended_opens_it_again(start: Session) -> None:
    session = typed(start, "n", "z", "1")
    again = begin_session(session.compiled, session.head, session.log)
    assert again.record.call_end is not None
    assert enter(again, "1").record.call_end is None


def test_a_promise_to_call_back_stands_until_the_call_ends_otherwise(start: Session) -> None:
    session = typed(start, "n", "z", "2 15:30")
    again = begin_session(session.compiled, session.head, session.log)
    answered = enter(again, "1")
    assert answered.record.call_end == session.record.call_end
    hung_up = typed(answered, "z", "1").record.call_end
    assert hung_up is not None
    assert hung_up.outcome is CallOutcome.HUNG_UP
    assert typed(answered, "0", "r", "f").record.call_end is None


def test_a_slip_there_ends_nothing(start: Session) -> None:
    for line in ("", "7", "what", "q"):
        session = typed(start, "n", "z", line)
        assert session.page in {QuestionPage(1), CallEndPage(QuestionPage(1))}
        assert session.record.call_end is None


def test_a_draft_is_deleted_only_once_its_reference_is_typed(start: Session) -> None:
    asked = typed(start, "n", "z", "x")
    assert isinstance(asked.page, DiscardPage)
    assert enter(asked, "7kq2").page == Discarded()
    for line in ("", "7KQ3", "yes"):
        kept = enter(asked, line)
        assert (kept.page, kept.replies) == (QuestionPage(1), (Notice.NOT_DISCARDED,))


@pytest.mark.parametrize("before", [["y", "g"], ["n", "1", "0", "r", "f"]])
def test_neither_a_final_record_nor_waiting_danger_can_be_deleted_from_inside(
    start: Session, before: list[str]
) -> None:
    session = typed(start, *before, "z", "x")
    assert isinstance(session.page, CallEndPage)
    assert session.replies == (Notice.NOT_UNDERSTOOD,)


@pytest.mark.parametrize("before", [["t"], ["t", "3"], ["z"], ["z", "x"]])
def test_danger_is_one_key_away_from_the_pages_about_the_call(start: Session, before: list[str]) -> None:
    session = typed(start, "r", *before, "!")
    assert isinstance(session.page, EmergencyPage)
    assert session.page.back in {ReviewPage(), CallPage(ReviewPage())}


def test_the_handover_is_asked_for_once(start: Session) -> None:
    session = typed(start, "n", "1", "0", "r", "f", "e")
    assert session.request is Request.WRITE_HANDOVER
    assert enter(session, "what").request is None


CALLS = [NO_CALL_DATA, CallData(Caller.OTHER, YesNo.NO, "a \u00e9 \ud800", "1", "x", YesNo.YES, "F")]


@pytest.mark.parametrize("call", CALLS)
def test_a_header_that_is_written_is_read_again(call: CallData) -> None:
    text = call_json(call)
    assert text.isascii()
    again = read_call(text.encode())
    assert again is not None
    assert call_json(again) == text


NO_HEADERS = [b"", b"{}", b"[]", b"nul", b'{"schema": "iop-screen.call/1"}', b"\xff", call_json(CALLS[1]).encode()[:-4]]
NO_HEADERS += [
    call_json(CALLS[1]).replace('"other"', '"nobody"').encode(),
    call_json(CALLS[1]).replace('"F"', "1").encode(),
]


@pytest.mark.parametrize("content", NO_HEADERS)
def test_what_is_no_header_is_none(content: bytes) -> None:
    assert read_call(content) is None


def test_the_times_are_those_of_the_entries(start: Session) -> None:
    session = typed(start, "y", "m", "1", "g")
    (line,) = standing_lines(session)
    assert session.at > NOON
    assert line.text == "Danger answered 12:01; acted 12:03"


def test_every_way_a_call_can_end_can_be_read_on_the_smallest_screen(start: Session) -> None:
    keyboard, seen = start_keyboard(typed(start, "z"), 0.0), ""
    for _ in range(20):
        seen += text_of(layout(keyboard, 40, 12))
        keyboard = pressed(drawn(keyboard, 40, 12), [key_names.DOWN])
    for number, words in enumerate(CALL_OUTCOME_TEXTS[outcome] for outcome in OUTCOMES_BY_NUMBER):
        assert f"{number + 1}. {words}" in " ".join(seen.split())
    assert "x. delete this draft" in seen
