"""A table of texts scored as a file and as a frame of each engine, and where the rows differ."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from iop_screen.batch.frames.problems import FrameError
from iop_screen.batch.frames.score_frame import FrameKind, score_frame
from iop_screen.batch.rows import RECORD, REJECTED, output_columns
from iop_screen.batch.score import open_scoring
from iop_screen.batch.sources.csv_source import open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sql.dialect import Dialect, DialectName
from iop_screen.batch.sql.query import score_query
from iop_screen.batch.sql.written_answers import AnswerTable, WrittenAnswers
from iop_screen.report.score_output import csv_head, csv_segments, safe_for_spreadsheet
from support.drawn_tables import DrawnTable
from support.duck import Duck
from support.spark import Spark
from support.sql_engines import Cell, as_cell
from support.sql_engines import Engine as SqlEngine

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Row = dict[str, Cell]
Scored = list[Row] | frozenset[str]
"""The rows of a result, or, if it was refused, the codes of the problems."""

MARK = "is a row"
"""The name of a column that keeps a record of blanks from being a blank line: frames have a row for those, too."""

DUPLICATE = f"{RECORD}:duplicate-id"


# -------------------------------------------------------------------- as a file


def scored_file(table: DrawnTable) -> Scored:
    """What `score` makes of the table as a CSV file: all columns but `line`, as texts."""
    content = _file(table)
    source = open_csv("forms.csv", io.BytesIO(content), FileSettings())
    scoring = open_scoring([source], table.compiled, table.settings)  # type: ignore[list-item]
    if isinstance(scoring, tuple):
        return frozenset(problem.code for problem in scoring)
    parts = [bytes(scoring.build.rows(csv_segments(judged, scoring.shape), judged)) for judged in scoring.lots()]
    if scoring.stopped_by:
        return frozenset(problem.code for problem in scoring.stopped_by)
    assert scoring.adds_up
    text = csv_head(table.compiled, scoring.shape) + b"".join(parts).decode()
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{name: cell for name, cell in row.items() if name != "line"} for row in rows]


def _file(table: DrawnTable) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*table.columns, MARK])
    writer.writerows([[cell or "" for cell in row] + ["x"] for row in table.rows])
    return text.getvalue().encode()


def without_order(rows: Iterable[Row], form: Literal["NFC"] | None) -> list[Row]:
    """The rows as they are where no record of an id is the first: each of them is marked.

    With a `form`, ids are the same if their texts are in it.
    """
    listed = [*rows]
    counts = Counter(_key(row, form) for row in listed if row["suggestion"] != REJECTED)
    return [_marked(row, marked=counts[key] > 1) if (key := _key(row, form)) else row for row in listed]


def _key(row: Row, form: Literal["NFC"] | None) -> str:
    text = (row.get("id") or "").removeprefix("'").strip()
    return unicodedata.normalize(form, text) if form else text


def _marked(row: Row, *, marked: bool) -> Row:
    if row["suggestion"] == REJECTED:
        return row
    problems = [each for each in (row["problems"] or "").split(";") if each and each != DUPLICATE]
    return {**row, "problems": ";".join([*([DUPLICATE] if marked else []), *problems])}


# -------------------------------------------------------------------- as a frame


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine of frames: its kind, whether its rows have an order, and in which form of Unicode it compares ids."""

    kind: FrameKind
    ordered: bool = True
    form: Literal["NFC"] | None = "NFC"


ENGINES: dict[FrameKind, Engine] = {
    "duckdb": Engine("duckdb", ordered=False),
    "arrow": Engine("arrow"),
    "pandas": Engine("pandas"),
    "polars": Engine("polars"),
    "polars-lazy": Engine("polars-lazy"),
    "spark": Engine("spark", ordered=False, form=None),
}


def scored_frame(table: DrawnTable, engine: Engine, running: Duck | Spark | None = None) -> Scored:
    """What a frame of an engine comes to, as texts; `running` is what DuckDB and Spark need."""
    compiled, settings = table.compiled, table.settings
    try:
        match engine.kind:
            case "duckdb":
                assert isinstance(running, Duck)
                running.load("forms", table.columns, table.rows)
                relation = running.connection.table("forms")
                scored = score_frame(relation, engine.kind, compiled, settings)
                rows = _named(scored.columns, scored.fetchall())
            case "arrow":
                rows = score_frame(_arrow(table), engine.kind, compiled, settings).to_pylist()
            case "pandas":
                rows = _of_pandas(score_frame(_pandas(table), engine.kind, compiled, settings))
            case "polars":
                rows = score_frame(_polars(table), engine.kind, compiled, settings).to_dicts()
            case "polars-lazy":
                rows = score_frame(_polars(table).lazy(), engine.kind, compiled, settings).collect().to_dicts()
            case "spark":
                assert isinstance(running, Spark)
                frame = running.session.createDataFrame(_arrow(table))
                scored = score_frame(frame, engine.kind, compiled, settings)
                rows = _named(scored.columns, scored.collect())
    except FrameError as refused:
        return frozenset(problem.code for problem in refused.problems)
    found = [{name: as_cell(value) for name, value in row.items()} for row in rows]
    _check_empty(table, found)
    return [{name: safe_for_spreadsheet(cell or "") for name, cell in row.items()} for row in found]


