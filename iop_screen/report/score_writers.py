"""How scored forms are written, by the name of the format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.score_rows import Row, csv_header, csv_rows, json_line, json_object


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

    compiled: CompiledQuestionnaire

    def start(self) -> str:
        return csv_header(self.compiled)

    def rows(self, rows: Iterable[Row]) -> str:
        return csv_rows(rows, self.compiled)


@dataclass(frozen=True, slots=True)
class JsonWriter:
    """One JSON object a row; with `explained`, also the texts behind its ids."""

    compiled: CompiledQuestionnaire
    explained: bool

    def start(self) -> str:
        return ""

    def rows(self, rows: Iterable[Row]) -> str:
        return "".join(json_line(self._object(row)) for row in rows)

    def _object(self, row: Row) -> dict[str, object]:
        if self.explained and row.answers is not None:
            from iop_screen.engine.explain import explain  # noqa: PLC0415 - no other output needs it
            from iop_screen.report.result_json import explained  # noqa: PLC0415

            return explained(explain(self.compiled, row.answers), row, self.compiled)
        return json_object(row, self.compiled)


def writer(answers: str, compiled: CompiledQuestionnaire, *, explained: bool) -> Writer:
    """The writer for a format: `csv` or `jsonl`."""
    return CsvWriter(compiled) if answers == "csv" else JsonWriter(compiled, explained)
