"""What a FHIR Questionnaire shows, read as the standard says: an item that is not shown has no answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Coding = tuple[str, str]
"""A system and a code in it."""

Values = Mapping[str, frozenset[Coding | Decimal]]
"""The answers by link id."""


class ReadForm:
    """A Questionnaire with its items by their link ids, and the items that each stands in, itself the last."""

    def __init__(self, content: bytes) -> None:
        self.resource = json.loads(content, parse_float=Decimal)
        self.paths = {path[-1]["linkId"]: path for path in _paths(self.resource, ())}

    def item(self, link_id: str) -> dict[str, Any]:
        """The item with this link id."""
        return self.paths[link_id][-1]

    def shows(self, link_id: str, values: Values) -> bool:
        """Whether an item is shown: it and each one around it is enabled."""
        return all(self._enabled(item, values) for item in self.paths[link_id])

    def _enabled(self, item: dict[str, Any], values: Values) -> bool:
        if "enableWhen" not in item:
            return True
        together = {"all": all, "any": any}[item["enableBehavior"]]
        return bool(together([self._holds(test, values) for test in item["enableWhen"]]))

    def _holds(self, test: dict[str, Any], values: Values) -> bool:
        given = values.get(test["question"], frozenset()) if self.shows(test["question"], values) else frozenset()
        if test["operator"] == "=":
            return (test["answerCoding"]["system"], test["answerCoding"]["code"]) in given
        bound = Decimal(test["answerDecimal"])
        numbers = [each for each in given if isinstance(each, Decimal)]
        return any({">=": each >= bound, "<=": each <= bound}[test["operator"]] for each in numbers)


def _paths(parent: dict[str, Any], around: tuple[dict[str, Any], ...]) -> Iterator[tuple[dict[str, Any], ...]]:
    for item in parent.get("item", []):
        yield (*around, item)
        yield from _paths(item, (*around, item))


def response_of(form: ReadForm, values: Values, texts: Mapping[str, str]) -> bytes:
    """A QuestionnaireResponse as a system makes it from the form: items as they stand in it, without what is blank.

    `texts` are the answers in words.
    """
    resource = form.resource
    made = {
        "resourceType": "QuestionnaireResponse",
        "id": "f1",
        "questionnaire": f"{resource['url']}|{resource['version']}",
        "status": "completed",
        "item": _answered(resource, values, texts),
    }
    return json.dumps(made, default=float).encode()


def _answered(parent: dict[str, Any], values: Values, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    items = []
    for item in parent.get("item", []):
        link_id = item["linkId"]
        inner = _answered(item, values, texts)
        answer = [_answer(item, value) for value in sorted(values.get(link_id, ()), key=str)]
        answer += [{"valueString": texts[link_id]}] if link_id in texts else []
        if inner or answer:
            items.append(
                {"linkId": link_id, **({"item": inner} if inner else {}), **({"answer": answer} if answer else {})}
            )
    return items


def _answer(item: dict[str, Any], value: Coding | Decimal) -> dict[str, Any]:
    if isinstance(value, Decimal):
        return {"valueDecimal": value}
    codings = [option["valueCoding"] for option in item["answerOption"]]
    return {"valueCoding": next(each for each in codings if (each["system"], each["code"]) == value)}
