"""Records on disk: private, whole or not there, and gone when they are forgotten."""

from __future__ import annotations

import errno
import io
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.effort import peak_bytes
from support.paths import REPOSITORY, TESTS
from support.recorded import (
    CANARY,
    DRAFT,
    FINAL,
    MADE,
    QUESTIONNAIRE,
    START,
    at,
    later,
    made_with,
    named,
    record_of,
    saved,
)

from iop_screen.core import files
from iop_screen.core.exits import CannotGoOn
from iop_screen.records import references
from iop_screen.records.forget import RecordChanged, forget
from iop_screen.records.lock import InUse, Refused
from iop_screen.records.locked_record import record_lock
from iop_screen.records.model import NoteWritten, QuestionnaireChanged, Record
from iop_screen.records.questionnaire_copies import QuestionnaireCopies
from iop_screen.records.references import ALPHABET, near_misses, new_reference, parse_reference
from iop_screen.records.serialization import MAX_RECORD_FILE_BYTES, TOO_LARGE, Unreadable, record_json
from iop_screen.records.store import NotThere, Store

OTHER = b"format: 1\nid: other\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "kept")


def tree(folder: Path) -> dict[str, int]:
    """Everything in a folder, with its rights."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in sorted(folder.rglob("*"))}


def contents(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# What is saved is there


def test_what_was_saved_is_loaded(store: Store) -> None:
    saved(store, DRAFT)
    assert store.load("7KQ2") == DRAFT
    saved(store, FINAL)
    assert store.load("7KQ2") == FINAL
    assert store.questionnaire(MADE.hash12) == QUESTIONNAIRE


def test_what_was_not_saved_is_not_there(store: Store) -> None:
    assert store.load("7KQ2") == NotThere()
    assert (store.revisions("7KQ2"), store.listed(), store.drafts()) == ((), (), ())
    assert isinstance(store.questionnaire(MADE.hash12), Unreadable)
    assert not store.folder.exists()


def test_the_folder_is_laid_out_as_said(store: Store) -> None:
    saved(store, DRAFT, named("7KQ2", FINAL, 2))
    assert [*tree(store.folder)] == [
        "questionnaires",
        f"questionnaires/{MADE.hash12}.yaml",
        "questionnaires/lock",
        "records",
        "records/7KQ2.1.json",
        "records/7KQ2.2.json",
    ]


def test_a_revision_leaves_the_others_as_they_are(store: Store) -> None:
    saved(store, FINAL)
    second = store.next_revision(FINAL, at(60))
    assert (second.head.revision, second.head.started, second.log) == (2, at(60), FINAL.log)
    assert store.revisions("7KQ2") == (1,)
    saved(store, later(second, 61))
    assert store.load("7KQ2", 1) == FINAL
    assert store.load("7KQ2") == later(second, 61)
    assert store.load("7KQ2", 3) == NotThere()
    assert store.next_revision(FINAL, at(70)).head.revision == 3
    practice = replace(FINAL, head=replace(FINAL.head, practice=True))
    assert store.next_revision(practice, at(70)).head.practice


def test_a_questionnaire_that_is_not_that_of_the_record_is_our_fault(store: Store) -> None:
    with pytest.raises(ValueError, match="the questionnaire it was made with"):
        store.save(DRAFT, OTHER)


def test_a_damaged_copy_of_a_questionnaire_is_noticed_and_mended(store: Store) -> None:
    saved(store, DRAFT)
    copy = store.questionnaires / f"{MADE.hash12}.yaml"
    copy.write_bytes(QUESTIONNAIRE.swapcase())
    assert store.questionnaire(MADE.hash12) == Unreadable("its copy is not what it was")
    saved(store, DRAFT)
    assert store.questionnaire(MADE.hash12) == QUESTIONNAIRE


# References


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("7KQ2", "7KQ2"),
        (" 7kq2\n", "7KQ2"),
        ("7k q2", "7KQ2"),
        ("", None),
        ("7KQ", None),
        ("7KQ22", None),
        ("7KQ0", None),
        ("7KQO", None),
        ("7KQ1", None),
        ("AEIU", None),
        ("../7", None),
        ("7/Q2", None),
        ("7KQ\u0662", None),
        ("7KQ\x00", None),
        ("....", None),
        ("7KQ2.1.json", None),
        ("7KQ\uff12", None),
    ],
)
def test_a_reference_is_read_as_people_type_it(typed: str, ref: str | None) -> None:
    assert parse_reference(typed) == ref


@given(st.text(max_size=8))
def test_no_text_becomes_a_path_elsewhere(typed: str) -> None:
    assert set(parse_reference(typed) or "") <= set(ALPHABET)


@pytest.mark.parametrize("ref", ["../x", "7kq2", "", "/etc", "7KQ2\n", "7KQ2.1"])
def test_what_is_no_reference_never_reaches_the_disk(store: Store, ref: str) -> None:
    saved(store, DRAFT)
    with pytest.raises(ValueError, match="part of a path"):
        store.save(named(ref), QUESTIONNAIRE)
    with pytest.raises(ValueError, match="part of a path"), record_lock(store, ref):
        pytest.fail("it was locked")
    assert store.load(ref) == NotThere()


def test_nothing_in_a_reference_can_be_mistaken_or_read_as_a_word() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 24
    for alike in ("0O", "1IL", "5S", "2Z", "8B", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1
    assert not set("AEIOUY") & set(ALPHABET)


def test_a_new_reference_is_never_one_that_is_taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "ALPHABET", "23")
    drawn = set()
    for _ in range(16):
        ref = store.new_reference()
        drawn.add(ref)
        saved(store, named(ref))
    assert len(drawn) == 16
    with pytest.raises(CannotGoOn, match="too many"):
        store.new_reference()


def test_a_new_reference_is_more_than_one_slip_away_from_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["GGK6", "GG6C", "GG6K", "G6GK", "6GGK"])
    monkeypatch.setattr(references, "_drawn", lambda: next(drawn))
    assert new_reference({"GG6K"}) == "6GGK"  # GGK6 is a swap, GG6C is one character
    assert [slip for slip in near_misses("GG6K") if slip == "GGK6"]
    assert len({*near_misses("GG6K")} - {"GG6K"}) == 4 * 23 + 2


# Lists


def test_records_are_listed_by_what_changed_last(store: Store) -> None:
    saved(store, later(named("2222"), 10), later(named("3333"), 30), later(named("4444"), 20))
    saved(store, later(named("2222", revision=2), 40))
    assert [(listed.ref, listed.revision) for listed in store.listed()] == [("2222", 2), ("3333", 1), ("4444", 1)]


def test_one_that_cannot_be_read_hides_no_other(store: Store) -> None:
    saved(store, named("2222"), named("3333"), named("4444"), named("5555"))
    (store.records / "3333.1.json").write_bytes(b"{")
    (store.records / "4444.1.json").unlink()
    (store.records / "4444.1.json").mkdir()
    (store.records / "5555.1.json").write_bytes((store.records / "2222.1.json").read_bytes())
    (store.records / "notes.txt").write_text(CANARY, encoding="ascii")
    os.mkfifo(store.records / "6666.1.json")
    found = {listed.ref: listed.record for listed in store.listed()}
    assert found.pop("2222") == named("2222")
    assert {ref: record.why for ref, record in found.items() if isinstance(record, Unreadable)} == {
        "3333": "it is no record, or it is damaged",
        "4444": "it is not a plain file",
        "5555": "the file has the name of another record",
        "6666": "it is not a plain file",
    }


def test_a_file_of_any_size_is_refused_without_reading_all_of_it(store: Store) -> None:
    saved(store, DRAFT)
    with (store.records / "7KQ2.1.json").open("r+b") as file:
        file.truncate(50 * 2**20)
    assert store.load("7KQ2") == Unreadable(TOO_LARGE)
    assert peak_bytes(lambda: store.load("7KQ2")) < 4 * MAX_RECORD_FILE_BYTES


def written_at(store: Store, minutes: float, *refs: str) -> None:
    """Let the disk say that these were written then."""
    for ref in refs:
        for path in store.files_of(ref):
            os.utime(path, (at(minutes).timestamp(),) * 2)


def test_drafts_come_as_the_disk_says_that_they_were_written(store: Store) -> None:
    saved(store, named("2222"), later(named("3333"), 5), named("4444", FINAL))
    written_at(store, 30, "3333")
    written_at(store, 20, "2222")
    assert [draft.record for draft in store.drafts()] == [later(named("3333"), 5), named("2222")]
    saved(store, later(named("2222"), -60 * 24 * 365))  # a clock that was put back
    assert [draft.ref for draft in store.drafts()] == ["2222", "3333"]


DAYS = 60 * 24


@pytest.mark.parametrize(
    ("record", "written", "then", "untouched"),
    [
        (DRAFT, 2, 3, True),
        (DRAFT, 2, 1, False),
        (later(DRAFT, 10 * DAYS), 2, 9 * DAYS, False),
        (later(DRAFT, 10 * DAYS), 2, 11 * DAYS, True),
        (later(later(DRAFT, 10 * DAYS), -20 * 365 * DAYS), 2, 9 * DAYS, False),  # the clock was put back in between
        (later(DRAFT, -20 * 365 * DAYS), 2, -DAYS, False),  # and from the start: when it began counts, too
        (later(DRAFT, -20 * 365 * DAYS), 30 * DAYS, 29 * DAYS, False),  # and when it was written
        (None, 2, 3, True),
        (None, 30 * DAYS, 29 * DAYS, False),
    ],
)
def test_the_latest_of_all_times_says_how_old_a_record_is(
    store: Store, record: Record | None, written: float, then: float, *, untouched: bool
) -> None:
    saved(store, record or DRAFT)
    if record is None:
        (store.records / "7KQ2.1.json").write_bytes(b"{")
    written_at(store, written, "7KQ2")
    assert store.unchanged_since("7KQ2", at(then)) == untouched


def test_what_was_only_begun_to_be_written_is_found_by_its_age(store: Store) -> None:
    saved(store, named("2222"))
    for ref, minutes in [("2222", 0), ("3333", 0), ("4444", 10)]:
        (store.records / f".{ref}.1.json.abc.part").write_text(CANARY, encoding="ascii")
        written_at(store, minutes, ref)
    assert store.unfinished_refs(at(5)) == ("3333",)
    assert store.unfinished_refs(at(15)) == ("3333", "4444")
    assert forget(store, "3333", unchanged_since=at(5)) is None
    assert not store.has("3333")


def test_the_last_revision_that_can_be_read_is_known(store: Store) -> None:
    saved(store, DRAFT, named("7KQ2", FINAL, 2), named("7KQ2", FINAL, 3))
    for revision in (2, 3):
        (store.records / f"7KQ2.{revision}.json").write_bytes(b"{")
    (listed,) = store.listed()
    assert (listed.revision, listed.earlier, listed.readable) == (3, DRAFT, DRAFT)
    assert store.last_readable("7KQ2") == DRAFT
    (store.records / "7KQ2.1.json").write_bytes(b"{")
    assert store.last_readable("7KQ2") is None


# Rights and links


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_any_of_it(store: Store, mask: int) -> None:
    with umask(mask):
        saved(store, DRAFT)
        with record_lock(store, "7KQ2") as (_, refused):
            assert refused is None
            modes = tree(store.folder)
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert (modes["questionnaires"], modes["records"]) == (0o700, 0o700)
    files = {name: mode for name, mode in modes.items() if name not in {"questionnaires", "records"}}
    assert (len(files), {*files.values()}) == (4, {0o600})


def test_folders_that_are_too_wide_are_put_right(store: Store) -> None:
    for folder in (store.folder, store.records, store.questionnaires):
        folder.mkdir()
        folder.chmod(0o777)
    (store.folder / "front-end").touch()
    saved(store, DRAFT)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (store.folder, store.records, store.questionnaires)} == {
        0o700
    }


def test_a_folder_that_holds_other_things_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    tmp_path.chmod(0o755)
    saved(Store(tmp_path), DRAFT)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "records").stat().st_mode) == 0o700


@pytest.mark.parametrize("index", ["", "records", "questionnaires"])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_in_the_place_of_a_folder_is_not_followed(
    store: Store, tmp_path: Path, index: str, *, dangling: bool
) -> None:
    elsewhere = tmp_path / "elsewhere"
    if not dangling:
        elsewhere.mkdir(mode=0o755)
    link = store.folder / index if index else store.folder
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere)
    refused = store.save(DRAFT, QUESTIONNAIRE)
    assert isinstance(refused, Refused)
    assert refused.why.startswith(f"cannot write {link}: ")
    with record_lock(store, "7KQ2") as (_, lock):
        assert isinstance(lock, Refused)
    assert elsewhere.exists() != dangling
    assert dangling or (not [*elsewhere.iterdir()] and stat.S_IMODE(elsewhere.stat().st_mode) == 0o755)


def test_a_link_in_the_place_of_a_file_is_not_followed(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("kept", encoding="ascii")
    saved(store, named("2222"))
    for link in (store.records / "7KQ2.1.json", store.records / "7KQ2.lock"):
        link.symlink_to(target)
    assert store.load("7KQ2") == Unreadable("it is not a plain file")
    saved(store, DRAFT)
    assert (store.load("7KQ2"), target.read_text("ascii")) == (DRAFT, "kept")
    with record_lock(store, "7KQ2") as (_, refused):
        assert isinstance(refused, Refused)
    assert target.read_text("ascii") == "kept"


def test_a_folder_of_somebody_else_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(store, DRAFT)
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    refused = store.save(DRAFT, QUESTIONNAIRE)
    assert isinstance(refused, Refused)
    assert "belongs to somebody else" in refused.why


# A disk that refuses


def fails(code: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    ("where", "name", "code"),
    [
        (tempfile, "mkstemp", errno.EROFS),
        (tempfile, "mkstemp", errno.EACCES),
        (os, "fsync", errno.ENOSPC),
        (os, "fsync", errno.EIO),
        (Path, "replace", errno.EACCES),
        (Path, "mkdir", errno.EROFS),
        (Path, "chmod", errno.EPERM),
    ],
)
def test_what_the_disk_refuses_is_a_value_and_the_old_record_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch, where: object, name: str, code: int
) -> None:
    saved(store, DRAFT)
    if name == "chmod":
        store.records.chmod(0o755)
    monkeypatch.setattr(where, name, fails(code))
    refused = store.save(FINAL, QUESTIONNAIRE)
    monkeypatch.undo()
    assert isinstance(refused, Refused)
    assert os.strerror(code).lower() in refused.why
    assert CANARY not in refused.why
    assert store.load("7KQ2") == DRAFT
    assert not [name for name in tree(store.folder) if name.endswith(".part")]


def test_what_is_not_known_to_be_on_disk_is_not_saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(store, DRAFT)
    really = os.fsync

    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        really(handle)

    monkeypatch.setattr(os, "fsync", sync)
    assert isinstance(store.save(FINAL, QUESTIONNAIRE), Refused)
    assert isinstance(store.load("7KQ2"), Record)


def test_the_name_of_every_file_and_folder_is_put_on_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = Store(store.folder / "in" / "another")
    synced: list[Path] = []
    really = os.fsync

    def sync(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        really(handle)

    monkeypatch.setattr(os, "fsync", sync)
    saved(deep, DRAFT)
    made = {deep.folder, *deep.folder.parents} - {*store.folder.parent.parents}
    assert {deep.records, deep.questionnaires, *made} <= {*synced}


def test_a_full_disk_leaves_the_old_record(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        store = Store(disk / "kept")
        saved(store, DRAFT)
        big = replace(DRAFT, log=(*DRAFT.log, NoteWritten(at(9), "age", CANARY * 10_000)))
        refused = store.save(big, QUESTIONNAIRE)
        assert isinstance(refused, Refused)
        assert "no space left" in refused.why
        assert store.load("7KQ2") == DRAFT
        assert not [name for name in tree(store.folder) if name.endswith(".part")]
        saved(store, FINAL)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_file_in_the_place_of_the_folder_is_refused(store: Store) -> None:
    store.folder.write_bytes(b"")
    assert isinstance(store.save(DRAFT, QUESTIONNAIRE), Refused)
    with record_lock(store, "7KQ2") as (_, refused):
        assert isinstance(refused, Refused)
    assert len(store.new_reference()) == 4


def test_a_record_that_could_not_be_read_again_is_not_saved(store: Store) -> None:
    saved(store, DRAFT)
    big = replace(DRAFT, log=(NoteWritten(START, "age", "x" * MAX_RECORD_FILE_BYTES),))
    assert store.save(big, QUESTIONNAIRE) == Refused(TOO_LARGE)
    assert store.load("7KQ2") == DRAFT


@pytest.mark.parametrize(("times", "taken"), [(2, True), (100, False)])
def test_on_windows_a_file_that_a_scanner_holds_is_waited_for_but_not_for_long(
    store: Store, monkeypatch: pytest.MonkeyPatch, times: int, *, taken: bool
) -> None:
    saved(store, DRAFT)
    really, left = Path.replace, [times]
    waited: list[float] = []

    def held(part: Path, path: Path) -> Path:
        if left[0]:
            left[0] -= 1
            refusal = PermissionError(errno.EACCES, "Permission denied")
            refusal.winerror = 32  # type: ignore[attr-defined]
            raise refusal
        return really(part, path)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(files, "ON_WINDOWS", True)
    monkeypatch.setattr(time, "sleep", waited.append)
    assert (store.save(FINAL, QUESTIONNAIRE) is None) == taken
    assert 0 < sum(waited) < 2.5
    monkeypatch.undo()
    assert store.load("7KQ2") == (FINAL if taken else DRAFT)


# Killed while saving, and two windows

SAVING = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from dataclasses import replace
from support.recorded import DRAFT, QUESTIONNAIRE, at
from iop_screen.records.locked_record import record_lock
from iop_screen.records.model import NoteWritten
from iop_screen.records.store import Store
store = Store(Path(sys.argv[1]))
notes = [replace(DRAFT, log=(NoteWritten(at(n), "age", str(n) * 50_000),)) for n in range(2)]
with record_lock(store, "7KQ2") as (_, refused):
    assert refused is None, refused
    print("on", flush=True)
    while True:
        for record in notes:
            assert store.save(record, QUESTIONNAIRE) is None
"""


