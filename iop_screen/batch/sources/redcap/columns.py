"""Which column of an export is which field of a data dictionary."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.redcap.dictionary import Dictionary, Field
from iop_screen.batch.sources.redcap.texts import Choice, box_label, box_name, label_key
from iop_screen.batch.sources.source import Header
from iop_screen.core.problems import shortened

OTHER_DICTIONARY = "other-dictionary"
COLUMN_OUT_OF_PLACE = "column-out-of-place"

Role = Literal["record", "event", "instrument", "instance", "about", "timestamp", "field", "box", "complete"]
"""What a column is: the id of a record, which event, form and repeat it is of, what else REDCap says of it, when a form
was sent, a field, one choice of a field, or how far a form has come.
"""


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export: its name, its header in an export with labels, and the form and the field it belongs to.

    A box has its choice; one that is not in the dictionary has `listed` false.
    """

    name: str
    label: str
    role: Role
    form: str = ""
    field: str = ""
    choice: Choice | None = None
    listed: bool = True


OWN: frozenset[Role] = frozenset({"record", "field", "box"})
"""What tells one project from another; the other columns are in every export."""

ABOUT: tuple[ExportColumn, ...] = (
    ExportColumn("redcap_event_name", "Event Name", "event"),
    ExportColumn("redcap_repeat_instrument", "Repeat Instrument", "instrument"),
    ExportColumn("redcap_repeat_instance", "Repeat Instance", "instance"),
    ExportColumn("redcap_data_access_group", "Data Access Group", "about"),
    ExportColumn("redcap_survey_identifier", "Survey Identifier", "about"),
)
"""The columns that may stand behind the id of a record."""


@dataclass(frozen=True, slots=True)
class MatchedHeader:
    """What the columns of an export are, in their order; None is one that the dictionary does not have.

    `names` are the names of the fields, whatever the export has as its header. With `labelled`, it has labels there.
    """

    names: tuple[str, ...]
    columns: tuple[ExportColumn | None, ...]
    labelled: bool

    def of_role(self, role: Role) -> tuple[int, ...]:
        """The columns of a role."""
        return tuple(place for place, column in enumerate(self.columns) if column is not None and column.role == role)

    @property
    def unknown(self) -> tuple[int, ...]:
        """The columns that the dictionary does not have."""
        return tuple(place for place, column in enumerate(self.columns) if column is None)


def match_header(
    file: str, header: Header, dictionary: Dictionary, ours: Collection[str]
) -> MatchedHeader | InputProblem:
    """Find the columns of an export; `ours` are the fields of which it must be certain which column they are.

    In an export with raw names they are found by name. Labels may be there twice; so there they are found by their
    order, which is that of the dictionary, and by their text.
    """
    expected = [*export_columns(dictionary)]
    by_name = {column.name: column for column in expected}
    boxes = {field.name: field for field in dictionary.fields if field.kind == "boxes"}
    raw = [by_name.get(name.strip()) or _unlisted_box(name.strip(), boxes) for name in header.names]
    keys = [label_key(name) for name in header.names]
    labels = {label_key(column.label) for column in expected if column.role in OWN}
    found = sum(column is not None and column.role in OWN for column in raw)
    labelled = sum(key in labels for key in keys)
    if not (found or labelled):
        message = "no column of the file is a field of the data dictionary"
        hint = "Is it the dictionary of this project? Export both again, on the same day."
        return InputProblem(file, header.line, OTHER_DICTIONARY, message, hint)
    if found >= labelled:
        return MatchedHeader(header.names, tuple(raw), labelled=False)
    return _ByOrder(file, header, expected, dictionary).matched(ours)


def export_columns(dictionary: Dictionary) -> Iterator[ExportColumn]:
    """All columns that an export may have, in their order."""
    record = dictionary.fields[0]
    yield ExportColumn(record.name, record.label, "record")
    yield from ABOUT
    for form, fields in dictionary.forms:
        yield ExportColumn(f"{form}_timestamp", "Survey Timestamp", "timestamp", form)
        for field in fields:
            if field is not record:
                yield from field_columns(field)
        yield ExportColumn(f"{form}_complete", "Complete?", "complete", form)


