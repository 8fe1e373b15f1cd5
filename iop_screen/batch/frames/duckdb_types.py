"""The values of DuckDB as SQL that gives their text: the same that they have where a Parquet file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from iop_screen.batch.frames.scoring import BLANKS
from iop_screen.batch.sources.rejects_source import UNREADABLE_MARK

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

_AS_WRITTEN = {
    *("boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger"),
    *("ubigint", "uhugeint", "float", "double", "decimal", "date", "uuid", "enum", "null", "varchar"),
}
"""The types of which DuckDB writes values as others do."""


def literal(text: str) -> str:
    """A text as SQL without a sign that could end a line or the query."""
    quoted = f"'{text.replace(chr(39), chr(39) * 2)}'"
    signs = {sign for sign in text if sign < " "}
    for sign in signs:
        quoted = quoted.replace(sign, f"' || chr({ord(sign)}) || '")
    return f"({quoted})" if signs else quoted


def text_of(column: str, kind: DuckDBPyType) -> str:
    """The text of a column of a type; it is NULL where the column is. What has no text cannot be read."""
    if str(kind) == "VARCHAR":
        return column
    if kind.id in {"list", "array"}:
        member = _simple("member", cast("DuckDBPyType", kind.children[0][1]))
        return _unread(column) if member is None else _list(column, member)
    return _simple(column, kind) or _unread(column)


def _simple(value: str, kind: DuckDBPyType) -> str | None:
    """The text of a value that has no parts; None if it has none."""
    if kind.id in _AS_WRITTEN:
        return f"CAST({value} AS VARCHAR)"
    match kind.id:
        case "blob":
            text = f"TRY(decode({value}))"
            read = (
                f"CASE WHEN {text} IS NULL OR contains({text}, chr(0)) THEN {literal(UNREADABLE_MARK)} ELSE {text} END"
            )
            return f"CASE WHEN {value} IS NOT NULL THEN {read} END"
        case "time":
            return _time(f"(DATE '1970-01-01' + {value})", "%H:%M:%S.%f")
        case "timestamp with time zone":
            text = f"({_time(f'make_timestamp(epoch_us({value}))', f'{_DAY} %H:%M:%S.%f')} || 'Z')"
            return f"coalesce({text}, {_unread(value)})"  # a time without end has no such text
        case "timestamp" | "timestamp_s" | "timestamp_ms" | "timestamp_ns":
            return _time(value, f"{_DAY} %H:%M:%S.{_FRACTIONS.get(kind.id, '%f')}")
        case _:
            return None


_DAY = "%Y-%m-%d"
_FRACTIONS = {"timestamp_ms": "%g", "timestamp_ns": "%n"}


def _time(value: str, written: str) -> str:
    """A time as text, without a fraction that is nothing."""
    return f"regexp_replace(strftime({value}, '{written}'), '\\.0+$', '')"


def _list(column: str, member: str) -> str:
    """Members with `;` between them, if they can be told apart so."""
    texts = f"[coalesce({member}, '') for member in {column}]"
    blank = f"trim(each, {literal(BLANKS)}) = ''"
    doubtful = f"len([each for each in {texts} if {blank} OR contains(each, ';')]) > 0"
    return f"CASE WHEN {doubtful} THEN {_unread(column)} ELSE array_to_string({texts}, ';') END"


def _unread(column: str) -> str:
    return f"CASE WHEN {column} IS NOT NULL THEN {literal(UNREADABLE_MARK)} END"
