"""A Parquet file as a source of forms: each row is a record, and what is called its line is the number of the row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from iop_screen.batch.column_names import ColumnNames
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_framing import NUL, UNDECODABLE, repeats_header
from iop_screen.batch.sources.csv_problems import MAX_COLUMNS, NO_HEADER, TOO_MANY_COLUMNS
from iop_screen.batch.sources.parquet_problems import damaged, encrypted, problem_before_reading
from iop_screen.batch.sources.physical_lines import StretchScan
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import (
    CleanStretch,
    Header,
    Record,
    SourceAccount,
    SourceRecord,
)
from iop_screen.batch.sources.table_text import DELIMITER, table_record
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.batch.sources.parquet_columns import ParquetColumns


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """A Parquet file whose columns are known; see `Source`. Its account counts rows where others count lines.

    A row that repeats the names of the columns is rejected, or excluded if the settings say so.
    """

    name: str
    header: Header
    settings: FileSettings
    account: SourceAccount
    remarks: tuple[str, ...]
    _columns: ParquetColumns

    @property
    def delimiter(self) -> str:
        """What parts the cells in the text of a record."""
        return DELIMITER

    def records(self) -> Iterator[SourceRecord]:
        """The rows. Raises CannotGoOn if the file is damaged, or has another number of rows than it says."""
        account = self.account
        names = tuple(map(str.strip, self.header.names))
        for columns in self._batches():
            for cells in zip(*columns, strict=True):
                account.lines += 1
                account.in_records += 1
                account.records += 1
                record = table_record(account.lines, [*cells])
                if isinstance(record, Record) and cells[0].strip() == names[0] and _is_row(cells, names):
                    yield repeats_header(record, self.settings)
                else:
                    yield record
        if account.records != self._columns.rows:
            raise self._cannot_go_on("damaged")

    def pieces(self, _scan: StretchScan[CleanStretch]) -> Iterator[SourceRecord]:
        """The same rows, one by one."""
        return self.records()

    def _batches(self) -> Iterator[list[list[str]]]:
        from iop_screen.batch.sources.parquet_columns import READ_ERRORS  # noqa: PLC0415

        try:
            yield from self._columns.batches()
        except READ_ERRORS as error:
            what = "encrypted in part" if _is_encrypted(error) else "damaged"
            raise _system_fault(self.name, error) or self._cannot_go_on(what) from None

    def _cannot_go_on(self, what: str) -> CannotGoOn:
        place = f"after row {self.account.records:,} of {self._columns.rows:,}"
        return CannotGoOn(f"{sanitize(self.name)} is {what}: it cannot be read {place}", Exit.FILE)


def open_parquet(name: str, stream: BinaryIO, settings: FileSettings) -> ParquetSource | InputProblem:
    """Read the names of the columns of a Parquet file, or say why it cannot be read as it is."""
    problem = problem_before_reading(name, stream, settings)
    if problem is not None:
        return problem
    from iop_screen.batch.sources.parquet_columns import READ_ERRORS, open_columns  # noqa: PLC0415

    try:
        columns = open_columns(stream)
    except UnicodeDecodeError:
        return _bad_header(name, UNDECODABLE)
    except READ_ERRORS as error:
        fault = _system_fault(name, error)
        if fault is not None:
            raise fault from None
        return encrypted(name) if _is_encrypted(error) else damaged(name)
    problem = _header_problem(name, columns)
    return problem or ParquetSource(
        name, Header(columns.names, None, 0), settings, SourceAccount(), tuple(_remarks(columns)), columns
    )


def _system_fault(name: str, error: Exception) -> CannotGoOn | None:
    """That the system could not read the file; None if what was read is at fault."""
    if not isinstance(error, OSError) or error.errno is None:
        return None
    return CannotGoOn(f"cannot read {sanitize(name)}: {system_reason(error)}", Exit.FILE)


def _is_encrypted(error: Exception) -> bool:
    """Whether a part of a file is encrypted; no other error says so."""
    return "crypt" in str(error)


def _header_problem(name: str, columns: ParquetColumns) -> InputProblem | None:
    """What is wrong with the names of the columns."""
    if not columns.names:
        return InputProblem(name, None, NO_HEADER, "the file has no columns")
    if len(columns.names) > MAX_COLUMNS:
        message = f"the file has {len(columns.names):,} columns; at most {MAX_COLUMNS:,} can be read"
        return InputProblem(name, None, TOO_MANY_COLUMNS, message)
    return _bad_header(name, NUL) if any("\0" in each for each in columns.names) else None


def _bad_header(name: str, code: str) -> InputProblem:
    message = f"the name of a column cannot be read: {code}"
    return InputProblem(name, None, NO_HEADER, message, "give the column another name")


def _remarks(columns: ParquetColumns) -> Iterator[str]:
    """What should be said of a file that is Parquet."""
    names = ColumnNames(columns.names)
    yield "it is Parquet; what is called a line of it is a row, and the first row is 1"
    if columns.unread:
        yield f"columns of a type that cannot be read: {names.listed(columns.unread)}"
    if columns.of_bytes:
        yield f"columns of bytes, which are read as text in UTF-8: {names.listed(columns.of_bytes)}"


def _is_row(cells: Sequence[str], names: Sequence[str]) -> bool:
    return tuple(map(str.strip, cells)) == names
