"""The header of a data dictionary of REDCap, by which it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iop_screen.batch.input_problems import InputProblem
from iop_screen.questionnaire.scalars import fold

DICTIONARY_AS_FORMS = "dictionary-as-forms"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "type": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
}
"""The columns that are read, by what they are called in a file that REDCap gives to a person and to a program.

A table that has them is a dictionary.
"""


def is_dictionary(names: Iterable[str]) -> bool:
    """Whether a table with these columns is a data dictionary."""
    return not lacking_in(places_of(names))


def as_forms(file: str, line: int | None) -> InputProblem:
    """That a data dictionary was named where forms are wanted."""
    message = "this is a data dictionary of REDCap, not an export of its records"
    hint = "Name the export, and this file behind `--dictionary`."
    return InputProblem(file, line, DICTIONARY_AS_FORMS, message, hint)


def places_of(names: Iterable[str]) -> dict[str, int]:
    """Where the columns stand that are read."""
    folded = {fold(name): place for place, name in reversed([*enumerate(names)])}
    return {key: folded[name] for key, written in COLUMNS.items() for name in map(fold, written) if name in folded}


def lacking_in(places: Mapping[str, int]) -> tuple[str, ...]:
    """The names of the columns without which a table is no dictionary, as far as they are not there."""
    return tuple(written[0] for key, written in COLUMNS.items() if key not in places)
