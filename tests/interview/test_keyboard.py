"""From keys to answers: one key where one is enough, and never one that nobody can have meant."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.interviews import (
    DANGER,
    DAYS,
    HEAD,
    KINDS,
    LONG,
    NOON,
    SMALL,
    THREAT,
    WORDS,
    drawn,
    drawn_without,
    pressed,
)
from support.questionnaires import ready

from iop_screen.interview.answer_input import MAX_WORDS
from iop_screen.interview.answering import keep_pending_answer
from iop_screen.interview.fullscreen import key_names, terminal
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.key_guard import AFTER_ESCAPE, HELD, TOO_EARLY, WAIT
from iop_screen.interview.fullscreen.keyboard import Keyboard, note_shown, paste, press, start_keyboard
from iop_screen.interview.pages import (
    AnswerTaken,
    CallPage,
    ConfirmPage,
    DecisionPage,
    EmergencyPage,
    Finished,
    GoToPage,
    NotePage,
    Notice,
    QuestionPage,
    ResultPage,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.session import enter
from iop_screen.interview.state import begin_session
from iop_screen.interview.wording.messages import reply_text
from iop_screen.questionnaire.answers import Amount, MissingReason, Words, chosen
from iop_screen.records.model import AnswerRecorded, DangerActedOn, DangerAction, DecisionReason, EmergencyShown

YES_NO: list[str] = []
CHOICE, TICKS = ["n"], ["n", "1"]
NUMBER, BOX = ["n", "1", "1", key_names.ENTER], ["n", "1", "0", key_names.ENTER]
"""The keys that lead to a question of each type."""


@pytest.fixture(scope="module")
def start() -> Keyboard:
    return start_keyboard(begin_session(ready(SMALL), HEAD), 0.0)


def answers(keyboard: Keyboard) -> tuple[object, ...]:
    return keyboard.session.answers.values


def test_one_key_answers_a_question_with_one_answer(start: Keyboard) -> None:
    after = pressed(start, "n2")
    assert answers(after)[:2] == (chosen("no"), chosen("some"))
    assert after.session.page == QuestionPage(KINDS)


def test_upper_case_counts_as_lower_case(start: Keyboard) -> None:
    assert answers(pressed(start, "Y"))[DANGER] == chosen("yes")
    assert isinstance(pressed(start, "C").session.page, NotePage)


def test_ticks_are_an_answer_only_with_enter(start: Keyboard) -> None:
    ticking = pressed(start, "n112")
    assert ticking.ticked == {"1", "2"}
    assert answers(ticking)[KINDS] is MissingReason.MISSING
    assert pressed(ticking, "2").ticked == {"1"}
    assert pressed(ticking, "0").ticked == {"0"}
    assert pressed(ticking, "01").ticked == {"1"}
    assert pressed(ticking, "7").ticked == {"1", "2"}
    assert answers(pressed(ticking, [key_names.ENTER]))[KINDS] == chosen("a", "b")


def test_enter_with_nothing_ticked_or_typed_answers_nothing(start: Keyboard) -> None:
    for keys in ("n1", "n11" + "1"):
        after = pressed(start, [*keys, key_names.ENTER])
        assert after.session.page == QuestionPage(KINDS)
        assert answers(after)[KINDS] is MissingReason.MISSING
        assert after.session.replies == (Notice.NOTHING_TYPED,)


@pytest.mark.parametrize("key", ["b", "j", "r", "c", "p", "f", key_names.LEFT])
def test_to_leave_a_question_takes_what_is_ticked(start: Keyboard, key: str) -> None:
    left = pressed(start, ["n", "1", "1", key])
    assert answers(left)[KINDS] == chosen("a")
    assert left.session.page != QuestionPage(KINDS)


@pytest.mark.parametrize("key", ["s", key_names.RIGHT])
def test_to_skip_a_question_keeps_the_answer_that_it_had(start: Keyboard, key: str) -> None:
    answered = pressed(start, ["n", "1", "1", key_names.ENTER, "b"])
    kept = pressed(answered, ["2", key])
    assert answers(kept)[KINDS] == chosen("a")
    assert answers(pressed(start, ["n", "1", "1", key]))[KINDS] is MissingReason.MISSING


def test_what_is_taken_on_leaving_is_read_back(start: Keyboard) -> None:
    assert AnswerTaken(KINDS) in pressed(start, ["n", "1", "1", "b"]).session.replies


def test_danger_in_the_middle_of_a_number_takes_no_half_of_it(start: Keyboard) -> None:
    alarm = pressed(start, ["n", "1", "1", key_names.ENTER, "1", "!"])
    assert isinstance(alarm.session.page, EmergencyPage)
    assert answers(alarm)[DAYS] is MissingReason.MISSING


def test_dont_know_goes_before_what_is_ticked(start: Keyboard) -> None:
    assert answers(pressed(start, "n11u"))[KINDS] is MissingReason.UNKNOWN


def test_a_number_is_typed_and_entered_and_never_made_to_fit(start: Keyboard) -> None:
    typing = pressed(start, ["n", "1", "1", key_names.ENTER, "1", "2"])
    assert (typing.pending_text, typing.session.page) == ("12", QuestionPage(DAYS))
    refused = pressed(typing, [key_names.ENTER])
    assert answers(refused)[DAYS] is MissingReason.MISSING
    assert refused.pending_text == "12"
    assert answers(pressed(refused, [key_names.BACKSPACE, key_names.ENTER]))[DAYS] == Amount(Decimal(1))
    assert answers(pressed(refused, [key_names.BACKSPACE, "b"]))[DAYS] == Amount(Decimal(1))
    assert answers(pressed(refused, ["b"]))[DAYS] is MissingReason.MISSING


def test_words_are_typed_in_a_box_of_their_own(start: Keyboard) -> None:
    """So that the keys stay the same on a question that wants words."""
    there = pressed(start, ["n", "1", "0", key_names.ENTER])
    assert there.session.page == QuestionPage(WORDS)
    assert answers(pressed(there, "u"))[WORDS] is MissingReason.UNKNOWN
    typing = pressed(there, [key_names.ENTER, *"u said !so", key_names.BACKSPACE])
    assert typing.pending_text == "u said !s"
    assert answers(pressed(typing, [key_names.ENTER]))[WORDS] == Words("u said !s")


def test_escape_in_an_answer_in_words_records_nothing_and_loses_nothing(start: Keyboard) -> None:
    typing = pressed(start, [*BOX, key_names.ENTER, *"u said !s"])
    closed = pressed(typing, [key_names.ESCAPE])
    assert (closed.text_box_open, answers(closed)[WORDS]) == (False, MissingReason.MISSING)
    assert closed.ignored_reason == kb.WORDS_WAIT
    assert answers(pressed(closed, [key_names.ENTER, *"o", key_names.ENTER]))[WORDS] == Words("u said !so")
    assert answers(pressed(closed, "b"))[WORDS] == Words("u said !s")
    assert answers(pressed(closed, "s"))[WORDS] is MissingReason.MISSING


def test_a_question_starts_with_the_answer_that_it_has(start: Keyboard) -> None:
    back = pressed(start, ["n", "1", "1", "2", key_names.ENTER, "b", "b"])
    assert pressed(back, "s").session.page != QuestionPage(KINDS)
    there = pressed(start, ["n", "1", "1", "2", key_names.ENTER, "j", "3", key_names.ENTER])
    assert there.session.page == QuestionPage(KINDS)
    assert there.ticked == {"1", "2"}


def test_the_help_opens_and_closes_and_the_page_stays(start: Keyboard) -> None:
    helped = pressed(start, "?")
    assert (helped.help_open, helped.session.page) == (True, QuestionPage(DANGER))
    assert not pressed(helped, "?").help_open
    assert not pressed(helped, [key_names.ESCAPE]).help_open
    assert not pressed(helped, "n").help_open


def test_a_held_key_answers_one_question(start: Keyboard) -> None:
    held = pressed(start, "n" * 15, every=0.03)
    assert answers(held).count(MissingReason.MISSING) == len(answers(held)) - 1
    assert held.ignored_reason == HELD
    assert isinstance(pressed(held, "1").session.page, QuestionPage)
    assert answers(pressed(held, "1"))[THREAT] == chosen("none")


KEYBOARDS = [(0.25, 0.03), (0.4, 0.04), (0.5, 0.033), (0.66, 0.025), (1.0, 0.033), (1.0, 0.1)]
"""When a held key comes again for the first time, and then each time: Linux, macOS, Windows, X11, and the slowest."""


@pytest.mark.parametrize(("first", "then"), KEYBOARDS)
@pytest.mark.parametrize("key", ["n", "N"])
@pytest.mark.parametrize("slow", [0.0, 0.2])
def test_a_held_key_answers_one_question_on_every_keyboard(first: float, then: float, key: str, slow: float) -> None:
    """Also where two questions in a row take that key, and where it takes time to save and to draw."""
    two = SMALL.replace("      - id: threat\n", f"{SECOND}      - id: threat\n")
    held = start_keyboard(begin_session(ready(two), HEAD), 0.0)
    for now in (LONG, *(LONG + first + number * then for number in range(60))):
        answered = press(held, key, NOON, now)
        held = note_shown(answered, now + slow) if answered.session.page != held.session.page else answered
        assert held.ignored_reason in {"", HELD, TOO_EARLY} or held.ignored_reason.startswith(kb.TAKEN_BACK)
    assert held.session.record.answers == {"danger": chosen("no")}
    assert answers(held).count(MissingReason.MISSING) == len(answers(held)) - 1


SECOND = "      - {id: second, ask: A second?, role: risk, type: yes_no, worse: yes}\n"


def test_who_means_the_same_key_again_presses_it_again(start: Keyboard) -> None:
    """Where it may be danger, it may not count at once, and then it says so; pressed once more it counts."""
    away = press(pressed(start, "y"), "g", NOON, 10.0)
    first = press(away, "d", NOON, 12.0)
    assert first.session.page == QuestionPage(KINDS)
    assert press(first, "d", NOON, 12.3).session.page != first.session.page
    danger = press(note_shown(start, 20.0), "d", NOON, 22.0)
    again = press(danger, "d", NOON, 22.7)
    assert (again.session, again.ignored_reason) == (danger.session, HELD)
    assert press(again, "d", NOON, 23.6).session.page != danger.session.page


@pytest.mark.parametrize("key", ["m", "g", "r", "q"])
def test_nobody_has_read_whom_to_call_in_less_than_a_second(start: Keyboard, key: str) -> None:
    alarm = pressed(start, "y")
    early = press(alarm, key, NOON, alarm.guard.shown_at + 0.9)
    assert early.session == alarm.session
    assert early.ignored_reason in {TOO_EARLY, WAIT}
    assert press(alarm, key, NOON, alarm.guard.shown_at + 1.0).session != alarm.session
    assert isinstance(press(alarm, key_names.DOWN, NOON, alarm.guard.shown_at + 0.1).session.page, EmergencyPage)


def test_a_held_key_does_not_act_twice_on_a_page_that_stays(start: Keyboard) -> None:
    ticks = pressed(pressed(start, TICKS), "1" * 30, every=0.033)
    assert ticks.ticked == {"1"}
    digits = pressed(pressed(start, NUMBER), "11", every=0.15)
    assert digits.pending_text == "11"


def test_a_held_enter_enters_once(start: Keyboard) -> None:
    who = pressed(start, ["n", "1", "0", key_names.ENTER, "r", "f", "k", "1", key_names.ENTER, *"AB"])
    held = pressed(who, [key_names.ENTER] * 30, every=0.04)
    assert held.session.record.decision is None
    assert pressed(held, [key_names.ENTER]).session.record.decision is not None


def test_to_have_acted_is_written_down_with_what_was_done(start: Keyboard) -> None:
    asked = pressed(start, "ym")
    assert [type(entry) for entry in asked.session.log] == [AnswerRecorded, EmergencyShown]
    acted = pressed(asked, ["4", key_names.ENTER])
    assert acted.session.log[-1] == DangerActedOn(NOON, DangerAction.CLINICIAN_ON_LINE)
    assert acted.session.replies == (Notice.DANGER_ACTED_ON,)
    more = pressed(acted, [*"m1", key_names.ENTER])
    assert [type(entry) for entry in more.session.log[2:]] == [DangerActedOn, DangerActedOn]


def test_a_held_key_does_not_answer_for_the_next_caller(start: Keyboard) -> None:
    """The page that "n" for the next caller brings begins with a question that takes "n"."""
    first = start_keyboard(start.session, 100.0)
    for number in range(60):
        first = press(first, "n", NOON, 100.5 + number * 0.033)
    assert answers(first) == answers(start)


ESCAPE_CODES = {
    "Alt and a letter": "\x1by",
    "keypad": "\x1bOy",
    "keypad Enter": "\x1bOM",
    "a late reply": "\x1b[?2026;2$y",
    "who the terminal is": "\x1b[?62;22c",
    "kitty": "\x1b[57358u",
    "colours": "\x1b]11;rgb:ffff/ffff/dddd\x1b\\",
    "iTerm": "\x1b[1;9D",
    "Alt and Enter": "\x1b\r",
}


@pytest.mark.parametrize("code", ESCAPE_CODES.values(), ids=ESCAPE_CODES)
@pytest.mark.parametrize("every", [0.0, 0.1, 0.4])
@pytest.mark.parametrize("keys", [YES_NO, CHOICE, TICKS, [*TICKS, "1"], NUMBER, [*NUMBER, "1"], BOX, ["r"], ["y"]])
def test_the_rest_of_an_escape_code_does_nothing(start: Keyboard, code: str, every: float, keys: list[str]) -> None:
    """However slowly its bytes come, up to two seconds."""
    there = pressed(start, keys)
    names = [{"\x1b": key_names.ESCAPE, "\r": key_names.ENTER}.get(byte, byte) for byte in code]
    after = pressed(there, names[: 1 + int(1.9 / every) if every else None], every=every)
    assert after.session == there.session
    assert (after.pending_text, after.ticked) == (there.pending_text, there.ticked)
    if names[-1] not in {key_names.ESCAPE, "\\"}:
        assert after.ignored_reason == AFTER_ESCAPE


def test_after_esc_one_need_not_wait_long(start: Keyboard) -> None:
    closed = pressed(start, [key_names.ESCAPE])
    assert isinstance(press(closed, "!", NOON, LONG + 0.01).session.page, EmergencyPage)
    assert answers(press(closed, "d", NOON, LONG + 0.6))[DANGER] is MissingReason.DECLINED
    for number in range(7):
        closed = press(closed, "yn"[number % 2], NOON, LONG + 0.3 + number * 0.3)
    assert answers(closed)[DANGER] == chosen("yes")


def test_a_held_key_is_held_however_slowly_the_page_was_saved(start: Keyboard) -> None:
    answered = note_shown(press(start, "n", NOON, 5.0), 9.0)
    assert press(answered, "n", NOON, 9.5).ignored_reason
    assert press(answered, "1", NOON, 9.7).ignored_reason
    assert not press(answered, "1", NOON, 9.9).ignored_reason


def test_what_is_typed_ahead_answers_only_what_could_be_read(start: Keyboard) -> None:
    """After a key that was dropped the rest of a burst is dropped, too: it was meant for other questions."""
    for burst in ("n12", "nn1", "y3", "n1" + "1" * 5):
        after = pressed(start, burst, every=0.01)
        given = [answer for answer in answers(after) if answer is not MissingReason.MISSING]
        assert given == [answers(after)[DANGER]]
        assert given == [chosen({"n": "no", "y": "yes"}[burst[0]])]


def test_keys_from_before_the_first_page_are_dropped() -> None:
    early = press(start_keyboard(begin_session(ready(SMALL), HEAD), 100.0), "y", NOON, 100.01)
    assert answers(early)[DANGER] is MissingReason.MISSING


@pytest.mark.parametrize("key", ["y", "g", "m", "r", key_names.ENTER, key_names.ESCAPE])
def test_a_second_key_cannot_dismiss_the_emergency_page(start: Keyboard, key: str) -> None:
    alarm = pressed(start, "y")
    assert isinstance(alarm.session.page, EmergencyPage)
    assert press(alarm, key, NOON, alarm.guard.shown_at + 0.1).session == alarm.session


@pytest.mark.parametrize("key", [key_names.ENTER, key_names.ESCAPE, "y", " ", key_names.DOWN])
def test_only_the_keys_it_names_dismiss_the_emergency_page(start: Keyboard, key: str) -> None:
    alarm = pressed(start, "!")
    assert pressed(alarm, [key]).session.page == alarm.session.page
    assert pressed(alarm, "g").session.page == QuestionPage(DANGER)


@pytest.mark.parametrize(
    "before", ["", "n", "n1", "n11", "r", "j", "c", "p", "rt", "n10\n", "n10\n\n", "n10\nrf", "n10\nrfk", "n10\nrfk1"]
)
def test_danger_is_one_key_away_on_every_page(start: Keyboard, before: str) -> None:
    keyboard = pressed(start, [key_names.ENTER if key == "\n" else key for key in before])
    assert isinstance(pressed(keyboard, "!").session.page, EmergencyPage)
    at_once = press(keyboard, "!", NOON, keyboard.guard.shown_at)
    assert isinstance(at_once.session.page, EmergencyPage)


def test_the_last_key_lands_on_the_review_and_not_beyond(start: Keyboard) -> None:
    finish = pressed(start, ["n", "1", "0", key_names.ENTER, "s"])
    assert finish.session.page == QuestionPage(5)
    assert pressed(finish, "n").session.page == ReviewPage()
    assert pressed(finish, "nff").session.page == ResultPage()
    assert pressed(finish, "nffq").session.page == Finished()


def test_open_danger_is_asked_about_before_the_result(start: Keyboard) -> None:
    assert pressed(start, "uff").session.page == ConfirmPage((DANGER, THREAT))
    assert pressed(start, "ufff").session.page == ResultPage()


def test_a_held_finish_does_not_confirm_itself(start: Keyboard) -> None:
    asked = pressed(pressed(start, "ur"), "f" * 20, every=0.05)
    assert asked.session.page == ConfirmPage((DANGER, THREAT))


def test_the_list_is_picked_from_by_cursor_or_number(start: Keyboard) -> None:
    review = pressed(start, "n1r")
    down = pressed(review, [key_names.DOWN])
    assert (review.row, down.row) == (0, 1)
    picked = pressed(down, [key_names.ENTER]).session.page
    assert isinstance(picked, QuestionPage)
    assert picked.index == THREAT
    by_number = pressed(review, ["3", key_names.ENTER]).session.page
    assert isinstance(by_number, QuestionPage)
    assert by_number.index == KINDS
    assert pressed(review, ["9", "9"]).row == 5
    assert pressed(review, [key_names.UP]).row == 0
    assert pressed(drawn(review, 80, 24), [key_names.PAGE_DOWN]).row == 5
    assert pressed(start, "nj").row == 1
    assert isinstance(pressed(start, "nj").session.page, GoToPage)


def unseen(keyboard: Keyboard) -> frozenset[str]:
    assert keyboard.drawing is not None
    return keyboard.drawing.unseen_keys


def test_an_answer_that_was_not_on_the_screen_yet_cannot_be_given(start: Keyboard) -> None:
    question = pressed(start, ["n"])
    above = drawn_without(question, "3")
    early = pressed(above, ["3"])
    assert (early.session.page, early.ignored_reason) == (QuestionPage(THREAT), kb.FURTHER_DOWN)
    assert pressed(above, ["2"]).session.page == QuestionPage(KINDS)
    below = drawn_without(pressed(above, [key_names.DOWN]), "1", top=1)
    assert unseen(below) == frozenset()
    assert answers(pressed(below, ["3"]))[THREAT] == chosen("plan")
    assert unseen(drawn_without(below, "3")) == frozenset()


def test_a_decision_that_is_left_says_that_nothing_was_recorded(start: Keyboard) -> None:
    deciding = pressed(start, ["n", "1", "0", key_names.ENTER, "r", "f", "k"])
    for keys in ([key_names.ESCAPE], ["2", key_names.ENTER, key_names.ESCAPE]):
        left = pressed(deciding, keys)
        assert (left.session.page, left.session.replies) == (ResultPage(), (Notice.NO_DECISION,))


def test_what_was_no_choice_is_not_in_the_way_of_the_next(start: Keyboard) -> None:
    because = pressed(start, ["n", "1", "0", key_names.ENTER, "r", "f", "k", "2", key_names.ENTER])
    wrong = pressed(because, [*"Dana", key_names.ENTER])
    assert (wrong.pending_text, wrong.session.page) == ("", because.session.page)
    assert pressed(wrong, ["3", key_names.ENTER]).session.page != because.session.page


def test_a_decision_is_typed_line_by_line(start: Keyboard) -> None:
    result = pressed(start, ["n", "1", "0", key_names.ENTER, "r", "f"])
    said = ["k", "2", key_names.ENTER, "1", "2", key_names.ENTER, *"q b!", key_names.ENTER, *"why", key_names.ENTER]
    deciding = pressed(result, said)
    decision = deciding.session.record.decision
    assert decision is not None
    assert (decision.selected, decision.by, decision.because) == ("live_in", "q b!", DecisionReason.OTHER)
    assert pressed(result, ["k", "2", key_names.ENTER, key_names.ESCAPE]).session.page == ResultPage()
    assert isinstance(pressed(result, ["k", "9", key_names.ENTER]).session.page, DecisionPage)


def test_escape_closes_and_answers_nothing(start: Keyboard) -> None:
    for keys in ("c", "p", "j"):
        closed = pressed(start, [*keys, key_names.ESCAPE])
        assert closed.session.page == QuestionPage(DANGER)
        assert answers(closed) == answers(start)
    assert pressed(start, [key_names.ESCAPE]).session == start.session


def test_escape_in_a_note_keeps_the_words_and_says_so(start: Keyboard) -> None:
    left = pressed(start, ["c", *"half a note", key_names.ESCAPE])
    assert left.session.page == QuestionPage(DANGER)
    assert left.session.notes[DANGER] == "half a note"
    assert left.session.record.notes == {"danger": "half a note"}
    assert reply_text(left.session, left.session.replies[-1]) == "Note kept."
    more = pressed(left, ["c", *"more", key_names.ESCAPE])
    assert more.session.notes[DANGER] == "half a note; more"


REFERENCE = ["t", "7", key_names.ENTER]
"""The keys that lead to the site's reference in the header of the call."""


