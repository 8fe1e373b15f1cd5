"""What a call itself needs: who calls, whether they can talk, where the person is, how to call back.

It is kept apart from the answers, in a file of its own beside the record, so that it can be deleted. No rule reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

from iop_screen.core.safe_text import sanitize

CALL_SCHEMA = "iop-screen.call/1"
MAX_CALL_FILE_BYTES = 256 * 1024
"""More than all fields can take at their longest."""


class Caller(Enum):
    """Who is on the line: the person who seeks help, or somebody who calls about them."""

    SELF = "self"
    OTHER = "other"


class YesNo(Enum):
    """A plain answer. That nobody asked is None beside it."""

    YES = "yes"
    NO = "no"


class CallField(Enum):
    """The fields of the header of a call, in the order in which they are asked. The value names that of `CallData`."""

    CALLER = "caller"
    SAFE_TO_TALK = "safe_to_talk"
    WHERE = "where"
    CALL_BACK = "call_back"
    LANGUAGE = "language"
    INTERPRETER = "interpreter"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class CallData:
    """The header of a call. None and an empty text mean that it was not filled in.

    `where`: where the person is now. `call_back`: the number. `reference`: the site's own reference for the file.
    """

    caller: Caller | None = None
    safe_to_talk: YesNo | None = None
    where: str = ""
    call_back: str = ""
    language: str = ""
    interpreter: YesNo | None = None
    reference: str = ""


NO_CALL_DATA = CallData()

FIELD_NAMES = {
    CallField.CALLER: "Who is calling",
    CallField.SAFE_TO_TALK: "Safe to talk",
    CallField.WHERE: "Where the person is",
    CallField.CALL_BACK: "Number to call back",
    CallField.LANGUAGE: "Language",
    CallField.INTERPRETER: "Interpreter needed",
    CallField.REFERENCE: "Reference of the site",
}
NOT_FILLED_IN = "not filled in"
CALLER_TEXTS = {Caller.SELF: "the person themselves", Caller.OTHER: "somebody else"}

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def call_json(call: CallData) -> str:
    """The header of a call as the text of its file; the same data always give the same text."""
    return json.dumps({"schema": CALL_SCHEMA, **call_object(call)}, indent=2) + "\n"


def call_object(call: CallData) -> dict[str, str | None]:
    """The header of a call as the parts of a JSON object; what was not filled in is null."""
    return {field.name: _plain(getattr(call, field.name)) for field in fields(call)}


def _plain(value: Caller | YesNo | str | None) -> str | None:
    return value.value if isinstance(value, Enum) else _LONE_SURROGATE.sub("\ufffd", value) if value else None


def read_call(content: bytes) -> CallData | None:
    """The header of a call that some bytes hold; None if they hold none. Never raises."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return None
    names = {field.name for field in fields(CallData)}
    if not isinstance(read, dict) or read.pop("schema", None) != CALL_SCHEMA or set(read) != names:
        return None
    if not all(value is None or isinstance(value, str) for value in read.values()):
        return None
    try:
        return _from_object(read)
    except ValueError:
        return None


def _from_object(read: Mapping[str, str | None]) -> CallData:
    """ValueError if a word is none that can be chosen."""
    caller, safe, interpreter = read["caller"], read["safe_to_talk"], read["interpreter"]
    return CallData(
        None if caller is None else Caller(caller),
        None if safe is None else YesNo(safe),
        read["where"] or "",
        read["call_back"] or "",
        read["language"] or "",
        None if interpreter is None else YesNo(interpreter),
        read["reference"] or "",
    )


def merged_calls(before: CallData, mine: CallData, theirs: CallData) -> CallData:
    """The header with what was changed since `before` on either side; where both changed a text, with both texts."""
    merged = theirs
    for field in CallField:
        was, here, there = (getattr(call, field.value) for call in (before, mine, theirs))
        if here in (was, there):
            continue
        both = isinstance(here, str) and there not in {was, ""} and here != ""
        merged = with_field(merged, field, f"{here}; also: {there}" if both else here)
    return merged


def with_field(call: CallData, field: CallField, value: Caller | YesNo | str | None) -> CallData:
    """The header with another value in one field; None empties it. The value has to be one that the field can have."""
    empty = "" if isinstance(getattr(NO_CALL_DATA, field.value), str) else None
    changed: dict[str, Any] = {field.value: empty if value is None else value}
    return replace(call, **changed)


def field_text(call: CallData, field: CallField) -> str:
    """What a field says, safe to show; empty if it was not filled in."""
    match getattr(call, field.value):
        case Caller() as caller:
            return CALLER_TEXTS[caller]
        case YesNo() as answer:
            return answer.value
        case None:
            return ""
        case text:
            return sanitize(str(text))


def call_texts(call: CallData) -> tuple[tuple[str, str], ...]:
    """What was filled in, each with its name, safe to show."""
    return tuple((FIELD_NAMES[field], text) for field in CallField if (text := field_text(call, field)))
