"""What a session asks of the disk: the handover is written, and the same reference of another record is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.interviews import HEAD, SMALL, typed
from support.questionnaires import ready

from iop_screen.interview.pages import HandoverRefused, HandoverWritten, SameReference
from iop_screen.interview.requests import fulfilling
from iop_screen.interview.state import Session, begin_session
from iop_screen.interview.wording.messages import reply_text
from iop_screen.records.call_data import CallData
from iop_screen.records.references import hash12
from iop_screen.records.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "kept")


@pytest.fixture
def result() -> Session:
    session = begin_session(ready(SMALL), HEAD)
    session = replace(session, call=CallData(where="12 Oak St", reference="CHART 2291/A"))
    return typed(session, "y", "m", "2, on the phone", "r", "f")


def test_the_handover_is_written_for_its_owner_alone(store: Store, result: Session) -> None:
    written = fulfilling(store)(typed(result, "e"))
    (reply,) = written.replies
    assert isinstance(reply, HandoverWritten)
    assert written.request is None
    page = Path(reply.path)
    assert page.parent == store.folder / "handovers"
    assert {path.suffix for path in page.parent.iterdir()} == {".html", ".txt"}
    for path in page.parent.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        text = path.read_text("utf-8")
        for said in ("12 Oak St", "CHART 2291/A", "handed to 988", "on the phone", "Not a diagnosis."):
            assert said in text
    assert reply.path in "".join(reply_text(written, reply).split("\n"))


def test_without_a_disk_the_handover_is_refused_and_that_is_said(result: Session) -> None:
    refused = fulfilling(None)(typed(result, "e"))
    assert refused.replies == (HandoverRefused("nothing is kept on disk"),)
    assert "not written" in reply_text(refused, refused.replies[0])


def test_a_folder_that_refuses_is_said(store: Store, result: Session) -> None:
    store.folder.parent.mkdir(exist_ok=True)
    store.folder.write_text("a file in its place")
    (reply,) = fulfilling(store)(typed(result, "e")).replies
    assert isinstance(reply, HandoverRefused)


def test_a_second_record_with_the_same_reference_is_said(store: Store) -> None:
    text = SMALL.encode()
    head = replace(HEAD, ref="2222", questionnaire=replace(HEAD.questionnaire, hash12=hash12(text)))
    other = typed(begin_session(ready(SMALL), head), "n")
    assert store.save(other.record, text) is None
    assert store.save_call("2222", CallData(reference="chart  2291/a")) is None
    filed = fulfilling(store)(typed(begin_session(ready(SMALL), HEAD), "t", "7", "CHART 2291/A"))
    assert filed.replies[-1] == SameReference(("2222",))
    assert "2222" in reply_text(filed, filed.replies[-1])
    alone = fulfilling(store)(typed(begin_session(ready(SMALL), HEAD), "t", "7", "CHART 1"))
    assert not any(isinstance(reply, SameReference) for reply in alone.replies)