def test_escape_in_the_reference_keeps_it_and_says_so(start: Keyboard) -> None:
    left = pressed(start, [*REFERENCE, *"F-1", key_names.ESCAPE])
    assert (left.session.page, left.session.site_reference) == (CallPage(QuestionPage(DANGER)), "F-1")
    assert "F-1" in reply_text(left.session, left.session.replies[-1])


def test_escape_marks_nothing_as_acted_on_and_ends_no_call(start: Keyboard) -> None:
    """Half of what was done is not a mark; these lines count only with Enter."""
    for keys, page in (("ym4", EmergencyPage), ("z1", QuestionPage)):
        typing = pressed(start, keys)
        left = pressed(typing, [key_names.ESCAPE])
        assert isinstance(left.session.page, page)
        assert left.session.log == typing.session.log


@pytest.mark.parametrize("text", ["", " ", "-"])
def test_escape_with_nothing_written_changes_nothing(start: Keyboard, text: str) -> None:
    """A dash takes a text away, but only with Enter."""
    noted = pressed(start, ["c", *"once", key_names.ENTER, *REFERENCE, *"F-1", key_names.ENTER, "b"])
    for keys in (["c"], REFERENCE):
        left = pressed(noted, [*keys, *text, key_names.ESCAPE])
        assert (left.session.log, left.session.call) == (noted.session.log, noted.session.call)
        assert left.session.replies == ()


