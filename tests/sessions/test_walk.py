"""Walks through whole interviews, by lines and by keys, held against a model of their own after every step."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from errno import ENOSPC
from functools import cache, partial
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as walk_often
from support.effort import DEEP, examples
from support.interviews import NOON, saves
from support.naive import Sketch
from support.questionnaires import ready
from support.strategies import answers_to, form_of, sketches
from support.walked import ACTED, CLEARED, DANGER, HOUSES, REACH, Paper, file_of, line_of, what_to_say

from iop_screen.engine.answer_batch import Answers, set_all_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, explain
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.answer_input import MAX_WORDS
from iop_screen.interview.autosave import save_interrupted, save_now, with_save
from iop_screen.interview.fullscreen import key_names, terminal
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import (
    ActedPage,
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    Discarded,
    DiscardPage,
    EmergencyPage,
    Ended,
    Finished,
    GoToPage,
    Interrupted,
    LeavePage,
    LeftUnfinished,
    NotePage,
    Page,
    QuestionPage,
    ResultPage,
    Resumed,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.session import enter
from iop_screen.interview.start import InterviewSetup, session_from_record
from iop_screen.interview.state import Session
from iop_screen.interview.wording import messages, page_text
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.records.call_data import NO_CALL_DATA, CallField, with_field
from iop_screen.records.fitted_answers import answers_from_record as taken_from
from iop_screen.records.model import (
    SOMETHING_ELSE,
    DangerCleared,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    QuestionnaireChanged,
    Record,
)
from iop_screen.records.store import Store

PARTS = 5
WALKS, STEPS_A_WALK = examples(60), 50
STEPS = 1_000
"""So many walks a part, and so many steps at least."""
SIZES = [(40, 12), (80, 24)]
READ = 2.0
"""Seconds after which a page has been read."""

DRAWN = 40


class FrontEnd(Enum):
    """How something gets into the session."""

    LINES = 1
    KEYS = 2


front_ends = st.sampled_from([*FrontEnd])
words = st.sampled_from(["rang off", "q", "b", "u", "\u0141\u00f3d\u017a \U0001f6d1", "-", "", "x" * 300, "{name} %s"])
one_key = st.tuples(
    st.sampled_from([*"ynudsbjrcpfgmkxtq!?0123-. ", *sorted({*terminal.KEY_NAMES.values()})]),
    st.sampled_from([READ, READ, 0.3, 0.01]),
)
lines = st.sampled_from([*"ynudsbjrcpfgmkxtq!?0123-", "", "1,2", "2 1", "no way", "99", "4.5", "x" * 2001])
steps: Counter[str] = Counter()


@cache
def drawn() -> list[Sketch]:
    """Questionnaires of every kind, drawn once."""
    found: list[Sketch] = []

    @settings(max_examples=DRAWN, derandomize=True, database=None, phases=[Phase.generate])
    @given(sketches(most_questions=5))
    def collect(sketch: Sketch) -> None:
        found.append(sketch)

    collect()
    return found


questionnaires = st.deferred(lambda: st.sampled_from(HOUSES) | st.sampled_from(drawn()))


@cache
def loaded(content: bytes) -> CompiledQuestionnaire:
    return ready(content)


explanations: dict[tuple[str, Answers], Explanation] = {}


def explained(session: Session) -> Explanation:
    """What the pages say of a form; worked out once, for it is drawn three times."""
    compiled, answers = session.compiled, session.answers
    if (compiled.hash12, answers) not in explanations:
        if len(explanations) > 200:
            explanations.clear()
        explanations[compiled.hash12, answers] = explain(compiled, answers, partial(set_all_aside, compiled))
    return explanations[compiled.hash12, answers]


def on(*pages: type[Page]) -> Callable[[Any], Any]:
    return precondition(lambda walk: isinstance(walk.session.page, pages))


def dangers_shown(record: Record) -> set[str]:
    """The rules for which the emergency page was shown since nobody was in danger."""
    marks = [entry for entry in record.log if isinstance(entry, EmergencyShown | DangerCleared)]
    since = takewhile(lambda entry: isinstance(entry, EmergencyShown), reversed(marks))
    return {rule for entry in since if isinstance(entry, EmergencyShown) for rule in entry.rules}


def before_text(page: Page) -> Page:
    """The page before those where a line of text is typed."""
    match page:
        case NotePage(_, back) | CallFieldPage(_, CallPage(back)) | CallEndPage(back) | DiscardPage(CallEndPage(back)):
            return back
        case _:
            return page


class Walk(RuleBasedStateMachine):
    """One coordinator with one caller, over as many sittings as it takes.

    `paper` is what was said, `kept` what of it is known to be on disk.
    """

    def __init__(self) -> None:
        super().__init__()
        self.temporary = TemporaryDirectory()
        self.store = Store(Path(self.temporary.name) / "kept")
        self.now = 0.0
        self.refuses = False
        self.judged: tuple[Sketch, Answers] | None = None
        self.drawn: kb.Keyboard | None = None

    def teardown(self) -> None:
        self.temporary.cleanup()

    @initialize(sketch=questionnaires)
    def begin(self, sketch: Sketch) -> None:
        self.kept: tuple[Record | None, Paper] = None, Paper(sketch)
        self.resume_from_disk(sketch)

    # What one does

    @property
    def session(self) -> Session:
        return self.keyboard.session

    @property
    def page(self) -> Any:
        return self.session.page

    def say(self, line: str, front_end: FrontEnd, *keys: str) -> None:
        """A line, or the keys that mean the same: those of the line and Enter, unless others are named."""
        if front_end is FrontEnd.KEYS:
            self.press(*(keys or (*line, key_names.ENTER)))
            return
        self.now += READ
        after = enter(self.session, line, NOON + timedelta(seconds=self.now))
        self.step_to(kb.start_keyboard(self.session, self.now), after)

    def press(self, *keys: str, wait: float = READ) -> None:
        for key in keys:
            self.now += wait
            pressed = kb.press(self.keyboard, key, NOON + timedelta(seconds=self.now), self.now)
            self.step_to(pressed, pressed.session)

    def command(self, letter: str, front_end: FrontEnd) -> None:
        self.say(letter, front_end, letter)

    def step_to(self, keyboard: kb.Keyboard, after: Session) -> None:
        """What one line or key led to is saved; it has changed at most the answer on the page."""
        before = self.session
        changed = [
            index
            for index, pair in enumerate(zip(before.answers.values, after.answers.values, strict=True))
            if pair[0] != pair[1]
        ]
        assert changed in ([], [before.page.index] if isinstance(before.page, QuestionPage) else [])
        assert after.log[: len(before.log)] == before.log
        with self.disk():
            after = with_save(after, before, saves(self.save))
        turned = after.page != before.page
        self.keyboard = kb.start_keyboard(after, self.now) if turned else replace(keyboard, session=after)

    def disk(self) -> AbstractContextManager[object]:
        full = OSError(ENOSPC, "No space left on device")
        return mock.patch.object(os, "fsync", side_effect=full if self.refuses else None)

    def save(self, record: Record) -> str:
        refused = self.store.save(record, file_of(self.paper.sketch))
        assert (refused is not None) == self.refuses
        return "" if refused is None else refused.why

    def resume_from_disk(self, sketch: Sketch) -> None:
        """Go on from what is on disk, and from nothing else."""
        record, paper = self.kept
        content = file_of(sketch)
        setup = InterviewSetup(loaded(content), content, None, None, as_json=False)
        self.paper, self.call = paper.copy(), NO_CALL_DATA
        self.paper.sketch = sketch
        if record is not None:
            assert self.store.load(record.head.ref) == record
            if record.final:
                record = self.store.next_revision(record, NOON)
            if record.head.questionnaire != setup.questionnaire_ref:
                self.paper.final, self.paper.decision = False, None
        session = session_from_record(setup, "7KQ2", record)
        if record is not None:
            kept, left_out = self.paper.fitting()
            assert session.replies == (Resumed(len(kept), tuple(left_out)),)
        left = self.paper.left()
        self.keyboard = kb.start_keyboard(session, self.now)
        follows: Page = QuestionPage(self.paper.index(left[0])) if left else ReviewPage()
        if record is not None and not {*self.paper.danger()} <= dangers_shown(record):
            self.paper.alarms.append(DANGER)
            follows = self.alarm_page(follows)
            with self.disk():
                self.keyboard = kb.start_keyboard(save_now(session, saves(self.save)), self.now)
        elif record is not None and self.paper.danger_waits:
            follows = self.alarm_page(follows)
        assert self.page == follows
        opening = messages.opening_lines(session)
        assert REACH in opening or sketch.interrupt is None
        assert ("DANGER since" in opening) == self.paper.danger_waits

    def question(self) -> str:
        assert isinstance(self.page, QuestionPage)
        return self.paper.sketch.questions[self.page.index].id

    def settle(self) -> None:
        """Leave nothing half typed on the page."""
        self.keyboard = kb.start_keyboard(self.session, self.now)

    def said(self, name: str, answer: Answer, page: QuestionPage) -> Page:
        """Put an answer on paper; the page that has to follow."""
        before = self.paper.danger()
        self.paper.take(name, answer)
        follows = self.onward(page, skipped=False)
        new = {*self.paper.danger()} - {*before}
        if new:
            self.paper.alarms.append(DANGER)
        return self.alarm_page(follows) if new else follows

    def alarm_page(self, back: Page) -> EmergencyPage:
        rules = {str(rule.id): rule for rule in self.session.compiled.questionnaire.rules}
        return EmergencyPage(tuple(rules[name] for name in self.paper.danger()), back)

    def look_at_danger(self) -> None:
        """The emergency page is asked for; danger that somebody acted on does not begin anew by that."""
        if self.paper.alarms[-1:] != [ACTED] or not self.paper.danger():
            self.paper.alarms.append(DANGER)

    def onward(self, page: QuestionPage, *, skipped: bool) -> Page:
        left = [self.paper.index(name) for name in self.paper.left()]
        if page.left_open is None:
            further = [index for index in left if index > page.index]
            return QuestionPage(further[0]) if further else ReviewPage()
        known = page.left_open | ({page.index} if skipped else set())
        opened = [index for index in left if index not in known]
        return QuestionPage(opened[0], known) if opened else ReviewPage()

    # The rules

    @on(QuestionPage)
    @rule(data=st.data(), front_end=front_ends)
    def answer(self, data: st.DataObject, front_end: FrontEnd) -> None:
        self.settle()
        name, page = self.question(), self.page
        question = self.paper.sketch.question(name)
        answer = data.draw(answers_to(question) | st.sampled_from([MissingReason.UNKNOWN, MissingReason.DECLINED]))
        self.say(line_of(question, answer), front_end, *what_to_say(question, answer, self.keyboard.ticked))
        assert self.page == self.said(name, answer, page)

    def half_type(self, data: st.DataObject) -> tuple[str, Any, Answer, Answer]:
        """Type all of an answer but its last key: which question it is, the page, the answer, and the one it had."""
        self.settle()
        name, page = self.question(), self.page
        question = self.paper.sketch.question(name)
        answer = data.draw(answers_to(question))
        self.press(*what_to_say(question, answer, self.keyboard.ticked)[:-1])
        return name, page, answer, self.paper.sheet[name]

    @precondition(lambda walk: isinstance(walk.page, QuestionPage) and walk.half_typing())
    @rule(data=st.data(), move=st.sampled_from("bjrcps!"))
    def half_type_and_move(self, data: st.DataObject, move: str) -> None:
        """To leave a page takes what is ticked or typed on it, if that is an answer; but not to skip it.

        And "!" takes it only if it means danger.
        """
        name, page, answer, had = self.half_type(data)
        assert self.session.answers.values[page.index] == had
        known = len(self.session.log)
        self.press(move)
        trial = self.paper.copy()
        trial.take(name, answer)
        means_danger = not {*trial.danger()} <= {*self.paper.danger()}
        taken = answer != had and (means_danger if move == "!" else move != "s")
        if taken:
            expected = self.said(name, answer, page)
            if isinstance(expected, EmergencyPage):
                assert self.page == replace(expected, back=self.page.back if move != "!" else expected.back)
                return
        looked = len(self.paper.alarms)
        if move == "!":
            self.look_at_danger()
        assert len(self.session.log) == known + taken + len(self.paper.alarms) - looked

    @precondition(lambda walk: isinstance(walk.page, QuestionPage) and walk.half_typing())
    @rule(data=st.data())
    def half_type_and_be_broken_off(self, data: st.DataObject) -> None:
        """By a signal: it takes what is half typed, too."""
        name, page, answer, had = self.half_type(data)
        with self.disk():
            taken = kb.take_pending_input(self.keyboard, NOON + timedelta(seconds=self.now))
            session = save_interrupted(taken, self.session, saves(self.save), 15)
        assert session.page == Interrupted(15)
        if answer != had:
            self.said(name, answer, page)
        self.keyboard = replace(self.keyboard, session=session)
        self.end()

    @rule(text=st.sampled_from(["y", "no\n", "1", "1,2", "5\r", "q", "!", "u", "so far", "x" * 2001]))
    def paste_anything(self, text: str) -> None:
        """It is never an answer and leads nowhere, and what it fills in is seen."""
        before = self.session
        self.now += READ
        self.keyboard = kb.paste(self.keyboard, text, self.now)
        assert self.session == before

    def half_typing(self) -> bool:
        return self.paper.sketch.question(self.question()).type in {"multiple", "number"}

    @on(QuestionPage)
    @rule(front_end=front_ends)
    def skip(self, front_end: FrontEnd) -> None:
        self.settle()
        page = self.page
        self.command("s", front_end)
        assert self.page == self.onward(page, skipped=True)

    @on(QuestionPage)
    @rule(front_end=front_ends)
    def back(self, front_end: FrontEnd) -> None:
        self.settle()
        page = self.page
        earlier = [index for index in map(self.paper.index, self.paper.asked()) if index < page.index]
        self.command("b", front_end)
        if page.left_open is not None:
            assert self.page == ReviewPage()
        else:
            assert self.page == (QuestionPage(earlier[-1]) if earlier else page)

    @on(QuestionPage, ReviewPage)
    @rule(data=st.data(), front_end=front_ends)
    def go_to(self, data: st.DataObject, front_end: FrontEnd) -> None:
        """By "go to" from a question, by its number from the review."""
        self.settle()
        asked = self.paper.asked()
        number = data.draw(st.integers(1, len(asked)))
        left = frozenset(map(self.paper.index, self.paper.left())) if self.page == ReviewPage() else None
        if isinstance(self.page, QuestionPage):
            self.command("j", front_end)
            assert isinstance(self.page, GoToPage)
        self.say(str(number), front_end)
        assert self.page == QuestionPage(self.paper.index(asked[number - 1]), left)

    @on(QuestionPage)
    @rule(letter=st.sampled_from("rf"), front_end=front_ends)
    def review(self, letter: str, front_end: FrontEnd) -> None:
        self.settle()
        self.command(letter, front_end)
        assert self.page == ReviewPage()

    @on(QuestionPage, ReviewPage)
    @rule(front_end=front_ends)
    def look_at_the_result_so_far(self, front_end: FrontEnd) -> None:
        self.settle()
        page = self.page
        self.command("p", front_end)
        assert self.page == SoFarPage(page)

    @on(SoFarPage)
    @rule(front_end=front_ends, back=st.sampled_from("bg"))
    def look_away(self, front_end: FrontEnd, back: str) -> None:
        page = self.page.back
        self.command(back, front_end)
        assert self.page == page

    @on(QuestionPage)
    @rule(text=words, front_end=front_ends)
    def note(self, text: str, front_end: FrontEnd) -> None:
        self.settle()
        page, name = self.page, self.question()
        self.command("c", front_end)
        assert isinstance(self.page, NotePage)
        self.check_drawn()
        self.say(text, front_end)
        had = self.paper.notes.get(name, "")
        questionnaire = f"{had}; {text}" if had and text != "-" else text
        if len(questionnaire) > MAX_WORDS:
            assert isinstance(self.page, NotePage)
            self.say("", front_end)
        elif text:
            self.paper.notes[name] = "" if text == "-" else questionnaire
        assert self.page == page

    @on(QuestionPage, ReviewPage, ResultPage, ConfirmPage, EmergencyPage)
    @rule(text=words, field=st.sampled_from([CallField.WHERE, CallField.REFERENCE]), front_end=front_ends)
    def fill_in_the_call(self, text: str, field: CallField, front_end: FrontEnd) -> None:
        """It is no part of the log."""
        self.settle()
        page, log = self.page, self.session.log
        self.command("t", front_end)
        assert self.page == CallPage(page)
        self.say(str([*CallField].index(field) + 1), front_end)
        self.check_drawn()
        self.say(text, front_end)
        if text:
            self.call = with_field(self.call, field, None if text == "-" else text)
        assert (self.page, self.session.log) == (CallPage(page), log)
        self.command("b", front_end)
        assert self.page == page

    @rule(front_end=front_ends)
    def danger(self, front_end: FrontEnd) -> None:
        """One key away on every page."""
        self.settle()
        page = self.page
        self.command("!", front_end)
        if isinstance(page, ActedPage | ClearPage):
            assert self.page == page.back
        elif not isinstance(page, EmergencyPage):
            self.look_at_danger()
            assert self.page == self.alarm_page(before_text(page))
        assert isinstance(self.page, EmergencyPage)

    @on(EmergencyPage)
    @rule(front_end=front_ends, what=st.sampled_from(["1", "2, on the phone", "their aunt drove over", ""]))
    def act(self, front_end: FrontEnd, what: str) -> None:
        page = self.page
        self.command("m", front_end)
        assert self.page == ActedPage(page)
        self.check_drawn()
        self.say(what, front_end)
        self.paper.alarms += [ACTED] if what else []
        assert self.page == page

    @on(EmergencyPage)
    @rule(front_end=front_ends)
    def clear(self, front_end: FrontEnd) -> None:
        """Where no answer says that there is danger, and nobody has acted."""
        page, before = self.page, len(self.session.log)
        self.command("x", front_end)
        if isinstance(self.page, ClearPage):
            self.check_drawn()
            assert {*map(self.paper.index, self.paper.unsure_danger())} <= {*self.page.indexes}
            self.command("x", front_end)
        if self.paper.danger_waits and not self.paper.danger():
            self.paper.alarms.append(CLEARED)
            self.back_from_danger(page.back)
        else:
            assert (self.page, len(self.session.log)) == (page, before)

    def back_from_danger(self, back: object) -> None:
        """Whoever wanted to leave, and was kept by answers that could not be saved, leaves once they are."""
        if not isinstance(back, LeavePage) or self.refuses:
            assert self.page == back
            return
        assert isinstance(self.page, Finished if self.paper.final else LeftUnfinished)
        self.end()

    @on(EmergencyPage)
    @rule(front_end=front_ends)
    def go_back_from_danger(self, front_end: FrontEnd) -> None:
        back = self.page.back
        self.command("g", front_end)
        assert self.page == back

    @on(ReviewPage, ConfirmPage)
    @rule(front_end=front_ends)
    def finish(self, front_end: FrontEnd) -> None:
        """Danger that is still open is named first."""
        page = self.page
        open_danger = [self.paper.index(name) for name in self.paper.open_danger()]
        self.command("f", front_end)
        if isinstance(page, ReviewPage) and open_danger:
            assert self.page == ConfirmPage(tuple(open_danger))
            return
        assert self.page == ResultPage()
        self.paper.final = True

    @on(ConfirmPage)
    @rule(front_end=front_ends)
    def ask_open_danger(self, front_end: FrontEnd) -> None:
        index = self.page.indexes[0]
        self.command("g", front_end)
        assert self.page == QuestionPage(index)

    @on(ReviewPage)
    @rule(front_end=front_ends)
    def ask_what_is_left(self, front_end: FrontEnd) -> None:
        left = self.paper.left()
        self.command("g", front_end)
        assert self.page == (QuestionPage(self.paper.index(left[0])) if left else ReviewPage())

    @on(ResultPage)
    @rule(front_end=front_ends)
    def back_from_the_result(self, front_end: FrontEnd) -> None:
        self.command("b", front_end)
        assert self.page == ReviewPage()

    @on(ResultPage)
    @rule(data=st.data(), note=words.filter(lambda text: text != "b"), front_end=front_ends)
    def decide(self, data: st.DataObject, note: str, front_end: FrontEnd) -> None:
        choices = self.paper.choices()
        number = data.draw(st.integers(1, len(choices)))
        choice, first, came_first = choices[number - 1], None, None
        self.command("k", front_end)
        self.say(str(number), front_end)
        firsts = self.paper.first_choices()
        if self.paper.first_in_question(choice):
            first = data.draw(st.sampled_from(firsts))
            came_first = first or ""
            self.say(str(firsts.index(first) + 1), front_end)
        differs, lower = self.paper.needs(choice, first)
        because = data.draw(st.sampled_from([*DecisionReason]))
        if differs:
            self.say(str([*DecisionReason].index(because) + 1), front_end)
        for said in ("Dr. C", "falls back") if lower else ():
            self.say(said, front_end)
        self.say("AB", front_end)
        self.check_drawn()
        reason = because if differs else None
        if choice == SOMETHING_ELSE or reason is DecisionReason.OTHER:
            self.say("", front_end)
            note = note or "a day program"
        self.say(note, front_end)
        assert self.page == ResultPage()
        clinician, risk = ("Dr. C", "falls back") if lower else ("", "")
        self.paper.decision = DecisionMade(self.session.at, choice, came_first, "AB", reason, clinician, risk, note)

    @rule(keys=st.lists(one_key, min_size=1, max_size=6))
    def press_anything(self, keys: list[tuple[str, float]]) -> None:
        for key, wait in keys:
            known = len(self.session.log)
            self.press(key, wait=wait)
            self.hear(known)

    @rule(line=lines)
    def type_anything(self, line: str) -> None:
        known = len(self.session.log)
        self.say(line, FrontEnd.LINES)
        self.call = self.session.call
        self.hear(known)

    @on(QuestionPage, EmergencyPage, ConfirmPage, ReviewPage, ResultPage)
    @rule(key=st.sampled_from([*"yn12udfgmk", key_names.ENTER]))
    def type_ahead(self, key: str) -> None:
        """A key from before the page was read does nothing."""
        self.settle()
        before = self.session
        self.press(key, wait=0.1)
        assert replace(self.session, not_saved="") == replace(before, not_saved="")

    @rule()
    def the_disk_refuses(self) -> None:
        self.refuses = True

    @precondition(lambda walk: walk.refuses)
    @rule(front_end=front_ends)
    def the_disk_takes_it_again(self, front_end: FrontEnd) -> None:
        """What could not be saved is tried again with the next key, whatever that is."""
        self.refuses = False
        known = len(self.session.log)
        self.say("", front_end, key_names.UP)
        self.hear(known)
        assert not self.session.not_saved

    @rule()
    def crash(self) -> None:
        """Nobody says goodbye; what was accepted and saved is there again."""
        self.resume_from_disk(self.kept[1].sketch)

    @rule(sketch=questionnaires)
    def go_on_with_another_questionnaire(self, sketch: Sketch) -> None:
        self.resume_from_disk(sketch)

    @on(LeavePage)
    @rule(front_end=front_ends)
    def stay(self, front_end: FrontEnd) -> None:
        back = self.page.back
        self.command("b", front_end)
        assert self.page == back

    @on(QuestionPage, ReviewPage, GoToPage, ConfirmPage, EmergencyPage, SoFarPage, ResultPage)
    @rule(front_end=front_ends)
    def leave(self, front_end: FrontEnd) -> None:
        self.settle()
        page = self.page
        if self.paper.final and self.paper.danger_waits and not isinstance(page, EmergencyPage):
            self.command("q", front_end)
            assert isinstance(self.page, EmergencyPage)
            assert self.page.back == page
        page, lost = self.page, bool(self.session.not_saved)
        self.command("q", front_end)
        if lost and self.refuses:
            assert self.page == LeavePage(page, next_caller=False)
            self.check_drawn()
            self.command("q", front_end)
        assert isinstance(self.page, Finished if self.paper.final else LeftUnfinished)
        self.end()

    def hear(self, known: int) -> None:
        self.paper.hear(self.session.log[known:])
        if isinstance(self.page, Ended):
            self.end()

    def end(self) -> None:
        """Say goodbye, and go on another day."""
        farewell = messages.farewell(self.session)
        assert ("NOT SAVED" in farewell) == bool(self.session.not_saved)
        danger = bool(self.paper.danger()) or self.paper.danger_waits
        if danger and self.paper.sketch.interrupt is not None and not isinstance(self.page, Discarded):
            assert REACH in farewell
        self.keep()
        self.resume_from_disk(self.paper.sketch)

    # What holds after each of them

    @invariant()
    def what_is_known_is_what_was_said(self) -> None:
        session, paper, sketch = self.session, self.paper, self.paper.sketch
        record = session.record
        assert (session.call, record.final, record.decision) == (self.call, paper.final, paper.decision)
        assert record.danger_waits == paper.danger_waits
        assert session.answers == form_of(sketch, paper.sheet)
        assert session.notes == tuple(paper.notes.get(question.id, "") for question in sketch.questions)
        if self.judged != (sketch, session.answers):
            self.check_meaning()
            self.judged = sketch, session.answers

    def check_meaning(self) -> None:
        """What follows from the answers alone."""
        session, paper, sketch = self.session, self.paper, self.paper.sketch
        counts, meaning = paper.counts, paper.meaning()
        assert session.counted == form_of(sketch, counts)
        assert session.asked_indexes() == tuple(map(paper.index, paper.asked()))
        assert [str(rule.id) for rule in session.danger()] == paper.danger()
        result = session.result()
        assert result == assess_one(session.compiled, form_of(sketch, counts))
        assert result.suggestion == meaning.suggestion
        assert [str(question.id) for question in result.open_questions] == [*meaning.open_questions]

    @invariant()
    def the_log_gives_the_same_again(self) -> None:
        again = Paper(self.paper.sketch)
        again.hear(self.session.log)
        assert again == self.paper
        taken = taken_from(self.session.record, self.session.compiled)
        assert (taken.answers, taken.notes) == (self.session.answers, self.session.notes)

    @invariant()
    def only_what_is_asked_is_on_the_page(self) -> None:
        page, asked = self.page, self.session.asked_indexes()
        while hasattr(page, "back"):
            page = page.back
        indexes = (
            page.indexes if isinstance(page, ConfirmPage) else (page.index,) if isinstance(page, QuestionPage) else ()
        )
        assert {*indexes} <= {*asked}

    @invariant()
    def keep(self) -> None:
        """All of it is on disk, or the page says that it is not."""
        session = self.session
        assert bool(session.not_saved) <= self.refuses
        there = self.store.load("7KQ2")
        if isinstance(there, Record) and there == session.record:
            self.kept = there, self.paper.copy()
            assert not session.not_saved or self.refuses  # what was filled in of the call is no part of the record
        elif not session.not_saved:
            assert self.kept[0] is None if not isinstance(there, Record) else there == self.kept[0]
            said = session.log[len(self.kept[0].log if self.kept[0] else ()) :]
            assert all(isinstance(entry, QuestionnaireChanged) for entry in said)

    @invariant()
    def check_drawn(self) -> None:
        """Every page can be drawn, on a screen of any size and as lines, and says whom to call."""
        session, interrupt = self.session, self.paper.sketch.interrupt is not None
        if self.drawn == self.keyboard:
            return
        self.drawn = self.keyboard
        for columns, rows in SIZES:
            drawn = layout(self.keyboard, columns, rows)
            shown = "\n".join(line.text for line in drawn.lines)
            assert len(drawn.lines) == rows
            assert (REACH if interrupt or isinstance(self.page, EmergencyPage) else "! DANGER: whom to call") in shown
            assert ("NOT SAVED" in shown) == bool(session.not_saved)
        said = page_text.page_lines(session, "") + page_text.keys_text(session) + page_text.prompt(session)
        said += "".join(messages.reply_text(session, reply) for reply in session.replies)
        assert REACH in said if isinstance(self.page, EmergencyPage) else True

    @invariant()
    def count(self) -> None:
        steps["walked"] += 1


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_walk_goes_wrong(monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    """Each part walks other ways: the same ones in every run, and new ones in a deep run."""
    drawn()
    monkeypatch.setattr(Session, "explanation", explained)
    steps.clear()
    walk_often(
        Walk if DEEP else seed(part)(type("Walk", (Walk,), {})),
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS_A_WALK,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=[*HealthCheck],
        ),
    )
    assert steps["walked"] >= STEPS
