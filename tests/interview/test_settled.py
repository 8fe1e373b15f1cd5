"""The offer to finish says that advice may still hang on what is left."""

from __future__ import annotations

import pytest
from support.interviews import HEAD, SMALL, text_of, typed
from support.questionnaires import ready
from support.record_builder import ANSWERS, RecordBuilder, choices

from iop_screen.engine.answer_batch import no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.open_advice import open_for_notes
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import Notice
from iop_screen.interview.state import Session, begin_session
from iop_screen.interview.wording.messages import reply_text

STILL = "The advice can still change by what is left"
SETTLED = ("n", "1", "0")
WITH_NOTES = (
    SMALL.replace(
        "{id: job, ask", "{id: pets, ask: Pets?, role: risk, type: yes_no, worse: yes}\n      - {id: job, ask"
    )
    + """
notes:
  - {id: cat, when: {pets: yes}, for_levels: [home], say: Who feeds the cat?}
"""
)


def offered(text: str) -> Session:
    session = typed(begin_session(ready(text), HEAD), *SETTLED)
    assert Notice.SUGGESTION_SETTLED in session.replies
    return session


def said(session: Session, *, is_low: bool = False) -> str:
    return " ".join(reply_text(session, Notice.SUGGESTION_SETTLED, is_low=is_low).split())


def test_the_offer_names_what_the_advice_still_hangs_on() -> None:
    assert f"{STILL}, such as: pets. Type f to finish now" in said(offered(WITH_NOTES))
    assert "advice is not" in said(offered(WITH_NOTES), is_low=True)


@pytest.mark.parametrize("role", ["access", "context"])
def test_daily_life_is_not_named_but_counts(role: str) -> None:
    text = WITH_NOTES.replace(
        "role: risk, type: yes_no, worse: yes}\n      - {id: job", f"role: {role}, type: yes_no}}\n      - {{id: job"
    )
    assert f"{STILL}. Type f to finish now" in said(offered(text))


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        WITH_NOTES.replace("[home]", "[live_in]"),
        WITH_NOTES.replace("for_levels: [home]", "for_first_steps: [check]"),
    ],
)
def test_where_no_note_can_come_any_more_nothing_is_said_of_advice(text: str) -> None:
    assert "dvice" not in said(offered(text))
    assert "dvice" not in said(offered(text), is_low=True)


def test_a_question_behind_a_gate_makes_its_gate_count() -> None:
    gated = ready(SMALL + "\nnotes: [{id: many, when: {days: {at_least: 3}}, say: Many days.}]")
    answers = no_answers(gated)
    found = open_for_notes(gated, answers)
    assert [str(gated.questions[index].id) for index in found] == ["kinds", "days"]


def test_with_home_and_overdose_left_the_offer_names_them_on_each_screen(compiled: CompiledQuestionnaire) -> None:
    left = {"home", "support", "overdose", "obligations", "away", "wishes"}
    told = {**ANSWERS, "suicide": "no", "withdrawal_now": "strong", "thinking": "no", "past_care": "no"}
    record = RecordBuilder(compiled).answer(choices({name: told[name] for name in told if name not in left})).record()
    session = begin_session(compiled, HEAD, record.log)
    assert not session.result().open_questions
    assert f"{STILL}, such as: home, overdose." in said(session)
    offer = typed(begin_session(compiled, HEAD, record.log), "2")
    for columns, rows in ((80, 24), (100, 30)):
        assert f"{STILL}, such as: home" in " ".join(text_of(layout(start_keyboard(offer, 0.0), columns, rows)).split())