@pytest.mark.parametrize("wait", [0.0, 0.05, 0.4, 2.0])
def test_danger_is_one_key_away_after_escape_in_a_note(start: Keyboard, wait: float) -> None:
    """Also where any other key would be the rest of an escape code."""
    left = pressed(start, ["c", *"half a note", key_names.ESCAPE])
    alarm = press(left, "!", NOON, left.guard.escape_at + wait)
    assert isinstance(alarm.session.page, EmergencyPage)
    assert alarm.session.notes[DANGER] == "half a note"


def test_a_note_takes_every_letter(start: Keyboard) -> None:
    noted = pressed(start, ["c", *"q b u! ", key_names.BACKSPACE, "?", key_names.ENTER])
    assert noted.session.notes[DANGER] == "q b u!?"


def test_a_long_page_scrolls(start: Keyboard) -> None:
    so_far = pressed(start, "p")
    assert isinstance(so_far.session.page, SoFarPage)
    assert pressed(so_far, [key_names.DOWN, key_names.DOWN, key_names.UP]).top == 1
    assert pressed(so_far, [key_names.UP]).top == 0
    assert pressed(so_far, [key_names.PAGE_DOWN]).top == 0  # it is not known yet how much is on the screen


def test_a_page_key_that_comes_twice_before_the_screen_is_drawn_skips_nothing(start: Keyboard) -> None:
    shown = drawn(pressed(start, "p"), 40, 12)
    once = pressed(shown, [key_names.PAGE_DOWN])
    assert 0 < once.top == pressed(shown, [key_names.PAGE_DOWN] * 2).top
    assert pressed(drawn(once, 40, 12), [key_names.PAGE_UP]).top == 0


