"""The rejects file of a run as CSV text; no cell of it runs in a spreadsheet, and each can be won back."""

from __future__ import annotations

from collections.abc import Iterable

from iop_screen.batch.lots.lot import InputFile
from iop_screen.batch.rejects import RejectLine, header_line, reject_lines
from iop_screen.batch.score import Outcome
from iop_screen.batch.sources.rejects_source import COLUMNS
from iop_screen.report.score_output import csv_cell, csv_text


def rejects_head(files: Iterable[InputFile]) -> str:
    """The names of the columns, and a line with the header of each file of the run."""
    return csv_text([COLUMNS]) + _lines(header_line(file.source) for file in files)


def rejects_text(outcomes: Iterable[Outcome]) -> str:
    """The lines of those records that a person should look at, or that were left out."""
    return _lines(reject_lines(outcomes))


def _lines(lines: Iterable[RejectLine]) -> str:
    return csv_text(map(_cells, lines))


def _cells(line: RejectLine) -> list[str | int]:
    texts = line.file, line.line, line.last_line, line.column, line.code, line.message, line.raw
    return [csv_cell(text) for text in texts]
