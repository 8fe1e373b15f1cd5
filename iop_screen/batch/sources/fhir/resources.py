"""The resources in a file of FHIR: one, those of a Bundle or of a list, or one on each line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, assert_never

from iop_screen.batch.sources.fhir.answers import as_text
from iop_screen.batch.sources.fhir.response import type_of
from iop_screen.batch.sources.json_file.items import (
    End,
    Item,
    Outline,
    line_items,
    list_items,
    whole_item,
)
from iop_screen.batch.sources.json_file.values import BadValue, JsonValue
from iop_screen.batch.sources.table_source import BlankLines

Shape = Literal["lines", "list", "Bundle", "single"]
BUNDLE: Literal["Bundle"] = "Bundle"

SHAPE_WORDS: dict[Shape, str] = {
    "lines": "FHIR with a resource on each line; what is called a line is the line of the file",
    "list": "a list of FHIR resources; what is called a line is the number of a resource in it",
    "Bundle": "a FHIR Bundle; what is called a line is the number of an entry in it",
    "single": "one FHIR resource",
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: the number of its line, what is written of it, what it is, and its address in a Bundle."""

    line: int
    raw: bytes
    value: JsonValue | BadValue
    full_url: str = ""


@dataclass(frozen=True, slots=True)
class FhirFile:
    """A file of FHIR that has been looked at.

    `broken` is where one that is a single resource is no JSON; a Bundle may have links to others.
    """

    name: str
    stream: BinaryIO
    shape: Shape
    broken: End | None = None
    has_links: bool = False

    def resources(self) -> Iterator[Resource | BlankLines | End]:
        """What is in the file, from its start; an End where it cannot be read on."""
        self.stream.seek(0)
        for item in self._items():
            match item:
                case Item():
                    yield _in_entry(item) if self.shape == BUNDLE else Resource(item.line, item.raw, item.value)
                case End() | BlankLines():
                    yield item
                case _:
                    assert_never(item)

    def is_page(self) -> bool:
        """Whether it is a Bundle that is followed by another page of the same search."""
        if not self.has_links:
            return False
        self.stream.seek(0)
        links = (item.value for item in list_items(self.stream, "link") if isinstance(item, Item))
        return any(isinstance(link, dict) and link.get("relation") == "next" for link in links)

    def _items(self) -> Iterator[Item | End | BlankLines]:
        match self.shape:
            case "lines":
                yield from line_items(self.stream)
            case "list":
                yield from list_items(self.stream)
            case "Bundle":
                yield from list_items(self.stream, "entry")
            case "single":
                yield self.broken or whole_item(self.stream)
            case _:
                assert_never(self.shape)


def fhir_file(name: str, stream: BinaryIO, outline: Outline | None) -> FhirFile | None:
    """A file of JSON that is FHIR, by the type of its outermost or its first object; None if it is not.

    `outline` is what was seen of it at first.
    """
    if outline is None:
        return _if_resources(FhirFile(name, stream, "lines"))
    if outline.is_list:
        return _if_resources(FhirFile(name, stream, "list"))
    kind = outline.text("resourceType")
    if kind == BUNDLE:
        return FhirFile(name, stream, BUNDLE, has_links="link" in outline.lists)
    return FhirFile(name, stream, "single", outline.end) if kind else None


def _if_resources(file: FhirFile) -> FhirFile | None:
    """The file, if the first object in it that can be read is a resource."""
    found = (each.value for each in file.resources() if isinstance(each, Resource))
    first = next((value for value in found if isinstance(value, dict)), None)
    return file if type_of(first) else None


def _in_entry(item: Item) -> Resource:
    """The resource in an entry of a Bundle; an entry without one is no resource of any type."""
    if not isinstance(item.value, dict):
        return Resource(item.line, item.raw, item.value)
    return Resource(item.line, item.raw, item.value.get("resource"), as_text(item.value.get("fullUrl")))
