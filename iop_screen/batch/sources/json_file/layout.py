"""How the forms of a JSON file stand in it: on lines, in a list, or as the one object that the file is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, assert_never

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.json_file.items import End, Item, Outline, line_items, list_items, whole_item
from iop_screen.batch.sources.json_file.problems import broken, several_lists
from iop_screen.batch.sources.table_source import BlankLines
from iop_screen.core.problems import shortened
from iop_screen.engine.compiled import CompiledQuestionnaire


@dataclass(frozen=True, slots=True)
class OnLines:
    """Each line is a value."""


@dataclass(frozen=True, slots=True)
class InList:
    """The members of a list: of the file itself, or of what stands under a key of the object that the file is."""

    key: str | None


@dataclass(frozen=True, slots=True)
class Whole:
    """The file is one object, which is one form."""


Layout = OnLines | InList | Whole


def layout_of(name: str, outline: Outline | None, compiled: CompiledQuestionnaire) -> Layout | InputProblem:
    """How the forms stand in a file of which this was seen at first, or why that cannot be told.

    An object in which a question of the questionnaire stands is a form; else the one list of objects in it has them.
    """
    if outline is None:
        return OnLines()
    if outline.is_list:
        return InList(None)
    is_form = any(member.key in _ids(compiled) for member in outline.members)
    if outline.lists and not is_form:
        return InList(outline.lists[0]) if len(outline.lists) == 1 else several_lists(name, outline.lists)
    return Whole() if outline.end is None else broken(name, outline.end.code, outline.end.byte)


def items(layout: Layout, stream: BinaryIO) -> Iterator[Item | BlankLines | End]:
    """The values of a file, from its start, and the lines between them that are blank; an End where it is no JSON."""
    stream.seek(0)
    match layout:
        case OnLines():
            return line_items(stream)
        case InList(key):
            return list_items(stream, key)
        case Whole():
            return iter([whole_item(stream)])
        case _:
            assert_never(layout)


def layout_remark(layout: Layout) -> str:
    """How the forms stand in a file, as it is said to a person."""
    place = "what is called a line of it is the place of a form in the list, and the first is 1"
    match layout:
        case OnLines():
            return "it is JSON, with a form on each line"
        case InList(None):
            return f"it is JSON, a list of forms; {place}"
        case InList(key):
            return f"it is JSON, with a list of forms under {shortened(key)!a}; {place}"
        case Whole():
            return "it is JSON, one object: it is read as one form"
        case _:
            assert_never(layout)


def _ids(compiled: CompiledQuestionnaire) -> frozenset[str]:
    return frozenset(str(question.id) for question in compiled.questions)
