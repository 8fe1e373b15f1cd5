"""The results as a folder of CSV or Parquet files that Spark writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, assert_never

from iop_screen.batch.frames.scoring import BLANKS
from iop_screen.batch.rows import OutputShape, ResultColumn, output_columns
from iop_screen.batch.spark.counts import OUTCOME, Counting
from iop_screen.batch.sql.dialect import SEPARATOR, Dialect
from iop_screen.batch.sql.query import Query, select_from
from iop_screen.batch.sql.result_columns import LINE
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Format = Literal["csv", "parquet"]

NO_WIDTH = "\ufeff" + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x2060, 0x2065))))
FORMULA_START = (
    "^["
    + "".join(f"\\x{{{ord(each):x}}}" for each in BLANKS + NO_WIDTH if each not in "\t\r\n")
    + "]*[\\t\\r\\n'=+\\-@\uff1d\uff0b\uff0d\uff20]"
)
"""A cell that starts so may run as a formula in a spreadsheet, as Java reads a pattern; see `report.score_output`."""


def written_query(query: Query, compiled: CompiledQuestionnaire, shape: OutputShape, output_format: Format) -> Query:
    """The query that gives the columns as they are written, and behind them the number of the outcome of each row.

    In CSV, no id is run by a spreadsheet, as `safe_for_spreadsheet` says; in Parquet, lists and numbers are such.
    """
    dialect = Dialect("spark")
    as_written = _as_csv if output_format == "csv" else _as_parquet
    columns = [
        f"{as_written(column, dialect)} AS {dialect.identifier(column.name)}"
        for column in output_columns(compiled, shape)
        if column.name != LINE
    ]
    columns.append(f"{Counting(compiled).outcome()} AS {dialect.identifier(OUTCOME)}")
    return Query((*query.stages, ("scored", query.select)), select_from("scored", columns))


def _as_csv(column: ResultColumn, dialect: Dialect) -> str:
    name = dialect.identifier(column.name)
    if column.name != "id":
        return name
    return f"CASE WHEN {name} RLIKE {dialect.text(FORMULA_START)} THEN concat('\\'', {name}) ELSE {name} END"


def _as_parquet(column: ResultColumn, dialect: Dialect) -> str:
    name = dialect.identifier(column.name)
    match column.kind:
        case "number":
            return f"CAST({name} AS BIGINT)"
        case "list":
            return f"CASE WHEN {name} = '' THEN CAST(array() AS ARRAY<STRING>) ELSE split({name}, '{SEPARATOR}') END"
        case "text" | "known":
            return name
        case _:
            assert_never(column.kind)


def write(results: DataFrame, address: str, output_format: Format) -> None:
    """Write the results as files into a folder, which must not be there."""
    writer = results.write.mode("errorifexists")
    if output_format == "parquet":
        writer.option("compression", "zstd").parquet(address)
        return
    writer.options(
        header=True,
        quote='"',
        escape='"',
        emptyValue="",
        nullValue="",
        ignoreLeadingWhiteSpace=False,
        ignoreTrailingWhiteSpace=False,
        lineSep="\n",
        comment="\x01",  # else a cell that begins with # is quoted
    ).csv(address)


def check_new_folder(path: Path) -> None:
    """Raise CannotGoOn if there is something of this name."""
    if path.exists() or path.is_symlink():
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: it is there already; name another folder", Exit.FILE)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to be made by the block, which gets the name `path` only if the block ends without an exception.

    Raises CannotGoOn if there is something of this name, and if it cannot be written. The folder is private.
    """
    import tempfile  # noqa: PLC0415

    check_new_folder(path)
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{path.name[:60]}.", suffix=".part", dir=path.parent, ignore_cleanup_errors=True
        ) as beside:
            made = Path(beside, "results")
            yield made
            for each in made.glob(".*.crc"):  # checksums that only Hadoop reads
                with suppress(OSError):
                    each.unlink()
            made.chmod(0o700)
            check_new_folder(path)
            made.rename(path)
    except OSError as error:
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None
