"""Made-up forms as REDCap exports them, raw or with labels, and the data dictionary that goes with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iop_screen.batch.sources.redcap.texts import box_label, box_name, clean_label
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms.form import BlankForm, FormQuestion, FormSection, blank_form

HEADER = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)",
    "Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
"""The 18 columns of a data dictionary."""

TYPES = {"one": "radio", "several": "checkbox", "number": "text", "words": "notes"}

Form = Mapping[str, str]
"""The cells of one form as a plain CSV file has them, by the name of the column; `id` is the id of the form."""

Cell = tuple[str, str]
"""A header with the cell below it."""


def write_redcap(
    compiled: CompiledQuestionnaire, forms: Iterable[Form], *, labels: bool, numbered: bool = False
) -> tuple[bytes, bytes]:
    """A data dictionary, and the export of these forms: raw, or with labels.

    Cells hold ids of options, several with `;` between them, numbers, words, or reasons for no answer. Each section is
    a form, which is complete if one of its questions has a text. Codes are the ids, or numbers from 1.
    """
    writer = _Writer(blank_form(compiled), labels, numbered)
    head = [header for header, _ in writer.cells({})]
    rows = ([cell for _, cell in writer.cells(form)] for form in forms)
    return dictionary_file(writer.fields()), csv_file([head, *rows])


def dictionary_file(fields: Iterable[Mapping[str, str]], delimiter: str = ",") -> bytes:
    """A data dictionary with these fields, each by the names of the columns; what is not named is blank."""
    return csv_file([HEADER, *([field.get(name, "") for name in HEADER] for field in fields)], delimiter)


def field(name: str, form: str, kind: str, label: str, choices: str = "", **more: str) -> dict[str, str]:
    """One line of a data dictionary."""
    return {HEADER[0]: name, HEADER[1]: form, HEADER[3]: kind, HEADER[4]: label, HEADER[5]: choices, **more}


def csv_file(rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """Rows as CSV in UTF-8."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


@dataclass(frozen=True)
class _Writer:
    form: BlankForm
    labels: bool
    numbered: bool

    def fields(self) -> Iterator[dict[str, str]]:
        """The lines of the dictionary."""
        yield field("record_id", _name(self.form.sections[0]), "text", "Record ID")
        for section in self.form.sections:
            for each in section.questions:
                choices = " | ".join(f"{code}, {label}" for _, code, label in self._choices(each))
                yield field(each.id, _name(section), TYPES[each.kind], each.text, choices)

    def cells(self, cells: Form) -> Iterator[Cell]:
        """One row of the export, with its header."""
        yield ("Record ID" if self.labels else "record_id"), cells.get("id", "")
        for section in self.form.sections:
            opened = any(cells.get(each.id, "").strip() for each in section.questions)
            for each in section.questions:
                yield from self._question(each, cells.get(each.id, ""))
            complete = ("Complete" if opened else "Incomplete") if self.labels else ("2" if opened else "0")
            yield ("Complete?" if self.labels else f"{_name(section)}_complete"), complete

    def _choices(self, question: FormQuestion) -> list[tuple[str, str, str]]:
        """The id of each choice, its code and its label."""
        return [
            (choice.code, str(number) if self.numbered and choice.reason is None else choice.code, choice.label)
            for number, choice in enumerate(question.choices, start=1)
        ]

    def _question(self, question: FormQuestion, cell: str) -> Iterator[Cell]:
        choices = self._choices(question)
        if question.kind == "several":
            chosen = {each.strip() for each in cell.split(";")}
            for each, code, label in choices:
                header = box_label(clean_label(question.text), label) if self.labels else box_name(question.id, code)
                ticked = ("Checked", "Unchecked") if self.labels else ("1", "0")
                yield header, ticked[each not in chosen]
        else:
            written = {each: label if self.labels else code for each, code, label in choices}
            yield (question.text if self.labels else question.id), written.get(cell.strip(), cell)


def _name(section: FormSection) -> str:
    return f"{section.id}_form"