def test_home_and_end_lead_to_both_ends_of_a_list(start: Keyboard) -> None:
    for keys in ("nr", "nj"):
        end = pressed(drawn(pressed(start, keys), 40, 12), [key_names.END])
        assert end.row == len(end.session.asked_indexes()) - 1
        home = pressed(drawn(end, 40, 12), [key_names.HOME])
        assert (home.row, home.top) == (0, 0)
        first = pressed(home, [key_names.ENTER]).session.page
        assert isinstance(first, QuestionPage)
        assert first.index == DANGER


@pytest.mark.parametrize("keys", ["p", "!", "n10\nrfl"])
def test_home_end_and_space_scroll_a_page(start: Keyboard, keys: str) -> None:
    there = drawn(pressed(start, [key_names.ENTER if key == "\n" else key for key in keys]), 40, 12)
    assert there.drawing is not None
    end = pressed(there, [key_names.END])
    assert end.top == there.drawing.end.top > 0
    assert pressed(drawn(end, 40, 12), [key_names.HOME]).top == 0
    assert pressed(there, [key_names.SPACE]).top == pressed(there, [key_names.PAGE_DOWN]).top > 0
    assert pressed(there, [key_names.SPACE]).session == there.session


def test_space_turns_no_page_where_it_may_be_typed_or_tick(start: Keyboard) -> None:
    ticks = drawn(pressed(start, TICKS), 40, 12)
    assert pressed(ticks, [key_names.SPACE]).top == pressed(ticks, "7").top == 0
    assert pressed(drawn(pressed(start, BOX), 40, 12), [key_names.SPACE]).ignored_reason == kb.PRESS_ENTER
    assert pressed(drawn(pressed(start, "c"), 40, 12), "a b").pending_text == "a b"