def _check_empty(table: DrawnTable, rows: Sequence[Row]) -> None:
    """Nothing is NULL, but a list without members is an empty text; an id is as it was."""
    columns = [column for column in output_columns(table.compiled) if column.name != "line"]
    for row in rows:
        assert [*row] == [column.name for column in columns], [*row]
        for column in columns:
            cell = row[column.name]
            assert column.name == "id" or (cell != "" if column.kind != "list" else cell is not None), column.name


def _arrow(table: DrawnTable) -> pa.Table:
    from support.arrow_texts import arrow_texts  # noqa: PLC0415 - it imports pyarrow

    return arrow_texts(table.columns, table.rows)


def _polars(table: DrawnTable) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415

    columns = {name: [row[place] for row in table.rows] for place, name in enumerate(table.columns)}
    return pl.DataFrame(columns, schema=dict.fromkeys(table.columns, pl.String))


def _pandas(table: DrawnTable) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame([*map(list, table.rows)], columns=[*table.columns], dtype=object)


def _of_pandas(frame: pd.DataFrame) -> list[dict[str, object]]:
    import pandas as pd  # noqa: PLC0415

    rows = frame.to_dict("records")
    return [{str(name): None if pd.isna(cell) else cell for name, cell in row.items()} for row in rows]


def _named(columns: Iterable[str], rows: Iterable[Sequence[object]]) -> list[dict[str, object]]:
    names = [*columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


# -------------------------------------------------------------------- as a query over a table


def scored_table(table: DrawnTable, dialect: DialectName, engine: SqlEngine) -> list[Row]:
    """What the query of `iop-screen sql` gives over the table, with its cells as they stand in a file."""
    named, compiled = Dialect(dialect), table.compiled
    answers = AnswerTable(named.identifier("drawn forms"), missing=table.missing or frozenset())
    query = score_query(compiled, WrittenAnswers(compiled, answers, named), named).text()
    engine.load("drawn forms", table.columns, table.rows)
    return [{name: safe_for_spreadsheet(cell or "") for name, cell in row.items()} for row in engine.query(query)]


# -------------------------------------------------------------------- what differs


def wanted(scored: Scored, engine: Engine) -> Scored:
    """What a frame of an engine has to come to, by what the file came to."""
    return scored if engine.ordered or isinstance(scored, frozenset) else without_order(scored, engine.form)


def differences(name: str, expected: Scored, found: Scored, *, ordered: bool) -> list[str]:
    """In which columns of which rows an engine differs from the file, as lines; nothing if it does not."""
    if isinstance(expected, frozenset) or isinstance(found, frozenset):
        file, frame = map(_said, (expected, found))
        return [] if expected == found else [f"{name}: the file is {file}, the frame is {frame}"]
    pairs = zip(expected, found, strict=False) if ordered else _unlike(expected, found)
    lines = [f"{name}: {len(found)} rows, not {len(expected)}"] if len(found) != len(expected) else []
    return lines + [line for place, (one, other) in enumerate(pairs) for line in _unlike_cells(name, place, one, other)]


def _said(scored: Scored) -> str:
    return f"refused for {sorted(scored)}" if isinstance(scored, frozenset) else "scored"


def _unlike(expected: Sequence[Row], found: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Rows that only one side has, in pairs."""
    counts = [Counter(tuple(row.items()) for row in rows) for rows in (expected, found)]
    left = [sorted((each - other).elements(), key=repr) for each, other in (counts, counts[::-1])]
    return ((dict(one), dict(other)) for one, other in zip(*left, strict=False))


def _unlike_cells(name: str, place: int, one: Row, other: Row) -> Iterator[str]:
    for column in {**one, **other}:
        if one.get(column) != other.get(column):
            yield (
                f"{name}: row {place} with the id {one.get('id')!a}, column {column}: "
                f"{other.get(column)!a} instead of {one.get(column)!a}"
            )
