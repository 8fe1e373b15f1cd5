"""An export of REDCap as a source of forms: another source, read by the data dictionary of its project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from iop_screen.batch.cells import cell_key
from iop_screen.batch.column_names import ColumnNames
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.mapping.model import ColumnRef
from iop_screen.batch.mapping.model import Mapping as FormMapping
from iop_screen.batch.mapping.plan import column_refs
from iop_screen.batch.sources.physical_lines import StretchScan
from iop_screen.batch.sources.redcap.columns import MatchedHeader, Role, field_columns, match_header
from iop_screen.batch.sources.redcap.dictionary import Dictionary
from iop_screen.batch.sources.redcap.rows import NOT_COMPLETED, RowReader, row_reader
from iop_screen.batch.sources.source import (
    CleanStretch,
    Header,
    Record,
    Source,
    SourceAccount,
    SourceRecord,
)
from iop_screen.engine.compiled import CompiledQuestionnaire

MIXED_EXPORT = "mixed-export"
LOOKED_AT = 100
"""So many records are looked at to see whether their cells are codes or labels."""

TELLING: Mapping[Role, Mapping[bool, frozenset[str]]] = {
    "complete": {False: frozenset({"0", "1", "2"}), True: frozenset({"incomplete", "unverified", "complete"})},
    "box": {False: frozenset({"0", "1"}), True: frozenset({"checked", "unchecked"})},
}
"""The texts that tell labels from codes, by what REDCap itself writes; True are those of labels."""


@dataclass(slots=True)
class _Met:
    """What was met while the records were read."""

    not_completed: int = 0


@dataclass(frozen=True, slots=True)
class RedcapSource:
    """An export whose columns are known; see `Source`. Its header has the names of the fields.

    `cells_labelled` says that the cells are labels, not codes. The text of a record is that of the file.
    """

    header: Header
    cells_labelled: bool
    _inner: Source
    _matched: MatchedHeader
    _reader: RowReader
    _timestamps: tuple[int, ...]
    _first: tuple[SourceRecord, ...]
    _rest: Iterator[SourceRecord]
    _met: _Met = field(default_factory=_Met)

    @property
    def name(self) -> str:
        """The name of the file."""
        return self._inner.name

    @property
    def delimiter(self) -> str:
        """What parts the cells in the text of a record."""
        return self._inner.delimiter

    @property
    def account(self) -> SourceAccount:
        """What has been read of the file; at first it is as many records ahead as were looked at."""
        return self._inner.account

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is said of the file, and what the dictionary says of it."""
        return (*self._inner.remarks, *self._own_remarks())

    def _own_remarks(self) -> Iterator[str]:
        kind = "labels" if self.cells_labelled else "codes"
        yield f"it is an export of REDCap; its cells are {kind}, as the data dictionary explains them"
        if self._matched.unknown:
            listed = ColumnNames(self.header.names).listed(self._matched.unknown)
            yield f"columns that the data dictionary does not have: {listed}"
        if self._met.not_completed:
            yield f"records with a survey that was begun and not sent: {self._met.not_completed:,}"

    def records(self) -> Iterator[SourceRecord]:
        """The records of the file with the ids and boxes as the dictionary explains them."""
        return map(self._read, chain(self._first, self._rest))

    def pieces(self, _scan: StretchScan[CleanStretch]) -> Iterator[SourceRecord]:
        """The same records, one by one."""
        return self.records()

    def _read(self, record: SourceRecord) -> SourceRecord:
        if not isinstance(record, Record):
            return record
        self._met.not_completed += any(NOT_COMPLETED in record.cells[place] for place in self._timestamps)
        return self._reader.read(record)


def open_redcap(
    source: Source, dictionary: Dictionary, compiled: CompiledQuestionnaire, mapping: FormMapping | None
) -> RedcapSource | InputProblem:
    """A source as the export of a project, or why it cannot be read so. `mapping` is what a person has said of it."""
    mapped = _mapped_refs(mapping)
    certain = {str(question.id) for question in compiled.questions} | _fields(mapped, dictionary)
    matched = match_header(source.name, source.header, dictionary, certain)
    if isinstance(matched, InputProblem):
        return matched
    records = source.records()
    first = tuple(islice(records, LOOKED_AT))
    kinds = _kinds(first, matched)
    if len(kinds) > 1:
        return _mixed(source)
    names = ColumnNames(matched.names)
    places = {name: {i for ref in refs for i in names.referred(ref).indexes} for name, refs in mapped.items()}
    return RedcapSource(
        header=replace(source.header, names=matched.names),
        cells_labelled=True in kinds if kinds else matched.labelled,
        _inner=source,
        _matched=matched,
        _reader=row_reader(matched, dictionary, compiled.questions, places),
        _timestamps=matched.of_role("timestamp"),
        _first=first,
        _rest=records,
    )


def _mapped_refs(mapping: FormMapping | None) -> dict[str, tuple[ColumnRef, ...]]:
    """The columns that a mapping names, by the question."""
    entries = () if mapping is None else mapping.questions
    return {entry.question: column_refs(entry.source) for entry in entries if entry.source is not None}


def _fields(mapped: Mapping[str, Iterable[ColumnRef]], dictionary: Dictionary) -> set[str]:
    """The fields among the columns that a mapping names."""
    names = {str(name) for refs in mapped.values() for ref in refs for name in ref.names}
    fields = {column.name: column.field for field in dictionary.fields for column in field_columns(field)}
    return {fields[name] for name in names if name in fields}


def _kinds(records: Iterable[SourceRecord], matched: MatchedHeader) -> set[bool]:
    """Whether records hold labels, by what only labels or only codes can be; boxes tell if nothing else does.

    A ticked box may hold its label, and that may be a number.
    """
    read = [record.cells for record in records if isinstance(record, Record)]
    for role in TELLING:
        texts = {cell_key(cells[place]) for cells in read for place in matched.of_role(role)}
        found = {labelled for labelled, words in TELLING[role].items() if texts & words}
        if found:
            return found
    return set()


def _mixed(source: Source) -> InputProblem:
    message = "the file holds codes as well as labels"
    hint = "Export the records once more, and do not put two exports in one file."
    return InputProblem(source.name, source.header.line, MIXED_EXPORT, message, hint)
