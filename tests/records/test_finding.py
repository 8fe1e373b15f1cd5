"""Finding records by the reference of the site, deleting a call, and discarding a draft."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.recorded import DRAFT, FINAL, MADE, QUESTIONNAIRE, at, later, named, record_of, saved

from iop_screen.records.call_data import NO_CALL_DATA, CallData
from iop_screen.records.finding import call_of, records_with_reference, refs_named, same_reference
from iop_screen.records.forget import forget, forget_call
from iop_screen.records.lock import InUse, Refused
from iop_screen.records.locked_record import LockedRecord, create_record, open_record, record_lock
from iop_screen.records.model import DangerActedOn, EmergencyShown, Record, ReferenceSet
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotThere, Store

CHART = CallData(call_back="555-0100", reference="CHART 2291/A")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "kept")
    saved(store, named("2222"), named("3333"), record_of(MADE, ReferenceSet(at(1), "A-12"), ref="4444"))
    assert store.save_call("2222", CHART) is None
    return store


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("CHART 2291/A", ("2222",)),
        ("  chart   2291/a ", ("2222",)),
        ("CHART 2291", ()),
        ("CHART2291/A", ()),
        ("a-12", ("4444",)),
        ("", ()),
        ("  ", ()),
    ],
)
def test_a_record_is_found_by_the_reference_of_the_site(store: Store, typed: str, found: tuple[str, ...]) -> None:
    assert records_with_reference(store, typed) == found
    assert refs_named(store, typed) == found


def test_our_own_reference_comes_first(store: Store) -> None:
    assert store.save_call("2222", CallData(reference="3333")) is None
    assert refs_named(store, "33 33") == ("3333",)
    assert records_with_reference(store, "3333") == ("2222",)


def test_a_second_record_with_it_is_found_the_last_changed_first(store: Store) -> None:
    saved(store, later(named("5555"), 60))
    assert store.save_call("5555", CHART) is None
    assert records_with_reference(store, "chart 2291/A") == ("5555", "2222")


def test_the_reference_of_the_call_stands_for_that_in_the_log(store: Store) -> None:
    assert store.save_call("4444", CallData(reference="B-7")) is None
    assert (records_with_reference(store, "A-12"), records_with_reference(store, "B-7")) == ((), ("4444",))


def test_a_record_that_cannot_be_read_is_found_by_its_call(store: Store) -> None:
    (store.records / "2222.1.json").write_bytes(b"{")
    assert records_with_reference(store, "CHART 2291/A") == ("2222",)


def test_only_records_that_may_have_it_are_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for in the middle of a call, and there may be thousands of records."""
    seen: list[str] = []
    read = Store.read

    def noted(store: Store, ref: str, revision: int) -> Record | Unreadable:
        seen.append(ref)
        return read(store, ref, revision)

    monkeypatch.setattr(Store, "read", noted)
    assert records_with_reference(store, "nothing") == ()
    assert seen == ["4444"]


def test_no_reference_is_no_reference() -> None:
    assert not same_reference("", "")
    assert not same_reference(" ", "  ")


# The call of a record


def test_a_call_is_deleted_and_its_record_stays(store: Store) -> None:
    assert forget_call(store, "2222") is None
    assert store.load("2222") == named("2222")
    assert call_of(store, "2222", None) == NO_CALL_DATA
    assert not [path for path in store.files_of("2222") if b"555-0100" in path.read_bytes()]


def test_a_call_that_another_window_has_open_is_kept(store: Store) -> None:
    with record_lock(store, "2222"):
        assert forget_call(store, "2222") == InUse()
    assert store.load_call("2222") == CHART
    assert forget_call(store, "9999") == NotThere()


def test_a_call_goes_with_its_record(store: Store) -> None:
    (store.records / ".2222.call.json.abc.part").write_text("555-0100", encoding="ascii")
    assert forget(store, "2222") is None
    assert not [path for path in store.records.iterdir() if path.name.strip(".").startswith("2222")]


def test_a_call_is_deleted_before_its_record(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a number to call back could be left, and no list would ever show it."""
    deleted: list[str] = []
    monkeypatch.setattr(Path, "unlink", lambda path, **_: deleted.append(path.name))
    forget(store, "2222")
    assert [name for name in deleted if name.startswith("2222.")][:2] == ["2222.call.json", "2222.1.json"]


# Discarding


def discarded(store: Store, ref: str) -> Refused | None:
    with open_record(store, ref) as opened:
        assert isinstance(opened, LockedRecord)
        return opened.discard()


def test_a_draft_is_discarded_with_its_call(store: Store) -> None:
    assert discarded(store, "2222") is None
    assert not store.has("2222")
    assert store.load("3333") == named("3333")


def test_a_new_draft_is_discarded(store: Store) -> None:
    with create_record(store) as created:
        assert created.discard() is None
        assert isinstance(created.save(named(created.ref), QUESTIONNAIRE, at(5)), Record)
        assert store.revisions(created.ref)
        assert created.discard() is None
        assert not store.revisions(created.ref)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (FINAL, "it is finished; only a draft can be discarded"),
        (record_of(MADE, *DRAFT.log, EmergencyShown(at(5), ())), "danger in it is not marked as acted on"),
    ],
)
def test_what_is_final_or_waits_is_not_discarded(store: Store, record: object, why: str) -> None:
    saved(store, record)  # type: ignore[arg-type]
    assert discarded(store, "7KQ2") == Refused(why)
    assert store.load("7KQ2") == record


def test_a_draft_with_danger_that_was_acted_on_is_discarded(store: Store) -> None:
    saved(store, record_of(MADE, *DRAFT.log, EmergencyShown(at(5), ()), DangerActedOn(at(6))))
    assert discarded(store, "7KQ2") is None
    assert not store.has("7KQ2")


def test_of_a_record_that_was_final_only_the_draft_is_discarded(store: Store) -> None:
    second = later(store.next_revision(FINAL, at(60)), 61)
    saved(store, FINAL, second)
    assert store.save_call("7KQ2", CHART) is None
    assert discarded(store, "7KQ2") is None
    assert store.load("7KQ2") == FINAL
    assert store.load_call("7KQ2") == CHART


def test_what_another_window_changed_is_not_discarded(store: Store) -> None:
    with open_record(store, "2222") as opened:
        assert isinstance(opened, LockedRecord)
        changed = later(named("2222"), 60)
        saved(store, changed)
        assert opened.discard() == Refused("another window has changed this record")
    assert store.load("2222") == changed


def test_a_record_that_another_window_has_open_is_not_discarded(store: Store) -> None:
    with open_record(store, "2222") as opened:
        assert isinstance(opened, LockedRecord)
        opened.lock.release()
        with record_lock(store, "2222"):
            assert opened.discard() == Refused("another window has this record open")
    assert store.load("2222") == named("2222")
