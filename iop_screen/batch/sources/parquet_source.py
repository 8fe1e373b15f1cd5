"""A Parquet file as a source of forms: each row is a record, and what is called its line is the number of the row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from iop_screen.batch.column_names import ColumnNames
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_framing import UNDECODABLE
from iop_screen.batch.sources.parquet_problems import damaged, encrypted, problem_before_reading
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Header
from iop_screen.batch.sources.table_header import columns_problem, unreadable_name
from iop_screen.batch.sources.table_source import TableRow, TableSource, head_account
from iop_screen.batch.sources.table_text import table_record
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.batch.sources.parquet_columns import ParquetColumns


def open_parquet(name: str, stream: BinaryIO, settings: FileSettings) -> TableSource | InputProblem:
    """Read the names of the columns of a Parquet file, or say why it cannot be read as it is."""
    problem = problem_before_reading(name, stream, settings)
    if problem is not None:
        return problem
    from iop_screen.batch.sources.parquet_columns import READ_ERRORS, open_columns  # noqa: PLC0415

    try:
        columns = open_columns(stream)
    except UnicodeDecodeError:
        return unreadable_name(name, UNDECODABLE)
    except READ_ERRORS as error:
        fault = _system_fault(name, error)
        if fault is not None:
            raise fault from None
        return encrypted(name) if _is_encrypted(error) else damaged(name)
    header = Header(columns.names, None, 0)
    return columns_problem(name, columns.names) or TableSource(
        name, header, settings, head_account(header), tuple(_remarks(columns)), lambda: _rows(name, columns)
    )


def _rows(name: str, columns: ParquetColumns) -> Iterator[TableRow]:
    """The rows. Raises CannotGoOn if the file is damaged, or has another number of rows than it says."""
    number = 0
    for batch in _batches(name, columns):
        for cells in zip(*batch, strict=True):
            number += 1
            yield table_record(number, [*cells])
    if number != columns.rows:
        raise _cannot_go_on(name, "damaged", number, columns.rows)


def _batches(name: str, columns: ParquetColumns) -> Iterator[list[list[str]]]:
    from iop_screen.batch.sources.parquet_columns import READ_ERRORS  # noqa: PLC0415

    rows = 0
    try:
        for batch in columns.batches():
            yield batch
            rows += len(batch[0])
    except READ_ERRORS as error:
        what = "encrypted in part" if _is_encrypted(error) else "damaged"
        raise _system_fault(name, error) or _cannot_go_on(name, what, rows, columns.rows) from None


def _cannot_go_on(name: str, what: str, number: int, rows: int) -> CannotGoOn:
    place = f"after row {number:,} of {rows:,}"
    return CannotGoOn(f"{sanitize(name)} is {what}: it cannot be read {place}", Exit.FILE)


def _system_fault(name: str, error: Exception) -> CannotGoOn | None:
    """That the system could not read the file; None if what was read is at fault."""
    if not isinstance(error, OSError) or error.errno is None:
        return None
    return CannotGoOn(f"cannot read {sanitize(name)}: {system_reason(error)}", Exit.FILE)


def _is_encrypted(error: Exception) -> bool:
    """Whether a part of a file is encrypted; no other error says so."""
    return "crypt" in str(error)


def _remarks(columns: ParquetColumns) -> Iterator[str]:
    """What should be said of a file that is Parquet."""
    names = ColumnNames(columns.names)
    yield "it is Parquet; what is called a line of it is a row, and the first row is 1"
    if columns.unread:
        yield f"columns of a type that cannot be read: {names.listed(columns.unread)}"
    if columns.of_bytes:
        yield f"columns of bytes, which are read as text in UTF-8: {names.listed(columns.of_bytes)}"
