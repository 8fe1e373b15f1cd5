"""A file of SPSS (.sav, .zsav) as a source of forms: each row is a record, and its line is the number of the row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from iop_screen.batch.column_names import NAMES_SHOWN
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.other_process import Bounds, Ended, values_of
from iop_screen.batch.sources.seekable import seekable
from iop_screen.batch.sources.settings import Encoding, FileSettings
from iop_screen.batch.sources.source import Header, Source
from iop_screen.batch.sources.table_header import columns_problem, not_installed
from iop_screen.batch.sources.table_source import TableRow, TableSource, head_account
from iop_screen.batch.sources.table_text import table_record
from iop_screen.batch.sources.unused_settings import unused_settings
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.problems import shortened
from iop_screen.core.safe_text import sanitize

BAD_SPSS = "bad-spss"
SCRIPT = Path(__file__).with_name("spss_script.py")
BOUNDS = Bounds(megabytes=1024, seconds=600)
"""What the process that reads the file may use."""
ICONV_NAMES: dict[Encoding, str] = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "WINDOWS-1252"}
LABELS_SHOWN = 5
AGAIN = "copy it again, or save it again in SPSS"


@dataclass(frozen=True, slots=True)
class _Head:
    """What a file says of its columns: their names, and by name missing codes, labels of codes, and their own label."""

    columns: tuple[str, ...]
    missing: dict[str, list[str]]
    labels: dict[str, dict[str, str]]
    titles: dict[str, str]


class _Unusable(Exception):
    """The file cannot be read: what is wrong, and what can be done."""

    def __init__(self, message: str, hint: str = AGAIN) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def open_spss(name: str, stream: BinaryIO, settings: FileSettings) -> Source | InputProblem:
    """Read what a file of SPSS says of its columns, or say why it cannot be read as it is."""
    problem = unused_settings(name, settings, "a file of SPSS", {"encoding"}) or _not_installed(name)
    held = problem or seekable(name, stream, "a file of SPSS")
    if isinstance(held, InputProblem):
        return held
    try:
        head = _head(held, settings)
    except _Unusable as error:
        return InputProblem(name, None, BAD_SPSS, error.message, error.hint)
    problem = columns_problem(name, head.columns)
    if problem is not None:
        return problem
    titles = {place: head.titles[name] for place, name in enumerate(head.columns) if name in head.titles}
    header = Header(head.columns, None, 0, code_labels=_code_labels(head), titles=titles)

    def rows() -> Iterator[TableRow]:
        return _rows(name, held, settings)

    return TableSource(name, header, settings, head_account(header), tuple(_remarks(head)), rows)


def _not_installed(name: str) -> InputProblem | None:
    """That what reads such files is not there."""
    return None if find_spec("pyreadstat") is not None else not_installed(name, "one of SPSS", "spss")


def _code_labels(head: _Head) -> dict[int, dict[str, str]]:
    return {index: head.labels[column] for index, column in enumerate(head.columns) if column in head.labels}


def _head(stream: BinaryIO, settings: FileSettings) -> _Head:
    return next(_head_of(value) for value in _values("head", stream, settings))


def _head_of(value: object) -> _Head:
    match value:
        case {"columns": list(columns), "missing": dict(missing), "labels": dict(labels), "titles": dict(titles)}:
            return _Head(tuple(columns), missing, labels, titles)
        case _:
            raise _Unusable("the file of SPSS cannot be read")


def _rows(name: str, stream: BinaryIO, settings: FileSettings) -> Iterator[TableRow]:
    """The rows. Raises CannotGoOn if the file is damaged."""
    number = 0
    try:
        for value in _values("rows", stream, settings):
            if not isinstance(value, list):
                return
            number += 1
            yield table_record(number, value)
    except _Unusable as error:
        message = f"{sanitize(name)}: {error.message}: it cannot be read after row {number:,}"
        raise CannotGoOn(message, Exit.FILE) from None


def _values(what: str, stream: BinaryIO, settings: FileSettings) -> Iterator[object]:
    """What the other process says. Raises _Unusable if it cannot read the file, or does not live to read it."""
    encoding = "" if settings.encoding is None else ICONV_NAMES[settings.encoding]
    with values_of(SCRIPT, (what, encoding), stream, BOUNDS) as values:
        try:
            for value in values:
                match value:
                    case {"error": "MemoryError"}:
                        raise _Unusable("the file of SPSS needs more memory than it may have")
                    case {"error": "encoding"}:
                        hint = "say --encoding cp1252 if it is old, and comes from Windows"
                        raise _Unusable("a text in the file of SPSS is not in the encoding that it says", hint)
                    case {"error": "more rows"}:
                        raise _Unusable("the file of SPSS has more rows than it says")
                    case {"error": _}:
                        raise _Unusable("the file of SPSS is damaged, or was cut")
                    case _:
                        yield value
        except Ended:
            raise _Unusable(
                "the file of SPSS is damaged: the process that reads it has ended before its time"
            ) from None


def _remarks(head: _Head) -> Iterator[str]:
    """What should be said of a file that is SPSS."""
    yield "it is a file of SPSS; what is called a line of it is a row, and the first row is 1"
    if head.missing:
        shown = (f"{_name(column)} {', '.join(codes)}" for column, codes in head.missing.items())
        yield f"codes that SPSS counts as missing, and that a mapping has to say: {_first(shown)}"
    if head.labels:
        shown = (f"{_name(column)} {_labels(labels)}" for column, labels in head.labels.items())
        yield f"what it says that codes mean: {_first(shown)}"


def _labels(labels: dict[str, str]) -> str:
    shown = [f"{code} = {shortened(label)!a}" for code, label in [*labels.items()][:LABELS_SHOWN]]
    return ", ".join([*shown, *(["..."] if len(labels) > LABELS_SHOWN else [])])


def _name(column: str) -> str:
    return f"{shortened(column)!a}"


def _first(parts: Iterator[str]) -> str:
    listed = [*parts]
    more = len(listed) - NAMES_SHOWN
    return "; ".join([*listed[:NAMES_SHOWN], *([f"and {more} more columns"] if more > 0 else [])])
