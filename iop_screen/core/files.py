"""Reading files, and writing them so that either the complete file appears under its name or none does.

A new file is private (mode 0600). It is written under a temporary name in the same folder, and gets its own name only
when it is complete and on disk. It stays locked until then: what a run that was killed left behind is not locked, so
the next run can tell it from a file that another run is writing.
"""

from __future__ import annotations

import errno
import io
import os
import re
import select
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ON_WINDOWS = os.name == "nt"
OPEN_ELSEWHERE = frozenset({5, 32, 33})
"""Windows error codes for a file that another process has open: access denied, sharing violation, lock violation."""
NOT_SUPPORTED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
"""Error numbers of a system that cannot sync a folder at all."""
RETRY_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.6, 0.6)  # the pauses before each new try to replace such a file

LOOK_SECONDS = 0.2
"""How often to see whether a signal came while there is nothing to read."""


STATE, NEXT_STATE = ".state", ".next"
"""How the names end, beside a part file, of what says how far it has come, and of that while it is written."""


@dataclass(frozen=True, slots=True)
class UnfinishedFile:
    """A file that a killed run left behind, and why it cannot be deleted; an empty reason if it is deleted now.

    `had_state` says that there was a state beside it.
    """

    path: Path
    refusal: str
    had_state: bool = False


Identity = tuple[int, int]
"""Which file it is, whatever its name: its device and inode."""

