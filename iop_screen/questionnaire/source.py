"""YAML text to a questionnaire, or to problems in its author's words.

Three steps, each of which keeps spans: text to nodes (`nodes`), conditions (`condition_reader`), and the shape of the
file (`validation`). A wrong part is cut out and the rest is read, so that everything wrong is shown at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import ValidationError

from iop_screen.core.problems import START, Findings, Problem, Severity, Span
from iop_screen.questionnaire.condition_reader import read_condition
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    compose_ours,
    node_kind,
    read_text,
)
from iop_screen.questionnaire.scalars import text_at
from iop_screen.questionnaire.validation import Path, error_text, may_be_left_out, validator

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

CONDITION_KEYS = frozenset({"when", "ask_when", "applies_when"})
TEXT_KEYS = frozenset(
    [
        "title",
        "intended_use",
        "disclaimer",
        "name",
        "reach",
        "short",
        "site_lines",
        "handling",
        "means",
        "expect",
        "next_steps",
        "ask",
        "ask_self",
        "help",
        "why",
        "source",
        "label",
        "because",
        "say",
        "body",
        "on_call",  # this and the next one are of site settings
        "data_dir",
    ]
)
MAX_ROUNDS = 20
LEFT_OUT = "left-out"
STAND_INS = dict.fromkeys(("id", "version", "title", "intended_use", "disclaimer"), LEFT_OUT) | {"format": "1"}
"""What stands in for a required text of the whole file that is wrong, while the rest is read."""


@dataclass(frozen=True, slots=True)
class ReadSource:
    """What came of a file: the questionnaire as far as its shape could be read.

    `left_out` are the words in what could not be read, `incomplete` the ids of parts (or top-level keys) that lost
    something: nothing follows from what they lack.
    """

    questionnaire: Questionnaire | None
    left_out: frozenset[str] = frozenset()
    incomplete: frozenset[str] = frozenset()


def read_source(content: bytes, findings: Findings) -> ReadSource:
    """Read the bytes of a questionnaire file. Nothing but `findings` tells of what is wrong; nothing is raised."""
    text = read_text(content, findings)
    document = compose_ours(text, findings) if text is not None else None
    if document is None:
        return ReadSource(None)
    if not isinstance(document.root, MappingNode):
        message = f"a questionnaire is a set of keys, not {node_kind(document.root)}"
        findings.add("wrong-kind", message, document.root.span)
        return ReadSource(None)
    findings.problems.extend(cut_texts(document.root, text or ""))
    return _ShapeReader(document.root, document.dropped, findings).read()


def cut_texts(root: Node, text: str) -> Iterator[Problem]:
    """Texts that end before an unquoted ` #`: YAML takes what follows for a comment, and the text is cut short."""
    lines = text.replace("\r\n", "\n").split("\n")
    for key, scalar in _texts(root):
        line = lines[scalar.span.end_line - 1]
        if scalar.plain and re.match(r"\s+#", line[scalar.span.end_column - 1 :]):
            span = Span(scalar.span.end_line, scalar.span.end_column, scalar.span.end_line, len(line.rstrip()) + 1)
            message = f"`{key}` ends here: what follows ` #` is a comment and will not be seen"
            hint = "put the text in quotes if the `#` is part of it, or move the comment to a line of its own"
            yield Problem("text-cut-short", message, span, hint, severity=Severity.WARNING)


def _texts(node: Node, key: str = "", part: str = "") -> Iterator[tuple[str, ScalarNode]]:
    """Every text for people, with the key it stands behind. `part` is the key around that one."""
    match node:
        case ScalarNode():
            if key in TEXT_KEYS or (part == "first_steps" and key == "when"):
                yield key, node
        case SequenceNode(items):
            for item in items:
                yield from _texts(item, key, part)
        case MappingNode(entries):
            for name, value in entries:
                yield from _texts(value, name.text, key)


class _ShapeReader:
    """Reads what can be read: what is wrong is noted, cut out, and the rest is tried again."""

    def __init__(self, root: MappingNode, dropped: tuple[Node, ...], findings: Findings) -> None:
        self.root = root
        self.findings = findings
        self.refused = {problem.span for problem in findings.problems}
        self.left_out = {word for node in dropped for word in _words(self._plain(node))}
        self.incomplete: set[str] = set()
        self.tree: Any = self._plain(root)

    def read(self) -> ReadSource:
        for _ in range(MAX_ROUNDS):  # each round cuts something out
            try:
                questionnaire = validator().validate_python((self.tree,))[0]
            except ValidationError as error:
                if not self._cut_out(error.errors(include_url=False)):
                    break
            else:
                return ReadSource(questionnaire, frozenset(self.left_out), frozenset(self.incomplete))
        return ReadSource(None)

    def _plain(self, node: Node, part: str = "") -> Any:
        """A node as what pydantic reads: dict, list and text with its span; conditions are read already.

        `part` is the key that the node stands behind: the `when` of a first step is a text.
        """
        match node:
            case ScalarNode(text, span):
                return text_at(text, span)
            case SequenceNode(items):
                return [self._plain(item, part) for item in items]
            case MappingNode(entries):
                return {
                    text_at(key.text, key.span): read_condition(value, self.findings)
                    if key.text in CONDITION_KEYS and part != "first_steps"
                    else self._plain(value, key.text)
                    for key, value in entries
                }

    def _cut_out(self, errors: list[ErrorDetails]) -> bool:
        """Note each error and cut out the smallest part that holds it; False when nothing would be left."""
        cuts = set()
        for error in errors:
            path = self._path_in_tree(error["loc"][1:])
            self._add_finding(error, path)
            cuts.add(self._smallest_cut(error, path))
        for path in sorted(cuts, key=_last_first, reverse=True):
            self._cut(path)
        return not cuts & {("levels",), ("sections",)}

    def _path_in_tree(self, location: Path) -> Path:
        """Where an error lies. Pydantic also names the type of a question, behind its index in the list."""
        path: Path = ()
        part, skipped = self.tree, False
        for step in location:
            skipped = not skipped and path[-2:-1] == ("questions",) and step == _inside(part, "type")
            if not skipped:
                path, part = (*path, step), _inside(part, step)
        return path

    def _add_finding(self, error: ErrorDetails, path: Path) -> None:
        code, message, hint = error_text(error, path, self._part(path), self._part(path[:-1]))
        at = (*path, "type") if error["type"] == "union_tag_invalid" else path
        span = _span_at(self.root, at, at_key=code == "unknown-key")
        if span not in self.refused:
            self.findings.add(code, message, span, hint)

    def _smallest_cut(self, error: ErrorDetails, path: Path) -> Path:
        """The key, if it may be missing; else the list item around it; else the top-level key."""
        if error["type"] == "unexpected_keyword_argument" or may_be_left_out(path, self._part(path[:-1])):
            return path
        if path[:1] == ("sections",) and len(path) == 3 and path[2] in {"id", "title"}:
            return path
        return path[: max((index for index, step in enumerate(path) if isinstance(step, int)), default=0) + 1]

    def _cut(self, path: Path) -> None:
        *way, last = path
        part = self._part(tuple(way))
        with suppress(KeyError):
            self.left_out.update(_words(part[last]))
            del part[last]
        self.incomplete.update(self._names(tuple(way)) or [str(last)])
        stand_in = STAND_INS.get(str(last)) if len(path) == 1 or path[0] == "sections" else None
        if path == ("rules",):
            part[text_at("rules", START)] = []
        elif stand_in is not None and isinstance(part, dict) and len(path) in {1, 3}:
            part[text_at(str(last), START)] = text_at(stand_in, START)

    def _names(self, way: Path) -> list[str]:
        """The ids of the parts on the way to a key; at the top level the key."""
        around = [self._part(way[:depth]) for depth in range(1, len(way) + 1)]
        ids = [str(part["id"]) for part in around if isinstance(part, dict) and isinstance(part.get("id"), str)]
        return [*ids, *map(str, way[:1])]

    def _part(self, path: Path) -> Any:
        part: Any = self.tree
        for step in path:
            part = _inside(part, step)
        return part


def _inside(part: Any, step: int | str) -> Any:
    """What a step leads to; None where it leads nowhere."""
    if isinstance(part, list) and isinstance(step, int):
        return part[step]
    return part.get(step) if isinstance(part, dict) else None


def _last_first(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _words(part: object) -> Iterator[str]:
    """Every id a part may have declared; a reference to one of them is not a second mistake."""
    if isinstance(part, dict):
        yield from map(str, part)
        part = [*part.values()]
    if isinstance(part, list):
        for inner in part:
            yield from _words(inner)
    elif isinstance(part, str):
        yield str(part)


def _span_at(root: Node, path: Path, *, at_key: bool) -> Span:
    """The narrowest span a path reaches: the value, or the key if that is what is wrong."""
    node = root
    for position, step in enumerate(path):
        if isinstance(node, SequenceNode) and isinstance(step, int):
            node = node.items[step]
            continue
        entry = node.entry(str(step)) if isinstance(node, MappingNode) else None
        if entry is None:
            break
        if at_key and position == len(path) - 1:
            return entry[0].span
        node = entry[1]
    return node.message_span
