"""Practice with made-up callers: a store of its own inside the folder of records, so that none is ever counted."""

from __future__ import annotations

from pathlib import Path

from iop_screen.records.private_folders import PRACTICE
from iop_screen.records.store import Store


def practice_store(store: Store) -> Store:
    """Where the records of made-up callers are kept."""
    return Store(store.folder / PRACTICE)


def outer_folder(store: Store, *, practice: bool) -> Path:
    """The data folder of a store, or of the one that a store of practice is inside."""
    return store.folder.parent if practice else store.folder
