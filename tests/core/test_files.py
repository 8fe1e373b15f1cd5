"""Reading and writing files: a new file is complete or absent, and a name is never taken for a pattern."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iop_screen.core import files
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import (
    LeftPart,
    TakenPart,
    UnfinishedFile,
    default_questionnaire,
    delete_unfinished,
    end_hash,
    is_being_written,
    make_folder,
    new_file,
    new_or_taken,
    open_input,
    read_whole,
    saved_states,
    sync_folder,
    take_part,
)

Fault = Callable[[pytest.MonkeyPatch], None]


def failing(code: int) -> Callable[..., None]:
    """A function that fails with this error number."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


class FullDisk(io.FileIO):
    """A file on a full disk."""

    def write(self, _: object, /) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_room(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(os, "fdopen", lambda handle, _: io.BufferedWriter(FullDisk(handle, "wb")))


def not_on_disk(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(os, "fsync", failing(errno.EIO))


def no_room_at_the_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(os, "fsync", failing(errno.ENOSPC))


def no_name(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Path, "hardlink_to", failing(errno.EIO))
    patch.setattr(Path, "replace", failing(errno.EIO))


def write(path: Path, content: bytes, *, replace: bool = False) -> None:
    with new_file(path, replace=replace) as stream:
        stream.write(content)


def test_a_new_file_is_there_with_all_that_was_written(tmp_path: Path) -> None:
    write(tmp_path / "new", b"all of it")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"new": b"all of it"}


def test_a_file_has_no_name_before_it_is_complete_and_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new"
    seen: list[tuple[bool, int]] = []
    monkeypatch.setattr(os, "fsync", lambda handle: seen.append((path.exists(), os.fstat(handle).st_size)))
    with new_file(path, replace=False) as stream:
        stream.write(b"all of it")
        assert not path.exists()
    assert seen[0] == (False, len(b"all of it"))
    assert path.exists()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize("replace", [False, True])
def test_only_its_owner_can_read_a_new_file(tmp_path: Path, umask: int, *, replace: bool) -> None:
    path = tmp_path / "new"
    if replace:
        path.touch(0o666)
    before = os.umask(umask)
    try:
        write(path, b"answers", replace=replace)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("fault", [no_room, not_on_disk, no_room_at_the_end, no_name])
@pytest.mark.parametrize("size", [1, 1_000_000])
def test_a_fault_leaves_no_part_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, size: int, *, replace: bool
) -> None:
    path = tmp_path / "out"
    if replace:
        path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        fault(patch)
        stop = _refused(path, b"x" * size, replace=replace)
    assert (stop.exit_code, str(stop).startswith(f"cannot write {path}: ")) == (3, True)
    assert {left.name: left.read_bytes() for left in tmp_path.iterdir()} == ({"out": b"old"} if replace else {})


def _refused(path: Path, content: bytes, *, replace: bool) -> CannotGoOn:
    with pytest.raises(CannotGoOn) as stop:
        write(path, content, replace=replace)
    return stop.value


@pytest.mark.parametrize(
    "end", [ValueError(), KeyboardInterrupt(), SystemExit(143), CannotGoOn("no", Exit.FILE)], ids=repr
)
def test_whatever_ends_the_block_early_leaves_no_part(tmp_path: Path, end: BaseException) -> None:
    (tmp_path / "out").write_bytes(b"old")

    def write_half() -> None:
        with new_file(tmp_path / "out", replace=True) as stream:
            stream.write(b"half of")
            raise end

    with pytest.raises(type(end)) as ended:
        write_half()
    assert ended.value is end
    assert {left.name: left.read_bytes() for left in tmp_path.iterdir()} == {"out": b"old"}


def test_an_existing_file_is_replaced_only_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with pytest.raises(CannotGoOn, match="exists already; add --force"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    write(path, b"new", replace=True)
    assert path.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out"

    def write_slowly() -> None:
        with new_file(path, replace=False) as stream:
            stream.write(b"new")
            path.write_bytes(b"of another program")

    with pytest.raises(CannotGoOn, match="exists already"):
        write_slowly()
    assert {left.name: left.read_bytes() for left in tmp_path.iterdir()} == {"out": b"of another program"}


def test_a_file_system_without_hard_links_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", failing(errno.EPERM))
    write(tmp_path / "out", b"new")
    assert {left.name: left.read_bytes() for left in tmp_path.iterdir()} == {"out": b"new"}


def test_a_folder_that_cannot_be_synced_spoils_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _sync_files_only(monkeypatch)
    write(tmp_path / "out", b"new")
    assert {left.name: left.read_bytes() for left in tmp_path.iterdir()} == {"out": b"new"}


def test_a_name_that_is_not_on_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _sync_files_only(monkeypatch, errno.EIO)
    with pytest.raises(CannotGoOn, match="input/output error"):
        write(tmp_path / "out", b"new")


def test_a_folder_that_one_may_write_to_but_not_read_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "open", failing(errno.EACCES))
    sync_folder(tmp_path)