@contextmanager
def another_window(store: Store) -> Iterator[subprocess.Popen[str]]:
    """Another process that saves one record again and again."""
    command = [sys.executable, "-c", SAVING, str(store.folder)]
    env = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "on\n"
        while not store.revisions("7KQ2"):
            time.sleep(0.01)
        try:
            yield child
        finally:
            child.kill()


@pytest.mark.slow
def test_a_process_killed_while_saving_leaves_the_old_or_the_new_file(store: Store) -> None:
    for pause in range(8):
        with another_window(store) as child:
            time.sleep(pause / 100)
            child.send_signal(signal.SIGKILL)
        record = store.load("7KQ2")
        assert isinstance(record, Record)
        assert [note[1:] for note in record.notes.values()] in (["0" * 49_999], ["1" * 49_999])
        with record_lock(store, "7KQ2") as (_, refused):
            assert refused is None
            assert not [name for name in tree(store.folder) if name.endswith(".part")]


def test_what_was_never_finished_is_swept_and_no_other_is(store: Store) -> None:
    saved(store, DRAFT)
    mine, others = store.records / ".7KQ2.1.json.abc.part", store.records / ".2222.1.json.abc.part"
    for part in (mine, others):
        part.write_text(CANARY, encoding="ascii")
    with record_lock(store, "7KQ2"):
        assert (mine.exists(), others.exists()) == (False, True)


