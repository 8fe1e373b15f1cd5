"""The shape of the file, checked by the core of pydantic against the classes of `model`, with errors in plain words.

Only `pydantic_core` is imported. `pydantic` itself would build the same schema, but its import and its general way
of building one take longer than all else in the start of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as core

from iop_screen.core.problems import did_you_mean, or_list, shortened
from iop_screen.questionnaire import model
from iop_screen.questionnaire.conditions import ReadBeforeShape
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.scalars import A_DATE, A_DAY, PlacedScalar, Text
from iop_screen.questionnaire.types import QUESTION_TYPES
from iop_screen.questionnaire.types.base import Option, Waiver

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Path = tuple[int | str, ...]
"""The keys and list indexes that lead to a part of the file."""

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
    "bands": model.Band,
    "rules": model.Rule,
    "notes": model.Note,
    "guarantees": model.Guarantee,
    "guide": model.GuidePage,
}


CONFIG = core.CoreConfig(extra_fields_behavior="forbid")


def file_schema() -> core.CoreSchema:
    """The schema of a tuple that holds one questionnaire, read off the classes of `model`.

    Raises TypeError if a class has a field of a kind that is not known here.
    """
    parts: dict[type, core.CoreSchema] = {}
    questionnaire = core.tuple_schema([_of(Questionnaire, parts)])
    return core.definitions_schema(questionnaire, [*parts.values()])


def _of(hint: Any, parts: dict[type, core.CoreSchema]) -> core.CoreSchema:
    """The schema of a type; those of the classes in it are added to `parts`."""
    origin, inner = get_origin(hint), [part for part in get_args(hint) if part is not type(None)]
    if origin is Annotated:
        return (
            core.is_instance_schema(get_args(inner[0])) if isinstance(inner[1], ReadBeforeShape) else _question(parts)
        )
    if origin is Literal:
        return core.literal_schema(inner)
    if origin is tuple:
        return core.tuple_schema([_of(inner[0], parts)], variadic_item_index=0)
    if inner:
        return core.nullable_schema(_of(inner[0], parts))
    return _of_class(hint, parts)


def _of_class(part: type, parts: dict[type, core.CoreSchema]) -> core.CoreSchema:
    if part is bool:
        return core.bool_schema()
    if issubclass(part, PlacedScalar):
        return core.no_info_plain_validator_function(part.accept)
    if not is_dataclass(part):
        raise TypeError(part)
    reference = f"{part.__module__}.{part.__qualname__}:0"
    if part not in parts:
        parts[part] = core.definition_reference_schema(reference)  # it may stand in itself
        parts[part] = _of_dataclass(part, reference, parts)
    return core.definition_reference_schema(reference)


def _question(parts: dict[type, core.CoreSchema]) -> core.CoreSchema:
    """A question of one of the types; its key `type` says of which."""
    kinds = {word: _of(kind, parts) for word, kind in QUESTION_TYPES.items()}
    return core.tagged_union_schema(kinds, discriminator="type", strict=False, from_attributes=True)


def _of_dataclass(part: type, reference: str, parts: dict[type, core.CoreSchema]) -> core.CoreSchema:
    hints, names = get_type_hints(part, include_extras=True), [field.name for field in fields(part)]
    entries = [
        core.dataclass_field(
            field.name, _field(field, _of(hints[field.name], parts)), validation_alias=key_of(field.name)
        )
        for field in fields(part)
    ]
    arguments = core.dataclass_args_schema(part.__name__, entries)
    return core.dataclass_schema(part, arguments, names, ref=reference, slots=True, config=CONFIG)


def key_of(name: str) -> str:
    """The key of the file that a field of a class holds: its name, without the `_` behind a word of Python's own."""
    return name.removesuffix("_")


def _field(field: Field[Any], schema: core.CoreSchema) -> core.CoreSchema:
    return schema if field.default is MISSING else core.with_default_schema(schema, default=field.default)


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
        key_of(entry.name) == path[-1] and (entry.default is not MISSING or entry.default_factory is not MISSING)
        for entry in fields(known)
    )


def error_text(error: ErrorDetails, path: Path, written: Any, part: Any) -> tuple[str, str, str]:
    """Code, message and hint for one finding of pydantic about what is `written` at a path in a `part`."""
    wording: Wording = _WORDINGS.get(error["type"], _unwanted)
    return wording(error, path, written, part)


def _unknown_key(_: ErrorDetails, path: Path, __: Any, part: Any) -> tuple[str, str, str]:
    known_class = part_class(path[:-1], part)
    known = [key_of(entry.name) for entry in fields(known_class)] if known_class else []
    hint = did_you_mean(str(path[-1]), known) or f"known here: {or_list(known)}"
    return "unknown-key", f"`{shortened(path[-1])}` is not a key of this part", hint


def missing_key(key: str, written: Iterable[str]) -> tuple[str, str, str]:
    """Code, message and hint for a key that has to be there; `written` are the keys that are."""
    meant = did_you_mean(key, written).replace("did you mean", "is it written as")
    return "missing-key", f"the key `{key}` is missing here", meant or f"add `{key}:`"


def _wrong_kind(wanted: str, hint: str = "") -> Wording:
    return lambda _, path, written, __: (
        "wrong-kind",
        f"{_name_of(path)} wants {wanted}, not {_quoted(written)}",
        hint,
    )


def _unwanted(error: ErrorDetails, path: Path, written: Any, _: Any) -> tuple[str, str, str]:
    """One of our own scalars refused what is written, and says what it wants."""
    if isinstance(written, str) and not written.strip():
        return "empty-text", f"{_name_of(path)} is empty", "fill it in, or remove the key if it may be left out"
    wanted = error.get("ctx", {}).get("error", "something else")
    return "wrong-kind", f"{_name_of(path)} wants {wanted}, not {_quoted(written)}", HOW_TO_WRITE.get(str(wanted), "")


HOW_TO_WRITE = {
    A_DATE: "write the year first, then the month and the day, each with two digits",
    A_DAY: "write the year first, then the month (01 to 12) and the day (01 to 31)",
}
"""A hint for what a scalar wanted, by how it says so."""


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
    """What a path is called: its key, or the list it is a part of."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "the file")
    return f"`{name}`" if path and isinstance(path[-1], str) else f"each part of `{name}`"


def _quoted(written: object) -> str:
    if isinstance(written, Text) and written:
        return f"`{shortened(written)}`"
    return "a list" if isinstance(written, list) else "a set of keys" if isinstance(written, dict) else "nothing"


_WORDINGS: dict[str, Wording] = {
    "unexpected_keyword_argument": _unknown_key,
    "missing": lambda _, path, __, part: missing_key(str(path[-1]), part if isinstance(part, dict) else ()),
    "literal_error": _unknown_word,
    "union_tag_invalid": _unknown_type,
    "union_tag_not_found": _unknown_type,
    "dataclass_type": _wrong_kind("a set of keys"),
    "tuple_type": _wrong_kind("a list", "write it as `[a, b]` or one `- ` a line"),
    "bool_parsing": _wrong_kind("`true` or `false`"),
    "bool_type": _wrong_kind("`true` or `false`"),
}
