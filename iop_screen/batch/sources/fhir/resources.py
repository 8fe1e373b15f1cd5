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
    has_lines,
    line_items,
    list_items,
    outline,
    whole_item,
)
from iop_screen.batch.sources.json_file.values import BadValue, JsonValue
from iop_screen.batch.sources.table_source import BlankLines

Shape = Literal["lines", "list", "Bundle", "single"]

BUNDLE = "Bundle"
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
    """A file of FHIR that has been looked at."""

    name: str
    stream: BinaryIO
    shape: Shape

    def resources(self) -> Iterator[Resource | BlankLines]:
        """What is in the file, from its start. Raises CannotGoOn if it cannot be read on."""
        self.stream.seek(0)
        for item in self._items():
            match item:
                case Item():
                    yield _in_entry(item) if self.shape == BUNDLE else Resource(item.line, item.raw, item.value)
                case End():
                    raise item.stop(self.name)
                case BlankLines():
                    yield item
                case _:
                    assert_never(item)

    def _items(self) -> Iterator[Item | End | BlankLines]:
        match self.shape:
            case "lines":
                yield from line_items(self.stream)
            case "list":
                yield from list_items(self.stream)
            case "Bundle":
                yield from list_items(self.stream, "entry")
            case "single":
                yield whole_item(self.stream)
            case _:
                assert_never(self.shape)


def looked_at(name: str, stream: BinaryIO) -> FhirFile:
    """A file with its shape, told from what it begins with and from its outermost keys."""
    return FhirFile(name, stream, _shape(stream))


def _shape(stream: BinaryIO) -> Shape:
    stream.seek(0)
    if has_lines(stream):
        return "lines"
    stream.seek(0)
    document = outline(stream)
    if document.is_list:
        return "list"
    return "Bundle" if document.text("resourceType") == BUNDLE else "single"


def _in_entry(item: Item) -> Resource:
    """The resource in an entry of a Bundle; an entry without one is no resource of any type."""
    if not isinstance(item.value, dict):
        return Resource(item.line, item.raw, item.value)
    return Resource(item.line, item.raw, item.value.get("resource"), as_text(item.value.get("fullUrl")))


def is_of_type(resource: Resource, name: str) -> bool:
    """Whether it is a resource of this type."""
    return not isinstance(resource.value, BadValue) and type_of(resource.value) == name
