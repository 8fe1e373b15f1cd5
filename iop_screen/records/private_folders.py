"""Folders that only their owner can read, and files in them; links are not followed."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.files import SITE_FILE, make_folder, new_file
from iop_screen.core.safe_text import sanitize

PRIVATE = 0o700
FRONT_END = "front-end"
"""The file that stores which front end is preferred."""

TRIAL_BYTES = 131_072
"""As much as a record and a copy of its questionnaire usually need."""

RECORDS = "records"
"""The folder of the records, inside that of a user."""

QUESTIONNAIRES = "questionnaires"
"""The folder of the questionnaires they were made with."""

PRACTICE = "practice"
"""The folder with the records of made-up callers."""

HANDOVERS = "handovers"
"""The folder of the handovers that an interview wrote."""

OWN_NAMES = frozenset({RECORDS, QUESTIONNAIRES, PRACTICE, HANDOVERS, FRONT_END, SITE_FILE})
"""What belongs to the program in the folder of a user."""


def make_private(folder: Path, *inside: Path) -> str:
    """Make a folder and those inside it, readable by the owner alone; empty, or why it is refused.

    Wider permissions are narrowed, but not those of the outer folder if it holds other files, too.
    """
    for each in (folder, *inside):
        try:
            make_folder(each, PRIVATE)
            refusal = _restrict(
                each, own=each is not folder or all(path.name in OWN_NAMES for path in folder.iterdir())
            )
        except OSError as error:
            return _refusal(each, "write", error)
        if refusal:
            return f"cannot write {sanitize(str(each))}: {refusal}"
    return ""


def keeps_records(folder: Path, path: Path) -> bool:
    """Whether a path lies where the folder of a user has records or questionnaires, be they of practice or not."""
    there = path.parent.resolve()
    kept = ((outer / inner).resolve() for outer in (folder, folder / PRACTICE) for inner in (RECORDS, QUESTIONNAIRES))
    return any(each in (there, *there.parents) for each in kept)


def is_plain_file(path: Path) -> bool:
    """Whether a plain file stands there, and no link to one; if that cannot be seen, reading it will say why."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except PermissionError:
        return True
    except OSError:
        return False


def names_in(folder: Path) -> list[str]:
    """The names in a folder, none if it is not there; CannotGoOn if it cannot be read."""
    try:
        with os.scandir(folder) as found:  # far faster than paths: it is asked for before each save
            names = sorted(each.name for each in found)
        if names and not os.access(folder, os.X_OK):  # a folder whose names can be read, and nothing else
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except FileNotFoundError as error:
        if folder.is_symlink():  # what it links to is gone, and that may have been everything
            raise CannotGoOn(_refusal(folder, "read", error), Exit.FILE) from None
        return []
    except OSError as error:
        raise CannotGoOn(_refusal(folder, "read", error), Exit.FILE) from None
    return names


def trial_write(folder: Path) -> str:
    """Write a file there and delete it again; empty, or why that is refused, as on a full disk."""
    import tempfile  # noqa: PLC0415 - slow to import, and only needed to write

    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(bytes(TRIAL_BYTES))
    except OSError as error:
        return _refusal(folder, "write", error)
    return ""


def write_private_file(path: Path, content: bytes) -> None:
    """Put a file there, all of it or none, in place of what was there; CannotGoOn if that is refused."""
    with new_file(path, replace=True) as stream:
        stream.write(content)


def _refusal(path: Path, verb: str, error: OSError) -> str:
    return f"cannot {verb} {sanitize(str(path))}: {system_reason(error)}"


def _restrict(folder: Path, *, own: bool) -> str:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return "it is a link"
    if not (own and hasattr(os, "geteuid")):
        return ""
    if found.st_uid != os.geteuid():
        return "it belongs to somebody else"
    if stat.S_IMODE(found.st_mode) != PRIVATE:
        folder.chmod(PRIVATE)
    return ""
