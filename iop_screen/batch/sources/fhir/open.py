"""FHIR as a source of forms: each QuestionnaireResponse is a record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.record_choice import CHANGED
from iop_screen.batch.sources.csv_problems import TOO_MANY_COLUMNS
from iop_screen.batch.sources.fhir.answers import JsonObject, as_text
from iop_screen.batch.sources.fhir.columns import ABOUT, STATUS, Columns, columns_of
from iop_screen.batch.sources.fhir.resources import BUNDLE, FhirFile, Resource
from iop_screen.batch.sources.fhir.response import (
    BAD_RESPONSE,
    CONFLICTING_ANSWERS,
    EMPTY_RESPONSE,
    FHIR_REJECTIONS,
    NESTED_BUNDLE,
    NESTED_RESPONSE,
    NOT_A_RESPONSE,
    RESPONSE,
    Response,
    holds_response,
    read_response,
    type_of,
)
from iop_screen.batch.sources.fhir.survey import MAX_LINKS, Survey, remarks, survey
from iop_screen.batch.sources.json_file.items import End
from iop_screen.batch.sources.json_file.problems import WHY_UNREAD, broken, too_sparse
from iop_screen.batch.sources.json_file.values import BadValue
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, Header, RejectedRecord, SourceAccount
from iop_screen.batch.sources.table_source import TableRow, TableSource
from iop_screen.batch.sources.table_text import as_one_cell, is_too_sparse, table_record
from iop_screen.batch.sources.unused_settings import unused_settings
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire

NO_RESPONSES = "no-responses"
ENTERED_IN_ERROR = "entered-in-error"
TYPES_NAMED = 5


def open_fhir(file: FhirFile, settings: FileSettings, compiled: CompiledQuestionnaire) -> TableSource | InputProblem:
    """Look through a file of FHIR, or say why it cannot be read as it is. Codes of the questionnaire are known.

    Raises CannotGoOn if the system cannot read it.
    """
    found = survey(file.resources(), compiled)
    problem = unused_settings(file.name, settings, "a FHIR file") or _problem(file.name, found)
    if problem is not None:
        return problem
    asked = (str(question.id) for question in compiled.questions) if found.of_form or not found.links else ()
    columns = columns_of((*found.links, *asked), found.texts)
    left_out = ((ABOUT.index(STATUS), frozenset({ENTERED_IN_ERROR})),)
    displays = {text: tuple(shown) for text, shown in found.displays.items()}
    header = Header(columns.names, None, 0, left_out, displays)
    said = (*remarks(found, file),)
    return TableSource(file.name, header, settings, SourceAccount(), said, _Rows(file, columns).all)


def _problem(name: str, found: Survey) -> InputProblem | None:
    """What keeps a file from being read."""
    if found.has_too_many_links:
        message = f"the responses have more than {MAX_LINKS:,} link ids, and no more columns can be read"
        hint = "put the responses to each questionnaire into a file of their own"
        return InputProblem(name, None, TOO_MANY_COLUMNS, message, hint)
    if found.responses:
        sparse = is_too_sparse(found.responses, len(found.links), found.filled)
        return too_sparse(name, len(found.links)) if sparse else None
    if found.end is not None and not found.unread:
        return broken(name, found.end.code, found.end.byte)
    if found.unread:
        (code, number), *_ = found.unread.most_common(1)
        why = {**WHY_UNREAD, **FHIR_REJECTIONS}[code]
        message = f"no {RESPONSE} in the file can be read; {code} ({number:,} times): {why}"
        return InputProblem(name, None, NO_RESPONSES, message)
    hint = f"export the resources of the type {RESPONSE}: they hold the answers"
    types = ", ".join(f"{kind} ({number:,})" for kind, number in found.others.most_common(TYPES_NAMED))
    message = f"the file is FHIR without a {RESPONSE}; it has {types or 'no entries'}"
    if [*found.others] == ["Questionnaire"]:
        message = "the file is FHIR with a Questionnaire, which is a blank form, and without any answers to it"
    return InputProblem(name, None, NO_RESPONSES, message, hint)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The resources of a file as the rows of a table."""

    file: FhirFile
    columns: Columns

    def all(self) -> Iterator[TableRow]:
        """They are in the order of the file. Raises CannotGoOn if it cannot be read on, or was changed meanwhile."""
        for each in self.file.resources():
            if isinstance(each, End):
                raise each.stop(self.file.name)
            yield self._row(each) if isinstance(each, Resource) else each

    def _row(self, resource: Resource) -> TableRow:
        line, raw = resource.line, as_one_cell(resource.raw)
        match resource.value:
            case BadValue(code=code):
                return RejectedRecord(line, line, code, raw)
            case dict() as value if type_of(value) == RESPONSE:
                return self._response_row(resource, value)
            case None:
                return ExcludedRecord(line, line, NOT_A_RESPONSE, raw)
            case dict() as value if type_of(value) == BUNDLE:
                return RejectedRecord(line, line, NESTED_BUNDLE, _named(value))
            case dict() as value if type_of(value) and holds_response(value):
                return RejectedRecord(line, line, NESTED_RESPONSE, _named(value))
            case dict() as value if type_of(value):
                return ExcludedRecord(line, line, NOT_A_RESPONSE, _named(value))
            case _:
                return RejectedRecord(line, line, BAD_RESPONSE, raw)

    def _response_row(self, resource: Resource, value: JsonObject) -> TableRow:
        response = read_response(value, resource.full_url)
        if isinstance(response, Response):
            return self._filled_row(resource.line, response)
        return RejectedRecord(resource.line, resource.line, response.code, as_one_cell(resource.raw))

    def _filled_row(self, line: int, response: Response) -> TableRow:
        if not response.answers.keys() <= self.columns.links.keys():
            raise CannotGoOn(CHANGED, Exit.FILE)
        found = self.columns.cells(response)
        record = table_record(line, found.cells)
        if found.empty:
            return ExcludedRecord(line, line, EMPTY_RESPONSE, record.raw)
        if isinstance(record, RejectedRecord) or not found.conflicting:
            return record
        return replace(record, rejected_for=CONFLICTING_ANSWERS)


def _named(resource: JsonObject) -> bytes:
    """A resource that is no response by its type and its id alone: nothing else of it has to stand in another file."""
    return json.dumps({name: as_text(resource.get(name)) for name in ("resourceType", "id")}).encode()
