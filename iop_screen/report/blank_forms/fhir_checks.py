"""What holds for every FHIR Questionnaire that is written. It is read back from its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from iop_screen.report.blank_forms.checks import Read, WrittenItem, WrongFormError, check_written

LINK_ID = re.compile(r"[A-Za-z0-9_.:-]+")
"""What we write as a link id. A question's is its id, which has no colon; one that we add has one."""

QUESTION_TYPES = frozenset({"choice", "decimal", "text"})


def check_fhir(content: bytes) -> None:
    """Raises WrongFormError with what is wrong with a Questionnaire: link ids, choices, and when items are shown."""
    items = [*_all_items(json.loads(content))]
    faults = [fault for item in items for fault in _item_faults(item)]
    if faults:
        raise WrongFormError("; ".join(faults))
    check_written([*map(_written, items)], LINK_ID)


def _all_items(parent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in parent.get("item", []):
        yield item
        yield from _all_items(item)


def _item_faults(item: dict[str, Any]) -> Iterator[str]:
    """What no reader of FHIR may take: an item that is no group, question or display, or that is shown by halves."""
    name, kind = item["linkId"], item["type"]
    if kind not in {"group", "display", *QUESTION_TYPES}:
        yield f"{name} has the type {kind}"
    if (kind == "group" and not item.get("item")) or (kind == "display" and "item" in item):
        yield f"{name} is a {kind} and has no items, or has some"
    if (kind == "choice") != bool(item.get("answerOption")):
        yield f"{name} has choices and is no choice, or has none and is one"
    if bool(item.get("enableWhen")) != (item.get("enableBehavior") in {"all", "any"}):
        yield f"{name} has only one of enableWhen and enableBehavior"
    if item.get("required"):
        yield f"{name} is required"


def _written(item: dict[str, Any]) -> WrittenItem:
    choices = tuple(_code(option["valueCoding"]) for option in item.get("answerOption", []))
    return WrittenItem(item["linkId"], choices, tuple(map(_read, item.get("enableWhen", []))))


def _read(condition: dict[str, Any]) -> Read:
    coding = condition.get("answerCoding")
    return Read(condition["question"], None if coding is None else _code(coding))


def _code(coding: dict[str, Any]) -> str:
    """A choice is told by its system and its code."""
    return f"{coding['system']}|{coding['code']}"
