"""The lines of a rejects file: each record that needs a look, with its reasons and the text that was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.batch.record_choice import (
    DUPLICATE_ID,
    OTHER_QUESTIONNAIRE,
    OTHER_VERSION,
    TIME_EQUAL,
    TIME_UNREADABLE,
    UNKNOWN_STATUS,
)
from iop_screen.batch.rows import RECORD, ExcludedRow, Origin, ScoredRow, file_name
from iop_screen.batch.sources.fhir.response import FHIR_REJECTIONS
from iop_screen.batch.sources.json_file.problems import JSON_REJECTIONS
from iop_screen.batch.sources.rejects_source import EXCLUDED, HEADER, NO_LINE, UNREADABLE_MARK, header_message
from iop_screen.batch.sources.source import UNENDED, Source
from iop_screen.batch.sources.spreadsheet.problems import MERGED_CELL
from iop_screen.batch.tally import READABLE
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import NOT_ALONE, OUT_OF_RANGE, UNREADABLE

MESSAGES = {
    UNREADABLE: "the cell says nothing that the questionnaire or the mapping knows",
    OUT_OF_RANGE: "the number is outside the bounds of the question",
    NOT_ALONE: "an option that stands alone was chosen with another one",
    "conflict": "two columns for the same answer differ",
    UNENDED: "the record may have been cut in this cell, by a line end or the end of the file; when raw is right, empty"
    " this code",
    DUPLICATE_ID: "an earlier record has the same id, or it cannot be told which of them is the latest",
    TIME_EQUAL: "another record with this id has the same time",
    TIME_UNREADABLE: "the time of the form cannot be read",
    UNKNOWN_STATUS: "the mapping does not say what this status means",
    OTHER_VERSION: "the form was made from another version of the questionnaire, as its stamp says",
    OTHER_QUESTIONNAIRE: "the form was made from another questionnaire, as its stamp says",
    "wrong-width": "the record has more or fewer cells than the header",
    "trailing-delimiter": "each record has blank cells that the header does not have",
    "nul": f"the record holds a NUL byte; it stands as {UNREADABLE_MARK} in raw",
    "undecodable": f"the record is not in the encoding of the file; such bytes stand as {UNREADABLE_MARK} in raw",
    "unclosed-quote": "a quote opens and never closes",
    "text-after-quote": "text follows a closing quote",
    "swallowed-record": "a quoted cell of several lines may hold a whole record; a quote may be missing",
    "too-long": "the record is too long to be read",
    "repeated-header": "the record repeats the names of the header",
    MERGED_CELL: "a cell is merged with others, so it may be meant for the blank ones too; when raw is right, empty"
    " this code",
    **FHIR_REJECTIONS,
    f"{EXCLUDED}empty-response": "left out, since the response has no answer, whatever its status",
    f"{EXCLUDED}not-a-response": "left out, since it is a resource of another type",
    **JSON_REJECTIONS,
    f"{EXCLUDED}status": "left out by its status",
    f"{EXCLUDED}{DUPLICATE_ID}": "left out, since another record with this id is scored",
    f"{EXCLUDED}repeated-header": "left out, since it repeats the names of the header",
    f"{EXCLUDED}no-field-of-this-form": "left out, since it is of another event or form and holds no question",
}
"""What the codes mean, in the words of the rejects file."""


@dataclass(frozen=True, slots=True)
class RejectLine:
    """One line of a rejects file; `raw` is there on the first line of a record, and on the line of the header."""

    file: str
    line: int
    last_line: int
    column: str
    code: str
    message: str
    raw: str


def header_line(source: Source) -> RejectLine:
    """The line of the header of a file, by which its records can be read again."""
    header = source.header
    raw = source.delimiter.join(_quoted(name, source.delimiter) for name in header.names)
    return RejectLine(
        file_name(source), header.line or NO_LINE, header.last_line, "", HEADER, header_message(source.delimiter), raw
    )


def reject_lines(outcomes: Iterable[ScoredRow | ExcludedRow]) -> Iterator[RejectLine]:
    """The lines of those records that have a problem that a person should look at, or that were left out."""
    for outcome in outcomes:
        if isinstance(outcome, ExcludedRow):
            yield _line(outcome.origin, "", f"{EXCLUDED}{outcome.reason}", first=True)
        elif outcome.origin is not None:
            problems = [each for each in outcome.problems if each.code not in READABLE]
            for place, problem in enumerate(problems):
                yield _line(outcome.origin, _column(outcome.origin, problem), problem.code, first=place == 0)


def _line(origin: Origin, column: str, code: str, *, first: bool) -> RejectLine:
    record = origin.record
    raw = _shown(record.raw) if first else ""
    return RejectLine(
        file_name(origin.source),
        record.line,
        record.last_line,
        column,
        code,
        MESSAGES.get(code, "it cannot be read"),
        raw,
    )


def _column(origin: Origin, problem: AnswerProblem) -> str:
    """The name of the input column of a question, of several columns all their names."""
    if problem.question == RECORD:
        return ""
    answers = next(each for each in origin.columns.answers if str(each.question.id) == problem.question)
    return "; ".join(origin.source.header.names[index] for index in answers.indexes)


def _shown(raw: bytes) -> str:
    """The text of a record without the line end after it."""
    return raw.decode("utf-8", "replace").replace("\0", UNREADABLE_MARK).rstrip("\r\n")


def _quoted(name: str, delimiter: str) -> str:
    return name if {*name}.isdisjoint(f'"\r\n{delimiter}') else '"' + name.replace('"', '""') + '"'