@pytest.mark.parametrize(
    "keys", [YES_NO, CHOICE, BOX, ["y"], ["r"], ["j"], ["p"], ["u", "r", "f"], ["n", "r", "f", "f"]]
)
@pytest.mark.parametrize(
    "text",
    ["y", "n\r", "1", "Maybe later", "today", "I am at home", "q", "!", "yes!\nq\n", "u", "", "ynynyn1212q!" * 20],
)
def test_a_paste_is_never_a_key(start: Keyboard, keys: list[str], text: str) -> None:
    """Some consoles hand on fast typing as a paste: then nothing wrong is recorded, and nobody is sent anywhere."""
    there = pressed(start, keys)
    after = paste(there, text, there.guard.shown_at + LONG)
    assert after.session == there.session
    assert after.ignored_reason or after.pending_text == text


@pytest.mark.parametrize(
    ("keys", "text", "half", "ticked"),
    [
        (NUMBER, "5\r", "5", set()),
        (NUMBER, " 5 ", "5", set()),
        (NUMBER, "12", None, set()),
        (NUMBER, "5 years", None, set()),
        (NUMBER, "q", None, set()),
        ([*NUMBER, "3"], "5", "5", set()),
        (TICKS, "1,2\n", "", {"1", "2"}),
        (TICKS, "2", "", {"2"}),
        (TICKS, "0,1", None, set()),
        (TICKS, "1 drink daily", None, set()),
        ([*TICKS, "1"], "!q", None, {"1"}),
        (["r"], "2", "2", set()),
        (["j"], "2\n", "2", set()),
        (["r"], "555-0123", None, set()),
        (["n", "1", "r"], "\u0663", None, set()),
    ],
)
def test_a_paste_fills_what_is_half_typed_if_it_is_a_whole_answer(
    start: Keyboard, keys: list[str], text: str, half: str | None, ticked: set[str]
) -> None:
    there = pressed(start, keys)
    after = paste(there, text, there.guard.shown_at + LONG)
    assert after.session == there.session
    assert after.pending_text == (there.pending_text if half is None else half)
    assert after.ticked == ticked
    assert bool(after.ignored_reason) == (half is None)


