"""The answers to an item of a response as the text of a cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from iop_screen.batch.form_stamp import option_system
from iop_screen.batch.shown_words import Contradicts, display_check
from iop_screen.batch.sources.fhir import absent
from iop_screen.batch.sources.json_file.cells import list_text
from iop_screen.batch.sources.json_file.values import JsonValue, Number
from iop_screen.engine.compiled import CompiledQuestionnaire

JsonObject = dict[str, JsonValue]

VALUE = "value"
BESIDE_VALUE = frozenset({"extension", "fhir_comments", "id", "item", "modifierExtension"})
"""What an answer has beside its value."""
NUMBERS = frozenset({"Integer", "Decimal", "Integer64", "PositiveInt", "UnsignedInt"})
TEXTS = frozenset(
    {"String", "Markdown", "Date", "DateTime", "Instant", "Time", "Uri", "Url", "Canonical", "Code", "Id"}
)


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell holds. `conflicting`: different answers were given to a question that takes one."""

    text: str
    conflicting: bool = False


BLANK = CellText("")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the answers to a question of the questionnaire: the system of its options, and their words."""

    system: str
    takes_one: bool
    contradicts: Contradicts


class AnswerTexts:
    """Gives the texts of answers; those to a question of the questionnaire are known by their codes."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self._known = {
            str(question.id): _Known(
                option_system(compiled, str(question.id)), not question.allows_multiple, display_check(question)
            )
            for question in compiled.questions
        }

    def cell(self, link: str, answers: Sequence[JsonObject]) -> CellText:
        """All answers to the items with this link id. Blank if there is none; equal ones are one."""
        if not answers:
            return BLANK
        known = self._known.get(link)
        texts = [*dict.fromkeys(filter(str.strip, (_answer_text(answer, known) for answer in answers)))]
        return CellText(
            texts[0] if len(texts) == 1 else list_text([*texts]),
            known is not None and known.takes_one and len(texts) > 1,
        )

    def display(self, link: str, answer: JsonObject) -> tuple[str, str] | None:
        """The text of a code that is none of the questionnaire, and the words shown for it; None if it has none."""
        coding, known = answer.get("valueCoding"), self._known.get(link)
        if not isinstance(coding, dict):
            return None
        system, display = (as_text(coding.get(name)).strip() for name in ("system", "display"))
        if not display or system in absent.SYSTEMS or (known is not None and system in {"", known.system}):
            return None
        return _coding_text(coding, known), display


def _answer_text(answer: JsonObject, known: _Known | None) -> str:
    """One answer: its value, or why there is none; what contradicts itself is a text that cannot be read."""
    kinds = [name.removeprefix(VALUE) for name, value in answer.items() if name.startswith(VALUE) and value is not None]
    if len(kinds) > 1:
        return "more than one value"
    value = answer[VALUE + kinds[0]] if kinds else None
    text = _value_text(kinds[0], value, known) if kinds else ""
    primitives = (each for name, each in answer.items() if name.startswith(f"_{VALUE}"))
    reasons = absent.stated_reasons([answer, value, *primitives])
    if not reasons:
        return text if kinds or not any(map(_is_strange, answer)) else "an answer that is not in a value"
    stated = [*dict.fromkeys(map(absent.reason_text, reasons))]
    if len(stated) == 1 and (not text.strip() or text == stated[0]):
        return stated[0]
    return f"{text} (absent: {', '.join(reasons)})".strip()


def _is_strange(name: str) -> bool:
    """Whether an answer of FHIR has no such key, so that what stands under it may be what was answered."""
    plain = name.removeprefix("_")
    return plain not in BESIDE_VALUE and not plain.startswith(VALUE)


def _value_text(kind: str, value: JsonValue, known: _Known | None) -> str:
    """A value as text. One that is not of the type that its name says is a text that cannot be read."""
    match value:
        case bool() if kind == "Boolean":
            return "true" if value else "false"
        case Number(text=text) if kind in NUMBERS:
            return text
        case str() if kind in TEXTS:
            return value
        case dict() if kind == "Coding":
            return _coding_text(value, known)
        case dict() if kind == "Quantity":
            return _quantity_text(value)
        case dict() if kind == "Reference":
            return reference_text(value) or "a reference without an address"
        case Number(text=text):
            return f"{VALUE}{kind} {text}"
        case str() | bool():
            return f"{VALUE}{kind} {json.dumps(value, ensure_ascii=False)}"
        case _:
            return f"a {VALUE}{kind}"


def _coding_text(coding: JsonObject, known: _Known | None) -> str:
    """A coding by its code and system; by what is shown only if it has no code."""
    code, system, display = (as_text(coding.get(name)).strip() for name in ("code", "system", "display"))
    if not code:
        return display or ("" if absent.stated_reasons([coding]) else "a coding without a code")
    if system in absent.SYSTEMS:
        return absent.reason_text(code)
    if system and (known is None or system != known.system):
        return f"{system}|{code}"
    if display and known is not None and known.contradicts(code, display):
        return f'{code} "{display}"'
    return code


def _quantity_text(quantity: JsonObject) -> str:
    """A number if it is nothing but a number; else with what stands beside it, which is no number."""
    value, unit = quantity.get("value"), as_text(quantity.get("unit")) or as_text(quantity.get("code"))
    number = value.text if isinstance(value, Number) else as_text(value) and f"value {as_text(value)}"
    return f"{as_text(quantity.get('comparator'))}{number} {unit}".strip()


def reference_text(reference: JsonObject) -> str:
    """Whom or what a reference means: its address, or else its identifier. A name that is shown is not taken."""
    identifier = reference.get("identifier")
    address = as_text(reference.get("reference"))
    return address or (as_text(identifier.get("value")) if isinstance(identifier, dict) else "")


def as_text(value: JsonValue) -> str:
    """A text, or a number where a text is due, as it is written; nothing for anything else."""
    match value:
        case str():
            return value
        case Number(text=text):
            return text
        case _:
            return ""
