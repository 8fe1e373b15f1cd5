"""Files at the edge: read whole, or written so that there is either all of it or none.

What is written is private (mode 0600), goes to a temporary file beside its place, and gets its name only when it is
complete and on disk.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from iop_screen.core.problems import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

ON_WINDOWS = os.name == "nt"
HELD_BY_OTHERS = frozenset({5, 32, 33})
"""How Windows says that somebody else has a file open: access denied, sharing violation, lock violation."""
NOT_SUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
"""How a system says that it cannot sync a folder at all."""
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.6)
PACKAGED = Path(__file__).parent.parent
IN_REPOSITORY = PACKAGED.parent


def read_whole(path: Path, bound: int) -> bytes:
    """The bytes of a file, at most one more than `bound` of them; CannotGoOn if it cannot be read."""
    with open_input(path) as stream:
        try:
            return stream.read(bound + 1)
        except OSError as error:  # a bad sector, or a file of the system that is none
            raise CannotGoOn(f"cannot read {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """A file open for reading, by handle: a name such as `intake[1].csv` means that file; `-` is standard input."""
    if str(path) == "-":
        if sys.stdin is None:  # it was closed before the program started
            raise CannotGoOn("cannot read standard input: it is closed", Exit.FILE)
        yield sys.stdin.buffer
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        raise CannotGoOn(f"cannot read {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None
    with stream:
        yield stream


def default_questionnaire() -> Path:
    """The questionnaire that comes with the program: in the package, or beside it in a working copy."""
    return _shipped("questions.yaml")


def default_cases() -> Path:
    """The cases that come with it."""
    return _shipped("cases.yaml")


def _shipped(name: str) -> Path:
    return PACKAGED / name if (PACKAGED / name).exists() else IN_REPOSITORY / name


@contextmanager
def new_file(path: Path, *, replace: bool, made_from: Iterable[Path | None] = ()) -> Iterator[BinaryIO]:
    """A file that appears under its name only if the block ends well.

    Raises CannotGoOn if the place is taken (unless `replace`), is not a plain file, is one of the very files that the
    new one is made from, or cannot be written.
    """
    import tempfile  # noqa: PLC0415 - who only reads needs none

    try:
        _check_target(path, made_from, replace=replace)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _give_name(part, path, replace=replace)
    except OSError as error:
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _check_target(path: Path, made_from: Iterable[Path | None], *, replace: bool) -> None:
    inputs = [read for read in made_from if read is not None and read.exists()]
    if path.exists() and any(path.samefile(read) for read in inputs):
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: it is the input", Exit.FILE)
    if path.is_dir():
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: it is a folder", Exit.FILE)
    if path.exists() and not path.is_file():
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: it is not a plain file", Exit.FILE)
    if (path.exists() or path.is_symlink()) and not replace:
        raise CannotGoOn(f"{sanitize(str(path))} exists already; add --force to replace it", Exit.FILE)


def _give_name(part: Path, path: Path, *, replace: bool) -> None:
    """Name the finished file. Without `replace`, a file that turned up in the meantime is not overwritten."""
    if replace:
        _replace(part, path)
    else:
        try:
            _claim(part, path)
        except FileExistsError:
            raise CannotGoOn(f"{sanitize(str(path))} exists already; add --force to replace it", Exit.FILE) from None
    sync_folder(path.parent)


def _replace(part: Path, path: Path) -> None:
    """Put a file in the place of another. On Windows a virus scanner may hold that for a moment; wait, but not long."""
    for pause in PAUSES if ON_WINDOWS else ():
        try:
            part.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in HELD_BY_OTHERS:
                raise
            time.sleep(pause)
        else:
            return
    part.replace(path)


def _claim(part: Path, path: Path) -> None:
    """Give a file a name that nobody has; FileExistsError if somebody has it."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: take the name first, then put the file there
        path.touch(exist_ok=False)
        try:
            part.replace(path)
        except OSError:
            path.unlink()
            raise


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder, and those that it lies in, each on disk; OSError if that is refused. One that is there stays."""
    try:
        folder.mkdir(mode)
    except FileExistsError:
        if folder.is_dir():
            return
        raise
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        make_folder(folder.parent, 0o777)
        folder.mkdir(mode)  # refused once more, for it cannot lie there
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put what changed in a folder's names on disk, where the system lets a folder be synced; OSError if that fails."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folder; elsewhere, one may be written to and not be read
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NOT_SUPPORTED:
            raise
    finally:
        os.close(handle)
