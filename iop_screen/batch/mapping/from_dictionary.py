"""A mapping made of the data dictionary of a REDCap project, for the questions whose id is the name of a field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from iop_screen.batch.cells import cell_key
from iop_screen.batch.mapping.model import ColumnRef, FromTicks, QuestionMapping
from iop_screen.batch.mapping.model import Mapping as FormMapping
from iop_screen.batch.sources.redcap.dictionary import Dictionary, Field
from iop_screen.batch.sources.redcap.meanings import choice_meaning, meanings
from iop_screen.batch.sources.redcap.texts import box_name
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.core.problems import START
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.scalars import Text
from iop_screen.questionnaire.types import Question

RAW_TICKED, RAW_UNTICKED = frozenset({"1"}), frozenset({"0"})
NUMBERS = frozenset({"calc", "slider"})
"""The types of fields that hold a number and list no choices."""

LABEL_TICKED, LABEL_UNTICKED = frozenset({"checked"}), frozenset({"unchecked"})


def with_dictionary(
    said: FormMapping | None,
    dictionary: Dictionary,
    compiled: CompiledQuestionnaire,
    *,
    labelled: bool,
    names: Collection[str],
) -> FormMapping:
    """What the dictionary says of the questions, together with a mapping, which goes before it.

    `labelled` says that the cells are labels; `names` are the columns that there are. The id names both.
    """
    kind = "labels" if labelled else "codes"
    identity = f"redcap-{kind}" if said is None else f"{said.stamp}+redcap-{kind}"
    made = FormMapping(
        id=identity,
        hash12=dictionary.hash12,
        file=FileSettings(),
        id_column=_ref(dictionary.fields[0].name),
        time=None,
        status=(),
        questions=(),
        missing={},
        ignore=(),
        guesses=(),
    )
    if said is not None:
        id_column = said.id_column or made.id_column
        made = replace(said, id=identity, hash12=dictionary.hash12, id_column=id_column)
    if dictionary.fields[0].name not in names and (said is None or said.id_column is None):
        made = replace(made, id_column=None)
    entries = {entry.question: entry for entry in made.questions}
    by_dictionary = (_entry(question, dictionary, labelled=labelled, names=names) for question in compiled.questions)
    return replace(made, questions=tuple(_joined(entries.get(each.question), each) for each in by_dictionary))


def _ref(name: str) -> ColumnRef:
    return ColumnRef((Text(name),), None, START)


def _joined(said: QuestionMapping | None, made: QuestionMapping) -> QuestionMapping:
    """What a mapping says of a question, and where it is silent, what the dictionary says."""
    if said is None:
        return made
    if said.source is not None:
        return said
    further = {text: frozenset({option}) for text, option in said.labels.items()}
    codes = None if said.ranges else {**(made.codes or {}), **further, **(said.codes or {})}
    known = {*(codes or ()), *said.missing}
    missing = {text: reason for text, reason in made.missing.items() if text not in known}
    return replace(
        said,
        source=made.source,
        codes=said.codes if made.codes is None else codes,
        labels=said.labels if made.codes is None else {},
        missing={**missing, **said.missing},
    )


def _entry(question: Question, dictionary: Dictionary, *, labelled: bool, names: Collection[str]) -> QuestionMapping:
    """What the dictionary says of one question. What it does not explain is not read, unless it is words anyway."""
    name = str(question.id)
    field = dictionary.field(name)
    entry = QuestionMapping(name, None, {}, {}, (), {}, "", START, None)
    if question.is_free_text:
        return replace(entry, codes=None)
    if field is None:
        return entry
    match field.kind:
        case "words":
            return replace(entry, codes=None)
        case "other":
            is_number = question.number_range is not None and field.type in NUMBERS
            return replace(entry, codes=None) if is_number else entry
        case "choices":
            return _choices(entry, field, question, labelled=labelled)
        case "boxes":
            return _boxes(entry, field, question, labelled=labelled, names=names)
        case "none":
            return entry


def _choices(entry: QuestionMapping, field: Field, question: Question, *, labelled: bool) -> QuestionMapping:
    if question.number_range is not None:
        return _number_choices(entry, field)
    found = meanings(field.choices, question, labelled=labelled)
    return replace(
        entry,
        codes={text: frozenset({meaning}) for text, meaning in found.items() if isinstance(meaning, str)},
        missing=_reasons(found),
    )


def _reasons(found: Mapping[str, str | MissingReason | None]) -> dict[str, MissingReason]:
    """The texts that are no answer; a choice that means nothing to the questionnaire cannot be read."""
    return {
        text: meaning or MissingReason.UNREADABLE for text, meaning in found.items() if not isinstance(meaning, str)
    }


def _number_choices(entry: QuestionMapping, field: Field) -> QuestionMapping:
    """Choices of a number are read as numbers where each code is its label."""
    same = all(cell_key(choice.code) == cell_key(choice.label) for choice in field.choices)
    return replace(entry, codes=None) if same else entry


def _boxes(
    entry: QuestionMapping, field: Field, question: Question, *, labelled: bool, names: Collection[str]
) -> QuestionMapping:
    """A column for each option; without any, the question has no column."""
    found = [*_options(field, question)]
    columns = tuple((option, _ref(box_name(field.name, code))) for option, code, _ in found)
    if not any(ref.names[0] in names for _, ref in columns) or not question.answer_ids():
        return entry
    labels = frozenset(cell_key(label) for _, _, label in found if label)
    ticked = LABEL_TICKED | (labels - LABEL_UNTICKED) if labelled else RAW_TICKED
    unticked = LABEL_UNTICKED if labelled else RAW_UNTICKED
    return replace(entry, source=FromTicks(columns, ticked, unticked, MissingReason.MISSING), codes=None)


def _options(field: Field, question: Question) -> Iterator[tuple[str, str, str]]:
    """The choices that are options: the option, the code and the label."""
    for choice in field.choices:
        meaning = choice_meaning(choice, question)
        if isinstance(meaning, str):
            yield meaning, choice.code, choice.label
