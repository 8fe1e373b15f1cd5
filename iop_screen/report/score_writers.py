"""How scored forms are written, by the name of the format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.batch.rows import Row
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.score_rows import csv_header, csv_rows, json_line, json_object


def csv_output(blocks: Iterable[Iterable[Row]], compiled: CompiledQuestionnaire) -> Iterator[str]:
    """A header, and then the lines of each block of rows."""
    yield csv_header(compiled)
    for rows in blocks:
        yield csv_rows(rows, compiled)


def json_output(
    blocks: Iterable[Iterable[Row]], compiled: CompiledQuestionnaire, *, explain_each: bool
) -> Iterator[str]:
    """One JSON object a row, on a line; with `explain_each`, also the texts behind its ids."""
    for rows in blocks:
        yield "".join(json_line(row_object(row, compiled, explain_it=explain_each)) for row in rows)


def row_object(row: Row, compiled: CompiledQuestionnaire, *, explain_it: bool) -> dict[str, object]:
    """A row as a JSON object; with `explain_it`, also the texts behind its ids."""
    if explain_it and row.answers is not None:
        from iop_screen.engine.explain import explain  # noqa: PLC0415 - no other output needs it
        from iop_screen.report.result_json import explained  # noqa: PLC0415

        return explained(explain(compiled, row.answers), row, compiled)
    return json_object(row, compiled)
