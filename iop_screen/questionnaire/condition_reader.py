"""Conditions as they are written: nodes to clauses, joined by `all` and `any`."""

from __future__ import annotations

from iop_screen.core.problems import Findings, Span, did_you_mean
from iop_screen.questionnaire.conditions import All, AnyOf, AtLeast, AtMost, Clause, OneOf, Test, WrittenCondition
from iop_screen.questionnaire.nodes import MappingNode, Node, ScalarNode, SequenceNode, node_kind
from iop_screen.questionnaire.scalars import Text, text_at

HINT = "write `{question: option}`, `{question: {at_least: option}}`, `all: [...]` or `any: [...]`"


def read_condition(node: Node, findings: Findings) -> WrittenCondition:
    """A condition as it is written; what is wrong with its shape is noted, and that part left out."""
    if not isinstance(node, MappingNode):
        findings.add("wrong-kind", f"a condition is a set of keys, not {node_kind(node)}", node.span, HINT)
        return All(())
    if not node.entries:
        findings.add("empty-condition", "this condition has no test in it", node.span, HINT)
    parts = tuple(part for key, value in node.entries if (part := _entry(key, value, findings)) is not None)
    return parts[0] if len(parts) == 1 else All(parts)


def _entry(key: ScalarNode, value: Node, findings: Findings) -> WrittenCondition | None:
    if key.text in {"all", "any"}:
        return _group(key, value, findings)
    if key.text == "not":
        message = "there is no `not`: a condition can only ask for at least this bad"
        findings.add("bad-test", message, key.span, "say which answers do count")
        return None
    test = _test(value, findings)
    return None if test is None else Clause(_text(key), test)


def _group(key: ScalarNode, value: Node, findings: Findings) -> WrittenCondition | None:
    if not isinstance(value, SequenceNode):
        findings.add("wrong-kind", f"`{key.text}` wants a list of conditions, not {node_kind(value)}", value.span, HINT)
        return None
    if not value.items:
        findings.add("empty-condition", f"`{key.text}` has no condition in it", value.span, HINT)
        return None
    parts = tuple(read_condition(item, findings) for item in value.items)
    return All(parts) if key.text == "all" else AnyOf(parts)


def _test(value: Node, findings: Findings) -> Test | None:
    match value:
        case ScalarNode(text) if text:
            return OneOf((_text(value),), listed=False)
        case SequenceNode(items) if items and all(isinstance(item, ScalarNode) for item in items):
            return OneOf(tuple(_text(item) for item in items if isinstance(item, ScalarNode)), listed=True)
        case MappingNode(((ScalarNode("at_least"), ScalarNode() as bound),)):
            return AtLeast(_text(bound))
        case MappingNode(((ScalarNode("at_most"), ScalarNode() as bound),)):
            return AtMost(_text(bound))
        case ScalarNode() | SequenceNode() | MappingNode():
            message, span, hint = _what_is_wrong(value)
            findings.add("bad-test", message, span, hint or HINT)
            return None


def _what_is_wrong(value: Node) -> tuple[str, Span, str]:
    match value:
        case ScalarNode():
            return "no answer is named here", value.span, ""
        case MappingNode(((key, _),)):
            hint = did_you_mean(key.text, ("at_least", "at_most"))
            return f"`{key.text}` is not a test on an answer", key.span, hint
        case SequenceNode() | MappingNode():
            return "this is not a test on an answer", value.message_span, ""


def _text(scalar: ScalarNode) -> Text:
    return text_at(scalar.text, scalar.span)
