"""Conditions as they are written: nodes to clauses, joined by `all` and `any`."""

from __future__ import annotations

from iop_screen.problems import Findings, Span, did_you_mean
from iop_screen.questionnaire.model import All, AnyOf, AtLeast, AtMost, Clause, Condition, OneOf, Test, Text, text_at
from iop_screen.questionnaire.nodes import Mapping, Node, Scalar, Sequence, kind

HINT = "write `{question: option}`, `{question: {at_least: option}}`, `all: [...]` or `any: [...]`"


def read_condition(node: Node, findings: Findings) -> Condition:
    """A condition as it is written; what is wrong with its shape is noted, and that part left out."""
    if not isinstance(node, Mapping):
        findings.add("wrong-kind", f"a condition is a set of keys, not {kind(node)}", node.span, HINT)
        return All(())
    if not node.entries:
        findings.add("empty-condition", "this condition has no test in it", node.span, HINT)
    parts = tuple(part for key, value in node.entries if (part := _entry(key, value, findings)) is not None)
    return parts[0] if len(parts) == 1 else All(parts)


def _entry(key: Scalar, value: Node, findings: Findings) -> Condition | None:
    if key.text in {"all", "any"}:
        return _group(key, value, findings)
    if key.text == "not":
        message = "there is no `not`: a condition can only ask for at least this bad"
        findings.add("bad-test", message, key.span, "say which answers do count")
        return None
    test = _test(value, findings)
    return None if test is None else Clause(_text(key), test)


def _group(key: Scalar, value: Node, findings: Findings) -> Condition | None:
    if not isinstance(value, Sequence):
        findings.add("wrong-kind", f"`{key.text}` wants a list of conditions, not {kind(value)}", value.span, HINT)
        return None
    if not value.items:
        findings.add("empty-condition", f"`{key.text}` has no condition in it", value.span, HINT)
        return None
    parts = tuple(read_condition(item, findings) for item in value.items)
    return All(parts) if key.text == "all" else AnyOf(parts)


def _test(value: Node, findings: Findings) -> Test | None:
    match value:
        case Scalar(text) if text:
            return OneOf((_text(value),), listed=False)
        case Sequence(items) if items and all(isinstance(item, Scalar) for item in items):
            return OneOf(tuple(_text(item) for item in items if isinstance(item, Scalar)), listed=True)
        case Mapping(((Scalar("at_least"), Scalar() as bound),)):
            return AtLeast(_text(bound))
        case Mapping(((Scalar("at_most"), Scalar() as bound),)):
            return AtMost(_text(bound))
    message, place, hint = _what_is_wrong(value)
    findings.add("bad-test", message, place, hint or HINT)
    return None


def _what_is_wrong(value: Node) -> tuple[str, Span, str]:
    match value:
        case Scalar():
            return "no answer is named here", value.span, ""
        case Mapping(((key, _),)):
            hint = did_you_mean(key.text, ("at_least", "at_most"))
            return f"`{key.text}` is not a test on an answer", key.span, hint
    return "this is not a test on an answer", value.place, ""


def _text(scalar: Scalar) -> Text:
    return text_at(scalar.text, scalar.span)
