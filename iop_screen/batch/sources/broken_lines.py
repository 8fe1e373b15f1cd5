"""A line end in the last cell of a record that is not quoted: the record looks whole, and its rest is on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from iop_screen.batch.sources.source import Record, RejectedRecord, SourceRecord


def with_broken_ends(records: Iterable[SourceRecord], delimiter: bytes) -> Iterator[SourceRecord]:
    """The same records; one of which the last cell may go on in the next line is `unended`.

    That is a record before a rejected one that begins with a line without a delimiter.
    """
    rest = iter(records)
    held = next(rest, None)
    while held is not None:
        following = next(rest, None)
        if isinstance(following, RejectedRecord) and _is_one_cell(following, delimiter) and isinstance(held, Record):
            held = replace(held, unended=True)
        yield held
        held = following


def _is_one_cell(record: RejectedRecord, delimiter: bytes) -> bool:
    lines = record.raw.splitlines()
    return not lines or delimiter not in lines[0]
