"""Deleting files of records from the disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from iop_screen.core.exits import system_reason
from iop_screen.core.files import sync_folder


def delete_files(folder: Path, paths: Iterable[Path]) -> str:
    """Delete what can be deleted of these files of a folder; empty, or why something could not be.

    The header of a call goes first: without its record no list would ever show it again.
    """
    reason = ""
    for path in sorted(paths, key=lambda path: ".call." not in path.name):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            reason = system_reason(error)
    try:
        sync_folder(folder)
    except OSError as error:
        reason = reason or system_reason(error)
    return reason
