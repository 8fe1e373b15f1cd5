"""Files of forms as a frame of Spark: their headers are read and compared before any row is.

Spark fills up short rows, cuts long ones and lets a stray quote take in the records behind it. So each row is checked
while it is looked through the first time, and if one could not be read, nothing is scored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from iop_screen.batch.frames.problems import FrameError
from iop_screen.batch.frames.scoring import BLANKS, INPUT
from iop_screen.batch.frames.spark_frame import SparkEngine, query_over, stage_by_stage
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_framing import (
    NUL,
    REPEATED_HEADER,
    SWALLOWED_RECORD,
    UNCLOSED_QUOTE,
    UNDECODABLE,
    WRONG_WIDTH,
)
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import UNENDED
from iop_screen.batch.spark.places import FileSystems, NotThere, SparkFile
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.query import Query

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

START = 2 * 1024 * 1024
"""So many bytes of a file are read for its header."""
LONGEST_CELL = 1024 * 1024
"""A longer cell counts as a quote that never closes, as in `score`."""
PARQUET = b"PAR1"
NO_FILE, NOT_FOR_SPARK, OTHER_COLUMNS, MIXED_LINE_ENDS = "no-file", "not-for-spark", "other-columns", "mixed-line-ends"
WAY = "Score the file without `--engine spark`: that says which lines these are, and scores the others."
"""What can be done about rows that Spark cannot read as they are."""
WAYS = {MIXED_LINE_ENDS: "Score the file without `--engine spark`: that reads all of its line ends."}
"""The same for those that need no one to look at them."""

ROW_FAULTS = {
    WRONG_WIDTH: "do not have as many cells as the header",
    SWALLOWED_RECORD: "have a cell that may hold whole records, as after a stray quote",
    UNCLOSED_QUOTE: "have a last cell that ends in a line end, as one does whose quote is never closed",
    UNDECODABLE: "have bytes that are not UTF-8",
    NUL: "have a NUL character",
    REPEATED_HEADER: "repeat the header",
    MIXED_LINE_ENDS: "end in another way than the first line of the file",
}
"""Why rows keep files from being scored."""


@dataclass(frozen=True, slots=True)
class RowCheck:
    """One thing that can be wrong with a row: its code, and the truth that it is, as SQL."""

    code: str
    truth: str


@dataclass(frozen=True, slots=True)
class SparkForms:
    """Files that can be read: a frame with a column for each name, and perhaps more; and what is checked of each row.

    `blank` is the truth that all cells of a row are blank.
    """

    frame: DataFrame
    names: tuple[str, ...]
    blank: str
    checks: tuple[RowCheck, ...]
    files: tuple[SparkFile, ...]


@dataclass(frozen=True, slots=True)
class _Headed:
    """A file of CSV with its header."""

    file: SparkFile
    names: tuple[str, ...]
    delimiter: str


def open_forms(
    session: SparkSession, systems: FileSystems, inputs: Iterable[str], settings: FileSettings
) -> SparkForms | tuple[InputProblem, ...]:
    """The forms in files and folders, or all that keeps them from being read."""
    found = [systems.files(each) for each in inputs]
    missing = tuple(InputProblem(each.name, None, NO_FILE, each.reason) for each in found if isinstance(each, NotThere))
    if missing:
        return missing
    files = [*{file.address: file for each in found if not isinstance(each, NotThere) for file in each}.values()]
    starts = [systems.start(file, START) for file in files]
    of_parquet = [start.startswith(PARQUET) for start in starts]
    if all(of_parquet):
        return _parquet(session, files)
    if any(of_parquet):
        odd = files[of_parquet.index(True)]
        return (InputProblem(odd.name, None, NOT_FOR_SPARK, "it is Parquet, and other inputs are CSV"),)
    return _Csv(session, systems, settings).opened(files, starts)


class _Csv:
    """The reading of CSV files."""

    def __init__(self, session: SparkSession, systems: FileSystems, settings: FileSettings) -> None:
        self._session, self._systems, self._settings = session, systems, settings

    def opened(self, files: Sequence[SparkFile], starts: Sequence[bytes]) -> SparkForms | tuple[InputProblem, ...]:
        """The frame over all files, with the columns in the order of the first."""
        heads = [self._head(file, start) for file, start in zip(files, starts, strict=True)]
        problems = [each for each in heads if isinstance(each, InputProblem)]
        headed = [each for each in heads if isinstance(each, _Headed)]
        problems += [] if problems else self._other_columns(headed)
        problems += [] if problems else filter(None, map(self._unended, headed))
        if problems:
            return tuple(problems)
        first = headed[0]
        by_order: dict[tuple[tuple[str, ...], str], list[SparkFile]] = {}
        for each in headed:
            by_order.setdefault((each.names, each.delimiter), []).append(each.file)
        frames = [self._frame(names, delimiter, some, first.names) for (names, delimiter), some in by_order.items()]
        frame = frames[0]
        for other in frames[1:]:
            frame = frame.union(other)
        return _checked(frame, first.names, tuple(files), first.delimiter)

    def _head(self, file: SparkFile, start: bytes) -> _Headed | InputProblem:
        source = open_csv(file.name, BytesIO(start), self._settings)
        if not isinstance(source, CsvSource):
            return source
        encoding = source.settings.encoding or "utf-8"
        if start.startswith((b"\xff\xfe", b"\xfe\xff")) or encoding != "utf-8":
            return InputProblem(file.name, None, NOT_FOR_SPARK, "only UTF-8 can be read with `--engine spark`")
        if source.header.line != 1:
            message = "with `--engine spark` the header has to be the first line of the file"
            return InputProblem(file.name, source.header.line, NOT_FOR_SPARK, message)
        if line_ends_differ(start):
            message = "its lines do not all end in the same way as the first"
            return InputProblem(file.name, None, MIXED_LINE_ENDS, message, WAYS[MIXED_LINE_ENDS])
        return _Headed(file, tuple(source.header.names), source.delimiter)

    def _other_columns(self, headed: Sequence[_Headed]) -> list[InputProblem]:
        """Files with other columns than the first; those that stand in another order are found by their names."""
        first = headed[0]
        return [
            InputProblem(
                each.file.name,
                1,
                OTHER_COLUMNS,
                f"its columns are not those of {first.file.name}",
                "Score files with other columns in a run of their own.",
            )
            for each in headed[1:]
            if each.names != first.names
            and (sorted(each.names) != sorted(first.names) or len({*each.names}) < len(each.names))
        ]

    def _unended(self, each: _Headed) -> InputProblem | None:
        """That a file may have been cut: its last line has no end."""
        if self._systems.last(each.file) in {b"\n", b"\r"}:
            return None
        if self._settings.allow_unended:
            return _unclosed(each.file, self._systems.last(each.file, START))
        message = "the last line has no line end; the file may have been cut there"
        return InputProblem(each.file.name, None, UNENDED, message, "If it is whole, say `--allow-unended`.")

    def _frame(
        self, names: Sequence[str], delimiter: str, files: Sequence[SparkFile], wanted: Sequence[str]
    ) -> DataFrame:
        """The rows of files with the same header, with the columns in the order that is wanted."""
        from pyspark.sql.types import StringType, StructField, StructType  # noqa: PLC0415

        places = range(len(names)) if names == wanted else [names.index(name) for name in wanted]
        columns = [f"c{place}" for place in range(len(names))]
        bad = f"c{len(names)}"
        options: dict[str, Any] = {
            "header": True,
            "sep": delimiter,
            "quote": '"',
            "escape": '"',
            "multiLine": True,
            "mode": "PERMISSIVE",
            "columnNameOfCorruptRecord": bad,
            "columnPruning": False,  # else the cells of a row are not counted
            "maxColumns": len(names) + 1,
            "maxCharsPerColumn": LONGEST_CELL,
            "__globPaths__": False,
        }
        schema = StructType([StructField(name, StringType()) for name in (*columns, bad)])
        frame = (
            self._session.read.format("csv").schema(schema).options(**options).load([each.address for each in files])
        )
        ordered = frame.select(*(columns[place] for place in places), bad)
        return ordered.toDF(*columns, bad)


def line_ends_differ(start: bytes) -> bool:
    """Whether the first line end of a file is CR LF, and another in its start is LF. Those in quotes do not count.

    Spark goes by the first line end, also by one in quotes, and would take all lines that follow for one row.
    """
    first = re.search(b"\r?\n", start)
    outside_quotes = b'""'.join(start.split(b'"')[::2])
    return first is not None and first[0] == b"\r\n" and re.search(b"(?<!\r)\n", outside_quotes) is not None


def _unclosed(file: SparkFile, end: bytes) -> InputProblem | None:
    """That the last line of a file, which has no end, has a quote that is never closed: Spark would not tell."""
    line = end.replace(b"\r", b"\n").rpartition(b"\n")[2]
    if line.endswith(b'"') or line.count(b'"') % 2 == 0:
        return None
    return InputProblem(file.name, None, UNCLOSED_QUOTE, "the last line has a quote that is never closed", WAY)


def _checked(frame: DataFrame, names: tuple[str, ...], files: tuple[SparkFile, ...], delimiter: str) -> SparkForms:
    """A frame of texts with what has to be looked at in each row; its last column is there if the row is broken."""
    dialect = Dialect("spark")
    columns = [f"c{place}" for place in range(len(names))]
    bad, last = f"c{len(names)}", columns[-1]
    whole = f"concat_ws('', {', '.join(columns)})"
    delimiters = f"length(x) - length(replace(x, {dialect.text(delimiter)}, ''))"
    swallowed = f"exists(array({', '.join(columns)}), x -> instr(x, '\\n') > 0 AND {delimiters} >= {len(names) - 1})"
    header = (f"trim(coalesce({c}, '')) = {dialect.text(n.strip())}" for c, n in zip(columns, names, strict=True))
    return SparkForms(
        frame,
        names,
        _blank(columns),
        (
            RowCheck(WRONG_WIDTH, f"trim({bad}) <> ''"),
            RowCheck(SWALLOWED_RECORD, f"instr({whole}, '\\n') > 0 AND {swallowed}"),
            RowCheck(UNCLOSED_QUOTE, f"endswith({last}, '\\n')"),  # the file may have been cut within that cell
            RowCheck(UNDECODABLE, f"instr({whole}, '\\uFFFD') > 0"),
            RowCheck(NUL, f"instr({whole}, '\\u0000') > 0"),
            RowCheck(MIXED_LINE_ENDS, f"endswith({last}, '\\r')"),
            RowCheck(REPEATED_HEADER, " AND ".join(header)),
        ),
        files,
    )


def _blank(columns: Sequence[str]) -> str:
    """The truth that all cells are blank; the first is looked at first, for it is mostly filled."""
    blanks, every = Dialect("spark").text(BLANKS), ", ".join(columns)
    first = f"trim(BOTH {blanks} FROM coalesce({columns[0]}, '')) = ''"
    return f"({first} AND trim(BOTH {blanks} FROM concat_ws('', {every})) = '')"


def _parquet(session: SparkSession, files: Sequence[SparkFile]) -> SparkForms | tuple[InputProblem, ...]:
    """The frame over Parquet files, which all have the same columns."""
    frames = [session.read.options(__globPaths__="false").parquet(each.address) for each in files]
    first = frames[0]
    problems = tuple(
        InputProblem(
            file.name,
            None,
            OTHER_COLUMNS,
            f"its columns, or their types, are not those of {files[0].name}",
            "Score files with other columns in a run of their own.",
        )
        for file, frame in zip(files, frames, strict=True)
        if [(f.name, f.dataType) for f in frame.schema.fields] != [(f.name, f.dataType) for f in first.schema.fields]
    )
    if problems:
        return problems
    names = tuple(first.columns)
    frame = session.read.options(__globPaths__="false").schema(first.schema).parquet(*(each.address for each in files))
    engine = SparkEngine(frame)
    return SparkForms(frame, names, _blank([engine.text(place) for place in range(len(names))]), (), tuple(files))


class FormsEngine(SparkEngine):
    """The engine of files: in its first look at the rows it checks and counts them.

    `records` are all rows, -1 while nobody has looked, and `blank` those whose cells are all blank.
    """

    def __init__(self, forms: SparkForms) -> None:
        super().__init__(forms.frame, forms.names)
        self._forms = forms
        self.records = self.blank = -1

    def check(self) -> None:
        """Look at the rows if nobody has. FrameError if some cannot be read."""
        if self.records < 0:
            self._row([], "")

    def scored(self, query: Query) -> DataFrame:
        """The results of all rows that are not blank."""
        return stage_by_stage(query_over(self._frame, f"SELECT * FROM {INPUT}", f"NOT {self._forms.blank}"), query)  # noqa: S608

    def _row(self, columns: Iterable[str], where: str) -> Sequence[Any]:
        if self.records >= 0:
            return super()._row(columns, where)
        checks = self._forms.checks
        counted = [f"count_if({each.truth})" for each in checks]
        row = super()._row([*columns, *counted, "count(*)", f"count_if({self._forms.blank})"], where)
        *found, self.records, self.blank = row
        wanted = len(found) - len(checks)
        faults = [each for each, number in zip(checks, found[wanted:], strict=True) if number]
        if faults:
            raise FrameError(self._row_problems(faults))
        return found[:wanted]

    def _row_problems(self, faults: Sequence[RowCheck]) -> Iterator[InputProblem]:
        """What is wrong with how many rows of which file."""
        columns = ", ".join((*(f"count_if({each.truth})" for each in faults), "count(c0)"))  # not of its mark alone
        names = {_bare(file.said): file.name for file in self._forms.files}
        by_file = self._query(f"SELECT input_file_name(), {columns} FROM {INPUT} GROUP BY 1 ORDER BY 1").collect()  # noqa: S608
        for address, *numbers, _ in by_file:
            name = names.get(_bare(address), address)
            for fault, number in zip(faults, numbers, strict=True):
                if number:
                    rows = "1 record" if number == 1 else f"{number:,} records"
                    yield InputProblem(
                        name, None, fault.code, f"{rows}: {ROW_FAULTS[fault.code]}", WAYS.get(fault.code, WAY)
                    )


def _bare(address: str) -> str:
    """An address of a file without the slashes that some write and some do not."""
    return re.sub("^file:/+", "/", address)