@pytest.mark.parametrize(("after", "why"), [(0.4, WAIT), (1.3, kb.NO_PLACE_FOR_PASTE)])
def test_each_paste_says_why_it_does_nothing(start: Keyboard, after: float, why: str) -> None:
    """Fast typing can come as several pastes: the second is not the first once more."""
    assert paste(paste(start, "n", LONG), "n", LONG + after).ignored_reason == why


def test_a_part_of_a_line_that_came_as_pastes_is_not_taken_for_the_whole(start: Keyboard) -> None:
    there = pressed(start, NUMBER)
    early = paste(there, "1", there.guard.shown_at + 0.1)
    assert paste(early, "5", there.guard.shown_at + 0.6).pending_text == ""


def test_a_paste_that_came_before_the_page_was_read_fills_nothing(start: Keyboard) -> None:
    there = pressed(start, NUMBER)
    assert paste(there, "5", there.guard.shown_at + 0.1).pending_text == ""


COMMANDS = "!bcdfhjpqrstuz?"


@given(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))
def test_a_stray_letter_is_no_answer_in_words(key: str) -> None:
    """A letter that is no command in line mode is an answer there; here it says how to write one."""
    there = pressed(start_keyboard(begin_session(ready(SMALL), HEAD), 0.0), BOX)
    after = pressed(there, [key])
    assert answers(after)[WORDS] in {MissingReason.MISSING, MissingReason.UNKNOWN, MissingReason.DECLINED}
    is_command = not isinstance(enter(there.session, key, NOON).answers.values[WORDS], Words) and bool(key.strip())
    assert is_command == (key.casefold() in COMMANDS)
    assert (after.ignored_reason == kb.PRESS_ENTER) == (not is_command)


