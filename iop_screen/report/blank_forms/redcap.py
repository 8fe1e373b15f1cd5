"""A blank form as a REDCap data dictionary: one instrument with a field for each question.

It is one instrument, since REDCap empties a field that is hidden again only on the page that is open. With one page for
each section, a changed answer would leave answers behind it that should be gone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from iop_screen.batch.form_stamp import FORM_COLUMN
from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms.checks import Read, WrittenItem, WrongFormError, check_written
from iop_screen.report.blank_forms.danger import danger_texts, first_about_danger, one_line
from iop_screen.report.blank_forms.form import (
    AllOf,
    AnyOf,
    BlankForm,
    Chose,
    FormKind,
    FormQuestion,
    FormSection,
    Gate,
    NumberFrom,
    PointsFrom,
    shown_labels,
    shown_texts,
)
from iop_screen.report.blank_forms.names import (
    REDCAP_NAMES,
    clean_name,
    free_name,
    option_span,
    points_gate_problems,
    question_name_problems,
)
from iop_screen.report.score_output import csv_text

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
"""The columns of a data dictionary in their order; REDCap looks for these texts."""

LONGEST_INSTRUMENT = 50
OF_AN_INSTRUMENT = ("complete", "timestamp", "return_code")
"""REDCap has a column of its own for each of these, with the name of the instrument before it."""

NOT_TEXT = re.compile(r"[<\[{]|&#?\w+;")
"""What REDCap takes as markup, or as the name of a field whose answer is to stand there."""

NOT_CHOICE = re.compile(rf"{NOT_TEXT.pattern}|\|")
"""What a choice cannot have beside that: a `|` parts one choice from the next."""

CHECKBOX_CODE = re.compile(r"[A-Za-z0-9_]+")
"""The code of a checkbox is part of the name of a column."""

TYPES: dict[FormKind, str] = {"one": "radio", "several": "checkbox", "number": "text", "words": "notes"}


@dataclass(frozen=True, slots=True)
class _Field:
    """A row of the dictionary."""

    name: str
    type: str
    label: str
    header: str = ""
    choices: str = ""
    note: str = ""
    validation: str = ""
    lowest: str = ""
    highest: str = ""
    identifier: str = ""
    branching: str = ""
    annotation: str = ""

    def cells(self, instrument: str) -> tuple[str, ...]:
        """The row, with the name of its instrument; five columns of it stay empty."""
        start = self.name, instrument, self.header, self.type, self.label, self.choices, self.note
        limits = self.validation, self.lowest, self.highest
        return (*start, *limits, self.identifier, self.branching, "", "", "", "", "", self.annotation)


def redcap_dictionary(form: BlankForm) -> bytes | tuple[Problem, ...]:
    """The data dictionary as CSV, or everything about the questionnaire that REDCap cannot have."""
    problems = tuple(_problems(form))
    if problems:
        return problems
    instrument = instrument_name(form)
    dictionary = csv_text([COLUMNS, *(field.cells(instrument) for field in _fields(form))])
    check_written([*_written_items(dictionary)], REDCAP_NAMES.pattern)
    return dictionary.encode()


def instrument_name(form: BlankForm) -> str:
    """The name of the instrument: the id of the questionnaire as REDCap can have it.

    It gets another one if REDCap would make the name of a question out of it.
    """
    own = str(form.compiled.questionnaire.id)
    name = clean_name(own)[:LONGEST_INSTRUMENT].rstrip("_")
    wanted = name if REDCAP_NAMES.takes(name) else clean_name(f"form {name}")
    ends = [(question.id, f"_{end}") for question in form.questions for end in OF_AN_INSTRUMENT]
    taken = {question.removesuffix(end) for question, end in ends if question.endswith(end)}
    return free_name(wanted, taken, REDCAP_NAMES)


# ---------------------------------------------------------------------- what REDCap cannot have


def _problems(form: BlankForm) -> Iterator[Problem]:
    yield from question_name_problems(form, REDCAP_NAMES)
    yield from points_gate_problems(form, REDCAP_NAMES.system)
    yield from _code_problems(form)
    yield from _text_problems(form.compiled)
    yield from _version_problems(form.compiled)


def _code_problems(form: BlankForm) -> Iterator[Problem]:
    """Codes that make no name of a column, which that of a box to tick is a part of."""
    for question in form.questions:
        for choice in question.choices if question.kind == "several" else ():
            if not CHECKBOX_CODE.fullmatch(choice.code):
                message = f"the option `{choice.code}` of `{question.id}` cannot be a box to tick in REDCap"
                span = option_span(form.compiled, question.id, choice.code)
                yield Problem("form-choice", message, span, "use letters, digits and `_` in its id")


def _text_problems(compiled: CompiledQuestionnaire) -> Iterator[Problem]:
    texts = [(text, NOT_TEXT) for text in shown_texts(compiled)]
    labels = [(label, NOT_CHOICE) for label in shown_labels(compiled)]
    for text, pattern in (*texts, *labels):
        found = pattern.search(text)
        if found is not None:
            message = f"REDCap would not show `{found[0]}` as it stands here"
            yield Problem("form-text", message, text.span, "say it in words")


def _version_problems(compiled: CompiledQuestionnaire) -> Iterator[Problem]:
    version = compiled.questionnaire.version
    if not re.fullmatch(r"[\w.+-]+", version, re.ASCII):
        message = "a REDCap form cannot carry this version"
        yield Problem("form-version", message, version.span, "use letters, digits, `.`, `+`, `-` and `_`")


# ---------------------------------------------------------------------- the fields


def _fields(form: BlankForm) -> Iterator[_Field]:
    """All fields: the record, the hidden stamp, what stands at the top, and the questions."""
    taken = {question.id for question in form.questions}
    yield _Field("record_id", "text", "Record ID")
    stamp = f"@HIDDEN @DEFAULT='{form.compiled.stamp}'"
    yield _Field(FORM_COLUMN, "text", "Which form this is; do not change it", annotation=stamp)
    yield _Field(free_name("about_this_form", taken, REDCAP_NAMES), "descriptive", _top_text(form.compiled))
    for section in form.sections:
        yield from _with_header(one_line(section.title), _section_fields(section, form, taken))


def _top_text(compiled: CompiledQuestionnaire) -> str:
    questionnaire = compiled.questionnaire
    texts = questionnaire.title, questionnaire.intended_use, questionnaire.disclaimer
    return "\n".join([*map(one_line, texts), *danger_texts(compiled)])


def _with_header(title: str, fields: Iterable[_Field]) -> Iterator[_Field]:
    """The fields of a section, the first of them with its title."""
    for index, field in enumerate(fields):
        yield field if index else replace(field, header=title)


def _section_fields(section: FormSection, form: BlankForm, taken: set[str]) -> Iterator[_Field]:
    """The questions of a section. Before the first one about danger stands whom to call."""
    first = first_about_danger(section, form.compiled)
    for question in section.questions:
        if question.id == first:
            name = free_name("whom_to_call", taken, REDCAP_NAMES)
            taken.add(name)
            yield _Field(name, "descriptive", "\n".join(danger_texts(form.compiled)))
        yield _question_field(question, form.several)


def _question_field(question: FormQuestion, several: frozenset[str]) -> _Field:
    field = _Field(
        name=question.id,
        type=TYPES[question.kind],
        label=one_line(question.text),
        choices=" | ".join(f"{choice.code}, {one_line(choice.label)}" for choice in question.choices),
        note=one_line(question.help),
        branching="" if question.gate is None else _branching(question.gate, several),
    )
    match question.kind:
        case "one":
            return field
        case "several":
            return replace(field, annotation=_alone(question))
        case "number":
            lowest, highest = (f"{bound:f}" for bound in (question.lowest, question.highest) if bound is not None)
            return replace(field, validation="number", lowest=lowest, highest=highest, annotation="@FORCE-MINMAX")
        case "words":
            return replace(field, identifier="y")  # nobody knows what people write there
        case _:
            assert_never(question.kind)


def _alone(question: FormQuestion) -> str:
    """The tag by which an exclusive choice goes with no other."""
    return f"@NONEOFTHEABOVE='{','.join(choice.code for choice in question.choices if choice.exclusive)}'"


# ---------------------------------------------------------------------- when a field is shown


def _branching(gate: Gate, several: frozenset[str]) -> str:
    """A gate in the syntax of REDCap; `several` are the questions that are boxes to tick."""
    match gate:
        case Chose(question, codes) if question in several:
            return _joined("or", [f"[{question}({code})] = '1'" for code in codes])
        case Chose(question, codes):
            return _joined("or", [f"[{question}] = '{code}'" for code in codes])
        case NumberFrom(question, bound, or_less):
            sign = "<=" if or_less else ">="
            return f"[{question}] <> '' and [{question}] {sign} {bound:f}"  # a blank counts as 0 there
        case AllOf(parts):
            return _joined("and", [_branching(part, several) for part in parts])
        case AnyOf(parts):
            return _joined("or", [_branching(part, several) for part in parts])
        case PointsFrom():
            raise WrongFormError("points")  # a problem, which comes before
        case _:
            assert_never(gate)


def _joined(word: str, parts: Sequence[str]) -> str:
    """Tests with `and` or `or` between them; one that has such a word itself stands in brackets."""
    if len(parts) == 1:
        return parts[0]
    return f" {word} ".join(f"({part})" if re.search(r" (and|or) ", part) else part for part in parts)


# ---------------------------------------------------------------------- what was written

_READ = re.compile(r"\[(\w+)(?:\((\w+)\))?\](?: = '([^']*)')?")


def _written_items(dictionary: str) -> Iterator[WrittenItem]:
    """What the checks look at, read back from the text of the dictionary."""
    for row in csv.DictReader(io.StringIO(dictionary, newline="")):
        listed = row[COLUMNS[5]].split(" | ") if row[COLUMNS[5]] else []
        reads = (Read(name, code or value or None) for name, code, value in _READ.findall(row[COLUMNS[11]]))
        yield WrittenItem(row[COLUMNS[0]], tuple(choice.partition(",")[0] for choice in listed), tuple(reads))
