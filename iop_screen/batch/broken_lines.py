"""A line end in a cell that is not quoted: the record looks whole, and a part of that cell is a line on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from iop_screen.batch.sources.source import CleanStretch, Record, RejectedRecord, Source, SourceRecord
from iop_screen.batch.sources.table_source import TableSource

LINES_APART = 2
"""A blank line may stand between: some programs write two line ends for one."""

Piece = SourceRecord | CleanStretch


def records_with_broken_ends(source: Source) -> Iterator[SourceRecord]:
    """The records of a source; one of which the first or the last cell may be only a part is `unbegun` or `unended`.

    Such a record stands next to a rejected one of which the nearest line has no delimiter: that may be the rest of its
    last cell, or the start of its first one. What is left of the cell may be a part of a list, or a blank. The account
    of the source is one record ahead. In a table that is no text, no line can be broken.
    """
    for piece in with_broken_ends(source.records(), source):
        if isinstance(piece, SourceRecord):
            yield piece


def with_broken_ends(pieces: Iterable[Piece], source: Source) -> Iterator[Piece]:
    """The same for the pieces of a source: a record that stands next to a rejected one comes on its own."""
    if source.header.line is None or isinstance(source, TableSource):
        yield from pieces
        return
    mark, left = source.delimiter.encode(), _beside_rejections(pieces)
    before: Piece | None = None
    held = next(left, None)
    while held is not None:
        following = next(left, None)
        if isinstance(following, RejectedRecord) and isinstance(held, Record):
            near = following.line - held.last_line <= LINES_APART
            held = replace(held, unended=held.unended or (near and mark not in _lines(following)[0]))
        if isinstance(before, RejectedRecord) and isinstance(held, Record):
            near = held.line - before.last_line <= LINES_APART
            held = replace(held, unbegun=near and mark not in _lines(before)[-1])
        yield held
        before, held = held, following


def _beside_rejections(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same pieces; of a stretch next to a rejected record, the nearest record is given on its own."""
    held: CleanStretch | None = None
    after_rejected = False
    for piece in pieces:
        if held is not None:
            yield from _with_last_alone(held) if isinstance(piece, RejectedRecord) else (held,)
        held = None
        if isinstance(piece, SourceRecord):
            yield piece
        elif after_rejected:
            yield piece.record(0)
            held = next(piece.part(1, piece.records), None)
        else:
            held = piece
        after_rejected = isinstance(piece, RejectedRecord)
    if held is not None:
        yield held


def _with_last_alone(stretch: CleanStretch) -> Iterator[Piece]:
    yield from stretch.part(0, stretch.records - 1)
    yield stretch.record(stretch.records - 1)


def _lines(record: RejectedRecord) -> list[bytes]:
    """The lines of a record; of one that is too long there are none, so one without a delimiter stands for them."""
    return record.raw.splitlines() or [b""]
