"""The columns of a Parquet file as texts, a batch of rows at a time.

A column is turned into texts as a whole: each distinct value of a batch becomes a text once. What has no text that a
question could be meant to read (a structure, a map, bytes that are no text) stands as U+FFFD, which is no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import BinaryIO
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from iop_screen.batch.sources.rejects_source import UNREADABLE_MARK

MOST_ROWS = 8_192
MOST_CELLS = 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024
"""A batch has no more rows, cells or, as far as the file says how large it is, bytes; but one row at least."""
BUFFERED_BYTES = 16 * 1024 * 1024
"""So much of a file is read ahead, shared by its columns."""
LEAST_BUFFER = 4 * 1024

READ_ERRORS = (pa.ArrowException, OSError)
"""What is raised if a file is damaged, or cannot be read."""

EXTENSION = b"ARROW:extension:name"
_NO_FRACTION = re.compile(r"\.0+(?=[Z+-]|$)")

Texts = Callable[[pa.Array], list[str]]
"""The texts of the values of an array; of null, nothing."""


@dataclass(frozen=True, slots=True)
class ParquetColumns:
    """An open file: the names of its columns, how many rows it says it has, and what gives the texts of each column.

    `unread` are the indexes of the columns that have no text, `of_bytes` of those that may have one.
    """

    names: tuple[str, ...]
    rows: int
    unread: tuple[int, ...]
    of_bytes: tuple[int, ...]
    _file: pq.ParquetFile
    _texts: tuple[Texts, ...]

    def batches(self) -> Iterator[list[list[str]]]:
        """The texts of all columns, for some rows after the others. Bytes that are not UTF-8 are escapes in them.

        Raises one of READ_ERRORS if the file cannot be read on.
        """
        size = _batch_rows(self._file.metadata, len(self.names))
        for batch in self._file.iter_batches(batch_size=size, use_threads=False):
            if batch.num_rows:
                yield [texts(column) for texts, column in zip(self._texts, batch.columns, strict=True)]


def open_columns(stream: BinaryIO) -> ParquetColumns:
    """Read what stands at the end of a file about its columns.

    Raises one of READ_ERRORS, or UnicodeDecodeError for a name that is not UTF-8.
    """
    metadata = pq.read_metadata(stream)
    stream.seek(0)
    buffer = max(LEAST_BUFFER, BUFFERED_BYTES // max(1, metadata.num_columns))
    file = pq.ParquetFile(
        stream, metadata=metadata, buffer_size=buffer, pre_buffer=False, page_checksum_verification=True
    )
    leaves = [file.schema.column(index) for index in range(metadata.num_columns)]
    uuids = {leaf.path for leaf in leaves if leaf.logical_type.type == "UUID"}
    texts = [uuid_texts if field.name in uuids else _field_texts(field) for field in file.schema_arrow]
    return ParquetColumns(
        names=tuple(field.name for field in file.schema_arrow),
        rows=metadata.num_rows,
        unread=tuple(index for index, each in enumerate(texts) if each is unread_texts),
        of_bytes=tuple(index for index, each in enumerate(texts) if each is _OF_BYTES),
        _file=file,
        _texts=tuple(texts),
    )


def _batch_rows(metadata: pq.FileMetaData, width: int) -> int:
    """How many rows are read at a time."""
    size: int = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    row_bytes = size // max(1, int(metadata.num_rows))
    return max(1, min(MOST_ROWS, MOST_CELLS // width, MOST_BYTES // max(1, row_bytes)))


def _field_texts(field: pa.Field) -> Texts:
    """What gives the texts of a column. One of a type that somebody made up is not read by what it is stored as."""
    is_plain = EXTENSION not in (field.metadata or {}) and not isinstance(field.type, pa.BaseExtensionType)
    return (texts_of_type(field.type) if is_plain else None) or unread_texts


def texts_of_type(kind: pa.DataType) -> Texts | None:
    """What gives the texts of values of a type; None if they have none."""
    if types.is_dictionary(kind):
        inner = texts_of_type(kind.value_type)
        return None if inner is None else lambda column: inner(column.dictionary_decode())
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        members = _simple_texts(kind.value_type)
        return None if members is None else lambda column: _listed(column, members)
    return _simple_texts(kind)


def _simple_texts(kind: pa.DataType) -> Texts | None:
    """The same for a value that has no parts."""
    if types.is_string(kind) or types.is_large_string(kind):
        return _each_once(_decoded)
    if types.is_null(kind):
        return lambda column: [""] * len(column)
    if types.is_boolean(kind) or types.is_integer(kind) or types.is_date(kind):
        return _each_once(_written)
    if types.is_floating(kind):
        return _each_once(lambda values: [text and repr(float(text)) for text in _written(values)])
    if types.is_decimal(kind):
        return _each_once(lambda values: [text and format(Decimal(text), "f") for text in _written(values)])
    if types.is_time(kind) or (types.is_timestamp(kind) and _has_known_zone(kind)):
        return _each_once(lambda values: [_NO_FRACTION.sub("", text) for text in _written(values)])
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return _OF_BYTES
    views = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    inner = _simple_texts(views[kind]) if kind in views else None
    return None if inner is None else lambda column: inner(column.cast(views[kind]))


def _each_once(texts: Texts) -> Texts:
    """What gives the texts of a column from those of its distinct values."""

    def read(column: pa.Array) -> list[str]:
        coded = column.dictionary_encode("encode")
        known = texts(coded.dictionary)
        return [*map(known.__getitem__, _codes(coded.indices))]

    return read


def _codes(indices: pa.Array) -> list[int]:
    """Numbers of 32 bits, none of which is null."""
    numbers = memoryview(indices.buffers()[1]).cast("i")
    return numbers[indices.offset : indices.offset + len(indices)].tolist()


def _written(values: pa.Array) -> list[str]:
    return [text or "" for text in values.cast(pa.string()).to_pylist()]


def _decoded(values: pa.Array) -> list[str]:
    """Texts as they are; a byte that is not UTF-8 becomes an escape, by which its record is known."""
    try:
        return [text or "" for text in values.to_pylist()]
    except UnicodeDecodeError:
        large = values.cast(pa.large_binary()).to_pylist()
        return [(each or b"").decode("utf-8", "surrogateescape") for each in large]


def _text_of_bytes(value: bytes | None) -> str:
    """Bytes as the text that they most likely are, as some old programs write it; U+FFFD if they are none."""
    try:
        text = (value or b"").decode("utf-8")
    except UnicodeDecodeError:
        return UNREADABLE_MARK
    return UNREADABLE_MARK if "\0" in text else text


_OF_BYTES = _each_once(lambda values: [*map(_text_of_bytes, values.to_pylist())])


def uuid_texts(column: pa.Array) -> list[str]:
    stored = column.storage if isinstance(column, pa.ExtensionArray) else column
    return ["" if value is None else str(UUID(bytes=value)) for value in stored.to_pylist()]


def _has_known_zone(kind: pa.DataType) -> bool:
    """Whether times can be written in their zone; that depends on what zones the system knows."""
    try:
        pa.array([0], kind).cast(pa.string())
    except pa.ArrowException:
        return False
    return True


def _listed(column: pa.Array, members: Texts) -> list[str]:
    """Lists as texts; a list that is null and one without members are blank."""
    flat = column.flatten()
    texts = iter(members(flat) if len(flat) else [])
    return [_joined([*islice(texts, size or 0)]) for size in pc.list_value_length(column).to_pylist()]


def _joined(parts: Sequence[str]) -> str:
    """Members with `;` between them; as JSON, which is no answer, if they could not be told apart so."""
    if all(part.strip() and ";" not in part for part in parts):
        return ";".join(parts)
    return json.dumps(parts, ensure_ascii=False)


def unread_texts(column: pa.Array) -> list[str]:
    """Nothing where there is nothing, and else what stands for a cell that cannot be read."""
    return ["" if is_null else UNREADABLE_MARK for is_null in column.is_null().to_pylist()]
