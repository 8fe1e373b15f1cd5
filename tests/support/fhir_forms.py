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
