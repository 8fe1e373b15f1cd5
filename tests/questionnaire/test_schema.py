"""The schema for editors takes what the reader takes, and refuses what is wrong in shape."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from support.paths import QUESTIONNAIRES, REPOSITORY

from iop_screen.questionnaire import model
from iop_screen.questionnaire.scalars import Id, Text
from iop_screen.questionnaire.schema import questionnaire_schema
from iop_screen.questionnaire.types import QUESTION_TYPES
from iop_screen.questionnaire.validation import PARTS, key_of

USABLE = [REPOSITORY / "questions.yaml", *sorted((QUESTIONNAIRES / "ok").glob("*.yaml"))]
OF_SHAPE = [
    "bad-test",
    "disclaimer-too-long",
    "empty-condition",
    "empty-score",
    "empty-text",
    "many-left-out",
    "many-typos",
    "missing-key",
    "reaches-nothing",
    "text-as-risk",
    "too-few-levels",
    "too-few-options",
    "unknown-key",
    "unknown-word",
    "wrong-kind",
]
"""Mistakes that can be seen in a part of the file by itself."""

SCHEMA: Any = questionnaire_schema()
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


class TypedLoader(yaml.CSafeLoader):
    """Reads as editors do: what looks like a number or a truth value is one; a day and a written null are texts."""

    yaml_implicit_resolvers: ClassVar = {  # type: ignore[misc]  # the stubs have it as an instance variable
        first: [
            (tag, answers) for tag, answers in known if not first or tag.rpartition(":")[2] not in {"timestamp", "null"}
        ]
        for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def written(path: Path, *, typed: bool) -> Any:
    """What a file holds: every scalar as its text, or as an editor takes it."""
    loader = TypedLoader if typed else yaml.CBaseLoader
    return with_text_keys(yaml.load(path.read_text(encoding="utf-8"), loader))  # noqa: S506 - both are safe


def with_text_keys(part: Any) -> Any:
    if isinstance(part, dict):
        return {str(key): with_text_keys(value) for key, value in part.items()}
    return [with_text_keys(inner) for inner in part] if isinstance(part, list) else part


def small() -> dict[str, Any]:
    """A questionnaire that is fine, to be spoiled."""
    questionnaire: dict[str, Any] = written(QUESTIONNAIRES / "ok" / "least.yaml", typed=False)
    assert VALIDATOR.is_valid(questionnaire)
    return questionnaire


def with_question(**keys: object) -> dict[str, Any]:
    questionnaire = small()
    questionnaire["sections"][0]["questions"].append({"id": "more", "ask": "More?", **keys})
    return questionnaire


def with_condition(when: object) -> dict[str, Any]:
    questionnaire = small()
    questionnaire["rules"] = [{"id": "r", "when": when, "level": "stay", "because": "So."}]
    return questionnaire


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("path", USABLE, ids=lambda path: path.stem)
@pytest.mark.parametrize("typed", [False, True], ids=["text", "typed"])
def test_what_can_be_used_is_taken(path: Path, *, typed: bool) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(written(path, typed=typed))] == []


@pytest.mark.parametrize("name", OF_SHAPE)
@pytest.mark.parametrize("typed", [False, True], ids=["text", "typed"])
def test_what_is_wrong_in_shape_is_refused(name: str, *, typed: bool) -> None:
    assert not VALIDATOR.is_valid(written(QUESTIONNAIRES / "err" / f"{name}.yaml", typed=typed))


def test_every_mistake_of_shape_on_file_is_among_them() -> None:
    codes = {"unknown-key", "missing-key", "unknown-word", "wrong-kind", "empty-text", "bad-test", "empty-condition"}
    shaped = {
        path.stem
        for path in (QUESTIONNAIRES / "err").glob("*.out")
        if codes & set(re.findall(r"\[([a-z-]+)\]$", path.read_text(encoding="utf-8"), re.MULTILINE))
    }
    assert shaped - set(OF_SHAPE) == set()


@pytest.mark.parametrize(
    "when",
    [
        {"sleep": "no"},
        {"sleep": True},
        {"sleep": ["no", 18, False]},
        {"sleep": {"at_least": 3}},
        {"sleep": {"at_most": "0.5"}},
        {"all": [{"sleep": "no"}, {"any": [{"sleep": "no"}, {"other": 1, "third": "x"}]}]},
    ],
)
def test_conditions_are_taken(when: object) -> None:
    assert VALIDATOR.is_valid(with_condition(when))


@pytest.mark.parametrize(
    "when",
    [
        {},
        [],
        "sleep",
        None,
        {"sleep": None},
        {"sleep": []},
        {"sleep": {}},
        {"sleep": [["no"]]},
        {"sleep": {"at_lest": "no"}},
        {"sleep": {"at_least": "a", "at_most": "b"}},
        {"sleep": {"at_least": ["a"]}},
        {"not": {"sleep": "no"}},
        {"all": []},
        {"any": {"sleep": "no"}},
        {"all": [{"any": [{}]}]},
    ],
)
def test_what_is_no_condition_is_refused(when: object) -> None:
    assert not VALIDATOR.is_valid(with_condition(when))


OPTIONS = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]


@pytest.mark.parametrize(
    "keys",
    [
        {"type": "yes_no", "role": "access"},
        {"type": "yes_no", "role": "risk", "worse": "no"},
        {"type": "yes_no", "role": "risk", "worse": True},
        {"type": "number", "role": "context", "min": 0, "max": "10.5"},
        {"type": "number", "role": "risk", "min": "-5", "max": 10, "worse": "higher"},
        {"type": "choice", "role": "risk", "options": OPTIONS},
        {"type": "multiple", "role": "risk", "options": [*OPTIONS, {"id": "c", "label": "C", "exclusive": "true"}]},
        {"type": "text", "role": "access"},
    ],
)
def test_questions_are_taken(keys: dict[str, object]) -> None:
    assert VALIDATOR.is_valid(with_question(**keys))


@pytest.mark.parametrize(
    "keys",
    [
        {"role": "risk"},
        {"type": "yesno", "role": "access"},
        {"type": "yes_no", "role": "risk"},
        {"type": "yes_no", "role": "risk", "worse": "higher"},
        {"type": "yes_no", "role": "access", "options": OPTIONS},
        {"type": "number", "role": "risk", "min": 0, "max": 5},
        {"type": "number", "role": "context", "min": "a lot", "max": 5},
        {"type": "number", "role": "context", "min": 0},
        {"type": "choice", "role": "risks", "options": OPTIONS},
        {"type": "choice", "role": "risk"},
        {"type": "choice", "role": "risk", "options": OPTIONS, "worse": "a"},
        {"type": "choice", "role": "risk", "options": [*OPTIONS, {"id": "c", "label": "C", "points": -1}]},
        {"type": "text", "role": "risk"},
        {"type": "text", "role": "access", "help": None},
        {"type": "text", "role": "access", "help": " "},
    ],
)
def test_what_is_no_question_is_refused(keys: dict[str, object]) -> None:
    assert not VALIDATOR.is_valid(with_question(**keys))


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", 20261123, ""])
def test_a_day_is_a_day(day: object) -> None:
    questionnaire = small() | {"contacts": [{"id": "line", "name": "Line", "reach": "call", "checked_on": day}]}
    assert not VALIDATOR.is_valid(questionnaire)


@pytest.mark.parametrize("name", ["a", "18_64", "010", "a.b-c", "x" * 64, "x" * 65, "-a", ".a", "a b", "é", ""])
def test_an_id_is_what_the_reader_takes_for_one(name: str) -> None:
    try:
        Id.read(Text(name))
    except ValueError:
        taken = False
    else:
        taken = True
    assert Draft202012Validator(SCHEMA["$defs"]["id"]).is_valid(name) == taken


@pytest.mark.parametrize("key", ["format", "id", "version", "title", "intended_use", "disclaimer"])
def test_what_is_required_may_not_be_left_out(key: str) -> None:
    questionnaire = small()
    del questionnaire[key]
    assert not VALIDATOR.is_valid(questionnaire)


OWNERS = {owner.__name__: owner for owner in (*QUESTION_TYPES.values(), *PARTS.values(), model.Questionnaire)}


def test_every_key_is_described_and_says_what_the_model_says() -> None:
    parts = {name: part for name, part in SCHEMA["$defs"].items() if name[0].isupper()} | {"Questionnaire": SCHEMA}
    for name, part in parts.items():
        owner = OWNERS[name]
        assert is_dataclass(owner)
        assert [*part["properties"]] == [key_of(entry.name) for entry in fields(owner)]
        assert part["additionalProperties"] is False
        assert part["description"]
        assert all(value["description"].endswith(".") for value in part["properties"].values()), name


def test_every_definition_is_described_and_used() -> None:
    text = json.dumps(SCHEMA)
    for name, part in SCHEMA["$defs"].items():
        assert part["description"]
        assert f'"#/$defs/{name}"' in text


def test_an_editor_can_offer_what_all_questions_have() -> None:
    question = SCHEMA["$defs"]["question"]
    assert question["required"] == ["id", "ask", "role", "type"]
    assert {"help", "why", "source", "ask_when", "accepted"} < set(question["properties"])
    assert question["properties"]["type"]["enum"] == ["yes_no", "choice", "multiple", "number", "text"]
    assert question["properties"]["role"]["enum"] == ["risk", "context", "access"]


def test_the_schema_is_the_same_each_time() -> None:
    assert json.dumps(questionnaire_schema()) == json.dumps(questionnaire_schema())
