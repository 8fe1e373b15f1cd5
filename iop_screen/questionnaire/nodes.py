"""YAML text to a tree of nodes with spans, within bounds.

Only the event stream of the C parser is used: it is twenty times faster than the pure one, and its `compose` has
ended the process on some files. The pure parser is never used instead: the two disagree on some files, and one file
must not mean two things on two machines. The tree is built here: no anchors, aliases, merge keys, tags, directives or
second document; no key twice; every plain scalar is the text that is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import yaml
from yaml.error import Mark

from iop_screen.core.problems import START, Findings, Related, Span

MAX_QUESTIONNAIRE_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 200_000
MAX_HIDDEN_SHOWN = 100
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One piece of text as it is written, and where."""

    text: str
    span: Span
    plain: bool

    @property
    def message_span(self) -> Span:
        """Where a message about it points."""
        return self.span


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    items: tuple[Node, ...]
    span: Span

    @property
    def message_span(self) -> Span:
        """Where a message about it points."""
        return self.span


@dataclass(frozen=True)
class MappingNode:
    """Keys and values in the order written; no key stands twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    span: Span

    @property
    def message_span(self) -> Span:
        """Where a message about it points: its first key, for its span may cover the whole file."""
        return self.entries[0][0].span if self.entries else self.span

    def entry(self, key: str) -> tuple[ScalarNode, Node] | None:
        """A key and what stands behind it, if it is there."""
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, tuple[ScalarNode, Node]]:
        return {name.text: (name, node) for name, node in self.entries}


Node = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The tree of a file, and what was dropped from it because its key stood there already."""

    root: Node
    dropped: tuple[Node, ...]


def node_kind(node: Node) -> str:
    """What a node is called."""
    return {ScalarNode: "one piece of text", SequenceNode: "a list", MappingNode: "a set of keys"}[type(node)]


def is_blank(node: Node) -> bool:
    """Whether nothing stands behind a key, not even quotes."""
    return isinstance(node, ScalarNode) and node.plain and not node.text


