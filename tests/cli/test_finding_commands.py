"""Commands on records named by the reference of the site, what a call has beside its record, and practice."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from pathlib import Path

import pytest
from support.interviews import SMALL
from support.markup import Page, one_line
from support.recorded import answered, at, long_ago, made_with, record_of
from support.running import Run
from support.window import Window, asked, environment

from iop_screen.cli.draft_chooser import chosen_refs, draft_items
from iop_screen.records.call_data import CallData, Caller, YesNo
from iop_screen.records.model import EmergencyShown, Record, ReferenceSet, ResultShown
from iop_screen.records.practice import practice_store
from iop_screen.records.store import Store

MADE = made_with(SMALL.encode(), version="1.0.0")
CALM = (answered("danger", "no"), answered("threat", "none"))
HOME = ResultShown(at(5), "home", "home", "home", None, None, danger_open=False, set_aside=0)
CALL = CallData(Caller.OTHER, YesNo.NO, "12 Elm Street", "555-0100", "Spanish", YesNo.YES, "CHART 2291/A")
CALL_WORDS = ("somebody else", "12 Elm Street", "555-0100", "Spanish", "CHART 2291/A")


@pytest.fixture
def store(records_folder: Path) -> Store:
    """A finished record with a call, one from before, and a draft."""
    store = Store(records_folder)
    for record in (
        record_of(MADE, *CALM, HOME, ref="2222"),
        record_of(MADE, *CALM, ReferenceSet(at(4), "OLD 7"), HOME, ref="3333"),
        record_of(MADE, answered("danger", "no"), ref="4444"),
    ):
        assert store.save(record, SMALL.encode()) is None
    assert store.save_call("2222", CALL) is None
    return store


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


# The reference of the site


@pytest.mark.parametrize("typed", ["CHART 2291/A", " chart  2291/a"])
def test_each_command_finds_a_record_by_the_reference_of_the_site(
    run: Run, store: Store, small: Path, typed: str
) -> None:
    assert run("records", "show", typed).out.startswith("A small screening [2222]")
    assert json.loads(run("records", "export", typed, "--to", "json").out)["ref"] == "2222"
    assert run("records", "edit", typed, "--questions", small, typed="q\n").code == 0
    assert run("interview", "--resume", typed, typed="").err.startswith("iop-screen: 2222 is finished")
    assert run("records", "forget", typed, "--yes").err == "2222 is deleted\n"
    assert not store.has("2222")


def test_the_reference_in_the_log_of_an_old_record_finds_it(run: Run, store: Store) -> None:
    assert store.has("3333")
    shown = run("records", "show", "old 7")
    assert shown.out.startswith("A small screening [3333]")
    assert "Reference of the site: OLD 7" in shown.out


def test_of_several_records_one_has_to_be_named_and_nothing_is_done(run: Run, store: Store) -> None:
    assert store.save_call("3333", CALL) is None
    for command in (["show"], ["export", "--to", "text"], ["edit"], ["forget", "--yes"]):
        ran = run("records", *command, "chart 2291/A")
        assert (ran.code, ran.out) == (2, "")
        assert re.search("several records have this reference of the site: (2222, 3333|3333, 2222); name one", ran.err)
        assert "2291" not in ran.err
    assert len(store.listed()) == 3


def test_of_several_records_the_only_draft_is_resumed(run: Run, store: Store) -> None:
    assert store.save_call("4444", CALL) is None
    ran = run("interview", "--resume", "CHART 2291/A", typed="q\n")
    assert ran.code == 5
    assert "4444" in ran.err


# The call


def test_a_record_is_shown_with_its_call(run: Run, store: Store) -> None:
    assert store.has("2222")
    shown = run("records", "show", "2222")
    assert all(words in shown.out for words in CALL_WORDS)
    assert json.loads(run("records", "show", "2222", "--json").out)["call"]["call_back"] == "555-0100"


@pytest.mark.parametrize("to", ["text", "html", "json", "csv", "answers"])
def test_no_export_has_the_call_or_the_reference_of_the_site_unless_that_is_wanted(
    run: Run, store: Store, to: str
) -> None:
    assert store.has("2222")
    for ref in ("2222", "3333"):
        out = run("records", "export", ref, "--to", to).out
        assert not [words for words in (*CALL_WORDS, "OLD 7") if words in out]
    with_call = run("records", "export", "2222", "--to", to, "--with-call")
    if to == "answers":
        assert with_call.code == 2
        return
    said = Page(with_call.out).text if to == "html" else one_line(with_call.out)
    assert all(words in said for words in CALL_WORDS[1:])
    assert "OLD 7" in run("records", "export", "3333", "--to", to, "--with-call").out


def test_a_row_has_the_call_in_columns_of_its_own(run: Run, store: Store) -> None:
    assert store.has("2222")
    (row,) = csv.DictReader(io.StringIO(run("records", "export", "2222", "--to", "csv", "--with-call").out))
    assert {name: cell for name, cell in row.items() if name.startswith("call_")} == {
        "call_caller": "other",
        "call_safe_to_talk": "no",
        "call_where": "12 Elm Street",
        "call_call_back": "555-0100",
        "call_language": "Spanish",
        "call_interpreter": "yes",
        "call_reference": "CHART 2291/A",
    }


def test_the_call_alone_can_be_forgotten(run: Run, store: Store) -> None:
    ran = run("records", "forget", "--call", "2222", "--yes")
    assert (ran.code, ran.err) == (0, "the call of 2222 is deleted\n")
    assert isinstance(store.load("2222"), Record)
    assert not [words for words in CALL_WORDS if words in run("records", "show", "2222").out]
    assert not (store.records / "2222.call.json").exists()


def test_what_stays_of_an_old_record_is_said(run: Run, store: Store) -> None:
    assert store.has("3333")
    ran = run("records", "forget", "--call", "3333", "--yes")
    assert (
        ran.err == "the call of 3333 is deleted; the reference of the site stands in the record, too, and stays there\n"
    )


@pytest.mark.parametrize("which", [["2222"], ["--older-than", "1h", "--yes"]])
def test_a_call_is_forgotten_only_if_that_is_sure(run: Run, store: Store, which: list[str]) -> None:
    long_ago(store, "2222")
    assert run("records", "forget", "--call", *which).code == 2
    assert store.load_call("2222") == CALL


def test_a_call_goes_with_an_old_record(run: Run, store: Store) -> None:
    long_ago(store, "2222", "3333", "4444")
    assert run("records", "forget", "--older-than", "1h", "--yes").code == 0
    assert not [*store.records.glob("*2222*")]


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "left"), [("2222", False), ("y", True)])
def test_on_a_terminal_it_is_asked_before_a_call_is_forgotten(store: Store, typed: str, *, left: bool) -> None:
    _, shown = asked("records", "forget", "--call", "CHART 2291/A", typed=typed)
    assert "This deletes the call of 2222: " in shown
    assert "The record stays." in shown
    assert (store.load_call("2222") == CALL) == left


# Practice


def test_practice_is_kept_apart_marked_and_never_counted(run: Run, store: Store, small: Path) -> None:
    before = run("records", "list").out
    lines = [*["n", "1", "0", "words", "y"], "f", "f", "q"]
    assert run("interview", "--practice", "--questions", small, typed="".join(f"{line}\n" for line in lines)).code == 0
    (practiced,) = practice_store(store).listed()
    assert isinstance(practiced.record, Record)
    assert practiced.record.head.practice
    ref = practiced.ref
    assert run("records", "list").out == before
    listed = run("records", "list", "--practice")
    assert listed.out.startswith("PRACTICE: made-up callers")
    assert [line[:4] for line in listed.out.splitlines()[2:]] == [ref, "1 re"]
    for to in ("text", "html"):
        shown = run("records", "export", ref, "--to", to, "--practice").out
        assert "PRACTICE: the caller is made up" in (Page(shown).text if to == "html" else shown)
    assert "PRACTICE: the caller is made up. " in shown.partition("@bottom-left")[2]
    assert json.loads(run("records", "export", ref, "--to", "json", "--practice").out)["practice"] is True
    assert "PRACTICE" in run("records", "show", ref, "--practice").out
    assert f"{ref} is a record of practice: add --practice" in run("records", "show", ref).err
    assert "PRACTICE" in run("records", "handover", ref, "--practice").out
    assert run("records", "verify", ref, "--practice").code == 0
    assert "PRACTICE" not in run("records", "show", "2222").out
    (row,) = csv.DictReader(io.StringIO(run("records", "export", ref, "--to", "csv", "--practice").out))
    assert row["practice"] == "yes"
    assert run("records", "show", ref).code == 3
    ran = run("records", "export", ref, "--to", "text", "--practice", "-o", practice_store(store).records / "x")
    assert (ran.code, "records are kept in that folder" in ran.err) == (3, True)
    assert run("records", "edit", ref, "--practice", "--questions", small, typed="2\n2\nq\n").code == 5
    assert all(
        isinstance(record, Record) and record.head.practice
        for record in (practice_store(store).load(ref, revision) for revision in (1, 2))
    )
    resumed = run("interview", "--practice", "--resume", "--questions", small, typed="q\n")
    assert (resumed.code, f"iop-screen interview --resume {ref} --practice" in resumed.err) == (5, True)
    finished = run("interview", "--practice", "--resume", "--questions", small, "--json", typed="r\nf\nf\nf\nq\n")
    assert json.loads(finished.out)["practice"] is True
    assert run("records", "forget", ref, "--yes").code == 3
    assert run("records", "forget", ref, "--yes", "--practice").code == 0
    assert run("records", "list", "--practice").err == "there are no practice records\n"
    assert run("records", "list").out == before


def test_practice_alone_makes_private_folders(run: Run, small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    run("interview", "--practice", "--questions", small, "--data-dir", folder, typed="n\nq\n")
    assert [path.name for path in folder.iterdir()] == ["practice"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *(folder / "practice").iterdir())} == {0o700}
    run("interview", "--questions", small, "--data-dir", folder, typed="n\nq\n")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_remembered_counts_in_practice_too(run: Run, small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    run("interview", "--practice", "--plain", "--remember", "--questions", small, "--data-dir", folder, typed="n\nq\n")
    assert (folder / "front-end").read_text() == "plain\n"
    assert not (folder / "practice" / "front-end").exists()


# Which draft


def test_a_draft_is_chosen_by_number_by_reference_or_by_that_of_the_site(store: Store) -> None:
    for ref in ("5555", "6666"):
        assert store.save(record_of(MADE, answered("danger", "no"), ref=ref), SMALL.encode()) is None
        assert store.save_call(ref, CALL) is None
    assert store.save_call("4444", CallData(reference="2")) is None
    items = draft_items(store, store.drafts())
    refs = [item.listed.ref for item in items]
    assert [chosen_refs(items, str(number)) for number in range(5)] == [(), *((ref,) for ref in refs), ()]
    assert chosen_refs(items, "44 44") == ("4444",)
    assert {*chosen_refs(items, "chart 2291/a")} == {"5555", "6666"}
    for slip in ("2222", "x", "-1", "9" * 5000, "\u0664", ""):
        assert chosen_refs(items, slip) == ()


@pytest.mark.slow
def test_many_drafts_are_shown_a_screenful_at_a_time_and_a_slip_ends_nothing(store: Store, tmp_path: Path) -> None:
    refs = [f"{a}{b}{c}{c}" for a in "56" for b in "CDFGH" for c in "2345"]
    for ref in refs:
        danger = (EmergencyShown(at(2), ()),) if ref == "5C22" else ()
        assert store.save(record_of(MADE, answered("danger", "no"), *danger, ref=ref), SMALL.encode()) is None
    env = environment(tmp_path / "home", IOP_SCREEN_DATA_DIR=str(store.folder))
    window = Window(["interview", "--resume", "--plain"], env)
    window.see(r"Enter: more, q: leave:")
    seen = set()
    for _ in range(3):
        screen = window.settle(0.3)
        assert "NO  REF" in screen
        seen |= {line[4:8] for line in screen.splitlines() if line[:2].strip().isdecimal()}
        window.type("\r")
        window.see(r"Enter: more, q: leave:")
    assert seen == {*refs, "4444"}
    window.settle(0.3)  # the question that is seen may be the one before
    window.type("nobody\r")
    window.see(r"That is none here")
    window.type("5C22\r")
    window.see(r"5C22")
    window.type("\x03")
    assert window.end() in {130, 5}