def test_a_stray_letter_does_not_take_what_is_half_typed(start: Keyboard) -> None:
    typing = pressed(start, [*NUMBER, "1", "x"])
    assert (answers(typing)[DAYS], typing.pending_text) == (MissingReason.MISSING, "1")


def test_a_text_that_is_too_long_is_refused_and_never_cut(start: Keyboard) -> None:
    typing = pressed(start, [*BOX, key_names.ENTER, *"so "])
    refused = paste(typing, "x" * MAX_WORDS, typing.guard.key_at + LONG)
    assert (refused.pending_text, refused.ignored_reason, refused.text_box_open) == ("so ", kb.TOO_LONG_REPLY, True)
    full = paste(typing, "x" * (MAX_WORDS - 3), typing.guard.key_at + LONG)
    assert len(full.pending_text) == MAX_WORDS
    assert pressed(full, "x").pending_text == full.pending_text
    assert answers(pressed(full, [key_names.ENTER]))[WORDS] == Words(full.pending_text)
    there = pressed(start, BOX).session
    assert keep_pending_answer(there, "x" * (MAX_WORDS + 1), NOON) == there


def test_enter_with_nothing_written_closes_the_box(start: Keyboard) -> None:
    assert not pressed(start, [*BOX, key_names.ENTER, key_names.ENTER]).text_box_open


