"""What a record of an export says once the data dictionary is known: its id, and which of its boxes count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from iop_screen.batch.cells import WHOLE_NUMBER, cell_key
from iop_screen.batch.sources.redcap.columns import ExportColumn, MatchedHeader, Role
from iop_screen.batch.sources.redcap.dictionary import Dictionary
from iop_screen.batch.sources.redcap.meanings import choice_meaning
from iop_screen.batch.sources.source import ExcludedRecord, Record
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question

NO_FIELD = "no-field-of-this-form"
"""Why a record is left out that is of another event or another repeated form."""

NOT_COMPLETED = "[not completed]"
"""Stands in the time of a survey that was begun and not sent."""

OPENED = frozenset({"1", "2", "unverified", "complete"})
"""The texts that say of a form that somebody saved it as more than incomplete."""

NOT_TICKED = frozenset({"", "0", "unchecked"})


def is_ticked(cell: str) -> bool:
    """Whether the cell of a box says anything but that it is not ticked."""
    return cell_key(cell) not in NOT_TICKED


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of one question: those of its options, with their codes, and others, with the text each stands for."""

    options: tuple[tuple[int, str], ...]
    others: tuple[tuple[int, str], ...]

    def blank(self, cells: list[str]) -> None:
        """Take back what boxes of a form say that nobody has opened."""
        for place, _ in (*self.options, *self.others):
            cells[place] = ""

    def join(self, cells: list[str]) -> None:
        """Where another box is ticked, let the boxes of all options say so; what is ticked together, in one text."""
        others = [text for place, text in self.others if is_ticked(cells[place])]
        if others:
            text = " + ".join([*(code for place, code in self.options if is_ticked(cells[place])), *others])
            for place, _ in self.options:
                cells[place] = text


