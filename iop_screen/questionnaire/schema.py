"""The shape of the file as a JSON Schema, so that an editor completes and checks a questionnaire while it is typed.

The schema is made from the same classes that the reader checks against. It takes whatever the reader takes. An editor
sees `no`, `010` or `2.0` as a truth value or a number where the reader sees the text that is written; so wherever
a text may stand, those may stand too. Only `null` and `~` have to be quoted for it: to an editor they are the same as
a key with nothing behind it.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from iop_screen.questionnaire import model
from iop_screen.questionnaire.scalars import NUMBER, Day, Id, Number, PlacedScalar, Points, Text
from iop_screen.questionnaire.types import QUESTION_TYPES
from iop_screen.questionnaire.types.base import QuestionType
from iop_screen.questionnaire.validation import PARTS, file_schema

if TYPE_CHECKING:
    from pydantic.json_schema import CoreRef, JsonSchemaValue
    from pydantic_core import core_schema

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANY_SCALAR = ["string", "number", "boolean"]
FLAGS = ("true", "false", "yes", "no", "on", "off")
DIGITS = NUMBER.pattern.replace(r"\d", "[0-9]")


def questionnaire_schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of a questionnaire file; the same each time."""
    made = _FileSchema().generate(file_schema())
    parts: dict[str, Schema] = made["$defs"]
    for name, part in parts.items():
        _describe(name, part)
    _gather_questions(parts)
    questionnaire = parts.pop("Questionnaire")
    return {
        "$schema": DIALECT,
        "title": "iop-screen questionnaire",
        **questionnaire,
        "$defs": dict(sorted(parts.items())),
    }


