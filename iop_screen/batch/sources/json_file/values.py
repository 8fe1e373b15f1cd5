"""One value of JSON, read so that nothing of it is lost or guessed: numbers as they are written, no key twice."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from iop_screen.batch.sources.csv_framing import RECORD_TOO_LONG, UNDECODABLE
from iop_screen.batch.sources.json_file.problems import BAD_JSON, BAD_NUMBER, DUPLICATE_KEY, TOO_DEEP
from iop_screen.batch.sources.physical_lines import MAX_RECORD_BYTES

MAX_DEPTH = 64
"""So many objects and lists may stand in each other."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written: `1.50` and `1E400` stay so, and a long id keeps all its digits."""

    text: str


@dataclass(frozen=True, slots=True)
class BadValue:
    """What was written cannot be read as one value; `code` says why."""

    code: str


JsonValue: TypeAlias = "bool | str | Number | list[JsonValue] | dict[str, JsonValue] | None"
"""A value of JSON; an object has its keys in the order in which they are written."""


class _Refused(ValueError):
    """Carries the code of what is wrong out of the parser."""


def parse_value(raw: bytes) -> JsonValue | BadValue:
    """The one value that is written there in UTF-8, with nothing but blanks around it; or why there is none.

    The codes: `too-long`, `too-deep`, `undecodable` (no UTF-8, or half of a character of two halves), `duplicate-key`,
    `bad-number` (NaN and Infinity, which JSON does not have), `bad-json`.
    """
    if len(raw) > MAX_RECORD_BYTES:
        return BadValue(RECORD_TOO_LONG)
    if depth_of(raw) > MAX_DEPTH:
        return BadValue(TOO_DEEP)
    try:
        value: JsonValue = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _refused(raw, UNDECODABLE)
    except _Refused as error:
        return _refused(raw, str(error))
    except ValueError:
        return BadValue(BAD_JSON)
    return BadValue(UNDECODABLE) if _SURROGATE.search(raw) and _has_half_character(value) else value


def _refused(raw: bytes, code: str) -> BadValue:
    """The code, unless what follows the place at fault is no JSON: then nobody knows where the value ends."""
    try:
        _ANY.decode(raw.decode("utf-8", "replace"))
    except ValueError:
        return BadValue(BAD_JSON)
    return BadValue(code)


def depth_of(raw: bytes) -> int:
    """How many objects and lists stand in each other at most, by the brackets outside of texts.

    Of what is no JSON, such as a bracket that nothing closes, it may be more.
    """
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH:
        return 0  # it is not too deep, whatever it is
    brackets, depth = _TEXT.sub(b"", raw).translate(_ALIKE, _NO_BRACKETS), 0
    while b"()" in brackets and depth <= MAX_DEPTH:
        brackets, depth = brackets.replace(b"()", b""), depth + 1  # the innermost ones
    return depth + brackets.count(b"(")


_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
"""A text with its quotes; one that does not end goes to the end, so that it is looked at once."""

OPENING = b"[{"
_ALIKE = bytes.maketrans(b"[]{}", b"()()")
_NO_BRACKETS = bytes(each for each in range(256) if each not in b"[]{}")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused(DUPLICATE_KEY)
    return found


def _constant(_text: str) -> NoReturn:
    raise _Refused(BAD_NUMBER)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=Number, parse_float=Number)
_ANY = json.JSONDecoder(parse_int=Number, parse_float=Number)


def _has_half_character(value: JsonValue) -> bool:
    match value:
        case str():
            return not _is_whole(value)
        case list():
            return any(map(_has_half_character, value))
        case dict():
            return not all(map(_is_whole, value)) or any(map(_has_half_character, value.values()))
        case None | bool() | Number():
            return False


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
