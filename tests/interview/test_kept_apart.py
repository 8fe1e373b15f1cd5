"""Another window changes a record while this one has it open: both are kept, and the interview says so and goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from support.interviews import NOON, SMALL, drawn, text_of
from support.questionnaires import ready
from support.recorded import answered, at, made_with, record_of

from iop_screen.interview import line_mode
from iop_screen.interview.autosave import save_now, with_save
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import Notice
from iop_screen.interview.session import enter
from iop_screen.interview.start import InterviewSetup, ResumeRequest, autosaver, open_or_create_record, start_session
from iop_screen.interview.state import Session
from iop_screen.interview.wording.messages import farewell
from iop_screen.questionnaire.scalars import Text
from iop_screen.records.call_data import CallData
from iop_screen.records.lock import Refused
from iop_screen.records.locked_record import LockedRecord
from iop_screen.records.model import EmergencyShown, Record
from iop_screen.records.store import Store
from iop_screen.report.record_document import record_html, record_text

QUESTIONNAIRE = SMALL.encode()
DRAFT = record_of(made_with(QUESTIONNAIRE, version="1.0.0"), answered("danger", "no"))
DANGER = replace(DRAFT, log=(*DRAFT.log, EmergencyShown(at(4), ("danger_now",))))
SAID = "Kept apart from 7KQ2: another window had changed that record."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "kept")
    assert store.save(DRAFT, QUESTIONNAIRE) is None
    return store


@dataclass
class Window:
    """A window that goes on with the record; `other_window` does what another one does meanwhile."""

    store: Store
    session: Session
    locked: LockedRecord
    setup: InterviewSetup
    written: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)

    def other_window(self) -> None:
        self.store.lock_file("7KQ2").unlink()
        assert self.store.save(DANGER, QUESTIONNAIRE) is None

    def run(self, *lines: str | Callable[[], None]) -> Session:
        """Type these lines in line mode; what can be called is called in between."""
        left = [*lines]

        def read() -> str | None:
            while left and callable(left[0]):
                left.pop(0)()  # type: ignore[operator]
            return str(left.pop(0)) if left else None

        save = autosaver(self.setup, self.locked)
        terminal = line_mode.LineTerminal(
            read, self.written.append, self.results.append, save, lambda: NOON, nullcontext
        )
        return line_mode.run_line_mode(self.session, terminal)

    @property
    def text(self) -> str:
        return " ".join("".join(self.written).split())


@contextmanager
def opened(store: Store) -> Iterator[Window]:
    setup = InterviewSetup(ready(SMALL), QUESTIONNAIRE, store, None, as_json=False)
    request = ResumeRequest("7KQ2")
    with open_or_create_record(store, request) as locked:
        assert locked is not None
        yield Window(store, start_session(setup, locked, request)[1], locked, setup)


@pytest.fixture
def window(store: Store) -> Iterator[Window]:
    with opened(store) as window:
        yield window


def test_danger_that_another_window_recorded_stays_and_the_interview_goes_on_apart(
    store: Store, window: Window
) -> None:
    session = window.run("2", window.other_window, "1", "0", "q")
    ref = session.head.ref
    assert ref != "7KQ2"
    assert store.load("7KQ2") == DANGER
    mine = store.load(ref)
    assert isinstance(mine, Record)
    assert mine == session.record == session.last_saved
    assert [*mine.answers] == ["danger", "threat", "kinds", "days"]
    assert mine.kept_apart_from == "7KQ2"


def test_it_is_said_once_as_a_reply_on_each_page_and_at_the_end(window: Window) -> None:
    session = window.run("2", window.other_window, "1", "0", "q")
    assert window.text.count(f"This goes on as {session.head.ref}. {SAID} Both are kept.") == 1
    assert window.text.count(SAID) == 1 + 2  # the reply, and two pages after it
    assert SAID in " ".join(farewell(session).split())
    assert f"--resume {session.head.ref}" in farewell(session)


@pytest.mark.parametrize("size", [(40, 12), (80, 24)], ids=str)
def test_the_full_screen_says_it_as_a_reply_and_then_on_each_page(window: Window, size: tuple[int, int]) -> None:
    window.other_window()
    before = window.session
    session = with_save(enter(before, "2", NOON), before, autosaver(window.setup, window.locked))
    assert Notice.KEPT_APART in session.replies
    shown = " ".join(text_of(layout(drawn(start_keyboard(session, 0.0), *size), *size)).split())
    assert f"This goes on as {session.head.ref}. Kept apart from 7KQ2" in shown
    after = replace(session, replies=())
    later = " ".join(text_of(layout(drawn(start_keyboard(after, 0.0), *size), *size)).split())
    assert "Kept apart from 7KQ2" in later
    assert f"Ref {session.head.ref}" in later


def test_on_the_lowest_screen_the_reply_is_shown_also_where_the_page_takes_all_room(window: Window) -> None:
    before = enter(window.session, "1", NOON)
    asked = replace(before.compiled.questions[2], ask=Text("Which kinds? " * 20))
    crowded = replace(
        before.compiled, questions=(*before.compiled.questions[:2], asked, *before.compiled.questions[3:])
    )
    window.other_window()
    session = save_now(replace(before, compiled=crowded), autosaver(window.setup, window.locked))
    shown = " ".join(text_of(layout(drawn(start_keyboard(session, 0.0), 40, 12), 40, 12)).split())
    assert f"This goes on as {session.head.ref}." in shown


def test_the_result_is_written_also_if_it_was_saved_apart(window: Window) -> None:
    window.run("1", "2", "s", "n", window.other_window, "f", "q")
    (result,) = window.results
    assert "First: A check first. Then: At home" in result
    assert SAID in " ".join(result.split())


def test_reports_say_it(window: Window) -> None:
    session = window.run(window.other_window, "1", "q")
    for document in (record_text, record_html):
        assert SAID in " ".join(document(session.record, window.setup.compiled).split())


def test_what_was_filled_in_of_the_call_goes_along(store: Store, window: Window) -> None:
    call = CallData(where="at home")
    save = autosaver(window.setup, window.locked)
    session = save_now(replace(window.session, call=call), save)
    window.other_window()
    after = save_now(enter(session, "2", NOON), save)
    assert store.load_call(after.head.ref) == store.load_call("7KQ2") == call


def test_a_header_of_the_call_that_cannot_be_saved_leaves_the_session_at_the_new_reference(
    store: Store, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = autosaver(window.setup, window.locked)
    window.other_window()
    session = replace(enter(window.session, "2", NOON), call=CallData(where="at home"))
    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_call", lambda *_: Refused("no space left on device"))
        after = save_now(session, save)
    assert after.not_saved == "no space left on device"
    assert after.head.ref == window.locked.ref != "7KQ2"
    again = save_now(enter(after, "1", NOON), save)
    assert (again.not_saved, again.head.ref) == ("", after.head.ref)
    assert store.load(again.head.ref) == again.record


def test_a_record_that_another_window_deleted_stays_deleted(store: Store, window: Window) -> None:
    (store.records / "7KQ2.1.json").unlink()
    session = window.run("2", "q", "q")
    assert session.not_saved == "another window has deleted this record"
    assert store.listed() == ()


def test_a_window_that_is_alone_keeps_its_reference(store: Store, window: Window) -> None:
    session = window.run("2", "1", "0", "q")
    assert session.head.ref == "7KQ2"
    assert len(store.listed()) == 1
    assert "Kept apart" not in window.text