def read_text(content: bytes, findings: Findings) -> str | None:
    """The bytes of a file as text: strict UTF-8, at most 1 MiB, nothing in it that a screen would hide.

    Returns None, with the reason among the findings, when it is not that.
    """
    if len(content) > MAX_QUESTIONNAIRE_BYTES:
        message = f"the file has more than {MAX_QUESTIONNAIRE_BYTES:,} bytes, the most that is read"
        findings.add("file-too-large", message, START, "such a file has some hundred lines; is it the right one?")
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        before = content[content.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")
        column = len(before.removeprefix(BOM)) + 1
        span = Span(line, column, line, column + 1)
        findings.add("not-utf-8", "a byte here is not UTF-8 text", span, "save the file as UTF-8 and try again")
        return None
    text = text.removeprefix(BOM)
    hidden = [*islice(_hidden_characters(text), MAX_HIDDEN_SHOWN)]
    for character, span in hidden:
        _refuse_hidden(character, span, findings)
    return None if hidden else text


def is_hidden(character: str) -> bool:
    """Whether a character could change what a screen shows without being seen: control, bidi, zero width."""
    if character in "\t\n":
        return False
    code = ord(character)
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:  # no characters, by definition
        return True
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character == "\u00a0"


def _is_printable(text: str) -> bool:
    """Whether no character of a text can be hidden: a quick look, for nearly every text is so."""
    return text.replace("\n", "").replace("\t", "").isprintable()


def compose(text: str, findings: Findings) -> YamlDocument | None:
    """The one document in a text as a tree; None, with the reason among the findings, if there is no such tree."""
    composer = _Composer(yaml.parse(text, Loader=yaml.CSafeLoader), findings)
    try:
        root = composer.document()
        return None if root is None else YamlDocument(root, tuple(composer.dropped))
    except yaml.MarkedYAMLError as error:
        _note_syntax(error, text, findings)
    except yaml.YAMLError:
        findings.add("yaml-syntax", "this is not YAML", START, _SYNTAX_HINT)
    except _Refused:
        pass
    return None


def compose_ours(text: str, findings: Findings) -> YamlDocument | None:
    """The same of a file that begins with a format, such as a questionnaire or a mapping.

    A text without any key of such a file is not looked at more closely: it may be a file of forms, and then what is
    quoted of it would be an answer.
    """
    if not may_be_forms(text):
        return compose(text, findings)
    message = "this is no file of the kind that is wanted here: it has no line `format: 1`"
    findings.add("other-file", message, START, "is it a file of forms? Its lines are not shown: they may hold answers")
    return None


def may_be_forms(text: str) -> bool:
    """Whether a text has no key of a file of ours, and so may be a file of forms."""
    return _OURS.search(text) is None and _WRITTEN.search(text) is not None


_OURS = re.compile(
    r"""^(?:\{\s*)?["']?format["']?\s*:"""
    r"""|^(?:version|title|intended_use|disclaimer|levels|first_steps|sections|rules|guarantees|contacts"""
    r"""|questionnaire|questions|missing|otherwise|cases|on_call|data_dir)\s*:""",
    re.MULTILINE,
)
"""A key that stands in every file of ours, or is of one kind alone."""
_WRITTEN = re.compile(r"^\s*[^\s#]", re.MULTILINE)
"""A line that is neither blank nor a comment."""

_SYNTAX_HINT = "check the indent (blanks, no tabs); put a text that holds `: `, ` #`, or starts with a sign, in quotes"


_DIRECTIVE = "a line that starts with `%` is not read here"


def _note_syntax(error: yaml.MarkedYAMLError, text: str, findings: Findings) -> None:
    """What the parser says, where it gave up, and where what it was in the middle of begins."""
    lines = text.split("\n")
    last_line = len(lines) - text.endswith("\n")
    gave_up, begins = _mark(error.problem_mark), _mark(error.context_mark)
    span = next((span for span in (gave_up, begins) if span is not None and span.line <= last_line), START)
    if lines[span.line - 1].startswith("%"):
        findings.add("yaml-directive", _DIRECTIVE, span, "remove the line")
        return
    tells_more = begins is not None and begins != span and begins.line <= last_line
    where = [Related("it begins here", begins)] if begins is not None and tells_more else []
    what = ": ".join(part for part in (error.context, error.problem) if part)
    findings.add("yaml-syntax", f"this is not YAML: {what}", span, _SYNTAX_HINT, where)


def _mark(mark: Mark | None) -> Span | None:
    return None if mark is None else Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


class _Refused(Exception):
    """The stream goes past a bound; what is left of it is not read."""


class _Composer:
    """Builds the tree from events; recursion is bounded by MAX_DEPTH."""

    def __init__(self, events: Iterator[yaml.Event], findings: Findings) -> None:
        self.events = events
        self.findings = findings
        self.nodes = 0
        self.dropped: list[Node] = []

    def document(self) -> Node | None:
        next(self.events)
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            self.findings.add("empty-file", "there is nothing in this file", START)
            return None
        if isinstance(start, yaml.DocumentStartEvent) and (start.version or start.tags):
            self._add("yaml-directive", _DIRECTIVE, start, "remove the line")
        root = self.node(next(self.events), depth=1)
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            hint = "keep one document in the file; remove the `---` line and what follows"
            self._add("second-document", "a second document begins here", after, hint)
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        self._check_bounds(event, depth)
        if isinstance(event, yaml.AliasEvent):
            self._add("yaml-alias", f"`*{event.anchor}` is not read here", event, "write the text out again")
            return ScalarNode(f"*{event.anchor}", _span(event), plain=False)
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise TypeError(type(event))
        self._refuse_extras(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _check_bounds(self, event: yaml.Event, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            message = f"lists and keys are nested more than {MAX_DEPTH} deep"
            self._add("too-deep", message, event, "check the indent, and that every bracket closes")
            raise _Refused
        if self.nodes > MAX_NODES:
            self._add("too-many-parts", f"the file has more than {MAX_NODES:,} parts", event)
            raise _Refused

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            hint = "remove the `&...`; a text that starts with `&` goes in quotes"
            self._add("yaml-anchor", f"`&{event.anchor}` is not read here", event, hint)
        if event.tag is not None:
            hint = "remove the `!...`; a text that starts with `!` goes in quotes"
            self._add("yaml-tag", "a tag is not read here", event, hint)

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        span = _span(event)
        if not _is_printable(event.value):
            for character in filter(is_hidden, dict.fromkeys(event.value)):
                _refuse_hidden(character, span, self.findings)
        return ScalarNode(event.value, span, plain=not event.style)

    def _sequence(self, event: yaml.Event, depth: int) -> SequenceNode:
        items = []
        while not isinstance(following := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(following, depth + 1))
        return SequenceNode(tuple(items), _span(event, following))

    def _mapping(self, event: yaml.Event, depth: int) -> MappingNode:
        entries: dict[str, tuple[ScalarNode, Node]] = {}
        while not isinstance(following := next(self.events), yaml.MappingEndEvent):
            key = self.node(following, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if isinstance(key, ScalarNode) and self._is_good_key(key, entries):
                entries[_folded(key)] = (key, value)
                continue
            self.dropped.append(value)
            if not isinstance(key, ScalarNode):
                self.findings.add("key-not-text", "a key has to be one piece of text", key.span)
        return MappingNode(tuple(entries.values()), _span(event, following))

    def _is_good_key(self, key: ScalarNode, entries: dict[str, tuple[ScalarNode, Node]]) -> bool:
        if key.plain and key.text == "<<":
            self.findings.add("yaml-merge-key", "`<<` is not read here", key.span, "write the keys out again")
        elif (first := entries.get(_folded(key))) is not None:
            where = [Related("first written here", first[0].span)]
            hint = "keep one of the two"
            self.findings.add("duplicate-key", f"the key `{key.text}` stands here twice", key.span, hint, where)
        else:
            return True
        return False

    def _add(self, code: str, message: str, event: yaml.Event, hint: str = "") -> None:
        self.findings.add(code, message, _span(event), hint)


def _folded(key: ScalarNode) -> str:
    """Two keys that look the same are the same key, whichever code points they are made of."""
    return unicodedata.normalize("NFC", key.text)


def _span(first: yaml.Event, last: yaml.Event | None = None) -> Span:
    start, end = first.start_mark, (last or first).end_mark
    if start is None or end is None:  # the parser marks every event
        return START
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _hidden_characters(text: str) -> Iterator[tuple[str, Span]]:
    text = text.replace("\r\n", "\n")
    if _is_printable(text):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for character in filter(is_hidden, dict.fromkeys(line)):
            column = line.index(character) + 1
            yield character, Span(number, column, number, column + 1)


def _refuse_hidden(character: str, span: Span, findings: Findings) -> None:
    name = unicodedata.name(character, "control character")
    message = f"a character that a screen does not show as written: U+{ord(character):04X} {name.lower()}"
    findings.add("hidden-character", message, span, "delete it, or write the text in another way")