Content = tuple[int, int, int, int]
"""Which file it is, how long, and when it was written last (ns): a new file may get the inode of one that is gone."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is being written: the stream, and the part file that it is until it gets its name.

    `named` is the file that the same run has given this name already, before it was killed.
    """

    stream: BinaryIO
    part: Path
    named: Content | None = None

    def save_state(self, content: bytes) -> None:
        """Write beside the part file how far it has come; whoever is killed meanwhile leaves the state before.

        All that was written to the stream must be on disk by then. OSError if it cannot be written.
        """
        following, flags = self.part.with_suffix(NEXT_STATE), os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        handle = os.open(following, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        following.replace(self.part.with_suffix(STATE))
        sync_folder(self.part.parent)


@dataclass(frozen=True, slots=True)
class LeftPart:
    """What a killed run has said of a part file: which file it is, how long, and the SHA-256 of its last bytes.

    `whole` is the length and the last change (ns) of the complete file; without it, it has not got its name. `named` is
    the file that had its name by then, as in NewFile.
    """

    part: Path
    identity: Identity
    length: int
    last_bytes: str
    whole: tuple[int, int] | None
    named: Content | None


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A part file that a killed run left behind, taken over: locked, cut to its length, its end ready to be written.

    `named` is the file that the run had already given the name; it may be replaced. Whoever takes it closes the stream.
    """

    stream: BinaryIO
    part: Path
    named: Content | None


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
        yield _standard_input()
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        raise CannotGoOn(f"cannot read {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None
    with stream:
        yield stream


def _standard_input() -> BinaryIO:
    """Standard input; where the system can wait for it, each read ends soon after a signal, as `_AwaitedInput` says."""
    buffer = sys.stdin.buffer
    raw = buffer.raw if isinstance(buffer, io.BufferedReader) else None
    return buffer if ON_WINDOWS or not isinstance(raw, io.FileIO) else io.BufferedReader(_AwaitedInput(raw))


class _AwaitedInput(io.RawIOBase):
    """Reads only what is there already: Python hears of a signal that comes just before a read only after the read."""

    def __init__(self, source: io.FileIO) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        while not select.select([self._source], [], [], LOOK_SECONDS)[0]:
            pass
        return self._source.readinto(buffer)


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
    with new_or_taken(path, replace=replace, made_from=made_from) as new:
        yield new.stream


@contextmanager
def new_or_taken(
    path: Path, *, replace: bool, made_from: Iterable[Path | None] = (), taken: TakenPart | None = None
) -> Iterator[NewFile]:
    """The same with its part file; if one was `taken` over, that is written on. No state stays beside it.

    The file that a taken one has as `named` is replaced, too, if it is still as it was when it was taken.
    """
    named = None if taken is None else taken.named
    try:
        check_target(path, made_from, replace=replace or named is not None)
        with _part_file(path, taken) as (stream, part):
            with stream:  # it gets its name when it is closed: Windows renames no file that is open
                yield NewFile(stream, part, named)
                stream.flush()
                os.fsync(stream.fileno())
            _give_name(part, path, replace=replace or _is_still(path, named))
    except OSError as error:
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None


def delete_unfinished(path: Path) -> tuple[UnfinishedFile, ...]:
    """Delete what runs that were killed while they wrote this file left behind; not what another run is writing."""
    parts = {each.with_suffix(".part") for each in _left_of(path, ".part", STATE, NEXT_STATE)}
    return tuple(left for part in sorted(parts) if (left := _delete_part(part)))


def _left_of(path: Path, *endings: str) -> list[Path]:
    """The files with such endings that runs have made beside a file, to write it."""
    pattern = re.compile(rf"{re.escape(_part_prefix(path))}[a-z0-9_]{{8}}({'|'.join(map(re.escape, endings))})")
    try:
        return sorted(each for each in path.parent.iterdir() if pattern.fullmatch(each.name))
    except OSError:  # whoever writes there says why it cannot be done
        return []


def _delete_part(part: Path) -> UnfinishedFile | None:
    """Delete a part file and its state; None if another run is writing it, or has deleted it in the meantime.

    The state of a part file that has got its name already has nothing to say any more.
    """
    had_state = part.with_suffix(STATE).exists()
    try:
        if not (_unlink_closed(part) if ON_WINDOWS else _unlink_unlocked(part)):
            return None
    except FileNotFoundError:
        _delete_state(part)
        return None
    except OSError as error:
        return UnfinishedFile(part, system_reason(error), had_state)
    _delete_state(part)
    return UnfinishedFile(part, "", had_state)


def _delete_state(part: Path) -> None:
    for left in (part.with_suffix(NEXT_STATE), part.with_suffix(STATE)):  # the state tells of the other one
        with suppress(OSError):
            left.unlink()


LARGEST_STATE = 64 * 1024 * 1024


def saved_states(path: Path) -> Iterator[tuple[Path, bytes]]:
    """The states that runs have left beside this file, each with the part file that it belongs to."""
    for state in _left_of(path, STATE):
        with suppress(OSError):
            handle = os.open(state, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(handle, "rb") as stream:
                if stat.S_ISREG(os.fstat(handle).st_mode):
                    yield state.with_suffix(".part"), stream.read(LARGEST_STATE)


def is_being_written(path: Path) -> bool:
    """Whether another run is writing this file now, as far as files can be locked there."""
    return any(map(_is_locked, _left_of(path, ".part")))


def _is_locked(part: Path) -> bool:
    try:
        handle = os.open(part, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return not _lock(handle)
    except OSError:
        return False
    finally:
        os.close(handle)


def take_part(path: Path, left: LeftPart) -> TakenPart | None:
    """Take over the part file that a killed run left of a file, so long and no longer; None if it is not there.

    If the run had given it its name already, the file is copied: whoever reads it must not see it change. None, too,
    if it is not the same file, is not so long or does not end in the same bytes, if it has its name and was changed
    since, or if another run has it. OSError if it cannot be written.
    """
    for there in (left.part, path):
        stream = _opened_as_left(there, left)
        if stream is not None:
            return _taken(stream, path, left)
    return None


def _opened_as_left(there: Path, left: LeftPart) -> BinaryIO | None:
    """A file, open to be written on; None if it is not the one that a run left."""
    try:
        handle = os.open(there, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with ExitStack() as stack:
        stream = stack.enter_context(os.fdopen(handle, "wb"))
        if _is_as_left(handle, left):
            stack.pop_all()
            return stream
    return None


def _is_as_left(handle: int, left: LeftPart) -> bool:
    """Whether an open file is the one that a run left, and has at least what the run has said of it."""
    found = os.fstat(handle)
    if (found.st_dev, found.st_ino) != left.identity or not stat.S_ISREG(found.st_mode) or found.st_size < left.length:
        return False
    return end_hash(handle, left.length) == left.last_bytes


def _taken(stream: BinaryIO, path: Path, left: LeftPart) -> TakenPart | None:
    """An open part file, taken over; None if another run has it, or if it has its name and was changed since."""
    with ExitStack() as stack:
        stack.enter_context(stream)
        if not _lock(stream.fileno()):
            return None
        named = _content(path)
        if named is not None and named[:2] == left.identity:
            copy = _copy(stream.fileno(), left.part, left.length) if named[2:] == left.whole else None
            return None if copy is None else TakenPart(copy, left.part, named)
        os.ftruncate(stream.fileno(), left.length)
        os.lseek(stream.fileno(), 0, os.SEEK_END)
        stack.pop_all()
    return TakenPart(stream, left.part, named if named == left.named else None)


def _content(path: Path) -> Content | None:
    """What has this name; None if nothing has."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _is_still(path: Path, named: Content | None) -> bool:
    """Whether the file of this name is the one that was known, and has not been changed."""
    return named is not None and _content(path) == named


def _copy(source: int, part: Path, length: int) -> BinaryIO | None:
    """The first bytes of an open file as a new part file, locked; None if another run has one of this name."""
    handle = _part_in_place_of(part, source)
    if handle is None:
        return None
    with ExitStack() as stack:
        stream = stack.enter_context(os.fdopen(handle, "wb"))
        stack.callback(part.unlink, missing_ok=True)
        for piece in _pieces(source, length):
            stream.write(piece)
        stream.flush()
        stack.pop_all()
    return stream


def _part_in_place_of(part: Path, source: int) -> int | None:
    """A new part file, locked, in place of one that nobody has, or that is the open source; None if a run has it."""
    while _is_cleared(part, source):
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if _stays(handle):
            return handle
        os.close(handle)
    return None


def _is_cleared(part: Path, source: int) -> bool:
    """Delete a part file that nobody has, or that is the open source; False if it cannot be deleted so."""
    with suppress(FileNotFoundError):
        if not os.path.samestat(part.lstat(), os.fstat(source)):
            return _unlink_unlocked(part)
        part.unlink()
    return True


PIECE_BYTES = 1024 * 1024


def _pieces(source: int, length: int) -> Iterator[bytes]:
    """The first bytes of an open file, piece by piece; OSError if there are not so many."""
    done = 0
    while done < length:
        piece = os.pread(source, min(PIECE_BYTES, length - done), done)
        if not piece:  # somebody has cut the file
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        done += len(piece)
        yield piece


END_BYTES = 4096


def end_hash(handle: int, length: int) -> str:
    """The SHA-256 of the last bytes, up to some thousands, of the first `length` bytes of an open file."""
    import hashlib  # noqa: PLC0415 - few runs need it

    start = max(0, length - END_BYTES)
    return hashlib.sha256(os.pread(handle, length - start, start)).hexdigest()


def _unlink_closed(part: Path) -> bool:
    """Delete a file that no process has open, as Windows deletes no other; False if one has."""
    try:
        part.unlink()
    except OSError as error:
        if getattr(error, "winerror", None) not in OPEN_ELSEWHERE:
            raise
        return False
    return True


def _unlink_unlocked(part: Path) -> bool:
    """Delete a plain file that no process has locked; False if it is another file. OSError if it cannot be seen."""
    handle = os.open(part, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        unused = stat.S_ISREG(os.fstat(handle).st_mode) and _lock(handle)
        if unused:
            part.unlink()
        return unused
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Lock an open file until all that share the handle have closed it; False if it is locked already.

    OSError if files cannot be locked there.
    """
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP)) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _part_file(path: Path, taken: TakenPart | None) -> Iterator[tuple[BinaryIO, Path]]:
    """A new part file, or the one that was taken, open to be written.

    It stays locked to the end of the block. If it has no other name by then, it is gone.
    """
    handle, part = _new_part(path) if taken is None else (taken.stream.fileno(), taken.part)
    locked = None if ON_WINDOWS else os.dup(handle)  # Windows renames no file that is open, and deletes none either
    try:
        with os.fdopen(handle, "wb") if taken is None else taken.stream as stream:
            yield stream, part
    finally:
        with suppress(OSError):
            part.unlink()
        _delete_state(part)
        if locked is not None:
            os.close(locked)


def _new_part(path: Path) -> tuple[int, Path]:
    """A new part file, locked where that is possible; another one if a run that cleans up was faster than the lock."""
    import tempfile  # noqa: PLC0415 - slow to import, and only needed to write

    while True:
        handle, name = tempfile.mkstemp(prefix=_part_prefix(path), suffix=".part", dir=path.parent)
        if _stays(handle):
            return handle, Path(name)
        os.close(handle)


def _stays(handle: int) -> bool:
    """Whether no other run deletes this new part file."""
    try:
        return _lock(handle) and os.fstat(handle).st_nlink > 0
    except OSError:  # files cannot be locked there, so nobody takes an unlocked one for unused
        return True


LONGEST_PREFIX = 60
"""So many bytes of a name are in the names of its part files, which must not be too long for a disk themselves."""


def _part_prefix(path: Path) -> str:
    """How the names of part files begin."""
    name = os.fsencode(path.name)
    return f".{path.name if len(name) <= LONGEST_PREFIX else _cut(name)}."


def _cut(name: bytes) -> str:
    """The start of a long name, and the hash of all of it: other names may begin like it."""
    import hashlib  # noqa: PLC0415 - few names are so long

    start = name[:LONGEST_PREFIX].decode(sys.getfilesystemencoding(), "ignore")  # the end may be half a letter
    return f"{start}.{hashlib.sha256(name).hexdigest()[:12]}"


def check_target(path: Path, made_from: Iterable[Path | None], *, replace: bool) -> None:
    """Raise CannotGoOn if a file cannot be made under this name, as `new_file` says."""
    try:
        _check_target(path, made_from, replace=replace)
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
