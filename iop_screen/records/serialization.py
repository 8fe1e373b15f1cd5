"""A record as the text of a file, and back: JSON in ASCII, one object, each entry of the log with its `kind`.

What was written reads as what it was. What does not is `Unreadable`, whatever it is; the reason never quotes it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, assert_never, get_args, get_origin, get_type_hints

from iop_screen.questionnaire.answers import Amount, Chosen, MissingReason, Words
from iop_screen.questionnaire.scalars import NUMBER
from iop_screen.records.model import AnswerRecorded, Head, Record
from iop_screen.records.references import HASH12, REFERENCE
from iop_screen.records.wire_names import KEYS, KINDS, WORDS

if TYPE_CHECKING:
    from pydantic import TypeAdapter

RECORD_SCHEMA = "iop-screen.record/1"
MAX_RECORD_FILE_BYTES = 4 * 2**20

TOO_LARGE = "it is larger than any record"
OTHER_SCHEMA = "it is written in a way that this version does not know"
NO_RECORD = "it is no record, or it is damaged"

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be read, and why; nothing of what stands in it."""

    why: str


def record_json(record: Record) -> str:
    """A record as JSON; the same record always gives the same text."""
    return json.dumps(record_object(record), indent=2) + "\n"


def record_object(record: Record) -> dict[str, Any]:
    """A record as the parts of a JSON object."""
    log = [{"kind": KINDS[type(entry)], **_plain_fields(entry)} for entry in record.log]
    return {"schema": RECORD_SCHEMA, **_plain_fields(record.head), "log": log}


def _plain_fields(noun: Any) -> dict[str, Any]:
    return {key: _plain(getattr(noun, name)) for name, key in KEYS[type(noun)].items()}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Enum():
            return WORDS[value]
        case Decimal():
            return f"{value:f}"
        case str():
            return _LONE_SURROGATE.sub("\ufffd", value)  # half a character: no text can hold it
        case tuple():
            return [_plain(part) for part in value]
        case frozenset():
            return sorted(map(_plain, value))
        case int() | None:
            return value
        case _:
            return _plain_fields(value)


def read_record(content: bytes) -> Record | Unreadable:
    """The record that some bytes hold, or why they hold none; never raises."""
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import

    if len(content) > MAX_RECORD_FILE_BYTES:
        return Unreadable(TOO_LARGE)
    try:
        document = _document().validate_json(content)
    except ValidationError:
        return Unreadable(NO_RECORD if _is_of_this_schema(content) else OTHER_SCHEMA)
    record = Record(_noun(Head, document), tuple(document.log))
    return record if _is_sound(record) else Unreadable(NO_RECORD)


def _is_of_this_schema(content: bytes) -> bool:
    """Whether it says so, or says nothing of the kind."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    try:
        return bool(TypeAdapter(dict[str, Any]).validate_json(content).get("schema", RECORD_SCHEMA) == RECORD_SCHEMA)
    except ValidationError:
        return True


def _is_sound(record: Record) -> bool:
    """What the shape alone does not say: a number as a form has it, an option that was chosen, names made by us."""
    head = record.head
    ours = REFERENCE.fullmatch(head.ref) and HASH12.fullmatch(head.questionnaire.hash12) and head.revision >= 1
    return bool(ours) and all(_is_answer(entry) for entry in record.log if isinstance(entry, AnswerRecorded))


def _is_answer(entry: AnswerRecorded) -> bool:
    match entry.answer:
        case Amount(number):
            return NUMBER.fullmatch(str(number)) is not None
        case Chosen(options):
            return bool(options)
        case Words() | MissingReason():
            return True
        case _:
            assert_never(entry.answer)


@cache
def _document() -> TypeAdapter[Any]:
    """What reads a document: strictly as it is written, no key too many."""
    from pydantic import FailFast, Field, TypeAdapter  # noqa: PLC0415

    entries = tuple(_read_as(noun, kind=(Literal[kind], ...)) for noun, kind in KINDS.items())
    entry = Annotated[Union[entries], Field(discriminator="kind")]  # type: ignore[valid-type]  # noqa: UP007
    schema = (Literal[RECORD_SCHEMA], Field(alias="schema"))
    return TypeAdapter(_shape(Head, schema_=schema, log=(Annotated[list[entry], FailFast()], ...)))


def _shape(noun: type[Any], **more: Any) -> Any:
    """An object with the keys of a noun, as pydantic checks it, and some more."""
    from pydantic import ConfigDict, Field, create_model  # noqa: PLC0415

    hints = get_type_hints(noun)
    own = {name: (_checked(hints[name]), Field(alias=key)) for name, key in KEYS[noun].items()}
    return create_model(noun.__name__, __config__=ConfigDict(strict=True, extra="forbid"), **{**more, **own})


def _read_as(noun: type[Any], **more: Any) -> Any:
    """The noun that such an object is read as."""
    from pydantic import AfterValidator  # noqa: PLC0415

    return Annotated[_shape(noun, **more), AfterValidator(partial(_noun, noun))]


def _noun(noun: type[Any], read: Any) -> Any:
    return noun(**{name: getattr(read, name) for name in KEYS[noun]})


def _checked(hint: Any) -> Any:
    """The type of a field as pydantic checks it."""
    from pydantic import AfterValidator, FailFast  # noqa: PLC0415

    if hint in KEYS:
        return _read_as(hint)
    if hint is datetime:
        return Annotated[datetime, AfterValidator(_utc)]
    if get_origin(hint) is tuple:
        return Annotated[hint, FailFast()]
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = {WORDS[member]: member for member in hint}
        return Annotated[Literal[tuple(members)], AfterValidator(members.__getitem__)]
    if get_origin(hint) in {Union, UnionType}:
        return Union[tuple(map(_checked, get_args(hint)))]  # noqa: UP007
    return hint


def _utc(at: datetime) -> datetime:
    if at.utcoffset() != timedelta() or not 1970 <= at.year < 3000:  # what every clock can show
        wanted = "a time in UTC"
        raise ValueError(wanted)
    return at.replace(tzinfo=UTC)
