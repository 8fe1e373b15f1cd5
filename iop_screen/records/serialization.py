"""A record as the text of a file, and back: one JSON object in ASCII; each entry of the log has a `kind` and a `hash`.

Reading what was written gives the same record. What is no record is `Unreadable`; the reason never quotes the file.
A record whose file is not byte for byte what was written has a broken chain. Files from before there were hashes are
read, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from iop_screen.questionnaire.answers import Amount, Chosen, MissingReason, Words
from iop_screen.questionnaire.scalars import NUMBER
from iop_screen.records.chain import (
    BROKEN_SEAL,
    HASH_DIGITS,
    Break,
    Chain,
    FileBroken,
    first_broken,
    last_hash,
    link,
    new_hashes,
)
from iop_screen.records.model import AnswerRecorded, Entry, Head, KeptApart, Record
from iop_screen.records.references import HASH12, REFERENCE
from iop_screen.records.wire_names import ADDED_LATER, WIRE_KEYS, WIRE_KINDS, WIRE_WORDS

if TYPE_CHECKING:
    from pydantic import TypeAdapter

RECORD_SCHEMA = "iop-screen.record/2"
SCHEMA_BEFORE = "iop-screen.record/1"
"""That of files from before there were hashes."""

MAX_RECORD_FILE_BYTES = 4 * 2**20

TOO_LARGE = "it is larger than any record"
OTHER_SCHEMA = "it is written in a way that this version does not know"
NO_RECORD = "it is no record, or it is damaged"

_SCHEMAS = (RECORD_SCHEMA, SCHEMA_BEFORE)
_OPENING = f'{{\n  "schema": "{RECORD_SCHEMA}",\n'.encode()

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be read, and why; nothing of what stands in it."""

    why: str


def record_json(record: Record) -> str:
    """A record as the text of its file; the same record always gives the same text. New entries get their hashes."""
    record = with_hashes(record)
    return json.dumps({**record_object(record), "seal": _seal(record)}, indent=2) + "\n"


def record_object(record: Record) -> dict[str, Any]:
    """A record as the parts of a JSON object, each entry with its hash, without the seal of the file."""
    hashed = zip(map(_entry_object, record.log), with_hashes(record).chain.hashes, strict=True)
    return {**_head_object(record.head), "log": [{**entry, "hash": stored} for entry, stored in hashed]}


def with_hashes(record: Record) -> Record:
    """The record with a hash for each new entry of its log. Hashes that were stored stay, also where they are wrong."""
    stored = record.chain.hashes
    if len(stored) == len(record.log) and record.chain.sealed:
        return record
    before = last_hash(_root(record), map(_entry_text, record.log[: len(stored)]), stored)
    added = new_hashes(before, map(_entry_text, record.log[len(stored) :]))
    return replace(record, chain=replace(record.chain, hashes=(*stored, *added), sealed=True))


def _root(record: Record) -> str:
    """What the hashes begin with: the first reference of the record.

    Neither a new revision, nor another questionnaire, nor a new reference after it was kept apart changes it.
    """
    apart = (entry.ref for entry in record.log if isinstance(entry, KeptApart))
    return link("", _compact([RECORD_SCHEMA, next(apart, record.head.ref)]))


def _seal(record: Record) -> str:
    """A hash over the head, how many entries there are, how many of them have none, and the last hash."""
    if record.chain.broken is not None:
        return BROKEN_SEAL
    counts = len(record.log), record.chain.unhashed
    return link(_last_hash(record), _compact([_head_object(record.head), *counts]))


def _last_hash(record: Record) -> str:
    return last_hash(_root(record), map(_entry_text, record.log), record.chain.hashes)


def _head_object(head: Head) -> dict[str, Any]:
    return {"schema": RECORD_SCHEMA, **_plain_fields(head)}


def _entry_object(entry: Entry) -> dict[str, Any]:
    return {"kind": WIRE_KINDS[type(entry)], **_plain_fields(entry)}


def _entry_text(entry: Entry) -> str:
    """What is hashed of an entry: its JSON without blanks, the keys in the order of the file."""
    return _compact(_entry_object(entry))


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


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
    """The record that some bytes hold, with whether its chain is whole, or why they hold none; never raises."""
    from pydantic import ValidationError  # noqa: PLC0415 - slow to import

    if len(content) > MAX_RECORD_FILE_BYTES:
        return Unreadable(TOO_LARGE)
    try:
        record, seal = _parsed(content)
    except ValidationError:
        return Unreadable(NO_RECORD if _schema_in(content) in _SCHEMAS else OTHER_SCHEMA)
    if not _is_valid(record):  # before it is written out to be compared: a number may be written far too long
        return Unreadable(NO_RECORD)
    if seal is None:
        return record
    return replace(record, chain=Chain(record.chain.hashes, _break_in(record, seal, content)))