def test_folders_are_made_with_those_they_lie_in(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c", 0o700)
    make_folder(tmp_path / "a" / "b" / "c", 0o700)
    assert stat.S_IMODE((tmp_path / "a" / "b" / "c").stat().st_mode) == 0o700
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "file", 0o700)


def test_a_folder_that_cannot_be_synced_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _sync_files_only(monkeypatch)
    before = _open_handles()
    write(tmp_path / "out", b"new")
    assert _open_handles() == before


def _open_handles() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def _sync_files_only(monkeypatch: pytest.MonkeyPatch, code: int = errno.EINVAL) -> None:
    real = os.fsync

    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(code, os.strerror(code))
        real(handle)

    monkeypatch.setattr(os, "fsync", sync)


# What a run that was killed leaves behind


def part_of(path: Path, letters: str = "abcdefgh") -> Path:
    """A part file as a killed run leaves it."""
    part = path.parent / f".{path.name}.{letters}.part"
    part.write_bytes(b"answers")
    return part


def test_what_a_killed_run_left_of_a_file_is_deleted_and_given(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    left = [part_of(out), part_of(out, "zyx_0123")]
    assert delete_unfinished(out) == tuple(UnfinishedFile(part, "") for part in left)
    assert [*tmp_path.iterdir()] == []
    assert delete_unfinished(out) == ()


def test_only_what_was_left_of_this_file_is_deleted(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    others = [
        part_of(tmp_path / "out"),
        part_of(tmp_path / "out.csv.gz"),
        part_of(tmp_path / "outxcsv"),
        part_of(out, "short"),
        tmp_path / "out.csv.abcdefgh.part",
    ]
    others[-1].touch()
    assert delete_unfinished(out) == ()
    assert {*tmp_path.iterdir()} == {*others}


def test_what_is_being_written_is_not_deleted(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with new_file(out, replace=False) as stream:
        stream.write(b"all of it")
        assert delete_unfinished(out) == ()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.csv": b"all of it"}


def test_a_finished_file_that_has_no_name_yet_is_not_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, real = tmp_path / "out.csv", files._give_name  # noqa: SLF001 - there is no other place between the two
    found: list[object] = []

    def give_name(part: Path, path: Path, *, replace: bool) -> None:
        found.append(delete_unfinished(out))
        real(part, path, replace=replace)

    monkeypatch.setattr(files, "_give_name", give_name)
    write(out, b"all of it")
    assert (found, out.read_bytes()) == ([()], b"all of it")


def test_a_part_file_that_is_deleted_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, real = tmp_path / "out.csv", tempfile.mkstemp
    taken: list[object] = []

    def mkstemp(**named: Any) -> tuple[int, str]:
        made = real(**named)
        if not taken:
            taken.append(delete_unfinished(out))
        return made

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    write(out, b"all of it")
    assert len(taken) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.csv": b"all of it"}


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_plain_file_is_no_part_file(tmp_path: Path, kind: str) -> None:
    target, part = tmp_path / "target", tmp_path / ".out.csv.abcdefgh.part"
    target.write_bytes(b"of somebody else")
    if kind == "link":
        part.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(part)
    else:
        part.mkdir()
    delete_unfinished(tmp_path / "out.csv")
    assert target.read_bytes() == b"of somebody else"
    assert os.path.lexists(part)


def test_a_part_file_that_cannot_be_deleted_is_given_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = part_of(tmp_path / "out.csv")
    monkeypatch.setattr(Path, "unlink", failing(errno.EPERM))
    assert delete_unfinished(tmp_path / "out.csv") == (UnfinishedFile(part, "operation not permitted"),)


def test_on_a_disk_without_locks_nothing_is_deleted_and_everything_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    part = part_of(out)
    monkeypatch.setattr(fcntl, "flock", failing(errno.ENOLCK))
    assert delete_unfinished(out) == (UnfinishedFile(part, "no locks available"),)
    write(out, b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.csv": b"new", part.name: b"answers"}


LONG = "results_of_the_intake_forms_of_the_clinic_by_the_river_in_the_year_"


def test_names_that_begin_alike_have_part_files_of_their_own(tmp_path: Path) -> None:
    one, other = tmp_path / f"{LONG}2025.csv", tmp_path / f"{LONG}2026.csv"
    with new_or_taken(one, replace=False) as new:
        new.save_state(b"state")
        assert (is_being_written(one), is_being_written(other)) == (True, False)
        assert ([*saved_states(one)], [*saved_states(other)]) == ([(new.part, b"state")], [])
    assert [*tmp_path.iterdir()] == [one]


@pytest.mark.parametrize("name", ["x" * 255, "\U0001f600" * 63, "é" * 31, "é" * 127, "x" + "é" * 100, "\udcff" * 255])
def test_a_name_may_be_as_long_as_the_disk_takes(tmp_path: Path, name: str) -> None:
    if sys.platform == "darwin" and "\udcff" in name:
        pytest.skip("its disks have no names that are not UTF-8")
    path = tmp_path / name
    with new_or_taken(path, replace=False) as new:
        new.save_state(b"state")
        assert [*saved_states(path)] == [(new.part, b"state")]
        assert is_being_written(path)
    assert [*tmp_path.iterdir()] == [path]


def test_the_state_goes_last_as_it_tells_of_what_else_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.csv"
    part = part_of(out)
    for ending in (".state", ".next"):
        part.with_suffix(ending).touch()
    gone: list[str] = []
    real = Path.unlink

    def unlink(path: Path, **more: bool) -> None:
        gone.append(path.suffix)
        real(path, **more)

    monkeypatch.setattr(Path, "unlink", unlink)
    delete_unfinished(out)
    assert gone == [".part", ".next", ".state"]


def left_of(part: Path, length: int) -> LeftPart:
    """What a run said of a part file that was whole."""
    found = part.stat()
    with part.open("rb") as stream:
        hashed = end_hash(stream.fileno(), length)
    return LeftPart(part, (found.st_dev, found.st_ino), length, hashed, (found.st_size, found.st_mtime_ns), None)


def taken(path: Path, left: LeftPart) -> TakenPart:
    found = take_part(path, left)
    assert found is not None
    return found


@pytest.mark.parametrize("also_named", [False, True])
def test_a_part_file_is_taken_over_so_long_and_no_longer(tmp_path: Path, *, also_named: bool) -> None:
    out = tmp_path / "out.csv"
    left = left_of(part_of(out), 4)
    if also_named:
        out.hardlink_to(left.part)
    before = taken(out, left)
    with before.stream, new_or_taken(out, replace=False, taken=before) as new:
        assert out.exists() == also_named
        assert not also_named or out.read_bytes() == b"answers"
        new.stream.write(b"!")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.csv": b"answ!"}


def cut_short(patch: pytest.MonkeyPatch) -> None:
    """The file that is copied is found shorter than it was, once its end was looked at."""
    real, reads = os.pread, iter([True])
    patch.setattr(os, "pread", lambda *named: real(*named) if next(reads, False) else b"")


def no_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fcntl, "flock", failing(errno.ENOLCK))


def not_readable(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(os, "pread", failing(errno.EIO))


def not_there_to_see(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Path, "lstat", failing(errno.EIO))


@pytest.mark.parametrize("fault", [cut_short, no_lock, not_readable, not_there_to_see])
def test_a_part_file_that_cannot_be_taken_over_is_closed_and_what_is_named_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    out = tmp_path / "out.csv"
    left = left_of(part_of(out), 4)
    out.hardlink_to(left.part)
    handles = _open_handles()
    with monkeypatch.context() as patch:
        fault(patch)
        with pytest.raises(OSError, match=r"Input/output error|No locks available"):
            take_part(out, left)
    assert (_open_handles(), out.read_bytes()) == (handles, b"answers")
    taken(out, left).stream.close()


def test_a_copy_that_is_deleted_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, real = tmp_path / "out.csv", fcntl.flock
    left = left_of(part_of(out), 7)
    left.part.rename(out)
    deleted: list[object] = []

    def flock(handle: int, how: int) -> None:
        if left.part.exists() and not deleted:
            deleted.append("by a run that cleans up")
            deleted.extend(delete_unfinished(out))
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with taken(out, left).stream:
        assert (len(deleted), left.part.read_bytes()) == (2, b"answers")


def test_what_another_run_has_is_not_taken_over(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    left = left_of(part_of(out), 7)
    left.part.rename(out)
    with taken(out, left).stream:  # the other one has copied it, and its copy has the name of the part file
        assert take_part(out, left) is None
        assert left.part.read_bytes() == b"answers"


@pytest.mark.parametrize("change", [b"answers!", b"ANSWERS", b""])
@pytest.mark.parametrize("length", [0, 7])
@pytest.mark.parametrize("has_part", [False, True])
def test_what_was_changed_since_it_got_its_name_is_not_taken_over(
    tmp_path: Path, change: bytes, length: int, *, has_part: bool
) -> None:
    out = tmp_path / "out.csv"
    left = left_of(part_of(out), length)
    out.hardlink_to(left.part)
    if not has_part:
        left.part.unlink()
    handles, there = _open_handles(), {*tmp_path.iterdir()}
    time.sleep(0.02)  # clocks of files are not exact
    out.write_bytes(change)
    assert take_part(out, left) is None
    assert (_open_handles(), out.read_bytes(), {*tmp_path.iterdir()}) == (handles, change, there)


def test_what_was_not_whole_has_no_name_of_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    left = replace(left_of(part_of(out), 7), whole=None)
    left.part.rename(out)
    assert take_part(out, left) is None


def test_a_folder_that_is_not_there_holds_nothing_unfinished(tmp_path: Path) -> None:
    assert delete_unfinished(tmp_path / "nowhere" / "out.csv") == ()


def test_targets_that_are_no_plain_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    (tmp_path / "to_folder").symlink_to(tmp_path)
    indexes = [("pipe", "plain file"), ("link", "plain file"), (".", "folder"), ("to_folder", "folder")]
    for name, why in [*indexes, ("/dev/full", "plain file"), ("/dev/null", "plain file")]:
        with pytest.raises(CannotGoOn, match=why):
            write(tmp_path / name, b"new", replace=True)


@pytest.mark.parametrize("dangling", [False, True])
def test_a_link_counts_as_something_that_is_there(tmp_path: Path, *, dangling: bool) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    if not dangling:
        target.write_bytes(b"old")
    with pytest.raises(CannotGoOn, match="exists already"):
        write(link, b"new")
    write(link, b"new", replace=True)
    assert (link.is_symlink(), link.read_bytes()) == (False, b"new")
    assert target.exists() != dangling
    assert dangling or target.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["nowhere/out", "file/out", "x" * 300])
def test_a_target_that_cannot_exist_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotGoOn, match="cannot write ") as stop:
        write(tmp_path / name, b"new")
    assert stop.value.exit_code == 3


def test_a_name_that_is_too_long_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOn, match="cannot write "):
        write(tmp_path / ("x" * 300), b"new")


@pytest.mark.parametrize("name", ["nowhere", ".", "x" * 300, "file/in"])
def test_a_file_that_cannot_be_opened_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotGoOn, match="cannot read ") as stop, open_input(tmp_path / name):
        pytest.fail("it was opened")
    assert stop.value.exit_code == 3


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file here that cannot be read")
def test_a_file_that_fails_while_it_is_read_is_refused_in_one_line() -> None:
    with pytest.raises(CannotGoOn, match=r"^cannot read /proc/self/mem: input/output error$") as stop:
        read_whole(Path("/proc/self/mem"), 10)
    assert stop.value.exit_code == 3


def test_a_name_is_a_name_and_no_pattern(tmp_path: Path) -> None:
    for name in ("forms1", "forms[1]", "form*"):
        (tmp_path / name).write_text(name, encoding="ascii")
    for name in ("forms[1]", "form*"):
        with open_input(tmp_path / name) as stream:
            assert stream.read() == name.encode()


def test_a_hyphen_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"typed")))
    with open_input(Path("-")) as stream:
        assert stream.read() == b"typed"


def test_no_more_is_read_than_shows_that_a_file_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 100)
    assert len(read_whole(tmp_path / "large", 10)) == 11
    assert len(read_whole(tmp_path / "large", 100)) == 100


def test_the_default_questionnaire_is_found() -> None:
    assert default_questionnaire().name == "questions.yaml"
    assert default_questionnaire().is_file()