class _FileSchema(GenerateJsonSchema):
    """Gives our own scalars and conditions their schemas, and leaves out what a file cannot say."""

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        """One of our scalars: its `accept` stands in the shape."""
        scalar: type[PlacedScalar] = getattr(schema["function"]["function"], "__self__")  # noqa: B009
        name, reference = self._named(scalar.__name__.lower())
        self.definitions[name] = dict(_SCALARS[scalar])
        return reference

    def is_instance_schema(self, _: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        """A condition: the only part that is read before the shape is checked."""
        name, reference = self._named("condition")
        self.definitions[name] = _condition(reference)
        return reference

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        """One of some words. A reader of YAML 1.1 takes yes and no for true and false, and `1` for a number."""
        words = schema["expected"]
        typed = [_TYPED[word] for word in words if word in _TYPED]
        return {"const": words[0]} if len(words) == 1 and not typed else {"enum": [*words, *typed]}

    def bool_schema(self, _: core_schema.BoolSchema) -> JsonSchemaValue:
        """A flag; in a reader that knows no truth values, one of the words for it."""
        spellings = [spelling for word in FLAGS for spelling in (word, word.capitalize(), word.upper())]
        return {"type": ["boolean", "string"], "pattern": f"^(?:{'|'.join(spellings)})$"}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A key that may be left out; it may not stand there empty."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """What a key means when it is left out is said in its description."""
        return self.generate_inner(schema["schema"])

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """A question: what else it may hold follows from its `type`, so an editor completes the keys that fit."""
        kinds = {str(word): self.generate_inner(kind) for word, kind in schema["choices"].items()}
        name, reference = self._named("question")
        self.definitions[name] = {
            "type": "object",
            "properties": {"type": {"enum": [*kinds]}},
            "required": ["type"],
            "allOf": [{"if": _has("type", word), "then": kind} for word, kind in kinds.items()],
        }
        return reference

    def field_title_should_be_set(self, _: Any) -> bool:
        """A key needs no title: its name and its description say it."""
        return False

    def _named(self, name: str) -> tuple[Any, JsonSchemaValue]:
        """The name of a definition of our own, and the reference to it."""
        core_ref: CoreRef = f"{name}:0"  # type: ignore[assignment]
        definition, reference = self.get_cache_defs_ref_schema(core_ref)
        return definition, dict(reference)


def _condition(itself: JsonSchemaValue) -> Schema:
    several = {"type": "array", "minItems": 1, "items": itself}
    return {
        "description": "What has to hold. Several keys must all hold. There is no `not`.",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"not": {"const": "not"}},
        "properties": {
            "all": {"description": "Each of these conditions holds.", **several},
            "any": {"description": "At least one of these conditions holds.", **several},
        },
        "additionalProperties": _TEST,
    }


def _has(key: str, word: str) -> Schema:
    return {"properties": {key: {"const": word}}, "required": [key]}


def _describe(name: str, part: Schema) -> None:
    """Add descriptions, and what the file asks for beyond the kinds of its values, to a part and each of its keys."""
    owner = {known.__name__: known for known in (*QUESTION_TYPES.values(), *PARTS.values(), model.Questionnaire)}.get(
        name
    )
    if owner is None:
        return
    keys, limits = (owner.KEYS, owner.SCHEMA) if issubclass(owner, QuestionType) else ({}, {})
    part.pop("title", None)
    part["description"] = inspect.cleandoc(owner.__doc__ or "").replace("\n", " ")
    for key, value in part["properties"].items():
        value["description"] = keys.get(key) or KEYS.get(f"{name}.{key}") or KEYS[key]
        value.update({**_LIMITS.get(f"{name}.{key}", {}), **limits.get(key, {})})
    part.update(_LIMITS.get(name, {}))
    if "worse" in part["properties"]:
        part.update({"if": _has("role", "risk"), "then": {"required": ["worse"]}})


def _gather_questions(parts: dict[str, Schema]) -> None:
    """Let an editor offer the keys that all questions have before `type` is chosen."""
    question = parts["question"]
    kinds = [parts[branch["then"]["$ref"].rpartition("/")[2]] for branch in question["allOf"]]
    shared = [key for key in kinds[0]["properties"] if all(key in kind["properties"] for kind in kinds)]
    properties = {key: kinds[0]["properties"][key] for key in shared}
    properties["type"] = {**question["properties"]["type"], "description": KEYS["type"]}
    question |= {"description": "A question; its `type` says which other keys it has.", "properties": properties}
    question["required"] = [key for key in shared if all(key in kind["required"] for kind in kinds)]


_SCALARS: dict[type[PlacedScalar], Schema] = {
    Text: {"description": "A text that is not empty.", "type": ANY_SCALAR, "pattern": r"\S"},
    Id: {
        "description": "A name: letters a to z, digits, `_`, `-` and `.`, at most 64 of them.",
        "type": ANY_SCALAR,
        "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$",
        "minimum": 0,
    },
    Number: {
        "description": "A number such as 12 or 0.5.",
        "type": ["number", "string"],
        "pattern": f"^(?:{DIGITS})$",
        "exclusiveMinimum": -1_000_000_000,
        "exclusiveMaximum": 1_000_000_000,
    },
    Points: {
        "description": "A whole number from 0 to 999999.",
        "type": ["integer", "string"],
        "pattern": "^[0-9]{1,6}$",
        "minimum": 0,
        "maximum": 999_999,
    },
    Day: {
        "description": "A day, written year-month-day.",
        "type": "string",
        "format": "date",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    },
}

_TYPED: dict[str, object] = {"1": 1, "yes": True, "no": False}

_ANSWER: Schema = {"type": ANY_SCALAR, "pattern": r"\S"}

_TEST: Schema = {
    "description": "A test on the answer to a question, or on a score.",
    "anyOf": [
        {"description": "This option is, or is among, the answer.", **_ANSWER},
        {
            "description": "One of these options is, or is among, the answer.",
            "type": "array",
            "minItems": 1,
            "items": _ANSWER,
        },
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {
                "at_least": {"description": "This option or a worse one; this number or a higher one.", **_ANSWER},
                "at_most": {"description": "This number or a lower one.", **_ANSWER},
            },
        },
    ],
}

_REACHES: Schema = {"anyOf": [{"required": ["level"]}, {"required": ["first_step"]}]}

_LIMITS: dict[str, Schema] = {
    "Questionnaire.disclaimer": {"maxLength": 160},
    "Questionnaire.levels": {"minItems": 2},
    "Questionnaire.sections": {"minItems": 1},
    "Score.add": {"minItems": 1},
    "Rule": _REACHES,
    "Guarantee": _REACHES,
}

KEYS = {
    "id": "The name that rules, exports and results use.",
    "title": "What people read in place of the id.",
    "when": "What has to hold.",
    "because": "The reason, in plain words.",
    "source": "What the reason rests on.",
    "level": "The id of the level: at least this one.",
    "first_step": "The id of the first step: at least this one.",
    "means": "What it means for the person.",
    "next_steps": "What to do next, one a line.",
    "contacts": "The ids of the contacts to show with it.",
    "ask": "The question, as it is read aloud.",
    "ask_self": "The question as it is read aloud to a caller who asks for help for themselves.",
    "help": "For the coordinator: how to ask, and what counts.",
    "why": "Why it is asked, in plain words.",
    "role": "`risk` can raise the suggestion, `context` describes the person, `access` can only add notes.",
    "type": f"How it is answered: {', '.join([*QUESTION_TYPES][:-1])} or {[*QUESTION_TYPES][-1]}.",
    "ask_when": "When it is asked; if left out, always. It looks only at questions further up.",
    "accepted": "Warnings that the author has weighed and accepts.",
    "Questionnaire.format": "The format of this file; it is 1.",
    "Questionnaire.id": "The name of the questionnaire; every result carries it.",
    "Questionnaire.version": "The version of the questionnaire; raise it on every change.",
    "Questionnaire.title": "What the questionnaire is called.",
    "Questionnaire.intended_use": "Who may use it, and on whom.",
    "Questionnaire.disclaimer": "Printed with every result; at most 160 characters.",
    "Questionnaire.levels": "Levels of care, from least to most intensive; two or more.",
    "Questionnaire.sections": "The questions, by section.",
    "Questionnaire.rules": "Each rule says which answers call for at least which level or first step.",
    "Questionnaire.first_steps": "What has to happen before a level of care, from least to most urgent.",
    "Questionnaire.contacts": "Crisis and help lines.",
    "Questionnaire.handling": "How a record of a person is to be handled; at the top and the foot of each report.",
    "Questionnaire.site_lines": "What your own staff need in an emergency, one line each; under the contacts.",
    "Questionnaire.applies_when": "Whom the questionnaire is for; for others no level is suggested.",
    "Questionnaire.scores": "Sums of points.",
    "Questionnaire.notes": "Advice that never changes a level.",
    "Questionnaire.guarantees": "Promises that are proved for every possible form.",
    "Questionnaire.guide": "Pages to read, or to read aloud.",
    "Questionnaire.review": "What whoever signs the file holds it to.",
    "Contact.name": "Who answers there.",
    "Contact.reach": "How to reach them.",
    "Contact.short": "How to reach them in as few words as can be, for a narrow screen.",
    "Contact.checked_on": "The day somebody last made sure that it works.",
    "Level.expect": "What the person can expect, one a line.",
    "FirstStep.when": 'By when it has to happen, in a few words, such as "today".',
    "FirstStep.interrupt": "Whether it breaks off the interview; only the last first step can. If left out, no.",
    "Option.label": "The answer, as it is read aloud.",
    "Option.points": "What the option adds to a score; a worse option never has fewer.",
    "Option.exclusive": 'Whether it goes with no other option ("none of these"). If left out, no.',
    "Waiver.check": "The code of the warning.",
    "Waiver.because": "Why it is meant so.",
    "Section.title": "What the section is called.",
    "Section.questions": "The questions, in the order they are asked.",
    "Score.add": "The ids of the questions whose points it adds up.",
    "Score.may_miss": "How many items may have no usable answer for a total to be estimated; if left out, none is.",
    "Score.bands": "Parts of its range that have a name, from the lowest up. No condition reads them.",
    "Score.source": "Where its points, its bands and what it may miss come from.",
    "Band.title": "What a total in the band is called.",
    "Band.from": "The lowest total of the band; it goes up to the next one.",
    "Rule.because": "Why it calls for that, in plain words; shown as the reason for a suggestion.",
    "Note.say": "The advice.",
    "Note.when": "What has to hold; if left out, the note always applies.",
    "Note.for_levels": "The ids of the levels it is shown with; if left out, with all.",
    "Note.for_first_steps": "The ids of the first steps it is shown with, `none` for no first step; if left out, any.",
    "Note.contacts": "The ids of the contacts to show with it.",
    "GuidePage.title": "What the page is called.",
    "GuidePage.body": "The page. A blank line parts paragraphs; a line that starts with `- ` is an item.",
    "Review.grade": "The highest reading grade a text may have.",
    "Review.avoid": "Words that are not to be used.",
    "Review.levels": "The ids of the levels in the order that was signed; another order is refused.",
    "Review.first_steps": "The ids of the first steps in the order that was signed; another order is refused.",
}
"""What each key is for; `Class.key` where it stands for something of its own."""
