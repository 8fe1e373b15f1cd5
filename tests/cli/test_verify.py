"""`records verify` and what is said of a record that was changed outside the program, wherever it is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.interviews import SMALL, drawn, pressed, text_of, typed
from support.markup import Page
from support.questionnaires import ready
from support.recorded import answered, at, made_with, record_of
from support.running import Run

from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.start import InterviewSetup, ResumeRequest, open_or_create_record, start_session
from iop_screen.interview.state import Session
from iop_screen.interview.wording import page_text
from iop_screen.records.model import EmergencyShown, Entry, KeptApart, Record, ResultShown
from iop_screen.records.store import Store

QUESTIONNAIRE = SMALL.encode()
MADE = made_with(QUESTIONNAIRE, version="1.0.0")
LOG: tuple[Entry, ...] = (answered("danger", "no"), answered("threat", "some", 2), answered("kinds", "b", 3))
SHOWN = ResultShown(at(9), "home", "home", "home", "check", "check", danger_open=False, set_aside=0)
FINAL = record_of(MADE, *LOG, SHOWN)
DRAFT = record_of(MADE, *LOG, ref="3333")
MARK = "CHAIN BROKEN"


@pytest.fixture
def store(records_folder: Path) -> Store:
    store = Store(records_folder)
    for record in (FINAL, DRAFT):
        assert store.save(record, QUESTIONNAIRE) is None
    return store


def change(store: Store, old: bytes, new: bytes, name: str = "7KQ2.1.json") -> None:
    """Change a file by hand."""
    path = store.records / name
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def hide_threat(store: Store, ref: str = "7KQ2") -> None:
    change(store, b'"some"', b'"none"', f"{ref}.1.json")


def from_before(store: Store, ref: str = "7KQ2") -> None:
    """Let a record be one that an earlier version saved."""
    path = store.records / f"{ref}.1.json"
    document = json.loads(path.read_bytes())
    log = [{key: value for key, value in entry.items() if key != "hash"} for entry in document["log"]]
    kept = {key: value for key, value in document.items() if key not in {"seal", "practice"}}
    path.write_text(json.dumps({**kept, "schema": "iop-screen.record/1", "log": log}), "ascii")


# records verify


@pytest.mark.usefixtures("store")
def test_whole_records_are_found_whole(run: Run) -> None:
    ran = run("records", "verify")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "3333    1  whole\n7KQ2    1  whole\n2 revisions: 2 whole\n"


def test_an_answer_that_was_changed_by_hand_is_found_with_its_time(run: Run, store: Store) -> None:
    hide_threat(store)
    ran = run("records", "verify")
    assert ran.code == 1
    assert "7KQ2    1  broken: entry 2 (2026-11-24 09:32:00 UTC), or what stood before it\n" in ran.out
    assert ran.out.endswith("2 revisions: 1 whole, 1 broken\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"practice": false', b'"practice": true', "its head was changed, or entries at its end were taken out"),
        (b'"ref": ', b'"ref":  ', "its file is not written as this program writes it"),
    ],
)
def test_a_change_of_the_head_or_of_the_form_is_found(
    run: Run, store: Store, old: bytes, new: bytes, said: str
) -> None:
    change(store, old, new)
    ran = run("records", "verify", "7KQ2")
    assert (ran.code, ran.out) == (1, f"7KQ2    1  broken: {said}\n1 revision: 1 broken\n")


def test_every_revision_is_looked_at(run: Run, store: Store) -> None:
    assert store.save(store.next_revision(FINAL, at(20)), QUESTIONNAIRE) is None
    hide_threat(store)
    ran = run("records", "verify", "7kq2")
    assert ran.code == 1
    assert [line.split()[1:3] for line in ran.out.splitlines()[:2]] == [["1", "broken:"], ["2", "whole"]]


def test_one_that_cannot_be_read_is_named_and_hides_no_other(run: Run, store: Store) -> None:
    (store.records / "7KQ2.1.json").write_bytes(b"{")
    ran = run("records", "verify")
    assert ran.code == 1
    assert "7KQ2    1  cannot be read: it is no record, or it is damaged\n" in ran.out
    assert ran.out.endswith("2 revisions: 1 whole, 1 cannot be read\n")


def test_one_from_before_has_no_chain_and_that_is_no_fault(run: Run, store: Store) -> None:
    from_before(store)
    ran = run("records", "verify")
    assert ran.code == 0
    assert "7KQ2    1  no chain\n" in ran.out
    assert ran.out.endswith("2 revisions: 1 whole, 1 without a chain\n")


def test_a_copy_of_a_questionnaire_that_was_changed_is_found(run: Run, store: Store) -> None:
    copy = store.questionnaires / f"{MADE.hash12}.yaml"
    copy.write_bytes(QUESTIONNAIRE.replace(b"Too many days", b"Not many days"))
    ran = run("records", "verify", "7KQ2")
    assert ran.code == 1
    assert f"7KQ2    1  whole; its questionnaire {MADE.stamp}: its copy is not what it was\n" in ran.out
    assert ran.out.endswith("1 revision: 1 broken\n")


def test_json_says_the_same(run: Run, store: Store) -> None:
    hide_threat(store)
    from_before(store, "3333")
    (store.records / "4444.1.json").write_bytes(b"{")
    ran = run("records", "verify", "--json")
    assert ran.code == 1
    found = json.loads(ran.out)
    assert found["schema"] == "iop-screen.verified/1"
    no_chain, unreadable, broken = found["revisions"]
    assert broken == {
        "ref": "7KQ2",
        "revision": 1,
        "verified": "broken",
        "chain": "broken",
        "entries": 4,
        "entries_without_hash": 0,
        "broken_entry": 2,
        "why": "entry 2 (2026-11-24 09:32:00 UTC), or what stood before it",
        "bad_copies": [],
    }
    assert (no_chain["verified"], no_chain["entries_without_hash"], no_chain["why"]) == ("none", 3, None)
    assert unreadable == {
        "ref": "4444",
        "revision": 1,
        "verified": "unreadable",
        "why": "it is no record, or it is damaged",
    }


def test_a_reference_that_is_not_there_is_said(run: Run, store: Store) -> None:
    assert store.folder.exists()
    ran = run("records", "verify", "9999")
    assert (ran.code, ran.out) == (3, "")


# Wherever a record is shown


@pytest.mark.parametrize("command", [["show"], ["export", "--to", "text"], ["export", "--to", "html"]])
def test_a_broken_chain_stands_at_the_top_of_a_report(run: Run, store: Store, command: list[str]) -> None:
    hide_threat(store)
    out = run("records", *command, "7KQ2").out
    shown = " ".join((Page(out).text if "html" in command else out).split())
    assert MARK in shown
    assert shown.index(MARK) < shown.index("Suggestion")
    assert MARK not in run("records", *command, "3333").out


@pytest.mark.parametrize("to", ["json", "csv", "answers", "html"])
def test_a_broken_chain_is_said_beside_what_other_programs_read(run: Run, store: Store, to: str) -> None:
    hide_threat(store)
    ran = run("records", "export", "7KQ2", "--to", to)
    assert ran.code == 0
    assert MARK in ran.err


@pytest.mark.parametrize(("damage", "chain"), [(None, "whole"), (hide_threat, "broken"), (from_before, "none")])
def test_json_and_csv_name_the_chain(run: Run, store: Store, damage: Callable[..., None] | None, chain: str) -> None:
    if damage is not None:
        damage(store)
    assert json.loads(run("records", "show", "7KQ2", "--json").out)["chain"] == chain
    header, row = run("records", "export", "7KQ2", "--to", "csv").out.splitlines()
    assert row.split(",")[header.split(",").index("chain")] == chain


@pytest.mark.parametrize("command", [["show"], ["export", "--to", "text"], ["export", "--to", "html"]])
def test_a_report_of_a_record_from_before_says_that_it_has_no_chain(run: Run, store: Store, command: list[str]) -> None:
    from_before(store)
    assert "No chain: an earlier version" in " ".join(run("records", *command, "7KQ2").out.split())
    assert "No chain" not in run("records", *command, "3333").out


def resumed(store: Store, ref: str) -> Session:
    """An interview that goes on with a record."""
    setup = InterviewSetup(ready(SMALL), QUESTIONNAIRE, store, None, as_json=False)
    request = ResumeRequest(ref)
    with open_or_create_record(store, request) as locked:
        return start_session(setup, locked, request)[1]


PAGES = {
    "question": "",
    "note": "c",
    "go to": "j",
    "review": "r",
    "so far": "p",
    "call": "t",
    "end of the call": "z",
    "result": "rf",
    "decision": "rfk",
    "danger": "!",
}
"""The keys that lead to each page."""


@pytest.mark.parametrize("keys", PAGES.values(), ids=PAGES)
def test_line_mode_says_it_on_every_page(store: Store, keys: str) -> None:
    hide_threat(store, "3333")
    session = typed(resumed(store, "3333"), *keys)
    text = " ".join(page_text.page_lines(session, "").split())
    assert f"{MARK}. This record was changed outside this program: entry 2" in text


def test_line_mode_says_it_at_the_end_too(run: Run, store: Store) -> None:
    hide_threat(store, "3333")
    ran = run("interview", "--resume", "3333", typed="q\n")
    assert MARK in ran.err.partition("The interview is not finished")[2]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("keys", PAGES.values(), ids=PAGES)
def test_the_full_screen_says_it_on_every_page_of_any_size(store: Store, keys: str, size: tuple[int, int]) -> None:
    hide_threat(store, "3333")
    keyboard = drawn(pressed(start_keyboard(resumed(store, "3333"), 0.0), keys), *size)
    assert MARK in text_of(layout(keyboard, *size))


def test_danger_that_was_taken_out_of_a_record_is_said_when_it_is_opened(run: Run, store: Store) -> None:
    danger = record_of(MADE, *LOG, EmergencyShown(at(4), ("danger_now",)), ref="4444")
    assert store.save(danger, QUESTIONNAIRE) is None
    path = store.records / "4444.1.json"
    document = json.loads(path.read_bytes())
    del document["log"][-1]
    path.write_text(json.dumps(document, indent=2) + "\n", "ascii")
    ran = run("interview", "--resume", "4444", typed="q\n")
    assert MARK in ran.err
    loaded = store.load("4444")
    assert isinstance(loaded, Record)
    assert run("records", "verify", "4444").code == 1


@pytest.mark.parametrize(("damage", "chain"), [(None, "whole"), (hide_threat, "broken"), (from_before, "none")])
def test_the_result_of_an_interview_as_json_names_the_chain(
    run: Run, store: Store, damage: Callable[..., None] | None, chain: str
) -> None:
    if damage is not None:
        damage(store, "3333")
    ran = run("interview", "--resume", "3333", "--json", typed="s\nn\nf\nq\n")
    assert json.loads(ran.out)["chain"] == chain


@pytest.mark.parametrize("to", ["text", "html"])
def test_the_handover_says_it_too(run: Run, store: Store, to: str) -> None:
    hide_threat(store)
    apart = replace(FINAL, head=replace(FINAL.head, ref="5555"), log=(*FINAL.log, KeptApart(at(10), "7KQ2")))
    assert store.save(apart, QUESTIONNAIRE) is None
    assert MARK in " ".join(run("records", "handover", "7KQ2", "--to", to).out.split())
    said = " ".join(run("records", "handover", "5555", "--to", to).out.split())
    assert "Kept apart from 7KQ2: another window had changed that record." in said
    assert MARK not in said


def test_the_list_and_the_chooser_mark_it(run: Run, store: Store) -> None:
    hide_threat(store)
    hide_threat(store, "3333")
    assert [MARK in line for line in run("records", "list").out.splitlines() if "7KQ2" in line or "3333" in line] == [
        True,
        True,
    ]
    assert store.save(record_of(MADE, *LOG, ref="5555"), QUESTIONNAIRE) is None
    chooser = run("interview", "--resume", typed="q\n").err
    assert [line.count(MARK) for line in chooser.splitlines() if "3333" in line or "5555" in line] in ([1, 0], [0, 1])
