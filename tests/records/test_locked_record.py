"""One window at a time: a record is read, judged and saved under its lock, and nothing that another saved is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.recorded import DRAFT, FINAL, QUESTIONNAIRE, at, later, named, saved

from iop_screen.records import store as stores
from iop_screen.records.call_data import CallData
from iop_screen.records.chain import Break, ChainState, EntryBroken, FileBroken
from iop_screen.records.forget import forget
from iop_screen.records.lock import InUse, Lock, Refused
from iop_screen.records.locked_record import (
    DELETED,
    OPEN_ELSEWHERE,
    LockedRecord,
    create_record,
    open_record,
    record_lock,
)
from iop_screen.records.model import EmergencyShown, KeptApart, Record
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotThere, Store

NOW = at(60)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "kept")


def test_a_record_is_opened_by_one_window_as_it_is_on_disk(store: Store) -> None:
    saved(store, DRAFT)
    with open_record(store, "7KQ2") as mine:
        assert isinstance(mine, LockedRecord)
        assert (mine.on_disk, mine.not_saved) == (DRAFT, "")
        with open_record(store, "7KQ2") as theirs:
            assert theirs == InUse()
        assert mine.save(later(DRAFT, 5), QUESTIONNAIRE, NOW) == later(DRAFT, 5)
    with open_record(store, "7KQ2") as mine:
        assert isinstance(mine, LockedRecord)
        assert mine.on_disk == later(DRAFT, 5)


def test_a_record_is_read_once_it_is_locked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(store, DRAFT)
    really = Lock.take

    def take(lock: Lock) -> InUse | Refused | None:
        if lock.path == store.lock_file("7KQ2"):
            saved(store, later(DRAFT, 5))  # another window, at the last moment
        return really(lock)

    monkeypatch.setattr(Lock, "take", take)
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        assert held.on_disk == later(DRAFT, 5)


def test_what_is_not_there_is_not_opened_and_leaves_nothing(store: Store) -> None:
    with open_record(store, "7KQ2") as held:
        assert held == NotThere()
    assert not store.folder.exists()
    saved(store, DRAFT)
    (store.records / "7KQ2.1.json").write_bytes(b"{")
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, Unreadable)


def test_a_new_record_takes_no_reference_that_another_window_has_just_taken(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, named("2222"))
    drawn = iter(["2222", "3333", "4444"])
    monkeypatch.setattr(Store, "new_reference", lambda _: next(drawn))
    with record_lock(store, "3333"), create_record(store) as held:
        assert (held.ref, held.on_disk) == ("4444", NotThere())


@pytest.fixture
def unlocked(store: Store) -> Path:
    """Something in the place of the lock, so that the system refuses it."""
    saved(store, DRAFT)
    lock = store.lock_file("7KQ2")
    lock.mkdir()
    return lock


def test_without_the_lock_nothing_is_saved_until_it_can_be_had(store: Store, unlocked: Path) -> None:
    with open_record(store, "7KQ2") as mine:
        assert isinstance(mine, LockedRecord)
        assert mine.on_disk == DRAFT
        assert mine.not_saved
        assert mine.save(later(DRAFT, 5), QUESTIONNAIRE, NOW) == Refused(mine.not_saved)
        assert store.load("7KQ2") == DRAFT
        unlocked.rmdir()
        assert mine.save(later(DRAFT, 5), QUESTIONNAIRE, NOW) == later(DRAFT, 5)
        with record_lock(store, "7KQ2") as (_, refused):
            assert refused == InUse()
    assert store.load("7KQ2") == later(DRAFT, 5)
    with record_lock(store, "7KQ2") as (_, refused):
        assert refused is None


REVISED = Record(named("7KQ2", revision=2).head, FINAL.log)


def kept_apart(record: Record, ref: str) -> Record:
    """The same record under a reference of its own, with what its log says of that."""
    head = replace(record.head, ref=ref, revision=1)
    return Record(head, (*record.log, KeptApart(NOW, record.head.ref)))


APART, GONE, SAVED = "apart", "gone", "saved"


@pytest.mark.parametrize(
    ("theirs", "mine", "becomes"),
    [
        (DRAFT, later(DRAFT, 5), SAVED),
        (later(DRAFT, 5), later(DRAFT, 5), SAVED),  # what could not be confirmed is there all the same
        (later(DRAFT, 5), later(later(DRAFT, 5), 6), SAVED),
        (later(DRAFT, 4), later(DRAFT, 5), APART),
        (later(later(DRAFT, 5), 6), later(DRAFT, 5), APART),
        (FINAL, later(REVISED, 9), SAVED),
        (later(REVISED, 8), later(REVISED, 9), APART),
        (later(REVISED, 8), later(later(FINAL, 8), 9), APART),
        (None, later(DRAFT, 5), GONE),
    ],
)
def test_what_another_window_saved_before_the_first_save_is_not_overwritten(
    store: Store, unlocked: Path, theirs: Record | None, mine: Record, becomes: str
) -> None:
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        unlocked.rmdir()
        if theirs is None:
            assert forget(store, "7KQ2") is None
        else:
            with open_record(store, "7KQ2") as other:
                assert isinstance(other, LockedRecord)
                assert store.save(theirs, QUESTIONNAIRE) is None
                assert held.save(mine, QUESTIONNAIRE, NOW) == Refused(OPEN_ELSEWHERE)
        became = held.save(mine, QUESTIONNAIRE, NOW)
    match becomes:
        case "saved":
            assert became == store.load("7KQ2") == mine
        case "gone":
            assert became == Refused(DELETED)
            assert store.load("7KQ2") == NotThere()
        case _:
            assert isinstance(became, Record)
            assert became == store.load(became.head.ref) == kept_apart(mine, became.head.ref)
            assert store.load("7KQ2") == theirs


def test_two_new_records_of_one_reference_do_not_mix(store: Store, unlocked: Path) -> None:
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        unlocked.rmdir()
        another = Record(replace(DRAFT.head, started=at(-5)), DRAFT.log)
        saved(store, another)
        apart = held.save(later(DRAFT, 5), QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    assert apart.head.ref != "7KQ2"
    assert store.load("7KQ2") == another


# Every save, not only the first


@pytest.fixture
def window(store: Store) -> Iterator[LockedRecord]:
    """A window that has saved a record already."""
    saved(store, DRAFT)
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        assert held.save(later(DRAFT, 3), QUESTIONNAIRE, NOW) == later(DRAFT, 3)
        yield held


MINE = later(later(DRAFT, 3), 5)
DANGER = replace(later(DRAFT, 3), log=(*later(DRAFT, 3).log, EmergencyShown(at(4), ("danger_now",))))
"""What another window recorded meanwhile."""


def test_danger_that_another_window_recorded_is_not_overwritten_and_both_are_kept(
    store: Store, window: LockedRecord
) -> None:
    store.lock_file("7KQ2").unlink()
    with open_record(store, "7KQ2") as other:
        assert isinstance(other, LockedRecord)
        assert other.save(DANGER, QUESTIONNAIRE, NOW) == DANGER
    apart = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    assert apart == kept_apart(MINE, apart.head.ref)
    assert store.load("7KQ2") == DANGER
    assert store.load(apart.head.ref) == apart
    assert apart.kept_apart_from == "7KQ2"
    assert apart.chain.state is ChainState.WHOLE


def test_what_was_kept_apart_goes_on_under_its_own_lock_and_the_other_is_free(
    store: Store, window: LockedRecord
) -> None:
    saved(store, DANGER)
    apart = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    with open_record(store, apart.head.ref) as other:
        assert other == InUse()
    with open_record(store, "7KQ2") as other:
        assert isinstance(other, LockedRecord)
    assert window.save(later(apart, 9), QUESTIONNAIRE, NOW) == later(apart, 9)
    assert store.load(apart.head.ref) == later(apart, 9)
    assert len(store.listed()) == 2


def test_the_lock_of_what_was_kept_apart_ends_with_the_window(store: Store) -> None:
    saved(store, DRAFT)
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        saved(store, DANGER)
        apart = held.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    with open_record(store, apart.head.ref) as mine:
        assert isinstance(mine, LockedRecord)


def test_the_data_of_the_call_go_along(store: Store, window: LockedRecord) -> None:
    call = CallData(where="at home")
    assert window.save_call(call) == call
    saved(store, DANGER)
    apart = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    assert window.save_call(call) == call
    assert store.load_call(apart.head.ref) == store.load_call("7KQ2") == call


def test_while_another_window_has_it_open_what_this_one_holds_is_kept_apart(store: Store, window: LockedRecord) -> None:
    store.lock_file("7KQ2").unlink()
    with open_record(store, "7KQ2") as other:
        assert isinstance(other, LockedRecord)
        apart = window.save(MINE, QUESTIONNAIRE, NOW)
        assert isinstance(apart, Record)
        assert apart.head.ref != "7KQ2"
        assert other.save(DANGER, QUESTIONNAIRE, NOW) == DANGER
    assert (store.load(apart.head.ref), store.load("7KQ2")) == (apart, DANGER)


def test_what_could_not_be_kept_apart_is_kept_apart_by_a_later_save(
    store: Store, window: LockedRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.lock_file("7KQ2").unlink()
    with open_record(store, "7KQ2") as other:
        assert isinstance(other, LockedRecord)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "write", lambda *_: Refused("no space left on device"))
            assert window.save(MINE, QUESTIONNAIRE, NOW) == Refused("no space left on device")
        apart = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    assert store.load(apart.head.ref) == kept_apart(MINE, apart.head.ref)


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_file_that_was_deleted_is_taken_anew(store: Store, window: LockedRecord, *, replaced: bool) -> None:
    lock = store.lock_file("7KQ2")
    lock.unlink()
    if replaced:
        lock.touch()
    assert window.save(MINE, QUESTIONNAIRE, NOW) == MINE
    with open_record(store, "7KQ2") as other:
        assert other == InUse()
    assert store.load("7KQ2") == MINE


def test_a_revision_that_began_elsewhere_counts(store: Store, window: LockedRecord) -> None:
    theirs = named("7KQ2", later(DRAFT, 3), revision=2)
    saved(store, theirs)
    apart = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    assert apart.head.ref != "7KQ2"
    assert (store.load("7KQ2"), store.load("7KQ2", 1)) == (theirs, later(DRAFT, 3))


def test_a_record_that_was_deleted_after_a_save_stays_deleted(store: Store, window: LockedRecord) -> None:
    (store.records / "7KQ2.1.json").unlink()
    assert window.save(MINE, QUESTIONNAIRE, NOW) == Refused(DELETED)
    assert store.listed() == ()


@pytest.mark.parametrize("content", [b"{", b"", None])
def test_what_cannot_be_read_is_not_overwritten_and_no_answer_is_lost(
    store: Store, window: LockedRecord, content: bytes | None
) -> None:
    path = store.records / "7KQ2.1.json"
    path.unlink()
    path.mkdir() if content is None else path.write_bytes(content)
    apart = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    assert store.load(apart.head.ref) == kept_apart(MINE, apart.head.ref)
    assert path.is_dir() if content is None else path.read_bytes() == content


def test_where_nothing_can_be_kept_apart_the_window_keeps_it_and_tries_again(
    store: Store, window: LockedRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, DANGER)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", lambda *_: Refused("no space left on device"))
        assert window.save(MINE, QUESTIONNAIRE, NOW) == Refused("no space left on device")
    assert [listed.ref for listed in store.listed()] == ["7KQ2"]
    apart = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    assert store.load("7KQ2") == DANGER


def test_what_the_disk_confirmed_too_late_is_no_other_window(
    window: LockedRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Store.write

    def write(*arguments: Any) -> Refused:
        assert really(*arguments) is None
        return Refused("input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", write)
        assert window.save(MINE, QUESTIONNAIRE, NOW) == Refused("input/output error")
    assert window.save(later(MINE, 8), QUESTIONNAIRE, NOW) == later(MINE, 8)


def test_a_file_is_parsed_again_only_if_a_byte_of_it_changed(
    window: LockedRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "load", lambda *_: pytest.fail("it was parsed"))
    assert window.save(MINE, QUESTIONNAIRE, NOW) == MINE


def test_no_save_looks_through_the_folder(window: LockedRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    """With thousands of records that would take longer than the save."""
    with monkeypatch.context() as patch:
        patch.setattr(stores, "names_in", lambda _: pytest.fail("it was looked through"))
        assert window.save(MINE, QUESTIONNAIRE, NOW) == MINE


def test_a_record_is_saved_under_its_own_reference_only(window: LockedRecord) -> None:
    with pytest.raises(ValueError, match="own reference"):
        window.save(named("2222", MINE), QUESTIONNAIRE, NOW)


# The chain over several saves


def test_a_save_keeps_the_hashes_that_were_stored(store: Store, window: LockedRecord) -> None:
    path = store.records / "7KQ2.1.json"
    before = [entry["hash"] for entry in json.loads(path.read_bytes())["log"]]
    assert window.save(MINE, QUESTIONNAIRE, NOW) == MINE
    after = [entry["hash"] for entry in json.loads(path.read_bytes())["log"]]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("old", "new", "later_on"),
    [
        (b'"18_64"', b'"65_plus"', EntryBroken(1)),
        (b'"practice": false', b'"practice": true', FileBroken.EARLIER),
        (b'"ref": ', b'"ref":  ', FileBroken.EARLIER),
    ],
)
def test_a_broken_chain_stays_broken_whatever_is_saved_after_that(
    store: Store, old: bytes, new: bytes, later_on: Break
) -> None:
    saved(store, DRAFT)
    path = store.records / "7KQ2.1.json"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    for minute in (5, 6):
        with open_record(store, "7KQ2") as held:
            assert isinstance(held, LockedRecord)
            assert isinstance(held.on_disk, Record)
            assert held.on_disk.chain.state is ChainState.BROKEN
            became = held.save(later(held.on_disk, minute), QUESTIONNAIRE, NOW)
            assert isinstance(became, Record)
            assert became.chain.broken is not None
    loaded = store.load("7KQ2")
    assert isinstance(loaded, Record)
    assert loaded.chain.broken == later_on
    assert store.save(store.next_revision(loaded, at(20)), QUESTIONNAIRE) is None
    revised = store.load("7KQ2")
    assert isinstance(revised, Record)
    assert (revised.head.revision, revised.chain.broken) == (2, later_on)


def test_a_broken_chain_is_broken_in_what_is_kept_apart(store: Store) -> None:
    saved(store, DRAFT)
    path = store.records / "7KQ2.1.json"
    path.write_bytes(path.read_bytes().replace(b'"18_64"', b'"65_plus"', 1))
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        assert isinstance(held.on_disk, Record)
        mine = later(held.on_disk, 5)
        saved(store, DANGER)
        apart = held.save(mine, QUESTIONNAIRE, NOW)
    assert isinstance(apart, Record)
    read = store.load(apart.head.ref)
    assert isinstance(read, Record)
    assert read.chain.broken == EntryBroken(1)


def test_a_file_changed_under_an_open_window_is_broken_from_then_on(store: Store, window: LockedRecord) -> None:
    path = store.records / "7KQ2.1.json"
    path.write_bytes(path.read_bytes() + b"\n")
    became = window.save(MINE, QUESTIONNAIRE, NOW)
    assert isinstance(became, Record)
    read = store.load("7KQ2")
    assert isinstance(read, Record)
    assert read == MINE
    assert read.chain.broken is FileBroken.EARLIER


def test_what_two_windows_write_of_one_call_is_kept_of_both(store: Store) -> None:
    """Also if the lock got lost; where both changed the same line, both texts stand in it."""
    saved(store, DRAFT)
    with open_record(store, "7KQ2") as mine:
        assert isinstance(mine, LockedRecord)
        assert mine.save_call(CallData(where="old")) == CallData(where="old")
        assert store.save_call("7KQ2", CallData(where="new address", call_back="555 0100")) is None
        with_language = mine.save_call(CallData(where="old", language="Spanish"))
        assert with_language == CallData(where="new address", call_back="555 0100", language="Spanish")
        assert store.load_call("7KQ2") == with_language
        assert store.save_call("7KQ2", CallData(where="theirs")) is None
        both = mine.save_call(replace(mine.call, where="mine"))
        assert both == CallData(where="mine; also: theirs")


def test_a_call_that_was_deleted_elsewhere_does_not_come_back(store: Store) -> None:
    saved(store, DRAFT)
    with open_record(store, "7KQ2") as mine:
        assert isinstance(mine, LockedRecord)
        mine.save_call(CallData(where="12 Oak St"))
        assert store.forget_call("7KQ2") is None
        assert mine.save_call(CallData(where="12 Oak St", language="Spanish")) == CallData(language="Spanish")


def test_a_call_that_cannot_be_read_is_not_overwritten(store: Store) -> None:
    saved(store, DRAFT)
    assert store.save_call("7KQ2", CallData(where="12 Oak St")) is None
    path = store.records / "7KQ2.call.json"
    damaged = path.read_bytes()[:-10]
    path.write_bytes(damaged)
    with open_record(store, "7KQ2") as mine:
        assert isinstance(mine, LockedRecord)
        refused = mine.save_call(CallData(language="French"))
        assert refused == Refused("the call on disk cannot be read: it is damaged")
    assert path.read_bytes() == damaged


def test_a_call_at_its_longest_can_be_read_again(store: Store) -> None:
    longest = "\U0001f600" * 2_000
    call = CallData(where=longest, call_back=longest, language=longest, reference=longest)
    assert store.save_call("7KQ2", call) is None
    assert store.load_call("7KQ2") == call
