"""The shape of the file as the core of pydantic checks it, read off the classes of `model`.

Only `pydantic_core` is imported. `pydantic` itself would build the same schema, but its import and its general way
of building one take longer than all else in the start of the program.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic_core import core_schema as core

from iop_screen.questionnaire.conditions import ReadBeforeShape
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.scalars import PlacedScalar
from iop_screen.questionnaire.types import QUESTION_TYPES

CONFIG = core.CoreConfig(extra_fields_behavior="forbid")


def file_schema() -> core.CoreSchema:
    """The schema of a tuple that holds one questionnaire; TypeError if a class has a field of a kind not known here."""
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
    hints, named = _hints(part), fields(part)
    entries = [core.dataclass_field(field.name, _field(field, _of(hints[field.name], parts))) for field in named]
    arguments = core.dataclass_args_schema(part.__name__, entries)
    names = [field.name for field in named]
    return core.dataclass_schema(part, arguments, names, ref=reference, slots=True, config=CONFIG)


def _field(field: Field[Any], schema: core.CoreSchema) -> core.CoreSchema:
    return schema if field.default is MISSING else core.with_default_schema(schema, default=field.default)


def _hints(part: type) -> dict[str, Any]:
    return get_type_hints(part, include_extras=True)
