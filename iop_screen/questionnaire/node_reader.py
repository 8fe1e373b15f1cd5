"""Reading the nodes of a small file by hand: sets of keys, lists, texts and words from a list.

The questionnaire itself is read by its shape (`source`). Case files and site settings are read with this.
"""

from __future__ import annotations

from typing import TypeVar

from iop_screen.core.problems import Findings, Related, Span, did_you_mean, or_list, shortened
from iop_screen.questionnaire.nodes import MappingNode, Node, ScalarNode, SequenceNode, node_kind
from iop_screen.questionnaire.scalars import Id, PlacedScalar, Text, text_at
from iop_screen.questionnaire.validation import HOW_TO_WRITE, missing_key

Placed = TypeVar("Placed", bound=PlacedScalar)


class NodeReader:
    """Reads nodes as values; adds a problem for everything that is wrong, and reads on."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.first_span_of_id: dict[str, Span] = {}

    def keys(self, node: Node, what: str, known: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Node]:
        """The values of the keys that are known here, by key."""
        if not isinstance(node, MappingNode):
            self.findings.add("wrong-kind", f"{what} is a set of keys, not {written_kind(node)}", node.message_span)
            return {}
        for key, _ in node.entries:
            if key.text not in known:
                self.findings.add(
                    "unknown-key",
                    f"`{shortened(key.text)}` is not a key of {what}",
                    key.span,
                    did_you_mean(key.text, known) or f"known here: {or_list(known)}",
                )
        for name in required:
            if node.entry(name) is None:
                code, message, hint = missing_key(name, (key.text for key, _ in node.entries))
                self.findings.add(code, message, node.message_span, hint)
        return {key.text: value for key, value in node.entries if key.text in known}

    def items(self, key: str, node: Node) -> tuple[Node, ...]:
        """The parts of a list; none, with a problem, if it is no list."""
        if isinstance(node, SequenceNode):
            return node.items
        self.findings.add(
            "wrong-kind",
            f"`{key}` wants a list, not {written_kind(node)}",
            node.message_span,
            "write it as `[a, b]` or one `- ` a line",
        )
        return ()

    def text(self, key: str, node: Node) -> Text:
        """A text that is not empty; else a problem is added, and the empty text returned."""
        if not isinstance(node, ScalarNode):
            self.findings.add("wrong-kind", f"`{key}` wants text, not {written_kind(node)}", node.message_span)
            return Text("")
        if not node.text.strip():
            self.findings.add("empty-text", f"`{key}` is empty", node.span, "fill it in")
        return text_at(node.text.strip(), node.span)

    def one_of(self, key: str, node: Node, known: tuple[str, ...]) -> Text:
        """One of the words that are known here; else a problem is added, and what is written returned."""
        text = self.text(key, node)
        if text and text not in known:
            self.findings.add(
                "unknown-word",
                f"`{shortened(text)}` is not known as `{key}`",
                node.message_span,
                did_you_mean(text, known) or f"it is {or_list(known)}",
            )
        return text

    def scalar(self, key: str, node: Node, kind: type[Placed]) -> Placed | None:
        """An id, a day or the like; None, with a problem, if it is none."""
        text = self.text(key, node)
        if not text:
            return None
        try:
            return kind.accept(text)
        except ValueError as wanted:
            message = f"`{key}` wants {wanted}, not `{shortened(text)}`"
            self.findings.add("wrong-kind", message, text.span, HOW_TO_WRITE.get(str(wanted), ""))
            return None

    def new_id(self, node: Node) -> Id | None:
        """An id that stood nowhere before in this file; the problem is added if it did, or if it is no id."""
        found = self.scalar("id", node, Id)
        if found is None:
            return None
        first = self.first_span_of_id.setdefault(found, found.span)
        if first is not found.span:
            message, where = f"the id `{shortened(found)}` stands here twice", [Related("first written here", first)]
            self.findings.add("duplicate-id", message, found.span, "rename one of the two", where)
        return found


def written_kind(node: Node) -> str:
    """The kind of a node, as messages name it."""
    if isinstance(node, ScalarNode) and not node.text:
        return "nothing"
    return "an empty list" if isinstance(node, SequenceNode) and not node.items else node_kind(node)
