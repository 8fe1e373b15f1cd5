"""The shape of the file, checked by pydantic against the classes of `model`; what it finds, in the author's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator

from iop_screen.core.problems import did_you_mean, or_list, shortened
from iop_screen.questionnaire import model
from iop_screen.questionnaire.core_schema import CONFIG, file_schema
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.scalars import A_DATE, A_DAY, Text
from iop_screen.questionnaire.types import QUESTION_TYPES
from iop_screen.questionnaire.types.base import Option, Waiver

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Path = tuple[int | str, ...]
"""The keys and list places that lead to a part of the file."""

Wording = Callable[[Any, Path, Any, Any], tuple[str, str, str]]

PARTS: dict[str, type] = {
    "contacts": model.Contact,
    "levels": model.Level,
    "first_steps": model.FirstStep,
    "sections": model.Section,
    "options": Option,
    "accepted": Waiver,
    "review": model.Review,
    "scores": model.Score,
    "rules": model.Rule,
    "notes": model.Note,
    "guarantees": model.Guarantee,
    "guide": model.GuidePage,
}


@cache
def validator() -> SchemaValidator:
    """What checks a tuple with a tree against the shape of the file, and gives a tuple with the questionnaire."""
    return SchemaValidator(file_schema(), CONFIG)


def part_class(path: Path, part: object) -> type | None:
    """The class of the part at a path, as far as it is known: a question by its type, others by their list."""
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return Questionnaire
    if names[-1] == "questions" and isinstance(part, dict):
        return QUESTION_TYPES.get(str(part.get("type")))
    return PARTS.get(names[-1])


def may_be_left_out(path: Path, part: object) -> bool:
    """Whether the key at the end of a path may be left out; `part` is what the key stands in."""
    known = part_class(path[:-1], part)
    return known is not None and any(
        entry.name == path[-1] and (entry.default is not MISSING or entry.default_factory is not MISSING)
        for entry in fields(known)
    )


def error_text(error: ErrorDetails, path: Path, written: Any, part: Any) -> tuple[str, str, str]:
    """Code, message and hint for one finding of pydantic about what is `written` at a place in a `part`."""
    say: Wording = _WORDS.get(error["type"], _unwanted)
    return say(error, path, written, part)


def _unknown_key(_: ErrorDetails, path: Path, __: Any, part: Any) -> tuple[str, str, str]:
    known_class = part_class(path[:-1], part)
    known = [entry.name for entry in fields(known_class)] if known_class else []
    hint = did_you_mean(str(path[-1]), known) or f"known here: {or_list(known)}"
    return "unknown-key", f"`{shortened(path[-1])}` is not a key of this part", hint


def _missing_key(_: ErrorDetails, path: Path, __: Any, part: Any) -> tuple[str, str, str]:
    return missing_key(str(path[-1]), part if isinstance(part, dict) else ())


def missing_key(key: str, written: Iterable[str]) -> tuple[str, str, str]:
    """Code, message and hint for a key that has to be there; `written` are the keys that are."""
    meant = did_you_mean(key, written).replace("did you mean", "is it written as")
    return "missing-key", f"the key `{key}` is missing here", meant or f"add `{key}:`"


def _no_keys(_: ErrorDetails, path: Path, written: Any, __: Any) -> tuple[str, str, str]:
    return "wrong-kind", f"{_name_of(path)} wants a set of keys, not {_quoted(written)}", ""


def _no_list(_: ErrorDetails, path: Path, written: Any, __: Any) -> tuple[str, str, str]:
    hint = "write it as `[a, b]` or one `- ` a line"
    return "wrong-kind", f"{_name_of(path)} wants a list, not {_quoted(written)}", hint


def _no_flag(_: ErrorDetails, path: Path, written: Any, __: Any) -> tuple[str, str, str]:
    return "wrong-kind", f"{_name_of(path)} wants `true` or `false`, not {_quoted(written)}", ""


def _unwanted(error: ErrorDetails, path: Path, written: Any, _: Any) -> tuple[str, str, str]:
    """One of our own scalars refused what is written, and says what it wants."""
    if isinstance(written, str) and not written.strip():
        return "empty-text", f"{_name_of(path)} is empty", "fill it in, or remove the key if it may be left out"
    wanted = error.get("ctx", {}).get("error", "something else")
    return "wrong-kind", f"{_name_of(path)} wants {wanted}, not {_quoted(written)}", _HOW.get(str(wanted), "")


_HOW = {
    A_DATE: "write the year first, then the month and the day, each with two digits",
    A_DAY: "write the year first, then the month (01 to 12) and the day (01 to 31)",
}


def _unknown_word(error: ErrorDetails, path: Path, written: Any, _: Any) -> tuple[str, str, str]:
    known = [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    return _not_among(path, written, known)


def _unknown_type(_: ErrorDetails, path: Path, written: Any, __: Any) -> tuple[str, str, str]:
    """The key `type` of a question is missing, or no type that there is."""
    if not isinstance(written, dict):
        return "wrong-kind", f"a question is a set of keys, not {_quoted(written)}", ""
    if "type" not in written:
        code, message, hint = missing_key("type", written)
        return code, message, f"{hint} with {or_list([*QUESTION_TYPES])}" if hint.startswith("add") else hint
    return _not_among((*path, "type"), written["type"], [*QUESTION_TYPES])


def _not_among(path: Path, written: Any, known: list[str]) -> tuple[str, str, str]:
    hint = f"it is {or_list(known)}"
    if not isinstance(written, str):
        return "wrong-kind", f"{_name_of(path)} wants one word, not {_quoted(written)}", hint
    if not written.strip():
        return "empty-text", f"{_name_of(path)} is empty", hint
    hint = did_you_mean(written, known) or hint
    return "unknown-word", f"{_quoted(written)} is not known as {_name_of(path)}", hint


def _name_of(path: Path) -> str:
    """What a place is called: its key, or the list it is a part of."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "the file")
    return f"`{name}`" if path and isinstance(path[-1], str) else f"each part of `{name}`"


def _quoted(written: object) -> str:
    if isinstance(written, Text) and written:
        return f"`{shortened(written)}`"
    return "a list" if isinstance(written, list) else "a set of keys" if isinstance(written, dict) else "nothing"


_WORDS: dict[str, Wording] = {
    "unexpected_keyword_argument": _unknown_key,
    "missing": _missing_key,
    "literal_error": _unknown_word,
    "union_tag_invalid": _unknown_type,
    "union_tag_not_found": _unknown_type,
    "dataclass_type": _no_keys,
    "tuple_type": _no_list,
    "bool_parsing": _no_flag,
    "bool_type": _no_flag,
}
