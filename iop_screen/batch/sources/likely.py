"""What the first lines of a file suggest about how it is written.

Nothing is scored by this: it is what is proposed to a person, or said where a file cannot be read as it is.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from typing import get_args

from iop_screen.batch.sources.csv_framing import CsvRecords
from iop_screen.batch.sources.decoding import decoded, looks_utf16, marked_encoding
from iop_screen.batch.sources.settings import Delimiter, Encoding
from iop_screen.batch.sources.source import Record

START_BYTES = 64 * 1024
LOOKED_AT = 12
"""So many records at the start of a file are looked at."""

DELIMITERS: tuple[Delimiter, ...] = get_args(Delimiter)


def likely_encoding(start: bytes) -> Encoding:
    """The encoding that the first bytes of a file suggest."""
    if looks_utf16(start):
        return marked_encoding(start) or "utf-16"
    return marked_encoding(start) or ("cp1252" if not_utf8_at_start(start) else "utf-8")


def not_utf8_at_start(start: bytes) -> bool:
    """Whether the first line is not UTF-8, or two or more of those next to it are not."""
    lines = _whole_lines(start)
    bad = [_is_not_utf8(line) for line in lines if line.strip()][:LOOKED_AT]
    return bad[:1] == [True] or sum(bad) > 1


def _is_not_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = len(line) >= START_BYTES and error.reason == "unexpected end of data"
        return not cut
    return False


def _whole_lines(text: bytes) -> list[bytes]:
    """The lines of the start of a file without the last one, which may be cut, if there are others."""
    lines = text.splitlines(keepends=True)
    return lines[:-1] if len(text) >= START_BYTES and len(lines) > 1 else lines


def likely_delimiter(start: bytes) -> Delimiter | None:
    """The delimiter that parts most of the first records into as many cells; None if two do it as well, or none does.

    `start` are the first bytes of a file, of which the last line may be cut.
    """
    text = as_utf8(start, likely_encoding(start))
    fits = {each: _fit([len(row) for row in first_rows(text, each)]) for each in DELIMITERS}
    best = max(fits.values())
    winners = [each for each, fit in fits.items() if fit == best]
    return winners[0] if len(winners) == 1 and 2 * best[0] >= 1 else None


def likely_head(start: bytes, delimiter: str) -> int:
    """How many physical lines seem to stand before the header: titles, dates and the like, which have few cells.

    `start` are the first bytes of a file.
    """
    rows = _first_records(as_utf8(start, likely_encoding(start)), delimiter)
    width = _common_width([len(row.cells) for row in rows])
    header = next((row for row in rows if not _is_title(row.cells, width)), None)
    return 0 if header is None or width < 2 else header.line - 1


def first_rows(text: bytes, delimiter: str) -> list[list[str]]:
    """The cells of the first records, each as wide as it is."""
    return [row.cells for row in _first_records(text, delimiter)]


def as_utf8(start: bytes, encoding: Encoding) -> bytes:
    """The first bytes of a file as UTF-8, without its last line if there are others, as that may be cut."""
    stream, text = decoded(io.BytesIO(b""), start, encoding), b""
    while block := stream.read(len(start)):
        text += block
    return b"".join(_whole_lines(text)) if len(start) >= START_BYTES else text


def _first_records(text: bytes, delimiter: str) -> list[Record]:
    framed = CsvRecords(io.BytesIO(text), delimiter)
    rows: list[Record] = []
    while len(rows) < LOOKED_AT and (row := framed.row()) is not None:
        rows.append(row if isinstance(row, Record) else Record(row.line, row.last_line, [], row.raw))
    return rows


def _fit(widths: Sequence[int]) -> tuple[float, int]:
    """How large a part of the records has the width that most have, and that width; nothing for a single column."""
    width = _common_width(widths)
    return (widths.count(width) / len(widths), width) if width > 1 else (0.0, 0)


def _common_width(widths: Sequence[int]) -> int:
    """The width that most records have, the larger one if there are two; 0 if there are none."""
    counts = Counter(widths)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _is_title(cells: Sequence[str], width: int) -> bool:
    """Whether a row is no header of a table that is so wide: it has too few cells with text."""
    filled = sum(bool(cell.strip()) for cell in cells)
    return 2 * filled <= width and (len(cells) != width or filled <= 2)
