"""Folders that only their owner can read, and files in them; links are not followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from iop_screen.files import FILE_FAULT, make_folder, new_file
from iop_screen.problems import CannotGoOn, why
from iop_screen.showing import show

PRIVATE = 0o700
FRONT_END = "front-end"
"""The file that names the front end which somebody wants each time."""

OURS = frozenset({"records", "questionnaires", FRONT_END})
"""What the program itself puts into the folder of a user."""


def make_private(folder: Path, *inside: Path) -> str:
    """Make a folder and those inside it, for their owner alone, and narrow wider ones; empty, or why it is refused.

    A folder that holds other things too, as the current one may, is left as it is; those inside it are ours.
    """
    for place in (folder, *inside):
        try:
            make_folder(place, PRIVATE)
            refusal = _narrow(place, ours=place is not folder or _holds_only_ours(place))
        except OSError as error:
            return _refusal(place, "write", error)
        if refusal:
            return f"cannot write {show(str(place))}: {refusal}"
    return ""


def is_plain_file(path: Path) -> bool:
    """Whether a plain file stands there, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def names_in(folder: Path) -> list[str]:
    """The names in a folder, none if it is not there; CannotGoOn if it cannot be read."""
    try:
        return sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CannotGoOn(_refusal(folder, "read", error), FILE_FAULT) from None


def write(path: Path, content: bytes) -> None:
    """Put a file there, all of it or none, in place of what was there; CannotGoOn if that is refused."""
    with new_file(path, replace=True) as stream:
        stream.write(content)


def _refusal(path: Path, verb: str, error: OSError) -> str:
    return f"cannot {verb} {show(str(path))}: {why(error)}"


def _narrow(place: Path, *, ours: bool) -> str:
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return "it is a link"
    if not (ours and hasattr(os, "geteuid")):
        return ""
    if found.st_uid != os.geteuid():
        return "it belongs to somebody else"
    if stat.S_IMODE(found.st_mode) != PRIVATE:
        place.chmod(PRIVATE)
    return ""


def _holds_only_ours(folder: Path) -> bool:
    return all(path.name in OURS for path in folder.iterdir())