def field_columns(field: Field) -> Iterator[ExportColumn]:
    """The columns of one field: one, one for each choice, or none."""
    match field.kind:
        case "boxes":
            for choice in field.choices:
                name, label = box_name(field.name, choice.code), box_label(field.label, choice.label)
                yield ExportColumn(name, label, "box", field.form, field.name, choice)
        case "none":
            return
        case "words" | "choices" | "other":
            yield ExportColumn(field.name, field.label, "field", field.form, field.name)


def _unlisted_box(name: str, boxes: Mapping[str, Field]) -> ExportColumn | None:
    """A box of a field that the dictionary has without this choice: mostly one for a missing data code."""
    field_name, _, code = name.partition("___")
    field = boxes.get(field_name) if code else None
    if field is None:
        return None
    written = f"-{code[1:]}" if code.startswith("_") else code
    return ExportColumn(name, "", "box", field.form, field.name, Choice(written, ""), listed=False)


class _ByOrder:
    """Matches the labels of a header with those of the dictionary, by their order."""

    def __init__(self, file: str, header: Header, expected: Sequence[ExportColumn], dictionary: Dictionary) -> None:
        self._file, self._header, self._expected = file, header, expected
        self._keys = [label_key(name) for name in header.names]
        self._labels = [label_key(column.label) for column in expected]
        self._known = frozenset(self._labels)
        self._boxes = {label_key(field.label): field for field in dictionary.fields if field.kind == "boxes"}

    def matched(self, ours: Collection[str]) -> MatchedHeader | InputProblem:
        """The columns; a problem if one stands elsewhere than the dictionary has it, or may be one of two fields."""
        first, last = self._places(), self._places(backwards=True)
        for index, place in first.items():
            if place is None:
                return self._problem(index, "does not stand where the dictionary has it")
        of_ours = {label for label, column in zip(self._labels, self._expected, strict=True) if column.field in ours}
        columns: list[ExportColumn | None] = [None] * len(self._keys)
        for index, place in first.items():
            if place is not None and place == last[index]:
                columns[index] = self._expected[place]
            elif self._keys[index] in of_ours:
                return self._problem(index, "may be one of several fields with this label")
        columns = [column or self._unlisted(index) for index, column in enumerate(columns)]
        names = tuple(
            written if column is None else column.name or written
            for column, written in zip(columns, self._header.names, strict=True)
        )
        return MatchedHeader(names, tuple(columns), labelled=True)

    def _places(self, *, backwards: bool = False) -> dict[int, int | None]:
        """Where each known header stands in the dictionary: as early as can be, or as late; None if it cannot be."""
        step = -1 if backwards else 1
        found = dict[int, int | None]()
        left = iter([*enumerate(self._labels)][::step])
        for index in range(len(self._keys))[::step]:
            if self._keys[index] in self._known:
                found[index] = next((place for place, label in left if label == self._keys[index]), None)
        return found

    def _unlisted(self, index: int) -> ExportColumn | None:
        """A header such as `Label (choice=Unknown)` of a field that the dictionary has without this choice."""
        label, _, choice = self._header.names[index].rpartition(" (choice=")
        field = self._boxes.get(label_key(label)) if choice.endswith(")") else None
        if field is None or self._keys[index] in self._known:
            return None
        text = choice.removesuffix(")").strip()
        return ExportColumn("", "", "box", field.form, field.name, Choice(text, text), listed=False)

    def _problem(self, index: int, what: str) -> InputProblem:
        shown = shortened(self._header.names[index].strip())
        message = f"column {index + 1} ({shown!a}) {what}"
        hint = "Export the records as `CSV / Microsoft Excel (raw data)`; there each column has a name of its own."
        return InputProblem(self._file, self._header.line, COLUMN_OUT_OF_PLACE, message, hint)
