"""A line end in the last cell of a record that is not quoted: the record looks whole, and its rest is on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iop_screen.batch.sources.source import Record, RejectedRecord, Source, SourceRecord

LINES_APART = 2
"""A blank line may stand between: some programs write two line ends for one."""


def records_with_broken_ends(source: Source) -> Iterator[SourceRecord]:
    """The records of a source; one of which the last cell may go on in the next line is `unended`.

    That is a record before a rejected one that begins with a line without a delimiter. What such a record has in its
    last cell may be only the first part of a list, or a blank. The account of the source is one record ahead.
    """
    delimiter, records = source.delimiter.encode(), source.records()
    held = next(records, None)
    while held is not None:
        following = next(records, None)
        if isinstance(following, RejectedRecord) and isinstance(held, Record) and _may_be_rest(following, delimiter):
            near = following.line - held.last_line <= LINES_APART
            held = replace(held, unended=held.unended or near)
        yield held
        held = following


def _may_be_rest(record: RejectedRecord, delimiter: bytes) -> bool:
    lines = record.raw.splitlines()
    return not lines or delimiter not in lines[0]
