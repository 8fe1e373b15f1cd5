"""A mapping made of the data dictionary of a REDCap project, for the questions whose id is the name of a field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from iop_screen.batch.cells import cell_key
from iop_screen.batch.mapping.model import AnswerFrom, ColumnRef, FromColumn, FromColumns, FromTicks, QuestionMapping
from iop_screen.batch.mapping.model import Mapping as FormMapping
from iop_screen.batch.mapping.plan import column_refs
from iop_screen.batch.sources.redcap.columns import OWN, export_columns
from iop_screen.batch.sources.redcap.dictionary import Dictionary, Field
from iop_screen.batch.sources.redcap.meanings import ChoiceMeaning, choice_meaning, meanings
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
    made = _identified(said, dictionary, labelled=labelled, has_id=dictionary.fields[0].name in names)
    entries = {entry.question: entry for entry in made.questions}
    project = _Project(dictionary, labelled, frozenset(names), frozenset(made.missing))
    by_dictionary = questions_of(dictionary, compiled) - elsewhere(said)
    return replace(
        made,
        ignore=(*made.ignore, *_no_questions(dictionary, by_dictionary)),
        questions=tuple(project.joined(entries.get(str(each.id)), each) for each in compiled.questions),
    )


def _identified(said: FormMapping | None, dictionary: Dictionary, *, labelled: bool, has_id: bool) -> FormMapping:
    """A mapping, or an empty one, with an id that names the dictionary too, and the column with the ids of records."""
    kind = "labels" if labelled else "codes"
    own_column = _ref(dictionary.fields[0].name) if has_id else None
    if said is not None:
        id_column = said.id_column or own_column
        return replace(said, id=f"{said.stamp}+redcap-{kind}", hash12=dictionary.hash12, id_column=id_column)
    return FormMapping(
        id=f"redcap-{kind}",
        hash12=dictionary.hash12,
        file=FileSettings(),
        id_column=own_column,
        time=None,
        status=(),
        questions=(),
        missing={},
        ignore=(),
        guesses=(),
    )


def _no_questions(dictionary: Dictionary, by_dictionary: Collection[str]) -> Iterator[ColumnRef]:
    """The columns that are no question whatever they are called: those of every export, and boxes that are joined."""
    for column in export_columns(dictionary):
        if column.role not in OWN or (column.role == "box" and column.field in by_dictionary):
            yield _ref(column.name)


def questions_of(dictionary: Dictionary, compiled: CompiledQuestionnaire) -> frozenset[str]:
    """The questions that are fields of a dictionary."""
    fields = {field.name for field in dictionary.fields if field.kind != "none"}
    return frozenset(str(question.id) for question in compiled.questions if str(question.id) in fields)


def elsewhere(said: FormMapping | None) -> frozenset[str]:
    """The questions of which a mapping says where their answer is."""
    entries = said.questions if said is not None else ()
    return frozenset(entry.question for entry in entries if entry.source is not None)


def _ref(name: str) -> ColumnRef:
    return ColumnRef((Text(name),), None, START)


@dataclass(frozen=True, slots=True)
class _Project:
    """What explains the exports of a run: the dictionary, whether cells are labels, and which columns there are.

    `missing` are the texts that a mapping says are no answer to any question.
    """

    dictionary: Dictionary
    labelled: bool
    names: frozenset[str]
    missing: frozenset[str]

    def joined(self, said: QuestionMapping | None, question: Question) -> QuestionMapping:
        """What a mapping says of a question, and where it is silent, what the dictionary says.

        If the mapping names other columns, the dictionary says what the texts in those mean. Where they do not have the
        same choices, only what the mapping says counts.
        """
        if said is None or said.source is None:
            made = self._entry(question, self.dictionary.field(str(question.id)))
            return made if said is None else _joined(said, made)
        named = [self._entry(question, field) for field in self._fields_in(said.source)]
        if not named or any(each.source is not None for each in named):
            return said
        agree = all((each.codes, each.missing) == (named[0].codes, named[0].missing) for each in named)
        return _joined(said, named[0] if agree else replace(named[0], codes={}, missing={}))

    def _fields_in(self, source: AnswerFrom) -> Iterator[Field]:
        """The fields that a mapping names as columns that each hold a whole answer."""
        if isinstance(source, FromColumn | FromColumns):
            names = (name for ref in column_refs(source) for name in ref.names)
            yield from (field for name in names if (field := self.dictionary.field(name)) is not None)

    def _entry(self, question: Question, field: Field | None) -> QuestionMapping:
        """What the dictionary says of a field as a question. What it does not explain is not read, but for words."""
        entry = QuestionMapping(str(question.id), None, {}, {}, (), {}, "", START, None)
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
                return self._choices(entry, field, question)
            case "boxes":
                return self._boxes(entry, field, question)
            case "none":
                return entry

    def _choices(self, entry: QuestionMapping, field: Field, question: Question) -> QuestionMapping:
        if question.number_range is not None:
            return _number_choices(entry, field)
        found = meanings(field.choices, question, labelled=self.labelled)
        codes = {text: frozenset({meaning}) for text, meaning in found.items() if isinstance(meaning, str)}
        reasons = {text: reason for text, reason in _reasons(found).items() if text not in self.missing}
        return replace(entry, codes=codes, missing=reasons)

    def _boxes(self, entry: QuestionMapping, field: Field, question: Question) -> QuestionMapping:
        """A column for each option; without any, the question has no column."""
        found = [*_options(field, question)]
        columns = tuple((option, _ref(box_name(field.name, code))) for option, code, _ in found)
        if not any(ref.names[0] in self.names for _, ref in columns):
            return entry
        labels = frozenset(cell_key(label) for _, _, label in found if label)
        ticked = LABEL_TICKED | (labels - LABEL_UNTICKED) if self.labelled else RAW_TICKED
        unticked = LABEL_UNTICKED if self.labelled else RAW_UNTICKED
        return replace(entry, source=FromTicks(columns, ticked, unticked, MissingReason.MISSING), codes=None)


def _joined(said: QuestionMapping, made: QuestionMapping) -> QuestionMapping:
    """What a mapping says of the texts of a question, and of those it does not name, what the dictionary says."""
    if said.ranges or made.codes is None:
        return replace(said, source=said.source or made.source, missing={**made.missing, **said.missing})
    further = {text: frozenset({option}) for text, option in said.labels.items()}
    codes = {**made.codes, **further, **(said.codes or {})}
    codes = {text: options for text, options in codes.items() if text not in said.missing}
    missing = {text: reason for text, reason in made.missing.items() if text not in codes}
    return replace(said, source=said.source or made.source, codes=codes, labels={}, missing={**missing, **said.missing})


def _reasons(found: Mapping[str, ChoiceMeaning]) -> dict[str, MissingReason]:
    """The texts that are no answer; a choice that means nothing to the questionnaire cannot be read."""
    return {
        text: meaning or MissingReason.UNREADABLE for text, meaning in found.items() if not isinstance(meaning, str)
    }


def _number_choices(entry: QuestionMapping, field: Field) -> QuestionMapping:
    """Choices of a number are read as numbers where each code is its label."""
    same = all(cell_key(choice.code) == cell_key(choice.label) for choice in field.choices)
    return replace(entry, codes=None) if same else entry


def _options(field: Field, question: Question) -> Iterator[tuple[str, str, str]]:
    """The choices that are options: the option, the code and the label."""
    for choice in field.choices:
        meaning = choice_meaning(choice, question)
        if isinstance(meaning, str):
            yield meaning, choice.code, choice.label
