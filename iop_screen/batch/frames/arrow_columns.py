"""The texts of a column of Arrow: the same that its values have where a Parquet file is read."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pyarrow as pa
from pyarrow import types

from iop_screen.batch.sources.parquet_columns import Texts, texts_of_type, unread_texts, uuid_texts
from iop_screen.batch.sources.rejects_source import UNREADABLE_MARK


def text_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts of a column: those of a text column as they lie there, others as a dictionary. Null stays null."""
    chunks = [_texts(chunk) for chunk in column.chunks]
    return pa.chunked_array(chunks or [pa.array([], pa.string())])


def text_array(texts: Iterable[str | None]) -> pa.Array:
    """Texts as Arrow holds them; None is null. One that is not Unicode cannot be read, and is not blank."""
    return pa.array([None if text is None else _unicode(text) for text in texts], pa.large_string())


def object_texts(values: Iterable[object]) -> pa.Array:
    """The texts of Python's objects, each by itself; None is null."""
    return text_array(value if value is None or isinstance(value, str) else _object(value) for value in values)


def _object(value: object) -> str:
    """The text that Arrow gives a value; what stands for a cell that cannot be read if it has none for it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return format(Decimal(value), "f")  # unlike an int, a Decimal of any length has a text
    try:
        return str(_plain(_texts(pa.array([value])))[0].as_py() or "")
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return UNREADABLE_MARK


def _texts(chunk: pa.Array) -> pa.Array:
    kind = chunk.type
    if types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(chunk.indices, _plain(_texts(chunk.dictionary)))
    if (types.is_string(kind) or types.is_large_string(kind) or kind == pa.string_view()) and _is_unicode(chunk):
        return chunk
    if isinstance(kind, pa.BaseExtensionType):
        return _each(uuid_texts if isinstance(kind, pa.UuidType) else unread_texts, chunk)
    texts = texts_of_type(kind) or unread_texts
    if texts is unread_texts or types.is_nested(kind) or types.is_null(kind) or kind == pa.string_view():
        return _each(texts, chunk)
    coded = chunk.dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices, text_array(texts(coded.dictionary)))


def _each(texts: Texts, chunk: pa.Array) -> pa.Array:
    """The text of each value. A file has an empty text where there is none; here it is null."""
    nulls = chunk.is_null().to_pylist()
    return text_array(None if is_null else text for text, is_null in zip(texts(chunk), nulls, strict=True))


def _plain(texts: pa.Array) -> pa.Array:
    return texts.dictionary_decode() if types.is_dictionary(texts.type) else texts


def _is_unicode(chunk: pa.Array) -> bool:
    try:
        chunk.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _unicode(text: str) -> str:
    """A text; what stands for a cell that cannot be read if some of it is not Unicode."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return UNREADABLE_MARK
    return text
