"""One window at a time: a record is read, judged and saved under its lock, and nothing that another saved is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.recorded import DRAFT, FINAL, QUESTIONNAIRE, at, later, named, saved

from iop_screen.records.forget import forget
from iop_screen.records.lock import InUse, Lock, Refused
from iop_screen.records.locked_record import CHANGED, DELETED, LockedRecord, create_record, open_record, record_lock
from iop_screen.records.model import Record
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotThere, Store


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
        assert mine.save(later(DRAFT, 5), QUESTIONNAIRE) is None
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
        assert mine.save(later(DRAFT, 5), QUESTIONNAIRE) == Refused(mine.not_saved)
        assert store.load("7KQ2") == DRAFT
        unlocked.rmdir()
        assert mine.save(later(DRAFT, 5), QUESTIONNAIRE) is None
        with record_lock(store, "7KQ2") as (_, refused):
            assert refused == InUse()
    assert store.load("7KQ2") == later(DRAFT, 5)
    with record_lock(store, "7KQ2") as (_, refused):
        assert refused is None


REVISED = Record(named("7KQ2", revision=2).head, FINAL.log)


@pytest.mark.parametrize(
    ("theirs", "mine", "refusal"),
    [
        (DRAFT, later(DRAFT, 5), None),
        (later(DRAFT, 5), later(DRAFT, 5), None),  # what could not be confirmed is there all the same
        (later(DRAFT, 5), later(later(DRAFT, 5), 6), None),
        (later(DRAFT, 4), later(DRAFT, 5), CHANGED),
        (later(later(DRAFT, 5), 6), later(DRAFT, 5), CHANGED),
        (FINAL, later(REVISED, 9), None),
        (later(REVISED, 8), later(REVISED, 9), CHANGED),
        (later(REVISED, 8), later(later(FINAL, 8), 9), CHANGED),
        (None, later(DRAFT, 5), DELETED),
    ],
)
def test_what_another_window_saved_in_the_meantime_is_not_overwritten(
    store: Store, unlocked: Path, theirs: Record | None, mine: Record, refusal: str | None
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
                assert held.save(mine, QUESTIONNAIRE) == Refused("another window has this record open")
        saved_as = held.save(mine, QUESTIONNAIRE)
    assert saved_as == (None if refusal is None else Refused(refusal))
    assert store.load("7KQ2") == (mine if refusal is None else theirs or NotThere())


def test_two_new_records_of_one_reference_do_not_mix(store: Store, unlocked: Path) -> None:
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        unlocked.rmdir()
        another = Record(DRAFT.head.__class__("7KQ2", 1, at(-5), DRAFT.head.questionnaire), DRAFT.log)
        saved(store, another)
        assert held.save(later(DRAFT, 5), QUESTIONNAIRE) == Refused(CHANGED)
    assert store.load("7KQ2") == another


def test_what_cannot_be_read_is_not_overwritten(store: Store) -> None:
    saved(store, DRAFT)
    with open_record(store, "7KQ2") as held:
        assert isinstance(held, LockedRecord)
        (store.records / "7KQ2.1.json").write_bytes(b"{")
        assert held.save(later(DRAFT, 5), QUESTIONNAIRE) == Refused(
            "the record on disk cannot be read: it is no record, or it is damaged"
        )