@dataclass(frozen=True, slots=True)
class FormPlaces:
    """One form: its name, the columns that say how far it has come and when it was sent, and those of its fields.

    `ticks` are all of its boxes, `boxes` the same by their fields.
    """

    name: str
    complete: int | None
    timestamp: int | None
    fields: tuple[int, ...]
    ticks: tuple[int, ...]
    boxes: tuple[Boxes, ...]

    def is_begun(self, cells: Sequence[str]) -> bool:
        """Whether it is a survey that somebody began."""
        return self.timestamp is not None and bool(cells[self.timestamp].strip())

    def is_opened(self, cells: Sequence[str]) -> bool:
        """Whether somebody filled in anything of it, or saved it as more than incomplete."""
        if self.complete is not None and cell_key(cells[self.complete]) in OPENED:
            return True
        return any(cells[place].strip() for place in self.fields) or any(
            is_ticked(cells[place]) for place in self.ticks
        )


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the records of one export. `forms` are those with a question of ours.

    `record` is the column with the id, `parts` are those that tell rows of one person apart, and `instrument` says
    which form a row repeats. `mapped` are the columns that a mapping names.
    """

    record: int | None
    parts: tuple[int, ...]
    instrument: int | None
    forms: tuple[FormPlaces, ...]
    mapped: tuple[int, ...]

    def read(self, record: Record) -> Record | ExcludedRecord:
        """The record with its id made of all its parts, and without the boxes of forms that nobody opened.

        One that may have been cut is never left out.
        """
        cells = [*record.cells]
        opened = [form for form in self.forms if form.is_opened(cells)]
        if not opened and not record.unended and self._is_of_another_form(cells):
            return ExcludedRecord(record.line, record.last_line, NO_FIELD, record.raw)
        for form in self.forms:
            for boxes in form.boxes:
                boxes.join(cells) if form in opened else boxes.blank(cells)
        self._join_id(cells)
        return replace(record, cells=cells)

    def _is_of_another_form(self, cells: Sequence[str]) -> bool:
        """Whether a row in which no form of ours was opened is there for another event or another repeated form."""
        if not self.parts or not any(map(str.strip, cells)):
            return False
        if any(cells[place].strip() for place in self.mapped) or any(form.is_begun(cells) for form in self.forms):
            return False
        repeated = "" if self.instrument is None else fold(cells[self.instrument]).replace(" ", "_")
        return repeated not in {form.name for form in self.forms}

    def _join_id(self, cells: list[str]) -> None:
        if self.record is not None and self.parts and cells[self.record].strip():
            parts = (_as_written(cells[place].strip()) for place in self.parts)
            cells[self.record] = "/".join(filter(None, (cells[self.record].strip(), *parts)))


def _as_written(part: str) -> str:
    """The number of a repeat as REDCap writes it; a spreadsheet may have made 2.0 of it."""
    return cell_key(part) if WHOLE_NUMBER.fullmatch(part) else part


def row_reader(
    matched: MatchedHeader,
    dictionary: Dictionary,
    questions: Collection[Question],
    mapped: Mapping[str, Collection[int]],
) -> RowReader:
    """What reads the records of an export. `mapped` has the columns of each question of which a mapping names some."""
    columns = [(place, column) for place, column in enumerate(matched.columns) if column is not None]
    ours = {str(question.id): question for question in questions}
    by_dictionary = {name: question for name, question in ours.items() if name not in mapped}
    places = frozenset(place for named in mapped.values() for place in named)
    forms = dict.fromkeys(column.form for place, column in columns if column.field in ours or place in places)
    several = len({field.form for field in dictionary.fields if field.name in ours}) > 1
    parts: tuple[Role, ...] = ("event", "instrument", "instance") if several else ("event", "instance")
    return RowReader(
        record=_place(columns, "record"),
        parts=tuple(place for role in parts if (place := _place(columns, role)) is not None),
        instrument=_place(columns, "instrument"),
        forms=tuple(_form(form, columns, by_dictionary) for form in forms if form),
        mapped=tuple(place for place in sorted(places) if _is_answer(matched.columns[place])),
    )


def _is_answer(column: ExportColumn | None) -> bool:
    """Whether a cell of a column that a mapping names is there only for those who were asked; boxes always have one."""
    return column is None or column.role == "field"


_Placed = tuple[int, ExportColumn]


def _place(columns: Iterable[_Placed], role: Role) -> int | None:
    return next((place for place, column in columns if column.role == role), None)


def _form(name: str, columns: Iterable[_Placed], questions: Mapping[str, Question]) -> FormPlaces:
    own = [(place, column) for place, column in columns if column.form == name]
    boxes: dict[str, list[_Placed]] = {}
    for place, column in own:
        if column.role == "box":
            boxes.setdefault(column.field, []).append((place, column))
    return FormPlaces(
        name=name,
        complete=_place(own, "complete"),
        timestamp=_place(own, "timestamp"),
        fields=tuple(place for place, column in own if column.role == "field"),
        ticks=tuple(place for place, column in own if column.role == "box"),
        boxes=tuple(_boxes(placed, questions.get(field)) for field, placed in boxes.items()),
    )


def _boxes(placed: Iterable[_Placed], question: Question | None) -> Boxes:
    """The boxes of a field. Of one that is no question, none stands for anything."""
    if question is None:
        return Boxes(tuple((place, "") for place, _ in placed), ())
    options, others = list[tuple[int, str]](), list[tuple[int, str]]()
    for place, column in placed:
        meaning = _meaning(column, question)
        if isinstance(meaning, str) and column.choice is not None:
            options.append((place, column.choice.code))
        else:
            others.append((place, meaning.value if isinstance(meaning, MissingReason) else _text(column)))
    return Boxes(tuple(options), tuple(others))


def _meaning(column: ExportColumn, question: Question) -> str | MissingReason | None:
    return choice_meaning(column.choice, question) if column.choice is not None and column.listed else None


def _text(column: ExportColumn) -> str:
    """What a box stands for that is no option: the code that REDCap has for a missing value, or else its column."""
    choice = column.choice
    if choice is None or column.listed or fold(choice.code) in {"0", "1", "checked", "unchecked"}:
        return column.name or "another box"
    return choice.code
