"""The interview as a value: what each line that is typed does, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.interviews import DANGER, DAYS, HEAD, KINDS, SMALL, THREAT, WORDS, enter, typed
from support.questionnaires import ready

from iop_screen.engine.answer_batch import set_aside
from iop_screen.engine.judgement import OUT_OF_SCOPE
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.answer_input import MAX_WORDS
from iop_screen.interview.deciding import DecisionStep, next_step
from iop_screen.interview.pages import (
    AnswerRefused,
    AnswerTaken,
    ConfirmPage,
    DecisionPage,
    EmergencyPage,
    Finished,
    GoToPage,
    LeavePage,
    LeftUnfinished,
    NoteKept,
    NotePage,
    Notice,
    QuestionExplained,
    QuestionPage,
    ResultPage,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.state import Session, begin_session
from iop_screen.interview.wording.messages import reply_text
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words, chosen
from iop_screen.records.model import (
    AnswerRecorded,
    Danger,
    DangerActedOn,
    DangerAction,
    DangerCleared,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    Record,
    ResultShown,
)


@pytest.fixture(scope="module")
def start() -> Session:
    return begin_session(ready(SMALL), HEAD)


def test_the_first_question_comes_first(start: Session) -> None:
    assert start.page == QuestionPage(DANGER)


@pytest.mark.parametrize(
    ("before", "line", "index", "answer"),
    [
        ([], "n", DANGER, chosen("no")),
        ([], " YES ", DANGER, chosen("yes")),
        ([], "u", DANGER, MissingReason.UNKNOWN),
        ([], "D", DANGER, MissingReason.DECLINED),
        (["n"], "2", THREAT, chosen("some")),
        (["n", "1"], "1,2", KINDS, chosen("a", "b")),
        (["n", "1"], "2 1", KINDS, chosen("a", "b")),
        (["n", "1"], "0", KINDS, chosen("neither")),
        (["n", "1", "1"], "7", DAYS, Amount(Decimal(7))),
        (["n", "1", "1"], "0.5", DAYS, Amount(Decimal("0.5"))),
        (["n", "1", "0"], "two words", WORDS, Words("two words")),
    ],
)
def test_an_answer_is_taken_as_typed(start: Session, before: list[str], line: str, index: int, answer: Answer) -> None:
    after = typed(start, *before, line)
    assert after.answers.values[index] == answer
    assert AnswerTaken(index) in after.replies


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ([], "1"),
        ([], "yn"),
        ([], "no way"),
        (["n"], "y"),
        (["n"], "0"),
        (["n"], "4"),
        (["n"], "1 2"),
        (["n"], "some"),
        (["n", "1"], "0,1"),
        (["n", "1"], "1,9"),
        (["n", "1"], ","),
        (["n", "1", "1"], "8"),
        (["n", "1", "1"], "-1"),
        (["n", "1", "1"], "1e1"),
        (["n", "1", "1"], "five"),
    ],
)
def test_what_is_no_answer_changes_nothing(start: Session, before: list[str], line: str) -> None:
    session = typed(start, *before)
    after = enter(session, line)
    assert (after.answers, after.page) == (session.answers, session.page)
    assert isinstance(after.replies[0], AnswerRefused)


@pytest.mark.parametrize("before", [[], ["n"], ["n", "1"], ["n", "1", "1"], ["n", "1", "0"], ["y"], ["r"]])
@pytest.mark.parametrize("line", ["", "   ", "\t"])
def test_enter_alone_never_answers(start: Session, before: list[str], line: str) -> None:
    session = typed(start, *before)
    after = enter(session, line)
    assert (after.answers, after.page, after.replies) == (session.answers, session.page, (Notice.NOTHING_TYPED,))


def test_back_keeps_what_was_there(start: Session) -> None:
    session = typed(start, "n", "2", "b", "b")
    assert session.page == QuestionPage(DANGER)
    assert session.answers.values[THREAT] == chosen("some")
    assert enter(session, "b").replies == (Notice.NO_EARLIER_QUESTION,)


def test_after_a_changed_answer_the_next_question_without_one_is_asked(start: Session) -> None:
    assert typed(start, "n", "1", "b", "b", "n").page == QuestionPage(KINDS)


def test_a_closed_branch_sets_its_answer_aside_and_opening_it_brings_it_back(start: Session) -> None:
    answered = typed(start, "n", "1", "1", "6", "r")
    closed = typed(answered, "3", "0")
    assert closed.set_aside_indexes() == (DAYS,)
    assert assess_one(closed.compiled, closed.counted).suggestion == "home"
    opened = typed(closed, "3", "1")
    assert opened.set_aside_indexes() == ()
    assert assess_one(opened.compiled, opened.counted).suggestion == "live_in"


def test_an_answer_that_opens_a_branch_from_the_review_asks_it_first(start: Session) -> None:
    review = typed(start, "n", "1", "0", "nothing", "y")
    assert review.page == ReviewPage()
    opened = typed(review, "3", "1")
    assert isinstance(opened.page, QuestionPage)
    assert opened.page.index == DAYS
    assert enter(opened, "2").page == ReviewPage()


def test_a_change_from_the_review_comes_straight_back_although_more_is_not_asked(start: Session) -> None:
    review = typed(start, "n", "r")
    assert typed(review, "1", "u").page == ReviewPage()
    assert typed(review, "1", "b").page == ReviewPage()
    assert typed(review, "1", "s").page == ReviewPage()


def test_all_that_a_change_opens_is_asked_before_the_review(start: Session) -> None:
    """A question that was skipped before stays skipped; one that the change opened is asked, skipped or not."""
    review = typed(start, "n", "s", "0", "s", "s")
    assert review.page == ReviewPage()
    opened = typed(review, "3", "1")
    assert isinstance(opened.page, QuestionPage)
    assert opened.page.index == DAYS
    assert enter(opened, "s").page == ReviewPage()


def test_a_question_with_an_open_condition_is_asked(start: Session) -> None:
    assert typed(start, "n", "1", "u").page == QuestionPage(DAYS)


@pytest.mark.parametrize("lines", [["y"], ["n", "3"]])
def test_danger_shows_the_emergency_page_at_once(start: Session, lines: list[str]) -> None:
    session = typed(start, *lines)
    assert isinstance(session.page, EmergencyPage)
    assert isinstance(enter(session, "g").page, QuestionPage)
    assert enter(session, "r").page == ReviewPage()
    for line in ("y", "f", "", "1", "n"):
        assert enter(session, line).page == session.page


def test_a_second_danger_shows_the_page_again_and_the_same_one_does_not(start: Session) -> None:
    first = typed(start, "y", "g")
    assert isinstance(enter(first, "3").page, EmergencyPage)
    assert typed(first, "b", "y").page == QuestionPage(THREAT)


def test_an_open_danger_is_no_emergency(start: Session) -> None:
    assert typed(start, "u").page == QuestionPage(THREAT)


def test_it_is_said_once_that_the_suggestion_is_settled(start: Session) -> None:
    session = typed(start, "n", "1", "0")
    assert session.replies == (AnswerTaken(KINDS), Notice.SUGGESTION_SETTLED)
    assert Notice.SUGGESTION_SETTLED not in enter(session, "words").replies


def test_while_a_first_step_is_open_finishing_is_not_offered(start: Session) -> None:
    assert not typed(start, "n", "1", "u").finish_offered


@pytest.mark.parametrize("before", [[], ["n"], ["r"], ["y"], ["j"], ["p"], ["r", "f"]])
def test_quit_works_everywhere(start: Session, before: list[str]) -> None:
    left = typed(start, *before, "q")
    assert left.page == LeftUnfinished()
    assert enter(left, "y") == left


def test_why_explains_the_question_on_the_page(start: Session) -> None:
    after = enter(start, "?")
    assert (after.page, after.replies) == (QuestionPage(DANGER), (QuestionExplained(DANGER),))


def test_the_review_goes_on_back_and_to_a_number(start: Session) -> None:
    review = typed(start, "n", "r")
    assert enter(review, "g").page == QuestionPage(THREAT)
    assert enter(review, "1").page == QuestionPage(DANGER, frozenset({1, 2, 3, 4, 5}))
    assert enter(review, "9").replies == (Notice.NOT_UNDERSTOOD,)
    assert enter(review, "\u00b2").replies == (Notice.NOT_UNDERSTOOD,)
    assert enter(review, "b").page == QuestionPage(DANGER)


def test_going_on_keeps_an_answer_and_never_gives_one(start: Session) -> None:
    session = typed(start, "n", "2", "b", "s")
    assert (session.page, session.answers.values[THREAT]) == (QuestionPage(KINDS), chosen("some"))
    assert typed(start, "s").answers == start.answers


LINES = st.one_of(st.sampled_from([*"ynudbrgsjcptkmf?!", "", "-", "0", "1", "2", "3", "5", "1,2"]), st.text())


@given(st.lists(LINES, max_size=25))
def test_nothing_typed_breaks_an_interview(lines: list[str]) -> None:
    """Whatever is typed, the session goes on, what counts is what set_aside leaves of what was answered, and the log
    alone gives the same answers and notes.
    """
    session = begin_session(ready(SMALL), HEAD)
    for line in lines:
        session = enter(session, line)
        assert session.counted == set_aside(session.compiled, session.answers)
        if isinstance(session.page, QuestionPage):
            assert session.page.index in session.asked_indexes()
    again = begin_session(session.compiled, session.head, session.log)
    assert (again.answers, again.notes, again.log) == (session.answers, session.notes, session.log)


@pytest.mark.slow
@given(st.lists(LINES, max_size=25))
def test_one_line_changes_at_most_the_answer_on_the_page(lines: list[str]) -> None:
    """A line answers the question on the page or nothing; no other answer ever changes."""
    session = begin_session(ready(SMALL), HEAD)
    for line in lines:
        after = enter(session, line)
        changed = [
            index
            for index, pair in enumerate(zip(session.answers.values, after.answers.values, strict=True))
            if pair[0] != pair[1]
        ]
        assert changed in ([], [session.page.index] if isinstance(session.page, QuestionPage) else [])
        session = after


def test_a_number_of_any_length_is_not_understood(start: Session) -> None:
    assert typed(start, "r", "9" * 5000).replies == (Notice.NOT_UNDERSTOOD,)


def test_multiple_answers_are_sets(start: Session) -> None:
    assert typed(start, "n", "1", "1,1").answers.values[KINDS] == Chosen(frozenset({"a"}))


def test_finishing_leads_to_the_review_first(start: Session) -> None:
    session = typed(start, "n", "1", "0")
    assert enter(session, "f").page == ReviewPage()
    result = typed(session, "f", "f")
    assert result.page == ResultPage()
    assert result.log[-1] == ResultShown(result.at, "home", "home", "home", None, None, danger_open=False, set_aside=0)
    assert enter(result, "q").page == Finished()
    assert enter(result, "n").page == Finished(next_caller=True)


def test_an_emergency_needs_no_further_question_to_be_finished(start: Session) -> None:
    assert typed(start, "y", "r", "f").page == ResultPage()


def test_open_danger_questions_do_not_delay_the_result_of_an_emergency() -> None:
    """Those are open still where another rule reads them, too."""
    text = SMALL.replace(
        "rules:", "rules:\n  - {id: any_threat, when: {threat: {at_least: some}}, level: live_in, because: X.}"
    )
    assert typed(begin_session(ready(text), HEAD), "y", "r", "f").page == ResultPage()


def test_open_danger_questions_are_named_before_the_result(start: Session) -> None:
    asked = typed(start, "u", "r", "f")
    assert asked.page == ConfirmPage((DANGER, THREAT))
    assert enter(asked, "g").page == QuestionPage(DANGER)
    assert enter(asked, "r").page == ReviewPage()
    assert enter(asked, "").page == asked.page
    assert enter(asked, "f").page == ResultPage()


def test_skipping_leaves_a_question_not_asked(start: Session) -> None:
    session = typed(start, "s", "1")
    assert session.answers.values[DANGER] is MissingReason.MISSING
    assert session.page == QuestionPage(KINDS)
    assert typed(session, "r", "g").page == QuestionPage(DANGER)
    questionnaire = typed(start, "n", "1", "0", "words", "y")
    assert enter(questionnaire, "g").replies == (Notice.NO_QUESTION_LEFT,)


def test_going_to_a_question_goes_on_from_there(start: Session) -> None:
    session = typed(start, "n", "j")
    assert session.page == GoToPage(QuestionPage(THREAT))
    assert typed(session, "3").page == QuestionPage(KINDS)
    assert typed(session, "3", "0").page == QuestionPage(WORDS)
    assert enter(session, "b").page == QuestionPage(THREAT)
    assert enter(session, "99").replies == (Notice.NOT_UNDERSTOOD,)


def test_a_note_stays_on_its_question_and_answers_nothing(start: Session) -> None:
    noting = enter(start, "c")
    assert noting.page == NotePage(DANGER, QuestionPage(DANGER))
    noted = enter(noting, "  said so twice ")
    assert (noted.page, noted.notes[DANGER], noted.answers) == (QuestionPage(DANGER), "said so twice", start.answers)
    assert noted.replies == (NoteKept(DANGER),)
    assert typed(noted, "c", "").notes == noted.notes
    assert typed(noted, "c", "twice").notes[DANGER] == "said so twice; twice"
    assert typed(noted, "c", "x" * MAX_WORDS).replies == (Notice.TOO_LONG,)
    assert typed(noted, "c", "-").notes[DANGER] == ""
    assert typed(noted, "c", "-").record.notes == {}
    assert enter(noting, "q").notes[DANGER] == "q"


def test_what_is_too_long_is_refused_and_not_cut(start: Session) -> None:
    long = "x" * (MAX_WORDS + 1)
    assert typed(start, "c", long).replies == (Notice.TOO_LONG,)
    assert typed(start, "n", "1", "0", long).replies == (Notice.TOO_LONG,)
    assert typed(start, "c", long[1:]).notes[DANGER] == long[1:]


def test_the_result_so_far_changes_nothing_and_leads_back(start: Session) -> None:
    session = typed(start, "n", "p")
    assert session.page == SoFarPage(QuestionPage(THREAT))
    assert enter(session, "g").page == QuestionPage(THREAT)
    assert not session.record.final


@pytest.mark.parametrize("before", [[], ["r"], ["j"], ["c"], ["p"], ["n", "2", "r", "1"], ["n", "1", "0", "r", "f"]])
def test_the_emergency_page_is_one_key_away_and_leads_back(start: Session, before: list[str]) -> None:
    session = typed(start, *before)
    alarm = enter(session, "!")
    back = session.page.back if isinstance(session.page, NotePage) else session.page
    assert alarm.page == EmergencyPage((), back)
    assert alarm.log[-1] == EmergencyShown(alarm.at, ())
    assert alarm.record.danger_waits
    acted = typed(alarm, "m", "1")
    assert (acted.page, acted.replies) == (alarm.page, (Notice.DANGER_ACTED_ON,))
    assert acted.log[-1] == DangerActedOn(acted.at, DangerAction.CALLED_EMERGENCY)
    assert not acted.record.danger_waits
    assert enter(acted, "g").page == back


def test_danger_can_be_cleared_once_no_answer_means_danger(start: Session) -> None:
    slipped = typed(start, "y", "x")
    assert (slipped.replies, slipped.record.danger) == ((Notice.DANGER_BY_ANSWER,), Danger.WAITS)
    put_right = typed(slipped, "g", "b", "n", "1")
    cleared = typed(put_right, "!", "x")
    assert (cleared.page, cleared.replies, cleared.record.danger) == (
        put_right.page,
        (Notice.DANGER_CLEARED,),
        Danger.CLEARED,
    )
    assert isinstance(cleared.log[-1], DangerCleared)
    assert typed(cleared, "b", "b", "y").record.danger is Danger.WAITS


def test_waiting_danger_has_the_time_when_it_began(start: Session) -> None:
    session = enter(start, "y")
    since = session.record.danger_since
    assert since == session.at
    assert typed(session, "g", "!", "g", "!").record.danger_since == since
    assert typed(session, "m", "1").record.danger_since is None
    again = typed(session, "m", "1", "g", "b", "n", "b", "y")
    assert again.record.danger_since == again.at


def test_leaving_a_result_while_danger_waits_shows_the_emergency_page(start: Session) -> None:
    result = typed(start, "y", "r", "f")
    for letter in "qn":
        asked = enter(result, letter)
        assert isinstance(asked.page, EmergencyPage)
        assert (asked.page.back, asked.replies, asked.log) == (ResultPage(), (Notice.DANGER_WAITS,), result.log)
        assert enter(asked, "q").page == Finished()
        assert typed(asked, "m", "1", "g", letter).page == Finished(next_caller=letter == "n")


def test_waiting_danger_is_shown_before_leaving_a_final_interview_from_any_page(start: Session) -> None:
    result = typed(start, "y", "r", "f")
    for lines in (["b", "q"], ["b", "p", "q"], ["b", "1", "j", "q"]):
        asked = typed(result, *lines)
        assert (type(asked.page), asked.replies) == (EmergencyPage, (Notice.DANGER_WAITS,)), lines


@pytest.mark.parametrize(("lines", "letter"), [("n10ff", "n"), ("n10ff", "q"), ("n", "q")])
def test_leaving_with_unsaved_answers_asks_first(start: Session, lines: str, letter: str) -> None:
    unsaved = replace(typed(start, *lines), not_saved="no space left on device")
    asked = enter(unsaved, letter)
    assert asked.page == LeavePage(unsaved.page, next_caller=letter == "n")
    assert enter(asked, "b").page == unsaved.page
    assert enter(asked, "n").replies == (Notice.NOT_UNDERSTOOD,)
    left = enter(asked, "q").page
    assert left == (Finished(next_caller=letter == "n") if "f" in lines else LeftUnfinished())


def test_a_key_that_a_question_does_not_name_does_not_leave_it(start: Session) -> None:
    assert enter(start, "g").replies == (AnswerRefused(DANGER),)


def test_finishing_is_not_offered_on_the_emergency_page() -> None:
    """That no other question could change it is not to be read before whom to call."""
    text = SMALL.replace("  - {id: kind_b, when: {kinds: b}, first_step: check, because: Kind B.}\n", "")
    session = typed(begin_session(ready(text), HEAD), "n", "3")
    assert (type(session.page), session.replies) == (EmergencyPage, (AnswerTaken(THREAT),))


def test_out_of_scope_is_said_at_once_and_only_once() -> None:
    text = SMALL.replace("levels:", "applies_when: {grown: yes}\nlevels:")
    question = "      - {id: grown, ask: Grown up?, role: context, type: yes_no}\n"
    text = text.replace("    questions:\n", f"    questions:\n{question}", 1)
    first = enter(begin_session(ready(text), HEAD), "n")
    assert first.replies == (AnswerTaken(0), Notice.OUT_OF_SCOPE)
    assert typed(first, "n").replies == (AnswerTaken(1),)


def test_yes_and_no_can_be_typed_where_an_option_says_just_that() -> None:
    text = SMALL.replace("{id: none, label: No threat}", "{id: none, label: 'No'}")
    session = typed(begin_session(ready(text), HEAD), "n", "N")
    assert session.answers.values[THREAT] == chosen("none")
    assert typed(begin_session(ready(SMALL), HEAD), "n", "n").replies == (AnswerRefused(THREAT),)
    assert typed(begin_session(ready(text), HEAD), "n", "y").replies == (AnswerRefused(THREAT),)


def test_leaving_after_the_result_is_finished(start: Session) -> None:
    result = typed(start, "n", "1", "0", "f", "f")
    assert typed(result, "b", "q").page == Finished()
    assert typed(result, "!", "q").page == Finished()
    assert typed(result, "b", "1", "u", "q").page == LeftUnfinished()


def test_an_answer_of_danger_is_logged_before_the_alarm(start: Session) -> None:
    session = enter(start, "y")
    assert session.log == (
        AnswerRecorded(session.at, "danger", chosen("yes")),
        EmergencyShown(session.at, ("danger_now",)),
    )


def test_an_answer_after_the_result_makes_it_a_draft_again(start: Session) -> None:
    result = typed(start, "n", "1", "0", "f", "f")
    assert result.record.final
    changed = typed(result, "b", "1", "u")
    assert not changed.record.final
    assert typed(changed, "f", "f").record.final


HOME, LIVE_IN, EMERGENCY_CARE, ELSE = "1", "2", "3", "4"
NOTHING, CHECK = "1", "2"


def decided(start: Session, answers: list[str], *lines: str) -> Session:
    return typed(start, *answers, "f", "f", "k", *lines)


def test_choosing_what_was_suggested_needs_no_reason(start: Session) -> None:
    session = decided(start, ["n", "1", "0"], HOME, "AB", "")
    assert session.record.decision == DecisionMade(session.at, "home", None, "AB")
    assert (session.page, session.replies) == (ResultPage(), (Notice.DECISION_RECORDED,))


def test_choosing_more_needs_a_reason(start: Session) -> None:
    session = decided(start, ["n", "1", "0"], LIVE_IN, "3", "AB", "wants rest")
    why = DecisionReason.PERSONS_CHOICE
    assert session.record.decision == DecisionMade(session.at, "live_in", None, "AB", why, note="wants rest")


@pytest.mark.parametrize(
    ("answers", "choice"),
    [
        (["n", "1", "1", "6"], [HOME]),
        (["n", "1", "1", "6"], [ELSE]),
        (["n", "1", "2"], [HOME, NOTHING]),
        (["n", "1", "2"], [LIVE_IN, NOTHING]),
        (["n", "1", "u", "u"], [HOME, CHECK]),
        (["n", "1", "u", "u"], [LIVE_IN, NOTHING]),
        (["y", "g"], [LIVE_IN, CHECK]),
        (["y", "g"], [HOME, NOTHING]),
        (["u", "1", "0", "f", "f"], [LIVE_IN, CHECK]),
    ],
)
def test_choosing_less_asks_for_the_clinician(start: Session, answers: list[str], choice: list[str]) -> None:
    """Less than suggested or than may be needed, be it the level or what comes first; or what cannot be compared."""
    session = decided(start, answers, *choice, "4", "", "Dr. C", "", "falls back", "", "AB", "what else")
    decision = session.record.decision
    assert decision is not None
    assert (decision.clinician, decision.risk, decision.by) == ("Dr. C", "falls back", "AB")
    assert (decision.because, decision.note) == (DecisionReason.CLINICIANS_JUDGEMENT, "what else")


@pytest.mark.parametrize(
    ("answers", "choice"),
    [
        (["n", "1", "2"], [HOME, CHECK]),
        (["n", "1", "2"], [LIVE_IN, CHECK]),
        (["n", "1", "u", "u"], [LIVE_IN, CHECK]),
        (["y", "g"], [EMERGENCY_CARE]),
    ],
)
def test_choosing_what_was_suggested_with_what_comes_first_needs_no_clinician(
    start: Session, answers: list[str], choice: list[str]
) -> None:
    session = decided(start, answers, *choice)
    steps = []
    while isinstance(session.page, DecisionPage):
        steps.append(next_step(session, session.page))
        session = enter(session, {DecisionStep.NOTE: "", DecisionStep.BECAUSE: "4"}.get(steps[-1], "AB"))
    assert {*steps} <= {DecisionStep.BECAUSE, DecisionStep.BY, DecisionStep.NOTE}
    assert session.record.decision is not None
    assert session.record.decision.first_step == ("check" if CHECK in choice else None)


def test_a_level_for_a_person_it_is_not_made_for_asks_for_the_clinician() -> None:
    text = SMALL.replace("levels:", "applies_when: {grown: yes}\nlevels:")
    text = text.replace("rules:", "      - {id: grown, ask: Grown up?, role: context, type: yes_no}\nrules:")
    session = decided(begin_session(ready(text), HEAD), ["n", "1", "0", "words", "y", "n"], LIVE_IN)
    assert session.result().suggestion == OUT_OF_SCOPE
    because = enter(session, "4")
    assert isinstance(because.page, DecisionPage)
    assert next_step(because, because.page) is DecisionStep.CLINICIAN


@pytest.mark.parametrize("lines", [[LIVE_IN, "12"], [ELSE, "3", "Dr. C", "none"]])
def test_what_the_codes_do_not_say_has_to_be_written(start: Session, lines: list[str]) -> None:
    session = decided(start, ["n", "1", "0"], *lines, "AB", "")
    assert (session.record.decision, session.replies) == (None, (Notice.NOTHING_TYPED,))
    decided_on = enter(session, "a day program")
    assert decided_on.record.decision is not None
    assert decided_on.record.decision.note == "a day program"


def test_after_danger_on_the_call_every_level_needs_a_clinician(start: Session) -> None:
    acted = ["!", "m", "1", "g", "n", "1", "0"]
    for before, wants in ((acted, True), (["n", "1", "!", "x", "0"], False)):
        session = decided(start, before, HOME)
        assert isinstance(session.page, DecisionPage)
        assert (next_step(session, session.page) is DecisionStep.CLINICIAN) == wants
    assert decided(start, acted, EMERGENCY_CARE, "4", "AB", "").record.decision is not None


def test_a_level_that_speaks_against_answers_set_aside_needs_a_clinician(start: Session) -> None:
    """With seven days it would be to live in; without kind A nobody asks for the days."""
    aside = ["n", "1", "1", "6", "r", "3", "0", "f", "f"]
    session = typed(start, *aside)
    assert session.result().suggestion == "home"
    assert session.record.shown is not None
    assert session.record.shown.set_aside == 1
    deciding = typed(session, "k", HOME)
    assert isinstance(deciding.page, DecisionPage)
    assert next_step(deciding, deciding.page) is DecisionStep.CLINICIAN


def test_a_decision_goes_back_step_by_step(start: Session) -> None:
    session = decided(start, ["n", "1", "1", "6"], HOME, "4", "Dr. C", "falls back", "AB")
    steps = []
    while isinstance(session.page, DecisionPage):
        steps.append(next_step(session, session.page))
        session = enter(session, "b")
    assert steps == [
        DecisionStep.NOTE,
        DecisionStep.BY,
        DecisionStep.RISK,
        DecisionStep.CLINICIAN,
        DecisionStep.BECAUSE,
        DecisionStep.SELECTED,
    ]
    assert session.replies == (Notice.NO_DECISION,)


@pytest.mark.parametrize("word", ["1", "?", "x", "12 !"])
def test_a_name_has_letters(start: Session, word: str) -> None:
    session = decided(start, ["n", "1", "0"], HOME)
    assert enter(session, word) == replace(enter(session, word), page=session.page, replies=(Notice.TOO_FEW_LETTERS,))


def test_a_decision_can_be_left_and_nothing_is_recorded(start: Session) -> None:
    for lines in (["b"], [LIVE_IN, "b", "b"], ["9", "b"], [LIVE_IN, "13", "b", "b"]):
        session = decided(start, ["n", "1", "0"], *lines)
        assert (session.page, session.record.decision) == (ResultPage(), None)
    assert isinstance(decided(start, ["n", "1", "0"], HOME, "").page, DecisionPage)


def test_a_changed_answer_leaves_no_decision_standing(start: Session) -> None:
    session = decided(start, ["n", "1", "0"], HOME, "AB", "")
    assert typed(session, "b", "1", "u").record.decision is None


def test_an_interview_goes_on_at_the_first_question_without_an_answer(start: Session) -> None:
    session = typed(start, "n", "c", "a note", "2", "!", "m", "1")
    again = begin_session(session.compiled, session.head, session.log)
    assert again.page == QuestionPage(KINDS)
    assert (again.answers, again.notes, again.record) == (session.answers, session.notes, session.record)


def test_the_record_of_a_session_has_its_answers(start: Session) -> None:
    session = typed(start, "n", "u")
    assert session.record == Record(HEAD, session.log)
    assert session.record.answers == {"danger": chosen("no"), "threat": MissingReason.UNKNOWN}


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_has_a_text(start: Session, notice: Notice) -> None:
    assert reply_text(typed(start, "!", "m", "1"), notice)