@pytest.mark.slow
def test_one_window_at_a_time_writes_a_record(store: Store) -> None:
    with another_window(store):
        with record_lock(store, "7KQ2") as (_, refused):
            assert refused == InUse()
        with record_lock(store, "2222") as (_, refused):
            assert refused is None
        assert forget(store, "7KQ2") == InUse()
    with record_lock(store, "7KQ2") as (_, refused):
        assert refused is None
    assert isinstance(store.load("7KQ2"), Record)


def test_a_lock_on_what_was_never_saved_leaves_nothing(store: Store) -> None:
    with record_lock(store, "7KQ2"):
        assert "records/7KQ2.lock" in tree(store.folder)
    assert [*tree(store.folder)] == ["questionnaires", "records"]


# Forgotten


def test_what_is_forgotten_leaves_no_byte_behind(store: Store) -> None:
    saved(store, DRAFT, named("7KQ2", FINAL, 2), named("2222", record_of(MADE)))
    for name in (".7KQ2.1.json.xyz.part", "7KQ2.1.json~"):
        (store.records / name).write_text(CANARY, encoding="ascii")
    with record_lock(store, "7KQ2"):
        pass
    assert forget(store, "7KQ2") is None
    assert CANARY.encode() not in contents(store.folder)
    assert not [name for name in tree(store.folder) if "7KQ2" in name]
    assert store.load("2222") == named("2222", record_of(MADE))
    assert forget(store, "7KQ2") == NotThere()


