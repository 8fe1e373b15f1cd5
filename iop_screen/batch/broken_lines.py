"""A line end in a cell that is not quoted: the record looks whole, and a part of that cell is a line on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iop_screen.batch.sources.source import Record, RejectedRecord, Source, SourceRecord

LINES_APART = 2
"""A blank line may stand between: some programs write two line ends for one."""


def records_with_broken_ends(source: Source) -> Iterator[SourceRecord]:
    """The records of a source; one of which the first or the last cell may be only a part is `unbegun` or `unended`.

    Such a record stands next to a rejected one of which the nearest line has no delimiter: that may be the rest of its
    last cell, or the start of its first one. What is left of the cell may be a part of a list, or a blank. The account
    of the source is one record ahead. In a file without lines, no line can be broken.
    """
    if source.header.line is None:
        yield from source.records()
        return
    delimiter, records = source.delimiter.encode(), source.records()
    before: SourceRecord | None = None
    held = next(records, None)
    while held is not None:
        following = next(records, None)
        if isinstance(following, RejectedRecord) and isinstance(held, Record):
            near = following.line - held.last_line <= LINES_APART
            held = replace(held, unended=held.unended or (near and delimiter not in _lines(following)[0]))
        if isinstance(before, RejectedRecord) and isinstance(held, Record):
            near = held.line - before.last_line <= LINES_APART
            held = replace(held, unbegun=near and delimiter not in _lines(before)[-1])
        yield held
        before, held = held, following


def _lines(record: RejectedRecord) -> list[bytes]:
    """The lines of a record; of one that is too long there are none, so one without a delimiter stands for them."""
    return record.raw.splitlines() or [b""]