def test_a_note_takes_a_paste_whole_on_one_line(start: Keyboard) -> None:
    noting = pressed(start, "c")
    pasted = pressed(paste(noting, "two\r\nlines q!\n", LONG), [key_names.ENTER])
    assert pasted.session.notes[DANGER] == "two lines q!"


KEYS = st.one_of(
    st.sampled_from([*"ynudsbjrcpfgmktq!?0123456789.,- ", *sorted({*terminal.KEY_NAMES.values()})]),
    st.characters(codec="utf-8"),
)


@given(st.lists(st.tuples(KEYS, st.sampled_from([0.0, 0.01, 0.3, 0.7, 5.0])), max_size=40))
def test_no_key_breaks_the_keyboard_and_one_changes_one_answer(strokes: list[tuple[str, float]]) -> None:
    """Whatever is pressed, and however fast: one key changes at most the answer of the question on the page."""
    keyboard, now = start_keyboard(begin_session(ready(SMALL), HEAD), 0.0), 0.0
    for key, wait in strokes:
        now += wait
        after = press(keyboard, key, NOON + timedelta(seconds=now), now)
        pairs = zip(answers(keyboard), answers(after), strict=True)
        changed = [index for index, (old, new) in enumerate(pairs) if old != new]
        page = keyboard.session.page
        assert changed in ([], [page.index] if isinstance(page, QuestionPage) else [])
        assert len(after.session.log) >= len(keyboard.session.log)
        keyboard = after