def test_a_questionnaire_goes_with_the_last_record_that_needs_it(store: Store) -> None:
    carried = record_of(made_with(OTHER), QuestionnaireChanged(at(1), MADE, ()), ref="3333")
    saved(store, named("2222"))
    saved(store, carried, questionnaire=OTHER)
    (store.questionnaires / "mine.txt").touch()

    def kept() -> set[str]:
        return {*tree(store.questionnaires)} - {"mine.txt", "lock"}

    assert len(kept()) == 2
    forget(store, "2222")
    assert len(kept()) == 2  # the other record was taken over from it
    forget(store, "3333")
    assert (kept(), [*tree(store.questionnaires)]) == (set(), ["lock", "mine.txt"])


def test_a_record_that_cannot_be_read_still_needs_the_questionnaire_it_names(store: Store) -> None:
    saved(store, named("2222"))
    saved(store, record_of(made_with(OTHER), ref="3333"), questionnaire=OTHER)
    damaged = store.records / "3333.1.json"
    damaged.write_bytes(damaged.read_bytes()[:-3])
    (store.questionnaires / f".{MADE.hash12}.yaml.xyz.part").touch()
    assert forget(store, "2222") is None
    assert [*tree(store.questionnaires)] == [f"{made_with(OTHER).hash12}.yaml", "lock"]
    assert forget(store, "3333") is None
    assert [*tree(store.questionnaires)] == ["lock"]


