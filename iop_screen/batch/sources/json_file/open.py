"""JSON as a source of forms: each object is a record, and each key in it a column."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.record_choice import CHANGED
from iop_screen.batch.sources.csv_framing import NUL
from iop_screen.batch.sources.csv_problems import MAX_COLUMNS
from iop_screen.batch.sources.decoding import UTF16_BOMS
from iop_screen.batch.sources.fhir.open import open_fhir
from iop_screen.batch.sources.fhir.resources import fhir_file
from iop_screen.batch.sources.json_file.cells import cells
from iop_screen.batch.sources.json_file.items import End, Item, first_look
from iop_screen.batch.sources.json_file.layout import Layout, items, layout_of, layout_remark
from iop_screen.batch.sources.json_file.problems import (
    NO_OBJECT,
    broken,
    no_records,
    not_utf8,
    too_many_columns,
    too_sparse,
)
from iop_screen.batch.sources.json_file.values import BadValue
from iop_screen.batch.sources.seekable import seekable
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Header, RejectedRecord, Source
from iop_screen.batch.sources.table_header import unreadable_name
from iop_screen.batch.sources.table_source import BlankLines, TableRow, TableSource, head_account
from iop_screen.batch.sources.table_text import as_one_cell, is_too_sparse, table_record
from iop_screen.batch.sources.unused_settings import unused_settings
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire

OBJECT = "{...}"
"""Stands for an object where others have a value under the same key; it is no answer."""


def open_json(
    name: str, stream: BinaryIO, settings: FileSettings, compiled: CompiledQuestionnaire
) -> Source | InputProblem:
    """Read the keys of all objects of a JSON file, or say why it cannot be read as it is."""
    again = seekable(name, stream, "JSON")
    if isinstance(again, InputProblem):
        return again
    if again.read(2) in UTF16_BOMS:
        return not_utf8(name)
    outline = first_look(again)
    fhir = fhir_file(name, again, outline)
    if fhir is not None:
        return open_fhir(fhir, settings, compiled)
    problem = unused_settings(name, settings, "a JSON file")
    layout = problem or layout_of(name, outline, compiled)
    return layout if isinstance(layout, InputProblem) else _opened(name, again, settings, layout)


@dataclass(slots=True)
class _Found:
    """What a first look at all values of a file came to: the columns, and how many values are no record, by code.

    `records` are those that can be read, and `filled` their cells.
    """

    columns: dict[str, None] = field(default_factory=dict)
    records: int = 0
    filled: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    end: End | None = None


def _opened(name: str, stream: BinaryIO, settings: FileSettings, layout: Layout) -> TableSource | InputProblem:
    found = _found(items(layout, stream))
    problem = _header_problem(name, found)
    if problem is not None:
        return problem
    header = Header(tuple(found.columns), None, 0)

    def rows() -> Iterator[TableRow]:
        return _rows(header.names, items(layout, stream))

    return TableSource(name, header, settings, head_account(header), (layout_remark(layout),), rows)


def _found(values: Iterator[Item | BlankLines | End]) -> _Found:
    """What there is; no more is read once there are more columns than a file may have."""
    found = _Found()
    for item in values:
        if isinstance(item, End):
            found.end = item
        elif isinstance(item, Item):
            texts = _texts(item)
            if isinstance(texts, BadValue):
                found.bad[texts.code] += 1
            else:
                found.columns.update(dict.fromkeys(texts))
                found.records, found.filled = found.records + 1, found.filled + len(texts)
        if len(found.columns) > MAX_COLUMNS:
            break
    return found


def _texts(item: Item) -> dict[str, str] | BadValue:
    """The text of each column that a value has, or why it is no record."""
    match item.value:
        case BadValue():
            return item.value
        case dict():
            return cells(item.value)
        case _:
            return BadValue(NO_OBJECT)


def _header_problem(name: str, found: _Found) -> InputProblem | None:
    """What is wrong with the columns."""
    if found.end is not None:
        return broken(name, found.end.code, found.end.byte, found.end.items)
    if not found.columns:
        return no_records(name, found.bad)
    if len(found.columns) > MAX_COLUMNS:
        return too_many_columns(name)
    if is_too_sparse(found.records, len(found.columns), found.filled):
        return too_sparse(name, len(found.columns))
    if any("\0" in column for column in found.columns):
        return unreadable_name(name, NUL)
    return None


def _rows(names: tuple[str, ...], values: Iterator[Item | BlankLines | End]) -> Iterator[TableRow]:
    """The records, each with all columns. Raises CannotGoOn if the file was changed since it was looked at."""
    known, parted = frozenset(names), _parted(names)
    for item in values:
        if isinstance(item, BlankLines):
            yield item
            continue
        if isinstance(item, End):
            raise CannotGoOn(CHANGED, Exit.FILE)
        texts = _texts(item)
        if isinstance(texts, BadValue):
            yield RejectedRecord(item.line, item.line, texts.code, as_one_cell(item.raw))
        elif texts.keys() <= known:
            texts |= {name: OBJECT for name in parted if name not in texts and _has_part(texts, name)}
            yield table_record(item.line, [texts.get(column, "") for column in names])
        else:
            raise CannotGoOn(CHANGED, Exit.FILE)


def _parted(names: tuple[str, ...]) -> frozenset[str]:
    """The columns that hold a value in some objects, and are an object with columns of its own in others."""
    ordered = [*sorted(names), ""]
    return frozenset(
        name for name in names if ordered[bisect_left(ordered, f"{name}.", hi=len(names))].startswith(f"{name}.")
    )


def _has_part(texts: dict[str, str], name: str) -> bool:
    """Whether something stands in an object."""
    return any(text.strip() and column.startswith(f"{name}.") for column, text in texts.items())
