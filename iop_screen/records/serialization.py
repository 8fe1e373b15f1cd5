"""A record as the text of a file, and back: one JSON object in ASCII; each entry of the log has a `kind`.

Reading what was written gives the same record. Anything else is `Unreadable`; the reason never quotes the file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from iop_screen.questionnaire.answers import Amount, Chosen, MissingReason, Words
from iop_screen.questionnaire.scalars import NUMBER
from iop_screen.records.model import AnswerRecorded, Head, Record
from iop_screen.records.references import HASH12, REFERENCE
from iop_screen.records.wire_names import ADDED_LATER, WIRE_KEYS, WIRE_KINDS, WIRE_WORDS

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
    log = [{"kind": WIRE_KINDS[type(entry)], **_plain_fields(entry)} for entry in record.log]
    return {"schema": RECORD_SCHEMA, **_plain_fields(record.head), "log": log}


def _plain_fields(part: Any) -> dict[str, Any]:
    return {key: _plain(getattr(part, name)) for name, key in WIRE_KEYS[type(part)].items()}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Enum():
            return WIRE_WORDS[value]
        case Decimal():
            return f"{value:f}"
        case str():
            return _LONE_SURROGATE.sub("\ufffd", value)  # half a character: no text can hold it
        case tuple():
            return [_plain(part) for part in value]
        case frozenset():
            return sorted(map(_plain, value))
        case bool() | int() | None:
            return value
        case _:
            return _plain_fields(value)


def read_record(content: bytes) -> Record | Unreadable:
    """The record that some bytes hold, or why they hold none; never raises."""
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import

    if len(content) > MAX_RECORD_FILE_BYTES:
        return Unreadable(TOO_LARGE)
    try:
        document = _record_type().validate_json(content)
    except ValidationError:
        return Unreadable(NO_RECORD if _has_record_schema(content) else OTHER_SCHEMA)
    record = Record(_instance(Head, document), tuple(document.log))
    return record if _is_valid(record) else Unreadable(NO_RECORD)


def _has_record_schema(content: bytes) -> bool:
    """Whether a file names the schema of records, or names none."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    try:
        return bool(TypeAdapter(dict[str, Any]).validate_json(content).get("schema", RECORD_SCHEMA) == RECORD_SCHEMA)
    except ValidationError:
        return True


def _is_valid(record: Record) -> bool:
    """What the types alone do not check: how numbers are written, that an option is chosen, the reference, the hash."""
    head = record.head
    named = REFERENCE.fullmatch(head.ref) and HASH12.fullmatch(head.questionnaire.hash12) and head.revision >= 1
    return bool(named) and all(_is_answer(entry) for entry in record.log if isinstance(entry, AnswerRecorded))


def _is_answer(entry: AnswerRecorded) -> bool:
    match entry.answer:
        case Amount(number):
            return NUMBER.fullmatch(str(number)) is not None
        case Chosen(options):
            return bool(options)
        case Words() | MissingReason():
            return True


@cache
def _record_type() -> TypeAdapter[Any]:
    """The pydantic type of a whole file: strict, without any further keys."""
    from pydantic import FailFast, Field, TypeAdapter  # noqa: PLC0415

    entries = tuple(_parsed_type(entry_type, kind=(Literal[kind], ...)) for entry_type, kind in WIRE_KINDS.items())
    entry = Annotated[Union[entries], Field(discriminator="kind")]  # type: ignore[valid-type]  # noqa: UP007
    schema = (Literal[RECORD_SCHEMA], Field(alias="schema"))
    return TypeAdapter(_object_type(Head, schema_=schema, log=(Annotated[list[entry], FailFast()], ...)))


def _object_type(cls: type[Any], **more: Any) -> Any:
    """The pydantic model of an object with the keys of a class, and some more."""
    from pydantic import ConfigDict, Field, create_model  # noqa: PLC0415

    hints = get_type_hints(cls)
    later = {name: _default(cls, name) for name in ADDED_LATER.get(cls, ())}
    own = {
        name: (_field_type(hints[name]), Field(later.get(name, ...), alias=key)) for name, key in WIRE_KEYS[cls].items()
    }
    return create_model(cls.__name__, __config__=ConfigDict(strict=True, extra="forbid"), **{**more, **own})


def _default(cls: type[Any], name: str) -> Any:
    return next(field.default for field in fields(cls) if field.name == name)


def _parsed_type(cls: type[Any], **more: Any) -> Any:
    """The type of such an object that is read as an instance of the class."""
    from pydantic import AfterValidator  # noqa: PLC0415

    return Annotated[_object_type(cls, **more), AfterValidator(partial(_instance, cls))]


def _instance(cls: type[Any], read: Any) -> Any:
    return cls(**{name: getattr(read, name) for name in WIRE_KEYS[cls]})


def _field_type(hint: Any) -> Any:
    """The pydantic type of a field with this type hint."""
    from pydantic import AfterValidator, FailFast  # noqa: PLC0415

    if hint in WIRE_KEYS:
        return _parsed_type(hint)
    if hint is datetime:
        return Annotated[datetime, AfterValidator(_utc)]
    if get_origin(hint) is tuple:
        return Annotated[hint, FailFast()]
    if isinstance(hint, type) and issubclass(hint, Enum):
        members = {WIRE_WORDS[member]: member for member in hint}
        return Annotated[Literal[tuple(members)], AfterValidator(members.__getitem__)]
    if get_origin(hint) in {Union, UnionType}:
        return Union[tuple(map(_field_type, get_args(hint)))]  # noqa: UP007
    return hint


def _utc(at: datetime) -> datetime:
    if at.utcoffset() != timedelta() or not 1970 <= at.year < 3000:  # what every clock can show
        wanted = "a time in UTC"
        raise ValueError(wanted)
    return at.replace(tzinfo=UTC)
