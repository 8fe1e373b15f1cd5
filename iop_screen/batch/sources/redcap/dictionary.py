"""The data dictionary of a REDCap project: its fields in their order, with their choices."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.redcap.dictionary_header import lacking_in, places_of
from iop_screen.batch.sources.redcap.texts import Choice, box_name, clean_label, read_choices
from iop_screen.batch.sources.settings import Delimiter, FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord
from iop_screen.core.problems import and_list, shortened

MAX_DICTIONARY_BYTES = 16 * 1024 * 1024

NOT_A_DICTIONARY = "not-a-dictionary"
BAD_DICTIONARY = "bad-dictionary"

FieldKind = Literal["words", "choices", "boxes", "other", "none"]
"""What the cells of a field hold: what was written, the code of a choice, boxes to be ticked, something whose meaning
the dictionary does not say, or nothing, since there is no column.
"""

KINDS: Mapping[str, FieldKind] = {
    "text": "words",
    "notes": "words",
    "radio": "choices",
    "dropdown": "choices",
    "yesno": "choices",
    "truefalse": "choices",
    "checkbox": "boxes",
    "descriptive": "none",
}
"""The types of fields by what their cells hold; any other type is `other`."""

FIXED_CHOICES: Mapping[str, tuple[Choice, ...]] = {
    "yesno": (Choice("1", "Yes"), Choice("0", "No")),
    "truefalse": (Choice("1", "True"), Choice("0", "False")),
}
"""The choices of types that list none."""

AS_WRITTEN = "Save the dictionary as CSV in UTF-8, as REDCap writes it."

_MARKS: tuple[Delimiter, ...] = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: a line of the dictionary. `label` has no HTML, and blanks alone between its words."""

    line: int
    name: str
    form: str
    type: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def kind(self) -> FieldKind:
        """What its cells hold."""
        return KINDS.get(self.type, "other")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All fields in their order; the first is the id of a record. `hash12` tells the bytes of one file from another."""

    name: str
    hash12: str
    fields: tuple[Field, ...]

    @property
    def forms(self) -> tuple[tuple[str, tuple[Field, ...]], ...]:
        """The forms in their order, each with its fields."""
        found: dict[str, list[Field]] = {}
        for field in self.fields:
            found.setdefault(field.form, []).append(field)
        return tuple((name, tuple(fields)) for name, fields in found.items())

    def field(self, name: str) -> Field | None:
        """The field of a name, which is compared as it is written."""
        return next((field for field in self.fields if field.name == name), None)


def read_dictionary(name: str, content: bytes) -> Dictionary | tuple[InputProblem, ...]:
    """The dictionary in a file, or all that keeps it from being read."""
    if len(content) > MAX_DICTIONARY_BYTES:
        message = f"a data dictionary has at most {MAX_DICTIONARY_BYTES:,} bytes, and this file has more"
        return (InputProblem(name, None, NOT_A_DICTIONARY, message),)
    settings = FileSettings(delimiter=_delimiter(content), allow_unended=True)
    source = open_csv(name, io.BytesIO(content), settings)
    if isinstance(source, InputProblem):
        return (replace(source, hint=AS_WRITTEN, command=()),)
    lacking = lacking_in(places_of(source.header.names))
    if lacking:
        return (_no_dictionary(name, source.header.line, lacking),)
    return _read(source, hashlib.sha256(content).hexdigest()[:12])


def _delimiter(content: bytes) -> Delimiter:
    """What most likely parts the cells: the mark that the first line has most of."""
    first = content.partition(b"\n")[0].partition(b"\r")[0]
    return max(_MARKS, key=lambda mark: first.count(mark.encode()))


def _no_dictionary(name: str, line: int | None, lacking: tuple[str, ...]) -> InputProblem:
    message = f"this is no data dictionary of REDCap: it has no column {and_list(lacking)}"
    hint = "`--dictionary` names the file that REDCap gives under Data Dictionary; the records are named before it."
    return InputProblem(name, line, NOT_A_DICTIONARY, message, hint)


def _read(source: CsvSource, hash12: str) -> Dictionary | tuple[InputProblem, ...]:
    read = [*_fields(source)]
    fields = tuple(each for each in read if isinstance(each, Field))
    problems = [each for each in read if isinstance(each, InputProblem)]
    problems += _problems(source.name, fields)
    if not (fields or problems):
        problems.append(InputProblem(source.name, None, BAD_DICTIONARY, "the dictionary has no fields"))
    return tuple(problems) or Dictionary(source.name, hash12, fields)


def _fields(source: CsvSource) -> Iterator[Field | InputProblem]:
    places = places_of(source.header.names)
    for record in source.records():
        match record:
            case Record(line, _, cells):
                if any(map(str.strip, cells)):
                    yield _field(line, {key: cells[place].strip() for key, place in places.items()})
            case RejectedRecord(line, _, code):
                yield InputProblem(source.name, line, BAD_DICTIONARY, f"the line cannot be read: {code}", AS_WRITTEN)
            case ExcludedRecord():
                continue


def _field(line: int, cells: Mapping[str, str]) -> Field:
    kind = cells["type"].casefold()
    listed = kind in KINDS and kind not in {"text", "notes", "descriptive"}
    return Field(
        line=line,
        name=cells["name"],
        form=cells["form"],
        type=kind,
        label=clean_label(cells["label"]),
        choices=FIXED_CHOICES.get(kind) or (read_choices(cells["choices"]) if listed else ()),
    )


def _problems(file: str, fields: Iterable[Field]) -> Iterator[InputProblem]:
    """What is wrong with fields that can be read: one without a name, or two columns of the same name."""
    first: dict[str, int] = {}
    for field in fields:
        if not field.name or not field.form:
            what = "name" if not field.name else "form"
            yield InputProblem(file, field.line, BAD_DICTIONARY, f"the field has no {what}")
            continue
        boxes = [box_name(field.name, choice.code) for choice in field.choices] if field.kind == "boxes" else []
        for name in [field.name, *boxes]:
            if name in first:
                message = f"{shortened(name)!a} is there already, on line {first[name]}"
                yield InputProblem(file, field.line, BAD_DICTIONARY, message)
            first.setdefault(name, field.line)
