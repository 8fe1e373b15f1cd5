"""How scored forms are written, by the name of the format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from iop_screen.engine.explain import explain
from iop_screen.engine.instrument import Instrument
from iop_screen.report.explained import explained
from iop_screen.report.rows import Row, csv_header, csv_rows, json_line, json_object


class Writer(Protocol):
    """Turns rows into text."""

    def start(self) -> str:
        """What stands before the first row."""
        ...

    def rows(self, rows: Iterable[Row]) -> str:
        """Some rows."""
        ...


@dataclass(frozen=True, slots=True)
class CsvWriter:
    """One line a row, after a header."""

    instrument: Instrument

    def start(self) -> str:
        return csv_header(self.instrument)

    def rows(self, rows: Iterable[Row]) -> str:
        return csv_rows(rows, self.instrument)


@dataclass(frozen=True, slots=True)
class JsonWriter:
    """One JSON object a row; with `explained`, also the texts behind its ids."""

    instrument: Instrument
    explained: bool

    def start(self) -> str:
        return ""

    def rows(self, rows: Iterable[Row]) -> str:
        return "".join(json_line(self._object(row)) for row in rows)

    def _object(self, row: Row) -> dict[str, object]:
        if self.explained and row.form is not None:
            return explained(explain(self.instrument, row.form), row, self.instrument)
        return json_object(row, self.instrument)


def writer(form: str, instrument: Instrument, *, explained: bool) -> Writer:
    """The writer for a format: `csv` or `jsonl`."""
    return CsvWriter(instrument) if form == "csv" else JsonWriter(instrument, explained)
