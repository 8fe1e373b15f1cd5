"""An object of JSON as the cells of a record: one text for each key, and for each key of an object in it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from iop_screen.batch.sources.json_file.problems import DUPLICATE_KEY
from iop_screen.batch.sources.json_file.values import BadValue, JsonValue, Number


def cells(value: dict[str, JsonValue]) -> dict[str, str] | BadValue:
    """The text of each column, in the order in which the keys are written; a column without a text is blank.

    The members of an object have its key, a dot and their own. Two places with one name are a `duplicate-key`.
    """
    found = dict[str, str]()
    for name, text in _cells(value, ""):
        if name in found:
            return BadValue(DUPLICATE_KEY)
        found[name] = text
    return found


def _cells(value: dict[str, JsonValue], before: str) -> Iterator[tuple[str, str]]:
    for key, member in value.items():
        if isinstance(member, dict):
            yield from _cells(member, f"{before}{key}.")
        else:
            yield f"{before}{key}", _text(member)


def _text(value: JsonValue) -> str:
    """A value as the text of a cell; nothing for none."""
    match value:
        case None:
            return ""
        case list():
            return list_text(value)
        case _:
            return _scalar(value)


def list_text(members: list[JsonValue]) -> str:
    """Members with `;` between them; as JSON, which is no answer, if they could not be told apart so."""
    texts = [_scalar(member) for member in members]
    if all(text.strip() and ";" not in text for text in texts):
        return ";".join(texts)
    return json_text(members)


def _scalar(value: JsonValue) -> str:
    """A text, a number or a truth as it is read in a cell; nothing for all else."""
    match value:
        case str():
            return value
        case Number(text):
            return text
        case bool():
            return "true" if value else "false"
        case list() | dict() | None:
            return ""


def json_text(value: JsonValue) -> str:
    """A value as it is written in JSON, without blanks between its parts."""
    match value:
        case Number(text):
            return text
        case list():
            return f"[{','.join(map(json_text, value))}]"
        case dict():
            return f"{{{','.join(f'{json_text(key)}:{json_text(member)}' for key, member in value.items())}}}"
        case str() | bool() | None:
            return json.dumps(value, ensure_ascii=False)
