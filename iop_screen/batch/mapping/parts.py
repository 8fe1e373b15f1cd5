"""The small parts of a mapping file: columns, times, texts of cells, and the word that nobody has confirmed a part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from iop_screen.batch.cells import cell_key
from iop_screen.batch.mapping.model import ColumnRef, TimeColumn, TimeFormat
from iop_screen.batch.mapping.times import pattern_fault
from iop_screen.core.problems import Findings, Related, Span, shortened, warning
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.node_reader import NodeReader, written_kind
from iop_screen.questionnaire.nodes import MappingNode, Node, ScalarNode, SequenceNode
from iop_screen.questionnaire.scalars import Text

MAX_POSITION = 100_000
REASONS = {str(reason.value): reason for reason in MissingReason}

T = TypeVar("T")
Meaning = tuple[ScalarNode, T]
"""What a text means, and where the text is written."""


class PartsReader(NodeReader):
    """Reads nodes of a mapping as values; adds a problem for everything that is wrong, and reads on.

    `lines` is the file by its lines. `guesses` grows by each place that says that nobody has confirmed something.
    """

    def __init__(self, findings: Findings, lines: Sequence[str]) -> None:
        super().__init__(findings)
        self.guesses: list[Span] = []
        self._lines = lines

    def warn(self, code: str, message: str, span: Span, hint: str, related: tuple[Related, ...] = ()) -> None:
        """Note something that does not stop the mapping from being used."""
        self.findings.problems.append(warning(code, message, span, hint, related))

    def entries(self, key: str, node: Node) -> tuple[tuple[ScalarNode, Node], ...]:
        """The keys and values of a part whose keys are not known beforehand; none, with a problem, if it is no such."""
        if isinstance(node, MappingNode) and node.entries:
            return node.entries
        kind = "an empty set" if isinstance(node, MappingNode) else written_kind(node)
        self.findings.add("wrong-kind", f"`{key}` wants a set of keys, not {kind}", node.message_span)
        return ()

    def column(self, key: str, node: Node) -> ColumnRef | None:
        """A column: a name, a list of names of which a file has one, or its position."""
        if isinstance(node, MappingNode):
            return self._position(node)
        names = self.items(key, node) if isinstance(node, SequenceNode) else (node,)
        if isinstance(node, SequenceNode) and not names:
            self.findings.add("wrong-kind", f"`{key}` names no column", node.message_span, "name one or more")
        texts = tuple(filter(None, (self._column_name(key, name) for name in names)))
        return ColumnRef(texts, None, node.message_span) if texts else None

    def columns(self, key: str, node: Node) -> tuple[ColumnRef, ...]:
        """Two or more columns; with one, there is nothing to combine."""
        items = self.items(key, node)
        if len(items) == 1:
            self.findings.add("wrong-kind", f"`{key}` wants two or more columns", node.message_span, "or use `column`")
        return tuple(filter(None, (self.column(key, item) for item in items)))

    def _column_name(self, key: str, node: Node) -> Text:
        if isinstance(node, ScalarNode) and node.plain:
            line = self._lines[node.span.end_line - 1]
            if re.match(r"\s+#\S", line[node.span.end_column - 1 :]):
                message = "the name ends here: what follows ` #` is a comment"
                self.warn("text-cut-short", message, node.span, "put the name in quotes if the `#` is part of it")
        return self.text(key, node)

    def _position(self, node: MappingNode) -> ColumnRef | None:
        keys = self.keys(node, "a column", ("position",), ("position",))
        place = self.whole(keys, "position", 1, MAX_POSITION)
        return None if place is None else ColumnRef((), place, node.message_span)

    def whole(self, keys: dict[str, Node], key: str, low: int, high: int) -> int | None:
        """A whole number between these, both included; None if there is none, or no such."""
        if key not in keys:
            return None
        text = self.text(key, keys[key])
        if re.fullmatch(r"\d{1,6}", text, re.ASCII) and low <= int(text) <= high:
            return int(text)
        if text:
            message = f"`{key}` wants a whole number from {low} to {high}, not `{shortened(text)}`"
            self.findings.add("wrong-kind", message, keys[key].message_span)
        return None

    def flag(self, key: str, node: Node) -> bool:
        """Whether something is so."""
        return self.one_of(key, node, ("true", "false", "yes", "no")) in {"true", "yes"}

    def guess(self, node: Node, key: str = "guess") -> Span | None:
        """Where a part says that nobody has confirmed it yet; None if it does not."""
        found = node.entry(key) if isinstance(node, MappingNode) else None
        if found is None or not self.flag(key, found[1]):
            return None
        self.guesses.append(found[0].span)
        return found[0].span

    def time(self, what: str, node: Node, *, known: tuple[str, ...] = ()) -> TimeColumn | None:
        """A column with dates or times; None, with a problem, if it is none. `known` are keys read elsewhere."""
        keys = self.keys(node, what, ("column", "format", *known), ("column",))
        column = self.column("column", keys["column"]) if "column" in keys else None
        pattern = self.text("format", keys["format"]) if "format" in keys else None
        if pattern is not None and pattern:
            self._judge_pattern(pattern)
        return None if column is None else TimeColumn(column, TimeFormat(None if pattern is None else str(pattern)))

    def _judge_pattern(self, pattern: Text) -> None:
        fault = pattern_fault(pattern)
        if fault:
            hint = "a day such as 11/29/2026 is written `%m/%d/%Y`, with a time `%m/%d/%Y %H:%M:%S`"
            self.findings.add("wrong-time-format", f"`{shortened(pattern)}`: {fault}", pattern.span, hint)

    def cell_texts(self, key: str, node: Node) -> dict[str, ScalarNode]:
        """A list of texts of cells, or one alone, by their `cell_key`; a blank cell is the text ""."""
        items = node.items if isinstance(node, SequenceNode) else (node,)
        scalars = [item for item in items if isinstance(item, ScalarNode)]
        if len(scalars) < len(items) or not items:
            self.findings.add("wrong-kind", f"`{key}` wants texts of a cell", node.message_span, "such as `[1, x]`")
        return {cell_key(scalar.text): scalar for scalar in reversed(scalars)}

    def missing(self, node: Node) -> dict[str, Meaning[MissingReason]]:
        """The texts of cells that are reasons for no answer, by their `cell_key`."""
        read = ((text, self.one_of("missing", reason, (*REASONS,))) for text, reason in self.entries("missing", node))
        return self.apart((text, REASONS[word]) for text, word in read if word in REASONS)

    def apart(self, meanings: Iterable[tuple[ScalarNode, T]]) -> dict[str, Meaning[T]]:
        """What texts mean, by their `cell_key`; a problem for two that are the same and mean different things."""
        found: dict[str, Meaning[T]] = {}
        for text, meaning in meanings:
            first, meant = found.setdefault(cell_key(text.text), (text, meaning))
            if meant != meaning:
                self._add_alike(text, first)
        return found

    def _add_alike(self, text: ScalarNode, first: ScalarNode) -> None:
        message = f"`{shortened(text.text)}` and `{shortened(first.text)}` are the same text here and mean two things"
        hint = "case, outer blanks and `.0` are not told apart; keep one of the two"
        self.findings.add("texts-alike", message, text.span, hint, [Related("first written here", first.span)])