def _parsed(content: bytes) -> tuple[Record, str | None]:
    """The record in some bytes, and its seal if it has one; pydantic's ValidationError if there is none."""
    if _schema_in(content) == SCHEMA_BEFORE:
        read = _type_before().validate_json(content)
        return Record(_instance(Head, read), tuple(read.log), Chain((None,) * len(read.log), sealed=False)), None
    read = _record_type().validate_json(content)
    log, hashes = tuple(entry for entry, _ in read.log), tuple(stored for _, stored in read.log)
    return Record(_instance(Head, read), log, Chain(hashes)), read.seal


def _break_in(record: Record, seal: str, content: bytes) -> Break | None:
    """What does not agree in the file of a record."""
    broken = first_broken(_root(record), map(_entry_text, record.log), record.chain.hashes)
    if broken is not None or seal == BROKEN_SEAL:
        return broken or FileBroken.EARLIER
    if seal != _seal(record):
        return FileBroken.SEAL
    return None if record_json(record).encode() == content else FileBroken.FORM


def _schema_in(content: bytes) -> object:
    """The schema that a file names; that of records if it names none."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    if content.startswith(_OPENING):
        return RECORD_SCHEMA
    try:
        return TypeAdapter(dict[str, Any]).validate_json(content).get("schema", RECORD_SCHEMA)
    except ValidationError:
        return RECORD_SCHEMA


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
    """The pydantic type of a whole file: strict, without any further keys. Each entry is read with its hash."""
    from pydantic import AfterValidator, Field  # noqa: PLC0415

    stored: Any = Annotated[str, Field(pattern=f"^[0-9a-f]{{{HASH_DIGITS}}}$")]
    entries = (
        Annotated[
            _object_type(cls, kind=(Literal[kind], ...), hash=(Union[stored, None], ...)),  # noqa: UP007
            AfterValidator(partial(_with_hash, cls)),
        ]
        for cls, kind in WIRE_KINDS.items()
    )
    seal = (Union[stored, Literal[BROKEN_SEAL]], ...)  # noqa: UP007
    return _file_type(RECORD_SCHEMA, entries, _object_type, seal=seal)


@cache
def _type_before() -> TypeAdapter[Any]:
    """The same of a file from before there were hashes, which may lack the keys that were added later."""
    from pydantic import AfterValidator  # noqa: PLC0415

    entries = (
        Annotated[_object_before(cls, kind=(Literal[kind], ...)), AfterValidator(partial(_instance, cls))]
        for cls, kind in WIRE_KINDS.items()
    )
    return _file_type(SCHEMA_BEFORE, entries, _object_before)


def _file_type(schema: str, entries: Iterable[Any], head: Callable[..., Any], **more: Any) -> TypeAdapter[Any]:
    """The type of a file with this schema and entries of these types; `head` makes the type of its head."""
    from pydantic import FailFast, Field, TypeAdapter  # noqa: PLC0415

    entry: Any = Annotated[Union[tuple(entries)], Field(discriminator="kind")]  # noqa: UP007
    log = (Annotated[list[entry], FailFast()], ...)
    return TypeAdapter(head(Head, schema_=(Literal[schema], Field(alias="schema")), log=log, **more))


def _object_type(cls: type[Any], **more: Any) -> Any:
    """The pydantic model of an object with the keys of a class, and some more."""
    from pydantic import ConfigDict, Field, create_model  # noqa: PLC0415

    hints = get_type_hints(cls)
    own = {name: (_field_type(hints[name]), Field(alias=key)) for name, key in WIRE_KEYS[cls].items()}
    return create_model(cls.__name__, __config__=ConfigDict(strict=True, extra="forbid"), **{**more, **own})


def _object_before(cls: type[Any], **more: Any) -> Any:
    """The same of an object that may lack the keys that were added later."""
    from pydantic import Field, create_model  # noqa: PLC0415

    hints = get_type_hints(cls)
    later: dict[str, Any] = {
        name: (_field_type(hints[name]), Field(_default(cls, name), alias=WIRE_KEYS[cls][name]))
        for name in ADDED_LATER.get(cls, ())
    }
    return create_model(cls.__name__, __base__=_object_type(cls, **more), **later)


def _default(cls: type[Any], name: str) -> Any:
    return next(field.default for field in fields(cls) if field.name == name)


def _parsed_type(cls: type[Any], **more: Any) -> Any:
    """The type of such an object that is read as an instance of the class."""
    from pydantic import AfterValidator  # noqa: PLC0415

    return Annotated[_object_type(cls, **more), AfterValidator(partial(_instance, cls))]


def _with_hash(cls: type[Any], read: Any) -> tuple[Any, str | None]:
    return _instance(cls, read), read.hash


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
