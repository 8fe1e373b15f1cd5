"""Scored forms as a Parquet file: the columns of CSV under the same names, with numbers and lists as such.

It needs the extra `parquet`, so only what writes such a file imports it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from iop_screen.batch.lots import fields
from iop_screen.batch.lots.fields import LotField
from iop_screen.batch.lots.lot import JudgedLot
from iop_screen.batch.rows import PLAIN, ColumnKind, OutputShape, output_columns
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.score_output import METADATA_NAME, said_of_all_rows

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

GROUP_ROWS = 1_000_000
GROUP_BYTES = 64 * 1024 * 1024
"""A row group ends with the lot that brings it to so many rows or, in memory, bytes."""

Rows = NDArray[np.intp]
"""The places of the records of a lot that have a row."""

_KNOWN = pa.dictionary(pa.int32(), pa.string())
_TYPES: dict[ColumnKind, pa.DataType] = {
    "number": pa.int64(),
    "text": pa.string(),
    "known": _KNOWN,
    "list": pa.list_(pa.field("element", pa.string())),
}


def parquet_schema(
    compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN, program: str | None = None
) -> pa.Schema:
    """The columns with their types, and what holds for all rows; `program` is the version of the program."""
    said = said_of_all_rows(compiled, shape, program)
    columns = [(column.name, _TYPES[column.kind]) for column in output_columns(compiled, shape)]
    return pa.schema(columns, metadata={METADATA_NAME: json.dumps(said)})


def parquet_rows(judged: JudgedLot, shape: OutputShape, schema: pa.Schema) -> pa.RecordBatch:
    """The rows of a lot. Lists that are nothing are empty, as in JSON; all else that is nothing is null."""
    rows = np.flatnonzero(_bits(judged.lot.rows, judged.lot.size))
    columns = zip(output_columns(judged.compiled, shape), schema.types, strict=True)
    arrays = [_array(column.in_lot(judged), rows, judged.lot.size, kind) for column, kind in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(of_lot: LotField, rows: Rows, size: int, kind: pa.DataType) -> pa.Array:
    """The values of a column for these records of a lot."""
    match of_lot:
        case fields.LineNumbers(numbers):
            return pa.array(_numbers(numbers)[rows], kind)
        case fields.Copied(texts, there):
            return _copied(texts, _bits(there, size), rows)
        case fields.OneOf(texts):
            return _one_of([(text, mask) for text, mask in texts if mask], rows, size)
        case fields.ListOf(items):
            return _lists([(text, mask) for text, mask in items if mask], rows, size, kind)
        case fields.Numbers(codes, numbers):
            return pa.array(numbers, kind).take(pa.array(_numbers(codes)[rows]))
        case fields.Same(None):
            return pa.nulls(len(rows), kind)
        case fields.Same(text):
            return pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(len(rows), np.int32)), pa.array([text], pa.string())
            )
        case _:
            assert_never(of_lot)


def _copied(texts: Sequence[str], there: NDArray[np.uint8], rows: Rows) -> pa.Array:
    if there.all() and len(rows) == len(there):
        return pa.array([*texts], pa.string())
    return pa.array([texts[place] if there[place] else None for place in rows.tolist()], pa.string())


def _one_of(texts: Sequence[tuple[str, int]], rows: Rows, size: int) -> pa.Array:
    codes = np.full(size, -1, np.int32)
    for code, (_, mask) in enumerate(texts):
        codes[_bits(mask, size).view(np.bool_)] = code
    of_rows = codes[rows]
    names = pa.array([text for text, _ in texts], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(of_rows, mask=of_rows < 0), names)


def _lists(items: Sequence[tuple[str, int]], rows: Rows, size: int, kind: pa.DataType) -> pa.Array:
    """For each record the texts whose masks hold. What holds is looked up record by record, and so in their order."""
    held = np.array([_bits(mask, size)[rows] for _, mask in items], np.uint8).reshape(len(items), len(rows))
    offsets = np.zeros(len(rows) + 1, np.int32)
    np.cumsum(held.sum(axis=0), out=offsets[1:])
    texts = pa.array([text for text, _ in items], pa.string())
    members = texts.take(pa.array(np.nonzero(held.T)[1]))
    return pa.ListArray.from_arrays(pa.array(offsets), members, type=kind)


def _bits(mask: int, size: int) -> NDArray[np.uint8]:
    """A byte for each record: 1 where the mask holds, else 0."""
    content = np.frombuffer(mask.to_bytes(size // 8 + 1, "little"), np.uint8)
    return np.unpackbits(content, count=size, bitorder="little")


def _numbers(numbers: Sequence[int]) -> NDArray[np.int64]:
    if isinstance(numbers, bytes | bytearray):
        return np.frombuffer(numbers, np.uint8).astype(np.int64)
    return np.asarray(numbers, np.int64)


class _Sink(io.RawIOBase):
    """Passes on what pyarrow writes, until it is told to drop it: pyarrow ends a file even if it was given up."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream: BinaryIO | None = stream

    def writable(self) -> bool:
        return True

    def write(self, content: ReadableBuffer, /) -> int:
        return memoryview(content).nbytes if self._stream is None else self._stream.write(content)

    def drop(self) -> None:
        """Pass on nothing from now on."""
        self._stream = None


@dataclass(slots=True)
class ParquetWriter:
    """Takes the rows of one lot after the other, and writes a row group when there are enough of them."""

    schema: pa.Schema
    _writer: pq.ParquetWriter
    _waiting: list[pa.RecordBatch] = field(default_factory=list)
    _rows: int = 0
    _bytes: int = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a lot, as `parquet_rows` gives them."""
        self._waiting.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self.end_group()

    def end_group(self) -> None:
        """Write the rows that wait, if there are any, as a row group."""
        if self._rows:
            table = pa.Table.from_batches(self._waiting, self.schema).unify_dictionaries()
            self._writer.write_table(table, row_group_size=self._rows)
        self._waiting.clear()
        self._rows = self._bytes = 0


@contextmanager
def parquet_writer(stream: BinaryIO, schema: pa.Schema) -> Iterator[ParquetWriter]:
    """A Parquet file in a stream; it is complete when the block ends, and never if the block raises.

    What the stream raises is raised as it is.
    """
    sink = _Sink(stream)
    writer = pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True)
    try:
        rows = ParquetWriter(schema, writer)
        yield rows
        rows.end_group()
        writer.close()
    except BaseException:
        sink.drop()
        with suppress(pa.ArrowException, OSError):
            writer.close()
        writer.is_open = False  # else it tries to end the file again when it is thrown away
        raise
