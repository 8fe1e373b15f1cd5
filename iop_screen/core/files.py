"""Reading files, and writing them so that either the complete file appears under its name or none does.

A new file is private (mode 0600). It is written under a temporary name in the same folder, and gets its own name only
when it is complete and on disk.
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

from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

ON_WINDOWS = os.name == "nt"
OPEN_ELSEWHERE = frozenset({5, 32, 33})
"""Windows error codes for a file that another process has open: access denied, sharing violation, lock violation."""
NOT_SUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Error numbers of a system that cannot sync a folder at all."""
RETRY_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.6)  # the pauses before each new try to replace such a file


def read_whole(path: Path, bound: int) -> bytes:
    """The first bytes of a file, one more than `bound` if it is longer; CannotGoOn if it cannot be read."""
    with open_input(path) as stream:
        try:
            return stream.read(bound + 1)
        except OSError as error:  # a bad sector, or a system file that is no real file
            raise CannotGoOn(f"cannot read {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None


SITE_FILE = "site.yaml"
"""The name of the settings of a site, in the folder in which its records are kept."""


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """A file open for reading; `-` is standard input. The name is no pattern: `intake[1].csv` means that file.

    Raises CannotGoOn if it cannot be opened.
    """
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
    """The cases that come with the program."""
    return _shipped("cases.yaml")


def _shipped(name: str) -> Path:
    package = Path(__file__).parent.parent
    return package / name if (package / name).exists() else package.parent / name


@contextmanager
def new_file(path: Path, *, replace: bool, made_from: Iterable[Path | None] = ()) -> Iterator[BinaryIO]:
    """A file that appears under its name only if the block ends without an exception.

    Raises CannotGoOn if there is a file of this name (unless `replace`), if it is not a plain file or is one of
    `made_from`, and if the file cannot be written.
    """
    import tempfile  # noqa: PLC0415 - slow to import, and only needed to write

    try:
        _check_target(path, made_from, replace=replace)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            _give_name(part, path, replace=replace)
        finally:
            with suppress(OSError):
                part.unlink()
    except OSError as error:
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None


def _check_target(path: Path, made_from: Iterable[Path | None], *, replace: bool) -> None:
    if path.exists() and any(source and source.exists() and path.samefile(source) for source in made_from):
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: it is the input", Exit.FILE)
    if path.exists() and not path.is_file():
        raise CannotGoOn(
            f"cannot write {sanitize(str(path))}: it is {'a folder' if path.is_dir() else 'not a plain file'}",
            Exit.FILE,
        )
    if (path.exists() or path.is_symlink()) and not replace:
        raise CannotGoOn(f"{sanitize(str(path))} exists already; add --force to replace it", Exit.FILE)


def _give_name(part: Path, path: Path, *, replace: bool) -> None:
    """Name the finished file. Without `replace`, a file that turned up in the meantime is not overwritten."""
    if replace:
        _replace(part, path)
    else:
        try:
            _give_free_name(part, path)
        except FileExistsError:
            raise CannotGoOn(f"{sanitize(str(path))} exists already; add --force to replace it", Exit.FILE) from None
    sync_folder(path.parent)


def _replace(part: Path, path: Path) -> None:
    """Replace a file. On Windows a virus scanner may have it open for a moment, so this is tried for two seconds."""
    for seconds in RETRY_SECONDS if ON_WINDOWS else ():
        try:
            part.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in OPEN_ELSEWHERE:
                raise
            time.sleep(seconds)
        else:
            return
    part.replace(path)


def _give_free_name(part: Path, path: Path) -> None:
    """Give a file a name that is still free; FileExistsError if it is not."""
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
    """Make a folder and its parents, and sync each; OSError if that is refused. An existing folder is left as it is."""
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
        folder.mkdir(mode)  # a second FileNotFoundError means that it cannot be made there
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to disk, where the system can sync folders; OSError if that fails."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows opens no folder; elsewhere a folder may be writable but not readable
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in NOT_SUPPORTED:
            raise
    finally:
        os.close(handle)
