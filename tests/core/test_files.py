"""Reading and writing files: a new file is complete or absent, and a name is never taken for a pattern."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import default_questionnaire, make_folder, new_file, open_input, read_whole, sync_folder

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
