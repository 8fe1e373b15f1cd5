"""The rows of a table that is no text, as records: what a rejects file shows of them, and what cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from iop_screen.batch.sources.csv_framing import NUL, RECORD_TOO_LONG, UNDECODABLE
from iop_screen.batch.sources.physical_lines import MAX_RECORD_BYTES
from iop_screen.batch.sources.source import Record, RejectedRecord

DELIMITER = ","
"""Parts the cells in the text of a record, which a rejects file shows."""

SPARSE_FROM_CELLS = 10_000_000
SPARSE = 100
"""From so many cells on, filled or not, at most so many may stand for one that is filled: a small file can have many
columns and many records, and each record has a cell for each column.
"""


def is_too_sparse(records: int, columns: int, filled: int) -> bool:
    """Whether a table would have very many cells with hardly anything in them."""
    cells = records * columns
    return cells > SPARSE_FROM_CELLS and cells > SPARSE * filled


def table_record(line: int, cells: list[str]) -> Record | RejectedRecord:
    """A row as a record; it is rejected for what a line of CSV would be rejected for."""
    text = as_csv_text(cells)
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return RejectedRecord(line, line, UNDECODABLE, text.encode("utf-8", "surrogateescape"))
    if len(raw) > MAX_RECORD_BYTES:
        return RejectedRecord(line, line, RECORD_TOO_LONG, b"")
    return RejectedRecord(line, line, NUL, raw) if b"\0" in raw else Record(line, line, cells, raw)


def as_one_cell(raw: bytes) -> bytes:
    """What is written, as the text of a record with one cell; nothing for nothing.

    What has delimiters or line ends in it would be taken for a row of cells, or for several, where rejects are read.
    """
    text = raw.decode("utf-8", "surrogateescape")
    return as_csv_text([text]).encode("utf-8", "surrogateescape") if raw else raw


def as_csv_text(cells: Sequence[str]) -> str:
    """The cells as a line of CSV without its end, which may have line ends in it."""
    text = DELIMITER.join(cells)
    if text and text.count(DELIMITER) == len(cells) - 1 and not ('"' in text or "\n" in text or "\r" in text):
        return text
    return str(_CSV.writerow(cells)).removesuffix("\r\n")


class _Returned:
    """Gives back what is written to it."""

    def write(self, text: str, /) -> str:
        return text


_CSV = csv.writer(_Returned())
