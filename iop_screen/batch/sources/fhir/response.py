"""A QuestionnaireResponse, whatever the release of FHIR: what it says of itself, and the answers by their link ids."""

from __future__ import annotations

from dataclasses import dataclass

from iop_screen.batch.sources.fhir import absent
from iop_screen.batch.sources.fhir.answers import JsonObject, as_text, reference_text
from iop_screen.batch.sources.json_file.values import BadValue, JsonValue

RESPONSE = "QuestionnaireResponse"
BAD_RESPONSE = "bad-response"
MODIFIED_MEANING = "modified-meaning"
NESTED_BUNDLE = "nested-bundle"
NESTED_RESPONSE = "nested-response"
TOO_MANY_ITEMS = "too-many-items"
CONFLICTING_ANSWERS = "conflicting-answers"
EMPTY_RESPONSE = "empty-response"
NOT_A_RESPONSE = "not-a-response"
FHIR_REJECTIONS = {
    BAD_RESPONSE: "the response is not built as FHIR says",
    MODIFIED_MEANING: "the response says that its meaning is changed, by an extension that is not known",
    NESTED_BUNDLE: "it is a Bundle inside the file, whose responses are not read",
    NESTED_RESPONSE: "it is a resource of another type, and a response inside it is not read",
    TOO_MANY_ITEMS: "the response has too many items",
    CONFLICTING_ANSWERS: "a question that takes one answer has different ones; its cell in raw lists them",
}
"""Why a resource is rejected, in the words of a rejects file."""
FHIR_EXCLUSIONS = (EMPTY_RESPONSE, NOT_A_RESPONSE)
"""Why a resource is left out, beside by its status."""
MAX_ITEMS = 20_000
"""A response has no more items, and no more answers."""
LONGEST_LINK = 1_000
OLDEST = "group"
"""What holds the questions in the release before STU3, which cannot be read."""


@dataclass(frozen=True, slots=True)
class Response:
    """One response. `answers` has the answers to the items of each link id; none for an item without an answer.

    Items that only hold other items are left out.
    """

    id: str
    status: str
    authored: str
    subject: str
    questionnaire: str
    answers: dict[str, list[JsonObject]]
    has_contained: bool


@dataclass(frozen=True, slots=True)
class Unusable:
    """A response that is not built as one, or whose meaning is changed by something that is not known; the code."""

    code: str


def type_of(resource: JsonValue | BadValue) -> str:
    """The type of a resource; nothing if it is none, or cannot be read."""
    return as_text(resource.get("resourceType")) if isinstance(resource, dict) else ""


def holds_response(resource: JsonValue) -> bool:
    """Whether a response stands somewhere inside a resource, such as in Parameters."""
    pending = [resource]
    while pending:
        part = pending.pop()
        if type_of(part) == RESPONSE:
            return True
        pending += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return False


def read_response(resource: JsonObject, full_url: str = "") -> Response | Unusable:
    """A resource of the type RESPONSE. `full_url` is its address in a Bundle, its id if it has no other."""
    items = Unusable(BAD_RESPONSE) if OLDEST in resource else _items(resource)
    if isinstance(items, Unusable):
        return items
    answers: dict[str, list[JsonObject]] = {}
    for item in items:
        given = _answers_of(item)
        link = as_text(item.get("linkId")).strip()
        if (given and not _is_link(link)) or any(map(_is_astray, item)):
            return Unusable(BAD_RESPONSE)
        if given or (_is_link(link) and not item.get("item")):
            answers.setdefault(link, []).extend(given)
    return Response(
        id=as_text(resource.get("id")) or full_url,
        status=as_text(resource.get("status")),
        authored=as_text(resource.get("authored")),
        subject=_referred(resource.get("subject")),
        questionnaire=_referred(resource.get("questionnaire")),
        answers=answers,
        has_contained=bool(resource.get("contained")),
    )


def _referred(value: JsonValue) -> str:
    """An address, as a text or as a reference: that of the questionnaire is a reference before R4."""
    return reference_text(value) if isinstance(value, dict) else as_text(value)


def _is_astray(name: str) -> bool:
    """Whether an item has an answer under a key that items do not have, such as `answers` or `valueString`."""
    return name.startswith(("answer", "value")) and name != "answer"


def _is_link(link: str) -> bool:
    return 0 < len(link) <= LONGEST_LINK and "\0" not in link


def _answers_of(item: JsonObject) -> list[JsonObject]:
    """The answers of an item; why it has none, if it says so, is one."""
    given = _objects(item, "answer") or []
    reason: list[JsonObject] = [{absent.EXTENSIONS: item[absent.EXTENSIONS]}] if absent.stated_reasons([item]) else []
    return [*given, *reason]


def _items(resource: JsonObject) -> list[JsonObject] | Unusable:
    """All items in their order, those in other items and in answers too."""
    found: list[JsonObject] = []
    pending: list[JsonObject] = [resource]
    parts = 0
    while pending:
        part = pending.pop()
        if part.get("modifierExtension"):
            return Unusable(MODIFIED_MEANING)
        inner = _parts_in(part)
        if inner is None:
            return Unusable(BAD_RESPONSE)
        parts += 1
        if parts > MAX_ITEMS:
            return Unusable(TOO_MANY_ITEMS)
        if "linkId" in part or "answer" in part:
            found.append(part)
        pending += reversed(inner)
    return found


def _parts_in(part: JsonObject) -> list[JsonObject] | None:
    """The items and the answers right in an item, an answer or a response; None if they are no lists of objects."""
    items, answers = _objects(part, "item"), _objects(part, "answer")
    return None if items is None or answers is None else [*items, *answers]


def _objects(part: JsonObject, key: str) -> list[JsonObject] | None:
    """A list of objects, empty if it is not there; None if it is something else."""
    value = part.get(key)
    if value is None:
        return []
    objects = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return objects if isinstance(value, list) and len(objects) == len(value) else None