def test_a_copy_that_another_record_may_need_stays_and_stops_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, named("2222"), named("3333"), named("4444"))
    saved(store, record_of(made_with(OTHER), ref="5555"), questionnaire=OTHER)
    with monkeypatch.context() as patch:
        on_a_bad_sector(patch, store.records / "3333.1.json")
        assert [forget(store, ref) for ref in ("2222", "4444", "5555")] == [None] * 3
        assert [listed.ref for listed in store.listed()] == ["3333"]
        assert {made_with(OTHER).hash12, MADE.hash12} <= {path.stem for path in store.questionnaires.iterdir()}
    assert forget(store, "3333") is None
    assert [*tree(store.folder)] == ["questionnaires", "questionnaires/lock", "records"]


def on_a_bad_sector(patch: pytest.MonkeyPatch, bad: Path) -> None:
    """Let the system refuse to read on in this file, once it is open."""
    really = Path.open

    def opens(path: Path, *args: Any, **named_args: Any) -> Any:
        return BadSector(bad, "rb") if path == bad else really(path, *args, **named_args)

    patch.setattr(Path, "open", opens)


class BadSector(io.FileIO):
    def read(self, _: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_record_on_a_bad_sector_hides_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(store, named("2222"), named("3333"))
    on_a_bad_sector(monkeypatch, store.records / "3333.1.json")
    found = {listed.ref: listed.record for listed in store.listed()}
    assert found["2222"] == named("2222")
    assert isinstance(found["3333"], Unreadable)
    assert found["3333"].why.endswith("input/output error")


def test_a_record_that_changed_since_it_was_found_old_stays(store: Store) -> None:
    saved(store, DRAFT)
    written_at(store, 2, "7KQ2")
    assert store.unchanged_since("7KQ2", at(5))
    saved(store, later(DRAFT, 9))
    assert forget(store, "7KQ2", unchanged_since=at(5)) == RecordChanged()
    assert store.load("7KQ2") == later(DRAFT, 9)


def test_a_questionnaire_that_is_just_being_saved_is_not_deleted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(store, named("2222"))
    saving = threading.Thread(target=saved, args=(store, named("3333")))
    really = QuestionnaireCopies.delete

    def delete(copies: QuestionnaireCopies, unneeded: Collection[str]) -> None:
        saving.start()  # another window, which finds the copy still there
        saving.join(0.2)
        really(copies, unneeded)

    monkeypatch.setattr(QuestionnaireCopies, "delete", delete)
    assert forget(store, "2222") is None
    saving.join()
    assert store.load("3333") == named("3333")
    assert store.questionnaire(MADE.hash12) == QUESTIONNAIRE


def test_what_cannot_be_deleted_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(store, DRAFT)
    monkeypatch.setattr(Path, "unlink", fails(errno.EACCES))
    assert forget(store, "7KQ2") == Refused("permission denied")
    monkeypatch.undo()
    assert store.load("7KQ2") == DRAFT
    assert record_json(DRAFT).encode() in contents(store.folder)
