"""Which draft an interview goes on with: the one that was named, the only one, or the one chosen from a list."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING

from iop_screen.cli.options import only_one, questionnaires_of, ref_in, someone_types, typed_line
from iop_screen.console.streams import print_message
from iop_screen.core.exits import CannotGoOn, Exit

if TYPE_CHECKING:
    from iop_screen.records.store import ListedRecord, Store
    from iop_screen.report.record_list import ListItem

NOTHING_OPENED = "nothing was opened"
ROWS_BESIDE = 4
"""The lines of a screen that are no drafts: the header, the question and what was said before."""


def draft_in(store: Store, typed: str | None) -> str:
    """The reference of the record to resume: the one named, or the only draft; of several, the one the user chooses.

    Exit 3 if there is none, 2 if there are several and none is chosen.
    """
    drafts = store.drafts()
    if typed is not None:
        return _named_draft(store, typed, drafts)
    if not drafts:
        raise CannotGoOn("there is no draft to go on with; to begin anew: iop-screen interview", Exit.FILE)
    return drafts[0].ref if len(drafts) == 1 else _chosen_draft(store, drafts)


def _named_draft(store: Store, typed: str, drafts: Sequence[ListedRecord]) -> str:
    """The record that was named; where several have that reference of the site, the only draft among them."""
    from iop_screen.records.finding import refs_named  # noqa: PLC0415

    there = {listed.ref for listed in drafts}
    found = [ref for ref in refs_named(store, typed) if ref in there]
    return only_one(found) if found else ref_in(store, typed)


def _chosen_draft(store: Store, drafts: Sequence[ListedRecord]) -> str:
    """The newest is not taken unasked, for it may be of another caller."""
    from iop_screen.report.record_list import drafts_table  # noqa: PLC0415

    items = draft_items(store, drafts)
    header, *lines = drafts_table(items, datetime.now(UTC))
    if not someone_types():
        print_message("".join(f"{line}\n" for line in (header, *lines)))
        raise CannotGoOn("there are several drafts; say which: iop-screen interview --resume REF", Exit.USAGE)
    screenfuls = _screenfuls(header, lines)
    more = ", Enter: more" if len(screenfuls) > 1 else ""
    for screenful in cycle(screenfuls):
        print_message(screenful)
        found = _asked(items, more)
        if found is not None:
            return found
    raise AssertionError  # there is no end of screenfuls


def draft_items(store: Store, drafts: Sequence[ListedRecord]) -> tuple[ListItem, ...]:
    """The items of a list of drafts."""
    from iop_screen.records.finding import call_of_listed  # noqa: PLC0415
    from iop_screen.report.record_list import list_items  # noqa: PLC0415

    records = [each.readable for each in drafts if each.readable is not None]
    return list_items(drafts, questionnaires_of(records, store)[0], lambda listed: call_of_listed(store, listed))


def _screenfuls(header: str, lines: Sequence[str]) -> tuple[str, ...]:
    """The drafts a screenful at a time, the newest first."""
    rows = max(1, shutil.get_terminal_size().lines - ROWS_BESIDE)
    starts = range(0, len(lines), rows)
    return tuple("".join(f"{line}\n" for line in (header, *lines[start : start + rows])) for start in starts)


def _asked(items: Sequence[ListItem], more: str) -> str | None:
    """The reference of the draft that the user chooses; None if they want to see more.

    A slip opens nothing and ends nothing. Exit 2 if they leave.
    """
    while True:
        print_message(f"Go on with which? A number or a reference{more}, q: leave: ")
        typed = typed_line()
        if typed is None or typed.casefold() == "q":
            raise CannotGoOn(NOTHING_OPENED, Exit.USAGE)
        if not typed:
            return None
        found = chosen_refs(items, typed)
        if len(found) == 1:
            return found[0]
        print_message(f"Several drafts have that reference: {', '.join(found)}.\n" if found else "That is none here.\n")


def chosen_refs(items: Sequence[ListItem], typed: str) -> tuple[str, ...]:
    """The drafts that were meant: by reference, by number from 1, or by the reference of the site."""
    from iop_screen.records.finding import same_reference  # noqa: PLC0415
    from iop_screen.records.references import parse_reference  # noqa: PLC0415

    refs = tuple(item.listed.ref for item in items)
    ref = parse_reference(typed)
    if ref in refs:
        return (ref,)
    if typed.isdecimal() and len(typed) <= 6 and 1 <= int(typed) <= len(refs):
        return (refs[int(typed) - 1],)
    return tuple(item.listed.ref for item in items if same_reference(item.reference, typed))
