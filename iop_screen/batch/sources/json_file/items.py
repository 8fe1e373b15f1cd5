"""The values that a JSON file holds one by one: its lines, or the members of a list in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import BinaryIO

from iop_screen.batch.sources.csv_framing import RECORD_TOO_LONG
from iop_screen.batch.sources.json_file.document_text import BLANKS, Broken, DocumentText
from iop_screen.batch.sources.json_file.problems import BAD_JSON, DUPLICATE_KEY, what_is_broken, where_broken
from iop_screen.batch.sources.json_file.values import BadValue, JsonValue, parse_value
from iop_screen.batch.sources.physical_lines import TOO_LONG, PhysicalLines
from iop_screen.batch.sources.source import SourceAccount
from iop_screen.batch.sources.table_source import BlankLines
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.safe_text import sanitize


@dataclass(frozen=True, slots=True)
class Item:
    """One value: its line, or its number in a list; what is written (nothing if that is too long); what it is."""

    line: int
    raw: bytes
    value: JsonValue | BadValue


@dataclass(frozen=True, slots=True)
class End:
    """A document cannot be read from some byte on: how many items of a list came before, the byte, and a code."""

    items: int
    byte: int
    code: str

    @property
    def why(self) -> str:
        """What is wrong, in words that follow "it"."""
        return what_is_broken(self.code)

    def stop(self, name: str) -> CannotGoOn:
        """What ends the run: a file whose rest cannot be told apart cannot be scored to its end."""
        return CannotGoOn(f"{sanitize(name)} {where_broken(self.code, self.byte, self.items)}", Exit.FILE)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the object that a document is: its key, its value as far as it is a text, and what it begins as."""

    key: str
    text: str
    is_list_of_objects: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What a document is: a list, or an object with these members. `end` is where it cannot be read on."""

    is_list: bool
    members: tuple[Member, ...] = ()
    end: End | None = None

    def text(self, key: str) -> str:
        """The text under this key; nothing if there is none."""
        return next((member.text for member in self.members if member.key == key), "")

    @property
    def lists(self) -> tuple[str, ...]:
        """The keys of the lists of objects in it."""
        return tuple(dict.fromkeys(member.key for member in self.members if member.is_list_of_objects))


def _has_lines(stream: BinaryIO) -> bool:
    """Whether each line of the file is a value of its own, told by the first two that are not blank."""
    lines = PhysicalLines(stream, SourceAccount())
    filled = (line for line in iter(lines.take, None) if line.strip(BLANKS) or line is TOO_LONG)
    two = [line.strip(BLANKS) for line in islice(filled, 2)]
    if len(two) < 2 or two[0][:1] == b"[":
        return False
    if not _is_bad(two[0]):
        return True
    return two[0][-1:] not in {b"{", b"[", b",", b":"} and two[1][:1] == b"{" and not _is_bad(two[1])


def first_look(stream: BinaryIO) -> Outline | None:
    """What the document in a file is, without what stands in its lists; None if each line is a value of its own."""
    stream.seek(0)
    if _has_lines(stream):
        return None
    stream.seek(0)
    return outline(stream)


def line_items(stream: BinaryIO) -> Iterator[Item | BlankLines]:
    """The values of a file of which each line is one."""
    account = SourceAccount()
    lines = PhysicalLines(stream, account)
    for line in iter(lines.take, None):
        if line is TOO_LONG:
            yield Item(account.lines, b"", BadValue(RECORD_TOO_LONG))
        elif line.strip(BLANKS):
            raw = line.rstrip(b"\r\n")
            yield Item(account.lines, raw, parse_value(raw))
        else:
            yield BlankLines(1)


def outline(stream: BinaryIO) -> Outline:
    """What a document is, without what stands in its lists."""
    text, members = DocumentText(stream), list[Member]()
    if text.next_byte() == b"[":
        return Outline(is_list=True)
    try:
        for member in _members_of_object(text):
            members.append(member)
        text.end()
    except Broken as error:
        return Outline(is_list=False, members=tuple(members), end=End(0, error.byte, error.code))
    return Outline(is_list=False, members=tuple(members))


def list_items(stream: BinaryIO, key: str | None = None) -> Iterator[Item | End]:
    """The members of the list that a document is, or that stands under a key of the object that it is.

    If it is no JSON from some byte on, an End comes last.
    """
    text, items = DocumentText(stream), 0
    try:
        for item in _list(text) if key is None else _list_under(text, key):
            yield item
            items = item.line
        text.end()
    except Broken as error:
        yield End(items, error.byte, error.code)


def whole_item(stream: BinaryIO) -> Item:
    """The whole document as one value."""
    return _item(DocumentText(stream), 1)


def _list(text: DocumentText) -> Iterator[Item]:
    text.need(b"[")
    if text.take(b"]"):
        return
    for number in count(1):
        byte, item = text.place(), _item(text, number)
        if item.value == BadValue(BAD_JSON):
            raise Broken(byte)  # where the next one begins, nobody knows
        yield item
        if text.take(b"]"):
            return
        text.need(b",")


def _list_under(text: DocumentText, wanted: str) -> Iterator[Item]:
    for key in _keys(text):
        if key == wanted:
            yield from _list(text)
        else:
            _passed(text)


def _members_of_object(text: DocumentText) -> Iterator[Member]:
    """Each member; a list is passed over after it was given, so that one that is cut is known."""
    for key in _keys(text):
        if text.take(b"["):
            yield Member(key, "", is_list_of_objects=text.next_byte() == b"{")
            _pass_rest_of_list(text)
        else:
            value = _passed(text)
            yield Member(key, value if isinstance(value, str) else "", is_list_of_objects=False)


def _keys(text: DocumentText) -> Iterator[str]:
    """The keys of an object; what takes one has to pass over its value before the next. Raises Broken at one twice."""
    text.need(b"{")
    known = set[str]()
    while not text.take(b"}"):
        if known:
            text.need(b",")
        byte, key = text.place(), _item(text, 1).value
        if not isinstance(key, str) or key in known:
            raise Broken(byte, DUPLICATE_KEY if isinstance(key, str) else BAD_JSON)
        known.add(key)
        text.need(b":")
        yield key


def _pass_rest_of_list(text: DocumentText) -> None:
    if text.take(b"]"):
        return
    _pass_value(text)
    while not text.take(b"]"):
        text.need(b",")
        _pass_value(text)


def _passed(text: DocumentText) -> JsonValue | BadValue:
    """The next value of an object, which is no form. Raises Broken if it is no JSON."""
    byte, value = text.place(), _item(text, 1).value
    if value == BadValue(BAD_JSON):
        raise Broken(byte)
    return value


def _pass_value(text: DocumentText) -> None:
    byte = text.place()
    if text.value() == b"":
        raise Broken(byte)


def _item(text: DocumentText, number: int) -> Item:
    raw = text.value()
    return Item(number, b"", BadValue(RECORD_TOO_LONG)) if raw is None else Item(number, raw, parse_value(raw))


def _is_bad(raw: bytes) -> bool:
    return parse_value(raw) == BadValue(BAD_JSON)
