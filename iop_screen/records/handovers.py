"""The files of handovers, in a folder beside the records that only its owner can read.

    FOLDER/handovers/REF.1.html    the handover of a revision as a page, and beside it REF.1.txt

They hold what the call says, too: where the person is, and the number to call back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from iop_screen.core.exits import CannotGoOn
from iop_screen.records.lock import Refused
from iop_screen.records.model import Head
from iop_screen.records.private_folders import HANDOVERS, make_private, names_in, write_private_file
from iop_screen.records.references import REFERENCE, require_pattern


def save_handover(folder: Path, head: Head, pages: Mapping[str, str]) -> Path | Refused:
    """Put a handover on disk in each of its forms, by suffix; the path of the first one.

    `folder` is that of the store. What was there of the same revision is replaced.
    """
    name = f"{require_pattern(head.ref, REFERENCE)}.{head.revision:d}"
    paths = {suffix: folder / HANDOVERS / f"{name}{suffix}" for suffix in pages}
    refusal = make_private(folder, folder / HANDOVERS)
    if refusal:
        return Refused(refusal)
    try:
        for suffix, text in pages.items():
            write_private_file(paths[suffix], text.encode())
    except CannotGoOn as refused:
        return Refused(str(refused))
    return next(iter(paths.values()))


def handover_files(folder: Path, ref: str) -> list[Path]:
    """Every file of the handovers of a record, unfinished ones too; `folder` is that of the store."""
    there = folder / HANDOVERS
    return [there / name for name in names_in(there) if name.startswith((f"{ref}.", f".{ref}."))]
